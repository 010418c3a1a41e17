"""How degree laws are sampled: samplers attach to laws here, so that a law itself knows nothing of chance.

A law is drawn as degrees (`sample_degrees`) or, where it is mixed Poisson, as popularities whose Poisson thinning it is
(`sample_popularity`). A new law needs nothing here if its pmf can be read off its generating function.
"""

from functools import lru_cache, singledispatch
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ..errors import InputError
from ..model.compositions import Mixture, Polynomial
from ..model.degrees import DegreeDistribution
from ..model.laws import Binomial, Geometric, NegativeBinomial, Poisson, Regular, Zipf
from ..model.symbols import x

__all__ = ["sample_degrees", "sample_popularity"]

_LARGEST_TABLE = 1 << 24
_SMALLEST_TAIL = 1e-12

Degrees = NDArray[np.int64]
Weights = NDArray[np.float64]


@singledispatch
def sample_degrees(law: DegreeDistribution, rng: np.random.Generator, count: int) -> Degrees:
    """Draw `count` independent degrees; the general way inverts the distribution function of a table."""
    degrees, cumulative = _table(law)
    return degrees[np.searchsorted(cumulative, rng.random(count), side="right").clip(max=len(degrees) - 1)]


@sample_degrees.register
def _(law: Poisson, rng: np.random.Generator, count: int) -> Degrees:
    return rng.poisson(float(law.average), count)


@sample_degrees.register
def _(law: Regular, rng: np.random.Generator, count: int) -> Degrees:
    return np.full(count, int(law.degree), dtype=np.int64)


@sample_degrees.register
def _(law: Binomial, rng: np.random.Generator, count: int) -> Degrees:
    return rng.binomial(int(law.count), float(law.probability), count)


@sample_degrees.register(NegativeBinomial)
@sample_degrees.register(Geometric)
def _(law: DegreeDistribution, rng: np.random.Generator, count: int) -> Degrees:
    weights = sample_popularity(law, rng, count)
    assert weights is not None
    return rng.poisson(float(law.mean) * weights)


@sample_degrees.register
def _(law: Mixture, rng: np.random.Generator, count: int) -> Degrees:
    result = np.empty(count, dtype=np.int64)
    for part, where in _split(law, rng, count):
        result[where] = sample_degrees(part, rng, int(where.sum()))
    return result


@singledispatch
def sample_popularity(law: DegreeDistribution, rng: np.random.Generator, count: int) -> Weights | None:
    """Draw `count` popularities W of mean 1 with the law's pgf E e^{-mean W (1-x)}; None stands for W = 1 throughout."""
    raise InputError(f"the law {law}", "must be mixed Poisson to have popularities")


@sample_popularity.register
def _(law: Poisson, rng: np.random.Generator, count: int) -> Weights | None:
    return None


@sample_popularity.register
def _(law: NegativeBinomial, rng: np.random.Generator, count: int) -> Weights | None:
    shape = float(law.shape)
    return rng.gamma(shape, 1 / shape, count)


@sample_popularity.register
def _(law: Geometric, rng: np.random.Generator, count: int) -> Weights | None:
    return rng.standard_exponential(count)


@sample_popularity.register
def _(law: Mixture, rng: np.random.Generator, count: int) -> Weights | None:
    result = np.empty(count)
    for part, where in _split(law, rng, count):
        weights = sample_popularity(part, rng, int(where.sum()))
        result[where] = float(part.mean / law.mean) * (1 if weights is None else weights)
    return result


def _split(law: Mixture, rng: np.random.Generator, count: int) -> list[tuple[DegreeDistribution, NDArray[np.bool_]]]:
    cumulative = np.cumsum([float(weight) for weight, _ in law.parts])
    chosen = np.searchsorted(cumulative, rng.random(count), side="right").clip(max=len(law.parts) - 1)
    return [(part, chosen == index) for index, (_, part) in enumerate(law.parts)]


@lru_cache(maxsize=32)
def _table(law: DegreeDistribution) -> tuple[Degrees, Weights]:
    """Return the degrees with positive probability and the distribution function at them."""
    probabilities = _probabilities(law)
    degrees = np.flatnonzero(probabilities > 0)
    cumulative = np.cumsum(probabilities[degrees])
    return degrees, cumulative / cumulative[-1]


@singledispatch
def _probabilities(law: DegreeDistribution) -> Weights:
    """Read all p_k off the generating function by a Fourier transform, with as many points as its tail needs."""
    function: Any = sp.lambdify([x], law.pgf(x), modules="numpy")
    size = 256
    while size <= _LARGEST_TABLE:
        values = function(np.exp(2j * np.pi * np.arange(size) / size))
        probabilities = np.fft.fft(values).real / size
        if probabilities[size // 2 :].sum() < _SMALLEST_TAIL and probabilities.min() > -_SMALLEST_TAIL:
            return np.where(probabilities > _SMALLEST_TAIL / size, probabilities, 0.0)
        size *= 2
    raise InputError(f"the law {law}", "has a tail too heavy to sample from its generating function")


@_probabilities.register
def _(law: Zipf) -> Weights:
    degrees = np.arange(int(law.least), int(law.largest) + 1, dtype=float)
    weights = degrees ** -float(law.exponent)
    return np.concatenate([np.zeros(int(law.least)), weights / weights.sum()])


@_probabilities.register
def _(law: Polynomial) -> Weights:
    probabilities = np.zeros(law.terms[-1][0] + 1)
    for degree, value in law.terms:
        probabilities[degree] = float(value)
    return probabilities
