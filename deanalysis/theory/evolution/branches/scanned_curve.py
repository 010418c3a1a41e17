"""Branches by a scan in floats and mpmath, without proof: stability points, and a curve with its turning points and all read off it.

The partner of `inverted`, which proves the same: this engine finds what balls leave undecided, and each checks the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from flint import arb

from ....balls.bound import Bound
from ....balls.numbers import Number
from ....balls.numerical.engines import MPMATH, constant, exact_ball
from ....balls.numerical.floats import FLOATS
from ....balls.numerical.roots import SCANNING, Crossing, agreed, agreed_all, crossings, extrema
from ....model.formula import text
from ....model.symbols import t
from ..answers import Cause, Status, Undecided
from ..equations.curve import Curve
from ..search import Question
from ..states.numerical import NumericalState
from ..thresholds.results import Threshold
from ..thresholds.stability import StabilityPoints
from .bound_curve import Path
from .branch import Found
from .curve_branch import MATCHING, CurveBranch
from .maxwell import Jump, Maxwell, Piece

_FINE_LETTERS, _COARSE_LETTERS = 2000, 60
"""Values of a letter at which stability is scanned, in floats and by mpmath, each time against pairs of zeros that are missed."""
_FINE_LOW, _FINE_HIGH, _FINE = 1e-12, 1e6, 3600
_TOP, _NEAR_TOP = 1e-9, 900
"""States of the scan in floats from the least to the largest, and more of them near 1 where that is the end."""
_COARSE_LOW, _COARSE_HIGH, _COARSE = -30, 12, 4
"""Powers of 10 between which mpmath scans, beyond what floats hold, and states for each power, of which each takes far longer."""
_TIE = mpmath.mpf(10) ** -40
"""Numbers that differ by less are the same in the 50 digits of a scan."""
_FORM_DIGITS = 60
"""Digits of a state that is compared with closed forms: the bits of `MATCHING`."""


class ScannedStability(StabilityPoints):
    """The stability points, found without proof."""

    @cached_property
    def function(self) -> Bound:
        """Evaluates formulas of the letter."""
        return Bound((self.parameter,), {}, MPMATH)

    def exact(self, root: sp.Expr) -> Threshold:
        """Return the stability point at an exact value of the letter."""
        return self._threshold(partial(constant, root), root)

    def searched(self) -> Found:
        """Scan the range for zeros of f'(0) - 1."""
        low, high = self.question.range
        start, end = float(low) or float(high) * 2**-40, float(high)
        fine = np.geomspace(start, end, _FINE_LETTERS)
        coarse = [mpmath.mpf(value) for value in np.geomspace(start, end, _COARSE_LETTERS).tolist()]
        floats = self.function.by(FLOATS).taylor(self.growth, fine, 1)[0] - 1
        roots = crossings(lambda at: self.function.value(self.growth, at) - 1, self._slope, fine, floats, coarse)
        said = f"no stability point was found by a scan of {self.parameter} from {text(low)} to {text(high)}"
        return [self._threshold(root) for root in roots], None if roots else said

    def _slope(self, value: Any) -> Any:
        return self.function.taylor(self.growth, value, 2)[1]

    def _threshold(self, root: Callable[[], Any], exact: sp.Expr | None = None) -> Threshold:
        state = NumericalState(self.equation, {**self.question.values, self.parameter: root})
        with mpmath.workdps(SCANNING):
            rises, binding = self._slope(root()) > 0, state.is_negative_above(mpmath.mpf(0))
        return self.entry(agreed(root, self.question.digits), Status.NUMERICAL, rises, binding, exact)


