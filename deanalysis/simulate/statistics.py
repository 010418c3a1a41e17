"""Statistics over independent graphs: the graph is the sample, not the skill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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
class TrialStats:
    """Sums over independent graphs of one model and size; `+` merges.

    `zeta`, `testing_error` and `training_error` are `Moments`, and so is zeta after each round that was followed (`trajectory`);
    `.estimate()` gives (low, best, high). `others` holds moments by name of what is said of the association graph, where it was
    counted (`deanalysis.simulate.components.ASSOCIATION`), or by class and type, where there are several (`zeta:CLASS`). `distribution`
    counts the graphs by zeta, which near a threshold is bimodal.
    """

    seed: int
    skills: int
    replicates: int
    texts: int
    edges: int
    rounds: int
    seconds: float
    zeta: Moments
    testing_error: Moments
    training_error: Moments
    distribution: Distribution
    trajectory: tuple[Moments, ...] = ()
    others: dict[str, Moments] = field(default_factory=dict)

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

    def to_dict(self) -> dict[str, Any]:
        """Return what `simulate --json` prints of the graphs: texts and edges are means per graph."""
        emerged = self.emerged()
        return {
            "skills": self.skills,
            "texts": _whole(self.texts / self.replicates),
            "edges": _whole(self.edges / self.replicates),
            "replicates": self.replicates,
            "seed": self.seed,
            **{name: self.estimate(name).to_dict() for name in self.quantities},
            "rounds": self.rounds / self.replicates,
            "trajectory": [moments.estimate().to_dict() for moments in self.trajectory],
            "bimodal": emerged is not None,
            "emerged": None if emerged is None else {**emerged.to_dict(), "below": self.divide},
            "seconds": self.seconds,
            "edges_per_second": self.edges / self.seconds,
            "moments": {name: self.moments(name).sums() for name in self.quantities},
            "trajectory_moments": [moments.sums() for moments in self.trajectory],
            "distribution": self.distribution.to_dict(),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> TrialStats:
        """Return the statistics that `to_dict` wrote."""
        sums = {name: round(content[name] * content["replicates"]) for name in ("texts", "edges", "rounds")}
        read = {name: Moments(*sums) for name, sums in content["moments"].items()}
        moments: dict[str, Any] = {name: read.pop(name) for name in QUANTITIES}
        kept = {name: content[name] for name in ("seed", "skills", "replicates", "seconds")}
        followed = tuple(Moments(*sums) for sums in content["trajectory_moments"])
        spread = Distribution.from_dict(content["distribution"])
        return cls(**kept, **sums, **moments, distribution=spread, trajectory=followed, others=read)


def _whole(mean: float) -> float | int:
    return int(mean) if mean.is_integer() else mean
