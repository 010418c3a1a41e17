"""Polynomials of many terms, such as the generating functions of tables: to SymPy each is a function of one argument.

Written as a sum, a table of n degrees within one of m degrees would be n m terms in every formula and in every walk through one.
"""

from collections.abc import Iterable
from functools import cached_property
from math import perm
from typing import Any

import sympy as sp
from sympy.core.function import ArgumentIndexError

from .power_laws import PowerLawSum

__all__ = ["UNEVALUATED", "Coefficients", "SparsePolynomial"]

Term = tuple[int, int, int]
_SHOWN, _SPARE_BITS = 3, 20


class Coefficients(sp.AtomicExpr):
    """Positive rational coefficients by rising degree, as the triples (degree, numerator, denominator)."""

    is_number = is_commutative = True
    terms: tuple[Term, ...]

    def __new__(cls, terms: Iterable[Term]) -> "Coefficients":
        """Hold the triples, without a look at each."""
        made = super().__new__(cls)
        made.terms = tuple(terms)
        return made

    @classmethod
    def of(cls, terms: Iterable[tuple[int, sp.Rational]]) -> "Coefficients":
        """Return the coefficients that are given as rational numbers."""
        return cls((degree, int(value.p), int(value.q)) for degree, value in terms)

    def __getnewargs__(self) -> tuple[tuple[Term, ...]]:
        """Return what a copy in another process is made of."""
        return (self.terms,)

    def _hashable_content(self) -> tuple[Term, ...]:
        return self.terms

    @cached_property
    def derivative(self) -> "Coefficients":
        """The coefficients of the derivative."""
        return self.lowered(1)

    def lowered(self, order: int) -> "Coefficients":
        """Return the coefficients of a derivative of some order."""
        return Coefficients((k - order, p * perm(k, order), q) for k, p, q in self.terms if k >= order)

    @property
    def rationals(self) -> list[tuple[int, sp.Rational]]:
        """The pairs (degree, coefficient)."""
        return [(degree, sp.Rational(p, q)) for degree, p, q in self.terms]

    @property
    def by_gaps(self) -> list[Term]:
        """The coefficients for Horner's rule: the highest first, each with the gap to the next power."""
        powers = [degree for degree, _, _ in self.terms]
        return [(high - low, p, q) for low, (high, p, q) in zip([0, *powers], self.terms, strict=False)][::-1]

    @property
    def abridged(self) -> list[tuple[int, sp.Rational] | None]:
        """The pairs to print: all if they are few, else the first and the last with None for what is left out."""
        pairs = self.rationals
        return [*pairs[:_SHOWN], None, pairs[-1]] if len(pairs) > _SHOWN + 2 else [*pairs]

    def _sympystr(self, printer: Any) -> str:
        return f"{len(self.terms)} coefficients from x^{self.terms[0][0]} to x^{self.terms[-1][0]}"


class SparsePolynomial(sp.Function):
    """sum_k w_k z^k by its `Coefficients` and z, of which it is the value.

    >>> square = SparsePolynomial(Coefficients.of([(2, sp.Rational(1, 3))]), sp.Symbol("z"))
    >>> square.subs("z", 1), sp.diff(square, "z").written
    (1/3, 2*z/3)
    """

    nargs = 2

    @classmethod
    def eval(cls, coefficients: Coefficients, argument: sp.Expr) -> sp.Expr | None:
        """Return the value at 0 and at 1, and no other."""
        if not coefficients.terms:
            return sp.S.Zero
        if argument.is_zero:
            return sp.Rational(*coefficients.terms[0][1:]) if coefficients.terms[0][0] == 0 else sp.S.Zero
        return sp.Add(*(value for _, value in coefficients.rationals)) if argument == 1 else None

    @property
    def written(self) -> sp.Expr:
        """The polynomial as a sum."""
        return sp.Add(*(value * self.args[1] ** degree for degree, value in self.args[0].rationals))

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Differentiate by the argument."""
        if argindex != 2:
            raise ArgumentIndexError(self, argindex)
        return self.func(self.args[0].derivative, self.args[1])

    def _eval_evalf(self, prec: int) -> sp.Expr:
        at = self.args[1]._evalf(prec + _SPARE_BITS)
        return sp.Add(*(value * at**degree for degree, value in self.args[0].rationals))

    def _eval_is_extended_real(self) -> bool | None:
        return self.args[1].is_extended_real

    def _eval_is_finite(self) -> bool | None:
        return self.args[1].is_finite

    def _eval_is_extended_positive(self) -> bool | None:
        return self.args[1].is_extended_positive or None

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return self.args[1].is_extended_nonnegative or None


UNEVALUATED = (sp.Sum, sp.Integral, SparsePolynomial, PowerLawSum)
"""What an expression may hold that has no closed form: algebra on it is in vain."""
