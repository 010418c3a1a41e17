"""Skills that are given one after another when learning has stopped, each with all that can be learned then."""

import numpy as np
from numpy.typing import NDArray

from .compiled import njit
from .graphs import Graph
from .kernel import Learning, Rows, spread


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
    done = 0
    for number in range(len(gifts)):
        skill = gifts[number]
        if state.novel[skill]:
            state.novel[skill] = 0
            state.order[done] = skill
            done += spread(graph, rows, Learning(state.words, state.novel, state.order[done:]), 1)[-1]
        learned[number] = known + done
