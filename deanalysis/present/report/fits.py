"""The report of a table of measurements: what was measured, whether the theory fits it, and what usual forms make of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from ...measured.fit import fit
from ...measured.results import CurveFit
from ..kit.style import styled
from ..kit.verbatim import Verbatim
from .content import Section
from .fit_sections import (
    FitStudy,
    curves_section,
    emergence_section,
    figure_section,
    how_section,
    measurements_section,
    models_section,
    room_section,
    verdict_section,
)
from .writing import folder_of, write_files


class FitReport(NamedTuple):
    """Where the page and the document about measured curves lie, and the fit that they show."""

    page: Path
    document: Path
    fit: CurveFit

    def to_dict(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {"page": str(self.page), "document": str(self.document)} | self.fit.to_dict()


def report_fit(table: Any, x: str, y: str, folder: Path | str = "report", *, name: str = "", **asked: Any) -> FitReport:
    """Write a page (`index.html`) and a LaTeX document (`report.tex`, with its figure as PDF and data as CSV) about measured curves.

    Both say what was measured and what was done to it; whether the theory fits, with its parameters; the curves with their residuals; all
    models by AIC; theory beside the usual forms curve by curve; emergence; room by size; how all that was computed. The page opens
    without a network. Names of columns and curves are shown as they are, whatever they hold.

    Arguments: `table`, `x`, `y` and all others are those of `fit`, which is called; `name` of the table in the title, if not stated that of
    its file.

    Raises `InputError` for a folder that cannot be written, and for what `fit` refuses.

    >>> from tempfile import TemporaryDirectory
    >>> rows = {"x": [1, 2, 3, 4, 5, 6, 8], "y": [0.01, 0.02, 0.03, 0.98, 0.99, 1, 1], "e": [0.01] * 7}
    >>> with TemporaryDirectory() as folder:
    ...     written = report_fit(rows, "x", "y", folder, error="e", guess=0, models="paper", compare=False)
    ...     sorted({path.suffix for path in Path(folder).iterdir()})
    ['.csv', '.html', '.pdf', '.tex']
    >>> written.fit.verdict
    'fits'
    """
    with folder_of(folder) as directory:
        named = name or (Path(table).name if isinstance(table, (str, os.PathLike)) else "")
        return written_report(fit(table, x, y, **asked), directory, named, {"x": x, "y": y, **asked})


def written_report(found: CurveFit, directory: Path, name: str, asked: dict[str, Any]) -> FitReport:
    """Write the report of a fit; `asked` are the arguments that it was called with."""
    title = ("Learning curves beside the theory", *((": ", Verbatim(name)) if name else ()))
    study = FitStudy(found, asked)
    subtitle = f"{found.points} points, {study.count} {'curve' if study.count == 1 else 'curves'}; {found.model} {found.verdict}."
    return FitReport(*write_files(directory, title, subtitle, _sections(study), "nothing is drawn at random"), found)


@styled
def _sections(study: FitStudy) -> list[Section]:
    """Return the sections in order, those of which there is anything."""
    made = (
        measurements_section,
        verdict_section,
        figure_section,
        models_section,
        curves_section,
        emergence_section,
        room_section,
        how_section,
    )
    return [section for make in made if (section := make(study)) is not None]
