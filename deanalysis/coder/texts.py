"""Texts as sets of skills, many at a time, and as bytes for a lossless code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..simulate.compiled import njit
from .wire import DamagedError, decode, encode

MOST_SKILLS = 2**31 - 1
"""The largest number of a skill."""

Offsets = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows of items: those of row r are items[start[r]:start[r + 1]]."""

    start: Offsets
    items: NDArray[Any]
    kind: ClassVar[type[np.generic]]

    @classmethod
    def joined(cls, counts: Any, items: Any) -> Self:
        """Return rows from how many items each has, and all of these in a row."""
        start = np.zeros(len(counts) + 1, dtype=np.int64)
        np.cumsum(counts, out=start[1:])
        return cls(start, np.asarray(items, dtype=cls.kind))

    @classmethod
    def chained(cls, batches: Sequence[Self]) -> Self:
        """Return the rows of all batches, one after another."""
        counts = np.concatenate([np.empty(0, dtype=np.int64), *(batch.counts for batch in batches)])
        return cls.joined(counts, np.concatenate([np.empty(0, dtype=cls.kind), *(batch.items for batch in batches)]))

    def __len__(self) -> int:
        return len(self.start) - 1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return np.array_equal(self.start, other.start) and np.array_equal(self.items, other.items)

    __hash__ = None  # type: ignore[assignment]

    @property
    def counts(self) -> Offsets:
        """How many items each row has."""
        return np.diff(self.start)

    def between(self, first: int, last: int) -> Self:
        """Return rows first, ..., last - 1."""
        return type(self)(self.start[first : last + 1] - self.start[first], self.items[self.start[first] : self.start[last]])

    def where(self, chosen: NDArray[np.bool_]) -> Self:
        """Return the chosen rows."""
        return self.joined(self.counts[chosen], self.items[np.repeat(chosen, self.counts)])

    def _row(self, number: int) -> NDArray[Any]:
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        number %= len(self)
        return self.items[self.start[number] : self.start[number + 1]]


@dataclass(frozen=True, eq=False, repr=False)
class Texts(_Rows):
    """Texts, each the set of skills that it requires: those of text t are skills[start[t]:start[t + 1]], ascending.

    `start` has one entry more than there are texts; skills are numbered from 0 to 2^31 - 1.

    >>> texts = Texts.of([{3, 1}, set(), [2]])
    >>> len(texts), list(texts)
    (3, [(1, 3), (), (2,)])
    """

    kind = np.uint32

    @property
    def skills(self) -> NDArray[np.uint32]:
        """The skills of all texts in a row."""
        return self.items

    @classmethod
    def of(cls, texts: Iterable[Iterable[int]]) -> Texts:
        """Return texts given one by one; a skill that is named twice counts once.

        Raises `InputError` for a skill that is not a whole number from 0 to 2^31 - 1.
        """
        sets = [sorted(set(text)) for text in texts]
        for number, text in enumerate(sets, start=1):
            for skill in text:
                if isinstance(skill, bool) or not isinstance(skill, (int, np.integer)) or not 0 <= skill <= MOST_SKILLS:
                    raise InputError(f"text {number}", f"must hold skills from 0 to {MOST_SKILLS}", given=skill)
        return cls.joined([len(text) for text in sets], [skill for text in sets for skill in text])

    @classmethod
    def drawn(cls, start: Offsets, skills: NDArray[Any]) -> Texts:
        """Return texts from rows of skills in any order; a skill that a row holds twice counts once."""
        rows = np.asarray(skills).astype(np.uint32)
        counts = _sort_rows(np.asarray(start, dtype=np.int64), rows)
        return cls.joined(counts, rows[: int(counts.sum())])

    def __getitem__(self, number: int) -> tuple[int, ...]:
        return tuple(self._row(number).tolist())

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return (self[number] for number in range(len(self)))

    def __repr__(self) -> str:
        return f"<{len(self)} texts, {len(self.skills)} skills in all>"


@njit(cache=True)
def _sort_rows(start: Offsets, rows: NDArray[np.uint32]) -> Offsets:
    """Sort each row and drop what it holds twice, in place, without gaps between rows; return their lengths."""
    counts = np.zeros(len(start) - 1, dtype=np.int64)
    end = 0
    for text in range(len(counts)):
        row = np.sort(rows[start[text] : start[text + 1]])
        first = end
        for index in range(len(row)):
            if index == 0 or row[index] != row[index - 1]:
                rows[end] = row[index]
                end += 1
        counts[text] = end - first
    return counts


@dataclass(frozen=True, eq=False, repr=False)
class Raw(_Rows):
    """Texts as they are written: text t is data[start[t]:start[t + 1]], bytes.

    >>> raw = Raw.of([b"a cat", b"", b"sat"])
    >>> len(raw), raw[2]
    (3, b'sat')
    """

    kind = np.uint8

    @property
    def data(self) -> NDArray[np.uint8]:
        """The bytes of all texts in a row."""
        return self.items

    @classmethod
    def of(cls, texts: Iterable[bytes]) -> Raw:
        """Return texts given one by one."""
        contents = [*texts]
        return cls.joined([*map(len, contents)], np.frombuffer(b"".join(contents), dtype=np.uint8))

    def __getitem__(self, number: int) -> bytes:
        return self._row(number).tobytes()

    def __repr__(self) -> str:
        return f"<{len(self)} texts of {len(self.data)} bytes in all>"


def as_bytes(texts: Texts) -> Raw:
    """Write sets of skills as bytes: the first skill, then the gaps less one, as `wire.encode` does.

    >>> as_bytes(Texts.of([{1, 300}]))[0]
    b'\\x01\\xaa\\x02'
    """
    skills = texts.skills.astype(np.int64)
    following = np.concatenate([[0], skills[:-1] + 1])[: len(skills)]
    following[texts.start[:-1][texts.counts > 0]] = 0
    data, ends = encode(skills - following)
    return Raw(np.append(0, ends)[texts.start], data)


def from_bytes(raw: Raw) -> Texts:
    """Read what `as_bytes` wrote; raise `DamagedError` where these are no such bytes.

    >>> list(from_bytes(as_bytes(Texts.of([{1, 300}, set()]))))
    [(1, 300), ()]
    """
    gaps, ends = decode(raw.data, int(np.count_nonzero(raw.data < 0x80)))
    start = np.searchsorted(ends, raw.start, side="right")
    if (np.append(0, ends)[start] != raw.start).any() or gaps.max(initial=0) > MOST_SKILLS:
        raise DamagedError
    sums = np.concatenate([[0], np.cumsum(gaps + 1)])
    skills = sums[1:] - 1 - np.repeat(sums[start[:-1]], np.diff(start))
    if skills.max(initial=0) > MOST_SKILLS:
        raise DamagedError
    return Texts(start, skills.astype(np.uint32))
