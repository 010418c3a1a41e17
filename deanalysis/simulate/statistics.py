"""Statistics over independent graphs: the graph is the sample, not the skill."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from operator import add
from typing import ClassVar, NamedTuple

from ..record import SPREAD, Record, Table, named
from .components import Counts
from .estimates import CELLS, Distribution, Estimate, Moments, merged, wilson

QUANTITIES = ("zeta", "testing_error", "training_error")
IDEAL = "zeta_ideal"
"""The share of the skills that all texts together, used by elimination, do not determine."""
COMPLETE, PASSED = "complete", "passed"
"""Names of what is 1 in a trial on a chain, else 0: where every skill that is in some text is known at last; where in no topic more than
half of the unknown skills is left, so that no front got stuck on its way."""
_SUMMED = ("replicates", "texts", "edges", "rounds", "seconds", "distribution")
_SIZES = ("mean_component", "susceptibility", "second_moment", "mean_degree")
LARGEST_RESIDUE = 64
"""Skills left in a graph up to which graphs are counted by how many it is: small stuck sets, and those that meet."""
_SINGLE = 10  # skills: graphs that differ by fewer are never two groups, where a thousandth of the skills is less


class Part(NamedTuple):
    """A fraction of one class of skills or type of texts, and of how many: `zeta:CLASS`, `testing_error:TYPE`, `training_error:TYPE`.

    Of a chain, also of a topic or position by its number, `zeta:3`, and of a class or type there, `zeta:CLASS:3`.
    """

    name: str
    value: float
    of: int


class Trial(NamedTuple):
    """What one graph gave. `tested`: how many texts are behind its testing error, which is nan where none are.

    `trajectory`: zeta after rounds 1, 2, ...; `zeta_ideal`: the share of the skills that elimination leaves, where that was asked for.
    `counts`: of its association graph, where that was asked for; `parts`: by class and type, topic and position, where there are several.
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
    zeta_ideal: float | None = None


