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
from ..kit.curves import Table
from ..kit.percolation import draw_giant, giant_along, giant_curve
from ..paper.latex_blocks import fresh
from .content import Equation, Grid, Section, Text, cell, drawn
from .study import Study

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
    theory = {
        f"percolation_theory{case.suffix}": giant_curve(percolation, case.parameter, case.values, study.limits) for case in study.cases
    }
    caption = (
        f"The giant component of learned skills against ${latex(study.parameter)}$: exact (solid), in the independent approximation "
        "(dashed) and in the graphs of the learning curves (marks)."
    )
    sure = "theory proved at the points that the lines join, jumps and onsets as well; means over graphs."

    def draw(axes: Any) -> None:
        for style, (case, exact, measured) in enumerate(zip(study.cases, theory.values(), simulated, strict=True)):
            draw_giant(axes, exact, measured, case.parameter, label=case.name or "exact", style=style)
        axes.set(xlim=study.limits)
        axes.legend()

    shown = [Equation(name, latex(equation)) for name, equation in zip(_NAMES, equations, strict=True)]
    figure = drawn("percolation", caption, sure, theory, draw)
    compared = Text(_compared(study, percolation, simulated))
    return Section("Percolation", (Text(words), *shown, _thresholds(study, percolation), figure, compared))


def _compared(study: Study, percolation: Percolation, simulated: Sequence[Table | None]) -> str:
    """Say how far the graphs are from the exact giant component, and how far from the approximation, at half of the points."""
    distances: dict[str, list[float]] = {"giant_component": [], "independent_approximation": []}
    for case, measured in zip(study.cases, simulated, strict=True):
        if measured is not None:
            theory = giant_along(percolation, case.parameter, case.values, measured[case.parameter])
            present = theory["giant_component"] > _PRESENT
            for name, of_name in distances.items():
                of_name += list(np.abs(measured["giant_component_best"] - theory[name])[present])
    exact, independent = distances.values()
    if not exact:
        return f"At no simulated point is there a giant component of more than {_PRESENT:g} of all skills."
    return (
        f"Half of the {len(exact)} simulated points with a giant component of more than {_PRESENT:g} of all skills lie within "
        f"{np.median(exact):.2g} of the exact one; from the independent approximation they differ by up to {np.max(independent):.2g}."
    )


def _thresholds(study: Study, percolation: Percolation) -> Grid:
    understood = Percolation(study.evolution, Association(edges="understood"))
    asked = ((percolation, False), (understood, False), (percolation, True))
    rows: list[tuple[str, ...]] = []
    for case in study.tabulated:
        onsets = [_told(question.thresholds(case.parameter, approximate=approximate, **case.values)) for question, approximate in asked]
        emergence = [cell(jump.value) for jump in case.thresholds.emergence] or ["none"]
        rows += zip_longest(*([f"${value}$"] for value in case.values.values()), *onsets, emergence, fillvalue="")
    caption = (
        f"Percolation thresholds in ${latex(study.parameter)}$, with all texts and with understood texts alone, beside the independent "
        "approximation."
    )
    bound = () if study.other is None else (f"${latex(study.other)}$",)
    header = (*bound, "percolation", "by understood texts", "independent", "emergence")
    return Grid(caption, header, tuple(rows), "proved; a range of the letter was searched.")


def _told(onsets: Thresholds) -> list[str]:
    """Return all thresholds, or that there is none, or that this is undecided."""
    return [cell(onset.value) for onset in onsets] or ["undecided" if onsets.undecided else "none"]
