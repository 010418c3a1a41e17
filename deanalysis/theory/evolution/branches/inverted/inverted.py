"""The branch of a letter that can be isolated: the curve of fixed points is inverted, and everything is read off it, with proof."""

from collections.abc import Mapping, Sequence
from functools import cached_property, cmp_to_key

import sympy as sp
from flint import arb

from .....balls.compiling import ball_of
from .....balls.isolation import Isolation, Zero
from .....balls.numbers import ZERO, Number, prove_number, prove_numbers
from .....model.formula import text
from .....model.symbols import t
from ...answers import Cause, Status, Undecided
from ...equations.closed_forms import ClosedForm, closed_forms
from ...equations.curve import Curve
from ...search import Question
from ...thresholds.results import Threshold
from ..branch import Found
from .bound_curve import BoundCurve
from .curve_branch import CurveBranch
from .potential import Edge, Hull, hull, refined_states
from .records import Landing, Turn, compare, records

__all__ = ["Inverted"]


class Inverted(CurveBranch):
    """All thresholds of one bound curve; the turning points are isolated once."""

    def __init__(self, question: Question, curve: Curve) -> None:
        super().__init__(question, curve)
        self.bound = BoundCurve(curve, question.values)

    @cached_property
    def isolation(self) -> Isolation:
        """The turning points; none where the state does not enter the loop."""
        return self.bound.turning_points() if self.curve.loop.has(t) else Isolation([], [])

    @cached_property
    def records(self) -> list[Turn]:
        """The turning points within the domain of the parameter, in the order of t."""
        return records(self.bound, self.isolation.zeros)

    @property
    def is_complete(self) -> bool:
        """Whether the list of turning points is proved to be complete."""
        return not self.isolation.undecided

    @cached_property
    def searched(self) -> str:
        """What was searched for turning points."""
        if self.curve.bounded:
            unknown = text(self.curve.scale.xreplace(dict(self.values)))
            domain = f"{self.parameter} in (0, 1]" if self.curve.scale == self.parameter else f"{self.parameter} with {unknown} <= 1"
            return f"all {domain}, all q in (0, {unknown}]"
        return f"all {self.parameter} > 0, all q in (0, {text(self.curve.equation.ensemble.unknown.xreplace(dict(self.values)))}]"

    def by_scale(self) -> list[Turn]:
        """Return the turning points in ascending order of the scale."""
        return sorted(self.records, key=cmp_to_key(lambda turn, other: compare(self.bound, turn.zero, other.zero)))  # type: ignore[attr-defined]

    def numbers_at(self, zero: Zero) -> Sequence[Number]:
        """Return the parameter and q at a turning point, proved."""
        return prove_numbers(lambda: self.bound.at(zero, (self.curve.value, self.curve.q)), self.digits)

    def ball_at(self, zero: Zero) -> arb:
        """Enclose the state of a turning point to the current precision."""
        return self.bound.refined(zero)

    def claim(self, certain: bool, numbers: Sequence[Number]) -> Status:
        """Return 'proved' where the list of turning points is complete and all digits are there."""
        return Status.of(self.is_complete and certain and all(number.has(self.digits) for number in numbers))

    def landing(self, zero: Zero) -> Number | None:
        """Return the q to which a jump leads; None where it cannot be told."""
        try:
            landing = Landing(self.bound, zero, self.isolation.zeros)
        except ValueError:
            return None
        if landing.state is None:
            return ZERO
        return prove_number(lambda: self.bound.evaluate(self.curve.q, landing.refined()), self.digits)

    @cached_property
    def gradual(self) -> str | None:
        """The reason why nothing jumps, where that is proved; None where it is not known."""
        if self.bound.never_starts:
            return self.bound.never_starts + _seed(self.curve, self.values)
        if not self.curve.loop.has(t):
            return "no emergence: whether a skill is learned does not depend on others"
        forms = closed_forms(self.curve)
        unreal = bool(forms.forms) and forms.exhaustive and all(_is_not_real(form, self.values) for form in forms.forms)
        if (self.is_complete or unreal) and self._stuck_at_one:
            return f"no emergence below {self._stuck_at_one}: learning is gradual there, and at it never starts"
        if self.is_complete or unreal:
            named = unreal and forms.forms[0].argument.free_symbols
            because = f", because {text(-1 / forms.forms[0].argument)} <= e" if named else f" in {self.curve.parameter}"
            return "no emergence: learning is gradual" + because
        return None

    @cached_property
    def _stuck_at_one(self) -> str | None:
        """Where nothing is known before training, and there learning never starts: the end of the domain of a fraction unknown."""
        if not self.curve.bounded:
            return None
        factor, power = self.curve.scale.as_independent(self.parameter, as_Add=False)
        end = (1 / factor.xreplace(dict(self.values))) ** (1 / power.as_base_exp()[1])
        stuck = self.curve.equation.bind({**self.values, self.parameter: end}).never_starts
        return f"{self.parameter} = {text(end)}" if stuck else None

    @cached_property
    def undecided(self) -> Undecided | None:
        """Where the curve may turn, if that could not be decided."""
        if self.is_complete:
            return None
        boxes = self.isolation.undecided
        if not boxes[0].is_finite():
            return Undecided(Cause.ENDS, "no bound was found near the ends of the curve")
        return Undecided(Cause.TURNS, f"the curve may turn at states t in {', '.join(box.str(8) for box in boxes[:3])}")

    @cached_property
    def _hull(self) -> Hull:
        if not self.is_complete or not self.curve.loop.has(t):
            return Hull([], self.is_complete)
        return hull(self.bound, self.isolation.zeros)

    def potentials(self) -> Found:
        """Return the potential thresholds in the order in which learning gets easier, and the reason where there are none."""
        gradual = "no potential threshold: the global minimiser moves gradually"
        if not self.isolation.zeros and self.gradual and not self.bound.never_starts:
            return [], gradual
        thresholds = [self._potential(edge) for edge in self._hull.edges[:: self.curve.learns_along]]
        if thresholds:
            return thresholds, None
        return [], gradual if self._hull.complete else Undecided(Cause.POTENTIAL, "the minimisers of the potential")

    def _potential(self, edge: Edge) -> Threshold:
        def states() -> tuple[arb, arb]:
            return refined_states(self.bound, self.isolation.zeros, edge)

        value, second = (
            prove_number(lambda part=part: self.bound.evaluate(part, states()[1]), self.digits)  # type: ignore[misc]
            for part in (self.curve.value, self.curve.q)
        )
        first = (
            self._q_at_origin()
            if edge.before.is_origin
            else prove_number(lambda: self.bound.evaluate(self.curve.q, states()[0]), self.digits)
        )
        status = Status.of(self._hull.complete and all(number.has(self.digits) for number in (value, first, second)))
        shown = self.forms.of_potential(edge.before.is_origin, lambda: states()[1])
        return self.entry("potential", value, (first, second) if self.is_forward else (second, first), status, shown)

    def _q_at_origin(self) -> Number:
        """Return the q of t = 0: the fraction unknown where nothing is learned there, else 0."""
        if not self.is_forward:
            return ZERO
        return prove_number(lambda: ball_of(self.curve.equation.ensemble.unknown.xreplace(dict(self.values))), self.digits)


def _is_not_real(form: ClosedForm, values: Mapping[sp.Symbol, sp.Expr]) -> bool:
    argument = form.argument.xreplace(dict(values))
    return bool(argument.is_negative and (-1 / argument - sp.E).is_nonpositive)


def _seed(curve: Curve, values: Mapping[sp.Symbol, sp.Expr]) -> str:
    growth = curve.equation.bind(values).seed_growth
    where = f" where {text(growth)} > 1" if growth.free_symbols else ""
    spreads = growth.free_symbols or bool(growth > 1)
    return f"; any small seed may still set it off{where}" if spreads else "; no small seed sets it off either"
