"""All turning points of the curve of fixed points on its whole domain, ends included, with proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp
from flint import arb, ctx

from ..equations.curve import Curve
from ..model.symbols import t
from .evaluator import Evaluator
from .isolation import Isolation, Zero, isolate, refine

__all__ = ["BoundCurve"]

_PRECISIONS = (64, 128, 256)
_SMALLEST_EXPONENT = 64
_TERMS, _HIGHEST_ORDER = 6, 7
_LARGEST_START = 2**20


@dataclass(frozen=True)
class BoundCurve:
    """A curve with every letter but its parameter bound, ready for ball arithmetic."""

    curve: Curve
    values: Mapping[sp.Symbol, sp.Expr]

    @cached_property
    def evaluator(self) -> Evaluator:
        """Evaluates expressions in t on the curve."""
        return Evaluator(t, self.values)

    @cached_property
    def never_starts(self) -> str | None:
        """The reason why learning never starts on the whole curve; None where it does."""
        return None if self.curve.bounded else self.curve.equation.bind(self.values).never_starts

    @property
    def is_stuck(self) -> bool:
        """Whether no state of the curve is ever reached."""
        return self.never_starts is not None

    def evaluate(self, expression: sp.Expr, state: arb) -> arb:
        """Enclose an expression in t over a ball of states."""
        return self.evaluator.value(expression, state)

    def fold_condition(self, state: arb) -> tuple[arb, arb]:
        """Enclose g - t g' and its derivative -t g''."""
        g = self.evaluator.taylor(self.curve.loop, state, 3)
        return g[0] - state * g[1], -2 * state * g[2]

    def turning_points(self) -> Isolation:
        """Return all zeros of the fold condition on the whole domain, with the boxes that stay undecided.

        A box that is not finite says that no bound was found at an end of the domain.
        """
        found = Isolation([], [arb("nan")])
        for precision in _PRECISIONS:
            with ctx.workprec(precision):
                low, high = self._lower_end(), self._upper_end()
                if low is not None and high is not None:
                    found = isolate(self.fold_condition, low, high)
            if not found.undecided:
                break
        return found

    def refined(self, zero: Zero) -> arb:
        """Return the state of a turning point to the current precision."""
        return refine(self.fold_condition, zero.box, ctx.prec - 10)

    def _lower_end(self) -> arb | None:
        """Return a state below which the fold condition is proved to have no zero.

        The condition is t^order times a function of one sign: its Taylor coefficients at 0 from that order on, and as the rest a later
        one at some point of [0, t].
        """
        order = self._order()
        if order is None:
            return None
        terms = order + _TERMS
        at_zero = self._coefficients(arb(0), order + terms)[order:]
        for exponent in range(0 if self.curve.bounded else -1, _SMALLEST_EXPONENT):
            end = arb(2) ** -exponent
            box = arb(0).union(end)
            total = self._coefficients(box, order + terms + 1)[-1]
            for coefficient in reversed(at_zero):
                total = coefficient + box * total
            if total > 0 or total < 0:
                return end
        return None

    def _coefficients(self, state: arb, count: int) -> list[arb]:
        """Enclose the first Taylor coefficients of g - t g': (1 - k) g_k - (k + 1) t g_{k+1}."""
        g = self.evaluator.taylor(self.curve.loop, state, count + 1)
        return [(1 - k) * g[k] - (k + 1) * state * g[k + 1] for k in range(count)]

    def _order(self) -> int | None:
        """Return an order to which the fold condition is proved to vanish at 0; a coefficient that may be zero is decided symbolically."""
        order = self.curve.order(self.values)
        if order is None or order > _HIGHEST_ORDER:
            return order
        for k, coefficient in enumerate(self._coefficients(arb(0), _HIGHEST_ORDER)[order:], start=order):
            if not coefficient.contains(arb(0)) or not self.curve.vanishes(k, self.values):
                return k
        return _HIGHEST_ORDER

    def _upper_end(self) -> arb | None:
        """Return a state above which the fold condition is proved to have no zero, or the end of the domain."""
        if self.curve.bounded:
            return arb(1)
        start = 4
        while start <= _LARGEST_START:
            bound = self.evaluator.tail(self.curve.fold_condition, start)
            if bound > 0 or bound < 0:
                return arb(start)
            start *= 2
        return None
