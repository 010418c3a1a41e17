"""Thresholds in a parameter that cannot be isolated: double roots in the plane of q and the parameter, each with a certificate."""

from functools import cached_property

import sympy as sp
from flint import arb, ctx

from .....balls.compiling import ball_of
from .....balls.multiple_roots import MultipleRoot
from .....balls.numbers import ZERO, Number, prove_number, prove_numbers
from .....balls.precision import CERTIFYING, STEPS
from .....balls.systems import Box, Found, isolate_system, refine_system
from .....model.formula import text
from .....model.symbols import q
from ...answers import Cause, Status, Undecided
from ...search import Question, Range
from ...thresholds.results import Threshold
from ..branch import Branch

__all__ = ["PlaneFolds"]

_PART = 8
_LEAST = sp.Rational(1, 1024)


class PlaneFolds(Branch):
    """The emergences and folds of one equation in one letter, the others bound."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.whole = question.range
        if self.whole[0] == 0 and not self._is_finite_at_zero():
            self.whole = _LEAST, self.whole[1]

    @cached_property
    def root(self) -> MultipleRoot:
        """F = f - q with its derivatives."""
        completes = self.equation.bind(self.values).completes
        return MultipleRoot(self.equation.right_side - q, q, (self.parameter,), self.values, order=1 if completes else 0)

    def _is_finite_at_zero(self) -> bool:
        """Whether F can be enclosed down to the value 0 of the parameter, which is no value of it."""
        near_zero = arb(0).union(ball_of(_LEAST))
        return all(value.is_finite() for value in self.root.series([arb(0).union(arb(1)), near_zero], 2))

    def top(self, parameter: arb) -> arb:
        """Enclose the fraction unknown, the largest q there is, over a ball of the parameter."""
        return MultipleRoot(self.equation.ensemble.unknown, q, (self.parameter,), self.values).series([arb(0), parameter], 1)[0]

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
                found = isolate_system(self.root, [arb(0).union(arb(self.top(values).upper())), values], self.root.excludes)
            if not found.undecided:
                return ends, found
            results.append((ends, found))
        return results[-1]

    @property
    def range(self) -> Range:
        """The values of the letter that were searched."""
        return self._result[0]

    @property
    def found(self) -> Found:
        """The double roots in the searched range."""
        return self._result[1]

    @property
    def is_complete(self) -> bool:
        """Whether the list of double roots in the searched range is proved to be complete."""
        return not self.found.undecided

    @property
    def searched(self) -> str:
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
    def undecided(self) -> Undecided | None:
        """Where a double root may be, if that could not be decided."""
        if self.is_complete:
            return None
        boxes = self.found.undecided[:2]
        shown = "; ".join(f"q in {box[0].str(6)}, {self.parameter} in {box[1].str(6)}" for box in boxes)
        return Undecided(Cause.TURNS, f"the largest fixed point may jump at {shown}")

    @cached_property
    def gradual(self) -> str | None:
        """The reason why nothing jumps, where that is proved."""
        if self._never_starts or not self.is_complete:
            return self._never_starts
        low, high = map(text, self.range)
        stuck = self.equation.bind({**self.values, self.parameter: self.range[1]}).never_starts
        return f"no emergence for {self.parameter} from {low} " + (
            f"up to {high}, where learning never starts" if stuck else f"to {high}: no jump"
        )

    @cached_property
    def _turns(self) -> list[Threshold]:
        boxes = sorted(self.found.zeros, key=lambda box: float(box[1].mid()))
        found = [threshold for box in boxes if (threshold := self._turn(box)) is not None]
        return found[::-1] if found and all(one.learned_side == "below" for one in found) else found

    def _turn(self, box: Box) -> Threshold | None:
        with ctx.workprec(CERTIFYING):
            state, parameter = refine_system(self.root, box, CERTIFYING - 20)
            if parameter < ball_of(self.range[0]) or parameter > ball_of(self.range[1]) or state > self.top(parameter):
                return None
            here = self.root.at([parameter])
            largest = False if self._never_starts else here.is_negative_above(state, arb(self.top(parameter).upper()))
            slope = self.root.slope([state, parameter])[0]
        fixed_point, value = prove_numbers(lambda: self._refined(box), self.digits)
        certain = largest is not None and (slope > 0 or slope < 0) and value.has(self.digits) and fixed_point.has(self.digits)
        return Threshold(
            "emergence" if largest else "fold",
            str(self.parameter),
            value,
            fixed_point,
            Status.of(certain),
            "above" if slope < 0 else "below",
            lands_on=self._landing(box) if largest else None,
        )

    @cached_property
    def _never_starts(self) -> str | None:
        return self.equation.bind(self.values).never_starts

    def _refined(self, box: Box) -> Box:
        return refine_system(self.root, box, ctx.prec - 10)

    def _landing(self, box: Box) -> Number | None:
        with ctx.workprec(CERTIFYING):
            state, parameter = self._refined(box)
            try:
                zero = self.root.at([parameter]).below(state)
            except ValueError:
                return None
        if zero is None:
            return ZERO
        return prove_number(lambda: self.root.at([self._refined(box)[1]]).refined(zero), self.digits)
