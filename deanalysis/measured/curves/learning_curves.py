"""The theory's learning curves in floats: how much of the texts is understood, against texts per skill, jumps included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ...balls.numerical.floats import compile_floats
from ...model.degrees import DegreeDistribution, Ensemble
from ...model.laws import NegativeBinomial, Poisson
from ...model.learners import SkillLearner
from ...model.popularity import LogNormal, Pareto
from ...model.symbols import R, c, letter, q, t
from ...theory.evolution.equations.curve import curve
from ...theory.evolution.equations.density_evolution import FixedPointEquation
from ...theory.training.equations import CapacityEquation
from .transforms import SPLINED, log_transform

Floats = NDArray[np.float64]

SHAPE, ROOM = letter("shape"), letter("room")
LAWS: dict[str, Callable[[sp.Expr], DegreeDistribution]] = {
    "paper": Poisson,
    "gamma": lambda mean: NegativeBinomial(mean, SHAPE),
    "pareto": lambda mean: Pareto(mean, SHAPE),
    "log_normal": lambda mean: LogNormal(mean, SHAPE),
}
"""Laws of the degrees of the skills by their mean c R: popularities that are all 1, gamma, Pareto, or log-normal."""
WITH_ROOM = ("paper", "pareto")
"""The laws whose most popular skills are of a law that is known."""

_PER_UNIT = 6
"""States of a table for each factor e; twice as many change what is understood by less than 1e-9, as all states are refined."""
_FIRST, _LAST = 1e-6, 1e8
"""States from 1e-6 e^-c, where nothing is learned yet, to 1e8, where nearly all is."""
_ZOOMS, _SHARES = 2, np.linspace(0, 1, 129)
"""A fold is known to 64^-2 of the distance of two states, by a parabola to about the square of that, as derivatives by c need it."""
_STEPS, _SETTLED = 12, 1e-11
"""Steps of the false position (Illinois), at the most, and the error of log R at which it ends; it takes about five."""
_TABLES = 4096
_LARGEST_C = 60.0
"""Skills of a text, on average, at most: then nothing is learned before R is e^59/60."""


class Bend(NamedTuple):
    """Where learning emerges: the first fold, or without one the state at which R grows least with t (both by logarithms)."""

    ratio: float
    is_jump: bool


At = tuple[float, float, float]
"""The values of c, shape and room."""


@dataclass(frozen=True)
class States:
    """States along a curve in ascending order: log t, log R and q."""

    t: Floats
    ratio: Floats
    q: Floats

    def with_one(self, place: int, t: float, ratio: float, q: float) -> States:
        """Return them with one more before a place."""
        added = ((self.t, t), (self.ratio, ratio), (self.q, q))
        return States(*(np.concatenate((many[:place], [one], many[place:])) for many, one in added))


@dataclass(frozen=True)
class Table:
    """The states of a curve. `record` marks those that are reached: each has a larger ratio than all before it.

    `first` is the place of the first fold, `fold` and `landing` those of the states before and after the largest jump, `turn` that of the
    least ratio between them; None without a jump.
    """

    states: States
    error: Floats
    record: NDArray[np.bool_]
    first: int | None = None
    fold: int | None = None
    landing: int | None = None
    turn: int | None = None


@dataclass(frozen=True)
class LearningCurve:
    """1 - P_test at the largest fixed point of density evolution, R being the texts per skill (theory, sections 1 and 5).

    `law` is one of `LAWS`; `s` the s of an s-skill learner; with `has_room` it keeps a share `room` of the skills (`CapacityEquation`).
    Parameters: c > 0, the mean number of skills of a text; `shape`, of the popularities; `room` in (0, 1].

    >>> LearningCurve().understood(np.array([1.0, 2.4, 2.5]), 5.0).round(6).tolist()
    [0.008246, 0.016731, 0.999981]
    """

    law: str = "paper"
    s: int = 1
    has_room: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.law, self.s, self.has_room)

    @cached_property
    def equation(self) -> FixedPointEquation:
        """The fixed-point equation, in the letters c, R, shape and room."""
        ensemble = Ensemble(Poisson(c), LAWS[self.law](c * R))
        learner = SkillLearner(self.s)
        return CapacityEquation.of(ensemble, learner, ROOM) if self.has_room else FixedPointEquation(ensemble, learner)

    @cached_property
    def _floats(self) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
        """q of t along the curve of fixed points, and of q the testing error and L'(1) T(q)/R, which is t/R."""
        equation = self.equation
        fall = equation.ensemble.skills.mean / R * equation.teaching
        return (
            compile_floats(curve(equation, R).q, t, c, SHAPE, ROOM),
            compile_floats(equation.testing_error, q, c, SHAPE, ROOM),
            compile_floats(fall, q, c, SHAPE, ROOM),
        )

    def novel(self, log_t: Floats, at: At) -> Floats:
        """Return q of states by log t."""
        if self.law in SPLINED:
            return np.asarray(_met(self, *at[1:]) * np.exp(log_transform(self.law, at[1])(log_t)))
        return np.asarray(self._floats[0](np.exp(log_t), *at), dtype=float)

    def met(self, at: At) -> float:
        """Return q at t = 0: the share of edges that lead to skills for which there is room."""
        return float(self._floats[0](0.0, *at))

    def with_ratios(self, log_t: Floats, left: Floats, at: At) -> States:
        """Return states of which log t and q are known."""
        return States(log_t, log_t - np.log(self._floats[2](left, *at)), left)

    def states(self, log_t: Floats, at: At) -> States:
        """Return states by log t."""
        return self.with_ratios(log_t, self.novel(log_t, at), at)

    def error(self, left: Floats, at: At) -> Floats:
        """Return the testing error of states by q."""
        return np.asarray(self._floats[1](left, *at), dtype=float)

    def table(self, c: float, shape: float = 1.0, room: float = 1.0) -> Table:
        """Return the states of a curve, its folds among them."""
        return _table(self, (float(c), float(shape), float(room)))

    def bend(self, c: float, shape: float = 1.0, room: float = 1.0) -> Bend:
        """Return the ratio at which learning emerges, or rises most steeply.

        >>> LearningCurve().bend(5.0).is_jump, round(LearningCurve().bend(5.0).ratio, 9), LearningCurve().bend(2.0).is_jump
        (True, 2.456530889, False)
        """
        return _bend(self, (float(c), float(shape), float(room)))

    def understood(self, ratios: Floats, c: float, shape: float = 1.0, room: float = 1.0) -> Floats:
        """Return 1 - P_test at ratios >= 0."""
        table = self.table(c, shape, room)
        return 1 - self.errors_on(table, table.record, ratios, (float(c), float(shape), float(room)))

    def errors_on(self, table: Table, branch: NDArray[np.bool_], ratios: Floats, at: At) -> Floats:
        """Return the testing errors on a branch, along which ratios rise; beyond its ends those at its ends."""
        with np.errstate(divide="ignore"):
            asked = np.log(np.asarray(ratios, dtype=float))
        places, states = np.flatnonzero(branch), table.states
        ends = np.searchsorted(states.ratio[places], asked)
        left = states.q[places[np.minimum(ends, len(places) - 1)]]
        inside = (ends > 0) & (ends < len(places))
        if inside.any():
            left[inside] = self.crossings(states, places[ends[inside]], asked[inside], at).q
        return self.error(left, at)

    def crossings(self, states: States, ends: NDArray[np.intp], asked: Floats, at: At) -> States:
        """Return the states between the places `ends` - 1 and `ends` at which log R is as asked, by the false position (Illinois)."""
        low, high = states.t[ends - 1], states.t[ends]
        below, above = states.ratio[ends - 1] - asked, states.ratio[ends] - asked
        side = np.zeros(len(ends))
        for _ in range(_STEPS):
            span = np.where(above > below, above - below, 1.0)
            found = self.states(high - above * (high - low) / span, at)
            value = found.ratio - asked
            if np.abs(value).max() < _SETTLED:
                break
            now = np.sign(value)
            is_low, weight, side = now < 0, np.where(now == side, 0.5, 1.0), now
            low, below = np.where(is_low, found.t, low), np.where(is_low, value, below * weight)
            high, above = np.where(is_low, high, found.t), np.where(is_low, above * weight, value)
        return found

    def quickly(self, log_ratios: Floats, c: float, shape: float = 1.0, room: float = 1.0) -> Floats:
        """Return 1 - P_test at log R by interpolation in the table, to about 1e-2: for a search over many parameters."""
        table = self.table(c, shape, room)
        return 1 - np.interp(log_ratios, table.states.ratio[table.record], table.error[table.record])


