"""Curves of known models by routes of their own: density evolution iterated round by round, its fixed points by closed forms, and noise."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc, lambertw

from deanalysis.measured.least_squares.intervals import Interval
from deanalysis.measured.results import CurveFit

Floats = NDArray[np.float64]
Novel = Callable[[Floats], Floats]
"""The chance that the skill at the end of a random edge is novel, by the mean number of times that it is taught."""

ROUNDS = 200_000
OMEGA = 0.9961930199  # the parabolic-drift constant (theory, section 5)


def alike(taught: Floats) -> Floats:
    """Skills of one popularity."""
    return np.exp(-taught)


def gamma(shape: float) -> Novel:
    """E[W e^{-sW}] for Gamma popularities."""
    return lambda taught: (1 + taught / shape) ** -(shape + 1)


def pareto(exponent: float, room: float = 1.0) -> Novel:
    """E[W e^{-sW}] for Pareto's popularities; with room for a share of the skills, the others are novel for good."""
    power = 4 * exponent / (exponent - 1)
    points, weights = np.polynomial.legendre.leggauss(200)
    share = room * ((points + 1) / 2) ** power
    popularity = (1 - 1 / exponent) * share ** (-1 / exponent)
    mass = popularity * room * power * ((points + 1) / 2) ** (power - 1) * weights / 2
    return lambda taught: 1 - mass.sum() + np.exp(-np.multiply.outer(taught, popularity)) @ mass


def log_normal(sigma: float) -> Novel:
    """E[W e^{-sW}] for log-normal popularities."""
    points, weights = np.polynomial.hermite_e.hermegauss(120)
    popularity = np.exp(sigma * points + sigma**2 / 2)
    return lambda taught: np.exp(-np.multiply.outer(taught, popularity)) @ (weights / weights.sum())


def with_room(room: float) -> Novel:
    """Skills of one popularity, a share of which a learner has room for."""
    return lambda taught: 1 - room + room * np.exp(-taught)


def states(c: float, ratios: Floats, novel: Novel = alike, s: int = 1, start: float = 1.0, rounds: int = ROUNDS) -> Floats:
    """Return q after so many rounds of density evolution that it has stopped."""
    q = np.full(np.shape(ratios), start)
    for _ in range(rounds):
        teaching = np.exp(-c * q) * sum((c * q) ** k / factorial(k) for k in range(s))
        before, q = q, novel(c * ratios * teaching)
        if np.max(np.abs(q - before)) < 1e-15:
            break
    return q


def understood(c: float, ratios: Floats, novel: Novel = alike, s: int = 1) -> Floats:
    """Return 1 - P_test."""
    return np.exp(-c * states(c, ratios, novel, s))


def jump(c: float) -> tuple[float, float]:
    """Return R and q at the emergence of the paper's model: R* = (u/c) e^{1/u}, u = -W_0(-1/c), q* = e^{-u} (theory, section 4)."""
    u = -float(lambertw(-1 / c).real)
    return u / c * float(np.exp(1 / u)), float(np.exp(-u))


def emergence(c: float) -> float:
    """Return R at the emergence of the paper's model, or where log R = log t + c e^{-t} - log c grows least with log t, at t = 1."""
    return jump(c)[0] if c > np.e else float(np.exp(c / np.e)) / c


def gamma_emergence(c: float, shape: float) -> float:
    """Return R where log R = log t + c (1 + t/k)^-(k+1) - log c grows least with log t, at t = k/(k+1)."""
    t = shape / (shape + 1)
    return t / c * float(np.exp(c * gamma(shape)(np.array(t))))


def stuck(c: float, ratios: Floats, skills: float) -> Floats:
    """Return P(stuck) of the paper's model by the law of section 5, alpha^2 with its next order; the number of texts is fixed."""
    ratio, q = jump(c)
    u = -np.log(q)
    slope = (c * (1 - u)) ** (1 / 3)
    beta = OMEGA * u * np.exp(1 / u) / slope
    alpha = (c * ratio) ** 2 * q * (1 - q) - ratio - 0.3218 * (c * ratio) ** 2 / slope**2 * skills ** (-1 / 3)
    return np.asarray(erfc(np.sqrt(skills / alpha / 2) * (ratios - ratio - beta * skills ** (-2 / 3))) / 2)


def finite(c: float, ratios: Floats, skills: float) -> Floats:
    """Return the mean over graphs of so many skills: stuck ones are at the largest fixed point or that of the jump, others at the least."""
    ratio, q = jump(c)
    before = np.where(ratios < ratio, states(c, np.minimum(ratios, ratio * (1 - 1e-6))), q)
    past, chance = states(c, ratios, start=0.0), stuck(c, ratios, skills)
    return chance * np.exp(-c * before) + (1 - chance) * np.exp(-c * past)


