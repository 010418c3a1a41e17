"""The curve of the load G in floats, from the laws' names alone: scipy's incomplete gamma and beta functions, no code of the package.

With t = m G q, m the mean degree of texts at G = 1: G = t/(m eps lambda(1 - T(t))). Both T and 1 - T are had without cancellation.
"""

import re
from functools import cache
from typing import NamedTuple

import mpmath
import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.interpolate import CubicSpline

Floats = NDArray[np.float64]

LOGS = np.linspace(np.log(1e-5), np.log(1e6), 16_001)
STATES = np.exp(LOGS)
LEAST_RISE = 1e-8
SUCCESSES = {
    "success:exp(-x/2)": [(1, 0, 1 / 2)],
    "success:exp(-x)*(1+x/2)": [(1, 0, 1), (1 / 2, 1, 1)],
    "success:0.8*exp(-x)*(1+x)": [(0.8, 0, 1), (0.8, 1, 1)],
    "success:0.97*exp(-x)": [(0.97, 0, 1)],
    "success:0.5*exp(-x) + 0.5*exp(-x/3)": [(0.5, 0, 1), (0.5, 0, 1 / 3)],
}
"""Terms w x^m e^{-bx} of the success probability."""


class Scan(NamedTuple):
    """All turning values in ascending order; the jumps as learning gets easier, each with the q to which it leads."""

    turns: list[float]
    jumps: list[float]
    lands: list[float]


def scanned(laws: dict[str, str]) -> Scan:
    """Read turning points and jumps off a fine grid of states."""
    mean, taught, untaught = _texts(laws["texts"], laws["learner"])
    with np.errstate(all="ignore"):
        novel = np.log(float(laws["unknown"])) + _skills(laws["skills"], taught, untaught)
    there = np.isfinite(novel)
    novel, values = novel[there], (LOGS - novel)[there] - np.log(mean)
    turns = _turns(values)
    jumps, lands, best = [], [], np.inf
    for place, height in reversed(turns):
        if values[place] < values[place + 1] and height < best - LEAST_RISE:
            best = height
            beyond = np.flatnonzero(values[:place] < height - LEAST_RISE)
            jumps.append(float(np.exp(height)))
            lands.append(float(np.exp(novel[beyond[-1]])) if len(beyond) else 0.0)
    return Scan(sorted(float(np.exp(height)) for _, height in turns), jumps, lands)


def _turns(values: Floats) -> list[tuple[int, float]]:
    """Return the extrema that stand out from noise, each with its height by a parabola."""
    places, best, rising = [], 0, 0
    for place in range(1, len(values)):
        gain = values[place] - values[best]
        if rising * gain >= 0 and (rising or abs(gain) > LEAST_RISE):
            rising, best = rising or int(np.sign(gain)), place
        elif rising and abs(gain) > LEAST_RISE:
            places.append(best)
            rising, best = -rising, place
    return [(place, _height(*values[place - 1 : place + 2])) for place in places]


def _height(left: float, middle: float, right: float) -> float:
    return middle - (right - left) ** 2 / (8 * (left - 2 * middle + right))


def _numbers(law: str) -> list[float]:
    return [float(part.replace("*G", "")) for part in law[law.index("(") + 1 : -1].split(",")]


def _parts(mixture: str) -> list[tuple[float, list[float]]]:
    return [(float(weight), _numbers(law)) for weight, law in re.findall(r"([\d.]+): (\w+\([^)]*\))", mixture)]


def _texts(law: str, learner: str) -> tuple[float, Floats, Floats]:
    """Return the mean degree, T and 1 - T."""
    if law.startswith("mixture"):
        parts = [(weight, numbers[0]) for weight, numbers in _parts(law)]
        mean = sum(weight * load for weight, load in parts)
        found = [[weight * load / mean * one for one in _teaching(learner, STATES * load / mean, None)] for weight, load in parts]
        return mean, sum(one for one, _ in found), sum(other for _, other in found)  # type: ignore[return-value]
    numbers = _numbers(law)
    shape = {"poisson": None, "geometric": 1.0}.get(law[: law.index("(")], numbers[-1])
    return numbers[0], *_teaching(learner, STATES, shape)


