"""The folds that follow one on the curve of fixed points, which winds to and fro where a front stops at one topic after the other.

The curve is followed beyond a fold by pseudo-arclength (Keller 1977), in floats: unstable fixed points lead back to where the next stable
ones begin, and those to the next fold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .folds import fold_near
from .intervals import Floats
from .maps import LargeMap
from .solving import dense, excess_at

_LEAST, _FIRST, _MOST = 1e-6, 0.01, 0.03
"""The least, first and greatest step along the curve, in the largest unknown or the letter relative to itself."""

_MOST_STEPS, _CORRECTIONS = 4000, 6
"""Steps along the curve, and of Newton to it after each."""

_AWAY = 1e-3
"""How far the letter may go from the first fold, relative to it: what is further away does not follow on it."""

_CLOSE = 1e-11
"""How near to the curve a point is taken."""


class _Point(NamedTuple):
    """A point (q, letter) of the curve and its direction."""

    q: Floats
    p: float
    along: Floats


def later_folds(f: LargeMap, fold: Floats, direction: float) -> Iterator[Floats]:
    """Yield the folds (q, v, letter) beyond one at which the letter turns back from a direction, each further that way than all before.

    That is where the largest fixed point may jump next, as it is taken that way.
    """
    n, scale = f.size, abs(float(fold[-1]))
    along = np.append(-fold[n : 2 * n] / np.max(np.abs(fold[n : 2 * n])), 0.0)
    at, step, record = _Point(fold[:n], float(fold[-1]), along), _FIRST, float(fold[-1])
    for _ in range(_MOST_STEPS):
        ahead = _stepped(f, at, step, scale)
        if ahead is None or float(ahead.along @ at.along) < 0.5 * float(np.linalg.norm(ahead.along) * np.linalg.norm(at.along)):
            step /= 2
            if step < _LEAST:
                return
            continue
        turned = at.along[-1] * direction > 0 >= ahead.along[-1] * direction
        found = _between(f, at, ahead) if turned else None
        if found is not None and (found[-1] - record) * direction > 0:
            record = float(found[-1])
            yield found
        at, step = ahead, min(1.5 * step, _MOST)
        if abs(at.p - fold[-1]) > _AWAY * scale or np.any(at.q < -_CLOSE):
            return


def _between(f: LargeMap, at: _Point, ahead: _Point) -> Floats | None:
    """Return the fold between two points of the curve."""
    share = at.along[-1] / (at.along[-1] - ahead.along[-1])
    along = np.abs(at.along + share * (ahead.along - at.along))[:-1]
    return fold_near(f, at.q + share * (ahead.q - at.q), at.p + share * (ahead.p - at.p), along / np.sum(along))


def _stepped(f: LargeMap, at: _Point, step: float, scale: float) -> _Point | None:
    """Go on by a step, and back to the curve; None where Newton's method does not come to it."""
    z = np.append(at.q, at.p / scale) + step * at.along
    for _ in range(_CORRECTIONS):
        matrix = _bordered(f, z, scale, at.along)
        ahead = float(at.along @ (z - np.append(at.q, at.p / scale))) - step * float(at.along @ at.along)
        try:
            change = np.linalg.solve(matrix, np.append(z[:-1] - f.floats(z[:-1], z[-1] * scale), ahead))
        except np.linalg.LinAlgError:
            return None
        z = z - change
        if not np.all(np.isfinite(z)) or np.max(np.abs(change)) > 2 * step:
            return None
        if np.max(np.abs(change)) < _CLOSE:
            tangent = np.linalg.solve(_bordered(f, z, scale, at.along), np.append(np.zeros(f.size), 1.0))
            return _Point(z[:-1], float(z[-1]) * scale, tangent / np.max(np.abs(tangent)))
    return None


def _bordered(f: LargeMap, z: Floats, scale: float, along: Floats) -> Floats:
    """Return the Jacobian of q - f(q) by (q, letter/scale) with a direction below."""
    excess, slope = dense(excess_at(f, z[:-1], z[-1] * scale)), f.along_letter(z[:-1], z[-1] * scale) * scale
    return np.vstack([np.hstack([excess, -slope[:, None]]), along])
