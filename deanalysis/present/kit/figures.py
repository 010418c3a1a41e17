"""Figures drawn from tables onto axes: they read numbers and never compute or sample any."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...theory.evolution.thresholds.results import Threshold, Thresholds
from .curves import Table, jumps, reached_line
from .style import COLOURS, draw_divided, draw_intervals, legend_beside, line_of, mark_of, styled

_NAMES = {"zeta": r"$\zeta$, skills still novel", "testing_error": "testing error", "training_error": "training error"}
_LETTERS = {"eps": r"$\varepsilon$"}
_ALL = (-0.02, 1.02)


def letter_of(parameter: str) -> str:
    r"""Return a letter as a formula.

    >>> letter_of("R"), letter_of("eps")
    ('$R$', '$\\varepsilon$')
    """
    return _LETTERS.get(parameter, f"${parameter}$")


def size_of(skills: float) -> str:
    r"""Return the label of graphs of a size.

    >>> print(size_of(10_000))
    $n = 10\,000$
    """
    return f"$n = {int(skills):,}$".replace(",", r"\,")


def draw_reached(axes: Any, table: Table, parameter: str, quantity: str, label: str, style: int) -> None:
    """Draw the reached states of a table as a line, dotted across a jump."""
    draw_divided(axes, *reached_line(table, parameter, quantity), label=label, **line_of(style))


def draw_measured(axes: Any, table: Table, parameter: str, quantity: str, style: int, **look: Any) -> None:
    """Draw the means of a quantity with their intervals, from its columns `_low`, `_best` and `_high`."""
    ends = (table[f"{quantity}_{end}"] for end in ("low", "best", "high"))
    draw_intervals(axes, table[parameter], *ends, **{**mark_of(style), **look})


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
        draw_measured(axes, simulated, parameter, quantity, style, label=None if label else "simulation")
    axes.set(xlabel=letter_of(parameter), ylabel=_NAMES[quantity], xlim=limits, ylim=_ALL)


@styled
def draw_emerged(axes: Any, table: Table, parameter: str, jump: float) -> None:
    """Draw the fraction of graphs in which learning emerged with its 95 % interval, for each size, beside the jump of the theory."""
    sizes = [name.removesuffix("_best") for name in table.columns if name.endswith("_best")]
    for style, size in enumerate(sizes):
        draw_measured(axes, table, parameter, size, style, **line_of(style), linewidth=1, label=size_of(float(size)))
    axes.axvline(jump, color="black", linestyle=":", linewidth=1)
    axes.set(xlabel=letter_of(parameter), ylabel="graphs in which learning emerged", ylim=_ALL)
    axes.legend()


@styled
def draw_inversion(axes: Any, curve: Table, thresholds: Thresholds, parameter: str, limits: tuple[float, float]) -> None:
    """Draw the curve of all fixed points, q against the parameter: thick where a record is set, with its folds and emergences."""
    axes.plot(curve[parameter], curve["q"], color="#888888", linestyle="--", linewidth=1, label="all fixed points")
    axes.plot(*reached_line(curve, parameter, "q"), color=COLOURS[0], linewidth=2.4, label="records: states reached")
    _mark_turns(axes, thresholds, lambda turn: (float(turn.value or 0), float(turn.fixed_point or 0)), markersize=6)
    axes.set(xlabel=letter_of(parameter), ylabel="$q$", xlim=limits, ylim=_ALL)
    axes.legend()


def _mark_turns(axes: Any, thresholds: Thresholds, position: Callable[[Threshold], tuple[float, float]], markersize: float) -> list[float]:
    """Mark the emergences and the other folds, and return how high each mark is."""
    heights: list[float] = []
    for kind, marker, colour in (("emergence", "o", COLOURS[1]), ("fold", "s", COLOURS[2])):
        points = [position(turn) for turn in thresholds.of_kind(kind) if turn.value and turn.fixed_point]
        if points:
            across, up = zip(*points, strict=True)
            axes.plot(across, up, marker, color=colour, label=kind, markersize=markersize)
            heights += up
    return heights


@styled
def draw_maxwell(axes: Any, table: Table, thresholds: Thresholds, parameter: str) -> None:
    """Draw the scale against the area B under the fixed points, with the chord of equal areas at each potential threshold."""
    area, height, order = table["B"], table[parameter], np.argsort(table["q"])

    def area_at(state: Any) -> float:
        return float(np.interp(float(state), table["q"][order], area[order]))

    axes.plot(area, height, color=COLOURS[0])
    levels: list[float] = []
    for level, before, after, _ in jumps(thresholds, "potential"):
        ends = sorted(map(area_at, (before, after)))
        label = None if levels else "potential"
        axes.plot(ends, [level, level], color="black", linestyle=":", marker="d", markersize=4, label=label)
        between = (area > ends[0]) & (area < ends[1])
        axes.fill_between(area, height, level, where=between, color=COLOURS[4], alpha=0.25, linewidth=0)
        levels.append(level)
    levels += _mark_turns(axes, thresholds, lambda turn: (area_at(turn.fixed_point), float(turn.value or 0)), markersize=5)
    axes.set(xlabel="area $B$", ylabel=letter_of(parameter), ylim=(0.5 * min(levels, default=0.0), 1.35 * max(levels, default=2.0)))
    if axes.get_legend_handles_labels()[0]:
        axes.legend()


@styled
def draw_potential(axes: Any, table: Table, parameter: str) -> None:
    """Draw U(q) - U(0), a line for each value of the parameter."""
    names = [name for name in table.columns if name != "q"]
    for style, name in enumerate(names):
        axes.plot(table["q"], table[name], label=f"{letter_of(parameter)} = {name.partition(' = ')[2]}", **line_of(style))
    axes.set(xlabel="$q$", ylabel="$U(q) - U(0)$", xlim=(0, 1))
    legend_beside(axes)


@styled
def draw_stages(
    axes: Any, theory: Table, simulated: Table | None, parameter: str, names: Mapping[str, str], ylabel: str = r"$\zeta$"
) -> None:
    """Draw quantities along a letter, each with its label: theory as lines, simulated means as marks."""
    for style, (name, label) in enumerate(names.items()):
        draw_divided(axes, theory[parameter], theory[name], label=label, **line_of(style))
        if simulated is not None:
            axes.plot(simulated[parameter], simulated[name], **mark_of(style))
    axes.set(xlabel=letter_of(parameter), ylabel=ylabel)
    legend_beside(axes)
