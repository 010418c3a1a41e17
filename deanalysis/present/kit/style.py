"""One style for all figures, readable in grey and by the colour-blind, the same bytes from the same data; and the files that hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...writing import replacing

if TYPE_CHECKING:
    from .curves import Table

COLOURS = ("#023061", "#A91817", "#40A55D", "#7D174C", "#226DA8", "#AC7100")
"""Each stands out from white by 3 to 1.

Any two differ by 8 in lightness (CIE L*), and by 15 in CIE L*a*b* for whoever lacks one kind of cones.
"""
DARK = ("#e7e6ff", "#e8743b", "#30bf74", "#ffa4ca", "#4389c9", "#f7d070")
"""The same on a dark page, in the reverse order of lightness: each stands out from it by 4.5 to 1, any two differ by 6 in lightness."""
DASHES = ("-", "--", "-.", (0, (1, 1)), (0, (4, 1, 1, 1, 1, 1)), (0, (9, 2)))
"""The dash of each colour, so that no line is told from another by its colour alone."""
MARKERS = ("o", "s", "^", "D", "v", "P")
"""The mark of each colour."""

_NARROW = 100
"""An axis of this ratio has at least two powers of ten to mark."""

FIGURES = ("svg", "pdf", "png")
"""The kinds of figures."""
TABLE_OR_FIGURE = (*FIGURES, "csv")
"""The kinds of files that show a table."""

_PANEL, _ONLY_PANEL = (2.15, 2.6), (6.4, 4.0)
"""Width and height in inches of one panel of several, with its residuals, and of a panel by itself."""

_SETTINGS: dict[Any, Any] = {
    "font.family": "serif",
    "mathtext.fontset": "cm",
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "legend.fontsize": 9,
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


def line_of(style: int) -> dict[str, Any]:
    """Return how a line of a style is drawn: its colour and its dash."""
    return {"color": COLOURS[style % len(COLOURS)], "linestyle": DASHES[style % len(DASHES)]}


def mark_of(style: int) -> dict[str, Any]:
    """Return how measured points beside a line of a style are drawn."""
    return {
        "color": COLOURS[style % len(COLOURS)],
        "marker": MARKERS[style % len(MARKERS)],
        "linestyle": "none",
        "markersize": 4,
        "markerfacecolor": "white",
    }


def draw_divided(axes: Any, x: Any, y: Any, *, label: str | None = None, **line: Any) -> None:
    """Draw a line with gaps where its points are nan, and a thin dotted one across each gap: a jump."""
    from numpy import flatnonzero, isnan

    axes.plot(x, y, label=label, **line)
    known = flatnonzero(~isnan(x + y))
    for before, after in pairwise(known):
        if after > before + 1:
            axes.plot(x[[before, after]], y[[before, after]], color=line["color"], linestyle=":", linewidth=1)


def draw_intervals(axes: Any, x: Any, low: Any, best: Any, high: Any, **look: Any) -> None:
    """Draw measured points with their intervals."""
    axes.errorbar(x, best, [abs(best - low), abs(high - best)], capsize=2, **look)


def plain_ticks(axis: Any, ratio: float) -> None:
    """Write ticks of an axis over less than two decades as numbers, at 1, 2 and 5, and no others."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_minor_formatter(NullFormatter())
    if ratio < _NARROW:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def legend_beside(axes: Any) -> None:
    """Put the legend to the right of the axes, where it covers no line."""
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))


@styled
def new_figure(columns: int = 1, width: float = 6.4, height: float = 3.6) -> tuple[Any, Any]:
    """Return a figure and the array of its axes side by side, without any window system."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(1, columns, squeeze=False)[0]


@styled
def new_panels(layout: str, width: float, height: float) -> tuple[Any, list[Any]]:
    """Return a figure and its panels in the order of their letters: 'ab;cc' has (c) below (a) and (b), as wide as both."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    panels = sorted(figure.subplot_mosaic(layout).items())
    for letter, axes in panels:
        axes.set_title(f"({letter})", loc="left")
    return figure, [axes for _, axes in panels]


@styled
def new_pairs(count: int, columns: int) -> tuple[Any, list[tuple[Any, Any]]]:
    """Return a figure of panels in rows, each with a low one below it for its residuals; all share their axes."""
    from matplotlib.figure import Figure

    rows = -(-count // columns)
    width, height = _PANEL if columns > 1 else _ONLY_PANEL
    figure = Figure(figsize=(width * columns, height * rows + 0.6))
    grid = figure.subplots(2 * rows, columns, sharex=True, squeeze=False, height_ratios=[3, 1.2] * rows)
    places = [divmod(place, columns) for place in range(rows * columns)]
    pairs = [(grid[2 * row, column], grid[2 * row + 1, column]) for row, column in places]
    for axes, below in pairs[count:]:
        axes.remove()
        below.remove()
    for one, first in zip(pairs[1:count], pairs[:1] * (count - 1), strict=True):
        one[0].sharey(first[0])
        one[1].sharey(first[1])
    for place, (axes, below) in enumerate(pairs[:count]):
        axes.tick_params(labelleft=place % columns == 0, labelbottom=False)
        below.tick_params(labelleft=place % columns == 0, labelbottom=place + columns >= count)
    return figure, pairs[:count]


@styled
def save(figure: Any, target: Any, kind: str, *, transparent: bool = False) -> None:
    """Write a figure as 'svg', 'pdf' or 'png' to a path or a stream, on white or on what lies below it; no date goes into it."""
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})
    figure.savefig(target, format=kind, metadata=undated, bbox_inches="tight", dpi=200, transparent=transparent)


def kind_of(path: str | Path, kinds: Sequence[str]) -> str:
    """Return the ending of a file's name; raise `InputError` where it is none of those.

    >>> kind_of("a/run.SVG", FIGURES)
    'svg'
    """
    kind = Path(path).suffix.removeprefix(".").lower()
    if kind not in kinds:
        endings = [f".{known}" for known in kinds]
        raise InputError("output", f"must end in {', '.join(endings[:-1])} or {endings[-1]}", given=path)
    return kind


def check_output(path: str | Path, kinds: Sequence[str]) -> None:
    """Raise `InputError` for a file that cannot be written, before any work."""
    kind_of(path, kinds)
    if Path(path).is_dir() or not Path(path).parent.is_dir():
        raise InputError("output", "must be a file in a folder that there is", given=path)


def varied(points: Sequence[Mapping[str, Any]]) -> str:
    """Return the one letter that varies, along which a figure can be drawn; raise `InputError` where none or several do."""
    names = [name for name in points[0] if len({str(point[name]) for point in points}) > 1]
    if len(names) != 1:
        raise InputError("output", "can be a figure where exactly one letter varies", given=", ".join(names) or "none")
    return names[0]


def write_either(path: str | Path, table: Table, draw: Callable[..., None], *, latex: Callable[[], str] | None = None, **size: Any) -> None:
    """Write a table (.csv), the figure that is drawn of it (.svg, .pdf, .png), or LaTeX (.tex) where there is any.

    `draw` takes the axes of a figure of this size (`new_figure`). Raises `InputError` for another ending, or where it cannot be written.
    """
    kind = kind_of(path, TABLE_OR_FIGURE if latex is None else (*TABLE_OR_FIGURE, "tex"))
    with replacing(path, "output") as target:
        if kind == "csv":
            table.write(target)
        elif kind == "tex" and latex is not None:
            target.write_text(latex(), encoding="utf-8")
        else:
            figure, axes = new_figure(**size)
            styled(draw)(*axes)
            save(figure, target, kind)
