"""The values that a letter may take: where every law is a law and every learner a learner."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import sympy as sp

from ....errors import InputError
from ....model.exact import Limit
from ....symbolic.algebra import tried

__all__ = ["Domain", "Limited", "domain"]


class Limited(Protocol):
    """What has letters within limits."""

    @property
    def limits(self) -> Iterable[Limit]:
        """What the letters must satisfy together."""

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Any:
        """Return a copy with letters bound; `InputError` where that leaves it none of its kind."""


class Domain(NamedTuple):
    """The interval of a letter; `high` is None where it is unbounded. The letter is positive, so 0 itself does not belong to it."""

    low: sp.Expr
    high: sp.Expr | None

    def __str__(self) -> str:
        return f"({self.low}, {self.high})" if self.high is not None else f"({self.low}, oo)"


def domain(model: Limited, parameter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr]) -> Domain:
    """Return the interval in which a letter keeps every weight, mean, shape and probability within its limits, the others bound.

    Raises `InputError` where the limits hold nowhere, in several intervals, or cannot be solved for the letter.

    >>> from deanalysis.theory.evolution.equations.density_evolution import FixedPointEquation
    >>> from deanalysis import Ensemble, Poisson, Polynomial, SkillLearner
    >>> from deanalysis.model.symbols import letter
    >>> w = letter("w")
    >>> mixed = Ensemble(Poisson(3), Polynomial(((2, w / 2), (3, 1 - w / 2))))
    >>> print(domain(FixedPointEquation(mixed, SkillLearner(1)), w, {}))
    (0, 2)
    """
    bound = dict(values)
    limits = [Limit(limit.expression.xreplace(bound), limit.low, limit.high) for limit in model.limits]
    conditions = [condition for limit in limits if limit.expression.has(parameter) for condition in _conditions(limit, parameter)]
    places = sorted({root for condition in conditions for root in _roots(condition, parameter)})
    ends: list[sp.Expr | None] = [sp.Integer(0), *places, None]
    allowed = [_holds(conditions, parameter, low, high) for low, high in pairwise(ends)]
    if not any(allowed):
        raise InputError(f"parameter {parameter}", "must have a value for which the model is one; there is none")
    first, last = allowed.index(True), len(allowed) - allowed[::-1].index(True)
    if not all(allowed[first:last]):
        raise InputError(f"parameter {parameter}", "must have one interval of values for which the model is one; it has several")
    low = ends[first]
    assert low is not None
    return Domain(low, ends[last])


def _conditions(limit: Limit, parameter: sp.Symbol) -> Iterable[sp.Expr]:
    """Return polynomials in the parameter that must not be negative."""
    for expression in (limit.expression - limit.low, *([limit.high - limit.expression] if limit.high is not None else [])):
        if expression.is_nonnegative:
            continue
        numerator, denominator = sp.fraction(tried(partial(sp.together, expression), expression))
        condition = sp.expand(numerator * denominator)
        if not condition.is_polynomial(parameter) or condition.free_symbols != {parameter}:
            raise InputError(f"parameter {parameter}", "must enter weights and probabilities rationally", given=limit.expression)
        yield condition


def _roots(condition: sp.Expr, parameter: sp.Symbol) -> list[sp.Expr]:
    polynomial = sp.Poly(condition, parameter)
    roots = tried(lambda: sp.real_roots(polynomial)) if polynomial.degree() > 0 else []
    if roots is None:
        roots = tried(lambda: _radicals(polynomial))
    if roots is None:
        raise InputError(f"parameter {parameter}", "must enter weights so that their limits can be solved for it", given=condition)
    return [root for root in roots if root > 0]


def _radicals(polynomial: sp.Poly) -> list[sp.Expr] | None:
    """Return the real roots in radicals, which there are over any numbers; None where they are not all of them."""
    roots = sp.roots(polynomial)
    if sum(roots.values()) != polynomial.degree() or any(root.is_real is None for root in roots):
        return None
    return [root for root in roots if root.is_real]


def _holds(conditions: list[sp.Expr], parameter: sp.Symbol, low: sp.Expr, high: sp.Expr | None) -> bool:
    inside = low + 1 if high is None else (low + high) / 2
    return all(condition.subs(parameter, inside) >= 0 for condition in conditions)
