"""Intervals by profile likelihood: the values of a parameter at which chi-square, least over all others, rises by no more than so much."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Protocol

import numpy as np

from ..curves.forms import Theory
from ..curves.parameters import Parameter
from .problem import STEP, Floats, Problem, Tie
from .search import moved

_GROWTH, _MOST_STEPS = 1.6, 40
"""A step that stays within the rise is made so many times longer; 40 of them cross any domain."""
_SETTLED = 0.01
"""Least squares along a profile ends where a step lowers chi^2 by less than this share of the rise."""
_REFINED, _NEAR, _NARROW = 12, 0.04, 0.005
"""Steps by which an end is found at most, how near to it the rise has to be, and how narrow, beside the interval, what holds it."""
_TINY = 1e-100
_BETTER = 1e-3
"""Chi-square that is lower by so much is another minimum, not rounding."""
_HELD = 1e-6
"""An axis that is farther off is not at the value that was asked for."""
_MOST, _FIRST, _LONGEST, _FOUND = 20, 1e-3, 0.3, 1e-10
"""Secants that find log c at a scale: how many, the first and the longest step, and how near the scale has to be; four are usual."""


class LowerError(Exception):
    """On the way a lower chi-square was found, at the coordinates `at`."""

    def __init__(self, at: Floats, least: float) -> None:
        super().__init__()
        self.at, self.least = at, least


class Axis(Protocol):
    """A function of the coordinates of a problem, along which chi^2 is followed."""

    @property
    def parameter(self) -> Parameter:
        """What it is, with its domain."""
        ...

    def of(self, at: Floats) -> float:
        """Return its coordinate."""
        ...

    def slopes(self, at: Floats) -> Floats:
        """Return its derivatives by the coordinates."""
        ...

    def tie(self, near: Floats, value: float) -> Tie:
        """Return what holds it at a value, near some coordinates."""
        ...


@dataclass(frozen=True)
class ParameterAxis:
    """A parameter itself."""

    problem: Problem
    place: int

    @property
    def parameter(self) -> Parameter:
        """The parameter."""
        return self.problem.slots[self.place].parameter

    def of(self, at: Floats) -> float:
        """Return its coordinate."""
        return float(at[self.place])

    def slopes(self, at: Floats) -> Floats:
        """Return 1 for itself."""
        return np.eye(len(at))[self.place]

    def tie(self, near: Floats, value: float) -> Tie:
        """Return what fixes the parameter."""
        return Tie(self.place, lambda at: value)


@dataclass(frozen=True)
class ScaleAxis:
    """The scale of a curve: log scale = log emergence - log R*, where R* is the ratio at which the curve emerges.

    Where the curve jumps, points on both sides hold the jump between them and c follows from the scale; else the emergence follows.
    """

    problem: Problem
    curve: int

    @property
    def parameter(self) -> Parameter:
        """The scale, in the domain of the emergence."""
        place = self.problem.place_of("emergence", self.curve)
        return self.problem.slots[place].parameter

    def of(self, at: Floats) -> float:
        """Return log scale."""
        return float(at[self.problem.place_of("emergence", self.curve)]) - self._log_bend(at)

    def slopes(self, at: Floats) -> Floats:
        """Return differences."""
        here = self.of(at)
        return np.array([self.of(at + STEP * unit) - here for unit in np.eye(len(at))]) / STEP

    def tie(self, near: Floats, value: float) -> Tie:
        """Return what makes c, or the emergence, follow."""
        if self.problem.is_sharp(near, self.curve):
            place = self.problem.place_of("c", self.curve)
            return Tie(place, lambda at: self._c_at(at, place, value))
        place = self.problem.place_of("emergence", self.curve)
        return Tie(place, lambda at: value + self._log_bend(at))

    def _log_bend(self, at: Floats) -> float:
        form = self.problem.form
        assert isinstance(form, Theory)
        return log(form.bend(self.problem.values(at, self.curve))[0])

    def _c_at(self, at: Floats, place: int, value: float) -> float:
        """Return the coordinate of c at which log R* is so much below the emergence, by secants."""
        moved, missing, step = at.copy(), self.of(at) - value, _FIRST
        for _ in range(_MOST):
            if abs(missing) < _FOUND:
                break
            moved[place] += step
            before, missing = missing, self.of(moved) - value
            slope = (missing - before) / step
            step = min(max(-missing / slope, -_LONGEST), _LONGEST) if slope < 0 else _FIRST
        return float(moved[place])


@dataclass(frozen=True)
class Profile:
    """chi^2 along an axis, least over all else: its `least` value is `at`; an interval ends where it has risen by so much.

    `strict`: a lower chi^2 that is met raises `LowerError`; else it counts as no rise.
    """

    problem: Problem
    axis: Axis
    at: Floats
    least: float
    rise: float
    strict: bool = True

    def interval(self) -> tuple[float | None, float | None]:
        """Return the least and the largest coordinate at which chi^2 is within the rise; None where it is up to an end of the search."""
        step, along = self._first_step()
        return self._end(-step, along), self._end(step, along)

    def _first_step(self) -> tuple[float, Floats]:
        """Return where chi^2 would have risen by so much, were it quadratic, and how coordinates move along; jumps stay between points."""
        low, high = self.axis.parameter.ends
        width = high - low
        gaps = {place: gap for place in range(len(self.at)) if (gap := self._gap(place))}
        if isinstance(self.axis, ParameterAxis) and self.axis.place in gaps:
            return gaps[self.axis.place], self.axis.slopes(self.at)
        jacobian, slopes = self.problem.jacobian(self.at), self.axis.slopes(self.at)
        scale = np.sqrt((jacobian**2).sum(axis=0)) + _TINY
        scale[self.problem.pressed(self.at) & (slopes == 0)] = np.inf
        scale[list(gaps)] = np.inf
        inverse = np.linalg.pinv((jacobian / scale).T @ (jacobian / scale), rcond=1e-10) / np.outer(scale, scale)
        variance = max(float(slopes @ inverse @ slopes), _TINY)
        step = float(np.clip((self.rise * variance) ** 0.5, 1e-6 * width, 0.2 * width))
        return step, np.asarray(inverse @ slopes / variance)

    def _gap(self, place: int) -> float:
        """Return the distance of the points between which a jump lies; 0 where a coordinate is not that of a jump."""
        if self.problem.slots[place].name != self.problem.form.location:
            return 0.0
        points = self.problem.passes(self.at, place)
        gap = int(np.searchsorted(points, self.at[place]))
        return float(points[gap] - points[gap - 1]) if 1 <= gap < len(points) else 0.0

    def _end(self, step: float, along: Floats) -> float | None:
        """Return the coordinate beyond which chi^2 has risen by so much, in the direction of a first step."""
        parameter, start = self.axis.parameter, self.axis.of(self.at)
        limit, natural = (parameter.ends[0], 0) if step < 0 else (parameter.ends[1], 1)
        inside, near, gained = start, self.at, 0.0
        for _ in range(_MOST_STEPS):
            outside = inside + step
            if abs(outside - start) >= abs(limit - start):
                outside = limit
            here, excess = self._profiled(near, along, outside)
            if abs(excess - self.rise) < _NEAR * self.rise:
                return outside
            if excess >= self.rise:
                return self._between(near, along, (inside, gained), (outside, excess))
            if outside == limit:
                return float(limit) if parameter.natural[natural] else None
            inside, near, gained, step = outside, here, excess, step * _GROWTH
        return None

    def _between(self, near: Floats, along: Floats, inside: tuple[float, float], outside: tuple[float, float]) -> float | None:
        """Return where chi^2 has risen by so much, between a coordinate at which it has not and one at which it has.

        None where the others come to their ends before.
        """
        start = self.axis.of(self.at)
        for _ in range(_REFINED):
            (low, below), (high, above) = inside, outside
            if abs(high - low) < _NARROW * abs(high - start):
                break
            share = (self.rise**0.5 - below**0.5) / (above**0.5 - below**0.5) if above < 9 * self.rise else 0.5
            middle = low + (high - low) * float(np.clip(share, 0.1, 0.9))
            here, excess = self._profiled(near, along, middle)
            if abs(excess - self.rise) < _NEAR * self.rise:
                return middle
            if excess >= self.rise:
                outside = middle, excess
            else:
                inside, near = (middle, excess), here
        return outside[0] if np.isfinite(outside[1]) else None

    def _profiled(self, near: Floats, along: Floats, value: float) -> tuple[Floats, float]:
        """Return where chi^2 is least with the axis at a value, and by how much it is more than the least of all."""
        tie = self.axis.tie(near, value)
        start = tie.tied(near + along * (value - self.axis.of(near)))
        settled = _SETTLED * self.rise / max(self.least, self.rise)
        found = self.problem.solve(start, tie, settled)
        if found[1] - self.least >= self.rise:
            found = moved(self.problem, *found, tie, settled)
        if abs(self.axis.of(found[0]) - value) > _HELD:
            return near, np.inf
        if self.strict and found[1] < self.least - _BETTER:
            raise LowerError(*found)
        return found[0], max(found[1] - self.least, 0.0)
