"""All simple zeros of a function on an interval, each in a box of its own, with proof that there are no others."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flint import arb, ctx

from .search import between, search

Taylor = Callable[[arb], tuple[arb, arb]]
"""Maps a ball to enclosures of a function and of its derivative over it."""

Value = Callable[[arb], arb]
"""Maps a ball to an enclosure of a function over it."""

_HOPELESS = arb(0.9)
"""The part of a box that is left after a step of Newton from which on it is split twice at once: a second step would leave as much."""

_START_BITS, _GUARD_BITS, _LOSS = 44, 32, 8
"""Bits that any box is refined to in one step, bits beyond the goal of a step for what rounding loses, and bits by which a step falls
short of twice those known. Where they are too few, a step is repeated with more."""

MOST_BOXES = 2000
"""Boxes after which the rest is undecided: curves of common models take up to 60; what takes far more is mostly a zero of even order."""


class Zero(NamedTuple):
    """A box in which the function has exactly one zero, a simple one, and the sign of its derivative there."""

    box: arb
    slope: int


class Isolation(NamedTuple):
    """All zeros in ascending order, and the boxes that could not be decided at this precision."""

    zeros: list[Zero]
    undecided: list[arb]

    @property
    def is_complete(self) -> bool:
        """Whether it is proved that there are no other zeros."""
        return not self.undecided


def isolate(function: Taylor, low: arb, high: arb, value: Value | None = None, most: int = MOST_BOXES) -> Isolation:
    """Isolate all zeros of `function` on [low, high] at the current precision.

    A box is dropped where the enclosure of the function excludes zero, and holds exactly one zero where that of the derivative excludes
    zero and the signs at its ends differ; otherwise it is split, and what an interval Newton step excludes is left out. A zero of even
    order is never reported: it stays undecided, as does all that is left after `most` boxes. `value` encloses the function alone, where
    that is less work.

    >>> [zero.slope for zero in isolate(lambda x: (x * x - 2, 2 * x), arb(0), arb(2)).zeros]
    [1]
    """
    alone = value or (lambda state: function(state)[0])
    zeros: list[Zero] = []
    undecided: list[arb] = []
    narrowest = arb(2) ** (8 - ctx.prec // 2)

    def judge(ends: tuple[arb, arb]) -> list[tuple[arb, arb]]:
        left, right = ends
        box = left.union(right)
        enclosure, slope = function(box)
        if _sign(enclosure):
            return []
        if direction := _sign(slope):
            signs = _sign(alone(left)), _sign(alone(right))
            if 0 not in signs:
                if signs[0] != signs[1]:
                    zeros.append(Zero(box, direction))
                return []
        if right - left < narrowest * right:
            _keep(undecided, box)
            return []
        middle = between(left, right)
        pieces = _pieces(left, middle, right, alone(middle), slope)
        if sum((end - start for start, end in pieces), arb(0)) > _HOPELESS * (right - left):
            return [half for start, end in pieces for cut in [between(start, end)] for half in ((cut, end), (start, cut))]
        return pieces

    for left, right in search((arb(low.mid()), arb(high.mid())), judge, most):
        _keep(undecided, left.union(right))
    return Isolation(zeros, undecided)


def taylor_form(here: Sequence[arb], rest: arb, step: arb) -> tuple[arb, arb]:
    """Enclose a function and its derivative over m + step, from its Taylor coefficients at m and the next one over all the box.

    f(m + h) = f_0 + f_1 h + ... + f_{n-1} h^{n-1} + r h^n, and f' likewise with the remainder n r h^{n-1}, r being f_n at some states
    between.

    >>> taylor_form([arb(1), arb(2)], arb(1), arb(0.5))
    (2.25000000000000, 3.00000000000000)
    """
    coefficients = [*here, rest]
    value, slope = arb(0), arb(0)
    for order in reversed(range(len(coefficients))):
        value = coefficients[order] + step * value
        if order:
            slope = order * coefficients[order] + step * slope
    return value, slope


def _pieces(left: arb, middle: arb, right: arb, value: arb, slope: arb) -> list[tuple[arb, arb]]:
    """Split a box, the right piece first, without what lies so near the middle that the function cannot come down to zero there."""
    size = arb(value.abs_lower())
    below, above = (arb(slope.upper()), arb(-slope.lower())) if value > 0 else (arb(-slope.lower()), arb(slope.upper()))
    left_end = arb((middle - size / below).upper()) if size > 0 and below > 0 else middle
    right_end = arb((middle + size / above).lower()) if size > 0 and above > 0 else middle
    return [(start, end) for start, end in ((right_end, right), (left, left_end)) if start <= end]


def refine(function: Taylor, box: arb, bits: int, value: Value | None = None) -> arb:
    """Shrink the box of a simple zero by interval Newton steps until `bits` bits of it are known.

    Each step doubles the number of bits known, and the steps are planned backwards from the last; `value` is that of `isolate`.

    >>> root = refine(lambda x: (x * x - 2, 2 * x), arb(1.4, 0.1), 100)
    >>> root.rel_accuracy_bits() >= 100 and (root * root).contains(arb(2))
    True
    """
    alone = value or (lambda state: function(state)[0])
    guard = _GUARD_BITS
    while (known := box.rel_accuracy_bits()) < bits:
        goal = bits
        while goal > max(2 * known - _LOSS, _START_BITS):
            goal = goal // 2 + _LOSS
        narrower = _newton(function, alone, box, goal, guard)
        if 2 * narrower.rad() > box.rad():
            narrower = _bisect(alone, narrower, goal + guard)
            if narrower.rad() >= box.rad():
                if guard > bits + _GUARD_BITS:
                    break
                guard *= 2
        box = narrower
    return box


def _newton(function: Taylor, alone: Value, box: arb, goal: int, guard: int) -> arb:
    """Take an interval Newton step; half the bits are enough for the slope."""
    with ctx.workprec(goal // 2 + guard):
        slope = function(box)[1]
    with ctx.workprec(goal + guard):
        middle = arb(box.mid())
        step = middle - alone(middle) / slope
        return step.intersection(box) if step.is_finite() else box


def _bisect(alone: Value, box: arb, precision: int) -> arb:
    """Halve a box where a Newton step did not help."""
    with ctx.workprec(precision):
        left, right = arb(box.lower()), arb(box.upper())
        middle = between(left, right)
        signs = [_sign(alone(end)) for end in (left, middle, right)]
    if 0 in signs:
        return box
    return left.union(middle) if signs[0] != signs[1] else middle.union(right)


def is_positive(ball: arb) -> bool | None:
    """Whether a number is positive; None where its ball holds 0."""
    return True if ball > 0 else False if ball < 0 else None


def _sign(ball: arb) -> int:
    return 1 if ball > 0 else -1 if ball < 0 else 0


def _keep(undecided: list[arb], box: arb) -> None:
    """Add a box, merged with its neighbour."""
    if undecided and undecided[-1].overlaps(box):
        undecided[-1] = undecided[-1].union(box)
    else:
        undecided.append(box)
