"""The phase diagram in two letters: fold curves, cusps, potential line and stability line, followed without gaps from proved points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ...balls.numerical.floats import compile_floats
from ...errors import InputError
from ...model.symbols import q
from ...symbolic.algebra import logarithm
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.search import Question
from ..evolution.thresholds.cusps import cusps
from ..evolution.thresholds.find import bound_thresholds
from ..evolution.thresholds.results import Threshold
from .diagram import Ends, PhaseDiagram, PhaseLine, cusp_place
from .tracing import trace

__all__ = ["phase_diagram"]

_SHARES = ((0.002, 0.25, 0.75, 0.998), (0.002, 0.25, 0.5, 0.75, 0.998))
_DEPTH = 8.0
_LEAST = -28.0
_ABOVE = 400
_NEAR = 0.03
_APART, _BESIDE = 0.02, 0.015
_u, _v = sp.symbols("u v", real=True)


def _states(one: Threshold, to_zero: bool) -> list[float]:
    """Return the two states of equal potential, or the one that is not 0."""
    states = (one.fixed_point,) if to_zero else (one.fixed_point, one.lands_on)
    return [float(state) for state in states if state is not None]


def phase_diagram(
    equation: FixedPointEquation,
    x: sp.Symbol,
    y: sp.Symbol,
    x_limits: Ends,
    y_limits: Ends,
    values: Mapping[sp.Symbol, sp.Expr],
) -> PhaseDiagram:
    """Follow all lines that cross one of five columns or four rows of the rectangle, its edges among them, or a column next to a cusp."""
    for ends in (x_limits, y_limits):
        if not 0 <= ends[0] < ends[1] < float("inf"):
            raise InputError("the limits of a phase diagram", "must be 0 <= LO < HI", given=ends)
    plane = _Plane(equation, x, y, (x_limits, y_limits), values)
    lines = [*plane.folds(), *plane.stability(), *plane.potentials()]
    return PhaseDiagram(str(x), str(y), (x_limits, y_limits), tuple(lines), tuple(plane.cusps))


class _Plane:
    """The rectangle of two letters, scaled to the unit square, with the state as u = log q."""

    def __init__(
        self, equation: FixedPointEquation, x: sp.Symbol, y: sp.Symbol, limits: tuple[Ends, Ends], values: Mapping[sp.Symbol, sp.Expr]
    ) -> None:
        self.equation, self.letters, self.limits, self.values = equation, (x, y), limits, values
        self.bound = equation.bind(values)

    @cached_property
    def phi(self) -> sp.Expr:
        """log f(e^u) - u, whose zeros are the fixed points, in relative terms."""
        return logarithm(self.bound.right_side.xreplace({q: sp.exp(_u)})) - _u

    @cached_property
    def cusps(self) -> list[Threshold]:
        """The proved cusps in the rectangle."""
        x, y = self.letters
        ranges = {letter: (sp.Rational(str(low)), sp.Rational(str(high))) for letter, (low, high) in zip((x, y), self.limits, strict=True)}
        found = cusps(Question(self.equation, y, self.values), x, ranges).found
        return [cusp for cusp in found if self._is_inside(*cusp_place(cusp, str(x)))]

    @cached_property
    def seeds(self) -> list[tuple[Threshold, float, float]]:
        """Proved thresholds on columns and rows of the rectangle, with their places."""
        found = []
        for axis in (1, 0):
            letter, other = self.letters[axis], self.letters[1 - axis]
            low, high = self.limits[1 - axis]
            for position in self._crossing(axis, low, high):
                fixed = sp.Rational(f"{position:.6g}")
                for one in self._along(letter, {**self.values, other: fixed}):
                    assert one.value is not None
                    place = (float(fixed), float(one.value)) if axis == 1 else (float(one.value), float(fixed))
                    if self._is_inside(*place):
                        found.append((one, *place))
        return found

    def _crossing(self, axis: int, low: float, high: float) -> list[float]:
        """Return the rows (0) or columns (1) on which thresholds are proved: spread evenly, and columns beside each cusp."""
        places = [low + share * (high - low) for share in _SHARES[axis]]
        beside = [cusp_place(cusp, str(self.letters[0]))[0] + side * _BESIDE * (high - low) for cusp in self.cusps for side in (-1, 1)]
        return places + [place for place in beside if axis == 1 and low < place < high]

    def _along(self, letter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr]) -> list[Threshold]:
        try:
            found = bound_thresholds(Question(self.equation, letter, values))
        except InputError:
            return []
        return [one for one in found if one.value is not None and one.value.digits]

    def _is_inside(self, x: float, y: float) -> bool:
        return all(low <= value <= high for value, (low, high) in zip((x, y), self.limits, strict=True))

    def scaled(self, states: list[float], x: float, y: float) -> NDArray[np.float64]:
        """Return a point in the coordinates in which curves are followed."""
        sides = [(value - low) / (high - low) for value, (low, high) in zip((x, y), self.limits, strict=True)]
        return np.array([*(np.log(max(state, 1e-12)) / _DEPTH for state in states), *sides])

    def system(self, expressions: list[sp.Expr], states: list[sp.Symbol]) -> Callable[[NDArray[np.float64]], Any]:
        """Compile residuals and their Jacobian in the scaled coordinates."""
        variables = [*states, *self.letters]
        entries = [compile_floats(entry, *variables) for entry in expressions]
        slopes = [[compile_floats(sp.diff(entry, variable), *variables) for variable in variables] for entry in expressions]
        factors = np.array([_DEPTH] * len(states) + [high - low for low, high in self.limits])
        offsets = np.array([0.0] * len(states) + [low for low, _ in self.limits])

        def equations(point: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            at = point * factors + offsets
            residual = np.array([float(entry(*at)) for entry in entries])
            return residual, np.array([[float(slope(*at)) for slope in row] for row in slopes]) * factors

        return equations

    def inside(self, point: NDArray[np.float64]) -> bool:
        """Whether a scaled point lies in the rectangle, and its states are not too small and, where there are two, apart."""
        apart = len(point) < 4 or point[0] - point[1] > _APART
        return bool(apart and np.all(point[-2:] >= -1e-9) and np.all(point[-2:] <= 1 + 1e-9) and np.all(point[:-2] * _DEPTH > _LEAST))

    def followed(self, equations: Any, starts: list[NDArray[np.float64]]) -> Iterator[NDArray[np.float64]]:
        """Follow a curve from each start that lies on none of those before; yield states and letters."""
        done: list[NDArray[np.float64]] = []
        for start in starts:
            if any(np.min(np.linalg.norm(points - start, axis=1)) < _NEAR for points in done):
                continue
            points = trace(equations, start, self.inside)
            if points is not None:
                done.append(points)
                yield self._unscaled(points)

    def _unscaled(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        result = points.copy()
        result[:, :-2] *= _DEPTH
        for column, (low, high) in zip((-2, -1), self.limits, strict=True):
            result[:, column] = low + points[:, column] * (high - low)
        return result

    def folds(self) -> list[PhaseLine]:
        """Follow the folds through the cusps, and part them where emergence changes to fold."""
        equations = self.system([self.phi, sp.diff(self.phi, _u)], [_u])
        born = [(cusp, *cusp_place(cusp, str(self.letters[0]))) for cusp in self.cusps]
        turns = [seed for seed in self.seeds if seed[0].kind in ("emergence", "fold")]
        starts = [self.scaled([float(one.fixed_point)], x, y) for one, x, y in [*born, *turns] if one.fixed_point is not None]
        lines: list[PhaseLine] = []
        for points in self.followed(equations, starts):
            lines += self._parted(self._with_cusps(points, born))
        return lines

    def _with_cusps(self, points: NDArray[np.float64], born: list[tuple[Threshold, float, float]]) -> NDArray[np.float64]:
        """Put the proved cusps in place of the points next to them."""
        for cusp, x, y in born:
            here = self.scaled([float(cusp.fixed_point or 1)], x, y)
            scaled = np.array([self.scaled([np.exp(point[0])], *point[1:]) for point in points])
            distances = np.linalg.norm(scaled - here, axis=1)
            nearest = int(np.argmin(distances))
            if distances[nearest] < _NEAR:
                points = points.copy()
                points[nearest] = np.log(float(cusp.fixed_point or 1)), x, y
        return points

    def _parted(self, points: NDArray[np.float64]) -> list[PhaseLine]:
        """Part a fold curve where its kind changes; the parts share the point there, the one of least curvature (a cusp has none)."""
        jumps, bends = self._jumps(points)
        changes = [index for index in range(len(points) - 1) if jumps[index] != jumps[index + 1]]
        shared = [index if bends[index] < bends[index + 1] else index + 1 for index in changes]
        lines = []
        for low, high in pairwise([0, *shared, len(points) - 1]):
            part = points[low : high + 1]
            kind = "emergence" if jumps[(low + high) // 2] else "fold"
            lines.append(PhaseLine(kind, tuple(part[:, 1]), tuple(part[:, 2]), tuple(np.exp(part[:, 0]))))
        return [line for line in lines if len(line.x) > 1]

    def _jumps(self, points: NDArray[np.float64]) -> tuple[list[bool], list[float]]:
        """Say at each fold whether no fixed point lies above it, so that the largest one jumps; and how strongly it bends."""
        phi = compile_floats(self.phi, _u, *self.letters)
        curvature = compile_floats(sp.diff(self.phi, _u, 2), _u, *self.letters)
        top = compile_floats(self.bound.ensemble.unknown, *self.letters)
        stuck = self.bound.never_starts is not None
        answers, bends = [], []
        for u, x, y in points:
            grid = u + (np.log(float(top(x, y))) - u) * np.linspace(0.01, 1, _ABOVE)
            with np.errstate(all="ignore"):
                below = np.all(np.broadcast_to(phi(grid, x, y), grid.shape) < 0)
            bend = float(curvature(u, x, y))
            answers.append(bool(not stuck and below and bend < 0))
            bends.append(abs(bend))
        return answers, bends

    def stability(self) -> list[PhaseLine]:
        """Follow the line on which q = 0 changes stability."""
        if not self.bound.completes or not self.bound.growth.free_symbols:
            return []
        equations = self.system([sp.log(self.bound.growth)], [])
        starts = [self.scaled([], x, y) for one, x, y in self.seeds if one.kind == "stability"]
        followed = self.followed(equations, starts)
        return [PhaseLine("stability", tuple(points[:, 0]), tuple(points[:, 1]), (0.0,) * len(points)) for points in followed]

    def potentials(self) -> list[PhaseLine]:
        """Follow the lines of equal potential, up to the cusp in which they end."""
        if self.bound.potential.has(sp.Integral):
            return []
        lines = []
        for to_zero in (False, True):
            seeds = [seed for seed in self.seeds if seed[0].kind == "potential" and (float(seed[0].lands_on or 0) == 0) is to_zero]
            equations = self._maxwell(to_zero)
            starts = [self.scaled(_states(one, to_zero), x, y) for one, x, y in seeds]
            lines += [self._joined(part) for points in self.followed(equations, starts) for part in self._lowest(points)]
        return lines

    def _lowest(self, points: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Keep the stretches on which no state has a lower potential than the two."""
        potential = compile_floats(self.bound.potential, q, *self.letters)
        top = compile_floats(self.bound.ensemble.unknown, *self.letters)
        kept = []
        for u, *_, x, y in points:
            states = float(top(x, y)) * np.append(np.exp(np.linspace(_LEAST / 2, 0, 2 * _ABOVE)), 0.0)
            level = float(potential(np.exp(u), x, y))
            kept.append(bool(np.min(potential(states, x, y)) > level - 1e-9 - 1e-7 * abs(level)))
        cuts = [0, *(index + 1 for index in range(len(kept) - 1) if kept[index] != kept[index + 1]), len(kept)]
        return [points[low:high] for low, high in pairwise(cuts) if kept[low] and high - low > 1]

    def _maxwell(self, to_zero: bool) -> Any:
        potential, other = self.bound.potential.xreplace({q: sp.exp(_u)}), self.bound.potential.xreplace({q: sp.exp(_v)})
        if to_zero:
            return self.system([self.phi, potential - self.bound.potential.subs(q, 0)], [_u])
        return self.system([self.phi, self.phi.xreplace({_u: _v}), potential - other], [_u, _v])

    def _joined(self, points: NDArray[np.float64]) -> PhaseLine:
        """Lengthen a line to the cusp next to its end."""
        x, y, states = list(points[:, -2]), list(points[:, -1]), list(np.exp(points[:, 0]))
        for cusp in self.cusps:
            place = cusp_place(cusp, str(self.letters[0]))
            for end in (0, -1):
                gap = np.linalg.norm(self.scaled([], *place) - self.scaled([], x[end], y[end]))
                if 0 < gap < 3 * _NEAR:
                    for values, value in zip((x, y, states), (*place, float(cusp.fixed_point or 0)), strict=True):
                        values.insert(0 if end == 0 else len(values), value)
        return PhaseLine("potential", tuple(x), tuple(y), tuple(states))
