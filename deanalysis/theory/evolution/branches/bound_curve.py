"""A curve with its letters bound, and all its turning points on the whole domain, ends included, with proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp
from flint import arb, ctx

from ....balls.algebraic import first_order
from ....balls.arithmetic import Arithmetic
from ....balls.bound import Bound
from ....balls.compiling import BALLS
from ....balls.isolation import MOST_BOXES, Isolation, isolate, taylor_form
from ....balls.precision import at_rising_precision
from ....model.popularity import ParetoMoment
from ....model.symbols import t
from ....symbolic.functions import PowerLawSum
from ..equations.curve import Curve
from .branch import Root
from .steps import Stepwise

_MOST_BITS = 256
"""Boxes that are undecided then mostly hold a double zero, a cusp, which more bits do not settle."""
_BITS_PER_ORDER, _MOST_SPARE_BITS, _BOXES_PER_ORDER = 8, 400, 20
"""Bits and boxes more, for each unit of k, where the condition is as small as t^k near 0: time against ends that stay undecided. With
these the random ensembles of the tests are settled, curves flat to an order of 200 among them."""
_SMALLEST_EXPONENT = 64
"""How often a lower end is halved before the search is given up; each halving costs one enclosure."""
_TERMS, _HIGHEST_ORDER = 6, 7
"""Taylor coefficients at 0, which make an end larger and cost time; and the highest order that is decided by symbolic derivatives."""
_LARGEST_START, _LARGEST_OF_POWER_LAWS = 2**20, 2**8
"""States up to which an upper end is looked for; power laws without end are summed with as many digits as the state has units."""
_REACH = 0.8
"""Width of a box, in units of the state over the order, up to which Taylor's formula to that order pays beside that to order 7."""
_SPARE_BITS, _GUARD_BITS = 10, 32
"""Bits that rounding may take from the last Newton step, and from its slope."""


@dataclass(frozen=True)
class Path:
    """A curve with every letter but its parameter bound, in the numbers of one arithmetic."""

    curve: Curve
    values: Mapping[sp.Symbol, sp.Expr]
    arithmetic: Arithmetic = BALLS

    @cached_property
    def evaluator(self) -> Bound:
        """Evaluates expressions in t on the curve."""
        return Bound((t,), self.values, self.arithmetic)

    @cached_property
    def never_starts(self) -> str | None:
        """The reason why learning never starts on the whole curve; None where it does."""
        return None if self.curve.bounded else self.curve.equation.bind(self.values).never_starts

    def evaluate(self, expression: sp.Expr, state: Any) -> Any:
        """Return an expression in t at a state, in balls an enclosure over all its states."""
        return self.evaluator.value(expression, state)

    def loop(self, state: Any, count: int) -> Sequence[Any]:
        """Return the first Taylor coefficients of g at a state, in balls around every state of it."""
        return self.evaluator.taylor(self.curve.loop, state, count)

    def scale(self, state: Any) -> Any:
        """Return t/g(t)."""
        return state / self.loop(state, 1)[0]

    def areas(self, state: Any) -> tuple[Any, Any]:
        """Return A and B of the potential A - scale B."""
        rise, run, _ = self.curve.potential
        return self.evaluate(rise, state), self.evaluate(run, state)

    def thin(self, value: Any) -> Any:
        """Return a number without its error, as a start for Newton's method is."""
        return self.arithmetic.number(value)


@dataclass(frozen=True)
class BoundCurve(Path):
    """A curve in ball arithmetic."""

    def loop(self, state: arb, count: int) -> list[arb]:
        """Enclose the first Taylor coefficients of g around every state of a ball, step by step."""
        return self._stepwise.expansion(state, count)

    def thin(self, value: Any) -> arb:
        """Return the middle of a ball."""
        return arb(arb(value).mid())

    @cached_property
    def _stepwise(self) -> Stepwise:
        return Stepwise(self.curve.steps, self.values, self.curve.equation.learner.bind(self.values).is_proved)

    def fold_condition(self, state: arb) -> tuple[arb, arb]:
        """Enclose g - t g' and its derivative -t g''."""
        value, slope = self._coefficients(state, 2)
        return value, slope

    def fold_value(self, state: arb) -> arb:
        """Enclose g - t g' alone."""
        return self._coefficients(state, 1)[0]

    def turning_points(self) -> Isolation:
        """Return all zeros of the fold condition on the whole domain, with the boxes that stay undecided.

        A box that is not finite says that no bound was found at an end of the domain.
        """
        flatness = order if (order := self._order or 0) > _HIGHEST_ORDER else 0
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
        condition, flatness = self.fold_condition(state), self._order or 0
        orders = (_HIGHEST_ORDER, flatness) if flatness * state.rad() < _REACH * state.mid() else (_HIGHEST_ORDER,)
        for order in orders if flatness > _HIGHEST_ORDER else ():
            if condition[0] > 0 or condition[0] < 0:
                break
            middle = arb(state.mid())
            condition = taylor_form(self._coefficients(middle, order), self._coefficients(state, order + 1)[order], state - middle)
        return condition

    def at(self, turn: Root, expressions: Sequence[sp.Expr]) -> list[arb]:
        """Enclose expressions in t at a turning point to the current precision, from one common evaluation.

        The last Newton step from a middle m, and Taylor's formula for each expression from m, need no more than g, g' and the
        expressions at m, and with half the bits their next derivatives near m.
        """
        box = turn(ctx.prec // 2 + _SPARE_BITS)
        middle, together = arb(box.mid()), (self.curve.loop, *expressions)
        with ctx.workprec(ctx.prec // 2 + _GUARD_BITS):
            near = self.evaluator.together(together, box, 3)
        with ctx.workprec(ctx.prec + _SPARE_BITS):
            at_middle = self.evaluator.together(together, middle, 2)
            step = (at_middle[0][0] - middle * at_middle[0][1]) / (2 * box * near[0][2])
            balls = [e[0] + step * (e[1] + step * n[2]) for e, n in zip(at_middle[1:], near[1:], strict=True)]
        return [ball if ball.is_finite() else self.evaluate(part, turn()) for ball, part in zip(balls, expressions, strict=True)]

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
        """Return a state above which the fold condition is proved to have no zero, or the end of the domain."""
        if self.curve.bounded:
            return arb(1)
        start, most = 4, _LARGEST_OF_POWER_LAWS if self.curve.loop.has(PowerLawSum) else _LARGEST_START
        while start <= most:
            bound = self._stepwise.tail(start)
            if bound > 0 or bound < 0:
                return arb(start)
            start *= 2
        return None
