"""Files that commands about graphs read and write: what is wrong with one is said by its option, of those to be written before the work."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import InputError
from .options import Given, saying
from .progress import progress_bar


@contextmanager
def under(option: str) -> Iterator[None]:
    """Let errors say that they are about a file, or another thing, that an option names."""
    try:
        yield
    except InputError as error:
        raise error.under(option) from None


def read_graph(file: str, form: Given = None, columns: Given = None) -> Any:
    """Read a graph from a file; `columns` are names separated by a comma."""
    from ..graphs.graph import Graph

    chosen = None if columns is None else _two_columns(columns)
    with progress_bar("bytes") as step:
        return Graph.read(file, form, columns=chosen, progress=step)


def _two_columns(columns: str) -> tuple[str, str]:
    names = names_in(columns, "--columns")
    if len(names) != 2 or names[0] == names[1]:
        raise InputError("--columns", "must name two columns, of texts and of skills, as text,skill", given=columns)
    return names[0], names[1]


def known_names(path: Given) -> list[str]:
    """Read the names of known skills, if a file of them is given."""
    from ..graphs.reading import read_names

    with under("--known"):
        return [] if path is None else read_names(path)


def classes_in(path: str) -> dict[Any, str]:
    """Read the class of each skill from a table with the columns skill and class."""
    from ..graphs.association.embedding import MOST_DIMENSIONS
    from ..graphs.formats import read_rows

    with under("--classes"):
        rows = read_rows(path, "tsv" if ".tsv" in Path(path).suffixes else "csv", ("skill", "class"))
        for number, classes in enumerate(rows.text_degrees.tolist()):
            if classes > 1:
                raise InputError("a skill", "must have one class", given=rows.text_names[number])
    if not 2 <= rows.skills <= MOST_DIMENSIONS + 1:
        raise InputError("--classes", f"must name from 2 to {MOST_DIMENSIONS + 1} classes", given=rows.skills)
    return {skill: str(rows.skill_names[number]) for skill, number in zip(rows.text_names, rows.required.tolist(), strict=True)}


def names_in(text: str, option: str) -> list[str]:
    """Read names separated by commas as a row of a table: those with commas in quotes.

    >>> names_in('a, "b,c"', "--punctured")
    ['a', 'b,c']
    """
    try:
        rows = [*csv.reader([text], skipinitialspace=True, strict=True)]
    except csv.Error:
        rows = []
    if len(rows) != 1 or not rows[0]:
        raise InputError(option, "must be names separated by commas, those with commas or quotes in quotes", given=text)
    return rows[0]


def check_numbers(numbers: Mapping[str, int | None]) -> None:
    """Raise `InputError` for a number that no graph has room for, before one is read."""
    from ..checks import check_count
    from ..present.validation.graphs import MOST_COPIES
    from ..simulate.executors import MOST_WORKERS
    from ..simulate.runs import MOST_REPLICATES
    from ..simulate.streams import LARGEST_INDEX, MOST_SEED

    least = {"known_top": 0, "rewire": 0, "gifts": 1, "replicates": 1, "workers": 1, "seed": 0}
    most = {"rewire": MOST_COPIES, "replicates": MOST_REPLICATES, "workers": MOST_WORKERS, "seed": MOST_SEED}
    for name, number in numbers.items():
        if number is not None:
            check_count(number, least[name], most.get(name, LARGEST_INDEX), name)


def check_outputs(outputs: Mapping[str, Given], read: Iterable[Given], folders: Collection[str] = ("report",)) -> None:
    """Raise `InputError` where a file or folder that an option names cannot be written, is named twice, or is one that is read."""
    there = [os.path.realpath(file) for file in read if file]
    options: dict[str, str] = {}
    for name, path in outputs.items():
        if path is None:
            continue
        option, place = f"--{name}", os.path.realpath(path)
        _check_kind(name, path)
        if not can_be_written(Path(place), is_folder=name in folders):
            what = "a folder that can be written" if name in folders else "a file in a folder that can be written"
            raise InputError(option, f"must be {what}", given=path)
        if place in options:
            raise InputError(option, f"must be another file than {options[place]}", given=path)
        if os.path.isfile(place) and any(place == file or place.startswith(os.path.join(file, "")) for file in there):
            raise InputError(option, "must not be a file that is read", given=path)
        options[place] = option


def _check_kind(name: str, path: str) -> None:
    """Raise `InputError` where the ending of a file is not one that an option can write."""
    if name in ("residue", "save"):
        from ..graphs.formats import check_output

        with under(f"--{name}"):
            check_output(path)
    elif name == "curriculum":
        from ..graphs.curricula import check_ending

        with under("--curriculum"):
            check_ending(path)
    elif name == "embedding":
        from ..graphs.association.embedding import check_coordinates

        with under("--embedding"):
            check_coordinates(path)
    elif name == "curve":
        from ..present.kit.style import TABLE_OR_FIGURE, kind_of

        with saying(output="curve"):
            kind_of(path, TABLE_OR_FIGURE)


def can_be_written(path: Path, *, is_folder: bool) -> bool:
    """Whether a file can be written at a path, in a folder that there is; or a folder, which may have to be made."""
    try:
        place = next(place for place in (path, *path.parents) if place.exists()) if is_folder else path.parent
        is_possible = is_folder or not (path.is_dir() or path.with_name(f"{path.name}.draft").is_dir())
        return is_possible and place.is_dir() and os.access(place, os.W_OK | os.X_OK)
    except OSError:
        return False
