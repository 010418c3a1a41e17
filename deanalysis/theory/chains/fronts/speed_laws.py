"""How the speed of a front vanishes at the potential threshold: its slope there, by the front's own profile and as an integral."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import sympy as sp

from ....balls.numbers import Number
from ....balls.numerical.floats import compile_floats
from ....balls.numerical.roots import in_common
from ....errors import InputError
from ....model.chains import Chain
from ....model.degrees import Ensemble
from ....model.formula import Formula
from ....model.symbols import q
from ....record import ALWAYS, Record, Table
from ...evolution.answers import Status
from ...evolution.equations.density_evolution import FixedPointEquation
from ...evolution.search import Question, Range
from ...evolution.thresholds.find import thresholds
from ...evolution.thresholds.results import Threshold
from .equations import ChainEnergy, ahead, behind
from .rounds import ChainRounds
from .waves import Front

_WINDOWS = 12, 24, 48
"""Windows in which the profile is had, each twice the one before: what falls as 1/W^2 is taken out of each pair."""
_ROUNDS = 2000
"""Rounds for a profile to settle in; some tens are needed."""
_DIGITS = 8
"""Digits of a slope."""


@dataclass(frozen=True)
class SpeedLaw(Record):
    """The speed of a front near a potential threshold p*: v ~ slope (p - p*), in topics per round, for a uniform chain.

    slope = (W^2 - 1)^(1/2) d(U(q_1) - U(q_0))/dp / int g'(x) (dx/dz)^2 dz, where x is the profile of the standing front and z counts
    windows (see `ChainEnergy`). `wide` is the slope with the integral for wide fronts in its place, which is `formula`: it is too large
    where the front is about as narrow as the window. At finite W the front stands as long as the lattice pins it, next to p*.
    """

    parameter: str
    threshold: Number
    slope: Number
    wide: Number
    formula: Formula
    status: Status = field(default=Status.NUMERICAL, metadata=ALWAYS)

    def speed(self, value: float) -> float:
        """Return the speed to leading order at a value of the letter."""
        return float(self.slope) * (value - float(self.threshold))

    def table(self) -> Table:
        """Return the numbers."""
        name = self.parameter
        rows = [(f"{name}*", self.threshold), (f"slope in {name}", self.slope), ("as of a wide front", self.wide)]
        return Table((), rows, (self.status,))

    def __repr__(self) -> str:
        return f"<speed ~ {self.slope} ({self.parameter} - {float(self.threshold):.6g}); {self.status}>"

    def _repr_latex_(self) -> str:
        return f"$v \\sim {self.formula.latex}$"


def speed_laws(chain: Chain, parameter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], search: Range | None = None) -> list[SpeedLaw]:
    """Return the law of the speed at each potential threshold of one topic along a letter; none where there is no such threshold.

    Raises `InputError` for chains that are not uniform, of a protograph, or without a window.

    >>> from deanalysis import R, c, load_model
    >>> speed_laws(load_model("chain(paper, 50, 3)").ensemble, R, {c: sp.Integer(5)})
    [<speed ~ 1.27302 (R - 1); numerical>]
    """
    if not isinstance(chain.ensemble, Ensemble) or chain.coupling != "uniform" or chain.window == 1:
        raise InputError("the speed near its zero", "is known of uniform chains with a window of 2 topics or more", given=str(chain))
    equation = FixedPointEquation(chain.ensemble.bind(values), chain.learner.bind(values))
    found = thresholds(Question(equation, parameter, {}, search=search), "potential")
    return [_law(chain.bind(values), ChainEnergy(equation), threshold) for threshold in found]


def _law(chain: Chain, energy: ChainEnergy, threshold: Threshold) -> SpeedLaw:
    letter = next(symbol for symbol in energy.equation.letters if symbol.name == threshold.parameter)
    assert threshold.value is not None
    value = sp.Rational(threshold.value.text)
    sides = sorted((float(threshold.fixed_point), float(threshold.lands_on)))
    rate = float(compile_floats(energy.gap_rate(letter), behind, ahead, letter)(*sides, float(value)))
    scale = rate * (chain.window**2 - 1) ** 0.5
    standing = replace(chain, topics=1, ends="open", known=0).bind({letter: value})
    sums = [_sum(replace(standing, window=window), energy.at({letter: value}), sides) for window in _WINDOWS]
    profile = [(4 * second - first) / 3 for first, second in pairwise(sums)]
    wide = _integral(energy.at({letter: value}), sides)
    slope, slope_if_wide = (in_common(scale / coarse, scale / fine, _DIGITS) for coarse, fine in (profile, wide))
    return SpeedLaw(threshold.parameter, threshold.value, slope, slope_if_wide, Formula.of(energy.speed))


def _sum(chain: Chain, energy: ChainEnergy, sides: list[float]) -> float:
    """Return (W^2 - 1)^(1/2) sum_t (g(x_(t+1)) - g(x_t)) (x_(t+1) - x_t) along the standing front, x being a text's mean of q."""
    front = Front(ChainRounds(chain), (np.array([[sides[0]]]), np.array([[sides[1]]])), 24 * chain.window)
    front.places(_ROUNDS)
    texts = np.convolve(front.state[0], np.full(chain.window, 1 / chain.window), "valid")
    taught = compile_floats(energy.equation.teaching, q)(texts)
    return float(-np.sum(np.diff(taught) * np.diff(texts)) * np.sqrt(chain.window**2 - 1))


def _integral(energy: ChainEnergy, sides: list[float]) -> tuple[float, float]:
    """Return 24^(1/2) times the integral of the density, and that with its error."""
    from scipy.integrate import quad

    density = compile_floats(energy.density, q, behind)
    with np.errstate(invalid="ignore"):
        whole, error = quad(lambda state: np.nan_to_num(density(state, sides[0])), *sides, limit=200)
    return np.sqrt(24) * whole, np.sqrt(24) * (whole + error)
