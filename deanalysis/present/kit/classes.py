"""Several classes as tables and figures: the region of two letters, and states along a letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ...theory.plane.class_region import ClassRegion
from .curves import Table
from .files import write_either
from .style import COLOURS, draw_divided, legend_beside, line_of, mark_of, new_figure, styled

__all__ = ["draw_region", "draw_stages", "region_table", "stage_table", "stages_along", "write_region"]

_STEP, _JUMP = 0.05, 1e-4


def write_region(region: ClassRegion, output: str | Path) -> None:
    """Write a region in the form that the ending of the file says; raise `InputError` for another ending or where it cannot be written."""

    def drawn() -> Any:
        figure, axes = new_figure(width=4.6, height=4.2)
        draw_region(axes[0], region)
        return figure

    write_either(output, region_table(region), drawn)


def region_table(region: ClassRegion) -> Table:
    """Return all points of the lines: which line, whether the largest fixed point jumps there, and where."""
    rows = [
        (number, line.kind == "emergence", x, y) for number, line in enumerate(region.lines) for x, y in zip(line.x, line.y, strict=True)
    ]
    columns = np.array(rows, dtype=float).reshape(len(rows), 4)
    return Table({name: columns[:, place] for place, name in enumerate(("line", "jump", region.x, region.y))})


@styled
def draw_region(axes: Any, region: ClassRegion) -> None:
    """Draw the lines of jumps, the other folds, corners and cusps."""
    shown: set[str] = set()

    def once(label: str) -> str | None:
        fresh = label not in shown
        shown.add(label)
        return label if fresh else None

    for line in region.lines:
        if line.kind == "emergence":
            label = once("jump of " + " and ".join(line.classes))
            axes.plot(line.x, line.y, color=COLOURS[0], linewidth=2.2, label=label)
        else:
            axes.plot(line.x, line.y, color=COLOURS[1], linestyle="--", linewidth=1.0, label=once("other fold"))
    for name, marker in (("corner", "D"), ("cusp", "o")):
        for place in getattr(region, name + "s"):
            axes.plot(*place, marker, color="black", markersize=5, label=once(name), linestyle="none")
    axes.set(xlabel=f"${region.x}$", ylabel=f"${region.y}$", xlim=region.limits[0], ylim=region.limits[1])
    axes.legend()


def stage_table(parameter: str, points: Sequence[tuple[float, Mapping[str, float]]]) -> Table:
    """Return a row per value of a letter, with a column for each quantity."""
    names = list(points[0][1])
    columns = {parameter: np.array([value for value, _ in points])}
    return Table(columns | {name: np.array([quantities[name] for _, quantities in points], dtype=float) for name in names})


def stages_along(parameter: str, places: Sequence[float], quantities: Callable[[str], Mapping[str, float]]) -> Table:
    """Return quantities along a letter, with more points where they are steep, and a row of nan where they jump.

    An interval is halved while a quantity differs at its ends by more than 1/20 of all its range; what does so over 10^-4 of the letter's
    range is a jump.

    >>> stages_along("x", [0.0, 1.0, 2.0], lambda x: {"floor": float(float(x) >= 1.5)})["floor"][[0, -1]]
    array([0., 1.])
    """

    def at(place: float) -> tuple[float, Mapping[str, float]]:
        return place, quantities(f"{place:.15g}")

    def between(left: tuple[float, Mapping[str, float]], right: tuple[float, Mapping[str, float]]) -> Iterator[Any]:
        if all(abs(left[1][name] - right[1][name]) <= _STEP * width for name, width in ranges.items()):
            return
        if right[0] - left[0] <= least:
            yield np.nan, dict.fromkeys(left[1], np.nan)
            return
        middle = at((left[0] + right[0]) / 2)
        yield from (*between(left, middle), middle, *between(middle, right))

    least, ends = _JUMP * (places[-1] - places[0]), [at(place) for place in places]
    ranges = {name: float(np.ptp([state[name] for _, state in ends])) for name in ends[0][1]}
    return stage_table(parameter, [*(one for pair in pairwise(ends) for one in (pair[0], *between(*pair))), ends[-1]])


@styled
def draw_stages(
    axes: Any, theory: Table, simulated: Table | None, parameter: str, names: Mapping[str, str], ylabel: str = r"$\zeta$"
) -> None:
    """Draw quantities along a letter, each with its label: theory as lines, simulated means as marks."""
    for place, (name, label) in enumerate(names.items()):
        draw_divided(axes, theory[parameter], theory[name], label=label, **line_of(place))
        if simulated is not None:
            axes.plot(simulated[parameter], simulated[name], **mark_of(place))
    axes.set(xlabel=f"${parameter}$", ylabel=ylabel)
    legend_beside(axes)
