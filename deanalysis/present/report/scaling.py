"""The section of a report about scaling laws: far from the thresholds, beside a jump, and on graphs of finite size."""

from __future__ import annotations

from typing import Any

from ...errors import InputError
from ...theory.scaling.scaling import Scaling, ScalingLaw
from ..kit.cases import Case
from ..kit.scaling import STUCK_POINTS, Part, draw_collapse, draw_panels, panels_size, scaling_panels, stuck_table
from .content import Equation, Section, Text, drawn

__all__ = ["STUCK", "scaling_section"]

_SIZES, _GRAPHS = (1_000, 10_000), 200
STUCK = _GRAPHS * len(_SIZES) * STUCK_POINTS
"""How many graphs a section draws for each jump."""


def scaling_section(case: Case, scaling: Scaling, seed: int, workers: int | None, part: Part) -> Section:
    """Return the laws of one case with a figure: far, beside the jump, and the chance to get stuck on simulated graphs."""
    bound = case.evolution.at(**case.values)
    panels, told = scaling_panels(bound, scaling), []
    if scaling.finite_size:
        try:
            stuck = stuck_table(bound, scaling.finite_size[0], dict.fromkeys(_SIZES, _GRAPHS), seed, workers, part)
            panels["stuck"] = (stuck, draw_collapse)
        except InputError as error:
            told.append(Text(f"Graphs of {' and '.join(map(str, _SIZES))} skills that get stuck cannot be shown: {error}."))
    where = f"Here {case.name}. " if case.name else ""
    words = (
        "Far from the thresholds the errors vanish by the lower tail of the skills' popularity, beside a jump by a square root. "
        f"{where}Graphs of $n$ skills get stuck before the jump with a chance whose width is of order $n^{{-1/2}}$, "
        "and whose middle is off by $n^{-2/3}$."
    )
    parts: list[Any] = [Text(words)]
    parts += [Equation(f"{law.quantity.replace('_', ' ')}, {law.where}", law.formula.latex + _constants(law)) for law in scaling.laws]
    parts += [
        Equation("graphs that get stuck", law._repr_latex_().strip("$").removeprefix(r"\displaystyle ")) for law in scaling.finite_size
    ]
    if panels:
        caption, sure = "Scaling laws (dashed) and the exact solution", "constants from proved thresholds; exact solutions in floats"
        if "stuck" in panels:
            caption = f"{caption}; graphs that get stuck, {_GRAPHS} of each size at each mark, on one curve"
            sure = f"{sure}; graphs counted"
        tables = {f"scaling_{name}": table for name, (table, _) in panels.items()}
        parts.append(drawn("scaling", f"{caption}.", f"{sure}.", tables, lambda *axes: draw_panels(axes, panels), **panels_size(panels)))
    return Section("Scaling laws", (*parts, *told, *(Text(f"{reason}.") for reason in scaling.reasons)))


def _constants(law: ScalingLaw) -> str:
    """Write the factors of a law behind it."""
    return "".join(rf",\quad {name} = {float(law[name]):.6g}" for name, _ in law.definitions)
