"""Thresholds of percolation by mpmath: where the branching factor at the largest fixed point passes 1 between two scanned values."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import mpmath
import sympy as sp

from ...balls.numerical.roots import SCANNING, Crossing, agreed_all
from ...model.formula import text
from ...model.symbols import q
from ..evolution.answers import Status
from ..evolution.branches.scanned.plane import scanned_values
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.search import Question, Range
from ..evolution.states.numerical import NumericalState
from ..evolution.thresholds.find import bound_thresholds
from ..evolution.thresholds.results import Threshold, Thresholds
from .equations import MessageSystem
from .numerical_component import NumericalSystem

__all__ = ["numerical_percolation_thresholds"]

_SAMPLING = 20
_MOVES, _ROOM = 0.1, 1.5


class Row(NamedTuple):
    """A scanned value of the letter: the largest fixed point, nearly, and whether there is a giant component."""

    value: float
    state: float
    percolates: bool


class _Scan:
    def __init__(
        self, equation: FixedPointEquation, system: MessageSystem, parameter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], digits: int
    ) -> None:
        self.equation, self.system, self.parameter, self.values, self.digits = equation, system, parameter, values, digits

    def _system(self, value: Any, state: Any) -> NumericalSystem:
        values = {**self.values, self.parameter: lambda: value}
        return NumericalSystem(self.system, self.equation, values, lambda: state)

    def row(self, value: float) -> Row:
        """Scan the states at a value in floats."""
        here = NumericalState(self.equation, {**self.values, self.parameter: lambda: mpmath.mpf(value)})
        state = here.nearly if self.system.condition.has(q) else 0.0
        with mpmath.workdps(_SAMPLING):
            return Row(value, state, bool(self._system(mpmath.mpf(value), mpmath.mpf(state)).radius() > 1))

    def threshold(self, low: Row, high: Row) -> Threshold | None:
        """Refine what changes between two rows: the branching factor passes 1, or jumps past it with what is learned."""
        side = "above" if high.percolates else "below"
        if abs(low.state - high.state) > _MOVES * max(low.state, high.state):
            return self._jump(low, high, side)

        def state(value: Any) -> Any:
            if not low.state or not high.state:
                return mpmath.mpf(0)
            here = NumericalState(self.equation, {**self.values, self.parameter: lambda: value})
            ends = min(low.state, high.state) / _ROOM, min(max(low.state, high.state) * _ROOM, here.unknown)
            return Crossing(here.excess, *ends)() if self.equation.right_side.has(q) else here.excess(mpmath.mpf(0))

        def excess(value: Any) -> Any:
            return self._system(value, state(value)).radius() - 1

        with mpmath.workdps(SCANNING):
            crossing = Crossing(excess, low.value, high.value)
            if not excess(crossing.low) * excess(crossing.high) < 0:
                return None
        value, fixed_point = agreed_all(lambda: [at for v in [crossing()] for at in (v, state(v))], self.digits)
        return Threshold("percolation", str(self.parameter), value, fixed_point if low.state else None, Status.NUMERICAL, side)

    def _jump(self, low: Row, high: Row, side: str) -> Threshold | None:
        known = {letter: value for letter, value in self.values.items() if letter in self.equation.letters}
        for jump in bound_thresholds(Question(self.equation, self.parameter, known, self.digits), "emergence", "mpmath"):
            if jump.value is not None and low.value <= float(jump.value) <= high.value:
                return Threshold("percolation", str(self.parameter), jump.value, jump.fixed_point, Status.NUMERICAL, side)
        return None


def numerical_percolation_thresholds(
    equation: FixedPointEquation,
    system: MessageSystem,
    parameter: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    digits: int,
    range_: Range,
) -> Thresholds:
    """Return the thresholds in a range of a letter, in ascending order, as the scan shows."""
    scan = _Scan(equation, system, parameter, values, digits)
    rows = [scan.row(float(value)) for value in scanned_values(*map(float, range_))]
    found = [one for low, high in pairwise(rows) if low.percolates != high.percolates and (one := scan.threshold(low, high)) is not None]
    low, high = map(text, range_)
    searched = f"scan of {len(rows)} values of {parameter} from {low} to {high}"
    missing = f"no percolation threshold in {parameter} was found by the {searched}"
    return Thresholds(str(parameter), tuple(found), None if found else missing, searched)
