"""The giant component of what several classes learn, proved: the state and the messages are one system, solved by interval Newton.

As with one class (`deanalysis.theory.percolation.messages`), a solution at which the Jacobian of the messages has a spectral radius below
1 is the smallest one, whichever way it was found; the trivial one is the smallest where it has such a Jacobian.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy as sp
from flint import arb, arb_mat, ctx

from ....balls.bound_map import BoundMap
from ....balls.monotone import locate
from ....balls.numbers import ZERO, Number, prove_numbers
from ....balls.precision import at_rising_precision
from ....balls.series import taylors
from ....balls.systems import Box, prove_zero, refine_system
from ....record import ALWAYS
from ...classes.radius import passes_one, spectral_radius
from ...evolution.answers import Cause, Status, Undecided
from ..equations import z
from ..giant import GiantComponent
from .equations import ClassMessages, ClassPercolationEquations

_MOST_BITS = 512
"""Bits up to which a state is tried, as without percolation."""

_PICARD, _LOW = 200, 2.0**-20
"""Steps of the iteration that looks for a start of Newton's method, and where it begins: at 0 some success probabilities are 0/0."""

_UNKNOWN = Number("nan", "-inf", "inf")


@dataclass(frozen=True, repr=False)
class ClassComponent(GiantComponent):
    """The association graph of several classes: what `GiantComponent` says of all skills, and, by class, as shares of its skills.

    Classes that no text joins, not even through others, have giant components of their own, which are added up.
    """

    giant_component_by_class: dict[str, Number] = field(default_factory=dict, metadata=ALWAYS)
    independent_approximation_by_class: dict[str, Number] = field(default_factory=dict, metadata=ALWAYS)
    learned_by_class: dict[str, Number] = field(default_factory=dict, metadata=ALWAYS)


def bound_messages(
    state: BoundMap, system: ClassMessages, values: Mapping[sp.Symbol, sp.Expr], letter: sp.Symbol | None
) -> tuple[BoundMap, tuple[sp.Expr, ...]]:
    """Return the equations of a state and of the messages as one map, with the trivial messages as formulas in q.

    A message of novel skills is left out where q is fixed at 0: there are none. So is that of learned skills where q is 1.
    """
    fixed = dict(state.fixed)
    nobody = {unknown for unknown, start in fixed.items() if start.xreplace(dict(values)) == 1}
    fixed |= {message: sp.S.Zero for unknown, message in system.novel.items() if fixed.get(unknown) == 0}
    fixed |= {message: sp.S.Zero for unknown, message in system.learned.items() if unknown in nobody}
    left = [index for index, message in enumerate(system.messages) if message not in fixed]
    sides = tuple(system.right_sides[index].xreplace(fixed) for index in left)
    messages, trivial = (tuple(whole[index] for index in left) for whole in (system.messages, system.trivial))
    joint = BoundMap((*state.unknowns, *messages), (*state.sides, *sides), (), values, letter, tuple(fixed.items()))
    return joint, tuple(sp.sympify(side).xreplace(fixed) for side in trivial)


