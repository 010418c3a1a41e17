"""All simple zeros of a function on an interval, each in a box of its own, with proof that there are no others."""

from collections.abc import Callable
from typing import NamedTuple

from flint import arb, ctx

__all__ = ["Isolation", "Taylor", "Zero", "isolate", "refine"]

Taylor = Callable[[arb], tuple[arb, arb]]
"""Maps a ball to enclosures of a function and of its derivative over it."""

_SPLIT = arb(0.4871)
_START_BITS = 64
_MOST_BOXES = 2_000


class Zero(NamedTuple):
    """A box in which the function has exactly one zero, a simple one, and the sign of its derivative there."""

    box: arb
    slope: int


class Isolation(NamedTuple):
    """All zeros in ascending order, and the boxes that could not be decided at this precision."""

    zeros: list[Zero]
    undecided: list[arb]


def isolate(function: Taylor, low: arb, high: arb) -> Isolation:
    """Isolate all zeros of `function` on [low, high] at the current precision.

    A box is dropped where the enclosure of the function excludes zero, and holds exactly one zero where
    that of the derivative excludes zero and the signs at its ends differ; otherwise it is split. A zero of even order
    is never reported: it stays undecided, as does all that is left after 2000 boxes.

    >>> [zero.slope for zero in isolate(lambda x: (x * x - 2, 2 * x), arb(0), arb(2)).zeros]
    [1]
    """
    zeros: list[Zero] = []
    undecided: list[arb] = []
    narrowest = arb(2) ** (8 - ctx.prec // 2)
    stack = [(arb(low.mid()), arb(high.mid()))]
    for _ in range(_MOST_BOXES):
        if not stack:
            break
        left, right = stack.pop()
        box = left.union(right)
        value, slope = _enclose(function, box)
        if _sign(value):
            continue
        if direction := _sign(slope):
            ends = _sign(function(left)[0]), _sign(function(right)[0])
            if 0 not in ends:
                if ends[0] != ends[1]:
                    zeros.append(Zero(box, direction))
                continue
        if right - left < narrowest * right:
            _keep(undecided, box)
            continue
        middle = _between(left, right)
        stack += [(middle, right), (left, middle)]
    for left, right in reversed(stack):
        _keep(undecided, left.union(right))
    return Isolation(zeros, undecided)


def refine(function: Taylor, box: arb, bits: int) -> arb:
    """Shrink the box of a simple zero by interval Newton steps until `bits` bits of it are known.

    >>> root = refine(lambda x: (x * x - 2, 2 * x), arb(1.4, 0.1), 100)
    >>> root.rel_accuracy_bits() >= 100 and (root * root).contains(arb(2))
    True
    """
    working = _START_BITS
    while True:
        with ctx.workprec(working + 20):
            middle = arb(box.mid())
            step = middle - function(middle)[0] / function(box)[1]
            narrower = step.intersection(box) if step.is_finite() else box
        if not step.is_finite() and working <= bits:
            working *= 2
            continue
        if narrower.rel_accuracy_bits() >= bits:
            return narrower
        if narrower.rad() * 2 >= box.rad() and working >= bits:
            narrower = _bisect(function, box, bits)
            if narrower.rad() >= box.rad():
                return narrower
        working = min(max(working, 2 * narrower.rel_accuracy_bits()), bits) + 10
        box = narrower


def _bisect(function: Taylor, box: arb, bits: int) -> arb:
    """Halve a box where a Newton step did not help."""
    with ctx.workprec(bits + 20):
        left, right, middle = arb(box.lower()), arb(box.upper()), _between(arb(box.lower()), arb(box.upper()))
        signs = [_sign(function(end)[0]) for end in (left, middle, right)]
    if 0 in signs:
        return box
    return left.union(middle) if signs[0] != signs[1] else middle.union(right)


def _enclose(function: Taylor, box: arb) -> tuple[arb, arb]:
    """Enclose the function over a box directly and by the mean-value form, and keep what both allow."""
    value, slope = function(box)
    middle = arb(box.mid())
    centred = function(middle)[0] + slope * (box - middle)
    if value.is_finite() and centred.is_finite() and value.overlaps(centred):
        value = value.intersection(centred)
    return value, slope


def _sign(ball: arb) -> int:
    return 1 if ball > 0 else -1 if ball < 0 else 0


def _between(left: arb, right: arb) -> arb:
    """Choose a point inside: geometric where the ends differ in size, and never a round number."""
    if left > 0 and right > 8 * left:
        return arb((left * right).sqrt().mid())
    return arb((left + (right - left) * _SPLIT).mid())


def _keep(undecided: list[arb], box: arb) -> None:
    """Add a box, merged with its neighbour."""
    if undecided and undecided[-1].overlaps(box):
        undecided[-1] = undecided[-1].union(box)
    else:
        undecided.append(box)
