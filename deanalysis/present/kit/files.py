"""Files that a person asks for: what the ending of a name says, and one line where it cannot be written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...errors import InputError
from .curves import Table
from .style import new_figure, save, styled

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
        endings = [f".{known}" for known in kinds]
        raise InputError("output", f"must end in {', '.join(endings[:-1])} or {endings[-1]}", given=path)
    return kind


def check_output(path: str | Path, kinds: Sequence[str]) -> None:
    """Raise `InputError` for a file that cannot be written, before any work."""
    kind_of(path, kinds)
    if Path(path).is_dir() or not Path(path).parent.is_dir():
        raise InputError("output", "must be a file in a folder that there is", given=path)


def varied(points: Sequence[Mapping[str, Any]]) -> str:
    """Return the one letter that varies, along which a figure can be drawn; raise `InputError` where none or several do."""
    names = [name for name in points[0] if len({str(point[name]) for point in points}) > 1]
    if len(names) != 1:
        raise InputError("output", "can be a figure where exactly one letter varies", given=", ".join(names) or "none")
    return names[0]


@contextmanager
def writing(path: str | Path) -> Iterator[Path]:
    """Give a path to write to; what the system refuses is an `InputError`."""
    try:
        yield Path(path)
    except OSError as error:
        raise InputError("output", f"must be a file that can be written ({error.strerror})", given=path) from None


def write_either(path: str | Path, table: Table, draw: Callable[..., None], *, latex: Callable[[], str] | None = None, **size: Any) -> None:
    """Write a table (.csv), the figure that is drawn of it (.svg, .pdf, .png), or LaTeX (.tex) where there is any.

    `draw` takes the axes of a figure of this size (`new_figure`). Raises `InputError` for another ending, or where it cannot be written.
    """
    kind = kind_of(path, TABLE_OR_FIGURE if latex is None else (*TABLE_OR_FIGURE, "tex"))
    with writing(path) as target:
        if kind == "csv":
            table.write(target)
        elif kind == "tex" and latex is not None:
            target.write_text(latex(), encoding="utf-8")
        else:
            figure, axes = new_figure(**size)
            styled(draw)(*axes)
            save(figure, target, kind)
