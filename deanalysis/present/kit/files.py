"""Files that a person asks for: what the ending of a name says, and one line where it cannot be written."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...errors import InputError
from .curves import Table
from .style import save

__all__ = ["FIGURES", "TABLE_OR_FIGURE", "check_output", "kind_of", "write_either", "writing"]

FIGURES = ("svg", "pdf", "png")
"""The kinds of figures."""
TABLE_OR_FIGURE = (*FIGURES, "csv")
"""The kinds of files that show a table."""


def kind_of(path: str | Path, kinds: Sequence[str]) -> str:
    """Return the ending of a file's name; raise `InputError` where it is none of those.

    >>> kind_of("a/run.SVG", FIGURES)
    'svg'
    """
    kind = Path(path).suffix.removeprefix(".").lower()
    if kind not in kinds:
        endings = [f".{one}" for one in kinds]
        raise InputError("output", f"must end in {', '.join(endings[:-1])} or {endings[-1]}", given=path)
    return kind


def check_output(path: str | Path, kinds: Sequence[str]) -> None:
    """Raise `InputError` for a file that cannot be written, before any work."""
    kind_of(path, kinds)
    if Path(path).is_dir() or not Path(path).parent.is_dir():
        raise InputError("output", "must be a file in a folder that there is", given=path)


@contextmanager
def writing(path: str | Path) -> Iterator[Path]:
    """Give a path to write to; what the system refuses is an `InputError`."""
    try:
        yield Path(path)
    except OSError as error:
        raise InputError("output", f"must be a file that can be written ({error.strerror})", given=path) from None


def write_either(path: str | Path, table: Table, drawn: Callable[[], Any]) -> None:
    """Write a table, or the figure that is drawn of it, as the ending of the file's name says; raise `InputError` where that cannot be."""
    kind = kind_of(path, TABLE_OR_FIGURE)
    with writing(path) as target:
        if kind == "csv":
            table.write(target)
        else:
            save(drawn(), target, kind)
