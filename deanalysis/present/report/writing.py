"""How a report is written: its folder, its page and document with their figures, what cannot be had, and how far the work is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from ...errors import InputError
from ...writing import replacing
from ..kit.style import save
from ..kit.verbatim import Verbatim
from .content import Figure, Said, Section, Text, document, page

_LONGEST = 400
"""Characters of an error that are shown."""
_Made = TypeVar("_Made")

Progress = Callable[[int, int], None] | None


@contextmanager
def folder_of(folder: Path | str) -> Iterator[Path]:
    """Make a folder to write to, and take it away again where the work within fails; raise `InputError` where it cannot be written."""
    directory = Path(folder)
    is_new = not directory.exists()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not os.access(directory, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise InputError("output", f"must be a folder that can be written ({error.strerror})", given=folder) from None
    try:
        yield directory
    except BaseException:
        if is_new and not any(directory.iterdir()):
            directory.rmdir()
        raise


def write_files(directory: Path, title: Said, subtitle: Said, sections: list[Section], footer: str) -> tuple[Path, Path]:
    """Write `index.html`, `report.tex` and the files of their figures; return where the page and the document are."""
    for figure in (part for section in sections for part in section.parts if isinstance(part, Figure)):
        save(figure.drawing, directory / f"{figure.name}.pdf", "pdf")
        for name, table in figure.tables.items():
            table.write(directory / f"{name}.csv")
    written = {"index.html": page(title, subtitle, sections, footer), "report.tex": document(title, subtitle, sections)}
    for name, content in written.items():
        with replacing(directory / name, "output") as draft:
            draft.write_text(content, encoding="utf-8")
    return directory / "index.html", directory / "report.tex"


def had(title: str, make: Callable[[], _Made]) -> _Made | Section:
    """Return a section, or, where it cannot be had, one that says why: the rest of the report is written all the same."""
    made = tried(make)
    if isinstance(made, InputError):
        return Section(title, (Text(("This section cannot be had: ", Verbatim(str(made), _LONGEST), ".")),))
    return made


def tried(make: Callable[[], _Made]) -> _Made | InputError:
    """Return what is made, or the error that says why it cannot be had."""
    try:
        return make()
    except InputError as error:
        return error


def needed(made: _Made | InputError) -> _Made:
    """Return what was made, for what depends on it; else raise the error anew."""
    if isinstance(made, InputError):
        raise made
    return made


class Counter:
    """Counts what is finished over all parts of a report, such as graphs."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def part(self) -> Callable[[int, int], None]:
        """Return what the next part is to call with the number of its finished graphs."""
        before = self.done

        def step(done: int, _: int) -> None:
            self.done = before + done
            if self.progress:
                self.progress(self.done, self.total)

        return step
