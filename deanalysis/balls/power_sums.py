"""Polynomials and long sums of a(k) x^(k + shift), enclosed in balls with no more terms than the precision asks for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from itertools import accumulate, pairwise
from math import factorial, isqrt, log, perm
from operator import mul

import numpy as np
from flint import acb, arb, arb_mat, arb_poly, arb_series, ctx, fmpq, fmpz

from ..symbolic.functions import Coefficients
from .arithmetic import horner
from .precision import LEAST_KEPT, kept, kept_bits
from .series import composed

_SPARE_BITS = 10
"""Bits beyond the precision for what rounding loses in a sum."""

_MOST_TABLES = 6
"""Tables of coefficients that a sum keeps: enough for the steps of precision at one value of its letters."""

_WIDTH = 128
"""Terms in a row of a grid, so that 100 rows and 128 powers make a product of matrices of some 10,000 terms, nearly square."""

_BANDS = sorted([0, 1, *(width << doublings for width in (2, 3) for doublings in range(20))])
"""Numbers of rows at which a grid is cut into bands: 0, 1, 2, 3, 4, 6, 8, 12, ..."""


class GrowingSum:
    """A polynomial and its derivatives, of which a subclass states `degree`, `_at` and `_at_one`; also `grows` and `_anywhere`, if need be.

    Where no coefficient is negative (`grows`), each of them grows on x >= 0 and is enclosed by its values at the ends of a ball (to half
    the precision, for the ball is wide).
    """

    degree: int

    @property
    def grows(self) -> bool:
        """Whether no coefficient is negative."""
        return True

    def _at(self, at: arb, order: int) -> arb:
        """Enclose a derivative over a thin ball of positive numbers, or at 0."""
        raise NotImplementedError

    def _at_one(self, order: int) -> arb:
        raise NotImplementedError

    def _anywhere(self, at: arb, order: int) -> arb:
        """Enclose a derivative over a ball of any kind, by its terms."""
        return arb("nan")

    def __call__(self, at: arb, order: int = 0) -> arb:
        """Enclose the derivative of some order over a ball."""
        if order > self.degree:
            return arb(0)
        if at == 1:
            return self._at_one(order)
        if not (at.is_finite() and self.grows):
            return self._anywhere(at, order)
        if at == 0 or (at > 0 and 2 * at.rel_accuracy_bits() > ctx.prec):
            return self._at(at, order)
        with ctx.workprec(ctx.prec // 2 + _SPARE_BITS):
            low, high = arb(at.lower()), arb(at.upper())
            values = self._at(high if high > 0 else arb(0), order)
            return values.union(self._at(low, order) if low >= 0 else self._below_zero(-low, order))

    def complex(self, at: acb) -> acb:
        """Enclose the value over a complex ball."""
        raise NotImplementedError

    def series(self, at: arb_series) -> arb_series:
        """Enclose the Taylor coefficients of the sum of a power series."""
        return composed([self(at[0], order) / factorial(order) for order in range(ctx.cap)], at)

    def _below_zero(self, size: arb, order: int) -> arb:
        """Enclose the values over [-size, 0]: apart from the constant term they are no larger than those at `size`."""
        constant = self._at(arb(0), order)
        most = arb((self._at(size, order) - constant).abs_upper())
        return constant + most.union(-most)


class SparseSum(GrowingSum):
    """A polynomial of few powers, none of them with a negative coefficient, by Horner's rule over the gaps between them.

    >>> SparseSum(Coefficients(((1, 1, 2), (10000, 1, 2))))(arb(1).union(arb(0)))
    [+/- 1.01]
    """

    @classmethod
    @cache
    def of(cls, coefficients: Coefficients) -> SparseSum:
        """Return the sum, made once for all formulas that hold it."""
        return cls(coefficients)

    def __init__(self, coefficients: Coefficients) -> None:
        self._coefficients = coefficients
        self.degree = coefficients.terms[-1][0]
        self._rows: dict[tuple[int, int], tuple[list[tuple[int, arb]], arb]] = {}

    def complex(self, at: acb) -> acb:
        """Enclose the value over a complex ball."""
        return horner(self._row(0)[0], at)

    def _row(self, order: int) -> tuple[list[tuple[int, arb]], arb]:
        """Return the coefficients of a derivative by gaps, and their sum, at least to the current precision."""
        bits = kept_bits()
        if (order, bits) not in self._rows:
            with ctx.workprec(bits):
                terms = [(gap, arb(fmpq(p, q))) for gap, p, q in self._coefficients.lowered(order).by_gaps]
                self._rows[order, bits] = terms, sum((weight for _, weight in terms), arb(0))
        return self._rows[order, bits]

    def _at(self, at: arb, order: int) -> arb:
        with ctx.workprec(ctx.prec + _SPARE_BITS):
            return horner(self._row(order)[0], at)

    def _at_one(self, order: int) -> arb:
        return self._row(order)[1]


class Terms:
    """The coefficients a(low), ..., a(high) of a sum, computed once for each of a few precisions and as far as they are asked for.

    `term(k, *values, *powers)` encloses a(k), where `powers` are k^e for each e of `exponents(*values)`.
    """

    def __init__(self, term: Callable[..., arb], exponents: Callable[..., Sequence[arb]], low: int, high: int) -> None:
        self.term, self.exponents, self.low, self.high = term, exponents, low, high
        self._tables: dict[tuple[int, tuple[str, ...]], _Table] = {}

    def table(self, *values: arb) -> _Table:
        """Return the coefficients for these values of the letters, at least to the current precision."""
        bits = kept_bits()
        key = bits, tuple(value.repr() for value in values)
        return kept(self._tables, key, lambda: _Table(self, bits, values), _MOST_TABLES)


class _Table:
    """Coefficients at one precision, and the power sums that begin with different shifts of them."""

    def __init__(self, terms: Terms, bits: int, values: tuple[arb, ...]) -> None:
        self.terms, self.bits, self.values = terms, bits, values
        self._known: list[arb] = []
        self._sums: dict[int, PowerSum] = {}
        with ctx.workprec(bits):
            self._exponents = terms.exponents(*values)
        self._powers: list[list[arb]] = [[] for _ in self._exponents]

    def first(self, count: int) -> list[arb]:
        """Return the first `count` coefficients."""
        low, start, end = self.terms.low, self.terms.low + len(self._known), self.terms.low + count
        if start < end:
            with ctx.workprec(self.bits):
                pairs = zip(self._powers, self._exponents, strict=True)
                powers = [_extend_powers(known, exponent, end, self.terms.high)[start:] for known, exponent in pairs]
                self._known += [self.terms.term(k, *self.values, *rest) for k, *rest in zip(range(start, end), *powers, strict=True)]
        return self._known[: end - low]

    def shifted(self, shift: int) -> PowerSum:
        """Return the sum of a(k) x^(k + shift)."""
        return kept(self._sums, shift, lambda: PowerSum(self, self.terms.low + shift, self.terms.high + shift))


class PowerSum(GrowingSum):
    """The polynomial sum of b(k) x^k over least <= k <= degree, and its derivatives.

    For x < 1 terms from the K-th on are at most x^K times the sum of all b(k), and are left out, within this bound, where it is beyond
    the precision.
    """

    def __init__(self, table: _Table, least: int, degree: int) -> None:
        self._table, self._least, self.degree = table, least, degree
        self._grids: dict[int, _Grid] = {}
        self._sums: dict[int, arb] = {}

    def _anywhere(self, at: arb, order: int) -> arb:
        return self._grid(order)(at, self._rows)

    def _at_one(self, order: int) -> arb:
        """Sum all coefficients, such as those which normalise a law, once for each precision."""
        if order not in self._sums:
            with ctx.workprec(self._table.bits + self.degree.bit_length()):
                self._sums[order] = self._grid(order)(arb(1), self._rows)
        return self._sums[order]

    def _at(self, at: arb, order: int) -> arb:
        """Evaluate at a thin ball of positive numbers, or at 0."""
        rows = self._needed(arb(at.upper()), order)
        with ctx.workprec(ctx.prec + _SPARE_BITS):
            value = self._grid(order)(at, rows)
            if rows == self._rows:
                return value
            rest = arb(at.upper()) ** fmpz(rows * _WIDTH) * self._total(order)
            return value + arb(rest.upper()).union(arb(0))

    @property
    def _rows(self) -> int:
        """The number of rows that hold all terms."""
        return -(-(self.degree + 1) // _WIDTH)

    def _needed(self, at: arb, order: int) -> int:
        """Choose how many rows of terms to keep so that the rest is beyond the precision: all, unless x < 1."""
        if at >= 1:
            return self._rows
        more = (ctx.prec + 10 + self._weight(order)) * log(2) / -float(at.log()) if at > 0 else 0.0
        return self._rows if more > self.degree else min(self._rows, int(max(self._least - order, 0) + more) // _WIDTH + 1)

    def _grid(self, order: int) -> _Grid:
        """Return a derivative, ready to be evaluated."""
        return kept(self._grids, order, lambda: _Grid(lambda start, end: self._coefficients(order, start, end)))

    def _coefficients(self, order: int, start: int, end: int) -> list[arb]:
        """Return the coefficients of x^start, ..., x^(end - 1) of a derivative; beyond the last they are 0."""
        known = self._table.first(max(min(end + order, self.degree + 1) - self._least, 0))
        first = max(start + order, self._least)
        with ctx.workprec(self._table.bits):
            inside = known[first - self._least :]
            inside = [coefficient * perm(k, order) for k, coefficient in enumerate(inside, start=first)] if order else inside
        before = [arb(0)] * min(first - order - start, end - start)
        return before + inside + [arb(0)] * (end - start - len(before) - len(inside))

    def _weight(self, order: int) -> float:
        """Estimate the binary logarithm of the derivative at 1 over its first coefficient."""
        lead = self._coarse.first(max(order - self._least, 0) + 1)[-1]
        return max(float((self._total(order) / lead).log()) / log(2), 0.0) if lead > 0 else 0.0

    def _total(self, order: int) -> arb:
        """Return an upper bound of the derivative at 1, the sum of its coefficients."""
        return arb(self._coarse.shifted(self._least - self._coarse.terms.low)._at_one(order).upper())

    @cached_property
    def _coarse(self) -> _Table:
        """The same coefficients to the least precision."""
        with ctx.workprec(LEAST_KEPT):
            return self._table.terms.table(*self._table.values)

    @cached_property
    def grows(self) -> bool:
        """Whether no coefficient is negative."""
        return all(coefficient >= 0 for coefficient in self._coarse.first(self.degree - self._least + 1))


class _Grid:
    """A long polynomial in rows of equal width: products of matrices with the powers of x, which FLINT does quickly, and of few rows.

    `more(start, end)` returns the coefficients of x^start, ..., x^(end - 1).
    """

    def __init__(self, more: Callable[[int, int], list[arb]]) -> None:
        self._more = more
        self._bands: list[arb_mat] = []

    def __call__(self, at: arb, rows: int) -> arb:
        """Enclose the sum of the terms of the first rows over a ball."""
        powers = list(accumulate([at] * _WIDTH, mul, initial=arb(1)))
        column = arb_mat(_WIDTH, 1, powers[:-1])
        sums = [entry for band in self._until(rows) for entry in (band * column).entries()]
        return arb_poly(sums)(powers[-1])

    def _until(self, rows: int) -> list[arb_mat]:
        """Return as many bands of rows as are needed; each is as long as all before it but one."""
        place = bisect_left(_BANDS, rows)
        for start, end in pairwise(_BANDS[len(self._bands) : place + 1]):
            self._bands.append(arb_mat(end - start, _WIDTH, self._more(start * _WIDTH, end * _WIDTH)))
        return self._bands[:place]


@cache
def _smallest_factors(most: int) -> list[int]:
    """Return the smallest prime factor of every k from 0 to `most` (k itself where there is none)."""
    factors = np.arange(most + 1)
    for prime in range(2, isqrt(most) + 1):
        if factors[prime] == prime:
            multiples = factors[prime * prime :: prime]
            np.minimum(multiples, prime, out=multiples)
    return factors.tolist()


def _extend_powers(known: list[arb], exponent: arb, count: int, most: int) -> list[arb]:
    """Extend 0^e, 1^e, 2^e, ... to `count` of them: from those of primes, by (j k)^e = j^e k^e."""
    factors = _smallest_factors(most)
    known += [arb(0) ** exponent, arb(1)][len(known) :]
    for k in range(len(known), count):
        prime = factors[k]
        known.append(arb(k) ** exponent if prime == k else known[prime] * known[k // prime])
    return known
