"""Theory beside simulation: does the formula lie where the graphs do, and would the test notice if it did not?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from enum import StrEnum
from math import copysign, inf
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import InputError
from ...model.association import Association
from ...record import ALWAYS, Record, Table
from ...simulate.estimates import Estimate, Moments
from ...simulate.runs import sweep
from ...simulate.statistics import PASSED, QUANTITIES, Divided, TrialStats, is_of_place
from ...theory.facades.chain_evolution import ChainEvolution
from ...theory.facades.class_evolution import ClassEvolution
from ...theory.facades.density_evolution import DensityEvolution
from .chains import STUCK
from .expectation import Expected
from .small_sets import ORDINARY, Rare
from .theory import AnyEvolution, expected

_LIMIT = 4.0
"""The |z| of one point that a right theory exceeds once in 16,000: seldom enough for a person who validates every day."""
_NOTICED, _SMALL, _SURELY = 0.03, 1e-3, 1.0
"""An error of a theory that must show: relative, or absolute where less than that is left; it must lie this far beyond the limit."""
_FARTHEST = 1e3
"""The largest deviate, of graphs that all say the same."""
_COLUMNS = ("quantity", "theory", "simulation", "z")


class Verdict(StrEnum):
    """What a comparison says."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    UNDECIDED = "undecided"

    def __repr__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True)
class ValidationPoint(Record):
    """One point of the parameters: theory, simulated estimates (mean, low, high), z of each, and what they say.

    `emerged`: the fraction of graphs in which learning emerged (mean, low, high; zeta `below`), where the graphs are divided.
    """

    parameters: dict[str, str]
    theory: dict[str, float]
    simulation: dict[str, Estimate]
    z: dict[str, float]
    verdict: Verdict
    why: str
    emerged: Divided | None = field(default=None, metadata=ALWAYS)

    @property
    def told(self) -> list[str]:
        """The names of the quantities; of those by topic or position, the one of the largest |z|."""
        worst: dict[str, str] = {}
        if not any(map(is_of_place, self.z)):
            return list(self.z)
        for name, z in self.z.items():
            whole, _, place = name.rpartition(":")
            key = f"{whole}:" if place.isdigit() else name
            if key not in worst or abs(z) > abs(self.z[worst[key]]):
                worst[key] = name
        return list(worst.values())

    def table(self) -> Table:
        """Return a row for each quantity."""
        rows = [(name.replace("_", " "), self.theory[name], self.simulation[name], z) for name, z in self.z.items()]
        return Table(_COLUMNS, rows, (f"{self.verdict}: {self.why}",))


@dataclass(frozen=True)
class Validation(Record):
    """Theory and simulation at several points. The verdict is 'agrees', 'disagrees' or 'undecided' (`why` says why).

    Agreement is |z| < `limit` at every point, and for each quantity over all points together (`pooled`), with the power to notice an
    error of 3 % (of 0.001 in what the theory puts below that) at one point at least. The limit is 4 for one point, and for N points
    what a right theory exceeds at any of them as seldom as 4 at one (Bonferroni's correction); each place of a chain counts as one.
    """

    points: tuple[ValidationPoint, ...]
    verdict: Verdict
    why: str
    skills: int
    replicates: int
    seed: int
    limit: float = field(default=_LIMIT, metadata=ALWAYS)
    pooled: dict[str, float] = field(default_factory=dict, metadata=ALWAYS)

    def __repr__(self) -> str:
        return f"<theory {self.verdict} with {self.replicates} graphs of {self.skills} skills at {len(self.points)} points>"

    def _repr_latex_(self) -> str:
        return rf"$\text{{theory {self.verdict} with simulation}}, \max|z| = {self.largest:.2f}$"

    def table(self) -> Table:
        """Return a row for each quantity at each point."""
        rows = [(point.parameters, *row) for point in self.points for row in point.table().rows]
        return Table(("point", *_COLUMNS), rows, (self.sentence,))

    @property
    def sentence(self) -> str:
        """The verdict as a sentence."""
        if self.verdict is Verdict.UNDECIDED:
            return f"Whether theory agrees with simulation is undecided: {self.why}."
        return f"Theory {self.verdict} with simulation: {self.why}."

    @property
    def largest(self) -> float:
        """The largest |z|."""
        return max((abs(z) for point in self.points for z in point.z.values()), default=0.0)