def _teaching(learner: str, t: Floats, shape: float | None) -> tuple[Floats, Floats]:
    """Return T and 1 - T of Poisson texts, or of negative binomial ones: Poisson ones of means t W, W of gamma's law of shape r + 1."""
    if learner.endswith("-skill"):
        s = int(learner.removesuffix("-skill"))
        if shape is None:
            return special.gammaincc(s, t), special.gammainc(s, t)
        return special.betainc(shape + 1, s, shape / (t + shape)), special.betainc(s, shape + 1, t / (t + shape))
    if learner == "success:(1-exp(-x))/x":
        series = t / 2 - t**2 / 6 + t**3 / 24 - t**4 / 120 + t**5 / 720
        return -np.expm1(-t) / t, np.where(t < 0.01, series, 1 + np.expm1(-t) / t)
    taught, untaught = 0 * t, 0 * t + 1 - sum(weight for weight, power, _ in SUCCESSES[learner] if not power)
    for weight, power, rate in SUCCESSES[learner]:
        if shape is None:
            logarithm = power * np.log(t) - rate * t
        else:
            moment = special.gammaln(shape + 1 + power) - special.gammaln(shape + 1)
            logarithm = moment + power * np.log(t / shape) - (shape + 1 + power) * np.log1p(rate * t / shape)
        taught = taught + weight * np.exp(logarithm)
        untaught = untaught - weight * (np.exp(logarithm) if power else np.expm1(logarithm))
    return taught, untaught


def _skills(law: str, taught: Floats, untaught: Floats) -> Floats:
    """Return log lambda(1 - T)."""
    kind = law[: law.index("(")]
    if kind == "polynomial":
        return _polynomial({int(degree): float(weight) for weight, degree in re.findall(r"([\d.]+)\*x\^(\d+)", law)}, untaught)
    if kind == "mixture":
        return _polynomial({int(numbers[0]): weight for weight, numbers in _parts(law)}, untaught)
    first, *others = _numbers(law)
    if kind == "regular":
        return _polynomial({int(first): 1.0}, untaught)
    if kind == "zipf":
        return _polynomial({k: k**-first for k in range(int(others[0]), int(others[1]) + 1)}, untaught)
    if kind == "poisson":
        return -first * taught
    if kind == "binomial":
        return (first - 1) * np.log1p(-others[0] * taught)
    if kind in ("negative_binomial", "geometric"):
        shape = others[0] if others else 1.0
        return -(shape + 1) * np.log1p(first * taught / shape)
    return _popular(kind, first, others[0])(np.log(np.maximum(taught, 1e-12)))


def _polynomial(weights: dict[int, float], at: Floats) -> Floats:
    edges = np.array([k * weight for k, weight in weights.items()])
    powers = np.array([(k - 1) * np.log(at) if k > 1 else 0 * at for k in weights])
    return special.logsumexp(powers, b=(edges / edges.sum())[:, None], axis=0)


@cache
def _popular(kind: str, mean: float, shape: float) -> CubicSpline:
    """Return log E[W e^{-sW}], s = mean T, as a function of log T: by mpmath's exponential integral, or by the trapezoidal rule."""
    z = np.linspace(-12, 12, 1201)

    def moment(s: float) -> float:
        if kind == "pareto":
            return float(shape * (1 - 1 / shape) * mpmath.expint(shape, (1 - 1 / shape) * s))
        return float(np.mean(np.exp(-z * z / 2 - s * np.exp(shape * z + shape**2 / 2))) * 24 * 1201 / 1200 / np.sqrt(2 * np.pi))

    places = np.linspace(np.log(1e-12), 0, 400)
    return CubicSpline(places, [np.log(moment(mean * np.exp(place))) for place in places])
