"""Phase diagrams and regions as figures in a notebook; every other result shows itself as a table (`Record`)."""

from __future__ import annotations

from functools import partial
from io import StringIO
from typing import Any

__all__ = ["FIGURES", "register"]

FIGURES = {"theory.plane.class_region.ClassRegion": "draw_region", "theory.plane.diagram.PhaseDiagram": "draw_phase_diagram"}
"""What shows as a figure, and what draws it."""


def _drawn(name: str, result: Any) -> str:
    """Return a figure as SVG."""
    from . import plane
    from .style import new_figure, save

    figure, axes = new_figure(**(plane.REGION_SIZE if name == "draw_region" else {}))
    getattr(plane, name)(axes[0], result)
    written = StringIO()
    save(figure, written, "svg")
    return written.getvalue()


def register(formatter: Any) -> None:
    """Tell IPython's formatter of SVG, by the names of the types: none of them is imported."""
    package = __name__.partition(".")[0]
    for path, name in FIGURES.items():
        home, _, kind = path.rpartition(".")
        formatter.for_type_by_name(f"{package}.{home}", kind, partial(_drawn, name))
