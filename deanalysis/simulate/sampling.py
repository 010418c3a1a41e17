"""Popularity: where a law is mixed Poisson, a node's edges come by its popularity. A new mixed law registers `sample_popularity`."""

from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..model.compositions import Mixture
from ..model.degrees import DegreeDistribution
from ..model.laws import Geometric, NegativeBinomial, Poisson
from ..model.popularity import LogNormal, Pareto

__all__ = ["Popularity", "has_popularity", "sample_popularity", "share_out"]

Popularity = NDArray[np.float64]


@singledispatch
def sample_popularity(law: DegreeDistribution, rng: np.random.Generator, count: int) -> Popularity | None:
    """Draw `count` popularities W of mean 1 with the law's pgf E e^{-mean W (1-x)}; None stands for W = 1 throughout."""
    raise InputError(f"the law {law}", "must be mixed Poisson to have popularities")


@sample_popularity.register
def _(law: Poisson, rng: np.random.Generator, count: int) -> Popularity | None:
    return None


@sample_popularity.register
def _(law: NegativeBinomial, rng: np.random.Generator, count: int) -> Popularity | None:
    shape = float(law.shape)
    return rng.gamma(shape, 1 / shape, count)


@sample_popularity.register
def _(law: Geometric, rng: np.random.Generator, count: int) -> Popularity | None:
    return rng.standard_exponential(count)


@sample_popularity.register
def _(law: Pareto, rng: np.random.Generator, count: int) -> Popularity | None:
    exponent = float(law.shape)
    return (1 - 1 / exponent) * (1 + rng.pareto(exponent, count))


@sample_popularity.register
def _(law: LogNormal, rng: np.random.Generator, count: int) -> Popularity | None:
    sigma = float(law.shape)
    return rng.lognormal(-(sigma**2) / 2, sigma, count)


@sample_popularity.register
def _(law: Mixture, rng: np.random.Generator, count: int) -> Popularity | None:
    cumulative = np.cumsum([float(weight) for weight, _ in law.parts])
    chosen = np.searchsorted(cumulative, rng.random(count), side="right").clip(max=len(law.parts) - 1)
    result = np.empty(count)
    for index, (_, part) in enumerate(law.parts):
        where = chosen == index
        weights = sample_popularity(part, rng, int(where.sum()))
        result[where] = float(part.mean / law.mean) * (1 if weights is None else weights)
    return result


def has_popularity(law: DegreeDistribution) -> bool:
    """Whether a law is mixed Poisson with popularities that differ.

    >>> has_popularity(Geometric(2)), has_popularity(Poisson(2))
    (True, False)
    """
    return law.is_mixed_poisson and sample_popularity(law, np.random.default_rng(0), 1) is not None


def share_out(edges: int, popularity: Popularity, rng: np.random.Generator) -> NDArray[np.int64]:
    """Let each of so many edges choose a node by popularity, independently; return how many each node has."""
    total = popularity.sum()
    if not total > 0:
        raise InputError("the popularities", "are too uneven to sample: all are zero in floats")
    return rng.multinomial(edges, popularity / total)
