"""A block of texts as bytes: which are understood and how many skills they have, the sets of these, and the others, packed by zstd."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from dataclasses import dataclass

import constriction
import numpy as np
import zstandard
from numpy.typing import NDArray

from ..errors import InputError
from .learned import Learned
from .sets import Groups, Symbols, read_sets, write_sets
from .texts import Raw, Texts
from .wire import DamagedError, Reader, Writer

_MOST_TEXTS, _MOST_SKILLS, _LONGEST = 2**17, 2**22, 2**16
_MOST_BYTES = 2**25
"""The most of a block, and the most skills of a text: a forged file cannot ask for more memory than such a block takes."""
_LEVEL = 3  # zstd's own default, which trades size for time
_HEAD = 2**20
"""The most bytes of the lengths of a block's texts: 2^17 of four at most, and as much again."""
_DESCRIPTOR, _NEVER = 4, 0x1F
"""Where a zstd frame says how it is written, and bits of that which `pack` never sets: a checksum, a dictionary, two without a meaning."""


@dataclass(frozen=True)
class Block:
    """Texts in order: which are understood; the indices of those; what the others say."""

    understood: NDArray[np.bool_]
    ranks: Texts
    others: Raw


def cut(block: Block) -> Iterator[Block]:
    """Cut texts into blocks that are small enough to be read."""
    longest = int(block.ranks.counts.max(initial=0))
    if longest > _LONGEST:
        raise InputError("a text", f"must have at most {_LONGEST} skills to be sent as a set", given=longest)
    understood = np.concatenate([[0], np.cumsum(block.understood)])
    others = np.arange(len(understood)) - understood
    sums = ((block.ranks.start[understood], _MOST_SKILLS), (block.others.start[others], _MOST_BYTES))
    first, count = 0, len(block.understood)
    while first < count:
        ends = [int(np.searchsorted(sizes, sizes[first] + most, side="right")) - 1 for sizes, most in sums]
        last = min(count, first + _MOST_TEXTS, *ends)
        if last == first:
            raise InputError(f"text {first + 1}", f"must have at most {_MOST_BYTES} bytes")
        ranks = block.ranks.between(understood[first], understood[last])
        yield Block(block.understood[first:last], ranks, block.others.between(others[first], others[last]))
        first = last


def write_block(block: Block, learned: Learned) -> bytes:
    """Return a block as bytes.

    A symbol for each text, 0 or one more than its number of skills, says whether it is understood. Tables say how often each symbol, and
    each group of indices, is there.
    """
    symbols = np.zeros(len(block.understood), dtype=np.int64)
    symbols[block.understood] = block.ranks.counts + 1
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
    kinds, frequencies = (reader.numbers(_MOST_TEXTS, most) for most in (_LONGEST + 1, _MOST_TEXTS))
    total = int(frequencies.sum())
    skills = int((np.maximum(kinds - 1, 0) * frequencies).sum()) if len(kinds) == len(frequencies) else -1
    if not 0 < total <= _MOST_TEXTS or not 0 <= skills <= _MOST_SKILLS or (np.diff(kinds) <= 0).any() or (frequencies < 1).any():
        raise DamagedError
    table = reader.numbers(len(learned) + 1, _MOST_SKILLS)
    groups = Groups(table, len(learned))
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


def pack(written: Raw) -> bytes:
    """Return texts, with their lengths, packed by zstd, level 3; nothing where there is no text.

    >>> unpack(pack(Raw.of([b"a cat", b""])), 2) == Raw.of([b"a cat", b""])
    True
    """
    return zstandard.ZstdCompressor(level=_LEVEL).compress(_joined(written)) if len(written) else b""


def _joined(written: Raw) -> bytes:
    writer = Writer()
    writer.numbers(written.counts)
    return writer.content + written.data.tobytes()


def unpack(content: bytes, count: int) -> Raw:
    """Return the `count` texts that `pack` packed; raise `DamagedError` where it did not."""
    if not count:
        if content:
            raise DamagedError
        return Raw.of([])
    try:
        size = zstandard.frame_content_size(content)
        if not 0 < size <= _MOST_BYTES + _HEAD or content[_DESCRIPTOR] & _NEVER:
            raise DamagedError
        unpacked = zstandard.ZstdDecompressor().decompress(content, max_output_size=size, allow_extra_data=False)
    except zstandard.ZstdError:
        raise DamagedError from None
    reader = Reader(unpacked)
    lengths, data = reader.numbers(count, _MOST_BYTES), reader.rest()
    if len(lengths) != count or int(lengths.sum()) != len(data):
        raise DamagedError
    return Raw.joined(lengths, data)


_METHODS = {"zstd": pack, "xz": lambda written: lzma.compress(_joined(written))}


def bits_by(method: str, written: Raw) -> float:
    """Return what a text takes by a lossless code ('zstd' or 'xz'), in bits, where all are packed together."""
    return 8 * len(_METHODS[method](written)) / max(1, len(written))
