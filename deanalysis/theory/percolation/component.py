"""The smallest solution of a message system, proved: extinction of a branching process with one or two types.

The right sides are power series with nonnegative coefficients (as the a_k do not increase), so they and their Jacobian J grow with the
messages. Two facts follow. A solution at which J has a spectral radius below 1 is the smallest one: for a smaller one, less by d >= 0,
d <= J d would hold, which takes a radius of at least 1. So where J at the trivial state has a radius below 1 there is no giant
component; and else a solution found anywhere, with such a J, is proved to be the one wanted, without looking for others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp
from flint import arb, arb_mat, arb_series, ctx

from ...balls.bound import Bound
from ...balls.compiling import ball_of
from ...balls.precision import at_rising_precision
from ...balls.series import taylors
from ...balls.systems import Box, prove_zero, refine_system
from ...model.symbols import q
from ..evolution.states.fixed_points import LargestFixedPoint
from .equations import MessageSystem, z

__all__ = ["BoundSystem"]

_PICARD = 200


@dataclass(frozen=True)
class BoundSystem:
    """A message system with every letter bound, at the state in which learning stops."""

    stated: MessageSystem
    largest: LargestFixedPoint

    @cached_property
    def values(self) -> Mapping[sp.Symbol, sp.Expr]:
        """What the letters stand for."""
        return self.largest.values

    @cached_property
    def system(self) -> MessageSystem:
        """The system that holds at this state: at q = 0 there are no messages of novel skills."""
        status, box = self.largest.location
        complete = status == "exact" and box == 0
        return self.stated.complete if complete and self.stated.complete is not None else self.stated

    @cached_property
    def types(self) -> int:
        """How many messages there are."""
        return len(self.system.messages)

    @cached_property
    def _function(self) -> Callable[..., list[Any]]:
        """Phi, the finite components and the associations of a text, as functions of the messages and z."""
        bound = Bound((*self.system.messages, z), self._at_state.values)
        return bound.applied(sp.Tuple(*self.system.right_sides, self.system.finite, self.system.text))

    @cached_property
    def _at_state(self) -> Bound:
        """Expressions at the fixed point q, which is computed to the current precision."""
        return Bound((), {**self.values, q: self.largest.state})

    def _along(self, axis: int, place: Box) -> list[list[arb]]:
        """Enclose all functions and their derivatives along one axis, of messages and z; as series, for balls about 0 have no powers."""
        before, after = ([arb_series([side]) for side in sides] for sides in (place[:axis], place[axis + 1 :]))
        return taylors(lambda moving: self._function(*before, moving, *after), place[axis], 2, self.types + 2)

    def slopes(self, box: Box) -> tuple[list[arb], list[list[arb]]]:
        """Enclose all functions over a box of messages at z = 1, and their derivatives: a row for each function, the last column by z."""
        columns = [self._along(axis, [*box, arb(1)]) for axis in range(self.types + 1)]
        values = [value for value, _ in columns[0]]
        return values, [[column[row][1] for column in columns] for row in range(self.types + 2)]

    def __call__(self, box: Box) -> tuple[list[arb], list[list[arb]]]:
        """Enclose v - Phi(v) and its Jacobian."""
        values, slopes = self.slopes(box)
        excess = [side - value for side, value in zip(box, values[: self.types], strict=True)]
        return excess, [[int(i == j) - slopes[i][j] for j in range(self.types)] for i in range(self.types)]

    def trivial(self) -> Box:
        """Return the state without a giant component."""
        return [self._at_state.value(message) for message in self.system.trivial]

    def jacobian(self) -> list[list[arb]]:
        """Enclose J at the trivial state."""
        return [[self._at_state.value(entry) for entry in row] for row in self.system.jacobian.tolist()]

    def radius(self) -> arb:
        """Enclose the spectral radius of J at the trivial state, the branching factor."""
        j = self.jacobian()
        if self.types == 1:
            return j[0][0]
        root = ((j[0][0] - j[1][1]) ** 2 + 4 * j[0][1] * j[1][0]).sqrt()
        return (j[0][0] + j[1][1] + root) / 2

    @cached_property
    def giant_box(self) -> Box | None:
        """The box of the smallest solution where there is a giant component; None where there is none, or that is undecided."""
        return self._decided[1]

    @cached_property
    def percolates(self) -> bool | None:
        """Whether there is a giant component; None where that is undecided."""
        return self._decided[0]

    @cached_property
    def _decided(self) -> tuple[bool | None, Box | None]:
        if self._is_exactly_critical:
            return False, None
        return at_rising_precision(self._decide) or (None, None)

    def _decide(self) -> tuple[bool, Box | None] | None:
        """Decide it at the current precision, if that is enough."""
        if _is_stable([[int(i == k) - value for k, value in enumerate(row)] for i, row in enumerate(self.jacobian())]):
            return False, None
        for start in (self._low(), self._iterated()):
            box = prove_zero(self, start, ctx.prec)
            if box is not None and _is_stable(self(box)[1]) and not all(map(arb.overlaps, box, self.trivial())):
                return True, box
        return None

    @cached_property
    def _is_exactly_critical(self) -> bool:
        """Whether a rational branching factor of one type is exactly 1."""
        factor = self.system.jacobian[0, 0].xreplace(dict(self.values))
        return self.types == 1 and bool(factor.is_Rational and factor == 1)

    def _low(self) -> Box:
        """Return messages near 0; at 0 itself some success probabilities are 0/0."""
        return [arb(2) ** -20] * self.types

    def _iterated(self) -> Box:
        """Iterate from there, for a start nearer to the smallest solution."""
        place = self._low()
        for _ in range(_PICARD):
            values, _slopes = self.slopes(place)
            place = [arb(value.mid()) for value in values[: self.types]]
        return place

    def messages(self) -> Box:
        """Return the smallest solution to the current precision, where it is known whether there is a giant component."""
        return self.trivial() if self.giant_box is None else refine_system(self, self.giant_box, ctx.prec - 10)

    def giant(self) -> arb:
        """Enclose the giant component, as a fraction of all skills."""
        return self.kept() - self._finite(self.messages())

    def kept(self) -> arb:
        """Enclose the fraction of skills that are vertices."""
        return self._finite(self.trivial())

    def _finite(self, box: Box) -> arb:
        return self._along(0, [*box, arb(1)])[self.types][0]

    def mean_component(self) -> arb:
        """Enclose the mean size of the component of a random vertex, so far as it is finite: dH/dz over H.

        dv/dz = (1 - J)^-1 Phi_z at the smallest solution, which diverges at the threshold.
        """
        values, slopes = self.slopes(self.messages())
        j = arb_mat([[int(i == k) - slopes[i][k] for k in range(self.types)] for i in range(self.types)])
        try:
            moved = j.solve(arb_mat([[slopes[i][self.types]] for i in range(self.types)]))
        except ZeroDivisionError:
            return arb("nan")
        finite, n = slopes[self.types], self.types
        return (finite[n] + sum((finite[k] * moved[k, 0] for k in range(n)), arb(0))) / values[n]

    def graph(self) -> tuple[arb, arb]:
        """Enclose the mean degree and the clustering coefficient of the association graph.

        A vertex's degree is generated by G(y) = H(v(y))/H(v(1)) with v(y) the trivial state less (1 - y) Phi_z, and the vertices of a text
        by W(y) in the same way; the clustering is R W'''(1)/(H(1) G''(1)) (for independent skills Newman, Strogatz, Watts, PRE 64, 2001).
        """
        finite, text = self._generating(arb(1), 4)
        ratio = ball_of(self.largest.equation.ensemble.ratio.xreplace(dict(self.values)))
        return finite[1] / finite[0], 3 * ratio * text[3] / finite[2]

    def degree_law(self, count: int) -> list[arb]:
        """Enclose the probabilities that a vertex has 0, 1, ..., count - 1 associations."""
        coefficients, kept = self._generating(arb(0), count)[0], self.kept()
        return [coefficients[degree] / kept for degree in range(count)]

    def _generating(self, y: arb, count: int) -> list[arb_series]:
        """Expand H(v(y)) and W(y) around y, v(y) being the trivial state less (1 - y) Phi_z."""
        trivial, before = self.trivial(), ctx.cap
        steps = [row[self.types] for row in self.slopes(trivial)[1]]
        ctx.cap = count
        try:
            moving = [arb_series([one - (1 - y) * step, step]) for one, step in zip(trivial, steps, strict=False)]
            return [arb_series(one) for one in self._function(*moving, arb(1))[self.types :]]
        finally:
            ctx.cap = before


def _is_stable(matrix: list[list[arb]]) -> bool:
    """Whether 1 - J, of one or two types, is proved to belong to a J with a spectral radius below 1."""
    diagonal = all(row[i] > 0 for i, row in enumerate(matrix))
    return bool(diagonal and (len(matrix) == 1 or matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0] > 0))
