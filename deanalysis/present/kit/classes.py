"""Several classes as tables and figures: states along a letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .curves import Table
from .figures import letter_of
from .style import draw_divided, legend_beside, line_of, mark_of, styled

__all__ = ["draw_stages", "stage_table", "stages_along"]

_STEP, _JUMP = 0.05, 1e-4
_Point = tuple[float, Mapping[str, float]]


def stage_table(parameter: str, points: Sequence[_Point]) -> Table:
    """Return a row per value of a letter, with a column for each quantity."""
    names = list(points[0][1])
    return Table.of_rows((parameter, *names), [(value, *(quantities[name] for name in names)) for value, quantities in points])


def stages_along(parameter: str, places: Sequence[float], quantities: Callable[[str], Mapping[str, float]]) -> Table:
    """Return quantities along a letter, with more points where they are steep, and a row of nan where they jump.

    An interval is halved while a quantity differs at its ends by more than 1/20 of all its range; what does so over 10^-4 of the letter's
    range is a jump.

    >>> stages_along("x", [0.0, 1.0, 2.0], lambda x: {"floor": float(float(x) >= 1.5)})["floor"][[0, -1]]
    array([0., 1.])
    """

    def at(value: float) -> _Point:
        return value, quantities(f"{value:.15g}")

    def between(left: _Point, right: _Point) -> Iterator[_Point]:
        if all(abs(left[1][name] - right[1][name]) <= _STEP * width for name, width in ranges.items()):
            return
        if right[0] - left[0] <= least:
            yield np.nan, dict.fromkeys(left[1], np.nan)
            return
        middle = at((left[0] + right[0]) / 2)
        yield from (*between(left, middle), middle, *between(middle, right))

    least, ends = _JUMP * (places[-1] - places[0]), [at(value) for value in places]
    ranges = {name: float(np.ptp([state[name] for _, state in ends])) for name in ends[0][1]}
    return stage_table(parameter, [*(point for pair in pairwise(ends) for point in (pair[0], *between(*pair))), ends[-1]])


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
