"""Jump or gradual rise by the theory: the least chi-square on each side of the cusp."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import exp, log

import numpy as np

from ..answers import TheorySides
from ..curves.forms import Theory
from ..curves.learning_curves import LearningCurve
from ..least_squares.fitting import Fitted
from ..least_squares.problem import Problem, Tie
from ..least_squares.search import along_location
from ..points.measurements import Floats

_STATES, _STEP = np.arange(-8.0, 12.0, 0.125), 1e-4
"""log t of states at one of which the cusp is, and a step for the growth there."""
_CUSP_TO = 1e-10
"""The error of log c of the cusp by its search; that of its states is 1e-4."""
_SETTLED = 1e-5
"""The relative error of chi^2 on the other side of the cusp, which is compared with a rise of some units."""
_LESS_ROOM = 0.9
"""So many times the room, for the slope of the cusp by room."""
_ROOMS = np.geomspace(0.05, 1.0, 10)
"""Rooms of a coarse grid."""
_INSIDE = log(2.0)
"""So far from the cusp, in log c, the other side is searched from."""


def sides(fitted: Fitted, significance: float) -> TheorySides | None:
    """Return the least chi^2 with a jump and without one, and which of them the data refuse.

    A curve jumps where c is beyond the cusp of its law, learner and room; of several curves, where that of the one with the most room does.
    On the other side of the cusp than the least chi^2, it is the least along the cusp, or one further inside that least squares reach from
    c twice, or half, as large as at the cusp. None for a form that is not the theory's, and where curves have a c each.
    """
    form, problem = fitted.problem.form, fitted.problem
    place = next((at for at, slot in enumerate(problem.slots) if slot.name == "c" and slot.curve is None), None)
    if not isinstance(form, Theory) or place is None:
        return None
    found = [(fitted.at, fitted.chi_square), *_beyond(problem, fitted.at, place, form)]
    along = _along_cusp(problem, fitted.at, place, form)
    least: dict[str, float] = {}
    for at, chi_square in found:
        side = _side(problem, at, form)
        least[side] = min(chi_square, least.get(side, np.inf))
    if along is not None:
        least = {side: min(along, least.get(side, np.inf)) for side in ("jump", "gradual")}
    best = Fitted(problem, *min(found, key=lambda one: one[1]))
    rise = best.rise * best.spread
    difference = least.get("gradual", np.inf) - least.get("jump", np.inf)
    verdict = "undecided" if abs(difference) <= rise else "jump" if difference > 0 else "gradual"
    return TheorySides(form.name, verdict, least, rise, _bend(best, form), best.p_value >= significance)


def alone(fitted: Fitted, index: int) -> Fitted | None:
    """Return a form fitted to one curve alone, from its place at the least chi^2 of all; None where there are too few points."""
    problem, data = fitted.problem, fitted.data
    one = Problem(problem.form, data.only(data.curves[index]), guess=problem.guess)
    if one.degrees < 1:
        return None
    return Fitted(one, *one.solve(one.coordinates([problem.values(fitted.at, index)])))


def _largest(problem: Problem, at: Floats) -> dict[str, float]:
    """Return the values of the curve that has the most room."""
    every = [problem.values(at, index) for index in range(len(problem.data.curves))]
    return max(every, key=lambda values: values.get("room", 1.0))


def _side(problem: Problem, at: Floats, form: Theory) -> str:
    return "jump" if form.own_bend(_largest(problem, at))[1] else "gradual"


def _bend(fitted: Fitted, form: Theory) -> float:
    """Return the x of the jump, or of the steepest rise."""
    values = _largest(fitted.problem, fitted.at)
    ratio = form.own_bend(values)[0]
    return ratio * values["emergence"] / form.bend(values)[0]


def _cusp_of(form: Theory, values: dict[str, float]) -> float | None:
    """Return log c of the cusp at the values of other parameters, None where there is none among the c that are tried."""
    return cusp(form.curve, form.shape(values), values.get("room", 1.0))


@lru_cache(maxsize=4096)
def cusp(curve: LearningCurve, shape: float, room: float) -> float | None:
    """Return log c from which a learning curve jumps, None where it does not for c to 60.

    There the least growth of log R along the curve, d log R/d log t, is 0.

    >>> round(exp(cusp(LearningCurve(), 1.0, 1.0)), 3)
    2.718
    """
    from scipy.optimize import brentq

    log_t = _STATES[:, None] + np.array([-_STEP, _STEP])
    left = curve.novel(log_t.ravel(), (1.0, shape, room)).reshape(log_t.shape)

    def growth(log_c: float) -> float:
        ratio = curve.with_ratios(log_t, left, (exp(log_c), shape, room)).ratio
        return _lowest((ratio[:, 1] - ratio[:, 0]) / (2 * _STEP))

    low, high = Theory(curve).parameters[0].ends
    return None if growth(high) > 0 else float(brentq(growth, low, high, xtol=_CUSP_TO))


def _lowest(values: Floats) -> float:
    """Return the least of values on an even grid, by the parabola through the three at the least of them."""
    place = int(np.clip(np.argmin(values), 1, len(values) - 2))
    before, here, after = values[place - 1 : place + 2]
    return float(here - (after - before) ** 2 / (8 * max(before - 2 * here + after, 1e-12)))


def _beyond(problem: Problem, at: Floats, place: int, form: Theory) -> Iterator[tuple[Floats, float]]:
    """Yield what least squares reach from the other side of the cusp."""
    sense = -1 if _side(problem, at, form) == "jump" else 1
    start = _start(problem, at, place, form, sense * _INSIDE)
    if start is not None:
        yield problem.solve(start, settled=_SETTLED)


def _start(problem: Problem, at: Floats, place: int, form: Theory, beyond: float) -> Floats | None:
    """Return coordinates with log c so far beyond the cusp; None where there is no cusp.

    Of one curve alone they are the best of a coarse grid of room and location; of several, all but c stays as it is.
    """
    one, values = len(problem.data.curves) == 1, _largest(problem, at)
    found = []
    for room in _ROOMS if one and form.curve.has_room else (values.get("room", 1.0),):
        border = _cusp_of(form, values | {"room": room})
        if border is not None:
            start = at.copy()
            start[place] = border + beyond
            start[[where for where in problem.places[0] if one and problem.slots[where].name == "room"]] = room
            found.append(_placed(problem, start) if one else (0.0, start))
    return min(found, key=lambda each: each[0])[1] if found else None


def _placed(problem: Problem, start: Floats) -> tuple[float, Floats]:
    """Return chi^2, roughly, and coordinates of one curve with the best location of a grid, and the best guess there."""
    where = problem.place_of("emergence", 0)
    grid = np.array(problem.slots[where].parameter.grid_coordinates())
    costs, guess = along_location(problem, 0, problem.values(start, 0), grid)
    best, placed = int(np.argmin(costs)), start.copy()
    placed[where] = grid[best]
    if problem.guess is None:
        placed[problem.place_of("guess", 0)] = guess[best]
    return float(costs[best]), placed


def _along_cusp(problem: Problem, at: Floats, place: int, form: Theory) -> float | None:
    """Return the least chi^2 with c at the cusp; None where there is no cusp.

    c is tied to the shape, and to the most room of a curve. By room it is a power: exactly 1/room where all skills are alike, as those of a
    text that are kept are then Poisson(c room); for other laws the power is that near the room at the least chi^2.
    """
    most = max(range(len(problem.data.curves)), key=lambda index: problem.values(at, index).get("room", 1.0))
    values = problem.values(at, most)
    room, border = values.get("room", 1.0), _cusp_of(form, values)
    less = _cusp_of(form, values | {"room": room * _LESS_ROOM})
    if border is None:
        return None
    if not form.curve.has_room:
        return problem.solve(at, Tie(place, lambda here: _edge(form, _largest(problem, here))), _SETTLED)[1]
    power, roomy = -1.0 if less is None else (less - border) / log(_LESS_ROOM), problem.place_of("room", most)
    tie = Tie(place, lambda here: _edge(form, _largest(problem, here), room, power))
    least = room * exp((problem.bounds[1][place] - border) / power)
    halved = np.where(np.arange(len(at)) == roomy, at / 2, at)
    coarse = _start(problem, at, place, form, 0.0) if len(problem.data.curves) == 1 else None
    within = {roomy: (max(least, problem.bounds[0][roomy]), 1.0)}
    return min(problem.solve(start, tie, _SETTLED, within)[1] for start in (at, halved if coarse is None else coarse))


def _edge(form: Theory, values: dict[str, float], room: float = 1.0, power: float = 0.0) -> float:
    """Return log c of the cusp by its power of the room; the largest c that is tried where there is no cusp."""
    edge = cusp(form.curve, form.shape(values), room)
    return form.parameters[0].ends[1] if edge is None else edge + power * log(values.get("room", room) / room)
