"""Truncated Taylor series over floats, NumPy arrays or mpmath numbers: derivatives without differentiating a formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np

from ..series import by_squares


@dataclass(frozen=True, eq=False, repr=False)
class Jet:
    """c_0 + c_1 h + ... + c_n h^n; arithmetic with another jet of the same length, or with a plain number, drops what is beyond.

    >>> x = Jet((3.0, 1.0, 0.0))
    >>> (1 / (x * x - 1)).coefficients[:2]
    (0.125, -0.09375)
    """

    coefficients: tuple[Any, ...]
    __array_priority__ = 1000
    """NumPy's numbers and arrays leave operations to those of jets."""

    def __neg__(self) -> Jet:
        return Jet(tuple(-a for a in self.coefficients))

    def __add__(self, other: Any) -> Jet:
        if not isinstance(other, Jet):
            return Jet((self.coefficients[0] + other, *self.coefficients[1:]))
        return Jet(tuple(a + b for a, b in zip(self.coefficients, other.coefficients, strict=True)))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Jet:
        return self + -other

    def __rsub__(self, other: Any) -> Jet:
        return -self + other

    def __mul__(self, other: Any) -> Jet:
        if not isinstance(other, Jet):
            return Jet(tuple(a * other for a in self.coefficients))
        a, b = self.coefficients, other.coefficients
        if len(a) == 2:
            return Jet((a[0] * b[0], a[0] * b[1] + a[1] * b[0]))
        return Jet(tuple(sum((a[i] * b[n - i] for i in range(1, n + 1)), a[0] * b[n]) for n in range(len(a))))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Jet:
        if not isinstance(other, Jet):
            return Jet(tuple(a / other for a in self.coefficients))
        a, b = self.coefficients, other.coefficients
        quotient: list[Any] = []
        for n in range(len(a)):
            quotient.append((a[n] - sum(b[i] * quotient[n - i] for i in range(1, n + 1))) / b[0])
        return Jet(tuple(quotient))

    def __rtruediv__(self, other: Any) -> Jet:
        return Jet((other, *[0 * other] * (len(self.coefficients) - 1))) / self

    def __pow__(self, exponent: Any) -> Jet:
        """Raise to a real power; a whole one from 0 on by squares, for it may be a power of 0."""
        return by_squares(self, exponent) if isinstance(exponent, int) else raised(self, exponent, pow)

    def exp(self) -> Jet:
        """Return e^jet of floats; NumPy's function of that name calls it."""
        return exponential(self, np.exp)

    def log(self) -> Jet:
        """Return log(jet) of floats; NumPy's function of that name calls it."""
        return logarithm(self, np.log)


def exponential(jet: Jet, exp: Callable[[Any], Any]) -> Jet:
    """Return e^jet: n e_n = sum_k k a_k e_{n-k}."""
    a = jet.coefficients
    e, steps = [exp(a[0])], [k * a[k] for k in range(1, len(a))]
    for n in range(1, len(a)):
        e.append(sum(steps[k - 1] * e[n - k] for k in range(1, n + 1)) / n)
    return Jet(tuple(e))


def logarithm(jet: Jet, log: Callable[[Any], Any]) -> Jet:
    """Return log(jet): n a_0 l_n = n a_n - sum_{0<k<n} k l_k a_{n-k}."""
    a = jet.coefficients
    logs = [log(a[0])]
    for n in range(1, len(a)):
        logs.append((n * a[n] - sum(k * logs[k] * a[n - k] for k in range(1, n))) / (n * a[0]))
    return Jet(tuple(logs))


def raised(jet: Jet, exponent: Any, power: Callable[[Any, Any], Any]) -> Jet:
    """Return jet^exponent for a real exponent and a_0 > 0: n a_0 p_n = sum_k (k r - n + k) a_k p_{n-k}."""
    a = jet.coefficients
    p = [power(a[0], exponent)]
    for n in range(1, len(a)):
        p.append(sum((k * exponent - (n - k)) * a[k] * p[n - k] for k in range(1, n + 1)) / (n * a[0]))
    return Jet(tuple(p))


def lifted(derivative: Callable[[Any, int], Any], at: Any) -> Any:
    """Return F of a number or a jet, from its derivatives of any order at a number.

    >>> lifted(lambda x, order: 2.0**order * x, Jet((3.0, 1.0))).coefficients
    (3.0, 6.0)
    """
    if not isinstance(at, Jet):
        return derivative(at, 0)
    start, *further = at.coefficients
    step = Jet((0 * start, *further))
    total, power = step * 0 + derivative(start, 0), step * 0 + 1
    for order in range(1, len(at.coefficients)):
        power = power * step
        total = total + power * (derivative(start, order) / factorial(order))
    return total
