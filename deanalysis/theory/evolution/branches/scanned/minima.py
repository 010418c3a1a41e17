"""Potential thresholds in a letter that cannot be isolated, by mpmath: two lowest minima of the potential change places."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import mpmath
import numpy as np

from .....balls.numerical.floats import FLOATS
from .....balls.numerical.roots import SCANNING, Crossing, agreed_all
from ...answers import Status
from ...thresholds.results import Threshold
from ..branch import Found
from .plane import ScannedFolds

__all__ = ["ScannedPlane"]

_SAMPLES, _HALVINGS = 10, 24
_MOVES = 0.05
_SAMPLING = 20


class Minimum(NamedTuple):
    """A minimum of the potential, nearly: its state, the states between which it is the only fixed point, and its level."""

    state: float
    low: float
    high: float
    level: float

    @property
    def is_end(self) -> bool:
        """Whether it is an end, 0 or the fraction unknown, that is a fixed point at every value of the letter."""
        return self.low == self.high


class _Search:
    def __init__(self, plane: ScannedFolds) -> None:
        self.plane = plane
        equation = plane.equation.bind(plane.values)
        self.ends = [0.0] if equation.completes else [1.0] if equation.never_starts else []

    def samples(self) -> list[float]:
        """Return values of the letter between neighbouring folds, and not at the ends of the range."""
        low, high = map(float, self.plane.range)
        with mpmath.workdps(SCANNING):
            folds = sorted(float(fold.value()) for fold in self.plane.all_folds)
        return [a + (b - a) * (k + 0.5) / _SAMPLES for a, b in pairwise([low, *folds, high]) for k in range(_SAMPLES)]

    def level(self, value: Any, state: Any) -> Any:
        """Return the potential at a value of the letter and a state."""
        return self.plane.at(lambda: value).value(self.plane.equation.potential, state)

    def lowest(self, value: float) -> Minimum | None:
        """Return the global minimum at a value, nearly: stable fixed points, and ends that are fixed points, are compared."""
        here = self.plane.at(lambda: mpmath.mpf(value))
        grid = self.plane.shares * float(here.unknown)
        excess = here.function.by(FLOATS).taylor(self.plane.equation.right_side, grid, 1)[0] - grid
        turns = np.flatnonzero(np.diff(np.sign(excess)))
        roots = [float(grid[turn] + (grid[turn + 1] - grid[turn]) / (1 - excess[turn + 1] / excess[turn])) for turn in turns]
        walls = [float(grid[0]) / 2, *roots, float(grid[-1])]
        stable = [
            (roots[k], (walls[k] * roots[k]) ** 0.5, (roots[k] * walls[k + 2]) ** 0.5) for k, turn in enumerate(turns) if excess[turn] > 0
        ]
        with mpmath.workdps(_SAMPLING):
            states = [*stable, *((end, end, end) for end in self.ends)]
            minima = [Minimum(*state, float(self.level(mpmath.mpf(value), mpmath.mpf(state[0])))) for state in states]
        return min(minima, key=lambda minimum: minimum.level, default=None)

    def between(self, low: float, high: float) -> Threshold | None:
        """Halve the step until a jump of the minimiser is pinned; None where it only moves."""
        left, right = self.lowest(low), self.lowest(high)
        for _ in range(_HALVINGS):
            if left is None or right is None or _is_near(left, right):
                return None
            middle = (low + high) / 2
            found = self.lowest(middle)
            if found is not None and abs(found.state - left.state) < abs(found.state - right.state):
                low, left = middle, found
            else:
                high, right = middle, found
        return self._refined(left, right, low, high) if left is not None and right is not None else None

    def _refined(self, left: Minimum, right: Minimum, low: float, high: float) -> Threshold | None:
        plane = self.plane
        upper, lower = (left, right) if left.state > right.state else (right, left)

        def state(minimum: Minimum, value: Any) -> Any:
            if minimum.is_end:
                return mpmath.mpf(minimum.state)
            return Crossing(plane.at(lambda: value).excess, minimum.low, minimum.high)()

        def gap(value: Any) -> Any:
            return self.level(value, state(upper, value)) - self.level(value, state(lower, value))

        room = high - low
        with mpmath.workdps(SCANNING):
            ends = mpmath.mpf(low - room), mpmath.mpf(high + room)
            if not gap(ends[0]) * gap(ends[1]) < 0:
                return None
            value = Crossing(gap, *ends)
        numbers = agreed_all(lambda: [at for v in [value()] for at in (v, state(upper, v), state(lower, v))], plane.digits)
        side = "above" if value.slope > 0 else "below"
        return Threshold("potential", str(plane.parameter), numbers[0], numbers[1], Status.NUMERICAL, side, lands_on=numbers[2])


def _is_near(left: Minimum, right: Minimum) -> bool:
    """Whether the minimiser has only moved."""
    return abs(left.state - right.state) <= _MOVES * max(left.state, right.state, 1e-12)


class ScannedPlane(ScannedFolds):
    """All thresholds of one equation in a range of one letter, the others bound, found without proof."""

    def potentials(self) -> Found:
        """Return the potential thresholds that a comparison of minima finds, and the reason where there are none.

        The minima are compared at 10 values of the letter between neighbouring folds.
        """
        jumps: list[Threshold] = []
        if self.equation.right_side.has(self.parameter):
            search = _Search(self)
            jumps = [jump for low, high in pairwise(search.samples()) if (jump := search.between(low, high)) is not None]
        return jumps, None if jumps else f"no potential threshold in {self.parameter} was found by the {self.searched}"
