"""Degrees beyond every table: an exact draw from p_k proportional to k^-s, k >= start, by rejection from a Pareto law.

The integer part of a Pareto variate of density proportional to x^-s on [start, infinity) is k with probability proportional to
int_k^{k+1} x^-s dx, which differs from k^-s by a factor that falls with k; it is accepted with that factor over the one at the start
(Devroye, Non-Uniform Random Variate Generation, 1986, X.6.1).
"""

from typing import NamedTuple

import numpy as np

from .compiled import njit
from .streams import Stream, uniform

__all__ = ["LARGEST_DEGREE", "Tail", "beyond"]

LARGEST_DEGREE = 2**40
"""What is larger is drawn as this, which no graph can hold either."""


class Tail(NamedTuple):
    """Part of a law: degrees from `start` on, with this chance altogether, and proportional to k^-exponent."""

    chance: float
    exponent: float
    start: int


@njit(cache=True)
def _excess(degree: float, exponent: float) -> float:
    """Return k^-s over int_k^{k+1} x^-s dx."""
    return (exponent - 1) / (degree * -np.expm1((1 - exponent) * np.log1p(1 / degree)))


@njit(cache=True)
def beyond(exponent: float, start: int, stream: Stream) -> np.int64:
    """Draw a degree of a tail from as many numbers of a stream as that takes."""
    most, index = _excess(float(start), exponent), 0
    while True:
        size = start * (1 - uniform(stream, index)) ** (-1 / (exponent - 1))
        degree = np.floor(min(size, float(LARGEST_DEGREE)))
        if uniform(stream, index + 1) * most < _excess(degree, exponent):
            return np.int64(degree)
        index += 2
