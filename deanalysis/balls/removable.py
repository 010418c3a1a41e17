"""Formulas that are 0/0 at the state 0, such as (1 - e^-q)/q, enclosed over balls around it."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp
from flint import acb, arb, arb_series, ctx

from ..symbolic.algebra import power_series, simplified
from .series import composed, taylor
from .tails import Tail

__all__ = ["extended", "is_singular", "regular", "without_singular"]

Function = Callable[..., Any]

_TERMS, _NEAR = 16, 0.5


def is_singular(expression: sp.Expr, variable: sp.Symbol) -> bool:
    """Whether there are negative powers of a variable in an expression."""
    return any(part.base == variable and part.exp.is_negative for part in expression.atoms(sp.Pow))


def without_singular(expression: sp.Expr, variable: sp.Symbol, name: Callable[[sp.Expr, sp.Expr, int], sp.Expr]) -> sp.Expr:
    """Replace the smallest parts that are 0/0 at the value 0 of a variable by `name(part, N, m)`, part = N/variable^m (see `regular`)."""
    if not is_singular(expression, variable):
        return expression
    inside = [without_singular(part, variable, name) for part in expression.args]
    found = expression.func(*inside) if tuple(inside) != expression.args else expression
    if not (is_singular(found, variable) and isinstance(expression, sp.Expr)):
        return found
    quotient = regular(expression, variable)
    return found if quotient is None else name(expression, *quotient)


@cache
def regular(expression: sp.Expr, variable: sp.Symbol) -> tuple[sp.Expr, int] | None:
    """Return N and m with expression = N/variable^m, N analytic at 0 and proved to vanish there to order m; None where that is not found.

    >>> q = sp.Symbol("q", positive=True)
    >>> regular((1 - sp.exp(-q)) / q, q)
    (1 - exp(-q), 1)
    """
    terms = sp.Add.make_args(sp.expand_mul(expression))
    exponents = [sp.sympify(term.as_powers_dict()[variable]) for term in terms]
    if not all(exponent.is_Integer for exponent in exponents):
        return None
    order = -min(exponents)
    numerator = sp.Add(*(term * variable**order for term in terms))
    if order <= 0 or is_singular(numerator, variable) or numerator.has(sp.Sum, sp.Integral):
        return None
    try:
        leading = power_series(numerator, variable, int(order))
    except ValueError:
        return None
    return (numerator, int(order)) if all(simplified(value) == 0 for value in leading) else None


def extended(direct: Function, numerator: Function, order: int) -> Function:
    """Return a compiled formula f = N/y^m that can be had over balls and of power series around 0, too, and of what falls to 0.

    With n = m + 16, f(y) = N_m + N_{m+1} y + ... + N_{n-1} y^{n-m-1} + y^{n-m} r(y), N_j the Taylor coefficients at 0. The k-th Taylor
    coefficient of r at y is the divided difference of N at n times 0 and k + 1 times y, and so the Taylor coefficient of N of order n + k
    somewhere between 0 and y (of a complex y, a mean of those there).
    """

    def function(state: Any, *values: Any) -> Any:
        place = _near_zero(state)
        if place is None:
            return direct(state, *values)
        moving = isinstance(state, arb_series)
        start = taylor(numerator, type(place)(0), order + _TERMS, values)[order:]
        rest = taylor(numerator, place.union(type(place)(0)), order + _TERMS + (ctx.cap if moving else 1), values)[order + _TERMS :]
        at = state if moving else place
        total: Any = composed(rest, state) if moving else rest[0]
        for value in reversed(start):
            total = total * at + value
        return Tail(Fraction(0), total, state.start) if isinstance(state, Tail) else total

    return function


def _near_zero(state: Any) -> Any:
    """Return the ball of states where it contains 0 or is wide and near 0, or those of what falls to 0."""
    if isinstance(state, Tail):
        return state.ball() if state.decay > 0 else None
    start: Any = state[0] if isinstance(state, arb_series) else state
    if not isinstance(start, (arb, acb)):
        return None
    is_wide = abs(start) < _NEAR and 2 * start.rel_accuracy_bits() < ctx.prec
    origin: Any = type(start)(0)
    return start if is_wide or start.contains(origin) else None
