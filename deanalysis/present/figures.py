"""Figures drawn from tables onto axes: they read numbers and never compute or sample any."""

from itertools import pairwise
from typing import Any

import numpy as np

from ..solve.results import Thresholds
from .curves import Table
from .style import COLOURS, styled

__all__ = ["draw_inversion", "draw_learning_curve", "draw_phase_diagram"]

_NAMES = {"zeta": r"$\zeta$, skills still novel", "testing_error": "testing error", "training_error": "training error"}
_LETTERS = {"eps": r"$\varepsilon$"}


def _letter(parameter: str) -> str:
    return _LETTERS.get(parameter, f"${parameter}$")


def _with_gaps(table: Table, parameter: str, quantity: str) -> tuple[Any, Any]:
    """Return the reached states, with a gap where the largest fixed point jumps."""
    reached = table["reached"] > 0
    x, y = np.where(reached, table[parameter], np.nan), np.where(reached, table[quantity], np.nan)
    return x, y


@styled
def draw_learning_curve(
    axes: Any,
    curve: Table,
    simulated: Table,
    parameter: str,
    quantity: str,
    *,
    label: str = "",
    style: int = 0,
    limits: tuple[float, float],
) -> None:
    """Draw one quantity against the parameter: theory as a line, dotted across a jump, and simulated means with 95 % intervals."""
    colour = COLOURS[style % len(COLOURS)]
    x, y = _with_gaps(curve, parameter, quantity)
    axes.plot(x, y, color=colour, label=label or "theory", linestyle=("-", "--", "-.")[style % 3])
    known = np.flatnonzero(~np.isnan(x))
    for before, after in pairwise(known):
        if after > before + 1:
            axes.plot(x[[before, after]], y[[before, after]], color=colour, linestyle=":", linewidth=1)
    best = simulated[f"{quantity}_best"]
    bars = np.abs(np.stack([simulated[f"{quantity}_low"], simulated[f"{quantity}_high"]]) - best)
    marker = ("o", "s", "^")[style % 3]
    axes.errorbar(simulated[parameter], best, bars, fmt=marker, color=colour, markersize=4, capsize=2, markerfacecolor="white")
    axes.set(xlabel=_letter(parameter), ylabel=_NAMES[quantity], xlim=limits, ylim=(-0.02, 1.02))


@styled
def draw_inversion(axes: Any, curve: Table, found: Thresholds, parameter: str, limits: tuple[float, float]) -> None:
    """Draw the curve of all fixed points, q against the parameter: thick where a record is set, with its folds and emergences."""
    axes.plot(curve[parameter], curve["q"], color="#888888", linestyle="--", linewidth=1, label="all fixed points")
    axes.plot(*_with_gaps(curve, parameter, "q"), color=COLOURS[0], linewidth=2.4, label="records: states reached")
    for kind, marker, colour in (("emergence", "o", COLOURS[1]), ("fold", "s", COLOURS[2])):
        points = [(float(point.value), float(point.fixed_point)) for point in found.of_kind(kind) if point.value and point.fixed_point]
        if points:
            axes.plot(*zip(*points, strict=True), marker, color=colour, label=kind, markersize=6)
    axes.set(xlabel=_letter(parameter), ylabel="$q$", xlim=limits, ylim=(-0.02, 1.02))
    axes.legend()


@styled
def draw_phase_diagram(axes: Any, folds: Table, cusp: tuple[float, float], largest: tuple[float, float]) -> None:
    """Draw the plane of c and R: the emergence, the lower fold, the cusp where both begin, and the bistable region between them."""
    upper, lower = folds["emergence"] > 0, folds["emergence"] == 0
    grid = np.linspace(cusp[0], largest[0], 400)
    ends = [np.interp(grid, folds["c"][where], folds["R"][where]) for where in (upper, lower)]
    axes.fill_between(grid, *ends, color="#dbe9f6", linewidth=0, label="two stable states")
    axes.plot(folds["c"][upper], folds["R"][upper], color=COLOURS[0], label="emergence")
    axes.plot(folds["c"][lower], folds["R"][lower], color=COLOURS[1], linestyle="--", label="lower fold")
    axes.plot(*cusp, "o", color="black", markersize=5, label="cusp")
    axes.annotate(f"cusp ({cusp[0]:.4g}, {cusp[1]:.4g})", cusp, textcoords="offset points", xytext=(-8, -14), ha="right", fontsize=9)
    axes.text(cusp[0] / 2, 0.45 * largest[1], "gradual", ha="center", style="italic", color="#555555")
    axes.set(xlabel="$c$, mean skills per text", ylabel="$R$, texts per skill", xlim=(0, largest[0]), ylim=(0, largest[1]))
    axes.legend(loc="upper left")
