"""The plane of two letters as tables and figures: phase diagrams, and regions in which classes emerge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...theory.plane.class_region import ClassRegion
from ...theory.plane.diagram import PhaseDiagram
from .curves import Table
from .figures import letter_of
from .files import write_either
from .style import COLOURS, styled

__all__ = ["LINES", "draw_phase_diagram", "draw_region", "phase_table", "region_table", "write_phase_diagram", "write_region"]

LINES = ("emergence", "fold", "potential", "stability", "percolation")
_LOOKS: dict[str, dict[str, Any]] = {
    "emergence": {"linestyle": "-", "linewidth": 1.8},
    "fold": {"linestyle": "--", "linewidth": 1.6},
    "potential": {"linestyle": ":", "linewidth": 1.8},
    "stability": {"linestyle": "-.", "linewidth": 1.4},
    "percolation": {"linestyle": (0, (5, 1, 1, 1)), "linewidth": 1.6},
}
REGION_SIZE: dict[str, Any] = {"width": 4.6, "height": 4.2}
"""The size of the figure of a region alone."""


def phase_table(diagram: PhaseDiagram) -> Table:
    """Return the lines of a phase diagram, point by point: the two letters, q, the number of the line, and its kind (in `LINES`)."""
    rows = [
        (x, y, state, number, LINES.index(line.kind))
        for number, line in enumerate(diagram.lines)
        for x, y, state in zip(line.x, line.y, line.q, strict=True)
    ]
    return Table.of_rows((diagram.x, diagram.y, "q", "line", "kind"), rows)


@styled
def draw_phase_diagram(axes: Any, diagram: PhaseDiagram, title: str = "", *, legend: bool = True) -> None:
    """Draw the lines of a phase diagram, each kind in its own colour and dash, and the cusps on the largest fixed point."""
    for colour, (kind, look) in zip(COLOURS, _LOOKS.items(), strict=False):
        for number, line in enumerate(diagram.of_kind(kind)):
            axes.plot(line.x, line.y, color=colour, label=None if number else kind, **look)
    cusps = [point for cusp, point in zip(diagram.cusps, diagram.cusp_points(), strict=True) if cusp.binding]
    for number, cusp_point in enumerate(cusps):
        _draw_point(axes, cusp_point, "o", None if number else "cusp")
        words, clear = f"({cusp_point[0]:.4g}, {cusp_point[1]:.4g})", {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
        axes.annotate(words, cusp_point, textcoords="offset points", xytext=(-6, -13), ha="right", fontsize=8, bbox=clear)
    _frame(axes, diagram)
    axes.set(title=title)
    if legend:
        axes.legend(loc="upper left")


def write_phase_diagram(diagram: PhaseDiagram, output: str | Path) -> None:
    """Write a diagram in the form that the ending of the file says: .svg, .pdf, .png, .csv or .tex (PGFPlots).

    Raises `InputError` for another ending or a file that cannot be written.
    """
    write_either(output, phase_table(diagram), lambda axes: draw_phase_diagram(axes, diagram), latex=diagram.pgfplots)


def region_table(region: ClassRegion) -> Table:
    """Return all points of the lines: which line, whether the largest fixed point jumps there, and where."""
    rows = [
        (number, line.kind == "emergence", x, y) for number, line in enumerate(region.lines) for x, y in zip(line.x, line.y, strict=True)
    ]
    return Table.of_rows(("line", "jump", region.x, region.y), rows)


@styled
def draw_region(axes: Any, region: ClassRegion) -> None:
    """Draw the lines of jumps, the other folds, corners and cusps."""
    shown: set[str | None] = {None}

    def once(label: str) -> str | None:
        fresh = None if label in shown else label
        shown.add(label)
        return fresh

    for line in region.lines:
        if line.kind == "emergence":
            axes.plot(line.x, line.y, color=COLOURS[0], linewidth=2.2, label=once("jump of " + " and ".join(line.classes)))
        else:
            axes.plot(line.x, line.y, color=COLOURS[1], linestyle="--", linewidth=1.0, label=once("other fold"))
    for name, marker, points in (("corner", "D", region.corners), ("cusp", "o", region.cusps)):
        for point in points:
            _draw_point(axes, point, marker, once(name))
    _frame(axes, region)
    axes.legend()


def _draw_point(axes: Any, point: tuple[float, float], marker: str, label: str | None) -> None:
    axes.plot(*point, marker, color="black", markersize=5, label=label, linestyle="none")


def _frame(axes: Any, plane: PhaseDiagram | ClassRegion) -> None:
    axes.set(xlabel=letter_of(plane.x), ylabel=letter_of(plane.y), xlim=plane.limits[0], ylim=plane.limits[1])


def write_region(region: ClassRegion, output: str | Path) -> None:
    """Write a region in the form that the ending of the file says; raise `InputError` for another ending or where it cannot be written."""
    write_either(output, region_table(region), lambda axes: draw_region(axes, region), **REGION_SIZE)
