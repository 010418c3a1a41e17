"""Where the global minimiser of the potential jumps, by mpmath: pairs of stretches of the curve with equal potential at one scale."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any, NamedTuple

import mpmath

from ....balls.numbers import ZERO
from ....balls.numerical.engines import constant
from ....balls.numerical.roots import SCANNING, Crossing, agreed_all
from ....model.symbols import t
from ..thresholds.results import Threshold
from .curve import NumericalCurve, near

__all__ = ["numerical_potentials"]

_MARGIN = 1e-20
_FAR, _FACTOR = 80, 4


class Piece(NamedTuple):
    """A stretch on which the scale grows with t, between two turning points (None: an end); or the point t = 0 alone."""

    low: Crossing | None
    high: Crossing | None
    is_origin: bool = False


class Jump:
    """A scale at which two stretches have the same potential, A(t) - scale B(t), and no other a lower one."""

    def __init__(self, hull: _Hull, before: Piece, after: Piece, low: Any, high: Any) -> None:
        self._hull, self._before, self._after = hull, before, after
        self.scale = Crossing(lambda scale: hull.level(before, scale) - hull.level(after, scale), low, high)
        self.from_origin = before.is_origin

    def states(self) -> tuple[Any, Any]:
        """Return both states to the working precision."""
        scale = self.scale()
        return self._hull.state(self._before, scale), self._hull.state(self._after, scale)

    def is_lowest(self) -> bool:
        """Whether no other stretch has a lower potential there."""
        scale = self.scale()
        level = self._hull.level(self._after, scale)
        others = [piece for piece in self._hull.pieces if piece not in (self._before, self._after) and self._hull.reaches(piece, scale)]
        return all(self._hull.level(piece, scale) > level for piece in others)


class _Hull:
    """The stretches of a curve on which the scale grows, and the potential on them."""

    def __init__(self, path: NumericalCurve) -> None:
        self.path = path
        zeros = path.turning_points
        rises = zeros[0].slope < 0 if zeros else path.fold_condition(mpmath.mpf(1) / 2) > 0
        ends = [None, *zeros, None]
        self.pieces = [Piece(*pair) for pair in list(pairwise(ends))[0 if rises else 1 :: 2]]
        equation = path.curve.equation.bind(path.values)
        if equation.completes if path.curve.learns_along < 0 else path.is_stuck:
            self.pieces.insert(0, Piece(None, None, True))

    def range(self, piece: Piece) -> tuple[Any, Any]:
        """Return the scales between which a piece has a state."""
        origin = self.path.loop(mpmath.mpf(0), 2)
        top = 1 / origin[1] if origin[1] > 0 else mpmath.inf
        if piece.is_origin:
            return mpmath.mpf(0), top
        low = self.path.scale(piece.low()) if piece.low is not None else top if self.pieces[0].is_origin else mpmath.mpf(0)
        high = self._high(piece)
        return low, self.path.scale(high) if high is not None else mpmath.inf

    def _high(self, piece: Piece) -> Any:
        """Return the upper end of a piece; None where it has no end."""
        return piece.high() if piece.high is not None else mpmath.mpf(1) if self.path.curve.bounded else None

    def reaches(self, piece: Piece, scale: Any) -> bool:
        """Whether a piece has a state at a scale."""
        low, high = self.range(piece)
        return bool(low < scale < high)

    def state(self, piece: Piece, scale: Any) -> Any:
        """Return the state of a piece at a scale."""
        if piece.is_origin:
            return mpmath.mpf(0)

        def excess(state: Any) -> Any:
            return state - scale * self.path.loop(state)[0]

        low = piece.low() if piece.low is not None else None
        high = self._high(piece)
        start = low if low is not None else high if high is not None else mpmath.mpf(1)
        low = low if low is not None else next(state for k in range(_FAR) if excess(state := start / _FACTOR**k) < 0)
        high = high if high is not None else next(state for k in range(_FAR) if excess(state := start * _FACTOR**k) > 0)
        return Crossing(excess, low, high)()

    def level(self, piece: Piece, scale: Any) -> Any:
        """Return the potential of a piece at a scale."""
        rise, run, _ = self.path.curve.potential
        state = self.state(piece, scale)
        return self.path.function.value(rise, state) - scale * self.path.function.value(run, state)

    def jump(self, before: Piece, after: Piece) -> Jump | None:
        """Return where two pieces, in the order of t, have the same potential: its difference grows with the scale."""
        (low, high), (other_low, other_high) = self.range(before), self.range(after)
        low, high = max(low, other_low), min(high, other_high)
        if (before.is_origin and after.low is None) or not low < high:
            return None
        low = low * (mpmath.mpf(1) + _MARGIN) if low else min(high, mpmath.mpf(1)) / _FACTOR**_FAR
        steps = [high * (mpmath.mpf(1) - _MARGIN)] if high != mpmath.inf else [low * _FACTOR**k for k in range(1, _FAR)]
        for step in steps:
            try:
                jump = Jump(self, before, after, low, step)
                if self.level(before, low) < self.level(after, low) and self.level(before, step) > self.level(after, step):
                    return jump
            except (StopIteration, ValueError):
                return None
        return None


def _potential_jumps(path: NumericalCurve) -> list[Jump]:
    """Return the jumps of the global minimiser of the potential within the domain of the parameter, in ascending order of the scale."""
    with mpmath.workdps(SCANNING):
        hull = _Hull(path)
        found = [jump for pair in combinations(hull.pieces, 2) if (jump := hull.jump(*pair)) is not None]
        found = [jump for jump in found if jump.scale.is_verified() and jump.is_lowest() and not (path.curve.bounded and jump.scale() > 1)]
        return sorted(found, key=lambda jump: jump.scale())


def numerical_potentials(path: NumericalCurve) -> tuple[list[Threshold], str | None]:
    """Return the potential thresholds in the order in which learning gets easier, and the reason where there are none."""
    if not path.curve.loop.has(t):
        return [], "no potential threshold: the global minimiser moves gradually"
    found = [_threshold(path, jump) for jump in _potential_jumps(path)]
    missing = None if found else f"no potential threshold in {path.parameter} was found by the {path.searched}"
    return found[:: path.curve.learns_along], missing


def _threshold(path: NumericalCurve, jump: Jump) -> Threshold:
    forward, unknown = path.curve.learns_along > 0, path.curve.equation.ensemble.unknown.xreplace(dict(path.values))

    def compute() -> list[Any]:
        first, second = jump.states()
        value, after = path.along(second)
        origin = constant(unknown) if forward else mpmath.mpf(0)
        return [value, after, origin if jump.from_origin else path.function.value(path.curve.q, first)]

    value, after, before = agreed_all(compute, path.digits)
    if jump.from_origin and not forward:
        before = ZERO
    form = path.forms.potential_form(jump.from_origin, lambda: near(lambda: jump.states()[1]))
    return path.made("potential", value, *((before, after) if forward else (after, before)), True, form)
