"""Potential thresholds in a letter that cannot be isolated: where two lowest minima of the potential change places."""

from itertools import pairwise

import sympy as sp
from flint import arb, ctx

from .....balls.compiling import ball_of
from .....balls.isolation import isolate
from .....balls.multiple_roots import MultipleRoot
from .....balls.numbers import prove_numbers
from .....balls.systems import Box, prove_zero, refine_system
from .....model.symbols import q
from ...answers import Cause, Status, Undecided
from ...thresholds.results import Threshold
from ..branch import Found
from .folds import PlaneFolds

__all__ = ["PlaneBranch"]

_SAMPLES = 24
_CLOSE = 60
_SAMPLING, _PROVING = 64, 128


class _Search:
    """Compares the minima of the potential at sampled values of the letter."""

    def __init__(self, solver: PlaneFolds) -> None:
        self.solver, self.root = solver, solver.root
        self.unproved: list[arb] = []
        equation = solver.equation
        self.potential = MultipleRoot(equation.potential, q, (solver.parameter,), solver.values)
        self.force = MultipleRoot(sp.diff(equation.teaching, q), q, (solver.parameter,), solver.values)
        bound = equation.bind(solver.values)
        self.ends = [arb(0)] if bound.completes else [arb(1)] if bound.never_starts else []

    def samples(self) -> list[arb]:
        """Return the values at which minima are compared: between neighbouring folds, and not at the ends of the range."""
        low, high = (arb(ball_of(end).mid()) for end in self.solver.range)
        folds = sorted((arb(box[1].mid()) for box in self.solver.found.zeros), key=float)
        places = []
        for left, right in pairwise([low, *folds, high]):
            places += [arb((left + (right - left) * (index + arb(1) / 2) / _SAMPLES).mid()) for index in range(_SAMPLES)]
        return places

    def minima(self, parameter: arb) -> list[arb]:
        """Return, nearly, the minima of the potential at a value, in ascending order."""
        section = self.root.at([parameter])
        low = section.lowest()
        if low is None:
            return []
        found = isolate(section.enclosed, low, arb(self.solver.top(parameter).upper()))
        inner = [arb(section.refined(zero).mid()) for zero in found.zeros if zero.slope < 0]
        return sorted([*(end for end in self.ends if not any(abs(end - one) < 1e-9 for one in inner)), *inner], key=float)

    def lowest(self, parameter: arb) -> arb | None:
        """Return, nearly, the global minimiser at a value."""
        with ctx.workprec(_SAMPLING):
            return min(self.minima(parameter), key=lambda state: float(self.level(state, parameter)), default=None)

    def level(self, state: arb, parameter: arb) -> arb:
        """Enclose the potential."""
        return self.potential.series([state, parameter], 1)[0]

    def between(self, low: arb, high: arb) -> Threshold | None:
        """Halve the step until a jump of the minimiser is pinned, and prove it; None where the minimiser only moves."""
        left, right = self.lowest(low), self.lowest(high)
        if left is None or right is None:
            self.unproved.append(high)
            return None
        for _ in range(_CLOSE):
            if abs(left - right) < min(4 * abs(high - low), arb(1e-6), key=float):
                return None
            middle = arb(((low + high) / 2).mid())
            found = self.lowest(middle)
            if found is None or high - low < 1e-12 * high:
                break
            if abs(found - left) < abs(found - right):
                low, left = middle, found
            else:
                high, right = middle, found
        proved = self._proved(left, right, arb(((low + high) / 2).mid()))
        if proved is None:
            self.unproved.append(high)
        return proved

    def _proved(self, first: arb, second: arb, parameter: arb) -> Threshold | None:
        upper, lower = (first, second) if first > second else (second, first)
        fixed = [any(abs(state - end) < 1e-12 for end in self.ends) for state in (upper, lower)]
        system = _Maxwell(self, fixed)
        with ctx.workprec(_PROVING):
            box = prove_zero(system, [*(state for state, held in zip((upper, lower), fixed, strict=True) if not held), parameter])
            if box is None:
                return None
            lowest = self._is_lowest(system, box)
            slope = system(box)[1][-1][-1]
        upper_q, lower_q, value = prove_numbers(lambda: system.read(refine_system(system, box, ctx.prec - 10)), self.solver.digits)
        if lowest is False:
            return None
        proved = lowest and (slope > 0 or slope < 0) and all(number.has(self.solver.digits) for number in (upper_q, lower_q, value))
        side = "above" if slope > 0 else "below"
        status = Status.of(proved)
        return Threshold("potential", str(self.solver.parameter), value, upper_q, status, side, None, lower_q)

    def _is_lowest(self, system: "_Maxwell", box: Box) -> bool | None:
        upper, lower, parameter = system.read(refine_system(system, box, _PROVING - 20))
        level = self.level(upper, parameter)
        here = self.root.at([parameter])
        low = here.lowest()
        if low is None:
            return None
        found = isolate(here.enclosed, low, arb(self.solver.top(parameter).upper()))
        if found.undecided:
            return None
        others = [zero for zero in found.zeros if zero.slope < 0 and not (zero.box.overlaps(upper) or zero.box.overlaps(lower))]
        gaps = [self.level(here.refined(zero), parameter) - level for zero in others]
        gaps += [self.level(end, parameter) - level for end in self.ends if not (end.overlaps(upper) or end.overlaps(lower))]
        return True if all(gap > 0 for gap in gaps) else False if any(gap < 0 for gap in gaps) else None


