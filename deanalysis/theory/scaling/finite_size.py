"""Graphs of finite size: the chance that learning gets stuck, near a jump; and its constants, of Brownian motion with a parabolic drift."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import erfc, sqrt
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...balls.numbers import Number
from ...checks import check_count
from ...errors import InputError
from ...model.exact import Value, exact_number
from ...model.formula import latex
from ...model.symbols import letter
from ...record import Record
from ..evolution.thresholds.find import AtThreshold
from .equations.fluctuations import Fluctuations

_FEWEST, _MOST = 10, 10**12

_NODES, _REACH, _START, _TURN = 200, 14.0, -1.7, np.exp(2j * np.pi / 3)
_WIDEST, _FARTHEST, _FREQUENCY = 6.5, 4.0, 30.0
"""Nodes of Gauss and Legendre, and where integrals are cut off, for milliseconds: with 300 nodes, or cut off a fifth further out, E Z and
E |t*| are the same to 11 digits, Var Z to 6."""

Floats = NDArray[np.float64]


def check_size(skills: Any, argument: str) -> int:
    """Return a number of skills if the law is one of graphs so large.

    >>> check_size(10, "skills")
    10
    """
    return check_count(skills, _FEWEST, _MOST, argument)


@dataclass(frozen=True)
class FiniteSize(Record):
    """P(stuck) = Q(sqrt(n) (s (p - p*) - beta n^{-2/3})/alpha_n) on graphs of n skills, alpha_n^2 = alpha^2 + kappa n^{-1/3}.

    Stuck: learning stops before the jump at p*; s = 1 where it gets easier with p (`learned_side` 'above'), else -1; Q is the tail of the
    normal law. `alpha` is the width n^{-1/2} (alpha^2 = Var W/W_p^2, see `equations.fluctuations`), `beta` the shift n^{-2/3}, Omega =
    E max(B(t) - t^2/2) times `beta_over_omega`, and `kappa` the next order of the width (heuristic). `alpha_fixed` is alpha where degrees
    come in exact proportion and the number of edges is fixed, as in ensembles of LDPC codes; `alpha` is that of the graphs that are
    simulated. `residue` is zeta at the jump, of which at least half is left in a graph that is stuck.
    """

    parameter: str
    threshold: Number
    learned_side: str
    alpha: Number
    alpha_fixed: Number
    beta_over_omega: Number
    residue: Number

    ALSO: ClassVar = {"omega": "omega", "beta": "beta", "kappa": "kappa"}

    @property
    def omega(self) -> float:
        """Omega = E Z."""
        return mean_largest()

    @property
    def beta(self) -> float:
        """Omega times `beta_over_omega`."""
        return mean_largest() * float(self.beta_over_omega)

    @property
    def kappa(self) -> float:
        """(Var Z - E |t*|) `beta_over_omega`^2, Z = max (B(t) - t^2/2), reached at t*."""
        return next_order() * float(self.beta_over_omega) ** 2

    def stuck(self, value: Value, skills: int, *, fixed: bool = False) -> float:
        """Return the chance to get stuck where the parameter has a value, on graphs of so many skills (10 to 10^12).

        `fixed`: with degrees in exact proportion. Raises `InputError` where there are so few skills that alpha_n^2 is negative.
        """
        width = self.width(skills, fixed=fixed)
        distance = (1 if self.learned_side == "above" else -1) * (float(exact_number(value, self.parameter)) - float(self.threshold))
        return erfc((distance - self.beta * skills ** (-2 / 3)) / (width * sqrt(2))) / 2

    def value_at(self, chance: float, skills: int, *, fixed: bool = False) -> float:
        """Return the value of the parameter at which a share `chance` of the graphs gets stuck."""
        from scipy.special import ndtri

        if not 0 < chance < 1:
            raise InputError("the chance to get stuck", "must lie between 0 and 1", given=chance)
        width = self.width(skills, fixed=fixed)
        distance = self.beta * skills ** (-2 / 3) - float(ndtri(chance)) * width
        return float(self.threshold) + (distance if self.learned_side == "above" else -distance)

    def width(self, skills: int, *, fixed: bool = False) -> float:
        """Return alpha_n n^{-1/2}."""
        skills = check_size(skills, "skills")
        if not self.holds(skills, fixed=fixed):
            raise InputError("skills", "must be larger for this law of finite size", given=skills)
        return sqrt(self._square(skills, fixed) / skills)

    def holds(self, skills: int, *, fixed: bool = False) -> bool:
        """Whether there are so many skills that alpha_n^2 is positive."""
        return self._square(skills, fixed) > 0

    def _square(self, skills: int, fixed: bool) -> float:
        """Return alpha_n^2."""
        return float(self.alpha_fixed if fixed else self.alpha) ** 2 + self.kappa * skills ** (-1 / 3)

    def __repr__(self) -> str:
        return f"<finite size at {self.parameter}* = {self.threshold}: alpha = {self.alpha}, beta = {self.beta:.9g}>"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex}$"

    @property
    def latex(self) -> str:
        """The law as LaTeX, with its numbers."""
        name, sign = latex(letter(self.parameter)), "" if self.learned_side == "above" else "-"
        inside = rf"{sign}({name} - {float(self.threshold):.6g}) - {self.beta:.6g}\, n^{{-2/3}}"
        return rf"P = Q\left(\sqrt{{n}}\,\frac{{{inside}}}{{{float(self.alpha):.6g}}}\right)"


def finite_size(place: AtThreshold, digits: int) -> FiniteSize:
    """Return the law of finite size at a jump.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("ldpc(3,6)")
    >>> evolution = DensityEvolution(model.ensemble, model.learner)
    >>> finite_size(AtThreshold(evolution, evolution.thresholds("eps", digits=40).emergence[0]), 15)
    <finite size at eps* = 0.429439814419492: alpha = 0.560354739214426, beta = 0.614599993>
    """
    drawn, fixed = (Fluctuations(place.equation, place.parameter, way) for way in (False, True))
    formulas = drawn.alpha, fixed.alpha, drawn.beta_over_omega
    alpha, alpha_fixed, shift = (place.number(place.easier * formula, digits) for formula in formulas)
    residue = place.number(place.equation.novel, digits)
    value = place.number(place.parameter, digits)
    side = place.threshold.learned_side
    return FiniteSize(place.threshold.parameter, value, side, alpha, alpha_fixed, shift, residue)


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
    chance: Floats = (inside * _TURN / 1j).real @ weights
    return chance


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
