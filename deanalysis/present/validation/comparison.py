"""Theory beside simulation as a file: a figure along the letter that varies, or a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.exact import exact
from ...simulate.statistics import QUANTITIES
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.curves import Table, curve_table, state_table
from ..kit.figures import draw_learning_curve
from ..kit.files import TABLE_OR_FIGURE, check_output, kind_of, write_either
from ..kit.style import new_figure, styled
from .validate import Validation

__all__ = ["check_outputs", "comparison_table", "varied", "write_validation"]


def check_outputs(paths: Iterable[str | Path], points: Sequence[Mapping[str, Any]]) -> None:
    """Raise `InputError` for a file that cannot be written, or cannot be a figure of these points, before anything is simulated."""
    for path in paths:
        check_output(path, TABLE_OR_FIGURE)
        if kind_of(path, TABLE_OR_FIGURE) != "csv":
            varied(points)


def comparison_table(validation: Validation) -> Table:
    """Return a row per point: its letters, and theory, simulated mean with 95 % interval and z of each quantity (nan where there is none).

    `decided` is 1 where the point could be decided; `emerged` the fraction of graphs in which learning emerged, where they are divided.
    """
    columns: dict[str, list[float]] = {
        name: [float(exact(point.parameters[name])) for point in validation.points] for name in validation.points[0].parameters
    }
    names = dict.fromkeys(name for point in validation.points for name in point.simulation)
    for name in names:
        columns[f"{name}_theory"] = [point.theory.get(name, np.nan) for point in validation.points]
        for end in ("low", "best", "high"):
            columns[f"{name}_{end}"] = [getattr(point.simulation.get(name), end, np.nan) for point in validation.points]
        columns[f"{name}_z"] = [point.z.get(name, np.nan) for point in validation.points]
    columns["decided"] = [float(point.verdict != "undecided") for point in validation.points]
    columns["emerged"] = [point.emerged.best if point.emerged else np.nan for point in validation.points]
    return Table({name: np.array(values, dtype=float) for name, values in columns.items()})


def write_validation(validation: Validation, evolution: DensityEvolution, output: str | Path) -> None:
    """Write a validation in the form that the ending of the file says: a figure (.svg, .pdf, .png) or a table (.csv).

    A figure needs one letter that varies over at least two points; its lines of theory are the curve of fixed points where the letter
    can be isolated, else they join fixed points, both sides of each jump among them. Raises `InputError` for a file that cannot be written.
    """
    check_outputs([output], [point.parameters for point in validation.points])
    table = comparison_table(validation)
    write_either(output, table, lambda: _drawn(table, validation, evolution))


def varied(points: Sequence[Mapping[str, Any]]) -> str:
    """Return the one letter that varies; raise `InputError` where none or several do."""
    names = [name for name in points[0] if len({str(point[name]) for point in points}) > 1]
    if len(names) != 1:
        raise InputError("output", "can be a figure where exactly one letter varies", given=", ".join(names) or "none")
    return names[0]


@styled
def _drawn(table: Table, validation: Validation, evolution: DensityEvolution) -> Any:
    parameter = varied([point.parameters for point in validation.points])
    figure, axes = new_figure(columns=3, width=10.5, height=3.3)
    curve = _curve(table, validation, evolution, parameter)
    margin = 0.04 * float(np.ptp(table[parameter]))
    limits = float(table[parameter].min()) - margin, float(table[parameter].max()) + margin
    for axis, quantity in zip(axes, QUANTITIES, strict=True):
        draw_learning_curve(axis, curve, table, parameter, quantity, limits=limits)
    axes[-1].legend()
    return figure


def _curve(table: Table, validation: Validation, evolution: DensityEvolution, parameter: str) -> Table:
    """Return the curve of fixed points where the letter can be isolated, else fixed points along the letter."""
    others: dict[str, Any] = {name: value for name, value in validation.points[0].parameters.items() if name != parameter}
    try:
        return curve_table(evolution.curve(parameter), others, evolution.thresholds(parameter, **others))
    except InputError:
        return state_table(evolution, parameter, others, (float(table[parameter].min()), float(table[parameter].max())))
