"""A language to try the coder on: texts as words that their skills speak, in any order, with words of no skill in between."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..checks import check_count
from ..errors import InputError
from ..record import ALWAYS, Record
from ..simulate.streams import check_seed
from .texts import MOST_SKILLS, Raw, Texts

_CONSONANTS, _VOWELS = np.frombuffer(b"bcdfghjklmnpqrstvwxz", dtype=np.uint8), np.frombuffer(b"aeiou", dtype=np.uint8)
_SYLLABLES = len(_CONSONANTS) * len(_VOWELS)
_VALUES = np.full(256, -1)
_VALUES[_CONSONANTS], _VALUES[_VOWELS] = np.arange(len(_CONSONANTS)) * len(_VOWELS), np.arange(len(_VOWELS))
_IS_VOWEL = np.isin(np.arange(256), _VOWELS)
_SPACE = 32
_LONGEST = 9  # syllables of a word: 100^9 is below 2^63, and the largest skill has words of eight
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
        words, text_of = _spell(numbers[order]), text_of[order]
        words[:-1, -1][text_of[:-1] == text_of[1:]] = _SPACE
        lengths = np.bincount(text_of, np.count_nonzero(words, axis=1), minlength=len(texts))
        return Raw.joined(lengths.astype(np.int64), words[words > 0])

    def read(self, written: Raw) -> Texts:
        """Return the skills whose words are in each text: what a learner that knows all of them makes of it.

        Raises `InputError` where there is something else than words.
        """
        begins = np.concatenate([[False], written.data[:-1] == _SPACE])[: len(written.data)]
        begins[written.start[:-1][written.counts > 0]] = True
        numbers = _read(written, begins)
        skills = (numbers - self.common) // self.words
        if skills.max(initial=0) > MOST_SKILLS:
            raise InputError("a text", f"must hold words of skills from 0 to {MOST_SKILLS}")
        words = np.concatenate([[0], np.cumsum(begins)])[written.start]
        met = np.concatenate([[0], np.cumsum(numbers >= self.common)])
        return Texts.drawn(met[words], skills[numbers >= self.common])


def _spell(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Write a word in each row, and zeros behind it, one at least."""
    letters, rest = [], numbers + 1
    while (rest > 0).any():
        rest, syllables = np.divmod(rest - 1, _SYLLABLES)
        consonants, vowels = np.divmod(syllables, len(_VOWELS))
        letters += [np.where(rest >= 0, _CONSONANTS[consonants], 0), np.where(rest >= 0, _VOWELS[vowels], 0)]
        rest = np.maximum(rest, 0)
    return np.stack([*letters, np.zeros(len(numbers), dtype=np.uint8)], axis=1)


def _read(written: Raw, begins: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the numbers of the words, which begin at some bytes; raise `InputError` unless these are syllables with single spaces."""
    data, index, lasts = written.data, np.arange(len(begins)), written.start[1:][written.counts > 0] - 1
    position = index - np.maximum.accumulate(np.where(begins, index, 0))
    syllable, is_second = np.divmod(position, 2)
    is_space = (data == _SPACE) & (syllable > 0)
    is_consonant = (_VALUES[data] >= 0) & ~_IS_VOWEL[data] & (syllable < _LONGEST)
    if not np.where(is_second == 1, _IS_VOWEL[data], is_space | is_consonant).all() or not _IS_VOWEL[data[lasts]].all():
        raise InputError("a text", "must consist of words of the language")
    worth = np.where(is_space, 0, _VALUES[data] + (is_second == 0) * (syllable > 0)) * _SYLLABLES ** np.minimum(syllable, _LONGEST - 1)
    return np.add.reduceat(worth, np.flatnonzero(begins)) if len(data) else worth
