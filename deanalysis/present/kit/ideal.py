"""The figure of what peeling leaves and what the ideal learner leaves, beside the thresholds that a chain and the potential set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...model.learners import Ideal
from ...simulate.statistics import IDEAL
from ...theory.facades.density_evolution import DensityEvolution
from .curves import Table, stages_along
from .figures import letter_of
from .style import draw_divided, draw_intervals, line_of, mark_of, styled

_POINTS = 25
"""Values of the letter at which states are solved first; steps between them are halved."""
LEARNERS = {"zeta": "one text at a time", IDEAL: "all texts together"}
"""The quantities that are drawn, and how their lines are called."""


def ideal_table(evolution: DensityEvolution, parameter: str, values: Mapping[str, Any], limits: tuple[float, float]) -> Table:
    """Return `zeta` of the learner and `zeta_ideal` along a letter, with a row of nan where one of them jumps; `limits` are within (0, oo).

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> table = ideal_table(DensityEvolution(model.ensemble, model.learner), "eps", {}, (0.4, 0.6))
    >>> between = (table["eps"] > 0.43) & (table["eps"] < 0.488)
    >>> float(table["zeta"][between].min().round(3)), float(table["zeta_ideal"][between].max())
    (0.223, 0.0)
    """
    ideal = DensityEvolution(evolution.ensemble, Ideal())

    def quantities(value: str) -> Mapping[str, float]:
        states = (learner.fixed_point(**{**values, parameter: value}) for learner in (evolution, ideal))
        return dict(zip(LEARNERS, (float(state.zeta) for state in states), strict=True))

    return stages_along(parameter, [float(value) for value in np.linspace(*limits, _POINTS)], quantities)


@styled
def draw_ideal(
    axes: Any, table: Table, parameter: str, measured: Table | None = None, thresholds: Mapping[str, float] | None = None
) -> None:
    """Draw both learners along a letter, with simulated means and intervals (`simulated_table`), and thresholds by their names."""
    for style, (quantity, name) in enumerate(LEARNERS.items()):
        draw_divided(axes, table[parameter], table[quantity], label=name, **line_of(style))
        if measured is not None:
            ends = (measured[f"{quantity}_{end}"] for end in ("low", "best", "high"))
            draw_intervals(axes, measured[parameter], *ends, **mark_of(style))
    for style, (name, value) in enumerate((thresholds or {}).items(), start=len(LEARNERS)):
        axes.axvline(value, label=name, **line_of(style) | {"linewidth": 1})
    axes.set(xlabel=letter_of(parameter), ylabel=r"$\zeta$, skills still novel", ylim=(-0.02, 1.02))
    axes.legend()
