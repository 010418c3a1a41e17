"""Algebra that may fail: SymPy's heuristics (gcd, factor, solve, simplify) give up on some expressions, and are never the only way."""

from collections.abc import Callable
from typing import TypeVar, overload

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

__all__ = ["simplified", "tried"]

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
