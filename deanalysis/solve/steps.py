"""The loop of a curve, evaluated step by step so that it keeps its relative accuracy where it vanishes to a high order."""

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from flint import arb, arb_series, ctx

from ..equations.curve import Steps
from ..model.symbols import q, t, x
from .compiling import ball_of, taylor
from .evaluator import Evaluator

__all__ = ["stepwise"]

_MOST_BITS = 64


def stepwise(steps: Steps, values: Mapping[sp.Symbol, sp.Expr]) -> Callable[[arb, int], list[arb]]:
    """Return the function that encloses the first Taylor coefficients of a loop around every state of a ball.

    1 - T(q) = (1 - a_0) + int_0^q (-T') is monotone, so that its values at the two ends of a ball enclose it, and each is had from its
    formula with as many bits as cancel there; the other coefficients are those of T', in which nothing cancels.
    """
    inner, outer = (Evaluator(variable, values).applied(step) for variable, step in ((t, steps.inner), (x, steps.outer)))
    middle = _Monotone(steps, values)
    return lambda state, count: taylor(lambda series: outer(middle(inner(series))), state, count)


class _Monotone:
    """The middle step, T or 1 - T, for balls and power series."""

    def __init__(self, steps: Steps, values: Mapping[sp.Symbol, sp.Expr]) -> None:
        evaluator = Evaluator(q, values)
        self.value, self.slope = evaluator.applied(steps.middle), evaluator.applied(steps.slope)
        self.origin = steps.origin.xreplace(dict(values))

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