def validate(
    evolution: AnyEvolution,
    points: Sequence[Mapping[str, Any]],
    *,
    skills: int = 100_000,
    replicates: int = 16,
    seed: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    results: Path | str | None = None,
    association: Association | None = None,
    independent: bool = False,
    ideal: bool = False,
    theory_factor: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
) -> Validation:
    """Compare the fixed point with independent graphs at each of the points, which bind every letter.

    Of a chain or a protograph `skills` are those of each class of a topic, and zeta is compared by topic and class, training errors by
    position and type; of more than 60 topics, 20 by themselves.

    With an `association`, also its giant component and, unless the `independent` approximation of that is what is compared, susceptibility
    (the sum of s^2 over finite components of size s, per skill), mean degree and clustering. `ideal` compares as well what all texts
    together, by elimination, leave (`zeta_ideal`), with the fixed point of least potential; it needs one class of skills.

    z is the difference over the standard error between graphs (Student's t, as a normal deviate), with 1/(1 - f'(q)) skills per
    graph allowed for what density evolution leaves out at finite size. Within 5/sqrt(n) of a jump the graphs themselves are
    divided, and the point stays undecided. Where density evolution leaves nothing, zeta is what small stuck sets leave (`StuckSets`), with
    S/(1 + S) + 1/n of it allowed for, S their mean number. What a graph of n skills does to components of mean size chi is allowed for as
    well: where there is no giant component, the largest one is of the order 2 chi^2 log n; where there is one, it strays by chi^2 skills,
    and the susceptibility by chi^4/n. `theory_factor` multiplies the theory, to see that the test can fail. `executor` and
    `results` (a file of finished graphs) are as in `deanalysis.simulate.runs.sweep`.

    >>> from deanalysis import Ensemble, Poisson, SkillLearner, c, R
    >>> evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))
    >>> options = dict(skills=20_000, replicates=8, seed=1, workers=1)
    >>> validate(evolution, [{"c": 3, "R": "0.8"}], **options).verdict
    'agrees'
    >>> validate(evolution, [{"c": 3, "R": "0.8"}], theory_factor=1.03, **options).verdict
    'disagrees'
    """
    from scipy.stats import norm

    if replicates < 3:
        raise InputError("replicates", "must be at least 3, for a spread between graphs", given=replicates)
    if not points:
        raise InputError("validate", "must have at least one point")
    if isinstance(evolution, DensityEvolution):
        evolution.require_room("validate")
    theories = [expected(evolution, point, skills, association, independent, ideal).times(theory_factor) for point in points]
    options: dict[str, Any] = {"seed": seed, "workers": workers, "executor": executor, "association": association, "progress": progress}
    options |= {"ideal": ideal, "skills": skills, "replicates": replicates, "output": results, "output_option": "results"}
    runs = sweep(*_stated(evolution), points, **options)
    limit = float(norm.isf(norm.sf(_LIMIT) / sum(theory.tests for theory in theories)))
    compared = [_Compared.of(point, theory, stats, limit) for point, theory, stats in zip(points, theories, runs, strict=True)]
    pooled, most = _pooled(compared), float(norm.isf(norm.sf(_LIMIT) / max(theory.tests for theory in theories)))
    verdict, why = _verdict(compared, limit, pooled, most)
    return Validation(tuple(comparison.point for comparison in compared), verdict, why, skills, replicates, runs[0].seed, limit, pooled)


def _stated(evolution: AnyEvolution) -> tuple[Any, Any]:
    """Return what graphs are drawn of, and who learns on them."""
    if isinstance(evolution, ChainEvolution):
        return evolution.chain, evolution.chain.learner
    return evolution.ensemble, evolution.ensemble.learner if isinstance(evolution, ClassEvolution) else evolution.learner


class _Quantity(NamedTuple):
    """What theory says of a quantity at a point, what it leaves out, and what the graphs say."""

    theory: float
    allowance: float
    moments: Moments
    rare: Rare = ORDINARY

    @property
    def z(self) -> float:
        """The difference over its standard error, as a normal deviate."""
        return _deviate(self.moments, self.theory, self.allowance, self.rare)

    def notices(self, limit: float) -> bool:
        """Whether these graphs would show an error of 3 %, or of 0.001 where the theory itself is below that, or a floor."""
        error = _SMALL if self.theory < _SMALL or self.rare.event else _NOTICED * self.moments.mean
        return abs(_deviate(self.moments, self.moments.mean + error, self.allowance, self.rare)) > limit + _SURELY

    @property
    def left(self) -> float:
        """The deviate of what is left of the difference after the allowance."""
        difference = self.moments.mean - self.theory
        short = copysign(max(abs(difference) - self.allowance, 0.0), difference)
        return _deviate(self.moments, self.moments.mean - short, 0.0, self.rare)


