"""Degree laws as tables of probabilities, and Walker's alias method: one 64-bit draw gives a degree, whatever the law.

A law that cannot be read off its generating function by a Fourier transform registers `probabilities`; one whose degrees no table
holds registers its `tails`, too, each of which has a column of its own.
"""

from functools import lru_cache, singledispatch
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.special import zeta

from ..errors import InputError
from ..model.compositions import Mixture, Polynomial, Thinned
from ..model.degrees import DegreeDistribution
from ..model.laws import Binomial, NegativeBinomial, Poisson, Regular, Zipf
from ..model.popularity import LogNormalMoment, ParetoMoment
from ..model.solitons import IdealSoliton, RobustSoliton
from ..model.symbols import x
from .compiled import njit
from .streams import Stream, below, uniform, value

_LARGEST = 1 << 24  # degrees of a table, which takes 20 bytes for each
_TABULATED = 1 << 16  # degrees of a law without end that are tabulated: what is larger is drawn rarely, and so may take longer
_SMALLEST_TAIL = 1e-12  # probability beyond the degrees of a table: less than one text in a graph of 2^31, more than rounding errors
_DEVIATIONS, _BEYOND, _DECAYS = 12, 60, 60.0  # how far from the mode probabilities matter, at 2^-64 and beyond
_LARGEST_DEGREE = 2**40
"""What is larger is drawn as this, which no graph can hold either."""

Weights = NDArray[np.float64]


class Tail(NamedTuple):
    """Part of a law: degrees from `start` on, with this chance altogether, and proportional to k^-exponent."""

    chance: float
    exponent: float
    start: int


class Table(NamedTuple):
    """Walker's alias table: column j gives degrees[j] below the threshold (of 2^64), else degrees[alias[j]].

    The last columns stand for the tails of the law, by their exponents and where they start.
    """

    degrees: NDArray[np.uint32]
    threshold: NDArray[np.uint64]
    alias: NDArray[np.uint32]
    exponents: NDArray[np.float64]


@lru_cache(maxsize=32)
def table_of(law: DegreeDistribution) -> Table:
    """Return the alias table of a law without free letters."""
    chances, heavy = probabilities(law), tails(law)
    degrees = np.append(np.flatnonzero(chances > 0), [tail.start for tail in heavy]).astype(np.uint32)
    columns = np.append(chances[chances > 0], [tail.chance for tail in heavy])
    threshold, alias = alias_of(columns / columns.sum())
    return Table(degrees, threshold, alias, np.array([tail.exponent for tail in heavy], dtype=float))


@njit(cache=True, inline="always")
def degree(table: Table, stream: Stream, index: int) -> np.int64:
    """Draw a degree, number `index` of a stream: the draw times the number of columns is a column and a fraction of it."""
    bits = value(stream, index)
    column = below(bits, len(table.degrees))
    if bits * np.uint64(len(table.degrees)) >= table.threshold[column]:
        column = np.uint64(table.alias[column])
    tabulated = len(table.degrees) - len(table.exponents)
    if column >= tabulated:
        return beyond(table.exponents[column - tabulated], table.degrees[column], Stream(bits, stream.step))
    return np.int64(table.degrees[column])


@njit(cache=True)
def _excess(degree: float, exponent: float) -> float:
    """Return k^-s over int_k^{k+1} x^-s dx."""
    return (exponent - 1) / (degree * -np.expm1((1 - exponent) * np.log1p(1 / degree)))


@njit(cache=True)
def beyond(exponent: float, start: int, stream: Stream) -> np.int64:
    """Draw k >= start with p_k proportional to k^-s, exactly, by rejection from a Pareto law of density x^-s.

    The integer part of its variate is k with probability proportional to int_k^{k+1} x^-s dx, which differs from k^-s by a factor that
    falls with k (Devroye, Non-Uniform Random Variate Generation, 1986, X.6.1).
    """
    most, index = _excess(float(start), exponent), 0
    while True:
        size = start * (1 - uniform(stream, index)) ** (-1 / (exponent - 1))
        degree = np.floor(min(size, float(_LARGEST_DEGREE)))
        if uniform(stream, index + 1) * most < _excess(degree, exponent):
            return np.int64(degree)
        index += 2


@njit(cache=True)
def draw_degrees(table: Table, stream: Stream, count: int) -> NDArray[np.int64]:
    """Draw degrees from a table, numbers 0, 1, ... of a stream."""
    degrees = np.empty(count, dtype=np.int64)
    for index in range(count):
        degrees[index] = degree(table, stream, index)
    return degrees


@njit(cache=True)
def alias_of(chances: Weights) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    """Return the thresholds (of 2^64) and aliases of some chances: each column is filled up to the mean height from another (Vose 1991)."""
    count = len(chances)
    height = chances * count
    threshold, alias = np.full(count, np.uint64(0xFFFFFFFFFFFFFFFF)), np.arange(count).astype(np.uint32)
    low, high = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    lows, highs = 0, 0
    for column in range(count):
        if height[column] < 1:
            low[lows] = column
            lows += 1
        else:
            high[highs] = column
            highs += 1
    while lows and highs:
        lows -= 1
        short, tall = low[lows], high[highs - 1]
        threshold[short], alias[short] = np.uint64(height[short] * 2.0**64), tall
        height[tall] -= 1 - height[short]
        if height[tall] < 1:
            highs -= 1
            low[lows] = tall
            lows += 1
    return threshold, alias


