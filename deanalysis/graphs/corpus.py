"""Collections of plain text as graphs: the texts are sentences or lines, the skills are their words."""

from __future__ import annotations

import warnings
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray
from unicode_segmentation_rs import unicode_sentences, unicode_words

from ..checks import check_count
from ..errors import InputError
from ..simulate.streams import LARGEST_INDEX
from .graph import Graph
from .reading import Progress
from .rows import Numbers, Rows
from .textfiles import LONGEST, File, Reader, TextFile, text_files

_ENOUGH = 10**5
"""Characters of a paragraph after which its sentences are taken out: more at once are no faster."""


def corpus(
    files: File | Iterable[File],
    *,
    unit: str = "sentence",
    min_count: int = 1,
    encoding: str = "utf-8",
    progress: Progress | None = None,
) -> Graph:
    """Return the graph of plain text: each sentence or line is a text, and requires the words in it as skills.

    Words and sentences are those of Unicode (Standard Annex 29), words folded to one case. A word has at least one letter; numbers are no
    skills. Paragraphs, and with them sentences, end at lines without letters and digits. Texts without words are left out; a text that
    occurs twice is two texts. A text's name is `FILE:NUMBER`, with the number of its line, or of the sentence in its file.

    Arguments:
        files: one or more files or folders; packed ones (gzip) are unpacked. Of a folder all files within are taken, in order, but for
            hidden and binary ones and symbolic links; a warning says which are binary.
        unit: "sentence" or "line".
        min_count: the least number of texts that a word is in; rarer words are left out.
        encoding: of all files, by its name in Python.
        progress: called with how many bytes have been read, and of how many.

    Raises `InputError` for files that are missing, binary, damaged or not in the encoding, for lines or sentences of more than 10^6
    characters, and where no word is found.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = Path(folder, "bears.txt").write_text("A bear sleeps. The bear\\nsleeps long.\\n\\nThe 3 bears sleep.\\n")
    ...     graph = corpus(folder)
    >>> graph
    <Graph: 3 texts, 7 skills, 10 edges>
    >>> [graph.content(text) for text in range(3)], graph.skill_names
    (['A bear sleeps.', 'The bear sleeps long.', 'The 3 bears sleep.'], ['a', 'bear', 'sleeps', 'the', 'long', 'bears', 'sleep'])
    """
    collected = collect(files, unit=unit, min_count=min_count, encoding=encoding, progress=progress)
    if collected.skipped:
        warnings.warn(collected.note, stacklevel=2)
    return collected.graph


class Collected(NamedTuple):
    """A graph of plain text, how many files it is made of, and the binary files of folders that were left out."""

    graph: Graph
    files: int
    skipped: list[Path]

    @property
    def note(self) -> str:
        """What is said of the files that were left out."""
        return f"binary, so left out: {len(self.skipped)} of {self.files} files, the first is {self.skipped[0]}" if self.skipped else ""


def collect(
    files: File | Iterable[File], *, unit: str = "sentence", min_count: int = 1, encoding: str = "utf-8", progress: Progress | None = None
) -> Collected:
    """Return the graph of plain text as `corpus` does, and which files were left out."""
    if unit not in _UNITS:
        raise InputError("unit", f"must be {' or '.join(_UNITS)}", given=unit)
    least = check_count(min_count, 1, LARGEST_INDEX, "min_count")
    found = text_files(files)
    reader = Reader(encoding, progress, sum(file.size for file in found))
    texts = _Texts()
    for file in found:
        try:
            texts.read(file, _UNITS[unit](reader.lines(file), file))
        except UnicodeEncodeError as error:
            character = f"{file.name} holds U+{ord(error.object[error.start]):04X}, which is half of a character"
            raise InputError("encoding", f"must be that of all files: {character}") from None
    return Collected(Graph.of(texts.rows(least)), len(found), reader.skipped)


