"""The whole way of a message: semantic coder, channel code, erasures, learning as the decoder, and back to meanings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..checks import check_count
from ..record import Record
from ..simulate.streams import check_seed
from .channel import ErasureCode
from .coder import SemanticCoder
from .texts import Raw, Texts

__all__ = ["Delivery", "deliver"]

_MOST = 10**6


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

    >>> from deanalysis.coder.learned import Learned
    >>> from deanalysis.model import Ensemble, Regular
    >>> code = ErasureCode.draw(Ensemble(Regular(6), Regular(3)), 1200)
    >>> coder = SemanticCoder(Learned.of(range(100)))
    >>> texts = Texts.of([{number, 99 - number} for number in range(60)])
    >>> deliver(coder, code, texts, Raw.of([b""] * 60), 0.3, trials=10)
    <10 of 10 messages of 3 blocks arrived>
    """
    trials = check_count(trials, 1, _MOST, "the trials")
    content = coder.send(texts, written)
    rng = np.random.default_rng(np.random.SeedSequence(check_seed(seed)))
    arrived, blocks = 0, 0
    for _ in range(trials):
        delivered, blocks = code.transmit(content, erasure, rng)
        if delivered is not None:
            assert coder.receive(delivered).is_of(texts, written)
            arrived += 1
    return Delivery(trials, arrived, 8 * len(content), blocks)
