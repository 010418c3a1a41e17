"""The largest fixed point of a large monotone system, located with proof in floats, as `deanalysis.balls.monotone` does in balls.

There the proofs are stated: a bound w from above may be lowered to f(w), or along a path on which f stays below it; a point with f(l) >= l
has a fixed point above it; and a box with J e < e for one e > 0 and all J in it holds one fixed point at most. Sparse matrices in floats
guess where to try, which decides nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .intervals import Floats, Interval, up
from .maps import LargeMap
from .paths import SPARE, lowered
from .solving import excess_at, solver

_ROUNDS = 2000
"""Long steps down, at most; of a chain each topic takes some."""

_LOOK, _STANDING = 50, 1e-9
"""After so many long steps that came no further than this, a bound stands: it is next to a fixed point that is not proved."""

_BOLD, _LEAST = 2.0, 2.0**-20
"""How much further than the last a long step is tried, and the least that the last is taken to be."""

_IMAGES, _SLOW = 4000, 2.0**-8
"""Plain steps down in a row, while they are not slow: each costs a hundredth of a long one."""

_NEWTON, _ACCURATE = 40, 2.0**-46
"""Steps of Newton to a fixed point, at most, and how small the last one is."""

_PATIENT, _WANDERING = 8, 0.02
"""After so many steps of Newton, one that is as large shows that no fixed point is near."""

_LOWERINGS = 5
"""Tries to find a point with f(l) >= l below a fixed point, each further away; where it is regular, the first or second does."""


class Located(NamedTuple):
    """A box that holds exactly one fixed point, the largest; a point near it; e and the factor k < 1 with J e <= k e all over the box."""

    box: Interval
    point: Floats
    e: Floats
    factor: float


def locate(f: LargeMap, low: Interval, high: Interval, above: Floats | None = None) -> Located | None:
    """Return a box that holds exactly one fixed point, the largest, for every value of the letter from `low` to `high`; None if that fails.

    `above` is a bound from above that is known; else it is where training starts.
    """
    hard, easy = f.ends(low, high)
    w = f.begin(hard) if above is None else above
    tries, moved, last = 0, np.inf, w
    for number in range(_ROUNDS):
        w = _images(f, w, hard)
        if number == tries:
            tries = number + 1 + number // 2
            found = _only_one(f, w, hard, easy)
            if found is not None:
                return found
        lower = lowered(f, w, hard, _BOLD * moved)
        if lower is None or not np.any(lower < w):
            break
        w, moved = lower, max(float(np.max(w - lower)), _LEAST)
        if number % _LOOK == _LOOK - 1:
            if np.max(last - w) < _STANDING:
                break
            last = w
    return _only_one(f, w, hard, easy)


def _images(f: LargeMap, w: Floats, p: Interval) -> Floats:
    """Lower a bound from above to f of it, again and again, until that is slow."""
    for _ in range(_IMAGES):
        ahead = np.minimum(f.at(Interval.of(w), p).high, w)
        if np.max(w - ahead, initial=0.0) < _SLOW:
            break
        w = ahead
    return w


def newton(f: LargeMap, start: Floats, p: float) -> Floats | None:
    """Return a fixed point in floats near a start."""
    point, last = start, np.inf
    for number in range(_NEWTON):
        solve = solver(excess_at(f, point, p))
        if solve is None:
            return None
        step = solve(point - f.floats(point, p))
        point = point - step
        if not np.all(np.isfinite(point)) or np.max(np.abs(point), initial=0.0) > 2:
            return None
        size = float(np.max(np.abs(step), initial=0.0))
        if number >= _PATIENT and size > _WANDERING:
            return None
        if size < _ACCURATE or (size < 2.0**-30 and size >= last / 2):
            return np.clip(point, 0.0, 1.0)
        last = size
    return None


def _only_one(f: LargeMap, w: Floats, hard: Interval, easy: Interval) -> Located | None:
    """Return the largest fixed point below a bound, where it is proved to be the only one between two."""
    x = newton(f, w, float(hard.middle))
    if x is None or np.any(x > w + SPARE):
        return None
    y = x if hard is easy else newton(f, x, float(easy.middle))
    reach = None if y is None else _reach(f, w, x, hard)
    low = None if reach is None or y is None else _below(f, y, reach, easy)
    if reach is None or low is None or y is None:
        return None
    box = Interval(np.minimum(low, w), w)
    factor = contraction(f, box, reach, Interval(np.minimum(hard.low, easy.low), np.maximum(hard.high, easy.high)))
    if not factor < 1:
        return None
    return Located(_narrowed(f, box, hard, easy), (x + y) / 2, reach, factor)


def _narrowed(f: LargeMap, box: Interval, hard: Interval, easy: Interval) -> Interval:
    """Narrow a box by one step of f from both ends, between which it maps it."""
    high = np.minimum(f.at(Interval.of(box.high), hard).high, box.high)
    low = np.maximum(f.at(Interval.of(box.low), easy).low, box.low)
    return Interval(np.minimum(low, high), high)


def _reach(f: LargeMap, w: Floats, x: Floats, p: Interval) -> Floats | None:
    """Return e = (1 - J)^-1 r > 0, r the larger of (1 - J)(w - x) and of what rounding may hide; None where the state is not stable."""
    excess = excess_at(f, x, float(p.middle))
    solve = solver(excess)
    if solve is None:
        return None
    enclosed = f.at(Interval.of(x), p)
    off = np.maximum(np.abs(enclosed.high - x), np.abs(enclosed.low - x))
    reach = solve(np.maximum(excess @ (w - x), off + (x + 1) * SPARE))
    return reach if np.all(reach > 0) else None


def _below(f: LargeMap, x: Floats, reach: Floats, p: Interval) -> Floats | None:
    """Return a point l <= x - 2 e, or 0 where that is negative, with f(l) >= l, so that a fixed point lies above it."""
    low = np.maximum(x - 2 * reach, 0.0)
    for _ in range(_LOWERINGS):
        values = f.at(Interval.of(low), p).low
        if np.all((low == 0) | (values >= low)):
            return low
        low = np.clip(np.minimum(x - 1.25 * (x - values), low), 0.0, None)
    return None


def contraction(f: LargeMap, box: Interval, e: Floats, p: Interval) -> float:
    """Return k with J e <= k e for all J over a box; J does not have negative entries, so that one direction is enough."""
    grown = f.along(box, e, p, 2)[1].high
    with np.errstate(all="ignore"):
        factor = float(np.max(up(grown / e), initial=0.0))
    return factor if np.isfinite(factor) else np.inf