@lru_cache(maxsize=_TABLES)
def _met(law: LearningCurve, shape: float, room: float) -> float:
    return law.met((1.0, shape, room))


@lru_cache(maxsize=_TABLES)
def _novel(law: LearningCurve, shape: float) -> tuple[Floats, Floats]:
    """Return log t of a grid, and q there with room for all, which does not depend on c.

    Skills that are kept are of the same law but for its mean, which is in t: with room for less, q is in proportion to q at t = 0.
    """
    grid = np.arange(np.floor((np.log(_FIRST) - _LARGEST_C) * _PER_UNIT), np.log(_LAST) * _PER_UNIT) / _PER_UNIT
    return grid, law.novel(grid, (1.0, shape, 1.0)) / _met(law, shape, 1.0)


@lru_cache(maxsize=_TABLES)
def _table(law: LearningCurve, at: At) -> Table:
    grid, left = _novel(law, at[1])
    first = int(np.searchsorted(grid, np.log(_FIRST) - at[0]))
    states = law.with_ratios(grid[first:], left[first:] * _met(law, *at[1:]), at)
    differences = np.diff(states.ratio)
    turns = np.flatnonzero(differences[:-1] * differences[1:] < 0) + 1
    for turn in turns[::-1]:
        sign = 1 if differences[turn - 1] > 0 else -1
        found = _turn(law, states.t[turn - 1], states.t[turn + 1], sign, at)
        states = states.with_one(int(np.searchsorted(states.t, found.t[0])), found.t[0], found.ratio[0], found.q[0])
        if sign > 0:
            states = _landed(law, states, found.t[0], at)
    record = states.ratio >= np.maximum.accumulate(states.ratio)
    table = Table(states, law.error(states.q, at), record)
    return _with_jump(table) if len(turns) else table


