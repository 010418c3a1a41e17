"""Sets of indices as 32-bit words: log2 binom(n, k) bits for k of n, less where some indices are met more often.

A set has no order, but what is sent one by one has: k! orders for the same set. Bits back (Townsend, Bird, Barber, ICLR 2019; for sets
Severo et al., IEEE JSAIT 2023) pays that: the order is not chosen but *decoded*, from what has been written before, log2 k! bits that the
receiver gets back. The code is a stack (asymmetric numeral systems), whose top is read first. The first batch has nothing to decode from
and goes in ascending order; each further batch is as large as what has been written pays for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import constriction
import numpy as np
from numpy.typing import NDArray

from .orders import arrange, digit_sizes, digits_of, offsets_of, ranks_of, sizes_left
from .texts import Texts
from .wire import DamagedError

_FIRST = 64  # sets of a batch at least, in ascending order if the stack pays for fewer: few beside a block, and they pay for the next batch
_SPARE = 128  # bits that are left on the stack, so that decoding orders does not come to its end, which holds no whole word
_STEP = 32  # a group is 1/32 as large as what comes before it: more groups fit popularity better, and their table takes a byte each
_WIDE = 12  # bits of a value that go at once: half of the 24 that a model has, so that a probability is right to 2^-12
_UNIFORM = constriction.stream.model.Uniform()

Coder = Any
"""A stack of words: `constriction.stream.stack.AnsCoder`."""


@dataclass(frozen=True, eq=False)
class Symbols:
    """Symbols 0, 1, ... by how often each is there, at least one of them; one that is alone takes no bits."""

    frequencies: NDArray[np.int64]

    @cached_property
    def _model(self) -> Any:
        shares = self.frequencies / self.frequencies.sum()
        return constriction.stream.model.Categorical(shares.astype(np.float32), perfect=False)

    @property
    def bits(self) -> float:
        """How many bits all symbols take."""
        there = self.frequencies[self.frequencies > 0]
        return float((there * np.log2(there.sum() / there)).sum())

    def write(self, coder: Coder, symbols: NDArray[np.int32]) -> None:
        """Put symbols on the stack."""
        if len(self.frequencies) > 1 and len(symbols):
            coder.encode_reverse(symbols, self._model)

    def read(self, coder: Coder, count: int) -> NDArray[np.int32]:
        """Take symbols off the stack."""
        alone = len(self.frequencies) == 1 or not count
        symbols: NDArray[np.int32] = np.zeros(count, dtype=np.int32) if alone else coder.decode(self._model, count)
        return symbols


@dataclass(frozen=True, eq=False)
class Groups(Symbols):
    """Indices 0, ..., count - 1 in groups of neighbours, which are the symbols; within a group all are alike.

    One group where indices are met evenly. Else each is 1/32 as large as what comes before it, rounded down, and at least one index:
    popularity by rank to within 3 %, whatever its law.
    """

    count: int

    @cached_property
    def bounds(self) -> NDArray[np.int64]:
        """Where the groups begin, and the end."""
        return _bounds(self.count) if len(self.frequencies) > 1 else np.array([0, self.count], dtype=np.int64)

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """How many indices each group has."""
        return np.diff(self.bounds)

    def of(self, ranks: NDArray[np.uint32]) -> NDArray[np.int32]:
        """Return the group of each index."""
        numbers = np.arange(len(self.sizes), dtype=np.int32)
        return np.repeat(numbers, self.sizes)[ranks] if len(numbers) > 1 else np.zeros(len(ranks), dtype=np.int32)

    @classmethod
    def best(cls, count: int, ranks: NDArray[np.uint32]) -> Groups:
        """Return the groups with which these indices take fewer bits, the table of frequencies included."""
        even = cls(np.array([len(ranks)], dtype=np.int64), count)
        apart = cls(np.add.reduceat(np.bincount(ranks, minlength=count), _bounds(count)[:-1]), count) if count else even
        return min(even, apart, key=lambda groups: groups.bits)

    @property
    def bits(self) -> float:
        """How many bits the indices take one by one, the table of frequencies included."""
        table = 8 * len(self.frequencies)
        return super().bits + float((self.frequencies * np.log2(np.maximum(self.sizes, 1))).sum()) + table


def _bounds(count: int) -> NDArray[np.int64]:
    bounds = [0]
    while bounds[-1] < count:
        bounds.append(min(count, bounds[-1] + max(1, bounds[-1] // _STEP)))
    return np.array(bounds, dtype=np.int64)


def write_sets(ranks: Texts, groups: Groups, coder: Coder) -> list[int]:
    """Put sets of indices on the stack; return the sizes of the batches.

    >>> coder = constriction.stream.stack.AnsCoder()
    >>> sets = Texts.of([{1, 4}, set(), {0, 1, 2}])
    >>> groups = Groups.best(5, sets.skills)
    >>> batches = write_sets(sets, groups, coder)
    >>> read_sets(sets.counts, groups, batches, coder) == sets, coder.is_empty()
    (True, True)
    """
    batches: list[int] = []
    needed = _needed(ranks.counts)
    done = 0
    while done < len(ranks):
        last, ordered = _next_batch(needed, done, coder)
        _write_batch(ranks.between(done, last), groups, coder, ordered)
        batches.append(2 * (last - done) + ordered)
        done = last
    return batches


def _needed(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how many bits the orders of the first sets take, log2 k! each and a little, for each number of sets."""
    steps = np.log2(np.maximum(np.arange(int(counts.max(initial=0)) + 1), 1.0))
    return np.concatenate([[0.0], np.cumsum(np.cumsum(steps)[counts] * (1 + 1e-6))])


