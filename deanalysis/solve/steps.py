"""The loop of a curve, evaluated step by step so that it keeps its relative accuracy where it vanishes to a high order."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import sympy as sp
from flint import arb, arb_series, ctx

from ..equations.curve import Steps
from ..model.popularity import ParetoMoment
from ..model.symbols import q, t, x
from .compiling import ball_of, taylor
from .evaluator import Evaluator
from .tails import Tail

__all__ = ["Stepwise"]

_MOST_BITS = 64
_FARTHEST = 2.0**60


class Stepwise:
    """A loop g for ball arithmetic.

    1 - T(q) = (1 - a_0) + int_0^q (-T') is monotone where that `is_proved` of the learner, so that its values at the two ends of a ball
    enclose it, and each is had from its formula with as many bits as cancel there; the other coefficients are those of T', in which nothing
    cancels.
    """

    def __init__(self, steps: Steps, values: Mapping[sp.Symbol, sp.Expr], is_proved: bool) -> None:
        pace, growth = _pace(steps.inner), sp.diff(steps.outer, x)
        self.steps, self.values = steps, values
        self.inner, self.pace = (Evaluator(t, values).applied(part) for part in (steps.inner, pace))
        self.outer, self.growth = (Evaluator(x, values).applied(part) for part in (steps.outer, growth))
        self.plain, self.slope = (Evaluator(q, values).applied(part) for part in (steps.middle, steps.slope))
        self.middle = _Monotone(self.plain, self.slope, steps.origin.xreplace(dict(values))) if is_proved else self.plain

    def expansion(self, state: arb, count: int) -> list[arb]:
        """Enclose the first Taylor coefficients of g around every state of a ball."""
        return taylor(lambda series: self.outer(self.middle(self.inner(series))), state, count)

    def fold_condition(self, state: arb) -> arb:
        """Enclose g - t g' over a ball that may hold t = 0, where g' may be infinite and t g' is not."""
        inner = self.inner(state)
        middle = self.middle(inner)
        return arb(self.outer(middle) - self.growth(middle) * self.slope(inner) * self.pace(state))

    def tail(self, start: int) -> arb:
        """Enclose g - t g' over all states from `start` on, up to a positive factor; not a number where it has no bound."""
        state = Tail.variable(start)
        inner = self.inner(state)
        middle = self.plain(inner)
        growth = self.growth(middle)
        steep = _is_finite(middle) and not _is_finite(growth)
        bound = self.outer(middle) - (self._pull(state) if steep else growth * self.slope(inner) * self.pace(state))
        return bound.factor if isinstance(bound, Tail) else arb(bound)

    def _pull(self, state: Tail) -> Tail:
        """Enclose t g' where T falls to 0, at which the derivative of `outer` may be infinite: T times it, and -t T'/T."""
        taught, gain, fading = self._relative
        chance = taught(state)
        least = min(float((1 / arb(chance.ball().upper())).lower()), _FARTHEST)
        return gain(Tail.variable(int(least))).after(chance) * fading(state) if least >= 1 else Tail.unknown(state.start)

    @cached_property
    def _relative(self) -> tuple[Callable[[Any], Any], ...]:
        """T, its product with the derivative of `outer` at 1 - T as a function of 1/T, and -q T'/T without exponentials that cancel."""
        parts = (sp.diff(self.steps.outer, x), self.steps.slope, 1 - self.steps.middle)
        growth, slope, taught = (part.xreplace(dict(self.values)) for part in parts)
        terms = sp.Add.make_args(sp.expand(taught))
        rate = min(-sum((part.args[0].coeff(q) for part in term.atoms(sp.exp)), sp.S.Zero) for term in terms)
        fading = q * sp.expand(sp.exp(rate * q) * slope) / sp.expand(sp.exp(rate * q) * taught)
        return tuple(Evaluator(q, {}).applied(part) for part in (taught, growth.xreplace({x: 1 - 1 / q}) / q, fading))


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
        bits, found = ctx.prec, arb(self.value(point))
        while found.rel_accuracy_bits() < ctx.prec * 3 // 4 and bits < _MOST_BITS * ctx.prec:
            bits *= 2
            with ctx.workprec(bits):
                found = arb(self.value(point))
        return found
