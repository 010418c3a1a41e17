"""Thresholds in a parameter that cannot be isolated, by mpmath: extrema of f(q) - q in q are followed along the letter to where one is 0.

The partner of `implicit`. At a fold f(q) = q and f'(q) = 1: an extremum of f(q) - q is zero there, and changes sign with the letter.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import mpmath
import numpy as np

from .....balls.numbers import ZERO, Number
from .....balls.numerical.floats import FLOATS
from .....balls.numerical.roots import SCANNING, Crossing, agreed, agreed_all
from .....model.formula import text
from ...answers import Status
from ...search import Question
from ...states.numerical import NumericalState
from ...thresholds.results import Threshold
from ..branch import Branch
from .stability import ScannedStability

__all__ = ["ScannedFolds", "scanned_values"]

_ROWS, _STATES = 400, 900
_LEAST_ROW, _LEAST_STATE = 2**-16, 1e-9
_ROOM = 3
_NEAR_FOLD = 1e-8


class Extremum(NamedTuple):
    """An extremum of f(q) - q on one row of the scan: between which states, whether a maximum, and its sign, nearly."""

    place: int
    is_maximum: bool
    sign: float

    def nearest(self, others: list[Extremum]) -> Extremum | None:
        """Return the nearest extremum of the same kind."""
        same = [other for other in others if other.is_maximum == self.is_maximum]
        return min(same, key=lambda other: abs(other.place - self.place), default=None)


def scanned_values(low: float, high: float) -> np.ndarray:
    """Return the values of a letter that are scanned: in equal steps, and geometric towards the lower end, without the ends themselves."""
    within = np.concatenate([np.geomspace(_LEAST_ROW, 1, _ROWS // 2), np.linspace(0, 1, _ROWS // 2)])
    return np.asarray(low + (high - low) * np.unique(within)[1:-1])


class ScannedFolds(Branch):
    """All thresholds of one equation in a range of one letter, the others bound, found without proof."""

    stability_points = ScannedStability

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.range = question.range
        self.never_starts = question.bound.never_starts

    @cached_property
    def rows(self) -> np.ndarray:
        """The values of the letter that are scanned."""
        return scanned_values(*map(float, self.range))

    @cached_property
    def shares(self) -> np.ndarray:
        """The states that are scanned, as shares of the fraction unknown."""
        return np.concatenate([np.geomspace(_LEAST_STATE, 0.4, _STATES // 2), np.linspace(0.402, 1, _STATES // 2)])

    @property
    def searched(self) -> str:
        """What was scanned."""
        low, high = map(text, self.range)
        return f"scan of {len(self.rows)} values of {self.parameter} from {low} to {high}, {len(self.shares)} states q each"

    def at(self, value: Callable[[], Any]) -> NumericalState:
        """Return f(q) - q at a value of the letter, a function that computes it to the working precision."""
        return NumericalState(self.equation, {**self.values, self.parameter: value})

    def _row(self, value: float) -> list[Extremum]:
        state = self.at(lambda: mpmath.mpf(value))
        grid = self.shares * float(state.unknown)
        f = state.function.by(FLOATS).taylor(self.equation.right_side, grid, 2)
        excess, slope = f[0] - grid, f[1] - 1
        turns = np.flatnonzero(np.diff(np.sign(slope)))
        return [Extremum(int(turn), bool(slope[turn] > 0), float(np.sign(excess[turn]))) for turn in turns]

    @cached_property
    def all_folds(self) -> list[Fold]:
        """Follow the extrema from row to row; return the folds, in ascending order of the letter."""
        if not self.equation.right_side.has(self.parameter):
            return []
        rows = [self._row(float(value)) for value in self.rows]
        found: list[Fold] = []
        for number, (row, following) in enumerate(pairwise(rows)):
            for extremum in row:
                nearest = extremum.nearest(following)
                if nearest is not None and nearest.sign != extremum.sign:
                    found += self._refined(number, extremum.place, nearest.place, found)
        with mpmath.workdps(SCANNING):
            return sorted(found, key=lambda fold: fold.value())

    def _refined(self, row: int, place: int, next_place: int, known: list[Fold]) -> list[Fold]:
        """Bracket a fold near two rows by mpmath; none where the sign does not change, or it is known already."""
        last = len(self.shares) - 1
        ends = [max(min(place, next_place) - _ROOM, 0), min(max(place, next_place) + _ROOM + 1, last)]
        fold = Fold(self, *(float(self.shares[end]) for end in ends))
        values = [mpmath.mpf(float(value)) for value in self.rows[max(row - 1, 0) : row + 3]]
        with mpmath.workdps(SCANNING):
            levels = [fold.level(value) for value in values]
            for (low, high), (start, end) in zip(pairwise(values), pairwise(levels), strict=True):
                if start * end < 0:
                    fold.value = Crossing(fold.level, low, high)
                    return [] if any(fold.is_same(other) for other in known) else [fold]
        return []

    @property
    def gradual(self) -> str | None:
        """The reason why nothing jumps, so far as the scan shows."""
        return self.never_starts or f"no emergence in {self.parameter} was found by the {self.searched}"

    @cached_property
    def _turns(self) -> list[Threshold]:
        return [self._turn(fold) for fold in self.all_folds]

    def _turn(self, fold: Fold) -> Threshold:
        value, fixed_point = agreed_all(lambda: [fold.value(), fold.state()], self.digits)
        here = self.at(fold.value)
        with mpmath.workdps(SCANNING):
            state = fold.state()
            largest = fold.is_maximum and not self.never_starts and here.is_negative_above(state * (1 + _NEAR_FOLD))
        side = "above" if fold.value.slope < 0 else "below"
        lands_on = self._landing(here, state) if largest else None
        kind = "emergence" if largest else "fold"
        return Threshold(kind, str(self.parameter), value, fixed_point, Status.NUMERICAL, side, lands_on=lands_on)

    def _landing(self, here: NumericalState, state: Any) -> Number | None:
        """Return the largest fixed point below that of a jump."""
        with mpmath.workdps(SCANNING):
            below = [root for root in here.roots if root() < state * (1 - _NEAR_FOLD)]
        if below:
            return agreed(below[-1], self.digits)
        return ZERO if self.equation.bind(self.values).completes else None


class Fold:
    """An extremum of f(q) - q in a window of q, relative to the fraction unknown, and the value of the letter at which it is 0."""

    value: Crossing

    def __init__(self, plane: ScannedFolds, low: float, high: float) -> None:
        self.plane, self.window = plane, (low, high)

    def _extremum(self, value: Any) -> tuple[NumericalState, Crossing]:
        here = self.plane.at(lambda: value)
        return here, Crossing(here.slope, *(end * here.unknown for end in self.window))

    def level(self, value: Any) -> Any:
        """Return f(q) - q at the extremum; not a number where there is none in the window."""
        here, extremum = self._extremum(value)
        if not here.slope(extremum.low) * here.slope(extremum.high) < 0:
            return mpmath.nan
        return here.excess(extremum())

    def state(self) -> Any:
        """Return the double root to the working precision."""
        return self._extremum(self.value())[1]()

    @property
    def is_maximum(self) -> bool:
        """Whether f(q) < q on both sides of the double root."""
        return self._extremum(self.value())[1].slope < 0

    def is_same(self, other: Fold) -> bool:
        """Whether two folds are one, found twice."""
        pairs = (self.value(), other.value()), (self.state(), other.state())
        return all(abs(one - two) < _NEAR_FOLD * abs(two) for one, two in pairs)
