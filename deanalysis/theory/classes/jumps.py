"""All jumps of the largest fixed point along a letter: what is left when the rest of a range is proved to have none.

Where one box holds the largest fixed point, and no other, for all values in an interval, the state is an analytic function there.
Intervals are halved until that is so, or until the end of the state is found: q = f(q), v = J v, sum v = 1 with v >= 0 (so that
det(1 - J) = 0, and 1 is the Perron eigenvalue), proved by interval Newton. A fold is a jump if the state is proved to be another one on its
other side. Where that proof fails, as where two classes jump at one place, a jump is enclosed between states that are proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sympy as sp
from flint import arb, arb_mat, ctx

from ...balls.monotone import BoundMap, locate, refined
from ...balls.systems import Box, krawczyk, prove_zero, refine_system

__all__ = ["Change", "Enclosed", "Search", "beside", "criticality", "find_changes", "led_by", "perron"]

_PRECISION, _FINE = 64, 128
_COARSE, _FINEST = 0.02, 1e-11
_GAP, _AGAIN, _NARROW = 1e-10, 8.0, 1e-4
_MOST_PIECES = 1000
_STRIDES, _LONGER = 3, 1.5
_POWER_STEPS = 200
_ROOMY = 2.0**-32
_ROOM = 4
_SMALL = 1e-6
_NARROWEST, _VISIBLE = 2.0**-58, 0.01


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
        """Return (q, v, letter) to the current precision."""
        return refine_system(self.system.excess(None), self.box, ctx.prec - 10)

    def states(self) -> tuple[Box, Box | None, arb]:
        """Return the state before a jump, or at a change of stability, the one after it, and the letter, to the current precision."""
        fine = self.refined()
        p, solved = fine[-1], dict(zip(self.system.unknowns, fine, strict=True))
        before = [solved.get(symbol, arb(0)) for symbol in self.f.unknowns]
        if self.after is None:
            return before, None, p
        return before, _polished(self.f, self.after, p), p


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


class Search(NamedTuple):
    """The changes in a range, in ascending order, and the intervals that could not be decided."""

    changes: list[Change | Enclosed]
    undecided: list[tuple[float, float]]


class _Piece(NamedTuple):
    """An interval of values of the letter; which of its ends are next to a change; how wide it is searched; whether a change is near."""

    low: arb
    high: arb
    found_below: bool
    found_above: bool
    searched: float
    is_near: bool = False

    @property
    def width(self) -> float:
        return float(self.high - self.low)


def find_changes(f: BoundMap, low: arb, high: arb, known: Sequence[Change | Enclosed] = ()) -> Search:
    """Find all changes of the largest fixed point between two values of the map's letter, beside those that are known, in ascending order.

    Where learning is surely easier the larger (or smaller) the letter is, the pieces are taken in that order, and the state of one bounds
    that of all that follow. Next to a change pieces are not much wider than the last that was proved: the state bends alike in both.
    """
    found: list[Change | Enclosed] = []
    above: Box | None = None
    undecided: list[tuple[float, float]] = []
    waiting, pieces, stride = (
        _in_order(f, _beside_known(_Piece(low, high, False, False, _COARSE * float(high - low)), known)),
        0,
        float("inf"),
    )
    with ctx.workprec(_PRECISION):
        while waiting:
            piece = waiting.pop()
            if piece.is_near and piece.width > _STRIDES * stride:
                waiting += _in_order(f, _cut(piece, piece.low + stride if f.easier != -1 else piece.high - stride))
                continue
            pieces += 1
            box = _regular(f, piece, above)
            if box is not None:
                above = [arb((side + _ROOMY).upper()) for side in box] if f.easier else None
                stride = _LONGER * piece.width
                continue
            if pieces > _MOST_PIECES or piece.width < _FINEST * float(abs(piece.high)):
                undecided.append((float(piece.low), float(piece.high)))
                continue
            next_to_one = piece.found_below or piece.found_above
            wanted = piece.width <= piece.searched and not next_to_one
            change = _change(f, piece, above) if wanted else None
            if change is None:
                parts = _halves(piece._replace(searched=piece.width / _AGAIN) if wanted or next_to_one else piece)
            else:
                found.append(change)
                parts = _beside_known(piece, [change])
            waiting += _in_order(f, parts)
    left = []
    for interval in _joined(undecided):
        enclosed = _enclosed(f, *map(arb, interval))
        found += [enclosed] if enclosed else []
        left += _around(enclosed, interval) if enclosed else [interval]
    return Search(sorted([*known, *found], key=lambda change: float(change.place)), left)


def _enclosed(f: BoundMap, low: arb, high: arb) -> Enclosed | None:
    """Narrow an interval by the states that are proved in it to where they are visibly apart; None where they are not."""
    with ctx.workprec(_FINE):
        below, above = locate(f, low), locate(f, high)
        if below is None or above is None:
            return None
        while high - low > _NARROWEST * abs(high):
            middle = arb(((low + high) / 2).mid())
            between = locate(f, middle)
            if between is None:
                break
            if _apart(below, between) > _apart(between, above):
                high, above = middle, between
            else:
                low, below = middle, between
        if _apart(below, above) < _VISIBLE:
            return None
        up = any(one > other for one, other in zip(below, above, strict=True))
        return Enclosed(f, low, high, up, *((below, above) if up else (above, below)))


def _apart(one: Box, other: Box) -> float:
    """Return how far apart two states are at least."""
    return max(float(abs(side - at).abs_lower()) for side, at in zip(one, other, strict=True))


def _around(enclosed: Enclosed, interval: tuple[float, float]) -> list[tuple[float, float]]:
    """Return what is left of an interval beside a jump, without what is as near to it as is left out beside all."""
    parts = (interval[0], float(enclosed.low)), (float(enclosed.high), interval[1])
    return [(low, high) for low, high in parts if high - low > _GAP * abs(high)]


def _regular(f: BoundMap, piece: _Piece, above: Box | None) -> Box | None:
    """Return a box of the largest fixed point all over a piece, if it is proved to have no change there.

    A narrow piece is tried once more, finely and from the start: a bound that is nearly the state leads nowhere where that is nearly
    singular.
    """
    p = piece.low.union(piece.high)
    box = locate(f, p, above)
    if box is not None or piece.width > _NARROW * float(abs(piece.high)):
        return box
    with ctx.workprec(_FINE):
        return locate(f, p)


def _halves(piece: _Piece) -> list[_Piece]:
    """Halve a piece; geometrically where its ends differ in size."""
    low, high = piece.low, piece.high
    return _cut(piece, (low * high).sqrt() if low > 0 and high > 8 * low else (low + high) / 2)


def _cut(piece: _Piece, at: arb) -> list[_Piece]:
    """Cut a piece in two, the lower part last."""
    cut = arb(at.mid())
    return [piece._replace(low=cut, found_below=False), piece._replace(high=cut, found_above=False)]


def _beside_known(piece: _Piece, changes: Sequence[Change | Enclosed]) -> list[_Piece]:
    """Return what is left of a piece beside changes in it, in ascending order, the lowest part last."""
    parts = [piece]
    for change in changes:
        before, after = beside(change.place)
        rest = parts.pop()
        parts += [rest._replace(high=before, found_above=True, is_near=True)] if before > rest.low else []
        parts += [rest._replace(low=after, found_below=True, is_near=True)] if after < rest.high else []
    return parts[::-1]


def _in_order(f: BoundMap, parts: list[_Piece]) -> list[_Piece]:
    """Return parts, the lower one last, so that the one in which learning is harder comes last, which is taken first."""
    return parts if f.easier != -1 else parts[::-1]


def beside(place: arb) -> tuple[arb, arb]:
    """Return the values just below and just above a change."""
    step = abs(place) * _GAP
    return arb((place - step).lower()), arb((place + step).upper())


def _joined(intervals: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for low, high in sorted(intervals):
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    return joined


def _change(f: BoundMap, piece: _Piece, above: Box | None) -> Change | None:
    """Return the change in a piece that has one, if it can be proved."""
    with ctx.workprec(_FINE):
        ends = [locate(f, p, above) for p in (piece.low, piece.high)]
        if ends[0] is None or ends[1] is None:
            return None
        rising = float(sum(ends[0], arb(0)).mid()) < float(sum(ends[1], arb(0)).mid())
        start, other = (piece.high, piece.low) if rising else (piece.low, piece.high)
        upper, lower = (ends[1], ends[0]) if rising else (ends[0], ends[1])
        return _fold(f, piece, upper, start, not rising, above) or _stability(f, piece, upper, lower, start, other, not rising)


def _fold(f: BoundMap, piece: _Piece, upper: Box, p: arb, up: bool, bound: Box | None) -> Change | None:
    """Follow the upper state to where it ends."""
    system, n = criticality(f), len(upper)
    box = prove_zero(system.excess(None), [*upper, *perron(f.jacobian(upper, p)), p], least=1.0)
    if box is None or not piece.low < box[-1] < piece.high or not all(side > -_SMALL for side in box[n:-1]):
        return None
    landed = locate(f, beside(box[-1])[int(up)], bound)
    after = None if landed is None else _polished(f, landed, box[-1])
    if after is None or not any(one > other for one, other in zip(box, after, strict=False)):
        return None
    return Change("emergence", f, system, box, up, after)


def criticality(f: BoundMap, zero: Sequence[sp.Symbol] = ()) -> BoundMap:
    """Return q = f(q), v = J v, sum v = 1 as equations for q, v and the letter; with some unknowns at 0, J and v are theirs alone."""
    assert f.letter is not None
    at = dict.fromkeys(zero, sp.S.Zero)
    chosen = list(zero or f.unknowns)
    sides = dict(zip(f.unknowns, f.sides, strict=True))
    v = [sp.Dummy(f"v_{symbol}", nonnegative=True) for symbol in chosen]
    grown = [sp.Add(*(sp.diff(sides[row], column).xreplace(at) * one for column, one in zip(chosen, v, strict=True))) for row in chosen]
    left = [symbol for symbol in f.unknowns if symbol not in zero]
    unknowns = (*left, *v, f.letter)
    equations = (*(sides[symbol].xreplace(at) for symbol in left), *grown, f.letter + sp.Add(*v) - 1)
    return BoundMap(unknowns, equations, (), f.values, None, f.fixed)


def perron(matrix: list[list[arb]]) -> Box:
    """Return the Perron vector of a nonnegative matrix, nearly, with sum 1."""
    n = len(matrix)
    rows = arb_mat([[arb(abs(entry.mid())) + (arb(2) ** -40) for entry in row] for row in matrix])
    v = arb_mat([[arb(1) / n]] * n)
    for _ in range(_POWER_STEPS):
        v = rows * v + v
        total = sum((v[i, 0] for i in range(n)), arb(0))
        v = arb_mat([[arb((v[i, 0] / total).mid())] for i in range(n)])
    return [arb(v[i, 0].mid()) for i in range(n)]


def _stability(f: BoundMap, piece: _Piece, upper: Box, lower: Box, start: arb, other: arb, above: bool) -> Change | None:
    """Find where unknowns that are 0 on one side come away from it."""
    reduced = f.zeros(lower)
    zero = [symbol for symbol in f.unknowns if symbol not in reduced.unknowns]
    away = [symbol for symbol, side in zip(f.unknowns, upper, strict=True) if symbol in zero and side > 0]
    if not away:
        return None
    system = criticality(f, zero)
    places = {symbol: place for place, symbol in enumerate(f.unknowns)}
    jacobian = f.jacobian(lower, other)
    block = [[jacobian[places[row]][places[column]] for column in zero] for row in zero]
    box = prove_zero(system.excess(None), [*(lower[places[symbol]] for symbol in reduced.unknowns), *perron(block), other], least=1.0)
    if box is None or not piece.low < box[-1] < piece.high or not all(side > -_SMALL for side in box[len(reduced.unknowns) : -1]):
        return None
    away = [symbol for symbol, side in zip(zero, box[len(reduced.unknowns) : -1], strict=True) if side > 0]
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
    for room in range(_ROOM):
        wide = [side + arb(0, (side.rad() + abs(side.mid()) * _SMALL + arb(2) ** (-ctx.prec // 3)) * arb(4) ** room) for side in box]
        narrowed, certain = krawczyk(function, wide, function(wide)[1])
        if certain and narrowed is not None:
            return refined(f, narrowed, p)
    return None