def _deviate(moments: Moments, theory: float, allowance: float, rare: Rare = ORDINARY) -> float:
    """Return the normal deviate that is as unlikely as Student's t of the difference."""
    from scipy.stats import norm, t

    spread = max(moments.standard_error, rare.deviation / moments.count**0.5)
    difference, error = float(moments.mean - theory), float(spread**2 + allowance**2 + (rare.event / moments.count) ** 2) ** 0.5
    if difference == 0:
        return 0.0
    statistic = abs(difference) / error if error > 0 else inf
    return copysign(min(abs(float(norm.isf(t.sf(statistic, moments.count - 1)))), _FARTHEST), difference)


class _Compared(NamedTuple):
    """A point as it is reported, and, unless a reason keeps it from being decided, what is `left` of each difference, as a deviate."""

    point: ValidationPoint
    reason: str
    left: dict[str, float]

    @classmethod
    def of(cls, values: Mapping[str, Any], theory: Expected, stats: TrialStats, limit: float) -> _Compared:
        """Lay theory beside graphs: the point says whether a quantity is further off than chance puts it, or an error would show."""
        measured = {name: name for name in (*QUANTITIES, *theory.values) if name in stats.quantities}
        if not theory.percolates:
            measured |= {name: "second_moment" for name in theory.values if name == "susceptibility"}  # the largest component counts, too
        quantities = {
            name: _Quantity(value, theory.allowance[name], stats.quantities[measured[name]], theory.rare.get(name, ORDINARY))
            for name, value in theory.values.items()
        }
        z = {name: quantity.z for name, quantity in quantities.items()}
        emerged, verdict = stats.emerged(), Verdict.UNDECIDED
        divided = not theory.jumps_known and theory.values and emerged is not None
        reason = theory.reason or ("near a jump: some graphs emerge and some do not" if divided else _stuck(theory, stats))
        if not reason and any(abs(deviate) > limit for deviate in z.values()):
            verdict = Verdict.DISAGREES
        elif not reason and any(quantity.notices(limit) for quantity in quantities.values()):
            verdict = Verdict.AGREES
        weak = "these graphs could not tell an error of 3 % (or 0.001) here" if verdict is Verdict.UNDECIDED else ""
        parameters = {name: str(value) for name, value in values.items()}
        simulation = {name: stats.estimate(of_graphs) for name, of_graphs in measured.items()}
        left = {} if reason else {name: quantity.left for name, quantity in quantities.items()}
        return cls(ValidationPoint(parameters, theory.values, simulation, z, verdict, reason or weak, emerged), reason, left)


def _stuck(theory: Expected, stats: TrialStats) -> str:
    """Say that fronts of a chain got stuck in some graphs alone; nothing where they did not, or where there is no telling."""
    passed = stats.quantities.get(PASSED)
    return STUCK if passed and theory.passes is not None and 0 < passed.total < passed.count else ""


def _pooled(compared: Sequence[_Compared]) -> dict[str, float]:
    """Return the normal deviate of each quantity over all points that can be decided, if there are two (Stouffer's sum)."""
    left: dict[str, list[float]] = {}
    for name, deviate in (item for comparison in compared for item in comparison.left.items()):
        left.setdefault(name, []).append(deviate)
    return {name: sum(deviates) / len(deviates) ** 0.5 for name, deviates in left.items() if len(deviates) > 1}


def _verdict(compared: Sequence[_Compared], limit: float, pooled: Mapping[str, float], most: float) -> tuple[Verdict, str]:
    verdicts = [comparison.point.verdict for comparison in compared]
    if Verdict.DISAGREES in verdicts:
        return Verdict.DISAGREES, f"some |z| exceeds {limit:.3g}"
    if far := [name for name, z in pooled.items() if abs(z) > most]:
        return Verdict.DISAGREES, f"over all points together, |z| of {' and '.join(far)} exceeds {most:.3g}"
    decided = verdicts.count(Verdict.AGREES)
    if not decided:
        weak = "no point could tell an error of 3 % (or 0.001); simulate larger or more graphs, or other points"
        return Verdict.UNDECIDED, "no point can be decided; choose others" if all(comparison.reason for comparison in compared) else weak
    pool = f", each quantity's pooled over all points below {most:.3g}," if pooled else ""
    told = "an error of 3 % (of 0.001 where less is left) would show"
    return Verdict.AGREES, f"every |z| is below {limit:.3g} at the points that are decided ({decided} of {len(compared)}){pool} and {told}"
