"""Learning on a graph that exists, by the simulator's loop: what is learned, in which round, from which text, and what is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..checks import check_count, require_between, require_kind
from ..errors import InputError
from ..model.exact import exact
from ..model.learners import Learner, SkillLearner, refuse_ideal
from ..record import Record
from ..simulate.compiled import njit
from ..simulate.components import Counts, count_components
from ..simulate.estimates import Estimate, wilson
from ..simulate.kernel import Learning, Rows, begin, get_ready, learn as run, leave_one_out
from ..simulate.sampling import Patience, draw_patience, forget
from ..simulate.streams import check_seed, new_streams
from .degrees import degree_counts
from .graph import Graph
from .rows import Name

_PATIENCE, _ERASED, _HELD = 2, 3, 4
"""First numbers of the paths of streams, which tell them from those of sampled graphs of the same seed."""
_MOST_HELD = 1000
"""Texts that are tested, each after learning anew from all others: an error of 10 % is then known to a tenth of itself."""


class Setting(NamedTuple):
    """What learning on a graph starts from: which skills are novel (after a 0 in front), and the patience of each text."""

    graph: Graph
    novel: NDArray[np.uint8]
    patience: Patience

    @classmethod
    def of(cls, graph: Graph, learner: Learner, novel: NDArray[np.bool_], seed: int) -> Setting:
        """Return the setting in which some skills are novel, by number; the seed decides the patience of Poisson learners' texts."""
        (stream,) = new_streams(check_seed(seed), (_PATIENCE,), 1)
        before = np.append(False, novel).astype(np.uint8)
        return cls(graph, before, draw_patience(learner, int(graph.text_degrees.max()), stream, graph.texts))

    def taught(self) -> tuple[Learning, Rows, NDArray[np.int64]]:
        """Present all texts until nothing changes; return the state, rows of texts, and how many are learned after 0, 1, 2, ... rounds."""
        state = begin(self.graph.sampled, self.novel.copy())
        rows = get_ready(self.graph.sampled, state, self.patience)
        return state, rows, run(self.graph.sampled, rows, state)


@dataclass(frozen=True, repr=False)
class Outcome(Record):
    """What is learned on a graph, in numbers: of so many skills, texts and edges, so many skills known before, in so many rounds.

    `learned` is the share of the skills that are learned or were known before; `understood` that of the texts that teach nothing more
    and are understood.
    """

    skills: int
    texts: int
    edges: int
    ratio: float
    known: int
    learned: float
    understood: float
    rounds: int

    @property
    def outcome(self) -> dict[str, Any]:
        """These numbers by their names."""
        return {number.name: getattr(self, number.name) for number in fields(Outcome)}


