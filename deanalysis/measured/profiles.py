"""Intervals by profile likelihood: the values of a parameter at which chi-square, least over all others, rises by no more than so much."""

from __future__ import annotations

import numpy as np

from .problem import Floats, Problem
from .search import moved

_GROWTH, _MOST_STEPS = 1.6, 40
"""A step that stays within the rise is made so many times longer; 40 of them cross any domain."""
_SETTLED = 0.01
"""Least squares along a profile ends where a step lowers chi^2 by less than this share of the rise."""
_REFINED, _NEAR = 6, 0.04
"""Steps by which an end is found at most, and how near to it the rise has to be: ends are known to a hundredth of the interval's width."""
_TINY = 1e-200
_BETTER = 1e-3
"""Chi-square that is lower by so much is another minimum, not rounding."""


class LowerError(Exception):
    """On the way a lower chi-square was found, at the coordinates `at`."""

    def __init__(self, at: Floats, least: float) -> None:
        super().__init__()
        self.at, self.least = at, least


def profile_interval(problem: Problem, at: Floats, least: float, place: int, rise: float) -> tuple[float | None, float | None]:
    """Return the least and the largest coordinate of one parameter at which chi^2 is within `rise` of its least value.

    None where that holds up to an end of the search that is no natural one. Raises `LowerError` where a lower chi^2 is met.
    """
    step, along = _first_step(problem, at, place, rise)
    low, high = (_end(problem, at, least, place, rise, sense * step, along) for sense in (-1, 1))
    return low, high


def _first_step(problem: Problem, at: Floats, place: int, rise: float) -> tuple[float, Floats]:
    """Return where chi^2 would have risen by so much, were it quadratic, and how the others move with the coordinate."""
    low, high = problem.bounds
    moving = ~problem.pressed(at)
    moving[place] = True
    slopes = problem.jacobian(at)[:, moving]
    scale = np.sqrt((slopes**2).sum(axis=0)) + _TINY
    inverse = np.linalg.pinv((slopes / scale).T @ (slopes / scale), rcond=1e-10) / np.outer(scale, scale)
    column = inverse[:, int(np.count_nonzero(moving[:place]))]
    variance = max(float(column[np.count_nonzero(moving[:place])]), _TINY)
    along = np.zeros(len(at))
    along[moving] = column / variance
    step = np.sqrt(rise * variance)
    return float(np.clip(step, 1e-6 * (high - low)[place], 0.2 * (high - low)[place])), along


def _end(problem: Problem, at: Floats, least: float, place: int, rise: float, step: float, along: Floats) -> float | None:
    """Return the coordinate beyond which chi^2 has risen by so much, in the direction of a first step."""
    limits = problem.bounds[0][place], problem.bounds[1][place]
    limit, natural = (limits[0], 0) if step < 0 else (limits[1], 1)
    inside, near, gained = at[place], at, 0.0
    for _ in range(_MOST_STEPS):
        outside = inside + step
        if abs(outside - at[place]) >= abs(limit - at[place]):
            outside = limit
        here, excess = _profiled(problem, near + along * (outside - near[place]), least, place, outside, rise)
        if abs(excess - rise) < _NEAR * rise:
            return outside
        if excess >= rise:
            return _between(problem, near, least, place, rise, (inside, gained), (outside, excess))
        if outside == limit:
            return float(limit) if problem.slots[place].parameter.natural[natural] else None
        inside, near, gained, step = outside, here, excess, step * _GROWTH
    return None


def _between(
    problem: Problem, near: Floats, least: float, place: int, rise: float, inside: tuple[float, float], outside: tuple[float, float]
) -> float:
    """Return where chi^2 has risen by so much, between a coordinate at which it has not and one at which it has."""
    for _ in range(_REFINED):
        (low, below), (high, above) = inside, outside
        share = (rise**0.5 - max(below, 0.0) ** 0.5) / (above**0.5 - max(below, 0.0) ** 0.5)
        middle = low + (high - low) * float(np.clip(share, 0.1, 0.95))
        here, excess = _profiled(problem, near, least, place, middle, rise)
        if excess >= rise:
            outside = middle, excess
        else:
            inside, near = (middle, excess), here
        if abs(excess - rise) < _NEAR * rise:
            return middle
    return outside[0]


def _profiled(problem: Problem, near: Floats, least: float, place: int, value: float, rise: float) -> tuple[Floats, float]:
    """Return where chi^2 is least with one coordinate given, and by how much it is more than the least of all."""
    found = problem.solve(near, {place: value}, _SETTLED * rise / max(least, rise))
    if found[1] - least >= rise:
        found = moved(problem, *found, {place: value})
    if found[1] < least - _BETTER:
        raise LowerError(*found)
    return found[0], max(found[1] - least, 0.0)
