"""The one learning loop, for every learner: a text teaches all its novel skills once at most `patience` of them are novel.

A text is one 64-bit word: in the high half its *excess*, the number of its novel skills less its patience; in the low half the XOR of
the numbers of its novel skills. Learning a skill takes it out of the words of its texts. A text whose excess is no longer positive
teaches: where its patience is 1 the XOR *is* the one skill that is left; where it is more, the text's row of skills says which
they are. Skills are numbered from 1, and 0, never novel, is what the XOR of an understood text says.

What takes time is going to random words. So all loops go over blocks of edges: first which edges, then which texts, then their
words, each without a branch that depends on the last, so that many go at a time.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .compiled import njit
from .graphs import Graph, Index, edges_of

ONE = np.int64(1) << 32
"""One novel skill, in a text's word."""
_XOR = ONE - 1
_BLOCK = 8192  # edges that go at a time: enough to hide what a random word takes, few enough that a block stays in the cache
_AHEAD = 1024  # skills whose edges are looked up at a time, for the same reasons


class Rows(NamedTuple):
    """The novel skills of text t, where its row is kept: skills[start[t]:start[t + 1]]."""

    start: Index
    skills: NDArray[np.uint32]


NO_ROWS = Rows(np.zeros(1, dtype=np.uint32), np.zeros(0, dtype=np.uint32))
"""Where no text can teach more than one skill at once."""


class Learning(NamedTuple):
    """The state of learning: the texts' words, `novel` (by skill, 0 in front), and the skills in the order in which they were learned."""

    words: NDArray[np.int64]
    novel: NDArray[np.uint8]
    order: NDArray[np.uint32]


class _Block(NamedTuple):
    """The edges of the next skills in some order: `skills` and `texts` at both ends, and how far each skill has been followed."""

    lows: NDArray[np.int64]
    highs: NDArray[np.int64]
    edges: NDArray[np.int64]
    skills: NDArray[np.uint32]
    texts: NDArray[np.uint32]


@njit(cache=True)
def new_block() -> _Block:
    """Return an empty block."""
    return _Block(
        np.empty(_AHEAD, dtype=np.int64),
        np.empty(_AHEAD, dtype=np.int64),
        np.empty(_BLOCK, dtype=np.int64),
        np.empty(_BLOCK, dtype=np.uint32),
        np.empty(_BLOCK, dtype=np.uint32),
    )


@njit(cache=True)
def look_ahead(graph: Graph, order: NDArray[np.uint32], first: int, last: int, block: _Block) -> int:
    """Find the edges of the next skills; return how many skills those are."""
    ahead = min(_AHEAD, last - first)
    for index in range(ahead):
        skill = order[first + index]
        block.lows[index], block.highs[index] = graph.start[skill - 1], graph.start[skill]
    return ahead


@njit(cache=True)
def fill(graph: Graph, order: NDArray[np.uint32], first: int, ahead: int, index: int, block: _Block) -> tuple[int, int]:
    """Fill the block from skill number first + index on; return which skill is next, and how full the block is."""
    filled = 0
    while index < ahead and filled < _BLOCK:
        low, skill = block.lows[index], order[first + index]
        taken = min(block.highs[index] - low, _BLOCK - filled)
        for edge in range(taken):
            block.edges[filled + edge], block.skills[filled + edge] = low + edge, skill
        filled += taken
        block.lows[index] += taken
        index += block.lows[index] == block.highs[index]
    edges_of(graph, block.edges, filled, block.texts)
    return index, filled


def begin(graph: Graph, novel: NDArray[np.uint8]) -> Learning:
    """Return the state in which nothing has been taught: every text's excess is its number of novel skills (its patience is 0).

    Argument: `novel`, 1 for each skill not known, after a 0 in front; it is changed by learning. A skill met twice counts twice.
    """
    state = Learning(np.zeros(graph.texts, dtype=np.int64), novel, np.empty(len(novel), dtype=np.uint32))
    _put_in(graph, state, _list_novel(state))
    return state


