"""Files of plain text: found in folders, unpacked, decoded and cut into lines, block by block, so that memory stays bounded."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..errors import InputError
from .reading import Progress

File = str | os.PathLike[str]

LONGEST = 10**6
"""Characters of a line or a sentence: more are no text that anyone reads, and would be held in memory as a whole."""
_BLOCK = 2**19
"""Bytes that are read at once: fewer than `LONGEST`, so that only a line that began in an earlier block can be too long."""
_ENCODINGS = "for Western texts try latin-1 or cp1252"
_GZIP = b"\x1f\x8b"
_EXPANSION, _ALWAYS = 200, 10**7
"""Times that a packed file may grow, beyond so many bytes: text grows three to twenty times, what is made to fill memory a thousand."""


class TextFile(NamedTuple):
    """A file, how many bytes it takes, and whether it was found in a folder or is named itself."""

    path: Path
    size: int
    found: bool

    @property
    def name(self) -> str:
        """Its path, as text that can be written in any encoding."""
        return os.fsencode(self.path).decode("utf-8", "replace")


def text_files(files: File | Iterable[File]) -> list[TextFile]:
    """Return the files of names of files and folders: those of a folder and its folders in order, no hidden ones and no symbolic links.

    Raises `InputError` where there is no such file or folder, a folder holds no file, or a file is named twice.
    """
    try:
        named = [os.fsdecode(file) for file in ([files] if isinstance(files, str | bytes | os.PathLike) else files)]
    except TypeError:
        raise InputError("files", "must be paths of files or folders", given=files) from None
    if not all(named) or not named:
        raise InputError("files", "must name at least one file or folder, and none may be empty")
    found = [file for path in named for file in _text_files(Path(path))]
    seen: set[Path] = set()
    for file in found:
        if (place := file.path.resolve()) in seen:
            raise InputError("files", "must name each file once, also by its folder", given=file.path)
        seen.add(place)
    return found


def _text_files(path: Path) -> list[TextFile]:
    try:
        if not path.is_dir():
            return [TextFile(path, path.stat().st_size, found=False)]
        found = [TextFile(file, file.stat().st_size, found=True) for file in _files(path)]
    except (OSError, ValueError) as error:
        raise unreadable(str(path), error) from None
    if not found:
        raise InputError("files", "must be files, or folders with files that are not hidden and no symbolic links", given=path)
    return found


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and its folders, in order."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry)


@dataclass
class Reader:
    """What reads files in an encoding, and notes binary files that it skips since they were found in a folder."""

    encoding: str
    progress: Progress | None = None
    total: int = 0
    done: int = 0
    skipped: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        try:
            codec = codecs.lookup(self.encoding)
            self.holds_nul = b"\0" in "a".encode(self.encoding)
        except (LookupError, ValueError, TypeError):
            raise InputError("encoding", "must be one that Python knows, such as utf-8, latin-1 or cp1252", given=self.encoding) from None
        self.codec = codecs.lookup("utf-8-sig") if codec.name == "utf-8" else codec

    def lines(self, file: TextFile) -> Iterator[str]:
        """Yield the lines of a file without their ends; none, if it is binary and was found in a folder.

        Raises `InputError` for a binary file that is named itself, bytes that are not in the encoding, a line of more than `LONGEST`
        characters, a gzip file that is damaged or grows beyond measure, and a file that cannot be read.
        """
        pending, before = "", self.done
        for text in self._decoded(file):
            *whole, pending = (pending + text).split("\n")
            if len(whole[0] if whole else pending) > LONGEST:
                raise InputError(f"the file {file.name}", f"must have lines of at most {LONGEST} characters", remedy="break its lines")
            yield from whole
        if pending:
            yield pending
        self._tell(before + file.size)

    def _decoded(self, file: TextFile) -> Iterator[str]:
        """Yield what a file holds as text, in which each line ends in a newline."""
        decoder = io.IncrementalNewlineDecoder(self.codec.incrementaldecoder(), translate=True)
        read, block = 0, b""
        try:
            for block in self._blocks(file):
                if read == 0 and not self.holds_nul and b"\0" in block:
                    return self._skip(file)
                yield decoder.decode(block)
                read += len(block)
            yield decoder.decode(block := b"", final=True)
        except UnicodeDecodeError as error:
            at = read + len(block) - len(error.object) + error.start
            what = f"byte {at} (0x{error.object[error.start]:02x}) of {file.name}"
        except UnicodeError:
            what = file.name
        else:
            return None
        raise InputError("encoding", f"must be that of all files: {what} is not {self.encoding}", remedy=_ENCODINGS)

    def _skip(self, file: TextFile) -> None:
        """Note a binary file."""
        if not file.found:
            remedy = "state its `encoding` if it is UTF-16 or UTF-32"
            raise InputError(f"the file {file.name}", "must be text, and holds a zero byte", remedy=remedy)
        self.skipped.append(file.path)

    def _blocks(self, file: TextFile) -> Iterator[bytes]:
        """Yield what a file holds, unpacked, and tell the progress."""
        before, read = self.done, 0
        try:
            with _opened(file.path) as (raw, content):
                while block := content.read(_BLOCK):
                    read += len(block)
                    position = raw.tell() if raw.seekable() else read
                    if read > max(_ALWAYS, _EXPANSION * position):
                        requirement = f"must not grow more than {_EXPANSION} times when it is unpacked, which no text does"
                        raise InputError(f"the file {file.name}", requirement)
                    yield block
                    self._tell(before + min(position, file.size))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise InputError(f"the file {file.name}", "must be a whole gzip file: it is cut or damaged") from None
        except OSError as error:
            raise unreadable(file.name, error) from None

    def _tell(self, done: int) -> None:
        self.done = done
        if self.progress and self.total:
            self.progress(done, self.total)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[io.BufferedReader, io.BufferedIOBase]]:
    """Open a file, and what it holds: the same, or what is packed in it if it begins as gzip."""
    with open(path, "rb") as raw:
        yield raw, gzip.GzipFile(fileobj=raw) if raw.peek(len(_GZIP)).startswith(_GZIP) else raw


def unreadable(name: str, error: Exception) -> InputError:
    """Return what is said of a file that the system does not let be read, and why."""
    return InputError(f"the file {name}", f"must be one that can be read: {getattr(error, 'strerror', None) or error}")
