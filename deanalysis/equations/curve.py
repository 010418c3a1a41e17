"""The curve of all fixed points, inverted for a parameter: h(parameter) = t/g(t).

Whether a parameter scales the degrees of the skills, of the texts, or is the fraction unknown, going
once around the loop of density evolution gives the same form: the curve is t/g(t) for one function g, and its
turning points (the folds, where f_q = 1) are the zeros of g(t) - t g'(t). No starting guess, no
double root.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ..errors import InputError
from ..model.compositions import Mixture
from ..model.degrees import DegreeDistribution
from ..model.laws import Binomial
from ..model.symbols import q, t
from .evolution import FixedPointEquation

__all__ = ["Curve", "curve"]

_HIGHEST_ORDER = 7


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

    def order(self, values: Mapping[sp.Symbol, sp.Expr]) -> int | None:
        """Return an order to which the fold condition vanishes at t = 0 for these values; None where it is not known."""
        if self.learns_along > 0:
            return 0
        return _order(self.equation.bind(values), self.loop.xreplace(dict(values)))

    @cached_property
    def value(self) -> sp.Expr:
        """The parameter as a function of t."""
        factor, power = self.scale.as_independent(self.parameter, as_Add=False)
        exponent = power.as_base_exp()[1]
        return (t / (self.loop * factor)) ** (1 / exponent)

    @cached_property
    def fold_condition(self) -> sp.Expr:
        """g(t) - t g'(t): zero exactly where the curve turns, positive where t/g(t) grows."""
        return self.loop - t * sp.diff(self.loop, t)

    @cached_property
    def testing_error(self) -> sp.Expr:
        """The testing error 1 - P(1-q) along the curve, with the parameter eliminated."""
        error = self.equation.testing_error
        return error.xreplace({q: t / self.scale}) if error.has(self.parameter) else error.xreplace({q: self.q})

    @property
    def rises(self) -> bool:
        """Whether the parameter grows with the scale."""
        return bool(self.scale.as_independent(self.parameter, as_Add=False)[1].as_base_exp()[1] > 0)

    @property
    def learned_side(self) -> str:
        """'above' where learning gets easier as the parameter grows, else 'below'."""
        return "above" if (self.learns_along > 0) == self.rises else "below"


def curve(equation: FixedPointEquation, parameter: sp.Symbol) -> Curve:
    """Invert the equation for a parameter that scales one degree law or the fraction unknown.

    Raises `InputError` where the parameter enters in another way, or in several places at once.

    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.symbols import R, c
    >>> inverted = curve(FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1)), R)
    >>> inverted.value
    t*exp(c*exp(-t))/c
    """
    ensemble = equation.ensemble
    places = [
        name
        for name, letters in (
            ("texts", ensemble.texts.letters),
            ("skills", ensemble.skills.letters),
            ("unknown", ensemble.unknown.free_symbols),
            ("learner", equation.learner.letters),
        )
        if parameter in letters
    ]
    inversions = {"skills": _skills, "texts": _texts, "unknown": _unknown}
    found = inversions.get(places[0]) if len(places) == 1 else None
    inverted = found(equation, parameter) if found else None
    if inverted is None:
        raise InputError(
            f"--parameter {parameter}",
            "must scale the degrees of texts alone or of skills alone, or the fraction unknown",
            remedy=f"it enters {' and '.join(places) or 'nowhere'} in a way that cannot be inverted yet",
        )
    return inverted


def _monomial(expression: sp.Expr, parameter: sp.Symbol) -> bool:
    power = expression.as_independent(parameter, as_Add=False)[1]
    base, exponent = power.as_base_exp()
    return bool(base == parameter and exponent.is_Rational)


def _is_probability(law: DegreeDistribution, parameter: sp.Symbol) -> bool:
    """Whether the parameter enters the probability of a binomial law, whose range ends at 1."""
    if isinstance(law, Mixture):
        return any(_is_probability(part, parameter) for _, part in law.parts)
    return isinstance(law, Binomial) and law.probability.has(parameter)


def _rescaled(law: DegreeDistribution, parameter: sp.Symbol) -> sp.Expr | None:
    """Return Psi(t) with edge pgf(x) = Psi(mean (1-x)), or None where the parameter is no scale of the law."""
    if not _monomial(law.mean, parameter) or _is_probability(law, parameter):
        return None
    rescaled = law.edge_pgf(1 - t / law.mean)
    return None if rescaled.has(parameter) else rescaled


def _skills(equation: FixedPointEquation, parameter: sp.Symbol) -> Curve | None:
    decay = _rescaled(equation.ensemble.skills, parameter)
    if decay is None:
        return None
    state = equation.ensemble.unknown * decay
    loop = equation.teaching.xreplace({q: state})
    return Curve(equation, parameter, equation.ensemble.skills.mean, loop, state, False, +1)


def _texts(equation: FixedPointEquation, parameter: sp.Symbol) -> Curve | None:
    scale = equation.ensemble.texts.mean
    if not _monomial(scale, parameter) or _is_probability(equation.ensemble.texts, parameter):
        return None
    teaching = equation.teaching.xreplace({q: t / scale})
    if teaching.has(parameter):
        teaching = sp.simplify(teaching)
    if teaching.has(parameter):
        return None
    loop = equation.ensemble.unknown * equation.ensemble.skills.edge_pgf(1 - teaching)
    return Curve(equation, parameter, scale, loop, loop, False, -1)


def _unknown(equation: FixedPointEquation, parameter: sp.Symbol) -> Curve | None:
    scale = equation.ensemble.unknown
    if not _monomial(scale, parameter):
        return None
    loop = equation.ensemble.skills.edge_pgf(1 - equation.teaching).xreplace({q: t})
    return Curve(equation, parameter, scale, loop, t, True, -1)


def _order(equation: FixedPointEquation, loop: sp.Expr) -> int | None:
    """Return an order to which the fold condition is proved to vanish at t = 0 (it may vanish to a higher one).

    lambda(w) starts with w^(dmin - 1) and w = 1 - T(t) with t^j, j the first k with a_k < 1. The first-order
    term of g cancels in g - t g'; what follows it is found by exact derivatives.
    """
    skills, texts = equation.ensemble.skills.support, equation.ensemble.texts.support
    if skills is None or texts is None:
        return None
    if skills[0] == 1 and equation.ensemble.skills.pmf(1) != 0:
        return 0
    most = 64 if texts[1] is None else texts[1]
    first = next((k for k, a in enumerate(equation.learner.probabilities(min(most, 64))) if a != 1), None)
    if first is None:
        return None
    power = first * (skills[0] - 1)
    if power != 1 or loop.has(sp.Sum):
        return 2 if power == 1 else power
    derivatives = (sp.diff(loop, t, order).subs(t, 0) for order in range(2, _HIGHEST_ORDER))
    return next((order for order, value in enumerate(derivatives, start=2) if value.equals(0) is not True), None)
