"""The phase diagram of one class: fold curves, cusps, potential line and stability line, followed without gaps from proved points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import sympy as sp

from ...balls.numerical.floats import compile_floats
from ...errors import InputError
from ...model.symbols import q
from ...symbolic.algebra import logarithm
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.search import Question
from ..evolution.thresholds.cusps import cusps
from ..evolution.thresholds.find import thresholds
from ..evolution.thresholds.results import Threshold
from .diagram import Ends, PhaseDiagram, PhaseLine, Point
from .following import NEAR, Frame, Vector

_ROWS, _COLUMNS = (0.002, 0.25, 0.75, 0.998), (0.002, 0.25, 0.5, 0.75, 0.998)
"""Where thresholds are proved, as shares of the rectangle: a line that crosses none of them is missed, and each takes its time. Those next
to the edges alone find all lines of the paper's 1- and 2-skill learner; the others are for lines that begin and end within."""
_BESIDE = 0.015
"""Columns on both sides of a cusp, as a share of the width, for lines that are born there; a third, or 0.04, finds the same ones."""
_DEPTH = 8.0
"""States are followed as log q / 8: a decade of q counts as much as 0.3 of the rectangle's side. Half as much gives the same lines in up to
1.6 times as many points."""
_LEAST, _TINY = -28.0, 1e-12
"""The least log q that is followed, and the least q of a seed, both where floats no longer tell f(q) from q beside q = 0."""
_ABOVE = 400
"""States above a fold, in proportion, at which a fixed point is looked for, twice as many beside a potential line; 100 give the same."""
_APART, _REACH = 0.02, 0.09
"""Two states of equal potential are followed until they are this near (0.16 in log q), for their equations become one; a line that ends
so, at most 0.09 away in the plane, is drawn to the cusp. Half or twice the first, and a third of the second, give the same lines."""
_u, _v = sp.symbols("u v", real=True)


def phase_diagram(
    equation: FixedPointEquation, letters: tuple[sp.Symbol, sp.Symbol], limits: tuple[Ends, Ends], values: Mapping[sp.Symbol, sp.Expr]
) -> PhaseDiagram:
    """Follow all lines that cross one of five columns or four rows of the rectangle, its edges among them, or a column next to a cusp."""
    plane = _OneClass(equation, Frame(letters, limits, _DEPTH), values)
    lines = [*plane.folds(), *plane.stability(), *plane.potentials()]
    x, y = map(str, letters)
    return PhaseDiagram(x, y, limits, tuple(lines), tuple(plane.cusps), proved=len(plane.seeds) + len(plane.cusps))


