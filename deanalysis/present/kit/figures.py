"""Figures drawn from tables onto axes: they read numbers and never compute or sample any."""

from typing import Any

import numpy as np

from ...theory.evolution.thresholds.results import Thresholds
from ...theory.plane.diagram import PhaseDiagram
from .curves import Table
from .style import COLOURS, draw_divided, legend_beside, line_of, mark_of, styled

__all__ = [
    "draw_emerged",
    "draw_giant",
    "draw_inversion",
    "draw_learning_curve",
    "draw_maxwell",
    "draw_phase_diagram",
    "draw_potential",
    "draw_reached",
    "letter_of",
]

_NAMES = {"zeta": r"$\zeta$, skills still novel", "testing_error": "testing error", "training_error": "training error"}
_LETTERS = {"eps": r"$\varepsilon$"}


def letter_of(parameter: str) -> str:
    """Return a letter as a formula.

    >>> letter_of("R")
    '$R$'
    """
    return _LETTERS.get(parameter, f"${parameter}$")


def _with_gaps(table: Table, parameter: str, quantity: str) -> tuple[Any, Any]:
    """Return the reached states, with a gap where the largest fixed point jumps."""
    reached = table["reached"] > 0
    x, y = np.where(reached, table[parameter], np.nan), np.where(reached, table[quantity], np.nan)
    return x, y


def draw_reached(axes: Any, table: Table, parameter: str, quantity: str, label: str, style: int) -> None:
    """Draw the reached states of a table as a line, dotted across a jump."""
    draw_divided(axes, *_with_gaps(table, parameter, quantity), label=label, **line_of(style))


@styled
def draw_learning_curve(
    axes: Any,
    curve: Table,
    simulated: Table | None,
    parameter: str,
    quantity: str,
    *,
    label: str = "",
    style: int = 0,
    limits: tuple[float, float],
) -> None:
    """Draw one quantity against the parameter: theory as a line, dotted across a jump, and simulated means with 95 % intervals."""
    draw_reached(axes, curve, parameter, quantity, label or "theory", style)
    if simulated is not None:
        best = simulated[f"{quantity}_best"]
        bars = np.abs(np.stack([simulated[f"{quantity}_low"], simulated[f"{quantity}_high"]]) - best)
        axes.errorbar(simulated[parameter], best, bars, capsize=2, label=None if label else "simulation", **mark_of(style))
    axes.set(xlabel=letter_of(parameter), ylabel=_NAMES[quantity], xlim=limits, ylim=(-0.02, 1.02))


@styled
def draw_emerged(axes: Any, table: Table, parameter: str, jump: float) -> None:
    """Draw the fraction of graphs in which learning emerged with its 95 % interval, for each size, beside the jump of the theory."""
    sizes = [name.removesuffix("_best") for name in table.columns if name.endswith("_best")]
    for index, size in enumerate(sizes):
        best = table[f"{size}_best"]
        bars = np.abs(np.stack([table[f"{size}_low"], table[f"{size}_high"]]) - best)
        look = {**mark_of(index), **line_of(index), "capsize": 2, "linewidth": 1}
        axes.errorbar(table[parameter], best, bars, label=f"$n = {int(size):,}$".replace(",", r"\,"), **look)
    axes.axvline(jump, color="black", linestyle=":", linewidth=1)
    axes.set(xlabel=letter_of(parameter), ylabel="graphs in which learning emerged", ylim=(-0.02, 1.02))
    axes.legend()


@styled
def draw_giant(axes: Any, theory: Table, simulated: Table | None, parameter: str, *, label: str = "", style: int = 0) -> None:
    """Draw the giant component against a letter: exact (line), in the independent approximation (dashed) and in graphs (marks)."""
    colour = COLOURS[style % len(COLOURS)]
    draw_divided(axes, theory[parameter], theory["giant_component"], color=colour, label=label or None)
    independent = {"color": colour, "linestyle": "--", "linewidth": 1, "label": None if style else "independent"}
    axes.plot(theory[parameter], theory["independent_approximation"], **independent)
    axes.set(xlabel=letter_of(parameter), ylabel="giant component $S$", ylim=(-0.02, 1.02))
    if simulated is not None:
        best = simulated["giant_component_best"]
        bars = np.abs(np.stack([simulated["giant_component_low"], simulated["giant_component_high"]]) - best)
        axes.errorbar(simulated[parameter], best, bars, capsize=2, **mark_of(style))


