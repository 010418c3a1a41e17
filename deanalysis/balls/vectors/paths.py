"""Long steps down from a bound of the largest fixed point: paths on which f is proved to stay below."""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import Any, NamedTuple

import numpy as np

from . import intervals
from .intervals import Floats, Interval, down, up
from .maps import LargeMap
from .solving import Solve, excess_of, radius, solver

_CAUTION = 0.6
"""The part of the way to where f is guessed to touch the path that a long step takes: less needs more steps, more fails to be proved."""

_BENDS = 3
"""Terms of a path beside the straight one: each makes long steps longer, and takes longer to be found and proved."""

_PIECES = 16
"""In how many pieces a step is looked at: of more, less is lost by rounding outward, and each takes time."""

_FRONT = 1e-4
"""How much an unknown moves at least, relative to the fastest, to be moved by a long step: one that hardly moves would limit it."""

_STILL = 2.0**-42
"""A bound that f lowers by less is next to a fixed point, or what keeps them apart is lost in rounding."""

SPARE = 2.0**-44
"""What floats may hide of f at a point, relative to 1 and to the point."""


def lowered(f: LargeMap, w: Floats, p: Interval, most: float = np.inf) -> Floats | None:
    """Lower a bound by as far as is proved in one step: at most to where f is guessed to come up to it, and not below 0.

    `most` is how far an unknown may move at first: about as far as the last step went, for what is tried and not proved takes as long.
    """
    ahead = np.minimum(f.at(Interval.of(w), p).high, w)
    if not np.any(w - ahead > _STILL):
        return None
    path = _channel(f, w, w - ahead, p)
    gaps = path.gaps(f, path.series(Interval.of(0.0)), p)
    length = min(_CAUTION * path.first_root(gaps), path.longest, most / float(np.max(-path.steps[0])))
    while length > 1:
        around = path.series(Interval(np.float64(0.0), np.float64(length)))
        if path.stays_inside(around) and path.stays_below(gaps, path.gaps(f, around, p)[-1], length):
            return np.where(path.moving, np.clip(path.series(Interval.of(length))[0].high, 0.0, w), w)
        length /= 2
    return ahead


class _Path(NamedTuple):
    """The path w + sum_j s^j d_j down from a bound, with d_1 <= 0; unknowns with d_1 = 0 stay where they are."""

    w: Floats
    steps: list[Floats]
    moving: np.ndarray

    @property
    def longest(self) -> float:
        """Up to which s the straight part of the path stays above 0."""
        return float(np.min(down(self.w[self.moving] / -self.steps[0][self.moving])))

    def series(self, s: Interval) -> list[Interval]:
        """Enclose the Taylor coefficients of the path around all s of an interval, one more than it has."""
        rows, count = (self.w, *self.steps), len(self.steps) + 1
        last = rows[-1] * _binomials(count - 1)
        total = Interval(down(last), up(last))
        for power in range(count - 2, -1, -1):
            term = rows[power] * _binomials(power)
            lower = total[: power + 1] * s + Interval(down(term), up(term))
            total = intervals.stacked(lower, total[power + 1 :])
        return [*(total[order] for order in range(count)), Interval.of(np.zeros_like(self.w))]

    @staticmethod
    def stays_inside(path: list[Interval]) -> bool:
        """Whether no unknown comes above 1 on the path, beyond which f may fall; one that only falls does not."""
        return bool(np.all((path[0].high <= 1) | (path[1].high <= 0)))

    def gaps(self, f: LargeMap, path: list[Interval], p: Interval) -> list[Interval]:
        """Enclose the Taylor coefficients of f - w along the path, given those of the path."""
        return [(value - side)[self.moving] for value, side in zip(f.series(path, p), path, strict=True)]

    def first_root(self, gaps: list[Interval]) -> float:
        """Return where the known terms of a gap come up to 0, nearly; the last that is looked at is 2^20."""
        s = np.geomspace(1.0, 2.0**20, 161)[:, None]
        total = 0 * s
        for gap in reversed(gaps):
            total = total * s + gap.high
        below = np.all(total < 0, axis=1)
        return float(s[max(int(np.argmin(below)) - 1, 0), 0]) if not np.all(below) else 2.0**20

    def stays_below(self, gaps: list[Interval], last: Interval, length: float) -> bool:
        """Whether f stays below the path up to s, looked at piece by piece; the last coefficient is that over the whole."""
        edges = np.linspace(0.0, length, _PIECES + 1)
        s, total = Interval(edges[:-1, None], edges[1:, None]), last
        for gap in reversed(gaps[:-1]):
            total = total * s + gap
        return bool(np.all(total.high < 0))


@lru_cache
def _binomials(power: int) -> Floats:
    """Return a column of the binomial coefficients of a power."""
    return np.array([[float(comb(power, order))] for order in range(power + 1)])


def _channel(f: LargeMap, w: Floats, left: Floats, p: Interval) -> _Path:
    """Return the path along d = (mu - J)^-1 (w - f(w)), not shorter than w - f(w); see `deanalysis.balls.monotone`.

    It is bent along the fixed points nearby: with F_j the coefficient of f along the path so far, d_j = (mu - J)^-1 F_j less what only
    moves along d, so that w - f(w) stays a multiple of what it is, nearly.
    """
    moving = left > _FRONT * np.max(left) + SPARE
    slopes = f.jacobian(w, float(p.middle))[moving][:, moving]
    resolved = _resolved(slopes, 1.0, left[moving]) or _resolved(slopes, 2 * radius(slopes) - 1, left[moving])
    path = _Path(w, [np.where(moving, -left, 0.0)], moving)
    if resolved is None:
        return path
    solve, own = resolved
    path.steps[0][moving] = -own * (np.max(left) / np.max(own))
    leading, none = int(np.argmin(path.steps[0])), np.zeros_like(w)
    for _ in range(_BENDS):
        bend, step = f.float_series([w, *path.steps, none], float(p.middle))[-1], np.zeros_like(w)
        if not np.all(np.isfinite(bend)):
            break
        step[moving] = solve(bend[moving])
        path.steps.append(step - path.steps[0] * (step[leading] / path.steps[0][leading]))
    return path


def _resolved(j: Any, mu: float, left: Floats) -> tuple[Solve, Floats] | None:
    """Return b -> (mu - J)^-1 b and that of a positive vector; None where it is not positive, as mu is not above the Perron eigenvalue."""
    solve = solver(excess_of(j, mu))
    d = None if solve is None else solve(left)
    return (solve, d) if solve is not None and d is not None and np.all(d > 0) and np.all(np.isfinite(d)) else None
