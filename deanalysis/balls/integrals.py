"""Integrals in balls that can be interrupted."""

from collections.abc import Callable

from flint import acb

__all__ = ["integral"]


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
