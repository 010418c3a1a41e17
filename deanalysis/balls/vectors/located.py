"""The largest fixed point of a large monotone system, located with proof in floats, as `deanalysis.balls.monotone` does in balls.

There the proofs are stated: a bound w from above may be lowered to f(w), or along a path on which f stays below it; a point with f(l) >= l
has a fixed point above it; and a box with J e < e for one e > 0 and all J in it holds one fixed point at most. Sparse matrices in floats
guess where to try, which decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csc_array, eye_array, issparse
from scipy.sparse.linalg import splu

from .intervals import Floats, Interval, down, up
from .maps import LargeMap

_ROUNDS = 2000
"""Long steps down, at most; of a chain each topic takes some."""

_IMAGES, _SLOW = 4000, 2.0**-8
"""Plain steps down in a row, while they are not slow: each costs a hundredth of a long one."""

_CAUTION = 0.8
"""The part of the way to where f is guessed to touch the path that a long step takes: less needs more steps, more fails to be proved."""

_NEWTON, _ACCURATE = 40, 2.0**-46
"""Steps of Newton to a fixed point, at most, and how small the last one is."""

_PATIENT, _WANDERING = 8, 0.02
"""After so many steps of Newton, one that is as large shows that no fixed point is near."""

_BENDS = 4
"""Terms of a path beside the straight one: each makes long steps longer, and takes longer to be found and proved."""

_PIECES = 16
"""In how many pieces a step is looked at: of more, less is lost by rounding outward, and each takes time."""

_LOWERINGS = 5
"""Tries to find a point with f(l) >= l below a fixed point, each further away; where it is regular, the first or second does."""

_SPARE = 2.0**-47
"""What floats may hide of f at a point, relative to 1 and to the point."""


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
    tries = 0
    for number in range(_ROUNDS):
        w = _images(f, w, hard)
        if number == tries:
            tries = number + 1 + number // 2
            found = _only_one(f, w, hard, easy)
            if found is not None:
                return found
        lower = _lowered(f, w, hard)
        if lower is None or not np.any(lower < w):
            break
        w = lower
    return _only_one(f, w, hard, easy)


def _images(f: LargeMap, w: Floats, p: Interval) -> Floats:
    """Lower a bound from above to f of it, again and again, until that is slow."""
    for _ in range(_IMAGES):
        ahead = np.minimum(f.at(Interval.of(w), p).high, w)
        if np.max(w - ahead, initial=0.0) < _SLOW:
            break
        w = ahead
    return w


Solve = Callable[[Floats], Floats]


def solver(matrix: Any) -> Solve | None:
    """Return b -> matrix^-1 b in floats; None where the matrix is singular or no number."""
    if not np.all(np.isfinite(matrix.data if issparse(matrix) else matrix)):
        return None
    try:
        if issparse(matrix):
            factors: Solve = splu(csc_array(matrix)).solve
            return factors
        inverse = np.linalg.inv(matrix)
    except (RuntimeError, np.linalg.LinAlgError):
        return None
    return lambda right: inverse @ right


def excess_of(matrix: Any, mu: float = 1.0) -> Any:
    """Return mu - J."""
    size = matrix.shape[0]
    return mu * eye_array(size, format="csc") - matrix if issparse(matrix) else mu * np.eye(size) - matrix


def excess_at(f: LargeMap, q: Floats, p: float) -> Any:
    """Return 1 - J in floats."""
    return excess_of(f.jacobian(q, p))


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
    if x is None or np.any(x > w + _SPARE):
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
    reach = solve(np.maximum(excess @ (w - x), off + (x + 1) * _SPARE))
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


def _lowered(f: LargeMap, w: Floats, p: Interval) -> Floats | None:
    """Lower a bound by as far as is proved in one step: at most to where f is guessed to come up to it, and not below 0."""
    ahead = np.minimum(f.at(Interval.of(w), p).high, w)
    if not np.any(w - ahead > _SPARE):
        return None
    path = _channel(f, w, w - ahead, p)
    gaps = path.gaps(f, Interval.of(0.0), p)
    length = min(_CAUTION * path.first_root(gaps), path.longest)
    while length > 1:
        last = path.gaps(f, Interval(np.float64(0.0), np.float64(length)), p)[-1]
        lower = path.series(Interval.of(length))[0].high
        if path.stays_below(gaps, last, length):
            return np.where(path.moving, np.clip(lower, 0.0, w), w)
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
        rows, count = [Interval.of(step) for step in (self.w, *self.steps)], len(self.steps) + 1
        result = []
        for order in range(count):
            total = rows[-1] * comb(count - 1, order)
            for power in range(count - 2, order - 1, -1):
                total = total * s + rows[power] * comb(power, order)
            result.append(total)
        return [*result, Interval.of(np.zeros_like(self.w))]

    def gaps(self, f: LargeMap, s: Interval, p: Interval) -> list[Interval]:
        """Enclose the Taylor coefficients of f - w along the path, around all s of an interval."""
        path = self.series(s)
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


def _channel(f: LargeMap, w: Floats, left: Floats, p: Interval) -> _Path:
    """Return the path along d = (mu - J)^-1 (w - f(w)), not shorter than w - f(w); see `deanalysis.balls.monotone`.

    It is bent along the fixed points nearby: with F_j the coefficient of f along the path so far, d_j = (mu - J)^-1 F_j less what only
    moves along d, so that w - f(w) stays a multiple of what it is, nearly.
    """
    moving = left > _FRONT * np.max(left) + _SPARE
    slopes, mu = f.jacobian(w, float(p.middle))[moving][:, moving], 1.0
    own = _resolved(slopes, mu, left[moving])
    if own is None:
        mu = 2 * radius(slopes) - 1
        own = _resolved(slopes, mu, left[moving])
    path = _Path(w, [np.where(moving, -left, 0.0)], moving)
    solve = solver(excess_of(slopes, mu))
    if own is None or solve is None:
        return path
    path.steps[0][moving] = -own * (np.max(left) / np.max(own))
    leading, none = int(np.argmin(path.steps[0])), np.zeros_like(w)
    for _ in range(_BENDS):
        bend, step = f.float_series([w, *path.steps, none], float(p.middle))[-1], np.zeros_like(w)
        if not np.all(np.isfinite(bend)):
            break
        step[moving] = solve(bend[moving])
        path.steps.append(step - path.steps[0] * (step[leading] / path.steps[0][leading]))
    return path


def _resolved(j: Any, mu: float, left: Floats) -> Floats | None:
    solve = solver(excess_of(j, mu))
    d = None if solve is None else solve(left)
    return d if d is not None and np.all(d > 0) and np.all(np.isfinite(d)) else None


_FRONT = 1e-4
"""How much an unknown moves at least, relative to the fastest, to be moved by a long step: one that hardly moves would limit it."""

_POWERS = 60
"""Products by which a Perron eigenvalue is guessed."""


def radius(matrix: Any) -> float:
    """Return the Perron eigenvalue of a nonnegative matrix, nearly: what a vector grows by in the end."""
    vector, growth = np.ones(matrix.shape[0]), 0.0
    for _ in range(_POWERS):
        image = matrix @ vector + 2.0**-40
        growth = float(np.max(image))
        vector = image / growth
    return growth
