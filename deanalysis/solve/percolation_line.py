"""The percolation line in a phase diagram: the proved threshold on each of many columns, joined."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import sympy as sp

from ..errors import InputError
from ..model.exact import Value
from .percolation import Percolation
from .phase_diagram import PhaseDiagram, PhaseLine
from .results import Threshold

__all__ = ["with_percolation"]

_COLUMNS = 48


def with_percolation(diagram: PhaseDiagram, percolation: Percolation, **values: Value) -> PhaseDiagram:
    """Return a phase diagram with its percolation lines added: the thresholds of percolation in y on 48 columns of x, each proved.

    >>> from deanalysis import load_model
    >>> from deanalysis.solve.evolution import DensityEvolution
    >>> model = load_model("paper")
    >>> evolution = DensityEvolution(model.ensemble, model.learner)
    >>> with_percolation(evolution.phase_diagram("c", "R", (1, 4), (0, 2)), Percolation(evolution)).of_kind("percolation")
    (<percolation line of 48 points from (1.062, 1.019) to (4, 0.6479)>,)
    """
    if free := sorted(map(str, {str(one) for one in percolation.letters} - {diagram.x, diagram.y} - set(values))):
        raise InputError("a phase diagram", f"has two letters; {', '.join(free)} is free, too", remedy=f"bind {free[0]}")
    (low, high), (bottom, top) = diagram.limits
    columns = []
    for number in range(1, _COLUMNS + 1):
        place = sp.Rational(f"{low + (high - low) * number / _COLUMNS:.6g}")
        search = max(bottom, 1e-3 * top), top
        try:
            found = percolation.thresholds(diagram.y, search=search, **{**values, diagram.x: place})
        except InputError:
            found = ()  # type: ignore[assignment]
        columns.append((float(place), [one for one in found if one.value is not None]))
    most = max((len(found) for _, found in columns), default=0)
    lines = [line for index in range(most) for line in _joined(columns, index)]
    return replace(diagram, lines=(*diagram.lines, *lines))


def _joined(columns: list[tuple[float, list[Threshold]]], index: int) -> list[PhaseLine]:
    """Join the thresholds of one number over neighbouring columns."""
    lines = []
    for there, group in groupby(columns, key=lambda column: len(column[1]) > index):
        points = [(x, found[index]) for x, found in group] if there else []
        if len(points) > 1:
            x, y, q = zip(*((x, float(one.value or 0), float(one.fixed_point or 0)) for x, one in points), strict=True)
            lines.append(PhaseLine("percolation", x, y, q))
    return lines