@dataclass(frozen=True)
class TrialStats(Record):
    """Sums over independent graphs of one model and size; `+` merges.

    `quantities` holds moments over graphs by name: of `zeta`, `testing_error` and `training_error`; of `zeta_ideal`, what elimination
    leaves, where that was asked for; of what is said of the association graph, where it was counted
    (`deanalysis.simulate.components.ASSOCIATION`); by class and type, where there are several (`zeta:CLASS`);
    by topic of a chain (`zeta:3`), beside the shares of its graphs that are `complete`, and whose fronts `passed` all topics.
    `trajectory` holds those of zeta after each round that was followed; `.estimate()` of moments gives (low, best, high). `distribution`
    counts the graphs by zeta, which near a threshold is bimodal; `residue_counts` by the number of skills that are left, up to 64.
    """

    seed: int
    skills: int
    replicates: int
    texts: int = field(metadata=named("all_texts"))
    edges: int = field(metadata=named("all_edges"))
    rounds: int = field(metadata=named("all_rounds"))
    seconds: float
    quantities: dict[str, Moments] = field(metadata=named("moments"))
    distribution: Distribution = field(metadata=named("distribution_counts"))
    residue_counts: tuple[tuple[int, int], ...]
    trajectory: tuple[Moments, ...] = field(default=(), metadata=named("trajectory_moments"))

    ALSO: ClassVar = {
        **{name: f"{name}_per_graph" for name in ("texts", "edges", "rounds")},
        "edges_per_second": "edges_per_second",
        "trajectory": "followed",
        "distribution": "graphs_by_zeta",
        "bimodal": "bimodal",
        "emerged": "divided",
        "stuck": "stuck",
        SPREAD: "told",
    }

    @classmethod
    def of(cls, trial: Trial) -> TrialStats:
        """Return the statistics of one graph."""
        errors = [("zeta", trial.skills), ("testing_error", trial.tested), ("training_error", trial.texts)]
        moments = {name: Moments.of(getattr(trial, name), units) for name, units in errors if units}
        if trial.zeta_ideal is not None:
            moments[IDEAL] = Moments.of(trial.zeta_ideal, trial.skills)
        if trial.counts:
            moments |= {name: Moments.of(value, trial.skills) for name, value in trial.counts.quantities(trial.skills).items()}
        moments |= {part.name: Moments.of(part.value, part.of) for part in trial.parts}
        followed = tuple(Moments.of(zeta, trial.skills) for zeta in trial.trajectory)
        sums = (1, trial.texts, trial.edges, trial.rounds, trial.seconds)
        left = round(trial.zeta * trial.skills)
        residue = ((left, 1),) if left <= LARGEST_RESIDUE else ()
        return cls(trial.seed, trial.skills, *sums, moments, Distribution.of(trial.zeta), residue, followed)

    def __add__(self, other: TrialStats) -> TrialStats:
        kinds = [(stats.seed, stats.skills, len(stats.trajectory), list(stats.quantities)) for stats in (self, other)]
        if kinds[0] != kinds[1]:
            raise ValueError("only trials of one seed, size, number of rounds and set of quantities can be merged")
        summed = {name: getattr(self, name) + getattr(other, name) for name in _SUMMED}
        moments = {name: own + other.quantities[name] for name, own in self.quantities.items()}
        summed["residue_counts"] = merged(self.residue_counts, other.residue_counts)
        return replace(self, quantities=moments, trajectory=tuple(map(add, self.trajectory, other.trajectory)), **summed)

    @property
    def zeta(self) -> Moments:
        """Fraction of novel skills."""
        return self.quantities["zeta"]

    @property
    def testing_error(self) -> Moments:
        """Fraction of fresh or held-out texts that are not understood."""
        return self.quantities["testing_error"]

    @property
    def training_error(self) -> Moments:
        """Fraction of the texts of the graph that are not understood."""
        return self.quantities["training_error"]

    def estimate(self, name: str) -> Estimate:
        """Return the estimate of a quantity by its name."""
        moments = self.quantities[name]
        if name in (COMPLETE, PASSED):
            return wilson(round(moments.total), moments.count)
        return moments.estimate(float("inf") if name in _SIZES else 1.0)

    @property
    def estimates(self) -> dict[str, Estimate]:
        """The estimates by name."""
        return {name: self.estimate(name) for name in self.quantities}

    @property
    def topics(self) -> tuple[Estimate, ...]:
        """Estimates of zeta by topic, where there are several."""
        return self._by_place("zeta")

    @property
    def positions(self) -> tuple[Estimate, ...]:
        """Estimates of the training error by position of the texts, where there are several."""
        return self._by_place("training_error")

    def _by_place(self, quantity: str) -> tuple[Estimate, ...]:
        return tuple(self.estimate(name) for name in self.quantities if is_of_place(name) and name.startswith(quantity))

    @property
    def told(self) -> dict[str, Estimate | tuple[Estimate, ...]]:
        """The estimates by name, but those by topic and by position as rows under `topics` and `positions`."""
        rows = {name: row for name, row in (("topics", self.topics), ("positions", self.positions)) if row}
        return {name: self.estimate(name) for name in self.quantities if not is_of_place(name)} | rows

    @property
    def followed(self) -> tuple[Estimate, ...]:
        """Estimates of zeta after each round that was followed."""
        return tuple(moments.estimate() for moments in self.trajectory)

    @property
    def texts_per_graph(self) -> float:
        """Texts per graph, on average."""
        return _whole(self.texts / self.replicates)

    @property
    def edges_per_graph(self) -> float:
        """Edges per graph, on average."""
        return _whole(self.edges / self.replicates)

    @property
    def rounds_per_graph(self) -> float:
        """Rounds until learning stops, on average."""
        return self.rounds / self.replicates

    @property
    def edges_per_second(self) -> float:
        """Edges sampled, learned and counted in a second."""
        return self.edges / self.seconds

    @property
    def graphs_by_zeta(self) -> dict[str, int]:
        """How many graphs have zeta in a cell, by the lower end of the cell."""
        return {f"{cell / CELLS:.3f}": graphs for cell, graphs in self.distribution.counts}

    @property
    def residues(self) -> dict[int, int]:
        """In how many graphs 0, 1, 2, ... skills are left, for the numbers up to 64 that occur; graphs in which more are left lack."""
        return dict(self.residue_counts)

    @property
    def stuck(self) -> Estimate:
        """The share of graphs in which any skill is left, with Wilson's interval."""
        return wilson(self.replicates - self.residues.get(0, 0), self.replicates)

    def emerged(self, below: float | None = None) -> Divided | None:
        """Return the fraction of graphs in which learning emerged, with Wilson's interval: those with zeta < `below` (to 1/1000).

        Without `below`, it is where the graphs themselves are divided (`Distribution.divide`); None where they are not.
        """
        limit = self.distribution.divide(_SINGLE / self.skills) if below is None else below
        if limit is None:
            return None
        low, best, high = wilson(self.distribution.count_below(limit), self.replicates)
        return Divided(low, best, high, limit)

    @property
    def divided(self) -> Divided | None:
        """The fraction of graphs in which learning emerged, and the zeta between them and the others; None where they are one group."""
        return self.emerged()

    @property
    def bimodal(self) -> bool:
        """Whether learning emerged in some graphs alone."""
        return self.divided is not None

    def __repr__(self) -> str:
        divided = f"; bimodal, {self.divided} emerged" if self.bimodal else ""
        return f"<{self.replicates} graphs of {self.skills} skills: zeta = {self.zeta.estimate()}{divided}>"

    def _repr_latex_(self) -> str:
        low, best, high = self.zeta.estimate()
        return f"$\\zeta = {best:.6g}\\;[{low:.6g}, {high:.6g}]$"

    def table(self) -> Table:
        """Return a row for each quantity, and how many graphs emerged where they are divided."""
        names = [name for name in self.quantities if not is_of_place(name)]
        rows = [(name.replace("_", " "), self.estimate(name)) for name in names]
        rows += [(f"zeta of topic {number}", estimate) for number, estimate in enumerate(self.topics, start=1)]
        graphs = f"{self.replicates} graphs of {self.skills} skills, seed {self.seed}"
        return Table(("quantity", "mean and 95 % interval"), rows, (graphs, f"emerged: {self.divided}" if self.bimodal else None))


@dataclass(frozen=True)
class Divided(Estimate):
    """The fraction of graphs in which learning emerged: those with zeta below a value."""

    below: float

    def __str__(self) -> str:
        return f"{self.best:.4g} [{self.low:.4g}, {self.high:.4g}]"


def is_of_place(name: str) -> bool:
    """Whether a quantity is that of all skills of a topic, or of all texts at a position: `zeta:3`.

    >>> is_of_place("zeta:3"), is_of_place("zeta:v1:3"), is_of_place("zeta:basic")
    (True, False, False)
    """
    _, _, place = name.partition(":")
    return place.isdigit()


def _whole(mean: float) -> float | int:
    return int(mean) if mean.is_integer() else mean
