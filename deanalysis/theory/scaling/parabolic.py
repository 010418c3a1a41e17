"""Brownian motion with a parabolic drift, Z = max_t (B(t) - t^2/2) over all real t: the constants of finite-size scaling."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NODES, _REACH, _START, _TURN = 200, 14.0, -1.7, np.exp(2j * np.pi / 3)
_WIDEST, _FARTHEST, _FREQUENCY = 6.5, 4.0, 30.0

Floats = NDArray[np.float64]


def _nodes(low: float, high: float, count: int) -> tuple[Floats, Floats]:
    """Return nodes and weights of Gauss and Legendre."""
    points, weights = np.polynomial.legendre.leggauss(count)
    return (high - low) / 2 * points + (high + low) / 2, (high - low) / 2 * weights


def largest_below(level: Floats) -> Floats:
    """Return K(z) = P(max_{t>=0} (B(t) - t^2/2) <= z), one side alone.

    K(z) = 1/(2 i) int (Ai(s) Bi(a + s) - Ai(a + s) Bi(s))/Ai(s) ds, a = 2^{1/3} z, along the imaginary axis (Groeneboom, Probab. Th. Rel.
    Fields 81, 1989). Here it runs along two rays that leave -1.7 at 120 degrees, where it decays fastest, with 2 e^{-i pi/6} Ai(e^{-2 pi
    i/3} s) in place of Bi(s): they differ by a multiple of Ai(s), which cancels.

    >>> largest_below(np.array([1.0])).round(6).tolist()
    [0.752924]
    """
    from scipy.special import airy

    reach, weights = _nodes(0, _REACH, _NODES)
    along, shift = _START + reach * _TURN, 2 ** (1 / 3) * np.asarray(level)[:, None]
    other = 2 * np.exp(-1j * np.pi / 6)
    ai, ai_shifted = airy(along)[0], airy(shift + along)[0]
    turned, turned_shifted = airy(along / _TURN)[0], airy((shift + along) / _TURN)[0]
    inside = other * (turned_shifted - ai_shifted * turned / ai)
    found: Floats = (inside * _TURN / 1j).real @ weights
    return found


@cache
def _location(power: int) -> float:
    """Return E |t*|^power of the place of the maximum, from Chernoff's density (Groeneboom 1989)."""
    from scipy.special import airy

    frequency, by_frequency = _nodes(0, _FREQUENCY, _NODES)
    place, by_place = _nodes(0, _FARTHEST, _NODES)
    airies = airy(1j * 2 ** (-1 / 3) * frequency)[0]

    def half(at: Floats) -> Any:
        return 2 * (np.exp(-1j * at[:, None] * frequency) / airies).real @ by_frequency / (2 ** (2 / 3) * np.pi)

    density = half(place) * half(-place)
    return float((place**power * density) @ by_place) * 2 ** (2 * power / 3)


def mean_largest() -> float:
    """Return Omega = E Z = 3 E t*^2/2 (Omega scales as the curvature to the power -1/3, and its derivative is -E t*^2/2).

    >>> round(mean_largest(), 6)
    0.996193
    """
    return 1.5 * _location(2)


def mean_distance() -> float:
    """Return E |t*|.

    >>> round(mean_distance(), 5)
    0.65518
    """
    return _location(1)


@cache
def variance_largest() -> float:
    """Return Var Z, from P(Z <= z) = K(z)^2.

    >>> round(variance_largest(), 5)
    0.33342
    """
    level, weights = _nodes(0, _WIDEST, 80)
    above = 1 - largest_below(level) ** 2
    return float((2 * level * above) @ weights - (above @ weights) ** 2)


def next_order() -> float:
    """Return Var Z - E |t*|, by which the least value of the walk varies more than its value at the critical point.

    The walk W has passed through its value at the critical point, with which the half of Z before that place is correlated:
    Cov(W, Z) = -E |t*|/2.

    >>> round(next_order(), 4)
    -0.3218
    """
    return variance_largest() - mean_distance()
