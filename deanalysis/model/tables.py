"""Tables of degrees in files: understood by the names of their columns, or refused with the line at fault; never guessed."""

import codecs
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from ..errors import InputError

__all__ = ["read_counts"]

_LARGEST = 100_000_000
_WHOLE, _NAME = re.compile(r"(0|[1-9][0-9]{0,14})(\.0*)?"), re.compile(r"[^\W\d]\w*( \w+)*")
_LINES, _BETWEEN, _MARK = re.compile(r"\r\n|\r|\n"), re.compile(r"\s*[,;]\s*|\s+"), re.compile("[#%]+")
_COLUMNS = {"degree": "degree degrees deg k", "count": "count counts number frequency freq n nodes"}
_KNOWN = {name: column for column, names in _COLUMNS.items() for name in names.split()}


class _Row(NamedTuple):
    """A line of a file with its cells."""

    number: int
    line: str
    cells: list[str]

    @property
    def columns(self) -> list[str]:
        """The columns that the cells name, as far as they are known."""
        return [_KNOWN.get(cell.lower(), "") for cell in self.cells]

    @property
    def is_header(self) -> bool:
        """Whether the cells are names, not numbers."""
        return all(_NAME.fullmatch(cell) for cell in self.cells)


def read_counts(path: Path) -> dict[int, int]:
    """Return {degree: count} of a table: lines of a degree and a count, or of one degree each, which are counted.

    Columns are split by commas, semicolons, tabs or blanks, and go by the names in the first line (`degree`, `count`) where it holds names;
    without them the degree comes first. Blank lines and lines that begin with # or % are passed over. Raises `InputError`, with the line,
    for everything else: also for a degree that comes twice, as in a list of edges.
    """
    rows = [_Row(number, line, _cells(line)) for number, line in enumerate(_LINES.split(_read(path)), start=1) if line.strip()]
    marked = [row._replace(cells=_cells(_MARK.sub("", row.line.lstrip(), count=1))) for row in rows if _MARK.match(row.line.lstrip())]
    rows = [row for row in rows if not _MARK.match(row.line.lstrip())]
    if not rows:
        raise InputError(f"table {path.name}", "must have at least one line of a degree")
    columns = _columns(path, rows, marked)
    numbers = [_numbers(path, row, columns) for row in rows]
    if len(columns) == 1:
        return dict(Counter(degree for (degree,) in numbers))
    return _once(path, rows, [(pair[columns.index("degree")], pair[columns.index("count")]) for pair in numbers])


def _columns(path: Path, rows: list[_Row], marked: list[_Row]) -> list[str]:
    """Return what the columns are, and take the line that names them away; a comment before the table may name them, too."""
    named = [row for row in marked if row.number < rows[0].number and all(row.columns) and len(row.cells) == len(rows[0].cells)]
    header = rows.pop(0) if rows[0].is_header else named[-1] if named else None
    if not rows:
        raise InputError(f"table {path.name}", "must have at least one line of a degree")
    if header is None:
        return ["degree", "count"][: len(rows[0].cells)]
    if sorted(header.columns) not in (["degree"], ["count", "degree"]):
        raise _refused(path, header, "must name the columns degree and count", "a list of edges is no table of degrees")
    return header.columns


def _numbers(path: Path, row: _Row, columns: list[str]) -> list[int]:
    if len(row.cells) != len(columns) or not all(_WHOLE.fullmatch(cell) for cell in row.cells):
        wanted = "a degree and a count, whole numbers" if len(columns) == 2 else "a degree, a whole number"
        raise _refused(path, row, f"must be {wanted}")
    return [int(cell.partition(".")[0]) for cell in row.cells]


def _once(path: Path, rows: list[_Row], pairs: list[tuple[int, int]]) -> dict[int, int]:
    """Return the pairs as a table, in which a degree stands once."""
    counts: dict[int, int] = {}
    for row, (degree, count) in zip(rows, pairs, strict=True):
        if degree in counts:
            remedy = "give one line for each degree; a list of edges is no table of degrees"
            raise _refused(path, row, f"must not repeat the degree {degree}", remedy)
        counts[degree] = count
    return counts


def _refused(path: Path, row: _Row, requirement: str, remedy: str = "") -> InputError:
    return InputError(f"table {path.name}, line {row.number},", requirement, given=row.line.strip(), remedy=remedy)


def _cells(line: str) -> list[str]:
    """Split a line; quotation marks around a cell are taken off.

    >>> _cells('"degree" ; "count"'), _cells("3\\t5"), _cells("3,,5")
    (['degree', 'count'], ['3', '5'], ['3', '', '5'])
    """
    return [cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in _BETWEEN.split(line.strip())]


def _read(path: Path) -> str:
    """Return the text of a file, of UTF-8 or, where its mark says so, UTF-16."""
    try:
        if not path.exists():
            raise InputError("table(FILE)", "names a file that is missing", given=path)
        if not path.is_file() or path.stat().st_size > _LARGEST:
            raise InputError("table(FILE)", f"must name a file of at most {_LARGEST} bytes", given=path)
        content = path.read_bytes()
        is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InputError("table(FILE)", f"must name a readable file ({reason})", given=path) from None
