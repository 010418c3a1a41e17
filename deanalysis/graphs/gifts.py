"""Gifts: the skills whose gift teaches most when learning has stopped, found one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..checks import check_count
from ..model.learners import Learner
from ..record import Record, Table
from ..simulate.gifts import Given, Requirements, give_greedily, give_in_turn
from ..simulate.kernel import Learning, Rows
from .graph import Graph
from .learning import commonest, learn
from .rows import Name, shortened

GREEDY, COMMONEST = "greedy", "commonest"
"""How gifts were found."""


@dataclass(frozen=True)
class Gift(Record):
    """A skill that is given: how many others are learned by that, and how many skills are known or learned after it, it included."""

    skill: Name
    releases: int
    after: int


@dataclass(frozen=True, repr=False)
class Gifts(Record):
    """The skills whose gift teaches most, in the order in which they are given.

    Of all `skills`, `before` are known or learned before the first gift. `way` says how the gifts were found: "greedy", each the one
    that releases most after those before it; or "commonest", each the most common that is novel then, where these teach more.
    """

    skills: int
    before: int
    gifts: tuple[Gift, ...]
    way: str

    def __repr__(self) -> str:
        return f"<Gifts: {len(self.gifts)} that release {sum(gift.releases for gift in self.gifts)} of {self.skills} skills>"

    @property
    def names(self) -> list[Name]:
        """The names of the skills that are given."""
        return [gift.skill for gift in self.gifts]

    def table(self) -> Table:
        """Return the gifts, with how many skills each releases and how many are learned by then."""
        before = f"Before the first gift {self.before} of {self.skills} skills are learned."
        found = (
            "Given are the commonest skills that are novel, which teach more than those found greedily." if self.way == COMMONEST else None
        )
        rows = [(shortened(str(gift.skill)), gift.releases, gift.after) for gift in self.gifts]
        return Table(("gift", "releases", "learned after it"), rows, (before, found))


def gifts(
    graph: Graph,
    count: int,
    learner: Learner | None = None,
    *,
    known: Iterable[Name] = (),
    known_top: int = 0,
    seed: int = 1,
    progress: Callable[[int, int], object] | None = None,
) -> Gifts:
    """Find the skills whose gift teaches most when learning has stopped, greedily: each the one that releases most after those before it.

    A gift releases the skills that are learned from texts once it is known, itself not counted. Of those that release equally many the
    more common is taken, then the first. The best set is hard to find: with a text {u, v, e} for each edge e = uv of a network, it is the
    densest set of so many nodes (NP-hard), and a node alone releases nothing. Where the commonest novel skills teach more, they are
    returned.

    Arguments:
        count: how many skills are given, 1 or more; fewer are returned where nothing is novel any more.
        learner, known, known_top, seed: as for `learn`.
        progress: called with how much is done, and of how much.

    Raises `InputError` for what is no skill of the graph, and a count that is no whole number from 1 to the number of skills.

    The texts are left with two novel skills each; "b" is in both, and teaches the others.

    >>> graph = Graph.from_edges([("t", "a"), ("t", "b"), ("u", "b"), ("u", "c"), ("v", "d"), ("v", "e")])
    >>> gifts(graph, 2).gifts
    (Gift(skill='b', releases=2, after=3), Gift(skill='d', releases=1, after=5))
    """
    most = check_count(count, 1, graph.skills, "count")
    learning = learn(graph, learner, known=known, known_top=known_top, seed=seed)
    state, rows, _ = learning.setting.taught()
    start = graph.skills - int(learning.is_novel.sum())
    order = commonest(graph)
    candidates = order[learning.is_novel[order]] + 1
    common = _commonest(graph, rows, state, candidates, most)
    greedy = give_greedily(graph.sampled, rows, Requirements(graph.start, graph.required), state, candidates, most, progress)
    way, given = (COMMONEST, common) if sum(common.released) > sum(greedy.released) else (GREEDY, greedy)
    return Gifts(graph.skills, start, tuple(_listed(graph, given, start)), way)


def _commonest(graph: Graph, rows: Rows, state: Learning, candidates: NDArray[np.int64], most: int) -> Given:
    """Give the commonest skill that is novel, and again, so often."""
    copied = Learning(state.words.copy(), state.novel.copy(), state.order.copy())
    learned = np.empty(len(candidates), dtype=np.int64)
    give_in_turn(graph.sampled, rows, copied, candidates.astype(np.uint32), learned, 0)
    released = np.diff(learned, prepend=0)
    chosen = np.flatnonzero(released)[:most]
    return Given(candidates[chosen].tolist(), released[chosen].tolist())


def _listed(graph: Graph, given: Given, start: int) -> list[Gift]:
    """Return gifts by name, with what is learned after each."""
    after = start + np.cumsum(given.released, dtype=np.int64)
    return [
        Gift(graph.skill_names[skill - 1], released - 1, learned)
        for skill, released, learned in zip(given.skills, given.released, after.tolist(), strict=True)
    ]
