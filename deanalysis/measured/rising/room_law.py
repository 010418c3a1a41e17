"""Room for skills by the size of trained models: a power law, and the compute-optimal split that it implies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

import numpy as np

from ..answers import RoomLaw
from ..curves.forms import Theory
from ..least_squares.fitting import Fitted
from ..least_squares.intervals import LEVEL, Interval
from ..points.measurements import Floats
from .steps import quantile

_FEWEST = 3
"""Trained models of different sizes, at the least."""
_FLATTEST = 1e-10
"""Curvatures of chi^2, of parameters scaled to 1, are not told from 0 below this: what only they determine has a large error."""


def room_law(theory: Sequence[Fitted], groups: Mapping[str, Mapping[str, Interval]], significance: float) -> RoomLaw | None:
    """Fit room = factor N^exponent by least squares in the logarithms, N the numbers of parameters of trained models.

    The rooms are those of the first of the theory's models that has a room for each curve; models are in the order of AIC. They have errors
    in common, as all depend on the shared c; their covariance comes from the curvature of chi^2, widened where the model does not fit. The
    exponent's interval adds in squares what its error is by that covariance, and by the scatter about the law (Student's t with n - 2
    degrees of freedom): it holds at least 95 %. p tests the law by what of the scatter is not in common. Intervals of the rooms are those
    of `groups` where the first model is the best of all, else by curvature. None where no model has room, or fewer than three sizes are
    known.

    Room is the share of the skills *of texts like those of the task* that a trained model can keep. A text of c skills is understood where
    it keeps all of them, so that at c = 10 a plateau of 0.5 is a room of about 0.93. Whatever else limits a plateau, such as a task's own
    noise, counts as lack of room. It says nothing of skills that the task does not ask for.
    """
    first = next((one for one in theory if _has_room(one)), None)
    if first is None or len(set(first.data.sizes.values())) < _FEWEST:
        return None
    rooms, covariance = by_curvature(first)
    if first is theory[0]:
        rooms = {name: own["room"] for name, own in groups.items()}
    return _fitted(first, rooms, covariance, significance)


def _has_room(fitted: Fitted) -> bool:
    return isinstance(fitted.problem.form, Theory) and "room" in fitted.problem.own


def _fitted(first: Fitted, rooms: Mapping[str, Interval], covariance: Floats, significance: float) -> RoomLaw:
    """Return the law of rooms that have a covariance of their logarithms."""
    names = [curve.name for curve in first.data.curves]
    values = np.log([rooms[name].value for name in names])
    exponent, level, p_value = power_law(np.array([first.data.sizes[name] for name in names]), values, covariance)
    parameters, texts = best_exponents(exponent)
    return RoomLaw(
        first.problem.form.name,
        first.p_value >= significance,
        dict(first.data.sizes),
        dict(rooms),
        exponent,
        exp(level),
        p_value,
        _falls(first, values, covariance),
        parameters,
        texts,
    )


def power_law(sizes: Floats, values: Floats, covariance: Floats) -> tuple[Interval, float, float]:
    """Return a with its 95 % interval, b, and the p-value, of values = a log N + b, given the covariance of the values.

    a and b are of least squares weighted by the variances alone: the whole covariance would prefer lines far off the values where a large
    error is in common to all (Peelle's puzzle). It has its part in the error of a, and in chi^2, the least over all lines.

    >>> power_law(np.array([1.0, np.e, np.e**2]), np.array([1.0, 1.5, 2.0]), np.eye(3) * 1e-4)[0]
    <0.5 [0.4861, 0.5139]>
    """
    from scipy.stats import chi2, norm, t

    degrees, ends = len(sizes) - 2, (1 + LEVEL) / 2
    design, weights = np.stack([np.log(sizes), np.ones_like(sizes)], axis=1), 1 / np.diag(covariance)
    spread = np.linalg.inv((design.T * weights) @ design)
    solution = (spread @ design.T) * weights
    slope, level = solution @ values
    off = values - design @ (slope, level)
    scatter = float(spread[0, 0] * (weights @ off**2) / degrees)
    half = np.hypot(t.ppf(ends, degrees) * scatter**0.5, norm.ppf(ends) * float(solution[0] @ covariance @ solution[0]) ** 0.5)
    apart = np.linalg.qr(design, mode="complete")[0][:, 2:]
    chi_square = float(off @ apart @ np.linalg.solve(apart.T @ covariance @ apart, apart.T @ off))
    return Interval(float(slope), float(slope - half), float(slope + half)), float(level), float(chi2.sf(chi_square, degrees))


def by_curvature(fitted: Fitted) -> tuple[dict[str, Interval], Floats]:
    """Return the room of each curve with a 95 % interval, at most 1, and the covariance of the logarithms of all rooms."""
    slopes = fitted.problem.jacobian(fitted.at)
    scale = np.sqrt((slopes**2).sum(axis=0)) + 1e-300
    curvature, directions = np.linalg.eigh((slopes / scale).T @ (slopes / scale))
    scaled = directions / scale[:, None]
    whole = fitted.spread * (scaled / np.maximum(curvature, _FLATTEST)) @ scaled.T
    places = [next(at for at in where if fitted.problem.slots[at].name == "room") for where in fitted.problem.places]
    rooms = fitted.at[places]
    covariance: Floats = whole[np.ix_(places, places)] / np.outer(rooms, rooms)
    factors = np.exp(np.sqrt(fitted.rise * np.diag(covariance)))
    each = zip(fitted.data.curves, rooms, factors, strict=True)
    intervals = {curve.name: Interval(float(room), float(room / factor), min(float(room * factor), 1.0)) for curve, room, factor in each}
    return intervals, covariance


def _falls(fitted: Fitted, values: Floats, covariance: Floats) -> tuple[str, ...]:
    """Return the names of models that have less room than the next smaller one, with 95 % certainty for all together."""
    names = [curve.name for curve in fitted.data.curves]
    order = np.argsort([fitted.data.sizes[name] for name in names], kind="stable")
    before, after = order[:-1], order[1:]
    variance = covariance[before, before] + covariance[after, after] - 2 * covariance[before, after]
    surely = values[after] - values[before] < -quantile(len(after), None) * np.sqrt(variance)
    return tuple(names[place] for place in after[surely])


def best_exponents(exponent: Interval) -> tuple[Interval | None, Interval | None]:
    """Return the exponents of the compute C in the best number N of parameters, and in that of texts D, where room grows as N^a.

    A model of N parameters keeps M = k N^a skills, and training on D texts costs C = N D. With R = D/M texts per skill kept it learns
    M (1 - zeta(R)) skills, and C = k R N^{1+a}, so that M = k (C/(k R))^{a/(1+a)}: the best R is the one at which
    (1 - zeta(R)) R^{-a/(1+a)} is largest, whatever C is. At an emergence that teaches nearly all it is the threshold, as in `best_split`,
    which has a = 1. So N = (C/(k R))^{1/(1+a)} ~ C^{1/(1+a)} and D ~ C^{a/(1+a)}. None where a is not positive; an end of a that is not
    positive leaves the interval open.

    >>> best_exponents(Interval(1.0, 0.5, 1.5))
    (<0.5 [0.4, 0.6667]>, <0.5 [0.3333, 0.6]>)
    """
    if exponent.value <= 0:
        return None, None
    low, high = (end if end is not None and end > 0 else None for end in (exponent.low, exponent.high))
    parameters = [None if end is None else 1 / (1 + end) for end in (high, low)]
    texts = [None if end is None else end / (1 + end) for end in (low, high)]
    return Interval(1 / (1 + exponent.value), *parameters), Interval(exponent.value / (1 + exponent.value), *texts)
