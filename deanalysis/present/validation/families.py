"""The degree laws that are fitted: each with its probabilities, its tail, and how the parameters are searched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STEEPEST, _FLATTEST = 60.0, 1e-4
"""Exponents of a power law less 1: beyond these its sums cannot be told from 0, or from infinity, in floats."""
_SHAPE = np.log(1e5)
"""The shape of a negative binomial law lies between 10^-5 and 10^5: beyond, it is the logarithmic law, or Poisson, up to rounding."""


class Family(NamedTuple):
    """A family of laws on the whole numbers.

    `log_mass` and `log_tail` return the logarithms of P(X = k) and P(X >= k), up to the same constant, from the degrees and the parameters.
    The parameters are searched in coordinates without bounds, which `natural` leads back; `start` says where, from mean and variance.
    """

    name: str
    parameters: tuple[str, ...]
    log_mass: Callable[..., Floats]
    log_tail: Callable[..., Floats]
    natural: Callable[[Floats], tuple[float, ...]]
    start: Callable[[float, float], tuple[float, ...]]
    least: int = 0


def _poisson() -> Family:
    from scipy.stats import poisson

    return Family(
        "poisson",
        ("mean",),
        poisson.logpmf,
        lambda degrees, mean: poisson.logsf(degrees - 1, mean),
        lambda at: (float(np.exp(at[0])),),
        lambda mean, variance: (np.log(mean),),
    )


def _negative_binomial() -> Family:
    """Poisson with a Gamma distributed mean; searched by its shape and the odds, mean/shape."""
    from scipy.stats import nbinom

    def start(mean: float, variance: float) -> tuple[float, ...]:
        shape = mean**2 / max(variance - mean, mean / 100)
        return np.log(shape), np.log(mean / shape)

    return Family(
        "negative binomial",
        ("mean", "shape"),
        lambda degrees, mean, shape: nbinom.logpmf(degrees, shape, shape / (shape + mean)),
        lambda degrees, mean, shape: nbinom.logsf(degrees - 1, shape, shape / (shape + mean)),
        lambda at: (float(np.exp(np.clip(at[0], -_SHAPE, _SHAPE) + at[1])), float(np.exp(np.clip(at[0], -_SHAPE, _SHAPE)))),
        start,
    )


def _zipf() -> Family:
    """P(X = k) proportional to k^-exponent."""
    from scipy.special import zeta

    return Family(
        "zipf",
        ("exponent",),
        lambda degrees, exponent: -exponent * np.log(degrees),
        lambda degrees, exponent: np.log(zeta(exponent, degrees)),
        lambda at: (1 + float(np.clip(np.exp(at[0]), _FLATTEST, _STEEPEST)),),
        lambda mean, variance: (np.log(1.5),),
        least=1,
    )


def _log_normal() -> Family:
    """A log-normal number, rounded: P(X = k) = Phi((log(k + 1/2) - mu)/sigma) - Phi((log(k - 1/2) - mu)/sigma)."""
    from scipy.special import log_ndtr

    def below(degrees: Any, mu: float, sigma: float) -> Any:
        return (np.log(np.maximum(degrees - 0.5, 0)) - mu) / sigma

    def log_mass(degrees: Any, mu: float, sigma: float) -> Floats:
        with np.errstate(divide="ignore"):
            ends = np.array([below(degrees, mu, sigma), below(degrees + 1, mu, sigma)])
            near, far = log_ndtr(np.where(ends[0] > 0, -ends, ends[::-1]))
            return np.asarray(near + np.log(-np.expm1(far - near)))

    def log_tail(degrees: Any, mu: float, sigma: float) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray(log_ndtr(-below(degrees, mu, sigma)))

    def start(mean: float, variance: float) -> tuple[float, ...]:
        spread = np.log1p(variance / mean**2)
        return np.log(mean) - spread / 2, np.log(max(spread, 1e-4)) / 2

    return Family("log-normal", ("mu", "sigma"), log_mass, log_tail, lambda at: (float(at[0]), float(np.exp(at[1]))), start)


FAMILIES = (_poisson, _negative_binomial, _zipf, _log_normal)
"""What makes each family, which imports what it needs of SciPy."""
