"""Phase diagrams as figures in a notebook, fits as figure and table; every other result shows itself as a table (`Record`)."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

DRAWN = "theory.plane.diagram", "PhaseDiagram"
"""The module and the name of what shows as a figure."""
DRAWN_ABOVE = "measured.results", "CurveFit"
"""The same of what shows as a figure above its table."""


def _drawn(diagram: Any) -> str:
    """Return a phase diagram as SVG."""
    from .plane import draw_phase_diagram
    from .style import new_figure

    figure, axes = new_figure()
    draw_phase_diagram(axes[0], diagram)
    return _svg(figure)


def _drawn_above(fit: Any) -> str:
    """Return the figure of a fit above its table, as HTML; the table alone of a fit that was read back, which holds no data."""
    from .measured import figure_of

    table = str(fit._repr_html_())
    if not fit.fitted:
        return table
    written = _svg(figure_of(fit))
    return written[written.index("<svg") :] + table


def _svg(figure: Any) -> str:
    from .style import save

    written = StringIO()
    save(figure, written, "svg")
    return written.getvalue()


def register(formatters: Mapping[str, Any]) -> None:
    """Tell IPython's formatters, by the names of types: they are not imported."""
    for kind, (home, name), show in (("image/svg+xml", DRAWN, _drawn), ("text/html", DRAWN_ABOVE, _drawn_above)):
        formatters[kind].for_type_by_name(f"{__name__.partition('.')[0]}.{home}", name, show)
