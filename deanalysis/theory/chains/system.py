"""The equations of a chain in layers: means over windows, what texts teach, what is left of skills, and where in them everything is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
import sympy as sp

from ...balls.vectors.layers import Formula, Layer, Layers, Mean, Where
from ...balls.vectors.maps import LargeMap
from ...model.chains import Chain
from ...symbolic.algebra import sign
from .forms import Form, error_of_fresh, error_of_training, left_at_edge, left_at_node, ordered, teaching
from .layout import Layout, Rows


class ChainSystem:
    """The layers of a chain, texts first, then skills, and where in them the unknowns, zeta and the errors are, by topic or position."""

    def __init__(self, chain: Chain) -> None:
        """Put the layers together."""
        self.layout, self.layers = Layout(chain), list[Layer]()
        self.total = self.layout.size + 1
        taught, (self.testing, self.training) = self._texts()
        self.unknowns, self.zeta = self._skills(taught)

    @cached_property
    def right_sides(self) -> Layers:
        """The layers of f."""
        return Layers(self.layout.size, tuple(self.layers), self.unknowns)

    @cached_property
    def measures(self) -> Layers:
        """The layers of zeta, testing error and training error: by topic and class, and twice by position and type."""
        wanted = (self.zeta, self.testing, self.training)
        return Layers(self.layout.size, tuple(self.layers), np.concatenate([part.ravel() for part in wanted]))

    def map(self, values: Mapping[sp.Symbol, sp.Expr], letter: sp.Symbol | None = None) -> LargeMap:
        """Return the map q -> f(q) with letters bound."""
        starts = tuple(skills.unknown for skills in self.layout.chain.cell.classes)
        at_start = np.tile([k for k, _ in self.layout.labels], len(self.layout.shown_topics))
        return LargeMap(self.right_sides, starts, at_start, values, letter, None if letter is None else self._easier(letter, values))

    def _easier(self, letter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr]) -> int | None:
        """Return 1 where f does not increase with a letter, -1 where it does not decrease; None where its forms do not show that."""
        bound = {symbol: value for symbol, value in values.items() if symbol != letter}
        signs = {sign(sp.diff(skills.unknown.xreplace(bound), letter), ()) for skills in self.layout.chain.cell.classes}
        for side, forms in ((-1, self.taught_by), (1, self.left_by)):
            for form in forms:
                slope = sign(sp.diff(form.expression.xreplace(bound), letter), form.arguments)
                signs.add(None if slope is None else side * slope)
        signs -= {0}
        (only,) = signs if len(signs) == 1 else (None,)
        return None if only is None else -only

    def _texts(self) -> tuple[dict[tuple[int, int], Where], tuple[Where, Where]]:
        """Add what texts teach, by type and group, at the positions that are shown; and their errors."""
        layout, cell, learner = self.layout, self.layout.chain.cell, self.layout.chain.learner
        places, made = layout.shown_positions, dict[str, _Forms]()
        for name in ("teaching", "testing", "training"):
            made[name] = _Forms()
        for j, (texts, rows) in enumerate(zip(cell.types, layout.of_types, strict=True)):
            slots = self._slots(rows, lambda kind: layout.unknown(kind, places - cell.edges[kind].offset))
            laws = [draw.law for draw in texts.law.draws]
            for g in range(len(rows.groups)):
                if rows.alike[g] == g:
                    order = ordered(laws, g)
                    made["teaching"].add(teaching(tuple(laws[i] for i in order), learner), [slots[i] for i in order], (j, g))
            order = ordered(laws)
            sorted_laws, arguments = tuple(laws[i] for i in order), [slots[i] for i in order]
            made["testing"].add(error_of_fresh(sorted_laws), arguments, (j, 0))
            made["training"].add(error_of_training(sorted_laws, learner), arguments, (j, 0))
        self.taught_by, taught = tuple(made["teaching"].groups), made["teaching"].placed(self, len(places))
        errors = [made[name].placed(self, len(places)) for name in ("testing", "training")]
        at = np.searchsorted(places, layout.standing[0])[: layout.chain.positions]
        of_types = [np.array([error[j, 0] for j in range(len(cell.types))]).T[at] for error in errors]
        return taught, (of_types[0], of_types[1])

    def _slots(self, rows: Rows, where: Callable[[str], Where]) -> list[Where]:
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
            stands, swapped = (part[position] for part in layout.standing)
            places = np.searchsorted(layout.shown_positions, stands)
            choices = [taught[layout.group(name, of_text=True)][places] for name in layout.both(kind)]
            return np.where(swapped, choices[-1], choices[0])

        for k, (skills, rows) in enumerate(zip(cell.classes, layout.of_classes, strict=True)):
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

    def placed(self, system: ChainSystem, count: int) -> dict[tuple[int, int], Where]:
        """Add a layer for each form; return the entries of each owner."""
        numbers = dict[tuple[int, int], Where]()
        for form, members in self.groups.items():
            width = len(form.arguments)
            where = np.concatenate([np.array(arguments, dtype=int).reshape(width, count) for arguments, _ in members], axis=1)
            placed = system.add(Formula(form.expression, form.arguments, where, {}))
            for index, (_, owner) in enumerate(members):
                numbers[owner] = placed[index * count : (index + 1) * count]
        return numbers
