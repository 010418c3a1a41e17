"""Files of texts and of learned skills; what cannot be read, or is no such file, is one clear line."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import InputError
from .learned import Learned
from .texts import MOST_SKILLS, Texts

__all__ = ["as_lines", "read_file", "read_learned", "read_texts"]

_LONGEST = 10


def read_file(path: str | Path) -> bytes:
    """Return the content of a file."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError("the file", f"must be one that can be read ({error.strerror})", given=path) from None


def read_texts(path: str | Path) -> Texts:
    """Read texts: a line each, whole numbers from 0 to 2^31 - 1 with blanks between; an empty line is a text without skills."""
    rows = _rows(path)
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
    return Texts.drawn(start, np.array([skill for row in rows for skill in row], dtype=np.int64))


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
    return [_numbers(line, path, number) for number, line in enumerate(read_file(path).splitlines(), start=1)]


def _numbers(line: bytes, path: str | Path, number: int) -> list[int]:
    """Read the whole numbers of a line."""
    parts = line.split()
    if not all(part.isdigit() and len(part) <= _LONGEST for part in parts):
        raise InputError(f"line {number} of {path}", "must hold whole numbers", given=line.decode(errors="replace"))
    numbers = [int(part) for part in parts]
    if max(numbers, default=0) > MOST_SKILLS:
        raise InputError(f"line {number} of {path}", f"must hold skills from 0 to {MOST_SKILLS}", given=max(numbers))
    return numbers
