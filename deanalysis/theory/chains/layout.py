"""Where the unknowns of a chain are, and its equations in layers: means over windows, what texts teach, what is left of skills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
import sympy as sp

from ...balls.vectors.layers import Formula, Layer, Layers, Mean, Where
from ...balls.vectors.maps import LargeMap
from ...model.chains import Chain
from ...model.joint import JointLaw
from ...symbolic.algebra import sign
from .forms import Form, left_at_edge, left_at_node, ordered, teaching, testing_error, training_error

_Value = TypeVar("_Value")


class _Rows(NamedTuple):
    """Groups of edges of a node of one kind, by number: the kinds of edges in each, and the group with the same unknown, its first."""

    groups: tuple[tuple[str, ...], ...]
    alike: tuple[int, ...]


def _rows(law: JointLaw) -> _Rows:
    groups = tuple(tuple(kind for kind, _ in draw.weights) for draw in law.draws)
    first = {kind: kinds[0] for kinds in law.alike for kind in kinds}
    starts = {kinds[0]: number for number, kinds in enumerate(groups)}
    return _Rows(groups, tuple(starts[first[kinds[0]]] for kinds in groups))


@dataclass(frozen=True, eq=False)
class Layout:
    """The unknowns of a chain by topic, class and group of edges, those that mirror each other being one; and all entries of its layers.

    A chain with both ends open is its own mirror image where it is spread alike in both directions; a ring is its own about the middle of
    its known stretch, and without one all its topics are alike.
    """

    chain: Chain

    @cached_property
    def _of_classes(self) -> list[_Rows]:
        return [_rows(skills.law) for skills in self.chain.cell.classes]

    @cached_property
    def _of_types(self) -> list[_Rows]:
        return [_rows(texts.law) for texts in self.chain.cell.types]

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
        window = self.chain.window
        return (
            (self.chain.known + window - 2 - position) % self.topics if self.chain.ends == "ring" else self.topics + window - 2 - position
        )

    @cached_property
    def representative(self) -> tuple[Where, np.ndarray]:
        """The topic that stands for each, and whether it is met in the mirror."""
        own = np.arange(self.topics)
        if self.chain.ends == "ring" and not self.chain.known:
            return 0 * own, np.zeros(self.topics, dtype=bool)
        image = self.mirror_topic(own) if self.is_mirrored else own
        return np.minimum(own, image), image < own

    @cached_property
    def _position(self) -> tuple[Where, np.ndarray]:
        own = np.arange(self.positions)
        if self.chain.ends == "ring" and not self.chain.known:
            return 0 * own, np.zeros(self.positions, dtype=bool)
        image = self.mirror_position(own) if self.is_mirrored else own
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
        return np.unique(self._position[0])

    @cached_property
    def labels(self) -> list[tuple[int, int]]:
        """Class and group of the unknowns of one topic."""
        return [(k, g) for k, rows in enumerate(self._of_classes) for g in range(len(rows.groups)) if rows.alike[g] == g]

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

    def _group(self, kind: str, *, of_text: bool) -> tuple[int, int]:
        """Return the class, or type, of a kind of edges and the group that has its unknown."""
        edge = self.chain.cell.edges[kind]
        number = edge.type if of_text else edge.skill_class
        rows = (self._of_types if of_text else self._of_classes)[number]
        return number, rows.alike[next(index for index, kinds in enumerate(rows.groups) if kind in kinds)]

    def unknown(self, kind: str, topic: Where) -> Where:
        """Return the numbers of the unknowns of edges of a kind at topics; what is missing, or known, is the entry after the unknowns."""
        if self.chain.ends == "ring":
            topic = topic % self.topics
        inside = (topic >= (self.chain.known if self.chain.ends == "ring" else 0)) & (topic < self.topics)
        clipped = np.where(inside, topic, 0)
        stands, swapped = (part[clipped] for part in self.representative)
        places = np.searchsorted(self.shown_topics, stands)
        by_label = {label: number for number, label in enumerate(self.labels)}
        numbers = [by_label[self._group(name, of_text=False)] for name in self._both(kind)]
        label = np.where(swapped, numbers[-1], numbers[0])
        return np.where(inside, places * len(self.labels) + label, self.size)

    def _both(self, kind: str) -> tuple[str, ...]:
        return (kind, self.mirrored(kind)) if self.is_mirrored and self.chain.window > 1 else (kind,)

    @cached_property
    def entries(self) -> Entries:
        """All layers."""
        return Entries.of(self)

    @cached_property
    def right_sides(self) -> Layers:
        """The layers of f."""
        return Layers(self.size, tuple(self.entries.layers), self.entries.unknowns)

    def map(self, values: Mapping[sp.Symbol, sp.Expr], letter: sp.Symbol | None = None, easier: int | None = None) -> LargeMap:
        """Return the map q -> f(q) with letters bound."""
        starts = tuple(skills.unknown for skills in self.chain.cell.classes)
        at_start = np.tile([k for k, _ in self.labels], len(self.shown_topics))
        return LargeMap(self.right_sides, starts, at_start, values, letter, easier)

    def easier(self, letter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr]) -> int | None:
        """Return 1 where f does not increase with a letter, -1 where it does not decrease; None where its forms do not show that."""
        bound = {symbol: value for symbol, value in values.items() if symbol != letter}
        signs = {sign(sp.diff(skills.unknown.xreplace(bound), letter), ()) for skills in self.chain.cell.classes}
        for side, forms in ((-1, self.entries.taught_by), (1, self.entries.left_by)):
            for form in forms:
                slope = sign(sp.diff(form.expression.xreplace(bound), letter), form.arguments)
                signs.add(None if slope is None else side * slope)
        signs -= {0}
        (only,) = signs if len(signs) == 1 else (None,)
        return None if only is None else -only

    def by_topic(self, values: Sequence[_Value]) -> tuple[_Value, ...]:
        """Return values of the unknowns by topic and kind of edge, those of mirror images too; what is known is left out."""
        kinds = [next(kind for kind in self.chain.cell.edges if self._group(kind, of_text=False) == label) for label in self.labels]
        topics = np.arange(self.chain.known, self.chain.topics)
        where = np.array([self.unknown(kind, topics) for kind in kinds]).T.ravel()
        return tuple(values[index] for index in where)

    @property
    def names(self) -> tuple[str, ...]:
        """The kinds of edges whose unknowns there are, where there is more than one."""
        if len(self.labels) == 1:
            return ()
        return tuple(next(kind for kind in self.chain.cell.edges if self._group(kind, of_text=False) == label) for label in self.labels)

    def jumping(self, moves: np.ndarray) -> tuple[str, ...]:
        """Name the topics, or the classes where there is one topic, for which something holds."""
        classes = self.chain.cell.classes
        which = np.asarray(moves).reshape(self.chain.topics, len(classes))
        if self.chain.topics == 1:
            return tuple(skills.name for skills, is_moving in zip(classes, which[0], strict=True) if is_moving)
        topics = np.flatnonzero(np.any(which, axis=1)) + 1
        runs = np.split(topics, np.flatnonzero(np.diff(topics) > 1) + 1) if len(topics) else []
        return tuple(f"topic {run[0]}" if len(run) == 1 else f"topics {run[0]} to {run[-1]}" for run in runs)

    def measures(self) -> Layers:
        """Return the layers of zeta, testing error and training error: by topic and class, by position and type, twice."""
        wanted = [self.entries.zeta, self.entries.testing, self.entries.training]
        return Layers(self.size, tuple(self.entries.layers), np.concatenate([part.ravel() for part in wanted]))


@dataclass(eq=False)
class Entries:
    """The layers of a chain as they are put together, and where in them everything is, by topic or position."""

    layout: Layout
    layers: list[Layer]
    total: int
    unknowns: Where
    zeta: Where
    testing: Where
    training: Where
    taught_by: tuple[Form, ...] = ()
    left_by: tuple[Form, ...] = ()

    @classmethod
    def of(cls, layout: Layout) -> Entries:
        """Return all layers: texts first, then skills."""
        empty = np.zeros(0, dtype=int)
        entries = cls(layout, [], layout.size + 1, empty, empty, empty, empty)
        taught, (entries.testing, entries.training) = entries._texts()
        entries.unknowns, entries.zeta = entries._skills(taught)
        return entries

    def _texts(self) -> tuple[dict[tuple[int, int], Where], tuple[Where, Where]]:
        """Add what texts teach, by type and group, at the positions that are shown; and their errors."""
        layout, cell, learner = self.layout, self.layout.chain.cell, self.layout.chain.learner
        places, made = layout.shown_positions, dict[str, _Forms]()
        for name in ("teaching", "testing", "training"):
            made[name] = _Forms()
        for j, (texts, rows) in enumerate(zip(cell.types, layout._of_types, strict=True)):
            slots = self._slots(rows, lambda kind: layout.unknown(kind, places - cell.edges[kind].offset))
            laws = [draw.law for draw in texts.law.draws]
            for g in range(len(rows.groups)):
                if rows.alike[g] == g:
                    order = ordered(laws, g)
                    made["teaching"].add(teaching(tuple(laws[i] for i in order), learner), [slots[i] for i in order], (j, g))
            order = ordered(laws)
            sorted_laws, arguments = tuple(laws[i] for i in order), [slots[i] for i in order]
            made["testing"].add(testing_error(sorted_laws), arguments, (j, 0))
            made["training"].add(training_error(sorted_laws, learner), arguments, (j, 0))
        self.taught_by, taught = tuple(made["teaching"].groups), made["teaching"].placed(self, len(places))
        errors = [made[name].placed(self, len(places)) for name in ("testing", "training")]
        at = np.searchsorted(places, layout._position[0])[: layout.chain.positions]
        of_types = [np.array([error[j, 0] for j in range(len(cell.types))]).T[at] for error in errors]
        return taught, (of_types[0], of_types[1])

    def _slots(self, rows: _Rows, where: Callable[[str], Where]) -> list[Where]:
        """Return the argument of each group of edges, at all places: an entry, or the mean over those of its kinds."""
        slots = []
        for kinds in rows.groups:
            columns = np.array([where(kind) for kind in kinds])
            slots.append(columns[0] if len(kinds) == 1 else self.add(Mean(columns, len(kinds))))
        return slots

    def add(self, layer: Layer) -> Where:
        """Add a layer; return the numbers of its entries."""
        self.layers.append(layer)
        first, self.total = self.total, self.total + layer.count
        return np.arange(first, self.total)

    def _skills(self, taught: Mapping[tuple[int, int], Where]) -> tuple[Where, Where]:
        """Add what is left of skills, by topic, class and group."""
        layout, cell = self.layout, self.layout.chain.cell
        topics, edges, nodes = layout.shown_topics, _Forms(), _Forms()

        def where(kind: str) -> Where:
            position = topics + cell.edges[kind].offset
            position = position % layout.topics if layout.chain.ends == "ring" else position
            stands, swapped = (part[position] for part in layout._position)
            places = np.searchsorted(layout.shown_positions, stands)
            choices = [taught[layout._group(name, of_text=True)][places] for name in layout._both(kind)]
            return np.where(swapped, choices[-1], choices[0])

        for k, (skills, rows) in enumerate(zip(cell.classes, layout._of_classes, strict=True)):
            slots, laws = self._slots(rows, where), [draw.law for draw in skills.law.draws]
            for g in range(len(rows.groups)):
                if rows.alike[g] == g:
                    order = ordered(laws, g)
                    edges.add(left_at_edge(tuple(laws[i] for i in order), skills.unknown), [slots[i] for i in order], (k, g))
            order = ordered(laws)
            nodes.add(left_at_node(tuple(laws[i] for i in order), skills.unknown), [slots[i] for i in order], (k, 0))
        self.left_by = tuple(edges.groups)
        at_edges, at_nodes = edges.placed(self, len(topics)), nodes.placed(self, len(topics))
        unknowns = np.array([at_edges[label] for label in layout.labels]).T.reshape(-1)
        stands, _ = layout.representative
        zeta = np.array([at_nodes[k, 0] for k in range(len(cell.classes))]).T[np.searchsorted(topics, stands) % max(len(topics), 1)]
        known = np.arange(layout.topics) < layout.chain.known
        return unknowns, np.where(known[:, None], layout.size, zeta)[: layout.chain.topics]


class _Forms:
    """Formulas with their arguments, those of one form together."""

    def __init__(self) -> None:
        """Begin without any."""
        self.groups: defaultdict[Form, list[tuple[list[Where], tuple[int, int]]]] = defaultdict(list)

    def add(self, form: Form, arguments: Sequence[Where], owner: tuple[int, int]) -> None:
        """Add the entries of an owner."""
        self.groups[form].append((list(arguments), owner))

    def placed(self, entries: Entries, count: int) -> dict[tuple[int, int], Where]:
        """Add a layer for each form; return the entries of each owner."""
        numbers = dict[tuple[int, int], Where]()
        for form, members in self.groups.items():
            width = len(form.arguments)
            where = np.concatenate([np.array(arguments, dtype=int).reshape(width, count) for arguments, _ in members], axis=1)
            placed = entries.add(Formula(form.expression, form.arguments, where, {}))
            for index, (_, owner) in enumerate(members):
                numbers[owner] = placed[index * count : (index + 1) * count]
        return numbers
