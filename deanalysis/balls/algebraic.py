"""Algebraic numbers: the irreducible polynomial of which a threshold is a root, where all laws are polynomials."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import sympy as sp
from flint import arb, arb_mat, fmpq_mat, fmpq_poly, fmpz_poly

from .compiling import rational

_LARGEST, _HIGHEST, _HIGHEST_ROOT = 300, 40, 10
_MOST_BITS = 500

Fraction = tuple[fmpq_poly, fmpq_poly]


class Algebraic(NamedTuple):
    """An algebraic candidate: the irreducible polynomials of a state t and of the value there."""

    state: fmpz_poly
    value: fmpz_poly

    def fits(self, state: arb) -> bool:
        """Whether a certified state is a root; other candidates have no root so near."""
        return bool(_at(self.state, arb_mat([[state]]))[0, 0].contains(arb(0)))

    def polynomial(self, x: sp.Symbol) -> sp.Expr:
        """Return the polynomial of the value, in a letter."""
        return sp.Add(*(int(self.value[power]) * x**power for power in range(self.value.degree() + 1)))

    def root(self, value: arb) -> sp.Expr | None:
        """Return the value as a number or radical, or as an indexed root; None where the polynomial is too large to be of use."""
        degree = self.value.degree()
        if degree > _HIGHEST_ROOT or self.value.height_bits() > _MOST_BITS:
            return None
        x = sp.Symbol("x")
        polynomial = sp.Poly(self.polynomial(x), x)
        if degree <= 2:
            return min(sp.roots(polynomial), key=lambda root: abs(float(root) - float(value.mid())))
        below = polynomial.count_roots(None, _exact(value.lower()))
        return sp.CRootOf(polynomial, int(below))


@lru_cache(maxsize=64)
def algebraic(condition: sp.Expr, value: sp.Expr, t: sp.Symbol) -> tuple[Algebraic, ...]:
    """Return the candidates for a value at the zeros t of a condition; none unless both are rational functions with rational coefficients.

    In Q[t]/(m) for each irreducible factor m, multiplication by the value is a matrix whose minimal polynomial is that of the value.

    >>> t = sp.Symbol("t")
    >>> algebraic(t**2 - 2, 1 / t, t)[0].polynomial(t)
    2*t**2 - 1
    """
    fractions = [_fraction(part, t) for part in (condition, value)]
    if fractions[0] is None or fractions[1] is None:
        return ()
    zero_of, numerator, denominator = fractions[0][0], *fractions[1]
    return tuple(_candidates(zero_of, numerator, denominator)) if 1 <= zero_of.degree() <= _HIGHEST else ()


def _fraction(expression: sp.Expr, t: sp.Symbol) -> Fraction | None:
    """Return a rational function of t over Q in lowest terms; None where it is another expression or its degree is high."""
    if expression == t or expression.is_Rational:
        return (fmpq_poly([0, 1]) if expression == t else fmpq_poly([rational(expression)])), fmpq_poly([1])
    if expression.is_Pow and expression.exp.is_Integer:
        base, power = _fraction(expression.base, t), int(expression.exp)
        if base is None or max(one.degree() for one in base) * abs(power) > _LARGEST:
            return None
        above, below = base if power >= 0 else base[::-1]
        return above ** abs(power), below ** abs(power)
    if not (expression.is_Add or expression.is_Mul):
        return None
    total: Fraction = (fmpq_poly([int(expression.is_Mul)]), fmpq_poly([1]))
    for part in expression.args:
        one = _fraction(part, t)
        if one is None or max(total[0].degree(), total[1].degree()) > _LARGEST:
            return None
        above = total[0] * one[0] if expression.is_Mul else total[0] * one[1] + one[0] * total[1]
        below = total[1] * one[1]
        common = above.gcd(below)
        total = above / common, below / common
    return total


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
