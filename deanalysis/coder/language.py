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
from .texts import MOST_SKILLS, Raw, Texts

_CONSONANTS, _VOWELS = np.frombuffer(b"bcdfghjklmnpqrstvwxz", dtype=np.uint8), np.frombuffer(b"aeiou", dtype=np.uint8)
_SYLLABLES = len(_CONSONANTS) * len(_VOWELS)
_VALUES = np.full(256, -1)
_VALUES[_CONSONANTS], _VALUES[_VOWELS] = np.arange(len(_CONSONANTS)) * len(_VOWELS), np.arange(len(_VOWELS))
_IS_VOWEL = np.isin(np.arange(256), _VOWELS)
_SPACE = 32
_MOST_SYLLABLES = 8  # of a word: what the largest skill of a language of the sizes below takes
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
        spoken = 1 + rng.poisson(self.length - 1, len(texts.skills))
        own = np.repeat(texts.skills.astype(np.int64), spoken) * self.words + rng.integers(self.words, size=int(spoken.sum())) + self.common
        around = rng.poisson(self.noise, len(own))
        numbers = np.concatenate([own, rng.integers(self.common, size=int(around.sum()))])
        text_of_own = np.repeat(np.repeat(np.arange(len(texts)), texts.counts), spoken)
        text_of = np.concatenate([text_of_own, np.repeat(text_of_own, around)])
        order = np.argsort(text_of + rng.random(len(text_of)), kind="stable")
        text_of = text_of[order]
        is_last = np.append(text_of[:-1] != text_of[1:], True)[: len(text_of)]
        data = np.empty((2 * _MOST_SYLLABLES + 1) * len(numbers), dtype=np.uint8)
        ends = np.append(0, _spell(numbers[order], is_last, data))
        return Raw(ends[np.cumsum(np.append(0, np.bincount(text_of, minlength=len(texts))))], data[: ends[-1]])

    def read(self, written: Raw) -> Texts:
        """Return the skills whose words are in each text: what a learner that knows all of them makes of it.

        Raises `InputError` where there is something else than words.
        """
        numbers = np.empty(len(written.data) // 2 + 1, dtype=np.int64)
        counts = np.zeros(len(written), dtype=np.int64)
        if not _read(written.start, written.data, counts, numbers):
            raise InputError("a text", "must consist of words of the language")
        start = np.cumsum(np.append(0, counts))
        numbers = numbers[: start[-1]]
        skills = (numbers - self.common) // self.words
        if skills.max(initial=0) > MOST_SKILLS:
            raise InputError("a text", f"must hold words of skills from 0 to {MOST_SKILLS}")
        met = np.cumsum(np.append(0, numbers >= self.common))
        return Texts.drawn(met[start], skills[numbers >= self.common])


@njit(cache=True)
def _spell(numbers: NDArray[np.int64], is_last: NDArray[np.bool_], data: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Write words, and a space behind each that is not the last of its text; return where each ends."""
    ends, end = np.empty(len(numbers), dtype=np.int64), 0
    for word in range(len(numbers)):
        rest = numbers[word] + 1
        while rest:
            rest, syllable = divmod(rest - 1, _SYLLABLES)
            data[end], data[end + 1] = _CONSONANTS[syllable // len(_VOWELS)], _VOWELS[syllable % len(_VOWELS)]
            end += 2
        data[end] = _SPACE
        end += not is_last[word]
        ends[word] = end
    return ends


@njit(cache=True)
def _read(start: NDArray[np.int64], data: NDArray[np.uint8], counts: NDArray[np.int64], numbers: NDArray[np.int64]) -> bool:
    """Read words; return whether all are syllables with one space between two."""
    word = 0
    for text in range(len(counts)):
        byte, last = start[text], start[text + 1]
        while byte < last:
            number, power = np.int64(0), np.int64(1)
            while byte < last and data[byte] != _SPACE:
                if byte + 1 == last or power >= _SYLLABLES**_MOST_SYLLABLES:
                    return False
                consonant, vowel = data[byte], data[byte + 1]
                if _VALUES[consonant] < 0 or _IS_VOWEL[consonant] or not _IS_VOWEL[vowel]:
                    return False
                number += (_VALUES[consonant] + _VALUES[vowel] + (power > 1)) * power
                power *= _SYLLABLES
                byte += 2
            numbers[word] = number
            word += 1
            counts[text] += 1
            if power == 1 or byte + 1 == last:
                return False
            byte += 1
    return True
