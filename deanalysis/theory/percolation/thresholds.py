"""Thresholds of percolation: in closed form, or where the spectral radius passes 1, gradually or with a jump of what is learned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import sympy as sp
from flint import arb, ctx

from ...balls.compiling import ball_of
from ...balls.numbers import ZERO, Number, prove_number, prove_numbers
from ...balls.precision import CERTIFYING
from ...model.association import Uniform
from ...model.formula import Formula, text
from ...model.symbols import q
from ..evolution.answers import Cause, Status, Undecided, by_method
from ..evolution.branches.branch import Branch, ConstantBranch, Point
from ..evolution.branches.inverted import Inverted
from ..evolution.branches.plane import PlaneBranch
from ..evolution.equations.curve import inverted, power_of
from ..evolution.letters import domain
from ..evolution.search import Question, Range
from ..evolution.states.fixed_points import LargestFixedPoint
from ..evolution.thresholds.find import thresholds
from ..evolution.thresholds.results import Threshold, Thresholds
from ..evolution.thresholds.stability import exact_roots
from .equations import MessageSystem
from .messages import BoundSystem
from .numerical import scanned_thresholds


@dataclass(frozen=True)
class PercolationQuestion(Question):
    """A question to `PercolationEquations`: its exact equations, or the independent approximation."""

    approximate: bool = False

    @cached_property
    def system(self) -> MessageSystem:
        """The equations."""
        system: MessageSystem = self.model.approximation if self.approximate else self.model.system
        return system

    @property
    def moves(self) -> bool:
        """Whether what is learned depends on the letter."""
        return self.parameter in self.model.equation.letters and self.system.condition.has(q)

    def learning(self, search: Range | None = None) -> Question:
        """Return the same question to density evolution."""
        equation = self.model.equation
        values = {letter: value for letter, value in self.values.items() if letter in equation.letters}
        return Question(equation, self.parameter, values, self.digits, search)

    def largest(self, value: sp.Expr | None = None) -> LargestFixedPoint:
        """Return the state in which learning stops, at a value of the letter where it depends on that."""
        return LargestFixedPoint(self.model.equation, {**self.values, **({} if value is None else {self.parameter: value})})

    def growth(self, state: sp.Expr | None = None) -> sp.Expr:
        """Return the branching factor of a system of one message as a formula, at q = `state` where it depends on q."""
        system = self.system if state is None else self.system.complete or self.system
        return system.jacobian[0, 0].xreplace({**self.values, **({} if state is None else {q: state})})

    def exact_roots(self, growth: sp.Expr, search: Range | None) -> list[sp.Expr] | None:
        """Return where growth = 1 in closed form (see `exact_roots`)."""
        return exact_roots(growth, self.parameter, domain(self.model, self.parameter, self.values), search)

    def threshold(
        self, value: Number | None, fixed_point: Number | None, certain: object, side: str, closed_form: Formula | None = None
    ) -> Threshold:
        """Return a threshold, proved where it is `certain` and all its digits are."""
        status = Status.of(certain and (value is None or value.has(self.digits)))
        return Threshold("percolation", str(self.parameter), value, fixed_point, status, side, closed_form)

    def exact(self, root: sp.Expr, growth: sp.Expr, fixed_point: Number | None = None) -> Threshold:
        """Return the threshold at a root of growth = 1."""
        value = prove_number(lambda: ball_of(root), self.digits)
        side = side_of(ball_of(sp.diff(growth, self.parameter).xreplace({self.parameter: root})))
        return self.threshold(value, fixed_point, True, side, Formula.of(root))


def side_of(slope: sp.Expr | arb) -> str:
    """Return the side on which there is a giant component, by the slope of the branching factor."""
    return "above" if slope > 0 else "below"


def percolation_thresholds(question: PercolationQuestion, method: str = "auto") -> Thresholds:
    """Return all values of a letter at which a giant component appears or disappears (see `Percolation.thresholds`).

    While other letters are free, there are closed forms where vertices do not depend on what is learned.
    """
    name = str(question.parameter)
    if question.model.association.learned and (reason := question.bound.equation.never_starts):
        return Thresholds(name, (), f"no giant component: {reason}")
    if not question.system.condition.has(q):
        return _without_learning(question, method)
    if question.free:
        letters = ", ".join(map(str, question.free))
        return Thresholds(name, (), f"no closed form of the percolation threshold was found with {letters} left free; bind that first")
    return _searched(question, method)


def _searched(question: PercolationQuestion, method: str) -> Thresholds:
    """Search a range of the letter by the method that is named."""

    def scanned() -> Thresholds:
        return scanned_thresholds(question, question.system, question.learning())

    return by_method(method, _Search(question).result, scanned, question.digits)


def _without_learning(question: PercolationQuestion, method: str) -> Thresholds:
    """Return the thresholds where vertices do not depend on what is learned: growth = 1 in closed form, or isolated."""
    parameter, growth = question.parameter, question.growth()
    name = str(parameter)
    if not growth.has(parameter):
        return Thresholds(name, (), f"no threshold: the branching factor {text(growth)} does not depend on {name}")
    if growth.free_symbols - {parameter}:
        factor, exponent = power_of(growth, parameter)
        if exponent == 0:
            return Thresholds(name, (), "no closed form of the percolation threshold was found; bind the other letters first")
        closed = Formula.of(sp.powdenest((1 / factor) ** (1 / exponent), force=True))
        return Thresholds(name, (question.threshold(None, None, True, side_of(exponent), closed),))
    roots = question.exact_roots(growth, question.search) if method != "mpmath" else None
    if roots is None:
        return _searched(question, method)
    return Thresholds(
        name, tuple(question.exact(root, growth) for root in roots), None if roots else f"no percolation threshold for any {name}"
    )


class _Search:
    """All thresholds in a range of one letter, the others bound: points of the branch at which det(1 - J) = 0, and jumps past them."""

    def __init__(self, question: PercolationQuestion) -> None:
        jacobian = question.system.jacobian
        self.question, self.condition = question, question.system.condition
        self.excess = [entry - 1 for entry in jacobian.diagonal()] if jacobian.rows > 1 else []

    @cached_property
    def branch(self) -> Branch:
        """The fixed points along the letter."""
        question = self.question
        if not question.moves:
            return ConstantBranch(question, question.largest() if self.condition.has(q) else None)
        learning = replace(question.learning(question.range), values=question.values)
        curve = inverted(question.model.equation, question.parameter)
        return PlaneBranch(learning) if curve is None else Inverted(learning, curve)

    def result(self) -> Thresholds:
        """Return the thresholds in ascending order; where there is none, the reason says what holds throughout."""
        zeros = self.branch.zeros(self.condition, self.excess)
        gradual = [threshold for point in zeros.points if (threshold := self._threshold(point)) is not None]
        jumps, doubtful = self._jumps()
        complete, uncertain = self._where_all_is_learned()
        entries = tuple(sorted([*gradual, *jumps, *complete], key=lambda entry: float(entry.value) if entry.value else 0.0))
        name, (low, high) = str(self.question.parameter), self.question.range
        searched = f"{name} from {text(low)} to {text(high)}"
        if not zeros.is_complete or doubtful or uncertain:
            doubt = Undecided(Cause.GIANT_COMPONENT, f"a giant component may appear or disappear elsewhere for {searched}")
            return Thresholds(name, entries, str(doubt), searched, undecided=(doubt,))
        return Thresholds(name, entries, None if entries else self._throughout(searched), searched)

    def _throughout(self, searched: str) -> str:
        """Say whether there is a giant component in the whole range, as there is in its middle."""
        low, high = self.question.range
        there = BoundSystem(self.question.system, self.question.largest(low + (high - low) / 2)).percolates
        if there is None:
            return f"a giant component neither appears nor disappears for {searched}"
        return f"there is a giant component for every {searched}" if there else f"no giant component for any {searched}"

    def _is_outside(self, value: arb) -> bool:
        low, high = map(ball_of, self.question.range)
        return bool(value < low or value > high)

    def _threshold(self, point: Point) -> Threshold | None:
        """Return the threshold at a zero; None where it is another eigenvalue that is 1, or no state that learning reaches."""
        with ctx.workprec(CERTIFYING):
            state, value = point()
            if self._is_outside(value):
                return None
            excess = [self.branch.plane.value(entry, state, value) for entry in self.excess]
            largest = self.branch.is_largest(state, value)
            if any(entry > 0 for entry in excess) or largest is False:
                return None
            slope = self.branch.slope(self.condition, state, value)
        fixed_point, number = prove_numbers(point, self.question.digits)
        certain = largest is not None and all(entry < 0 for entry in excess) and not slope.contains(arb(0))
        return self.question.threshold(number, fixed_point if self.condition.has(q) else None, certain, side_of(-slope))

    def _percolates(self, state: arb, value: arb) -> bool | None:
        """Whether the spectral radius at a state exceeds 1."""
        condition, *excess = (self.branch.plane.value(formula, state, value) for formula in (self.condition, *self.excess))
        if condition < 0 or any(entry > 0 for entry in excess):
            return True
        return False if condition > 0 and all(entry < 0 for entry in excess) else None

    def _where_all_is_learned(self) -> tuple[list[Threshold], bool]:
        """Return the thresholds where q = 0 is the largest fixed point, which no curve shows; and whether some are undecided.

        The messages are those of independent skills there, and the branching factor is a formula in the letter.
        """
        question = self.question
        if not question.moves or not question.learning().bound.completes:
            return [], False
        growth = question.growth(sp.S.Zero)
        if not growth.has(question.parameter):
            return [], False
        roots = question.exact_roots(growth, question.range)
        if roots is None:
            return [], True
        states = {root: question.largest(root).location for root in roots}
        complete = [question.exact(root, growth, ZERO) for root, (status, box) in states.items() if status == "exact" and box == 0]
        return complete, any(status == Status.UNDECIDED for status, _ in states.values())

    def _jumps(self) -> tuple[list[Threshold], bool]:
        """Return the emergences at which a giant component appears or disappears with the jump, and whether some are undecided.

        Where all learned skills are kept there are none: J has the entry f_q, which tends to 1 at a jump, so that its radius exceeds 1
        before, and the component can only grow with what is learned.
        """
        question = self.question
        all_kept = question.model.association.kept == Uniform(sp.S.One) and question.system.jacobian.rows > 1
        if not question.moves or all_kept:
            return [], False
        search = question.range if isinstance(self.branch, PlaneBranch) else None
        emergences = thresholds(question.learning(search), "emergence", "balls")
        jumps, undecided = [], bool(emergences.undecided)
        for jump in emergences:
            if jump.value is None or jump.fixed_point is None or jump.lands_on is None:
                undecided = True
                continue
            with ctx.workprec(CERTIFYING):
                value = jump.value.ball()
                if self._is_outside(value):
                    continue
                before, after = (self._percolates(state.ball(), value) for state in (jump.fixed_point, jump.lands_on))
            undecided = undecided or before is None or after is None
            if before is not None and after is not None and before is not after:
                side = jump.learned_side if after else {"above": "below", "below": "above"}[jump.learned_side]
                jumps.append(question.threshold(jump.value, jump.fixed_point, jump.status == Status.PROVED, side))
        return jumps, undecided
