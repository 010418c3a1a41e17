"""A phase diagram as a file: a figure, a table, or PGFPlots coordinates."""

from pathlib import Path

from ..errors import InputError
from ..solve.phase_diagram import PhaseDiagram
from .curves import phase_table
from .figures import draw_phase_diagram
from .style import new_figure, save

__all__ = ["write_phase_diagram"]

_FIGURES = ("svg", "pdf", "png")


def write_phase_diagram(diagram: PhaseDiagram, output: str | Path) -> None:
    """Write a diagram in the form that the ending of the file says: .svg, .pdf, .png, .csv or .tex (PGFPlots).

    Raises `InputError` for another ending or a file that cannot be written.
    """
    path = Path(output)
    kind = path.suffix.removeprefix(".").lower()
    if kind not in (*_FIGURES, "csv", "tex"):
        raise InputError("--output", "must end in .svg, .pdf, .png, .csv or .tex", given=output)
    try:
        if kind == "csv":
            phase_table(diagram).write(path)
        elif kind == "tex":
            path.write_text(diagram.pgfplots(), encoding="utf-8")
        else:
            figure, axes = new_figure()
            draw_phase_diagram(axes[0], diagram)
            save(figure, path, kind)
    except OSError as error:
        raise InputError("--output", f"must be a file that can be written ({error.strerror})", given=output) from None
