"""Files of plain text: found in folders, and read line by line in any encoding, so that memory stays bounded."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..errors import InputError
from .reading import Progress, Source, decoded, shown, unpacked, unreadable, whole_lines

File = str | os.PathLike[str]

LONGEST = 10**6
"""Characters of a line or a sentence: more are no text that anyone reads, and would be held in memory as a whole."""
_ENCODINGS = "for Western texts try latin-1 or cp1252"
_ALLOWED = 10**7
"""Bytes that a packed file may always unpack to: each of its lines may become a text, which takes more memory than an edge of a graph."""


class TextFile(NamedTuple):
    """A file, how many bytes it takes, and whether it was found in a folder or is named itself."""

    path: Path
    size: int
    found: bool

    @property
    def name(self) -> str:
        """Its path, as text that can be written in any encoding."""
        return shown(self.path)


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
        raise unreadable(path, error) from None
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
        before = self.done
        requirement = f"must have lines of at most {LONGEST} characters"
        too_long = InputError(f"the file {file.name}", requirement, remedy="break its lines")
        for piece in whole_lines(self._decoded(file), ("\n",), LONGEST, lambda line: too_long):
            yield from piece.removesuffix("\n").split("\n")
        self._tell(before + file.size)

    def _decoded(self, file: TextFile) -> Iterator[str]:
        """Yield what a file holds as text, in which each line ends in a newline."""
        decoder = io.IncrementalNewlineDecoder(self.codec.incrementaldecoder(), translate=True)
        before = self.done
        try:
            with unpacked(file.path, file.name, lambda done, of: self._tell(before + min(done, of)), _ALLOWED) as source:
                yield from decoded(self._text_alone(source, file), decoder, partial(self._wrong, file))
        except UnicodeError:
            raise self._wrong(file) from None

    def _wrong(self, file: TextFile, byte: int | None = None, position: int = 0) -> InputError:
        """Return the error that a file, or the byte at some position of it, is not in the encoding."""
        what = file.name if byte is None else f"byte {position} (0x{byte:02x}) of {file.name}"
        return InputError("encoding", f"must be that of all files: {what} is not {self.encoding}", remedy=_ENCODINGS)

    def _text_alone(self, source: Source, file: TextFile) -> Iterator[bytes]:
        """Yield what a file holds block by block; nothing, if it is binary by what it begins with."""
        blocks = source.blocks()
        first = next(blocks, b"")
        if not self.holds_nul and b"\0" in first:
            return self._skip(file)
        yield first
        yield from blocks

    def _skip(self, file: TextFile) -> None:
        """Note a binary file."""
        if not file.found:
            remedy = "state its `encoding` if it is UTF-16 or UTF-32"
            raise InputError(f"the file {file.name}", "must be text, and holds a zero byte", remedy=remedy)
        self.skipped.append(file.path)

    def _tell(self, done: int) -> None:
        self.done = done
        if self.progress and self.total:
            self.progress(done, self.total)
