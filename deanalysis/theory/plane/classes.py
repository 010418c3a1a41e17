"""The phase diagram of several classes: the lines on which classes jump, with their corners and cusps.

Fold lines, q = f(q), v = J v, sum v = 1, are followed in floats from folds that are proved on columns and rows of a grid. Whether the
largest fixed point jumps there is decided by iterating f from above, in floats, at every point of a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from flint import arb, ctx

from ...balls.bound_map import BoundMap
from ...balls.numerical.floats import compile_floats
from ...balls.systems import prove_zero
from ..classes.changes import FINE, criticality
from ..classes.equations import ClassEquations
from .diagram import Ends, PhaseDiagram, PhaseLine, Point
from .following import NEAR, Equations, Frame, Vector, corrected

_GRID = 41
"""Columns and rows of the grid: in the figure of regions 21 give the same lines of jumps, and 11 one that ends 0.001 off its corner; what
lies between two columns and two rows is missed, and the time grows with their number."""
_ROUNDS, _SLOW_ROUNDS = 1500, 4000
"""How often f is iterated on the grid and on the lines, where that is slowest: from 300 and 4000 on the lines of that figure are the same,
and with 1000 on the lines one ends a point before its cusp."""
_DROP = 0.02
"""The least drop of a state between neighbours in the grid that may be a jump: with 0.08 the lines of the figure are the same, with 0.005
folds of states are found, too, that are not the largest."""
_ON_TOP = 0.02
"""A fold is one of the largest fixed point if the iterated state is this near to it: with 0.005 a jump seems to end 5 points before its
cusp, for iteration is slow there, and with 0.08 to go on as far beyond it."""
_NEWTON = 30
"""Rounds of Newton's method from a node of the grid to a fold, which may be far."""
_TAIL = 0.1
"""The longest end of a line beyond a corner, in the scaled plane, that is cut off; half or twice as much changes no line of the figure."""


def class_diagram(
    equations: ClassEquations, letters: tuple[sp.Symbol, sp.Symbol], limits: tuple[Ends, Ends], values: Mapping[sp.Symbol, sp.Expr]
) -> PhaseDiagram:
    """Follow all lines of jumps that cross a column or a row of a grid of 41 by 41 points."""
    frame = Frame(letters, limits)
    folds = _Folds(BoundMap.of(equations, values), frame)
    seeds = list(folds.seeds())
    stretches = [part for points in frame.follow(folds.equations, seeds, folds.inside) for part in folds.parted(points)]
    jumps = [stretch.points for stretch in stretches if stretch.kind == "emergence"]
    pairs = [(line, other) for number, line in enumerate(jumps) for other in jumps[:number]]
    corners = [corner for line, other in pairs if (corner := _corner(line[:, -2:], other[:, -2:])) is not None]
    lines = [_line(_trimmed(stretch, corners, frame), folds.f, equations) for stretch in stretches]
    cusps = [line.ends[("first", "last").index(end)] for line in lines if line.kind == "emergence" for end in line.cusps]
    x, y = map(str, letters)
    return PhaseDiagram(x, y, limits, tuple(lines), tuple(cusps), tuple(corners), len(seeds))


class _Stretch(NamedTuple):
    """A part of a fold line: its points (q, v, x, y), and which of its ends are cusps."""

    kind: str
    points: Vector
    cusps: tuple[str, ...]


def _line(stretch: _Stretch, f: BoundMap, equations: ClassEquations) -> PhaseLine:
    """Return a stretch as a line, with the classes that it moves: those in which v is not 0."""
    columns, n = stretch.points.T, len(f.unknowns)
    places = {symbol: f.places[symbol] for symbol in equations.unknowns if symbol in f.places}
    moves = columns[n:-2].mean(axis=1) > 1e-6
    states = {equations.labels[symbol]: tuple(columns[place].tolist()) for symbol, place in places.items()}
    classes = dict.fromkeys(equations.class_of[symbol] for symbol, place in places.items() if moves[place])
    return PhaseLine(stretch.kind, tuple(columns[-2].tolist()), tuple(columns[-1].tolist()), states, tuple(classes), stretch.cusps)


