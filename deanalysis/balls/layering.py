"""A system of formulas as layers for arrays: parts that formulas share, and formulas that are alike, are evaluated together.

Formulas are cut at functions and at sums that are factors; each part is an entry, computed once. Parts of one depth whose formulas are the
same, up to which entries and which numbers stand in them, are one layer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import sympy as sp

from .vectors.formulas import Formula
from .vectors.kinds import is_elementary
from .vectors.layers import Layers

_PLAIN = (sp.S.One, sp.S.NegativeOne)
"""Numbers that are written as they are; others are constants of an entry."""


def layered(unknowns: Sequence[sp.Symbol], sides: Sequence[sp.Expr]) -> Layers | None:
    """Return right sides as layers in the unknowns; None where arrays do not know one of their functions.

    >>> a, b, r = sp.symbols("a b r")
    >>> layers = layered([a, b], [sp.exp(-r * (1 - (1 - a) * (1 - b)) / 2), sp.exp(-r * (1 - (1 - a) * (1 - b)) / 3)])
    >>> [layer.count for layer in layers.layers]
    [2, 1, 2]
    """
    if not all(map(is_elementary, sides)):
        return None
    parts = _Parts(frozenset(unknowns))
    roots = [parts.add(side) for side in sides]
    places = {symbol: place for place, symbol in enumerate(unknowns)}
    layers, total = list[Formula](), len(unknowns) + 1
    for shapes in parts.grouped():
        layers.append(_layer(list(shapes.values()), places))
        places |= {mark: total + number for number, mark in enumerate(shapes)}
        total += len(shapes)
    return Layers(len(unknowns), tuple(layers), np.array([places[root] for root in roots], dtype=int))


class _Shape(NamedTuple):
    """A part with a symbol for each entry and number in it: how it is written without them, and what stands for what."""

    text: str
    formula: sp.Expr
    leaves: tuple[tuple[sp.Symbol, sp.Expr], ...]


@dataclass(eq=False)
class _Parts:
    """The parts of formulas by the marks that stand for them in others, and how many layers come before each."""

    entries: frozenset[sp.Symbol]
    marks: dict[sp.Expr, sp.Symbol] = field(default_factory=dict)
    shapes: dict[sp.Symbol, _Shape] = field(default_factory=dict)
    depths: dict[sp.Expr, int] = field(default_factory=dict)

    def add(self, expression: sp.Expr) -> sp.Symbol:
        """Return the mark of a part."""
        if expression not in self.marks:
            shape, mark = self._shape(expression, is_whole=True), sp.Dummy("part")
            self.depths[mark] = 1 + max((self.depths.get(leaf, 0) for _, leaf in shape.leaves), default=0)
            self.marks[expression], self.shapes[mark] = mark, shape
        return self.marks[expression]

    def _shape(self, expression: sp.Expr, *, is_whole: bool = False, is_factor: bool = False) -> _Shape:
        """Return the shape of a part, cut into further ones."""
        if expression in self.entries or (expression.is_Rational and expression not in _PLAIN):
            symbol = sp.Dummy("a")
            return _Shape("entry" if expression in self.entries else "number", symbol, ((symbol, expression),))
        if not expression.args:
            return _Shape(sp.srepr(expression), expression, ())
        if not is_whole and (isinstance(expression, sp.Function) or (is_factor and expression.is_Add)) and self._moves(expression):
            symbol = sp.Dummy("a")
            return _Shape("entry", symbol, ((symbol, self.add(expression)),))
        if expression.is_Pow and expression.exp.is_Rational:
            base = self._shape(expression.base, is_factor=True)
            return base._replace(text=f"({base.text})^{expression.exp}", formula=sp.Pow(base.formula, expression.exp, evaluate=False))
        shapes = [self._shape(part, is_factor=expression.is_Mul) for part in expression.args]
        if expression.is_Add or expression.is_Mul:
            shapes.sort(key=lambda shape: shape.text)
        text = f"{expression.func.__name__}({', '.join(shape.text for shape in shapes)})"
        formula = expression.func(*(shape.formula for shape in shapes), evaluate=False)
        return _Shape(text, formula, tuple(leaf for shape in shapes for leaf in shape.leaves))

    def _moves(self, expression: sp.Expr) -> bool:
        return not self.entries.isdisjoint(expression.free_symbols)

    def grouped(self) -> list[dict[sp.Symbol, _Shape]]:
        """Return the shapes of each layer by their marks, those of less depth first."""
        groups = defaultdict[tuple[int, str], dict[sp.Symbol, _Shape]](dict)
        for mark, shape in self.shapes.items():
            groups[self.depths[mark], shape.text][mark] = shape
        return [groups[key] for key in sorted(groups, key=lambda key: key[0])]


def _layer(shapes: Sequence[_Shape], places: dict[sp.Symbol, int]) -> Formula:
    """Return parts of one shape as a layer; numbers that are the same in all are written in it."""
    symbols = [symbol for symbol, _ in shapes[0].leaves]
    columns = dict(zip(symbols, zip(*([leaf for _, leaf in shape.leaves] for shape in shapes), strict=True), strict=True))
    arguments = tuple(symbol for symbol, leaves in columns.items() if leaves[0] in places)
    where = np.array([[places[leaf] for leaf in columns[symbol]] for symbol in arguments], dtype=int).reshape(len(arguments), len(shapes))
    numbers = {symbol: leaves for symbol, leaves in columns.items() if symbol not in arguments}
    same = {symbol: leaves[0] for symbol, leaves in numbers.items() if len(set(leaves)) == 1}
    constants = {symbol: leaves for symbol, leaves in numbers.items() if symbol not in same}
    return Formula(where, shapes[0].formula.xreplace(same), arguments, constants)