def sentences(lines: Iterable[str], file: TextFile) -> Iterator[str]:
    """Yield the sentences of lines; a line without letters and digits ends a paragraph.

    Of a long paragraph the sentences are taken out before it ends, but for the last two: whether "etc. 12" goes on is not known yet.

    >>> [*sentences(["He came. She", "went", "--", "away."], TextFile(Path("a"), 0, False))]
    ['He came. ', 'She went', 'away.']
    """
    begun: list[str] = []
    size, enough = 0, _ENOUGH
    for line in lines:
        if not any(map(str.isalnum, line)):
            yield from unicode_sentences(" ".join(begun))
            begun, size, enough = [], 0, _ENOUGH
            continue
        begun.append(line)
        size += len(line) + 1
        if size > enough:
            found = unicode_sentences(" ".join(begun))
            yield from found[:-2]
            begun = ["".join(found[-2:])]
            size, enough = len(begun[0]), len(begun[0]) + _ENOUGH
            if size > LONGEST:
                raise InputError(f"the file {file.name}", f"must have sentences of at most {LONGEST} characters")
    yield from unicode_sentences(" ".join(begun))


_UNITS: dict[str, Callable[[Iterable[str], TextFile], Iterable[str]]] = {"sentence": sentences, "line": lambda lines, file: lines}


def words(text: str) -> list[str]:
    """Return the words of a text and its numbers, in one case and composed (NFC), as often as they come.

    Composed canonically, not for compatibility (NFKC), which would make x² the word x2. Underscores, which mark emphasis in plain text,
    belong to no word, soft hyphens vanish, and both apostrophes are the same.

    >>> words("It’s _my_ Straße, IT'S")
    ["it's", 'my', 'strasse', "it's"]
    """
    folded = text.casefold()
    if not folded.isascii():
        folded = normalize("NFC", folded).replace("’", "'").replace("\xad", "")
    return unicode_words(folded.replace("_", " "))


@dataclass
class _Texts:
    """The texts that have been read, as compressed rows that grow."""

    numbers: Numbers[str] = field(default_factory=Numbers[str])
    required: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("q", [0]))
    names: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)

    def read(self, file: TextFile, texts: Iterable[str]) -> None:
        """Add the texts of a file that have words."""
        number, name = self.numbers.__getitem__, file.name
        for place, text in enumerate(texts, 1):
            if found := dict.fromkeys(words(text)):
                self.required.extend(map(number, found))
                self.ends.append(len(self.required))
                self.names.append(f"{name}:{place}")
                self.contents.append(" ".join(text.split()))

    def rows(self, least: int) -> Rows:
        """Return the rows of the words that have a letter and are in at least so many texts, and of the texts that have one."""
        required, start = np.frombuffer(self.required, dtype=np.uint32), np.frombuffer(self.ends, dtype=np.int64)
        has_letter = np.fromiter((any(map(str.isalpha, word)) for word in self.numbers), dtype=np.bool_, count=len(self.numbers))
        if not has_letter.any():
            raise InputError("files", "must hold at least one word")
        if len(required) > LARGEST_INDEX:
            raise InputError("files", f"must hold at most {LARGEST_INDEX} words, each counted once in a text", given=len(required))
        skills = has_letter & (np.bincount(required, minlength=len(self.numbers)) >= least)
        if not skills.any():
            raise InputError("min_count", "must leave at least one word", given=least)
        kept = np.append(0, np.cumsum(skills[required]))[start]
        texts = np.diff(kept) > 0
        names, contents = (_chosen(values, texts) for values in (self.names, self.contents))
        chosen = (np.cumsum(skills) - 1)[required[skills[required]]].astype(np.uint32)
        return Rows(np.append(0, kept[1:][texts]), chosen, names, _chosen(self.numbers, skills), contents)


def _chosen(values: Iterable[str], chosen: NDArray[np.bool_]) -> list[str]:
    return [value for value, is_chosen in zip(values, chosen.tolist(), strict=True) if is_chosen]