def _trimmed(stretch: _Stretch, corners: list[Point], frame: Frame) -> _Stretch:
    """End a line of jumps at a corner that lies next to its end: beyond, the state jumps on the other line before."""
    points = stretch.points
    for corner in corners if stretch.kind == "emergence" else ():
        places = frame.scaled(points[:, -2:])
        distances = np.linalg.norm(places - frame.scaled(corner), axis=1)
        nearest = int(np.argmin(distances))
        if distances[nearest] > NEAR:
            continue
        at_corner = np.append(points[nearest, :-2], corner)
        for end, part in (("first", places[:nearest]), ("last", places[nearest + 1 :])):
            if len(part) and np.linalg.norm(part[0] - part[-1]) < _TAIL and end not in stretch.cusps:
                kept = (at_corner, points[nearest + 1 :]) if end == "first" else (points[:nearest], at_corner)
                points = np.vstack(kept)
                break
    return stretch._replace(points=points)


def _corner(line: Vector, other: Vector) -> Point | None:
    """Return where two lines in the plane first cross, if they do."""
    steps = np.diff(other, axis=0)
    for start, d in zip(line[:-1], np.diff(line, axis=0), strict=True):
        away = other[:-1] - start
        with np.errstate(all="ignore"):
            cross = d[0] * steps[:, 1] - d[1] * steps[:, 0]
            s = (away[:, 0] * steps[:, 1] - away[:, 1] * steps[:, 0]) / cross
            t = (away[:, 0] * d[1] - away[:, 1] * d[0]) / cross
        hit = np.flatnonzero((s >= 0) & (s <= 1) & (t >= 0) & (t <= 1))
        if len(hit):
            return Point(*(start + s[hit[0]] * d).tolist())
    return None


