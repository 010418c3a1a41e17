"""The giant component by mpmath: Newton's method from below takes the messages to their smallest solution.

The right sides grow and are convex, so that from messages below the smallest solution Newton's steps climb to it, and do not pass it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import sympy as sp

from ...balls.bound import Bound
from ...balls.numerical.engines import MPMATH, constant
from ...balls.numerical.jets import Jet
from ...model.symbols import q
from .equations import MessageSystem, z

__all__ = ["NumericalSystem"]

_STEPS = 2000
_ORDERS = 4


class NumericalSystem:
    """A message system at a state q, a function that computes it to the working precision, with every letter bound."""

    def __init__(
        self, stated: MessageSystem, values: Mapping[sp.Symbol, sp.Expr | Callable[[], Any]], state: Callable[[], Any], ratio: sp.Expr
    ) -> None:
        complete = stated.complete if state() == 0 else None
        self.system, self.values, self.state, self.ratio = complete or stated, values, state, ratio
        self._at_state = Bound((), {**values, q: state}, MPMATH)
        bound = Bound((*self.system.messages, z), self._at_state.values, MPMATH)
        self._at = bound.applied(sp.Tuple(*self.system.right_sides, self.system.finite, self.system.text))

    @property
    def types(self) -> int:
        """How many messages there are."""
        return len(self.system.messages)

    def _slopes(self, messages: list[Any]) -> tuple[list[Any], list[list[Any]]]:
        """Return all functions at z = 1, and their derivatives: a row for each function, the last column by z."""
        point = [*messages, mpmath.mpf(1)]
        columns = []
        for axis in range(self.types + 1):
            moving = [Jet((value, mpmath.mpf(int(place == axis)))) for place, value in enumerate(point)]
            found = self._at(*moving)
            columns.append([one.coefficients if isinstance(one, Jet) else (one, mpmath.mpf(0)) for one in found])
        return [value for value, _ in columns[0]], [[column[row][1] for column in columns] for row in range(self.types + 2)]

    def trivial(self) -> list[Any]:
        """Return the state without a giant component."""
        return [self._at_state.value(message) for message in self.system.trivial]

    def radius(self) -> Any:
        """Return the spectral radius of J at the trivial state, the branching factor."""
        j = [[self._at_state.value(entry) for entry in row] for row in self.system.jacobian.tolist()]
        if self.types == 1:
            return j[0][0]
        apart = (j[0][0] - j[1][1]) ** 2 + 4 * j[0][1] * j[1][0]
        return (j[0][0] + j[1][1] + mpmath.sqrt(max(apart, mpmath.mpf(0)))) / 2

    def messages(self) -> list[Any]:
        """Return the smallest solution: the trivial state where the branching factor is at most 1."""
        if self.radius() <= 1:
            return self.trivial()
        place = [mpmath.mpf(10) ** -mpmath.mp.dps] * self.types
        for _ in range(_STEPS):
            values, slopes = self._slopes(place)
            step = self._solved(slopes, [value - side for value, side in zip(values, place, strict=False)])
            place = [side + move for side, move in zip(place, step, strict=True)]
            if max(map(abs, step)) < mpmath.mpf(10) ** (2 - mpmath.mp.dps):
                return place
        return [mpmath.nan] * self.types

    def _solved(self, slopes: list[list[Any]], right: list[Any]) -> list[Any]:
        """Solve (1 - J) x = right."""
        matrix = mpmath.matrix([[int(i == k) - slopes[i][k] for k in range(self.types)] for i in range(self.types)])
        return list(mpmath.lu_solve(matrix, mpmath.matrix(right)))

    def kept(self) -> Any:
        """Return the fraction of skills that are vertices."""
        return self._at(*self.trivial(), mpmath.mpf(1))[self.types]

    def giant(self) -> Any:
        """Return the giant component, as a fraction of all skills."""
        return self.kept() - self._at(*self.messages(), mpmath.mpf(1))[self.types] if self.radius() > 1 else mpmath.mpf(0)

    def mean_component(self) -> Any:
        """Return the mean size of the component of a random vertex, so far as it is finite (see `BoundSystem.mean_component`)."""
        values, slopes = self._slopes(self.messages())
        n = self.types
        moved = self._solved(slopes, [slopes[i][n] for i in range(n)])
        return (slopes[n][n] + sum(slopes[n][k] * moved[k] for k in range(n))) / values[n]

    def graph(self) -> tuple[Any, Any]:
        """Return the mean degree and the clustering coefficient (see `BoundSystem.graph`)."""
        trivial = self.trivial()
        steps = [row[self.types] for row in self._slopes(trivial)[1]]
        moving = [Jet((one, step, *[mpmath.mpf(0)] * (_ORDERS - 2))) for one, step in zip(trivial, steps, strict=False)]
        finite, text = (one.coefficients for one in self._at(*moving, mpmath.mpf(1))[self.types :])
        return finite[1] / finite[0], 3 * constant(self.ratio) * text[3] / finite[2]
