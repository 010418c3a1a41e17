"""All turning points of the curve of fixed points on its whole domain, ends included, with proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp
from flint import arb, ctx

from ..equations.curve import Curve
from ..model.symbols import t
from .compiling import ball_of, compile_balls, taylor
from .isolation import Isolation, Zero, isolate, refine
from .tails import Tail

__all__ = ["BoundCurve"]

_PRECISIONS = (64, 128, 256, 512)
_SMALLEST_EXPONENT = 64
_LARGEST_START = 2**20


@dataclass(frozen=True)
class BoundCurve:
    """A curve with every letter but its parameter bound, ready for ball arithmetic."""

    curve: Curve
    values: Mapping[sp.Symbol, sp.Expr]

    @cached_property
    def letters(self) -> list[sp.Symbol]:
        """The letters whose values the compiled formulas take, in their order."""
        return sorted((symbol for symbol in self.curve.equation.letters if symbol != self.curve.parameter), key=str)

    def known(self) -> list[arb]:
        """Enclose those values at the current precision."""
        return [ball_of(self.values[symbol]) for symbol in self.letters]

    def evaluate(self, expression: sp.Expr, state: arb) -> arb:
        """Enclose an expression in t over a ball of states."""
        return arb(compile_balls(expression, [t, *self.letters])(state, *self.known()))

    def loop(self, state: arb, count: int) -> list[arb]:
        """Enclose the first Taylor coefficients of g around every state of a ball."""
        return taylor(compile_balls(self.curve.loop, [t, *self.letters]), state, count, self.known())

    def fold_condition(self, state: arb) -> tuple[arb, arb]:
        """Enclose g - t g' and its derivative -t g''."""
        g = self.loop(state, 3)
        return g[0] - state * g[1], -2 * state * g[2]

    def turning_points(self) -> Isolation:
        """Return all zeros of the fold condition on the whole domain; boxes that stay undecided are said."""
        for precision in _PRECISIONS:
            with ctx.workprec(precision):
                low, high = self._lower_end(), self._upper_end()
                if low is None or high is None:
                    continue
                found = isolate(self.fold_condition, low, high)
            if not found.undecided:
                break
        else:
            if low is None or high is None:
                return Isolation([], [arb(0).union(arb(_LARGEST_START))])
        return found

    def refined(self, zero: Zero) -> arb:
        """Return the state of a turning point to the current precision."""
        return refine(self.fold_condition, zero.box, ctx.prec - 10)

    def _lower_end(self) -> arb | None:
        """Return a state below which the fold condition is proved to have no zero.

        The condition is t^order times its Taylor coefficient of that order at some point of [0, t].
        """
        order = self.curve.order
        if order is None:
            return None
        for exponent in range(2, _SMALLEST_EXPONENT):
            end = arb(2) ** -exponent
            box = arb(0).union(end)
            g = self.loop(box, order + 2)
            coefficient = (1 - order) * g[order] - (order + 1) * box * g[order + 1]
            if coefficient > 0 or coefficient < 0:
                return end
        return None

    def _upper_end(self) -> arb | None:
        """Return a state above which the fold condition is proved to have no zero, or the end of the domain."""
        if self.curve.bounded:
            return arb(1)
        start = 4
        while start <= _LARGEST_START:
            bound = compile_balls(self.curve.fold_condition, [t, *self.letters])(Tail.variable(start), *self.known())
            if isinstance(bound, Tail) and (bound.factor > 0 or bound.factor < 0):
                return arb(start)
            start *= 2
        return None
