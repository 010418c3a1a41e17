"""All turning points of the curve of fixed points on its whole domain, ends included, with proof."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy as sp
from flint import arb, ctx, fmpz

from .....balls.bound import Bound
from .....balls.exact_series import first_order
from .....balls.isolation import MOST_BOXES, Isolation, Zero, isolate, refine, taylor_form
from .....balls.precision import at_rising_precision
from .....model.popularity import ParetoMoment
from .....model.symbols import t
from .....symbolic.functions import PowerLawSum
from ...equations.curve import Curve
from .steps import Stepwise

__all__ = ["BoundCurve"]

_MOST_BITS = 256
_BITS_PER_ORDER, _MOST_SPARE_BITS = 8, 400
_BOXES_PER_ORDER = 20
_SMALLEST_EXPONENT = 64
_TERMS, _HIGHEST_ORDER = 6, 7
_LARGEST_START, _LARGEST_OF_POWER_LAWS = 2**20, 2**8
_SPARE_BITS = 10
_REACH = 0.8
_GUARD_BITS = 32


@dataclass(frozen=True)
class BoundCurve:
    """A curve with every letter but its parameter bound, ready for ball arithmetic."""

    curve: Curve
    values: Mapping[sp.Symbol, sp.Expr]

    @cached_property
    def evaluator(self) -> Bound:
        """Evaluates expressions in t on the curve."""
        return Bound((t,), self.values)

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

    @cached_property
    def loop(self) -> Callable[[arb, int], list[arb]]:
        """Encloses the first Taylor coefficients of g around every state of a ball."""
        return self._stepwise.expansion

    @cached_property
    def _stepwise(self) -> Stepwise:
        return Stepwise(self.curve.steps, self.values, self.curve.equation.learner.bind(self.values).is_proved)

    @cached_property
    def _roots(self) -> dict[tuple[fmpz, fmpz], arb]:
        return {}

    def fold_condition(self, state: arb) -> tuple[arb, arb]:
        """Enclose g - t g' and its derivative -t g''."""
        g = self.loop(state, 3)
        return g[0] - state * g[1], -2 * state * g[2]

    def fold_value(self, state: arb) -> arb:
        """Enclose g - t g' alone."""
        g = self.loop(state, 2)
        return g[0] - state * g[1]

    def turning_points(self) -> Isolation:
        """Return all zeros of the fold condition on the whole domain, with the boxes that stay undecided.

        A box that is not finite says that no bound was found at an end of the domain.
        """
        flatness = self._flatness if self._flatness > _HIGHEST_ORDER else 0
        most, spare = MOST_BOXES + _BOXES_PER_ORDER * flatness, min(_BITS_PER_ORDER * flatness, _MOST_SPARE_BITS)

        def attempt() -> Isolation:
            low, high = self._lower_end(), self._upper_end()
            if low is None or high is None:
                return Isolation([], [arb("nan")])
            return isolate(self._near_flat, low, high, self.fold_value, most)

        return at_rising_precision(attempt, _MOST_BITS, spare, settled=lambda isolation: isolation.is_complete)

    def _near_flat(self, state: arb) -> tuple[arb, arb]:
        """Enclose the fold condition and its derivative, by Taylor's formula where they stay small over a wide range of states.

        To the order to which they vanish at 0, it is of use over boxes of about the state over this order alone.
        """
        found, flatness = self.fold_condition(state), self._flatness
        orders = (_HIGHEST_ORDER, flatness) if flatness * state.rad() < _REACH * state.mid() else (_HIGHEST_ORDER,)
        for order in orders if flatness > _HIGHEST_ORDER else ():
            if found[0] > 0 or found[0] < 0:
                break
            middle = arb(state.mid())
            found = taylor_form(self._coefficients(middle, order), self._coefficients(state, order + 1)[order], state - middle)
        return found

    @cached_property
    def _flatness(self) -> int:
        """The order to which the fold condition is proved to vanish at 0; 0 where none is known."""
        return self._order or 0

    def refined(self, zero: Zero) -> arb:
        """Return the state of a turning point to the current precision."""
        return self._to(zero, ctx.prec - 10)

    def at(self, zero: Zero, expressions: Sequence[sp.Expr]) -> list[arb]:
        """Enclose expressions in t at a turning point to the current precision, from one common evaluation.

        The last Newton step from a middle m, and Taylor's formula for each expression from m, need no more than g, g' and the
        expressions at m, and with half the bits their next derivatives near m.
        """
        box = self._to(zero, ctx.prec // 2 + _SPARE_BITS)
        middle, together = arb(box.mid()), (self.curve.loop, *expressions)
        with ctx.workprec(ctx.prec // 2 + _GUARD_BITS):
            near = self.evaluator.together(together, box, 3)
        with ctx.workprec(ctx.prec + _SPARE_BITS):
            here = self.evaluator.together(together, middle, 2)
            step = (here[0][0] - middle * here[0][1]) / (2 * box * near[0][2])
            found = [e[0] + step * (e[1] + step * n[2]) for e, n in zip(here[1:], near[1:], strict=True)]
        return [ball if ball.is_finite() else self.evaluate(one, self.refined(zero)) for ball, one in zip(found, expressions, strict=True)]

    def _to(self, zero: Zero, bits: int) -> arb:
        """Return the state of a turning point to some bits, from the best enclosure of it so far."""
        key = zero.box.mid().man_exp()
        self._roots[key] = refine(self.fold_condition, self._roots.get(key, zero.box), bits, self.fold_value)
        return self._roots[key]

    def _lower_end(self) -> arb | None:
        """Return a state below which the fold condition is proved to have no zero.

        The condition is t^order times a function of one sign: its Taylor coefficients at 0 from that order on, and as the rest a later
        one at some point of [0, t]; where g' is infinite at 0, the condition itself, step by step.
        """
        order = self._order
        if order is None:
            return None
        terms = 0 if self.curve.loop.has(sp.Sum, ParetoMoment) else order + _TERMS
        at_zero = self._coefficients(arb(0), order + terms)[order:]
        for exponent in range(0 if self.curve.bounded else -1, _SMALLEST_EXPONENT):
            end = arb(2) ** -exponent
            box = arb(0).union(end)
            total = self._coefficients(box, order + terms + 1)[-1]
            for coefficient in reversed(at_zero):
                total = coefficient + box * total
            if order == 0 and not total.is_finite():
                total = self._stepwise.fold_condition(box)
            if total > 0 or total < 0:
                return end
        return None

    def _coefficients(self, state: arb, count: int) -> list[arb]:
        """Enclose the first Taylor coefficients of g - t g': (1 - k) g_k - (k + 1) t g_{k+1}."""
        g = self.loop(state, count + 1)
        return [(1 - k) * g[k] - (k + 1) * state * g[k + 1] for k in range(count)]

    @cached_property
    def _order(self) -> int | None:
        """Return an order to which the fold condition is proved to vanish at 0; a coefficient that may be zero is decided symbolically."""
        order = self.curve.order(self.values)
        if order is None or order > _HIGHEST_ORDER:
            return order
        if not self._coefficients(arb(0), order + 1)[order].contains(arb(0)):
            return order
        exact = first_order(self.curve.loop.xreplace(dict(self.values)), t, order, lambda k: k != 1)
        if exact is not None:
            return exact
        for k in range(order, _HIGHEST_ORDER):
            if not self._coefficients(arb(0), k + 1)[k].contains(arb(0)) or not self.curve.vanishes(k, self.values):
                return k
        return _HIGHEST_ORDER

    def _upper_end(self) -> arb | None:
        """Return a state above which the fold condition is proved to have no zero, or the end of the domain.

        Power laws without end are summed with as many digits as the state has units, too many where it is large.
        """
        if self.curve.bounded:
            return arb(1)
        start, most = 4, _LARGEST_OF_POWER_LAWS if self.curve.loop.has(PowerLawSum) else _LARGEST_START
        while start <= most:
            bound = self._stepwise.tail(start)
            if bound > 0 or bound < 0:
                return arb(start)
            start *= 2
        return None
