"""The formats of graph files: which one a file has by its ending, and how each is read and written."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ..errors import InputError
from .alist import read_alist, write_alist
from .hypergraphs import read_hif, read_lines, write_hif, write_lines
from .matrices import read_mtx, read_npz, write_mtx, write_npz
from .networks import read_graphml, write_graphml
from .reading import Progress, opened
from .rows import Rows
from .tables import Columns, read_parquet, read_table, write_parquet, write_table
from .writing import write_file


class Format(NamedTuple):
    """A format: the ending of its files, how one is read and written, and whether it is a table with columns to choose."""

    ending: str
    read: Callable[..., Rows]
    write: Callable[[Rows, BinaryIO], None]
    is_table: bool = False


def _table(ending: str, dialect: type[csv.Dialect]) -> Format:
    return Format(ending, partial(read_table, dialect=dialect), partial(write_table, dialect=dialect), is_table=True)


FORMATS = {
    "alist": Format(".alist", read_alist, write_alist),
    "mtx": Format(".mtx", read_mtx, write_mtx),
    "npz": Format(".npz", read_npz, write_npz),
    "csv": _table(".csv", csv.excel),
    "tsv": _table(".tsv", csv.excel_tab),
    "parquet": Format(".parquet", read_parquet, write_parquet, is_table=True),
    "jsonl": Format(".jsonl", read_lines, write_lines),
    "hif": Format(".json", read_hif, write_hif),
    "graphml": Format(".graphml", read_graphml, write_graphml),
}


def _ended(path: Path) -> str | None:
    """Return the format that the ending of a file is of, if any."""
    name = path.name.lower().removesuffix(".gz")
    return next((format for format, one in FORMATS.items() if name.endswith(one.ending)), None)


def is_graph_file(path: str | Path) -> bool:
    """Whether a path ends as graph files do: `.alist .mtx .npz .csv .tsv .parquet .jsonl .json .graphml`, perhaps with `.gz`.

    >>> is_graph_file("code.alist"), is_graph_file("edges.csv.gz"), is_graph_file("model.toml")
    (True, True, False)
    """
    return _ended(Path(path)) is not None


def _format(path: Path, stated: str | None) -> Format:
    """Return the format of a file, stated or by its ending."""
    name = _ended(path) if stated is None else stated
    if name is None:
        endings = " ".join(one.ending for one in FORMATS.values())
        raise InputError(f"the file {path.name}", f"must end with one of {endings}, perhaps with .gz", remedy="or state the `format`")
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


def _path(path: Any) -> Path:
    """Return a path that can be one."""
    try:
        if b"\0" not in os.fsencode(path):
            return Path(path)
    except (TypeError, ValueError):
        pass
    raise InputError("path", "must be a path", given=ascii(path))
