"""Where the unknowns of a chain are: by topic, class and group of edges, those that mirror each other being one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np

from ...balls.vectors.layers import Where
from ...model.chains import Chain
from ...model.joint import JointLaw

_Value = TypeVar("_Value")


class Rows(NamedTuple):
    """Groups of edges of a node of one kind, by number: the kinds of edges in each, and the group with the same unknown, its first."""

    groups: tuple[tuple[str, ...], ...]
    alike: tuple[int, ...]


def rows_of(law: JointLaw) -> Rows:
    """Return the groups of edges of a node of a law."""
    groups = tuple(tuple(kind for kind, _ in draw.weights) for draw in law.draws)
    first = {kind: kinds[0] for kinds in law.alike for kind in kinds}
    starts = {kinds[0]: number for number, kinds in enumerate(groups)}
    return Rows(groups, tuple(starts[first[kinds[0]]] for kinds in groups))


def _numbered(sides: Sequence[Rows]) -> dict[str, tuple[int, int]]:
    """Return, by kind of edges, the number of the node and the group that has the unknown."""
    groups = ((node, rows, number, kinds) for node, rows in enumerate(sides) for number, kinds in enumerate(rows.groups))
    return {kind: (node, rows.alike[number]) for node, rows, number, kinds in groups for kind in kinds}


@dataclass(frozen=True, eq=False)
class Layout:
    """The unknowns of a chain by topic, class and group of edges, those that mirror each other being one.

    A chain with both ends open is its own mirror image where it is spread alike in both directions; a ring is its own about the middle of
    its known stretch, and without one all its topics are alike.
    """

    chain: Chain

    @cached_property
    def of_classes(self) -> list[Rows]:
        """The groups of edges of each class."""
        return [rows_of(skills.law) for skills in self.chain.cell.classes]

    @cached_property
    def of_types(self) -> list[Rows]:
        """The groups of edges of each type."""
        return [rows_of(texts.law) for texts in self.chain.cell.types]

    @cached_property
    def is_mirrored(self) -> bool:
        """Whether topics mirror each other."""
        return not self.chain.spreading or self.chain.spreading == self.chain.spreading[::-1]

    @property
    def topics(self) -> int:
        """The topics of the chain whose mirror image is itself: a chain with one end is half of one."""
        return self.chain.topics * (2 if self.chain.ends == "one" else 1)

    @property
    def positions(self) -> int:
        """The positions of texts in it."""
        return self.topics if self.chain.ends == "ring" else self.topics + self.chain.window - 1

    def mirror_topic(self, topic: Where) -> Where:
        """Return the mirror image of topics, counted from 0."""
        return (self.chain.known - 1 - topic) % self.topics if self.chain.ends == "ring" else self.topics - 1 - topic

    def mirror_position(self, position: Where) -> Where:
        """Return the mirror image of positions, counted from 0."""
        last = self.chain.window - 2
        return (self.chain.known + last - position) % self.topics if self.chain.ends == "ring" else self.topics + last - position

    @cached_property
    def representative(self) -> tuple[Where, np.ndarray]:
        """The topic that stands for each, and whether it is met in the mirror."""
        return self._first_of(self.topics, self.mirror_topic)

    @cached_property
    def standing(self) -> tuple[Where, np.ndarray]:
        """The position that stands for each, and whether it is met in the mirror."""
        return self._first_of(self.positions, self.mirror_position)

    def _first_of(self, count: int, mirror: Callable[[Where], Where]) -> tuple[Where, np.ndarray]:
        """Return the first of all places that have the unknowns of each one, and whether it is met in the mirror."""
        own = np.arange(count)
        if self.chain.ends == "ring" and not self.chain.known:
            return 0 * own, np.zeros(count, dtype=bool)
        image = mirror(own) if self.is_mirrored else own
        return np.minimum(own, image), image < own

    @cached_property
    def shown_topics(self) -> Where:
        """The topics of which there are unknowns."""
        stands, _ = self.representative
        known = np.arange(self.topics) < self.chain.known
        return np.array(sorted({int(topic) for topic, is_known in zip(stands, known, strict=True) if not is_known}), dtype=int)

    @cached_property
    def shown_positions(self) -> Where:
        """The positions of which there are entries."""
        return np.unique(self.standing[0])

    @cached_property
    def labels(self) -> list[tuple[int, int]]:
        """Class and group of the unknowns of one topic."""
        return [(k, g) for k, rows in enumerate(self.of_classes) for g in range(len(rows.groups)) if rows.alike[g] == g]

    @property
    def size(self) -> int:
        """The number of unknowns."""
        return len(self.labels) * len(self.shown_topics)

    def mirrored(self, kind: str) -> str:
        """Return the kind of edges that is one in the mirror."""
        edge = self.chain.cell.edges[kind]
        return self._by_edge[edge._replace(offset=self.chain.window - 1 - edge.offset)]

    @cached_property
    def _by_edge(self) -> dict[tuple[int, int, int], str]:
        return {(edge.type, edge.skill_class, edge.offset): kind for kind, edge in self.chain.cell.edges.items()}

    def group(self, kind: str, *, of_text: bool) -> tuple[int, int]:
        """Return the class, or type, of a kind of edges and the group that has its unknown."""
        return (self._of_text if of_text else self._of_skill)[kind]

    @cached_property
    def _of_text(self) -> dict[str, tuple[int, int]]:
        return _numbered(self.of_types)

    @cached_property
    def _of_skill(self) -> dict[str, tuple[int, int]]:
        return _numbered(self.of_classes)

    @cached_property
    def _label(self) -> dict[tuple[int, int], int]:
        return {label: number for number, label in enumerate(self.labels)}

    def place(self, topic: Where) -> Where:
        """Return where topics stand among those that are shown; what is missing, or known, is after them."""
        inside = (topic >= 0) & (topic < self.topics) | (self.chain.ends == "ring")
        topic = topic % self.topics
        inside &= topic >= self.chain.known
        return np.where(inside, np.searchsorted(self.shown_topics, self.representative[0][topic]), len(self.shown_topics))

    def unknown(self, kind: str, topic: Where) -> Where:
        """Return the numbers of the unknowns of edges of a kind at topics; what is missing, or known, is the entry after the unknowns."""
        places, swapped = self.place(topic), self.representative[1][topic % self.topics]
        inside = places < len(self.shown_topics)
        numbers = [self._label[self.group(name, of_text=False)] for name in self.both(kind)]
        label = np.where(swapped, numbers[-1], numbers[0])
        return np.where(inside, places * len(self.labels) + label, self.size)

    def both(self, kind: str) -> tuple[str, ...]:
        """Return a kind of edges, and what it is in the mirror where there is one."""
        return (kind, self.mirrored(kind)) if self.is_mirrored and self.chain.window > 1 else (kind,)

    def by_topic(self, values: Sequence[_Value]) -> tuple[_Value, ...]:
        """Return values of the unknowns by topic and kind of edge, those of mirror images too; what is known is left out."""
        topics = np.arange(self.chain.known, self.chain.topics)
        where = np.array([self.unknown(kind, topics) for kind in self._first_kinds]).T.ravel()
        return tuple(values[index] for index in where)

    @property
    def names(self) -> tuple[str, ...]:
        """The kinds of edges whose unknowns there are, where there is more than one."""
        if len(self.labels) == 1:
            return ()
        return self._first_kinds

    @cached_property
    def _first_kinds(self) -> tuple[str, ...]:
        first = {label: kind for kind, label in reversed(self._of_skill.items())}
        return tuple(first[label] for label in self.labels)

    def jumping(self, moves: np.ndarray) -> tuple[str, ...]:
        """Name the topics, or the classes where there is one topic, for which something holds."""
        classes = self.chain.cell.classes
        which = np.asarray(moves).reshape(self.chain.topics, len(classes))
        if self.chain.topics == 1:
            return tuple(skills.name for skills, is_moving in zip(classes, which[0], strict=True) if is_moving)
        topics = np.flatnonzero(np.any(which, axis=1)) + 1
        runs = np.split(topics, np.flatnonzero(np.diff(topics) > 1) + 1) if len(topics) else []
        return tuple(f"topic {run[0]}" if len(run) == 1 else f"topics {run[0]} to {run[-1]}" for run in runs)
