"""Where the ideal learner stops: the fixed point of least potential (Maxwell's rule), compared with all others, with proof."""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any, ClassVar

import mpmath
import sympy as sp
from flint import arb, ctx

from ....balls.compiling import ball_of
from ....balls.isolation import isolate, refine
from ....balls.numerical.roots import SCANNING, agreed_all
from ....model.symbols import q
from ..answers import Status, by_method
from ..equations.density_evolution import FixedPointEquation
from ..thresholds.results import FixedPoint
from .fixed_points import LargestFixedPoint, proved_state
from .numerical import SCANNED_STATES, NumericalState

_SMALLEST_EXPONENT = 64
"""The narrowest gap below a state that is always a fixed point is 2^-64 of it."""

_TIE = 1e-38
"""How near, relatively, two potentials are taken to be the same: what cancellation leaves of the 50 digits of a scan."""


def is_symmetric(equation: FixedPointEquation) -> bool:
    """Whether nothing is ever determined, as 1 for all skills solves all equations: nothing is known, and every text has an even number.

    P(-1) is the sum of p_k (-1)^k.

    >>> from deanalysis.model import Ensemble, Poisson, Regular, SkillLearner
    >>> [is_symmetric(FixedPointEquation(Ensemble(Regular(d), Poisson(9)), SkillLearner(1))) for d in (3, 4)]
    [False, True]
    """
    return bool(equation.never_starts and equation.ensemble.texts.pgf(sp.Integer(-1)).equals(1))


class LeastPotential(LargestFixedPoint):
    """The q in [0, eps] with q = f(q) at which the potential U is least, all parameters bound."""

    what: ClassVar[str] = "the fixed point of least potential"

    @cached_property
    def _known(self) -> sp.Expr | None:
        if is_symmetric(self._bound):
            return self._bound.ensemble.unknown
        return None if self._bound.right_side.has(q) else self._bound.right_side

    def _locate(self) -> tuple[str, arb]:
        """Locate it at the current precision."""
        states = self._stable()
        if not states:
            return Status.UNDECIDED, arb(0).union(ball_of(self._bound.ensemble.unknown))
        levels = [self._level(*state) for state in states]
        least = min(range(len(states)), key=lambda number: float(levels[number].mid()))
        below = [number for number, level in enumerate(levels) if not level > levels[least]]
        if below == [least]:
            return states[least]
        return Status.UNDECIDED, states[below[0]][1].union(states[below[-1]][1])

    def _stable(self) -> list[tuple[str, arb]]:
        """Return all minima of the potential in ascending order, as `location` does; nothing where they are not proved to be all."""
        low, high = self._lowest(), self._highest()
        isolation = None if low is None or high is None else isolate(self.excess, low, high)
        if isolation is None or not isolation.is_complete:
            return []
        origin, end = [("exact", arb(0))] * self._bound.completes, [("exact", ball_of(self._bound.ensemble.unknown))] * self.never_starts
        return [*origin, *(("isolated", zero.box) for zero in isolation.zeros if zero.slope < 0), *end]

    def _level(self, kind: str, box: arb) -> arb:
        """Enclose the potential at a fixed point."""
        state = refine(self.excess, box, ctx.prec - 10) if kind == "isolated" else box
        return self.evaluator.value(self.equation.potential, state)

    def _highest(self) -> arb | None:
        """Return a state above which there is no fixed point but eps, which is one where learning never starts."""
        unknown = ball_of(self._bound.ensemble.unknown)
        if not self.never_starts:
            return arb(unknown.upper())
        for exponent in range(2, _SMALLEST_EXPONENT):
            start = unknown * (1 - arb(2) ** -exponent)
            slope = self.excess(start.union(unknown))[1]
            if slope > 0 or slope < 0:
                return start
        return None


def least_potential(equation: FixedPointEquation, values: Mapping[sp.Symbol, sp.Expr], digits: int, method: str) -> FixedPoint:
    """Return the state of the ideal learner, by the method that is named: by balls with proof, or as mpmath finds it."""
    balls = partial(proved_state, LeastPotential(equation, values), digits)
    return by_method(method, balls, partial(_numerical, equation, values, digits), digits)


def _numerical(equation: FixedPointEquation, values: Mapping[sp.Symbol, sp.Expr], digits: int) -> FixedPoint:
    """Return the fixed point of least potential of those that a scan finds."""
    state = NumericalState(equation, values)
    found: list[Any] = [*state.roots, *[lambda: mpmath.mpf(0)] * state.bound.completes]
    if state.bound.never_starts:
        found.append(lambda: state.unknown)
    with mpmath.workdps(SCANNING):
        levels = [state.value(equation.potential, root()) for root in found]
        lowest = [root for root, level in zip(found, levels, strict=True) if level - min(levels) <= _TIE * abs(level)]
        least = found[-1] if is_symmetric(state.bound) else max(lowest, key=lambda root: root())

    def compute() -> list[Any]:
        here = least()
        return [state.value(formula, here) for formula in equation.state]

    tie = ", at a jump, the larger of two" if len(lowest) > 1 else ""
    reason = f"by mpmath, of {len(found)} fixed points that of least potential{tie}: {SCANNED_STATES}"
    return FixedPoint.of(agreed_all(compute, digits), rounds=None, status=Status.NUMERICAL, reason=reason)
