"""The smallest solution of a message system, proved: extinction of a branching process with one or two types.

The right sides are power series with nonnegative coefficients (as the a_k do not increase), so they and their Jacobian J grow with the
messages. Two facts follow. A solution at which J has a spectral radius below 1 is the smallest one: for a smaller one, less by d >= 0,
d <= J d would hold, which takes a radius of at least 1. So where J at the trivial state has a radius below 1 there is no giant
component; and else a solution found anywhere, with such a J, is proved to be the one wanted, without looking for others.
"""

from dataclasses import dataclass
from functools import cached_property

from flint import arb, ctx

from ...balls.bound import Bound
from ...balls.precision import at_rising_precision
from ...balls.systems import Box, prove_zero, refine_system
from ...model.symbols import q
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.states.fixed_points import LargestFixedPoint
from .branching import Branching, Matrix, determinant, less_than_one
from .equations import MessageSystem

__all__ = ["BoundSystem"]

_PICARD = 200
"""Steps of the iteration that looks for a start of Newton's method: nearer to the threshold more are needed than are worth their time."""


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
        return [side - value for side, value in zip(box, values, strict=False)], less_than_one(
            [row[: self.types] for row in slopes[: self.types]]
        )

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


def _is_stable(matrix: Matrix) -> bool:
    """Whether 1 - J, of one or two types, is proved to belong to a J with a spectral radius below 1."""
    return all(row[i] > 0 for i, row in enumerate(matrix)) and bool(determinant(matrix) > 0)
