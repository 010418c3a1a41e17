"""Where an order matters: texts that are presented one after another, and skills with prerequisites, which are earlier ones.

With prerequisites it is the same loop, with skills that wait. A skill whose prerequisites are not all known is hidden from the loop:
it counts as novel in its texts, but is not noted when they teach it.
When its last prerequisite is learned, it is learned at once if one of its texts is ready, and else shown to the loop.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .compiled import njit
from .graphs import Graph, edges_of
from .kernel import Learning, Rows, excess, learn, spread
from .sampling import Patience


class Order(NamedTuple):
    """The skills that wait for skill s = 1, ..., n are waiting[start[s - 1]:start[s]]; missing[s] says for how many of its own s waits."""

    start: NDArray[np.int64]
    waiting: NDArray[np.uint32]
    missing: NDArray[np.int32]


def draw_order(ranges: list[tuple[int, int, float, bool]], novel: NDArray[np.uint8], rng: np.random.Generator) -> Order:
    """Draw prerequisites for ranges of skills: (first, one past the last, mean, whether the mean grows along the order).

    A skill draws Poisson(mean) earlier ones uniformly, or Poisson(mean t) at position t from 0 to 1; the first skill has none. Known
    skills have none that matter, nor are they waited for.
    """
    after, before = [], []
    for first, last, mean, grows in ranges:
        position = np.arange(last - first)
        counts = rng.poisson(mean * position / (last - first) if grows else np.where(position > 0, mean, 0.0))
        dependent = np.repeat(position, counts)
        after.append(first + dependent)
        before.append(first + np.floor(rng.random(len(dependent)) * dependent).astype(np.int64))
    dependents, required = np.concatenate(after), np.concatenate(before)
    open_ = (novel[dependents] > 0) & (novel[required] > 0)
    dependents, required = dependents[open_], required[open_]
    start = np.concatenate([[0], np.cumsum(np.bincount(required, minlength=len(novel))[1:])])
    missing = np.bincount(dependents, minlength=len(novel)).astype(np.int32)
    return Order(start, dependents[np.argsort(required, kind="stable")].astype(np.uint32), missing)


@njit(cache=True)
def learn_in_order(graph: Graph, rows: Rows, state: Learning, order: Order) -> int:
    """Learn until nothing changes, from the state after `give`; return how many skills were learned. `novel` is then what is still novel.

    Skill 2 waits for skill 1, which nobody teaches: text 1 is ready to teach it, in vain.

    >>> graph = Graph.of([(1, 3), (2,)], skills=3)
    >>> from .kernel import NO_ROWS, begin, give
    >>> state = begin(graph, np.array([0, 1, 1, 1], dtype=np.uint8))
    >>> give(state.words, np.array([1, 1], dtype=np.uint16))
    >>> order = Order(np.array([0, 1, 1, 1]), np.array([2], dtype=np.uint32), np.array([0, 0, 1, 0], dtype=np.int32))
    >>> learn_in_order(graph, NO_ROWS, state, order), state.novel.tolist()
    (0, [0, 1, 1, 1])
    """
    for skill in range(1, len(state.novel)):
        state.novel[skill] &= order.missing[skill] == 0
    count = int(learn(graph, rows, state)[-1])
    done = 0
    while done < count:
        last, ready = count, count
        for index in range(done, last):
            skill = state.order[index]
            for link in range(order.start[skill - 1], order.start[skill]):
                waiting = order.waiting[link]
                order.missing[waiting] -= 1
                if order.missing[waiting] == 0:
                    if _is_taught(graph, state, waiting):
                        state.order[ready] = waiting
                        ready += 1
                    else:
                        state.novel[waiting] = 1
        done = last
        rest = Learning(state.words, state.novel, state.order[last:])
        count = last + int(spread(graph, rows, rest, ready - last)[-1]) if ready > last else last
    for skill in range(1, len(state.novel)):
        if order.missing[skill] > 0:
            state.novel[skill] = 1
    return count


@njit(cache=True)
def _is_taught(graph: Graph, state: Learning, skill: int) -> bool:
    """Whether a text that has the skill is ready to teach."""
    low, high = np.int64(graph.start[skill - 1]), np.int64(graph.start[skill])
    edges, texts = np.arange(low, high), np.empty(high - low, dtype=np.uint32)
    edges_of(graph, edges, len(edges), texts)
    ready = False
    for text in texts:
        if excess(state.words[text]) <= 0:
            ready = True
    return ready


@njit(cache=True)
def one_pass(
    rows: Rows, patience: Patience, novel: NDArray[np.uint8], first: int, last: int, order: NDArray[np.uint32], count: int, skipped: int
) -> int:
    """Present the texts first, first - 1, ..., last + 1 in turn, without the one to be skipped.

    The last text comes first, since it may have been cut (`graphs`), and those that come last are tested.
    A text with at most `patience` novel skills teaches them all, at once; any other has been presented in vain. The rows must be kept
    for every text. Writes the learned skills to `order` from `count` on and returns how many there are by then.
    """
    for text in range(first, last, -1):
        left = 0
        for index in range(rows.start[text], rows.start[text + 1]):
            left += novel[rows.skills[index]]
        if text == skipped or left > patience[text]:
            continue
        for index in range(rows.start[text], rows.start[text + 1]):
            skill = rows.skills[index]
            order[count] = skill
            count += novel[skill]
            novel[skill] = 0
    return count


@njit(cache=True)
def leave_one_out_late(rows: Rows, patience: Patience, novel: NDArray[np.uint8], order: NDArray[np.uint32], held: int) -> int:
    """Test each of the texts 0, ..., held - 1 after a pass over all others; return how many are not understood.

    `novel` is the state after a pass without those texts, and is left as it was.
    """
    failed = 0
    for text in range(held):
        count = one_pass(rows, patience, novel, held - 1, -1, order, 0, text)
        failed += _meets_novel(rows, novel, text)
        for index in range(count):
            novel[order[index]] = 1
    return failed


@njit(cache=True, inline="always")
def _meets_novel(rows: Rows, novel: NDArray[np.uint8], text: int) -> int:
    for index in range(rows.start[text], rows.start[text + 1]):
        if novel[rows.skills[index]]:
            return 1
    return 0


@njit(cache=True)
def not_understood(rows: Rows, novel: NDArray[np.uint8]) -> int:
    """Return how many texts have a novel skill."""
    failed = 0
    for text in range(len(rows.start) - 1):
        failed += _meets_novel(rows, novel, text)
    return failed
