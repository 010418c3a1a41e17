"""The section of a report that says whether what is learned hangs together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
import sympy as sp

from ...model.association import Association
from ...model.formula import latex
from ...theory.evolution.thresholds.results import Thresholds
from ...theory.facades.percolation import Percolation
from ..kit.content import Equation, Figure, Grid, Section, Text
from ..kit.curves import Table
from ..kit.figures import draw_giant
from ..kit.style import new_figure
from ..paper.latex_blocks import fresh
from ..validation.giant import giant_along, giant_curve
from .study import Case, Study

__all__ = ["percolation_section"]

_PRESENT = 0.01
_NAMES = ("text leads nowhere", "and has not taught", "learned before", "novel before", "giant component")


def percolation_section(study: Study, percolation: Percolation, simulated: Sequence[Table | None]) -> Section:
    """Return the equations of the giant component, its thresholds, and its size beside simulation and the independent approximation."""
    if reason := study.evolution.never_starts:
        return Section("Percolation", (Text(f"No skill is associated with another: {reason}."),))
    words = (
        "Two learned skills are associated when a text requires both. $v_L$ is the probability that the skill on an edge is learned "
        "without this text and that its other texts lead to no infinite component, $v_N$ that it is novel without this text and, once "
        "learned through it, its other texts lead to none; $Y$ that a text leads a learned skill to none of them, $Z$ that it does "
        "so and has not taught it. The smallest solution gives the giant component $S$; it appears where the spectral radius of the "
        "Jacobian at $v_L = 1 - q$, $v_N = q$ passes 1. The usual formula, independent site percolation with each skill kept with "
        r"probability $1 - \zeta$, ignores that the same graph decides who learns."
    )
    *messages, giant = percolation.system.shown
    by_novel = giant.rhs.subs(study.evolution.novel, fresh("zeta", study.evolution.letters))
    equations = (*messages, sp.Eq(giant.lhs, by_novel, evaluate=False))
    shown = [Equation(name, latex(one)) for name, one in zip(_NAMES, equations, strict=True)]
    figure, axes = new_figure()
    tables: dict[str, Table] = {}
    for index, (case, found) in enumerate(zip(study.cases, simulated, strict=True)):
        theory = giant_curve(percolation, case.parameter, case.values, study.limits)
        tables |= {f"percolation_theory{case.suffix}": theory}
        draw_giant(axes[0], theory, found, case.parameter, label=case.name or "exact", style=index)
    axes[0].set(xlim=study.limits)
    axes[0].legend()
    parameter = latex(study.parameter)
    caption = (
        f"The giant component of learned skills against ${parameter}$: exact (solid), in the independent approximation (dashed) and in the "
        "graphs of the learning curves (marks)."
    )
    drawn = Figure(
        "percolation",
        caption,
        "theory proved at the points that the lines join, jumps and onsets as well; means over graphs.",
        figure,
        tables,
    )
    compared = Text(_compared(percolation, study.cases, simulated))
    return Section("Percolation", (Text(words), *shown, _thresholds(study, percolation), drawn, compared))


def _compared(percolation: Percolation, cases: Sequence[Case], simulated: Sequence[Table | None]) -> str:
    """Say how far the graphs are from the exact giant component, and how far from the approximation, at half of the points."""
    apart: dict[str, list[float]] = {"giant_component": [], "independent_approximation": []}
    for case, found in zip(cases, simulated, strict=True):
        if found is None:
            continue
        theory = giant_along(percolation, case.parameter, case.values, found[case.parameter])
        there = theory["giant_component"] > _PRESENT
        for name, distances in apart.items():
            distances += list(np.abs(found["giant_component_best"] - theory[name])[there])
    exact, independent = apart.values()
    if not exact:
        return f"At no simulated point is there a giant component of more than {_PRESENT:g} of all skills."
    return (
        f"Half of the {len(exact)} simulated points with a giant component of more than {_PRESENT:g} of all skills lie within "
        f"{np.median(exact):.2g} of the exact one; from the independent approximation they differ by up to {np.max(independent):.2g}."
    )


def _thresholds(study: Study, percolation: Percolation) -> Grid:
    understood = Percolation(study.evolution, Association(edges="understood"))
    rows: list[tuple[str, ...]] = []
    for case in study.tabulated:
        found = [
            asked.thresholds(case.parameter, approximate=approximate, **case.values)
            for asked, approximate in ((percolation, False), (understood, False), (percolation, True))
        ]
        emergence = [_number(one.value) for one in case.thresholds.emergence] or ["none"]
        rows += zip_longest(*([f"${value}$"] for value in case.values.values()), *map(_told, found), emergence, fillvalue="")
    parameter = latex(study.parameter)
    header = ("percolation", "by understood texts", "independent", "emergence")
    caption = (
        f"Percolation thresholds in ${parameter}$, with all texts and with understood texts alone, beside the independent approximation."
    )
    return Grid(
        caption,
        (*([f"${latex(study.other)}$"] if study.other is not None else []), *header),
        tuple(rows),
        "proved; a range of the letter was searched.",
    )


def _told(found: Thresholds) -> list[str]:
    """Return all thresholds, or that there is none, or that this is undecided."""
    return [_number(one.value) for one in found] or ["undecided" if found.undecided else "none"]


def _number(value: Any) -> str:
    return str(value._repr_latex_()) if value is not None else ""
