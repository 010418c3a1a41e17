"""Where a growth factor is 1, exactly, if a letter enters it rationally or as a power."""

import sympy as sp
from flint import ctx

from ....balls.compiling import ball_of
from ....balls.precision import CERTIFYING
from ....symbolic.algebra import tried
from ..equations.domain import Domain
from ..search import Range

__all__ = ["exact_roots"]

_HIGHEST = 60
"""The highest degree of a polynomial whose roots are isolated exactly, well within a second; above it a search in balls is quicker."""


def exact_roots(growth: sp.Expr, parameter: sp.Symbol, domain: Domain, search: Range | None = None) -> list[sp.Expr] | None:
    """Return the simple roots of growth = 1 in a domain (and a searched range), ascending; None where they have no exact form.

    >>> from deanalysis.model.symbols import R
    >>> exact_roots(4 * R**2, R, Domain(sp.Integer(0), None)), exact_roots(sp.exp(R), R, Domain(sp.Integer(0), None))
    ([1/2], None)
    """
    factor, power = growth.as_independent(parameter, as_Add=False)
    base, exponent = power.as_base_exp()
    if base == parameter and exponent.is_Rational:
        roots = [(1 / factor) ** (1 / exponent)]
    else:
        found = tried(lambda: _simple_roots(growth, parameter))
        if found is None:
            return None
        roots = found
    return [
        root for root in roots if _is_inside(root, domain) and (search is None or not (_less(root, search[0]) or _less(search[1], root)))
    ]


def _simple_roots(growth: sp.Expr, parameter: sp.Symbol) -> list[sp.Expr] | None:
    """Return the simple real roots where growth - 1 is a rational function of moderate degree with rational coefficients; else None."""
    powers = [power.exp for power in growth.atoms(sp.Pow) if power.base.has(parameter)]
    if not all(exponent.is_Integer and abs(exponent) <= _HIGHEST for exponent in powers):
        return None
    numerator = sp.fraction(sp.together(growth - 1))[0]
    if not numerator.is_polynomial(parameter):
        return None
    polynomial = sp.Poly(numerator, parameter)
    if polynomial.degree() > _HIGHEST or not all(one.is_Rational for one in polynomial.coeffs()):
        return None
    found = sp.real_roots(polynomial, multiple=False) if polynomial.degree() > 0 else []
    return [root for root, multiplicity in found if multiplicity == 1]


def _is_inside(root: sp.Expr, domain: Domain) -> bool:
    return _less(domain.low, root) and (domain.high is None or not _less(domain.high, root))


def _less(one: sp.Expr, other: sp.Expr) -> bool:
    """Compare constants, sums of many terms among them, by balls; equal ones are not less."""
    with ctx.workprec(CERTIFYING):
        return bool(ball_of(one) < ball_of(other))
