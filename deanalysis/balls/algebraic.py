"""Exact arithmetic: algebraic numbers, where all laws are polynomials, and rational Taylor coefficients: how flat a formula is."""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from math import prod
from typing import Any, NamedTuple

import sympy as sp
from flint import arb, arb_poly, ctx, fmpq, fmpq_mat, fmpq_poly, fmpq_series, fmpz_poly

from ..symbolic.functions import SparsePolynomial
from .arithmetic import horner
from .compiling import rational

_LARGEST, _HIGHEST = 300, 40
"""Degrees of a rational function, and of a condition, that are taken on: roots of higher ones are too long to show."""

_HIGHEST_ROOT, _MOST_BITS = 10, 500
"""Degree and bits of a polynomial whose root is shown as one: a longer one says nothing to a reader."""

_MOST_TERMS = 128
"""A formula that is flat at 0 to that order is taken for one that is constant there: laws begin at far lower degrees."""

Fraction = tuple[fmpq_poly, fmpq_poly]


class Algebraic(NamedTuple):
    """An algebraic candidate: the irreducible polynomials of a state t and of the value there."""

    state: fmpz_poly
    value: fmpz_poly

    def fits(self, state: arb) -> bool:
        """Whether a certified state is a root; other candidates have no root so near."""
        return bool(arb_poly(self.state)(state).contains(arb(0)))

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
    return tuple(_candidates(fractions[0][0], *fractions[1])) if 1 <= fractions[0][0].degree() <= _HIGHEST else ()


def _fraction(expression: sp.Expr, t: sp.Symbol) -> Fraction | None:
    """Return a rational function of t over Q in lowest terms; None where it is another expression or its degree is high."""
    if expression == t or expression.is_Rational:
        return (fmpq_poly([0, 1]) if expression == t else fmpq_poly([rational(expression)])), fmpq_poly([1])
    if expression.is_Pow and expression.exp.is_Integer:
        base, power = _fraction(expression.base, t), int(expression.exp)
        if base is None or max(half.degree() for half in base) * abs(power) > _LARGEST:
            return None
        above, below = base if power >= 0 else base[::-1]
        return above ** abs(power), below ** abs(power)
    if not (expression.is_Add or expression.is_Mul):
        return None
    total: Fraction = (fmpq_poly([int(expression.is_Mul)]), fmpq_poly([1]))
    for part in expression.args:
        more = _fraction(part, t)
        if more is None or max(total[0].degree(), total[1].degree()) > _LARGEST:
            return None
        above = total[0] * more[0] if expression.is_Mul else total[0] * more[1] + more[0] * total[1]
        below = total[1] * more[1]
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
    identity = type(argument)([[int(row == column) for column in range(size)] for row in range(size)])
    total = identity * 0
    for power in range(polynomial.degree(), -1, -1):
        total = total * argument + identity * polynomial[power]
    return total


def first_order(expression: sp.Expr, variable: sp.Symbol, start: int, counts: Callable[[int], bool] = lambda order: True) -> int | None:
    """Return the first order from `start` on, of those that count, whose Taylor coefficient at 0 is not zero.

    None where the coefficients are not had as rational numbers, or the first 128 are zero.

    >>> x = sp.Symbol("x", positive=True)
    >>> first_order(1 - sp.exp(-x) - x, x, 0)
    2
    """
    count = 2 * max(start, 4)
    while count <= _MOST_TERMS:
        series = exact_series(expression, variable, count)
        if series is None:
            return None
        for order in range(start, count):
            if counts(order) and series[order] != 0:
                return order
        count *= 2
    return None


def exact_series(expression: sp.Expr, variable: sp.Symbol, count: int) -> list[fmpq] | None:
    """Return the first Taylor coefficients at 0; None where they are not had as rational numbers.

    >>> x = sp.Symbol("x", positive=True)
    >>> exact_series(sp.exp(-x / 3), x, 3)
    [1, -1/3, 1/18]
    """

    @cache
    def series(part: sp.Expr) -> fmpq_series:
        if part.is_Rational:
            return fmpq_series([rational(part)])
        if part == variable:
            return fmpq_series([0, 1])
        if part.is_Add:
            return sum(map(series, part.args), fmpq_series([0]))
        if part.is_Mul:
            return prod(map(series, part.args), start=fmpq_series([1]))
        if isinstance(part, SparsePolynomial):
            return horner([(gap, fmpq(p, q)) for gap, p, q in part.args[0].by_gaps], series(part.args[1]))
        if part.is_Pow and part.exp.is_Rational:
            return _power(series(part.base), rational(part.exp))
        if isinstance(part, (sp.exp, sp.log)):
            return getattr(series(part.args[0]), part.func.__name__)()
        raise ValueError("no rational coefficients")

    kept, ctx.cap = ctx.cap, count
    try:
        coefficients = series(expression)
        return [coefficients[order] for order in range(count)]
    except (ValueError, ZeroDivisionError):
        return None
    finally:
        ctx.cap = kept


def _power(base: fmpq_series, exponent: fmpq) -> fmpq_series:
    """Raise to a power: b^e = exp(e log b), b(0) = 1, where e is no whole number."""
    if exponent.q != 1:
        return (base.log() * fmpq_series([exponent])).exp()
    whole = base ** abs(int(exponent.p))
    if exponent < 0 and whole[0] == 0:
        raise ValueError("not analytic at 0")
    return whole if exponent >= 0 else 1 / whole
