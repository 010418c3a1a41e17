"""All jumps of the largest fixed point along a letter: what is left when the rest of a range is proved to have none.

Where one box holds the largest fixed point, and no other, for all values in an interval, the state is an analytic function there.
Intervals are halved until that is so, or until the end of the state is found: q = f(q), v = J v, sum v = 1 with v >= 0 (so that
det(1 - J) = 0, and 1 is the Perron eigenvalue), proved by interval Newton. A fold is a jump if the state is proved to be another one on its
other side. Where that proof fails, as where two classes jump at one place, a jump is enclosed between states that are proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flint import arb, ctx

from ...balls.bound_map import BoundMap
from ...balls.monotone import locate
from ...balls.systems import Box
from .changes import FINE, GAP, Change, Enclosed, beside, change_between

_PRECISION = 96
"""Bits for pieces: with 64 some next to a change cannot be proved, with 128 all take a fifth more time."""

_COARSE, _FINEST = 0.02, 1e-11
"""The widest piece, relative to the range, that is searched for a change, and the narrowest, relative to the letter."""

_AGAIN = 8.0
"""How much narrower a piece is when it is searched once more: a search takes as long as some tens of pieces."""

_MOST_PIECES = 1000
"""Pieces that are tried; a jump takes about 60."""

_GROWTH = 2.0
"""How much wider a piece is than the last: more fails beyond a change, where the state bends more the nearer it is."""

_SHARE, _LEAST_SHARE = 0.5, 0.1
"""The part of the way to a change that a piece takes: of a jump a half is proved, of a point where a state leaves 0 a third."""

_ROOMY = 2.0**-32
"""What is added to a state to bound those that follow, where it may be next to 0."""

_NARROWEST, _VISIBLE = 2.0**-58, 0.01
"""How narrow a jump is enclosed that is not proved to be one, and how far apart the states beside it are at least."""


class Search(NamedTuple):
    """The changes in a range, in ascending order, and the intervals that could not be decided."""

    changes: list[Change | Enclosed]
    undecided: list[tuple[float, float]]


class _Stretch(NamedTuple):
    """A stretch of values of the letter, from where learning is harder if that is known, and whether a change is next to its ends."""

    start: arb
    end: arb
    is_after: bool
    is_before: bool


def find_changes(f: BoundMap, low: arb, high: arb, known: Sequence[Change | Enclosed] = ()) -> Search:
    """Find all changes of the largest fixed point between two values of the map's letter, beside those that are known, in ascending order.

    Where learning is surely easier the larger (or smaller) the letter is, pieces are taken in that order, and the state of one bounds that
    of all that follow.
    """
    ends = [arb(low), *(end for change in known for end in beside(change.place)), arb(high)]
    stretches = [_Stretch(ends[i], ends[i + 1], i > 0, i + 2 < len(ends)) for i in range(0, len(ends), 2) if ends[i] < ends[i + 1]]
    if f.easier == -1:
        stretches = [_Stretch(part.end, part.start, part.is_before, part.is_after) for part in reversed(stretches)]
    with ctx.workprec(_PRECISION):
        changes, undecided = _marched(f, stretches[::-1], _COARSE * float(high - low))
    left = []
    for interval in _joined(undecided):
        enclosed = _enclosed(f, *map(arb, interval))
        changes += [enclosed] if enclosed else []
        left += _around(enclosed, interval) if enclosed else [interval]
    return Search(sorted([*known, *changes], key=lambda change: float(change.place)), left)


def _marched(f: BoundMap, waiting: list[_Stretch], coarse: float) -> tuple[list[Change | Enclosed], list[tuple[float, float]]]:
    """Go along stretches, the last one first, by pieces that are proved to have no change, or in which one is found."""
    changes: list[Change | Enclosed] = []
    undecided: list[tuple[float, float]] = []
    above: Box | None = None
    longest, share, searched = float("inf"), _SHARE, coarse
    forward = -1 if f.easier == -1 else 1
    for _ in range(_MOST_PIECES):
        if not waiting:
            break
        stretch = waiting.pop()
        left, gap = forward * float(stretch.end - stretch.start), GAP * float(abs(stretch.end))
        if left <= 0:
            continue
        most = share * (left + gap) if stretch.is_before and left > gap else left
        width = min(left, longest, most)
        cut = stretch.end if width == left else arb((stretch.start + forward * width).mid())
        piece, rest = stretch._replace(end=cut, is_before=stretch.is_before and width == left), stretch._replace(start=cut, is_after=False)
        waiting += [rest] if width < left else []
        box = locate(f, piece.start.union(cut), above)
        is_finest = width < _FINEST * float(abs(cut))
        if box is not None or is_finest:
            undecided += [] if box is not None else [_interval(piece)]
            above = [arb((side + _ROOMY).upper()) for side in box] if box and f.easier else above
            longest, searched = _GROWTH * width, coarse
            continue
        change = None
        if width <= searched and not (piece.is_after or piece.is_before):
            change, searched = change_between(f, piece.start, piece.end, above, stretch.end), width / _AGAIN
        if change is None:
            waiting[len(waiting) - (width < left) :] = [stretch]
            longest, share = width / 2, max(share / 2, _LEAST_SHARE) if width == most < left else share
            continue
        changes.append(change)
        before, after = beside(change.place)[::forward]
        rest = _Stretch(after, stretch.end, True, stretch.is_before)
        waiting[len(waiting) - (width < left) :] = [rest, _Stretch(stretch.start, before, stretch.is_after, True)]
        share = _SHARE
    return changes, undecided + [_interval(stretch) for stretch in waiting]


def _enclosed(f: BoundMap, low: arb, high: arb) -> Enclosed | None:
    """Narrow an interval by the states that are proved in it to where they are visibly apart; None where they are not."""
    with ctx.workprec(FINE):
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
        up = any(side > other for side, other in zip(below, above, strict=True))
        return Enclosed(f, low, high, up, *((below, above) if up else (above, below)))


def _apart(one: Box, other: Box) -> float:
    """Return how far apart two states are at least."""
    return max(float(abs(side - at).abs_lower()) for side, at in zip(one, other, strict=True))


def _around(enclosed: Enclosed, interval: tuple[float, float]) -> list[tuple[float, float]]:
    """Return what is left of an interval beside a jump, without what is as near to it as is left out beside all."""
    parts = (interval[0], float(enclosed.low)), (float(enclosed.high), interval[1])
    return [(low, high) for low, high in parts if high - low > GAP * abs(high)]


def _interval(stretch: _Stretch) -> tuple[float, float]:
    low, high = sorted((float(stretch.start), float(stretch.end)))
    return low, high


def _joined(intervals: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for low, high in sorted(intervals):
        if joined and low <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    return joined
