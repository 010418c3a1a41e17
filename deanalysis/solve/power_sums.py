"""Sums of a(k) x^(k + shift) over a long range of k, enclosed in balls with no more terms than the precision asks for."""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from math import isqrt, log

import numpy as np
from flint import arb, arb_poly, arb_series, ctx, fmpz

__all__ = ["PowerSum", "Terms"]

_LEAST_BITS = 128
_MOST_TABLES = 6
_LONG = 2048
_FINENESS = 16


class Terms:
    """The coefficients a(low), ..., a(high) of a sum, computed once for each of a few precisions and as far as they are asked for.

    `one(k, *values, *powers)` encloses a(k), where `powers` are k^e for each e of `exponents(*values)`.
    """

    def __init__(self, one: Callable[..., arb], exponents: Callable[..., Sequence[arb]], low: int, high: int) -> None:
        self.one, self.exponents, self.low, self.high = one, exponents, low, high
        self._tables: dict[tuple[int, tuple[str, ...]], _Table] = {}

    def table(self, *values: arb) -> "_Table":
        """Return the coefficients for these values of the letters, at least to the current precision."""
        bits = _LEAST_BITS
        while bits < ctx.prec:
            bits *= 2
        key = bits, tuple(value.repr() for value in values)
        if key not in self._tables:
            if len(self._tables) >= _MOST_TABLES:
                self._tables.pop(next(iter(self._tables)))
            self._tables[key] = _Table(self, bits, values)
        return self._tables[key]


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
                self._known += [self.terms.one(k, *self.values, *rest) for k, *rest in zip(range(start, end), *powers, strict=True)]
        return self._known[: end - low]

    @cached_property
    def are_nonnegative(self) -> bool:
        """Whether no coefficient is negative."""
        return all(one >= 0 for one in self.first(self.terms.high - self.terms.low + 1))

    def shifted(self, shift: int) -> "PowerSum":
        """Return the sum of a(k) x^(k + shift)."""
        if shift not in self._sums:
            self._sums[shift] = PowerSum(self, self.terms.low + shift, self.terms.high + shift)
        return self._sums[shift]


