"""Numbers without proof: a scan brackets every sign change, mpmath's bracketing root finder takes each to the digits asked for.

Every number is computed at two precisions, and shown as far as the two agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import mpmath
import numpy as np

from ..numbers import Number, number
from .engines import exact_ball

SCANNING = 50
"""Working digits while a scan is read."""

_GUARD = 10
"""Digits beyond those asked for at the first of two precisions, for what rounding loses; at the second there are half as many more."""

_STEPS = 300
"""Steps of mpmath's root finder, at most: an end of a bracket that never moves halves the distance only."""

_VERIFIED = (0.5, 0.25)
"""Parts of the digits at which a sign must change around a root: a simple root has it at half of them, a triple one at a quarter."""

_MOST_EXTREMA, _NEAR = 40, 4
"""Extrema that are looked into for pairs of zeros, those nearest to 0 first, and how many times as far as the neighbours in the grid
rise above one it may lie from 0: a parabola has no zeros where that is more than 1, which leaves room for sharper bends."""

_SAME = 1e-20
"""Relative distance at which two roots, each known to 50 digits, are one."""

Real = Callable[[Any], Any]
"""A function of an mpmath number at the working precision."""


class Crossing:
    """A place where a function changes sign between two points, known to the working precision whenever it is asked for.

    >>> root = Crossing(lambda x: x * x - 2, 1, 2)
    >>> with mpmath.workdps(20):
    ...     print(root(), root.slope)
    1.4142135623730950488 1
    """

    def __init__(self, function: Real, low: Any, high: Any) -> None:
        self.function, self.low, self.high = function, mpmath.mpf(low), mpmath.mpf(high)
        self.slope = int(mpmath.sign(function(self.high)))
        self._known: dict[int, Any] = {}

    def __call__(self) -> Any:
        """Return the root to the working precision."""
        digits = mpmath.mp.dps
        if digits not in self._known:
            self._known[digits] = self._root(*self._bracket())
        return +self._known[digits]

    def _bracket(self) -> tuple[Any, Any]:
        """Return a narrow bracket around the best root so far, if the function still changes sign on it."""
        for digits in sorted(self._known, reverse=True):
            root = self._known[digits]
            room = abs(root) * mpmath.mpf(10) ** -(0.8 * min(digits, mpmath.mp.dps))
            if self.function(root - room) * self.function(root + room) < 0:
                return root - room, root + room
        return self.low, self.high

    def _root(self, low: Any, high: Any) -> Any:
        """Run mpmath's bracketing root finder; it would accept a small residual, so the function is made large."""
        digits = mpmath.mp.dps
        scale, ends = mpmath.mpf(10) ** (4 * digits), (low / high, mpmath.mpf(1))
        if low == high or self.function(high) == 0:
            return high
        return high * mpmath.findroot(
            lambda at: self.function(at * high) * scale,
            ends,
            solver="anderson",
            tol=mpmath.mpf(10) ** (3 - digits),
            maxsteps=_STEPS,
            verify=False,
        )

    def is_verified(self) -> bool:
        """Whether the function changes sign close to the root, and twice as many digits give the same root: noise does neither.

        A double root that came apart is told from none very close to it, a triple one, that is known to fewer digits, farther away.
        """
        root = self()
        rooms = [abs(root) * mpmath.mpf(10) ** -(part * mpmath.mp.dps) for part in _VERIFIED]
        near = [room for room in rooms if self.function(root - room) * self.function(root + room) < 0]
        if not near:
            return False
        with mpmath.workdps(2 * mpmath.mp.dps):
            return bool(abs(self() - root) <= near[0])


def agreed(compute: Callable[[], Any], digits: int) -> Number:
    """Compute a number at two precisions; return the digits on which both agree, at most `digits` of them, without an enclosure.

    >>> agreed(lambda: mpmath.sqrt(2), 8), agreed(lambda: (mpmath.mpf(10) ** 30 + 2) - mpmath.mpf(10) ** 30, 5)
    (1.4142136, nan)
    """
    return agreed_all(lambda: [compute()], digits)[0]


