"""Integrals in balls, and as power series in their upper end; they can be interrupted."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flint import acb, arb, arb_series, ctx

from .series import composed, taylor

__all__ = ["definite", "integral"]


def integral(function: Callable[[acb], acb], low: acb, high: acb) -> acb:
    """Enclose the integral of a meromorphic function along a straight line.

    An exception inside, such as that of Ctrl-C, ends it and is raised here; FLINT alone would go on and raise another.

    >>> integral(lambda z: z.exp(), acb(0), acb(1))
    [1.71828182845904 +/- 6.23e-15]
    """
    raised: list[BaseException] = []

    def guarded(point: acb, analytic: bool) -> acb:
        if raised:
            return acb(0)
        try:
            return function(point)
        except BaseException as error:
            raised.append(error)
            return acb(0)

    whole = acb.integral(guarded, low, high)
    if raised:
        raise raised[0]
    return whole


def definite(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return (start, end, letters) -> the integral of a function with values in [0, 1], such as a probability; at its start it may be 0/0.

    The end may be a real or complex ball, or a series.

    >>> definite(lambda y: y)(arb(0), arb(1)).contains(arb(1) / 2)
    True
    """

    def whole(start: Any, end: Any, *letters: Any) -> Any:
        if isinstance(end, arb_series):
            inside = taylor(function, end[0], ctx.cap, letters)
            return composed([whole(start, end[0], *letters), *(inside[k - 1] / k for k in range(1, ctx.cap))], end)
        known, nearly = [acb(value) for value in letters], arb(start) + arb(2) ** -ctx.prec
        up_to = partial(integral, lambda point: function(point, *known), acb(nearly))
        if any(value.imag != 0 for value in known):
            return acb("nan")
        first = (nearly - arb(start)).union(arb(0))
        if isinstance(end, acb):
            middle = acb(end.real.mid(), end.imag.mid())
            return up_to(middle) + (end - middle) * function(end, *known) + first
        real = arb(arb(end).mid())
        rest = (arb(end) - real) * function(arb(end), *letters) if arb(end).rad() > 0 else arb(0)
        return up_to(acb(real)).real + rest + first

    return whole