@dataclass(frozen=True)
class Known:
    """Curves of a known model: for each group 1 - P_test of x, x itself, and the standard error; how to fit them, and what is true."""

    curves: dict[str, Callable[[Floats], Floats]]
    x: Floats
    error: float
    options: dict[str, Any]
    true: dict[str, float]
    own: dict[str, dict[str, float]] = field(default_factory=dict)
    guess: float = 0.0
    near: dict[str, float] = field(default_factory=dict)

    @property
    def every(self) -> dict[str, float]:
        """All parameters; those of one curve are called NAME of CURVE."""
        return self.true | {f"{name} of {curve}": value for curve, own in self.own.items() for name, value in own.items()}

    def drawn(self, seed: int) -> dict[str, list[Any]]:
        """Return a table of measurements with Gaussian noise."""
        rng = np.random.default_rng(seed)
        table: dict[str, list[Any]] = {"group": [], "x": [], "y": [], "error": []}
        for group, clean in self.clean.items():
            table["group"] += [group] * len(self.x)
            table["x"] += self.x.tolist()
            table["y"] += (clean + rng.normal(0, self.error, len(self.x))).tolist()
            table["error"] += [self.error] * len(self.x)
        return table

    @property
    def clean(self) -> dict[str, Floats]:
        """The curves without noise."""
        return {group: self.guess + (1 - self.guess) * _kept(curve, tuple(self.x)) for group, curve in self.curves.items()}


def interval_of(fit: CurveFit, parameter: str) -> Interval:
    """Return the interval of a parameter, of all curves or of one."""
    name, _, curve = parameter.partition(" of ")
    return fit.groups[curve][name] if curve else fit.parameters[name]


def holds(interval: Interval, value: float) -> bool:
    """Whether a value lies in an interval, which may be open."""
    return (interval.low is None or interval.low <= value) and (interval.high is None or value <= interval.high)


@cache
def _kept(curve: Callable[[Floats], Floats], x: tuple[float, ...]) -> Floats:
    return curve(np.array(x))


def _of_paper(c: float, scale: float, **more: float) -> dict[str, float]:
    return {"c": c, "scale": scale, "emergence": scale * emergence(c), **more}


KNOWN = {
    "gradual": Known(
        {"": lambda x: understood(2.0, x / 200)},
        np.geomspace(10, 3000, 30),
        0.01,
        {"models": "paper"},
        _of_paper(2.0, 200.0, guess=0.25),
        guess=0.25,
    ),
    "jump": Known(
        {"": lambda x: understood(5.0, x / 200)},
        np.linspace(25, 1000, 40),
        0.01,
        {"models": "paper", "guess": 0.0},
        _of_paper(5.0, 200.0),
        near={"scale": 0.25, "c": 0.1},
    ),
    "popularity": Known(
        {"": lambda x: understood(3.0, x / 200, gamma(1.5))},
        np.geomspace(10, 10_000, 30),
        0.01,
        {"models": "gamma", "guess": 0.0},
        {"c": 3.0, "shape": 1.5, "scale": 200.0, "emergence": 200 * gamma_emergence(3.0, 1.5)},
        near={"shape": 0.2},
    ),
    "room": Known(
        {
            "small": lambda x: understood(3.0, x / 200, with_room(0.5)),
            "middle": lambda x: understood(3.0, x / 200, with_room(0.7)),
            "large": lambda x: understood(3.0, x / 200, with_room(0.9)),
        },
        np.geomspace(10, 10_000, 25),
        0.01,
        {"models": "paper+room", "guess": 0.0},
        _of_paper(3.0, 200.0),
        {"small": {"room": 0.5}, "middle": {"room": 0.7}, "large": {"room": 0.9}},
    ),
    "two groups": Known(
        {"fast": lambda x: understood(3.5, x / 100), "slow": lambda x: understood(3.5, x / 300)},
        np.geomspace(10, 3000, 30),
        0.01,
        {"models": "paper", "guess": 0.0, "own": "scale"},
        {"c": 3.5},
        {group: {"scale": scale, "emergence": scale * emergence(3.5)} for group, scale in (("fast", 100.0), ("slow", 300.0))},
    ),
    "finite size": Known(
        {"": lambda x: finite(5.0, x / 200, 2000)},
        np.linspace(300, 700, 40),
        0.01,
        {"models": "paper", "guess": 0.0, "skills": "fit"},
        _of_paper(5.0, 200.0, skills=2000.0),
        near={"scale": 0.25, "c": 0.1, "skills": 0.2},
    ),
}
"""The six models that fits have to recover."""

_EVEN, _BY_FACTORS = np.linspace(25, 1000, 40), np.geomspace(10, 10_000, 40)
ERROR_OF_OTHERS = 0.005
OTHERS = {
    "falls again": (_BY_FACTORS, 0.6 / (1 + (200 / _BY_FACTORS) ** 2) - 0.1 * np.clip(np.log(_BY_FACTORS / 1000), 0, None)),
    "oscillates": (_EVEN, 0.5 + 0.1 * np.sin(_EVEN / 60)),
    "two steps": (_BY_FACTORS, 0.4 / (1 + (100 / _BY_FACTORS) ** 6) + 0.4 / (1 + (2000 / _BY_FACTORS) ** 6)),
    "exponential saturation": (_BY_FACTORS, 1 - np.exp(-_BY_FACTORS / 300)),
    "logistic": (_BY_FACTORS, 0.8 / (1 + (300 / _BY_FACTORS) ** 2)),
    "straight line": (_EVEN, 0.05 + 0.9 * _EVEN / 1000),
}
"""Curves of other kinds: x, and y without noise."""
