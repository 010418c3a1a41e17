"""Arrays of intervals whose ends are floats, rounded outward: each holds every value that the exact arithmetic could give.

NumPy rounds + - * / correctly, so that the next float beyond is a bound; its exp and log are off by less than four units in the last
place (its own tests hold them to that; `_UNITS` has room to spare). A number that is not known becomes the interval of all numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..numerical.jets import Jet

Floats = NDArray[np.float64]

_EPS = float(np.finfo(float).eps)
_UNITS = 8 * _EPS
"""Relative error of exp, and of log beside 1e-300, at most."""
_EXACT = 2**53
"""Whole numbers up to here are floats."""


def down(values: Any) -> Any:
    """Return the next float below."""
    return np.nextafter(values, -np.inf)


def up(values: Any) -> Any:
    """Return the next float above."""
    return np.nextafter(values, np.inf)


class Interval:
    """An array of intervals, by the arrays of their lower and upper ends.

    >>> third = Interval.of(1) / 3
    >>> bool(third.low < third.high), float(third.high - third.low) < 1e-15
    (True, True)
    """

    __slots__ = ("high", "low")
    __array_ufunc__ = None
    """NumPy's numbers and arrays leave operations to those of intervals."""

    def __init__(self, low: Any, high: Any) -> None:
        """Take the ends."""
        self.low, self.high = low, high

    @classmethod
    def of(cls, value: Any) -> Interval:
        """Return the interval of exact floats, of a whole number of any size, or an interval as it is."""
        if isinstance(value, Interval):
            return value
        if isinstance(value, int) and abs(value) > _EXACT:
            return cls.ratio(value)
        exact = np.asarray(value, dtype=float)
        return cls(exact, exact)

    @classmethod
    def ratio(cls, p: int, q: int = 1) -> Interval:
        """Enclose a rational number; Python divides whole numbers of any size with correct rounding."""
        try:
            value = p / q
        except OverflowError:
            return cls(np.float64(-np.inf), np.float64(np.inf))
        return cls.of(np.float64(value)) if abs(p) <= _EXACT and q == 1 else cls(down(value), up(value))

    @property
    def middle(self) -> Floats:
        """A float inside, nearly the middle."""
        return np.asarray((self.low + self.high) / 2)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Jet):
            return NotImplemented
        other = Interval.of(other)
        return Interval(down(self.low + other.low), up(self.high + other.high))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, Jet):
            return NotImplemented
        other = Interval.of(other)
        return Interval(down(self.low - other.high), up(self.high - other.low))

    def __rsub__(self, other: Any) -> Any:
        return Interval.of(other) - self

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Jet):
            return NotImplemented
        if isinstance(other, (int, float)) and 0 <= other <= _EXACT:
            return _known(down(self.low * other), up(self.high * other))
        other = Interval.of(other)
        if isinstance(other.low, np.float64) and other.low >= 0:
            low, high = np.minimum(self.low * other.low, self.low * other.high), np.maximum(self.high * other.low, self.high * other.high)
            return _known(down(low), up(high))
        a, b, c, d = self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high
        low, high = np.minimum(np.minimum(a, b), np.minimum(c, d)), np.maximum(np.maximum(a, b), np.maximum(c, d))
        return _known(down(low), up(high))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Jet):
            return NotImplemented
        if isinstance(other, int) and 0 < other <= _EXACT:
            return Interval(down(self.low / other), up(self.high / other))
        other = Interval.of(other)
        with np.errstate(all="ignore"):
            crosses = (other.low <= 0) & (other.high >= 0)
            low, high = down(1 / other.high), up(1 / other.low)
        return self * Interval(np.where(crosses, -np.inf, low), np.where(crosses, np.inf, high))

    def __rtruediv__(self, other: Any) -> Any:
        return Interval.of(other) / self

    def __pow__(self, exponent: int) -> Interval:
        """Raise to a whole power; an even one of an interval around 0 is not negative."""
        if exponent < 0:
            return 1 / self**-exponent
        if exponent == 0:
            return Interval.of(np.ones_like(self.low))
        if exponent % 2 == 0:
            size = Interval(np.where((self.low <= 0) & (self.high >= 0), 0.0, np.minimum(abs(self.low), abs(self.high))), self._most())
            power = _by_squares(size, exponent)
            return Interval(np.maximum(power.low, 0.0), power.high)
        return Interval(_by_squares(Interval.of(self.low), exponent).low, _by_squares(Interval.of(self.high), exponent).high)

    def _most(self) -> Any:
        return np.maximum(abs(self.low), abs(self.high))

    def __getitem__(self, index: Any) -> Interval:
        return Interval(self.low[index], self.high[index])

    def taken(self, where: Any) -> Interval:
        """Return entries along the last axis."""
        return Interval(np.take(self.low, where, axis=-1), np.take(self.high, where, axis=-1))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the arrays."""
        return np.shape(self.low)

    def within(self, least: Any, most: Any) -> Interval:
        """Return what is left of intervals of numbers that are known to lie in others."""
        return Interval(np.clip(self.low, least, most), np.clip(self.high, least, most))


def _known(low: Any, high: Any) -> Interval:
    """Return intervals; those with an end that is no number are all numbers (0 times infinity is 0 here, which any number may be)."""
    if np.logical_or.reduce(np.isnan(low + high), axis=None):
        unknown = np.isnan(low) | np.isnan(high)
        return Interval(np.where(unknown, -np.inf, low), np.where(unknown, np.inf, high))
    return Interval(low, high)


def _by_squares(base: Interval, exponent: int) -> Interval:
    result: Interval | None = None
    while True:
        if exponent & 1:
            result = base if result is None else result * base
        exponent >>= 1
        if not exponent:
            assert result is not None
            return result
        base = base * base


def rising(function: Callable[[Any], Any], value: Interval, least: float) -> Interval:
    """Return a rising function of intervals which floats know to 8 units in the last place; it is above `least`."""
    with np.errstate(all="ignore"):
        low, high = function(value.low), function(value.high)
        low, high = low - abs(low) * _UNITS, high + abs(high) * _UNITS
    return _known(np.maximum(down(low), least), up(high))


def exp(value: Interval) -> Interval:
    """Enclose e^x.

    >>> enclosed = exp(Interval.of(1.0))
    >>> bool(enclosed.low < np.e < enclosed.high)
    True
    """
    return rising(np.exp, value, 0.0)


def log(value: Interval) -> Interval:
    """Enclose log x; of what may be 0 or negative it is all numbers."""
    known = value.low > 0
    with np.errstate(all="ignore"):
        enclosed = rising(np.log, value, -np.inf)
    return Interval(np.where(known, enclosed.low, -np.inf), np.where(known, enclosed.high, np.inf))


def joined(parts: Sequence[Interval]) -> Interval:
    """Return arrays one after the other, along the last axis."""
    return Interval(np.concatenate([part.low for part in parts], axis=-1), np.concatenate([part.high for part in parts], axis=-1))


def stacked(first: Interval, second: Interval) -> Interval:
    """Return rows above others."""
    return Interval(np.concatenate([first.low, second.low]), np.concatenate([first.high, second.high]))


def added(terms: Interval, axis: int = 0) -> Interval:
    """Add up along an axis, with the error of any order of the sums."""
    share = max(terms.shape[axis], 1) * _EPS
    error = up(np.add.reduce(np.maximum(abs(terms.low), abs(terms.high)), axis=axis) * share)
    return Interval(down(np.add.reduce(terms.low, axis=axis) - error), up(np.add.reduce(terms.high, axis=axis) + error))


def added_between(terms: Interval, starts: NDArray[np.int64], counts: NDArray[np.int64]) -> Interval:
    """Add up rows, so many from each start to the next, with the error of any order of the sums."""
    error = up(np.add.reduceat(np.maximum(abs(terms.low), abs(terms.high)), starts) * (counts * _EPS)[:, None])
    return Interval(down(np.add.reduceat(terms.low, starts) - error), up(np.add.reduceat(terms.high, starts) + error))