@styled
def draw_inversion(axes: Any, curve: Table, found: Thresholds, parameter: str, limits: tuple[float, float]) -> None:
    """Draw the curve of all fixed points, q against the parameter: thick where a record is set, with its folds and emergences."""
    axes.plot(curve[parameter], curve["q"], color="#888888", linestyle="--", linewidth=1, label="all fixed points")
    axes.plot(*_with_gaps(curve, parameter, "q"), color=COLOURS[0], linewidth=2.4, label="records: states reached")
    for kind, marker, colour in (("emergence", "o", COLOURS[1]), ("fold", "s", COLOURS[2])):
        points = [(float(point.value), float(point.fixed_point)) for point in found.of_kind(kind) if point.value and point.fixed_point]
        if points:
            axes.plot(*zip(*points, strict=True), marker, color=colour, label=kind, markersize=6)
    axes.set(xlabel=letter_of(parameter), ylabel="$q$", xlim=limits, ylim=(-0.02, 1.02))
    axes.legend()


_LINES = {
    "emergence": (0, "-", 1.8),
    "fold": (1, "--", 1.6),
    "potential": (2, ":", 1.8),
    "stability": (3, "-.", 1.4),
    "percolation": (4, (0, (5, 1, 1, 1)), 1.6),
}


@styled
def draw_phase_diagram(axes: Any, diagram: PhaseDiagram, title: str = "", *, legend: bool = True) -> None:
    """Draw the lines of a phase diagram, each kind in its own colour and dash, and the cusps on the largest fixed point."""
    for kind, (index, dash, width) in _LINES.items():
        for number, line in enumerate(diagram.of_kind(kind)):
            axes.plot(line.x, line.y, linestyle=dash, color=COLOURS[index], linewidth=width, label=kind if number == 0 else None)
    places = [place for cusp, place in zip(diagram.cusps, diagram.cusp_points(), strict=True) if cusp.binding]
    for number, place in enumerate(places):
        axes.plot(*place, "o", color="black", markersize=5, label="cusp" if number == 0 else None)
        words, clear = f"({place[0]:.4g}, {place[1]:.4g})", {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
        axes.annotate(words, place, textcoords="offset points", xytext=(-6, -13), ha="right", fontsize=8, bbox=clear)
    (x_limits, y_limits) = diagram.limits
    axes.set(xlabel=letter_of(diagram.x), ylabel=letter_of(diagram.y), xlim=x_limits, ylim=y_limits, title=title)
    if legend:
        axes.legend(loc="upper left")


@styled
def draw_maxwell(axes: Any, table: Table, found: Thresholds, parameter: str) -> None:
    """Draw the scale against the area B under the fixed points, with the chord of equal areas at each potential threshold."""
    area, height = table["B"], table[parameter]
    axes.plot(area, height, color=COLOURS[0])
    tops: list[float] = []
    for one in found.of_kind("potential"):
        if one.value is None or one.fixed_point is None or one.lands_on is None:
            continue
        ends = [float(np.interp(float(state), *_ascending(table["q"], area))) for state in (one.fixed_point, one.lands_on)]
        level = float(one.value)
        label = None if tops else "potential"
        axes.plot(ends, [level, level], color="black", linestyle=":", marker="d", markersize=4, label=label)
        between = (area > min(ends)) & (area < max(ends))
        axes.fill_between(area, height, level, where=between, color=COLOURS[4], alpha=0.25, linewidth=0)
        tops.append(level)
    for kind, marker, index in (("emergence", "o", 1), ("fold", "s", 2)):
        for number, one in enumerate(found.of_kind(kind)):
            place = float(np.interp(float(one.fixed_point or 0), *_ascending(table["q"], area)))
            axes.plot(place, float(one.value or 0), marker, color=COLOURS[index], markersize=5, label=None if number else kind)
            tops.append(float(one.value or 0))
    axes.set(xlabel="area $B$", ylabel=letter_of(parameter), ylim=(0.5 * min(tops, default=0.0), 1.35 * max(tops, default=2.0)))
    if axes.get_legend_handles_labels()[0]:
        axes.legend()


def _ascending(x: Any, y: Any) -> tuple[Any, Any]:
    order = np.argsort(x)
    return x[order], y[order]


@styled
def draw_potential(axes: Any, table: Table, parameter: str) -> None:
    """Draw U(q) - U(0), a line for each value of the parameter."""
    names = [name for name in table.columns if name != "q"]
    for index, name in enumerate(names):
        label = f"{letter_of(parameter)} = {name.partition(' = ')[2]}"
        axes.plot(table["q"], table[name], label=label, **line_of(index))
    axes.set(xlabel="$q$", ylabel="$U(q) - U(0)$", xlim=(0, 1))
    legend_beside(axes)
