"""Rows of indices in some order, and what that order says: k! orders of a set carry log2 k! bits.

A row is turned from its ascending order into another by Fisher and Yates: position i = k-1, ..., 1 changes places with position j <= i, the
*digit* of i. An index is sent as its group and its offset there among those that are left, so that no index comes twice.
"""

import numpy as np
from numpy.typing import NDArray

from ..simulate.compiled import njit

Counts = NDArray[np.int64]
Indices = NDArray[np.uint32]
Symbols = NDArray[np.int32]


@njit(cache=True)
def digit_sizes(counts: Counts) -> Symbols:
    """Return how many values each digit has, row by row: k, k - 1, ..., 2.

    >>> digit_sizes(np.array([3, 1, 2])).tolist()
    [3, 2, 2]
    """
    sizes = np.empty(np.maximum(counts - 1, 0).sum(), dtype=np.int32)
    end = 0
    for count in counts:
        for size in range(count, 1, -1):
            sizes[end] = size
            end += 1
    return sizes


@njit(cache=True)
def arrange(start: Counts, ascending: Indices, digits: Symbols) -> Indices:
    """Return the rows in the order that the digits say."""
    rows = ascending.copy()
    end = 0
    for row in range(len(start) - 1):
        for last in range(start[row + 1] - 1, start[row], -1):
            other = start[row] + digits[end]
            rows[last], rows[other] = rows[other], rows[last]
            end += 1
    return rows


@njit(cache=True)
def digits_of(start: Counts, ascending: Indices, rows: Indices) -> Symbols:
    """Return the digits that turn ascending rows into these: `arrange` undone."""
    digits = np.empty(max(len(rows), 1), dtype=np.int32)
    end = 0
    for row in range(len(start) - 1):
        first, count = start[row], start[row + 1] - start[row]
        at = np.arange(count)
        holds = np.arange(count)
        for last in range(count - 1, 0, -1):
            wanted = np.searchsorted(ascending[first : first + count], rows[first + last])
            other = at[wanted]
            digits[end] = other
            end += 1
            moved = holds[last]
            holds[other], at[moved] = moved, other
    return digits[:end]


@njit(cache=True)
def sizes_left(start: Counts, groups: Symbols, sizes: Counts) -> Symbols:
    """Return how many indices of its group are left for each in its row; 0 or less where none is.

    >>> sizes_left(np.array([0, 3]), np.array([1, 0, 1], dtype=np.int32), np.array([4, 5])).tolist()
    [5, 4, 4]
    """
    left = np.empty(len(groups), dtype=np.int32)
    taken = np.zeros(len(sizes), dtype=np.int64)
    for row in range(len(start) - 1):
        for index in range(start[row], start[row + 1]):
            left[index] = sizes[groups[index]] - taken[groups[index]]
            taken[groups[index]] += 1
        for index in range(start[row], start[row + 1]):
            taken[groups[index]] = 0
    return left


@njit(cache=True)
def offsets_of(start: Counts, rows: Indices, groups: Symbols, firsts: Counts) -> Symbols:
    """Return where each index is in its group, among those that are left in its row."""
    offsets = np.empty(len(rows), dtype=np.int32)
    met = np.empty(len(rows), dtype=np.uint32)
    for row in range(len(start) - 1):
        for index in range(start[row], start[row + 1]):
            count, first = index - start[row], firsts[groups[index]]
            at = np.searchsorted(met[:count], rows[index])
            smaller = at - np.searchsorted(met[:count], first)
            offsets[index] = rows[index] - first - smaller
            _insert(met, count, at, rows[index])
    return offsets


@njit(cache=True)
def ranks_of(start: Counts, offsets: Symbols, groups: Symbols, firsts: Counts) -> Indices:
    """Return the indices from their offsets: `offsets_of` undone.

    >>> start, groups, firsts = np.array([0, 2]), np.zeros(2, dtype=np.int32), np.array([0])
    >>> rows = np.array([1, 4], dtype=np.uint32)
    >>> offsets = offsets_of(start, rows, groups, firsts)
    >>> offsets.tolist(), ranks_of(start, offsets, groups, firsts).tolist()
    ([1, 3], [1, 4])
    """
    rows = np.empty(len(offsets), dtype=np.uint32)
    met = np.empty(len(rows), dtype=np.uint32)
    for row in range(len(start) - 1):
        for index in range(start[row], start[row + 1]):
            count, first = index - start[row], firsts[groups[index]]
            lowest = np.searchsorted(met[:count], first)
            low, high, wanted = lowest, count, first + offsets[index]
            while low < high:
                middle = (low + high) // 2
                if np.int64(met[middle]) - (middle - lowest) <= wanted:
                    low = middle + 1
                else:
                    high = middle
            rows[index] = wanted + (low - lowest)
            _insert(met, count, low, rows[index])
    return rows


@njit(cache=True, inline="always")
def _insert(met: Indices, count: int, at: int, value: int) -> None:
    """Put a value where it belongs among the first `count`, which are ascending."""
    for after in range(count, at, -1):
        met[after] = met[after - 1]
    met[at] = value
