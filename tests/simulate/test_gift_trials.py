"""Which gifts are tried again after one is given for good: those whose skills can reach a text that it changed, and no others."""

import numpy as np

from deanalysis.simulate.gifts import Requirements, _give_for_good, _Trials, _try_gifts
from deanalysis.simulate.graphs import Graph
from deanalysis.simulate.kernel import NO_ROWS, begin, give

TEXTS = [(1, 2, 3, 4), (1, 2, 5, 6), (1, 7, 8), (4, 9), (5, 9)]
"""After skill 1 is given, three novel skills are left in texts 0 and 1, and two in text 2; 4 and 5 release each other by 9."""


def tried_again(gift: int) -> set[int]:
    graph = Graph.of(TEXTS, skills=9)
    state = begin(graph, np.array([0] + 9 * [1], dtype=np.uint8))
    give(state.words, np.ones(len(TEXTS), dtype=np.uint16))
    trials = _Trials(np.zeros(10, dtype=np.int64), np.arange(10), np.zeros(10, dtype=np.uint8), np.arange(10))
    candidates = np.arange(1, 10)
    assert _try_gifts(graph, NO_ROWS, state, trials, candidates, 0) == 9
    assert state.novel.tolist() == [0] + 9 * [1]
    before = trials.released.copy()
    assert before.tolist() == [0, 1, 1, 1, 3, 0, 1, 1, 1, 0]  # 4 releases 5 and 9, which are spared
    requirements = Requirements(
        np.cumsum([0, *map(len, TEXTS)]), np.array([skill - 1 for text in TEXTS for skill in text], dtype=np.uint32)
    )
    assert _give_for_good(graph, NO_ROWS, requirements, state, trials, gift) == before[gift]
    return set(np.flatnonzero((before > 0) & (trials.released == 0)).tolist())


def test_a_gift_is_tried_again_where_it_is_all_that_a_text_waits_for() -> None:
    """Texts 0 and 1 wait for two skills each, and 2 is in both, but in neither with another that it releases; text 2 waits for one."""
    assert tried_again(1) == {7, 8}


def test_what_is_released_together_counts_together() -> None:
    """Giving 3 leaves 1, 2 and 4 in text 0, which waits for two more: no gift brings two of them."""
    assert tried_again(3) == set()
    assert tried_again(4) == set()
    assert tried_again(7) == {1, 8}