@dataclass(frozen=True)
class _OneClass:
    """The equations of all lines in the frame; a point is (log q, x, y), with the logarithm of a second q on a potential line."""

    equation: FixedPointEquation
    frame: Frame
    values: Mapping[sp.Symbol, sp.Expr]

    @cached_property
    def bound(self) -> FixedPointEquation:
        """The equation, all letters but the two being bound."""
        return self.equation.bind(self.values)

    @cached_property
    def phi(self) -> sp.Expr:
        """log f(e^u) - u, whose zeros are the fixed points, in relative terms."""
        return logarithm(self.bound.right_side.xreplace({q: sp.exp(_u)})) - _u

    @cached_property
    def cusps(self) -> list[Threshold]:
        """The proved cusps in the rectangle."""
        x, y = self.frame.letters
        ranges = {
            letter: (sp.Rational(str(low)), sp.Rational(str(high))) for letter, (low, high) in zip((x, y), self.frame.limits, strict=True)
        }
        proved = cusps(Question(self.equation, y, self.values), x, ranges)
        return [cusp for cusp in proved if self.frame.holds(self.frame.scaled(Point.of(cusp, str(x))))]

    @cached_property
    def born(self) -> list[Vector]:
        """The cusps as points."""
        return [_point([float(cusp.fixed_point or 1)], Point.of(cusp, str(self.frame.letters[0]))) for cusp in self.cusps]

    @cached_property
    def seeds(self) -> list[tuple[Threshold, Point]]:
        """Proved thresholds on columns and rows of the rectangle, with their places."""
        x, y = self.frame.letters
        (left, right), (bottom, top) = self.frame.limits
        beside = [float(cusp[1]) + side * _BESIDE * (right - left) for cusp in self.born for side in (-1, 1)]
        columns = [left + share * (right - left) for share in _COLUMNS] + [place for place in beside if left < place < right]
        rows = [bottom + share * (top - bottom) for share in _ROWS]
        seeds = []
        for fixed, letter, place in [*((x, y, place) for place in columns), *((y, x, place) for place in rows)]:
            value = sp.Rational(f"{place:.6g}")
            with suppress(InputError):
                for threshold in thresholds(Question(self.equation, letter, {**self.values, fixed: value})):
                    if threshold.value is not None and threshold.value.digits:
                        at = {fixed: float(value), letter: float(threshold.value)}
                        seeds.append((threshold, Point(at[x], at[y])))
        return [(threshold, place) for threshold, place in seeds if self.frame.holds(self.frame.scaled(place))]

    def inside(self, scaled: Vector) -> bool:
        """Whether a scaled point lies in the rectangle, and its states are not too small and, where there are two, apart."""
        apart = len(scaled) < 4 or scaled[0] - scaled[1] > _APART
        return bool(apart and self.frame.holds(scaled) and np.all(scaled[:-2] * _DEPTH > _LEAST))

    def _followed(self, residuals: list[sp.Expr], states: list[sp.Symbol], starts: list[Vector]) -> Iterator[Vector]:
        if starts:
            yield from self.frame.follow(self.frame.equations(residuals, states), map(self.frame.scaled, starts), self.inside)

    def folds(self) -> Iterator[PhaseLine]:
        """Follow the folds through the cusps, and part them where emergence changes to fold."""
        turns = [(turn, place) for turn, place in self.seeds if turn.kind in ("emergence", "fold") and turn.fixed_point is not None]
        starts = self.born + [_point([float(turn.fixed_point)], place) for turn, place in turns]
        for points in self._followed([self.phi, sp.diff(self.phi, _u)], [_u], starts):
            yield from self._parted(self._with_cusps(points))

    def _with_cusps(self, points: Vector) -> Vector:
        """Put the proved cusps in place of the points next to them."""
        for cusp in self.born:
            distances = np.linalg.norm(self.frame.scaled(points) - self.frame.scaled(cusp), axis=1)
            if distances.min() < NEAR:
                points[np.argmin(distances)] = cusp
        return points

    def _parted(self, points: Vector) -> Iterator[PhaseLine]:
        """Part a fold curve where its kind changes; the parts share the point there, the one of least curvature (a cusp has none)."""
        jumps, bends = self._jumps(points)
        shared = [index + int(bends[index] >= bends[index + 1]) for index in np.flatnonzero(np.diff(jumps)).tolist()]
        for low, high in pairwise([0, *shared, len(points) - 1]):
            if high > low:
                yield self._line("emergence" if jumps[(low + high) // 2] else "fold", points[low : high + 1])

    def _jumps(self, points: Vector) -> tuple[list[bool], list[float]]:
        """Say at each fold whether no fixed point lies above it, so that the largest one jumps; and how strongly it bends."""
        sides = self.phi, sp.diff(self.phi, _u, 2), self.bound.ensemble.unknown
        phi, curvature, top = (compile_floats(side, _u, *self.frame.letters) for side in sides)
        starts = self.bound.never_starts is None
        jumps, bends = [], []
        for u, x, y in points:
            states = u + (np.log(float(top(u, x, y))) - u) * np.linspace(0.01, 1, _ABOVE)
            bend = float(curvature(u, x, y))
            with np.errstate(all="ignore"):
                jumps.append(bool(starts and bend < 0 and np.all(phi(states, x, y) < 0)))
            bends.append(abs(bend))
        return jumps, bends

    def stability(self) -> list[PhaseLine]:
        """Follow the line on which q = 0 changes stability."""
        if not self.bound.completes or not self.bound.growth.free_symbols:
            return []
        starts = [np.array(place) for threshold, place in self.seeds if threshold.kind == "stability"]
        followed = self._followed([sp.log(self.bound.growth)], [], starts)
        return [self._line("stability", np.insert(points, 0, -np.inf, axis=1)) for points in followed]

    def potentials(self) -> Iterator[PhaseLine]:
        """Follow the lines of equal potential, up to the cusp in which they end."""
        if self.bound.potential.has(sp.Integral):
            return
        potential = self.bound.potential
        level = potential.xreplace({q: sp.exp(_u)})
        two_states = [self.phi, self.phi.xreplace({_u: _v}), level - potential.xreplace({q: sp.exp(_v)})]
        for residuals, states in ((two_states, [_u, _v]), ([self.phi, level - potential.subs(q, 0)], [_u])):
            for points in self._followed(residuals, states, self._of_equal_potential(len(states))):
                for stretch in self._lowest(points):
                    yield self._line("potential", self._to_cusp(stretch[:, [0, -2, -1]]))

    def _of_equal_potential(self, count: int) -> list[Vector]:
        """Return the potential thresholds at which two states that are not 0 have equal potential, or one and the state 0."""
        seeds = [
            (seed, place) for seed, place in self.seeds if seed.kind == "potential" and (count == 1) is (float(seed.lands_on or 0) == 0)
        ]
        return [_point([float(state or 0) for state in (seed.fixed_point, seed.lands_on)[:count]], place) for seed, place in seeds]

    def _lowest(self, points: Vector) -> list[Vector]:
        """Keep the stretches on which no state has a lower potential than the two."""
        potential = compile_floats(self.bound.potential, q, *self.frame.letters)
        top = compile_floats(self.bound.ensemble.unknown, *self.frame.letters)
        kept = []
        for u, *_, x, y in points:
            states = float(top(x, y)) * np.append(np.exp(np.linspace(_LEAST / 2, 0, 2 * _ABOVE)), 0.0)
            level = float(potential(np.exp(u), x, y))
            kept.append(bool(np.min(potential(states, x, y)) > level - 1e-9 - 1e-7 * abs(level)))
        cuts = [0, *(np.flatnonzero(np.diff(kept)) + 1), len(kept)]
        return [points[low:high] for low, high in pairwise(cuts) if kept[low] and high - low > 1]

    def _to_cusp(self, points: Vector) -> Vector:
        """Lengthen a line to the cusp next to its end."""
        for cusp in self.born:
            for end in (0, -1):
                gap = np.linalg.norm((self.frame.scaled(cusp) - self.frame.scaled(points[end]))[-2:])
                if 0 < gap < _REACH:
                    points = np.insert(points, len(points) if end else 0, cusp, axis=0)
        return points

    def _line(self, kind: str, points: Vector) -> PhaseLine:
        u, x, y = (tuple(column.tolist()) for column in points.T)
        ends = (name for name, end in (("first", 0), ("last", -1)) if any(np.all(points[end, 1:] == cusp[1:]) for cusp in self.born))
        return PhaseLine(kind, x, y, tuple(np.exp(u).tolist()), cusps=tuple(ends))


def _point(states: list[float], place: Point) -> Vector:
    return np.array([*(np.log(max(state, _TINY)) for state in states), *place])
