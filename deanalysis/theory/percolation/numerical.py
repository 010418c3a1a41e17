"""Thresholds of percolation by mpmath, where a scan sees a change."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import mpmath

from ...balls.bound import Letters
from ...balls.numbers import Number
from ...balls.numerical.roots import SCANNING, Crossing, agreed_all
from ...model.formula import text
from ...model.symbols import q
from ..evolution.answers import Status
from ..evolution.branches.scanned_plane import scanned_values
from ..evolution.search import Question
from ..evolution.states.numerical import NumericalState
from ..evolution.thresholds.find import thresholds
from ..evolution.thresholds.results import Threshold, Thresholds
from .equations import MessageSystem
from .messages import NumericalSystem

_SAMPLING = 20
"""Digits in which the branching factor is compared with 1 at the values of the scan."""
_MOVES, _ROOM = 0.1, 1.5
"""Between two values of the scan, a state that moves by more than this share jumps; any other stays within this factor."""


class Row(NamedTuple):
    """A scanned value of the letter: the largest fixed point, nearly, and whether there is a giant component."""

    value: float
    state: float
    percolates: bool


class _Scan:
    def __init__(self, question: Question, system: MessageSystem, learning: Question) -> None:
        self.question, self.system, self.learning, self.equation = question, system, learning, learning.model

    def _values(self, value: Any) -> Letters:
        return {**self.question.values, self.question.parameter: lambda: value}

    def _radius(self, value: Any, state: Any) -> Any:
        return NumericalSystem(self.system, self.equation, self._values(value), lambda: state).radius()

    def row(self, value: float) -> Row:
        """Scan the states at a value in floats."""
        section = NumericalState(self.equation, self._values(mpmath.mpf(value)))
        state = section.nearly if self.system.condition.has(q) else 0.0
        with mpmath.workdps(_SAMPLING):
            return Row(value, state, bool(self._radius(mpmath.mpf(value), mpmath.mpf(state)) > 1))

    def change(self, low: Row, high: Row) -> tuple[Number | None, Number | None] | None:
        """Return the letter and q at which the branching factor passes 1 between two rows, or jumps past it with what is learned."""
        if abs(low.state - high.state) > _MOVES * max(low.state, high.state):
            jumps = thresholds(self.learning, "emergence", "mpmath")
            between = [jump for jump in jumps if jump.value is not None and low.value <= float(jump.value) <= high.value]
            return (between[0].value, between[0].fixed_point) if between else None

        def state(value: Any) -> Any:
            if not low.state or not high.state:
                return mpmath.mpf(0)
            section = NumericalState(self.equation, self._values(value))
            ends = min(low.state, high.state) / _ROOM, min(max(low.state, high.state) * _ROOM, section.unknown)
            return Crossing(section.excess, *ends)() if self.equation.right_side.has(q) else section.excess(mpmath.mpf(0))

        def excess(value: Any) -> Any:
            return self._radius(value, state(value)) - 1

        with mpmath.workdps(SCANNING):
            crossing = Crossing(excess, low.value, high.value)
            if not excess(crossing.low) * excess(crossing.high) < 0:
                return None
        value, fixed_point = agreed_all(lambda: [at for v in [crossing()] for at in (v, state(v))], self.question.digits)
        return value, fixed_point if low.state else None


def scanned_thresholds(question: Question, system: MessageSystem, learning: Question) -> Thresholds:
    """Return the thresholds of a message system as a scan shows them, ascending; `learning` asks the same of density evolution."""
    scan, name, (low, high) = _Scan(question, system, learning), str(question.parameter), question.range
    rows = [scan.row(float(value)) for value in scanned_values(float(low), float(high))]
    entries = [
        Threshold("percolation", name, *change, Status.NUMERICAL, "above" if after.percolates else "below")
        for before, after in pairwise(rows)
        if before.percolates != after.percolates and (change := scan.change(before, after)) is not None
    ]
    searched = f"scan of {len(rows)} values of {name} from {text(low)} to {text(high)}"
    missing = None if entries else f"no percolation threshold in {name} was found by the {searched}"
    return Thresholds(name, tuple(entries), missing, searched)
