"""What theory says of a graph of several classes, by class and by type, and what it leaves out at finite size."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy as sp

from ...balls.numerical.engines import compile_floats
from ...model.exact import bindings
from ...simulate.class_trials import TENTHS
from ...theory.evolution.thresholds.results import ClassState
from ...theory.facades.class_evolution import ClassEvolution

__all__ = ["class_allowance", "class_values"]

_SOFTEST = 1e-3


def class_values(evolution: ClassEvolution, point: Mapping[str, Any], state: ClassState) -> dict[str, float]:
    """Return zeta by class, the errors by type, and the means over all skills and texts, under the names that simulation has.

    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.classes import ClassEnsemble
    >>> evolution = ClassEvolution(ClassEnsemble.of(Ensemble(Poisson(3), Poisson(2)), SkillLearner(1)))
    >>> list(class_values(evolution, {}, evolution.fixed_point()))[3:]
    ['zeta:skills', 'testing_error:texts', 'training_error:texts']
    """
    ensemble = evolution.ensemble.at(**point)
    shares = {one.name: float(one.share) for one in ensemble.classes}
    ratios = {kind.name: float(kind.ratio) for kind in ensemble.types}
    parts = {f"zeta:{name}": float(value) for name, value in state.zeta.items()}
    for one in ensemble.classes:
        if one.prerequisites is not None:
            parts |= {f"zeta:{one.name}:{tenth + 1}": _in_tenth(evolution, point, state, one.name, tenth) for tenth in range(TENTHS)}
    for error in ("testing_error", "training_error"):
        parts |= {f"{error}:{name}": float(value) for name, value in getattr(state, error).items()}
    means = {
        "zeta": _mean(state.zeta, shares),
        **{name: _mean(getattr(state, name), ratios) for name in ("testing_error", "training_error")},
    }
    return {**means, **parts}


def _in_tenth(evolution: ClassEvolution, point: Mapping[str, Any], state: ClassState, name: str, tenth: int) -> float:
    bound = evolution.bind(bindings(point))
    low, high = (sp.Rational(end, TENTHS) for end in (tenth, tenth + 1))
    known = {symbol: float(state.q[label]) for symbol, label in bound.labels.items()}
    return float(compile_floats(bound.novel_between(name, low, high), *known)(*known.values()))


def _mean(values: Mapping[str, Any], weights: Mapping[str, float]) -> float:
    return sum(float(value) * weights[name] for name, value in values.items()) / sum(weights.values())


def class_allowance(evolution: ClassEvolution, point: Mapping[str, Any], state: ClassState, skills: int) -> dict[str, float]:
    """Return what density evolution leaves out at finite size: 1/(1 - r) skills, r the largest eigenvalue of its Jacobian, by name."""
    bound = evolution.bind(bindings(point))
    jacobian = compile_floats(bound.jacobian, *bound.unknowns)
    at = [float(state.q[label]) for label in bound.labels.values()]
    radius = float(max(abs(np.linalg.eigvals(np.array(jacobian(*at), dtype=float)))))
    ensemble = bound.ensemble
    least = min(float(one.share) for one in ensemble.classes)
    longest = max(sum(float(ensemble.text_law(kind).mean(name)) for name in ensemble.text_law(kind).kinds) for kind in ensemble.type_names)
    stray = 1 / (max(_SOFTEST, 1 - radius) * skills * least)
    return {name: stray * (1.0 if name.startswith("zeta") else max(1.0, longest)) for name in class_values(evolution, point, state)}
