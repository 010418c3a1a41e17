"""Thresholds of percolation: in closed form, or where the spectral radius passes 1, gradually or with a jump of what is learned."""

from __future__ import annotations

from functools import cached_property

import sympy as sp
from flint import arb, ctx

from ...balls.compiling import ball_of
from ...balls.numbers import ZERO, prove_numbers
from ...balls.precision import CERTIFYING
from ...model.association import Uniform
from ...model.formula import Formula, text
from ...model.symbols import q
from ..evolution.answers import Cause, Status, Undecided, by_method
from ..evolution.thresholds.find import bound_thresholds
from ..evolution.thresholds.methods import completed, is_open
from ..evolution.thresholds.results import Threshold, Thresholds
from .component import BoundSystem
from .crossings import Crossings, Place
from .question import PercolationQuestion, side_of

__all__ = ["percolation_thresholds"]


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

    def numerical() -> Thresholds:
        from .numerical import numerical_percolation_thresholds

        return numerical_percolation_thresholds(question)

    return by_method(method, _Search(question).result, is_open, numerical, completed)


def _without_learning(question: PercolationQuestion, method: str) -> Thresholds:
    """Return the thresholds where vertices do not depend on what is learned: growth = 1 in closed form, or isolated."""
    parameter, growth = question.parameter, question.growth()
    name = str(parameter)
    if not growth.has(parameter):
        return Thresholds(name, (), f"no threshold: the branching factor {text(growth)} does not depend on {name}")
    if growth.free_symbols - {parameter}:
        factor, power = growth.as_independent(parameter, as_Add=False)
        base, exponent = power.as_base_exp()
        if base != parameter:
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
    """All thresholds in a range of one letter, the others bound."""

    def __init__(self, question: PercolationQuestion) -> None:
        self.question = question

    @cached_property
    def crossings(self) -> Crossings:
        """The search for states at which the branching factor passes 1."""
        return Crossings(self.question)

    def result(self) -> Thresholds:
        """Return the thresholds in ascending order; where there is none, the reason says what holds throughout."""
        places, undecided = self.crossings.found()
        gradual = [threshold for place in places if (threshold := self._threshold(place)) is not None]
        jumps, doubtful = self._jumps()
        complete, uncertain = self._where_all_is_learned()
        found = sorted([*gradual, *jumps, *complete], key=lambda threshold: float(threshold.value) if threshold.value else 0.0)
        name, (low, high) = str(self.question.parameter), self.question.range
        searched = f"{name} from {text(low)} to {text(high)}"
        if undecided or doubtful or uncertain:
            doubt = Undecided(Cause.GIANT_COMPONENT, f"a giant component may appear or disappear elsewhere for {searched}")
            return Thresholds(name, tuple(found), str(doubt), searched, undecided=(doubt,))
        return Thresholds(name, tuple(found), None if found else self._throughout(searched), searched)

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

    def _threshold(self, place: Place) -> Threshold | None:
        """Return the threshold at a zero; None where it is another eigenvalue that is 1, or no state that learning reaches."""
        with ctx.workprec(CERTIFYING):
            state, value = place()
            if self._is_outside(value):
                return None
            diagonal = [1 - entry for entry in self.crossings.diagonal(state, value)]
            reached = self.crossings.is_reached(state, value)
            if any(entry < 0 for entry in diagonal) or reached is False:
                return None
            slope = self.crossings.slope(state, value)
        fixed_point, number = prove_numbers(place, self.question.digits)
        certain = reached is not None and all(entry > 0 for entry in diagonal) and not slope.contains(arb(0))
        return self.question.threshold(number, fixed_point if self.question.system.condition.has(q) else None, certain, side_of(-slope))

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
        found = [question.exact(root, growth, ZERO) for root, (status, box) in states.items() if status == "exact" and box == 0]
        return found, any(status == Status.UNDECIDED for status, _ in states.values())

    def _jumps(self) -> tuple[list[Threshold], bool]:
        """Return the emergences at which a giant component appears or disappears with the jump, and whether some are undecided.

        Where all learned skills are kept there are none: J has the entry f_q, which tends to 1 at a jump, so that its radius exceeds 1
        before, and the component can only grow with what is learned.
        """
        question = self.question
        all_kept = question.model.association.kept == Uniform(sp.S.One) and question.system.jacobian.rows > 1
        if not question.moves or all_kept:
            return [], False
        emergences = bound_thresholds(question.learning(question.range if self.crossings.curve is None else None), "emergence", "balls")
        found, undecided = [], bool(emergences.undecided)
        for jump in emergences:
            if jump.value is None or jump.fixed_point is None or jump.lands_on is None:
                undecided = True
                continue
            with ctx.workprec(CERTIFYING):
                value = jump.value.ball()
                if self._is_outside(value):
                    continue
                before, after = (self.crossings.percolates(state.ball(), value) for state in (jump.fixed_point, jump.lands_on))
            undecided = undecided or before is None or after is None
            if before is not None and after is not None and before is not after:
                side = jump.learned_side if after else {"above": "below", "below": "above"}[jump.learned_side]
                found.append(question.threshold(jump.value, jump.fixed_point, jump.status == Status.PROVED, side))
        return found, undecided
