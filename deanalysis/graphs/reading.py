"""Files, opened for reading: unpacked, as text, in lines of bounded length, with progress, and every fault said in one line."""

from __future__ import annotations

import codecs
import gzip
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO, IncrementalNewlineDecoder, StringIO
from pathlib import Path
from typing import Any, AnyStr, BinaryIO

from ..errors import InputError

Progress = Callable[[int, int], None]
"""Called with the bytes of the file that are read, and with how many there are."""
MOST_WHOLE = 2**31
"""Bytes of a file that is read as a whole before it is understood."""
_BLOCK = 2**19
"""Bytes that are read at once: no more than the longest lines may have, so that of a block only the first line can be too long."""
_LONGEST_NAME = 2**20
"""Bytes of a line of names."""
_GZIP = b"\x1f\x8b"
_ALLOWED, _MOST_TIMES, _DEFLATED = 2**28, 200, 1032
"""A file may always unpack to so many bytes, and beyond that to so many times its size: text packs 3 to 20 times, gzip 1032 at most."""


Decoder = codecs.IncrementalDecoder | IncrementalNewlineDecoder


class Source:
    """An open file: its bytes, unpacked where it begins as gzip. Errors call it by a name; `allowed` bytes it may always unpack to."""

    def __init__(self, path: Path, raw: Any, name: str, progress: Progress | None = None, allowed: int | None = None) -> None:
        self.path, self.name, self.size = path, name, os.fstat(raw.fileno()).st_size
        self.remedy = "convert it to UTF-8, or state the `format` that it has"
        self.is_packed: bool = raw.peek(len(_GZIP)).startswith(_GZIP)
        self._raw, self._progress, self._unpacked = raw, progress or (lambda done, of: None), 0
        self._file: Any = gzip.GzipFile(fileobj=raw) if self.is_packed else raw
        self._allowed = _ALLOWED if allowed is None else allowed

    def refused(self, requirement: str, *, line: int = 0, given: object = None, remedy: str = "") -> InputError:
        """Return the error that the file, or one of its lines, is not what it must be."""
        where = f"the file {self.name}" + (f", line {line}," if line else "")
        return InputError(where, requirement, given=given, remedy=remedy)

    @property
    def most_unpacked(self) -> int:
        """How many bytes there can be at most."""
        return min(_DEFLATED * self.size, max(self._allowed, _MOST_TIMES * self.size)) if self.is_packed else self.size

    def check_unpacked(self, unpacked: int, size: int | None = None) -> None:
        """Raise `InputError` where so many bytes, of the whole file or of its first `size` ones, are far more than text packs."""
        if unpacked > max(self._allowed, _MOST_TIMES * (self.size if size is None else size)):
            raise self.refused(f"must not unpack to more than {_MOST_TIMES} times its size", remedy="unpack it first")

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes, all that are left if it is negative, or fewer at the end."""
        block: bytes = self._file.read(size if size >= 0 else MOST_WHOLE)
        self._unpacked += len(block)
        done = self._raw.tell() if self._raw.seekable() else self._unpacked
        if self.is_packed:
            self.check_unpacked(self._unpacked, done)
        self.report(done, self.size)
        return block

    def report(self, done: int, of: int) -> None:
        """Say how much of the file is read."""
        self._progress(done * self.size // max(of, 1), self.size)

    def blocks(self) -> Iterator[bytes]:
        """Yield the file block by block."""
        while block := self.read(_BLOCK):
            yield block

    def whole(self, most: int = MOST_WHOLE) -> bytes:
        """Return the file; raise `InputError` where it is empty, or has more than `most` bytes."""
        if not self.is_packed and self.size > most:
            raise self._too_large(most)
        blocks: list[bytes] = []
        for block in self.blocks():
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

    def pieces(self, longest: int, ends: tuple[bytes, ...] = (b"\n",)) -> Iterator[bytes]:
        """Yield the file in pieces of whole lines; raise `InputError` at a line of more than `longest` bytes."""
        remedy = "see whether it is text at all"
        return whole_lines(
            self.blocks(), ends, longest, lambda line: self.refused(f"must have at most {longest} bytes", line=line, remedy=remedy)
        )

    def lines(self, longest: int, newline: str = "") -> Iterator[str]:
        """Yield the lines of a text in UTF-8 with their ends, which are those that `newline` means in `open`."""
        for text in self._as_text(self.pieces(longest, (b"\n", b"\r") if newline == "" else (b"\n",))):
            yield from StringIO(text, newline=newline)

    def text(self, most: int) -> str:
        """Return the file as a text in UTF-8; errors are also those of `whole`."""
        return "".join(self._as_text([self.whole(most)]))

    def _as_text(self, blocks: Iterable[bytes]) -> Iterator[str]:
        """Yield bytes in UTF-8 as text, without the mark of UTF-8 that there may be at the start."""
        return decoded(self._without_zeros(blocks), codecs.getincrementaldecoder("utf-8-sig")(), self._not_text)

    def _without_zeros(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        before = 0
        for block in blocks:
            if b"\0" in block:
                raise self._not_text(0, before + block.index(0))
            yield block
            before += len(block)

    def _not_text(self, byte: int, position: int) -> InputError:
        return self.refused(f"must be text in UTF-8, which has no byte {byte:#04x} as there is at {position}", remedy=self.remedy)


def decoded(blocks: Iterable[bytes], decoder: Decoder, wrong: Callable[[int, int], InputError]) -> Iterator[str]:
    """Yield what blocks of bytes are as text; at a byte that is not in the encoding, raise what is `wrong` with it at its position.

    >>> "".join(decoded([b"B\\xc3", b"\\xa4r"], codecs.getincrementaldecoder("utf-8")(), InputError))
    'Bär'
    """
    read, block = 0, b""
    try:
        for block in blocks:
            yield decoder.decode(block)
            read += len(block)
        yield decoder.decode(block := b"", final=True)
    except UnicodeDecodeError as error:
        position = read + len(block) - len(error.object) + error.start
        raise wrong(error.object[error.start], position) from None


def whole_lines(
    blocks: Iterable[AnyStr], ends: tuple[AnyStr, ...], longest: int, too_long: Callable[[int], InputError]
) -> Iterator[AnyStr]:
    """Yield blocks in pieces of whole lines; raise what is to be said of a line that is `too_long`, by its number.

    Lines end with the first of `ends` that is in a block. No block may be longer than the longest line.

    >>> list(whole_lines(["a", "b\\nc\\nd", "e"], ("\\n",), 10, InputError))
    ['ab\\nc\\n', 'de']
    """
    held: list[AnyStr] = []
    size, line = 0, 1
    for block in blocks:
        end = next((end for end in ends if end in block), None)
        if size + (len(block) if end is None else min(block.find(mark) for mark in ends if mark in block)) > longest:
            raise too_long(line)
        if end is not None:
            cut = block.rfind(end) + 1
            held.append(block[:cut])
            piece = end[:0].join(held)
            line += piece.count(end)
            yield piece
            held, size, block = [], 0, block[cut:]
        held.append(block)
        size += len(block)
    if size:
        yield ends[0][:0].join(held)


@contextmanager
def unpacked(path: Path, name: str, progress: Progress | None = None, allowed: int | None = None) -> Iterator[Source]:
    """Open a file, and unpack it where it begins as gzip; whatever goes wrong while it is read is raised as `InputError`."""
    try:
        with path.open("rb") as raw:
            yield Source(path, raw, name, progress, allowed)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(f"the file {name}", "must be a whole gzip file: it is cut or damaged") from None
    except OSError as error:
        raise unreadable(path, error) from None


@contextmanager
def opened(path: Path, progress: Progress | None = None) -> Iterator[Source]:
    """Open a file as `unpacked` does, if it is packed where its name ends with `.gz`, and there alone."""
    name = shown(path.name)
    if path.exists() and not path.is_file():
        raise InputError(f"the file {name}", "must be a file, no folder and no device", given=path)
    with unpacked(path, name, progress) as source:
        if source.is_packed != (path.suffix.lower() == ".gz"):
            raise source.refused("must be packed by gzip where its name ends with .gz, and there alone", remedy="rename it")
        yield source


def shown(path: str | Path) -> str:
    """Return a path as text that can be written in any encoding of Unicode."""
    return os.fsencode(path).decode("utf-8", "replace")


def unreadable(path: Path, error: Exception) -> InputError:
    """Return what is said of a file that the system does not let be read, and why."""
    return InputError(f"the file {shown(path)}", f"must be one that can be read: {getattr(error, 'strerror', None) or error}")


def read_names(path: str | Path) -> list[str]:
    """Read names of skills, one a line; empty lines are skipped. Raises `InputError` where there is none."""
    with opened(Path(path)) as source:
        source.remedy = "convert it to UTF-8"
        names = [name for line in source.lines(_LONGEST_NAME) if (name := line.rstrip("\r\n"))]
        if not names:
            raise source.refused("must have a name on at least one line")
        return names


@contextmanager
def extra(purpose: str) -> Iterator[None]:
    """Let packages of the extra `graphs` be imported for a purpose; raise `InputError` where one is not installed."""
    try:
        yield
    except ImportError as error:
        package = str(error.name).split(".")[0]
        raise InputError(f"the package {package}", f"is needed for {purpose}", remedy="install deanalysis[graphs]") from None
