"""The loop of a curve, evaluated step by step so that it keeps its relative accuracy where it vanishes to a high order."""

from collections.abc import Callable, Mapping
from functools import cached_property
from math import log
from typing import Any

import sympy as sp
from flint import arb, arb_series, ctx

from ....balls.bound import Bound
from ....balls.compiling import ball_of
from ....balls.series import taylor
from ....balls.tails import Tail
from ....model.popularity import ParetoMoment
from ....model.symbols import q, t, x
from ....symbolic.functions import PowerLawSum
from ..equations.curve import Steps

_STEEP = (ParetoMoment, PowerLawSum)
"""What may have an infinite slope at an end of its domain."""
_MOST_BITS = 64
"""How many times the precision is taken at most where values cancel."""
_FARTHEST = 2.0**60
"""The largest inverse distance from an end at which a bound is asked for: it holds for all larger ones."""
_SPARE_BITS, _FEW_BITS = (100, 400, 1600), 10
"""Bits that are tried, in steps that cost ever more, until so few bits of a distance from 1 are known, which are enough for its size."""


class Stepwise:
    """A loop g for ball arithmetic.

    1 - T(q) = (1 - a_0) + int_0^q (-T') is monotone where that `is_proved` of the learner, so that its values at the two ends of a ball
    enclose it, and each is had from its formula with as many bits as cancel there; the other coefficients are those of T', in which nothing
    cancels.
    """

    def __init__(self, steps: Steps, values: Mapping[sp.Symbol, sp.Expr], is_proved: bool) -> None:
        pace, growth = _pace(steps.inner), sp.diff(steps.outer, x)
        self.steps, self.values = steps, values
        self.inner, self.pace = (Bound((t,), values).applied(part) for part in (steps.inner, pace))
        self.outer, self.growth = (Bound((x,), values).applied(part) for part in (steps.outer, growth))
        self.plain, self.slope = (Bound((q,), values).applied(part) for part in (steps.middle, steps.slope))
        self.middle = _Monotone(self.plain, self.slope, steps.origin.xreplace(dict(values))) if is_proved else self.plain

    def expansion(self, state: arb, count: int) -> list[arb]:
        """Enclose the first Taylor coefficients of g around every state of a ball."""
        with ctx.workprec(ctx.prec + self._spare_bits(state)):
            return taylor(lambda series: self.outer(self.middle(self.inner(series))), state, count)

    def _spare_bits(self, state: arb) -> int:
        """Return how many bits are lost where power laws without end are summed near 1: at 1 - q, or at 1 - T."""
        if not self._sums_near_one:
            return 0
        for bits in (0, *_SPARE_BITS):
            with ctx.workprec(ctx.prec + bits):
                reached = arb(self.inner(arb(state.upper())))
                distance = reached if self.steps.outer == x else 1 - arb(self.plain(reached))
                if distance > 0 and distance.rel_accuracy_bits() > _FEW_BITS:
                    return max(0, -int(float(distance.log().lower()) / log(2)))
        return _SPARE_BITS[-1]

    @cached_property
    def _sums_near_one(self) -> bool:
        return bool(self.steps.outer.has(PowerLawSum) or (self.steps.outer == x and self.steps.middle.has(PowerLawSum)))

    def fold_condition(self, state: arb) -> arb:
        """Enclose g - t g' over a ball that may hold t = 0, where g' may be infinite and t g' is not."""
        return arb(self._condition(state, self.middle))

    def _condition(self, state: Any, middle: Callable[[Any], Any]) -> Any:
        inner = self.inner(state)
        reached = middle(inner)
        return self.outer(reached) - self.growth(reached) * self.slope(inner) * self.pace(state)

    def tail(self, start: int) -> arb:
        """Enclose g - t g' over all states from `start` on, up to a positive factor; not a number where it has no bound."""
        state = Tail.variable(start)
        bound = self._condition(state, self.plain)
        if not _is_finite(bound) and (self.steps.outer.has(*_STEEP) or self.steps.middle.has(*_STEEP)):
            bound = self._steep_tail(state)
        return bound.factor if isinstance(bound, Tail) else arb(bound)

    def _steep_tail(self, state: Tail) -> Tail:
        """Enclose g - t g' where a slope is infinite at an end: by the distance u from there times the slope, and t u'/u."""
        distance, fading, value, gain = self._by_distance
        left = distance(state)
        least = min(float((1 / arb(left.ball().upper())).lower()), _FARTHEST)
        if not least >= 1:
            return Tail.unknown(state.start)
        inverse = Tail.variable(int(least))
        return value(inverse).after(left) - gain(inverse).after(left) * fading(state)

    @cached_property
    def _by_distance(self) -> tuple[Callable[[Any], Any], ...]:
        """u and t u'/u as functions of t, the latter without exponentials that cancel; g and the slope times u as functions of 1/u.

        The slope is that of T by u = q where `outer` is x, and else that of `outer` by u = T, for then `inner` is t.
        """
        steps = self.steps
        if steps.outer == x:
            value, slope = (part.xreplace({q: 1 / q}) for part in (steps.middle, steps.slope))
            distance, pace = steps.inner, _pace(steps.inner)
        else:
            value, slope = (part.xreplace({x: 1 - 1 / q}) for part in (steps.outer, sp.diff(steps.outer, x)))
            distance, pace = ((1 - steps.middle).xreplace({q: t}), t * steps.slope.xreplace({q: t}))
        distance, pace = (part.xreplace(dict(self.values)) for part in (distance, pace))
        terms = sp.Add.make_args(sp.expand_mul(distance))
        rate = min(-sum((part.args[0].coeff(t) for part in term.atoms(sp.exp)), sp.S.Zero) for term in terms)
        fading = sp.expand_mul(sp.exp(rate * t) * pace) / sp.expand_mul(sp.exp(rate * t) * distance)
        in_state, in_inverse = Bound((t,), self.values), Bound((q,), self.values)
        return in_state.applied(distance), in_state.applied(fading), in_inverse.applied(value), in_inverse.applied(slope / q)


