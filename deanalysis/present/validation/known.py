"""Prior knowledge by popularity, beside theory: what is learned as more of the commonest skills are known, and where that emerges."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import sympy as sp

from ...checks import check_count
from ...graphs.graph import Graph
from ...graphs.learning import bound_learner
from ...graphs.popularity import GraphEmergence, KnownCurve, is_jump, known_curve
from ...model.learners import Learner
from ...record import Record, Table
from ...simulate.estimates import Estimate, Moments
from ...theory.facades.prior_knowledge import PriorKnowledge
from ...theory.prior.distinct import DistinctEvolution
from ...theory.prior.equations import of_commonest
from ..kit.curves import Table as Curves
from ..kit.graphs import draw_known, known_table, places_of
from ..kit.style import write_either
from .graphs import MOST_COPIES, Progress, distinct_evolution

_STEPS = 1, 1.5, 2, 3, 5, 7
"""Numbers of known skills at which theory is evaluated: these times powers of ten, and those between which it jumps."""


@dataclass(frozen=True)
class TheoryCurve:
    """What theory says of graphs with the degrees of one, without repeated edges, where its k commonest skills are known, in floats."""

    graph: Graph
    learner: Learner

    @cached_property
    def _evolution(self) -> DistinctEvolution:
        return distinct_evolution(self.graph, self.learner)

    @cached_property
    def _prior(self) -> PriorKnowledge:
        return PriorKnowledge(self.graph.ensemble, self.learner)

    @cached_property
    def _states(self) -> dict[int, float]:
        return {}

    def learned(self, known: int) -> float:
        """Return the share of the skills that is learned where so many of the commonest are known."""
        if known not in self._states:
            self._states[known] = self._learned(sp.Rational(known, self.graph.skills))
        return self._states[known]

    def _learned(self, share: sp.Rational) -> float:
        if not len(self._evolution.hubs) or not self._evolution.is_small:
            return float(self._prior.curve([float(share)])[0])
        skills = self.graph.ensemble.skills
        by_degree = of_commonest(skills, share)  # type: ignore[arg-type]
        return self._evolution.state({degree: float(part) for degree, part in by_degree.items()}).learned

    @cached_property
    def points(self) -> list[int]:
        """Numbers of known skills, from none to all, close together where few are known."""
        most = self.graph.skills
        steps = (round(step * 10**power) for power in range(len(str(most))) for step in _STEPS)
        return sorted({0, most, *(step for step in steps if step < most)})

    @cached_property
    def emergence(self) -> GraphEmergence:
        """The largest step from one number of known skills to the next, found between the points that differ most, by halves."""
        low, high = max(pairwise(self.points), key=lambda ends: self.learned(ends[1]) - self.learned(ends[0]))
        while high > low + 1:
            middle = (low + high) // 2
            if self.learned(high) - self.learned(middle) > self.learned(middle) - self.learned(low):
                low = middle
            else:
                high = middle
        before, past = self.learned(low), self.learned(high)
        return GraphEmergence(high, before, past, is_jump(round((past - before) * self.graph.skills), self.graph.skills))


@dataclass(frozen=True)
class KnownComparison(Record):
    """Where learning emerges as more of the commonest skills are known: on a graph, on rewired copies, and in theory.

    `rewired_known` is the mean number of known skills at which the copies jump, with Student's 95 % interval; None where not all do.
    """

    graph: GraphEmergence
    rewired: tuple[GraphEmergence, ...]
    rewired_known: Estimate | None
    theory: GraphEmergence
    of_graph: KnownCurve = field(compare=False)
    of_rewired: tuple[KnownCurve, ...] = field(compare=False)
    of_theory: TheoryCurve = field(compare=False)

    def __repr__(self) -> str:
        rewired = ", ".join(_place(emergence) for emergence in self.rewired)
        return f"<emergence in k: graph {_place(self.graph)}, rewired {rewired or 'not asked for'}, theory {_place(self.theory)}>"

    @property
    def sentence(self) -> str:
        """Where the graph jumps and where theory says that its degrees do."""
        return f"With the k commonest skills known, the graph {_said(self.graph)}. By theory, a graph of its degrees {_said(self.theory)}."

    def table(self) -> Table:
        """Return a row for the graph, each copy and theory."""
        named = [("graph", self.graph), *((f"rewired {n}", copy) for n, copy in enumerate(self.rewired, 1)), ("theory", self.theory)]
        rows = [(name, each.known, f"{each.before:.4g}", f"{each.past:.4g}", "yes" if each.is_jump else "no") for name, each in named]
        return Table(("", "known", "learned before", "past", "a jump"), rows, (self.sentence,))


def _place(emergence: GraphEmergence) -> str:
    return str(emergence.known) if emergence.is_jump else "gradual"


def _said(emergence: GraphEmergence) -> str:
    if not emergence.is_jump:
        return "learns gradually"
    return f"jumps at k = {emergence.known}, from {emergence.before:.3g} to {emergence.past:.3g} learned"


def compare_known(
    graph: Graph,
    learner: Learner | None = None,
    *,
    copies: int = 4,
    seed: int = 1,
    progress: Progress = None,
) -> KnownComparison:
    """Find where learning emerges in the number of known skills, the commonest first: on a graph, rewired at fixed degrees, in theory.

    >>> from deanalysis import Graph
    >>> graph = Graph.from_edges((text, skill) for text in range(300) for skill in {99, text % 7, text % 11, text % 30})
    >>> compare_known(graph, copies=1).graph
    GraphEmergence(known=1, before=0.0, past=1.0, is_jump=True)
    """
    rule = bound_learner(learner)
    copies = check_count(copies, 0, MOST_COPIES, "copies")
    curves = []
    for number, copy in enumerate(graph.copies(copies, seed), start=1):
        curves.append(known_curve(copy, rule, seed=seed))
        if progress:
            progress(number, copies)
    rewired, theory = tuple(curve.emergence for curve in curves), TheoryCurve(graph, rule)
    real = known_curve(graph, rule, seed=seed)
    jumps = [Moments.of(float(emergence.known), 1) for emergence in rewired if emergence.is_jump]
    mean = sum(jumps[1:], jumps[0]).estimate(float(graph.skills)) if jumps and len(jumps) == copies else None
    return KnownComparison(real.emergence, rewired, mean, theory.emergence, real, tuple(curves), theory)


def known_curves(compared: KnownComparison) -> Curves:
    """Return columns along the number of known skills: learned on the graph, on the copies on average and at most apart, and in theory."""
    graph, theory = compared.of_graph, compared.of_theory
    emergences = (compared.graph, *compared.rewired, compared.theory)
    known = sorted({*theory.points, *(number for each in emergences for number in (each.known - 1, each.known))})
    columns = {"known": np.array(known, dtype=float), "graph": graph.learned[known]}
    if compared.of_rewired:
        copies = np.array([curve.learned[known] for curve in compared.of_rewired])
        columns |= {"rewired_low": copies.min(0), "rewired": copies.mean(0), "rewired_high": copies.max(0)}
    return Curves(columns | {"theory": np.array([theory.learned(number) for number in known])})


def curve_table(curve: KnownCurve) -> Curves:
    """Return a counted curve at the places that are drawn, divided where it jumps."""
    jumps = [curve.emergence.known] if curve.emergence.is_jump else []
    places = places_of(curve.skills, jumps)
    return known_table(places, curve.learned[places], jumps)


def theory_table(curve: TheoryCurve) -> Curves:
    """Return the curve of theory at its points, divided where it jumps."""
    jumps = [curve.emergence.known] if curve.emergence.is_jump else []
    places = np.unique([*curve.points, *(place for jump in jumps for place in (jump - 1, jump))])
    return known_table(places, np.array([curve.learned(int(place)) for place in places]), jumps)


def write_known(compared: KnownComparison, output: str | Path) -> None:
    """Write the curve in the form that the ending of the file says: a figure (.svg, .pdf, .png) or a table (.csv)."""
    graph, theory, copies = curve_table(compared.of_graph), theory_table(compared.of_theory), [*map(curve_table, compared.of_rewired)]
    write_either(output, known_curves(compared), lambda axes: draw_known(axes, graph, copies, theory))
