"""Branch: the fixed points of an equation along one letter, whichever way they are had, and what thresholds are read off it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import sympy as sp
from flint import arb, ctx

from ....balls.bound import Bound
from ....balls.compiling import ball_of
from ....balls.isolation import Isolation, Taylor, Value, Zero, isolate, refine
from ....balls.multiple_roots import MultipleRoot
from ....balls.numbers import Number
from ....balls.precision import at_rising_precision
from ....model.symbols import q
from ..answers import Undecided
from ..search import Question
from ..states.fixed_points import LargestFixedPoint
from ..thresholds.results import Threshold

LEAST = arb(2) ** -30
"""Where a search starts that has no lower end but 0, as a share of its upper end: what lies below is not seen, and each halving may cost
a box."""
_MOST_BITS = 256
"""Boxes that are still undecided then mostly hold a double zero, which no precision settles, at twice the cost for each more step."""

Point = Callable[[], Sequence[arb]]
"""Encloses q and the letter at a point of a branch to the current precision."""


Found = tuple[list[Threshold], str | Undecided | None]
"""Thresholds of one kind, and the reason where there are none, or may be more."""


class Zeros(NamedTuple):
    """The points of a branch at which a condition vanishes, and whether they are proved to be all."""

    points: Sequence[Point]
    is_complete: bool


class Root:
    """A simple zero of a function of one state, known to the current precision whenever it is asked for (in mpmath: `Crossing`)."""

    def __init__(self, function: Taylor, zero: Zero, value: Value | None = None) -> None:
        self.function, self.value, self.box, self.slope = function, value, zero.box, zero.slope

    def __call__(self, bits: int | None = None) -> arb:
        """Return the state to the current precision, or to some bits."""
        self.box = refine(self.function, self.box, bits or ctx.prec - 10, self.value)
        return self.box


def roots(
    function: Taylor, low: arb, high: arb, value: Value, excluded: Callable[[arb], bool] = lambda box: False, spare: int = 0
) -> tuple[list[Root], bool]:
    """Isolate all zeros of a function between two states, but in boxes that are excluded; say whether they are proved to be all."""

    def within(box: arb) -> tuple[arb, arb]:
        return (arb(1), arb(0)) if excluded(box) else function(box)

    def attempt() -> Isolation:
        return isolate(within, arb(low.lower()), arb(high.upper()), value)

    isolation = at_rising_precision(attempt, _MOST_BITS, spare, settled=lambda isolation: isolation.is_complete)
    return [Root(function, zero, value) for zero in isolation.zeros], isolation.is_complete


class Branch:
    """The fixed points of an equation along a letter, as a question states it.

    A turning point of the branch is an 'emergence' where the largest fixed point jumps, any other a 'fold'. `searched` says where they
    were looked for, `undecided` where there may be more, `gradual` why nothing jumps; `domain` and `compared` what was searched for
    stability points and potential thresholds, if that is something else.
    """

    domain = compared = ""
    is_scanned = False
    searched: str
    undecided: Undecided | None = None
    gradual: str | None
    """The reason why nothing jumps; None where it is not known."""

    def __init__(self, question: Question) -> None:
        self.question, self.equation = question, question.model
        self.parameter: sp.Symbol = question.parameter
        self.values, self.digits = question.values, question.digits

    @property
    def folds(self) -> int:
        """The number of turning points, of both kinds."""
        return len(self._turns)

    @cached_property
    def _turns(self) -> list[Threshold]:
        raise NotImplementedError

    def turns(self, kind: str = "all") -> list[Threshold]:
        """Return emergences and folds, or one kind, in the order in which learning gets easier, or else of value."""
        return [turn for turn in self._turns if kind in ("all", turn.kind)]

    def potentials(self) -> Found:
        """Return the potential thresholds, and the reason where there are none."""
        raise NotImplementedError

    def landing(self, turn: Callable[[], object]) -> Number | None:
        """Return the q to which a jump at a turning point leads; None where it is not known."""
        raise NotImplementedError

    def zeros(self, condition: sp.Expr, beyond: Sequence[sp.Expr] = ()) -> Zeros:
        """Return the points in the range of the letter at which a formula in q and the letter vanishes, with proof.

        Where one of the formulas `beyond` is positive, points need not be found.
        """
        raise NotImplementedError

    @cached_property
    def plane(self) -> Bound:
        """Evaluates formulas in q and the letter."""
        return Bound((q, self.parameter), self.values)

    @cached_property
    def root(self) -> MultipleRoot:
        """F = f - q with its derivatives; it vanishes on the branch."""
        completes = self.question.bound.completes
        return MultipleRoot(self.equation.right_side - q, q, (self.parameter,), self.values, order=1 if completes else 0)

    def top(self, value: arb) -> arb:
        """Enclose the fraction unknown, the largest q there is, over a ball of the letter."""
        return arb(self.plane.value(self.equation.ensemble.unknown, arb(0), value))

    def ends(self) -> tuple[arb, arb]:
        """Enclose the least and the largest value of the letter that are searched; 0 is no value of it."""
        low, high = map(ball_of, self.question.range)
        return low if low > 0 else LEAST * high, high

    def is_largest(self, state: arb, value: arb, multiplicity: int = 1) -> bool | None:
        """Whether a point, a root of F of that multiplicity in q, is the largest fixed point; None where that is not decided."""
        top = self.top(value)
        return False if state > top else self.root.at([value]).is_negative_above(state, arb(top.upper()), multiplicity)

    def gradient(self, formula: sp.Expr, state: arb, value: arb) -> tuple[arb, arb, arb]:
        """Enclose a formula with its derivatives by q and by the letter."""
        zeroth, by_state = self.plane.taylor(formula, state, 2, value)
        return zeroth, by_state, self.plane.value(sp.diff(formula, self.parameter), state, value)

    def slope(self, formula: sp.Expr, state: arb, value: arb) -> arb:
        """Enclose the derivative of a formula by the letter along the branch."""
        _, by_state, by_letter = self.gradient(formula, state, value)
        _, excess, moved = self.gradient(self.root.expression, state, value)
        return by_letter - by_state * moved / excess


class ConstantBranch(Branch):
    """One largest fixed point for all values of a letter that learning does not depend on; q = 0 where no condition depends on q."""

    def __init__(self, question: Question, largest: LargestFixedPoint | None = None) -> None:
        super().__init__(question)
        self.largest = largest

    def zeros(self, condition: sp.Expr, beyond: Sequence[sp.Expr] = ()) -> Zeros:
        """Isolate the zeros in the letter."""

        def state() -> arb:
            return self.largest.state() if self.largest is not None else arb(0)

        def function(value: arb) -> tuple[arb, arb]:
            zeroth, _, by_letter = self.gradient(condition, state(), value)
            return zeroth, by_letter

        zeros, is_complete = roots(function, *self.ends(), lambda value: self.plane.value(condition, state(), value))
        return Zeros([(lambda root=root: (state(), root())) for root in zeros], is_complete)  # type: ignore[misc]

    def is_largest(self, state: arb, value: arb, multiplicity: int = 1) -> bool | None:
        """There is no other point."""
        return True

    def slope(self, formula: sp.Expr, state: arb, value: arb) -> arb:
        """Enclose the derivative by the letter alone."""
        return self.gradient(formula, state, value)[2]
