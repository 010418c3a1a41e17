"""Thresholds in a parameter that can be isolated, by mpmath: the turning points of p(q) from a scan, and what is read off them.

The partner of `branches.inverted`, which proves the same: this engine finds what balls leave undecided, and each checks the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from flint import arb

from .....balls.bound import Bound
from .....balls.numbers import ZERO, Number
from .....balls.numerical.engines import MPMATH, exact_ball
from .....balls.numerical.floats import FLOATS
from .....balls.numerical.roots import SCANNING, Crossing, agreed, agreed_all, crossings, extrema
from .....model.symbols import t
from ...answers import Cause, Status, Undecided
from ...equations.curve import Curve
from ...search import Question
from ..inverted.bound_curve import BoundCurve
from ..inverted.curve_branch import CurveBranch
from ..inverted.forms import MATCHING
from ..inverted.records import Turn, records
from .stability import ScannedStability

__all__ = ["CurveFolds"]

_FINE_LOW, _FINE_HIGH, _FINE = 1e-12, 1e6, 3600
_TOP, _NEAR_TOP = 1e-9, 900
_COARSE_LOW, _COARSE_HIGH, _COARSE = -30, 12, 4
_TIE = 1e-40
_FORM_DIGITS = 60


class CurveFolds(CurveBranch):
    """All thresholds of one bound curve, found without proof."""

    stability_points = ScannedStability

    def __init__(self, question: Question, curve: Curve) -> None:
        super().__init__(question, curve)
        self.function = Bound((t,), self.values, MPMATH)
        self.never_starts = BoundCurve(curve, self.values).never_starts

    @property
    def is_stuck(self) -> bool:
        """Whether no state of the curve is ever reached."""
        return self.never_starts is not None

    def loop(self, state: Any, count: int = 1) -> Sequence[Any]:
        """Return g and its first Taylor coefficients."""
        return self.function.taylor(self.curve.loop, state, count)

    def evaluate(self, expression: sp.Expr, state: Any) -> Any:
        """Return an expression in t at a state."""
        return self.function.value(expression, state)

    def scale(self, state: Any) -> Any:
        """Return t/g(t)."""
        g = self.loop(state)[0]
        return state / g if g else mpmath.inf

    def fold_condition(self, state: Any) -> Any:
        """Return 1 - t g'(t)/g(t)."""
        g = self.loop(state, 2)
        return 1 - state * g[1] / g[0] if g[0] else mpmath.nan

    def fold_slope(self, state: Any) -> Any:
        """Return the derivative of that."""
        g = self.loop(state, 3)
        if not g[0]:
            return mpmath.nan
        rate = g[1] / g[0]
        return -rate - state * (2 * g[2] / g[0] - rate * rate)

    @cached_property
    def _fine(self) -> np.ndarray:
        """The states of the scan in floats: geometric towards both ends."""
        if not self.curve.bounded:
            return np.geomspace(_FINE_LOW, _FINE_HIGH, _FINE)
        return np.concatenate([np.geomspace(_FINE_LOW, 0.5, _FINE // 2), 1 - np.geomspace(0.499, _TOP, _NEAR_TOP)])

    @cached_property
    def states(self) -> list[Any]:
        """The states of the scan by mpmath, which reaches further."""
        end = 0 if self.curve.bounded else _COARSE_HIGH
        with mpmath.workdps(SCANNING):
            return [mpmath.mpf(10) ** (mpmath.mpf(power) / _COARSE) for power in range(_COARSE_LOW * _COARSE, end * _COARSE + 1)]

    @cached_property
    def _floats(self) -> np.ndarray:
        """The fold condition on the fine grid."""
        g = self.function.by(FLOATS).taylor(self.curve.loop, self._fine, 2)
        with np.errstate(all="ignore"):
            return np.asarray(1 - self._fine * g[1] / g[0])

    @property
    def undecided(self) -> Undecided | None:
        """Where the fold condition touches zero, to all digits of the scan, and whether the curve turns cannot be told."""
        with mpmath.workdps(SCANNING):
            touched = [one() for one in extrema(self.fold_slope, self._fine, self._floats) if abs(self.fold_condition(one())) < _TIE]
            places = ", ".join(mpmath.nstr(state, 8) for state in touched)
        return Undecided(Cause.TURNS, f"the curve touches a turning point at states t near {places}") if touched else None

    @cached_property
    def turning_points(self) -> list[Crossing]:
        """The zeros of the fold condition that the scan finds, in ascending order."""
        if not self.curve.loop.has(t):
            return []
        return crossings(self.fold_condition, self.fold_slope, self._fine, self._floats, self.states)

    def compare(self, _: object, one: Crossing, other: Crossing | None) -> int:
        """Compare the scale at two turning points (or with 1): -1, 0 where they cannot be told apart, or 1."""
        with mpmath.workdps(SCANNING):
            first, second = self.scale(one()), self.scale(other()) if other is not None else mpmath.mpf(1)
            return 0 if abs(first - second) < _TIE * abs(first) else int(mpmath.sign(first - second))

    @cached_property
    def records(self) -> list[Turn]:
        """The turning points within the domain of the parameter, in the order of t."""
        return records(self, self.turning_points, self.compare)

    @property
    def jumps(self) -> list[Crossing]:
        """The emergences, in ascending order of t."""
        return [turn.zero for turn in self.records if turn.kind == "emergence"]

    @property
    def searched(self) -> str:
        """What was scanned."""
        low, high = f"1e{_COARSE_LOW}", "1" if self.curve.bounded else f"1e{_COARSE_HIGH}"
        return f"scan of {len(self._fine)} + {len(self.states)} states of the curve, t from {low} to {high}"

    @property
    def gradual(self) -> str | None:
        """The reason why nothing jumps, so far as the scan shows."""
        missing = None if self.undecided else f"no emergence in {self.parameter} was found by the {self.searched}"
        return self.never_starts or missing

    def by_scale(self) -> list[Turn]:
        """Return the turning points in ascending order of the scale."""
        with mpmath.workdps(SCANNING):
            return sorted(self.records, key=lambda turn: self.scale(turn.zero()))

    def numbers_at(self, zero: Crossing) -> Sequence[Number]:
        """Return the parameter and q at a turning point, in the digits on which two precisions agree."""
        return agreed_all(lambda: self.along(zero()), self.digits)

    def ball_at(self, zero: Callable[[], Any]) -> arb:
        """Return a ball around a state, as wide as the digits in which it is compared with closed forms."""
        with mpmath.workdps(_FORM_DIGITS):
            state = exact_ball(zero())
        return state + arb(0, abs(state) * arb(2) ** (30 - MATCHING))

    def claim(self, certain: bool, numbers: Sequence[Number]) -> Status:
        """Return 'numerical' where the order of the turning points is certain."""
        return Status.NUMERICAL if certain else Status.UNDECIDED

    def along(self, state: Any) -> list[Any]:
        """Return the parameter and q at a state."""
        return [self.evaluate(expression, state) for expression in (self.curve.value, self.curve.q)]

    def landing(self, zero: Crossing) -> Number | None:
        """Return the q to which a jump leads: of the first state beyond it at which the scale is that of the jump again."""
        forward = self.curve.learns_along > 0

        def excess(state: Any) -> Any:
            return state - self.scale(zero()) * self.loop(state)[0]

        with mpmath.workdps(SCANNING):
            here = zero()
            after = [state for state in self._steps(here, forward) if (excess(state) > 0) == forward]
            if not after:
                return None if forward else ZERO
            between = [one() for one in self.turning_points if min(here, after[0]) < one() < max(here, after[0])]
            if not between:
                return None
            landing = Crossing(excess, between[-1 if forward else 0], after[0])
        return agreed(lambda: self.function.value(self.curve.q, landing()), self.digits)

    def _steps(self, start: Any, forward: bool) -> list[Any]:
        """Return the turning points and the states of the coarse scan beyond a jump, in the order in which they are reached."""
        places = [one() for one in self.turning_points if (one() > start if forward else one() < start)]
        grid = [state for state in self.states if (state > start if forward else state < start)]
        return sorted([*places, *grid], reverse=not forward)
