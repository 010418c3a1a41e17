"""A graph that exists beside the same graph rewired and beside theory: what degrees explain, and what they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ...checks import check_count
from ...graphs.degrees import degree_counts
from ...graphs.graph import Graph
from ...graphs.learning import GraphLearning, Outcome, Setting, bound_learner, learn, learn_from
from ...graphs.rows import Name
from ...model.learners import Learner
from ...record import Record, Table
from ...simulate.estimates import Estimate, Moments
from ...theory.evolution.answers import Status
from ...theory.facades.prior_knowledge import PriorKnowledge, PriorState
from ...theory.prior.distinct import DistinctEvolution

MOST_COPIES = 1000
"""Rewired copies that can be asked for."""
Progress = Callable[[int, int], None] | None


@dataclass(frozen=True)
class Shares(Record):
    """The shares of skills learned and of texts understood."""

    learned: float
    understood: float

    def __sub__(self, other: Shares) -> Shares:
        return Shares(self.learned - other.learned, self.understood - other.understood)


@dataclass(frozen=True)
class RewiredShares(Record):
    """The same over `copies` of the graph, rewired at fixed degrees: means with Student's 95 % intervals. `first` is the first of them."""

    learned: Estimate
    understood: Estimate
    copies: int
    first: GraphLearning = field(compare=False, repr=False)

    @property
    def means(self) -> Shares:
        """The means alone."""
        return Shares(self.learned.best, self.understood.best)


@dataclass(frozen=True)
class TheoryShares(Record):
    """The same in theory, of graphs with these degrees and no edge twice (`deanalysis.theory.prior.distinct`).

    `hubs` is how many skills are so common that a text would meet them twice otherwise. Without any, the shares are those of density
    evolution, and proved; else they are numerical. The `reason` says why hubs are not told apart where they are not.
    """

    learned: float
    understood: float
    status: Status
    hubs: int
    reason: str | None = None

    @property
    def values(self) -> Shares:
        """The shares alone."""
        return Shares(self.learned, self.understood)


@dataclass(frozen=True, repr=False)
class GraphComparison(Outcome):
    """What is learned on a graph, on the same graph rewired, and in theory (theory, section 10).

    The graph less its rewired copies is what its degrees do not explain: `correlations`. The copies less theory is `finite_size`; both are
    None without copies. Theory less `density_evolution`, which lets a text meet a skill twice, is what `repeated_edges` would do.
    """

    rewired: RewiredShares | None
    theory: TheoryShares
    density_evolution: PriorState
    correlations: Shares | None
    finite_size: Shares | None
    repeated_edges: Shares
    learning: GraphLearning = field(compare=False)

    def __repr__(self) -> str:
        rewired = f"{self.rewired.learned.best:.4g}" if self.rewired else "not asked for"
        return f"<learned: graph {self.learned:.4g}, rewired {rewired}, theory {self.theory.learned:.4g}>"

    def table(self) -> Table:
        """Return what is learned and understood on the graph, rewired and in theory, and the differences."""
        evolved = Shares(float(self.density_evolution.learned), float(self.density_evolution.understood))
        columns = {
            "graph": Shares(self.learned, self.understood),
            "rewired": self.rewired,
            "theory": self.theory.values,
            "density evolution": evolved,
            "correlations": self.correlations,
            "finite size": self.finite_size,
            "repeated edges": self.repeated_edges,
        }
        rows = [(name, *(_shown(getattr(shares, name)) for shares in columns.values() if shares)) for name in ("learned", "understood")]
        sizes = f"{self.texts} texts, {self.skills} skills, {self.edges} edges; {self.known} skills known before; {self.rounds} rounds"
        hubs = f"{self.theory.hubs} skills are so common that a text would meet them twice if it could" if self.theory.hubs else None
        notes = sizes, hubs, "graph = density evolution + repeated edges + finite size + correlations" if self.rewired else None
        return Table(("share", *(name for name, shares in columns.items() if shares)), rows, (*notes, self.theory.reason))


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def compare(
    graph: Graph,
    learner: Learner | None = None,
    *,
    known: Iterable[Name] = (),
    known_top: int = 0,
    copies: int = 4,
    seed: int = 1,
    progress: Progress = None,
) -> GraphComparison:
    """Learn on a graph and on copies rewired at fixed degrees, and say what theory makes of its degrees.

    Arguments are those of `learn`; `copies` is a number of independent rewired graphs (0: none). `progress` is called with (done, of).

    >>> from deanalysis import Graph
    >>> graph = Graph.from_edges((text, skill) for text in range(60) for skill in {text % 7, text % 11, text % 30})
    >>> compare(graph, copies=2).learned
    1.0
    """
    rule = bound_learner(learner)
    checked = check_count(copies, 0, MOST_COPIES, "copies")
    learning = learn(graph, rule, known=known, known_top=known_top, seed=seed)
    return compare_learned(learning, rule, checked, seed, progress)


