"""Exact power series of an expression at 0, by the recurrences for products, powers, exp and log."""

from math import prod

import sympy as sp

from .algebra import simplified

__all__ = ["power_series"]


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
