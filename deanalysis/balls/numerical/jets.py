"""Truncated Taylor series over floats, NumPy arrays or mpmath numbers: derivatives without differentiating a formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Jet", "composed", "exponential", "logarithm", "raised"]


@dataclass(frozen=True, eq=False, repr=False)
class Jet:
    """c_0 + c_1 h + ... + c_n h^n; arithmetic with another jet of the same length, or with a plain number, drops what is beyond.

    >>> x = Jet((3.0, 1.0, 0.0))
    >>> (1 / (x * x - 1)).coefficients[:2]
    (0.125, -0.09375)
    """

    coefficients: tuple[Any, ...]
    __array_ufunc__ = None

    def _lifted(self, other: Any) -> tuple[Any, ...]:
        if isinstance(other, Jet):
            return other.coefficients
        return (other, *[0 * other] * (len(self.coefficients) - 1))

    def __neg__(self) -> Jet:
        return Jet(tuple(-one for one in self.coefficients))

    def __add__(self, other: Any) -> Jet:
        if not isinstance(other, Jet):
            return Jet((self.coefficients[0] + other, *self.coefficients[1:]))
        return Jet(tuple(one + two for one, two in zip(self.coefficients, other.coefficients, strict=True)))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Jet:
        return self + -other

    def __rsub__(self, other: Any) -> Jet:
        return -self + other

    def __mul__(self, other: Any) -> Jet:
        if not isinstance(other, Jet):
            return Jet(tuple(one * other for one in self.coefficients))
        a, b = self.coefficients, other.coefficients
        if len(a) == 2:
            return Jet((a[0] * b[0], a[0] * b[1] + a[1] * b[0]))
        return Jet(tuple(sum((a[i] * b[n - i] for i in range(1, n + 1)), a[0] * b[n]) for n in range(len(a))))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Jet:
        if not isinstance(other, Jet):
            return Jet(tuple(one / other for one in self.coefficients))
        a, b = self.coefficients, other.coefficients
        quotient: list[Any] = []
        for n in range(len(a)):
            quotient.append((a[n] - sum(b[i] * quotient[n - i] for i in range(1, n + 1))) / b[0])
        return Jet(tuple(quotient))

    def __rtruediv__(self, other: Any) -> Jet:
        return Jet(self._lifted(other)) / self

    def __pow__(self, exponent: int) -> Jet:
        """Raise to a whole power from 1 on, by squares: it may be a power of 0."""
        result, square = None, self
        while exponent:
            if exponent % 2:
                result = square if result is None else result * square
            exponent //= 2
            square = square * square if exponent else square
        return self * 0 + 1 if result is None else result


def exponential(jet: Jet, exp: Callable[[Any], Any]) -> Jet:
    """Return e^jet: n e_n = sum_k k a_k e_{n-k}."""
    a = jet.coefficients
    found = [exp(a[0])]
    for n in range(1, len(a)):
        found.append(sum(k * a[k] * found[n - k] for k in range(1, n + 1)) / n)
    return Jet(tuple(found))


def logarithm(jet: Jet, log: Callable[[Any], Any]) -> Jet:
    """Return log(jet): n a_0 l_n = n a_n - sum_{0<k<n} k l_k a_{n-k}."""
    a = jet.coefficients
    found = [log(a[0])]
    for n in range(1, len(a)):
        found.append((n * a[n] - sum(k * found[k] * a[n - k] for k in range(1, n))) / (n * a[0]))
    return Jet(tuple(found))


def raised(jet: Jet, exponent: Any, power: Callable[[Any, Any], Any]) -> Jet:
    """Return jet^exponent for a real exponent and a_0 > 0: n a_0 p_n = sum_k (k r - n + k) a_k p_{n-k}."""
    a = jet.coefficients
    found = [power(a[0], exponent)]
    for n in range(1, len(a)):
        found.append(sum((k * exponent - (n - k)) * a[k] * found[n - k] for k in range(1, n + 1)) / (n * a[0]))
    return Jet(tuple(found))


def composed(derivatives: Sequence[Any], jet: Jet) -> Jet:
    """Return F(jet) from the derivatives F, F', F'', ... at its first coefficient."""
    step = Jet((0 * jet.coefficients[0], *jet.coefficients[1:]))
    total, power, factorial = step * 0 + derivatives[0], step * 0 + 1, 1
    for order in range(1, len(jet.coefficients)):
        power, factorial = power * step, factorial * order
        total = total + power * (derivatives[order] / factorial)
    return total
