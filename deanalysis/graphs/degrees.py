"""Degrees of graphs: how many nodes have each, which two lists of them fit together, and a graph of those that do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..simulate.compiled import njit
from ..simulate.streams import LARGEST_INDEX
from .rewiring import Side


def degree_counts(degrees: NDArray[np.int64]) -> dict[int, int]:
    """Return how many nodes have each degree that there is.

    >>> degree_counts(np.array([2, 1, 2]))
    {1: 1, 2: 2}
    """
    counts = np.bincount(degrees)
    return {int(degree): int(counts[degree]) for degree in np.flatnonzero(counts)}


def realised(text_degrees: NDArray[np.int64], skill_degrees: NDArray[np.int64]) -> Side:
    """Return the skills of each text of some graph with these degrees; raise `InputError` where there is none.

    There is one if, and only if, both sum to the same, and for every k the k largest text degrees sum to at most
    sum over skills of min(k, degree) (Gale, Pacific Journal of Mathematics 7, 1957; Ryser, Canadian Journal of Mathematics 9, 1957).

    >>> realised(np.array([2, 1]), np.array([1, 2])).ends.tolist()
    [0, 1, 1]
    """
    _require_graphical(text_degrees, skill_degrees)
    order = np.argsort(-skill_degrees, kind="stable")
    start = np.append(0, np.cumsum(text_degrees))
    ends = np.empty(start[-1], dtype=np.uint32)
    _give_most_wanted(start, skill_degrees[order], order.astype(np.uint32), ends)
    return Side(start, ends).turned(len(skill_degrees)).turned(len(text_degrees))


@njit(cache=True)
def _give_most_wanted(start: NDArray[np.int64], lacking: NDArray[np.int64], order: NDArray[np.uint32], ends: NDArray[np.uint32]) -> None:
    """Give each text the skills that lack most texts (Gale): those are in decreasing order, which stays.

    Of the skills that lack as many as the last one that is taken, the last ones are.
    """
    for text in range(len(start) - 1):
        degree = start[text + 1] - start[text]
        if degree == 0:
            continue
        least = lacking[degree - 1]
        above = len(lacking) - np.searchsorted(lacking[::-1], least, side="right")
        equal = len(lacking) - np.searchsorted(lacking[::-1], least, side="left") - above
        for index in range(degree):
            taken = index if index < above else above + equal - (degree - index)
            lacking[taken] -= 1
            ends[start[text] + index] = order[taken]


def _require_graphical(text_degrees: NDArray[np.int64], skill_degrees: NDArray[np.int64]) -> None:
    """Raise `InputError` where no graph without repeated edges has these degrees."""
    wanted, offered = int(text_degrees.sum()), int(skill_degrees.sum())
    if not wanted:
        raise InputError("text_degrees", "must have one that is not 0", given=text_degrees)
    if wanted != offered:
        raise InputError("the degrees", "must have one sum, the number of edges", given=f"{wanted} of texts, {offered} of skills")
    sums = np.cumsum(np.sort(text_degrees)[::-1])
    at_least = np.cumsum(np.bincount(skill_degrees)[::-1])[::-1][1:]
    room = np.cumsum(np.append(at_least, np.zeros(max(0, len(sums) - len(at_least)), dtype=np.int64)))[: len(sums)]
    if len(short := np.flatnonzero(sums > room)):
        k = int(short[0])
        requirement = f"must fit a graph without repeated edges: {k + 1} texts can have {room[k]} skills in all (Gale, Ryser)"
        raise InputError("the degrees", requirement, given=int(sums[k]))


def checked_degrees(degrees: object, argument: str) -> NDArray[np.int64]:
    """Return degrees as an array; raise `InputError` for what is no list of whole numbers from 0 to the most edges of a graph."""
    try:
        given = np.asarray(degrees)
    except ValueError:
        given = np.zeros((0, 0))
    if given.ndim != 1 or not len(given) or given.dtype.kind not in "iuf" or not np.all((given >= 0) & (given == np.floor(given))):
        raise InputError(argument, "must be a list of whole numbers, 0 or more", given=degrees)
    if (total := float(given.sum(dtype=np.float64))) > LARGEST_INDEX:
        raise InputError(argument, f"must sum to at most {LARGEST_INDEX}", given=f"{total:.3g}")
    return given.astype(np.int64)
