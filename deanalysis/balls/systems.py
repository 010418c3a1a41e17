"""All regular zeros of a small system of equations in a box, each in a box of its own, with proof that there are no others.

The test is Krawczyk's (interval Newton): with Y near the inverse Jacobian at the middle m of a box X, the set
K = m - Y F(m) + (1 - Y J(X))(X - m) holds every zero in X; if K lies inside X there is exactly one.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat, ctx

from .search import between, search

Box = list[arb]
System = Callable[[Box], tuple[list[arb], list[list[arb]]]]
"""Maps a box to enclosures over it of the functions and of their Jacobian."""

_MOST_BOXES = 16_000
"""Boxes after which the rest is undecided: folds of common models take some hundred, and a curve of singular zeros never ends."""

_LEAST_SHRINK = 0.8
"""A step that leaves more of every side is followed by a split."""

_STEPS = 60
"""Steps of Newton to a zero, at most: next to a double zero each halves the distance, so that 60 use up the bits of 64."""

_POSITIVE = 2.0**-40
"""What is added to all entries of a matrix so that its Perron vector is positive: little beside 1, and much beside what floats round."""


class Found(NamedTuple):
    """The boxes that hold exactly one zero each, and those that could not be decided."""

    zeros: list[Box]
    undecided: list[Box]


def isolate_system(function: System, box: Box, excluded: Callable[[Box], bool], most: int = _MOST_BOXES) -> Found:
    """Isolate all zeros of a system in a box at the current precision.

    `excluded` may drop a box for a reason of its own. A singular zero is never reported: it stays undecided, as does all that
    is left after `most` boxes.

    >>> def circle_and_line(box):
    ...     x, y = box
    ...     return [x * x + y * y - 2, x - y], [[2 * x, 2 * y], [arb(1), arb(-1)]]
    >>> found = isolate_system(circle_and_line, [arb(0, 2), arb(0.1, 2)], lambda box: False)
    >>> len(found.zeros), len(found.undecided)
    (2, 0)
    """
    zeros: list[Box] = []
    undecided: list[Box] = []
    sizes = [arb(side.rad()) for side in box]
    narrowest = 2.0 ** (10 - ctx.prec // 2)

    def width(box: Box) -> float:
        return max(float(side.rad() / size) for side, size in zip(box, sizes, strict=True))

    def judge(box: Box) -> list[Box]:
        if excluded(box):
            return []
        values, jacobian = function(box)
        if any(value != 0 for value in values):
            return []
        narrowed, certain = krawczyk(function, box, jacobian)
        if narrowed is None:
            return []
        if certain:
            _add(function, zeros, narrowed)
        elif width(box) < narrowest:
            undecided.append(narrowed)
        else:
            return [narrowed] if _shrunk(box, narrowed) else _halves(narrowed, jacobian, sizes)
        return []

    left = search(box, judge, most, width)
    return Found(zeros, _merged(undecided + left))


def prove_zero(function: System, start: Sequence[arb], steps: int = _STEPS, least: float = 0.0) -> Box | None:
    """Return a box around a nearly exact zero that is proved to hold exactly one; None where the proof fails.

    At most so many Newton steps lead to it: next to a double zero each only halves the distance. Coordinates below `least` in size, such as
    those that may be zero, are known as well as one of that size.

    >>> prove_zero(lambda box: ([box[0] ** 2 - 2], [[2 * box[0]]]), [arb(1.41)]) is not None
    True
    >>> prove_zero(lambda box: ([box[0] ** 2], [[2 * box[0]]]), [arb(0.001)]) is None
    True
    """
    middle, floor = [arb(side.mid()) for side in start], arb(2) ** -ctx.prec + least
    for _ in range(steps):
        values, jacobian = function(middle)
        step = solved(jacobian, values)
        if step is None:
            return None
        middle = [arb((at - change).mid()) for at, change in zip(middle, step, strict=True)]
        if all(abs(change) < (abs(at) + floor) * arb(2) ** (-ctx.prec * 5 // 8) for at, change in zip(middle, step, strict=True)):
            break
    for exponent in (4, 3, 2):
        box = [at + arb(0, (abs(at) + floor) * arb(2) ** (-ctx.prec * exponent // 8)) for at in middle]
        narrowed, certain = krawczyk(function, box, function(box)[1])
        if certain:
            return narrowed
    return None


def refine_system(function: System, box: Box, bits: int) -> Box:
    """Shrink the box of a regular zero until `bits` bits of every coordinate are known, after the point of one that may be zero.

    The precision follows what is known and is raised where a step no longer helps, up to what a badly conditioned zero may need.
    """
    working, most = 64, 8 * bits + 512
    while True:
        with ctx.workprec(working + 20):
            narrowed = krawczyk(function, box, function(box)[1])[0] or box
        known = min(map(_known_bits, narrowed))
        if known >= bits or (working >= most and not _shrunk(box, narrowed)):
            return narrowed
        working = min(2 * working, most) if not _shrunk(box, narrowed) else max(working, min(2 * known, bits) + 20)
        box = narrowed


def _known_bits(side: arb) -> int:
    is_about_zero = side.contains(arb(0)) and side.rad() > 0
    return -int(side.rad().man_exp()[1]) if is_about_zero else int(side.rel_accuracy_bits())


def column(vector: Iterable[arb]) -> arb_mat:
    """Return a vector as a matrix of one column."""
    return arb_mat([[entry] for entry in vector])


def solved(matrix: list[Box], values: Box) -> Box | None:
    """Solve linear equations by the middles of their numbers, nearly; None where that fails.

    >>> solved([[arb(2), arb(0)], [arb(1), arb(1)]], [arb(2), arb(3)])
    [1.00000000000000, 2.00000000000000]
    """
    try:
        solution = arb_mat([[entry.mid() for entry in row] for row in matrix]).solve(column(value.mid() for value in values)).entries()
    except ZeroDivisionError:
        return None
    return [arb(entry.mid()) for entry in solution] if all(entry.is_finite() for entry in solution) else None


def krawczyk(function: System, box: Box, jacobian: list[list[arb]]) -> tuple[Box | None, bool]:
    """Return what is left of a box (None: nothing), and whether it holds exactly one zero; the Jacobian is that over the box.

    >>> box = [arb(1.4, 0.1)]
    >>> krawczyk(lambda box: ([box[0] ** 2 - 2], [[2 * box[0]]]), box, [[2 * box[0]]])
    ([[1.4 +/- 0.0215]], True)
    """
    if not all(entry.is_finite() for row in jacobian for entry in row):
        return box, False
    n, middle = len(box), [arb(side.mid()) for side in box]
    try:
        inverse = arb_mat([[arb(entry.mid()) for entry in row] for row in jacobian]).inv()
    except ZeroDivisionError:
        return box, False
    around = column(side - at for side, at in zip(box, middle, strict=True))
    identity = arb_mat([[int(i == j) for j in range(n)] for i in range(n)])
    image = column(middle) - inverse * column(function(middle)[0]) + (identity - inverse * arb_mat(jacobian)) * around
    sides = image.entries()
    if not all(side.is_finite() for side in sides):
        return box, False
    if not _overlap(box, sides):
        return None, False
    certain = all(side.contains_interior(new) for side, new in zip(box, sides, strict=True))
    return [side.intersection(new) for side, new in zip(box, sides, strict=True)], certain


def perron(matrix: list[list[arb]]) -> tuple[arb, Box]:
    """Return the Perron eigenvalue of a nonnegative matrix, and its vector with sum 1, nearly.

    >>> value, vector = perron([[arb(0), arb(1)], [arb(1), arb(0)]])
    >>> round(float(value), 6), [float(entry) for entry in vector]
    (1.0, [0.5, 0.5])
    """
    values, vectors = np.linalg.eig([[float(abs(entry.mid())) + _POSITIVE for entry in row] for row in matrix])
    largest = int(np.argmax(values.real))
    v = np.abs(vectors[:, largest].real)
    return arb(float(values[largest].real)), [arb(float(entry)) for entry in v / v.sum()]


def _overlap(box: Box, other: Box) -> bool:
    return all(side.overlaps(two) for side, two in zip(box, other, strict=True))


def _shrunk(box: Box, narrowed: Box) -> bool:
    return any(float(new.rad()) < _LEAST_SHRINK * float(old.rad()) for old, new in zip(box, narrowed, strict=True))


def _halves(box: Box, jacobian: list[list[arb]], sizes: Box) -> list[Box]:
    """Split the side along which the functions vary most."""
    n = len(box)
    widths = [float(side.rad() / size) for side, size in zip(box, sizes, strict=True)]
    smear = [max(float(abs(row[j]).upper() * box[j].rad()) for row in jacobian) for j in range(n)]
    known = all(value < float("inf") for value in smear)
    axis = max(range(n), key=lambda j: (smear[j] if known else 0.0) * (widths[j] > 1e-3 * max(widths)) + 1e-9 * widths[j])
    low, high = arb(box[axis].lower()), arb(box[axis].upper())
    cut = between(low, high)
    return [[*box[:axis], half, *box[axis + 1 :]] for half in (low.union(cut), cut.union(high))]


def _add(function: System, zeros: list[Box], box: Box) -> None:
    """Add a box unless its zero is one that a neighbouring box holds, too."""
    for known in zeros:
        if _overlap(known, box) and _overlap(known, refine_system(function, box, ctx.prec // 2)):
            return
    zeros.append(box)


def _merged(boxes: list[Box]) -> list[Box]:
    """Merge boxes that overlap, for showing."""
    merged: list[Box] = []
    for box in boxes:
        near = [other for other in merged if _overlap(box, other)]
        merged = [other for other in merged if other not in near]
        for other in near:
            box = [side.union(two) for side, two in zip(box, other, strict=True)]
        merged.append(box)
    return merged
