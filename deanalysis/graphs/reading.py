"""A file of a graph, opened for reading: unpacked, in lines of bounded length, with progress, and every fault said in one line."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import InputError

Progress = Callable[[int, int], None]
"""Called with the bytes of the file that are read, and with how many there are."""
MOST_WHOLE = 2**31
"""Bytes of a file that is read as a whole before it is understood."""
_BLOCK, _PACKED, _LONGEST_NAME = 2**20, b"\x1f\x8b", 2**20
_ALLOWED, _MOST_TIMES, _DEFLATED = 2**28, 200, 1032
"""A file may always unpack to so many bytes, and beyond that to so many times its size: text packs 3 to 20 times, gzip 1032 at most."""


class Source:
    """An open file: its bytes, unpacked where its name ends with `.gz`."""

    def __init__(self, path: Path, raw: BinaryIO, progress: Progress | None = None) -> None:
        self.path, self.size = path, path.stat().st_size
        self.is_packed = path.suffix.lower() == ".gz"
        self._raw, self._progress, self._unpacked = raw, progress or (lambda done, of: None), 0
        self._file: Any = gzip.GzipFile(fileobj=raw) if self.is_packed else raw

    def refused(self, requirement: str, *, line: int = 0, given: object = None, remedy: str = "") -> InputError:
        """Return the error that the file, or one of its lines, is not what it must be."""
        where = f"the file {self.path.name}" + (f", line {line}," if line else "")
        return InputError(where, requirement, given=given, remedy=remedy)

    @property
    def most_unpacked(self) -> int:
        """How many bytes there can be at most."""
        return min(_DEFLATED * self.size, max(_ALLOWED, _MOST_TIMES * self.size)) if self.is_packed else self.size

    def check_unpacked(self, size: int) -> None:
        """Raise `InputError` where the file unpacks, or says that it does, to far more bytes than it has."""
        if size > max(_ALLOWED, _MOST_TIMES * self.size):
            raise self.refused(f"must not unpack to more than {_MOST_TIMES} times its size", remedy="unpack it first")

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes, all that are left if it is negative, or fewer at the end."""
        block: bytes = self._file.read(size if size >= 0 else MOST_WHOLE)
        self._unpacked += len(block)
        self.check_unpacked(self._unpacked)
        self.report(self._raw.tell(), self.size)
        return block

    def report(self, done: int, of: int) -> None:
        """Say how much of the file is read."""
        self._progress(done * self.size // max(of, 1), self.size)

    def whole(self, most: int = MOST_WHOLE) -> bytes:
        """Return the file; raise `InputError` where it is empty, or has more than `most` bytes."""
        if not self.is_packed and self.size > most:
            raise self._too_large(most)
        blocks: list[bytes] = []
        while block := self.read(_BLOCK):
            blocks.append(block)
            if self._unpacked > most:
                raise self._too_large(most)
        if not self._unpacked:
            raise self.refused("must not be empty")
        return b"".join(blocks)

    def _too_large(self, most: int) -> InputError:
        return self.refused(f"must have at most {most} bytes", remedy="write it as CSV or Parquet, which are read in pieces")

    def seekable(self) -> BinaryIO:
        """Return the file itself, or its content where it has to be unpacked."""
        return BytesIO(self.whole()) if self.is_packed else self._raw

    def pieces(self, longest: int, breaks: tuple[bytes, ...] = (b"\n",)) -> Iterator[bytes]:
        """Yield the file in pieces of whole lines; raise `InputError` at a line that is much longer than `longest` bytes."""
        held: list[bytes] = []
        line = 1
        while block := self.read(_BLOCK):
            cut = next((end for mark in breaks if (end := block.rfind(mark) + 1)), 0)
            if cut:
                piece = b"".join([*held, block[:cut]])
                line += piece.count(block[cut - 1 : cut])
                yield piece
                held, block = [], block[cut:]
            held.append(block)
            if sum(map(len, held)) > longest:
                raise self.refused(f"must have at most {longest} bytes", line=line, remedy="see whether it is text at all")
        if any(held):
            yield b"".join(held)

    def lines(self, longest: int, newline: str = "") -> Iterator[str]:
        """Yield the lines of a text in UTF-8 with their ends, which are those that `newline` means in `open`."""
        before = 0
        for piece in self.pieces(longest, (b"\n", b"\r") if newline == "" else (b"\n",)):
            yield from StringIO(self.text(piece, before), newline=newline)
            before += len(piece)

    def text(self, content: bytes, before: int = 0) -> str:
        """Return bytes as text, without a mark of UTF-8 at the start; `before` bytes of the file came before them."""
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._not_text(content[error.start], before + error.start) from None
        if "\0" in text:
            raise self._not_text(0, before + content.index(0))
        return text if before else text.removeprefix("\ufeff")

    def _not_text(self, byte: int, position: int) -> InputError:
        remedy = "convert it to UTF-8, or state the `format` that it has"
        return self.refused(f"must be text in UTF-8, which has no byte {byte:#04x} as there is at {position}", remedy=remedy)


@contextmanager
def opened(path: Path, progress: Progress | None = None) -> Iterator[Source]:
    """Open a file; whatever goes wrong while it is read is raised as `InputError`."""
    if path.exists() and not path.is_file():
        raise InputError(f"the file {path.name}", "must be a file, no folder and no device", given=path)
    try:
        with path.open("rb") as raw:
            source = Source(path, raw, progress)
            if not source.is_packed and raw.peek(len(_PACKED)).startswith(_PACKED):
                raise source.refused("must not be packed by gzip unless its name ends with .gz", remedy="rename it")
            yield source
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"the file {path.name}", f"must be a gzip file that is whole ({error})") from None
    except OSError as error:
        raise InputError(f"the file {path.name}", f"must be a file that can be read ({error.strerror or error})", given=path) from None


def read_names(path: str | Path) -> list[str]:
    """Read names of skills, one a line; empty lines are skipped."""
    with opened(Path(path)) as source:
        return [name for line in source.lines(_LONGEST_NAME) if (name := line.rstrip("\r\n"))]


def optional(package: str, purpose: str) -> Any:
    """Import a package of the extra `graphs`; raise `InputError` where it is not installed."""
    try:
        return import_module(package)
    except ImportError:
        name = package.split(".")[0]
        raise InputError(f"the package {name}", f"is needed for {purpose}", remedy="install deanalysis[graphs]") from None
