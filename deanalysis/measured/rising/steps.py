"""Jump or gradual rise by the points alone: what share of the whole rise lies between two neighbours, and where the start is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..answers import LargestStep
from ..points.measurements import Curve, Floats

ERROR = 0.05
"""The chance of a wrong verdict."""
_FEWEST = 4
"""Points, at the least: of three, two neighbours may well hold half of a steady rise."""

Places = NDArray[np.intp] | int


def largest_step(curve: Curve, noise_degrees: float | None = None) -> LargestStep:
    """Return the largest step between neighbours, and whether it, or none, is more than half of the whole rise.

    The step from i to i+1 is more than half of the rise where d = (y_{i+1} - y_i) - (y_k - y_j)/2 > 0 for all j < k. `jump` is claimed
    where, for the largest of the n-1 steps, each d is positive at the level 0.05/(n-1); that all of them have to be so needs no further
    correction. `gradual` is claimed where each step has d < 0 at the level 0.05/(n(n-1)/2) for the pair j, k that rises most surely, which
    was taken from so many pairs. Points are independent and normal with their errors; the quantiles are Student's where these were
    estimated. Fewer than four points decide nothing.

    >>> y = np.array([0, 0.01, 0.02, 0.9, 0.95, 1.0])
    >>> largest_step(Curve("", np.arange(6.0), y, np.full(6, 0.01)))
    LargestStep(verdict='jump', before=2.0, after=3.0, share=0.88)
    """
    if len(curve) == 1:
        return LargestStep("undecided", float(curve.x[0]), float(curve.x[0]))
    steps = np.diff(curve.y)
    place, count = int(np.argmax(steps)), len(steps)
    many, few = (quantile(comparisons, noise_degrees) for comparisons in (count * (count + 1) // 2, count))
    first, last = _surest_rise(curve, many)
    verdict = "undecided"
    if len(curve) >= _FEWEST and all((_excess(curve, place, at, np.arange(at + 1, count + 1)) > few).all() for at in range(count)):
        verdict = "jump"
    elif len(curve) >= _FEWEST and (_excess(curve, np.arange(count), first, last) < -many).all():
        verdict = "gradual"
    whole = float(np.max(curve.y[1:] - np.minimum.accumulate(curve.y)[:-1]))
    share = float(steps[place]) / whole if whole > 0 else None
    return LargestStep(verdict, float(curve.x[place]), float(curve.x[place + 1]), share)


def left_start(curve: Curve, noise_degrees: float | None = None) -> tuple[float | None, float | None]:
    """Return the first x at which the curve is above its first point, at the level 0.05/(n-1), after the x before it; None for neither."""
    error = np.hypot(curve.error[1:], curve.error[0])
    above = np.flatnonzero(curve.y[1:] - curve.y[0] > quantile(len(curve) - 1, noise_degrees) * error)
    return (float(curve.x[above[0]]), float(curve.x[above[0] + 1])) if len(above) else (None, None)


def quantile(count: int, noise_degrees: float | None) -> float:
    """Return by how many errors one of so many comparisons exceeds what is expected, with the chance 0.05 for all together."""
    from scipy.stats import norm, t

    level = ERROR / max(count, 1)
    return float(norm.isf(level) if noise_degrees is None else t.isf(level, noise_degrees))


def _surest_rise(curve: Curve, errors: float) -> tuple[int, int]:
    """Return the two points between which the rise, less so many errors, is largest."""
    best = (-np.inf, 0, 1)
    for first in range(len(curve) - 1):
        low = curve.y[first + 1 :] - curve.y[first] - errors * np.hypot(curve.error[first + 1 :], curve.error[first])
        place = int(np.argmax(low))
        best = max(best, (float(low[place]), first, first + 1 + place))
    return best[1:]


def _excess(curve: Curve, step: Places, first: Places, last: Places) -> Floats:
    """Return (y_{i+1} - y_i) - (y_k - y_j)/2 in standard errors, points that are in both differences counted once."""
    y, variance, after = curve.y, curve.error**2, np.add(step, 1)
    value = y[after] - y[step] - (y[last] - y[first]) / 2
    both = variance[after] * (np.equal(first, after) * 1.0 - np.equal(last, after)) + variance[step] * (
        np.equal(last, step) * 1.0 - np.equal(first, step)
    )
    return np.asarray(value / np.sqrt(variance[after] + variance[step] + (variance[first] + variance[last]) / 4 + both))
