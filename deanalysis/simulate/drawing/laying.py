"""Loops over nodes and edges: degrees are drawn and added up, texts laid along the edges, and shuffled."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiled import njit
from ..streams import Stream, pick
from ..tables import Table, degree

Index = NDArray[Any]
"""Offsets: 32 bits wide, or 64 where there are 2^31 edges or more."""


@njit(cache=True)
def draw_starts(table: Table, stream: Stream, start: Index, largest: int) -> np.int64:
    """Draw a degree for each node, at most the largest, and add them up; return the sum."""
    total = np.int64(0)
    for node in range(1, len(start)):
        total += min(degree(table, stream, node), largest)
        start[node] = total
    return total


@njit(cache=True)
def total(table: Table, stream: Stream, texts: int) -> np.int64:
    """Return the edges of all texts."""
    total = np.int64(0)
    for text in range(texts):
        total += degree(table, stream, text)
    return total


@njit(cache=True)
def lay(table: Table, stream: Stream, laid: NDArray[np.uint32]) -> int:
    """Give each text as many edges as its degree says, until all are used; the last text is cut. Return how many texts that took."""
    text, edge = 0, 0
    while edge < len(laid):
        last = min(edge + int(degree(table, stream, text)), len(laid))
        laid[edge:last] = text
        text, edge = text + 1, last
    return text


@njit(cache=True)
def scatter(edges: int, stream: Stream, start: Index) -> None:
    """Let each edge choose a skill uniformly, and add up how many each has."""
    for edge in range(edges):
        start[pick(stream, edge, len(start) - 1) + np.uint64(1)] += 1
    for skill in range(1, len(start)):
        start[skill] += start[skill - 1]


@njit(cache=True)
def shuffle(laid: NDArray[np.uint32], stream: Stream) -> None:
    """Shuffle in place (Fisher, Yates)."""
    for last in range(len(laid) - 1, 0, -1):
        other = pick(stream, last, last + 1)
        laid[last], laid[other] = laid[other], laid[last]
