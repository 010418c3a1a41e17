"""Bound: expressions whose letters are bound exactly, and turned into numbers as late as possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from .arithmetic import Arithmetic
from .compiling import BALLS

Letters = Mapping[sp.Symbol, Any]
"""What letters stand for: exact expressions, functions that compute them to the working precision, or numbers."""


@dataclass(frozen=True)
class Bound:
    """Expressions in some variables, the other letters standing for `values`, in balls or another arithmetic.

    An expression is compiled once, and a letter computed once for each working precision. Values of the variables come in their order.

    >>> from flint import arb
    >>> from deanalysis.model.symbols import c, q
    >>> Bound((q,), {c: sp.Rational(1, 2)}).value(c * q, arb(3))
    1.50000000000000
    """

    variables: tuple[sp.Symbol, ...]
    values: Letters
    arithmetic: Arithmetic = BALLS

    def by(self, arithmetic: Arithmetic) -> Bound:
        """Return the same expressions in another arithmetic."""
        return Bound(self.variables, self.values, arithmetic)

    @cached_property
    def _letters(self) -> list[sp.Symbol]:
        return sorted(self.values, key=str)

    @cached_property
    def _numbers(self) -> dict[int, list[Any]]:
        return {}

    def known(self) -> list[Any]:
        """Return what the letters stand for at the working precision, in the order in which functions take them."""
        precision = self.arithmetic.precision
        if precision not in self._numbers:
            self._numbers[precision] = [self.arithmetic.number(self.values[letter]) for letter in self._letters]
        return self._numbers[precision]

    def compiled(self, expression: sp.Expr) -> Callable[..., Any]:
        """Return an expression as a function of the variables and the letters."""
        return self.arithmetic.compile(expression, [*self.variables, *self._letters])

    def applied(self, expression: sp.Expr) -> Callable[..., Any]:
        """Return an expression as a function of the variables alone: of balls, of series, of tails."""
        function = self.compiled(expression)
        return lambda *at: function(*at, *self.known())

    def value(self, expression: sp.Expr, *at: Any) -> Any:
        """Return the value of an expression, in balls an enclosure over all of them."""
        return self.arithmetic.value(self.compiled(expression), [*at, *self.known()])

    def taylor(self, expression: sp.Expr, state: Any, count: int, *others: Any) -> Sequence[Any]:
        """Return the first Taylor coefficients of an expression by the first variable, at a state and values of the further variables."""
        function = self.compiled(expression)
        return self.arithmetic.taylors(lambda *at: (function(*at),), state, count, 1, [*others, *self.known()])[0]

    def together(self, expressions: Sequence[sp.Expr], state: Any, count: int = 1, *others: Any) -> Sequence[Sequence[Any]]:
        """Do the same for several expressions, sharing what they have in common.

        >>> from flint import arb
        >>> from deanalysis.model.symbols import q
        >>> Bound((q,), {}).together([sp.exp(q), 2 * sp.exp(q)], arb(0), 2)
        [[1.00000000000000, 1.00000000000000], [2.00000000000000, 2.00000000000000]]
        """
        function = self.compiled(sp.Tuple(*expressions))
        return self.arithmetic.taylors(function, state, count, len(expressions), [*others, *self.known()])
