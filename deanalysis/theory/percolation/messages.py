"""What the smallest solution of a message system says of the association graph: in balls, with proof, or in mpmath's numbers.

It gives the extinction of a branching process with one or two types. The right sides are power series with nonnegative coefficients (as
the a_k do not increase), so they and their Jacobian J grow with the messages. Two facts follow. A solution at which J has a spectral
radius below 1 is the smallest one: for a smaller one, less by d >= 0, d <= J d would hold, which takes a radius of at least 1. So where J
at the trivial state has a radius below 1 there is no giant component; and else a solution found anywhere, with such a J, is proved to be
the one wanted, without looking for others.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mpmath
import sympy as sp
from flint import arb, ctx

from ...balls.bound import Bound, Letters
from ...balls.numerical.engines import MPMATH
from ...balls.precision import at_rising_precision
from ...balls.systems import Box, prove_zero, refine_system
from ...model.symbols import q
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.states.fixed_points import LargestFixedPoint
from .equations import MessageSystem, z

_PICARD = 200
"""Steps of the iteration that looks for a start of Newton's method: nearer to the threshold more are needed than are worth their time."""
_STEPS = 2000
"""Newton steps from below at most: next to the threshold each only halves the distance to the solution."""

Matrix = Sequence[Sequence[Any]]


class Branching(ABC):
    """A message system with every letter bound, at the state in which learning stops: a branching process with one or two types.

    `at_state` holds the letters and q, in an arithmetic; which solution is the smallest one, each arithmetic says for itself.
    """

    equation: FixedPointEquation
    system: MessageSystem
    at_state: Bound

    @abstractmethod
    def messages(self) -> Sequence[Any]:
        """Return the smallest solution."""

    @cached_property
    def _function(self) -> Callable[..., Any]:
        """Phi, H and W, the associations of a text, as functions of the messages and z."""
        bound = Bound((*self.system.messages, z), self.at_state.values, self.at_state.arithmetic)
        return bound.applied(sp.Tuple(*self.system.right_sides, self.system.finite, self.system.text))

    def expanded(self, point: Sequence[Any], slopes: Sequence[Any], count: int) -> Matrix:
        """Return the first Taylor coefficients of Phi, H and W along a line in messages and z: a row for each function."""

        def along(step: Any) -> Any:
            return self._function(*(side + slope * step for side, slope in zip(point, slopes, strict=True)))

        arithmetic = self.at_state.arithmetic
        return arithmetic.taylors(along, arithmetic.number(sp.S.Zero), count, self.types + 2)

    @property
    def types(self) -> int:
        """How many messages there are."""
        return len(self.system.messages)

    def trivial(self) -> list[Any]:
        """Return the state without a giant component."""
        return [self.at_state.value(side) for side in self.system.trivial]

    def jacobian(self) -> Matrix:
        """Return J at the trivial state."""
        return [[self.at_state.value(entry) for entry in row] for row in self.system.jacobian.tolist()]

    def radius(self) -> Any:
        """Return the spectral radius of J at the trivial state, the branching factor."""
        j = self.jacobian()
        if self.types == 1:
            return j[0][0]
        return (j[0][0] + j[1][1] + abs((j[0][0] - j[1][1]) ** 2 + 4 * j[0][1] * j[1][0]).sqrt()) / 2

    def slopes(self, messages: Sequence[Any]) -> tuple[list[Any], Matrix]:
        """Return Phi, H and W at messages and z = 1, and their derivatives: a row for each function, the last column by z."""
        axes = range(self.types + 1)
        columns = [self.expanded([*messages, 1], [int(axis == moving) for axis in axes], 2) for moving in axes]
        return [row[0] for row in columns[0]], [[column[row][1] for column in columns] for row in range(self.types + 2)]

    def finite(self, messages: Sequence[Any]) -> Any:
        """Return H, the fraction of skills that are vertices in components as finite as the messages say."""
        return self.expanded([*messages, 1], [0] * (self.types + 1), 1)[self.types][0]

    def kept(self) -> Any:
        """Return the fraction of skills that are vertices."""
        return self.finite(self.trivial())

    def giant(self) -> Any:
        """Return the giant component, as a fraction of all skills."""
        return self.kept() - self.finite(self.messages())

    def mean_component(self) -> Any:
        """Return the mean size of the component of a random vertex, so far as it is finite: dH/dz over H.

        dv/dz = (1 - J)^-1 Phi_z at the smallest solution, which diverges at the threshold: it is nan there, and where all is in the
        giant component.
        """
        (values, slopes), n = self.slopes(self.messages()), self.types
        excess = self.excess_slopes(slopes)
        if values[n] == 0 or determinant(excess) == 0:
            return values[n] * float("nan")
        moved = solved(excess, [row[n] for row in slopes[:n]])
        return (slopes[n][n] + sum(slope * move for slope, move in zip(slopes[n], moved, strict=False))) / values[n]

    def excess_slopes(self, slopes: Matrix) -> list[list[Any]]:
        """Return 1 - J of the slopes of all functions."""
        return less_than_one([row[: self.types] for row in slopes[: self.types]])

    def graph(self) -> tuple[Any, Any]:
        """Return the mean degree and the clustering coefficient of the association graph.

        A vertex's degree is generated by G(y) = H(v(y))/H(v(1)) with v(y) the trivial state less (1 - y) Phi_z, and the vertices of a text
        by W(y) in the same way; the clustering is R W'''(1)/(H(1) G''(1)) (for independent skills Newman, Strogatz, Watts, PRE 64, 2001).
        """
        finite, text = self._generating(1, 4)
        return finite[1] / finite[0], 3 * self.at_state.value(self.equation.ensemble.ratio) * text[3] / finite[2]

    def degree_law(self, count: int) -> list[Any]:
        """Return the probabilities that a vertex has 0, 1, ..., count - 1 associations."""
        coefficients, kept = self._generating(0, count)[0], self.kept()
        return [coefficient / kept for coefficient in coefficients]

    def _generating(self, y: int, count: int) -> Matrix:
        """Expand H(v(y)) and W(v(y)) around y, v(y) being the trivial state less (1 - y) Phi_z."""
        trivial = self.trivial()
        steps = [row[self.types] for row in self.slopes(trivial)[1][: self.types]]
        point = [side - (1 - y) * step for side, step in zip(trivial, steps, strict=True)]
        return self.expanded([*point, 1], [*steps, 0], count)[self.types :]


