"""Where to compare theory with simulation, if nobody says: on both sides of every jump, or along the gradual way."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import sympy as sp

from ...errors import InputError
from ...model.exact import bindings
from ...model.symbols import letter
from ...theory.evolution.equations.domain import domain
from ...theory.evolution.thresholds.results import Thresholds
from ...theory.facades.class_evolution import ClassEvolution
from ...theory.facades.density_evolution import DensityEvolution

__all__ = ["points_around"]


def points_around(evolution: DensityEvolution | ClassEvolution, parameter: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Choose points on both sides of every jump in a parameter, or along the gradual way where there is none.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> points_around(DensityEvolution(model.ensemble, model.learner), "eps", {})
    [{'eps': '0.494'}, {'eps': '0.365'}]
    """
    found = evolution.thresholds(parameter, kind="emergence", **values)
    jumps = sorted(float(jump.value) for jump in found if jump.value is not None)
    bounded = _ends_at_one(evolution, letter(parameter), values)
    gradual = [0.3, 0.6, 0.9] if bounded else [] if isinstance(evolution, ClassEvolution) else _along(evolution, parameter, values)
    chosen = _beside(jumps, found, bounded) if jumps else gradual
    if not chosen:
        chosen = [0.5, 1.0, 2.0]
    return [{**values, parameter: f"{value:.3g}"} for value in chosen]


def _ends_at_one(evolution: DensityEvolution | ClassEvolution, parameter: sp.Symbol, values: Mapping[str, Any]) -> bool:
    """Whether a letter is a fraction: it cannot exceed 1."""
    bound = bindings({name: value for name, value in values.items() if name != str(parameter)})
    return domain(evolution, parameter, bound).high == 1


def _beside(jumps: list[float], found: Thresholds, bounded: bool) -> list[float]:
    above = min(1.15 * jumps[-1], (jumps[-1] + 1) / 2) if bounded else 1.15 * jumps[-1]
    between = [(low + high) / 2 for low, high in pairwise(jumps)]
    ascending = [0.85 * jumps[0], *between, above]
    return ascending if found[0].learned_side == "above" else ascending[::-1]


def _along(evolution: DensityEvolution, parameter: str, values: Mapping[str, Any]) -> list[float]:
    chosen = []
    for error in ("0.75", "0.5", "0.25", "0.1"):
        try:
            chosen.append(float(evolution.require(error, parameter, **values).value))
        except InputError:
            continue
    return chosen
