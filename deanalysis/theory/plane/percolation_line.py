"""The percolation line in a phase diagram: the proved threshold on each of many columns, joined."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import groupby, pairwise

import sympy as sp

from ...errors import InputError
from ...model.exact import Value
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
    search, step = (max(bottom, 1e-3 * top), top), (top - bottom) / _COLUMNS
    columns: dict[float, list[tuple[float, float]]] = {}

    def add(place: float) -> None:
        x = float(f"{place:.6g}")
        columns[x] = []
        with suppress(InputError):
            question = PercolationQuestion.of(percolation, diagram.y, 15, search, {**values, diagram.x: sp.Rational(str(x))})
            onsets = percolation_thresholds(question)
            columns[x] = [(float(onset.value), float(onset.fixed_point or 0)) for onset in onsets if onset.value is not None]

    for number in range(1, _COLUMNS + 1):
        add(low + (high - low) * number / _COLUMNS)
    for _ in range(_HALVINGS):
        for left, right in pairwise(sorted(columns)):
            ends = columns[left], columns[right]
            if len(ends[0]) != len(ends[1]) or any(abs(y - other) > step for (y, _), (other, _) in zip(*ends, strict=True)):
                add((left + right) / 2)
    lines = []
    for index in range(max(map(len, columns.values()))):
        for there, group in groupby(sorted(columns.items()), key=lambda column: len(column[1]) > index):
            points = [(x, *found[index]) for x, found in group] if there else []
            if len(points) > 1:
                lines.append(PhaseLine("percolation", *zip(*points, strict=True)))
    return replace(diagram, lines=(*diagram.lines, *lines))
