"""Expressions of a state and of letters, evaluated in balls with the letters bound exactly and as late as possible."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp
from flint import arb, ctx

from .compiling import ball_of, compile_balls, taylor, taylors
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

    @cached_property
    def _balls(self) -> dict[int, list[arb]]:
        return {}

    def _known(self) -> list[arb]:
        """Return the values of the letters at the current precision, each enclosed once."""
        if ctx.prec not in self._balls:
            self._balls[ctx.prec] = [ball_of(self.values[symbol]) for symbol in self._letters]
        return self._balls[ctx.prec]

    def function(self, expression: sp.Expr) -> Callable[..., Any]:
        """Compile an expression of the variable and the letters."""
        return compile_balls(expression, [self.variable, *self._letters])

    def applied(self, expression: sp.Expr) -> Callable[[Any], Any]:
        """Return a compiled expression as a function of the variable alone: of balls, of series, of tails."""
        function = self.function(expression)
        return lambda state: function(state, *self._known())

    def value(self, expression: sp.Expr, state: arb) -> arb:
        """Enclose an expression over a ball of states."""
        return arb(self.function(expression)(state, *self._known()))

    def together(self, expressions: Sequence[sp.Expr], state: arb, count: int = 1) -> list[list[arb]]:
        """Enclose the first Taylor coefficients of several expressions, sharing what they have in common.

        >>> from deanalysis.model.symbols import q
        >>> Evaluator(q, {}).together([sp.exp(q), 2 * sp.exp(q)], arb(0), 2)
        [[1.00000000000000, 1.00000000000000], [2.00000000000000, 2.00000000000000]]
        """
        return taylors(self.function(sp.Tuple(*expressions)), state, count, len(expressions), self._known())

    def taylor(self, expression: sp.Expr, state: arb, count: int) -> list[arb]:
        """Enclose the first Taylor coefficients of an expression around every state of a ball."""
        return taylor(self.function(expression), state, count, self._known())

    def expansion(self, expression: sp.Expr) -> Callable[[arb, int], list[arb]]:
        """Return `taylor` of one expression, compiled beforehand for many states.

        >>> from deanalysis.model.symbols import q
        >>> Evaluator(q, {}).expansion(q**2)(arb(3), 2)
        [9.00000000000000, 6.00000000000000]
        """
        function = self.function(expression)
        return lambda state, count: taylor(function, state, count, self._known())

    def tail(self, expression: sp.Expr, start: int) -> arb:
        """Enclose an expression over all states from `start` on, up to a positive factor; not a number where it has no bound."""
        bound = self.function(expression)(Tail.variable(start), *self._known())
        return bound.factor if isinstance(bound, Tail) else arb(bound)