@dataclass(frozen=True)
class _Folds:
    """The map and its folds in a frame, in floats; a point is (q, v, x, y)."""

    f: BoundMap
    frame: Frame

    @property
    def n(self) -> int:
        """The number of unknowns."""
        return len(self.f.unknowns)

    @cached_property
    def systems(self) -> tuple[BoundMap, ...]:
        """The equations of a fold with x as the last unknown, and with y."""
        return tuple(criticality(replace(self.f, letter=letter)) for letter in self.frame.letters)

    @cached_property
    def equations(self) -> Equations:
        """The equations of a fold in floats, both letters being unknown."""
        bound, (_, system) = dict(self.f.values), self.systems
        residuals = [symbol - side.xreplace(bound) for symbol, side in zip(system.unknowns, system.sides, strict=True)]
        return self.frame.equations(residuals, system.unknowns[:-1])

    def _compiled(self, expressions: Any, *unknowns: sp.Symbol) -> Callable[..., Any]:
        return compile_floats(expressions.xreplace(dict(self.f.values)), *unknowns, *self.frame.letters)

    @cached_property
    def _step(self) -> Callable[..., Any]:
        return self._compiled(sp.Tuple(*self.f.sides), *self.f.unknowns)

    @cached_property
    def _jacobian(self) -> Callable[..., Any]:
        return self._compiled(sp.Matrix(self.f.sides).jacobian(self.f.unknowns), *self.f.unknowns)

    def settled(self, x: Vector, y: Vector, rounds: int) -> Vector:
        """Iterate f from above at many places at once: one row for each unknown."""
        with np.errstate(all="ignore"):
            state = np.array([np.broadcast_to(start, x.shape) for start in self._compiled(sp.Tuple(*self.f.starts))(x, y)], dtype=float)
            for _ in range(rounds):
                following = np.array([np.broadcast_to(side, x.shape) for side in self._step(*state, x, y)])
                if np.nanmax(np.abs(following - state)) < 1e-12:
                    break
                state = following
        return state

    def inside(self, scaled: Vector) -> bool:
        """Whether a scaled point lies in the rectangle, with states that are possible."""
        states = scaled[: self.n]
        return self.frame.holds(scaled) and bool(np.all(states > -1e-3) and np.all(states < 1 + 1e-3))

    def seeds(self) -> Iterator[Vector]:
        """Yield proved folds next to where the state drops on columns and rows of the grid, scaled."""
        axes = [np.linspace(low, high, _GRID + 2)[1:-1] for low, high in self.frame.limits]
        x, y = np.meshgrid(*axes, indexing="ij")
        state = self.settled(x.ravel(), y.ravel(), _ROUNDS).reshape(self.n, _GRID, _GRID)
        for axis in (1, 0):
            drops = np.max(np.abs(np.diff(state, axis=axis + 1)), axis=0)
            steep = drops > _DROP
            typical = np.median(drops[steep]) if steep.any() else 1.0
            for i, j in zip(*np.nonzero(steep & (drops > typical / 4)), strict=True):
                ends = [(i, j), (i, j + 1) if axis == 1 else (i + 1, j)]
                hard = max(ends, key=lambda node: float(state[:, node[0], node[1]].sum()))
                fold = self._fold_from(np.array([*state[:, hard[0], hard[1]], x[hard], y[hard]]), axis)
                if fold is not None:
                    yield fold

    def _fold_from(self, point: Vector, axis: int) -> Vector | None:
        """Return the proved fold near a state along a letter, the other one being fixed; None where there is none."""
        values, vectors = np.linalg.eig(np.array(self._jacobian(*point), dtype=float))
        v = np.abs(np.real(vectors[:, np.argmax(np.real(values))]))
        start = self.frame.scaled([*point[:-2], *(v / v.sum()), *point[-2:]])
        fixed = np.zeros(len(start))
        fixed[-1 - axis] = 1
        fold = corrected(self.equations, start, fixed, _NEWTON)
        if fold is None or not self.inside(fold) or abs(fold[axis - 2] - start[axis - 2]) >= 2 / _GRID:
            return None
        possible = np.all(fold[self.n : -2] > -1e-9)
        return fold if possible and self._is_proved(self.frame.plain(fold), axis) else None

    def _is_proved(self, fold: Vector, axis: int) -> bool:
        """Prove a fold, one letter being fixed at its value in floats."""
        value = {self.frame.letters[1 - axis]: sp.Rational(float(fold[-1 - axis]))}
        system = replace(self.systems[axis], values={**self.f.values, **value})
        with ctx.workprec(FINE):
            start = [*map(arb, fold[:-2]), arb(fold[axis - 2])]
            return prove_zero(system.excess(None), start, least=1.0) is not None

    def parted(self, points: Vector) -> Iterator[_Stretch]:
        """Part a line where jumps end and at cusps, in which it turns back on itself: its tangent there has no part in the plane."""
        top = self.settled(points[:, -2], points[:, -1], _SLOW_ROUNDS).T
        jumps = np.max(np.abs(top - points[:, : self.n]), axis=1) < _ON_TOP
        steps = np.diff(self.frame.scaled(points)[:, -2:], axis=0)
        cusps = set((np.flatnonzero(np.sum(steps[:-1] * steps[1:], axis=1) < 0) + 1).tolist())
        cuts = sorted({0, len(points) - 1, *cusps, *(np.flatnonzero(np.diff(jumps)) + 1).tolist()})
        for low, high in pairwise(cuts):
            kind = "emergence" if jumps[low : high + 1].mean() > 0.5 else "fold"
            ends = tuple(end for end, index in (("first", low), ("last", high)) if index in cusps)
            if high - low > 1:
                yield _Stretch(kind, points[low : high + 1], ends)
