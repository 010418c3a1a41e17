"""Edges that never repeat: nodes that choose different partners, uniformly or by popularity; and repeated edges that are switched away.

A partner is looked for among those that the node has already: in its row, where that is short, else by marks.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..compiled import njit
from ..streams import Stream, below, pick, uniform, value
from ..tables import alias_of

_SHORT = 32  # partners that are compared one by one: fewer than fit into a few lines of the cache, while a mark is a random place
_MOST_MET = 64  # draws in a row that a node has met before: then what it has not met is summed up, which takes a pass over all nodes
_TRIES, _PASSES = 100, 200  # partners that a repeated edge tries before the next has its turn, and how often all have theirs
_MIXING, _MOST_MIXED = 4, 200_000
"""Switches per edge after the last repeated edge is gone, and at most. On graphs of six to twelve edges, without them graphs are far from
uniform, and with one per edge 20,000 graphs hardly show it (tests/simulate/test_matchings.py). Among 10^5 edges those few are lost."""

Ends = NDArray[np.uint32]


@njit(cache=True, inline="always")
def _row(start: NDArray[Any], node: int) -> tuple[Any, Any]:
    """Return the first edge of node 1, 2, ... and the first of the next one."""
    return np.int64(start[node - 1]), np.int64(start[node])


@njit(cache=True, inline="always")
def _times(ends: Ends, first: int, last: int, end: int) -> int:
    """Return how many of some edges lead to a node."""
    count = 0
    for edge in range(first, last):
        count += ends[edge] == end
    return count


@njit(cache=True)
def _marks(start: NDArray[Any], nodes: int) -> Ends:
    """Return room for marks, where a row is so long that they are needed."""
    for node in range(1, len(start)):
        if start[node] - start[node - 1] > _SHORT:
            return np.zeros(nodes, dtype=np.uint32)
    return np.zeros(0, dtype=np.uint32)


@njit(cache=True)
def choose(start: NDArray[Any], nodes: int, stream: Stream, ends: Ends) -> None:
    """Let each node draw a set of as many of `nodes` as it has edges, uniformly (Floyd): edge e takes number e of the stream.

    Of the k-th of d edges one below nodes - d + k is drawn, and nodes - d + k taken where that has been met.
    """
    marks = _marks(start, nodes)
    for node in range(1, len(start)):
        first, last = _row(start, node)
        for edge in range(first, last):
            highest = nodes - last + edge
            end = np.uint32(pick(stream, edge, highest + 1))
            met = marks[end] == node if last - first > _SHORT else _times(ends, first, edge, end) > 0
            ends[edge] = highest if met else end
            if last - first > _SHORT:
                marks[ends[edge]] = node


def choose_by(popularity: NDArray[np.float64], start: NDArray[Any], stream: Stream, ends: Ends) -> None:
    """Let each node draw different ones by popularity: one after the other, each of those not met with a chance in proportion."""
    threshold, alias = alias_of(popularity / popularity.sum())
    _choose_by(popularity, threshold, alias, start, stream, ends)


@njit(cache=True)
def _choose_by(
    popularity: NDArray[np.float64], threshold: NDArray[np.uint64], alias: Ends, start: NDArray[Any], stream: Stream, ends: Ends
) -> None:
    """Draw again whatever has been met; where that happens too often, draw from the rest alone."""
    marks, drawn, nodes = np.zeros(len(alias), dtype=np.uint32), np.int64(0), np.uint64(len(alias))
    for node in range(1, len(start)):
        first, last = _row(start, node)
        for edge in range(first, last):
            met = 0
            while met < _MOST_MET:
                bits = value(stream, drawn)
                drawn += 1
                column = below(bits, len(alias))
                end = np.uint32(column) if bits * nodes < threshold[column] else alias[column]
                if marks[end] != node:
                    break
                met += 1
            if met == _MOST_MET:
                end = _of_the_rest(popularity, marks, node, uniform(stream, drawn))
                drawn += 1
            ends[edge] = end
            marks[end] = node


@njit(cache=True)
def _of_the_rest(popularity: NDArray[np.float64], marks: Ends, node: int, number: float) -> np.uint32:
    """Return the one of those not met to which a uniform number leads; the last of them, where all have popularity 0 in floats."""
    total, chosen = 0.0, np.uint32(0)
    for other in range(len(marks)):
        total += popularity[other] if marks[other] != node else 0.0
    left = number * total
    for other in range(len(marks)):
        if marks[other] != node:
            left -= popularity[other]
            chosen = np.uint32(other)
            if left < 0:
                break
    return chosen


@njit(cache=True)
def turned(start: NDArray[Any], ends: Ends, of_others: NDArray[Any]) -> Ends:
    """Return the same edges from the other side, and write where those of each node begin there, and the end.

    >>> of_others = np.zeros(3, dtype=np.uint32)
    >>> turned(np.array([0, 2, 3]), np.array([0, 1, 1], dtype=np.uint32), of_others).tolist(), of_others.tolist()
    ([0, 0, 1], [0, 1, 3])
    """
    for edge in range(len(ends)):
        of_others[ends[edge] + 1] += 1
    for node in range(1, len(of_others)):
        of_others[node] += of_others[node - 1]
    place, result = of_others[:-1].copy(), np.empty_like(ends)
    for node in range(1, len(start)):
        first, last = _row(start, node)
        for edge in range(first, last):
            result[place[ends[edge]]] = node - 1
            place[ends[edge]] += 1
    return result


@njit(cache=True)
def separate(start: NDArray[Any], ends: Ends, others: int, stream: Stream) -> bool:
    """Switch repeated edges away: two edges exchange their ends, where that repeats no more edges than before. Return whether none is left.

    Then so many random edges are switched that graphs without repeated edges come out alike: switches are symmetric, and lead from any
    to any other one of the same degrees (Ryser 1957), so that the uniform law alone stays as it is. The numbers of the stream are those
    from the number of edges on, which the shuffle has left.
    """
    drawn, nodes = np.int64(len(ends)), np.empty(len(ends), dtype=np.uint32)
    for node in range(1, len(start)):
        nodes[np.int64(start[node - 1]) : np.int64(start[node])] = node
    marks = _marks(start, others)
    for _ in range(_PASSES):
        repeated = _repeated(start, ends, marks)
        if len(repeated) == 0:
            break
        for index in range(len(repeated)):
            drawn = _send_away(start, nodes, ends, repeated[index], stream, drawn)
    else:
        return False
    for _ in range(min(_MIXING * len(ends), _MOST_MIXED)):
        edge, other = np.int64(pick(stream, drawn, len(ends))), np.int64(pick(stream, drawn + 1, len(ends)))
        _switch(start, nodes, ends, edge, other)
        drawn += 2
    return True


@njit(cache=True)
def _repeated(start: NDArray[Any], ends: Ends, marks: Ends) -> NDArray[np.int64]:
    """Return the edges that repeat an earlier one of the same node."""
    marks[:] = 0
    found = [0 for _ in range(0)]
    for node in range(1, len(start)):
        first, last = _row(start, node)
        for edge in range(first, last):
            if last - first > _SHORT:
                if marks[ends[edge]] == node:
                    found.append(edge)
                marks[ends[edge]] = node
            elif _times(ends, first, edge, ends[edge]) > 0:
                found.append(edge)
    return np.array(found, dtype=np.int64)


@njit(cache=True)
def _send_away(start: NDArray[Any], nodes: Ends, ends: Ends, edge: int, stream: Stream, drawn: Any) -> Any:
    """Switch an edge with random ones until it repeats none of its node; return how many numbers of the stream are used by then."""
    first, last = _row(start, nodes[edge])
    for _ in range(_TRIES):
        if _times(ends, first, last, ends[edge]) == 1:
            break
        _switch(start, nodes, ends, edge, np.int64(pick(stream, drawn, len(ends))))
        drawn += 1
    return drawn


@njit(cache=True)
def _switch(start: NDArray[Any], nodes: Ends, ends: Ends, edge: int, other: int) -> None:
    """Exchange the ends of two edges unless that repeats more edges than before."""
    one, another = ends[edge], ends[other]
    if one == another or nodes[edge] == nodes[other]:
        return
    (first, last), (low, high) = _row(start, nodes[edge]), _row(start, nodes[other])
    new = (_times(ends, first, last, another) > 0) + (_times(ends, low, high, one) > 0)
    if new == 0 or new <= (_times(ends, first, last, one) > 1) + (_times(ends, low, high, another) > 1):
        ends[edge], ends[other] = another, one