@dataclass(frozen=True, repr=False)
class GraphLearning(Outcome):
    """What is learned on a graph: the numbers, and by skill and by text who was taught what, by whom and when.

    `round_of[s]` is the round in which skill s was learned: 0 where it was known before, -1 where it is still novel.
    """

    setting: Setting = field(compare=False)
    round_of: NDArray[np.int64] = field(compare=False)
    is_understood: NDArray[np.bool_] = field(compare=False)
    words: NDArray[np.int64] = field(compare=False)

    def __repr__(self) -> str:
        return f"<{self.learned:.4g} of {self.skills} skills learned, {self.understood:.4g} of {self.texts} texts understood>"

    @property
    def graph(self) -> Graph:
        """The graph on which was learned."""
        return self.setting.graph

    @property
    def is_novel(self) -> NDArray[np.bool_]:
        """Whether each skill is still novel, by number."""
        return self.round_of < 0

    @property
    def learned_skills(self) -> list[Name]:
        """The names of the skills that are learned or known, in the order of their numbers."""
        return self.graph.named(~self.is_novel)

    @cached_property
    def residue(self) -> Graph:
        """The graph of the skills that are still novel and the texts that require one of them: the core, or the stopping set."""
        return self.graph.part(self.novel_left > 0, self.is_novel)

    @cached_property
    def novel_left(self) -> NDArray[np.int64]:
        """How many novel skills each text has left, by number."""
        left = np.add.reduceat(np.append(self.is_novel[self.graph.required], 0), self.graph.start[:-1])
        return np.where(self.graph.text_degrees > 0, left, 0)

    @property
    def blocked(self) -> dict[int, int]:
        """How many texts have 1, 2, ... novel skills left: what blocks learning."""
        return {left: texts for left, texts in degree_counts(self.novel_left).items() if left}

    @cached_property
    def _trace(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return trace(self.graph.start, self.graph.required, self.round_of, self.setting.patience)

    @property
    def teacher_of(self) -> NDArray[np.int64]:
        """The text that taught each skill, by number: the first of those that could in its round; -1 where it was not taught."""
        return self._trace[0]

    @property
    def ready_after(self) -> NDArray[np.int64]:
        """After how many rounds each text was ready to teach, or understood; -1 where it never was."""
        return self._trace[1]

    @property
    def cascade(self) -> list[int]:
        """How many skills are learned in round 1, 2, ..."""
        return [int(count) for count in np.bincount(self.round_of[self.round_of > 0], minlength=self.rounds + 1)[1:]]

    @cached_property
    def components(self) -> Counts:
        """Components, pairs and triangles of the learned skills, two of which are associated where a text requires both."""
        vertices = np.append(0, ~self.is_novel).astype(np.uint8)
        return count_components(self.graph.sampled, vertices, self.words, False)

    def testing_error(self, texts: int | None = None, seed: int = 1) -> Estimate:
        """Test some texts drawn at random (1 %, at most 1000), each after learning from all the others; return the share that failed.

        A text fails where the others leave one of its skills novel. The interval is Wilson's, as if the texts were independent.
        """
        tested, failed = _held_out(self.setting, max(1, min(self.graph.texts // 100, _MOST_HELD)) if texts is None else texts, seed)
        return wilson(failed, tested)


def learn(
    graph: Graph,
    learner: Learner | None = None,
    *,
    known: Iterable[Name] = (),
    known_top: int = 0,
    unknown: Any = None,
    seed: int = 1,
) -> GraphLearning:
    """Present the texts of a graph again and again until nothing changes, by the simulator's loop (peeling; section 2 of the theory).

    Arguments:
        learner: 1-skill if None; the texts of a Poisson learner draw their patience, by the seed.
        known: names of skills that are known before.
        known_top: how many of the commonest skills are known as well (of those equally common the first).
        unknown: a probability with which each other skill is unknown, by the seed; or the names of all unknown skills. All, if None.

    Raises `InputError` for what is no skill of the graph.

    A text of one skill teaches it; with that the next one can teach.

    >>> graph = Graph.from_edges([("t", "a"), ("u", "a"), ("u", "b"), ("v", "b"), ("v", "c"), ("v", "d")])
    >>> learning = learn(graph)
    >>> learning.learned_skills, learning.rounds, learning.residue.to_edges()
    (['a', 'b'], 2, [('v', 'c'), ('v', 'd')])
    >>> learn(graph, known=["d"]).learned
    1.0
    """
    require_kind(graph, Graph, "the graph", "a Graph, such as Graph.read(path)")
    rule = bound_learner(learner)
    novel = unknown_skills(graph, unknown, seed)
    novel[known_skills(graph, known, known_top)] = False
    return learn_from(Setting.of(graph, rule, novel, seed))


def learn_from(setting: Setting) -> GraphLearning:
    """Learn from a setting."""
    graph = setting.graph
    state, _, counts = setting.taught()
    round_of = np.where(setting.novel[1:] > 0, -1, 0)
    round_of[state.order[: counts[-1]].astype(np.int64) - 1] = np.repeat(np.arange(len(counts)), np.diff(counts, prepend=0))
    is_understood = (state.words >> 32) <= 0
    known = int(graph.skills - setting.novel.sum())
    sizes = (graph.skills, graph.texts, graph.edges, graph.ratio)
    learned = (known + int(counts[-1])) / graph.skills
    return GraphLearning(
        *sizes, known, learned, float(is_understood.mean()), len(counts) - 1, setting, round_of, is_understood, state.words
    )


def bound_learner(learner: Learner | None) -> Learner:
    """Return a learner, 1-skill if None; raise `InputError` for what is none, and where a letter of it is free."""
    rule: Learner = require_kind(
        SkillLearner(1) if learner is None else learner, Learner, "the learner", "a Learner, such as SkillLearner(1)"
    )
    refuse_ideal(rule, "a graph that exists")
    if rule.letters:
        raise InputError("learner", f"must have every letter bound; {min(map(str, rule.letters))} is free")
    return rule


def known_skills(graph: Graph, names: Iterable[Name], top: int) -> NDArray[np.int64]:
    """Return the numbers of the skills of some names and of the `top` commonest ones."""
    count = check_count(top, 0, graph.skills, "known_top")
    return np.concatenate([graph.skill_numbers(names, "known"), commonest(graph)[:count]])


def commonest(graph: Graph) -> NDArray[np.int64]:
    """Return the numbers of all skills, the most common first, those equally common in their order."""
    return np.argsort(-graph.skill_degrees, kind="stable")


def unknown_skills(graph: Graph, unknown: Any, seed: int) -> NDArray[np.bool_]:
    """Return which skills are unknown before: all, each with a probability, or those of some names."""
    if unknown is None:
        return np.ones(graph.skills, dtype=np.bool_)
    if isinstance(unknown, Collection) and not isinstance(unknown, str):
        novel = np.zeros(graph.skills, dtype=np.bool_)
        novel[graph.skill_numbers(unknown, "unknown")] = True
        return novel
    chance = require_between(exact(unknown, "unknown"), 0, 1, "unknown")
    (stream,) = new_streams(check_seed(seed), (_ERASED,), 1)
    novel = np.zeros(graph.skills + 1, dtype=np.uint8)
    forget(float(chance), stream, novel)
    return novel[1:] > 0


@njit(cache=True)
def trace(
    start: NDArray[np.int64], required: NDArray[np.uint32], round_of: NDArray[np.int64], patience: Patience
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first text that taught each skill, and after how many rounds each text was ready; -1 where there is none.

    A text of k skills novel at first is ready once k less its patience of them have been learned, and teaches the others in the next round.
    """
    teacher, ready = np.full(len(round_of), -1, dtype=np.int64), np.full(len(patience), -1, dtype=np.int64)
    for text in range(len(patience)):
        skills = required[start[text] : start[text + 1]]
        rounds = np.sort(round_of[skills])
        rounds = np.concatenate((rounds[rounds > 0], rounds[rounds < 0]))  # in the order in which they are learned, if they are
        needed = len(rounds) - np.int64(patience[text])
        ready[text] = 0 if needed <= 0 else rounds[needed - 1]
        if ready[text] >= 0:
            for skill in skills:
                if round_of[skill] == ready[text] + 1 and teacher[skill] < 0:
                    teacher[skill] = text
    return teacher, ready


def _held_out(setting: Setting, count: int, seed: int) -> tuple[int, int]:
    """Leave out `count` texts drawn at random, one at a time; return how many were tested, and how many of them failed."""
    held = check_count(count, 1, setting.graph.texts, "texts")
    (stream,) = new_streams(check_seed(seed), (_HELD,), 1)
    drawn = np.random.default_rng(int(stream.key)).permutation(setting.graph.texts)
    position = np.empty_like(drawn)
    position[drawn] = np.arange(len(drawn))
    graph = setting.graph.sampled
    graph = graph._replace(ends=position[graph.ends].astype(np.uint32))
    patience = setting.patience[drawn]
    state = begin(graph, setting.novel.copy())
    rows = get_ready(graph, state, patience, held)
    run(graph, rows, state)
    return leave_one_out(graph, rows, state, patience[:held], held)
