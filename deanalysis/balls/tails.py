"""Bounds towards infinity: a function on [start, infinity), enclosed as t^-decay times a ball.

The compiled formula itself is evaluated on a `Tail` by its overloaded operations, so that a statement about all
t >= start is proved, and no interval is cut off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

__all__ = ["Tail", "finite_moment"]

_MOST_DECAY = 400
_LARGEST_DENOMINATOR = 64


def finite_moment(highest: arb) -> Fraction:
    """Return about (3 a + 1)/4, an order between 1 and a, below which moments are finite; the bound that it is used in checks it."""
    return Fraction((3 * float(highest.mid()) + 1) / 4).limit_denominator(_LARGEST_DENOMINATOR)


@dataclass(frozen=True)
class Tail:
    """The functions t^-decay a(t) with a(t) in the ball `factor` for all t >= start (start >= 1).

    >>> bound = Tail.variable(20) * (-Tail.variable(20)).exp()
    >>> bound.ball() < 1e-7
    True
    """

    decay: Fraction
    factor: arb
    start: int

    @classmethod
    def variable(cls, start: int) -> Tail:
        """Return t itself."""
        return cls(Fraction(-1), arb(1), start)

    @classmethod
    def unknown(cls, start: int) -> Tail:
        """Return a function without a bound."""
        return cls(Fraction(0), arb("nan"), start)

    def ball(self) -> arb:
        """Enclose all values; infinite where the function may grow without bound."""
        if self.decay < 0:
            return arb(0, arb.pos_inf()) if hasattr(arb, "pos_inf") else arb("nan")
        return self._shrunk(self.decay)

    def _shrunk(self, decay: Fraction) -> arb:
        """Enclose t^-decay a(t) for decay >= 0."""
        if decay == 0:
            return self.factor
        return self.factor * (arb(self.start) ** -fmpq(decay.numerator, decay.denominator)).union(arb(0))

    def _lift(self, other: Any) -> Tail:
        return other if isinstance(other, Tail) else Tail(Fraction(0), arb(other), self.start)

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
        if isinstance(exponent, int):
            return Tail(self.decay * exponent, self.factor**exponent, self.start)
        if isinstance(exponent, fmpq):
            fraction = Fraction(int(exponent.p), int(exponent.q))
            if not self.factor > 0:
                return Tail(Fraction(0), self._flat_power(exponent), self.start)
            return Tail(self.decay * fraction, self.factor**exponent, self.start)
        if self.decay == 0:
            return Tail(Fraction(0), self.factor**exponent, self.start)
        return Tail.unknown(self.start)

    def _flat_power(self, exponent: fmpq) -> arb:
        flat = self.ball()
        if exponent > 0 and flat.lower() >= 0:
            return (flat.upper() ** exponent).union(arb(0))
        return arb("nan")

    def after(self, inner: Tail) -> Tail:
        """Return this function of 1/u, u being another one that is never negative, and at most 1/start.

        >>> bound = Tail(Fraction(1, 2), arb(3), 4).after(Tail(Fraction(2), arb(1), 3))
        >>> bound.decay, bound.factor.upper() >= 3
        (Fraction(1, 1), True)
        """
        if not (self.decay >= 0 and inner.ball() * self.start <= 1):
            return Tail.unknown(inner.start)
        if self.decay == 0:
            return Tail(self.decay, self.factor, inner.start)
        largest = arb(inner.factor.upper()) ** fmpq(self.decay.numerator, self.decay.denominator)
        return Tail(self.decay * inner.decay, self.factor * arb(0).union(largest), inner.start)

    __radd__ = __add__
    __rmul__ = __mul__

    def exp(self) -> Tail:
        """Bound e^{-b t^m} by (M/(e b))^M t^{-mM}, with the M that makes it tight at the start."""
        if self.decay >= 0:
            return Tail(Fraction(0), self.ball().exp(), self.start)
        if not self.factor < 0:
            return Tail.unknown(self.start)
        rate = -self.factor.upper()
        growth = -self.decay
        size = float((arb(rate) * arb(self.start) ** fmpq(growth.numerator, growth.denominator)).mid())
        power = max(1, min(_MOST_DECAY, round(size)))
        bound = (arb(power) / (arb(1).exp() * rate)) ** power
        return Tail(growth * power, arb(bound.upper()).union(arb(0)), self.start)

    def log(self) -> Tail:
        return Tail(Fraction(0), self.factor.log() if self.decay == 0 else arb("nan"), self.start)

    def sqrt(self) -> Tail:
        return self ** fmpq(1, 2)

    def at_polynomial(self, polynomial: Callable[[arb], arb]) -> Tail:
        """Evaluate a polynomial at the function."""
        return Tail(Fraction(0), polynomial(self.ball()), self.start)
