"""Exact Taylor coefficients at 0, as rational numbers: how flat a formula is there is decided by them alone."""

from collections.abc import Callable
from functools import cache
from math import prod

import sympy as sp
from flint import ctx, fmpq, fmpq_series

from ..symbolic.functions import SparsePolynomial
from .arithmetic import horner
from .compiling import rational

_MOST_TERMS = 128
"""A formula that is flat at 0 to that order is taken for one that is constant there: laws begin at far lower degrees."""


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
        for order in range(start, count):
            if counts(order) and series[order] != 0:
                return order
        count *= 2
    return None


def exact_series(expression: sp.Expr, variable: sp.Symbol, count: int) -> list[fmpq] | None:
    """Return the first Taylor coefficients at 0; None where they are not had as rational numbers.

    >>> x = sp.Symbol("x", positive=True)
    >>> exact_series(sp.exp(-x / 3), x, 3)
    [1, -1/3, 1/18]
    """

    @cache
    def series(part: sp.Expr) -> fmpq_series:
        if part.is_Rational:
            return fmpq_series([rational(part)])
        if part == variable:
            return fmpq_series([0, 1])
        if part.is_Add:
            return sum(map(series, part.args), fmpq_series([0]))
        if part.is_Mul:
            return prod(map(series, part.args), start=fmpq_series([1]))
        if isinstance(part, SparsePolynomial):
            return horner([(gap, fmpq(p, q)) for gap, p, q in part.args[0].by_gaps], series(part.args[1]))
        if part.is_Pow and part.exp.is_Rational:
            return _power(series(part.base), rational(part.exp))
        if isinstance(part, (sp.exp, sp.log)):
            return getattr(series(part.args[0]), part.func.__name__)()
        raise ValueError("no rational coefficients")

    kept, ctx.cap = ctx.cap, count
    try:
        coefficients = series(expression)
        return [coefficients[order] for order in range(count)]
    except (ValueError, ZeroDivisionError):
        return None
    finally:
        ctx.cap = kept


def _power(base: fmpq_series, exponent: fmpq) -> fmpq_series:
    """Raise to a power: b^e = exp(e log b), b(0) = 1, where e is no whole number."""
    if exponent.q != 1:
        return (base.log() * fmpq_series([exponent])).exp()
    whole = base ** abs(int(exponent.p))
    if exponent < 0 and whole[0] == 0:
        raise ValueError("not analytic at 0")
    return whole if exponent >= 0 else 1 / whole
