"""Giant components along a letter: computed more densely where one appears, with both sides of each jump and a gap between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ...theory.facades.density_evolution import DensityEvolution
from ...theory.facades.percolation import Percolation
from ...theory.percolation.giant import GiantComponent
from ..kit.curves import Table, broken, giant_table, jumps
from ..kit.figures import draw_giant
from ..kit.files import write_either
from ..kit.style import new_figure, styled
from .comparison import varied

__all__ = ["giant_along", "giant_curve", "write_components"]

_GRID = 40
_BESIDE = (1e-4, 1e-3, 3e-3, 0.01, 0.03)
"""Where to compute beside an onset or a jump, as parts of the range; on the grid alone a line would begin too early."""
_SIDE = 1e-9
"""How far from a jump its sides are computed, relatively: below 1e-4 even where the state moves like a square root."""


def giant_along(percolation: Percolation, parameter: str, values: Mapping[str, Any], places: Iterable[float]) -> Table:
    """Return the giant component at some values of a letter, the others bound."""
    points = [{**values, parameter: f"{place:.15g}"} for place in places]
    return giant_table(points, [percolation.component(**point) for point in points])


def giant_curve(percolation: Percolation, parameter: str, values: Mapping[str, Any], limits: tuple[float, float]) -> Table:
    """Return the giant component along a letter as a line: a row of nan divides the sides of each jump of what is learned.

    What is undecided is left out."""
    low, high = limits
    breaks = jumps_along(percolation, parameter, values)
    places = {(place, 0, place) for place in np.linspace(low, high, _GRID + 1)}
    places |= {one for jump in breaks for side in (-1, 1) for one in _beside(jump, side, high - low)}
    places |= {one for onset, side in _onsets(percolation, parameter, values) for one in _past(onset, side, high - low)}
    ordered = [one for one in sorted(places) if low <= one[0] <= high and one[2] > 0]
    found = giant_along(percolation, parameter, values, [computed for *_, computed in ordered])
    found.columns[parameter] = np.array([shown for shown, *_ in ordered])
    decided = ~np.isnan(found["giant_component"])
    return broken(Table({name: column[decided] for name, column in found.columns.items()}), parameter, breaks)


def jumps_along(percolation: Percolation, parameter: str, values: Mapping[str, Any]) -> list[float]:
    """Return where what is learned jumps along a letter; nowhere, where it does not depend on that or need not be learned."""
    evolution = DensityEvolution(percolation.equation.ensemble, percolation.equation.learner)
    names = {symbol.name for symbol in evolution.letters}
    if parameter not in names or not percolation.association.learned:
        return []
    bound = {name: value for name, value in values.items() if name in names}
    return [value for value, *_ in jumps(evolution.thresholds(parameter, kind="emergence", **bound))]


def _onsets(percolation: Percolation, parameter: str, values: Mapping[str, Any]) -> Iterator[tuple[float, int]]:
    """Yield the percolation thresholds in a letter, exact ones and those of the approximation, and on which side the giant component is."""
    for approximate in (False, True):
        try:
            found = percolation.thresholds(parameter, approximate=approximate, **values)
        except InputError:
            return
        yield from ((float(one.value), 1 if one.learned_side == "above" else -1) for one in found if one.value is not None)


def _past(onset: float, side: int, span: float) -> Iterator[tuple[float, int, float]]:
    """Yield the onset itself, computed just before it, and places past it."""
    yield onset, -side, onset * (1 - side * _SIDE)
    yield from list(_beside(onset, side, span))[1:]


def _beside(value: float, side: int, span: float) -> Iterator[tuple[float, int, float]]:
    """Yield places on one side of a value, the first one at the value itself but computed beside it."""
    yield value, side, value * (1 + side * _SIDE)
    yield from ((value + side * part * span, 0, value + side * part * span) for part in _BESIDE)


def write_components(
    points: Sequence[Mapping[str, Any]], found: Sequence[GiantComponent], output: str, percolation: Percolation | None
) -> None:
    """Write giant components along a letter in the form that the ending of the file says: a figure, or a table (.csv).

    A figure draws the line of `percolation` between the points; where that is None (an attack depends on the point) it joins them.
    Raises `InputError` for another ending, a file that cannot be written, and a figure in which not exactly one letter varies.
    """
    table = giant_table(points, found)

    @styled
    def drawn() -> Any:
        parameter = varied(points)
        figure, axes = new_figure()
        line = table
        if percolation is not None:
            others = {name: value for name, value in points[0].items() if name != parameter}
            line = giant_curve(percolation, parameter, others, (float(table[parameter].min()), float(table[parameter].max())))
        draw_giant(axes[0], line, None, parameter, label="exact")
        axes[0].legend()
        return figure

    write_either(output, table, drawn)
