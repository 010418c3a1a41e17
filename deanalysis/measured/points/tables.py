"""Tables of measurements: columns of a file of text, or of what is held in Python."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...graphs.reading import Source, opened

Floats = NDArray[np.float64]

_LONGEST = 2**20
"""Characters of a line."""
_OTHER = "column"
"""What errors call a column beside x, y and error, with its name."""
_MOST_SHOWN = 200
"""Letters of the names of all columns, in an error."""
_OTHER_MARKS = {
    ";": "semicolons: put commas in their place (and points in that of decimal commas)",
    "\t": "tabs: let its name end with .tsv",
    " ": "blanks: put commas in their place",
}
"""What divides columns in tables that are not read, and what to do."""
_MOST_GROUPS = 1000
"""Curves of a table: more are no groups, but a column of another kind."""


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns that are asked for: numbers, and the group of each row by its index among `names`.

    `rows` are the numbers of rows as a reader counts them: lines of a file, or rows from 0.
    """

    x: Floats
    y: Floats
    error: Floats | None
    groups: NDArray[np.int64]
    names: tuple[str, ...]
    rows: Floats
    others: dict[str, Floats]

    def row(self, index: int) -> int:
        """Return the number of a row."""
        return int(self.rows[index])


@dataclass(frozen=True)
class Asked:
    """Which columns are asked for by their names, and which rows: those that hold `where` as text."""

    x: str
    y: str
    group: str | None = None
    error: str | None = None
    others: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()

    @property
    def numbers(self) -> dict[str, str]:
        """What numbers are asked for, by the argument that names their column."""
        own = {"x": self.x, "y": self.y} | ({} if self.error is None else {"error": self.error})
        return own | {f"{_OTHER} {name}": name for name in self.others}


def read_columns(table: Any, asked: Asked) -> Columns:
    """Return columns of a CSV or TSV file (also as .gz), or of a mapping from names to columns, such as a dict or a data frame.

    Raises `InputError` for a column that is missing or named twice, a row with too few or too many cells, a cell that is no finite number,
    rows that are all left out, and more than 1000 groups.
    """
    if isinstance(table, (str, os.PathLike)):
        return _gathered(_of_file(Path(table), asked), asked)
    return _gathered(_of_mapping(table, asked), asked)


Row = tuple[int, Callable[[str], Any]]
"""The number of a row, and its cells by the names of columns."""


def _of_file(path: Path, asked: Asked) -> Iterator[Row]:
    """Yield the rows of a file."""
    with opened(path) as source:
        source.remedy = "convert it to UTF-8"
        name = path.name.removesuffix(".gz")
        reader = csv.reader(source.lines(_LONGEST), csv.excel_tab if name.endswith((".tsv", ".tab")) else csv.excel, strict=True)
        try:
            header = next((row for row in reader if row), [])
            if not header:
                raise source.refused("must not be empty")
            places = _places([cell.strip() for cell in header], asked)
            for row in reader:
                if row:
                    yield reader.line_num, _cells(source, reader.line_num, row, len(header), places)
        except csv.Error as error:
            raise source.refused(f"must be a table of text: {error}", line=reader.line_num) from None


def _cells(source: Source, line: int, row: Sequence[str], width: int, places: Mapping[str, int]) -> Callable[[str], str]:
    if len(row) != width:
        raise source.refused(f"must have {width} cells", line=line, given=len(row))
    return lambda name: row[places[name]]


def _of_mapping(table: Any, asked: Asked) -> Iterator[Row]:
    """Yield the rows of columns in Python."""
    try:
        names = [str(name) for name in (table.keys() if hasattr(table, "keys") else table.columns)]
        places = _places(names, asked)
        columns = {name: list(table[name]) for name in places}
    except (AttributeError, TypeError):
        raise InputError("the table", "must be a path, or a mapping from names to columns", given=type(table).__name__) from None
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise InputError("the table", "must have columns of one length", given=lengths)
    for row in range(next(iter(lengths.values()))):
        yield row, lambda name, row=row: columns[name][row]  # type: ignore[misc]


def _places(header: Sequence[str], asked: Asked) -> dict[str, int]:
    """Return the places of the columns that are asked for."""
    own = {"x": asked.x, "y": asked.y, "error": asked.error, "group": asked.group}
    wanted = [(argument, name) for argument, name in own.items() if name is not None]
    for argument, name in wanted:
        if list(own.values()).count(name) > 1:
            raise InputError(argument, "must be a column that no other of x, y, error and group names", given=name)
    wanted += [("size", name) for name in asked.others] + [("where", name) for name, _ in asked.where]
    for argument, name in wanted:
        if header.count(name) != 1:
            raise _no_column(argument, name, header)
    return {name: header.index(name) for _, name in wanted}


def _no_column(argument: str, name: str, header: Sequence[str]) -> InputError:
    """Return what is said where a name is that of no column, or of several."""
    if name in header:
        return InputError(argument, "must be the name of one column of the table: there are several of that name", given=name)
    mark = next((mark for mark in _OTHER_MARKS if len(header) == 1 and mark in header[0]), None)
    remedy = f"its columns seem to be divided by {_OTHER_MARKS[mark]}" if mark else ""
    columns = ", ".join(header)
    shown = columns if len(columns) <= _MOST_SHOWN else columns[:_MOST_SHOWN] + "…"
    return InputError(argument, f"must be a column of the table, which has {shown}", given=name, remedy=remedy)


def _gathered(rows: Iterator[Row], asked: Asked) -> Columns:
    """Return the rows that are asked for, as columns."""
    numbers: dict[str, list[float]] = {argument: [] for argument in asked.numbers}
    names: dict[str, int] = {}
    groups, lines = [], []
    for line, cell in rows:
        if any(str(cell(name)).strip() != value for name, value in asked.where):
            continue
        lines.append(line)
        for argument, name in asked.numbers.items():
            numbers[argument].append(_number(cell(name), argument, line))
        groups.append(names.setdefault("" if asked.group is None else str(cell(asked.group)).strip(), len(names)))
        if len(names) > _MOST_GROUPS:
            raise InputError("group", f"must name at most {_MOST_GROUPS} curves", given=asked.group)
    if not lines:
        told = ", ".join(f"{name}={value}" for name, value in asked.where)
        raise InputError("the table", "must have a row below the names of its columns" + (f" with {told}" if told else ""))
    arrays = {argument: np.array(column) for argument, column in numbers.items()}
    others = {name: arrays[f"{_OTHER} {name}"] for name in asked.others}
    return Columns(arrays["x"], arrays["y"], arrays.get("error"), np.array(groups), tuple(names), np.array(lines), others)


def _number(cell: Any, argument: str, line: int) -> float:
    """Return a finite number."""
    try:
        number = math.nan if isinstance(cell, str) and ("_" in cell or not cell.isascii()) else float(cell)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        where, text = f"{argument}, in row {line},", str(cell).strip()
        if not text:
            raise InputError(where, "must be a finite number, got an empty cell", remedy="leave such rows out")
        remedy = "state shares, as 0.15" if "%" in text else "write decimals with a point" if "," in text else "leave such rows out"
        raise InputError(where, "must be a finite number", given=cell, remedy=remedy)
    return number
