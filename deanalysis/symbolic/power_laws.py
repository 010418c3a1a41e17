"""Power sums without end: the generating function of p_k proportional to k^-s for k >= kmin, a Lerch function, and its derivatives."""

from typing import Any

import sympy as sp
from sympy.core.function import ArgumentIndexError

__all__ = ["PowerLawSum"]


class PowerLawSum(sp.Function):
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
    def written(self) -> sp.Expr:
        """The function as a sum; zeta functions at 1."""
        exponent, least, order, at = self.args
        k = sp.Symbol("k", integer=True, nonnegative=True)
        falling = sp.prod([k - i for i in range(order)])
        if at == 1:
            powers = sp.Poly(falling, k).all_coeffs()[::-1]
            return sp.Add(*(value * sp.zeta(exponent - power, least) for power, value in enumerate(powers) if value))
        return sp.Sum(falling * k**-exponent * at ** (k - order), (k, sp.Max(least, order), sp.oo))

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Differentiate by the argument."""
        exponent, least, order, at = self.args
        if argindex != 4:
            raise ArgumentIndexError(self, argindex)
        return self.func(exponent, least, order + 1, at)

    def _eval_evalf(self, prec: int) -> sp.Expr:
        exponent, least, order, at = self.args
        if at == 1:
            return self.written._evalf(prec)
        powers = sp.Poly(sp.ff(sp.Symbol("k"), order).expand(func=True), sp.Symbol("k")).all_coeffs()[::-1]
        whole = sp.Add(*(value * sp.lerchphi(at, exponent - power, least) for power, value in enumerate(powers) if value))
        return (at ** (least - order) * whole)._evalf(prec)

    def _eval_is_extended_real(self) -> bool | None:
        return self.args[3].is_extended_real

    def _eval_is_finite(self) -> bool | None:
        return True if self.args[3] == 1 else None

    def _eval_is_extended_positive(self) -> bool | None:
        return self.args[3].is_extended_positive or None

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return self.args[3].is_extended_nonnegative or None

    def _sympystr(self, printer: Any) -> str:
        written = self.written
        return f"({printer.doprint(written)})" if written.is_Add else str(printer.doprint(written))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        shown = printer.parenthesize(self.written, sp.printing.precedence.PRECEDENCE["Mul"])
        return rf"\left({shown}\right)^{{{exp}}}" if exp else str(shown)
