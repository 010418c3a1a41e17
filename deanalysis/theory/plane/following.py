"""Lines in the plane of two letters, followed in floats by steps along their tangent that Newton's method puts back on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ...balls.numerical.floats import compile_floats
from ...errors import InputError
from .diagram import Ends

Vector = NDArray[np.float64]
Equations = Callable[[Vector], tuple[Vector, Vector]]
"""Maps a point to the n - 1 residuals and their Jacobian of n - 1 rows and n columns."""

NEAR = 0.02
"""Points of the scaled plane this near lie on one line: four times as far as a seed can be from the points of its own line. Half or
twice as much changes no line of the figure of regions."""

_LONGEST, _SHORTEST = 0.01, 1e-7
"""Steps: the longest is what lines look smooth at in a figure, and at the shortest a line counts as ended (a singular point)."""
_MOST_STEPS = 6_000
"""A line of the longest steps could cross the unit square 60 times."""
_NEWTON, _TOLERANCE = 8, 1e-11
"""Newton's method doubles its digits: from a step's end it needs 3 or 4 rounds, and one that needs more than 8 took too long a step. With
4 rounds, and with 16, the lines of the figure of regions are the same."""
_BEND = 0.985
"""The least cosine between the tangents at both ends of a step, 10 degrees: with 18 and with 6 the lines of that figure are the same."""


@dataclass(frozen=True)
class Frame:
    """A rectangle of two letters, scaled to the unit square, and states in units of `depth`; a point is (states, x, y)."""

    letters: tuple[sp.Symbol, sp.Symbol]
    limits: tuple[Ends, Ends]
    depth: float = 1.0

    def __post_init__(self) -> None:
        for low, high in self.limits:
            if not 0 <= low < high < float("inf"):
                raise InputError("the limits of a phase diagram", "must be 0 <= LO < HI", given=(low, high))

    def _scales(self, length: int) -> tuple[Vector, Vector]:
        """Return the origin and the unit of each of so many coordinates."""
        low, high = np.array(self.limits, dtype=float).T
        return np.append(np.zeros(length - 2), low), np.append(np.full(length - 2, self.depth), high - low)

    def scaled(self, points: Vector | Sequence[float]) -> Vector:
        """Return points in the coordinates in which lines are followed."""
        origin, unit = self._scales(np.shape(points)[-1])
        return np.asarray((points - origin) / unit)

    def plain(self, points: Vector) -> Vector:
        """Return scaled points as states and letters."""
        origin, unit = self._scales(points.shape[-1])
        return np.asarray(points * unit + origin)

    def holds(self, scaled: Vector) -> bool:
        """Whether a scaled point lies in the rectangle, up to rounding."""
        return bool(np.all(scaled[-2:] >= -1e-9) and np.all(scaled[-2:] <= 1 + 1e-9))

    def equations(self, residuals: Sequence[sp.Expr], states: Sequence[sp.Symbol]) -> Equations:
        """Compile residuals and their Jacobian in scaled coordinates."""
        variables = [*states, *self.letters]
        origin, unit = self._scales(len(variables))
        value = compile_floats(sp.Tuple(*residuals), *variables)
        slopes = compile_floats(sp.Matrix(residuals).jacobian(variables), *variables)

        def equations(scaled: Vector) -> tuple[Vector, Vector]:
            point = scaled * unit + origin
            return np.array(value(*point), dtype=float), np.array(slopes(*point), dtype=float) * unit

        return equations

    def follow(self, equations: Equations, seeds: Iterable[Vector], inside: Callable[[Vector], bool]) -> Iterator[Vector]:
        """Follow a line from each scaled seed that lies on none of those before; yield its points, as states and letters."""
        followed: list[Vector] = []
        for seed in seeds:
            if any(np.min(np.linalg.norm(line - seed, axis=1)) < NEAR for line in followed):
                continue
            line = trace(equations, seed, inside)
            if line is not None:
                followed.append(line)
                yield self.plain(line)


def trace(equations: Equations, start: Vector, inside: Callable[[Vector], bool]) -> Vector | None:
    """Return the points of the curve through `start`, in order, up to where it leaves the region or closes; None where no point is found.

    The step shrinks where the curve bends, so that it is followed round turning points of any coordinate (pseudo-arclength continuation;
    Keller 1977).

    >>> def circle(point):
    ...     return np.array([point @ point - 1]), 2 * point[None, :]
    >>> points = trace(circle, np.array([1.0, 0.1]), lambda point: True)
    >>> bool(np.allclose((points**2).sum(axis=1), 1)), bool(np.allclose(points[0], points[-1], atol=0.02))
    (True, True)
    """
    first = corrected(equations, start)
    if first is None or not inside(first):
        return None
    tangent = _tangent(equations, first)
    ahead, closed = _one_way(equations, first, tangent, inside)
    behind = [] if closed else _one_way(equations, first, -tangent, inside)[0]
    return np.array([*behind[::-1], first, *ahead])


def _one_way(equations: Equations, start: Vector, tangent: Vector, inside: Callable[[Vector], bool]) -> tuple[list[Vector], bool]:
    """Follow the curve in one direction; say whether it came back to where it began."""
    point, points, step = start, [], _LONGEST / 4
    for _ in range(_MOST_STEPS):
        following = corrected(equations, point + step * tangent, tangent)
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


def corrected(equations: Equations, guess: Vector, normal: Vector | None = None, rounds: int = _NEWTON) -> Vector | None:
    """Return the point of the curve near a guess, in the plane through it with this normal vector (or nearest, where none is given)."""
    point = guess
    for _ in range(rounds):
        with np.errstate(all="ignore"):
            residual, jacobian = equations(point)
        if not (np.all(np.isfinite(residual)) and np.all(np.isfinite(jacobian))):
            return None
        if normal is not None:
            residual, jacobian = np.append(residual, normal @ (point - guess)), np.vstack([jacobian, normal])
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
