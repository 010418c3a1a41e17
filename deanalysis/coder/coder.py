"""The semantic coder: texts as bytes, and back, between two who share a list of learned skills."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .blocks import Block, cut, read_block, write_block
from .learned import Learned
from .texts import Raw, Texts, as_bytes, from_bytes
from .wire import DamagedError

_MAGIC, _VERSION = b"\x93SEMTEXT", 1
_DIGEST, _LENGTH = 16, 4
"""Bytes of a digest, and of the length of a block."""
_SETS, _RAW = 0, 1


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
            measured = len(content).to_bytes(_LENGTH, "little") + content
            digest.update(measured)
            pieces += [measured, digest.digest()]
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
