"""The formats of graph files, and how each is read and written."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ..errors import InputError
from .alist import read_alist, write_alist
from .endings import ENDINGS, format_of
from .hypergraphs import read_hif, read_lines, write_hif, write_lines
from .matrices import read_mtx, read_npz, write_mtx, write_npz
from .networks import read_graphml, write_graphml
from .reading import Progress, extra, opened
from .rows import Rows
from .tables import Columns, read_parquet, read_table, write_parquet, write_table
from .writing import write_file


class Format(NamedTuple):
    """A format: how a file of it is read and written, whether it is a table with columns to choose, and the package that it needs."""

    read: Callable[..., Rows]
    write: Callable[[Rows, BinaryIO], None]
    is_table: bool = False
    package: str | None = None


def _table(dialect: type[csv.Dialect]) -> Format:
    return Format(partial(read_table, dialect=dialect), partial(write_table, dialect=dialect), is_table=True)


FORMATS = {
    "alist": Format(read_alist, write_alist),
    "mtx": Format(read_mtx, write_mtx),
    "npz": Format(read_npz, write_npz),
    "csv": _table(csv.excel),
    "tsv": _table(csv.excel_tab),
    "parquet": Format(read_parquet, write_parquet, is_table=True, package="pyarrow"),
    "jsonl": Format(read_lines, write_lines),
    "hif": Format(read_hif, write_hif),
    "graphml": Format(read_graphml, write_graphml, package="networkx"),
}


def _format(path: Path, stated: str | None, remedy: str = "or state the `format`") -> Format:
    """Return the format of a file, stated or by its ending."""
    name = format_of(path) if stated is None else stated
    if name is None:
        raise InputError(f"the file {path.name}", f"must end with one of {' '.join(ENDINGS.values())}, perhaps with .gz", remedy=remedy)
    if name not in FORMATS:
        raise InputError("format", f"must be one of {', '.join(FORMATS)}", given=name)
    if name == "parquet" and path.suffix.lower() == ".gz":
        raise InputError(f"the file {path.name}", "must not be packed by gzip", remedy="Parquet is packed in itself")
    return FORMATS[name]


def read_rows(path: str | Path, format: str | None = None, columns: Columns | None = None, progress: Progress | None = None) -> Rows:
    """Read a file; arguments and errors are those of `Exchanged.read`."""
    file = _path(path)
    form = _format(file, format)
    if columns is not None and not form.is_table:
        raise InputError("columns", "must be left out for a file that is no table", given=columns, remedy="tables are CSV, TSV and Parquet")
    with opened(file, progress) as source:
        return form.read(source, columns) if form.is_table else form.read(source)


def write_rows(rows: Rows, path: str | Path, format: str | None = None) -> None:
    """Write a file; arguments and errors are those of `Exchanged.write`."""
    file = _path(path)
    form = _format(file, format)
    write_file(file, partial(form.write, rows))


def check_output(path: str | Path) -> None:
    """Raise `InputError` where a graph could not be written to a file of that name, for its ending or for a package that is missing."""
    form = _format(_path(path), None, remedy="")
    if form.package is not None:
        with extra(f"files that end with {Path(path).suffix}"):
            import_module(form.package)


def _path(path: Any) -> Path:
    """Return a path that can be one."""
    try:
        if b"\0" not in os.fsencode(path):
            return Path(path)
    except (TypeError, ValueError):
        pass
    raise InputError("path", "must be a path", given=ascii(path))