@dataclass(frozen=True)
class BoundSystem(Branching):
    """A message system in balls."""

    stated: MessageSystem
    largest: LargestFixedPoint

    @property
    def equation(self) -> FixedPointEquation:  # type: ignore[override]
        """Density evolution."""
        return self.largest.equation

    @cached_property
    def system(self) -> MessageSystem:  # type: ignore[override]
        """The system that holds at this state: at q = 0 there are no messages of novel skills."""
        status, box = self.largest.location
        complete = status == "exact" and box == 0
        return self.stated.complete if complete and self.stated.complete is not None else self.stated

    @cached_property
    def at_state(self) -> Bound:  # type: ignore[override]
        """Expressions at the fixed point q, which is computed to the current precision."""
        return Bound((), {**self.largest.values, q: self.largest.state})

    def __call__(self, box: Box) -> tuple[list[arb], list[list[arb]]]:
        """Enclose v - Phi(v) and its Jacobian."""
        values, slopes = self.slopes(box)
        return [side - value for side, value in zip(box, values, strict=False)], self.excess_slopes(slopes)

    @property
    def giant_box(self) -> Box | None:
        """The box of the smallest solution where there is a giant component; None where there is none, or that is undecided."""
        return self._decided[1]

    @property
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
        if _is_stable(less_than_one(self.jacobian())):
            return False, None
        for start in (self._low(), self._iterated()):
            box = prove_zero(self, start, ctx.prec)
            if box is not None and _is_stable(self(box)[1]) and not all(map(arb.overlaps, box, self.trivial())):
                return True, box
        return None

    @cached_property
    def _is_exactly_critical(self) -> bool:
        """Whether a rational branching factor of one type is exactly 1."""
        factor = self.system.jacobian[0, 0].xreplace(dict(self.largest.values))
        return self.types == 1 and bool(factor.is_Rational and factor == 1)

    def _low(self) -> Box:
        """Return messages near 0; at 0 itself some success probabilities are 0/0."""
        return [arb(2) ** -20] * self.types

    def _iterated(self) -> Box:
        """Iterate from there, for a start nearer to the smallest solution."""
        messages = self._low()
        for _ in range(_PICARD):
            values, _slopes = self.slopes(messages)
            messages = [arb(value.mid()) for value in values[: self.types]]
        return messages

    def messages(self) -> Box:
        """Return the smallest solution to the current precision, where it is known whether there is a giant component."""
        return self.trivial() if self.giant_box is None else refine_system(self, self.giant_box, ctx.prec - 10)


class NumericalSystem(Branching):
    """A message system in mpmath's numbers, at a state q that a function computes to the working precision.

    The right sides are convex, so that from messages below the smallest solution Newton's steps climb to it, and do not pass it.
    """

    def __init__(self, stated: MessageSystem, equation: FixedPointEquation, values: Letters, state: Callable[[], Any]) -> None:
        self.system = stated.complete if state() == 0 and stated.complete is not None else stated
        self.equation, self.at_state = equation, Bound((), {**values, q: state}, MPMATH)

    def messages(self) -> list[Any]:
        """Return the smallest solution: the trivial state where the branching factor is at most 1."""
        if self.radius() <= 1:
            return self.trivial()
        messages = [mpmath.mpf(10) ** -mpmath.mp.dps] * self.types
        for _ in range(_STEPS):
            values, slopes = self.slopes(messages)
            excess = [value - side for value, side in zip(values, messages, strict=False)]
            steps = solved(self.excess_slopes(slopes), excess)
            messages = [side + step for side, step in zip(messages, steps, strict=True)]
            if not all(map(mpmath.isfinite, steps)):
                break
            if max(map(abs, steps)) < mpmath.mpf(10) ** (2 - mpmath.mp.dps):
                return messages
        return [mpmath.nan] * self.types


def less_than_one(matrix: Matrix) -> list[list[Any]]:
    """Return 1 - J."""
    return [[int(i == k) - entry for k, entry in enumerate(row)] for i, row in enumerate(matrix)]


def determinant(matrix: Matrix) -> Any:
    """Return the determinant of a matrix of one or two rows."""
    return matrix[0][0] if len(matrix) == 1 else matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0]


def solved(matrix: Matrix, right: Sequence[Any]) -> list[Any]:
    """Solve a linear system of one or two equations by Cramer's rule."""
    columns = [
        [[right[i] if k == column else entry for k, entry in enumerate(row)] for i, row in enumerate(matrix)]
        for column in range(len(right))
    ]
    return [determinant(replaced) / determinant(matrix) for replaced in columns]


def _is_stable(matrix: Matrix) -> bool:
    """Whether 1 - J, of one or two types, is proved to belong to a J with a spectral radius below 1."""
    return all(row[i] > 0 for i, row in enumerate(matrix)) and bool(determinant(matrix) > 0)
