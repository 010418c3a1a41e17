"""One change of the largest fixed point along a letter, proved by interval Newton: a jump, or a place where unknowns leave 0.

There q = f(q), v = J v, sum v = 1 with v >= 0, so that det(1 - J) = 0, and 1 is the Perron eigenvalue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import sympy as sp
from flint import arb, ctx

from ...balls.bound_map import BoundMap
from ...balls.monotone import locate, refined
from ...balls.systems import Box, krawczyk, perron, prove_zero, refine_system
from ...balls.vectors.folds import fold_near

FINE = 128
"""Bits for changes, next to which half of the bits of a state are lost."""

GAP = 1e-10
"""What is left out on both sides of a change, relative to it: the nearer, the more pieces, each half as far away as the last."""

_SMALL = 1e-6
"""A Perron vector may be negative by so much where it is 0, and a state may move by so much between a jump and the piece beside it."""


@dataclass(frozen=True)
class Change:
    """A place where the largest fixed point jumps ('emergence') or where some unknowns leave 0 ('stability').

    `box` holds exactly one zero (q, v, letter) of the conditions, `system`; `after` is a box of the fixed point to which a jump leads.
    `above`: whether learning is further on above the place; `leaving`: the unknowns that leave 0.
    """

    kind: str
    f: BoundMap
    system: BoundMap
    box: Box
    above: bool
    after: Box | None = None
    leaving: tuple[sp.Symbol, ...] = ()

    @property
    def place(self) -> arb:
        """The value of the letter."""
        return self.box[-1]

    def refined(self) -> Box:
        """Return (q, v, letter) to the current precision, or to a higher one to which it is known already."""
        self._known[0] = refine_system(self.system.excess(None), self._known[0], ctx.prec - 10)
        return self._known[0]

    @cached_property
    def _known(self) -> list[Box]:
        return [self.box]

    @cached_property
    def _landed(self) -> tuple[BoundMap, Box]:
        """The map without the unknowns that are 0 after a jump, and the box of the others there."""
        assert self.after is not None
        reduced = self.f.zeros(self.after)
        return reduced, [side for symbol, side in zip(self.f.unknowns, self.after, strict=True) if symbol in reduced.unknowns]

    def states(self) -> tuple[Box, Box | None, arb]:
        """Return the state before a jump, or at a change of stability, the one after it, and the letter, to the current precision."""
        fine = self.refined()
        p, solved = fine[-1], dict(zip(self.system.unknowns, fine, strict=True))
        before = [solved.get(symbol, arb(0)) for symbol in self.f.unknowns]
        if self.after is None:
            return before, None, p
        f, box = self._landed
        left = dict(zip(f.unknowns, _polished(f, box, p) or box, strict=True))
        return before, [left.get(symbol, arb(0)) for symbol in self.f.unknowns], p


class Enclosed(NamedTuple):
    """A jump between two values of the letter at which the state is proved, `before` it and `after` it; what it is in between is not."""

    f: BoundMap
    low: arb
    high: arb
    above: bool
    before: Box
    after: Box

    @property
    def place(self) -> arb:
        """The values of the letter in between."""
        return self.low.union(self.high)

    def states(self) -> tuple[Box, Box | None, arb]:
        """Return the states at the two ends to the current precision, and the values in between."""
        ends = (self.low, self.high) if self.above else (self.high, self.low)
        before, after = (refined(self.f, box, p) for box, p in zip((self.before, self.after), ends, strict=True))
        return before, after, self.place


def beside(place: arb) -> tuple[arb, arb]:
    """Return the values just below and just above a change."""
    step = abs(place) * GAP
    return arb((place - step).lower()), arb((place + step).upper())


def change_between(f: BoundMap, start: arb, end: arb, above: Box | None, last: arb | None = None) -> Change | None:
    """Return the change between two values of the letter, if there is one, and, if it can be proved.

    Where learning is surely easier on the way from the first to the second, a jump may also lie beyond, up to `last`.
    """
    with ctx.workprec(FINE):
        ends = [(box, p) for p in (start, end) if (box := locate(f, p, above)) is not None]
        if len(ends) < 2:
            return None
        (lower, beyond), (upper, p) = sorted(ends, key=lambda end: float(sum(end[0], arb(0)).mid()))
        between, up = p.union(beyond), bool(p < beyond)
        reach = between if last is None or f.easier is None else between.union(last)
        return _fold(f, reach, upper, p, up, above) or _stability(f, between, upper, lower, beyond, up)


def _fold(f: BoundMap, between: arb, upper: Box, p: arb, up: bool, bound: Box | None) -> Change | None:
    """Follow the upper state to where it ends."""
    start, n = _end_of(f, upper, p), len(upper)
    if start is None or (f.large is not None and not between.contains(start[-1])):
        return None
    system = criticality(f)
    box = _critical(system, start, n, between)
    if box is None:
        return None
    past = beside(box[-1])[int(up)]
    landed = locate(f, past, bound)
    after = None if landed is None else _polished(f, refined(f, landed, past), box[-1])
    if after is None or not any(side > other for side, other in zip(box, after, strict=False)):
        return None
    return Change("emergence", f, system, box, up, after)


def _end_of(f: BoundMap, state: Box, p: arb) -> Box | None:
    """Return where (q, v, letter) is, nearly, in which a state ends: where arrays know the map, as floats find it; else where to begin."""
    if f.large is None:
        return [*state, *perron(f.jacobian(state, p))[1], p]
    z = fold_near(f.large, np.array([float(side.mid()) for side in state]), float(p.mid()))
    return None if z is None else [arb(side) for side in z.tolist()]


def _critical(system: BoundMap, start: Box, count: int, between: arb) -> Box | None:
    """Return the box of a zero of `criticality` near a start, with a vector of the sign of a Perron vector after so many unknowns."""
    box = prove_zero(system.excess(None), start, least=1.0)
    return box if box is not None and between.contains(box[-1]) and all(side > -_SMALL for side in box[count:-1]) else None


def criticality(f: BoundMap, zero: Sequence[sp.Symbol] = ()) -> BoundMap:
    """Return q = f(q), v = J v, sum v = 1 as equations for q, v and the letter; with some unknowns at 0, J and v are theirs alone."""
    assert f.letter is not None
    at, chosen = dict.fromkeys(zero, sp.S.Zero), list(zero or f.unknowns)
    sides = dict(zip(f.unknowns, f.sides, strict=True))
    v = {symbol: sp.Dummy(f"v_{symbol}", nonnegative=True) for symbol in chosen}
    rows = grown([sides[symbol] for symbol in chosen], at, v)
    left = [symbol for symbol in f.unknowns if symbol not in zero]
    equations = (*(sides[symbol].xreplace(at) for symbol in left), *rows, f.letter + sp.Add(*v.values()) - 1)
    return BoundMap((*left, *v.values(), f.letter), equations, (), f.values, None, f.fixed)


def grown(sides: Sequence[sp.Expr], at: Mapping[sp.Symbol, sp.Expr], w: Mapping[sp.Symbol, sp.Symbol]) -> tuple[sp.Expr, ...]:
    """Return J w as formulas, J the derivatives of the sides by the symbols of w, where these are `at` some formulas, or themselves."""
    s = sp.Dummy("s")
    moved = {**at, **{symbol: at.get(symbol, symbol) + s * step for symbol, step in w.items()}}
    return tuple(sp.diff(side.xreplace(moved), s).xreplace({s: sp.S.Zero}) for side in sides)


def _stability(f: BoundMap, between: arb, upper: Box, lower: Box, p: arb, above: bool) -> Change | None:
    """Find where unknowns that are 0 on one side come away from it."""
    reduced = f.zeros(lower)
    zero = [symbol for symbol in f.unknowns if symbol not in reduced.unknowns]
    if not any(symbol in zero and side > 0 for symbol, side in zip(f.unknowns, upper, strict=True)):
        return None
    places = {symbol: place for place, symbol in enumerate(f.unknowns)}
    jacobian, system = f.jacobian(lower, p), criticality(f, zero)
    block = [[jacobian[places[row]][places[column]] for column in zero] for row in zero]
    kept = [lower[places[symbol]] for symbol in reduced.unknowns]
    box = _critical(system, [*kept, *perron(block)[1], p], len(kept), between)
    if box is None:
        return None
    away = [symbol for symbol, side in zip(zero, box[len(kept) : -1], strict=True) if side > 0]
    return Change("stability", f, system, box, above, leaving=led_by(f, away))


def led_by(f: BoundMap, away: Sequence[sp.Symbol]) -> tuple[sp.Symbol, ...]:
    """Return unknowns with all those that do not stay 0 where these do not, as their equations depend on them."""
    leaving = set(away)
    while more := {symbol for symbol, side in zip(f.unknowns, f.sides, strict=True) if side.free_symbols & leaving} - leaving:
        leaving |= more
    return tuple(symbol for symbol in f.unknowns if symbol in leaving)


def _polished(f: BoundMap, box: Box, p: arb) -> Box | None:
    """Return the box of the fixed point near a box at another value of the letter, if it is proved to be there."""
    function = f.excess(p)
    for room in (1, 4, 16, 64):
        wide = [side + arb(0, (side.rad() + abs(side.mid()) * _SMALL + arb(2) ** (-ctx.prec // 3)) * room) for side in box]
        narrowed, certain = krawczyk(function, wide, function(wide)[1])
        if certain and narrowed is not None:
            return refined(f, narrowed, p)
    return None
