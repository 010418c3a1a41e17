"""Functions that mpmath lacks, or that need care: exponentials beyond memory, moments of popularities, and power sums without end.

Those moments are E[W^k e^{-sW}]. Power sums (`model.power_laws`) are added up term by term away from 1; near it z = e^-m, and
(DLMF 25.12.12) Li_s(z) = Gamma(1-s) m^(s-1) + sum_n zeta(s-n) (-m)^n/n!, or for a whole s > 0 with (-m)^(s-1)/(s-1)! (H_{s-1} - log m)
for n = s - 1.
"""

from collections.abc import Callable
from functools import lru_cache
from math import ceil, log, log2, pi
from typing import Any

import mpmath
import numpy as np

from ..power_laws import stirling

_LARGEST_EXPONENT = 80
"""The binary logarithm of exponents from which on e^x is 0, or an error: long before, results fill the memory."""

_NEAR_ZERO = 1e-9
"""Where E_n(x) goes by its recurrence: mpmath's own sums take as many digits more as x has zeros."""

_NEAR_ONE, _NEAR_ONE_FLOAT = 0.75, 0.93
"""Where power sums go over to polylogarithms: later takes more terms, and earlier lets the series in m converge more slowly. NumPy adds
up many terms at once."""

_FLOAT_BITS, _SPARE_BITS = 53, 20
"""Bits of a float, and bits beyond the precision for what rounding loses in a sum."""


def exp(value: Any) -> Any:
    """Return e^value; beyond any number that fits into memory it is 0, or an error."""
    value = mpmath.mpf(value)
    if mpmath.isfinite(value) and mpmath.mag(value) > _LARGEST_EXPONENT:
        if value > 0:
            raise OverflowError
        return mpmath.mpf(0)
    return mpmath.exp(value)


def pareto_moment(shape: Any, order: int, s: Any) -> Any:
    """E[W^k e^{-sW}] = a w^k E_{a+1-k}(w s) with the least popularity w = 1 - 1/a."""
    least = 1 - mpmath.mpf(1) / shape
    if s == 0:
        return shape * least**order / (shape - order) if shape > order else mpmath.inf
    return shape * least**order * _exponential_integral(shape + 1 - order, least * s)


def _exponential_integral(n: Any, x: Any) -> Any:
    """E_n(x), near 0 by n E_{n+1} = e^{-x} - x E_n from an index in (0, 1], where the sums that mpmath takes need ever more digits."""
    if x > _NEAR_ZERO:
        return mpmath.expint(n, x)
    steps, falling = int(mpmath.ceil(n)) - 1, mpmath.exp(-x)
    start = n - steps
    if start == 1:
        value = mpmath.e1(x)
    else:
        value = x ** (start - 1) * mpmath.gamma(1 - start) - falling * mpmath.hyp1f1(1, 2 - start, x) / (1 - start)
    for step in range(steps):
        value = (falling - x * value) / (start + step)
    for step in range(-steps):
        value = (falling + (step + 1 - start) * value) / x
    return value


def log_normal_moment(shape: Any, order: int, s: Any) -> Any:
    """Integrate over log W = sigma z - sigma^2/2; with W^k the normal law is that of mean k sigma."""
    scale, middle = mpmath.exp(shape**2 * order * (order - 1) / 2), shape * shape * (order - mpmath.mpf(1) / 2)
    if s == 0:
        return scale
    reach = mpmath.sqrt(2 * mpmath.log(2) * mpmath.mp.prec) + 1
    whole = mpmath.quad(lambda z: mpmath.exp(-z * z / 2 - s * mpmath.exp(shape * z + middle)), mpmath.linspace(-reach, reach, 9))
    return scale * whole / mpmath.sqrt(2 * mpmath.pi)


def power_law(exponent: Any, least: int, order: int, at: Any) -> Any:
    """Return sum_{k >= kmin} (k)_j k^-s z^(k-j) to the working precision of mpmath.

    >>> print(power_law(mpmath.mpf(3), 1, 0, mpmath.mpf(1)))
    1.20205690315959
    """
    at, exponent, bits, first = mpmath.mpf(at), mpmath.mpf(exponent), mpmath.mp.prec, max(least, order)
    with mpmath.extraprec(_SPARE_BITS + 4 * order):
        if at < _NEAR_ONE:
            return mpmath.polyval(_weights(exponent, order, first, _count(bits, _NEAR_ONE, order), bits), at) * at ** (first - order)
        return _at_one(exponent, least, order) if at == 1 else _near_one(exponent, least, order, at, bits)


