"""One style for all figures: readable in grey and by the colour-blind, the same bytes from the same data."""

from collections.abc import Callable
from functools import wraps
from typing import Any

__all__ = ["COLOURS", "new_figure", "save", "styled"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
_SETTINGS: dict[Any, Any] = {
    "font.family": "serif",
    "mathtext.fontset": "cm",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "svg.hashsalt": "deanalysis",
    "svg.fonttype": "path",
    "figure.constrained_layout.use": True,
}


def styled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function draw in the house style."""

    @wraps(function)
    def inside(*arguments: Any, **options: Any) -> Any:
        from matplotlib import rc_context

        with rc_context(_SETTINGS):
            return function(*arguments, **options)

    return inside


@styled
def new_figure(columns: int = 1, width: float = 6.4, height: float = 3.6, rows: int = 1) -> tuple[Any, Any]:
    """Return a figure and the array of its axes, row by row, without any window system."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, squeeze=False).ravel()


@styled
def save(figure: Any, target: Any, kind: str) -> None:
    """Write a figure as 'svg', 'pdf' or 'png' to a path or a stream; no date goes into it."""
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})
    figure.savefig(target, format=kind, metadata=undated, bbox_inches="tight", dpi=200)
