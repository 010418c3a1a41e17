"""What theory says of the graphs at a point, of one class of skills or of several, and what it leaves out at finite size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite, log
from typing import Any

import numpy as np
import sympy as sp

from ...balls.numerical.floats import compile_floats
from ...errors import InputError
from ...model.association import Association
from ...model.classes import ClassEnsemble
from ...model.exact import bindings, exact
from ...model.learners import Ideal
from ...model.symbols import letter, q
from ...simulate.classes import TENTHS
from ...simulate.statistics import IDEAL, QUANTITIES
from ...theory.evolution.answers import Status
from ...theory.evolution.equations.curve import inverted
from ...theory.evolution.thresholds.results import ClassState, FixedPoint
from ...theory.facades.chain_evolution import ChainEvolution
from ...theory.facades.class_evolution import ClassEvolution
from ...theory.facades.class_percolation import ClassPercolation
from ...theory.facades.density_evolution import DensityEvolution
from ...theory.facades.percolation import Percolation
from ...theory.percolation.classes.component import ClassComponent
from .chains import of_chain
from .expectation import UNPROVED, Expected, allowance_of, divided_by, stray_of
from .small_sets import floor_of

AnyEvolution = DensityEvolution | ClassEvolution | ChainEvolution


def expected(
    evolution: AnyEvolution,
    point: Mapping[str, Any],
    skills: int,
    association: Association | None = None,
    independent: bool = False,
    ideal: bool = False,
) -> Expected:
    """Return what theory says of graphs of a size at a point, which binds every letter; with an association, of its components as well.

    `ideal` adds what the ideal learner leaves, of one class of skills.
    """
    if isinstance(evolution, ChainEvolution):
        theory = of_chain(evolution, point, skills)
    elif isinstance(evolution, ClassEvolution):
        theory = _of_classes(evolution, point, skills, association, independent)
    else:
        theory = _of_one_class(evolution, point, skills, association, independent)
    if ideal:
        theory = _with_ideal(theory, evolution, point, skills)
    return replace(theory, values={name: value for name, value in theory.values.items() if isfinite(value)})


def _of_one_class(
    evolution: DensityEvolution, point: Mapping[str, Any], skills: int, association: Association | None, independent: bool
) -> Expected:
    own = {name: value for name, value in point.items() if letter(name) in evolution.letters}
    bound, fixed = evolution.at(**own), evolution.fixed_point(**own)
    values = {name: float(getattr(fixed, name)) for name in QUANTITIES if name != "testing_error" or is_tested(evolution)}
    stray, degree = _stray(sp.Matrix([[sp.diff(bound.right_side, q)]]), {q: float(fixed.q)}), float(bound.ensemble.texts.mean)
    theory = Expected(values, allowance_of(QUANTITIES, stray, degree, skills), _undecided(evolution, own, fixed, skills))
    theory = _with_floor(theory, bound, skills)
    if association is None:
        return theory
    learned = stray if association.learned else 1.0
    return _with_components(theory, Percolation(evolution, association), point, skills, independent, learned, stray * degree)


def _with_floor(theory: Expected, bound: DensityEvolution, skills: int) -> Expected:
    """Add what small stuck sets leave where density evolution leaves nothing; where it leaves something, they are part of that."""
    floor = floor_of(bound.ensemble, bound.learner, skills) if theory.values["zeta"] == 0 and not theory.reason else None
    if floor is None:
        return theory
    values, allowance = {**theory.values, "zeta": floor.share}, {**theory.allowance, "zeta": floor.unsure}
    return replace(theory, values=values, allowance=allowance, rare={"zeta": floor.rare})


def is_tested(evolution: DensityEvolution) -> bool:
    """Whether simulation has a testing error: of the ideal learner only on fresh texts."""
    return not isinstance(evolution.learner, Ideal) or evolution.ensemble.skills.is_mixed_poisson


def _with_ideal(theory: Expected, evolution: AnyEvolution, point: Mapping[str, Any], skills: int) -> Expected:
    """Add what the ideal learner leaves; near its jumps as well as those of the learner nothing is decided."""
    beside = _of_one_class(ideal_of(evolution), point, skills, None, False)
    values, allowance = (
        {**own, IDEAL: more["zeta"]} for own, more in ((theory.values, beside.values), (theory.allowance, beside.allowance))
    )
    return replace(theory, values=values, allowance=allowance, reason=theory.reason or beside.reason)


def ideal_of(evolution: AnyEvolution) -> DensityEvolution:
    """Return the evolution of the ideal learner on the same graphs; raise `InputError` where they are not of one class and one topic."""
    if not isinstance(evolution, DensityEvolution):
        raise InputError("ideal", "needs one class of skills and one topic")
    return DensityEvolution(evolution.ensemble, Ideal())


def jump_kind(evolution: AnyEvolution) -> str:
    """Return the kind of threshold at which graphs are divided: the potential of the ideal learner jumps elsewhere."""
    return "potential" if isinstance(evolution, DensityEvolution) and isinstance(evolution.learner, Ideal) else "emergence"


def _stray(jacobian: sp.Matrix, state: Mapping[sp.Symbol, float]) -> float:
    """Return about how many skills of a graph the theory leaves out (`stray_of`)."""
    at_state: Any = compile_floats(jacobian, *state)(*state.values())
    return stray_of(float(max(abs(np.linalg.eigvals(np.array(at_state, dtype=float))))))


def _with_components(
    theory: Expected,
    percolation: Percolation | ClassPercolation,
    point: Mapping[str, Any],
    skills: float,
    independent: bool,
    stray: float,
    stray_edges: float,
) -> Expected:
    """Add what is said of components: with mean size chi, a largest one of the order 2 chi^2 log n, or one that strays by chi^2 skills."""
    component = percolation.component(**point)
    if component.status is not Status.PROVED:
        return theory
    giant = float(component.giant_component)
    outside = float(component.kept) - giant
    size = float(component.mean_component) if outside else 1.0
    told = component.independent_approximation if independent else component.giant_component
    values = theory.values | {"giant_component": float(told)}
    spread = size**2 * (1 if giant > 0 else 2 * log(skills))
    allowance = theory.allowance | {"giant_component": (spread + stray * size) / skills}
    if not independent:
        values |= {"susceptibility": size * outside, **{name: float(getattr(component, name)) for name in ("mean_degree", "clustering")}}
        edges = stray_edges * (1 + values["mean_degree"]) / skills
        allowance |= {"susceptibility": (size**4 + stray * size**2) / skills, "mean_degree": edges, "clustering": edges}
    if (
        isinstance(percolation, ClassPercolation)
        and isinstance(component, ClassComponent)
        and len(_giants(percolation.equations.ensemble, component)) > 1
    ):
        values = {name: value for name, value in values.items() if name not in ("giant_component", "susceptibility")}
    return replace(theory, values=values, allowance=allowance, percolates=giant > 0)


def _giants(ensemble: ClassEnsemble, component: ClassComponent) -> list[set[str]]:
    """Return the groups of classes, joined by texts, that have a giant component: of several, a graph's largest component is but one."""
    groups = [{name} for name in ensemble.names]
    for kind in ensemble.type_names:
        held = set(ensemble.text_law(kind).kinds)
        groups = [group for group in groups if not group & held] + [set().union(*(group for group in groups if group & held))]
    return [group for group in groups if any(float(component.giant_component_by_class[name]) > 0 for name in group)]