def compare_learned(learning: GraphLearning, rule: Learner, copies: int, seed: int, progress: Progress) -> GraphComparison:
    """Return the comparison of what was learned on a graph."""
    graph = learning.graph
    rewired = rewired_shares(learning.setting, copies, seed, progress) if copies else None
    by_degree = known_by_degree(graph, learning.round_of == 0)
    evolved = PriorKnowledge(graph.ensemble, rule).state(by_degree)
    theory = theory_of(graph, rule, by_degree, evolved)
    correlations = Shares(learning.learned, learning.understood) - rewired.means if rewired else None
    finite_size = rewired.means - theory.values if rewired else None
    repeated = theory.values - Shares(float(evolved.learned), float(evolved.understood))
    return GraphComparison(
        **learning.outcome,
        rewired=rewired,
        theory=theory,
        density_evolution=evolved,
        correlations=correlations,
        finite_size=finite_size,
        repeated_edges=repeated,
        learning=learning,
    )


def rewired_shares(setting: Setting, copies: int, seed: int, progress: Progress) -> RewiredShares:
    """Learn on copies of a graph that are rewired at fixed degrees, from what is known on the graph."""
    graph = setting.graph
    moments: list[list[Moments]] = [[], []]
    first = None
    for number, copy in enumerate(graph.copies(copies, seed), start=1):
        learning = learn_from(setting._replace(graph=copy))
        first = first or learning
        moments[0].append(Moments.of(learning.learned, graph.skills))
        moments[1].append(Moments.of(learning.understood, graph.texts))
        if progress:
            progress(number, copies)
    learned, understood = (sum(parts[1:], parts[0]).estimate() for parts in moments)
    assert first is not None
    return RewiredShares(learned, understood, copies, first)


def theory_of(graph: Graph, learner: Learner, known: dict[int, sp.Expr], evolved: PriorState) -> TheoryShares:
    """Return the theory of graphs with the same degrees and no edge twice, where a share of the skills of each degree is known."""
    distinct = distinct_evolution(graph, learner)
    if (hubs := len(distinct.hubs)) and distinct.is_small:
        return TheoryShares(*distinct.state({degree: float(share) for degree, share in known.items()}), Status.NUMERICAL, hubs)
    reason = "texts are too long, or teach too much at once, to tell hubs apart" if hubs else None
    return TheoryShares(float(evolved.learned), float(evolved.understood), evolved.status, hubs, reason)


def distinct_evolution(graph: Graph, learner: Learner) -> DistinctEvolution:
    """Return the theory of random graphs with the degrees of a graph and no edge twice."""
    return DistinctEvolution(degree_counts(graph.text_degrees), degree_counts(graph.skill_degrees), learner)


def known_by_degree(graph: Graph, known: NDArray[np.bool_]) -> dict[int, sp.Expr]:
    """Return the share of the skills of each degree that is known."""
    there = degree_counts(graph.skill_degrees)
    return {degree: sp.Rational(count, there[degree]) for degree, count in degree_counts(graph.skill_degrees[known]).items()}