@singledispatch
def probabilities(law: DegreeDistribution) -> Weights:
    """Return p_0, p_1, ... as far as they matter; the general way reads them off P(x) on as many roots of unity as its tail needs."""
    if law.pgf(x).has(ParetoMoment, LogNormalMoment):
        raise _too_heavy(law)
    function: Any = sp.lambdify([x], law.pgf(x), modules="numpy")
    size = 256
    while size <= _LARGEST:
        values = function(np.exp(2j * np.pi * np.arange(size) / size))
        chances = np.fft.fft(values).real / size
        if chances[size // 2 :].sum() < _SMALLEST_TAIL and chances.min() > -_SMALLEST_TAIL:
            return np.where(chances > _SMALLEST_TAIL / size, chances, 0.0)
        size *= 2
    raise _too_heavy(law)


@probabilities.register
def _(law: Regular) -> Weights:
    return np.append(np.zeros(int(law.degree)), 1.0)


@probabilities.register
def _(law: Poisson) -> Weights:
    mean = float(law.average)
    return _by_ratios(law, int(mean), _span(mean), lambda k: mean / (k + 1))


@probabilities.register
def _(law: Binomial) -> Weights:
    count, chance = int(law.count), float(law.probability)
    if chance == 1:
        return probabilities(Regular(law.count))
    odds = chance / (1 - chance)
    mode, span = min(count, int((count + 1) * chance)), _span(count * chance * (1 - chance))
    return _by_ratios(law, mode, min(span, max(1, count)), lambda k: np.maximum(count - k, 0) / (k + 1) * odds)


@probabilities.register
def _(law: NegativeBinomial) -> Weights:
    mean, shape = float(law.mean), float(law.shape)
    decay = mean / (mean + shape)
    span = _span(mean * (1 + mean / shape)) + int(min(_DECAYS / -np.log(decay), 2.0 * _LARGEST))
    return _by_ratios(law, max(0, int((shape - 1) * mean / shape)), span, lambda k: (k + shape) / (k + 1) * decay)


@probabilities.register
def _(law: Zipf) -> Weights:
    exponent, least = float(law.exponent), int(law.least)
    degrees = np.arange(least, _TABULATED if law.largest is None else int(law.largest) + 1, dtype=float)
    weights = degrees**-exponent * (1.0 if law.cutoff is None else np.exp(-degrees / float(law.cutoff)))
    return np.concatenate([np.zeros(least), weights / (zeta(exponent, float(least)) if law.largest is None else weights.sum())])


@probabilities.register
def _(law: IdealSoliton) -> Weights:
    degrees = np.arange(2, int(law.symbols) + 1, dtype=float)
    return np.concatenate([[0.0, 1 / float(law.symbols)], 1 / (degrees * (degrees - 1))])


@probabilities.register
def _(law: RobustSoliton) -> Weights:
    weights, share = probabilities(IdealSoliton(law.symbols)), float(law.ripple / law.symbols)
    weights[1 : law.spike] += share / np.arange(1, law.spike)
    weights[law.spike] += share * np.log(float(law.ripple / law.failure))
    return weights / weights.sum()


@probabilities.register
def _(law: Polynomial) -> Weights:
    largest = law.terms[-1][0]
    if largest > _LARGEST:
        raise _too_heavy(law)
    chances = np.zeros(largest + 1)
    for number, chance in law.terms:
        chances[number] = float(chance)
    return chances


@probabilities.register
def _(law: Mixture) -> Weights:
    components = [(float(weight), probabilities(component)) for weight, component in law.parts]
    chances = np.zeros(max(len(of_component) for _, of_component in components))
    for weight, of_component in components:
        chances[: len(of_component)] += weight * of_component
    return chances


@probabilities.register
def _(law: Thinned) -> Weights:
    from scipy.stats import binom

    whole, kept = probabilities(law.law), float(law.kept)
    chances = np.zeros(len(whole))
    for degree in np.flatnonzero(whole):
        chances[: degree + 1] += whole[degree] * binom.pmf(np.arange(degree + 1), degree, kept)
    return chances


@singledispatch
def tails(law: DegreeDistribution) -> list[Tail]:
    """Return what `probabilities` leaves out."""
    return []


@tails.register
def _(law: Zipf) -> list[Tail]:
    if law.largest is not None:
        return []
    exponent = float(law.exponent)
    return [Tail(float(zeta(exponent, _TABULATED) / zeta(exponent, float(law.least))), exponent, _TABULATED)]


@tails.register
def _(law: Mixture) -> list[Tail]:
    return [tail._replace(chance=float(weight) * tail.chance) for weight, component in law.parts for tail in tails(component)]


def _span(variance: float) -> int:
    """Return how far from the mode probabilities matter for a law with Poisson-like tails."""
    return int(_DEVIATIONS * variance**0.5) + _BEYOND


def _by_ratios(law: DegreeDistribution, mode: int, span: int, ratio: Any) -> Weights:
    """Return a unimodal law from p_{k+1}/p_k, going out from its mode."""
    if mode + span > _LARGEST:
        raise _too_heavy(law)
    lowest = max(0, mode - span)
    down = np.cumprod(1 / ratio(np.arange(mode - 1, lowest - 1, -1, dtype=float)))
    up = np.cumprod(ratio(np.arange(mode, mode + span, dtype=float)))
    chances = np.concatenate([np.zeros(lowest), down[::-1], [1.0], up])
    return chances / chances.sum()


def _too_heavy(law: DegreeDistribution) -> InputError:
    return InputError(f"the law {law}", f"has degrees too large to sample (more than {_LARGEST})")
