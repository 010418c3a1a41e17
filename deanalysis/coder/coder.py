"""The semantic coder: texts as bytes, and back, between two who share a list of learned skills.

A block of texts says which are understood and how many skills these have, then the sets of these, and the others, packed by zstd.
"""

from __future__ import annotations

import hashlib
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
from .texts import Raw, Texts, as_bytes, from_bytes
from .wire import DamagedError, Reader, listed, measured

_MAGIC, _VERSION = b"\x93SEMTEXT", 1
_DIGEST, _LENGTH = 16, 4
"""Bytes of a digest, and of the length of a block."""
_SETS, _RAW = 0, 1
_MOST_TEXTS, _MOST_SKILLS, _LONGEST = 2**17, 2**22, 2**16
_MOST_BYTES = 2**25
"""The most of a block, and the most skills of a text: a forged file cannot ask for more memory than such a block takes."""
_LEVEL = 3  # zstd's own default, which trades size for time
_HEAD = 2**20
"""The most bytes of the lengths of a block's texts: 2^17 of four at most, and as much again."""
_DESCRIPTOR, _NEVER = 4, 0x1F
"""Where a zstd frame says how it is written, and bits of that which `pack` never sets: a checksum, a dictionary, two without a meaning."""


@dataclass(frozen=True)
class Received:
    """What arrives: which texts are understood, the sets of skills of these, and of the others what was written."""

    understood: NDArray[np.bool_]
    meanings: Texts
    others: Raw

    def __repr__(self) -> str:
        return f"<{len(self.understood)} texts, {len(self.meanings)} of them understood>"

    def is_of(self, texts: Texts, written: Raw) -> bool:
        """Whether this is what some texts say: the meanings of those that are understood, and the others as they are written."""
        return self.meanings == texts.where(self.understood) and self.others == written.where(~self.understood)


@dataclass(frozen=True)
class SemanticCoder:
    """Sends texts that a learner understands as the sets of the skills that they require, all others by a lossless code (zstd).

    A text is understood if all its skills have been learned (theory, section 8). Which texts are, and how many skills each has, takes the
    entropy of that; a set of k of n skills log2 binom(n, k) bits, less where some are met more often than others: frequencies by rank are
    counted and sent. The receiver needs the same list of learned skills, nothing else.

    >>> coder = SemanticCoder(Learned.of([7, 2, 9]))
    >>> texts = Texts.of([{2, 7}, {9}, {3, 9}])
    >>> coder.decode(coder.encode(texts)) == texts
    True
    >>> SemanticCoder(Learned.of([7, 2])).decode(coder.encode(texts))
    Traceback (most recent call last):
        ...
    deanalysis.errors.InputError: the file was written with another list of learned skills
    """

    learned: Learned

    def encode(self, texts: Texts) -> bytes:
        """Return texts as bytes; those that are not understood go as what `as_bytes` writes."""
        understood, ranks = self.learned.ranks(texts)
        return self._write(_SETS, Block(understood, ranks, as_bytes(texts.where(~understood))))

    def decode(self, content: bytes) -> Texts:
        """Return the texts that `encode` wrote; raise `InputError` for anything else."""
        received = self._read(_SETS, content)
        meanings, understood, others = received.meanings, received.understood, from_bytes(received.others)
        counts = np.empty(len(understood), dtype=np.int64)
        counts[understood], counts[~understood] = meanings.counts, others.counts
        kept = np.repeat(understood, counts)
        skills = np.empty(len(kept), dtype=np.uint32)
        skills[kept], skills[~kept] = meanings.skills, others.skills
        return Texts.joined(counts, skills)

    def send(self, texts: Texts, written: Raw) -> bytes:
        """Return texts as bytes: the sets of those that are understood, and what is written of the others.

        >>> coder = SemanticCoder(Learned.of([7, 2, 9]))
        >>> received = coder.receive(coder.send(Texts.of([{2}, {3}]), Raw.of([b"a cat", b"a dog"])))
        >>> received, list(received.meanings), received.others[0]
        (<2 texts, 1 of them understood>, [(2,)], b'a dog')
        """
        if len(texts) != len(written):
            raise InputError("what is written", f"must be that of {len(texts)} texts", given=len(written))
        understood, ranks = self.learned.ranks(texts)
        return self._write(_RAW, Block(understood, ranks, written.where(~understood)))

    def receive(self, content: bytes) -> Received:
        """Return what `send` wrote; raise `InputError` for anything else."""
        return self._read(_RAW, content)

    def _write(self, kind: int, block: Block) -> bytes:
        """Write a file: a head, then blocks, each with its length and a digest of all up to there, and an empty block at the end."""
        head = _MAGIC + bytes([_VERSION, kind]) + self.learned.digest
        digest = hashlib.blake2b(head, digest_size=_DIGEST)
        pieces = [head, digest.digest()]
        for content in (*(write_block(smaller, self.learned) for smaller in cut(block)), b""):
            piece = len(content).to_bytes(_LENGTH, "little") + content
            digest.update(piece)
            pieces += [piece, digest.digest()]
        return b"".join(pieces)

    def _read(self, kind: int, content: bytes) -> Received:
        blocks = [read_block(block, self.learned) for block in _blocks(content, kind, self.learned)]
        understood = np.concatenate([np.empty(0, dtype=bool), *(block.understood for block in blocks)])
        ranks = Texts.chained([block.ranks for block in blocks])
        return Received(understood, self.learned.skills(ranks), Raw.chained([block.others for block in blocks]))


def _blocks(content: bytes, kind: int, learned: Learned) -> Iterator[bytes]:
    """Yield the blocks of a file, each checked before the next is looked at."""
    head = len(_MAGIC) + 2 + _DIGEST
    if not content.startswith(_MAGIC):
        raise InputError("the file", "is not one of a semantic coder" if len(content) >= len(_MAGIC) else "ends too early")
    if len(content) < head + _DIGEST:
        raise InputError("the file", "ends too early")
    if content[len(_MAGIC)] != _VERSION:
        raise InputError("the file", f"must be of version {_VERSION}, not {content[len(_MAGIC)]}")
    digest = hashlib.blake2b(content[:head], digest_size=_DIGEST)
    if digest.digest() != content[head : head + _DIGEST]:
        raise DamagedError
    if content[len(_MAGIC) + 1] != kind:
        raise InputError("the file", "must hold " + ("sets of skills" if kind == _SETS else "texts as they are written"))
    if content[head - _DIGEST : head] != learned.digest:
        raise InputError("the file", "was written with another list of learned skills")
    first, length = head + _DIGEST, -1
    while length:
        length = int.from_bytes(content[first : first + _LENGTH], "little")
        end = first + _LENGTH + length
        if len(content) < end + _DIGEST:
            raise InputError("the file", "ends too early or is damaged")
        digest.update(content[first:end])
        if digest.digest() != content[end : end + _DIGEST]:
            raise DamagedError
        if length:
            yield content[first + _LENGTH : end]
        first = end + _DIGEST
    if len(content) > first:
        raise InputError("the file", "goes on after its end")


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
    tables = b"".join(map(listed, (kinds, frequencies, groups.frequencies, batches)))
    return tables + measured(coder.get_compressed().astype("<u4").tobytes()) + measured(pack(block.others))


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
    return listed(written.counts) + written.data.tobytes()


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
