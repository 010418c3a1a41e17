"""The branch of a letter that cannot be isolated: double roots in the plane of q and the letter, and jumps of the minimiser, proved."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import sympy as sp
from flint import arb, ctx

from ....balls.compiling import ball_of
from ....balls.isolation import isolate
from ....balls.multiple_roots import MultipleRoot
from ....balls.numbers import ZERO, Number, prove_number, prove_numbers
from ....balls.precision import CERTIFYING, STEPS
from ....balls.systems import Box, Found, isolate_system, prove_zero, refine_system
from ....model.formula import text
from ....model.symbols import q
from ..answers import Cause, Status, Undecided
from ..search import Question, Range
from ..thresholds.results import Threshold
from .branch import Branch, Found as FoundPoints, Zeros

_PART = 8
"""Where 64 bits leave something undecided, this part of the range, from its lower end, is tried before 128 bits: it takes less time, and
what holds there is said."""
_LEAST = sp.Rational(1, 1024)
"""Where the range begins if F is not finite at 0: smaller values take more boxes."""
_SAMPLES = 24
"""Values between neighbouring folds at which minima are compared: two jumps between neighbouring values are missed."""
_CLOSE = 60
"""Halvings of a step at most, more than 64 bits can tell apart."""
_SAMPLING, _PROVING = 64, 128
"""Bits in which minima are compared, nearly, and in which a jump is proved."""


class PlaneBranch(Branch):
    """All thresholds of one equation in one letter, the others bound."""

    compared = f"; minima of the potential compared at {_SAMPLES} values between neighbouring folds"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.whole, self.never_starts = question.range, question.bound.never_starts
        if self.whole[0] == 0:
            near_zero = self.root.series([arb(0).union(arb(1)), arb(0).union(ball_of(_LEAST))], 2)
            if not all(value.is_finite() for value in near_zero):
                self.whole = _LEAST, self.whole[1]

    @cached_property
    def _result(self) -> tuple[Range, Found]:
        """The range in which the search came to an end, the whole one if it can be, with what was found there."""
        low, high = self.whole
        part = low, low + (high - low) / _PART
        attempts = [(self.whole, STEPS[0]), *([] if self.question.search else [(part, STEPS[0])]), (self.whole, STEPS[1])]
        results = []
        for ends, precision in attempts:
            with ctx.workprec(precision):
                values = arb(ball_of(ends[0]).lower()).union(arb(ball_of(ends[1]).upper()))
                isolated = isolate_system(self.root, [arb(0).union(arb(self.top(values).upper())), values], self.root.excludes)
            if not isolated.undecided:
                return ends, isolated
            results.append((ends, isolated))
        return results[-1]

    @property
    def range(self) -> Range:
        """The values of the letter that were searched."""
        return self._result[0]

    @property
    def double_roots(self) -> Found:
        """The double roots in the searched range."""
        return self._result[1]

    @property
    def searched(self) -> str:  # type: ignore[override]
        """What was searched for double roots."""
        return self._described(self.range)

    @property
    def domain(self) -> str:  # type: ignore[override]
        """What is searched for stability points, and for double roots, if that comes to an end."""
        return self._described(self.whole)

    def _described(self, ends: Range) -> str:
        low, high = map(text, ends)
        return f"{self.parameter} from {low} to {high}, all q in [0, {text(self.equation.ensemble.unknown.xreplace(dict(self.values)))}]"

    @property
    def undecided(self) -> Undecided | None:  # type: ignore[override]
        """Where a double root may be, if that could not be decided."""
        if not self.double_roots.undecided:
            return None
        shown = "; ".join(f"q in {box[0].str(6)}, {self.parameter} in {box[1].str(6)}" for box in self.double_roots.undecided[:2])
        return Undecided(Cause.TURNS, f"the largest fixed point may jump at {shown}")

    @cached_property
    def gradual(self) -> str | None:  # type: ignore[override]
        """The reason why nothing jumps, where that is proved."""
        if self.never_starts or self.double_roots.undecided:
            return self.never_starts
        low, high = map(text, self.range)
        stuck = self.equation.bind({**self.values, self.parameter: self.range[1]}).never_starts
        return f"no emergence for {self.parameter} from {low} " + (
            f"up to {high}, where learning never starts" if stuck else f"to {high}: no jump"
        )

    @cached_property
    def _turns(self) -> list[Threshold]:
        boxes = sorted(self.double_roots.zeros, key=lambda box: float(box[1].mid()))
        turns = [threshold for box in boxes if (threshold := self._turn(box)) is not None]
        return turns[::-1] if turns and all(turn.learned_side == "below" for turn in turns) else turns

    def _turn(self, box: Box) -> Threshold | None:
        def refined() -> Box:
            return refine_system(self.root, box, ctx.prec - 10)

        with ctx.workprec(CERTIFYING):
            state, value = refine_system(self.root, box, CERTIFYING - 20)
            if value < ball_of(self.range[0]) or value > ball_of(self.range[1]) or state > self.top(value):
                return None
            largest = False if self.never_starts else self.is_largest(state, value, 2)
            slope = self.root.slope([state, value])[0]
        numbers = prove_numbers(refined, self.digits)
        certain = largest is not None and not slope.contains(arb(0)) and all(number.has(self.digits) for number in numbers)
        lands_on = self.landing(refined) if largest else None
        kind, side = "emergence" if largest else "fold", "above" if slope < 0 else "below"
        return Threshold(kind, str(self.parameter), numbers[1], numbers[0], Status.of(certain), side, lands_on=lands_on)

    def landing(self, turn: Callable[[], Box]) -> Number | None:  # type: ignore[override]
        """Return the next fixed point below a double root, given by its box to the current precision; None where it is not known."""
        with ctx.workprec(CERTIFYING):
            state, value = turn()
            try:
                zero = self.root.at([value]).below(state)
            except ValueError:
                return None
        return ZERO if zero is None else prove_number(lambda: self.root.at([turn()[1]]).refined(zero), self.digits)

    def zeros(self, condition: sp.Expr, beyond: Sequence[sp.Expr] = ()) -> Zeros:
        """Isolate the zeros of F and the condition in the plane."""

        def function(box: Box) -> tuple[list[arb], list[list[arb]]]:
            rows = [self.gradient(formula, *box) for formula in (self.root.expression, condition)]
            return [row[0] for row in rows], [[*row[1:]] for row in rows]

        def excluded(box: Box) -> bool:
            return box[0] > self.top(box[1]) or any(self.plane.value(formula, *box) > 0 for formula in beyond)

        low, high = self.ends()
        with ctx.workprec(STEPS[0]):
            isolated = isolate_system(function, [arb(0).union(arb(1)), arb(low.lower()).union(arb(high.upper()))], excluded)
        points = [partial(lambda box: refine_system(function, box, ctx.prec - 10), box) for box in isolated.zeros]
        return Zeros(points, not isolated.undecided)

    def potentials(self) -> FoundPoints:
        """Return the potential thresholds in the searched range, and the reason where none was found.

        Between neighbouring samples of the letter the global minimiser is compared; a jump is pinned and proved by Krawczyk's test.
        """
        minima, (low, high) = ProvedMinima(self), map(float, self.range)
        jumps = minima.jumps(low, [float(box[1].mid()) for box in self.double_roots.zeros], high)
        if minima.unproved:
            near = ", ".join(arb(value).str(6, radius=False) for value in minima.unproved[:3])
            return jumps, Undecided(Cause.POTENTIAL, f"the minimiser of the potential may jump at {self.parameter} near {near}")
        return jumps, None if jumps else "no potential threshold was found: the minimisers were compared at a finite number of values"


class Minima:
    """Compares the minima of the potential at values of the letter, in one arithmetic, and finds where the lowest one jumps."""

    samples, halvings = _SAMPLES, _CLOSE
    lowest: Callable[[float], Any]
    """Returns, nearly, the global minimiser at a value of the letter; None where none is found."""
    distance: Callable[[Any, Any], Any]
    has_moved: Callable[[Any, Any, float], bool]
    """Says whether a minimiser has only moved over a step of the letter."""
    refined: Callable[[Any, Any, float, float], Threshold | None]
    """Returns the jump between two minimisers that are the lowest at neighbouring values; None where it cannot be had."""

    def __init__(self, branch: Branch) -> None:
        self.branch, bound = branch, branch.question.bound
        self.ends = [0] if bound.completes else [1] if bound.never_starts else []
        self.unproved: list[float] = []

    def jumps(self, low: float, folds: Sequence[float], high: float) -> list[Threshold]:
        """Return the jumps between values of the letter, some between each two neighbouring folds, and none at the ends of the range."""
        stretches = pairwise([low, *sorted(folds), high])
        values = [left + (right - left) * (number + 0.5) / self.samples for left, right in stretches for number in range(self.samples)]
        return [jump for pair in pairwise(values) if (jump := self._between(*pair)) is not None]

    def _between(self, low: float, high: float) -> Threshold | None:
        """Halve the step until a jump of the minimiser is pinned; None where the minimiser only moves."""
        left, right = self.lowest(low), self.lowest(high)
        if left is None or right is None:
            self.unproved.append(high)
            return None
        for _ in range(self.halvings):
            if self.has_moved(left, right, high - low):
                return None
            middle = (low + high) / 2
            lowest = self.lowest(middle)
            if lowest is None or high - low < 1e-12 * high:
                break
            if self.distance(lowest, left) < self.distance(lowest, right):
                low, left = middle, lowest
            else:
                high, right = middle, lowest
        jump = self.refined(left, right, low, high)
        if jump is None:
            self.unproved.append(high)
        return jump


class ProvedMinima(Minima):
    """The minima of the potential in balls."""

    def __init__(self, branch: PlaneBranch) -> None:
        super().__init__(branch)
        self.root, equation = branch.root, branch.equation
        self.potential = MultipleRoot(equation.potential, q, (branch.parameter,), branch.values)
        self.force = MultipleRoot(sp.diff(equation.teaching, q), q, (branch.parameter,), branch.values)

    def level(self, state: arb, value: arb) -> arb:
        """Enclose the potential."""
        return self.potential.series([state, value], 1)[0]

    def stable(self, value: arb) -> tuple[list[arb], bool]:
        """Return the stable fixed points at a value of the letter, after the end that is one for every value; whether they are all."""
        section = self.root.at([value])
        low = section.lowest()
        if low is None:
            return [], False
        isolation = isolate(section.enclosed, low, arb(self.branch.top(value).upper()))
        states = [section.refined(zero) for zero in isolation.zeros if zero.slope < 0]
        return [*map(arb, self.ends), *states], isolation.is_complete

    def lowest(self, value: float) -> arb | None:
        """Return, nearly, the global minimiser at a value."""
        with ctx.workprec(_SAMPLING):
            states = [arb(state.mid()) for state in self.stable(arb(value))[0]]
            return min(states, key=lambda state: float(self.level(state, arb(value))), default=None)

    def distance(self, minimum: arb, other: arb) -> arb:
        """Return how far two minimisers are apart."""
        return abs(minimum - other)

    def has_moved(self, left: arb, right: arb, step: float) -> bool:
        """Whether the minimiser moves by less than a millionth, and not much faster than the letter."""
        return bool(abs(left - right) < min(4 * abs(step), 1e-6))

    def refined(self, left: arb, right: arb, low: float, high: float) -> Threshold | None:
        """Return the jump, proved."""
        upper, lower = (left, right) if left > right else (right, left)
        held = [any(abs(state - end) < 1e-12 for end in self.ends) for state in (upper, lower)]
        system, free = partial(self._system, held), [state for state, is_held in zip((upper, lower), held, strict=True) if not is_held]
        with ctx.workprec(_PROVING):
            box = prove_zero(system, [*free, arb((low + high) / 2)])
            if box is None or (lowest := self._is_lowest(self._read(held, refine_system(system, box, _PROVING - 20)))) is False:
                return None
            slope = system(box)[1][-1][-1]
        numbers = prove_numbers(lambda: self._read(held, refine_system(system, box, ctx.prec - 10)), self.branch.digits)
        certain = lowest and not slope.contains(arb(0)) and all(number.has(self.branch.digits) for number in numbers)
        side = "above" if slope > 0 else "below"
        parameter = str(self.branch.parameter)
        return Threshold("potential", parameter, numbers[2], numbers[0], Status.of(certain), side, lands_on=numbers[1])

    def _is_lowest(self, states: Sequence[arb]) -> bool | None:
        """Whether two states of equal potential are its global minima; None where that is not decided."""
        upper, lower, value = states
        stable, is_complete = self.stable(value)
        if not is_complete:
            return None
        level = self.level(upper, value)
        gaps = [self.level(state, value) - level for state in stable if not (state.overlaps(upper) or state.overlaps(lower))]
        return True if all(gap > 0 for gap in gaps) else False if any(gap < 0 for gap in gaps) else None

    def _read(self, held: list[bool], box: Box) -> list[arb]:
        """Return q1, q2 and the letter; a state that is held at an end is no unknown."""
        free = iter(box[:-1])
        return [arb(self.ends[0]) if is_held else next(free) for is_held in held] + [box[-1]]

    def _system(self, held: list[bool], box: Box) -> tuple[list[arb], list[list[arb]]]:
        """Enclose f(q1) - q1, f(q2) - q2, U(q1) - U(q2) in (q1, q2, letter), and their Jacobian."""
        *states, value = self._read(held, box)
        free = [(sign, state) for sign, state, is_held in zip((1, -1), states, held, strict=True) if not is_held]
        upper, lower = (self.level(state, value) for state in states)
        rise, fall = (self.potential.slope([state, value])[0] for state in states)
        values, rows, last = [], [], []
        for index, (sign, state) in enumerate(free):
            gap, slope = self.root.series([state, value], 2)
            values.append(gap)
            rows.append([slope if column == index else arb(0) for column in range(len(free))] + [self.root.slope([state, value])[0]])
            last.append(sign * self.force.series([state, value], 1)[0] * gap)
        return [*values, upper - lower], [*rows, [*last, rise - fall]]