def begin_again(graph: Graph, state: Learning, novel: NDArray[np.uint8]) -> None:
    """Set a state back to where nothing has been taught, without new memory."""
    state.words[:] = 0
    state.novel[:] = novel
    _put_in(graph, state, _list_novel(state))


@njit(cache=True, inline="always")
def excess(word: np.int64) -> np.int64:
    """Return the number of novel skills of a text less its patience; positive where the text is not understood."""
    return word >> 32


@njit(cache=True)
def give(words: NDArray[np.int64], patience: NDArray[Any]) -> None:
    """Give texts their patience: take it from their excess."""
    for text in range(len(patience)):
        words[text] -= ONE * patience[text]


@njit(cache=True)
def _list_novel(state: Learning) -> int:
    """Write the novel skills where the learned ones will be; return how many there are."""
    count = 0
    for skill in range(1, len(state.novel)):
        state.order[count] = skill
        count += state.novel[skill]
    return count


@njit(cache=True)
def _put_in(graph: Graph, state: Learning, count: int) -> None:
    put_in(graph, state, count, new_block())


@njit(cache=True)
def put_in(graph: Graph, state: Learning, count: int, block: _Block) -> None:
    """Put the first `count` skills in the order into the words of their texts."""
    words = state.words
    for first in range(0, count, _AHEAD):
        ahead, index = look_ahead(graph, state.order, first, count, block), 0
        while index < ahead:
            index, filled = fill(graph, state.order, first, ahead, index, block)
            for edge in range(filled):
                text = block.texts[edge]
                words[text] = (words[text] + ONE) ^ block.skills[edge]


@njit(cache=True)
def rows_of(graph: Graph, state: Learning, patience: NDArray[Any], least: int) -> Rows:
    """Return the rows of novel skills of the texts with a patience of at least `least`, from a state that has just begun."""
    start = np.zeros(graph.texts + 1, dtype=graph.start.dtype)
    for text in range(graph.texts):
        start[text + 1] = start[text] + (excess(state.words[text]) if patience[text] >= least else 0)
    skills = np.empty(np.int64(start[-1]), dtype=np.uint32)
    block, count = new_block(), _list_novel(state)
    for first in range(0, count, _AHEAD):
        ahead, index = look_ahead(graph, state.order, first, count, block), 0
        while index < ahead:
            index, filled = fill(graph, state.order, first, ahead, index, block)
            for edge in range(filled):
                text = block.texts[edge]
                if patience[text] >= least:
                    skills[start[text]] = block.skills[edge]
                    start[text] += 1
    for text in range(graph.texts, 0, -1):
        start[text] = start[text - 1]
    start[0] = 0
    return Rows(start, skills)


def get_ready(graph: Graph, state: Learning, patience: NDArray[Any], held: int = 0) -> Rows:
    """Give the texts their patience, but for the first `held`; return the rows that `learn` needs."""
    rows = rows_of(graph, state, patience, 2) if patience.max() > 1 else NO_ROWS
    give(state.words[held:], patience[held:])
    return rows


@njit(cache=True)
def learn(graph: Graph, rows: Rows, state: Learning) -> NDArray[np.int64]:
    """Learn until nothing changes; the final state does not depend on the order.

    Arguments: the graph, the rows of the texts whose patience exceeds 1 (`NO_ROWS`), and the state after `give`. Clears `novel` where a
    skill is learned. Returns how many skills have been learned after 0, 1, 2, ... rounds: in a round, every text that was ready
    before it teaches.

    Three texts, the 1-skill learner: text 0 teaches skill 1, then text 1 skill 2; text 2 is left with two.

    >>> graph = Graph.of([(1,), (1, 2), (2, 3, 4)], skills=4)
    >>> state = begin(graph, np.array([0, 1, 1, 1, 1], dtype=np.uint8))
    >>> give(state.words, np.array([1, 1, 1], dtype=np.uint16))
    >>> learn(graph, NO_ROWS, state).tolist(), np.flatnonzero(state.novel).tolist()
    ([0, 1, 2], [3, 4])
    """
    count = 0
    for text in range(graph.texts):
        if excess(state.words[text]) <= 0:
            count = _teach(rows, state, text, count)
    return spread(graph, rows, state, count)


