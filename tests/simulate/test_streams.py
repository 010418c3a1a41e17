"""The generator: even, unrelated streams, and whole numbers without the unevenness of 32 bits."""

import numpy as np
import pytest
from numba import njit
from scipy.stats import chisquare, kstest

from deanalysis.simulate.streams import Stream, below, new_streams, pick, uniform, value


@njit
def picks(stream: Stream, count: int, bound: int) -> np.ndarray:
    drawn = np.empty(count, dtype=np.int64)
    for index in range(count):
        drawn[index] = pick(stream, index, bound)
    return drawn


@njit
def uniforms(stream: Stream, count: int) -> np.ndarray:
    drawn = np.empty(count)
    for index in range(count):
        drawn[index] = uniform(stream, index)
    return drawn


@pytest.mark.parametrize("bound", [2, 3, 1000, 2**16 + 1])
def test_whole_numbers_are_even(bound: int) -> None:
    (stream,) = new_streams(1, (bound,), 1)
    assert chisquare(np.bincount(picks(stream, 2_000_000, bound), minlength=bound)).pvalue > 1e-4


def test_numbers_fill_the_unit_interval() -> None:
    (stream,) = new_streams(2, (), 1)
    assert kstest(uniforms(stream, 1_000_000), "uniform").pvalue > 1e-4


def test_a_bounded_draw_is_the_high_word_of_the_product() -> None:
    rng = np.random.default_rng(3)
    for bits, bound in zip(rng.integers(2**64, size=2000, dtype=np.uint64), rng.integers(1, 2**32, size=2000), strict=True):
        assert int(below(bits, int(bound))) == int(bits) * int(bound) >> 64


def test_the_bits_are_those_of_splitmix() -> None:
    """Key 1234567, golden step: the published first outputs of SplitMix64 (Vigna's reference code) start with number 1."""
    stream = Stream(np.uint64(1234567), np.uint64(0x9E3779B97F4A7C15))
    assert [int(value(stream, index)) for index in range(1, 4)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_streams_are_unrelated() -> None:
    """Neighbouring seeds, paths and places: no correlation, and no number in common."""
    streams = new_streams(1, (1,), 2) + new_streams(2, (1,), 1) + new_streams(1, (2,), 1)
    drawn = [uniforms(stream, 100_000) for stream in streams]
    for index, one in enumerate(drawn):
        for other in drawn[index + 1 :]:
            assert abs(np.corrcoef(one, other)[0, 1]) < 4 / 100_000**0.5
            assert not np.intersect1d(one, other).size
    for one in drawn:
        for lag in (1, 2, 64):
            assert abs(np.corrcoef(one[lag:], one[:-lag])[0, 1]) < 4 / 100_000**0.5
