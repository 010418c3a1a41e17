"""Algebraic numbers: the irreducible polynomial of which a threshold is a root, where all laws are polynomials."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import sympy as sp
from flint import arb, arb_mat, fmpq_mat, fmpq_poly, fmpz_poly

from ..model.symbols import t, x
from .compiling import rational

__all__ = ["Algebraic", "algebraic"]

_HIGHEST, _HIGHEST_ROOT = 40, 10


class Algebraic(NamedTuple):
    """An algebraic candidate: the irreducible polynomials of a state t and of the value there."""

    state: fmpz_poly
    value: fmpz_poly

    def fits(self, state: arb) -> bool:
        """Whether a certified state is a root; other candidates have no root so near."""
        return bool(_at(self.state, arb_mat([[state]]))[0, 0].contains(arb(0)))

    @property
    def polynomial(self) -> sp.Expr:
        """The polynomial of the value, in x."""
        return sp.Add(*(int(self.value[power]) * x**power for power in range(self.value.degree() + 1)))

    def root(self, value: arb) -> sp.Expr | None:
        """Return the value as a number or radical, or as an indexed root; None where the degree is too high to be of use."""
        degree = self.value.degree()
        if degree > _HIGHEST_ROOT:
            return None
        polynomial = sp.Poly(self.polynomial, x)
        if degree <= 2:
            return min(sp.roots(polynomial), key=lambda root: abs(float(root) - float(value.mid())))
        below = polynomial.count_roots(None, _exact(value.lower()))
        return sp.CRootOf(polynomial, int(below))


@lru_cache(maxsize=64)
def algebraic(condition: sp.Expr, value: sp.Expr) -> tuple[Algebraic, ...]:
    """Return the candidates for a value at the zeros t of a condition; none unless both are rational functions with rational coefficients.

    In Q[t]/(m) for each irreducible factor m, multiplication by the value is a matrix whose minimal polynomial is that of the value.

    >>> algebraic(t**2 - 2, 1 / t)[0].polynomial
    2*x**2 - 1
    """
    if condition.free_symbols | value.free_symbols > {t} or not (condition.is_rational_function(t) and value.is_rational_function(t)):
        return ()
    polynomials = [_polynomial(part) for part in (sp.fraction(sp.together(condition))[0], *sp.fraction(sp.together(value)))]
    zero_of, numerator, denominator = polynomials
    if zero_of is None or numerator is None or denominator is None or zero_of.degree() < 1:
        return ()
    if max(one.degree() for one in (zero_of, numerator, denominator)) > _HIGHEST:
        return ()
    return tuple(_candidates(zero_of, numerator, denominator))


def _candidates(zero_of: fmpq_poly, numerator: fmpq_poly, denominator: fmpq_poly) -> Iterator[Algebraic]:
    for factor, _ in zero_of.numer().factor()[1]:
        companion = _companion(factor)
        below = _at(denominator, companion)
        if below.det() != 0:
            yield Algebraic(factor, (_at(numerator, companion) * below.inv()).minpoly().numer())


def _exact(value: arb) -> sp.Rational:
    """Return an exact dyadic number."""
    mantissa, exponent = (int(part) for part in value.man_exp())
    return sp.Integer(mantissa) * sp.Integer(2) ** exponent


def _polynomial(expression: sp.Expr) -> fmpq_poly | None:
    coefficients = sp.Poly(expression, t).all_coeffs()[::-1]
    return fmpq_poly([rational(one) for one in coefficients]) if all(one.is_Rational for one in coefficients) else None


def _companion(polynomial: fmpz_poly) -> fmpq_mat:
    """Return the matrix of multiplication by t modulo a polynomial."""
    size = polynomial.degree()
    monic = fmpq_poly(polynomial) / polynomial[size]
    return fmpq_mat([[-monic[row] if column == size - 1 else int(row == column + 1) for column in range(size)] for row in range(size)])


def _at(polynomial: fmpz_poly | fmpq_poly, argument: Any) -> Any:
    """Evaluate a polynomial at a square matrix by Horner's rule."""
    size = argument.nrows()
    one = type(argument)([[int(row == column) for column in range(size)] for row in range(size)])
    total = one * 0
    for power in range(polynomial.degree(), -1, -1):
        total = total * argument + one * polynomial[power]
    return total
