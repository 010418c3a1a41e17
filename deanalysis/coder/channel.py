"""A code on the erasure channel: a graph as its parity checks, learning as its decoder; and messages of the semantic coder sent over it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..checks import check_count, require_kind
from ..errors import InputError
from ..model.degrees import Ensemble
from ..record import Record
from ..simulate.compiled import njit
from ..simulate.graphs import Graph, edges_of, sample_graph
from ..simulate.kernel import NO_ROWS, Rows, begin, give, learn, rows_of
from ..simulate.streams import check_seed, new_streams

if TYPE_CHECKING:
    from .coder import SemanticCoder
    from .texts import Raw, Texts

_LONGEST = 100_000  # positions: reducing the checks takes time that grows as length^3/64
_MOST_TRIALS = 10**6
_BITS = 64
_OF_CODES = 2
"""First number of the path of the streams, which tells the graphs of codes from others of the same seed."""

Bits = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class ErasureCode:
    """The binary linear code whose positions are the skills of a graph and whose parity checks are its texts.

    An erased position is a novel skill, a check that misses one position is a text that teaches it: peeling is the 1-skill learner.

    >>> from deanalysis.model import Regular
    >>> code = ErasureCode.draw(Ensemble(Regular(6), Regular(3)), 600)
    >>> message = np.arange(code.dimension, dtype=np.uint8) % 2
    >>> sent = code.encode(message)
    >>> erased = np.arange(600) % 3 == 0
    >>> np.array_equal(code.message(code.decode(np.where(erased, 0, sent), erased)), message)
    True
    """

    graph: Graph

    def __post_init__(self) -> None:
        require_kind(self.graph, Graph, "the code", "a graph: ErasureCode.draw(ensemble, length) draws one")

    @classmethod
    def draw(cls, ensemble: Ensemble, length: int, seed: int = 1) -> ErasureCode:
        """Draw a code of an ensemble without free letters, but for its `unknown`, which is the channel's."""
        require_kind(ensemble, Ensemble, "the code's ensemble", "an Ensemble, such as load_model('ldpc(3,6)').ensemble")
        length = check_count(length, 1, _LONGEST, "length")
        free = ensemble.texts.letters | ensemble.skills.letters
        if free:
            raise InputError("the code", "must have no free letter", given=", ".join(sorted(map(str, free))))
        streams = new_streams(check_seed(seed), (_OF_CODES, length), 3)
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_OF_CODES, length, 0)))
        return cls(sample_graph(ensemble, length, streams, rng)[0])

    @property
    def length(self) -> int:
        """How many bits a block has."""
        return self.graph.skills

    @property
    def dimension(self) -> int:
        """How many bits of a message a block carries."""
        return len(self.free)

    @cached_property
    def _rows(self) -> Rows:
        """The positions of each check, from 1 on."""
        everything = np.ones(self.length + 1, dtype=np.uint8)
        everything[0] = 0
        return rows_of(self.graph, begin(self.graph, everything), np.zeros(self.graph.texts, dtype=np.uint16), 0)

    @cached_property
    def _reduced(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """The parity checks in reduced form, 64 positions a word, and the position that each determines."""
        matrix = np.zeros((self.graph.texts, -(-self.length // _BITS)), dtype=np.uint64)
        checks, positions = np.repeat(np.arange(self.graph.texts), np.diff(self._rows.start)), self._rows.skills - 1
        np.bitwise_xor.at(matrix, (checks, positions // _BITS), np.uint64(1) << (positions % _BITS).astype(np.uint64))
        pivots = _reduce(matrix, self.length)
        return matrix[: len(pivots)], pivots

    @cached_property
    def free(self) -> NDArray[np.int64]:
        """The positions that carry the message; the others follow from them."""
        return np.setdiff1d(np.arange(self.length), self._reduced[1])

    def encode(self, message: Bits) -> Bits:
        """Return the block that carries `dimension` bits."""
        if len(message) != self.dimension:
            raise InputError("a message", f"must have {self.dimension} bits", given=len(message))
        block = np.zeros(self.length, dtype=np.uint8)
        block[self.free] = message
        checks, pivots = self._reduced
        padded = np.zeros(checks.shape[1] * _BITS, dtype=np.uint8)
        padded[: self.length] = block
        words = np.packbits(padded, bitorder="little").view("<u8").astype(np.uint64)
        block[pivots] = _parities(checks, words)
        return block

    def decode(self, received: Bits, erased: NDArray[np.bool_]) -> Bits | None:
        """Return the block that was sent, from what is left of it; None where learning gets stuck."""
        novel = np.concatenate([[0], erased]).astype(np.uint8)
        state = begin(self.graph, novel)
        give(state.words, np.ones(self.graph.texts, dtype=np.uint16))
        rounds = learn(self.graph, NO_ROWS, state)
        if state.novel.any():
            return None
        block = np.concatenate([[0], received]).astype(np.uint8)
        known = np.concatenate([[True], ~erased])
        _fill(self.graph, self._rows, state.order[: int(rounds[-1])], known, block)
        return block[1:]

    def message(self, block: Bits) -> Bits:
        """Return the message that a block carries."""
        return block[self.free]

    def transmit(self, content: bytes, erasure: float, rng: np.random.Generator) -> tuple[bytes | None, int]:
        """Send bytes block by block over a channel that erases each bit with a probability.

        Returns what arrives, None where a block is lost, and how many blocks were sent.
        """
        bits = np.unpackbits(np.frombuffer(content, dtype=np.uint8))
        blocks = max(1, -(-len(bits) // self.dimension))
        padded = np.concatenate([bits, np.zeros(blocks * self.dimension - len(bits), dtype=np.uint8)])
        arrived: list[Bits] = []
        for message in padded.reshape(blocks, self.dimension):
            sent, erased = self.encode(message), rng.random(self.length) < erasure
            decoded = self.decode(np.where(erased, 0, sent).astype(np.uint8), erased)
            if decoded is not None:
                arrived.append(self.message(decoded))
        if len(arrived) < blocks:
            return None, blocks
        return np.packbits(np.concatenate(arrived)[: len(bits)]).tobytes(), blocks


@dataclass(frozen=True)
class Delivery(Record):
    """How often the same message was sent and how often it arrived whole; its bits, and the blocks of the channel code that it takes."""

    trials: int
    arrived: int
    bits: int
    blocks: int

    def __repr__(self) -> str:
        return f"<{self.arrived} of {self.trials} messages of {self.blocks} blocks arrived>"

    def _repr_latex_(self) -> str:
        return rf"${self.arrived}/{self.trials}$"


def deliver(
    coder: SemanticCoder, code: ErasureCode, texts: Texts, written: Raw, erasure: float, *, trials: int = 100, seed: int = 1
) -> Delivery:
    """Send a message through the channel again and again, each time with new erasures; what arrives is read and compared.

    Raises `AssertionError` if what arrives is something else than what was sent: that would be an error of this program.

    >>> from deanalysis import Learned, Raw, Regular, SemanticCoder, Texts
    >>> code = ErasureCode.draw(Ensemble(Regular(6), Regular(3)), 1200)
    >>> coder = SemanticCoder(Learned.of(range(100)))
    >>> texts = Texts.of([{number, 99 - number} for number in range(60)])
    >>> deliver(coder, code, texts, Raw.of([b""] * 60), 0.3, trials=10)
    <10 of 10 messages of 3 blocks arrived>
    """
    trials = check_count(trials, 1, _MOST_TRIALS, "the trials")
    content = coder.send(texts, written)
    rng = np.random.default_rng(np.random.SeedSequence(check_seed(seed)))
    arrived, blocks = 0, 0
    for _ in range(trials):
        delivered, blocks = code.transmit(content, erasure, rng)
        if delivered is not None:
            assert coder.receive(delivered).is_of(texts, written)
            arrived += 1
    return Delivery(trials, arrived, 8 * len(content), blocks)


@njit(cache=True)
def _reduce(matrix: NDArray[np.uint64], length: int) -> NDArray[np.int64]:
    """Bring rows of bits into reduced form in index (Gauss, Jordan); return the position that each of the first rows begins with."""
    pivots = np.empty(len(matrix), dtype=np.int64)
    rank = 0
    for position in range(length):
        word, bit = position // 64, np.uint64(1) << np.uint64(position % 64)
        row = rank
        while row < len(matrix) and not matrix[row, word] & bit:
            row += 1
        if row == len(matrix):
            continue
        for index in range(matrix.shape[1]):
            matrix[rank, index], matrix[row, index] = matrix[row, index], matrix[rank, index]
        for other in range(len(matrix)):
            if other != rank and matrix[other, word] & bit:
                for index in range(matrix.shape[1]):
                    matrix[other, index] ^= matrix[rank, index]
        pivots[rank] = position
        rank += 1
        if rank == len(matrix):
            break
    return pivots[:rank]


@njit(cache=True)
def _parities(checks: NDArray[np.uint64], words: NDArray[np.uint64]) -> Bits:
    """Return the parity of what each check has in common with a block."""
    parities = np.empty(len(checks), dtype=np.uint8)
    for check in range(len(checks)):
        common = np.uint64(0)
        for index in range(len(words)):
            common ^= checks[check, index] & words[index]
        for shift in (32, 16, 8, 4, 2, 1):
            common ^= common >> np.uint64(shift)
        parities[check] = common & np.uint64(1)
    return parities


@njit(cache=True)
def _fill(graph: Graph, rows: Rows, order: NDArray[np.uint32], known: NDArray[np.bool_], block: Bits) -> None:
    """Fill positions in the order in which they were learned: each by a check of which all else is known."""
    texts, edges = np.empty(1, dtype=np.uint32), np.empty(1, dtype=np.int64)
    for position in order:
        for edge in range(graph.start[position - 1], graph.start[position]):
            edges[0] = edge
            edges_of(graph, edges, 1, texts)
            value, open_ = np.uint8(0), 0
            for index in range(rows.start[texts[0]], rows.start[texts[0] + 1]):
                open_ += not known[rows.skills[index]]
                value ^= block[rows.skills[index]] if known[rows.skills[index]] else np.uint8(0)
            if open_ == 1:
                block[position], known[position] = value, True
                break
