"""The ideal learner: each text tells the XOR of its skills' values, and all texts are used together, by elimination over GF(2).

What is determined does not depend on the values: a skill is determined iff it is 0 in every solution of the homogeneous equations, that
is in every vector of their *kernel*. A skill that a text meets twice cancels there.

Peeling comes first. Where it stops, a skill is made *inactive*, as if it were known, and peeling goes on. So the skills stand in an order
in which each but the inactive ones has a text, its *teller*, that requires no later one: values of the inactive skills are carried along
the order to all others, 64 vectors at a time, one to a bit. The texts that are no tellers are equations on the inactive skills alone; they
are written in packed bits and eliminated (Gauss), and the kernel's vectors are carried to all skills.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .compiled import njit
from .experiment import available_bytes
from .graphs import Graph
from .kernel import NO_ROWS, Learning, Rows, begin, begin_again, give, learn, new_block, rows_of, spread_by

Words = NDArray[np.uint64]

_BITS = 64
_BIT = np.uint64(1)


class _System(NamedTuple):
    """The equations that peeling leaves; a skill goes by its place 0, ..., k - 1 in the order in which skills are told.

    `rows`: the skills of each text; `teller`: the text of each skill, -1 where it is inactive; `spare`: the texts that are no tellers.
    """

    rows: Rows
    teller: NDArray[np.int64]
    spare: NDArray[np.int64]

    @property
    def inactive(self) -> NDArray[np.int64]:
        """The inactive skills, in their order."""
        return np.flatnonzero(self.teller < 0)


def undetermined(graph: Graph, novel: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return 1 for each skill that all texts together do not determine, else 0, after a 0 in front.

    Arguments: a graph, and `novel`, 1 for each skill not known, after a 0 in front; neither is changed. Raises `InputError` where the
    equations on the inactive skills do not fit in memory.

    Three texts of two skills or more, of which peeling learns none: (a + b) + (a + c) + (a + b + c) = a. Skill 4 is in no text.

    >>> graph = Graph.of([(1, 2), (1, 3), (1, 2, 3)], skills=4)
    >>> undetermined(graph, np.array([0, 1, 1, 1, 1], dtype=np.uint8)).tolist()
    [0, 0, 0, 0, 1]
    """
    state, patience = begin(graph, novel.copy()), np.ones(graph.texts, dtype=np.uint16)
    give(state.words, patience)
    learn(graph, NO_ROWS, state)
    left = state.novel.copy()
    if left.any():
        begin_again(graph, state, left)
        rows = _without_pairs(rows_of(graph, state, patience, 1), np.cumsum(left, dtype=np.uint32))
        left[left > 0] = _is_free(rows, int(left.sum()))
    return left


def share_undetermined(graph: Graph, novel: NDArray[np.uint8]) -> float:
    """Return the share of all skills that is not determined (`undetermined`): the zeta of the ideal learner."""
    return int(undetermined(graph, novel).sum()) / graph.skills


def _is_free(rows: Rows, skills: int) -> NDArray[np.bool_]:
    """Return whether each skill 1, ..., k is in a vector of the kernel of some texts."""
    system, order = _in_order(rows, skills)
    free = np.empty(skills, dtype=np.bool_)
    equations, inactive = _equations(system), system.inactive
    free[order - 1] = _span(system, inactive, equations, _eliminate(equations, len(inactive)))
    return free


def _in_order(rows: Rows, skills: int) -> tuple[_System, NDArray[np.int64]]:
    """Peel, making the commonest skill that is left inactive whenever that stops; return the system, and the skills in their order."""
    texts = len(rows.start) - 1
    graph = Graph.joined(rows.skills.astype(np.int64), np.repeat(np.arange(texts), np.diff(rows.start)), skills, texts)
    state = begin(graph, np.append(np.uint8(0), np.ones(skills, dtype=np.uint8)))
    give(state.words, np.ones(texts, dtype=np.uint16))
    _peel(graph, state, np.argsort(-np.diff(graph.start.astype(np.int64)), kind="stable") + 1)
    order = state.order[:-1].astype(np.int64)
    places = np.empty(skills + 1, dtype=np.uint32)
    places[order] = np.arange(skills)
    return _tell(Rows(rows.start, places[rows.skills]), state.novel[1:]), order


@njit(cache=True)
def _without_pairs(rows: Rows, number: NDArray[np.uint32]) -> Rows:
    """Leave out skills that a text meets an even number of times, once those met oddly; number the skills anew."""
    start, skills, count = np.zeros(len(rows.start), dtype=np.int64), np.empty_like(rows.skills), 0
    for text in range(len(start) - 1):
        for skill in np.sort(rows.skills[rows.start[text] : rows.start[text + 1]]):
            if count > start[text] and skills[count - 1] == number[skill]:
                count -= 1
            else:
                skills[count] = number[skill]
                count += 1
        start[text + 1] = count
    return Rows(start, skills[:count])


