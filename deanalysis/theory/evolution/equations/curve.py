"""The curve of all fixed points, inverted for a parameter: h(parameter) = t/g(t).

Whether a parameter scales the degrees of the skills, of the texts, or is the fraction unknown, once around the loop of density evolution
the form is the same: its turning points (the folds, where f_q = 1) are the zeros of g(t) - t g'(t). No starting guess, no double root. The
potential has one form, too, A(t) - scale B(t) with A' = w t, B' = w g and w > 0, so that its global minimiser runs along the lower convex
hull of the curve (B, A), whose slope is the scale (Maxwell's construction).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import sympy as sp

from ....errors import InputError
from ....model.compositions import Mixture
from ....model.degrees import DegreeDistribution
from ....model.laws import Binomial
from ....model.symbols import q, t, x
from ....symbolic.algebra import logarithm, simplified
from .density_evolution import FixedPointEquation


class Potential(NamedTuple):
    """The potential along a curve, A(t) - scale B(t), with the weight w: A' = w t and B' = w g.

    | parameter | A | B | w |
    |---|---|---|---|
    | scales skills | -(q t + eps L(1 - t/L'(1))), q = eps Psi(t) | -int_0^q T | -eps Psi' |
    | scales texts | P'(1) int_0^q T - t T | eps L(1 - T)/L'(1) | -T' |
    | fraction unknown | int_0^q T - t T | L(1 - T)/L'(1) | -T' |
    """

    rise: sp.Expr
    run: sp.Expr
    weight: sp.Expr


class Steps(NamedTuple):
    """A loop in three steps, g(t) = outer(middle(inner(t))): `inner` in t, `middle` in q and `outer` in x.

    `middle` is T or 1 - T, monotone, with its derivative `slope` in a form in which nothing cancels, and its value `origin` at q = 0.
    """

    inner: sp.Expr
    middle: sp.Expr
    slope: sp.Expr
    origin: sp.Expr
    outer: sp.Expr


@dataclass(frozen=True)
class Curve:
    """The fixed points of an equation, as a curve in the state t: `scale`(parameter) = t/`loop`(t).

    | parameter | state t | scale | loop g(t) | q on the curve |
    |---|---|---|---|---|
    | scales skills (R) | L'(1) T | L'(1) | T(eps Psi(t)), lambda(x) = Psi(L'(1)(1-x)) | eps Psi(t) |
    | scales texts (G, d) | P'(1) q | P'(1) | eps lambda(1 - T), T a function of t | eps lambda(1 - T) |
    | fraction unknown | q | eps | lambda(1 - T(t)) | t |
    """

    equation: FixedPointEquation
    parameter: sp.Symbol
    scale: sp.Expr
    loop: sp.Expr
    q: sp.Expr
    bounded: bool
    learns_along: int
    potential: Potential
    steps: Steps

    def order(self, values: Mapping[sp.Symbol, sp.Expr]) -> int | None:
        """Return an order to which the fold condition vanishes at t = 0 for these values; None where it is not known.

        It may vanish to a higher one: see `vanishes`.
        """
        bound = self.equation.bind(values)
        if self.learns_along > 0 and not bound.never_starts:
            return 0
        power = _stuck_order(bound) if self.learns_along > 0 else _learned_order(bound)
        return 2 if power == 1 else power

    def vanishes(self, order: int, values: Mapping[sp.Symbol, sp.Expr]) -> bool:
        """Whether the Taylor coefficient of an order of the fold condition at t = 0 is proved to be zero, symbolically."""
        if self.loop.has(sp.Sum, sp.Integral):
            return False
        return bool(sp.diff(self.loop.xreplace(dict(values)), t, order).subs(t, 0).equals(0))

    @cached_property
    def value(self) -> sp.Expr:
        """The parameter as a function of t."""
        factor, exponent = power_of(self.scale, self.parameter)
        return ((t / (self.loop * factor)) ** (1 / exponent)).replace(sp.Abs, lambda positive: positive)

    @cached_property
    def fold_condition(self) -> sp.Expr:
        """g(t) - t g'(t): zero exactly where the curve turns, positive where t/g(t) grows; g' is had step by step."""
        inner, middle, slope, _, outer = self.steps
        growth = sp.diff(outer, x).xreplace({x: middle}) * slope
        return self.loop - growth.xreplace({q: inner}) * t * sp.diff(inner, t)

    @cached_property
    def growth_rate(self) -> sp.Expr:
        """t g'(t)/g(t): the loop grows like t to this power; it is 1 at the folds."""
        return t * sp.diff(logarithm(self.loop), t)

    def measured(self, name: str) -> sp.Expr:
        """Return 'testing_error', 'training_error' or 'zeta' along the curve, with the parameter eliminated.

        There T = t/L'(1) where the parameter scales skills, q = t/P'(1) where it scales texts, and eps = t/g elsewhere.
        """
        if name == "zeta" and self.learns_along > 0:
            return self.equation.left(1 - t / self.scale)
        measure = self.equation.novel if name == "zeta" else getattr(self.equation, name)
        along = measure.xreplace({q: t / self.scale if measure.has(self.parameter) and not self.bounded else self.q})
        return along.xreplace({self.parameter: self.value})

    def along(self, expression: sp.Expr) -> sp.Expr:
        """Return an expression of q and the parameter as one of the state t."""
        return expression.xreplace({q: self.q}).xreplace({self.parameter: self.value})

    @property
    def rises(self) -> bool:
        """Whether the parameter grows with the scale."""
        return bool(power_of(self.scale, self.parameter)[1] > 0)

    @property
    def learned_side(self) -> str:
        """'above' where learning gets easier as the parameter grows, else 'below'."""
        return "above" if (self.learns_along > 0) == self.rises else "below"


def curve(equation: FixedPointEquation, parameter: sp.Symbol) -> Curve:
    """Invert the equation for a parameter that scales one degree law or the fraction unknown.

    Raises `InputError` where the parameter enters in another way, or in several places at once (see `inverted`).

    >>> from deanalysis import R, Ensemble, Poisson, SkillLearner, c
    >>> inverted = curve(FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1)), R)
    >>> inverted.value
    t*exp(c*exp(-t))/c
    """
    if (solved := inverted(equation, parameter)) is not None:
        return solved
    parts = " and ".join(_parts_with(equation, parameter)) or "nowhere"
    if not equation.has_room and parts != "skills":
        remedy = f"it enters {parts}"
        raise InputError(
            f"parameter {parameter}", "must scale the degrees of skills where there is room for some skills only", remedy=remedy
        )
    raise InputError(
        f"parameter {parameter}",
        "must scale the degrees of texts alone or of skills alone, or the fraction unknown",
        remedy=f"it enters {parts} in a way that cannot be inverted",
    )


@lru_cache(maxsize=256)
def inverted(equation: FixedPointEquation, parameter: sp.Symbol) -> Curve | None:
    """Return the inverted equation, or None where the parameter cannot be isolated.

    A learner without room for all skills never knows some of those of a text, so that no state is a multiple of q.
    """
    match _parts_with(equation, parameter):
        case ["skills"]:
            return _scaling_skills(equation, parameter)
        case ["texts" | "unknown" as part] if equation.has_room:
            return _scaling_texts_or_unknown(equation, parameter, part == "unknown")
    return None


def _parts_with(equation: FixedPointEquation, parameter: sp.Symbol) -> list[str]:
    """Return the parts of the model that a parameter enters."""
    ensemble = equation.ensemble
    letters = {
        "texts": ensemble.texts.letters,
        "skills": ensemble.skills.letters,
        "unknown": ensemble.unknown.free_symbols,
        "learner": equation.learner.letters,
    }
    return [part for part, free in letters.items() if parameter in free]


def power_of(expression: sp.Expr, parameter: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """Return factor and exponent of a multiple of a power of the parameter; the exponent is 0 for anything else."""
    factor, power = expression.as_independent(parameter, as_Add=False)
    base, exponent = power.as_base_exp()
    return factor, exponent if base == parameter else sp.S.Zero


def _is_scale(expression: sp.Expr, parameter: sp.Symbol) -> bool:
    exponent = power_of(expression, parameter)[1]
    return bool(exponent.is_Rational and exponent != 0)


def _is_probability(law: DegreeDistribution, parameter: sp.Symbol) -> bool:
    """Whether the parameter enters the probability of a binomial law, whose range ends at 1."""
    if isinstance(law, Mixture):
        return any(_is_probability(part, parameter) for _, part in law.parts)
    return isinstance(law, Binomial) and law.probability.has(parameter)


def _scaling_skills(equation: FixedPointEquation, parameter: sp.Symbol) -> Curve | None:
    skills, unknown = equation.ensemble.skills, equation.ensemble.unknown
    if not _is_scale(skills.mean, parameter) or _is_probability(skills, parameter):
        return None
    decay = skills.edge_pgf(1 - t / skills.mean)
    novel = _without(unknown * skills.pgf(1 - t / skills.mean), parameter)
    if decay.has(parameter) or novel is None:
        return None
    state = unknown * decay
    loop = equation.teaching.xreplace({q: state})
    potential = Potential(-(state * t + novel), -equation.taught.xreplace({q: state}), -sp.diff(state, t))
    at_zero = equation.learner.probability(0) if equation.has_room else equation.teaching.xreplace({q: sp.S.Zero})
    steps = Steps(state, equation.teaching, -equation.fading, at_zero, x)
    return Curve(equation, parameter, skills.mean, loop, state, False, +1, potential, steps)


def _scaling_texts_or_unknown(equation: FixedPointEquation, parameter: sp.Symbol, bounded: bool) -> Curve | None:
    """Invert for a parameter that scales the texts, with t = P'(1) q, or else the fraction unknown, with t = q."""
    texts, skills, unknown = equation.ensemble.texts, equation.ensemble.skills, equation.ensemble.unknown
    scale, mean, factor = (unknown, sp.S.One, sp.S.One) if bounded else (texts.mean, texts.mean, unknown)
    if not _is_scale(scale, parameter) or (not bounded and _is_probability(texts, parameter)):
        return None
    formulas = (equation.teaching, mean * equation.taught, equation.fading / mean)
    teaching, taught, fading = (_without(formula.xreplace({q: t / mean}), parameter) for formula in formulas)
    if teaching is None or taught is None or fading is None:
        return None
    loop = factor * skills.edge_pgf(1 - teaching)
    potential = Potential(taught - t * teaching, factor * skills.pgf(1 - teaching) / skills.mean, -sp.diff(teaching, t))
    middle, slope = ((1 - teaching).xreplace({t: q}), fading.xreplace({t: q}))
    steps = Steps(t, middle, slope, 1 - equation.learner.probability(0), factor * skills.edge_pgf(x))
    return Curve(equation, parameter, scale, loop, t if bounded else loop, bounded, -1, potential, steps)


def _without(expression: sp.Expr, parameter: sp.Symbol) -> sp.Expr | None:
    """Return an expression in which the parameter cancels, or None where it does not."""
    if expression.has(parameter):
        expression = sp.expand_mul(expression)
    if expression.has(parameter):
        expression = simplified(expression)
    return None if expression.has(parameter) else expression


def _learned_order(equation: FixedPointEquation) -> int | None:
    """Return the power of t with which g starts where q is 0: lambda(w) with w^(dmin - 1), w = 1 - T(t) with t^j, a_j < 1 the first."""
    skills, texts = equation.ensemble.skills.support, equation.ensemble.texts.support
    if skills is None or texts is None:
        return None
    if skills[0] == 1 and equation.ensemble.skills.pmf(1) != 0:
        return 0
    most = 64 if texts[1] is None else texts[1]
    first = next((k for k, a in enumerate(equation.learner.probabilities(min(most, 64))) if a != 1), None)
    return None if first is None else first * (skills[0] - 1)


def _stuck_order(equation: FixedPointEquation) -> int | None:
    """Return the power of t with which g starts where q is 1: T(1 - v) with v^(d - 1 - k), d the least degree, a_k > 0 the last."""
    support = equation.ensemble.texts.support
    if support is None:
        return None
    chances = equation.learner.probabilities(support[0])
    last = next((k for k in range(support[0] - 1, -1, -1) if chances[k].is_zero is False), None)
    return None if last is None else support[0] - 1 - last