def _next_batch(needed: NDArray[np.float64], done: int, coder: Coder) -> tuple[int, bool]:
    """Return where the batch ends that comes next on the stack, and whether its sets go in ascending order."""
    paid = needed[done] + coder.num_valid_bits() - _SPARE
    last = int(np.searchsorted(needed, paid, side="right")) - 1
    return min(len(needed) - 1, max(last, done + _FIRST)), last < done + _FIRST


def _write_evenly(coder: Coder, values: NDArray[np.int32], sizes: NDArray[np.int32]) -> None:
    """Put values below their sizes on the stack, log2 size bits each.

    A model holds probabilities to 24 bits, so that more than 2^12 values go in two halves; that loses less than a thousandth of a bit.
    """
    shifts, high, low = _halves(sizes)
    for half, most in ((values & (low - 1), low), (values >> shifts, high)):
        if (open_ := most > 1).any():
            coder.encode_reverse(half[open_], _UNIFORM, most[open_])


def _read_evenly(coder: Coder, sizes: NDArray[np.int32]) -> NDArray[np.int32]:
    """Take values below their sizes off the stack; raise `DamagedError` where one is not, as where a size is below 1."""
    shifts, *halves = _halves(sizes)
    values = np.zeros(len(sizes), dtype=np.int32)
    for half in halves:
        values <<= shifts
        if (open_ := half > 1).any():
            values[open_] += coder.decode(_UNIFORM, half[open_])
    if (values >= sizes).any():
        raise DamagedError
    return values


def _halves(sizes: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return how many low bits of each value go apart, how many values the high bits have, and the low ones."""
    shifts = np.maximum(np.frexp(sizes.astype(np.float64))[1] - _WIDE, 0).astype(np.int32)
    return shifts, (sizes - 1 >> shifts) + 1, np.left_shift(np.int32(1), shifts)


def _write_batch(batch: Texts, groups: Groups, coder: Coder, ordered: bool) -> None:
    """Put a batch on the stack: decode its orders, then write its indices, first what the receiver reads last."""
    rows = batch.skills
    if not ordered:
        sizes = digit_sizes(batch.counts)
        rows = arrange(batch.start, rows, _read_evenly(coder, sizes))
    group = groups.of(rows)
    sizes = sizes_left(batch.start, group, groups.sizes)
    _write_evenly(coder, offsets_of(batch.start, rows, group, groups.bounds), sizes)
    groups.write(coder, group)


def read_sets(counts: NDArray[np.int64], groups: Groups, batches: Sequence[int] | NDArray[np.int64], coder: Coder) -> Texts:
    """Take sets of so many indices off the stack; raise `DamagedError` where there are none, or others than would be written so."""
    ends = np.cumsum([0, *(batch >> 1 for batch in batches)])
    if ends[-1] != len(counts) or (np.diff(ends) < 1).any():
        raise DamagedError
    needed, read = _needed(counts), []
    for first, last, batch in reversed(list(zip(ends[:-1], ends[1:], batches, strict=True))):
        read.append(_read_batch(counts[first:last], groups, coder, bool(batch & 1)))
        if _next_batch(needed, int(first), coder) != (last, bool(batch & 1)):
            raise DamagedError
    return Texts.chained(read[::-1])


def _read_batch(counts: NDArray[np.int64], groups: Groups, coder: Coder, ordered: bool) -> Texts:
    shape = Texts.joined(counts, np.empty(0, dtype=np.uint32))
    group = groups.read(coder, int(shape.start[-1]))
    offsets = _read_evenly(coder, sizes_left(shape.start, group, groups.sizes))
    rows = ranks_of(shape.start, offsets, group, groups.bounds)
    batch = Texts.drawn(shape.start, rows)
    if not ordered:
        _write_evenly(coder, digits_of(shape.start, batch.skills, rows), digit_sizes(counts))
    elif not np.array_equal(batch.skills, rows):
        raise DamagedError
    return batch