def agreed_all(compute: Callable[[], Sequence[Any]], digits: int) -> list[Number]:
    """Do the same for several numbers that are computed together."""
    results = []
    for working in (digits + _GUARD, digits + digits // 2 + 3 * _GUARD):
        with mpmath.workdps(working):
            results.append([_real(value) for value in compute()])
    return [in_common(coarse, fine, digits) for coarse, fine in zip(*results, strict=True)]


def _real(value: Any) -> Any:
    """Return a number that is real; nan in place of a complex one, which infinity over infinity is to mpmath."""
    number = mpmath.mpmathify(value)
    return number.real if number.imag == 0 else mpmath.nan


def in_common(coarse: Any, fine: Any, digits: int) -> Number:
    """Return the digits on which a rough value and a finer one agree, at most `digits` of them, without an enclosure.

    >>> in_common(0.30101, 0.30103, 10)
    0.301
    """
    with mpmath.workdps(2 * digits + 3 * _GUARD):
        if not (mpmath.isfinite(coarse) and mpmath.isfinite(fine)):
            return Number("nan", "-inf", "inf")
        if fine == 0:
            return Number("0" if coarse == 0 else "nan", "-inf", "inf")
        error = abs(coarse - fine) / abs(fine)
        good = digits if error == 0 else min(digits, int(mpmath.floor(-mpmath.log10(2 * error))))
        return Number(number(exact_ball(fine), good).text if good > 0 else "nan", "-inf", "inf")


def sign_changes(values: Iterable[Any]) -> list[tuple[int, int]]:
    """Return the pairs of places between which finite values change sign, what is not finite being left out.

    >>> sign_changes([1.0, float("nan"), -1.0, -2.0, 3.0])
    [(0, 2), (3, 4)]
    """
    if not isinstance(values, np.ndarray):
        values = np.array([float(mpmath.sign(value)) if mpmath.isfinite(value) else 0.0 for value in values])
    signs = np.where(np.isfinite(values), np.sign(values), 0)
    known = np.flatnonzero(signs)
    turns = np.flatnonzero(np.diff(signs[known]))
    return [(int(known[turn]), int(known[turn + 1])) for turn in turns]


def crossings(exact: Real, slope: Real, fine: np.ndarray, floats: np.ndarray, coarse: Sequence[Any]) -> list[Crossing]:
    """Return the places where a function changes sign, in ascending order.

    Brackets come from its values in floats on a fine grid, from pairs of zeros at its extrema there (where `slope` changes sign), and from
    mpmath on a coarse grid that reaches further; each is verified by mpmath, so that what is noise in floats drops out.
    """
    with mpmath.workdps(SCANNING):
        known: list[Crossing] = []
        pairs = [pair for extremum in extrema(slope, fine, floats) for pair in ((extremum.low, extremum()), (extremum(), extremum.high))]
        for low, high in [*_brackets(fine, floats), *pairs, *_brackets(coarse, map(exact, coarse))]:
            if any(low <= root() <= high for root in known) or not _changes_sign(exact, low, high):
                continue
            crossing = Crossing(exact, low, high)
            if crossing.is_verified() and not any(abs(root() - crossing()) < _SAME * abs(root()) for root in known):
                known.append(crossing)
        return sorted(known, key=lambda root: root())


def _changes_sign(exact: Real, low: Any, high: Any) -> bool:
    """Whether a function changes sign between two points at the working precision and at twice as many digits."""
    if not exact(low) * exact(high) < 0:
        return False
    with mpmath.workdps(2 * mpmath.mp.dps):
        return bool(exact(low) * exact(high) < 0)


def _brackets(grid: Sequence[Any] | np.ndarray, values: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return the mpmath numbers of a grid between which values change sign."""
    return [(mpmath.mpf(grid[low]), mpmath.mpf(grid[high])) for low, high in sign_changes(values)]


def extrema(slope: Real, fine: np.ndarray, floats: np.ndarray) -> list[Crossing]:
    """Return the extrema at which a function comes nearest to zero between its neighbours in the grid, without a change of sign there."""
    floats = np.where(np.isfinite(floats), floats, np.nan)
    sizes, signs = np.abs(floats), np.sign(floats)
    inner, steepest = sizes[1:-1], np.maximum(sizes[:-2], sizes[2:]) - sizes[1:-1]
    same = (signs[1:-1] == signs[:-2]) & (signs[1:-1] == signs[2:])
    places = np.flatnonzero(same & (inner <= sizes[:-2]) & (inner <= sizes[2:]) & (inner < _NEAR * steepest)) + 1
    nearest = places[np.argsort(sizes[places])][:_MOST_EXTREMA]
    brackets = [(mpmath.mpf(fine[place - 1]), mpmath.mpf(fine[place + 1])) for place in nearest]
    return [Crossing(slope, low, high) for low, high in brackets if slope(low) * slope(high) < 0]
