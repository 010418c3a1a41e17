"""Algebra on expressions: simplification that may give up, logarithms of products taken apart, power series by recurrences, signs.

SymPy's heuristics (gcd, factor, solve, simplify) fail on some expressions, so they are never the only way.
"""

from collections.abc import Callable, Collection, Sequence
from functools import reduce
from typing import TypeVar, overload

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

_Result = TypeVar("_Result")


@overload
def tried(compute: Callable[[], _Result]) -> _Result | None: ...
@overload
def tried(compute: Callable[[], _Result], fallback: _Result) -> _Result: ...
def tried(compute: Callable[[], _Result], fallback: _Result | None = None) -> _Result | None:
    """Return what algebra gives, and the fallback where it gives up."""
    try:
        return compute()
    except (BasePolynomialError, NotImplementedError):
        return fallback


def simplified(expression: sp.Expr) -> sp.Expr:
    """Return what SymPy's `simplify` makes of an expression, and the expression itself where it gives up."""
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


def power_series(expression: sp.Expr, variable: sp.Symbol, count: int) -> list[sp.Expr]:
    """Return the first `count` Taylor coefficients at 0; `ValueError` where there are none or no recurrence is known.

    >>> x = sp.Symbol("x", positive=True)
    >>> power_series((1 - sp.exp(-x)) / x, x, 3)
    [1, -1/2, 1/6]
    """
    if count == 0:
        return []
    if not expression.has(variable):
        return _constant(expression, count)
    if expression.is_Add:
        return [sp.Add(*terms) for terms in zip(*(power_series(term, variable, count) for term in expression.args), strict=True)]
    if expression.is_Mul or expression.as_base_exp()[0] == variable:
        return _product(sp.Mul.make_args(expression), variable, count)
    if isinstance(expression, sp.exp):
        inner = power_series(expression.args[0], variable, count)
        return _recurrence(sp.exp(inner[0]), inner, sp.S.One, lambda n, k: k)
    if isinstance(expression, sp.log):
        inner = power_series(expression.args[0], variable, count)
        slopes = _times([k * value for k, value in enumerate(inner)], _power(inner, sp.S.NegativeOne))
        return [sp.log(inner[0]), *(slope / n for n, slope in enumerate(slopes[1:], 1))]
    if expression.is_Pow and not expression.exp.has(variable):
        return _power(power_series(expression.base, variable, count), expression.exp)
    raise ValueError("no recurrence is known")


def _product(factors: Sequence[sp.Expr], variable: sp.Symbol, count: int) -> list[sp.Expr]:
    """Multiply the factors, the powers of the variable itself as a shift."""
    powers = [factor.as_base_exp() for factor in factors]
    exponent = sp.Add(*(power for base, power in powers if base == variable))
    others = [factor for factor, (base, _) in zip(factors, powers, strict=True) if base != variable]
    if not exponent.is_Integer:
        raise ValueError("not analytic at 0")
    shift = int(exponent)
    wanted = max(1, count - shift)
    result = reduce(_times, (power_series(factor, variable, wanted) for factor in others), _constant(sp.S.One, wanted))
    if any(simplified(value) != 0 for value in result[: max(0, -shift)]):
        raise ValueError("not analytic at 0")
    return ([sp.S.Zero] * shift + result[max(0, -shift) :])[:count]


def _constant(value: sp.Expr, count: int) -> list[sp.Expr]:
    return [value] + [sp.S.Zero] * (count - 1)


def _times(first: list[sp.Expr], second: list[sp.Expr]) -> list[sp.Expr]:
    return [sp.Add(*(first[i] * second[n - i] for i in range(n + 1))) for n in range(len(first))]


def _power(inner: list[sp.Expr], exponent: sp.Expr) -> list[sp.Expr]:
    if inner[0].is_zero is False:
        return _recurrence(inner[0] ** exponent, inner, inner[0], lambda n, k: k * exponent - (n - k))
    if not exponent.is_Integer or not 0 <= exponent <= len(inner):
        raise ValueError("not analytic at 0")
    return reduce(_times, [inner] * int(exponent), _constant(sp.S.One, len(inner)))


def _recurrence(start: sp.Expr, inner: list[sp.Expr], lead: sp.Expr, weight: Callable[[int, int], sp.Expr]) -> list[sp.Expr]:
    """Return r with n lead r_n = sum_{k=1..n} weight(n, k) inner_k r_{n-k}, as differential equations of first order have it."""
    result = [start]
    for n in range(1, len(inner)):
        result.append(sp.Add(*(weight(n, k) * inner[k] * result[n - k] for k in range(1, n + 1))) / (n * lead))
    return result


def sign(expression: sp.Expr, states: Collection[sp.Symbol]) -> int | None:
    """Return 1 where an expression is surely at least 0, -1 where it is at most 0, 0 where it is 0; None where its form does not show it.

    >>> from deanalysis.model.symbols import G, q
    >>> sign(sp.diff((1 - sp.exp(-G * q)) ** 2, G), {q}), sign(q - G, {q})
    (1, None)
    """
    if expression.is_zero:
        return 0
    if expression.is_nonnegative or isinstance(expression, sp.exp) or _in_unit(expression, states):
        return 1
    if expression.is_nonpositive:
        return -1
    if expression.is_Mul:
        signs = [sign(factor, states) for factor in expression.args]
        return None if None in signs else int(sp.prod(signs))
    if expression.is_Add:
        signs_of_terms = {sign(term, states) for term in expression.args} - {0}
        return signs_of_terms.pop() if len(signs_of_terms) == 1 else None
    if expression.is_Pow and (expression.exp.is_even or sign(expression.base, states) == 1):
        return 1
    return None


def _in_unit(expression: sp.Expr, states: Collection[sp.Symbol]) -> bool:
    """Whether an expression surely lies in [0, 1]."""
    if expression in states:
        return True
    if expression.is_number:
        return (expression >= 0) == True and (expression <= 1) == True  # noqa: E712  what SymPy cannot compare is a relation
    if isinstance(expression, sp.exp):
        return sign(expression.args[0], states) in (-1, 0)
    if expression.is_Mul:
        return all(_in_unit(factor, states) for factor in expression.args)
    if expression.is_Pow:
        return bool(expression.exp.is_nonnegative) and _in_unit(expression.base, states)
    return bool(expression.is_Add and _in_unit_sum(expression, states))


def _in_unit_sum(expression: sp.Add, states: Collection[sp.Symbol]) -> bool:
    """Whether a sum is one less weights of things in [0, 1] that sum to at most one, or those weights alone."""
    rest = list(expression.args)
    constant = sum((term for term in rest if term.is_number), sp.S.Zero)
    weighted = [term.as_coeff_Mul() for term in rest if not term.is_number]
    if not all(_in_unit(term, states) for _, term in weighted):
        return False
    low = constant + sum((weight for weight, _ in weighted if weight < 0), sp.S.Zero)
    high = constant + sum((weight for weight, _ in weighted if weight > 0), sp.S.Zero)
    return bool(low >= 0 and high <= 1)
