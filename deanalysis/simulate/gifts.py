"""Skills that are given when learning has stopped, with all that is learned then: one after another, or those that release most.

A gift that is tried is taken back: the skills it released are put into their texts again. What one gift releases together with others can
exceed what they release alone, so a number found before is no bound later. But two things hold for good, and spare most trials:

* If giving a releases b, then b releases nothing that a does not, whatever else is given: as long as a is no worse in ties, b need not
  be tried.
* A number stays right until a text changes in which it matters: one that has at least as many of the skills released as its excess is.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .compiled import njit
from .graphs import Graph
from .kernel import Learning, Rows, _Block, excess, new_block, put_in, spread_by

_WORK = 2 * 10**7
"""Edges that are followed between two calls of `progress`: a fraction of a second."""


@njit(cache=True)
def give_in_turn(graph: Graph, rows: Rows, state: Learning, gifts: NDArray[np.uint32], learned: NDArray[np.int64], known: int) -> None:
    """Give skills in turn; write how many are known or learned after each, where `known` of them were before.

    The state is one in which learning has stopped. Skills known already are no gifts: nothing is learned from them.

    Two texts of two skills: what is given first teaches the second one, and that the third.

    >>> from .kernel import NO_ROWS, begin, give
    >>> graph = Graph.of([(1, 2), (2, 3)], skills=3)
    >>> state = begin(graph, np.array([0, 1, 1, 1], dtype=np.uint8))
    >>> give(state.words, np.array([1, 1], dtype=np.uint16))
    >>> learned = np.empty(2, dtype=np.int64)
    >>> give_in_turn(graph, NO_ROWS, state, np.array([2, 3], dtype=np.uint32), learned, 0)
    >>> learned.tolist()
    [3, 3]
    """
    done, block = 0, new_block()
    for number in range(len(gifts)):
        if state.novel[gifts[number]]:
            done += _give(graph, rows, Learning(state.words, state.novel, state.order[done:]), gifts[number], block)
        learned[number] = known + done


@njit(cache=True)
def _give(graph: Graph, rows: Rows, state: Learning, skill: int, block: _Block) -> int:
    """Give a novel skill; return how many skills are learned by that, itself included, which are then first in the order."""
    state.novel[skill] = 0
    state.order[0] = skill
    return int(spread_by(graph, rows, state, 1, block)[-1])


class Requirements(NamedTuple):
    """The skills of text t: skills[start[t]:start[t + 1]], numbered from 0."""

    start: NDArray[np.int64]
    skills: NDArray[np.uint32]


class _Trials(NamedTuple):
    """What is known of each skill as a gift, by its number from 1.

    `released`: how many skills are learned by it, itself included; 0 where that has to be tried.
    `rank`: its place among the candidates. `spared`: 1 where a candidate of a smaller rank releases it.
    `parent`: skills that were released together are of one tree.
    """

    released: NDArray[np.int64]
    rank: NDArray[np.int64]
    spared: NDArray[np.uint8]
    parent: NDArray[np.int64]


class Given(NamedTuple):
    """Skills in the order in which they are given, and how many each releases, itself included."""

    skills: list[int]
    released: list[int]


def give_greedily(
    graph: Graph,
    rows: Rows,
    requirements: Requirements,
    state: Learning,
    candidates: NDArray[np.int64],
    count: int,
    progress: Callable[[int, int], object] | None = None,
) -> Given:
    """Give `count` times the novel skill that releases most, the first of those that are equal; fewer where none is left.

    The state is one in which learning has stopped, and is changed. `candidates` are all its novel skills.
    """
    size = len(state.novel)
    rank = np.zeros(size, dtype=np.int64)
    rank[candidates] = np.arange(len(candidates))
    trials = _Trials(np.zeros(size, dtype=np.int64), rank, np.zeros(size, dtype=np.uint8), np.arange(size))
    given, of, told = Given([], []), count * len(candidates), progress or _tell_no_one
    for number in range(count):
        candidates = candidates[(state.novel[candidates] > 0) & (trials.spared[candidates] == 0)]
        if not len(candidates):
            break
        tried = 0
        while tried < len(candidates):
            tried = _try_gifts(graph, rows, state, trials, candidates, tried)
            told(round(of * (number + tried / len(candidates)) / count), of)
        best = int(candidates[trials.released[candidates].argmax()])
        given.skills.append(best)
        given.released.append(_give_for_good(graph, rows, requirements, state, trials, best))
    told(of, of)
    return given


def _tell_no_one(done: int, of: int) -> None:
    pass


@njit(cache=True)
def _try_gifts(graph: Graph, rows: Rows, state: Learning, trials: _Trials, candidates: NDArray[np.int64], first: int) -> int:
    """Try the candidates from number `first` on that have to be; return the next number when enough work is done."""
    tried, block, work = Learning(state.words, state.novel, np.empty_like(state.order)), new_block(), np.int64(_WORK)
    for number in range(first, len(candidates)):
        gift = candidates[number]
        if trials.released[gift] == 0 and not trials.spared[gift]:
            count = trials.released[gift] = _give(graph, rows, tried, gift, block)
            put_in(graph, tried, count, block)
            for index in range(count):
                skill = tried.order[index]
                state.novel[skill] = 1
                trials.spared[skill] |= trials.rank[skill] > trials.rank[gift]
                trials.parent[_root(trials.parent, skill)] = _root(trials.parent, gift)
                work -= np.int64(graph.start[skill]) - np.int64(graph.start[skill - 1])
        if work < 0:
            return number + 1
    return len(candidates)


@njit(cache=True)
def _root(parent: NDArray[np.int64], skill: int) -> int:
    """Return the root of a skill's tree, halving the way to it."""
    while parent[skill] != skill:
        parent[skill] = parent[parent[skill]]
        skill = parent[skill]
    return skill


@njit(cache=True)
def _give_for_good(graph: Graph, rows: Rows, requirements: Requirements, state: Learning, trials: _Trials, gift: int) -> int:
    """Give a skill, and mark the gifts that have to be tried again; return how many skills are learned, itself included."""
    count = _give(graph, rows, state, gift, new_block())
    seen, together = np.zeros(graph.texts, dtype=np.uint8), np.zeros(len(state.novel), dtype=np.int64)
    matters = np.zeros(len(state.novel), dtype=np.uint8)
    for index in range(count):
        skill = state.order[index]
        for edge in range(graph.start[skill - 1], graph.start[skill]):
            text = graph.ends[edge]
            left = excess(state.words[text])
            if left > 0 and not seen[text]:
                seen[text] = 1
                _mark(requirements.skills[requirements.start[text] : requirements.start[text + 1]], left, state, trials, together, matters)
    for skill in range(1, len(state.novel)):
        if matters[_root(trials.parent, skill)]:
            trials.released[skill] = 0
    return count


@njit(cache=True)
def _mark(
    required: NDArray[np.uint32],
    left: int,
    state: Learning,
    trials: _Trials,
    together: NDArray[np.int64],
    matters: NDArray[np.uint8],
) -> None:
    """Mark the trees (by their roots) that have at least `left` novel skills among those of a text."""
    for skill in required:
        if state.novel[skill + 1]:
            root = _root(trials.parent, skill + 1)
            together[root] += 1
            matters[root] |= together[root] >= left
    for skill in required:
        together[_root(trials.parent, skill + 1)] = 0
