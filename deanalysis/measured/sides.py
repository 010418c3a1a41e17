"""Jump or gradual rise by the theory: the least chi-square on each side of the cusp."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import exp, log

import numpy as np

from .answers import TheorySides
from .fitting import Fitted
from .forms import Theory
from .learning_curves import LearningCurve
from .measurements import Floats
from .problem import Problem

_HALVINGS = 13
"""Of the domain of log c, to 0.1 %."""
_ROUNDS = 3
"""How often the cusp is moved to the room that is best at it."""
_SHAPES_TRIED = 8
"""Shapes along the cusp, for a minimum of chi-square by Brent's method."""
_INSIDE = log(2.0)
"""So far from the cusp, in log c, the other side is searched from."""


def sides(fitted: Fitted, significance: float) -> TheorySides | None:
    """Return the least chi^2 with a jump and without one, and which of them the data refuse.

    A curve jumps where c is beyond the cusp of its law, learner and room; of several curves, where that of the one with the most room does.
    On the side of the least chi^2 that is its value. On the other side it is the least along the cusp, or one inside that least squares
    reach from there. None for a form that is not the theory's, and where curves have a c each.
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
    values = problem.values(fitted.at, index)
    return Fitted(one, *one.solve(np.array([slot.parameter.coordinate(values[slot.name]) for slot in one.slots])))


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

    It is found to 0.5 %: closer to the cusp a jump is smaller than the states of a curve's table lie apart, and chi^2 does not see it.

    >>> round(exp(cusp(LearningCurve(), 1.0, 1.0)), 1)
    2.7
    """
    low, high = Theory(curve).parameters[0].ends
    if not curve.bend(exp(high), shape, room).is_jump:
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if curve.bend(exp(middle), shape, room).is_jump else (middle, high)
    return high


def _beyond(problem: Problem, at: Floats, place: int, form: Theory) -> Iterator[tuple[Floats, float]]:
    """Yield what least squares reach from the other side of the cusp."""
    border = _cusp_of(form, _largest(problem, at))
    if border is not None:
        start = at.copy()
        start[place] = border + (-_INSIDE if _side(problem, at, form) == "jump" else _INSIDE)
        yield problem.solve(start)


def _along_cusp(problem: Problem, at: Floats, place: int, form: Theory) -> float | None:
    """Return the least chi^2 with c at the cusp; None where there is no cusp."""
    from scipy.optimize import minimize_scalar

    shaped = next((where for where, slot in enumerate(problem.slots) if slot.parameter is form.shape_parameter), None)
    if shaped is None:
        return _at_cusp(problem, at, place, form, {})
    low, high = (bound[shaped] for bound in problem.bounds)

    def least(shape: float) -> float:
        found = _at_cusp(problem, at, place, form, {shaped: shape})
        return 1e300 if found is None else found

    near = max(low, at[shaped] - 1.5), min(high, at[shaped] + 1.5)
    found = float(minimize_scalar(least, bounds=near, method="bounded", options={"maxiter": _SHAPES_TRIED}).fun)
    return found if found < 1e300 else None


def _at_cusp(problem: Problem, at: Floats, place: int, form: Theory, fixed: dict[int, float]) -> float | None:
    """Return the least chi^2 with c at the cusp, some other coordinates being fixed."""
    here, least = at.copy(), None
    here[list(fixed)] = list(fixed.values())
    for _ in range(_ROUNDS if form.curve.has_room else 1):
        border = _cusp_of(form, _largest(problem, here))
        if border is None:
            return least
        here, least = problem.solve(here, within={where: (value, value) for where, value in {**fixed, place: border}.items()})
    return least
