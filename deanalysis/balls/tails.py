"""Bounds towards infinity: a function on [start, infinity), enclosed as t^-decay times a ball.

The compiled formula itself is evaluated on a `Tail` by its overloaded operations, so that a statement about all
t >= start is proved, and no interval is cut off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

_MOST_DECAY = 400
"""The highest power of 1/t that bounds an exponential: with more, Taylor coefficients of tails overflow no sooner and gain nothing."""


def finite_moment(highest: arb) -> fmpq:
    """Return about (3 a + 1)/4, an order between 1 and a, below which moments are finite; the bound that it is used in checks it."""
    return fmpq(round(16 * (3 * float(highest.mid()) + 1)), 64)


def power_from_zero(base: arb, exponent: fmpq) -> arb:
    """Raise a ball that may hold 0 to a power."""
    return (base.upper() ** exponent).union(arb(0)) if exponent > 0 and base.lower() >= 0 else arb("nan")


@dataclass(frozen=True)
class Tail:
    """The functions t^-decay a(t) with a(t) in the ball `factor` for all t >= start (start >= 1).

    >>> bound = Tail.variable(20) * (-Tail.variable(20)).exp()
    >>> bound.ball() < 1e-7
    True
    """

    decay: fmpq
    factor: arb
    start: int

    @classmethod
    def variable(cls, start: int) -> Tail:
        """Return t itself."""
        return cls(fmpq(-1), arb(1), start)

    @classmethod
    def flat(cls, factor: arb, start: int) -> Tail:
        """Return a function with values in a ball."""
        return cls(fmpq(0), factor, start)

    @classmethod
    def unknown(cls, start: int) -> Tail:
        """Return a function without a bound."""
        return cls.flat(arb("nan"), start)

    def ball(self) -> arb:
        """Enclose all values; infinite where the function may grow without bound."""
        return arb(0, arb.pos_inf()) if self.decay < 0 else self._shrunk(self.decay)

    def _shrunk(self, decay: fmpq) -> arb:
        """Enclose t^-decay a(t) for decay >= 0."""
        return self.factor if decay == 0 else self.factor * (arb(self.start) ** -decay).union(arb(0))

    def _lift(self, other: Any) -> Tail:
        return other if isinstance(other, Tail) else Tail.flat(arb(other), self.start)

    def __neg__(self) -> Tail:
        return Tail(self.decay, -self.factor, self.start)

    def __add__(self, other: Any) -> Tail:
        other = self._lift(other)
        slow, fast = (self, other) if self.decay <= other.decay else (other, self)
        return Tail(slow.decay, slow.factor + fast._shrunk(fast.decay - slow.decay), self.start)

    def __sub__(self, other: Any) -> Tail:
        return self + -self._lift(other)

    def __rsub__(self, other: Any) -> Tail:
        return self._lift(other) - self

    def __mul__(self, other: Any) -> Tail:
        other = self._lift(other)
        return Tail(self.decay + other.decay, self.factor * other.factor, self.start)

    def __truediv__(self, other: Any) -> Tail:
        other = self._lift(other)
        return Tail(self.decay - other.decay, self.factor / other.factor, self.start)

    def __rtruediv__(self, other: Any) -> Tail:
        return self._lift(other) / self

    def __pow__(self, exponent: Any) -> Tail:
        if isinstance(exponent, int) or (isinstance(exponent, fmpq) and self.factor > 0):
            return Tail(self.decay * exponent, self.factor**exponent, self.start)
        if isinstance(exponent, fmpq):
            return Tail.flat(power_from_zero(self.ball(), exponent), self.start)
        return Tail.flat(self.factor**exponent if self.decay == 0 else arb("nan"), self.start)

    def after(self, inner: Tail) -> Tail:
        """Return this function of 1/u, u being another one that is never negative, and at most 1/start.

        >>> bound = Tail(fmpq(1, 2), arb(3), 4).after(Tail(fmpq(2), arb(1), 3))
        >>> bound.decay, bound.factor.upper() >= 3
        (1, True)
        """
        if not (self.decay >= 0 and inner.ball() * self.start <= 1):
            return Tail.unknown(inner.start)
        if self.decay == 0:
            return Tail.flat(self.factor, inner.start)
        largest = arb(inner.factor.upper()) ** self.decay
        return Tail(self.decay * inner.decay, self.factor * arb(0).union(largest), inner.start)

    __radd__ = __add__
    __rmul__ = __mul__

    def exp(self) -> Tail:
        """Bound e^{-b t^m} by (M/(e b))^M t^{-mM}, with the M that makes it tight at the start."""
        if self.decay >= 0:
            return Tail.flat(self.ball().exp(), self.start)
        if not self.factor < 0:
            return Tail.unknown(self.start)
        rate, growth = -self.factor.upper(), -self.decay
        power = max(1, min(_MOST_DECAY, round(float((rate * arb(self.start) ** growth).mid()))))
        bound = (arb(power) / (arb(1).exp() * rate)) ** power
        return Tail(growth * power, arb(bound.upper()).union(arb(0)), self.start)

    def log(self) -> Tail:
        return Tail.flat(self.factor.log() if self.decay == 0 else arb("nan"), self.start)

    def sqrt(self) -> Tail:
        return self ** fmpq(1, 2)

    def at_polynomial(self, polynomial: Callable[[arb], arb]) -> Tail:
        """Evaluate a polynomial at the function."""
        return Tail.flat(polynomial(self.ball()), self.start)
