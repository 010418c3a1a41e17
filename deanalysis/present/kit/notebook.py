"""Phase diagrams as figures in a notebook; every other result shows itself as a table (`Record`)."""

from __future__ import annotations

from io import StringIO
from typing import Any

DRAWN = "theory.plane.diagram", "PhaseDiagram"
"""The module and the name of what shows as a figure."""


def _drawn(diagram: Any) -> str:
    """Return a phase diagram as SVG."""
    from .plane import draw_phase_diagram
    from .style import new_figure, save

    figure, axes = new_figure()
    draw_phase_diagram(axes[0], diagram)
    written = StringIO()
    save(figure, written, "svg")
    return written.getvalue()


def register(formatter: Any) -> None:
    """Tell IPython's formatter of SVG, by the name of the type: it is not imported."""
    home, kind = DRAWN
    formatter.for_type_by_name(f"{__name__.partition('.')[0]}.{home}", kind, _drawn)
