"""Files of base matrices: rows of whole numbers, or MacKay's alist format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise
from os.path import getsize, isfile
from pathlib import Path
from typing import NamedTuple

from ..errors import InputError
from .protographs import Matrix, edge_count

_BETWEEN = re.compile(r"[\s,;]+")
_COMMENT = re.compile(r"[#%].*")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_LARGEST_FILE, _MOST_ENTRIES = 1_000_000, 500_000
"""Bytes of a file, and entries of a matrix that an alist states: base matrices of standards have some thousands."""


class _Line(NamedTuple):
    """The numbers of a line, and which line it is."""

    where: str
    numbers: list[int]


def read_matrices(path: Path) -> tuple[Matrix, ...]:
    """Return the matrices of a file: rows of whole numbers split by blanks, commas or semicolons.

    Blank lines, or lines of a + alone, stand between matrices.

    A file that ends in .alist is an alist, of one matrix; another one is if it has lines of different lengths, as no matrix has: first two
    of two numbers, of columns and rows and of their largest weights, then all weights of columns, then all of rows. What follows # or % in
    a line is passed over. Raises `InputError`, with the line, for everything else.
    """
    lines = [_numbers(line, f"{path.name}, line {count},") for count, line in enumerate(_text(path).splitlines(), start=1)]
    filled = [line for line in lines if line is not None and line.numbers]
    if not filled:
        raise InputError(path.name, "must have at least one row of whole numbers")
    if path.suffix.lower() == ".alist" or _is_alist(filled):
        return (_of_alist([number for line in filled for number in line.numbers], path.name),)
    blocks = [[*block] for is_row, block in groupby((line for line in lines if line), lambda line: bool(line.numbers)) if is_row]
    width = len(filled[0].numbers)
    for line in filled:
        if len(line.numbers) != width:
            raise InputError(line.where, f"must have {width} numbers, as the first row", given=f"{len(line.numbers)} numbers")
    if len(sizes := {len(block) for block in blocks}) > 1:
        remedy = "blank lines stand between the matrices into which a base matrix is spread"
        raise InputError(path.name, "must have matrices of equally many rows", given=" and ".join(map(str, sorted(sizes))), remedy=remedy)
    return tuple(tuple(tuple(edge_count(number, line.where) for number in line.numbers) for line in block) for block in blocks)


def _text(path: Path) -> str:
    """Return the text of a file."""
    if not isfile(path):
        raise InputError("protograph(FILE)", "must name a file, and there is none", given=path)
    if getsize(path) > _LARGEST_FILE:
        raise InputError("protograph(FILE)", f"must name a file of at most {_LARGEST_FILE} bytes", given=path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InputError("protograph(FILE)", f"must name a readable file ({reason})", given=path) from None


def _numbers(line: str, where: str) -> _Line | None:
    """Return the numbers of a line, none of a blank one; None of a line that is a comment alone."""
    text = _COMMENT.sub("", line).strip()
    text = "" if text == "+" else text
    if line.strip() and not text:
        return None
    entries = [entry for entry in _BETWEEN.split(text) if entry]
    if (text and not entries) or not all(map(_WHOLE.fullmatch, entries)):
        raise InputError(where, "must be a row of whole numbers", given=line.strip())
    return _Line(where, [*map(int, entries)])


def _is_alist(lines: Sequence[_Line]) -> bool:
    """Whether the lines begin as those of an alist, and are no rows of one matrix."""
    lengths = [len(line.numbers) for line in lines]
    return len(lines) > 4 and lengths[:2] == [2, 2] and lengths[2:4] == lines[0].numbers and len(set(lengths)) > 1


def _of_alist(numbers: Sequence[int], name: str) -> Matrix:
    """Return the base matrix of an alist: a row that a column lists twice has two edges with it.

    It holds the numbers of columns and rows, their largest weights, all weights, the rows of each column, the columns of each row. Lists
    shorter than the largest weight are filled up with zeros, in all lists or in none.
    """
    columns, rows, *largest = numbers[:4]
    if len(numbers) < 4 or min(columns, rows) < 1 or columns * rows > _MOST_ENTRIES or len(numbers) < 4 + columns + rows:
        raise InputError(name, f"must state columns and rows, at most {_MOST_ENTRIES} entries, their largest weights and all weights")
    weights, lists = numbers[4 : 4 + columns + rows], numbers[4 + columns + rows :]
    most = [largest[0]] * columns + [largest[1]] * rows
    lengths = most if len(lists) == sum(most) else weights
    listed = [[number for number in lists[start:end] if number] for start, end in pairwise(accumulate(lengths, initial=0))]
    if len(lists) != sum(lengths) or [*map(len, listed)] != [*weights]:
        raise InputError(name, "must list the rows of each column, then the columns of each row, as many as the weights say")
    by_column = Counter((row, column) for column, found in enumerate(listed[:columns], start=1) for row in found)
    by_row = Counter((row, column) for row, found in enumerate(listed[columns:], start=1) for column in found)
    if by_column != by_row:
        raise InputError(name, f"must list the same edges by columns and by rows, of {columns} columns and {rows} rows")
    return tuple(tuple(edge_count(by_row[row, column], name) for column in range(1, columns + 1)) for row in range(1, rows + 1))
