"""E[W^k e^{-sW}] for the popularities of `model.popularity`, s >= 0, in balls, in series, towards infinity; E[W log W e^{-sW}] in balls."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import ceil, factorial
from typing import Any

import numpy as np
from flint import acb, arb, arb_series, ctx, fmpq

from .numerical.popularity import Floats, log_normal_floats, pareto_floats
from .precision import at_rising_precision
from .series import composed, integral
from .tails import Tail, finite_moment

_DECAY = 4
"""The power of 1/s that bounds a transform where s grows without bound: a higher one falls faster, from a larger bound at the start."""

_FLOAT_BITS, _MOST_BITS = 48, 512
"""Bits that are known of a value as a float, and those it may be computed with, for some cancel near s = 0."""

Moment = Callable[[Any, int, Any], Any]


def _transform(
    inside: Callable[[arb, int, acb], acb], plain: Callable[[arb, Any], arb], floats: Callable[[float, int, Floats], Floats]
) -> Moment:
    """Make a moment of everything that an expression is evaluated on, from its value at a complex number, at s = 0 and in arrays."""

    def at_point(shape: Any, order: int, s: arb) -> arb:
        return inside(arb(shape), order, acb(s)).real if s > 0 else plain(arb(shape), order)

    def at_ball(shape: Any, order: int, s: arb) -> arb:
        """Enclose over a ball: the moment falls with s."""
        if not s.upper() >= 0:
            return arb("nan")
        least = at_point(shape, order, arb(s.upper()))
        return least if s.is_exact() else least.union(at_point(shape, order, arb(s.lower())))

    def moment(shape: Any, order: Any, s: Any) -> Any:
        order = int(order)
        if isinstance(s, arb_series):
            return composed([(-1) ** k * at_ball(shape, order + k, s[0]) / factorial(k) for k in range(ctx.cap)], s)
        if isinstance(s, Tail):
            if s.decay < 0:
                return _bounded(arb(shape), order, s, plain, fmpq(_DECAY))
            if s.decay > 0 and not plain(arb(shape), order).is_finite():
                return _bounded(arb(shape), order, s, plain, order - finite_moment(arb(shape)))
            return Tail.flat(at_ball(shape, order, s.ball()), s.start)
        if isinstance(s, acb):
            return inside(arb(shape), order, s) if s.real > 0 else acb("nan")
        if isinstance(s, np.ndarray) and s.ndim:
            return floats(float(shape), order, s)
        if isinstance(s, (float, np.ndarray)):
            return _as_float(lambda: at_ball(float(shape), order, arb(max(float(s), 0.0))))
        return at_ball(shape, order, arb(s))

    return moment


def _as_float(ball: Callable[[], arb]) -> float:
    """Return a value to the accuracy of floats, with as many working bits as that takes."""
    return float(at_rising_precision(ball, _MOST_BITS, settled=lambda value: value.rel_accuracy_bits() >= _FLOAT_BITS).mid())


def _bounded(shape: arb, order: int, s: Tail, plain: Callable[[arb, Any], arb], m: fmpq) -> Tail:
    """Bound by E[W^k e^{-sW}] <= (m/e)^m E[W^{k-m}] s^-m, m > 0: where s grows without bound, or falls to 0 and E W^k is infinite."""
    if not (s.factor > 0 and m > 0):
        return Tail.unknown(s.start)
    bound = (arb(m) / arb(1).exp()) ** m * plain(shape, arb(order - m))
    powered = s**-m
    return Tail(powered.decay, powered.factor * arb(0).union(bound), s.start)


def _pareto(shape: arb, order: int, s: acb) -> acb:
    """a w^k E_{a+1-k}(w s) with the least popularity w = 1 - 1/a."""
    least = 1 - 1 / shape
    return shape * least**order * (least * s).expint(shape + 1 - order)


def _pareto_plain(shape: arb, order: Any) -> arb:
    left = shape - order
    return shape * (1 - 1 / shape) ** order / left if left > 0 else arb("nan")


@cache
def _reach(bits: int) -> int:
    """Return how many standard deviations hold all but 2^-bits of a normal law."""
    return ceil((2 * 0.6932 * bits) ** 0.5) + 1


def _lognormal(shape: arb, order: int, s: acb) -> acb:
    """Integrate over log W = sigma z - sigma^2/2; with W^k the normal law is that of mean k sigma."""
    reach = _reach(ctx.prec)
    middle, scale = acb(shape * (order - arb(1) / 2) * shape), _lognormal_plain(shape, order)
    weight = 1 / (2 * acb.pi()).sqrt()
    whole = integral(lambda z: weight * (-z * z / 2 - s * (shape * z + middle).exp()).exp(), acb(-reach), acb(reach))
    beyond = (arb(reach) / arb(2).sqrt()).erfc()
    return scale * (whole + acb(arb(0).union(beyond)) if s.imag == 0 else whole + acb(arb(0, beyond), arb(0, beyond)))


def _lognormal_plain(shape: arb, order: Any) -> arb:
    return (shape**2 * order * (order - 1) / 2).exp()


def _log_transform(inside: Callable[[arb, acb], acb]) -> Callable[[Any, Any], arb]:
    """Make E[W log W e^{-sW}] of a ball of s > 0."""
    return lambda shape, s: inside(arb(shape), acb(s)).real if arb(s) > 0 else arb("nan")


def _pareto_log(shape: arb, s: acb) -> acb:
    """Integrate over W = w e^y, w the least popularity: (a-1) (log w + y) e^{(1-a) y - s w e^y}; beyond `reach` less than e^{-swe^y}/s."""
    least = 1 - 1 / shape
    reach = ((arb(ctx.prec) + 20) / (s.real * least)).log().upper().max(arb(1))
    whole = integral(lambda y: (shape - 1) * (least.log() + y) * ((1 - shape) * y - s * least * y.exp()).exp(), acb(0), acb(reach))
    beyond = (shape - 1) * (1 - least.log()) * (-s.real * least * reach.exp()).exp() * (1 + 1 / (s.real * least))
    return whole + acb(arb(0, beyond.abs_upper()))


def _lognormal_log(shape: arb, s: acb) -> acb:
    """Integrate over log W = sigma z + sigma^2/2, z normal: W times the law of log W is a normal law of mean sigma^2/2."""
    reach = _reach(ctx.prec)
    weight, half = 1 / (2 * acb.pi()).sqrt(), acb(shape * shape / 2)

    def inside(z: acb) -> acb:
        size = shape * z + half
        return weight * size * (-z * z / 2 - s * size.exp()).exp()

    beyond = (shape * reach + half.real) * (arb(reach) / arb(2).sqrt()).erfc() * 2
    return integral(inside, acb(-reach), acb(reach)) + acb(arb(0, beyond.abs_upper()))


TRANSFORMS: dict[str, Callable[..., Any]] = {
    "ParetoMoment": _transform(_pareto, _pareto_plain, pareto_floats),
    "LogNormalMoment": _transform(_lognormal, _lognormal_plain, log_normal_floats),
    "ParetoLog": _log_transform(_pareto_log),
    "LogNormalLog": _log_transform(_lognormal_log),
}
"""The functions by their names in formulas."""
