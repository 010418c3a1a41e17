"""The section of a report that says whether what is learned hangs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..equations.formula import latex
from ..model.association import Association
from ..solve.percolation import GiantComponent, Percolation
from ..solve.results import Thresholds
from .comparison import varied
from .content import Equation, Figure, Grid, Section, Text
from .curves import Table, giant_table
from .figures import draw_giant
from .files import write_either
from .study import Case, Study
from .style import new_figure, styled

__all__ = ["percolation_section", "write_components"]

_POINTS, _PRESENT = 32, 0.01
_NAMES = ("text leads nowhere", "and has not taught", "learned before", "novel before", "giant component")


def percolation_section(study: Study, percolation: Percolation, simulated: list[Table]) -> Section:
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
    shown = [Equation(name, latex(one)) for name, one in zip(_NAMES, percolation.system.shown, strict=True)]
    figure, axes = new_figure()
    tables: dict[str, Table] = {}
    for index, (case, found) in enumerate(zip(study.cases, simulated, strict=True)):
        theory = _theory(percolation, case, study.limits)
        tables |= {f"percolation_theory{case.suffix}": theory}
        draw_giant(axes[0], theory, found, case.parameter, label=case.name or "exact", style=index)
    axes[0].set(xlim=study.limits)
    axes[0].legend()
    parameter = latex(study.parameter)
    caption = (
        f"The giant component of learned skills against ${parameter}$: exact (solid), in the independent approximation (dashed) and in the "
        "graphs of the learning curves (marks)."
    )
    drawn = Figure("percolation", caption, "theory proved at the points that the lines join; means over graphs.", figure, tables)
    confirmed = Text(_confirmed(percolation, study.cases, simulated))
    return Section("Percolation", (Text(words), *shown, _thresholds(study, percolation), drawn, confirmed))


def _theory(percolation: Percolation, case: Case, limits: tuple[float, float]) -> Table:
    return _along(percolation, case, np.linspace(*limits, _POINTS + 2)[1:-1])


def _along(percolation: Percolation, case: Case, values: Any) -> Table:
    points = [{**case.values, case.parameter: f"{value:.6g}"} for value in values]
    return giant_table(points, [percolation.component(**point) for point in points])


def _confirmed(percolation: Percolation, cases: Sequence[Case], simulated: Sequence[Table]) -> str:
    """Say at how many points the simulated interval holds the exact giant component, and at how many the approximation."""
    held = {"giant_component": 0, "independent_approximation": 0}
    count = 0
    for case, found in zip(cases, simulated, strict=True):
        theory = _along(percolation, case, found[case.parameter])
        there = theory["giant_component"] > _PRESENT
        count += int(np.sum(there))
        for name in held:
            inside = (found["giant_component_low"] <= theory[name]) & (theory[name] <= found["giant_component_high"])
            held[name] += int(np.sum(there & inside))
    exact, independent = held.values()
    if not count:
        return f"At no simulated point is there a giant component of more than {_PRESENT:g} of all skills."
    return (
        f"Of the {count} simulated points with a giant component of more than {_PRESENT:g} of all skills, the 95 % interval of the "
        f"simulation holds the exact one at {exact}, and the independent approximation at {independent}."
    )


def write_components(points: Sequence[Mapping[str, Any]], found: Sequence[GiantComponent], output: str) -> None:
    """Write giant components along a letter in the form that the ending of the file says: a figure, or a table (.csv).

    Raises `InputError` for another ending, a file that cannot be written, and a figure in which not exactly one letter varies.
    """
    table = giant_table(points, found)

    @styled
    def drawn() -> Any:
        figure, axes = new_figure()
        draw_giant(axes[0], table, None, varied(points), label="exact")
        axes[0].legend()
        return figure

    write_either(output, table, drawn)


def _thresholds(study: Study, percolation: Percolation) -> Grid:
    understood = Percolation(study.evolution, Association(edges="understood"))
    rows = []
    for case in study.tabulated:
        exact, of_understood, independent = (
            asked.thresholds(case.parameter, approximate=approximate, **case.values)
            for asked, approximate in ((percolation, False), (understood, False), (percolation, True))
        )
        emergence = ", ".join(_number(one.value) for one in case.thresholds.emergence) or "none"
        rows.append((*(f"${value}$" for value in case.values.values()), *map(_first, (exact, of_understood, independent)), emergence))
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


def _first(found: Thresholds) -> str:
    """Return all thresholds, or that there is none, or that this is undecided."""
    values = ", ".join(_number(one.value) for one in found)
    return values or ("undecided" if found.undecided else "none")


def _number(value: Any) -> str:
    return str(value._repr_latex_()) if value is not None else ""
