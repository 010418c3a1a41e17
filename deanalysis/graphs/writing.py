"""Files of graphs, written at once, and names as formats can hold them."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from numbers import Integral
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import InputError
from ..writing import replacing
from .rows import Name, Names


def write_file(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a file at once (`replacing`), packed where its name ends with `.gz`.

    Raises `InputError` where it cannot be written.
    """
    try:
        with replacing(path, f"the file {path.name}") as draft, draft.open("wb") as raw:
            if path.suffix.lower() == ".gz":
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
                    write(packed)  # type: ignore[arg-type]
            else:
                write(raw)
    except UnicodeEncodeError as error:
        raise InputError("the names", "must be text that UTF-8 can hold", given=ascii(error.object)) from None


@contextmanager
def text_of(file: BinaryIO) -> Iterator[TextIOWrapper]:
    """Give a file to write text in UTF-8 to; it stays open."""
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    yield text
    text.detach()


def as_text(names: Names) -> list[str]:
    """Return names as they are written; raise `InputError` where one is empty, holds a zero byte, or is written like another.

    >>> as_text([1, "a", ("u", "v")])
    ['1', 'a', "('u', 'v')"]
    """
    return _distinct([str(name) for name in names])


def as_json(names: Names) -> list[str | int]:
    """Return names as JSON holds them: whole numbers as they are, all others as text; errors are those of `as_text`.

    >>> as_json([1, "1", (2, 3)])
    [1, '1', '(2, 3)']
    """
    return _distinct([_plain(name) for name in names])


def _plain(name: Name) -> str | int:
    return int(name) if isinstance(name, Integral) and not isinstance(name, bool) else str(name)


def _distinct(names: list[Any]) -> list[Any]:
    for name in names:
        if isinstance(name, str) and (not name or "\0" in name):
            raise InputError("the names", "must not be empty nor hold a zero byte in this format", given=ascii(name))
    if len(set(names)) < len(names):
        raise InputError("the names", "must differ when they are written", given=_repeated(names))
    return names


def _repeated(names: Sequence[Name]) -> Name:
    """Return a name that comes more than once."""
    (name, _), *_ = Counter(names).most_common(1)
    return name
