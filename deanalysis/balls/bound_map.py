"""A system q = f(q) whose right sides do not decrease, with its letters bound: enclosures of f and of its derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import sympy as sp
from flint import arb, arb_series

from ..symbolic.algebra import sign, simplified
from .alike import copies
from .bound import Bound
from .compiling import ball_of
from .layering import layered
from .search import meet
from .series import taylors
from .systems import Box
from .vectors.maps import LargeMap


class MonotoneSystem(Protocol):
    """Equations q = f(q) whose f do not decrease in q, to be solved from the starts down."""

    @property
    def unknowns(self) -> tuple[sp.Symbol, ...]:
        """The unknowns q."""

    @property
    def right_sides(self) -> tuple[sp.Expr, ...]:
        """f, in their order."""

    @property
    def starts(self) -> tuple[sp.Expr, ...]:
        """The unknowns before training."""


@dataclass(frozen=True)
class BoundMap:
    """f with every letter but one bound, without the unknowns that never leave their start, that are zero, or that are like others.

    `fixed` says what these are: a formula of the letters, or the unknown that they are like.
    """

    unknowns: tuple[sp.Symbol, ...]
    sides: tuple[sp.Expr, ...]
    starts: tuple[sp.Expr, ...]
    values: Mapping[sp.Symbol, sp.Expr]
    letter: sp.Symbol | None = None
    fixed: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()

    @classmethod
    def of(cls, system: MonotoneSystem, values: Mapping[sp.Symbol, sp.Expr], letter: sp.Symbol | None = None) -> BoundMap:
        """Return the map of a system; unknowns that no step changes, whatever the others come to, are fixed at their start.

        Of those that are alike (see `deanalysis.balls.alike`), the first stands for all.
        """
        starts = dict(zip(system.unknowns, (sp.sympify(start) for start in system.starts), strict=True))
        sides = dict(zip(system.unknowns, system.right_sides, strict=True))
        still = set(system.unknowns)
        while True:
            at = {symbol: starts[symbol] for symbol in still}
            moved = {symbol for symbol in still if not _equal(sides[symbol].xreplace(at), starts[symbol], values)}
            if not moved:
                break
            still -= moved
        whole = cls(tuple(sides), tuple(sides.values()), tuple(starts.values()), values, letter)
        moving = whole.without({symbol: starts[symbol] for symbol in system.unknowns if symbol in still})
        return moving.without(copies(moving.unknowns, moving.starts, moving.sides, values))

    def without(self, fixed: Mapping[sp.Symbol, sp.Expr]) -> BoundMap:
        """Return the map of the other unknowns, some being fixed."""
        if not fixed:
            return self
        left = [i for i, symbol in enumerate(self.unknowns) if symbol not in fixed]
        sides = tuple(self.sides[i].xreplace(dict(fixed)) for i in left)
        unknowns, starts = (tuple(column[i] for i in left) for column in (self.unknowns, self.starts))
        known = tuple((symbol, value.xreplace(dict(fixed))) for symbol, value in self.fixed)
        return BoundMap(unknowns, sides, starts, self.values, self.letter, (*known, *fixed.items()))

    @cached_property
    def places(self) -> dict[sp.Symbol, int]:
        """Which unknown has the value of each one of the system that is not fixed at a formula."""
        own = {symbol: place for place, symbol in enumerate(self.unknowns)}
        return own | {symbol: own[like] for symbol, like in self.fixed if like in own}

    @cached_property
    def _letter(self) -> tuple[sp.Symbol, ...]:
        return () if self.letter is None else (self.letter,)

    @cached_property
    def _bound(self) -> Bound:
        return Bound((*self.unknowns, *self._letter), self.values)

    def compiled(self, expressions: Sequence[sp.Expr]) -> Callable[..., list[Any]]:
        """Compile expressions of the unknowns and of what `known` returns, those unknowns that are fixed put in."""
        fixed = dict(self.fixed)
        return self._bound.compiled(sp.Tuple(*(sp.sympify(expression).xreplace(fixed) for expression in expressions)))

    @cached_property
    def _function(self) -> Callable[..., list[Any]]:
        return self.compiled(self.sides)

    def known(self, p: Any) -> list[Any]:
        """Return the letter that is not bound, if there is one, as `p`, and the others at the current precision."""
        return [p] * len(self._letter) + self._bound.known()

    def at(self, box: Box, p: arb | None) -> Box:
        """Enclose f over a box.

        Over a ball of values of the letter, it is f at its middle and the slope over all of it, where that is narrower.
        """
        if p is None or p.rad() == 0:
            return [arb(value) for value in self._function(*box, *self.known(p))]
        middle = arb(p.mid())
        sloping = self.along(box, [arb(0)] * len(box), p, 2, moving=True)
        return [meet(whole, value + slope * (p - middle)) for (whole, slope), value in zip(sloping, self.at(box, middle), strict=True)]

    def along(self, box: Box, direction: Box, p: arb | None, count: int, *, moving: bool = False) -> list[list[arb]]:
        """Enclose the first Taylor coefficients of f along a direction, around every point of a box; `moving` moves the letter."""

        def function(s: arb_series) -> list[Any]:
            moved = (start if step == 0 else start + s * step for start, step in zip(box, direction, strict=True))
            return self._function(*moved, *self.known(p + s if moving and p is not None else p))

        return taylors(function, arb(0), count, len(self.unknowns))

    def jacobian(self, box: Box, p: arb | None) -> list[list[arb]]:
        """Enclose df/dq over a box."""
        n = len(self.unknowns)
        columns = [self.along(box, [arb(int(i == axis)) for i in range(n)], p, 2) for axis in range(n)]
        return [[columns[axis][row][1] for axis in range(n)] for row in range(n)]

    def excess(self, p: arb | None) -> Callable[[Box], tuple[list[arb], list[list[arb]]]]:
        """Return q - f(q) with its Jacobian, as the tests of `systems` take it."""

        def function(box: Box) -> tuple[list[arb], list[list[arb]]]:
            values, slopes = self.at(box, p), self.jacobian(box, p)
            matrix = [[int(i == j) - slope for j, slope in enumerate(row)] for i, row in enumerate(slopes)]
            return [side - value for side, value in zip(box, values, strict=True)], matrix

        return function

    @cached_property
    def easier(self) -> int | None:
        """Return 1 where f does not increase with the letter, -1 where it does not decrease; None where its form does not show that."""
        signs = {sign(sp.diff(side, self.letter), self.unknowns) for side in self.sides} - {0}
        signs |= {sign(sp.diff(start, self.letter), ()) for start in self.starts} - {0}
        if len(signs) != 1:
            return None
        (only,) = signs
        return None if only is None else -only

    def ends(self, p: arb | None) -> tuple[arb | None, arb | None]:
        """Return what to take for a ball of values of the letter for bounds from above and from below: its ends, if f is monotone in it."""
        if p is None or p.rad() == 0 or self.easier is None:
            return p, p
        low, high = arb(p.lower()), arb(p.upper())
        return (low, high) if self.easier == 1 else (high, low)

    def begin(self, p: arb | None) -> Box:
        """Return upper bounds of the starts."""
        begin = Bound(self._letter, self.values).compiled(sp.Tuple(*self.starts))
        return [arb(arb(start).upper()) for start in begin(*self.known(p))]

    @cached_property
    def large(self) -> LargeMap | None:
        """The map for arrays of floats and of intervals; None where they do not know its functions."""
        layers, starts = layered(self.unknowns, self.sides), tuple(dict.fromkeys(self.starts))
        if layers is None:
            return None
        at_start = np.array([starts.index(start) for start in self.starts], dtype=int)
        return LargeMap(layers, starts, at_start, self.values, self.letter, None if self.letter is None else self.easier)

    def zeros(self, box: Box) -> BoundMap:
        """Return the map without the unknowns that are exactly 0 at the one fixed point in a box of `locate`.

        Where those whose box holds 0 stay 0 once they are, the others have a fixed point in their part of the box: there is no other one.
        """
        near = {symbol for symbol, side in zip(self.unknowns, box, strict=True) if side.contains(arb(0))}
        sides = dict(zip(self.unknowns, self.sides, strict=True))
        while True:
            zero = dict.fromkeys(near, sp.S.Zero)
            away = {symbol for symbol in near if not _equal(sides[symbol].xreplace(zero), sp.S.Zero, self.values)}
            if not away:
                return self.without(zero)
            near -= away


def _equal(expression: sp.Expr, value: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> bool:
    """Whether two expressions are exactly the same once the letters are bound."""
    difference = (expression - value).xreplace(dict(values))
    if not difference.free_symbols:
        return bool(ball_of(difference).contains(0)) and simplified(difference) == 0
    return bool(sp.expand(difference) == 0)
