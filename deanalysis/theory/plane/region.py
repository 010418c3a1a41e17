"""The plane of two letters of a model of classes: the lines on which classes jump, with their corners and cusps.

Fold lines, q = f(q), v = J v, sum v = 1, are followed in floats from folds that are proved on columns and rows of a grid. Whether the
largest fixed point jumps there is decided by iterating f from above, in floats, at every point of a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp
from flint import arb, ctx
from numpy.typing import NDArray

from ...balls.bound_map import BoundMap
from ...balls.numerical.floats import compile_floats
from ...balls.systems import prove_zero
from ...errors import InputError
from ..classes.changes import criticality
from ..classes.equations import ClassEquations
from .class_region import ClassLine, ClassRegion, Point
from .diagram import Ends
from .tracing import trace

__all__ = ["class_region"]

_GRID, _ROUNDS, _SLOW_ROUNDS = 41, 1500, 4000
_DROP, _ON_TOP, _NEWTON = 0.02, 0.02, 30
_NEAR, _TAIL = 0.02, 0.1
_PRECISION = 128

Vector = NDArray[np.float64]


def class_region(
    equations: ClassEquations, x: sp.Symbol, y: sp.Symbol, limits: tuple[Ends, Ends], values: Mapping[sp.Symbol, sp.Expr]
) -> ClassRegion:
    """Follow all lines of jumps that cross a column or a row of a grid of 41 by 41 points."""
    for ends in limits:
        if not 0 <= ends[0] < ends[1] < float("inf"):
            raise InputError("the limits of a region", "must be 0 <= LO < HI", given=ends)
    plane = _Plane(BoundMap.of(equations, values), (x, y), limits, {symbol: equations.class_of[symbol] for symbol in equations.unknowns})
    lines = list(plane.lines())
    corners = [point for one, other in _pairs(lines) for point in plane.corners(one, other)]
    lines = [_trimmed(line, corners, limits) for line in lines]
    cusps = [point for line in lines for point in plane.cusps(line)]
    return ClassRegion(str(x), str(y), limits, tuple(lines), tuple(corners), tuple(cusps), plane.proved)


def _pairs(lines: list[ClassLine]) -> Iterator[tuple[ClassLine, ClassLine]]:
    jumps = [line for line in lines if line.kind == "emergence"]
    for place, one in enumerate(jumps):
        for other in jumps[:place]:
            yield one, other


def _trimmed(line: ClassLine, corners: list[Point], limits: tuple[Ends, Ends]) -> ClassLine:
    """End a line of jumps at a corner that lies next to its end: beyond, the state jumps on the other line before."""
    if line.kind != "emergence":
        return line
    scales = np.array([high - low for low, high in limits])
    points = np.column_stack([line.x, line.y])
    for corner in corners:
        distances = np.linalg.norm((points - corner) / scales, axis=1)
        place = int(np.argmin(distances))
        if distances[place] > _NEAR:
            continue
        for end, part in (("first", points[:place]), ("last", points[place + 1 :])):
            short = len(part) and np.linalg.norm((part[0] - part[-1]) / scales) < _TAIL
            if short and end not in line.cusps:
                points = np.vstack([corner, points[place + 1 :]] if end == "first" else [points[:place], corner])
                break
    return replace(line, x=tuple(map(float, points[:, 0])), y=tuple(map(float, points[:, 1])))


class _Plane:
    """The rectangle of two letters, scaled to the unit square, with the map and its folds in floats."""

    def __init__(
        self, f: BoundMap, letters: tuple[sp.Symbol, sp.Symbol], limits: tuple[Ends, Ends], classes: Mapping[sp.Symbol, str]
    ) -> None:
        self.f, self.letters, self.limits, self.classes = f, letters, limits, classes
        self.n = len(f.unknowns)
        self.proved = 0
        bound = dict(f.values)
        self.sides = [side.xreplace(bound) for side in f.sides]
        self.starts = [compile_floats(start.xreplace(bound), *letters) for start in f.starts]
        self.step = compile_floats(sp.Tuple(*self.sides), *f.unknowns, *letters)

    @cached_property
    def _folds(self) -> tuple[BoundMap, Callable[..., Any], Callable[..., Any]]:
        """The equations of a fold, (q, v) and both letters being unknown: exactly, and in floats with their Jacobian."""
        x, y = self.letters
        system = criticality(BoundMap(self.f.unknowns, self.f.sides, self.f.starts, self.f.values, y, self.f.fixed))
        bound = dict(self.f.values)
        residuals = sp.Matrix([symbol - side.xreplace(bound) for symbol, side in zip(system.unknowns, system.sides, strict=True)])
        variables = [*system.unknowns[:-1], x, y]
        return system, compile_floats(sp.Tuple(*residuals), *variables), compile_floats(residuals.jacobian(variables), *variables)

    def settled(self, x: Vector, y: Vector, rounds: int) -> Vector:
        """Iterate f from above at many places at once: one row for each unknown."""
        with np.errstate(all="ignore"):
            state = np.array([np.broadcast_to(start(x, y), x.shape) for start in self.starts], dtype=float)
            for _ in range(rounds):
                following = np.array([np.broadcast_to(side, x.shape) for side in self.step(*state, x, y)])
                if np.nanmax(np.abs(following - state)) < 1e-12:
                    break
                state = following
        return state

    @property
    def _factors(self) -> Vector:
        return np.array([1.0] * (2 * self.n) + [high - low for low, high in self.limits])

    @property
    def _offsets(self) -> Vector:
        return np.array([0.0] * (2 * self.n) + [low for low, _ in self.limits])

    def equations(self, point: Vector) -> tuple[Vector, Vector]:
        """Return residuals and Jacobian of the folds in scaled coordinates."""
        _, residual, jacobian = self._folds
        at = point * self._factors + self._offsets
        return np.array(residual(*at), dtype=float), np.array(jacobian(*at), dtype=float) * self._factors

    def inside(self, point: Vector) -> bool:
        """Whether a scaled point lies in the rectangle, with states that are possible."""
        states, place = point[: self.n], point[-2:]
        return bool(np.all(place >= -1e-9) and np.all(place <= 1 + 1e-9) and np.all(states > -1e-3) and np.all(states < 1 + 1e-3))

    def seeds(self) -> Iterator[Vector]:
        """Yield proved folds next to where the state drops on columns and rows of the grid."""
        axes = [np.linspace(low, high, _GRID + 2)[1:-1] for low, high in self.limits]
        x, y = np.meshgrid(*axes, indexing="ij")
        state = self.settled(x.ravel(), y.ravel(), _ROUNDS).reshape(self.n, _GRID, _GRID)
        for axis in (1, 0):
            drops = np.diff(state, axis=axis + 1)
            steep = np.max(np.abs(drops), axis=0) > _DROP
            typical = np.median(np.max(np.abs(drops), axis=0)[steep]) if steep.any() else 1.0
            for i, j in zip(*np.nonzero(steep & (np.max(np.abs(drops), axis=0) > typical / 4)), strict=True):
                ends = [(i, j), (i, j + 1) if axis == 1 else (i + 1, j)]
                hard = max(ends, key=lambda place: float(state[:, place[0], place[1]].sum()))
                start = self._fold_from(state[:, hard[0], hard[1]], (x[hard], y[hard]), axis)
                if start is not None and abs(start[-2 + axis] - self._scaled(x[hard], y[hard])[axis]) < 2 / _GRID:
                    yield start

    def _scaled(self, x: float, y: float) -> tuple[float, ...]:
        return tuple((value - low) / (high - low) for value, (low, high) in zip((x, y), self.limits, strict=True))

    def _fold_from(self, q: Vector, place: tuple[float, float], axis: int) -> Vector | None:
        """Return the fold of a state along a letter, proved; None where there is none."""
        point = np.array([*q, *self._perron(q, place), *self._scaled(*place)])
        free = [index for index in range(len(point)) if index != 2 * self.n + 1 - axis]
        for _ in range(_NEWTON):
            with np.errstate(all="ignore"):
                residual, jacobian = self.equations(point)
            if not (np.all(np.isfinite(residual)) and np.all(np.isfinite(jacobian))):
                return None
            change = np.linalg.lstsq(jacobian[:, free], residual, rcond=None)[0]
            point[free] -= change
            if np.linalg.norm(change) < 1e-13:
                break
        else:
            return None
        possible = self.inside(point) and np.all(point[self.n : 2 * self.n] > -1e-9)
        return point if possible and self._is_proved(point, axis) else None

    def _perron(self, q: Vector, place: tuple[float, float]) -> Vector:
        jacobian = np.array(self._jacobian(*q, *place), dtype=float)
        values, vectors = np.linalg.eig(jacobian)
        v = np.abs(np.real(vectors[:, np.argmax(np.real(values))]))
        return np.asarray(v / v.sum())

    @cached_property
    def _jacobian(self) -> Callable[..., Any]:
        return compile_floats(sp.Matrix(self.sides).jacobian(self.f.unknowns), *self.f.unknowns, *self.letters)

    def _is_proved(self, point: Vector, axis: int) -> bool:
        """Prove a fold, one letter being fixed at its value in floats."""
        system = self._folds[0]
        at = point * self._factors + self._offsets
        solved, still = (self.letters[1], self.letters[0]) if axis == 1 else self.letters
        unknowns = (*system.unknowns[:-1], solved)
        sides = (*system.sides[:-1], solved + sp.Add(*system.unknowns[self.n : 2 * self.n]) - 1)
        fixed = {**system.values, still: sp.Rational(float(at[2 * self.n + 1 - axis]))}
        exact = BoundMap(unknowns, sides, (), fixed, None, system.fixed)
        with ctx.workprec(_PRECISION):
            start = [*map(arb, at[: 2 * self.n]), arb(at[2 * self.n + axis])]
            proved = prove_zero(exact.excess(None), start, least=1.0) is not None
        self.proved += proved
        return proved

    def lines(self) -> Iterator[ClassLine]:
        """Follow the folds, and part them where jumps end."""
        done: list[Vector] = []
        for seed in self.seeds():
            if any(np.min(np.linalg.norm((points - seed)[:, [*range(self.n), -2, -1]], axis=1)) < _NEAR for points in done):
                continue
            points = trace(self.equations, seed, self.inside)
            if points is not None:
                done.append(points)
                yield from self._parted(points)

    def _parted(self, points: Vector) -> Iterator[ClassLine]:
        at = points * self._factors + self._offsets
        top = self.settled(at[:, -2], at[:, -1], _SLOW_ROUNDS).T
        jumps = np.max(np.abs(top - at[:, : self.n]), axis=1) < _ON_TOP
        bends = self._cusp_places(points)
        cuts = sorted({0, len(points) - 1, *bends, *(int(place) + 1 for place in np.flatnonzero(np.diff(jumps)))})
        for low, high in pairwise(cuts):
            part = at[low : high + 1]
            kind = "emergence" if jumps[low : high + 1].mean() > 0.5 else "fold"
            moving = np.mean(part[:, self.n : 2 * self.n], axis=0) > 1e-6
            names = tuple(dict.fromkeys(self.classes[symbol] for symbol, moves in zip(self.f.unknowns, moving, strict=True) if moves))
            ends = tuple(end for end, place in (("first", low), ("last", high)) if place in bends)
            if len(part) > 2:
                yield ClassLine(kind, names, tuple(map(float, part[:, -2])), tuple(map(float, part[:, -1])), ends)

    def _cusp_places(self, points: Vector) -> set[int]:
        """Return where a line turns back on itself in the plane: its tangent there has no part in the plane."""
        steps = np.diff(points[:, -2:], axis=0)
        sizes = np.linalg.norm(steps, axis=1)
        turns = [place + 1 for place in range(len(steps) - 1) if steps[place] @ steps[place + 1] < 0]
        return {place for place in turns if sizes[place] < 0.02}

    def cusps(self, line: ClassLine) -> Iterator[Point]:
        """Yield where a line ends in a cusp, of two lines that meet there the one of the jump."""
        if line.kind == "emergence":
            for end in line.cusps:
                place = 0 if end == "first" else -1
                yield Point(line.x[place], line.y[place])

    def corners(self, one: ClassLine, other: ClassLine) -> Iterator[Point]:
        """Yield where two lines of jumps cross or meet."""
        for start, end in pairwise(zip(one.x, one.y, strict=True)):
            crossing = _crossing(np.array(start), np.array(end), np.column_stack([other.x, other.y]))
            if crossing is not None:
                yield Point(*crossing)
                return


def _crossing(start: Vector, end: Vector, line: Vector) -> tuple[float, float] | None:
    """Return where a stretch crosses a line, if it does."""
    d, steps = end - start, np.diff(line, axis=0)
    cross = d[0] * steps[:, 1] - d[1] * steps[:, 0]
    away = line[:-1] - start
    with np.errstate(all="ignore"):
        s = (away[:, 0] * steps[:, 1] - away[:, 1] * steps[:, 0]) / cross
        t = (away[:, 0] * d[1] - away[:, 1] * d[0]) / cross
    hit = np.flatnonzero((s >= 0) & (s <= 1) & (t >= 0) & (t <= 1))
    return tuple(float(value) for value in start + s[hit[0]] * d) if len(hit) else None  # type: ignore[return-value]