@njit(cache=True, inline="always")
def _teach(rows: Rows, state: Learning, text: int, count: int) -> int:
    """Let a text teach its novel skills; return how many have been learned by then."""
    if len(rows.skills) and rows.start[text] < rows.start[text + 1]:
        for index in range(rows.start[text], rows.start[text + 1]):
            count = _note(state, rows.skills[index], count)
        return count
    return _note(state, state.words[text] & _XOR, count)


@njit(cache=True, inline="always")
def _note(state: Learning, skill: int, count: int) -> int:
    """Note a skill as learned if it was novel."""
    state.order[count] = skill
    count += state.novel[skill]
    state.novel[skill] = 0
    return count


@njit(cache=True)
def spread(graph: Graph, rows: Rows, state: Learning, count: int) -> NDArray[np.int64]:
    """Take the first `count` learned skills out of their texts, let those that become ready teach, and so on."""
    return spread_by(graph, rows, state, count, new_block())


@njit(cache=True)
def spread_by(graph: Graph, rows: Rows, state: Learning, count: int, block: _Block) -> NDArray[np.int64]:
    """Do as `spread` does, by a block that is there already."""
    rounds, number, done = np.zeros(16, dtype=np.int64), 0, 0
    while done < count:
        number += 1
        if number == len(rounds):
            rounds = np.concatenate((rounds, np.zeros(number, dtype=np.int64)))
        last = rounds[number] = count
        for first in range(done, last, _AHEAD):
            ahead, index = look_ahead(graph, state.order, first, last, block), 0
            while index < ahead:
                index, filled = fill(graph, state.order, first, ahead, index, block)
                ready = _take_out(state.words, block, filled)
                for edge in range(ready):
                    count = _teach(rows, state, block.texts[edge], count)
        done = last
    return rounds[: number + 1]


@njit(cache=True)
def _take_out(words: NDArray[np.int64], block: _Block, filled: int) -> int:
    """Take the skills of a block out of their texts; return how many texts, now first in the block, became ready by that."""
    ready = 0
    for edge in range(filled):
        text = block.texts[edge]
        word = (words[text] - ONE) ^ block.skills[edge]
        words[text] = word
        block.texts[ready] = text
        ready += excess(word) == 0
    return ready


@njit(cache=True)
def leave_one_out(graph: Graph, rows: Rows, state: Learning, patience: NDArray[Any], held: int) -> tuple[int, int]:
    """Test each of the first `held` texts after learning from *all* the others; return how many were tested and not understood.

    The state is that after learning with a patience of 0 for every held text, and is left as it was; `patience` is what theirs
    would be. For each of them the other held texts are presented, and what they taught is taken back. It ends early where this takes
    more work than learning itself.
    """
    budget, tested, failed = np.int64(graph.start[-1]) + 1, 0, 0
    fresh, block = Learning(state.words, state.novel, np.empty_like(state.order)), new_block()
    for text in range(held):
        count = 0
        give(state.words[:held], patience)
        state.words[text] += ONE * patience[text]
        for other in range(held):
            if excess(state.words[other]) <= 0 and other != text:
                count = _teach(rows, fresh, other, count)
        count = int(spread_by(graph, rows, fresh, count, block)[-1])
        tested += 1
        failed += int(excess(state.words[text]) > 0)
        state.words[text] -= ONE * patience[text]
        state.words[:held] += ONE * patience
        put_in(graph, fresh, count, block)
        for index in range(count):
            skill = fresh.order[index]
            state.novel[skill] = 1
            budget -= np.int64(graph.start[skill]) - np.int64(graph.start[skill - 1])
        if budget < 0:
            break
    return tested, failed