class PowerSum:
    """The polynomial sum of b(k) x^k over least <= k <= degree, and its derivatives.

    Where no b(k) is negative, each of them grows on x >= 0 and is enclosed by its values at the ends of a ball; for x < 1
    terms from the K-th on are at most x^K times the sum of all b(k), and are left out where this is beyond the precision.
    """

    def __init__(self, table: _Table, least: int, degree: int) -> None:
        self._table, self._least, self._degree = table, least, degree
        self._parts: dict[tuple[int, int], arb_poly] = {}
        self._sums: dict[int, arb] = {}
        self._blocks: dict[int, _Blocks] = {}

    def __call__(self, at: arb, order: int = 0) -> arb:
        """Enclose the derivative of some order over a ball."""
        if order > self._degree:
            return arb(0)
        if at == 1:
            return self._at_one(order)
        if not (at.is_finite() and self._grows):
            return self._part(order, self._degree + 1)(at)
        if at > 0 and 2 * at.rel_accuracy_bits() > ctx.prec:
            return self._at(at, order)
        low, high = arb(at.lower()), arb(at.upper())
        return self._roughly(low, high, order) or self._exactly(low, high, order)

    def series(self, at: arb_series) -> arb_series:
        """Enclose the Taylor coefficients of the sum of a power series."""
        start, step = at[0], at - at[0]
        result, factor = arb_series([self(start)]), arb_series([arb(1)])
        for order in range(1, ctx.cap):
            factor = factor * step / order
            result += self(start, order) * factor
        return result

    def _roughly(self, low: arb, high: arb, order: int) -> arb | None:
        """Enclose the values over [low, high] by blocks of terms, where this saves work and loses little."""
        if not (low > 0 and self._needed(high, order) > _LONG):
            return None
        if order not in self._blocks:
            self._blocks[order] = _Blocks(self._coefficients(order), self._coefficients(order + 1))
        below, above = self._blocks[order](low), self._blocks[order](high)
        whole = below.union(above)
        return whole if 8 * (below.rad() + above.rad()) < whole.rad() else None

    def _exactly(self, low: arb, high: arb, order: int) -> arb:
        """Enclose the values over [low, high] by those at the ends."""
        values = self._at(high if high > 0 else arb(0), order)
        return values.union(self._at(low, order) if low >= 0 else self._below_zero(-low, order))

    def _coefficients(self, order: int) -> list[arb]:
        """Return all coefficients of a derivative, to the least precision."""
        with ctx.workprec(_LEAST_BITS):
            whole = self._coarse.shifted(self._least - self._coarse.terms.low)
            return whole._part(order, self._degree + 1).coeffs()

    def _at_one(self, order: int) -> arb:
        """Sum all coefficients, such as those which normalise a law, once for each precision."""
        if order not in self._sums:
            with ctx.workprec(self._table.bits + self._degree.bit_length()):
                self._sums[order] = self._part(order, self._degree + 1)(arb(1))
        return self._sums[order]

    def _below_zero(self, size: arb, order: int) -> arb:
        """Enclose the values over [-size, 0]: apart from the constant term they are no larger than those at `size`."""
        constant = self._at(arb(0), order)
        most = arb((self._at(size, order) - constant).abs_upper())
        return constant + most.union(-most)

    def _at(self, at: arb, order: int) -> arb:
        """Evaluate at a thin ball of positive numbers, or at 0."""
        count = self._needed(arb(at.upper()), order)
        with ctx.workprec(ctx.prec + count.bit_length()):
            value = self._part(order, count)(at)
            if count > self._degree:
                return value
            rest = arb(at.upper()) ** fmpz(count - order) * self._total(order)
            return value + arb(rest.upper()).union(arb(0))

    def _needed(self, at: arb, order: int) -> int:
        """Choose how many powers to keep, a power of two or all of them, so that the rest is beyond the precision."""
        first = max(self._least, order)
        if at >= 1:
            return self._degree + 1
        more = (ctx.prec + 10 + self._weight(order)) * log(2) / -float(at.log()) if at > 0 else 0.0
        return self._degree + 1 if more > self._degree else 1 << int(first + more + 1).bit_length()

    def _part(self, order: int, count: int) -> arb_poly:
        """Return the derivative of the sum over the powers below `count`."""
        if (order, count) not in self._parts:
            with ctx.workprec(self._table.bits):
                self._parts[order, count] = self._part(order - 1, count).derivative() if order else self._polynomial(count)
        return self._parts[order, count]

    def _polynomial(self, count: int) -> arb_poly:
        return arb_poly([0] * self._least + self._table.first(max(min(count, self._degree + 1) - self._least, 0)))

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
        with ctx.workprec(_LEAST_BITS // 2):
            return self._table.terms.table(*self._table.values)

    @cached_property
    def _grows(self) -> bool:
        """Whether no coefficient is negative."""
        return self._coarse.are_nonnegative


class _Blocks:
    """A sum of w(k) x^k with w(k) >= 0, bounded by a few powers of x > 0.

    Over a block of degrees, x^k is convex in k: the sum is at least W x^m, with the total weight W and the mean degree m, and at most
    what the chord between the ends of the block gives.
    """

    def __init__(self, weights: list[arb], slopes: list[arb]) -> None:
        """Take w(0), w(1), ... and 1 w(1), 2 w(2), ..."""
        with ctx.workprec(_LEAST_BITS):
            slopes, start = [arb(0), *slopes], 0
            self._blocks: list[tuple[int, int, arb, arb]] = []
            while start < len(weights):
                end = min(start + 1 + start // _FINENESS, len(weights))
                self._blocks.append((start, end - 1, sum(weights[start:end], arb(0)), sum(slopes[start:end], arb(0))))
                start = end

    def __call__(self, at: arb) -> arb:
        """Return a ball that holds the sum at an exact point."""
        below, above, log_at = arb(0), arb(0), at.log()
        for start, end, weight, slope in self._blocks:
            first, last = (start * log_at).exp(), (end * log_at).exp()
            if start == end or not weight > 0:
                below, above = below + weight * first.union(last), above + weight * first.union(last)
                continue
            below += weight * (slope / weight * log_at).exp()
            above += ((weight * end - slope) * first + (slope - weight * start) * last) / (end - start)
        return below.union(above)


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
    """Extend 0^e (which stands for nothing), 1^e, 2^e, ... to `count` of them: from those of primes, by (j k)^e = j^e k^e."""
    factors = _smallest_factors(most)
    known += [arb(0), arb(1)][len(known) :]
    for k in range(len(known), count):
        prime = factors[k]
        known.append(arb(k) ** exponent if prime == k else known[prime] * known[k // prime])
    return known