class _Maxwell:
    """f(q1) = q1, f(q2) = q2, U(q1) = U(q2) in (q1, q2, parameter); a state that is held at an end is no unknown."""

    def __init__(self, search: _Search, fixed: list[bool]) -> None:
        self.search, self.fixed = search, fixed

    def read(self, box: Box) -> list[arb]:
        """Return q1, q2 and the parameter."""
        free = iter(box[:-1])
        return [self.search.ends[0] if held else next(free) for held in self.fixed] + [box[-1]]

    def __call__(self, box: Box) -> tuple[list[arb], list[list[arb]]]:
        """Enclose the functions and their Jacobian."""
        *states, parameter = self.read(box)
        root, potential, force = self.search.root, self.search.potential, self.search.force
        free = [state for state, held in zip(states, self.fixed, strict=True) if not held]
        levels = [potential.series([state, parameter], 1)[0] for state in states]
        rates = [potential.slope([state, parameter])[0] for state in states]
        values, rows, last = [], [], []
        for index, state in enumerate(free):
            gap, slope = root.series([state, parameter], 2)
            values.append(gap)
            rows.append([slope if column == index else arb(0) for column in range(len(free))] + [root.slope([state, parameter])[0]])
            sign = 1 if state is states[0] else -1
            last.append(sign * force.series([state, parameter], 1)[0] * gap)
        return [*values, levels[0] - levels[1]], [*rows, [*last, rates[0] - rates[1]]]


class PlaneBranch(PlaneFolds):
    """All thresholds of one equation in one letter, the others bound."""

    compared = f"; minima of the potential compared at {_SAMPLES} values between neighbouring folds"

    def potentials(self) -> Found:
        """Return the potential thresholds in the searched range, and the reason where none was found.

        Between neighbouring samples of the letter the global minimiser is compared; a jump is pinned and proved by Krawczyk's test.
        """
        search = _Search(self)
        jumps = [jump for low, high in pairwise(search.samples()) if (jump := search.between(low, high)) is not None]
        if search.unproved:
            places = ", ".join(place.str(6, radius=False) for place in search.unproved[:3])
            return jumps, Undecided(Cause.POTENTIAL, f"the minimiser of the potential may jump at {self.parameter} near {places}")
        return jumps, None if jumps else "no potential threshold was found: the minimisers were compared at a finite number of values"
