"""One search that splits and prunes: boxes are judged one after another; what a verdict leaves of a box waits to be judged in turn."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import count
from typing import TypeVar

from flint import arb

Box = TypeVar("Box")


def search(start: Box, judge: Callable[[Box], Iterable[Box]], most: int, urgency: Callable[[Box], float] | None = None) -> list[Box]:
    """Judge boxes until none waits, but at most so many; return those that still wait.

    `judge` notes what a box holds, or that it cannot be decided, and returns what is left of it: nothing, the box made smaller, or its
    parts. The most urgent box comes first; without `urgency` it is the last part that was returned, so that boxes come in order of place.

    >>> narrow = []
    >>> def judge(box):
    ...     low, high = box
    ...     if high - low <= 1:
    ...         narrow.append(box)
    ...         return []
    ...     return [(low, (low + high) / 2), ((low + high) / 2, high)] if low <= 2.5 <= high else []
    >>> search((0.0, 4.0), judge, most=100), narrow
    ([], [(3.0, 4.0), (2.0, 3.0)])
    """
    numbers = count()
    waiting: list[tuple[float, int, Box]] = []

    def add(boxes: Iterable[Box]) -> None:
        for box in boxes:
            number = next(numbers)
            heappush(waiting, (-number, number, box) if urgency is None else (-urgency(box), number, box))

    add([start])
    for _ in range(most):
        if not waiting:
            break
        add(judge(heappop(waiting)[2]))
    return [box for _, _, box in sorted(waiting, key=lambda entry: entry[:2])]


def between(low: arb, high: arb) -> arb:
    """Choose where to split: geometric where the ends differ in size, and never a round number, for zeros often are such.

    >>> [round(float(between(arb(1), arb(high))), 4) for high in (2, 16)]
    [1.4871, 4.0]
    """
    if low >= 0 and high > 8 * low:
        return arb((low * high).sqrt().mid()) if low > 0 else arb((high * 0.1237).mid())
    return arb((low + (high - low) * 0.4871).mid())


def meet(enclosure: arb, other: arb) -> arb:
    """Return what two enclosures of a value have in common."""
    if not (enclosure.is_finite() and other.is_finite()):
        return enclosure if enclosure.is_finite() else other
    return enclosure.intersection(other)
