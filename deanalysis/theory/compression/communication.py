"""Sending texts: a source code, then a channel code designed apart from it, over a channel that erases bits."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from ...balls.numbers import Number
from ...checks import check_count
from ...errors import InputError
from ...model.exact import Value, exact_number
from ...record import Record
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.search import Question
from ..evolution.thresholds.find import thresholds
from ..scaling.finite_size import FiniteSize
from ..scaling.scaling import scaling
from .compress import Compression

_MOST_TEXTS, _LONGEST = 10**12, 10**9
"""Texts of a message and bits of a block, at most: floats still count them exactly."""


@dataclass(frozen=True)
class Transmission(Record):
    """A message of some texts as bits, and what becomes of it on the channel.

    `bits` is its length, sent in `blocks` blocks of the channel code, `channel_bits` a text; a block is lost with the chance `block_lost`,
    and the message (so each of its texts) arrives with the chance `arrives` = (1 - block_lost)^blocks.
    """

    bits: float
    blocks: int
    channel_bits: float
    block_lost: float
    arrives: float

    def __repr__(self) -> str:
        return f"<{self.blocks} blocks, {self.channel_bits:.6g} channel bits per text, arrives with probability {self.arrives:.6g}>"

    def _repr_latex_(self) -> str:
        return rf"$(1 - {self.block_lost:.4g})^{{{self.blocks}}} = {self.arrives:.6g}$"


@dataclass(frozen=True)
class ErasureChannel(Record):
    """A channel code of a length for a channel that erases bits: peeling is learning, an erased bit a novel skill.

    `threshold` is the largest erasure probability that long blocks survive, the emergence threshold of the same equations, proved; `rate`
    the share of a block that carries the message; `law` that of blocks of finite length, where it is available.
    """

    threshold: Number
    rate: float
    length: int
    law: FiniteSize | None

    def __repr__(self) -> str:
        return f"<erasure channel code of length {self.length}, rate {self.rate:g}, threshold {self.threshold}>"

    def _repr_latex_(self) -> str:
        return rf"$\varepsilon^* = {self.threshold.latex}$"

    def lost(self, erasure: Value) -> float:
        """Return the chance that a block is lost: by the law of finite size where there is one, else 0 or 1 by the threshold.

        Small stopping sets are not in that law, which is that of the jump. Raises `InputError` for a number outside (0, 1).
        """
        share = exact_number(erasure, "erasure")
        if not 0 < share < 1:
            raise InputError("erasure", "must lie strictly between 0 and 1", given=erasure)
        if self.law is not None:
            return self.law.stuck(share, self.length, fixed=True)
        return 1.0 if share > float(self.threshold) else 0.0

    def send(self, bits: float, texts: int, erasure: Value) -> Transmission:
        """Return what becomes of a message of so many texts that takes so many bits each."""
        texts = check_count(texts, 1, _MOST_TEXTS, "texts")
        total, lost = bits * texts, self.lost(erasure)
        blocks = max(1, ceil(total / (self.rate * self.length)))
        return Transmission(total, blocks, bits / self.rate, lost, (1 - lost) ** blocks)

    def compare(self, taken: Compression, texts: int, erasure: Value) -> dict[str, Transmission]:
        """Return what becomes of a message that is sent semantically, and of the same sent losslessly."""
        bits = {"semantic": taken.bits_per_text, "lossless": taken.lossless_bits}
        return {name: self.send(float(each), texts, erasure) for name, each in bits.items()}


def erasure_channel(evolution: FixedPointEquation, length: int) -> ErasureChannel:
    """Return the channel code of a model whose one free letter is the share unknown, such as the preset `ldpc(3,6)`.

    Raises `InputError` for other models and where no threshold is proved.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("ldpc(3,6)")
    >>> channel = erasure_channel(DensityEvolution(model.ensemble, model.learner), 10_000)
    >>> channel
    <erasure channel code of length 10000, rate 0.5, threshold 0.429439814419492>
    >>> channel.send(50, texts=1000, erasure="0.41")
    <10 blocks, 100 channel bits per text, arrives with probability 0.994493>
    """
    length = check_count(length, 10, _LONGEST, "length")
    letter = evolution.ensemble.unknown
    if not letter.is_Symbol or evolution.letters != {letter} or evolution.learner.probabilities(2) != [1, 0]:
        raise InputError("channel", "must be a model of the 1-skill learner whose one free letter is the share unknown")
    known = thresholds(Question.of(evolution, letter))
    binding = [*known.emergence[-1:], *[point for point in known.of_kind("stability") if point.binding][:1]]
    threshold = min((point.value for point in binding if point.value is not None), key=float, default=None)
    rate = 1 - float(evolution.ensemble.ratio)
    if threshold is None or rate <= 0 or not evolution.completes:
        raise InputError("channel", "must have a threshold below which all is learned, and fewer texts than skills")
    laws = [law for law in scaling(evolution, letter).finite_size if float(law.threshold) == float(threshold)]
    return ErasureChannel(threshold, rate, length, laws[0] if laws else None)
