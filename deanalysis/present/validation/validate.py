"""Theory beside simulation: does the formula lie where the graphs do, and would the test notice if it did not?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from math import copysign, inf, isfinite, log
from pathlib import Path
from typing import Any

import sympy as sp

from ...balls.numerical.engines import compile_floats
from ...errors import InputError
from ...model.association import Association
from ...model.exact import exact
from ...model.symbols import letter, q
from ...record import ALWAYS, Record, Table
from ...simulate.estimates import Estimate, Moments
from ...simulate.runs import sweep
from ...simulate.statistics import QUANTITIES, TrialStats
from ...theory.evolution.equations.curve import inverted
from ...theory.evolution.thresholds.results import FixedPoint
from ...theory.facades.class_evolution import ClassEvolution
from ...theory.facades.density_evolution import DensityEvolution
from ...theory.facades.percolation import Percolation
from ...theory.percolation.giant import GiantComponent
from .class_theory import class_allowance, class_values

__all__ = ["Validation", "ValidationPoint", "validate"]

_LIMIT = 4.0
_NOTICED, _SMALL, _SURELY = 0.03, 1e-3, 1.0
_SMEARED = 5.0
_SOFTEST = 1e-3


_COLUMNS = ("quantity", "theory", "simulation", "z")


@dataclass(frozen=True)
class ValidationPoint(Record):
    """One point of the parameters: theory, simulated estimates (mean, low, high), z of each, and what they say.

    `emerged`: the fraction of graphs in which learning emerged (mean, low, high), where the graphs are divided.
    """

    parameters: dict[str, str]
    theory: dict[str, float]
    simulation: dict[str, Estimate]
    z: dict[str, float]
    verdict: str
    why: str
    emerged: Estimate | None = field(default=None, metadata=ALWAYS)

    def table(self) -> Table:
        """Return a row for each quantity."""
        return Table(_COLUMNS, self.rows(), (f"{self.verdict}: {self.why}",))

    def rows(self) -> list[tuple[object, ...]]:
        """Return what theory and simulation say of each quantity."""
        return [(name.replace("_", " "), self.theory[name], self.simulation[name], z) for name, z in self.z.items()]


@dataclass(frozen=True)
class Validation(Record):
    """Theory and simulation at several points. The verdict is 'agrees', 'disagrees' or 'undecided' (`why` says why).

    Agreement is |z| < `limit` at every point, and for each quantity over all points together (`pooled`), with the power to notice an
    error of 3 % (of 0.001 in what the theory puts below that) at one point at least. The limit is 4 for one point, and for N points
    what a right theory exceeds at any of them as seldom as 4 at one (Bonferroni's correction).
    """

    points: tuple[ValidationPoint, ...]
    verdict: str
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
        rows = [(point.parameters, *row) for point in self.points for row in point.rows()]
        return Table(("point", *_COLUMNS), rows, (self.sentence,))

    @property
    def sentence(self) -> str:
        """The verdict as a sentence."""
        if self.verdict == "undecided":
            return f"Whether theory agrees with simulation is undecided: {self.why}."
        return f"Theory {self.verdict} with simulation: {self.why}."

    @property
    def largest(self) -> float:
        """The largest |z|."""
        return max((abs(z) for point in self.points for z in point.z.values()), default=0.0)


def validate(
    evolution: DensityEvolution | ClassEvolution,
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
    theory_factor: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
) -> Validation:
    """Compare the fixed point with independent graphs at each of the points, which bind every letter.

    With an `association`, also its giant component and, unless the `independent` approximation of that is what is compared, susceptibility
    (the sum of s^2 over finite components of size s, per skill), mean degree and clustering.

    z is the difference over the standard error between graphs (Student's t, as a normal deviate), with 1/(1 - f'(q)) skills per
    graph allowed for what density evolution leaves out at finite size. Within 5/sqrt(n) of a jump the graphs themselves are
    divided, and the point stays undecided. What a graph of n skills does to components of mean size chi is allowed for as well: where
    there is no giant component, the largest one is of the order 2 chi^2 log n; where there is one, it strays by chi^2 skills, and the
    susceptibility by chi^4/n. `theory_factor` multiplies the theory, to see that the test can fail. `executor` and
    `results` (a file of finished graphs) are as in `deanalysis.simulate.runs.sweep`.

    >>> from deanalysis import Ensemble, Poisson, SkillLearner, c, R
    >>> evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))
    >>> options = dict(skills=20_000, replicates=8, seed=1, workers=1)
    >>> validate(evolution, [{"c": 3, "R": "0.8"}], **options).verdict
    'agrees'
    >>> validate(evolution, [{"c": 3, "R": "0.8"}], theory_factor=1.03, **options).verdict
    'disagrees'
    """
    if replicates < 3:
        raise InputError("replicates", "must be at least 3, for a spread between graphs", given=replicates)
    if not points:
        raise InputError("validate", "must have at least one point")
    if isinstance(evolution, DensityEvolution):
        evolution.require_room("validate")
    limit = _corrected(len(points))
    say = _ClassTheories(evolution) if isinstance(evolution, ClassEvolution) else _Theories(evolution, association, independent)
    theories = [say(point, skills) for point in points]
    found = sweep(
        evolution.ensemble,
        evolution.ensemble.learner if isinstance(evolution, ClassEvolution) else evolution.learner,
        points,
        skills=skills,
        replicates=replicates,
        seed=seed,
        workers=workers,
        executor=executor,
        output=results,
        output_option="results",
        association=association,
        progress=progress,
    )
    compared = [
        _Comparison(point, theory.times(theory_factor), stats, limit) for point, theory, stats in zip(points, theories, found, strict=True)
    ]
    pooled = _pooled(compared)
    verdict, why = _verdict(compared, limit, pooled)
    return Validation(tuple(one.point() for one in compared), verdict, why, skills, replicates, found[0].seed, limit, pooled)


@dataclass(frozen=True)
class _Theories:
    """Says what theory does of points of a model of one class."""

    evolution: DensityEvolution
    association: Association | None
    independent: bool

    def __call__(self, point: Mapping[str, Any], skills: int) -> _Theory:
        own = {name: value for name, value in point.items() if letter(name) in self.evolution.letters}
        fixed = self.evolution.fixed_point(**own)
        component = None if self.association is None else Percolation(self.evolution, self.association).component(**point)
        learned = self.association is None or self.association.learned
        return _Theory.of(self.evolution, own, fixed, component, skills, self.independent, learned)


@dataclass(frozen=True)
class _ClassTheories:
    """Says what theory does of points of a model of several classes."""

    evolution: ClassEvolution

    def __call__(self, point: Mapping[str, Any], skills: int) -> _Theory:
        state = self.evolution.fixed_point(**point)
        if state.status != "proved":
            return _Theory({}, {}, "the fixed point is not proved")
        values = class_values(self.evolution, point, state)
        return _Theory(values, class_allowance(self.evolution, point, state, skills), "")


def _corrected(points: int) -> float:
    """Return the |z| that any of so many points exceeds by chance as seldom as one point exceeds 4."""
    from scipy.stats import norm

    return float(norm.isf(norm.sf(_LIMIT) / points))


@dataclass(frozen=True)
class _Theory:
    """What theory says at one point, what it leaves out (`allowance`), and why it cannot be decided, if so (`reason`)."""

    values: dict[str, float]
    allowance: dict[str, float]
    reason: str
    percolates: bool = True

    @classmethod
    def of(
        cls,
        evolution: DensityEvolution,
        point: Mapping[str, Any],
        fixed: FixedPoint,
        component: GiantComponent | None,
        skills: int,
        independent: bool,
        learned: bool,
    ) -> _Theory:
        stray, degree = _stray(evolution, point, fixed), float(evolution.ensemble.at(**point).texts.mean)
        values = {name: float(getattr(fixed, name)) for name in QUANTITIES}
        allowance = {name: stray * (1.0 if name == "zeta" else degree) / skills for name in QUANTITIES}
        reason = _divided(evolution, point, fixed, skills)
        if component is None or component.status != "proved":
            return cls(_finite(values), allowance, reason)
        stray = stray if learned else 1.0
        giant = component.independent_approximation if independent else component.giant_component
        outside, percolates = float(component.kept) - float(component.giant_component), float(component.giant_component) > 0
        size = float(component.mean_component) if outside else 1.0
        values["giant_component"] = float(giant)
        allowance["giant_component"] = (size**2 * (1 if percolates else 2 * log(skills)) + stray * size) / skills
        if not independent:
            values["susceptibility"] = size * outside
            allowance["susceptibility"] = (size**4 + stray * size**2) / skills
            values |= {name: float(getattr(component, name)) for name in ("mean_degree", "clustering")}
            allowance |= dict.fromkeys(("mean_degree", "clustering"), stray * degree * (1 + values["mean_degree"]) / skills)
        return cls(_finite(values), allowance, reason, percolates)

    def times(self, factor: float) -> _Theory:
        """Return a wrong theory, to see that the test can fail."""
        return replace(self, values={name: factor * value for name, value in self.values.items()})


def _finite(values: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if isfinite(value)}


@dataclass(frozen=True)
class _Comparison:
    """One point of the parameters: theory beside the graphs."""

    values: Mapping[str, Any]
    of_theory: _Theory
    stats: TrialStats
    limit: float

    @property
    def theory(self) -> dict[str, float]:
        """What theory says, by the name of the quantity."""
        return self.of_theory.values

    @property
    def allowance(self) -> dict[str, float]:
        """What it leaves out."""
        return self.of_theory.allowance

    @property
    def reason(self) -> str:
        """Why the point cannot be decided, if so."""
        divided = "near a jump: some graphs emerge and some do not" if "zeta" in self.theory and self._is_divided else ""
        return self.of_theory.reason or divided

    @property
    def _is_divided(self) -> bool:
        """Whether graphs of several classes, whose jumps are not asked for here, fall into two kinds."""
        return any(":" in name for name in self.theory) and self.stats.emerged() is not None

    def measured(self, name: str) -> str:
        """The name of what the graphs say of a quantity: where none is infinite, the largest component counts, too."""
        return "second_moment" if name == "susceptibility" and not self.of_theory.percolates else name

    def moments(self, name: str) -> Moments:
        """What the graphs say of a quantity."""
        return self.stats.moments(self.measured(name))

    @property
    def z(self) -> dict[str, float]:
        """The difference over its standard error, as a normal deviate."""
        return {name: _deviate(self.moments(name), theory, self.allowance[name]) for name, theory in self.theory.items()}

    @property
    def is_far(self) -> bool:
        """Whether some quantity is further off than chance puts it."""
        return not self.reason and any(abs(z) > self.limit for z in self.z.values())

    @property
    def has_power(self) -> bool:
        """Whether these graphs would show an error of 3 %, or of 0.001 where the theory itself is below that."""
        return not self.reason and any(map(self._would_notice, self.theory))

    def _would_notice(self, name: str) -> bool:
        moments = self.moments(name)
        return abs(_deviate(moments, moments.mean + self._error(name), self.allowance[name])) > self.limit + _SURELY

    def _error(self, name: str) -> float:
        return _NOTICED * self.moments(name).mean if self.theory[name] >= _SMALL else _SMALL

    def left(self, name: str) -> float:
        """The deviate of what is left of the difference after the allowance."""
        moments = self.moments(name)
        difference = moments.mean - self.theory[name]
        left = max(abs(difference) - self.allowance[name], 0.0)
        return _deviate(moments, moments.mean - (left if difference > 0 else -left), 0.0)

    def point(self) -> ValidationPoint:
        """Return what is reported of it."""
        verdict = "disagrees" if self.is_far else "agrees" if self.has_power else "undecided"
        weak = "these graphs could not tell an error of 3 % (or 0.001) here" if verdict == "undecided" else ""
        names = dict.fromkeys((*QUANTITIES, *self.theory))
        simulation = {name: self.stats.estimate(self.measured(name)) for name in names}
        emerged = self.stats.emerged()
        parameters = {name: str(value) for name, value in self.values.items()}
        return ValidationPoint(parameters, self.theory, simulation, self.z, verdict, self.reason or weak, emerged)


def _pooled(compared: Sequence[_Comparison]) -> dict[str, float]:
    """Return the normal deviate of each quantity over all points that can be decided, if there are two (Stouffer's sum)."""
    names = dict.fromkeys(name for one in compared for name in one.theory)
    named = {name: [one.left(name) for one in compared if name in one.theory and not one.reason] for name in names}
    return {name: sum(parts) / len(parts) ** 0.5 for name, parts in named.items() if len(parts) > 1}


def _stray(evolution: DensityEvolution, point: Mapping[str, Any], fixed: FixedPoint) -> float:
    """Return how many skills of a graph the theory leaves out, about: one, with all that hang on it, 1/(1 - f'(q))."""
    slope = compile_floats(sp.diff(evolution.at(**point).right_side, q), q)
    return 1 / max(_SOFTEST, 1 - float(slope(float(fixed.q))))


def _deviate(moments: Moments, theory: float, allowance: float) -> float:
    """Return the normal deviate that is as unlikely as Student's t of the difference."""
    from scipy.stats import norm, t

    difference, error = float(moments.mean - theory), float(moments.standard_error**2 + allowance**2) ** 0.5
    if difference == 0:
        return 0.0
    statistic = difference / error if error > 0 else copysign(inf, difference)
    deviate = -norm.isf(t.sf(abs(statistic), moments.count - 1))
    size = min(abs(float(deviate)), 1e3)
    return size if statistic > 0 else -size


def _divided(evolution: DensityEvolution, point: Mapping[str, Any], fixed: FixedPoint, skills: int) -> str:
    """Say why a point cannot be decided: near a jump some graphs emerge and some do not."""
    if fixed.status != "proved":
        return "the fixed point is not proved"
    isolated = [name for name in point if inverted(evolution, letter(name)) is not None]
    for name in isolated or point:
        others = {other: given for other, given in point.items() if other != name}
        jumps = evolution.thresholds(name, kind="emergence", **others)
        here = float(exact(point[name]))
        for jump in jumps:
            if jump.value is not None and abs(here - float(jump.value)) < _SMEARED * float(jump.value) / skills**0.5:
                return f"{name} is within {_SMEARED:g}/sqrt(n) of the emergence at {jump.value}, where graphs of this size are divided"
    return ""


def _verdict(compared: Sequence[_Comparison], limit: float, pooled: Mapping[str, float]) -> tuple[str, str]:
    if any(one.is_far for one in compared):
        return "disagrees", f"some |z| exceeds {limit:.3g}"
    if far := [name for name, z in pooled.items() if abs(z) > _LIMIT]:
        return "disagrees", f"over all points together, |z| of {' and '.join(far)} exceeds {_LIMIT:.3g}"
    decided = sum(one.has_power for one in compared)
    if not decided:
        weak = "no point could tell an error of 3 % (or 0.001); simulate larger or more graphs, or other points"
        return "undecided", "no point can be decided; choose others" if all(one.reason for one in compared) else weak
    pool = f", each quantity's pooled over all points below {_LIMIT:.3g}," if pooled else ""
    told = "an error of 3 % (of 0.001 where less is left) would show"
    return "agrees", f"every |z| is below {limit:.3g} at the points that are decided ({decided} of {len(compared)}){pool} and {told}"
