"""The plane of two letters as tables and figures: phase diagrams of one class and of several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...theory.plane.diagram import PhaseDiagram
from .curves import Table
from .figures import letter_of
from .style import COLOURS, styled, write_either

_LOOKS: dict[str, dict[str, Any]] = {
    "emergence": {"linestyle": "-", "linewidth": 1.8},
    "fold": {"linestyle": "--", "linewidth": 1.6},
    "potential": {"linestyle": ":", "linewidth": 1.8},
    "stability": {"linestyle": "-.", "linewidth": 1.4},
    "percolation": {"linestyle": (0, (5, 1, 1, 1)), "linewidth": 1.6},
}
LINES = tuple(_LOOKS)
"""The kinds of lines, whose numbers tables hold."""


def phase_table(diagram: PhaseDiagram) -> Table:
    """Return the lines point by point: both letters, q (of each unknown), the number of the line, and its kind by number (in `LINES`).

    Where there are several classes, `jump` says whether the largest fixed point jumps there.
    """
    rows = []
    for number, line in enumerate(diagram.lines):
        states, jump = (line.q.values(), [line.kind == "emergence"]) if line.classes else ([line.q], [])
        rows += [(*point, number, LINES.index(line.kind), *jump) for point in zip(line.x, line.y, *states, strict=True)]
    unknowns = next(([f"q_{name}" for name in line.q] for line in diagram.lines if line.classes), None)
    return Table.of_rows((diagram.x, diagram.y, *(unknowns or ["q"]), "line", "kind", *(["jump"] if unknowns else [])), rows)


@styled
def draw_phase_diagram(axes: Any, diagram: PhaseDiagram, title: str = "", *, legend: bool = True) -> None:
    """Draw the lines, each kind in its own colour and dash, the cusps on the largest fixed point with their letters, and the corners."""
    for colour, (kind, look) in zip(COLOURS, _LOOKS.items(), strict=False):
        known: set[str] = set()
        for line in diagram.of_kind(kind):
            label = line.label if kind == "emergence" else kind
            axes.plot(line.x, line.y, color=colour, label=None if label in known else label, **look)
            known.add(label)
    on_top = [point for cusp, point in zip(diagram.cusps, diagram.cusp_points(), strict=True) if getattr(cusp, "binding", True)]
    for name, marker, points in (("corner", "D", diagram.corners), ("cusp", "o", on_top)):
        for number, point in enumerate(points):
            axes.plot(*point, marker, color="black", markersize=5, label=None if number else name, linestyle="none")
    for x, y in on_top:
        clear = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
        axes.annotate(f"({x:.4g}, {y:.4g})", (x, y), textcoords="offset points", xytext=(-6, -13), ha="right", fontsize=8, bbox=clear)
    axes.set(xlabel=letter_of(diagram.x), ylabel=letter_of(diagram.y), xlim=diagram.limits[0], ylim=diagram.limits[1], title=title)
    if legend:
        axes.legend(loc="best" if diagram.corners else "upper left")


def write_phase_diagram(diagram: PhaseDiagram, output: str | Path) -> None:
    """Write a diagram in the form that the ending of the file says: .svg, .pdf, .png, .csv or .tex (PGFPlots).

    Raises `InputError` for another ending or a file that cannot be written.
    """
    write_either(output, phase_table(diagram), lambda axes: draw_phase_diagram(axes, diagram), latex=diagram.pgfplots)
