"""Algebra on expressions: simplification that may give up, logarithms of products taken apart, power series by recurrences.

SymPy's heuristics (gcd, factor, solve, simplify) fail on some expressions, so they are never the only way.
"""

from collections.abc import Callable
from math import prod
from typing import TypeVar, overload

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

__all__ = ["log_slope", "logarithm", "power_series", "simplified", "tried"]

_Result = TypeVar("_Result")


@overload
def tried(compute: Callable[[], _Result]) -> _Result | None: ...
@overload
def tried(compute: Callable[[], _Result], fallback: _Result) -> _Result: ...
def tried(compute: Callable[[], _Result], fallback: _Result | None = None) -> _Result | None:
    """Return what algebra gives, and the fallback where it gives up.

    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> tried(lambda: sp.Poly(1 / x, x, domain="ZZ"), "no polynomial")
    'no polynomial'
    """
    try:
        return compute()
    except (BasePolynomialError, NotImplementedError):
        return fallback


def simplified(expression: sp.Expr) -> sp.Expr:
    """Return what SymPy's `simplify` makes of an expression, and the expression itself where it gives up.

    >>> x = sp.Symbol("x")
    >>> simplified(sp.sin(x) ** 2 + sp.cos(x) ** 2)
    1
    """
    return tried(lambda: sp.simplify(expression), expression)


def logarithm(expression: sp.Expr) -> sp.Expr:
    """Return log(expression) for a positive expression, as a sum over its factors.

    >>> x = sp.Symbol("x", positive=True)
    >>> logarithm(x**3 * sp.exp(-x))
    -x + 3*log(x)
    """
    if expression.is_Mul:
        return sp.Add(*map(logarithm, expression.args))
    if isinstance(expression, sp.exp):
        return expression.args[0]
    if expression.is_Pow:
        return expression.exp * logarithm(expression.base)
    return sp.log(expression, evaluate=expression.is_Symbol or expression.is_number)


def log_slope(expression: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """Return the derivative of log(expression): a sum over its factors, each small.

    >>> x = sp.Symbol("x", positive=True)
    >>> log_slope(x**3 * sp.exp(-x), x)
    -1 + 3/x
    """
    if not expression.has(variable):
        return sp.Integer(0)
    if expression.is_Mul:
        return sp.Add(*(log_slope(factor, variable) for factor in expression.args))
    if isinstance(expression, sp.exp):
        return sp.diff(expression.args[0], variable)
    if expression.is_Pow and not expression.exp.has(variable):
        return expression.exp * log_slope(expression.base, variable)
    return sp.diff(expression, variable) / expression


def power_series(expression: sp.Expr, variable: sp.Symbol, count: int) -> list[sp.Expr]:
    """Return the first `count` Taylor coefficients at 0; `ValueError` where there are none or no recurrence is known.

    >>> x = sp.Symbol("x", positive=True)
    >>> power_series((1 - sp.exp(-x)) / x, x, 3)
    [1, -1/2, 1/6]
    """
    if count == 0:
        return []
    if not expression.has(variable):
        return [expression] + [sp.S.Zero] * (count - 1)
    if expression == variable:
        return [sp.S.Zero, sp.S.One, *[sp.S.Zero] * count][:count]
    if expression.is_Add:
        return [sp.Add(*terms) for terms in zip(*(power_series(part, variable, count) for part in expression.args), strict=True)]
    if expression.is_Mul:
        return _product(expression, variable, count)
    if isinstance(expression, sp.exp):
        return _exponential(power_series(expression.args[0], variable, count))
    if isinstance(expression, sp.log):
        return _logarithm(power_series(expression.args[0], variable, count))
    if expression.is_Pow and not expression.exp.has(variable):
        if expression.base == variable:
            return _product(sp.Mul(expression, sp.S.One, evaluate=False), variable, count)
        return _power(power_series(expression.base, variable, count), expression.exp)
    raise ValueError("no recurrence is known")


def _product(expression: sp.Expr, variable: sp.Symbol, count: int) -> list[sp.Expr]:
    """Multiply the factors, the powers of the variable itself as a shift."""
    shift, others = sp.S.Zero, []
    for factor in expression.args:
        base, exponent = factor.as_base_exp()
        if base == variable:
            shift += exponent
        else:
            others.append(factor)
    if not shift.is_Integer:
        raise ValueError("not analytic at 0")
    wanted = max(1, count - int(shift))
    result = [sp.S.One] + [sp.S.Zero] * (wanted - 1)
    for factor in others:
        series = power_series(factor, variable, wanted)
        result = [sp.Add(*(result[i] * series[n - i] for i in range(n + 1))) for n in range(wanted)]
    if any(simplified(value) != 0 for value in result[: max(0, -int(shift))]):
        raise ValueError("not analytic at 0")
    return ([sp.S.Zero] * max(0, int(shift)) + result[max(0, -int(shift)) :])[:count]


def _exponential(inner: list[sp.Expr]) -> list[sp.Expr]:
    result = [sp.exp(inner[0])]
    for n in range(1, len(inner)):
        result.append(sp.Add(*(k * inner[k] * result[n - k] for k in range(1, n + 1))) / n)
    return result


def _logarithm(inner: list[sp.Expr]) -> list[sp.Expr]:
    if inner[0].is_zero is not False:
        raise ValueError("not analytic at 0")
    result = [sp.log(inner[0])]
    for n in range(1, len(inner)):
        result.append((inner[n] - sp.Add(*(k * result[k] * inner[n - k] for k in range(1, n))) / n) / inner[0])
    return result


def _power(inner: list[sp.Expr], exponent: sp.Expr) -> list[sp.Expr]:
    if exponent.is_Integer and 0 <= exponent <= len(inner) and inner[0].is_zero is not False:
        return _whole_power(inner, int(exponent))
    if inner[0].is_zero is not False:
        raise ValueError("not analytic at 0")
    result = [inner[0] ** exponent]
    for n in range(1, len(inner)):
        terms = ((k * exponent - (n - k)) * inner[k] * result[n - k] for k in range(1, n + 1))
        result.append(sp.Add(*terms) / (n * inner[0]))
    return result


def _whole_power(inner: list[sp.Expr], exponent: int) -> list[sp.Expr]:
    result = [sp.S.One] + [sp.S.Zero] * (len(inner) - 1)
    for _ in range(exponent):
        result = [sp.Add(*(prod((result[i], inner[n - i])) for i in range(n + 1))) for n in range(len(inner))]
    return result