@njit(cache=True)
def _peel(graph: Graph, state: Learning, candidates: NDArray[np.int64]) -> None:
    """Write all skills in the order of peeling; `novel` is left 1 for those that had to be made inactive, in the order of places."""
    block, inactive = new_block(), np.zeros(len(state.novel), dtype=np.uint8)
    count = learn(graph, NO_ROWS, state)[-1]
    for skill in candidates:
        if state.novel[skill]:
            inactive[count + 1] = 1
            state.order[count], state.novel[skill] = skill, 0
            count += spread_by(graph, NO_ROWS, Learning(state.words, state.novel, state.order[count:]), 1, block)[-1]
    state.novel[:] = inactive


@njit(cache=True)
def _tell(rows: Rows, inactive: NDArray[np.uint8]) -> _System:
    """Find the tellers: of each skill that is not inactive, a text of which it is the last; other texts are spare, but for empty ones."""
    teller, spare, count = np.full(len(inactive), -1, dtype=np.int64), np.empty(len(rows.start), dtype=np.int64), 0
    for text in range(len(rows.start) - 1):
        row = rows.skills[rows.start[text] : rows.start[text + 1]]
        if len(row) == 0:
            continue
        last = np.int64(row.max())
        if inactive[last] or teller[last] >= 0:
            spare[count] = text
            count += 1
        else:
            teller[last] = text
    return _System(rows, teller, spare[:count])


@njit(cache=True)
def _sum(rows: Rows, text: int, values: Words) -> np.uint64:
    """Return the XOR of the values of a text's skills."""
    total = np.uint64(0)
    for index in range(rows.start[text], rows.start[text + 1]):
        total ^= values[rows.skills[index]]
    return total


@njit(cache=True)
def _carry(system: _System, values: Words) -> None:
    """Tell all skills their values by those of the inactive ones; those of others must be 0."""
    for place in range(len(values)):
        if system.teller[place] >= 0:
            values[place] = _sum(system.rows, system.teller[place], values)


def _equations(system: _System) -> Words:
    """Return the equations of the spare texts on the inactive skills: a row for each text, a bit for each skill."""
    inactive = system.inactive
    shape = (len(system.spare), -(-len(inactive) // _BITS))
    needed, there = 8.0 * shape[0] * shape[1], available_bytes()
    if needed > there:
        needs = f"needs about {needed / 2**30:.3g} GiB for the equations that peeling leaves, {there / 2**30:.3g} GiB are free"
        raise InputError("ideal", needs, remedy="take fewer skills")
    return _write_equations(system, inactive, np.empty(shape, dtype=np.uint64))


@njit(cache=True)
def _write_equations(system: _System, inactive: NDArray[np.int64], matrix: Words) -> Words:
    for word in range(matrix.shape[1]):
        values = np.zeros(len(system.teller), dtype=np.uint64)
        for bit, place in enumerate(inactive[word * _BITS : (word + 1) * _BITS]):
            values[place] = _BIT << np.uint64(bit)
        _carry(system, values)
        for row, text in enumerate(system.spare):
            matrix[row, word] = _sum(system.rows, text, values)
    return matrix


@njit(cache=True)
def _eliminate(matrix: Words, columns: int) -> NDArray[np.int64]:
    """Bring a matrix of packed bits to echelon form (Gauss); return the column of the first 1 of each row that is not 0."""
    pivots, rank = np.empty(min(len(matrix), columns), dtype=np.int64), 0
    for column in range(columns):
        word, bit, found = column // _BITS, _BIT << np.uint64(column % _BITS), rank
        while found < len(matrix) and not matrix[found, word] & bit:
            found += 1
        if found == len(matrix):
            continue
        for other in range(word, matrix.shape[1]):
            matrix[rank, other], matrix[found, other] = matrix[found, other], matrix[rank, other]
        for row in range(found + 1, len(matrix)):
            if matrix[row, word] & bit:
                for other in range(word, matrix.shape[1]):
                    matrix[row, other] ^= matrix[rank, other]
        pivots[rank] = column
        rank += 1
    return pivots[:rank]


@njit(cache=True)
def _span(system: _System, inactive: NDArray[np.int64], matrix: Words, pivots: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which skills some vector of the kernel touches: 64 vectors of a basis at a time, one for each column without pivot."""
    columns, touched = np.ones(len(inactive), dtype=np.bool_), np.zeros(len(system.teller), dtype=np.bool_)
    columns[pivots] = False
    free = np.flatnonzero(columns)
    for first in range(0, len(free), _BITS):
        vectors = np.zeros(matrix.shape[1] * _BITS, dtype=np.uint64)
        for bit, column in enumerate(free[first : first + _BITS]):
            vectors[column] = _BIT << np.uint64(bit)
        _solve(matrix, pivots, vectors)
        values = np.zeros(len(touched), dtype=np.uint64)
        values[inactive] = vectors[: len(inactive)]
        _carry(system, values)
        touched |= values != 0
    return touched


@njit(cache=True)
def _solve(matrix: Words, pivots: NDArray[np.int64], vectors: Words) -> None:
    """Fill in the pivots' columns of 64 vectors of the kernel of a matrix in echelon form, from the last row up."""
    for row in range(len(pivots) - 1, -1, -1):
        total = np.uint64(0)
        for word in range(pivots[row] // _BITS, matrix.shape[1]):
            bits = matrix[row, word]
            for bit in range(_BITS):
                total ^= vectors[word * _BITS + bit] * ((bits >> np.uint64(bit)) & _BIT)
        vectors[pivots[row]] = total
