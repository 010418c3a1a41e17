"""How many texts have one of some skills, or more, when the skills choose different texts one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import comb
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.special import comb as choose

Counts = tuple[int, ...]
"""How many texts have 0, 1, 2, ... of the skills; the last stands for so many or more."""
_MOST_STATES = 30_000
"""Beyond so many counts that are possible the next skill takes seconds in rationals."""
_KEPT = 4
"""Steps that are kept, some megabytes each, as curves ask for many loads of the same texts."""
Floats = NDArray[np.float64]


def occupied(degrees: Mapping[int, Any], texts: int, classes: int) -> Iterator[dict[Counts, Any]]:
    """Yield the chances of the counts after 1, 2, ... skills, whose degrees have the given chances; ends where there are too many counts.

    Arguments: `classes`, how many numbers of skills are told apart, from 1 on; the last stands for more, too.

    Two skills of two texts each, three texts: they share one with probability 2/3, both with 1/3.

    >>> first, second = (next(chances) for chances in [occupied({2: 1.0}, 3, 2)] * 2)
    >>> {counts: round(chance, 3) for counts, chance in sorted(second.items())}
    {(0, 2, 1): 0.667, (1, 0, 2): 0.333}
    """
    states: dict[Counts, Any] = {(texts, *[0] * classes): 1}
    while len(states) <= _MOST_STATES:
        after: dict[Counts, Any] = {}
        for degree, chance in degrees.items():
            every = comb(texts, degree)
            for counts, before in states.items():
                for joined, ways in _joined(counts, degree):
                    after[joined] = after.get(joined, 0) + before * chance * ways / every
        states = after
        yield states


def first_socketed(texts: Mapping[int, int]) -> dict[tuple[Counts, ...], float]:
    """Return the counts before any socket is taken, by degree of texts: all texts have none taken."""
    return {tuple((count, *[0] * degree) for degree, count in texts.items()): 1.0}


def socketed(states: Mapping[tuple[Counts, ...], float], kinds: Sequence[int], degree: int) -> dict[tuple[Counts, ...], float]:
    """Return the chances of the counts after one more skill has taken sockets, all of different texts: they add up to the chance of that.

    Arguments: `kinds`, the degrees of texts, which are the numbers of their sockets. Counts are by degree of texts: how many have 0, 1, 2,
    ... sockets taken.

    Two skills of degree 1, two texts with two sockets: they meet with probability 1/3.

    >>> one = socketed(first_socketed({2: 2}), [2], 1)
    >>> round(socketed(one, [2], 1)[(1, 0, 1),], 3)
    0.333
    """
    after: dict[tuple[Counts, ...], float] = {}
    for by_kind, before in states.items():
        free = sum((kind - j) * count for kind, counts in zip(kinds, by_kind, strict=True) for j, count in enumerate(counts))
        share = before / comb(free, degree) if free >= degree else 0.0
        for joined, ways in _socketed(by_kind, kinds, degree):
            after[joined] = after.get(joined, 0.0) + share * ways
    return after


def _socketed(by_kind: Sequence[Counts], kinds: Sequence[int], degree: int) -> Iterator[tuple[tuple[Counts, ...], int]]:
    """Yield the counts after a skill has taken sockets of `degree` different texts, and in how many ways."""
    if not kinds:
        if degree == 0:
            yield (), 1
        return
    for taken in range(degree + 1):
        for rest, others in _socketed(by_kind[1:], kinds[1:], degree - taken):
            for joined, ways in _taken(by_kind[0], kinds[0], taken):
                yield (joined, *rest), ways * others


def _taken(counts: Counts, free: int, degree: int) -> Iterator[tuple[Counts, int]]:
    """Yield the counts after `degree` texts have lost a socket each, where the first have `free` of them, and in how many ways."""
    if len(counts) == 1:
        if degree == 0:
            yield counts, 1
        return
    for taken in range(min(degree, counts[0]) + 1):
        for rest, others in _taken(counts[1:], free - 1, degree - taken):
            yield (counts[0] - taken, rest[0] + taken, *rest[1:]), comb(counts[0], taken) * free**taken * others


def _joined(counts: Sequence[int], degree: int) -> Iterator[tuple[Counts, int]]:
    """Yield the counts after a skill has chosen `degree` texts, and in how many ways."""
    if len(counts) == 1:
        if degree <= counts[0]:
            yield (counts[0],), comb(counts[0], degree)
        return
    for taken in range(min(degree, counts[0]) + 1):
        for rest, others in _joined(counts[1:], degree - taken):
            yield (counts[0] - taken, rest[0] + taken, *rest[1:]), comb(counts[0], taken) * others


class Steps(NamedTuple):
    """What one more skill does to the numbers of texts with one of the skills (`singles`) and with several (`more`).

    `matrix` takes chances of states to those after it; `places[singles, more]` is the place of a state, -1 where it is left out.
    """

    matrix: csr_matrix
    places: NDArray[np.int64]


def steps(degrees: Mapping[int, float], texts: int, *, singles: int, more: int) -> Steps:
    """Return the steps among states with at most so many texts that have one of the skills, and that have more.

    >>> found = steps({2: 1.0}, 3, singles=3, more=3)
    >>> round(float(found.matrix[found.places[2, 1], found.places[2, 0]]), 9)
    0.666666667
    """
    return _steps(tuple(degrees.items()), texts, singles, more)


@lru_cache(maxsize=_KEPT)
def _steps(degrees: Sequence[tuple[int, float]], texts: int, most_singles: int, most_more: int) -> Steps:
    one, two = (values.ravel() for values in np.mgrid[: most_singles + 1, : most_more + 1])
    kept = one + two <= texts
    one, two = one[kept], two[kept]
    index = np.full((most_singles + 1, most_more + 1), -1)
    index[one, two] = np.arange(len(one))
    taken, met = np.arange(max(degree for degree, _ in degrees) + 1)[:, None], np.arange(most_singles + most_more + 1)
    of_clean, of_met = choose(texts - met, taken), choose(met, taken)

    def chosen(degree: int) -> csr_matrix:
        """Return the matrix of a skill that chooses so many different texts."""
        entries = []
        for new in range(degree + 1):
            for again in range(degree + 1 - new):
                singles, more = one + new - again, two + again
                ways = of_clean[new, one + two] * of_met[again, one] * of_met[degree - new - again, two] / comb(texts, degree)
                inside = np.flatnonzero((ways > 0) & (singles < index.shape[0]) & (more < index.shape[1]))
                entries.append((ways[inside], index[singles[inside], more[inside]], inside))
        values, rows, columns = (np.concatenate(part) for part in zip(*entries, strict=True))
        return coo_matrix((values, (rows, columns)), shape=(len(one), len(one))).tocsr()

    return Steps(sum(chance * chosen(degree) for degree, chance in degrees), index)
