"""Which thresholds of percolation are asked for, and how an answer states one."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp
from flint import arb

from ...balls.compiling import ball_of
from ...balls.numbers import Number, prove_number
from ...model.formula import Formula
from ...model.symbols import q
from ..evolution.answers import Status
from ..evolution.equations.domain import domain
from ..evolution.search import Question, Range
from ..evolution.states.fixed_points import LargestFixedPoint
from ..evolution.thresholds.exact_roots import exact_roots
from ..evolution.thresholds.results import Threshold
from .equations import MessageSystem

__all__ = ["PercolationQuestion", "side_of"]


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
        return Question(
            equation, self.parameter, {letter: self.values[letter] for letter in equation.letters & set(self.values)}, self.digits, search
        )

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
