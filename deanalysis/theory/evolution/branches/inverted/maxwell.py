"""Maxwell's construction, nearly: at which scale two stretches of a curve have the same potential A(t) - scale B(t).

A and B are those of `Curve.potential`. In the plane of (B, A) such a pair is an edge of the lower convex hull of the curve.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import sympy as sp

from ...equations.curve import Curve

__all__ = ["Maxwell", "Path", "Piece"]

_STEPS, _FAR = 200, 60
"""Newton steps at most, and factors of 4 that the end of a stretch is looked for."""


class Path(Protocol):
    """A curve with every letter but its parameter bound, evaluated in any kind of number."""

    @property
    def curve(self) -> Curve:
        """The curve."""

    @property
    def values(self) -> Mapping[sp.Symbol, sp.Expr]:
        """The values of the letters."""

    @property
    def is_stuck(self) -> bool:
        """Whether no state of the curve is ever reached."""

    @property
    def loop(self) -> Callable[[Any, int], Sequence[Any]]:
        """Returns the first Taylor coefficients of g at a state."""

    def evaluate(self, expression: sp.Expr, state: Any) -> Any:
        """Return an expression in t at a state."""


class Piece(NamedTuple):
    """A stretch of the curve on which the scale grows with t, between two turning points (None: an end); or the point t = 0 alone."""

    number: int
    low: Any
    high: Any
    is_origin: bool = False


class Maxwell:
    """The stretches between known turning points, and the scales at which two of them have the same potential.

    `thin` makes a number exact to the working precision, and `tolerance(n)` is an n-th part of that precision.
    """

    def __init__(self, path: Path, turns: Sequence[Any], rises: bool, thin: Callable[[Any], Any], tolerance: Callable[[int], Any]) -> None:
        self.path, self.turns, self.rises, self.thin, self.tolerance = path, turns, rises, thin, tolerance

    @cached_property
    def starts_at_origin(self) -> bool:
        """Whether g(0) = 0, so that t = 0 is a fixed point for every value of the parameter."""
        curve = self.path.curve
        return curve.equation.bind(self.path.values).completes if curve.learns_along < 0 else self.path.is_stuck

    @cached_property
    def pieces(self) -> list[Piece]:
        """The stretches on which the scale grows, in ascending order of t."""
        ends = list(pairwise([None, *self.turns, None]))
        growing = [Piece(number, *pair) for number, pair in enumerate(ends[0 if self.rises else 1 :: 2], start=1)]
        return [Piece(0, None, None, True), *growing] if self.starts_at_origin else growing

    def grows_from_origin(self, before: Piece, after: Piece) -> bool:
        """Whether the minimiser goes from the point t = 0 to a piece without a jump."""
        return before.is_origin and not after.is_origin and after.low is None

    def areas(self, state: Any) -> tuple[Any, Any]:
        """Return A and B."""
        rise, run, _ = self.path.curve.potential
        return self.path.evaluate(rise, state), self.path.evaluate(run, state)

    def scale(self, state: Any) -> Any:
        """Return the scale t/g(t) at a state."""
        return self.thin(state / self.path.loop(state, 1)[0])

    def origin_top(self) -> Any:
        """Return the scale up to which t = 0 is a minimum; None where it always is."""
        slope = self.path.loop(self.thin(0), 2)[1]
        return self.thin(1 / slope) if slope > 0 else None

    def floor(self, piece: Piece) -> Any:
        """Return the scale at which a piece without a lower turning point begins."""
        return (self.origin_top() or self.thin(0)) if self.starts_at_origin and not piece.is_origin else self.thin(0)

    def state(self, piece: Piece, scale: Any, near: Any = None) -> Any:
        """Return the state of a piece at a scale, looked for from a state nearby; None where the piece does not reach it."""
        if piece.is_origin:
            return self.thin(0)
        low, high = (None if end is None else self.thin(end) for end in (piece.low, piece.high))
        if high is None and self.path.curve.bounded:
            high = self.thin(1)
        start = next((end for end in (low, high) if end is not None), self.thin(1))
        for _ in range(_FAR):
            if low is None and self._gap(start, scale) < 0:
                low = start
            elif high is None and self._gap(start, scale) > 0:
                high = start
            if low is not None and high is not None:
                break
            start = start / 4 if low is None else start * 4
        if low is None or high is None or self._gap(low, scale) > 0 or self._gap(high, scale) < 0:
            return None
        return self._between(low, high, scale, near)

    def _gap(self, state: Any, scale: Any) -> Any:
        return self.thin(state - scale * self.path.loop(state, 1)[0])

    def _between(self, low: Any, high: Any, scale: Any, near: Any) -> Any:
        """Solve t = scale g(t) by Newton steps that a bracket keeps from straying."""
        state = near if near is not None and low < near < high else self.thin((low + high) / 2)
        for _ in range(_STEPS):
            value, slope = self.path.loop(state, 2)
            gap, fall = self.thin(state - scale * value), self.thin(1 - scale * slope)
            low, high = (low, state) if gap > 0 else (state, high)
            following = self.thin(state - gap / fall) if fall != 0 else low
            if not low < following < high:
                following = self.thin((low + high) / 2)
            near, state = state, following
            if abs(state - near) <= abs(state) * self.tolerance(2):
                break
        return state

    def crossing(self, before: Piece, after: Piece) -> list[Any] | None:
        """Return the states of two pieces at the one scale at which their potentials are equal; None where there is none.

        The difference of the potentials grows with the scale at the rate B(t2) - B(t1) > 0.
        """
        low, high = self._overlap(before, after)
        if high is not None and not low < high:
            return None
        scale = self.thin((low + high) / 2) if high is not None else 2 * low
        first = second = None
        for _ in range(_STEPS):
            first, second = self.state(before, scale, first), self.state(after, scale, second)
            if first is None or second is None:
                return None
            (a, b), (c, d) = self.areas(first), self.areas(second)
            difference, rate = self.thin(a - c - scale * (b - d)), self.thin(d - b)
            low, high = (low, scale) if difference > 0 else (scale, high)
            following = self.thin(scale - difference / rate) if rate > 0 else low
            if not following > low or (high is not None and not following < high):
                following = self.thin((low + high) / 2) if high is not None else 2 * scale
            if abs(following - scale) <= scale * self.tolerance(2):
                return [first, second] if abs(difference) <= abs(rate) * scale * self.tolerance(3) else None
            scale = following
        return None

    def _overlap(self, before: Piece, after: Piece) -> tuple[Any, Any]:
        """Return the range of scales that both pieces reach; no upper end where neither has one."""
        lows = [self.floor(before) if before.low is None else self.scale(before.low)]
        lows += [self.scale(after.low)] if after.low is not None else []
        tops = [self.scale(piece.high) for piece in (before, after) if piece.high is not None]
        if before.is_origin and (top := self.origin_top()) is not None:
            tops.append(top)
        if self.path.curve.bounded and after.high is None:
            tops.append(self.scale(self.thin(1)))
        return max(lows, key=float), min(tops, key=float, default=None)
