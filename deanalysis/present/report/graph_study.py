"""What the report of a graph looks at: the graph, its rewired copies, and what theory says of its degrees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...checks import require_kind
from ...graphs.gifts import Gifts, gifts
from ...graphs.graph import Graph
from ...graphs.learning import GraphLearning, bound_learner
from ...graphs.rows import Name
from ...model.learners import Learner
from ..validation.graphs import GraphComparison, compare
from ..validation.known import KnownComparison, compare_known
from ..validation.laws import LawFits, fit_laws
from .writing import Counter

_GIFTS = 3
"""Gifts that are looked for: each takes seconds on a graph of millions of edges."""


@dataclass(frozen=True)
class GraphStudy:
    """A graph with what is asked of it; each answer is had once."""

    graph: Graph
    learner: Learner
    known: tuple[Name, ...]
    known_top: int
    copies: int
    seed: int
    count: Counter

    @classmethod
    def of(
        cls, graph: Graph, learner: Learner | None, known: Iterable[Name], known_top: int, copies: int, seed: int, count: Counter
    ) -> GraphStudy:
        """Return the study of a graph; a string of known names stays one, for `learn` to refuse."""
        require_kind(graph, Graph, "the graph", "a Graph, such as Graph.read(path)")
        names: Any = known if isinstance(known, str) else tuple(known)
        return cls(graph, bound_learner(learner), names, known_top, copies, seed, count)

    @property
    def before(self) -> dict[str, Any]:
        """What is known before and the seed, as arguments."""
        return {"known": self.known, "known_top": self.known_top, "seed": self.seed}

    @cached_property
    def compared(self) -> GraphComparison:
        """The graph beside its rewired copies and theory."""
        return compare(self.graph, self.learner, **self.before, copies=self.copies, progress=self.count.part())

    @property
    def learning(self) -> GraphLearning:
        """What is learned on the graph."""
        return self.compared.learning

    @property
    def copied(self) -> GraphLearning | None:
        """What is learned on the first copy, if there is one."""
        return self.compared.rewired.first if self.compared.rewired else None

    @cached_property
    def fits(self) -> dict[str, LawFits]:
        """The laws fitted to the degrees of texts and skills."""
        return {"texts": fit_laws(self.graph.text_degrees), "skills": fit_laws(self.graph.skill_degrees)}

    @cached_property
    def along(self) -> KnownComparison:
        """The same where the commonest skills are known, for every number of them."""
        return compare_known(self.graph, self.learner, copies=self.copies, seed=self.seed, progress=self.count.part())

    @cached_property
    def gifts(self) -> Gifts:
        """The skills whose gift teaches most."""
        return gifts(self.graph, min(_GIFTS, self.graph.skills), self.learner, **self.before)
