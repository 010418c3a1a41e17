"""A language to try the coder on: texts as words that their skills speak, in any order, with words of no skill in between."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..checks import check_count
from ..errors import InputError
from ..record import ALWAYS, Record
from ..simulate.compiled import njit
from ..simulate.streams import check_seed
from .texts import MOST_SKILLS, Offsets, Raw, Texts

__all__ = ["Language"]

_CONSONANTS, _VOWELS = np.frombuffer(b"bcdfghjklmnpqrstvwxz", dtype=np.uint8), np.frombuffer(b"aeiou", dtype=np.uint8)
_SYLLABLES = len(_CONSONANTS) * len(_VOWELS)
_SPACE, _LONGEST = 32, 13
_MOST_WORDS, _MOST_MEAN = 10**6, 10**4


@dataclass(frozen=True)
class Language(Record):
    """Each skill owns `words` words; in a text that requires it, it speaks 1 + Poisson(length - 1) of them.

    For each of these there are Poisson(noise) words out of `common` that belong to no skill. A word is its number in syllables; the common
    words come first and are shorter. Raises `InputError` for parameters outside their domains.

    >>> language, texts = Language(), Texts.of([{3, 70}, {12}])
    >>> written = language.write(texts, seed=1)
    >>> written[1]
    b'necu mocu'
    >>> language.read(written) == texts
    True
    """

    words: int = field(default=4, metadata=ALWAYS)
    length: float = field(default=2.0, metadata=ALWAYS)
    noise: float = field(default=0.5, metadata=ALWAYS)
    common: int = field(default=1000, metadata=ALWAYS)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", check_count(self.words, 1, _MOST_WORDS, "the words of a skill"))
        object.__setattr__(self, "common", check_count(self.common, 1, _MOST_WORDS, "the common words"))
        if not 1 <= self.length <= _MOST_MEAN:
            raise InputError("the length", f"must be a mean of 1 to {_MOST_MEAN} words", given=self.length)
        if not 0 <= self.noise <= _MOST_MEAN:
            raise InputError("the noise", f"must be a mean of 0 to {_MOST_MEAN} words", given=self.noise)

    def write(self, texts: Texts, seed: int) -> Raw:
        """Write texts; the same for the same seed."""
        rng = np.random.default_rng(check_seed(seed))
        by = np.repeat(np.arange(len(texts)), texts.counts)
        spoken = 1 + rng.poisson(self.length - 1, len(texts.skills))
        own = np.repeat(texts.skills.astype(np.int64), spoken) * self.words + rng.integers(self.words, size=int(spoken.sum())) + self.common
        around = rng.poisson(self.noise, len(own))
        text_of_own = np.repeat(by, spoken)
        numbers = np.concatenate([own, rng.integers(self.common, size=int(around.sum()))])
        text_of = np.concatenate([text_of_own, np.repeat(text_of_own, around)])
        order = np.argsort(text_of + rng.random(len(text_of)), kind="stable")
        data = np.empty(_LONGEST * len(numbers), dtype=np.uint8)
        lengths = _spell(np.bincount(text_of, minlength=len(texts)), numbers[order], data)
        return Raw.joined(lengths, data[: int(lengths.sum())])

    def read(self, written: Raw) -> Texts:
        """Return the skills whose words are in each text: what a learner that knows all of them makes of it.

        Raises `InputError` where there is something else than words.
        """
        numbers = np.empty(len(written.data) // 2 + 1, dtype=np.int64)
        counts = np.zeros(len(written), dtype=np.int64)
        if not _read(written.start, written.data, counts, numbers):
            raise InputError("a text", "must consist of words of the language")
        start = np.concatenate([[0], np.cumsum(counts)])
        numbers = numbers[: start[-1]]
        skills = (numbers - self.common) // self.words
        if len(skills) and skills.max() > MOST_SKILLS:
            raise InputError("a text", f"must hold words of skills from 0 to {MOST_SKILLS}")
        met = np.concatenate([[0], np.cumsum(numbers >= self.common)])
        return Texts.drawn(met[start], skills[numbers >= self.common])


@njit(cache=True)
def _spell(counts: Offsets, numbers: NDArray[np.int64], data: NDArray[np.uint8]) -> Offsets:
    """Write words, a space between two of a text; return how many bytes each text has."""
    lengths = np.zeros(len(counts), dtype=np.int64)
    end, word = 0, 0
    for text in range(len(counts)):
        first = end
        for index in range(counts[text]):
            if index:
                data[end] = _SPACE
                end += 1
            number = numbers[word]
            word += 1
            while True:
                number, syllable = divmod(number, _SYLLABLES)
                data[end] = _CONSONANTS[syllable // len(_VOWELS)]
                data[end + 1] = _VOWELS[syllable % len(_VOWELS)]
                end += 2
                if number == 0:
                    break
                number -= 1
        lengths[text] = end - first
    return lengths


@njit(cache=True)
def _read(start: Offsets, data: NDArray[np.uint8], counts: Offsets, numbers: NDArray[np.int64]) -> bool:
    """Read words; return whether all are syllables with one space between two."""
    values = np.full(256, -1, dtype=np.int64)
    values[_CONSONANTS] = np.arange(len(_CONSONANTS)) * len(_VOWELS)
    values[_VOWELS] = np.arange(len(_VOWELS))
    is_vowel = np.zeros(256, dtype=np.bool_)
    is_vowel[_VOWELS] = True
    word = 0
    for text in range(len(counts)):
        byte = start[text]
        while byte < start[text + 1]:
            number, power = np.int64(0), np.int64(1)
            while byte < start[text + 1] and data[byte] != _SPACE:
                if byte + 1 == start[text + 1] or power > _SYLLABLES**6:
                    return False
                consonant, vowel = data[byte], data[byte + 1]
                if values[consonant] < 0 or is_vowel[consonant] or not is_vowel[vowel]:
                    return False
                number += (values[consonant] + values[vowel] + (power > 1)) * power
                power *= _SYLLABLES
                byte += 2
            numbers[word] = number
            word += 1
            counts[text] += 1
            if power == 1 or byte + 1 == start[text + 1]:
                return False
            byte += 1
    return True
