"""The equations of a chain in layers: means over windows, what texts teach, what is left of skills, and where in them everything is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
import sympy as sp

from ...balls.vectors.formulas import Formula, Layer, Mean, Product, Where
from ...balls.vectors.layers import Layers
from ...balls.vectors.maps import LargeMap
from ...model.chains import Chain
from ...symbolic.algebra import sign
from .forms import Form, as_product, by_argument, error_of_fresh, error_of_training, left_at_edge, left_at_node, ordered, teaching
from .layout import Layout, Rows

Owner = tuple[int, int]
"""A type or a class, and a group of its edges."""


class ChainSystem:
    """The layers of a chain, texts first, then skills, and where in them the unknowns, zeta and the errors are, by topic or position."""

    def __init__(self, chain: Chain) -> None:
        """Put the layers together."""
        self.layout, self.layers = Layout(chain), list[Layer]()
        self.total = self.layout.size + 1
        taught, slots_of = self._texts()
        slots = self._skills(taught)
        self._needed = len(self.layers)
        self.zeta = self._nodes(slots)
        self.testing, self.training = self._errors(slots_of)
        self.uniform = self._uniform()

    @cached_property
    def right_sides(self) -> Layers:
        """The layers of f."""
        return Layers(self.layout.size, tuple(self.layers[: self._needed]), self.unknowns)

    @cached_property
    def measures(self) -> Layers:
        """The layers of zeta by topic and class; of testing error, also by uniform choice, and training error by position and type."""
        wanted = (self.zeta, self.testing, self.uniform, self.training)
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

    def _texts(self) -> tuple[dict[Owner, Where], list[list[Where]]]:
        """Add what texts teach at the positions that are shown, by type and group; return the arguments of each type, too."""
        layout, cell, learner = self.layout, self.layout.chain.cell, self.layout.chain.learner
        places, slots_of = layout.shown_positions, list[list[Where]]()
        made = _Forms(self, len(places))
        for j, (texts, rows) in enumerate(zip(cell.types, layout.of_types, strict=True)):
            slots_of.append(self._slots(rows, lambda kind: layout.unknown(kind, places - cell.edges[kind].offset)))
            laws = [draw.law for draw in texts.law.draws]
            for g in range(len(rows.groups)):
                if rows.alike[g] == g:
                    order = ordered(laws, g)
                    made.add(teaching(tuple(laws[i] for i in order), learner), [slots_of[j][i] for i in order], (j, g))
        self.taught_by = tuple(made.groups)
        return made.placed(), slots_of

    def _errors(self, slots_of: Sequence[Sequence[Where]]) -> tuple[Where, Where]:
        """Add the errors of texts, by position and type."""
        layout, cell = self.layout, self.layout.chain.cell
        testing, training = (_Forms(self, len(layout.shown_positions)) for _ in range(2))
        for j, (texts, slots) in enumerate(zip(cell.types, slots_of, strict=True)):
            laws = [draw.law for draw in texts.law.draws]
            order = ordered(laws)
            sorted_laws, arguments = tuple(laws[i] for i in order), [slots[i] for i in order]
            testing.add(error_of_fresh(sorted_laws), arguments, (j, 0))
            training.add(error_of_training(sorted_laws, layout.chain.learner), arguments, (j, 0))
        at = np.searchsorted(layout.shown_positions, layout.standing[0])[: layout.chain.positions]
        fresh, trained = (np.array([own[j, 0] for j in range(len(cell.types))]).T[at] for own in (testing.placed(), training.placed()))
        return fresh, trained

    def _uniform(self) -> Where:
        """Add the errors of texts that pick the skills of their topics uniformly, by position and type."""
        layout, cell = self.layout, self.layout.chain.cell
        places, made = layout.shown_positions, _Forms(self, len(layout.shown_positions))
        zeta = np.vstack([self._shown_zeta, np.full(len(cell.classes), layout.size)])

        def where(kind: str) -> Where:
            return np.asarray(zeta[layout.place(places - cell.edges[kind].offset), cell.edges[kind].skill_class])

        for j, (texts, rows) in enumerate(zip(cell.types, layout.of_types, strict=True)):
            slots, laws = self._slots(rows, where), [draw.law for draw in texts.law.draws]
            order = ordered(laws)
            made.add(error_of_fresh(tuple(laws[i] for i in order)), [slots[i] for i in order], (j, 0))
        entries, at = made.placed(), np.searchsorted(places, layout.standing[0])[: layout.chain.positions]
        return np.array([entries[j, 0] for j in range(len(cell.types))]).T[at]

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

    def _skills(self, taught: Mapping[Owner, Where]) -> list[list[Where]]:
        """Add what is left of skills, by topic, class and group; return the arguments of each class."""
        layout, cell = self.layout, self.layout.chain.cell
        topics, slots_of = layout.shown_topics, list[list[Where]]()
        made = _Forms(self, len(topics))

        def where(kind: str) -> Where:
            position = topics + cell.edges[kind].offset
            position = position % layout.topics if layout.chain.ends == "ring" else position
            stands, swapped = (part[position] for part in layout.standing)
            places = np.searchsorted(layout.shown_positions, stands)
            choices = [taught[layout.group(name, of_text=True)][places] for name in layout.both(kind)]
            return np.where(swapped, choices[-1], choices[0])

        for k, (skills, rows) in enumerate(zip(cell.classes, layout.of_classes, strict=True)):
            slots_of.append(self._slots(rows, where))
            laws = [draw.law for draw in skills.law.draws]
            for g in range(len(rows.groups)):
                if rows.alike[g] == g:
                    order = ordered(laws, g)
                    made.add(left_at_edge(tuple(laws[i] for i in order), skills.unknown), [slots_of[k][i] for i in order], (k, g))
        self.left_by, entries = tuple(made.groups), made.placed()
        self.unknowns = np.array([entries[label] for label in layout.labels]).T.reshape(-1)
        return slots_of

    def _nodes(self, slots_of: Sequence[Sequence[Where]]) -> Where:
        """Add zeta, by topic and class; what is known is the entry that is 0."""
        layout, cell = self.layout, self.layout.chain.cell
        made = _Forms(self, len(layout.shown_topics))
        for k, (skills, slots) in enumerate(zip(cell.classes, slots_of, strict=True)):
            laws = [draw.law for draw in skills.law.draws]
            order = ordered(laws)
            made.add(left_at_node(tuple(laws[i] for i in order), skills.unknown), [slots[i] for i in order], (k, 0))
        entries, (stands, _) = made.placed(), layout.representative
        places = np.searchsorted(layout.shown_topics, stands) % max(len(layout.shown_topics), 1)
        self._shown_zeta = np.array([entries[k, 0] for k in range(len(cell.classes))]).T
        zeta = self._shown_zeta[places]
        known = np.arange(layout.topics) < layout.chain.known
        return np.where(known[:, None], layout.size, zeta)[: layout.chain.topics]


class _Forms:
    """Formulas with their arguments, those of one form together."""

    def __init__(self, system: ChainSystem, count: int) -> None:
        """Begin without any; each has so many entries."""
        self.system, self.count = system, count
        self.groups: defaultdict[Form, list[tuple[list[Where], Owner]]] = defaultdict(list)

    def add(self, form: Form, arguments: Sequence[Where], owner: Owner) -> None:
        """Add the entries of an owner."""
        self.groups[form].append((list(arguments), owner))

    def placed(self) -> dict[Owner, Where]:
        """Add layers; return the entries of each owner. A product of functions of one argument each is added factor by factor.

        So there are few layers, however many combinations of degrees a protograph has.
        """
        factors, whole = _Factors(self.system), defaultdict[Form, list[tuple[list[Where], Owner]]](list)
        products = []
        for form, members in self.groups.items():
            parts = by_argument(form)
            if parts is None:
                whole[form] += members
            else:
                products += [
                    (parts, [factors.add(*pair) for pair in zip(parts.factors, arguments, strict=True)], owner)
                    for arguments, owner in members
                ]
        factors.placed()
        for parts, keys, owner in products:
            whole[parts.product].append(([factors.entries[key] for key in keys], owner))
        numbers = dict[Owner, Where]()
        for form, members in whole.items():
            width = len(form.arguments)
            where = np.concatenate([np.array(arguments, dtype=int).reshape(width, self.count) for arguments, _ in members], axis=1)
            product = as_product(form)
            layer = Formula(where, *form, {}) if product is None else Product(where, product)
            placed = self.system.add(layer)
            numbers |= {owner: placed[index * self.count :][: self.count] for index, (_, owner) in enumerate(members)}
        return numbers


class _Factors:
    """Functions of one argument, those of one form together; what occurs again is there once."""

    def __init__(self, system: ChainSystem) -> None:
        """Begin without any."""
        self.system, self.groups = system, defaultdict[Form, dict[bytes, Where]](dict)
        self.entries = dict[tuple[Form, bytes], Where]()

    def add(self, form: Form, where: Where) -> tuple[Form, bytes]:
        """Add a function at some entries; return the key of its own."""
        self.groups[form].setdefault(where.tobytes(), where)
        return form, where.tobytes()

    def placed(self) -> None:
        """Add a layer for each form."""
        for form, members in self.groups.items():
            placed = self.system.add(Formula(np.concatenate(list(members.values()))[None, :], form.expression, form.arguments, {}))
            ends = np.cumsum([len(where) for where in members.values()])
            self.entries |= {(form, key): part for key, part in zip(members, np.split(placed, ends[:-1]), strict=True)}
