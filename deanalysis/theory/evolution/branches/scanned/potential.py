"""Potential thresholds in a parameter that can be isolated, by mpmath: Maxwell's construction between scanned turning points."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import mpmath

from .....balls.numbers import ZERO
from .....balls.numerical.engines import constant
from .....balls.numerical.roots import SCANNING, agreed_all
from .....model.symbols import t
from ...thresholds.results import Threshold
from ..branch import Found
from ..inverted.maxwell import Maxwell
from .curve import CurveFolds

__all__ = ["ScannedCurve"]


@dataclass(frozen=True)
class _Jump:
    """A jump of the global minimiser between two stretches, given by their places in the list of all."""

    path: CurveFolds
    places: tuple[int, int]

    def _solved(self) -> tuple[Maxwell, list[Any]]:
        """Solve with twice the working digits, of which a last Newton step may leave half."""
        with mpmath.workdps(2 * mpmath.mp.dps):
            maxwell = _maxwell(self.path)
            states = maxwell.crossing(*(maxwell.pieces[place] for place in self.places))
        return maxwell, states or [mpmath.nan] * 2

    def states(self) -> list[Any]:
        """Return both states to the working precision."""
        return [+state for state in self._solved()[1]]

    def is_lowest(self) -> bool:
        """Whether there is such a scale in the domain, and no other stretch has a lower potential there."""
        maxwell, (_, second) = self._solved()
        if not mpmath.isfinite(second):
            return False
        scale = maxwell.scale(second)
        level = self._level(maxwell, second, scale)
        others = [maxwell.state(piece, scale) for place, piece in enumerate(maxwell.pieces) if place not in self.places]
        lower = any(state is not None and self._level(maxwell, state, scale) <= level for state in others)
        return not lower and not (self.path.curve.bounded and scale > 1)

    @staticmethod
    def _level(maxwell: Maxwell, state: Any, scale: Any) -> Any:
        rise, run = maxwell.areas(state)
        return rise - scale * run


def _maxwell(path: CurveFolds) -> Maxwell:
    """Return Maxwell's construction at the working precision."""
    turns = path.turning_points
    rises = turns[0].slope < 0 if turns else path.fold_condition(mpmath.mpf(1) / 2) > 0
    return Maxwell(path, [turn() for turn in turns], rises, mpmath.mpf, lambda part: mpmath.mpf(2) ** (-mpmath.mp.prec // part))


def _is_gradual(maxwell: Maxwell, pair: tuple[int, int]) -> bool:
    return maxwell.grows_from_origin(*(maxwell.pieces[place] for place in pair))


class ScannedCurve(CurveFolds):
    """All thresholds of one bound curve, found without proof."""

    def potentials(self) -> Found:
        """Return the potential thresholds in the order in which learning gets easier, and the reason where there are none."""
        if not self.curve.loop.has(t):
            return [], "no potential threshold: the global minimiser moves gradually"
        with mpmath.workdps(SCANNING):
            maxwell = _maxwell(self)
            pairs = [pair for pair in combinations(range(len(maxwell.pieces)), 2) if not _is_gradual(maxwell, pair)]
            jumps = [jump for pair in pairs if (jump := _Jump(self, pair)).is_lowest()]
            jumps.sort(key=lambda jump: self.scale(jump.states()[1]) * self.curve.learns_along)
        missing = None if jumps else f"no potential threshold in {self.parameter} was found by the {self.searched}"
        return [self._potential(jump, maxwell.pieces[jump.places[0]].is_origin) for jump in jumps], missing

    def _potential(self, jump: _Jump, from_origin: bool) -> Threshold:
        unknown = self.curve.equation.ensemble.unknown.xreplace(dict(self.values))

        def compute() -> list[Any]:
            first, second = jump.states()
            at_origin = constant(unknown) if self.is_forward else mpmath.mpf(0)
            return [*self.along(second), at_origin if from_origin else self.evaluate(self.curve.q, first)]

        value, after, before = agreed_all(compute, self.digits)
        if from_origin and not self.is_forward:
            before = ZERO
        shown = self.forms.of_potential(from_origin, lambda: self.ball_at(lambda: jump.states()[1]))
        states = (before, after) if self.is_forward else (after, before)
        return self.entry("potential", value, states, self.claim(True, ()), shown)
