"""A block of texts as bytes: which are understood and how many skills they have, the sets of these, and the others as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import constriction
import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .learned import Learned
from .lossless import MOST_BYTES, pack, unpack
from .sets import Groups, Symbols, read_sets, write_sets
from .texts import Raw, Texts
from .wire import DamagedError, Reader, Writer

__all__ = ["Block", "cut", "read_block", "write_block"]

_MOST_TEXTS, _MOST_SKILLS, _LONGEST = 2**17, 2**22, 2**16


@dataclass(frozen=True)
class Block:
    """Texts in order: which are understood; the indices of those; what the others say."""

    understood: NDArray[np.bool_]
    ranks: Texts
    others: Raw


def cut(block: Block) -> Iterator[Block]:
    """Cut texts into blocks that are small enough to be read."""
    indices, bytes_ = (np.zeros(len(block.understood) + 1, dtype=np.int64) for _ in range(2))
    where = np.concatenate([[0], np.cumsum(block.understood)])
    np.cumsum(np.where(block.understood, _spread(block.ranks.counts, block.understood), 0), out=indices[1:])
    np.cumsum(np.where(block.understood, 0, _spread(block.others.counts, ~block.understood)), out=bytes_[1:])
    if block.ranks.counts.max(initial=0) > _LONGEST:
        raise InputError("a text", f"must have at most {_LONGEST} skills to be sent as a set", given=int(block.ranks.counts.max()))
    first = 0
    while first < len(block.understood):
        ends = (
            np.searchsorted(sums, sums[first] + most, side="right") - 1 for sums, most in ((indices, _MOST_SKILLS), (bytes_, MOST_BYTES))
        )
        last = min(len(block.understood), first + _MOST_TEXTS, *map(int, ends))
        if last == first:
            raise InputError(f"text {first + 1}", f"must have at most {MOST_BYTES} bytes")
        understood = where[first], where[last]
        others = first - where[first], last - where[last]
        yield Block(block.understood[first:last], block.ranks.between(*understood), block.others.between(*others))
        first = last


def _spread(values: NDArray[np.int64], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return values at the chosen places, 0 elsewhere."""
    spread = np.zeros(len(chosen), dtype=np.int64)
    spread[chosen] = values
    return spread


def write_block(block: Block, learned: Learned) -> bytes:
    """Return a block as bytes.

    A symbol for each text, 0 or one more than its number of skills, says whether it is understood. Tables say how often each symbol, and
    each group of indices, is there.
    """
    symbols = _spread(block.ranks.counts + 1, block.understood)
    kinds, where, frequencies = np.unique(symbols, return_inverse=True, return_counts=True)
    groups = Groups.best(len(learned), block.ranks.skills)
    coder = constriction.stream.stack.AnsCoder()
    batches = write_sets(block.ranks, groups, coder)
    Symbols(frequencies).write(coder, where.astype(np.int32))
    writer = Writer()
    for table in (kinds, frequencies, groups.frequencies, batches):
        writer.numbers(table)
    writer.string(coder.get_compressed().astype("<u4").tobytes())
    writer.string(pack(block.others))
    return writer.content


def read_block(content: bytes, learned: Learned) -> Block:
    """Return the block that `write_block` wrote; raise `DamagedError` where it did not."""
    reader = Reader(content)
    kinds, frequencies = (np.array(reader.numbers(_MOST_TEXTS, most), dtype=np.int64) for most in (_LONGEST + 1, _MOST_TEXTS))
    total = int(frequencies.sum())
    skills = int((np.maximum(kinds - 1, 0) * frequencies).sum()) if len(kinds) == len(frequencies) else -1
    if not 0 < total <= _MOST_TEXTS or not 0 <= skills <= _MOST_SKILLS or (np.diff(kinds) <= 0).any() or (frequencies < 1).any():
        raise DamagedError
    table = np.array(reader.numbers(len(learned) + 1, _MOST_SKILLS), dtype=np.int64)
    groups = Groups(len(learned), table)
    if len(table) != len(groups.sizes) or int(table.sum()) != skills:
        raise DamagedError
    batches = reader.numbers(total, 2 * total + 1)
    coder = _stack(reader.string())
    where = Symbols(frequencies).read(coder, total)
    if not np.array_equal(np.bincount(where, minlength=len(kinds)), frequencies):
        raise DamagedError
    symbols = kinds[where]
    understood = symbols > 0
    ranks = read_sets(symbols[understood] - 1, groups, batches, coder)
    if not coder.is_empty() or not np.array_equal(table, Groups.best(len(learned), ranks.skills).frequencies):
        raise DamagedError
    others = unpack(reader.string(), int((~understood).sum()))
    reader.end()
    return Block(understood, ranks, others)


def _stack(content: bytes) -> constriction.stream.stack.AnsCoder:
    words = np.frombuffer(content, dtype="<u4") if len(content) % 4 == 0 else None
    if words is None or (len(words) and words[-1] == 0):
        raise DamagedError
    return constriction.stream.stack.AnsCoder(words.astype(np.uint32))
