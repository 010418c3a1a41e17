"""Bipartite graphs of given degrees without repeated edges, sampled uniformly: by rounds of trades, from any such graph.

In a trade, two nodes of one side put together what only one of them is joined to, and it is dealt out anew at random, to each as much as
it had. A round shuffles the nodes of one side and lets the first trade with the second, the third with the fourth, and so on. Degrees stay
as they are, and no edge is repeated. Trades are symmetric, and lead from any graph to any other one of the same degrees, so that in the
limit of many rounds all of them are equally likely (curveball: Strona et al., Nature Communications 5, 4114, 2014; uniform: Carstens,
Physical Review E 91, 042812, 2015; rounds of trades: Carstens, Hamann, Meyer, Penschuck, Tran, Wagner, ESA 2018).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..checks import check_count
from ..simulate.compiled import njit
from ..simulate.graphs import Index
from ..simulate.streams import Stream, check_seed, new_streams, pick

UNMOVED, UNMOVED_GREEDY = 0.005, 0.001
"""Share of the edges that are expected not to have moved, from a graph that exists, and from a greedy one.

What is learned then was within 0.005 of its mean after many more rounds, from a greedy graph, with Poisson degrees and with power laws on
one side or on both (tests/graphs/test_rewiring.py). Half the share costs a round or two where degrees are alike."""
_FEWEST_ROUNDS, _ENOUGH_ROUNDS, _MOST_ROUNDS = 12, 240, 100_000
_EDGES = 10_000
"""Edges by which the rounds are counted: a share of 0.005 of them is known to a seventh of itself at worst."""
_REWIRED = 5
"""First number of the path of the streams, which tells them from those of sampled graphs of the same seed."""
_PAIRS = 512
"""Pairs of nodes whose rows are looked up at a time: many random places at once, few enough to stay in the processor's cache."""
_ROOM = 16_384
"""Edges of theirs that are copied at a time, and as many more as two nodes can have."""
_NODE, _BOTH = np.uint32(2**31 - 1), np.uint32(31)
"""The bits of a merged entry that say which node it is, and the place of the one that says that both nodes are joined to it."""


class Side(NamedTuple):
    """The edges from one side: node v is joined to the nodes ends[start[v]:start[v + 1]] of the other side, in increasing order."""

    start: Index
    ends: NDArray[np.uint32]

    def turned(self, others: int) -> Side:
        """Return the same edges from the other side, which has `others` nodes.

        >>> Side(np.array([0, 2, 3]), np.array([0, 1, 1], dtype=np.uint32)).turned(2).ends.tolist()
        [0, 0, 1]
        """
        start = np.append(0, np.cumsum(np.bincount(self.ends, minlength=others)))
        return Side(start, _turn(self.start, self.ends, start[:-1].copy()))


class _Rows(NamedTuple):
    """The rows of the next nodes that trade: where each begins and ends among the edges, and copies, one after another, by `place`."""

    lows: NDArray[np.int64]
    highs: NDArray[np.int64]
    place: NDArray[np.int64]
    ends: NDArray[np.uint32]
    merged: NDArray[np.uint32]


