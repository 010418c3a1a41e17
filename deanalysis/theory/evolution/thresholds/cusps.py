"""Where a jump is born: q = f, f_q = 1, f_qq = 0, solved for the parameter and one other letter, with proof."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import sympy as sp
from flint import arb, ctx

from ....balls.algebraic import algebraic
from ....balls.bound import Bound
from ....balls.compiling import ball_of
from ....balls.multiple_roots import MultipleRoot
from ....balls.numbers import prove_numbers
from ....balls.precision import CERTIFYING, STEPS
from ....balls.systems import Box, isolate_system, refine_system
from ....model.formula import Formula, text
from ....model.symbols import q, t
from ....symbolic.algebra import simplified
from ....symbolic.functions import UNEVALUATED
from ..answers import Cause, Status, Undecided
from ..equations.closed_forms import fold_curve
from ..equations.curve import Curve, inverted
from ..equations.density_evolution import FixedPointEquation
from ..search import Question, Range, search_range
from .results import Threshold, Thresholds

_SHARE = sp.Rational(1, 1024)
"""The share of a range next to its lower end, where a law may degenerate, that is left out where the whole range cannot be decided."""
_LARGEST_STATE = 256
"""Where a curve without end is cut; that of an s-skill learner on Poisson laws has its cusp at c q = s."""


class _Problem(NamedTuple):
    """What is solved: a system in a state and letters, and q, the parameter and the other letter as functions of its box."""

    system: MultipleRoot
    excludes: Callable[[Box], bool]
    box: Box
    read: Callable[[Box], Sequence[arb]]
    searched: str


def cusps(question: Question, other: sp.Symbol, search: Mapping[sp.Symbol, Range] | None = None) -> Thresholds:
    """Return all cusps in the plane of the parameter and one other letter, within the ranges that are searched (see `search_range`).

    Where one of the two letters can be isolated, they are the double zeros of g - t g' in the state and the other letter; else the triple
    roots of f - q. `binding` says whether the cusp lies on the largest fixed point, so that a jump is born there.
    """
    if search is None:
        search = {} if question.search is None else {other: question.search}
    return _Cusps(question, other, search).isolated()


@dataclass(frozen=True)
class _Cusps:
    """The search for cusps in two letters."""

    question: Question
    other: sp.Symbol
    search: Mapping[sp.Symbol, Range]

    @property
    def letters(self) -> tuple[sp.Symbol, sp.Symbol]:
        """The parameter and the other letter."""
        return self.question.parameter, self.other

    @cached_property
    def plane(self) -> MultipleRoot:
        """f - q as a function of q and the two letters."""
        order = 1 if self.question.bound.completes else 0
        return MultipleRoot(self.question.model.right_side - q, q, self.letters, self.question.values, order)

    def isolated(self) -> Thresholds:
        """Isolate and prove the cusps."""
        for cut, other_form in ((sp.S.Zero, False), (_SHARE, False), (_SHARE, True)):
            problem = self.posed(cut, other_form)
            with ctx.workprec(STEPS[0]):
                boxes, open_boxes = isolate_system(problem.system, problem.box, problem.excludes)
            if not open_boxes:
                break
        proved = [cusp for box in boxes if (cusp := self.proved(problem, box)) is not None and self.is_asked(cusp)]
        proved.sort(key=lambda cusp: float(cusp.value or 0))
        parameter, other = map(str, self.letters)
        doubts = tuple(Undecided(Cause.CUSP, f"a cusp may lie where {other} is in {box[-1].str(6)}") for box in open_boxes[:1])
        missing = None if proved else f"no cusp in {parameter} and {other}: {problem.searched}"
        return Thresholds(parameter, tuple(proved), str(doubts[0]) if doubts else missing, problem.searched, undecided=doubts)

    def is_asked(self, cusp: Threshold) -> bool:
        """Whether a cusp lies in the ranges that were asked for, in both letters."""
        values = {cusp.parameter: cusp.value, **dict(cusp.at)}
        return all(low <= float(values[str(letter)] or 0) <= high for letter, (low, high) in self.search.items())

    def range(self, letter: sp.Symbol, cut: sp.Expr) -> tuple[arb, str]:
        """Return the searched range of a letter, without a share next to its lower end, as a ball and in words."""
        low, high = search_range(self.question.model, letter, self.question.values, self.search.get(letter))
        low += cut * (high - low)
        return ball_of(low).union(ball_of(high)), f"{letter} from {text(low)} to {text(high)}"

    def posed(self, cut: sp.Expr, other_form: bool) -> _Problem:
        """State the system.

        The fold condition is used in relative terms where g(0) > 0 and plainly where g(0) = 0, or the other way round for `other_form`.
        """
        for isolated, kept in (self.letters, self.letters[::-1]):
            if (curve := inverted(self.question.model, isolated)) is not None:
                return self.on_curve(curve, kept, cut, other_form)
        sides, searched = zip(*(self.range(letter, cut) for letter in self.letters), strict=True)
        return _Problem(self.plane, self.plane.excludes, [arb(0).union(arb(1)), *sides], lambda box: box, ", ".join(searched))

    def on_curve(self, curve: Curve, kept: sp.Symbol, cut: sp.Expr, other_form: bool) -> _Problem:
        """State the system in the state of a curve and the letter that is kept."""
        values, rate = self.question.values, curve.growth_rate
        order = curve.order(values)
        side, searched = self.range(kept, cut)
        states = (arb(0) if order is not None else arb(2) ** -10).union(arb(1 if curve.bounded else _LARGEST_STATE))
        plain = MultipleRoot(curve.fold_condition, t, (kept,), values, order or 0)
        relative = MultipleRoot(1 - (rate if rate.has(*UNEVALUATED) else simplified(rate)), t, (kept,), values)
        bound = Bound((t, kept), values)

        def excludes(box: Box) -> bool:
            return plain.excludes(box) or (not box[0].contains(arb(0)) and relative.excludes(box))

        def read(box: Box) -> Sequence[arb]:
            solved = {kept: box[1], curve.parameter: bound.value(curve.value, *box)}
            return bound.value(curve.q, *box), *(solved[letter] for letter in self.letters)

        searched += "" if curve.bounded else f", states t up to {_LARGEST_STATE}"
        return _Problem(plain if bool(order) != other_form else relative, excludes, [states, side], read, searched)

    def proved(self, problem: _Problem, box: Box) -> Threshold | None:
        """Return the cusp in a box, proved; None where it is beyond the domain."""

        def read() -> Sequence[arb]:
            return problem.read(refine_system(problem.system, box, ctx.prec - 10))

        equation, digits = self.question.model, self.question.digits
        with ctx.workprec(CERTIFYING):
            state, *letters = read()
            unknown = Bound(self.letters, self.question.values).value(equation.ensemble.unknown, *letters)
            if state > unknown or unknown > 1:
                return None
            binding = self.plane.at(letters).is_negative_above(state, arb(unknown.upper()), 3)
            side = "above" if self.plane.slope([state, *letters])[0] < 0 else "below"
            closed = _closed_form(equation, self.question.parameter, letters[0])
        fixed_point, value, other = prove_numbers(read, digits)
        status = Status.of(binding is not None and all(number.has(digits) for number in (fixed_point, value, other)))
        at = ((str(self.other), other),)
        return Threshold("cusp", str(self.question.parameter), value, fixed_point, status, side, closed, binding=binding, at=at)


def _closed_form(equation: FixedPointEquation, parameter: sp.Symbol, value: arb) -> Formula | None:
    """Return the parameter in closed form where the state x = cq of the cusp is rational: Poisson texts and skills."""
    curve = fold_curve(equation)
    expression = dict(zip(curve.letters, (curve.c, curve.R), strict=True)).get(parameter) if curve is not None else None
    if curve is None or expression is None:
        return None
    for candidate in algebraic(curve.cusp_condition, t, t):
        if candidate.state.degree() == 1:
            exact = simplified(expression.subs(t, sp.Rational(-int(candidate.state[0]), int(candidate.state[1]))))
            if ball_of(exact).overlaps(value):
                return Formula.of(exact)
    return None
