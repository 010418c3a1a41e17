"""The report: everything the tool knows of one model, as a page and as a LaTeX document with figures and their data."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ...errors import InputError
from ...model.exact import decimal
from ...model.presets import Model
from ...simulate.executors import checked_workers
from ...simulate.streams import check_seed
from ..kit.style import save
from ..validation.validate import Validation
from .content import Figure, Section
from .layout import document, page
from .sections import study_sections
from .study import Study

__all__ = ["Report", "report"]

_SKILLS, _REPLICATES = 50_000, 12


class Report(NamedTuple):
    """Where the page and the document lie, and what the simulation said."""

    page: Path
    document: Path
    validation: Validation


def report(
    model: Model,
    folder: Path | str = "report",
    *,
    values: dict[str, Any] | None = None,
    parameter: str | None = None,
    seed: int = 1,
    skills: int = _SKILLS,
    replicates: int = _REPLICATES,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Write a page (`index.html`) and a LaTeX document (`report.tex`, with its figures as PDF and data as CSV) about a model.

    The page opens without a network. Letters other than the varied one must be bound by `values`; for Poisson texts and skills c
    may be left free, and several values of it are shown. Raises `InputError` for a folder that cannot be written.
    """
    check_seed(seed)
    checked_workers(workers)
    study = Study.of(model, {name: str(value) for name, value in (values or {}).items()}, parameter)
    is_new = not Path(folder).exists()
    directory = _prepared(folder)
    try:
        sections, validation = study_sections(study, seed, skills, replicates, workers, progress)
    except BaseException:
        if is_new:
            directory.rmdir()
        raise
    title = f"Learning on random bipartite graphs: {model.name}"
    subtitle = f"Model: {model.ensemble.written(decimal)}; learner {model.learner}." + (
        f" Bound: {_bound(study.values)}." if study.values else ""
    )
    footer = f"simulated with seed {validation.seed}, {replicates} graphs of {skills} skills a point"
    _write_figures(directory, sections)
    written = {"index.html": page(title, subtitle, sections, footer), "report.tex": document(title, subtitle, sections)}
    for name, content in written.items():
        _write(directory / name, content)
    return Report(directory / "index.html", directory / "report.tex", validation)


def _bound(values: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _prepared(folder: Path | str) -> Path:
    directory = Path(folder)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not os.access(directory, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise InputError("output", f"must be a folder that can be written ({error.strerror})", given=folder) from None
    return directory


def _write_figures(directory: Path, sections: list[Section]) -> None:
    for section in sections:
        for part in section.parts:
            if isinstance(part, Figure):
                save(part.drawing, directory / f"{part.name}.pdf", "pdf")
                for name, table in part.tables.items():
                    table.write(directory / f"{name}.csv")


def _write(path: Path, content: str) -> None:
    """Put a file in place at once, so that a killed run leaves the old one or the new one."""
    draft = path.with_suffix(path.suffix + ".draft")
    draft.write_text(content, encoding="utf-8")
    draft.replace(path)
