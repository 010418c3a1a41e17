"""Where to compare theory with simulation, if nobody says: on both sides of every jump, or along the gradual way."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from ...model.exact import bindings
from ...model.symbols import letter
from ...theory.evolution.equations.domain import domain
from ...theory.facades.class_evolution import ClassEvolution
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.cases import reaching

__all__ = ["points_around"]

_GRADUAL = ("0.75", "0.5", "0.25", "0.1")


def points_around(evolution: DensityEvolution | ClassEvolution, parameter: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Choose points on both sides of every jump in a parameter, or along the gradual way where there is none.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> points_around(DensityEvolution(model.ensemble, model.learner), "eps", {})
    [{'eps': '0.494'}, {'eps': '0.365'}]
    """
    thresholds = evolution.thresholds(parameter, kind="emergence", **values)
    jumps = sorted(float(jump.value) for jump in thresholds if jump.value is not None)
    bound = bindings({name: value for name, value in values.items() if name != parameter})
    bounded = domain(evolution, letter(parameter), bound).high == 1
    if jumps:
        above = min(1.15 * jumps[-1], (jumps[-1] + 1) / 2) if bounded else 1.15 * jumps[-1]
        chosen = [0.85 * jumps[0], *((low + high) / 2 for low, high in pairwise(jumps)), above]
        chosen = chosen if thresholds[0].learned_side == "above" else chosen[::-1]
    elif bounded:
        chosen = [0.3, 0.6, 0.9]
    else:
        chosen = [] if isinstance(evolution, ClassEvolution) else [*reaching(evolution, parameter, values, _GRADUAL)]
    return [{**values, parameter: f"{value:.3g}"} for value in chosen or [0.5, 1.0, 2.0]]
