"""Which files are graphs, by the endings of their names; what asks this alone loads nothing else."""

from __future__ import annotations

from pathlib import Path

ENDINGS = {
    "alist": ".alist",
    "mtx": ".mtx",
    "npz": ".npz",
    "csv": ".csv",
    "tsv": ".tsv",
    "parquet": ".parquet",
    "jsonl": ".jsonl",
    "hif": ".json",
    "graphml": ".graphml",
}
"""The endings of graph files by their formats."""


def format_of(path: str | Path) -> str | None:
    """Return the format that the ending of a file is of, perhaps before `.gz`, if any.

    >>> format_of("edges.CSV.gz"), format_of("model.toml")
    ('csv', None)
    """
    name = Path(path).name.lower().removesuffix(".gz")
    return next((form for form, ending in ENDINGS.items() if name.endswith(ending)), None)


def is_graph_file(path: str | Path) -> bool:
    """Whether a path ends as graph files do.

    >>> is_graph_file("code.alist"), is_graph_file("edges.csv.gz"), is_graph_file("model.toml")
    (True, True, False)
    """
    return format_of(path) is not None
