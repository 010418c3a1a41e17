"""Power sums without end (`model.power_laws`) in balls: term by term away from 1, and by polylogarithms near it.

With signed Stirling numbers, k (k-1) ... (k-j+1) = sum_i s(j, i) k^i, a sum from k = 1 on is z^-j sum_i s(j, i) Li_{s-i}(z).
"""

from __future__ import annotations

import sys
from functools import cache
from math import ceil, log, perm
from typing import Any

from flint import acb, acb_poly, arb, arb_poly, ctx, fmpq, fmpz_poly

from .power_sums import GrowingSum
from .precision import kept
from .tails import Tail, finite_moment

_FEW_TERMS = 600
"""Terms up to which a sum is added up: about as many cost as much as one polylogarithm at 64 bits."""

_SPARE_BITS = (20, 100, 500, 2500)
"""Further working bits of one attempt after another: near 1 polylogarithms cancel, the more so the higher the derivative."""

_LOST_BITS = 12
"""Bits that a value may be short of the precision before more working bits are spent on it."""

_MOST_KNOWN = 64
"""Sums that are kept with their tables; a model has a few for each of its laws and their derivatives."""
_KNOWN: dict[tuple[str, int, int], PowerLaw] = {}


def power_law_sum(exponent: fmpq | arb | int, least: int, order: int) -> PowerLaw:
    """Return the sum of (k)_j k^-s z^(k-j) over k >= kmin; it is kept for each exponent.

    >>> power_law_sum(fmpq(3), 1, 0)(arb(1)).overlaps(arb("1.2020569031595942853997381615"))
    True
    """
    key = exponent.repr() if isinstance(exponent, arb) else str(exponent), least, order
    return kept(_KNOWN, key, lambda: PowerLaw(exponent, least, order), _MOST_KNOWN)


@cache
def stirling(order: int) -> list[int]:
    """Return the signed Stirling numbers s(j, 0), ..., s(j, j).

    >>> stirling(3)
    [0, 2, -3, 1]
    """
    product = fmpz_poly([1])
    for i in range(order):
        product *= fmpz_poly([-i, 1])
    return [int(number) for number in product.coeffs()]