def power_law_floats(exponent: float, least: int, order: int, at: Any) -> Any:
    """Return the sum at floats between 0 and 1, or at an array of them.

    >>> power_law_floats(3.0, 1, 1, np.array([0.0, 1.0]))
    array([1.        , 1.64493407])
    """
    at, least, order, number = np.minimum(np.asarray(at, dtype=float), 1.0), int(least), int(order), mpmath.mpf(float(exponent))
    first, inside, near = max(least, order), np.minimum(at, _NEAR_ONE_FLOAT), at > _NEAR_ONE_FLOAT
    result = np.polyval(_float_weights(number, order, first), inside) * inside ** (first - order)
    if np.any(near):
        with np.errstate(all="ignore"):
            there = _near_one(number, least, order, np.where(near, at, 1.0), _FLOAT_BITS, np.log, float)
        result = np.where(near, np.where(at == 1, float(_at_one(number, least, order)), there), result)
    return result[()]


def _count(bits: int, at: float, order: int) -> int:
    """Return how many terms leave a rest beyond the precision."""
    return ceil((bits + _SPARE_BITS) / -log2(at)) + 12 * order


@lru_cache(maxsize=64)
def _weights(exponent: Any, order: int, first: int, count: int, bits: int) -> list[Any]:
    """Return (k)_j k^-s for some k from `first` on, the highest first."""
    return [mpmath.ff(k, order) * mpmath.mpf(k) ** -exponent for k in reversed(range(first, first + count))]


@lru_cache(maxsize=64)
def _float_weights(exponent: Any, order: int, first: int) -> np.ndarray:
    return np.array(_weights(exponent, order, first, _count(_FLOAT_BITS, _NEAR_ONE_FLOAT, order), _FLOAT_BITS), dtype=float)


def _at_one(exponent: Any, least: int, order: int) -> Any:
    """Return the value at 1 by Hurwitz's zeta functions."""
    if exponent <= order + 1:
        return mpmath.inf
    return mpmath.fsum(value * mpmath.zeta(exponent - power, least) for power, value in enumerate(stirling(order)) if value)


def _near_one(
    exponent: Any, least: int, order: int, at: Any, bits: int, ln: Callable[[Any], Any] = mpmath.log, number: Callable = mpmath.mpf
) -> Any:
    """Combine polylogarithms, and take away the terms below kmin; `ln` and `number` are those of the kind of number that `at` is."""

    def polylogarithm(exponent: Any, m: Any) -> Any:
        """Return Li_s(e^-m)."""
        total = 0 * m
        for weight in _regular(exponent, bits):
            total = total * m + number(weight)
        if exponent > 0 and exponent == int(exponent):
            n = int(exponent) - 1
            return total + number((-1) ** n / mpmath.factorial(n)) * m**n * (number(mpmath.harmonic(n)) - ln(m))
        return total + number(mpmath.gamma(1 - exponent)) * m ** number(exponent - 1)

    m, first = -ln(at), max(order, 1)
    whole = sum(value * polylogarithm(exponent - power, m) for power, value in enumerate(stirling(order)) if value) / at**order
    if least <= first:
        return whole
    below = _weights(exponent, order, first, least - first, bits)
    return whole - sum(number(weight) * at ** (least - 1 - place - order) for place, weight in enumerate(below))


@lru_cache(maxsize=256)
def _regular(exponent: Any, bits: int) -> list[Any]:
    """Return zeta(s-n) (-1)^n/n!, the highest first; the series converges as (m/2 pi)^n."""
    count = ceil((bits + 2 * _SPARE_BITS) / log2(2 * pi / -log(_NEAR_ONE))) + 2
    return [0 if exponent - n == 1 else mpmath.zeta(exponent - n) * (-1) ** n / mpmath.factorial(n) for n in reversed(range(count))]
