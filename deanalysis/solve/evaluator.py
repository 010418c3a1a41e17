"""Expressions of a state and of letters, evaluated in balls with the letters bound exactly and as late as possible."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp
from flint import arb

from .compiling import ball_of, compile_balls, taylor
from .tails import Tail

__all__ = ["Evaluator"]


@dataclass(frozen=True)
class Evaluator:
    """Evaluates expressions in one variable, the other letters standing for `values`; each is compiled once for all values."""

    variable: sp.Symbol
    values: Mapping[sp.Symbol, sp.Expr]

    @cached_property
    def _letters(self) -> list[sp.Symbol]:
        return sorted(self.values, key=str)

    def _known(self) -> list[arb]:
        return [ball_of(self.values[symbol]) for symbol in self._letters]

    def value(self, expression: sp.Expr, state: arb) -> arb:
        """Enclose an expression over a ball of states."""
        return arb(compile_balls(expression, [self.variable, *self._letters])(state, *self._known()))

    def taylor(self, expression: sp.Expr, state: arb, count: int) -> list[arb]:
        """Enclose the first Taylor coefficients of an expression around every state of a ball."""
        return taylor(compile_balls(expression, [self.variable, *self._letters]), state, count, self._known())

    def tail(self, expression: sp.Expr, start: int) -> arb:
        """Enclose an expression over all states from `start` on, up to a positive factor; not a number where it has no bound."""
        bound = compile_balls(expression, [self.variable, *self._letters])(Tail.variable(start), *self._known())
        return bound.factor if isinstance(bound, Tail) else arb(bound)
