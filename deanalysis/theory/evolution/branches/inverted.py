"""The branch of a letter that can be isolated: the curve of fixed points is inverted, and everything is read off it, with proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial

import sympy as sp
from flint import arb, ctx

from ....balls.compiling import ball_of, compile_balls
from ....balls.isolation import Isolation, is_positive, refine
from ....balls.numbers import Number, prove_numbers
from ....balls.precision import at_rising_precision
from ....model.formula import text
from ....model.symbols import t
from ..answers import Cause, Status, Undecided
from ..equations.closed_forms import ClosedForm, closed_forms
from ..equations.curve import Curve, power_of
from ..search import Question
from .bound_curve import BoundCurve
from .branch import LEAST, Root, Zeros, roots
from .curve_branch import GRADUAL, CurveBranch
from .maxwell import Jump, ProvedMaxwell, hull, refined_states

_SPARE_BITS = 64
"""More bits for the scale of a jump than for the state on which it lands, which may depend on it more strongly."""


class Inverted(CurveBranch):
    """All thresholds of one bound curve, proved; the turning points are isolated once."""

    path: BoundCurve

    def __init__(self, question: Question, curve: Curve) -> None:
        super().__init__(question, BoundCurve(curve, question.values))

    @cached_property
    def isolation(self) -> Isolation:
        """The turning points; none where the state does not enter the loop."""
        return self.path.turning_points() if self.curve.loop.has(t) else Isolation([], [])

    @cached_property
    def turning_points(self) -> list[Root]:  # type: ignore[override]
        """The states at which the curve turns."""
        return self.as_roots(self.isolation)

    def as_roots(self, isolation: Isolation) -> list[Root]:
        """Return isolated turning points as functions that return their states."""
        return [Root(self.path.fold_condition, zero, self.path.fold_value) for zero in isolation.zeros]

    @property
    def is_complete(self) -> bool:  # type: ignore[override]
        """Whether the list of turning points is proved to be complete."""
        return not self.isolation.undecided

    @cached_property
    def searched(self) -> str:  # type: ignore[override]
        """What was searched for turning points."""
        if self.curve.bounded:
            unknown = text(self.curve.scale.xreplace(dict(self.values)))
            domain = f"{self.parameter} in (0, 1]" if self.curve.scale == self.parameter else f"{self.parameter} with {unknown} <= 1"
            return f"all {domain}, all q in (0, {unknown}]"
        return f"all {self.parameter} > 0, all q in (0, {text(self.equation.ensemble.unknown.xreplace(dict(self.values)))}]"

    def sign(self, compute: Callable[[], arb]) -> int:
        """Return the sign of a number at rising precision; 0 where its ball holds 0."""
        return {True: 1, False: -1, None: 0}[at_rising_precision(lambda: is_positive(compute()))]

    def numbers(self, compute: Callable[[], Sequence[arb]]) -> list[Number]:
        """Return numbers with proved digits."""
        return prove_numbers(compute, self.digits)

    def status(self, numbers: Sequence[Number]) -> Status:
        """Return 'proved' where all digits are there."""
        return Status.of(all(number.has(self.digits) for number in numbers))

    def ball(self, compute: Callable[[], arb]) -> arb:
        """Enclose a state to the current precision."""
        return compute()

    def at(self, turn: Root, expressions: Sequence[sp.Expr]) -> Sequence[arb]:
        """Enclose expressions in t at a turning point."""
        return self.path.at(turn, expressions)

    def state_on(self, number: int, turn: Root) -> arb:
        """Enclose the one state of a stretch at the scale of a turning point, first with as few bits as that takes."""

        def attempt() -> arb | None:
            maxwell = ProvedMaxwell(self.path, self.turning_points)
            return maxwell.enclosed(maxwell.stretches[number], self.scale_at(turn))

        around = at_rising_precision(attempt, spare=_SPARE_BITS)
        with ctx.workprec(ctx.prec + _SPARE_BITS):
            scale = self.scale_at(turn)

        def excess(state: arb) -> tuple[arb, arb]:
            g = self.path.loop(state, 2)
            return state - scale * g[0], 1 - scale * g[1]

        if around is None:
            return arb("nan")
        return refine(excess, around, ctx.prec - 10, lambda state: state - scale * self.path.loop(state, 1)[0])

    def roots(
        self, condition: sp.Expr, low: arb, high: arb, excluded: Callable[[arb], bool] = lambda box: False, spare: int = 0
    ) -> tuple[list[Root], bool]:
        """Isolate the states at which a formula in q, the letter or t vanishes; say whether they are proved to be all."""
        along = self.curve.along(condition)

        def function(state: arb) -> tuple[arb, arb]:
            value, slope = self.path.evaluator.taylor(along, state, 2)
            return value, slope

        return roots(function, low, high, partial(self.path.evaluate, along), excluded, spare)

    def zeros(self, condition: sp.Expr, beyond: Sequence[sp.Expr] = ()) -> Zeros:
        """Isolate the zeros along the whole curve, where the letter is in its range."""
        (least, high), low = self.ends(), ball_of(self.question.range[0])
        scale = compile_balls(self.curve.scale.xreplace(dict(self.values)), [self.parameter])
        end = arb(1) if self.curve.bounded else arb(scale(high if self.curve.rises else least))
        formulas = [self.curve.along(formula) for formula in beyond]

        def excluded(state: arb) -> bool:
            value = self.path.evaluate(self.curve.value, state)
            return value < low or value > high or any(self.path.evaluate(formula, state) > 0 for formula in formulas)

        zeros, is_complete = self.roots(condition, LEAST * end.min(arb(1)), end, excluded)
        points = [
            partial(lambda root: [self.path.evaluate(part, root()) for part in (self.curve.q, self.curve.value)], root) for root in zeros
        ]
        return Zeros(points, is_complete)

    @cached_property
    def gradual(self) -> str | None:  # type: ignore[override]
        """The reason why nothing jumps, where that is proved."""
        if self.never_starts:
            return self.never_starts + _seed(self.curve, self.values)
        if not self.curve.loop.has(t):
            return "no emergence: whether a skill is learned does not depend on others"
        forms = closed_forms(self.curve)
        unreal = bool(forms.forms) and forms.exhaustive and all(_is_not_real(form, self.values) for form in forms.forms)
        if not (self.is_complete or unreal):
            return None
        if stuck := self._stuck_at_one:
            return f"no emergence below {stuck}: learning is gradual there, and at it never starts"
        named = unreal and forms.forms[0].argument.free_symbols
        because = f", because {text(-1 / forms.forms[0].argument)} <= e" if named else f" in {self.parameter}"
        return "no emergence: learning is gradual" + because

    @property
    def _stuck_at_one(self) -> str | None:
        """Where nothing is known before training, and there learning never starts: the end of the domain of a fraction unknown."""
        if not self.curve.bounded:
            return None
        factor, exponent = power_of(self.curve.scale, self.parameter)
        end = (1 / factor.xreplace(dict(self.values))) ** (1 / exponent)
        stuck = self.equation.bind({**self.values, self.parameter: end}).never_starts
        return f"{self.parameter} = {text(end)}" if stuck else None

    @property
    def undecided(self) -> Undecided | None:  # type: ignore[override]
        """Where the curve may turn, if that could not be decided."""
        boxes = self.isolation.undecided
        if not boxes:
            return None
        if not boxes[0].is_finite():
            return Undecided(Cause.ENDS, "no bound was found near the ends of the curve")
        return Undecided(Cause.TURNS, f"the curve may turn at states t in {', '.join(box.str(8) for box in boxes[:3])}")

    @cached_property
    def jumps(self) -> tuple[Sequence[Jump], bool]:  # type: ignore[override]
        """The jumps of the global minimiser, and whether they are proved to be all."""
        if not self.turning_points and self.gradual and not self.never_starts:
            return [], True
        edges, is_complete = hull(self.path, self.turning_points) if self.is_complete else ([], False)
        return [Jump(edge.before.is_origin, partial(refined_states, self.path, edge)) for edge in edges], is_complete

    def no_potential(self, is_complete: bool) -> str | Undecided:
        """Return the reason why there is no potential threshold."""
        return GRADUAL if is_complete else Undecided(Cause.POTENTIAL, "the minimisers of the potential")


def _is_not_real(form: ClosedForm, values: Mapping[sp.Symbol, sp.Expr]) -> bool:
    argument = form.argument.xreplace(dict(values))
    return bool(argument.is_negative and (-1 / argument - sp.E).is_nonpositive)


def _seed(curve: Curve, values: Mapping[sp.Symbol, sp.Expr]) -> str:
    growth = curve.equation.bind(values).seed_growth
    where = f" where {text(growth)} > 1" if growth.free_symbols else ""
    spreads = growth.free_symbols or bool(growth > 1)
    return f"; any small seed may still set it off{where}" if spreads else "; no small seed sets it off either"
