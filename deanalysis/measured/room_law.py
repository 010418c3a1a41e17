"""Room for skills by the size of trained models: a power law, and the compute-optimal split that it implies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

import numpy as np

from .answers import RoomLaw
from .exponents import fit_exponent
from .fitting import LEVEL, Fitted
from .forms import Theory
from .intervals import Interval
from .measurements import Floats
from .steps import quantile

_FEWEST = 3
"""Trained models of different sizes, at the least."""
_LEAST_ERROR = 1e-9
"""Of log room: rooms are not known better than their search is exact."""


def room_law(theory: Sequence[Fitted], groups: Mapping[str, Mapping[str, Interval]], significance: float) -> RoomLaw | None:
    """Fit room = factor N^exponent by weighted least squares in the logarithms, N the numbers of parameters of trained models.

    The rooms are those of the first of the theory's models that has room for each curve: models are in the order of AIC, and the first
    one's intervals are `groups`; another model's intervals come from the curvature of chi^2. The weight of a room is that of the larger
    side of its interval. The exponent's interval has Student's t with n - 2 degrees of freedom and is widened by sqrt(chi^2/(n-2)) where
    that is more than 1. None where no model has room, or fewer than three sizes are known.

    Room is the share of the skills *of texts like those of the task* that a trained model can keep. It is read from plateaus: what else
    limits a plateau, such as a task's own noise, counts as lack of room. It says nothing of skills that the task does not ask for.
    """
    first = next((one for one in theory if _has_room(one)), None)
    if first is None or len(set(first.data.sizes.values())) < _FEWEST:
        return None
    found = {name: own["room"] for name, own in groups.items()} if first is theory[0] else by_curvature(first)
    rooms = {name: room for name, room in found.items() if _error(room) is not None}
    left_out = tuple(name for name in found if name not in rooms)
    sizes = {name: first.data.sizes[name] for name in rooms}
    if len(set(sizes.values())) < _FEWEST:
        return None
    return _fitted(first, rooms, sizes, significance, left_out)


def _has_room(fitted: Fitted) -> bool:
    return isinstance(fitted.problem.form, Theory) and "room" in fitted.problem.own


def _fitted(first: Fitted, rooms: dict[str, Interval], sizes: dict[str, float], significance: float, left_out: tuple[str, ...]) -> RoomLaw:
    """Return the law of rooms whose errors are known."""
    from scipy.stats import chi2, t

    order = sorted(rooms, key=sizes.__getitem__)
    across, values = np.array([sizes[name] for name in order]), np.array([rooms[name].value for name in order])
    errors = np.array([_error(rooms[name]) or 0.0 for name in order])
    line = fit_exponent(across.tolist(), values.tolist(), errors=(values * errors).tolist())
    chi_square = float(np.sum((np.log(values / (line.factor * across**line.exponent)) / errors) ** 2))
    degrees = len(order) - 2
    half = float(t.ppf((1 + LEVEL) / 2, degrees)) * line.error * max(1.0, chi_square / degrees) ** 0.5
    exponent = Interval(line.exponent, line.exponent - half, line.exponent + half)
    return RoomLaw(
        first.problem.form.name,
        first.p_value >= significance,
        sizes,
        rooms,
        exponent,
        line.factor,
        float(chi2.sf(chi_square, degrees)),
        falls=_falls(order, np.log(values), errors),
        best_parameters=best_exponents(exponent)[0],
        best_texts=best_exponents(exponent)[1],
        left_out=left_out,
    )


def _error(room: Interval) -> float | None:
    """Return the standard error of log room, by the larger side of its interval; None where neither side is known."""
    sides = [abs(log(end / room.value)) for end in (room.low, room.high) if end]
    return max(*sides, _LEAST_ERROR) / 1.96 if len(sides) == 2 or (sides and max(sides) > 0) else None


def by_curvature(fitted: Fitted) -> dict[str, Interval]:
    """Return the room of each curve with the 95 % interval that the curvature of chi^2 at its least value gives, within [0, 1]."""
    slopes = fitted.problem.jacobian(fitted.at)
    scale = np.sqrt((slopes**2).sum(axis=0)) + 1e-300
    covariance: Floats = np.linalg.pinv((slopes / scale).T @ (slopes / scale), rcond=1e-10) / np.outer(scale, scale)
    found = {}
    for place, slot in enumerate(fitted.problem.slots):
        if slot.name == "room" and slot.curve is not None:
            room, half = float(fitted.at[place]), float(np.sqrt(fitted.rise * fitted.spread * covariance[place, place]))
            found[fitted.data.curves[slot.curve].name] = Interval(room, room - half if room > half else None, min(room + half, 1.0))
    return found


def _falls(names: Sequence[str], values: Floats, errors: Floats) -> tuple[str, ...]:
    """Return the names of models that have less room than the next smaller one, with 95 % certainty for all together."""
    surely = np.diff(values) < -quantile(len(names) - 1, None) * np.hypot(errors[1:], errors[:-1])
    return tuple(name for name, falls in zip(names[1:], surely, strict=True) if falls)


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