class ScannedCurve(CurveBranch):
    """All thresholds of one bound curve, found without proof."""

    is_scanned = True

    def __init__(self, question: Question, curve: Curve) -> None:
        super().__init__(question, Path(curve, question.values, MPMATH))

    def fold_condition(self, state: Any) -> Any:
        """Return 1 - t g'(t)/g(t)."""
        g = self.path.loop(state, 2)
        return 1 - state * g[1] / g[0] if g[0] else mpmath.nan

    def fold_slope(self, state: Any) -> Any:
        """Return the derivative of that."""
        g = self.path.loop(state, 3)
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
        g = self.path.evaluator.by(FLOATS).taylor(self.curve.loop, self._fine, 2)
        with np.errstate(all="ignore"):
            return np.asarray(1 - self._fine * g[1] / g[0])

    @property
    def undecided(self) -> Undecided | None:  # type: ignore[override]
        """Where the fold condition touches zero, to all digits of the scan, and whether the curve turns cannot be told."""
        with mpmath.workdps(SCANNING):
            extreme = [extremum() for extremum in extrema(self.fold_slope, self._fine, self._floats)]
            touched = ", ".join(mpmath.nstr(state, 8) for state in extreme if abs(self.fold_condition(state)) < _TIE)
        return Undecided(Cause.TURNS, f"the curve touches a turning point at states t near {touched}") if touched else None

    @cached_property
    def turning_points(self) -> list[Crossing]:  # type: ignore[override]
        """The zeros of the fold condition that the scan finds, in ascending order."""
        if not self.curve.loop.has(t):
            return []
        return crossings(self.fold_condition, self.fold_slope, self._fine, self._floats, self.states)

    @property
    def searched(self) -> str:  # type: ignore[override]
        """What was scanned."""
        low, high = f"1e{_COARSE_LOW}", "1" if self.curve.bounded else f"1e{_COARSE_HIGH}"
        return f"scan of {len(self._fine)} + {len(self.states)} states of the curve, t from {low} to {high}"

    @property
    def gradual(self) -> str | None:  # type: ignore[override]
        """The reason why nothing jumps, so far as the scan shows."""
        missing = None if self.undecided else f"no emergence in {self.parameter} was found by the {self.searched}"
        return self.never_starts or missing

    def sign(self, compute: Callable[[], Any]) -> int:
        """Return the sign of a number in the digits of a scan; 0 for less than its last digits, or what is no number."""
        with mpmath.workdps(SCANNING):
            number = compute()
            return int(mpmath.sign(number)) if abs(number) >= _TIE else 0

    def numbers(self, compute: Callable[[], Sequence[Any]]) -> list[Number]:
        """Return numbers in the digits on which two precisions agree."""
        return agreed_all(compute, self.digits)

    def status(self, numbers: Sequence[Number]) -> Status:
        """Return 'numerical'."""
        return Status.NUMERICAL

    def ball(self, compute: Callable[[], Any]) -> arb:
        """Return a ball around a state, as wide as the digits in which it is compared with closed forms."""
        with mpmath.workdps(_FORM_DIGITS):
            state = exact_ball(compute())
        return state + arb(0, abs(state) * arb(2) ** (30 - MATCHING))

    def state_on(self, number: int, turn: Crossing) -> Any:
        """Solve with twice the working digits, of which a last Newton step may leave half."""
        with mpmath.workdps(2 * mpmath.mp.dps):
            maxwell = self.maxwell()
            state = maxwell.state(maxwell.stretches[number], self.scale_at(turn))
        return mpmath.nan if state is None else +state

    @cached_property
    def jumps(self) -> tuple[Sequence[Jump], bool]:  # type: ignore[override]
        """The jumps of the global minimiser that comparisons of its minima show."""
        with mpmath.workdps(SCANNING):
            pairs = [(before.number, after.number) for before, after in self.maxwell().pairs()]
            jumps = [Jump(pair[0] == 0, partial(self._states, pair)) for pair in pairs if self._is_lowest(pair)]
            return sorted(jumps, key=lambda jump: self.path.scale(jump.states()[1])), True

    def _solved(self, pair: tuple[int, int]) -> tuple[dict[int, Piece], Maxwell, list[Any]]:
        """Return the pieces by number, and the states of two of equal potential, solved as in `state_on`."""
        with mpmath.workdps(2 * mpmath.mp.dps):
            maxwell = self.maxwell()
            pieces = {piece.number: piece for piece in maxwell.pieces}
            states = maxwell.crossing(*(pieces[number] for number in pair))
        return pieces, maxwell, states or [mpmath.nan] * 2

    def _states(self, pair: tuple[int, int]) -> list[Any]:
        return [+state for state in self._solved(pair)[2]]

    def _is_lowest(self, pair: tuple[int, int]) -> bool:
        """Whether two pieces have equal potential at a scale in the domain, and no other has a lower one there."""
        pieces, maxwell, (_, second) = self._solved(pair)
        if not mpmath.isfinite(second):
            return False
        scale = maxwell.scale(second)
        level = maxwell.level(second, scale)
        others = [maxwell.state(piece, scale) for number, piece in pieces.items() if number not in pair]
        lower = any(state is not None and maxwell.level(state, scale) <= level for state in others)
        return not lower and not (self.curve.bounded and scale > 1)

    def no_potential(self, is_complete: bool) -> str:
        """Return what was scanned."""
        return f"no potential threshold in {self.parameter} was found by the {self.searched}"