class PowerLaw(GrowingSum):
    """The sum of (k)_j k^-s z^(k-j) over k >= kmin, and its derivatives, for z in [0, 1]; a ball that reaches beyond 1 is cut there.

    At 1 it is not a number where it is infinite, for j >= s - 1.
    """

    degree = sys.maxsize

    def __init__(self, exponent: fmpq | arb | int, least: int, order: int) -> None:
        self._exponent, self._least, self._order = exponent, least, order
        self._weights: dict[tuple[int, int, int], list[arb]] = {}

    def __call__(self, at: arb, order: int = 0) -> arb:
        """Enclose the derivative of some order over a ball, as far as it lies below 1."""
        if not at.upper() > 1:
            return super().__call__(at, order)
        below = at.lower()
        return super().__call__(arb(below), order).union(self._at_one(order)) if below <= 1 else arb("nan")

    def complex(self, at: acb) -> acb:
        """Enclose the value over a complex ball inside the unit circle."""
        size = arb(at.abs_upper())
        if not size < 1:
            return acb("nan")
        order = self._order
        return self._by_terms(at, order, size) if self._terms(size, order) <= _FEW_TERMS else self._by_polylogarithms(at, order)

    def below_one(self, rest: Tail) -> Tail:
        """Enclose the value at 1 - u, by k^p e^(-ku) <= (p/(eu))^p where u falls to 0 and the value at 1 is infinite.

        >>> bound = power_law_sum(fmpq(5, 2), 1, 2).below_one(1 / Tail.variable(10))
        >>> bound.decay, bound.factor.contains(power_law_sum(fmpq(5, 2), 1, 2)(1 - arb("1e-6")) / 1000000 ** arb("0.625"))
        (-5/8, True)
        """
        moment, near = finite_moment(arb(self._exponent) - 1), rest.ball()
        p, exponent = self._order - moment, arb(self._exponent) - moment
        if not (rest.decay > 0 and rest.factor > 0 and near < 1 and p > 0 and exponent > 1) or self._at_one(0).is_finite():
            return Tail.flat(self(1 - near), rest.start)
        bound = (1 - near) ** -self._order * (arb(p) / arb(1).exp()) ** p * exponent.zeta(arb(self._least))
        steep = rest**-p
        return Tail(steep.decay, steep.factor * arb(0).union(bound), rest.start)

    def _at(self, at: arb, order: int) -> arb:
        if at.rad() == 0:
            return self._exactly(at, order)
        return self._exactly(arb(at.lower()), order).union(self._exactly(arb(at.upper()), order))

    def _at_one(self, order: int) -> arb:
        """Sum Hurwitz's zeta functions."""
        order, exponent = self._order + order, arb(self._exponent)
        if not exponent - order > 1:
            return arb("nan")
        with ctx.workprec(ctx.prec + _SPARE_BITS[0]):
            exponent = arb(self._exponent)
            return sum((value * (exponent - power).zeta(arb(self._least)) for power, value in enumerate(stirling(order)) if value), arb(0))

    def _exactly(self, at: arb, order: int) -> arb:
        """Enclose a derivative at a number, with as many working bits as its digits take."""
        order, goal, value = self._order + order, ctx.prec - _LOST_BITS, arb("nan")
        if self._terms(at, order) <= _FEW_TERMS:
            return self._by_terms(at, order, at)
        for spare in _SPARE_BITS:
            with ctx.workprec(ctx.prec + spare):
                value = self._by_polylogarithms(acb(at), order).real
            if value.rel_accuracy_bits() >= goal:
                break
        return value

    def _terms(self, at: arb, order: int) -> int:
        """Return how many terms leave a rest beyond the precision, about."""
        if at == 0:
            return 1
        bits = -float(at.log()) / log(2)
        return ceil((ctx.prec + _SPARE_BITS[0] + 4 * order) / bits) + 12 * order if bits > 1e-6 else _FEW_TERMS + 1

    def _by_terms(self, at: Any, order: int, size: arb) -> Any:
        """Add up terms; from the N-th on they fall at least as a geometric series of ratio |z| (N+1)/(N+1-j)."""
        first, count = max(self._least, order), self._terms(size, order)
        with ctx.workprec(ctx.prec + _SPARE_BITS[0]):
            weights = self._first(order, first, count + 1)
            total = _polynomial(weights[:count], at) * at ** (first - order)
            last = first + count
            ratio = size * (last + 1) / (last + 1 - order)
            rest = (weights[count] * size ** (last - order) / (1 - ratio)).upper() if ratio < 1 else arb("nan")
        return total + (arb(0).union(rest) if isinstance(at, arb) else acb(arb(0, rest), arb(0, rest)))

    def _by_polylogarithms(self, at: acb, order: int) -> acb:
        """Take the terms below kmin from the sum over all k >= 1."""
        exponent, first = acb(arb(self._exponent)), max(1, order)
        powers = (value * at.polylog(exponent - power) for power, value in enumerate(stirling(order)) if value)
        whole = sum(powers, acb(0)) / at**order
        below = self._first(order, first, self._least - first) if self._least > first else []
        return whole - _polynomial(below, at) * at ** (first - order) if below else whole

    def _first(self, order: int, first: int, count: int) -> list[arb]:
        """Return (k)_j k^-s for `count` numbers k from `first` on, kept for each precision."""
        known = self._weights.setdefault((ctx.prec, order, first), [])
        exponent = -arb(self._exponent)
        known += [perm(k, order) * arb(k) ** exponent for k in range(first + len(known), first + count)]
        return known[:count]


def _polynomial(weights: list[arb], at: Any) -> Any:
    return arb_poly(weights)(at) if isinstance(at, arb) else acb_poly(weights)(at)
