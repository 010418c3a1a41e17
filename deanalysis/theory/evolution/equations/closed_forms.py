"""Closed forms of the folds by the Lambert W function, both real branches, found from the fold condition.

SymPy's `solve` returns the principal branch alone when a letter is free, so the equation is matched here; every
root that a solver certifies is compared with the candidates, and a form that fits none is dropped.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import sympy as sp

from ....model.symbols import t
from ....symbolic.algebra import tried
from ....symbolic.functions import UNEVALUATED
from .curve import Curve

__all__ = ["ClosedForm", "ClosedForms", "closed_forms"]

_LONGEST = 60
_PLAIN = 6


class ClosedForm(NamedTuple):
    """A fold in closed form: its state t, the parameter there, q there, and the W argument that must be at least -1/e."""

    state: sp.Expr
    value: sp.Expr
    q: sp.Expr
    argument: sp.Expr

    @property
    def condition(self) -> sp.Expr:
        """The condition for the form to be real, as `expression >= e` for an argument -1/expression."""
        return sp.Ge(-1 / self.argument, sp.E, evaluate=False)


class ClosedForms(NamedTuple):
    """Candidates for the folds, principal branch first.

    `exhaustive` says that the fold condition has no other zeros, `ordered` that for every value of the letters for which they are
    real there are exactly two, both positive, the principal one the smaller.
    """

    forms: tuple[ClosedForm, ...]
    exhaustive: bool
    ordered: bool


_NONE = ClosedForms((), exhaustive=False, ordered=False)


@cache
def closed_forms(curve: Curve) -> ClosedForms:
    """Return candidates for the folds of a curve; none where the fold condition has another shape.

    >>> from deanalysis.theory.evolution.equations.curve import curve
    >>> from deanalysis.theory.evolution.equations.density_evolution import FixedPointEquation
    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.symbols import R, c
    >>> paper = FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))
    >>> closed_forms(curve(paper, R)).forms[0].value
    -exp(-1/LambertW(-1/c))*LambertW(-1/c)/c
    """
    if curve.loop.has(*UNEVALUATED) or sp.count_ops(curve.growth_rate) > _LONGEST:
        return _NONE
    return tried(lambda: _found(curve), _NONE)


def _found(curve: Curve) -> ClosedForms:
    rate = curve.growth_rate
    condition, numbers = _masked(1 - rate)
    found: list[ClosedForm] = []
    exhaustive = True
    for factor in _factors(condition):
        solutions = list(_lambert(factor))
        exhaustive &= bool(solutions)
        for state, argument in solutions:
            plain = state.xreplace(numbers)
            value, q = (_simplified(expression.xreplace({t: plain})) for expression in (curve.value, curve.q))
            found.append(ClosedForm(plain, value, q, argument.xreplace(numbers)))
    return ClosedForms(tuple(found), exhaustive, exhaustive and len(found) == 2 and all(map(_is_multiple, found)))


def _is_multiple(form: ClosedForm) -> bool:
    """Whether the state is a negative multiple of W at a negative argument, where W_{-1} <= -1 <= W_0 < 0."""
    lamberts = list(form.state.atoms(sp.LambertW))
    return len(lamberts) == 1 and bool((form.state / lamberts[0]).is_negative and form.argument.is_negative)


def _masked(condition: sp.Expr) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """Put letters in place of awkward numbers, which make factoring slow; return what they stand for."""
    names: dict[sp.Expr, sp.Symbol] = {}

    def name(number: sp.Expr) -> sp.Expr:
        size = abs(number)
        names.setdefault(size, sp.Dummy(f"n{len(names)}", positive=True))
        return names[size] if number > 0 else -names[size]

    awkward = condition.replace(lambda part: part.is_Rational and (abs(part.p) > _PLAIN or abs(part.q) > _PLAIN), name)
    return awkward, {symbol: number for number, symbol in names.items()}


def _factors(condition: sp.Expr) -> Iterator[sp.Expr]:
    numerator = sp.fraction(sp.together(condition))[0]
    for factor in sp.Mul.make_args(sp.factor(numerator)):
        base = factor.as_base_exp()[0]
        if base.has(t) and not isinstance(factor, sp.exp):
            yield base


def _lambert(factor: sp.Expr) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """Solve alpha + beta t + (gamma + delta t) e^{kappa t} = 0 where beta = gamma = 0 or delta = 0.

    alpha + delta t e^{kappa t} = 0:         t = W(-alpha kappa/delta)/kappa
    alpha + beta t + gamma e^{kappa t} = 0:  t = -alpha/beta - W((gamma kappa/beta) e^{-alpha kappa/beta})/kappa
    """
    expanded = sp.powsimp(sp.expand(factor))
    rates = {atom.args[0] / t for atom in expanded.atoms(sp.exp) if atom.has(t)}
    if len(rates) != 1 or any(rate.has(t) for rate in rates):
        return
    rate, exponential = rates.pop(), sp.Dummy("E")
    polynomial = expanded.xreplace({sp.exp(rate * t): exponential})
    if not polynomial.is_polynomial(t, exponential):
        return
    powers = dict(sp.Poly(polynomial, t, exponential).terms())
    if not set(powers) <= {(0, 0), (1, 0), (0, 1), (1, 1)}:
        return
    alpha, beta, gamma, delta = (powers.get(key, sp.Integer(0)) for key in ((0, 0), (1, 0), (0, 1), (1, 1)))
    if beta == gamma == 0 and alpha != 0 and delta != 0:
        shift, argument = sp.Integer(0), -alpha * rate / delta
        sign = sp.Integer(1)
    elif delta == 0 and beta != 0 and gamma != 0:
        shift, argument = -alpha / beta, gamma * rate / beta * sp.exp(-alpha * rate / beta)
        sign = sp.Integer(-1)
    else:
        return
    for branch in (0, -1):
        yield shift + sign * (sp.LambertW(argument, branch) if branch else sp.LambertW(argument)) / rate, argument


def _simplified(expression: sp.Expr) -> sp.Expr:
    """Use e^{W(z)} = z/W(z), which SymPy leaves alone, from the inside outward."""

    def collapse(exponential: sp.Expr) -> sp.Expr:
        exponent = sp.expand(exponential.args[0])
        for lambert in exponent.atoms(sp.LambertW):
            power = exponent.coeff(lambert, 1)
            if power.is_Integer:
                rest = sp.exp(exponent - power * lambert)
                return rest * (lambert.args[0] / lambert) ** power
        return exponential

    return sp.powsimp(expression.replace(lambda part: isinstance(part, sp.exp), collapse))
