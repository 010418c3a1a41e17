"""The percolation line in a phase diagram: the proved threshold on each of many columns, joined."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise

import sympy as sp

from ...errors import InputError
from ...model.exact import Value
from ..evolution.thresholds.results import Threshold
from ..percolation.equations import PercolationEquations
from ..percolation.thresholds import PercolationQuestion, percolation_thresholds
from .diagram import PhaseDiagram, PhaseLine

_COLUMNS, _HALVINGS = 48, 4
"""Columns on which thresholds are proved, and how often they are halved where a line is steep or ends: each takes its time, and with these
no step of a line is longer than what the eye sees in a figure."""


def with_percolation(diagram: PhaseDiagram, percolation: PercolationEquations, **values: Value) -> PhaseDiagram:
    """Return a phase diagram with its percolation lines added: the thresholds of percolation in y on 48 columns of x, each proved.

    Between two columns where a line rises by more than a 48th of the frame, or ends, there are up to 15 more.

    >>> from deanalysis import load_model
    >>> from deanalysis import DensityEvolution, Percolation
    >>> model = load_model("paper")
    >>> evolution = DensityEvolution(model.ensemble, model.learner)
    >>> with_percolation(evolution.phase_diagram("c", "R", (1, 4), (0, 2)), Percolation(evolution)).of_kind("percolation")
    (<percolation line of 52 points from (1.062, 1.019) to (4, 0.6479)>,)
    """
    if free := sorted({symbol.name for symbol in percolation.letters} - {diagram.x, diagram.y} - set(values)):
        raise InputError("a phase diagram", f"has two letters; {', '.join(free)} is free, too", remedy=f"bind {free[0]}")
    (low, high), (bottom, top) = diagram.limits
    search = max(bottom, 1e-3 * top), top
    columns: dict[float, list[Threshold]] = {}

    def add(place: float) -> None:
        x = float(f"{place:.6g}")
        try:
            question = PercolationQuestion.of(percolation, diagram.y, 15, search, {**values, diagram.x: sp.Rational(str(x))})
            columns[x] = [threshold for threshold in percolation_thresholds(question) if threshold.value is not None]
        except InputError:
            columns[x] = []

    for number in range(1, _COLUMNS + 1):
        add(low + (high - low) * number / _COLUMNS)
    for _ in range(_HALVINGS):
        for left, right in pairwise(sorted(columns)):
            if _far_apart(columns[left], columns[right], (top - bottom) / _COLUMNS):
                add((left + right) / 2)
    most = max(map(len, columns.values()))
    lines = [line for index in range(most) for line in _joined(sorted(columns.items()), index)]
    return replace(diagram, lines=(*diagram.lines, *lines))


def _far_apart(left: list[Threshold], right: list[Threshold], step: float) -> bool:
    """Whether another column is needed between two: a line ends between them, or rises by more than a step."""
    if len(left) != len(right):
        return True
    return any(abs(float(before.value or 0) - float(after.value or 0)) > step for before, after in zip(left, right, strict=True))


def _joined(columns: list[tuple[float, list[Threshold]]], index: int) -> list[PhaseLine]:
    """Join the thresholds of one number over neighbouring columns."""
    lines = []
    for there, group in groupby(columns, key=lambda column: len(column[1]) > index):
        points = [(x, thresholds[index]) for x, thresholds in group] if there else []
        if len(points) > 1:
            x, y, q = zip(*((x, float(onset.value or 0), float(onset.fixed_point or 0)) for x, onset in points), strict=True)
            lines.append(PhaseLine("percolation", x, y, q))
    return lines
