"""Where the spectral radius of a nonnegative matrix passes 1 along a letter, its entries depending on the largest fixed point there.

A range is divided into pieces on which the radius is proved to be below 1, or above it, throughout, and pieces on which det(1 - J) is
proved to rise or to fall: these hold one crossing if their ends lie on two sides of it, and else none. It is proved by interval Newton.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import sympy as sp
from flint import arb, arb_mat, ctx

from ...balls.bound_map import BoundMap
from ...balls.monotone import contracts, locate
from ...balls.search import between
from ...balls.systems import Box, krawczyk, perron, prove_zero
from .changes import FINE

_NARROW, _FINEST = 0.3, 1e-11
"""The widest piece, relative to the letter, in which a crossing is looked for, and the narrowest: next to a change, where 1e-10 is left
out, pieces have to be narrower than that."""

_MOST_PIECES = 1000
"""Pieces that are judged; the way to a crossing takes some ten, that to a jump some hundred."""

_NARROWING, _SHRINKS = 40, 0.9
"""Steps of interval Newton that narrow a state, at most, and by how much each has to: a wide box shrinks slowly at first."""

_NEGLIGIBLE = 2.0**-20
"""Entries of a Perron vector below this are 0 but for what `perron` adds to the matrix, 2^-40."""


def blocks(matrix: Sequence[Box]) -> list[tuple[int, ...]]:
    """Return the places of a nonnegative matrix that depend on each other, and on themselves, through entries that are proved positive.

    >>> blocks([[arb(0), arb(1), arb(1)], [arb(1), arb(0), arb(1)], [arb(0), arb(0), arb(0)]])
    [(0, 1)]
    """
    places = range(len(matrix))
    on = [{place for place in places if row[place] > 0} for row in matrix]
    for through in places:
        for row in places:
            on[row] |= on[through] if through in on[row] else set()
    mutual = (tuple(other for other in places if other in on[row] and row in on[other]) for row in places)
    return list(dict.fromkeys(block for block in mutual if block))


def passes_one(jacobian: Sequence[Box]) -> bool | None:
    """Whether the spectral radius of a nonnegative matrix J is proved to be above 1, or below it; None where neither is.

    It is below 1 where J e < e for an e > 0, and above 1 where J e > e on the entries of an e >= 0 that are not 0.
    """
    if not jacobian:
        return False
    if not all(entry.is_finite() for row in jacobian for entry in row):
        return None
    vector = perron([*map(list, jacobian)])[1]
    if contracts(_less_than_one(jacobian), vector):
        return False
    for e in (vector, [side if side > _NEGLIGIBLE else arb(0) for side in vector]):
        if all(side == 0 or grown > side for grown, side in zip(_least(jacobian, e), e, strict=True)):
            return True
    return None


def spectral_radius(jacobian: Sequence[Box]) -> arb:
    """Enclose the spectral radius of a nonnegative matrix, by the least and the largest (J e)_i/e_i (Collatz, Wielandt).

    e is the Perron vector of J + d for a d that is next to nothing, by Newton's method; the least is taken over what is not of its size.

    >>> round(float(spectral_radius([[arb(1), arb(1)], [arb(1), arb(0)]])), 12)
    1.61803398875
    >>> spectral_radius([[arb(0), arb(1)], [arb(0), arb(0)]]).is_zero()
    True
    """
    n, bits = len(jacobian), ctx.prec
    if not blocks([[arb(int(not entry.is_zero())) for entry in row] for row in jacobian]):
        return arb(0)
    if not all(entry.is_finite() for row in jacobian for entry in row):
        return arb("nan")
    with ctx.workprec(2 * bits):
        raised = [[arb(abs(entry.mid())) + arb(2) ** -bits for entry in row] for row in jacobian]
        radius, e = perron(raised)
        for _ in range(bits.bit_length()):
            rows = [[entry - int(i == k) * radius for k, entry in enumerate(row)] + [-e[i]] for i, row in enumerate(raised)]
            excess = [
                sum((entry * side for entry, side in zip(row, e, strict=True)), arb(0)) - radius * e[i] for i, row in enumerate(raised)
            ]
            try:
                step = (
                    arb_mat([*rows, [arb(1)] * n + [arb(0)]]).solve(arb_mat([[side] for side in [*excess, sum(e, arb(0)) - 1]])).entries()
                )
            except ZeroDivisionError:
                break
            e, radius = [arb((side - change).mid()) for side, change in zip(e, step, strict=False)], arb((radius - step[-1]).mid())
        support = [side if side > arb(2) ** (-bits // 2) else arb(0) for side in e]
        if not all(side > 0 for side in e):
            return arb("nan")
        low = [grown / side for grown, side in zip(_least(jacobian, support), support, strict=True) if side != 0]
        high = [sum((entry * one for entry, one in zip(row, e, strict=True)), arb(0)) / e[i] for i, row in enumerate(jacobian)]
        return arb(min(bound.lower() for bound in low)).union(arb(max(bound.upper() for bound in high)))


def _least(jacobian: Sequence[Box], e: Box) -> Box:
    """Return lower bounds of J e."""
    return [sum((arb(max(entry.lower(), arb(0))) * side for entry, side in zip(row, e, strict=True)), arb(0)) for row in jacobian]


def _less_than_one(matrix: Sequence[Box]) -> list[Box]:
    return [[int(i == k) - entry for k, entry in enumerate(row)] for i, row in enumerate(matrix)]


class Crossing(NamedTuple):
    """A box of (q, w, letter) that holds one zero of a system, and whether the radius is above 1 above it."""

    system: BoundMap
    box: Box
    is_after: bool = False


@dataclass(frozen=True)
class Radius:
    """The spectral radius of J at the largest fixed point of f, along its letter; `rows` are J w, as formulas in q, w and the letter."""

    f: BoundMap
    w: tuple[sp.Symbol, ...]
    rows: tuple[sp.Expr, ...]

    @cached_property
    def _linear(self) -> BoundMap:
        f = self.f
        return BoundMap((*f.unknowns, *self.w), tuple(f.sides) + self.rows, (), f.values, f.letter, f.fixed)

    def state(self, p: arb) -> Box | None:
        """Enclose the largest fixed point over a ball of the letter, as narrowly as interval Newton does; None where `locate` fails."""
        box, excess = locate(self.f, p), self.f.excess(p)
        for _ in range(_NARROWING if box else 0):
            assert box is not None
            narrowed = krawczyk(excess, box, excess(box)[1])[0] or box
            settled = all(new.rad() > _SHRINKS * old.rad() for new, old in zip(narrowed, box, strict=True))
            box = narrowed
            if settled:
                break
        return box

    def jacobian(self, state: Box, p: arb, moved: Box | None = None) -> tuple[list[Box], list[Box]]:
        """Enclose J over a box of states and a ball of the letter; and its slope in the letter, if `moved` is that of the state."""
        n, size = len(state), len(self.w)
        direction = [*(moved or [arb(0)] * n), *[arb(0)] * size]
        units = [[arb(int(place == column)) for place in range(size)] for column in range(size)]
        columns = [self._linear.along([*state, *unit], direction, p, 2, moving=moved is not None)[n:] for unit in units]
        values, slopes = ([[columns[k][i][order] for k in range(size)] for i in range(size)] for order in (0, 1))
        return values, slopes

    def is_above_one(self, p: arb) -> bool | None:
        """Whether the radius is above 1 all over a ball of the letter, or below it; None where that is not proved."""
        with ctx.workprec(FINE):
            state = self.state(p)
            return None if state is None else passes_one(self.jacobian(state, p)[0])

    def is_monotone(self, p: arb) -> bool:
        """Whether det(1 - J) is proved to rise, or to fall, all over a ball of the letter."""
        with ctx.workprec(FINE):
            state = self.state(p)
            if state is None:
                return False
            n = len(state)
            try:
                slopes = arb_mat(_less_than_one(self.f.jacobian(state, p))) if n else None
                pushed = [row[1] for row in self.f.along(state, [arb(0)] * n, p, 2, moving=True)]
                moved = slopes.solve(arb_mat([[side] for side in pushed])).entries() if slopes is not None else []
            except ZeroDivisionError:
                return False
            jacobian, turned = self.jacobian(state, p, moved)
            if not all(entry.is_finite() for row in (*jacobian, *turned) for entry in row):
                return False
            left = _less_than_one(jacobian)
            fallen = ([*left[:place], row, *left[place + 1 :]] for place, row in enumerate(turned))
            slope = sum((arb_mat(rows).det() for rows in fallen), arb(0))
        return bool(slope != 0)

    def critical(self, p: arb) -> Crossing | None:
        """Return where the radius is 1 near a value, if that is proved: q = f(q), w = J w, sum w = 1 with w > 0 on a block."""
        f, letter = self.f, self.f.letter
        assert letter is not None
        with ctx.workprec(FINE):
            state = self.state(p)
            if state is None:
                return None
            jacobian = self.jacobian(state, p)[0]
            radii = {block: perron([[jacobian[i][k] for k in block] for i in block]) for block in blocks(jacobian)}
            if not radii:
                return None
            block = max(radii, key=lambda chosen: float(radii[chosen][0]))
            w = [self.w[place] for place in block]
            none = {symbol: sp.S.Zero for symbol in self.w if symbol not in w}
            conditions = (*f.sides, *(self.rows[place].xreplace(none) for place in block), letter + sp.Add(*w) - 1)
            system = BoundMap((*f.unknowns, *w, letter), conditions, (), f.values, None, f.fixed)
            box = prove_zero(system.excess(None), [*state, *radii[block][1], p], least=1.0)
            if box is None or not all(side > 0 for side in box[len(state) : -1]):
                return None
            around = locate(f, box[-1])
        held = around is not None and all(whole.contains(side) for whole, side in zip(around, box, strict=False))
        return Crossing(system, box) if held else None

    def crossings(self, low: arb, high: arb) -> tuple[list[Crossing], list[tuple[float, float]]]:
        """Return all crossings between two values of the letter, and intervals in which there may be more."""
        waiting, isolated, undecided = [(low, high)], list[Crossing](), list[tuple[float, float]]()
        for _ in range(_MOST_PIECES):
            if not waiting:
                break
            low, high = waiting.pop()
            piece = low.union(high)
            if self.is_above_one(piece) is not None:
                continue
            if high - low < _NARROW * abs(high) and self.is_monotone(piece):
                ends = self.is_above_one(low), self.is_above_one(high)
                if None not in ends and ends[0] == ends[1]:
                    continue
                crossing = self.critical(arb(piece.mid())) if None not in ends else None
                if crossing is not None and low < crossing.box[-1] < high:
                    isolated.append(crossing._replace(is_after=bool(ends[1])))
                    continue
            middle = between(low, high)
            if high - low > _FINEST * abs(high):
                waiting += [(middle, high), (low, middle)]
            else:
                undecided.append((float(low), float(high)))
        return isolated, undecided + [(float(start), float(end)) for start, end in waiting]