@dataclass(frozen=True)
class BoundMessages:
    """A system of messages with every letter bound, at the state in a box, which is that of `state`."""

    system: ClassMessages
    values: Mapping[sp.Symbol, sp.Expr]
    state: BoundMap
    box: Box

    @cached_property
    def _bound(self) -> tuple[BoundMap, tuple[sp.Expr, ...]]:
        return bound_messages(self.state, self.system, self.values, z)

    @property
    def joint(self) -> BoundMap:
        """The state and the messages as one map, the weight z being its letter."""
        return self._bound[0]

    def _refined(self, box: Box) -> Box:
        return refine_system(self.joint.excess(arb(1)), box, ctx.prec - 10) if box else []

    def at_state(self) -> Box:
        """Return the state to the current precision."""
        return refine_system(self.state.excess(None), self.box, ctx.prec - 10) if self.box else []

    def trivial(self) -> Box:
        """Return the state and the messages without a giant component."""
        q = self.at_state()
        return [*q, *map(arb, self.state.compiled(self._bound[1])(*q, *self.state.known(None)))]

    def jacobian(self, box: Box) -> list[Box]:
        """Enclose the derivatives of the right sides of the messages by the messages over a box."""
        n = len(self.state.unknowns)
        return [row[n:] for row in self.joint.jacobian(box, arb(1))[n:]]

    def radius(self) -> arb:
        """Return the spectral radius at the trivial messages."""
        return spectral_radius(self.jacobian(self.trivial()))

    @cached_property
    def _decided(self) -> tuple[bool | None, Box | None]:
        """Whether there is a giant component, None where that is undecided; and the box of the state and the smallest messages."""
        return at_rising_precision(self._decide) or (None, None)

    def _decide(self) -> tuple[bool, Box | None] | None:
        trivial, n = self.trivial(), len(self.state.unknowns)
        if passes_one(self.jacobian(trivial)) is False:
            return False, None
        low = [*trivial[:n], *[arb(_LOW)] * (len(trivial) - n)]
        for start in (low, self._iterated(low)):
            box = prove_zero(self.joint.excess(arb(1)), start, ctx.prec)
            if box is None or all(side.overlaps(least) for side, least in zip(box, trivial, strict=True)):
                continue
            if (
                all(side.overlaps(least) for side, least in zip(box[:n], trivial[:n], strict=True))
                and passes_one(self.jacobian(box)) is False
            ):
                return True, box
        return None

    def _iterated(self, point: Box) -> Box:
        for _ in range(_PICARD):
            point = [arb(value.mid()) for value in self.joint.at(point, arb(1))]
        return point

    @property
    def percolates(self) -> bool | None:
        """Whether there is a giant component; None where that is undecided."""
        return self._decided[0]

    def smallest(self) -> Box:
        """Return the state and the smallest messages to the current precision, where it is known whether there is a giant component."""
        box = self._decided[1]
        return self.trivial() if box is None else self._refined(box)

    def values_of(self, expressions: list[sp.Expr], box: Box) -> Box:
        """Return the values of formulas in the state and the messages, at z = 1."""
        return [arb(value) for value in self.joint.compiled(expressions)(*box, *self.joint.known(arb(1)))]

    @cached_property
    def is_outside(self) -> list[bool]:
        """Which classes are proved to have no share in the giant component.

        Messages that depend on each other alone, with a spectral radius below 1 at the trivial ones, are the trivial ones.
        """
        joint, n = self.joint, len(self.state.unknowns)
        messages, jacobian = joint.unknowns[n:], self.jacobian(self.trivial())
        uses = {message: side.free_symbols & {*messages} for message, side in zip(messages, joint.sides[n:], strict=True)}

        def is_trivial(message: sp.Symbol) -> bool:
            closed = {message}
            while more := set[sp.Symbol]().union(*(uses[used] for used in closed)) - closed:
                closed |= more
            indices = [index for index, used in enumerate(messages) if used in closed]
            return passes_one([[jacobian[i][k] for k in indices] for i in indices]) is False

        trivial = {message for message in messages if is_trivial(message)}
        fixed = dict(joint.fixed)
        return [side.xreplace(fixed).free_symbols & {*messages} <= trivial for side in self.system.finite.values()]

    def giant(self) -> Box:
        """Return the share of each class in the giant component."""
        finite = list(self.system.finite.values())
        pairs = zip(self.values_of(finite, self.trivial()), self.values_of(finite, self.smallest()), self.is_outside, strict=True)
        return [arb(0) if outside else kept - left for kept, left, outside in pairs]

    def expanded(self, expressions: list[sp.Expr], box: Box, slopes: Box, at: arb, slope: int, count: int) -> list[Box]:
        """Return Taylor coefficients of formulas along a line in state and messages, and in z from a value on."""
        function = self.joint.compiled(expressions)

        def along(s: arb) -> list[arb]:
            moved = (side + s * step for side, step in zip(box, slopes, strict=True))
            values: list[arb] = function(*moved, *self.joint.known(at + s * slope))
            return values

        return taylors(along, arb(0), count, len(expressions))

    def _weighted(self, box: Box) -> Box:
        """Return the derivatives of the right sides by z, those of the state being 0."""
        return [row[1] for row in self.joint.along(box, [arb(0)] * len(box), arb(1), 2, moving=True)]

    def mean_component(self, total: sp.Expr) -> arb:
        """Return the mean size of the component of a random vertex, so far as it is finite: dH/dz over H (see `Branching`)."""
        box, n = self.smallest(), len(self.state.unknowns)
        jacobian = self.jacobian(box)
        moved = (arb_mat(jacobian) * -1 + 1).solve(arb_mat([[step] for step in self._weighted(box)[n:]])).entries() if jacobian else []
        ((value, slope),) = self.expanded([total], box, [*[arb(0)] * n, *moved], arb(1), 1, 2)
        return slope / value

    def graph(self, total: sp.Expr) -> tuple[arb, arb]:
        """Return the mean degree and the clustering coefficient of the association graph (see `Branching.graph`)."""
        trivial = self.trivial()
        finite, text = self.expanded([total, self.system.text], trivial, self._weighted(trivial), arb(1), 0, 4)
        return finite[1] / finite[0], 3 * text[3] / finite[2]