def _undecided(evolution: DensityEvolution, point: Mapping[str, Any], fixed: FixedPoint, skills: int) -> str:
    """Say why a point cannot be decided: near a jump some graphs emerge and some do not."""
    if fixed.status is not Status.PROVED:
        return UNPROVED
    isolated = [name for name in point if inverted(evolution, letter(name)) is not None]
    for name in isolated or point:
        others = {other: given for other, given in point.items() if other != name}
        here = float(exact(point[name]))
        if reason := divided_by(evolution.thresholds(name, kind=jump_kind(evolution), **others), name, here, skills):
            return reason
    return ""


def _of_classes(
    evolution: ClassEvolution, point: Mapping[str, Any], skills: int, association: Association | None, independent: bool
) -> Expected:
    state = evolution.fixed_point(**{name: value for name, value in point.items() if letter(name) in evolution.letters})
    if state.status is not Status.PROVED:
        return Expected({}, {}, UNPROVED, jumps_known=False)
    bound, values = evolution.bind(bindings(point)), class_values(evolution, point, state)
    stray = _stray(bound.jacobian, {symbol: float(state.q[label]) for symbol, label in bound.labels.items()})
    least = min(float(kind.share) for kind in bound.ensemble.classes)
    laws = [bound.ensemble.text_law(name) for name in bound.ensemble.type_names]
    longest = max(sum(float(law.mean(name)) for name in law.kinds) for law in laws)
    theory = Expected(values, allowance_of(values, stray, max(1.0, longest), skills * least), jumps_known=False)
    if association is None:
        return theory
    learned = stray if association.learned else 1.0
    return _with_components(theory, ClassPercolation(evolution, association), point, skills * least, independent, learned, stray * longest)


def class_values(evolution: ClassEvolution, point: Mapping[str, Any], state: ClassState) -> dict[str, float]:
    """Return zeta by class, the errors by type, and the means over all skills and texts, under the names that simulation has.

    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.classes import ClassEnsemble
    >>> evolution = ClassEvolution(ClassEnsemble.of(Ensemble(Poisson(3), Poisson(2)), SkillLearner(1)))
    >>> list(class_values(evolution, {}, evolution.fixed_point()))[3:]
    ['zeta:skills', 'testing_error:texts', 'training_error:texts']
    """
    bound = evolution.bind(bindings(point))
    known = {symbol: float(state.q[label]) for symbol, label in bound.labels.items()}
    shares = {kind.name: float(kind.share) for kind in bound.ensemble.classes}
    ratios = {kind.name: float(kind.ratio) for kind in bound.ensemble.types}
    parts = {f"zeta:{name}": float(value) for name, value in state.zeta.items()}
    for kind in bound.ensemble.classes:
        for tenth in range(TENTHS) if kind.prerequisites is not None else ():
            novel = bound.novel_between(kind.name, sp.Rational(tenth, TENTHS), sp.Rational(tenth + 1, TENTHS))
            parts[f"zeta:{kind.name}:{tenth + 1}"] = float(compile_floats(novel, *known)(*known.values()))
    means = {"zeta": _mean(state.zeta, shares)}
    for error in ("testing_error", "training_error"):
        means[error] = _mean(getattr(state, error), ratios)
        parts |= {f"{error}:{name}": float(value) for name, value in getattr(state, error).items()}
    return means | parts


def _mean(values: Mapping[str, Any], weights: Mapping[str, float]) -> float:
    return sum(float(value) * weights[name] for name, value in values.items()) / sum(weights.values())
