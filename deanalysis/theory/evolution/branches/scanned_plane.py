"""The branch of a letter that cannot be isolated, by mpmath: extrema of f(q) - q in q are followed along the letter to where one is 0.

The partner of `plane`. At a fold f(q) = q and f'(q) = 1: an extremum of f(q) - q is zero there, and changes sign with the letter. At a
potential threshold two lowest minima of the potential change places.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import mpmath
import numpy as np

from ....balls.numbers import ZERO, Number
from ....balls.numerical.floats import FLOATS
from ....balls.numerical.roots import SCANNING, Crossing, agreed, agreed_all
from ....model.formula import text
from ..answers import Status
from ..search import Question
from ..states.numerical import NumericalState
from ..thresholds.results import Threshold
from .branch import Branch, Found
from .plane import Minima

_ROWS, _STATES = 400, 900
"""Values of the letter, and states at each, that are scanned in floats: time against folds between neighbours, which are missed."""
_LEAST_ROW, _LEAST_STATE = 2**-16, 1e-9
"""Where they begin, as shares of the range and of the fraction unknown."""
_ROOM = 3
"""Steps by which the window of an extremum is wider than what was seen of it: it moves between two values."""
_NEAR_FOLD = 1e-8
"""Relative distance within which two folds are one, found twice."""
_SAMPLES, _HALVINGS = 10, 24
"""Values between neighbouring folds at which minima are compared, as in `plane`, and halvings of a step until mpmath takes over."""
_MOVES = 0.05
"""Share by which a minimiser that does not jump may move between the ends of a step: smaller jumps are missed."""
_SAMPLING = 20
"""Digits in which levels of the potential are compared."""


class Extremum(NamedTuple):
    """An extremum of f(q) - q on one row of the scan: between which states, whether a maximum, and its sign, nearly."""

    at: int
    is_maximum: bool
    sign: float

    def nearest(self, others: list[Extremum]) -> Extremum | None:
        """Return the nearest extremum of the same kind."""
        same = [other for other in others if other.is_maximum == self.is_maximum]
        return min(same, key=lambda other: abs(other.at - self.at), default=None)


def scanned_values(low: float, high: float) -> np.ndarray:
    """Return the values of a letter that are scanned: in equal steps, and geometric towards the lower end, without the ends themselves."""
    within = np.concatenate([np.geomspace(_LEAST_ROW, 1, _ROWS // 2), np.linspace(0, 1, _ROWS // 2)])
    return np.asarray(low + (high - low) * np.unique(within)[1:-1])


class ScannedPlane(Branch):
    """All thresholds of one equation in a range of one letter, the others bound, found without proof."""

    is_scanned = True

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.range, self.never_starts = question.range, question.bound.never_starts
        self.rows = scanned_values(*map(float, self.range))
        self.shares = np.concatenate([np.geomspace(_LEAST_STATE, 0.4, _STATES // 2), np.linspace(0.402, 1, _STATES // 2)])
        low, high = map(text, self.range)
        self.searched = f"scan of {len(self.rows)} values of {self.parameter} from {low} to {high}, {len(self.shares)} states q each"
        self.gradual = self.never_starts or f"no emergence in {self.parameter} was found by the {self.searched}"

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
        folds: list[Fold] = []
        for number, (row, following) in enumerate(pairwise(rows)):
            for extremum in row:
                nearest = extremum.nearest(following)
                if nearest is not None and nearest.sign != extremum.sign:
                    folds += self._refined(number, extremum, nearest, folds)
        with mpmath.workdps(SCANNING):
            return sorted(folds, key=lambda fold: fold.value())

    def _refined(self, row: int, extremum: Extremum, nearest: Extremum, known: list[Fold]) -> list[Fold]:
        """Bracket a fold near two rows by mpmath; none where the sign does not change, or it is known already."""
        low, high = min(extremum.at, nearest.at) - _ROOM, max(extremum.at, nearest.at) + _ROOM + 1
        fold = Fold(self, extremum.is_maximum, *(float(share) for share in self.shares[[max(low, 0), min(high, len(self.shares) - 1)]]))
        values = [mpmath.mpf(float(value)) for value in self.rows[max(row - 1, 0) : row + 3]]
        with mpmath.workdps(SCANNING):
            levels = [fold.level(value) for value in values]
            for (low, high), (start, end) in zip(pairwise(values), pairwise(levels), strict=True):
                if start * end < 0:
                    fold.value = Crossing(fold.level, low, high)
                    return [] if any(fold.is_same(other) for other in known) else [fold]
        return []

    @cached_property
    def _turns(self) -> list[Threshold]:
        return [self._turn(fold) for fold in self.all_folds]

    def _turn(self, fold: Fold) -> Threshold:
        value, fixed_point = agreed_all(lambda: [fold.value(), fold.state()], self.digits)
        with mpmath.workdps(SCANNING):
            above = fold.state() * (1 + _NEAR_FOLD)
            largest = fold.is_maximum and not self.never_starts and self.at(fold.value).is_negative_above(above)
        kind, side = "emergence" if largest else "fold", "above" if fold.value.slope < 0 else "below"
        lands_on = self.landing(fold) if largest else None
        return Threshold(kind, str(self.parameter), value, fixed_point, Status.NUMERICAL, side, lands_on=lands_on)

    def landing(self, turn: Fold) -> Number | None:  # type: ignore[override]
        """Return the largest fixed point below that of a jump."""
        with mpmath.workdps(SCANNING):
            state = turn.state()
            below = [root for root in self.at(turn.value).roots if root() < state * (1 - _NEAR_FOLD)]
        end = ZERO if self.question.bound.completes else None
        return agreed(below[-1], self.digits) if below else end

    def potentials(self) -> Found:
        """Return the potential thresholds that a comparison of minima finds, and the reason where there are none."""
        jumps: list[Threshold] = []
        if self.equation.right_side.has(self.parameter):
            with mpmath.workdps(SCANNING):
                folds = [float(fold.value()) for fold in self.all_folds]
            jumps = _Minima(self).jumps(float(self.range[0]), folds, float(self.range[1]))
        return jumps, None if jumps else f"no potential threshold in {self.parameter} was found by the {self.searched}"


class Fold:
    """An extremum of f(q) - q in a window of q, relative to the fraction unknown, and the value of the letter at which it is 0."""

    value: Crossing

    def __init__(self, plane: ScannedPlane, is_maximum: bool, *window: float) -> None:
        self.plane, self.is_maximum, self.window = plane, is_maximum, window

    def _extremum(self, value: Any) -> tuple[NumericalState, Crossing]:
        section = self.plane.at(lambda: value)
        return section, Crossing(section.slope, *(end * section.unknown for end in self.window))

    def level(self, value: Any) -> Any:
        """Return f(q) - q at the extremum; not a number where there is none in the window."""
        section, extremum = self._extremum(value)
        if not section.slope(extremum.low) * section.slope(extremum.high) < 0:
            return mpmath.nan
        return section.excess(extremum())

    def state(self) -> Any:
        """Return the double root to the working precision."""
        return self._extremum(self.value())[1]()

    def is_same(self, other: Fold) -> bool:
        """Whether two folds are one, found twice."""
        pairs = (self.value(), other.value()), (self.state(), other.state())
        return all(abs(mine - its) < _NEAR_FOLD * abs(its) for mine, its in pairs)


class Minimum(NamedTuple):
    """A minimum of the potential, nearly: its state, the states between which it is the only fixed point, and its level.

    These are the same where it is an end, 0 or the fraction unknown, that is a fixed point for all values of the letter.
    """

    state: float
    low: float
    high: float
    level: float


class _Minima(Minima):
    """The minima of the potential in floats, and the jumps by mpmath."""

    branch: ScannedPlane
    samples, halvings = _SAMPLES, _HALVINGS

    def level(self, value: Any, state: Any) -> Any:
        """Return the potential at a value of the letter and a state."""
        return self.branch.at(lambda: value).value(self.branch.equation.potential, state)

    def lowest(self, value: float) -> Minimum | None:
        """Return the global minimum at a value, nearly: stable fixed points, and ends that are fixed points, are compared."""
        section = self.branch.at(lambda: mpmath.mpf(value))
        grid = self.branch.shares * float(section.unknown)
        excess = section.function.by(FLOATS).taylor(self.branch.equation.right_side, grid, 1)[0] - grid
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

    def distance(self, minimum: Minimum, other: Minimum) -> float:
        """Return the distance of two minimisers."""
        return abs(minimum.state - other.state)

    def has_moved(self, left: Minimum, right: Minimum, step: float) -> bool:
        """Whether the minimiser moves by a small share of itself."""
        return self.distance(left, right) <= _MOVES * max(left.state, right.state, 1e-12)

    def refined(self, left: Minimum, right: Minimum, low: float, high: float) -> Threshold | None:
        """Return the jump as mpmath's bracketing root finder has it."""
        upper, lower = (left, right) if left.state > right.state else (right, left)

        def state(minimum: Minimum, value: Any) -> Any:
            if minimum.low == minimum.high:
                return mpmath.mpf(minimum.state)
            return Crossing(self.branch.at(lambda: value).excess, minimum.low, minimum.high)()

        def gap(value: Any) -> Any:
            return self.level(value, state(upper, value)) - self.level(value, state(lower, value))

        room = high - low
        with mpmath.workdps(SCANNING):
            ends = mpmath.mpf(low - room), mpmath.mpf(high + room)
            if not gap(ends[0]) * gap(ends[1]) < 0:
                return None
            value = Crossing(gap, *ends)
        numbers = agreed_all(lambda: [at for v in [value()] for at in (v, state(upper, v), state(lower, v))], self.branch.digits)
        side = "above" if value.slope > 0 else "below"
        return Threshold("potential", str(self.branch.parameter), numbers[0], numbers[1], Status.NUMERICAL, side, lands_on=numbers[2])
