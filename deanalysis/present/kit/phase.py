"""A phase diagram as a file: a figure, a table, or PGFPlots coordinates."""

from pathlib import Path

from ...theory.plane.diagram import PhaseDiagram
from .curves import phase_table
from .figures import draw_phase_diagram
from .files import FIGURES, kind_of, writing
from .style import new_figure, save

__all__ = ["write_phase_diagram"]


def write_phase_diagram(diagram: PhaseDiagram, output: str | Path) -> None:
    """Write a diagram in the form that the ending of the file says: .svg, .pdf, .png, .csv or .tex (PGFPlots).

    Raises `InputError` for another ending or a file that cannot be written.
    """
    kind = kind_of(output, (*FIGURES, "csv", "tex"))
    with writing(output) as path:
        if kind == "csv":
            phase_table(diagram).write(path)
        elif kind == "tex":
            path.write_text(diagram.pgfplots(), encoding="utf-8")
        else:
            figure, axes = new_figure()
            draw_phase_diagram(axes[0], diagram)
            save(figure, path, kind)
