"""Graphs as tables of edges: CSV, TSV and Parquet, read piece by piece."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, repeat
from operator import itemgetter
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .reading import Source, extra
from .rows import Name, Numbered, Rows
from .writing import as_json, as_text, text_of

Columns = tuple[str, str]
"""The names of the columns of texts and of skills."""
COLUMNS = ("text", "skill")
_LONGEST = 2**20
"""Bytes of a line."""
_BATCH = 1000
"""Rows that are held as Python objects at a time: as many as the processor's cache holds; ten times as many take half as long again."""
_WIDE = 2**63
"""Whole numbers of Parquet are below, and not below the negative of it."""
_END = re.compile(r"\r\n|\r|\n")


class _Edges:
    """Edges as they come, as numbers of 32 bits."""

    def __init__(self) -> None:
        self._named, self._ends = (Numbered(), Numbered()), (list[NDArray[np.uint32]](), list[NDArray[np.uint32]]())

    @property
    def count(self) -> int:
        """How many edges there are."""
        return sum(map(len, self._ends[0]))

    @property
    def has_empty(self) -> bool:
        """Whether an edge lacks a name."""
        return any("" in named for named in self._named)

    def add(self, texts: Sequence[Name], skills: Sequence[Name]) -> None:
        """Add some edges by the names of their ends."""
        for named, ends, names in zip(self._named, self._ends, (texts, skills), strict=True):
            ends.append(named.array(names))

    def rows(self, source: Source) -> Rows:
        """Return the rows of the edges; raise `InputError` where there is none."""
        if not self.count:
            raise source.refused("must have a row below the names of its columns")
        texts, skills = (np.concatenate(ends) for ends in self._ends)
        return Rows.joined(texts, skills, *(named.names for named in self._named))


def read_table(source: Source, columns: Columns | None, dialect: type[csv.Dialect]) -> Rows:
    """Read a table in text, whose first line names its columns.

    Raises `InputError`, with the line, for a row that is longer or shorter than the first, or lacks a name.
    """
    reader = csv.reader(source.lines(_LONGEST), dialect, strict=True)
    edges = _Edges()
    try:
        header = next((row for row in reader if row), [])
        if not header:
            raise source.refused("must not be empty")
        first, second = _positions(source, header, columns)
        for line, batch in _batches(reader):
            rows = [row for row in batch if row]
            if set(map(len, rows)) - {len(header)}:
                remedy = "quote names that hold commas, tabs, quotes or ends of lines"
                raise _refused(source, batch, line, lambda row: len(row) != len(header), f"must have {len(header)} cells", remedy)
            edges.add([*map(itemgetter(first), rows)], [*map(itemgetter(second), rows)])
            if edges.has_empty:
                raise _refused(
                    source, batch, line, lambda row: not (row[first] and row[second]), f"must name a {header[first]} and a {header[second]}"
                )
    except csv.Error as error:
        raise source.refused(f"must be a row of a table ({error})", line=reader.line_num) from None
    return edges.rows(source)


def _positions(source: Source, header: Sequence[str], columns: Columns | None) -> list[int]:
    """Return where the columns of texts and of skills are."""
    wanted = _checked(columns)
    if not all(header.count(name) == 1 for name in wanted):
        remedy = "" if columns else "name the two that it has by `columns`"
        raise source.refused(f"must have the columns {wanted[0]} and {wanted[1]}, once each", given=", ".join(header), remedy=remedy)
    return [header.index(name) for name in wanted]


def _checked(columns: Columns | None) -> Columns:
    """Return the names of the columns, `text` and `skill` if none are given."""
    if columns is None:
        return COLUMNS
    if isinstance(columns, str) or len(columns) != 2 or not all(isinstance(name, str) for name in columns) or columns[0] == columns[1]:
        raise InputError("columns", "must be the names of two columns, of texts and of skills", given=columns)
    return columns[0], columns[1]


def _batches(reader: Any) -> Iterator[tuple[int, list[list[str]]]]:
    """Yield rows, an empty one for each empty line, many at a time, with the line after which they begin."""
    line = reader.line_num
    while batch := list(islice(reader, _BATCH)):
        yield line, batch
        line = reader.line_num


def _refused(
    source: Source,
    batch: Sequence[Sequence[str]],
    before: int,
    is_wrong: Callable[[Sequence[str]], bool],
    requirement: str,
    remedy: str = "",
) -> InputError:
    """Return the error that the first wrong row of a batch is wrong, with the line on which it ends."""
    line = before
    for row in batch:
        line += 1 + sum(len(_END.findall(cell)) for cell in row)
        if row and is_wrong(row):
            break
    return source.refused(requirement, line=line, given=", ".join(row), remedy=remedy)


def write_table(rows: Rows, file: BinaryIO, dialect: type[csv.Dialect]) -> None:
    """Write a table in text; what it cannot keep is said in `Exchanged.write`."""
    texts, skills = as_text(rows.text_names), as_text(rows.skill_names)
    is_quoted = any("\r" in name for name in (*texts, *skills))  # the minimum of quotes leaves it alone
    with text_of(file) as text:
        writer = csv.writer(text, dialect, lineterminator="\n", quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL)
        writer.writerow(COLUMNS)
        for number, name in enumerate(texts):
            writer.writerows(zip(repeat(name), map(skills.__getitem__, rows.row(number).tolist())))


def read_parquet(source: Source, columns: Columns | None) -> Rows:
    """Read two columns of a Parquet file, of text or whole numbers; raise `InputError` for others, and for missing values."""
    with extra("Parquet"):
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    edges = _Edges()
    try:
        file = ParquetFile(source.path)
        count = file.metadata.num_rows
        source.check_unpacked(8 * count)
        _positions(source, file.schema_arrow.names, columns)
        names = list(_checked(columns))
        for name in names:
            _check_kind(source, name, file.schema_arrow.field(name).type)
        for batch in file.iter_batches(_BATCH, columns=names):
            texts, skills = (batch.column(name) for name in names)
            if texts.null_count or skills.null_count:
                raise source.refused("must name a text and a skill in every row, and leave none empty")
            edges.add(texts.to_pylist(), skills.to_pylist())
            source.report(edges.count, count)
    except (ArrowException, OSError) as error:
        raise source.refused(f"must be a Parquet file that is whole ({error})") from None
    return edges.rows(source)


def _check_kind(source: Source, name: str, kind: Any) -> None:
    from pyarrow import types

    value = kind.value_type if types.is_dictionary(kind) else kind
    if not (types.is_integer(value) or types.is_string(value) or types.is_large_string(value)):
        raise source.refused(f"must have text or whole numbers in the column {name}", given=kind)


def write_parquet(rows: Rows, file: BinaryIO) -> None:
    """Write the columns text and skill, as whole numbers where all names are, else as text."""
    with extra("Parquet"):
        from pyarrow import array, table
        from pyarrow.parquet import write_table as write
    columns = []
    for names, numbers in ((rows.text_names, rows.text_of), (rows.skill_names, rows.required)):
        plain = as_json(names)
        written = plain if all(isinstance(name, int) and -_WIDE <= name < _WIDE for name in plain) else as_text(names)
        columns.append(array(written).take(array(numbers)))
    write(table(columns, names=list(COLUMNS)), file)
