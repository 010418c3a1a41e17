"""Where the spectral radius at the state without a giant component passes 1: the zeros of det(1 - J) along the fixed points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import sympy as sp
from flint import arb, ctx

from ...balls.bound import Bound
from ...balls.compiling import ball_of, compile_balls
from ...balls.isolation import Isolation, Taylor, isolate, refine
from ...balls.multiple_roots import MultipleRoot
from ...balls.precision import STEPS, at_rising_precision
from ...balls.systems import Box, isolate_system, refine_system
from ...model.symbols import q, t
from ..evolution.equations.curve import Curve, inverted
from .question import PercolationQuestion

__all__ = ["Crossings", "Place"]

_MOST_BITS = 256
_SMALLEST = arb(2) ** -30

Place = Callable[[], tuple[arb, arb]]
"""Returns a state (q, letter) to the current precision."""


class Found(NamedTuple):
    """Where det(1 - J) vanishes, and whether some place could not be decided."""

    places: Sequence[Place]
    undecided: bool


class Crossings:
    """The search in a range of one letter, all others bound."""

    def __init__(self, question: PercolationQuestion) -> None:
        self.question, self.equation, self.system = question, question.model.equation, question.system
        self.parameter, self.values = question.parameter, question.values

    @cached_property
    def curve(self) -> Curve | None:
        """The fixed points as a curve, where the equation can be inverted for the letter."""
        return inverted(self.equation, self.parameter)

    def found(self) -> Found:
        """Isolate all zeros of det(1 - J) in the range: in the letter, along the inverted curve, or in the plane of q and the letter."""
        if not self.question.moves:
            return self._along_letter()
        return self._along_curve(self.curve) if self.curve is not None else self._in_plane()

    @cached_property
    def _bound(self) -> Bound:
        return Bound((q, self.parameter), self.values)

    def _ends(self) -> tuple[arb, arb]:
        """Enclose the range of the letter; the least value is positive, even where the range begins at 0."""
        low, high = map(ball_of, self.question.range)
        return low if low > 0 else _SMALLEST * high, high

    @cached_property
    def _excess(self) -> sp.Expr:
        return self.equation.right_side - q

    def _slopes(self, expression: sp.Expr, state: arb, value: arb) -> tuple[arb, arb, arb]:
        """Enclose an expression with its derivatives by q and by the letter."""
        zeroth, by_state = self._bound.taylor(expression, state, 2, value)
        return zeroth, by_state, self._bound.taylor(sp.diff(expression, self.parameter), state, 1, value)[0]

    def _along_letter(self) -> Found:
        """Isolate the zeros of det(1 - J) in the letter, at one and the same q."""
        largest = self.question.largest()

        def state() -> arb:
            return largest.state() if self.system.condition.has(q) else arb(0)

        def function(value: arb) -> tuple[arb, arb]:
            condition = self._slopes(self.system.condition, state(), value)
            return condition[0], condition[2]

        return self._isolated(function, *self._ends(), lambda value: (state(), value))

    def _along_curve(self, curve: Curve) -> Found:
        """Isolate them along the inverted curve of fixed points, where the letter is in its range and the radius may be 1."""
        least, high = self._ends()
        low, evaluator = ball_of(self.question.range[0]), Bound((t,), self.values)
        along = {q: curve.q, self.parameter: curve.value}
        expression, diagonal = self.system.condition.xreplace(along), [entry.xreplace(along) for entry in self.system.jacobian.diagonal()]
        scale = compile_balls(curve.scale.xreplace(dict(self.values)), [self.parameter])
        end = arb(1) if curve.bounded else arb(scale(high if curve.rises else least))

        def function(state: arb) -> tuple[arb, arb]:
            value, slope = evaluator.taylor(expression, state, 2)
            return value, slope

        def within(state: arb) -> tuple[arb, arb]:
            here = evaluator.value(curve.value, state)
            if here < low or here > high or any(evaluator.value(entry, state) > 1 for entry in diagonal):
                return arb(1), arb(0)
            return function(state)

        def place(state: arb) -> tuple[arb, arb]:
            return evaluator.value(curve.q, state), evaluator.value(curve.value, state)

        return self._isolated(function, _SMALLEST * arb(end).min(1), end, place, within)

    def _isolated(
        self, function: Taylor, low: arb, high: arb, place: Callable[[arb], tuple[arb, arb]], within: Taylor | None = None
    ) -> Found:
        """Isolate the zeros of a function; `within` is the same, or not zero on boxes that do not matter."""

        def attempt() -> Isolation:
            return isolate(within or function, arb(low.lower()), arb(high.upper()), lambda state: function(state)[0])

        found = at_rising_precision(attempt, _MOST_BITS, settled=lambda isolation: isolation.is_complete)
        places = [(lambda box=zero.box: place(refine(function, box, ctx.prec - 10))) for zero in found.zeros]
        return Found(places, not found.is_complete)

    def _in_plane(self) -> Found:
        """Isolate the zeros of f - q and det(1 - J) in the plane of q and the letter."""

        def system(box: Box) -> tuple[list[arb], list[list[arb]]]:
            rows = [self._slopes(function, *box) for function in (self._excess, self.system.condition)]
            return [row[0] for row in rows], [[row[1], row[2]] for row in rows]

        def excluded(box: Box) -> bool:
            return box[0] > self._top(box[1]) or any(entry > 1 for entry in self.diagonal(*box))

        low, high = self._ends()
        with ctx.workprec(STEPS[0]):
            found = isolate_system(system, [arb(0).union(arb(1)), arb(low.lower()).union(arb(high.upper()))], excluded)

        def refined(box: Box) -> tuple[arb, arb]:
            state, value = refine_system(system, box, ctx.prec - 10)
            return state, value

        return Found([(lambda box=box: refined(box)) for box in found.zeros], bool(found.undecided))  # type: ignore[misc]

    def diagonal(self, state: arb, value: arb) -> list[arb]:
        """Enclose the diagonal of J, where there are two types."""
        entries = self.system.jacobian.diagonal() if self.system.jacobian.rows > 1 else []
        return [self._bound.value(entry, state, value) for entry in entries]

    def is_reached(self, state: arb, value: arb) -> bool | None:
        """Whether a fixed point is the largest, in which learning stops."""
        if not self.question.moves:
            return True
        top = self._top(value)
        if state > top:
            return False
        root = MultipleRoot(self._excess, q, (self.parameter,), self.values)
        return root.at([value]).is_negative_above(state, arb(top.upper()), 1)

    def _top(self, value: arb) -> arb:
        """Enclose the fraction unknown, the largest q there is."""
        return self._bound.value(self.equation.ensemble.unknown, arb(0), value)

    def slope(self, state: arb, value: arb) -> arb:
        """Enclose the derivative of det(1 - J) by the letter, along the fixed points."""
        _, by_state, by_letter = self._slopes(self.system.condition, state, value)
        if not self.question.moves:
            return by_letter
        _, excess, moved = self._slopes(self._excess, state, value)
        return by_letter - by_state * moved / excess

    def percolates(self, state: arb, value: arb) -> bool | None:
        """Whether the radius at a state exceeds 1."""
        condition = self._slopes(self.system.condition, state, value)[0]
        diagonal = [1 - entry for entry in self.diagonal(state, value)]
        if condition < 0 or any(entry < 0 for entry in diagonal):
            return True
        return False if condition > 0 and all(entry > 0 for entry in diagonal) else None
