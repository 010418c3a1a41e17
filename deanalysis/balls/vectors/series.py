"""Taylor series over arrays of intervals, all coefficients in one array: an operation is a few on arrays, whatever the length."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..numerical.jets import Jet
from . import intervals
from .intervals import Interval


class Series(Jet):
    """c_0 + c_1 h + ... with c_k in row k of an array of intervals; it is a jet, and what it does not do faster it does as one.

    >>> x = Series.of(Jet((Interval.of(np.array([3.0])), Interval.of(np.array([1.0])), Interval.of(np.array([0.0])))))
    >>> (x * x - 1).rows.middle.ravel().tolist()
    [8.0, 6.0, 1.0]
    """

    rows: Interval

    def __init__(self, rows: Interval) -> None:
        """Take the coefficients, one in each row."""
        object.__setattr__(self, "rows", rows)

    @classmethod
    def of(cls, jet: Jet) -> Series:
        """Return a jet of intervals as a series; its coefficients may be numbers."""
        if isinstance(jet, Series):
            return jet
        parts = [Interval.of(part) for part in jet.coefficients]
        low, high = np.broadcast_arrays(*(part.low for part in parts)), np.broadcast_arrays(*(part.high for part in parts))
        rows = Interval(np.array(low), np.array(high))
        return cls(rows if len(rows.shape) > 1 else rows[:, None])

    @property
    def coefficients(self) -> tuple[Any, ...]:
        """The coefficients, one by one."""
        return tuple(self.rows[order] for order in range(self.length))

    @property
    def length(self) -> int:
        """How many coefficients it has."""
        return self.rows.shape[0]

    def __neg__(self) -> Series:
        return Series(-self.rows)

    def __add__(self, other: Any) -> Jet:
        if isinstance(other, Jet):
            return Series(self.rows + Series.of(other).rows)
        first = self.rows[0] + other
        if first.shape != self.rows.shape[1:]:
            return super().__add__(other)
        low, high = self.rows.low.copy(), self.rows.high.copy()
        low[0], high[0] = first.low, first.high
        return Series(Interval(low, high))

    __radd__ = __add__

    def __mul__(self, other: Any) -> Jet:
        if not isinstance(other, Jet):
            return Series(self.rows * other)
        left, right, starts, counts = _pairs(self.length)
        return Series(intervals.added_between(self.rows[left] * Series.of(other).rows[right], starts, counts))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Jet:
        return super().__truediv__(other) if isinstance(other, Jet) else Series(self.rows / other)


@lru_cache
def _pairs(length: int) -> tuple[NDArray[np.int64], ...]:
    """Return i and k - i for all i <= k, in the order of k; where each k begins, and how many of them it has."""
    left, right = np.array([(i, k - i) for k in range(length) for i in range(k + 1)]).T
    orders = np.arange(length)
    return left, right, orders * (orders + 1) // 2, orders + 1


def exponential(series: Series) -> Series:
    """Return e^series: n e_n = sum_k k a_k e_{n-k}."""
    a, length = series.rows, series.length
    steps = a[1:] * np.arange(1.0, length)[:, None]
    e = Interval(np.empty(a.shape), np.empty(a.shape))
    first = intervals.exp(a[0])
    e.low[0], e.high[0] = first.low, first.high
    for n in range(1, length):
        term = intervals.added(steps[:n] * e[n - 1 :: -1]) / n
        e.low[n], e.high[n] = term.low, term.high
    return Series(e)