@lru_cache(maxsize=_TABLES)
def _bend(law: LearningCurve, at: At) -> Bend:
    table = _table(law, at)
    return _least_growth(law, table.states, at) if table.first is None else Bend(float(np.exp(table.states.ratio[table.first])), True)


def _least_growth(law: LearningCurve, states: States, at: At) -> Bend:
    """Return the place where log R grows least with log t: the largest of a grid, and of a finer one around it, by a parabola."""
    for _ in range(2):
        growth = np.diff(states.ratio)
        place = min(max(int(np.argmin(growth)), 1), len(growth) - 2)
        before, here, after = growth[place - 1 : place + 2]
        around = states.t[place - 1 : place + 3]
        states = law.states(around[0] + (around[-1] - around[0]) * _SHARES, at)
    middle = (around[1] + around[2]) / 2 + _vertex(before, here, after, -1) * (around[2] - around[1])
    return Bend(float(np.exp(law.states(np.array([middle]), at).ratio[0])), False)


def _turn(law: LearningCurve, low: float, high: float, sign: int, at: At) -> States:
    """Return the state between two others at which R is largest (`sign` 1) or least (-1)."""
    for _ in range(_ZOOMS):
        states = law.states(low + (high - low) * _SHARES, at)
        best = min(max(int(np.argmax(sign * states.ratio)), 1), len(_SHARES) - 2)
        low, high = states.t[best - 1], states.t[best + 1]
    before, here, after = states.ratio[best - 1 : best + 2]
    shift = _vertex(before, here, after, sign)
    return law.states(np.array([states.t[best] + shift * (high - low) / 2]), at)


def _vertex(before: float, here: float, after: float, sign: int) -> float:
    """Return where a parabola by its values at -1, 0 and 1 is largest (`sign` 1) or least (-1), from -1 to 1; else 0."""
    bent = before - 2 * here + after
    return min(max((before - after) / (2 * bent), -1.0), 1.0) if sign * bent < 0 else 0.0


def _landed(law: LearningCurve, states: States, fold: float, at: At) -> States:
    """Add the state at which learning stops again after the jump at a fold: where R is next as large as there."""
    place = int(np.searchsorted(states.t, fold))
    later = np.flatnonzero(states.ratio[place + 1 :] > states.ratio[place])
    if not len(later):
        return states
    end = place + 1 + int(later[0])
    landing = law.crossings(states, np.array([end]), states.ratio[place : place + 1], at)
    return states.with_one(end, landing.t[0], np.nextafter(states.ratio[place], np.inf), landing.q[0])


def _with_jump(table: Table) -> Table:
    """Find the first fold, and the states around the largest jump that lands: neighbouring records with other states between them."""
    folds = np.flatnonzero(table.record[:-1] & ~table.record[1:])
    table = replace(table, first=int(folds[0]) if len(folds) else None)
    places = np.flatnonzero(table.record)
    gaps = np.flatnonzero(np.diff(places) > 1)
    if not len(gaps):
        return table
    best = gaps[np.argmax(table.error[places[gaps]] - table.error[places[gaps + 1]])]
    fold, landing = int(places[best]), int(places[best + 1])
    return replace(table, fold=fold, landing=landing, turn=fold + int(np.argmin(table.states.ratio[fold : landing + 1])))
