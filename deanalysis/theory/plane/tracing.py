"""A curve given by n - 1 equations in n unknowns, followed in floats by steps along its tangent that Newton's method puts back on it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Equations", "trace"]

Vector = NDArray[np.float64]
Equations = Callable[[Vector], tuple[Vector, Vector]]
"""Maps a point to the n - 1 residuals and their Jacobian of n - 1 rows and n columns."""

_LONGEST, _SHORTEST = 0.01, 1e-7
_MOST_STEPS = 6_000
_NEWTON, _TOLERANCE = 8, 1e-11
_BEND = 0.985


def trace(equations: Equations, start: Vector, inside: Callable[[Vector], bool]) -> NDArray[np.float64] | None:
    """Return the points of the curve through `start`, in order, up to where it leaves the region or closes; None where no point is found.

    The step shrinks where the curve bends, so that it is followed round turning points of any coordinate (pseudo-arclength continuation;
    Keller 1977).

    >>> def circle(point):
    ...     return np.array([point @ point - 1]), 2 * point[None, :]
    >>> points = trace(circle, np.array([1.0, 0.1]), lambda point: True)
    >>> bool(np.allclose((points**2).sum(axis=1), 1)), bool(np.allclose(points[0], points[-1], atol=0.02))
    (True, True)
    """
    first = _corrected(equations, np.asarray(start, dtype=float), None)
    if first is None or not inside(first):
        return None
    tangent = _tangent(equations, first)
    ahead, closed = _follow(equations, first, tangent, inside)
    behind = [] if closed else _follow(equations, first, -tangent, inside)[0]
    return np.array([*behind[::-1], first, *ahead])


def _follow(equations: Equations, point: Vector, tangent: Vector, inside: Callable[[Vector], bool]) -> tuple[list[Vector], bool]:
    """Follow the curve in one direction; say whether it came back to where it began."""
    start, points, step = point, [], _LONGEST / 4
    for _ in range(_MOST_STEPS):
        following = _corrected(equations, point + step * tangent, tangent)
        turned = _tangent(equations, following) if following is not None else None
        if following is None or turned is None or abs(turned @ tangent) < _BEND or np.linalg.norm(following - point) > 2 * step:
            step /= 2
            if step < _SHORTEST:
                break
            continue
        if not inside(following):
            if step > _LONGEST / 64:
                step /= 2
                continue
            break
        tangent = turned if turned @ tangent > 0 else -turned
        point = following
        points.append(point)
        if len(points) > 8 and np.linalg.norm(point - start) < step:
            return [*points, start], True
        step = min(1.3 * step, _LONGEST)
    return points, False


def _corrected(equations: Equations, point: Vector, tangent: Vector | None) -> Vector | None:
    """Return the point of the curve near a guess, in the plane normal to the tangent (or nearest, where none is given)."""
    guess = point
    for _ in range(_NEWTON):
        with np.errstate(all="ignore"):
            residual, jacobian = equations(point)
        if not (np.all(np.isfinite(residual)) and np.all(np.isfinite(jacobian))):
            return None
        if tangent is not None:
            residual, jacobian = np.append(residual, tangent @ (point - guess)), np.vstack([jacobian, tangent])
        change = np.linalg.lstsq(jacobian, residual, rcond=None)[0]
        point = point - change
        if np.linalg.norm(change) < _TOLERANCE:
            return point
    return None


def _tangent(equations: Equations, point: Vector) -> Vector:
    """Return a unit vector along the curve: the null vector of the Jacobian."""
    jacobian = equations(point)[1]
    scales = np.abs(jacobian).max(axis=1, keepdims=True)
    return np.asarray(np.linalg.svd(jacobian / np.where(scales > 0, scales, 1))[2][-1])