def _pace(inner: sp.Expr) -> sp.Expr:
    """Return t times the derivative of an expression in t, with Pareto moments by parts, so that t cancels where they are infinite."""
    slope = sp.expand_mul(sp.diff(inner, t)).replace(ParetoMoment, lambda *args: ParetoMoment(*args).by_parts)
    return sp.Add(*(t * term for term in sp.Add.make_args(slope)))


def _is_finite(bound: Any) -> bool:
    return bool((bound.factor if isinstance(bound, Tail) else arb(bound)).is_finite())


class _Monotone:
    """The middle step, T or 1 - T, for balls and power series."""

    def __init__(self, value: Callable[[Any], Any], slope: Callable[[Any], Any], origin: sp.Expr) -> None:
        self.value, self.slope, self.origin = value, slope, origin

    def __call__(self, state: Any) -> Any:
        if not isinstance(state, arb_series):
            return self._over(arb(state))
        rise = arb_series(self.slope(state)) * state.derivative()
        return rise.integral() + self._over(state[0])

    def _over(self, ball: arb) -> arb:
        """Enclose over a ball of probabilities (or multiples of them), of which those below 0 do not count."""
        if ball.rad() == 0:
            return self._at(ball)
        return self._at(arb(ball.lower()).max(arb(0))).union(self._at(arb(ball.upper())))

    def _at(self, point: arb) -> arb:
        """Enclose at a point, with more bits where they cancel."""
        if point == 0:
            return ball_of(self.origin)
        bits, value = ctx.prec, arb(self.value(point))
        while value.rel_accuracy_bits() < ctx.prec * 3 // 4 and bits < _MOST_BITS * ctx.prec:
            bits *= 2
            with ctx.workprec(bits):
                value = arb(self.value(point))
        return value
