"""Statistics over independent graphs: the graph is the sample, not the skill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from ..record import SPREAD, Record, Table, named
from .components import Counts
from .distribution import Distribution
from .estimates import Estimate, Moments, wilson

__all__ = ["QUANTITIES", "Part", "Trial", "TrialStats"]

QUANTITIES = ("zeta", "testing_error", "training_error")
_SUMMED = ("replicates", "texts", "edges", "rounds", "seconds", *QUANTITIES, "distribution")
_SIZES = ("mean_component", "susceptibility", "second_moment", "mean_degree")
_SINGLE = 10


class Part(NamedTuple):
    """A fraction of one class of skills or type of texts: `zeta:CLASS`, `testing_error:TYPE`, `training_error:TYPE`, and of how many."""

    name: str
    value: float
    of: int


class Trial(NamedTuple):
    """What one graph gave. `tested`: how many texts are behind its testing error; `trajectory`: zeta after rounds 1, 2, ...

    `counts`: of its association graph, where that was asked for; `parts`: by class and type, where there are several.
    """

    seed: int
    replicate: int
    skills: int
    texts: int
    edges: int
    zeta: float
    testing_error: float
    training_error: float
    rounds: int
    seconds: float
    tested: int
    trajectory: tuple[float, ...] = ()
    counts: Counts | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class TrialStats(Record):
    """Sums over independent graphs of one model and size; `+` merges.

    `zeta`, `testing_error` and `training_error` are `Moments`, and so is zeta after each round that was followed (`trajectory`);
    `.estimate()` gives (low, best, high). `others` holds moments by name of what is said of the association graph, where it was
    counted (`deanalysis.simulate.components.ASSOCIATION`), or by class and type, where there are several (`zeta:CLASS`). `distribution`
    counts the graphs by zeta, which near a threshold is bimodal.
    """

    seed: int
    skills: int
    replicates: int
    texts: int = field(metadata=named("all_texts"))
    edges: int = field(metadata=named("all_edges"))
    rounds: int = field(metadata=named("all_rounds"))
    seconds: float
    zeta: Moments = field(metadata=named("zeta_moments"))
    testing_error: Moments = field(metadata=named("testing_error_moments"))
    training_error: Moments = field(metadata=named("training_error_moments"))
    distribution: Distribution
    trajectory: tuple[Moments, ...] = field(default=(), metadata=named("trajectory_moments"))
    others: dict[str, Moments] = field(default_factory=dict, metadata=named("other_moments"))

    ALSO: ClassVar = {
        "texts": "texts_per_graph",
        "edges": "edges_per_graph",
        "rounds": "rounds_per_graph",
        "edges_per_second": "edges_per_second",
        "trajectory": "followed",
        "bimodal": "is_divided",
        "emerged": "divided",
        SPREAD: "estimates",
    }

    @classmethod
    def of(cls, trial: Trial) -> TrialStats:
        """Return the statistics of one graph."""
        counted = trial.counts.quantities(trial.skills) if trial.counts else {}
        return cls(
            trial.seed,
            trial.skills,
            1,
            trial.texts,
            trial.edges,
            trial.rounds,
            trial.seconds,
            Moments.of(trial.zeta, trial.skills),
            Moments.of(trial.testing_error, trial.tested),
            Moments.of(trial.training_error, trial.texts),
            Distribution.of(trial.zeta),
            tuple(Moments.of(zeta, trial.skills) for zeta in trial.trajectory),
            {
                **{name: Moments.of(value, trial.skills) for name, value in counted.items()},
                **{part.name: Moments.of(part.value, part.of) for part in trial.parts},
            },
        )

    @classmethod
    def of_all(cls, trials: Iterable[Trial]) -> TrialStats:
        """Return the statistics of at least one graph, added up in the order given."""
        first, *others = map(cls.of, trials)
        return sum(others, first)

    def __add__(self, other: TrialStats) -> TrialStats:
        kinds = [(one.seed, one.skills, len(one.trajectory), list(one.others)) for one in (self, other)]
        if kinds[0] != kinds[1]:
            raise ValueError("only trials of one seed, size, number of rounds and association graph can be merged")
        summed = {name: getattr(self, name) + getattr(other, name) for name in _SUMMED}
        followed = tuple(one + two for one, two in zip(self.trajectory, other.trajectory, strict=True))
        associated = {name: moments + other.others[name] for name, moments in self.others.items()}
        return TrialStats(seed=self.seed, skills=self.skills, trajectory=followed, others=associated, **summed)

    @property
    def quantities(self) -> tuple[str, ...]:
        """The names of what was measured."""
        return (*QUANTITIES, *self.others)

    def moments(self, name: str) -> Moments:
        """Return the moments of a quantity by its name."""
        found: Moments = self.others[name] if name in self.others else getattr(self, name)
        return found

    def estimate(self, name: str) -> Estimate:
        """Return the estimate of a quantity by its name."""
        return self.moments(name).estimate(float("inf") if name in _SIZES else 1.0)

    @property
    def divide(self) -> float | None:
        """The zeta between the graphs in which learning emerged and the others; None where they are not divided."""
        return self.distribution.divide(_SINGLE / self.skills)

    def emerged(self, below: float | None = None) -> Estimate | None:
        """Return the fraction of graphs in which learning emerged, with Wilson's interval: those with zeta < `below` (to 1/1000).

        Without `below`, it is where the graphs themselves are divided (`divide`); None where they are not.
        """
        limit = self.divide if below is None else below
        return None if limit is None else wilson(self.distribution.count_below(limit), self.replicates)

    def __repr__(self) -> str:
        low, best, high = self.zeta.estimate()
        return f"<{self.replicates} graphs of {self.skills} skills: zeta = {best:.6g} [{low:.6g}, {high:.6g}]{self._divided()}>"

    def _divided(self) -> str:
        emerged = self.emerged()
        if emerged is None:
            return ""
        return f"; bimodal, {emerged.best:.4g} [{emerged.low:.4g}, {emerged.high:.4g}] emerged"

    def _repr_latex_(self) -> str:
        low, best, high = self.zeta.estimate()
        return f"$\\zeta = {best:.6g}\\;[{low:.6g}, {high:.6g}]$"

    @property
    def estimates(self) -> dict[str, Estimate]:
        """The estimates by name."""
        return {name: self.estimate(name) for name in self.quantities}

    @property
    def texts_per_graph(self) -> float:
        """The mean number of texts of a graph."""
        return _whole(self.texts / self.replicates)

    @property
    def edges_per_graph(self) -> float:
        """The mean number of edges of a graph."""
        return _whole(self.edges / self.replicates)

    @property
    def rounds_per_graph(self) -> float:
        """The mean number of rounds until learning stops."""
        return self.rounds / self.replicates

    @property
    def edges_per_second(self) -> float:
        """The speed: edges sampled, learned and counted in a second."""
        return self.edges / self.seconds

    @property
    def followed(self) -> tuple[Estimate, ...]:
        """Estimates of zeta after each round that was followed."""
        return tuple(moments.estimate() for moments in self.trajectory)

    @property
    def is_divided(self) -> bool:
        """Whether learning emerged in some graphs alone."""
        return self.emerged() is not None

    @property
    def divided(self) -> Divided | None:
        """The fraction of graphs in which learning emerged, and the zeta that divides them from the others."""
        emerged, below = self.emerged(), self.divide
        return None if emerged is None or below is None else Divided(emerged.low, emerged.best, emerged.high, below)

    def table(self) -> Table:
        """Return a row for each quantity, and how many graphs emerged where they are divided."""
        rows = [(name.replace("_", " "), estimate) for name, estimate in self.estimates.items()]
        graphs = f"{self.replicates} graphs of {self.skills} skills, seed {self.seed}"
        return Table(("quantity", "mean and 95 % interval"), rows, (graphs, self.said_emerged))

    @property
    def said_emerged(self) -> str | None:
        """How many graphs emerged, where they are divided."""
        emerged = self.emerged()
        return None if emerged is None else f"emerged: {emerged}"


@dataclass(frozen=True)
class Divided(Estimate):
    """The fraction of graphs in which learning emerged: those with zeta below a value."""

    below: float


def _whole(mean: float) -> float | int:
    return int(mean) if mean.is_integer() else mean
