"""Truncated power series of balls: the Taylor coefficients of compiled functions, compositions, and powers by squares."""

from collections.abc import Callable, Sequence
from typing import Any

from flint import acb, acb_series, arb, arb_series, ctx

__all__ = ["by_squares", "composed", "taylor", "taylors"]


def taylor(function: Callable[..., Any], point: Any, count: int, others: Sequence[Any] = ()) -> list[Any]:
    """Enclose the first `count` Taylor coefficients of a compiled function around every point of a real or complex ball.

    They are by its first argument; `others` are the further ones. Where the ball is so wide that the function is not defined on it, the
    coefficients are not a number.

    >>> taylor(lambda x: x * x, arb(3), 2)
    [9.00000000000000, 6.00000000000000]
    """
    return taylors(lambda *arguments: (function(*arguments),), point, count, 1, others)[0]


def taylors(function: Callable[..., Any], point: Any, count: int, length: int, others: Sequence[Any] = ()) -> list[list[Any]]:
    """Do the same for a compiled tuple of `length` functions, which share what they have in common."""
    series_of: Any = acb_series if isinstance(point, acb) else arb_series
    number: Any = acb if isinstance(point, acb) else arb
    kept, ctx.cap = ctx.cap, count
    try:
        results = function(series_of([point, 1]), *others)
    except (ValueError, ZeroDivisionError):
        return [[number("nan")] * count] * length
    finally:
        ctx.cap = kept
    series = [result if isinstance(result, series_of) else series_of([number(result)]) for result in results]
    return [[one[order] for order in range(count)] for one in series]


def composed(coefficients: Sequence[arb], at: arb_series) -> arb_series:
    """Compose the series sum_j coefficients_j (at - at_0)^j; one that is infinite leaves the coefficients in front of it alone."""
    step = arb_series([arb(0), *(at[place] for place in range(1, ctx.cap))])
    total, power = arb_series([coefficients[0]]), arb_series([1])
    for place in range(1, ctx.cap):
        power = power * step
        total += arb_series([arb(0)] * place + [coefficients[place] * power[index] for index in range(place, ctx.cap)])
    return total


def by_squares(base: Any, exponent: int) -> Any:
    """Raise to a whole power from 0 on by products alone; the base may be 0, a ball around it, or a series that begins with it.

    >>> by_squares(arb(0, 1), 2)
    [+/- 1.01]
    """
    result, square = None, base
    while exponent:
        if exponent % 2:
            result = square if result is None else result * square
        exponent //= 2
        square = square * square if exponent else square
    return base * 0 + 1 if result is None else result
