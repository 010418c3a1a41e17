"""Moments of popularities as functions that SymPy lacks: E[W^k e^{-sW}] and E[W log W e^{-sW}], W of mean 1."""

from typing import Any

import sympy as sp

from ..errors import InputError
from ..symbolic.functions import indexed_latex

__all__ = ["Digamma", "LogMoment", "LogNormalLog", "LogNormalMoment", "Moment", "ParetoLog", "ParetoMoment"]


class Moment(sp.Function):
    """E[W^k e^{-sW}] for popularities W of mean 1 with a shape: `Moment(shape, k, s)`; its derivative by s is -Moment(shape, k + 1, s)."""

    nargs = 3

    @classmethod
    def eval(cls, shape: sp.Expr, order: sp.Expr, s: sp.Expr) -> sp.Expr | None:
        """Return the moment E W^k in closed form at s = 0."""
        return cls.plain(shape, order) if s.is_zero else None

    @classmethod
    def plain(cls, shape: sp.Expr, order: sp.Expr) -> sp.Expr:
        """Return E W^k."""
        raise NotImplementedError

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Differentiate by s. Raises `InputError` for the shape."""
        shape, order, s = self.args
        if argindex != 3:
            raise InputError("the shape of pareto and log_normal", "is no letter to solve for", given=shape, remedy="set it")
        return -self.func(shape, order + 1, s)


class _ExponentialIntegral(sp.Function):
    """E_n(x), which stays as it is, where SymPy's own would be written out by the error function at half an odd number."""

    nargs = 2

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return indexed_latex(printer, r"\operatorname{E}", self.args[:1], self.args[1], exp)


class ParetoMoment(Moment):
    """E[W^k e^{-sW}] with P(W > w) = ((a-1)/(a w))^a."""

    @classmethod
    def plain(cls, shape: sp.Expr, order: sp.Expr) -> sp.Expr:
        """Return (1 - 1/a)^k a/(a - k), infinite from k = a on."""
        if (order >= shape) == True:  # noqa: E712
            return sp.oo
        return ((shape - 1) / shape) ** order * shape / (shape - order)

    @property
    def by_integral(self) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
        """The factor, n and x by which it is a w^k E_n(x): n = a + 1 - k and x = w s, with the exponential integral and w = 1 - 1/a.

        >>> ParetoMoment(2, 1, sp.Symbol("x")).by_integral
        (1, 2, x/2)
        """
        shape, order, s = self.args
        least = 1 - 1 / shape
        return shape * least**order, shape + 1 - order, least * s

    @property
    def shown(self) -> sp.Expr:
        """What a formula shows in its place."""
        factor, index, argument = self.by_integral
        return factor * _ExponentialIntegral(index, argument)

    @property
    def by_parts(self) -> sp.Expr:
        """The same, integrated by parts: M_k = (a w^(k-1) e^{-ws} - (a-k+1) M_{k-1})/s; s times it is finite at 0 where M_{k-1} is.

        >>> ParetoMoment(sp.Rational(3, 2), 2, sp.Symbol("x")).by_parts
        (-ParetoMoment(3/2, 1, x)/2 + exp(-x/3)/2)/x
        """
        shape, order, s = self.args
        least = 1 - 1 / shape
        return (shape * least ** (order - 1) * sp.exp(-least * s) - (shape - order + 1) * self.func(shape, order - 1, s)) / s


class LogNormalMoment(Moment):
    """E[W^k e^{-sW}] with log W normal of variance sigma^2."""

    @classmethod
    def plain(cls, shape: sp.Expr, order: sp.Expr) -> sp.Expr:
        """Return e^{sigma^2 k(k-1)/2}."""
        return sp.exp(shape**2 * order * (order - 1) / 2)

    @property
    def by_integral(self) -> sp.Expr:
        """E W^k times the mean of e^{-s e^{sigma z + sigma^2 (k - 1/2)}} over a standard normal z, as an integral."""
        shape, order, s = self.args
        z = sp.Symbol("z", real=True)
        inside = sp.exp(-(z**2) / 2 - s * sp.exp(shape * z + shape**2 * (order - sp.Rational(1, 2))))
        return self.plain(shape, order) * sp.Integral(inside, (z, -sp.oo, sp.oo)) / sp.sqrt(2 * sp.pi)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return indexed_latex(printer, "M", (self.args[1], self.args[0]), self.args[2], exp)


class Digamma(sp.Function):
    """psi(a), the derivative of log Gamma; it stays as it is, where SymPy's own would be written out at every rational number."""

    nargs = 1

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"\psi{'' if exp is None else f'^{{{exp}}}'}\left({printer.doprint(self.args[0])}\right)"


class LogMoment(sp.Function):
    """E[W log W e^{-sW}] for popularities W of mean 1 with a shape: `LogMoment(shape, s)`."""

    nargs = 2

    @classmethod
    def eval(cls, shape: sp.Expr, s: sp.Expr) -> sp.Expr | None:
        """Return the closed form at s = 0."""
        return cls.plain(shape) if s.is_zero else None

    @classmethod
    def plain(cls, shape: sp.Expr) -> sp.Expr:
        """Return E[W log W]."""
        raise NotImplementedError


class ParetoLog(LogMoment):
    """E[W log W e^{-sW}] with P(W > w) = ((a-1)/(a w))^a."""

    @classmethod
    def plain(cls, shape: sp.Expr) -> sp.Expr:
        """Return log(1 - 1/a) + 1/(a - 1)."""
        return sp.log((shape - 1) / shape) + 1 / (shape - 1)


class LogNormalLog(LogMoment):
    """E[W log W e^{-sW}] with log W normal of variance sigma^2."""

    @classmethod
    def plain(cls, shape: sp.Expr) -> sp.Expr:
        """Return sigma^2/2."""
        return shape**2 / 2
