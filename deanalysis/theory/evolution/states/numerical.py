"""The largest fixed point at bound letters, by mpmath: f(q) - q is scanned from the fraction unknown down, and its last zero refined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from ....balls.bound import Bound
from ....balls.numerical.engines import MPMATH, constant
from ....balls.numerical.floats import FLOATS
from ....balls.numerical.roots import SCANNING, Crossing, agreed_all, crossings, extrema
from ....model.symbols import q
from ..answers import Status
from ..equations.density_evolution import FixedPointEquation
from ..thresholds.results import FixedPoint

_LOW, _FINE, _TOP, _NEAR_TOP = 1e-14, 3000, 1e-12, 800
_COARSE_LOW, _COARSE = -40, 4
"""States of the scan, in floats (from 1e-14 to 1 - 1e-12 of the fraction unknown) and, four a decade, by mpmath, which reaches further.
More of them tell closer pairs of fixed points apart, and cost time in proportion."""
SCANNED_STATES = f"scan of {_FINE + _NEAR_TOP} + {1 - _COARSE_LOW * _COARSE} states q from 1e{_COARSE_LOW} of the fraction unknown up"
"""What is scanned, in words."""
_TOUCHES = 1e-38
"""How near 0 a maximum of f(q) - q is taken to be 0: what cancellation leaves of the 50 digits of a scan."""


class NumericalState:
    """f(q) - q at letters that are bound to values, exact or computed to the working precision."""

    def __init__(self, equation: FixedPointEquation, values: Mapping[sp.Symbol, sp.Expr | Callable[[], Any]]) -> None:
        self.equation, self.function = equation, Bound((q,), values, MPMATH)
        self.bound = equation.bind({letter: value for letter, value in values.items() if isinstance(value, sp.Expr)})

    def excess(self, state: Any) -> Any:
        """Return f(q) - q."""
        return self.value(self.equation.right_side, state) - state

    def slope(self, state: Any) -> Any:
        """Return f'(q) - 1."""
        return self.function.taylor(self.equation.right_side, state, 2)[1] - 1

    def value(self, expression: sp.Expr, state: Any) -> Any:
        """Return a formula at a state."""
        return self.function.value(expression, state)

    @cached_property
    def unknown(self) -> Any:
        """The fraction unknown, in the digits of a scan."""
        with mpmath.workdps(SCANNING):
            return self.value(self.equation.ensemble.unknown, mpmath.mpf(0))

    @cached_property
    def _fine(self) -> np.ndarray:
        inside = np.concatenate([np.geomspace(_LOW, 0.5, _FINE), 1 - np.geomspace(0.499, _TOP, _NEAR_TOP)])
        return inside * float(self.unknown)

    @cached_property
    def _floats(self) -> np.ndarray:
        return self.function.by(FLOATS).taylor(self.equation.right_side, self._fine, 1)[0] - self._fine

    @property
    def nearly(self) -> float:
        """The largest fixed point as the scan in floats shows it: the last state at which f(q) is not below q; 0 where there is none."""
        above = np.flatnonzero(self._floats >= 0)
        return float(self._fine[above[-1]]) if len(above) else 0.0

    @cached_property
    def roots(self) -> list[Crossing]:
        """All simple fixed points above 0 that the scan finds, in ascending order; where f(0) > 0, at least one."""
        with mpmath.workdps(SCANNING):
            coarse = [self.unknown * mpmath.mpf(10) ** (mpmath.mpf(power) / _COARSE) for power in range(_COARSE_LOW * _COARSE, 1)]
            roots = crossings(self.excess, self.slope, self._fine, self._floats, coarse)
            start = mpmath.mpf(0) if self.bound.completes else self.excess(mpmath.mpf(0))
            if not roots and start > 0 > self.excess(coarse[0]):
                return [Crossing(self.excess, start / 2, coarse[0])]
            return roots

    @cached_property
    def touching(self) -> Crossing | None:
        """The largest double root, above all simple ones: a state at which f(q) - q has a maximum of 0, to the digits of the scan."""
        with mpmath.workdps(SCANNING):
            last = self.roots[-1]() if self.roots else 0
            turns = extrema(self.slope, self._fine, self._floats)
            double = [turn for turn in turns if abs(self.excess(turn())) < _TOUCHES < turn() - last]
            return max(double, key=lambda turn: turn(), default=None)

    def is_negative_above(self, state: Any) -> bool:
        """Whether f(q) < q from a fixed point up, as far as the scan shows."""
        with mpmath.workdps(SCANNING):
            return all(root() <= state * (1 + mpmath.mpf(_TOUCHES) ** 0.25) for root in self.roots)

    def largest(self) -> Callable[[], Any]:
        """Return the largest fixed point, all letters being bound, a function that computes it to the working precision."""
        if self.bound.known_state is not None:
            return partial(constant, self.bound.known_state)
        if self.touching is not None:
            return self.touching
        return self.roots[-1] if self.roots else lambda: mpmath.mpf(0)


def numerical_fixed_point(equation: FixedPointEquation, values: Mapping[sp.Symbol, sp.Expr], digits: int) -> FixedPoint:
    """Return the state that a scan and mpmath find, with the digits on which two precisions agree."""
    state = NumericalState(equation, values)
    largest, is_known = state.largest(), state.bound.known_state is not None

    def compute() -> list[Any]:
        here = largest()
        return [state.value(formula, here) for formula in equation.state]

    meeting = ", at which two fixed points meet" if not is_known and state.touching is not None else ""
    reason = f"by mpmath{meeting}: {'the equation states it' if is_known else SCANNED_STATES}"
    return FixedPoint.of(agreed_all(compute, digits), rounds=None, status=Status.NUMERICAL, reason=reason)
