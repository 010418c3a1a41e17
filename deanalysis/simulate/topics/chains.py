"""Chains of topics: one graph, skills by topic and class, texts by position and type, one after the other.

A skill of topic i has its edges to texts at the positions i, ..., i+W-1. How the edges of a kind (class, type, offset) are drawn
depends on their two laws:

* *both Poisson*: each edge chooses a skill of the topic and a text of the position uniformly.
* *one Poisson*: the nodes of the other side draw their degrees, each of their edges its kind, and a node of the Poisson side uniformly.
* *neither*: both sides have edge ends in proportion to the probabilities of their degrees and kinds, to within one. The ends of a kind
  are matched at random; if one side has more of them, what is left over is cut.

So texts at the ends of a chain lack the edges of those topics that are missing. Where the last topic is joined to its mirror image,
position p is the same as 2L + W - 2 - p, both counted from 0, and an edge with offset k arrives there as one with W - 1 - k. A position
that is its own mirror image has half the texts, which take both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...model.chains import Chain, Edge
from ...model.degrees import DegreeDistribution
from ...model.joint import JointLaw
from ...model.laws import Poisson, Regular
from ..classes import in_proportion, shares_of
from ..compiled import njit
from ..graphs import Graph
from ..streams import LARGEST_INDEX, Stream, new_streams, pick
from ..tables import draw_degrees, table_of

Ends = NDArray[np.uint32]
_NO_ENDS = np.zeros(0, dtype=np.uint32)
_NARROW = 2**31
"""Edges from which on offsets take 64 bits."""


class ChainGraph(NamedTuple):
    """A graph; the skills before each class of each topic, and the texts before each type of each position, and at last all of them."""

    graph: Graph
    skills: NDArray[np.int64]
    texts: NDArray[np.int64]


class Draws(NamedTuple):
    """A draw of a joint law in floats: its law, its kinds of edges and their weights, and whether its ends are in exact proportion."""

    law: DegreeDistribution
    kinds: tuple[str, ...]
    weights: NDArray[np.float64]
    exact: bool

    @property
    def is_poisson(self) -> bool:
        """Whether edges choose their nodes uniformly, so that these need not draw their degrees."""
        return isinstance(self.law, Poisson)

    def ends(self, nodes: int, rng: np.random.Generator) -> list[Ends]:
        """Return for each kind the nodes 0, 1, ... at which its edges end, in random order where there is a choice."""
        degrees = int(self.law.degree) if isinstance(self.law, Regular) else self._degrees(nodes, rng)
        ends = np.repeat(np.arange(nodes, dtype=np.uint32), degrees)
        if self.exact or len(self.kinds) > 1:
            rng.shuffle(ends)
        if len(self.kinds) == 1:
            return [ends]
        counts = shares_of(self.weights, len(ends)) if self.exact else rng.multinomial(len(ends), self.weights)
        return np.split(ends, np.cumsum(counts)[:-1])

    def _degrees(self, nodes: int, rng: np.random.Generator) -> NDArray[np.int64]:
        if self.exact:
            return in_proportion(self.law, nodes, rng)
        (stream,) = new_streams(int(rng.integers(2**63)), (), 1)
        return draw_degrees(table_of(self.law), stream, nodes)


@dataclass(frozen=True)
class ChainSampler:
    """A chain without free letters, ready to be drawn."""

    chain: Chain

    @cached_property
    def classes(self) -> list[list[Draws]]:
        """The draws of a skill, by class."""
        return self._draws([own.law for own in self.chain.cell.classes], [kind.law for kind in self.chain.cell.types])

    @cached_property
    def types(self) -> list[list[Draws]]:
        """The draws of a text, by type."""
        return self._draws([kind.law for kind in self.chain.cell.types], [own.law for own in self.chain.cell.classes])

    @staticmethod
    def _draws(laws: Sequence[JointLaw], others: Sequence[JointLaw]) -> list[list[Draws]]:
        """Return draws in floats; their ends are in proportion where those on the other side are not chosen uniformly."""
        chosen = {kind for law in others for draw in law.draws if isinstance(draw.law, Poisson) for kind, _ in draw.weights}
        made = []
        for law in laws:
            draws = []
            for draw in law.draws:
                kinds = tuple(kind for kind, _ in draw.weights)
                weights = np.array([float(weight) for _, weight in draw.weights])
                draws.append(Draws(draw.law, kinds, weights / weights.sum(), not chosen.issuperset(kinds)))
            made.append(draws)
        return made

    @cached_property
    def chosen(self) -> set[str]:
        """The kinds of edges that choose their texts uniformly."""
        return {kind for draws in self.types for draw in draws if draw.is_poisson for kind in draw.kinds}

    @cached_property
    def means(self) -> dict[str, float]:
        """How many edges of each kind a skill has on average."""
        return {kind: float(own.law.mean(kind)) for own in self.chain.cell.classes for kind in own.law.kinds}

    @cached_property
    def mirrored(self) -> dict[str, str]:
        """The kind as which an edge of a kind arrives at the mirror image of its position."""
        edges, last = self.chain.cell.edges, self.chain.window - 1
        by_edge = {edge: kind for kind, edge in edges.items()}
        return {kind: by_edge.get(edge._replace(offset=last - edge.offset), kind) for kind, edge in edges.items()}

    @cached_property
    def uniform(self) -> bool:
        """Whether all edges choose their skills uniformly, so that fresh texts can be drawn."""
        return all(draw.is_poisson for draws in self.classes for draw in draws)

    def texts_at(self, position: int, kind: int, texts: Sequence[int]) -> int:
        """Return how many texts of a type there are at a position."""
        chain = self.chain
        half = chain.ends == "one" and chain.window % 2 == 0 and position == chain.positions - 1
        return texts[kind] // 2 if half else texts[kind]

    def arrival(self, topic: int, kind: str) -> tuple[int, tuple[str, ...]]:
        """Return where an edge of a kind from a topic arrives, and as which kinds: at a position that is its own mirror image as two."""
        chain, position = self.chain, topic + self.chain.cell.edges[kind].offset
        mirror = 2 * chain.topics + chain.window - 2 - position
        if chain.ends == "ring":
            return position % chain.topics, (kind,)
        if chain.ends == "open" or position < mirror:
            return position, (kind,)
        return mirror, (self.mirrored[kind],) if position > mirror else (kind, self.mirrored[kind])

    def origin(self, position: int, kind: str) -> int | None:
        """Return the topic from which edges of a kind come to a position; None where it is missing."""
        chain, topic = self.chain, position - self.chain.cell.edges[kind].offset
        if chain.ends == "ring":
            return topic % chain.topics
        if chain.ends == "one" and topic >= chain.topics:
            return 2 * chain.topics - 1 - topic
        return topic if 0 <= topic < chain.topics else None

    def meets(self, marked: NDArray[np.bool_], first: NDArray[np.int64], place: int, texts: int, rng: np.random.Generator) -> int:
        """Return how many of some fresh texts, of one type and at one position, require a marked skill; skills are chosen uniformly."""
        position, of_type = divmod(place, len(self.types))
        met = np.zeros(texts, dtype=bool)
        for draw in self.types[of_type]:
            for kind, ends in zip(draw.kinds, draw.ends(texts, rng), strict=True):
                if (topic := self.origin(position, kind)) is not None:
                    block = topic * len(self.classes) + self.chain.cell.edges[kind].skill_class
                    met[ends[marked[rng.integers(first[block], first[block + 1], size=len(ends))]]] = True
        return int(met.sum())

    def draw(self, skills: Sequence[int], texts: Sequence[int], rng: np.random.Generator) -> ChainGraph:
        """Draw a graph with so many skills of each class by topic, and so many texts at each position by type."""
        classes, types = len(self.classes), len(self.types)
        first_skills = _sums([count for count in skills for _ in range(classes)])
        first_texts = _sums([self.texts_at(position, kind, texts) for position in range(self.chain.positions) for kind in range(types)])
        if min(np.diff(first_texts)) < 1 or first_texts[-1] > LARGEST_INDEX:
            requirement = f"must give each position at least one text of each type, and at most {LARGEST_INDEX} to all of them"
            raise InputError("skills", requirement, given=max(skills))
        drawing = _Drawing(self, first_texts, rng)
        parts = [drawing.of_class(topic, own, count) for topic, count in enumerate(skills) for own in range(classes)]
        ends = np.concatenate([ends for _, ends in parts])
        if not len(ends):
            raise InputError("skills", "is too small: a graph came out without an edge", given=max(skills))
        start = np.zeros(int(first_skills[-1]) + 1, dtype=np.uint32 if len(ends) < _NARROW else np.int64)
        np.cumsum(np.concatenate([degrees for degrees, _ in parts]), out=start[1:])
        return ChainGraph(Graph(start, ends, Stream(np.uint64(0), np.uint64(1)), int(first_texts[-1])), first_skills, first_texts)


class _Drawing:
    """A graph that is being drawn: the text ends that no edge has taken yet, by position and kind."""

    def __init__(self, sampler: ChainSampler, texts: NDArray[np.int64], rng: np.random.Generator) -> None:
        self.sampler, self.texts, self.rng = sampler, texts, rng
        self.edges: dict[str, Edge] = dict(sampler.chain.cell.edges)
        self.waiting: dict[tuple[int, str], Ends] = {}
        self.drawn: set[tuple[int, int]] = set()
        self.picked = 0
        (self.choices,) = new_streams(int(rng.integers(2**63)), (), 1)

    def of_class(self, topic: int, own: int, skills: int) -> tuple[NDArray[np.int64], Ends]:
        """Return how many edges each skill of a class of a topic has, and the texts of all of them."""
        met, by = [_NO_ENDS], [_NO_ENDS]
        for draw in self.sampler.classes[own]:
            given = [None] * len(draw.kinds) if draw.is_poisson else draw.ends(skills, self.rng)
            for kind, ends in zip(draw.kinds, given, strict=True):
                texts = self._texts(topic, kind, skills if ends is None else len(ends), ends is None)
                by.append(texts)
                met.append(ends[: len(texts)] if ends is not None else self._chosen(skills, len(texts)))
        return _gathered(np.concatenate(met), np.concatenate(by), skills)

    def _texts(self, topic: int, kind: str, count: int, poisson: bool) -> Ends:
        """Return the texts of the edges of a kind from a topic: of `count` edges at most, or as many as so many Poisson skills have."""
        position, kinds = self.sampler.arrival(topic, kind)
        of_type = self.edges[kind].type
        first, last = self.texts[position * len(self.sampler.types) + of_type :][:2]
        if (position, of_type) not in self.drawn:
            self._draw_texts(position, of_type, int(last - first))
        if kind in self.sampler.chosen:
            edges = int(self.rng.poisson(count * self.sampler.means[kind])) if poisson else count
            return np.uint32(first) + self._chosen(int(last - first), edges)
        waiting = [self.waiting.pop((position, arriving)) for arriving in dict.fromkeys(kinds)]
        ends = np.concatenate(waiting) if len(waiting) > 1 else waiting[0]
        if len(waiting) > 1:
            self.rng.shuffle(ends)
        return np.uint32(first) + (ends if poisson else ends[:count])

    def _draw_texts(self, position: int, of_type: int, texts: int) -> None:
        """Draw the edge ends of the texts at a position, where they are not chosen uniformly."""
        self.drawn.add((position, of_type))
        for draw in self.sampler.types[of_type]:
            if not draw.is_poisson:
                self.waiting |= {(position, kind): ends for kind, ends in zip(draw.kinds, draw.ends(texts, self.rng), strict=True)}

    def _chosen(self, nodes: int, count: int) -> Ends:
        self.picked += count
        return _picks(self.choices, self.picked - count, count, nodes)


def _sums(counts: Sequence[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *counts])


@njit(cache=True)
def _picks(stream: Stream, first: int, count: int, nodes: int) -> Ends:
    """Choose nodes 0, 1, ... uniformly, by numbers `first`, `first` + 1, ... of a stream."""
    ends = np.empty(count, dtype=np.uint32)
    for index in range(count):
        ends[index] = pick(stream, first + index, nodes)
    return ends


@njit(cache=True)
def _gathered(met: Ends, by: Ends, skills: int) -> tuple[NDArray[np.int64], Ends]:
    """Return the number of edges of each skill 0, 1, ..., and the texts of their edges, skill by skill."""
    degrees, place, ends = np.zeros(skills, dtype=np.int64), np.zeros(skills + 1, dtype=np.int64), np.empty(len(by), dtype=np.uint32)
    for skill in met:
        degrees[skill] += 1
    for skill in range(skills):
        place[skill + 1] = place[skill] + degrees[skill]
    for edge in range(len(met)):
        skill = met[edge]
        ends[place[skill]] = by[edge]
        place[skill] += 1
    return degrees, ends
