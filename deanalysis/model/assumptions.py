"""How far SymPy goes to learn the sign of a polynomial, which it does on its own whenever a product or an exponential is written.

For letters of known sign it multiplies the polynomial out and isolates the roots of its derivative (`_monotonic_sign`): of
eps (1 - (1 - q)^15)^50 these are 10^14 terms. Here the sign of a polynomial of high degree is unknown, as SymPy allows any sign to be.
"""

from functools import lru_cache

import sympy as sp
from sympy.core import exprtools

__all__ = ["bound_sign_search"]

_HIGHEST_DEGREE = 12
_monotonic_sign = exprtools._monotonic_sign


@lru_cache(maxsize=4096)
def _degree_bound(expression: sp.Expr) -> int:
    """Return a bound of the total degree that an expression has once it is multiplied out."""
    if expression.is_Symbol:
        return 1
    degrees = [_degree_bound(part) for part in expression.args]
    if expression.is_Pow and expression.exp.is_Integer:
        return abs(int(expression.exp)) * degrees[0]
    return sum(degrees) if expression.is_Mul else max(degrees, default=0)


def _sign_of_low_degree(expression: sp.Expr) -> sp.Expr | None:
    return _monotonic_sign(expression) if _degree_bound(expression) <= _HIGHEST_DEGREE else None


def bound_sign_search() -> None:
    """Let SymPy leave the sign of polynomials of high degree unknown.

    >>> bound_sign_search()
    >>> q = sp.Symbol("q", positive=True)
    >>> (1 - (1 - (1 - q) ** 199) ** 199).is_positive
    """
    exprtools._monotonic_sign = _sign_of_low_degree
