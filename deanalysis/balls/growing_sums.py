"""Polynomials with coefficients that are not negative, enclosed over balls by their values at the ends; those with few of many powers."""

from __future__ import annotations

from functools import cache, cached_property
from math import factorial
from typing import Any

from flint import acb, arb, arb_series, ctx, fmpq

from ..symbolic.functions import Coefficients
from .series import composed

__all__ = ["GrowingSum", "SparseSum"]

_SPARE_BITS = 10
_LEAST_BITS = 128


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
        """Enclose a derivative at 1."""
        raise NotImplementedError

    def _anywhere(self, at: arb, order: int) -> arb:
        """Enclose a derivative over a ball of any kind, by its terms."""
        raise NotImplementedError

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
    """A polynomial of few powers, by Horner's rule over the gaps between them.

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
        self._rows: dict[tuple[int, int], _Row] = {}

    def complex(self, at: acb) -> acb:
        """Enclose the value over a complex ball."""
        return self._row(0)(at)

    def _row(self, order: int) -> _Row:
        """Return a derivative, its coefficients at least to the current precision."""
        bits = _LEAST_BITS
        while bits < ctx.prec:
            bits *= 2
        if (order, bits) not in self._rows:
            with ctx.workprec(bits):
                self._rows[order, bits] = _Row(self._coefficients.lowered(order))
        return self._rows[order, bits]

    def _at(self, at: arb, order: int) -> arb:
        with ctx.workprec(ctx.prec + _SPARE_BITS):
            return self._row(order)(at)

    def _at_one(self, order: int) -> arb:
        return self._row(order).total

    def _anywhere(self, at: arb, order: int) -> arb:
        return arb("nan")


class _Row:
    """The coefficients of one polynomial as balls, the highest first, each with the gap to the next power."""

    def __init__(self, coefficients: Coefficients) -> None:
        self.terms = [(gap, arb(fmpq(p, q))) for gap, p, q in coefficients.by_gaps]

    @cached_property
    def total(self) -> arb:
        """The value at 1."""
        return sum((ball for _, ball in self.terms), arb(0))

    def __call__(self, at: Any) -> Any:
        value = at * 0
        for gap, ball in self.terms:
            value = (value + ball) * (at if gap == 1 else at**gap) if gap else value + ball
        return value
