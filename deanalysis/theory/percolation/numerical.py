"""Percolation by mpmath: messages by Newton's method from below, thresholds where a scan sees a change.

The right sides grow and are convex, so that from messages below the smallest solution Newton's steps climb to it, and do not pass it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import mpmath

from ...balls.bound import Bound, Letters
from ...balls.numbers import Number
from ...balls.numerical.engines import MPMATH
from ...balls.numerical.roots import SCANNING, Crossing, agreed_all
from ...model.formula import text
from ...model.symbols import q
from ..evolution.answers import Status
from ..evolution.branches.scanned.plane import scanned_values
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.states.numerical import NumericalState
from ..evolution.thresholds.find import bound_thresholds
from ..evolution.thresholds.results import Threshold, Thresholds
from .branching import Branching, less_than_one, solved
from .equations import MessageSystem
from .question import PercolationQuestion

__all__ = ["NumericalSystem", "numerical_percolation_thresholds"]

_STEPS = 2000
"""Steps at most: next to the threshold each only halves the distance to the solution."""
_SAMPLING = 20
"""Digits in which the branching factor is compared with 1 at the values of the scan."""
_MOVES, _ROOM = 0.1, 1.5
"""Between two values of the scan, a state that moves by more than this share jumps; any other stays within this factor."""


class NumericalSystem(Branching):
    """A message system in mpmath's numbers, at a state q that a function computes to the working precision."""

    def __init__(self, stated: MessageSystem, equation: FixedPointEquation, values: Letters, state: Callable[[], Any]) -> None:
        self.system = stated.complete if state() == 0 and stated.complete is not None else stated
        self.equation, self.at_state = equation, Bound((), {**values, q: state}, MPMATH)

    def messages(self) -> list[Any]:
        """Return the smallest solution: the trivial state where the branching factor is at most 1."""
        if self.radius() <= 1:
            return self.trivial()
        messages = [mpmath.mpf(10) ** -mpmath.mp.dps] * self.types
        for _ in range(_STEPS):
            values, slopes = self.slopes(messages)
            excess = [value - side for value, side in zip(values, messages, strict=False)]
            steps = solved(less_than_one([row[: self.types] for row in slopes[: self.types]]), excess)
            messages = [side + step for side, step in zip(messages, steps, strict=True)]
            if max(map(abs, steps)) < mpmath.mpf(10) ** (2 - mpmath.mp.dps):
                return messages
        return [mpmath.nan] * self.types


class Row(NamedTuple):
    """A scanned value of the letter: the largest fixed point, nearly, and whether there is a giant component."""

    value: float
    state: float
    percolates: bool


class _Scan:
    def __init__(self, question: PercolationQuestion) -> None:
        self.question, self.equation, self.system, self.parameter = question, question.model.equation, question.system, question.parameter

    def _values(self, value: Any) -> Letters:
        return {**self.question.values, self.parameter: lambda: value}

    def _radius(self, value: Any, state: Any) -> Any:
        return NumericalSystem(self.system, self.equation, self._values(value), lambda: state).radius()

    def row(self, value: float) -> Row:
        """Scan the states at a value in floats."""
        here = NumericalState(self.equation, self._values(mpmath.mpf(value)))
        state = here.nearly if self.system.condition.has(q) else 0.0
        with mpmath.workdps(_SAMPLING):
            return Row(value, state, bool(self._radius(mpmath.mpf(value), mpmath.mpf(state)) > 1))

    def threshold(self, low: Row, high: Row) -> Threshold | None:
        """Refine what changes between two rows: the branching factor passes 1, or jumps past it with what is learned."""
        side = "above" if high.percolates else "below"
        if abs(low.state - high.state) > _MOVES * max(low.state, high.state):
            jumps = bound_thresholds(self.question.learning(), "emergence", "mpmath")
            between = (jump for jump in jumps if jump.value is not None and low.value <= float(jump.value) <= high.value)
            return next((self._found(jump.value, jump.fixed_point, side) for jump in between), None)

        def state(value: Any) -> Any:
            if not low.state or not high.state:
                return mpmath.mpf(0)
            here = NumericalState(self.equation, self._values(value))
            ends = min(low.state, high.state) / _ROOM, min(max(low.state, high.state) * _ROOM, here.unknown)
            return Crossing(here.excess, *ends)() if self.equation.right_side.has(q) else here.excess(mpmath.mpf(0))

        def excess(value: Any) -> Any:
            return self._radius(value, state(value)) - 1

        with mpmath.workdps(SCANNING):
            crossing = Crossing(excess, low.value, high.value)
            if not excess(crossing.low) * excess(crossing.high) < 0:
                return None
        value, fixed_point = agreed_all(lambda: [at for v in [crossing()] for at in (v, state(v))], self.question.digits)
        return self._found(value, fixed_point if low.state else None, side)

    def _found(self, value: Number | None, fixed_point: Number | None, side: str) -> Threshold:
        return Threshold("percolation", str(self.parameter), value, fixed_point, Status.NUMERICAL, side)


def numerical_percolation_thresholds(question: PercolationQuestion) -> Thresholds:
    """Return the thresholds in a range of a letter, in ascending order, as the scan shows."""
    scan, name, (low, high) = _Scan(question), str(question.parameter), question.range
    rows = [scan.row(float(value)) for value in scanned_values(float(low), float(high))]
    changes = [scan.threshold(*pair) for pair in pairwise(rows) if pair[0].percolates != pair[1].percolates]
    searched = f"scan of {len(rows)} values of {name} from {text(low)} to {text(high)}"
    found = tuple(threshold for threshold in changes if threshold is not None)
    return Thresholds(name, found, None if found else f"no percolation threshold in {name} was found by the {searched}", searched)
