"""The giant component by mpmath: Newton's method from below takes the messages to their smallest solution.

The right sides grow and are convex, so that from messages below the smallest solution Newton's steps climb to it, and do not pass it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath

from ...balls.bound import Bound, Letters
from ...balls.numerical.engines import MPMATH
from ...model.symbols import q
from ..evolution.equations.density_evolution import FixedPointEquation
from .branching import Branching, less_than_one, solved
from .equations import MessageSystem

__all__ = ["NumericalSystem"]

_STEPS = 2000
"""Steps at most: next to the threshold each only halves the distance to the solution."""


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
