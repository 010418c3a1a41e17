"""The sections of a report in which theory meets graphs: learning curves, and the comparison at some points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import InputError
from ...model.formula import latex
from ...model.symbols import letter
from ..kit.curves import Table
from ..kit.figures import draw_learning_curve
from ..validation.validate import Validation
from .content import Grid, Section, Text, cell, drawn
from .study import Study

__all__ = ["learning_section", "validation_section"]


def learning_section(study: Study, simulated: Sequence[Table] | InputError, options: dict[str, Any]) -> Section:
    """Return what is still novel and the testing error along the letter; where graphs cannot be simulated, why, and theory alone."""
    tables = {f"learning_theory{case.suffix}": case.table for case in study.cases}
    caption = f"Fraction of novel skills and testing error against ${latex(study.parameter)}$: theory (lines, dotted across a jump)"
    sure, told = "jumps proved, curves in floats", []
    if isinstance(simulated, InputError):
        told, simulated = [Text(f"Graphs cannot be simulated: {simulated}.")], []
    else:
        marks = f"means with 95 % intervals over {options['replicates']} graphs of {options['skills']} skills"
        caption = f"{caption} and simulation (marks, {marks})"
        sure = f"{sure}; simulation with 95 % intervals, seed {options['seed']}"
        tables |= {f"learning_simulation{case.suffix}": table for case, table in zip(study.cases, simulated, strict=True)}

    def draw(*axes: Any) -> None:
        for axis, quantity in zip(axes, ("zeta", "testing_error"), strict=True):
            for style, case in enumerate(study.cases):
                look: dict[str, Any] = {"label": case.name, "style": style, "limits": study.limits}
                draw_learning_curve(axis, case.table, simulated[style] if simulated else None, case.parameter, quantity, **look)
        axes[1].legend()

    figure = drawn("learning_curve", f"{caption}.", f"{sure}.", tables, draw, columns=2, width=7.6, height=3.3)
    return Section("Learning curves", (*told, figure))


def validation_section(validation: Validation) -> Section:
    """Return the verdict, and theory beside simulation for each quantity at each point."""
    if not validation.points:
        return Section("Validation", (Text(validation.sentence),))
    words = (
        f"{validation.sentence} The largest $|z|$ is ${validation.largest:.2f}$; the standard "
        f"errors come from {validation.replicates} independent graphs of {validation.skills} skills at each point."
    )
    rows = []
    for point in validation.points:
        where = ", ".join(f"${latex(letter(name))} = {value}$" for name, value in point.parameters.items())
        for name, z in point.z.items():
            quantity = r"$\zeta$" if name == "zeta" else name.replace("_", " ")
            low, best, high = map(cell, point.simulation[name])
            interval = f"[{low}, {high}]".replace("$", "")
            deviate = f"{z:.2f}".replace("-0.00", "0.00")
            rows.append((where, quantity, cell(point.theory[name]), best, f"${interval}$", f"${deviate}$"))
            where = ""
    sure = f"theory proved; simulation with 95 % intervals, seed {validation.seed}."
    grid = Grid("Theory beside simulation.", ("point", "quantity", "theory", "simulation", "95 % interval", "$z$"), tuple(rows), sure)
    return Section("Validation", (Text(words), grid))
