"""F = f - q over balls of the state and of letters at once: multiple roots of the equation, and whether one of them is the largest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import factorial

import sympy as sp
from flint import arb, ctx

from .bound import Bound
from .isolation import Zero, is_positive, isolate, refine, taylor_form
from .search import meet
from .systems import Box

_HALVINGS, _MOST_BOXES = 80, 4_000
"""Times that a step next to a root is halved, beyond the 64 bits of the first attempt, and boxes into which the rest is split, at most."""

_TERMS = 6
"""Taylor coefficients beyond the multiplicity of a root: with more the first step reaches further from it, and costs more."""


@dataclass(frozen=True)
class MultipleRoot:
    """The system phi = phi' = ... = 0 for a root of multiplicity m in a state, and m - 1 letters: a fold (m = 2), a cusp (m = 3).

    Called with a box (state, letters), it encloses the functions and their Jacobian; `values` binds all other letters. Where phi vanishes
    at state 0 to the given order for all letters (`order` > 0), that root is left out.
    """

    expression: sp.Expr
    state: sp.Symbol
    parameters: tuple[sp.Symbol, ...]
    values: Mapping[sp.Symbol, sp.Expr]
    order: int = 0

    @cached_property
    def _bound(self) -> Bound:
        return Bound((self.state, *self.parameters), self.values)

    def series(self, box: Box, count: int) -> Sequence[arb]:
        """Enclose the first Taylor coefficients of phi in the state."""
        return self._bound.taylor(self.expression, box[0], count, *box[1:])

    @cached_property
    def slopes(self) -> list[sp.Expr]:
        """The derivatives of phi by the letters."""
        return [sp.diff(self.expression, letter) for letter in self.parameters]

    def slope(self, box: Box, index: int = 0, count: int = 1) -> Sequence[arb]:
        """Enclose the first Taylor coefficients, in the state, of the derivative of phi by a letter."""
        return self._bound.taylor(self.slopes[index], box[0], count, *box[1:])

    def __call__(self, box: Box) -> tuple[list[arb], list[list[arb]]]:
        """Enclose phi, phi', ... and the Jacobian."""
        multiplicity = len(self.parameters) + 1
        series = self.series(box, multiplicity + 1)
        columns = [self.slope(box, index, multiplicity) for index in range(len(self.parameters))]
        derivatives = [factorial(k) * series[k] for k in range(multiplicity + 1)]
        jacobian = [[derivatives[k + 1], *(factorial(k) * column[k] for column in columns)] for k in range(multiplicity)]
        return derivatives[:multiplicity], jacobian

    def excludes(self, box: Box) -> bool:
        """Whether a box is proved to hold no multiple root (but the one at state 0, if phi vanishes there).

        Near a root of order k at state 0 it is the root of phi/s^k that counts. That is a divided difference, and it and its derivatives
        are the Taylor coefficients of phi of order k, k + 1, ... (times factorials) at some states of the box.
        """
        multiplicity = len(self.parameters) + 1
        if self.order and box[0].contains(arb(0)):
            series = self.series(box, self.order + multiplicity)[self.order :]
        else:
            series = self.series(box, multiplicity)
        return any(value != 0 for value in series)

    def at(self, letters: Sequence[arb]) -> "Section":
        """Return phi as a function of the state alone."""
        return Section(self, letters)


@dataclass(frozen=True)
class Section:
    """phi along the state, at letters given as balls."""

    root: MultipleRoot
    letters: Sequence[arb]

    def series(self, state: arb, count: int) -> Sequence[arb]:
        """Enclose the first Taylor coefficients in the state."""
        return self.root.series([state, *self.letters], count)

    def is_negative_above(self, state: arb, top: arb, multiplicity: int = 2) -> bool | None:
        """Whether phi < 0 on (state, top], `state` being a root of that multiplicity; None where that is not decided."""
        here = self.series(state, multiplicity + _TERMS)[multiplicity:]
        if here[0] > 0:
            return False
        step = top - state
        for _ in range(_HALVINGS):
            reach = state + step
            rest = self.series(state.union(reach), multiplicity + _TERMS + 1)[-1]
            if taylor_form(here, rest, arb(0).union(step))[0] < 0:
                return self._is_negative(arb(reach.lower()), top, multiplicity)
            step = step / 2
        return None

    def _is_negative(self, low: arb, high: arb, order: int) -> bool | None:
        """Decide it by all zeros, from Taylor's formula around the middles of boxes, to the order to which phi is flat nearby."""

        def expanded(box: arb) -> tuple[arb, arb]:
            middle, over = arb(box.mid()), self.series(box, order + 1)
            value, slope = taylor_form(self.series(middle, order), over[order], box - middle)
            return meet(value, over[0]), meet(slope, over[1])

        zeros, undecided = isolate(expanded, low, high, lambda state: self.series(state, 1)[0], _MOST_BOXES)
        return False if zeros else None if undecided else is_positive(-self.series(low, 1)[0])

    def below(self, state: arb) -> Zero | None:
        """Isolate the largest root below a double root at which phi has a maximum; None where there is none, `ValueError` on failure."""
        step = state
        for _ in range(_HALVINGS):
            reach = state - step
            if self.series(arb(reach.lower()).union(state), 3)[2] < 0:
                break
            step = step / 2
        else:
            raise ValueError("the double root cannot be set apart")
        low = self.lowest()
        if low is None:
            raise ValueError("the end q = 0 cannot be set apart")
        zeros, undecided = isolate(self.enclosed, low, arb(reach.lower()))
        top = zeros[-1] if zeros else None
        if undecided and (top is None or not top.box > undecided[-1]):
            raise ValueError("the next root cannot be isolated")
        return top

    def enclosed(self, state: arb) -> tuple[arb, arb]:
        """Enclose phi and its derivative."""
        value, slope = self.series(state, 2)
        return value, slope

    def lowest(self) -> arb | None:
        """Return a state below which there is no root, or none but 0."""
        if not self.root.order:
            return arb(0)
        for exponent in range(2, _HALVINGS):
            end = arb(2) ** -exponent
            if self.series(arb(0).union(end), 2)[1] != 0:
                return end
        return None

    def refined(self, zero: Zero) -> arb:
        """Return a root to the current precision."""
        return refine(self.enclosed, zero.box, ctx.prec - 10)
