"""Theory beside the coder: what a text should take, and what it takes in bytes that are read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...checks import check_count
from ...coder.coder import SemanticCoder, bits_by
from ...coder.language import Language
from ...coder.learned import Learned
from ...coder.texts import Texts
from ...model.exact import Value
from ...record import Record
from ...simulate.trials import train
from ...theory.compression.compress import Compression, compress
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.curves import Table

_FEWEST, _MOST, _DIGITS = 100, 10**7, 12
"""Texts: fewer say little of a mean, more fill the memory. Digits of the rate that is laid beside the mean over so many."""
_COUNTS = range(1, 9)


@dataclass(frozen=True)
class Coded(Record):
    """Fresh texts that a learner has sent, beside what the theory says of them.

    `bits` is what a text took as bytes, `understood` the share of them that was, `lossless` what a text takes by zstd alone. What the
    lossless code costs, the theory is told from *other* texts: the mean over those that are not understood.
    """

    theory: Compression
    bits: float
    understood: float
    lossless: float
    texts: int

    ALSO: ClassVar = {"gain": "gain"}

    def __repr__(self) -> str:
        return f"<{self.bits:.6g} bits per text, {float(self.theory.bits_per_text):.6g} by theory; {self.lossless:.6g} losslessly>"

    def _repr_latex_(self) -> str:
        return rf"${self.bits:.6g}\ \text{{bits per text}}$"

    @property
    def gain(self) -> float:
        """How many times less than losslessly a text took."""
        return self.lossless / self.bits


def code_texts(
    evolution: DensityEvolution,
    *,
    skills: int,
    texts: int,
    picks: str = "uniform",
    language: Language | None = None,
    seed: int = 1,
    **values: Value,
) -> Coded:
    """Train a learner on one graph, let it send fresh texts of a language, and read them back; every letter must be bound.

    Raises `InputError` as `compress` and `train` do.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> code_texts(DensityEvolution(model.ensemble, model.learner), skills=10_000, texts=10_000, c=3, R=2)
    <40.6888 bits per text, 41.1146 by theory; 196.184 losslessly>
    """
    texts = check_count(texts, _FEWEST, _MOST, "texts")
    spoken = language or Language()
    learner = train(evolution.ensemble, evolution.learner, skills=skills, seed=seed, **values)
    coder = SemanticCoder(Learned.of(learner.ordered))
    sent, other = (Texts.drawn(*learner.fresh(texts, picks, number)) for number in range(2))
    written, compared = (spoken.write(fresh, seed + number) for number, fresh in enumerate((sent, other)))
    content = coder.send(sent, written)
    received = coder.receive(content)
    assert received.is_of(sent, written)
    unknown = ~coder.learned.ranks(other)[0]
    lossless = bits_by("zstd", compared)
    fallback = bits_by("zstd", compared.where(unknown)) if unknown.any() else lossless
    theory = compress(evolution, skills, repr(fallback), picks=picks, digits=_DIGITS, **values)
    return Coded(theory, 8 * len(content) / texts, float(received.understood.mean()), lossless, texts)


def coded_table(parameter: str, points: Sequence[tuple[float, Coded]]) -> Table:
    """Return what the coder took at values of a letter, and what the theory says there, with the lossless cost of other texts."""
    rows = [(value, coded.bits, float(coded.theory.bits_per_text), coded.understood, coded.lossless) for value, coded in points]
    return Table.of_rows((parameter, "bits", "bits_theory", "understood", "lossless"), rows)


def cost_by_count(language: Language, skills: int, texts: int) -> str:
    """Return what zstd takes for a text of k skills of a language, in bits, as a line in k: fitted to texts of 1 to 8 skills each.

    >>> cost_by_count(Language(), skills=10_000, texts=1000)
    '0.77 + 65.29*k'
    """
    rng, measured = np.random.default_rng(0), []
    for count in _COUNTS:
        drawn = Texts.drawn(np.arange(texts + 1) * count, rng.integers(skills, size=texts * count))
        measured.append(bits_by("zstd", language.write(drawn, seed=count)))
    slope, start = np.polyfit(_COUNTS, measured, 1)
    return f"{max(start, 0):.2f} + {slope:.2f}*k"
