"""Functions that SymPy lacks: polynomials of many terms, such as the generating functions of tables, and power sums without end.

To SymPy each is a function of one argument, its last. Written as a sum, a table of n degrees within one of m degrees would be n m terms in
every formula and in every walk through one.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from math import perm
from typing import Any

import sympy as sp
from sympy.core.function import ArgumentIndexError

Term = tuple[int, int, int]
_SPARE_BITS = 20
"""Beyond those that are asked for: sums of up to a million terms round as often."""
_K = sp.Symbol("k", integer=True, nonnegative=True)


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

    def _sympystr(self, printer: Any) -> str:
        return f"{len(self.terms)} coefficients from x^{self.terms[0][0]} to x^{self.terms[-1][0]}"


class _PowerSeries(sp.Function):
    """A function that is real, positive or at least 0 where its last argument is: all its coefficients are positive."""

    def _eval_is_extended_real(self) -> bool | None:
        return self.args[-1].is_extended_real

    def _eval_is_extended_positive(self) -> bool | None:
        return self.args[-1].is_extended_positive or None

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return self.args[-1].is_extended_nonnegative or None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Differentiate by the argument."""
        if argindex != len(self.args):
            raise ArgumentIndexError(self, argindex)
        return self._slope


class SparsePolynomial(_PowerSeries):
    """sum_k w_k z^k by its `Coefficients` and z, of which it is the value.

    >>> square = SparsePolynomial(Coefficients.of([(2, sp.Rational(1, 3))]), sp.Symbol("z"))
    >>> square.subs("z", 1), sp.diff(square, "z").subs("z", 1)
    (1/3, 2/3)
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
    def _slope(self) -> sp.Expr:
        return self.func(self.args[0].derivative, self.args[1])

    def _eval_evalf(self, prec: int) -> sp.Expr:
        at = self.args[1]._evalf(prec + _SPARE_BITS)
        return sp.Add(*(value * at**degree for degree, value in self.args[0].rationals))

    def _eval_is_finite(self) -> bool | None:
        return self.args[1].is_finite


class PowerLawSum(_PowerSeries):
    """sum_{k >= kmin} k (k-1) ... (k-j+1) k^-s z^(k-j) for 0 <= z <= 1: `PowerLawSum(s, kmin, j, z)`; its derivative by z is that of j + 1.

    For j = 0 it is z^kmin Phi(z, s, kmin) (Lerch; DLMF 25.14), and zeta(s, kmin) at z = 1. There it is infinite from j = s - 1 on.

    >>> PowerLawSum(sp.Rational(5, 2), 1, 0, sp.Symbol("z")).diff("z")
    Sum(z**(k - 1)/k**(3/2), (k, 1, oo))
    >>> PowerLawSum(sp.Rational(5, 2), 1, 2, 1)
    oo
    """

    nargs = 4

    @classmethod
    def eval(cls, exponent: sp.Expr, least: sp.Expr, order: sp.Expr, at: sp.Expr) -> sp.Expr | None:
        """Return the value at 0, and at 1 where it is infinite."""
        if at.is_zero:
            return sp.factorial(order) * order**-exponent if order >= least else sp.S.Zero
        return sp.oo if at == 1 and (exponent <= order + 1) == True else None  # noqa: E712

    @property
    def _falling(self) -> sp.Expr:
        """k (k-1) ... (k-j+1)."""
        return sp.prod([_K - i for i in range(self.args[2])])

    def _by_powers(self, plain: Callable[[sp.Expr], sp.Expr]) -> sp.Expr:
        """Return the sum by those without falling factors, as a function of the exponent."""
        return sp.Add(*(value * plain(self.args[0] - power) for (power,), value in sp.Poly(self._falling, _K).terms()))

    @property
    def written(self) -> sp.Expr:
        """The function as a sum; zeta functions at 1."""
        exponent, least, order, at = self.args
        if at == 1:
            return self._by_powers(lambda power: sp.zeta(power, least))
        return sp.Sum(self._falling * _K**-exponent * at ** (_K - order), (_K, sp.Max(least, order), sp.oo))

    @property
    def _slope(self) -> sp.Expr:
        exponent, least, order, at = self.args
        return self.func(exponent, least, order + 1, at)

    def _eval_evalf(self, prec: int) -> sp.Expr:
        _, least, order, at = self.args
        if at == 1:
            return self.written._evalf(prec)
        return (at ** (least - order) * self._by_powers(lambda power: sp.lerchphi(at, power, least)))._evalf(prec)

    def _eval_is_finite(self) -> bool | None:
        return True if self.args[3] == 1 else None

    def _sympystr(self, printer: Any) -> str:
        written = self.written
        return f"({printer.doprint(written)})" if written.is_Add else str(printer.doprint(written))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        shown = printer.parenthesize(self.written, sp.printing.precedence.PRECEDENCE["Mul"])
        return rf"\left({shown}\right)^{{{exp}}}" if exp else str(shown)


def indexed_latex(printer: Any, name: str, indices: Sequence[sp.Expr], argument: sp.Expr, exp: str | None) -> str:
    """Return the LaTeX of a function with indices at an argument, or of its power `exp`, such as M_{1,2}^{3}(s)."""
    shown = ",".join(str(index) if sp.sympify(index).is_Rational else printer._print(index) for index in indices)
    power = "" if exp is None else rf"^{{{exp}}}"
    return rf"{name}_{{{shown}}}{power}\left({printer._print(argument)}\right)"


UNEVALUATED = (sp.Sum, sp.Integral, SparsePolynomial, PowerLawSum)
"""What an expression may hold that has no closed form: algebra on it is in vain."""
