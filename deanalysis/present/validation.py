"""Theory beside simulation: does the formula lie where the graphs do, and would the test notice if it did not?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

import sympy as sp

from ..equations.curve import inverted
from ..equations.domain import domain
from ..errors import InputError
from ..model.exact import bindings, exact
from ..model.symbols import letter, q
from ..simulate.runs import simulate
from ..simulate.statistics import QUANTITIES, Moments, TrialStats
from ..solve.compiling import compile_floats
from ..solve.evolution import DensityEvolution
from ..solve.results import FixedPoint, Thresholds

__all__ = ["Validation", "ValidationPoint", "points_around", "validate"]

_LIMIT = 4.0
_NOTICED, _SMALL, _SURELY = 0.03, 1e-3, 5.0
_SMEARED = 5.0
_SOFTEST = 1e-3


@dataclass(frozen=True)
class ValidationPoint:
    """One point of the parameters: theory, simulated estimates (mean, low, high), z of each, and what they say."""

    parameters: dict[str, str]
    theory: dict[str, float]
    simulation: dict[str, dict[str, float]]
    z: dict[str, float]
    verdict: str
    why: str

    def to_dict(self) -> dict[str, Any]:
        """Return the entry that `validate --json` prints."""
        return dict(vars(self))


@dataclass(frozen=True)
class Validation:
    """Theory and simulation at several points. The verdict is 'agrees', 'disagrees' or 'undecided' (`why` says why).

    Agreement is |z| < 4 everywhere, together with the power to notice an error of 3 % (of 0.001 in what the theory puts below that).
    """

    points: tuple[ValidationPoint, ...]
    verdict: str
    why: str
    skills: int
    replicates: int
    seed: int

    def __repr__(self) -> str:
        return f"<theory {self.verdict} with {self.replicates} graphs of {self.skills} skills at {len(self.points)} points>"

    def _repr_latex_(self) -> str:
        return rf"$\text{{theory {self.verdict} with simulation}}, \max|z| = {self.largest:.2f}$"

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

    def to_dict(self) -> dict[str, Any]:
        """Return what `validate --json` prints."""
        return {**vars(self), "points": [point.to_dict() for point in self.points]}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Validation:
        """Return the validation that `to_dict` wrote."""
        return cls(**{**content, "points": tuple(ValidationPoint(**point) for point in content["points"])})


def validate(
    evolution: DensityEvolution,
    points: Sequence[Mapping[str, Any]],
    *,
    skills: int = 100_000,
    replicates: int = 16,
    seed: int | None = None,
    workers: int | None = None,
    theory_factor: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
) -> Validation:
    """Compare the fixed point with independent graphs at each of the points, which bind every letter.

    z is the difference over the standard error between graphs (Student's t, as a normal deviate), with 1/(1 - f'(q)) skills per
    graph allowed for what density evolution leaves out at finite size. Within 5/sqrt(n) of a jump the graphs themselves are
    divided, and the point stays undecided. `theory_factor` multiplies the theory, to see that the test can fail.

    >>> from deanalysis import Ensemble, Poisson, SkillLearner, c, R
    >>> evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))
    >>> options = dict(skills=20_000, replicates=8, seed=1, workers=1)
    >>> validate(evolution, [{"c": 3, "R": "0.8"}], **options).verdict
    'agrees'
    >>> validate(evolution, [{"c": 3, "R": "0.8"}], theory_factor=1.03, **options).verdict
    'disagrees'
    """
    if replicates < 3:
        raise InputError("--replicates", "must be at least 3, for a spread between graphs", given=replicates)
    if not points:
        raise InputError("validate", "must have at least one point")
    done: list[ValidationPoint] = []
    powerful = False
    for number, point in enumerate(points):
        fixed = evolution.fixed_point(**point)
        ensemble, learner = evolution.ensemble.at(**point), evolution.learner.at(**point)
        report = None if progress is None else _shifted(progress, number * replicates, len(points) * replicates)
        stats = simulate(ensemble, learner, skills=skills, replicates=replicates, seed=seed, workers=workers, progress=report)
        seed = stats.seed
        reason = _divided(evolution, point, fixed, skills)
        compared, power = _compare(point, fixed, stats, _stray(evolution, point, fixed), float(ensemble.texts.mean), theory_factor, reason)
        powerful |= power and not reason
        done.append(compared)
    verdict, why = _verdict(done, powerful)
    return Validation(tuple(done), verdict, why, skills, replicates, stats.seed)


def _shifted(progress: Callable[[int, int], None], before: int, of: int) -> Callable[[int, int], None]:
    return lambda done, _: progress(before + done, of)


def _compare(
    point: Mapping[str, Any], fixed: FixedPoint, stats: TrialStats, stray: float, mean_degree: float, factor: float, reason: str
) -> tuple[ValidationPoint, bool]:
    theory = {name: factor * value for name in QUANTITIES if isfinite(value := float(getattr(fixed, name)))}
    allowance = {name: stray * (1.0 if name == "zeta" else mean_degree) / stats.skills for name in theory}
    z = {name: _deviate(getattr(stats, name), theory[name], allowance[name]) for name in theory}
    power = any(_would_notice(getattr(stats, name), theory[name], allowance[name]) for name in z)
    far = max(map(abs, z.values()), default=0.0) > _LIMIT
    verdict = "undecided" if reason else "disagrees" if far else "agrees" if power else "undecided"
    why = reason or ("" if far or power else "these graphs could not tell an error of 3 % (or 0.001) here")
    parameters = {name: str(value) for name, value in point.items()}
    simulation = {name: getattr(stats, name).estimate().to_dict() for name in QUANTITIES}
    return ValidationPoint(parameters, theory, simulation, z, verdict, why), power


def _stray(evolution: DensityEvolution, point: Mapping[str, Any], fixed: FixedPoint) -> float:
    """Return how many skills of a graph the theory leaves out, about: one, with all that hang on it, 1/(1 - f'(q))."""
    slope = compile_floats(sp.diff(evolution.at(**point).right_side, q), q)
    return 1 / max(_SOFTEST, 1 - float(slope(float(fixed.q))))


def _would_notice(moments: Moments, theory: float, allowance: float) -> bool:
    """Whether these graphs would show an error of 3 %, or of 0.001 where the theory itself is below that."""
    error = _NOTICED * moments.mean if theory >= _SMALL else _SMALL
    return abs(_deviate(moments, moments.mean + error, allowance)) > _SURELY


def _deviate(moments: Moments, theory: float, allowance: float) -> float:
    """Return the normal deviate that is as unlikely as Student's t of the difference."""
    from scipy.stats import norm, t

    statistic = (moments.mean - theory) / (moments.standard_error**2 + allowance**2) ** 0.5
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


def _verdict(points: list[ValidationPoint], powerful: bool) -> tuple[str, str]:
    if any(point.verdict == "disagrees" for point in points):
        return "disagrees", "some |z| exceeds 4"
    if not powerful:
        return "undecided", "no point could tell an error of 3 % (or 0.001); simulate larger or more graphs, or other points"
    return "agrees", "every |z| is below 4 at the points that can be decided, and an error of 3 % (of 0.001 where less is left) would show"


def points_around(evolution: DensityEvolution, parameter: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Choose points on both sides of every jump in a parameter, or along the gradual way where there is none.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> points_around(DensityEvolution(model.ensemble, model.learner), "eps", {})
    [{'eps': '0.494'}, {'eps': '0.365'}]
    """
    found = evolution.thresholds(parameter, kind="emergence", **values)
    jumps = sorted(float(jump.value) for jump in found if jump.value is not None)
    bounded = _ends_at_one(evolution, letter(parameter), values)
    chosen = _beside(jumps, found, bounded) if jumps else [0.3, 0.6, 0.9] if bounded else _along(evolution, parameter, values)
    if not chosen:
        chosen = [0.5, 1.0, 2.0]
    return [{**values, parameter: f"{value:.3g}"} for value in chosen]


def _ends_at_one(evolution: DensityEvolution, parameter: sp.Symbol, values: Mapping[str, Any]) -> bool:
    """Whether a letter is a fraction: it cannot exceed 1."""
    bound = bindings({name: value for name, value in values.items() if name != str(parameter)})
    return domain(evolution, parameter, bound).high == 1


def _beside(jumps: list[float], found: Thresholds, bounded: bool) -> list[float]:
    above = min(1.15 * jumps[-1], (jumps[-1] + 1) / 2) if bounded else 1.15 * jumps[-1]
    between = [(low + high) / 2 for low, high in pairwise(jumps)]
    ascending = [0.85 * jumps[0], *between, above]
    return ascending if found[0].learned_side == "above" else ascending[::-1]


def _along(evolution: DensityEvolution, parameter: str, values: Mapping[str, Any]) -> list[float]:
    chosen = []
    for error in ("0.75", "0.5", "0.25", "0.1"):
        try:
            chosen.append(float(evolution.require(error, parameter, **values).value))
        except InputError:
            continue
    return chosen
