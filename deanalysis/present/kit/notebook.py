"""Phase diagrams and regions as figures in a notebook; every other result shows itself as a table (`Record`)."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

__all__ = ["FIGURES", "register"]


def _phase_diagram(diagram: Any) -> str:
    from .figures import draw_phase_diagram

    return _drawn(draw_phase_diagram, diagram, width=6.4, height=3.6)


def _region(region: Any) -> str:
    from .classes import draw_region

    return _drawn(draw_region, region, width=4.6, height=4.2)


def _drawn(draw: Callable[[Any, Any], None], value: Any, **size: float) -> str:
    """Return a figure as SVG."""
    from .style import new_figure, save

    figure, axes = new_figure(**size)
    draw(axes[0], value)
    written = StringIO()
    save(figure, written, "svg")
    return written.getvalue()


FIGURES: dict[str, Callable[[Any], str]] = {
    "theory.plane.class_region.ClassRegion": _region,
    "theory.plane.diagram.PhaseDiagram": _phase_diagram,
}
"""What shows as a figure."""


def register(formatter: Any) -> None:
    """Tell IPython's formatter of SVG, by the names of the types: none of them is imported."""
    package = __name__.partition(".")[0]
    for path, function in FIGURES.items():
        home, _, name = path.rpartition(".")
        formatter.for_type_by_name(f"{package}.{home}", name, function)