def rewire(skills: Side, texts: Index, seed: int, rounds: int | None = None, unmoved: float = UNMOVED) -> Side:
    """Return the skills of each text after rounds of trades: a third among the nodes of one side, then the others among those of the other.

    Arguments: the texts of each skill; where the skills of each text begin, and the end; a seed, and how many rounds; if None, as many as
    leave so large a share of the edges `unmoved` (`enough_rounds`). The side whose degrees differ less has the most, and the last.
    """
    one, other = new_streams(check_seed(seed), (_REWIRED, 0), 2), new_streams(seed, (_REWIRED, 1), 2)
    texts_last = _unevenness(skills.start) >= _unevenness(texts)
    held = Side(skills.start.astype(np.int64), skills.ends.copy())
    first, last = (held, texts) if texts_last else (held.turned(len(texts) - 1), held.start)
    count = enough_rounds(first, last, unmoved) if rounds is None else check_count(rounds, 0, _MOST_ROUNDS, "rounds")
    _trade_in_rounds(first.start, first.ends, count // 3, *one)
    turned = first.turned(len(last) - 1)
    _trade_in_rounds(turned.start, turned.ends, count - count // 3, *other)
    return turned if texts_last else turned.turned(len(texts) - 1)


def enough_rounds(first: Side, last: Index, unmoved: float) -> int:
    """Return how many rounds leave at most a share of the edges where they are, by their degrees; from 12 to 240.

    Arguments: the edges from the side that trades first, where those of each node of the other side begin, and the end; the share.
    12 rounds do where degrees are alike on one side; most are wanted where both have hubs.
    """
    chosen = np.linspace(0, len(first.ends) - 1, min(len(first.ends), _EDGES)).astype(np.int64)
    stay_first = _staying(first.start, np.searchsorted(first.start, chosen, side="right") - 1)
    stay_last = _staying(last, first.ends[chosen])
    counts = range(_FEWEST_ROUNDS, _ENOUGH_ROUNDS, 6)
    return next((r for r in counts if np.mean(stay_first ** (r // 3) * stay_last ** (r - r // 3)) <= unmoved), _ENOUGH_ROUNDS)


def _unevenness(start: Index) -> float:
    """Return E[degree^2]/E[degree]^2: 1 where all nodes have the same degree."""
    degrees = np.diff(start).astype(float)
    return float((degrees**2).mean() / degrees.mean() ** 2)


def _staying(start: Index, nodes: NDArray[Any]) -> NDArray[np.float64]:
    """Return the probability with which an edge of each of some nodes stays there in a round, about D/(D + d), d the mean degree.

    A node of a large degree D keeps nearly all of its edges in a trade with one of far fewer.
    """
    degrees = np.diff(start)[nodes]
    return np.asarray(degrees / (degrees + start[-1] / (len(start) - 1)))


@njit(cache=True)
def _turn(start: Index, ends: NDArray[np.uint32], place: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return the nodes of this side, each in the next place of those that it is joined to."""
    turned = np.empty_like(ends)
    for node in range(len(start) - 1):
        for edge in range(start[node], start[node + 1]):
            turned[place[ends[edge]]] = node
            place[ends[edge]] += 1
    return turned


@njit(cache=True, nogil=True)
def _trade_in_rounds(start: Index, ends: NDArray[np.uint32], rounds: int, pairing: Stream, dealing: Stream) -> None:
    """Let the nodes of a side trade in pairs, round after round, in place."""
    nodes = np.arange(len(start) - 1).astype(np.uint32)
    rows, dealt = _new_rows(start), np.int64(0)
    for number in range(rounds):
        _shuffle(nodes, pairing, number * len(nodes))
        first = 0
        while first + 1 < len(nodes):
            count = _look_up(start, ends, nodes, first, rows)
            for one in range(0, count, 2):
                dealt = _trade(ends, rows, one, dealing, dealt)
            first += count


@njit(cache=True)
def _new_rows(start: Index) -> _Rows:
    """Return room for the rows of pairs."""
    widest = np.int64(0)
    for node in range(len(start) - 1):
        widest = max(widest, np.int64(start[node + 1]) - np.int64(start[node]))
    lows, place = np.empty(2 * _PAIRS, dtype=np.int64), np.empty(2 * _PAIRS + 1, dtype=np.int64)
    edges, merged = np.empty(2 * widest + _ROOM, dtype=np.uint32), np.empty(2 * widest + 1, dtype=np.uint32)
    return _Rows(lows, np.empty_like(lows), place, edges, merged)


@njit(cache=True)
def _shuffle(nodes: NDArray[np.uint32], stream: Stream, used: int) -> None:
    """Shuffle in place (Fisher, Yates)."""
    for last in range(len(nodes) - 1, 0, -1):
        other = pick(stream, used + last, last + 1)
        nodes[last], nodes[other] = nodes[other], nodes[last]


@njit(cache=True)
def _look_up(start: Index, ends: NDArray[np.uint32], nodes: NDArray[np.uint32], first: int, rows: _Rows) -> int:
    """Copy the rows of the next pairs, as many as there is room for; return how many nodes those are."""
    count, most, at = 0, min(2 * _PAIRS, (len(nodes) - first) // 2 * 2), np.int64(0)
    for index in range(most):
        rows.lows[index], rows.highs[index] = start[nodes[first + index]], start[nodes[first + index] + 1]
    while count < most and at + rows.highs[count] - rows.lows[count] + rows.highs[count + 1] - rows.lows[count + 1] <= len(rows.ends):
        for index in range(count, count + 2):
            rows.place[index] = at
            for edge in range(rows.lows[index], rows.highs[index]):
                rows.ends[at] = ends[edge]
                at += 1
        count += 2
    rows.place[count] = at
    return count


@njit(cache=True)
def _trade(ends: NDArray[np.uint32], rows: _Rows, one: int, dealing: Stream, dealt: int) -> int:
    """Deal out anew what only one of two nodes is joined to; return how many numbers of the stream have been used by then.

    The next one of what is left goes to the first node with probability (how many that still lacks)/(how many are left): selection
    sampling, which keeps the order. The second node's are gathered in place.
    """
    count, common = _merge(rows, one)
    first, last = rows.lows[one], rows.highs[one]
    lacking, left, kept = last - first - common, count - common, 0
    if lacking == 0 or lacking == left:
        return dealt
    for index in range(count):
        node = rows.merged[index] & _NODE
        both = node != rows.merged[index]
        to_first = np.int64(pick(dealing, dealt, left)) < lacking
        if first < last:
            ends[first] = node
        first += both or to_first
        rows.merged[kept] = node
        kept += both or not to_first
        lacking -= to_first and not both
        left -= not both
        dealt += not both
    ends[rows.lows[one + 1] : rows.highs[one + 1]] = rows.merged[:kept]
    return dealt


@njit(cache=True)
def _merge(rows: _Rows, one: int) -> tuple[int, int]:
    """Merge the rows of two nodes, with a mark on what both have; return how many entries there are, and how many are marked."""
    low, middle, high, end = rows.place[one], rows.place[one + 1], rows.place[one + 1], rows.place[one + 2]
    count, common = 0, 0
    while low < middle and high < end:
        left, right = rows.ends[low], rows.ends[high]
        rows.merged[count] = min(left, right) | (np.uint32(left == right) << _BOTH)
        count += 1
        low += left <= right
        high += right <= left
        common += left == right
    for first, last in ((low, middle), (high, end)):
        for edge in range(first, last):
            rows.merged[count] = rows.ends[edge]
            count += 1
    return count, common
