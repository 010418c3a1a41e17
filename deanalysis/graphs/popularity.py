"""Prior knowledge by popularity: what is learned on a graph whose commonest skills are known, for every number of them at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..model.learners import Learner
from ..record import Record, Table
from ..simulate.gifts import give_in_turn
from .graph import Graph
from .learning import GraphLearning, commonest, learn, trace

_STEPS = 1, 2, 5
"""Numbers of known skills that are shown: these times powers of ten."""


@dataclass(frozen=True)
class Known(Record):
    """What is learned where so many skills are known: shares of the skills, those known included, and of the texts."""

    known: int
    learned: float
    understood: float


@dataclass(frozen=True)
class GraphEmergence(Record):
    """The largest step of what is learned as one more of the commonest skills is known, the one that makes them `known`.

    `before` and `past` are the shares learned on either side. The step is a jump if it is more than n^(2/3) of n skills, as many as a
    cascade reaches that just does not die out.
    """

    known: int
    before: float
    past: float
    is_jump: bool


@dataclass(frozen=True, repr=False)
class KnownCurve(Record):
    """What is learned on a graph where its k commonest skills are known, for k = 0, 1, ..., n.

    `learned[k]` is the share of the skills, those known included, `understood[k]` that of the texts. `emergence` is the largest step.
    `points` are those at k = 0, 1, 2, 5, 10, 20, ... and n, and on both sides of the emergence.
    """

    ALSO: ClassVar[Mapping[str, str]] = {"points": "points"}

    skills: int
    texts: int
    emergence: GraphEmergence
    learned: NDArray[np.float64] = field(compare=False)
    understood: NDArray[np.float64] = field(compare=False)

    def __repr__(self) -> str:
        what = "emergence" if self.emergence.is_jump else "no jump; largest step"
        return (
            f"<{what} at {self.emergence.known} of {self.skills} known: {self.emergence.before:.4g} to {self.emergence.past:.4g} learned>"
        )

    @property
    def points(self) -> tuple[Known, ...]:
        """The curve at some numbers of known skills."""
        chosen = sorted({*_round_numbers(self.skills), self.emergence.known - 1, self.emergence.known})
        return tuple(Known(known, float(self.learned[known]), float(self.understood[known])) for known in chosen)

    def known_for(self, share: float) -> int:
        """Return the least number of commonest skills that have to be known so that a share of all skills is learned.

        >>> known_curve(Graph.from_edges([("t", "a"), ("t", "b"), ("u", "b"), ("u", "c"), ("v", "d"), ("v", "e")])).known_for(0.5)
        1
        """
        return bisect_left(self.learned, share)

    def table(self) -> Table:
        """Return the curve at round numbers of known skills and at the emergence."""
        step = self.emergence
        said = f"The largest step, from {step.before:.4g} to {step.past:.4g} learned, is that to {step.known} known skills"
        rows = [(point.known, point.learned, point.understood) for point in self.points]
        return Table(("known", "learned", "understood"), rows, (f"{said}: {'a jump' if step.is_jump else 'no jump'}.",))


def known_curve(graph: Graph, learner: Learner | None = None, *, seed: int = 1) -> KnownCurve:
    """Return what is learned where the k commonest skills are known, for every k, by giving them in turn and learning on after each.

    The end of learning does not depend on the order in which skills come to be known, so `learned[k]` is what `learn(known_top=k)` says.
    Skills that are equally common come in their order.

    Arguments: `learner` and `seed` as for `learn`.

    >>> graph = Graph.from_edges([("t", "a"), ("t", "b"), ("u", "b"), ("u", "c"), ("v", "d"), ("v", "e")])
    >>> found = known_curve(graph)
    >>> found.learned.tolist(), found.emergence
    ([0.0, 0.6, 0.6, 0.6, 1.0, 1.0], GraphEmergence(known=1, before=0.0, past=0.6, is_jump=True))
    """
    learning = learn(graph, learner, seed=seed)
    counts, known_at = _given_in_turn(learning)
    steps = np.diff(counts)
    largest = int(steps.argmax())
    before, past = counts[largest] / graph.skills, counts[largest + 1] / graph.skills
    emergence = GraphEmergence(largest + 1, float(before), float(past), is_jump(int(steps[largest]), graph.skills))
    _, understood_at = trace(graph.start, graph.required, known_at, learning.setting.patience)
    understood = np.cumsum(np.bincount(understood_at, minlength=graph.skills + 1)) / graph.texts
    return KnownCurve(graph.skills, graph.texts, emergence, counts / graph.skills, understood)


def is_jump(step: int, skills: int) -> bool:
    """Whether a step is more than n^(2/3), which a cascade reaches that is just critical (Bollobás, Random Graphs, chapter 6).

    The largest step on Poisson graphs of 10^3, 10^4 and 10^5 skills was at most 0.5 n^(2/3) where theory has no jump (c = 2, 2.5, 3;
    R = 0.8), and from 5.5 to 30 n^(2/3) where it has one (c = 5, 6; R = 1.5); tests/graphs/test_popularity.py has some of them.
    """
    return step**3 > skills**2


def _given_in_turn(learning: GraphLearning) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give all skills, the commonest first; return how many are learned or known after 0, 1, ... gifts, and after which gift each is."""
    graph = learning.graph
    state, rows, _ = learning.setting.taught()
    start = graph.skills - int(learning.is_novel.sum())
    counts = np.full(graph.skills + 1, start)
    give_in_turn(graph.sampled, rows, state, (commonest(graph) + 1).astype(np.uint32), counts[1:], start)
    known_at = np.zeros(graph.skills, dtype=np.int64)
    order = state.order[: graph.skills - start].astype(np.int64) - 1
    known_at[order] = np.repeat(np.arange(1, graph.skills + 1), np.diff(counts))
    return counts, known_at


def _round_numbers(largest: int) -> Iterator[int]:
    yield from (0, largest)
    power = 1
    while power < largest:
        yield from (power * step for step in _STEPS if power * step < largest)
        power *= 10
