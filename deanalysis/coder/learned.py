"""The list of learned skills, which both ends of a semantic code share, and files of such lists and of texts.

What cannot be read, or is no such file, is one clear line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .texts import MOST_SKILLS, Texts

_DIGEST = 16  # bytes of a digest: two lists share one with chance 2^-128
_DIGITS = 10  # of the largest skill; more are not even read as a number


@dataclass(frozen=True, eq=False)
class Learned:
    """The skills that a learner has learned, the most popular first where popularity is known; a skill's index is where it is in the list.

    A code needs no popularities beyond that order: it counts what it meets.

    >>> Learned.of([7, 2, 9]).ranks(Texts.of([{2, 7}, {9}, {3, 9}]))[0].tolist()
    [True, True, False]
    """

    order: NDArray[np.uint32]

    @classmethod
    def of(cls, skills: Iterable[int] | NDArray[Any]) -> Learned:
        """Return a list of skills in their order; raise `InputError` where one is there twice or is not from 0 to 2^31 - 1."""
        order = np.asarray(skills if isinstance(skills, np.ndarray) else list(skills))
        if order.size and (order.ndim != 1 or order.dtype.kind not in "iu" or order.min() < 0 or order.max() > MOST_SKILLS):
            raise InputError("the learned skills", f"must be whole numbers from 0 to {MOST_SKILLS} in a row")
        if len(np.unique(order)) < len(order):
            raise InputError("the learned skills", "must each be there once")
        return cls(order.astype(np.uint32))

    def __len__(self) -> int:
        return len(self.order)

    def __repr__(self) -> str:
        return f"<{len(self)} learned skills>"

    @cached_property
    def digest(self) -> bytes:
        """What tells the list from any other."""
        return hashlib.blake2b(self.order.astype("<u4").tobytes(), digest_size=_DIGEST).digest()

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The skills in ascending order, and the index of each."""
        indices = np.argsort(self.order, kind="stable")
        return self.order[indices], indices

    def ranks(self, texts: Texts) -> tuple[NDArray[np.bool_], Texts]:
        """Return which texts are understood, and these with indices in place of skills."""
        ascending, indices = self._sorted
        nearest = np.searchsorted(ascending, texts.skills)
        known = np.zeros(len(texts.skills), dtype=bool)
        inside = nearest < len(ascending)
        known[inside] = ascending[nearest[inside]] == texts.skills[inside]
        met = np.concatenate([[0], np.cumsum(~known)])
        understood = met[texts.start[1:]] == met[texts.start[:-1]]
        kept = np.repeat(understood, texts.counts)
        counts = texts.counts[understood]
        return understood, Texts.drawn(np.concatenate([[0], np.cumsum(counts)]), indices[nearest[kept]])

    def skills(self, ranks: Texts) -> Texts:
        """Return texts with skills in place of indices."""
        return Texts.drawn(ranks.start, self.order[ranks.skills])


def read_file(path: str | Path) -> bytes:
    """Return the content of a file."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError("the file", f"must be one that can be read ({error.strerror})", given=path) from None


def read_texts(path: str | Path) -> Texts:
    """Read texts: a line each, whole numbers from 0 to 2^31 - 1 with blanks between; an empty line is a text without skills."""
    rows = _rows(path)
    return Texts.drawn(np.cumsum([0, *map(len, rows)]), np.array([skill for row in rows for skill in row], dtype=np.int64))


def read_learned(path: str | Path) -> Learned:
    """Read a list of learned skills: a whole number to a line, the most popular first where that is known."""
    rows = _rows(path)
    for number, row in enumerate(rows, start=1):
        if len(row) != 1:
            raise InputError(f"line {number} of {path}", "must hold one skill", given=" ".join(map(str, row)))
    return Learned.of(np.array([skill for (skill,) in rows], dtype=np.int64))


def as_lines(texts: Texts) -> bytes:
    """Write texts as `read_texts` reads them.

    >>> as_lines(Texts.of([{3, 1}, set()]))
    b'1 3\\n\\n'
    """
    return "".join(f"{' '.join(map(str, text))}\n" for text in texts).encode()


def _rows(path: str | Path) -> list[list[int]]:
    """Read the whole numbers of each line."""
    rows = []
    for number, line in enumerate(read_file(path).splitlines(), start=1):
        words = line.split()
        if not all(word.isdigit() and len(word) <= _DIGITS for word in words):
            raise InputError(f"line {number} of {path}", "must hold whole numbers", given=line.decode(errors="replace"))
        rows.append([int(word) for word in words])
        if max(rows[-1], default=0) > MOST_SKILLS:
            raise InputError(f"line {number} of {path}", f"must hold skills from 0 to {MOST_SKILLS}", given=max(rows[-1]))
    return rows
