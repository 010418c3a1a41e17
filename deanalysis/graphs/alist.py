"""Parity-check matrices in MacKay's alist format: N columns, which are skills, and M rows, which are texts.

D. J. C. MacKay, "alist format", Encyclopedia of Sparse Graph Codes. A file holds N and M, the largest weights of columns and of rows,
all weights of columns, all of rows, then the rows of the ones in each column, and the columns of the ones in each row, from 1. Lists
shorter than the largest weight are filled up with zeros; files without these zeros are read and written as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..simulate.streams import LARGEST_INDEX
from .reading import Source
from .rows import Rows, first_of_each

Numbers = NDArray[np.int64]
_LARGEST = 2**29
"""Bytes of a file, which is held as a whole and takes some four times as much: thirty million edges."""
_FREE, _PER_EDGE = 10**6, 20
"""So many numbers, and beyond that so many for each edge, may lists have when they are filled up with zeros."""
_OTHER = re.compile(rb"[^0-9 \t\r\n]")
_BLANKS = re.compile(r"\s*\d+([ \t]+)\d")


class Style(NamedTuple):
    """What stands between the numbers of a line, and after the last one."""

    between: str = " "
    end: str = ""

    @classmethod
    def of(cls, line: str) -> Style:
        """Return the style of a line."""
        found = _BLANKS.match(line)
        return cls(found[1] if found else " ", line[len(line.rstrip()) :])

    def written(self, numbers: list[int]) -> str:
        """Return a line, without its end."""
        return self.between.join(map(str, numbers)) + (self.end if numbers else "")


class Layout(NamedTuple):
    """How a file is laid out: the styles of its sizes, largest weights, weights and lists, and what ends a line, a part and the file.

    Lists are filled up with zeros where they are `padded`; otherwise an empty one is written as `empty`. `columns` are the rows of the
    ones, column by column, where they do not ascend.
    """

    styles: tuple[Style, ...] = (Style(), Style(), Style(" ", " "), Style(" ", " "))
    newline: str = "\n"
    gap: str = ""
    last: str = "\n"
    padded: bool = True
    empty: tuple[int, ...] = ()
    columns: Numbers | None = None


class _File(NamedTuple):
    """A file, and the numbers in it."""

    source: Source
    content: bytes
    numbers: Numbers

    @classmethod
    def read(cls, source: Source) -> _File:
        """Read the numbers of a file; raise `InputError` where it holds anything else, or is too short."""
        content = source.whole(_LARGEST)
        other = _OTHER.search(content)
        if other:
            line = content.count(b"\n", 0, other.start()) + 1
            raise source.refused("must hold whole numbers alone, as alist files do", line=line, given=other[0].decode("latin-1"))
        if len(content.split(None, 4)) < 4 or len(content.split(b"\n", 1)[0].split()) != 2:
            remedy = "fields other than GF(2) are not read"
            raise source.refused("must begin with a line of two numbers, of columns and of rows", remedy=remedy)
        return cls(source, content, np.fromstring(content, dtype=np.int64, sep=" "))

    def refused(self, position: int, requirement: str, given: object = None) -> InputError:
        """Return the error that the number at a position is not what it must be, with its line."""
        counts = accumulate(len(line.split()) for line in self.content.split(b"\n"))
        line = 1 + sum(count <= position for count in counts)
        return self.source.refused(requirement, line=line, given=self.numbers[position] if given is None else given)

    def weights(self) -> tuple[Numbers, Numbers]:
        """Return the weights of columns and of rows."""
        columns, rows = (int(size) for size in self.numbers[:2])
        for position, size in enumerate((columns, rows)):
            if not 1 <= size <= LARGEST_INDEX:
                raise self.refused(position, f"must state from 1 to {LARGEST_INDEX} columns and rows")
        if len(self.numbers) < 4 + columns + rows:
            raise self.source.refused(f"must hold the weights of {columns} columns and {rows} rows", remedy="see whether it is whole")
        weights = self.numbers[4 : 4 + columns], self.numbers[4 + columns : 4 + columns + rows]
        for position, part, other in zip((2, 3), weights, (rows, columns), strict=True):
            if part.max() > other or part.max() != self.numbers[position]:
                raise self.refused(position, f"must state the largest weights, here {part.max()}, of at most {other}")
        if weights[0].sum() != weights[1].sum():
            requirement = f"must hold weights that sum to those of the rows, {weights[1].sum()}"
            raise self.refused(4, requirement, given=weights[0].sum())
        return weights

    def entries(self, first: int, weights: Numbers, lengths: Numbers, largest: int) -> tuple[Numbers, Numbers]:
        """Return the entries of lists that begin at position `first`, and their positions; zeros that fill up are checked.

        `lengths` are those with zeros, `weights` those without. Raises `InputError` for entries not from 1 to `largest` or repeated.
        """
        before = np.cumsum(lengths) - lengths - (np.cumsum(weights) - weights)
        positions = first + np.repeat(before, weights) + np.arange(weights.sum())
        filled = np.ones(int(lengths.sum()), dtype=np.bool_)
        filled[positions - first] = False
        wrong = first + np.flatnonzero(filled & (self.numbers[first : first + len(filled)] != 0))
        if len(wrong):
            raise self.refused(wrong[0], "must list as many ones as the weight says, and then zeros")
        entries = self.numbers[positions]
        wrong = positions[(entries < 1) | (entries > largest)]
        if len(wrong):
            raise self.refused(wrong[0], f"must list numbers from 1 to {largest}")
        wrong = positions[~first_of_each(np.repeat(np.arange(len(weights)), weights) * (largest + 1) + entries)]
        if len(wrong):
            raise self.refused(wrong[0], "must not list a number twice")
        return entries - 1, positions


def read_alist(source: Source) -> Rows:
    """Read an alist file.

    Raises `InputError`, with the line, for an entry that is no row or column, is repeated, or that columns and rows do not agree on.
    """
    file = _File.read(source)
    weights = columns, rows = file.weights()
    ones, found, first = int(columns.sum()), len(file.numbers) - 4 - len(columns) - len(rows), 4 + len(columns) + len(rows)
    lengths = _lengths(weights, found)
    if lengths is None or not ones:
        remedy = "see whether it is whole"
        raise source.refused(f"must list {ones} ones by columns and again by rows", given=f"{found} numbers", remedy=remedy)
    in_columns, _ = file.entries(first, columns, lengths[0], len(rows))
    in_rows, positions = file.entries(first + int(lengths[0].sum()), rows, lengths[1], len(columns))
    by_columns = in_columns * len(columns) + np.repeat(np.arange(len(columns)), columns)
    by_rows = np.repeat(np.arange(len(rows)), rows) * len(columns) + in_rows
    wrong = positions[~np.isin(by_rows, by_columns)]
    if len(wrong):
        raise file.refused(wrong[0], "must list columns that list the row, too")
    is_sorted = np.all(np.diff(in_columns)[np.diff(np.repeat(np.arange(len(columns)), columns)) == 0] > 0)
    layout = _layout(file.content, weights, found, None if is_sorted else in_columns)
    start = np.append(0, np.cumsum(rows))
    return Rows(start, in_rows.astype(np.uint32), range(1, len(rows) + 1), range(1, len(columns) + 1), None, layout)


def _lengths(weights: tuple[Numbers, Numbers], found: int) -> tuple[Numbers, ...] | None:
    """Return how long the lists of columns and rows are, zeros included, if `found` is the sum of some layout."""
    for length in (_padded, _shown, _bare):
        lengths = tuple(map(length, weights))
        if sum(int(part.sum()) for part in lengths) == found:
            return lengths
    return None


def _padded(weights: Numbers) -> Numbers:
    return np.full(len(weights), weights.max())


def _shown(weights: Numbers) -> Numbers:
    return np.maximum(weights, 1)


def _bare(weights: Numbers) -> Numbers:
    return weights


def _layout(content: bytes, weights: tuple[Numbers, Numbers], found: int, columns: Numbers | None) -> Layout:
    """Return the layout of a file with so many numbers in its lists."""
    newline = "\r\n" if b"\r\n" in content[:1000] else "\n"
    lines = content.split(newline.encode(), 12)[:12]
    stated = [line.decode() for line in lines if line.strip()]
    styles = [Style.of(line) for line in stated[:5]]
    gap = newline if len(lines) > 1 and not lines[1].strip() else ""
    padded, shown = (sum(int(length(part).sum()) for part in weights) == found for length in (_padded, _shown))
    empty = (0,) if shown and not padded else ()
    last = newline if content.endswith(newline.encode()) else ""
    return Layout((*styles[:3], styles[-1]), newline, gap, last, padded, empty, columns)


def write_alist(rows: Rows, file: BinaryIO) -> None:
    """Write an alist file, in the layout of the one that the graph was read from, else in MacKay's; names are not kept.

    Where the zeros that fill up lists would be many, as one text of a million skills takes them, they are left out.
    """
    weights, text_of, in_rows = (rows.skill_degrees, rows.text_degrees), rows.text_of, rows.required
    is_short = sum(len(part) * int(part.max()) for part in weights) <= _FREE + _PER_EDGE * rows.edges
    layout = rows.layout if isinstance(rows.layout, Layout) else Layout(padded=is_short)
    columns = layout.columns
    if layout is not rows.layout:
        in_rows = in_rows[np.lexsort((in_rows, text_of))]
    if columns is None:
        columns = text_of[np.argsort(rows.required, kind="stable")]
    sizes, largest, degrees, _ = layout.styles
    parts = [
        [sizes.written([rows.skills, rows.texts])],
        [largest.written([int(part.max()) for part in weights])],
        *([degrees.written(part.tolist())] for part in weights),
        _lists(columns, weights[0], layout),
        _lists(in_rows, weights[1], layout),
    ]
    text = (layout.newline + layout.gap).join(layout.newline.join(part) for part in parts)
    file.write((text + layout.last).encode())


def _lists(entries: NDArray[Any], weights: Numbers, layout: Layout) -> Iterator[str]:
    """Yield the lists of columns, or of rows."""
    numbers, end, width = (entries.astype(np.int64) + 1).tolist(), 0, int(weights.max())
    for weight in weights.tolist():
        begin, end = end, end + weight
        filled = [0] * (width - weight) if layout.padded else layout.empty if not weight else ()
        yield layout.styles[3].written([*numbers[begin:end], *filled])
