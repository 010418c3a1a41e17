"""Algebra that may fail: SymPy's heuristics (gcd, factor, solve, simplify) give up on some expressions, and are never the only way."""

from collections.abc import Callable
from typing import TypeVar

from sympy.polys.polyerrors import BasePolynomialError

__all__ = ["tried"]

_Result = TypeVar("_Result")


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
