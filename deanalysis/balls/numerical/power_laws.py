"""Power sums without end (`model.power_laws`) in numbers without proof: mpmath's at any precision, and NumPy's floats.

Away from 1 they are summed term by term; near it z = e^-m, and (DLMF 25.12.12)
Li_s(z) = Gamma(1-s) m^(s-1) + sum_n zeta(s-n) (-m)^n/n!, or for a whole s > 0 with (-m)^(s-1)/(s-1)! (H_{s-1} - log m) for n = s - 1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import ceil, log2
from typing import Any

import mpmath
import numpy as np

from ..power_laws import stirling

__all__ = ["power_law", "power_law_floats"]

_NEAR_ONE, _NEAR_ONE_FLOAT = 0.75, 0.93
_SPARE_BITS = 20
_FLOAT_BITS = 53


def power_law(exponent: Any, least: int, order: int, at: Any) -> Any:
    """Return sum_{k >= kmin} (k)_j k^-s z^(k-j) to the working precision of mpmath.

    >>> print(power_law(mpmath.mpf(3), 1, 0, mpmath.mpf(1)))
    1.20205690315959
    """
    at, exponent, bits = mpmath.mpf(at), mpmath.mpf(exponent), mpmath.mp.prec
    with mpmath.extraprec(_SPARE_BITS + 4 * order):
        if at < _NEAR_ONE:
            first = max(least, order)
            return mpmath.polyval(_weights(exponent, order, first, _count(bits, _NEAR_ONE, order), bits), at) * at ** (first - order)
        if at == 1:
            return _end(exponent, least, order)
        return _near_one(exponent, least, order, at, bits, -mpmath.log(at), mpmath.log)


def power_law_floats(exponent: float, least: int, order: int, at: Any) -> Any:
    """Return the sum at floats between 0 and 1, or at an array of them.

    >>> power_law_floats(3.0, 1, 1, np.array([0.0, 1.0]))
    array([1.        , 1.64493407])
    """
    at = np.minimum(np.asarray(at, dtype=float), 1.0)
    least, order, first = int(least), int(order), max(int(least), int(order))
    number = mpmath.mpf(float(exponent))
    weights = _float_weights(number, order, first)
    inside = np.minimum(at, _NEAR_ONE_FLOAT)
    result = np.polyval(weights, inside) * inside ** (first - order)
    near = at > _NEAR_ONE_FLOAT
    if np.any(near):
        with np.errstate(all="ignore"):
            close = np.where(near, at, 1.0)
            there = _near_one(number, least, order, close, _FLOAT_BITS, -np.log(close), np.log, float)
        result = np.where(near, np.where(at == 1, float(_end(number, least, order)), there), result)
    return result[()]


def _count(bits: int, at: float, order: int) -> int:
    return ceil((bits + _SPARE_BITS) / -log2(at)) + 12 * order


@lru_cache(maxsize=64)
def _weights(exponent: Any, order: int, first: int, count: int, bits: int) -> list[Any]:
    """Return (k)_j k^-s for some k from `first` on, the highest first."""
    return [mpmath.ff(k, order) * mpmath.mpf(k) ** -exponent for k in reversed(range(first, first + count))]


@lru_cache(maxsize=64)
def _float_weights(exponent: Any, order: int, first: int) -> np.ndarray:
    return np.array(_weights(exponent, order, first, _count(_FLOAT_BITS, _NEAR_ONE_FLOAT, order), _FLOAT_BITS), dtype=float)


def _end(exponent: Any, least: int, order: int) -> Any:
    """Return the value at 1 by Hurwitz's zeta functions."""
    if exponent <= order + 1:
        return mpmath.inf
    return mpmath.fsum(value * mpmath.zeta(exponent - power, least) for power, value in enumerate(stirling(order)) if value)


def _near_one(
    exponent: Any, least: int, order: int, at: Any, bits: int, m: Any, log: Callable[[Any], Any], number: Callable[[Any], Any] = mpmath.mpf
) -> Any:
    """Combine polylogarithms, and take away the terms below kmin."""
    powers = [(power, value) for power, value in enumerate(stirling(order)) if value]
    whole = sum(value * _polylogarithm(exponent - power, m, bits, log, number) for power, value in powers) / at**order
    if least <= max(order, 1):
        return whole
    below = _weights(exponent, order, max(order, 1), least - max(order, 1), bits)
    return whole - sum(number(one) * at ** (least - 1 - place - order) for place, one in enumerate(below))


def _polylogarithm(exponent: Any, m: Any, bits: int, log: Callable[[Any], Any], number: Callable[[Any], Any]) -> Any:
    """Return Li_s(e^-m)."""
    total = 0 * m
    for weight in _regular(exponent, bits):
        total = total * m + number(weight)
    if exponent > 0 and exponent == int(exponent):
        place = int(exponent) - 1
        turned = number((-1) ** place / mpmath.factorial(place))
        return total + turned * m**place * (number(mpmath.harmonic(place)) - log(m))
    return total + number(mpmath.gamma(1 - exponent)) * m ** number(exponent - 1)


@lru_cache(maxsize=256)
def _regular(exponent: Any, bits: int) -> list[Any]:
    """Return zeta(s-n) (-1)^n/n!, the highest first; the series converges as (m/2 pi)^n."""
    count = ceil((bits + 2 * _SPARE_BITS) / log2(2 * np.pi / -np.log(_NEAR_ONE))) + 2
    return [0 if exponent - n == 1 else mpmath.zeta(exponent - n) * (-1) ** n / mpmath.factorial(n) for n in reversed(range(count))]
