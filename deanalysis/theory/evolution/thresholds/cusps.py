"""Where a jump is born: q = f, f_q = 1, f_qq = 0, solved for the parameter and one other letter, with proof."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sympy as sp
from flint import arb, ctx

from ....balls.algebraic import algebraic
from ....balls.bound import Bound
from ....balls.compiling import ball_of
from ....balls.multiple_roots import MultipleRoot
from ....balls.numbers import prove_numbers
from ....balls.systems import Box, isolate_system, refine_system
from ....model.formula import Formula, text
from ....model.symbols import q, t
from ....symbolic.algebra import simplified
from ..answers import Cause, Status, Undecided
from ..equations.curve import Curve, inverted
from ..equations.density_evolution import FixedPointEquation
from ..equations.fold_curve import fold_curve
from ..search import Question, Range, search_range
from .results import Threshold

__all__ = ["CuspSearch", "cusps"]

_SHARE = sp.Rational(1, 1024)
_ATTEMPTS = ((sp.Integer(0), False), (_SHARE, False), (_SHARE, True))
_PRECISION = 64
_CERTIFYING = 200
_LARGEST_STATE = 256


class CuspSearch(NamedTuple):
    """The cusps in a parameter and one other letter, the reason where there is none, and what was searched."""

    found: list[Threshold]
    reason: str | Undecided | None
    searched: str


class _Problem(NamedTuple):
    """What is solved: a system in a state and letters, and q, the parameter and the other letter as functions of its box."""

    system: MultipleRoot
    excludes: Callable[[Box], bool]
    box: Box
    read: Callable[[Box], tuple[arb, arb, arb]]
    searched: str


def cusps(question: Question, other: sp.Symbol, search: Mapping[sp.Symbol, Range] | None = None) -> CuspSearch:
    """Return all cusps in the plane of the parameter and one other letter, within the ranges that are searched (see `search_range`).

    Where one of the two letters can be isolated, they are the double zeros of g - t g' in the state and the other letter; else the triple
    roots of f - q. `binding` says whether the cusp lies on the largest fixed point, so that a jump is born there.
    """
    stated = {} if question.search is None else {other: question.search}
    return _Cusps(question, other, stated if search is None else search).found()


@dataclass(frozen=True)
class _Cusps:
    """The search for cusps in two letters."""

    question: Question
    other: sp.Symbol
    search: Mapping[sp.Symbol, Range]

    @property
    def equation(self) -> FixedPointEquation:
        """The equation."""
        equation: FixedPointEquation = self.question.model
        return equation

    @property
    def letters(self) -> tuple[sp.Symbol, sp.Symbol]:
        """The parameter and the other letter."""
        return self.question.parameter, self.other

    def root(self, expression: sp.Expr, order: int = 0) -> MultipleRoot:
        """Return an expression of q and the two letters for ball arithmetic."""
        return MultipleRoot(expression, q, self.letters, self.question.values, order)

    def found(self) -> CuspSearch:
        """Isolate and prove the cusps."""
        for cut, other_form in _ATTEMPTS:
            problem = self.posed(cut, other_form)
            with ctx.workprec(_PRECISION):
                boxes, undecided = isolate_system(problem.system, problem.box, problem.excludes)
            if not undecided:
                break
        shown = [cusp for box in boxes if (cusp := self.threshold(problem, box)) is not None and self.is_asked(cusp)]
        shown.sort(key=lambda cusp: float(cusp.value or 0))
        parameter, other = self.letters
        reason: str | Undecided | None = None if shown else f"no cusp in {parameter} and {other}: {problem.searched}"
        if undecided:
            reason = Undecided(Cause.CUSP, f"a cusp may lie where {other} is in {undecided[0][-1].str(6)}")
        return CuspSearch(shown, reason, problem.searched)

    def is_asked(self, cusp: Threshold) -> bool:
        """Whether a cusp lies in the ranges that were asked for, in both letters."""
        values = {cusp.parameter: cusp.value, **dict(cusp.at)}
        return all(low <= float(values[str(letter)] or 0) <= high for letter, (low, high) in self.search.items())

    def range(self, letter: sp.Symbol, cut: sp.Expr) -> Range:
        """Return the searched range of a letter, without a share next to its lower end, where a law may degenerate."""
        low, high = search_range(self.equation, letter, self.question.values, self.search.get(letter))
        return low + cut * (high - low), high

    def posed(self, cut: sp.Expr, other_form: bool) -> _Problem:
        """State the system.

        The fold condition is used in relative terms where g(0) > 0 and plainly where g(0) = 0, or the other way round for `other_form`.
        """
        for isolated, kept in (self.letters, self.letters[::-1]):
            curve = inverted(self.equation, isolated)
            if curve is not None:
                swapped = isolated == self.other
                return _on_curve(curve, kept, self.question.values, self.range(kept, cut), other_form, swapped)
        ranges = {letter: self.range(letter, cut) for letter in self.letters}
        box = [arb(0).union(arb(1)), *(ball_of(low).union(ball_of(high)) for low, high in ranges.values())]
        searched = ", ".join(f"{letter} from {text(low)} to {text(high)}" for letter, (low, high) in ranges.items())
        system = self.root(self.equation.right_side - q, order=1 if self.question.bound.completes else 0)
        return _Problem(system, system.excludes, box, lambda box: (box[0], box[1], box[2]), searched)

    def threshold(self, problem: _Problem, box: Box) -> Threshold | None:
        """Return the cusp in a box, proved; None where it is beyond the domain."""

        def read() -> tuple[arb, arb, arb]:
            return problem.read(refine_system(problem.system, box, ctx.prec - 10))

        plane = self.root(self.equation.right_side - q)
        with ctx.workprec(_CERTIFYING):
            state, value, letter = read()
            unknown = self.root(self.equation.ensemble.unknown).series([arb(0), value, letter], 1)[0]
            if state > unknown or unknown > 1:
                return None
            binding = plane.at([value, letter]).is_negative_above(state, arb(unknown.upper()), 3)
            slope = plane.slope([state, value, letter])[0]
        numbers = prove_numbers(lambda: list(read()), self.question.digits)
        certain = binding is not None and all(number.has(self.question.digits) for number in numbers)
        return Threshold(
            "cusp",
            str(self.question.parameter),
            numbers[1],
            numbers[0],
            Status.of(certain),
            "above" if slope < 0 else "below",
            _closed_form(self.equation, self.question.parameter, value),
            binding=binding,
            at=((str(self.other), numbers[2]),),
        )


def _on_curve(
    curve: Curve, kept: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], whole: Range, other_form: bool, swapped: bool
) -> _Problem:
    low, high = whole
    order = curve.order(values)
    end = arb(1) if curve.bounded else arb(_LARGEST_STATE)
    start = arb(0) if order is not None else arb(2) ** -10
    plain = MultipleRoot(curve.fold_condition, t, (kept,), values, order or 0)
    relative = MultipleRoot(curve.relative_fold_condition, t, (kept,), values)
    system = plain if bool(order) != other_form else relative

    def excludes(box: Box) -> bool:
        return plain.excludes(box) or (not box[0].contains(arb(0)) and relative.excludes(box))

    def read(box: Box) -> tuple[arb, arb, arb]:
        state, letter = box
        fixed_point, value = (MultipleRoot(part, t, (kept,), values).series([state, letter], 1)[0] for part in (curve.q, curve.value))
        return (fixed_point, letter, value) if swapped else (fixed_point, value, letter)

    searched = f"{kept} from {text(low)} to {text(high)}" + ("" if curve.bounded else f", states t up to {_LARGEST_STATE}")
    return _Problem(system, excludes, [start.union(end), ball_of(low).union(ball_of(high))], read, searched)


def _closed_form(equation: FixedPointEquation, parameter: sp.Symbol, value: arb) -> Formula | None:
    """Return the parameter in closed form where the state x = cq of the cusp is rational: Poisson texts and skills."""
    curve = fold_curve(equation)
    expression = dict(zip(curve.letters, (curve.c, curve.R), strict=True)).get(parameter) if curve is not None else None
    if curve is None or expression is None:
        return None
    for candidate in algebraic(curve.cusp_condition, t, t):
        if candidate.state.degree() == 1:
            exact = simplified(expression.subs(t, sp.Rational(-int(candidate.state[0]), int(candidate.state[1]))))
            if Bound((t,), {}).value(exact, arb(0)).overlaps(value):
                return Formula.of(exact)
    return None
