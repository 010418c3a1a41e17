"""Giant components along a letter, as tables and figures: computed more densely where one appears, with both sides of each jump."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.exact import exact
from ...theory.facades.class_evolution import ClassEvolution
from ...theory.facades.class_percolation import ClassPercolation
from ...theory.facades.density_evolution import DensityEvolution
from ...theory.facades.percolation import Percolation
from ...theory.percolation.classes.component import ClassComponent
from ...theory.percolation.giant import GiantComponent
from .curves import Table
from .figures import draw_measured, letter_of
from .style import COLOURS, draw_divided, styled, varied, write_either

AnyPercolation = Percolation | ClassPercolation

_GRID = 40
"""Steps of the letter, each of which takes a giant component to be solved with proof."""
_BESIDE = (1e-4, 1e-3, 3e-3, 0.01, 0.03)
"""Where to compute beside an onset or a jump, as parts of the range; on the grid alone a line would begin too early."""
_SIDE = 1e-9
"""How far from a jump its sides are computed, relatively: below 1e-4 even where the state moves like a square root."""


def giant_table(points: Sequence[Mapping[str, Any]], components: Sequence[GiantComponent | ClassComponent]) -> Table:
    """Return the letters of each point with the giant component, its independent approximation and what is learned (nan if undecided)."""
    names = ("giant_component", "independent_approximation", "learned", "mean_component")
    rows = [
        [*(float(exact(value)) for value in point.values()), *(float(getattr(component, name)) for name in names)]
        for point, component in zip(points, components, strict=True)
    ]
    return Table.of_rows((*points[0], *names), rows)


def giant_along(percolation: AnyPercolation, parameter: str, values: Mapping[str, Any], places: Iterable[float]) -> Table:
    """Return the giant component at some values of a letter, the others bound."""
    points = [{**values, parameter: f"{value:.15g}"} for value in places]
    return giant_table(points, [percolation.component(**point) for point in points])


def giant_curve(percolation: AnyPercolation, parameter: str, values: Mapping[str, Any], limits: tuple[float, float]) -> Table:
    """Return the giant component along a letter as a line: a row of nan divides the sides of each jump of what is learned.

    What is undecided is left out.
    """
    low, high = limits
    breaks = _breaks(percolation, parameter, values, limits)
    points = {(value, 0, value) for value in np.linspace(low, high, _GRID + 1)}
    points |= {point for jump in breaks for side in (-1, 1) for point in _beside(jump, side, high - low)}
    for onset, side in _onsets(percolation, parameter, values, limits):
        points |= {(onset, -side, onset * (1 - side * _SIDE)), *list(_beside(onset, side, high - low))[1:]}
    ordered = [(shown, computed) for shown, _, computed in sorted(points) if low <= shown <= high and computed > 0]
    table = giant_along(percolation, parameter, values, [computed for _, computed in ordered])
    table.columns[parameter] = np.array([shown for shown, _ in ordered])
    decided = ~np.isnan(table["giant_component"])
    along = table[parameter][decided]
    gaps = [int(np.searchsorted(along, jump)) + int(jump in along) for jump in breaks if jump <= along.max(initial=-np.inf)]
    return Table({name: np.insert(column[decided], gaps, np.nan) for name, column in table.columns.items()})


def _searched(percolation: AnyPercolation, limits: tuple[float, float]) -> dict[str, Any]:
    """Return the range to search, which takes its time where there are several classes."""
    return {"search": limits} if isinstance(percolation, ClassPercolation) else {}


def _breaks(percolation: AnyPercolation, parameter: str, values: Mapping[str, Any], limits: tuple[float, float]) -> list[float]:
    """Return where what is learned jumps along a letter; nowhere, where it does not depend on that or need not be learned."""
    evolution: ClassEvolution | DensityEvolution
    if isinstance(percolation, ClassPercolation):
        evolution = ClassEvolution(percolation.equations.ensemble)
    else:
        evolution = DensityEvolution(percolation.equation.ensemble, percolation.equation.learner)
    names = {symbol.name for symbol in evolution.letters}
    if parameter not in names or not percolation.association.learned:
        return []
    bound = {name: value for name, value in values.items() if name in names}
    jumps = evolution.thresholds(parameter, kind="emergence", **_searched(percolation, limits), **bound)
    return [float(jump.value) for jump in jumps if jump.value is not None]


def _onsets(
    percolation: AnyPercolation, parameter: str, values: Mapping[str, Any], limits: tuple[float, float]
) -> Iterator[tuple[float, int]]:
    """Yield the percolation thresholds in a letter, exact ones and those of the approximation, and on which side the giant component is."""
    for approximate in (False, True):
        try:
            onsets = percolation.thresholds(parameter, approximate=approximate, **_searched(percolation, limits), **values)
        except InputError:
            return
        yield from ((float(onset.value), 1 if onset.learned_side == "above" else -1) for onset in onsets if onset.value is not None)


def _beside(value: float, side: int, span: float) -> Iterator[tuple[float, int, float]]:
    """Yield places on one side of a value, the first one at the value itself but computed beside it."""
    yield value, side, value * (1 + side * _SIDE)
    yield from ((value + side * part * span, 0, value + side * part * span) for part in _BESIDE)


@styled
def draw_giant(axes: Any, theory: Table, simulated: Table | None, parameter: str, *, label: str = "", style: int = 0) -> None:
    """Draw the giant component against a letter: exact (line), in the independent approximation (dashed) and in graphs (marks)."""
    colour = COLOURS[style % len(COLOURS)]
    draw_divided(axes, theory[parameter], theory["giant_component"], color=colour, label=label or None)
    independent = {"color": colour, "linestyle": "--", "linewidth": 1, "label": None if style else "independent"}
    axes.plot(theory[parameter], theory["independent_approximation"], **independent)
    axes.set(xlabel=letter_of(parameter), ylabel="giant component $S$", ylim=(-0.02, 1.02))
    if simulated is not None:
        draw_measured(axes, simulated, parameter, "giant_component", style)


def write_components(
    points: Sequence[Mapping[str, Any]],
    components: Sequence[GiantComponent | ClassComponent],
    output: str,
    percolation: AnyPercolation | None,
) -> None:
    """Write giant components along a letter in the form that the ending of the file says: a figure, or a table (.csv).

    A figure draws the line of `percolation` between the points; where that is None (an attack depends on the point) it joins them.
    Raises `InputError` for another ending, a file that cannot be written, and a figure in which not exactly one letter varies.
    """
    table = giant_table(points, components)

    def draw(axes: Any) -> None:
        parameter, line = varied(points), table
        if percolation is not None:
            others = {name: value for name, value in points[0].items() if name != parameter}
            line = giant_curve(percolation, parameter, others, (float(table[parameter].min()), float(table[parameter].max())))
        draw_giant(axes, line, None, parameter, label="exact")
        axes.legend()

    write_either(output, table, draw)
