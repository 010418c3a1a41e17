"""A counter-based generator: value k of a stream can be had at any time, so that a graph need not be stored.

SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): value k is a bijective hash of key + k step. Each graph gets streams of its own, a
key and an odd step each, from NumPy's `SeedSequence`; nothing depends on who draws them, in which order, or how many at a time.
"""

from typing import NamedTuple

import numpy as np

from ..checks import check_count
from .compiled import njit

LARGEST_INDEX = 2**31 - 1
"""The most skills or texts of one graph: indices are 32 bits wide."""
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_FACTORS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_MIXED, _LEAST_CHANGES = 0xAAAAAAAAAAAAAAAA, 24
"""Bits of a step that are turned round where fewer than 24 of them differ from the next, as in Java's SplittableRandom."""
_UNIT = 2.0**-53
MOST_SEED = 2**63 - 1


def check_seed(seed: int) -> int:
    """Return a seed that is a whole number from 0 to 2^63 - 1; raise `InputError` for any other.

    >>> check_seed(7)
    7
    """
    return check_count(seed, 0, MOST_SEED, "seed")


class Stream(NamedTuple):
    """A key and an odd step."""

    key: np.uint64
    step: np.uint64


def new_streams(seed: int, path: tuple[int, ...], count: int) -> list[Stream]:
    """Return independent streams for a seed and a path of whole numbers (which model, size and graph it is).

    >>> first, second = new_streams(1, (2, 3), 2)
    >>> first == new_streams(1, (2, 3), 1)[0], first == second
    (True, False)
    """
    words = [int(word) for word in np.random.SeedSequence(seed, spawn_key=path).generate_state(2 * count, np.uint64)]
    return [Stream(np.uint64(key), np.uint64(_well_mixed(step | 1))) for key, step in zip(words[::2], words[1::2], strict=True)]


def _well_mixed(step: int) -> int:
    """Mend a step whose bits change too seldom, as SplitMix does."""
    return step if (step ^ (step >> 1)).bit_count() >= _LEAST_CHANGES else step ^ _MIXED


@njit(cache=True, inline="always")
def value(stream: Stream, index: int) -> np.uint64:
    """Return 64 bits, number `index` of a stream."""
    bits = stream.key + np.uint64(index) * stream.step
    bits = (bits ^ (bits >> _SHIFTS[0])) * _FACTORS[0]
    bits = (bits ^ (bits >> _SHIFTS[1])) * _FACTORS[1]
    return bits ^ (bits >> _SHIFTS[2])


@njit(cache=True, inline="always")
def below(bits: np.uint64, bound: int) -> np.uint64:
    """Return floor(bits bound / 2^64), uniform on 0, ..., bound - 1 up to bound/2^64, for a bound below 2^32."""
    wide = np.uint64(bound)
    return ((bits >> _HALF) * wide + (((bits & _LOW) * wide) >> _HALF)) >> _HALF


@njit(cache=True, inline="always")
def pick(stream: Stream, index: int, bound: int) -> np.uint64:
    """Return a whole number below `bound`, number `index` of a stream.

    >>> (stream,) = new_streams(1, (), 1)
    >>> len({int(pick(stream, index, 6)) for index in range(100)})
    6
    """
    return below(value(stream, index), bound)


@njit(cache=True, inline="always")
def uniform(stream: Stream, index: int) -> float:
    """Return a number in [0, 1) with 53 bits, number `index` of a stream."""
    return float(value(stream, index) >> np.uint64(11)) * _UNIT