def class_component(percolation: ClassPercolationEquations, values: Mapping[sp.Symbol, sp.Expr], digits: int) -> ClassComponent:
    """Return the giant component and its graph with proved digits, every letter being bound.

    A spectral radius of exactly 1 stays undecided.
    """
    equations = percolation.equations
    names, shares = equations.ensemble.names, [skill_class.share for skill_class in equations.ensemble.classes]
    f = BoundMap.of(equations, {symbol: value for symbol, value in values.items() if symbol in equations.letters})
    box = at_rising_precision(lambda: locate(f), _MOST_BITS)
    if box is None:
        where = Undecided(Cause.FIXED_POINT, "the state in which learning stops")
        return _stated([_UNKNOWN] * 8, [dict.fromkeys(names, _UNKNOWN)] * 3, where)
    state = f.zeros(box)
    left = [side for symbol, side in zip(f.unknowns, box, strict=True) if symbol in state.unknowns]
    exact, approximate = (BoundMessages(system, values, state, left) for system in (percolation.system, percolation.approximation))

    def of_all(parts: Box) -> Box:
        """Return the mean over all skills, and the parts by class."""
        weights = exact.values_of(shares, exact.trivial())
        return [sum((weight * one for weight, one in zip(weights, parts, strict=True)), arb(0)), *parts]

    def giant(system: BoundMessages) -> list[Number]:
        if system.percolates:
            within = [index for index, outside in enumerate([False, *system.is_outside]) if not outside]
            shares = prove_numbers(lambda: [of_all(system.giant())[index] for index in within], digits)
            return [dict(zip(within, shares, strict=True)).get(index, ZERO) for index in range(1 + len(names))]
        return [ZERO if system.percolates is False else Number("nan", "0", "1")] * (1 + len(names))

    learned = prove_numbers(lambda: of_all(exact.values_of([1 - equations.novel[name] for name in names], exact.trivial())), digits)
    if percolation.association.learned and all(float(share.high) <= 0 for share in learned):
        return _stated([*[ZERO] * 5, *[_UNKNOWN] * 3], [dict.fromkeys(names, ZERO)] * 3, None)
    answers = giant(exact), giant(approximate), learned
    total = sp.Add(*(share * one for share, one in zip(shares, exact.system.finite.values(), strict=True)))
    kept, radius, *graph = prove_numbers(lambda: [*exact.values_of([total], exact.trivial()), exact.radius(), *exact.graph(total)], digits)
    mean = _UNKNOWN if exact.percolates is None else prove_numbers(lambda: [exact.mean_component(total)], digits)[0]
    proved = all(number.has(digits) for number in (*(part for parts in answers for part in parts), kept, radius))
    doubt = None if proved else Undecided(Cause.GIANT_COMPONENT, "whether there is a giant component, or its digits")
    numbers = [*(parts[0] for parts in answers), kept, radius, mean, *graph]
    return _stated(numbers, [dict(zip(names, parts[1:], strict=True)) for parts in answers], doubt)


def _stated(numbers: Sequence[Number], by_class: Sequence[dict[str, Number]], doubt: Undecided | None) -> ClassComponent:
    """Return what is known of all skills, and by class; undecided where there is a doubt."""
    stated: dict[str, Any] = dict(zip(ClassComponent.measured(), (*numbers, *by_class), strict=True))
    if doubt is not None:
        stated |= {"reason": doubt.about, "undecided": (doubt,)}
    return ClassComponent(**stated, status=Status.of(doubt is None))
