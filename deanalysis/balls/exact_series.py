"""Exact Taylor coefficients at 0, as rational numbers: how flat a formula is there is decided by them alone."""

from collections.abc import Callable

import sympy as sp
from flint import ctx, fmpq, fmpq_series

from ..symbolic.functions import SparsePolynomial
from .compiling import rational

__all__ = ["exact_series", "first_order"]

_MOST_TERMS = 128


def first_order(expression: sp.Expr, variable: sp.Symbol, start: int, counts: Callable[[int], bool] = lambda order: True) -> int | None:
    """Return the first order from `start` on, of those that count, whose Taylor coefficient at 0 is not zero.

    None where the coefficients are not had as rational numbers, or the first 128 are zero.

    >>> x = sp.Symbol("x", positive=True)
    >>> first_order(1 - sp.exp(-x) - x, x, 0)
    2
    """
    count = 2 * max(start, 4)
    while count <= _MOST_TERMS:
        series = exact_series(expression, variable, count)
        if series is None:
            return None
        found = (order for order in range(start, count) if counts(order) and series[order] != 0)
        if (order := next(found, None)) is not None:
            return order
        count *= 2
    return None


def exact_series(expression: sp.Expr, variable: sp.Symbol, count: int) -> list[fmpq] | None:
    """Return the first Taylor coefficients at 0; None where they are not had as rational numbers.

    >>> x = sp.Symbol("x", positive=True)
    >>> exact_series(sp.exp(-x / 3), x, 3)
    [1, -1/3, 1/18]
    """
    kept, ctx.cap = ctx.cap, count
    try:
        series = fmpq_series([0]) + _series(expression, variable, {})
        return [series[order] for order in range(count)]
    except (ValueError, ZeroDivisionError):
        return None
    finally:
        ctx.cap = kept


def _series(expression: sp.Expr, variable: sp.Symbol, known: dict[sp.Expr, fmpq_series]) -> fmpq_series:
    """Expand a formula, its parts kept in `known`; `ValueError` where a part has no rational coefficients."""
    if expression not in known:
        known[expression] = _expanded(expression, variable, lambda part: _series(part, variable, known))
    return known[expression]


def _expanded(expression: sp.Expr, variable: sp.Symbol, inner: Callable[[sp.Expr], fmpq_series]) -> fmpq_series:
    if expression.is_Rational:
        return fmpq_series([rational(expression)])
    if expression == variable:
        return fmpq_series([0, 1])
    if expression.is_Add:
        return sum((inner(part) for part in expression.args), fmpq_series([0]))
    if expression.is_Mul:
        return _product([inner(part) for part in expression.args])
    if isinstance(expression, sp.exp):
        return inner(expression.args[0]).exp()
    if isinstance(expression, sp.log):
        return inner(expression.args[0]).log()
    if isinstance(expression, SparsePolynomial):
        return _polynomial(expression, inner(expression.args[1]))
    if expression.is_Pow and expression.exp.is_Rational:
        return _power(inner(expression.base), rational(expression.exp))
    raise ValueError("no rational coefficients")


def _product(factors: list[fmpq_series]) -> fmpq_series:
    result = fmpq_series([1])
    for factor in factors:
        result = result * factor
    return result


def _power(base: fmpq_series, exponent: fmpq) -> fmpq_series:
    """Raise to a power: b^e = exp(e log b), b(0) = 1, where e is no whole number."""
    if exponent.q != 1:
        return (base.log() * fmpq_series([exponent])).exp()
    whole = base ** abs(int(exponent.p))
    if exponent >= 0:
        return whole
    if whole[0] == 0:
        raise ValueError("not analytic at 0")
    return 1 / whole


def _polynomial(expression: sp.Expr, base: fmpq_series) -> fmpq_series:
    """Evaluate by Horner's rule over the gaps between the degrees."""
    total = fmpq_series([0])
    for gap, numerator, denominator in expression.args[0].by_gaps:
        total = (total + fmpq_series([fmpq(numerator, denominator)])) * base**gap
    return total
