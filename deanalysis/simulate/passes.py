"""One pass over the texts, each presented once and never again."""

import numpy as np
from numpy.typing import NDArray

from .compiled import njit
from .kernel import Rows
from .patience import Patience

__all__ = ["leave_one_out_late", "not_understood", "one_pass"]


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
