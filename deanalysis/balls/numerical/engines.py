"""Expressions in numbers without proof, with derivatives: mpmath's at any precision, and NumPy's floats for a quick look.

They share with the balls the code that is printed, and no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, ClassVar

import mpmath
import numpy as np
import sympy as sp
from flint import arb, arb_poly, ctx
from sympy.printing.numpy import NumPyPrinter

from ...symbolic.functions import Coefficients
from ..arithmetic import Arithmetic, Names
from ..compiling import root_of
from ..float_range import within_floats
from ..transforms import TRANSFORMS
from .jets import Jet, exponential, lifted, logarithm, raised
from .power_laws import power_law, power_law_floats
from .special import exp, log_normal_moment, pareto_moment

__all__ = ["FLOATS", "MPMATH", "compile_floats", "constant", "exact_ball"]

_MOST_TABLES = 4
_SPARE_BITS = 30

Derivative = Callable[[Any, int], Any]
"""Returns the derivative of some order at a number."""


class _Numbers(Arithmetic):
    """Numbers of one kind, and jets of them, of which a subclass states the elementary functions of a number."""

    def __init__(self, exp: Any, log: Any, power: Any, others: Names, by_order: dict[str, Callable[..., Any]]) -> None:
        """Take elementary functions, `others`, and those F(..., order, at) of which the derivative by `at` is that of order + 1."""

        def raise_to(base: Any, exponent: Any) -> Any:
            if isinstance(exponent, Jet):
                return exp(exponent * log(base))
            return raised(base, exponent, power) if isinstance(base, Jet) else power(base, exponent)

        lifting = {name: _lifting(function) for name, function in by_order.items()}
        self.names = {**others, **lifting, "exp": exp, "log": log, "power": raise_to}

    def value(self, function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """Return the value; what is not defined is not a number."""
        try:
            return function(*map(self.number, arguments))
        except (ZeroDivisionError, OverflowError, ValueError):
            return mpmath.nan

    def taylors(
        self, function: Callable[..., Any], point: Any, count: int, length: int, others: Sequence[Any] = ()
    ) -> Sequence[Sequence[Any]]:
        """Return Taylor coefficients at a number; what is not defined there is not a number."""
        moving = point if count == 1 else Jet((point, 1 + 0 * point, *[0 * point] * (count - 2)))
        try:
            results = function(moving, *others)
        except (ZeroDivisionError, OverflowError, ValueError):
            return [[point * 0 + float("nan")] * count] * length
        return [one.coefficients if isinstance(one, Jet) else (one, *[0] * (count - 1)) for one in results]

    def polynomial(self, coefficients: Coefficients) -> Callable[[Any], Any]:
        derivative = self._sparse(coefficients)
        return lambda at: lifted(derivative, at)

    def power_sum(self, coefficient: sp.Expr, variables: Sequence[sp.Symbol], degrees: range, shift: int) -> Callable[..., Any]:
        """Sum a(k) x^(k + shift) as a polynomial times a power; it is kept for each precision and values of the letters."""
        one, least = self.compile(coefficient, variables), degrees.start + shift
        known: dict[Any, Derivative] = {}

        def total(at: Any, *values: Any) -> Any:
            key = self.precision, *(self.number(value) for value in values)
            if key not in known:
                if len(known) >= _MOST_TABLES:
                    known.pop(next(iter(known)))
                known[key] = self._dense(one, degrees, values)
            result = lifted(known[key], at)
            return result * at**least if least else result

        return total

    def _sparse(self, coefficients: Coefficients) -> Derivative:
        """Return a polynomial of few powers with its derivatives."""
        raise NotImplementedError

    def _dense(self, weight: Callable[..., Any], degrees: range, values: Sequence[Any]) -> Derivative:
        """Return the polynomial whose coefficients are those at some degrees, from the first one on, with its derivatives."""
        raise NotImplementedError


def _lifting(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make F(..., order, at) of a number one of jets."""
    return lambda *arguments: lifted(lambda start, more: function(*arguments[:-2], int(arguments[-2]) + more, start), arguments[-1])


def _falling(moment: Callable[[Any, int, Any], Any]) -> Callable[..., Any]:
    """Make E[W^k e^{-sW}] of a number one of jets in s: its derivatives are -+ those of higher k."""

    def of(shape: Any, order: Any, s: Any) -> Any:
        return lifted(lambda start, more: (-1) ** more * moment(shape, int(order) + more, start), s)

    return of


class _Mpmath(_Numbers):
    """mpmath's numbers at its working precision.

    >>> from deanalysis.model.symbols import q
    >>> function = MPMATH.compile(sp.exp(-2 * q) / 3, (q,))
    >>> with mpmath.workdps(20):
    ...     print(function(mpmath.mpf(1)), function(Jet((mpmath.mpf(1), mpmath.mpf(1)))).coefficients[1])
    0.045111761078870897298 -0.090223522157741794596
    """

    def __init__(self) -> None:
        others: Names = {
            "rational": lambda p, q=1: _fraction(p, q, mpmath.mp.prec),
            "whole_power": lambda base, exponent: base**exponent,
            "inverse": lambda value: 1 / value,
            "pi": lambda: +mpmath.pi,
            "infinity": lambda: mpmath.inf,
            "unknown": lambda: mpmath.nan,
            "lambertw": lambda value, branch: mpmath.lambertw(value, branch).real,
            "root_of": _root,
            "ParetoMoment": _falling(pareto_moment),
            "LogNormalMoment": _falling(log_normal_moment),
        }
        super().__init__(_exp, _log, _power, others, {"PowerLawSum": power_law})

    @property
    def precision(self) -> int:
        return int(mpmath.mp.prec)

    def constant(self, value: sp.Expr) -> Any:
        """Return a constant expression as an mpmath number, to the working precision.

        >>> print(constant(sp.Rational(1, 3)))
        0.333333333333333
        """
        return mpmath.mpf(self.compile(value, ())())

    def number(self, value: Any) -> Any:
        return mpmath.mpf(super().number(value))

    def taylors(
        self, function: Callable[..., Any], point: Any, count: int, length: int, others: Sequence[Any] = ()
    ) -> Sequence[Sequence[Any]]:
        return super().taylors(function, mpmath.mpf(point), count, length, others)

    def integral(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def whole(start: Any, end: Any, *letters: Any) -> Any:
            return mpmath.quad(lambda at: function(at, *letters), [start, end]) if start != end else mpmath.mpf(0)

        return whole

    def _sparse(self, coefficients: Coefficients) -> Derivative:
        """Sum by Horner's rule; the coefficients are kept for each precision and derivative."""
        known: dict[tuple[int, int], list[tuple[int, Any]]] = {}

        def derivative(start: Any, order: int) -> Any:
            key = self.precision, order
            if key not in known:
                known[key] = [(gap, mpmath.mpf(p) / q) for gap, p, q in coefficients.lowered(order).by_gaps]
            value = start * 0
            for gap, number in known[key]:
                value = (value + number) * start**gap
            return value

        return derivative

    def _dense(self, weight: Callable[..., Any], degrees: range, values: Sequence[Any]) -> Derivative:
        """FLINT multiplies long polynomials quickly; only the middles of its balls are used."""
        weights = [exact_ball(weight(mpmath.mpf(k), *values)) for k in degrees]
        sums = [arb_poly(weights)]

        def derivative(start: Any, order: int) -> Any:
            with ctx.workprec(self.precision + _SPARE_BITS):
                while len(sums) <= order:
                    sums.append(sums[-1].derivative())
                return _middle(sums[order](exact_ball(start)))

        return derivative


class _FloatPrinter(NumPyPrinter):
    """Prints powers as NumPy has them; those to a power that may be a jet as a function."""

    def __init__(self) -> None:
        super().__init__({"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True})

    def _print_Pow(self, expr: sp.Pow, **kwargs: object) -> str:
        base, exponent = self.parenthesize(expr.base, sp.printing.precedence.PRECEDENCE["Pow"]), expr.exp
        if exponent.free_symbols:
            return f"power({self._print(expr.base)}, {self._print(exponent)})"
        if exponent.is_Integer:
            return f"{base}**{exponent}" if exponent > 0 else f"(1/{base}**{-exponent})"
        return f"{base}**({self._print(exponent)})"

    def _print_LambertW(self, expr: sp.LambertW) -> str:
        return f"lambertw({', '.join(map(self._print, expr.args))})"


class _Floats(_Numbers):
    """NumPy's floats, and arrays of them."""

    modules: ClassVar = ("numpy",)
    printer: ClassVar = _FloatPrinter

    def __init__(self) -> None:
        moments = {name: _falling(TRANSFORMS[name]) for name in ("ParetoMoment", "LogNormalMoment")}
        super().__init__(np.exp, np.log, np.float_power, {**TRANSFORMS, **moments, "lambertw": _lambert}, {"PowerLawSum": power_law_floats})

    @property
    def precision(self) -> int:
        return 53

    def constant(self, value: sp.Expr) -> float:
        return float(MPMATH.constant(value))

    def number(self, value: Any) -> float:
        return float(super().number(value))

    def rewritten(self, plain: sp.Expr) -> sp.Expr:
        return within_floats(plain)

    def taylors(
        self, function: Callable[..., Any], point: Any, count: int, length: int, others: Sequence[Any] = ()
    ) -> Sequence[Sequence[Any]]:
        """Return Taylor coefficients at many floats."""
        with np.errstate(all="ignore"):
            found = super().taylors(function, point, count, length, others)
        return [[np.broadcast_to(np.asarray(one, dtype=float), np.shape(point)) for one in series] for series in found]

    def integral(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def whole(start: Any, end: Any, *letters: Any) -> float:
            if isinstance(end, (Jet, np.ndarray)):
                raise ValueError("a scan in floats takes no integral")
            return float(mpmath.quad(lambda at: function(float(at), *letters), [start, end]))

        return whole

    def _sparse(self, coefficients: Coefficients) -> Derivative:
        """Sum all terms at once, or by Horner's rule for many points."""
        known: dict[int, tuple[np.ndarray, np.ndarray, list[tuple[int, float]]]] = {}

        def derivative(start: Any, order: int) -> Any:
            if order not in known:
                lowered = coefficients.lowered(order)
                degrees, weights = ([one[0] for one in lowered.terms], [p / q for _, p, q in lowered.terms])
                known[order] = np.array(degrees, dtype=float), np.array(weights), [(gap, p / q) for gap, p, q in lowered.by_gaps]
            powers, factors, by_gaps = known[order]
            if np.ndim(start) == 0:
                return np.dot(factors, np.float64(start) ** powers)
            total = np.zeros(np.shape(start))
            for gap, weight in by_gaps:
                total = (total + weight) * start**gap
            return total

        return derivative

    def _dense(self, weight: Callable[..., Any], degrees: range, values: Sequence[Any]) -> Derivative:
        weights = np.broadcast_to(weight(np.array(degrees, dtype=float), *map(float, values)), len(degrees))
        polynomial = np.polynomial.Polynomial(weights)
        return lambda start, order: polynomial.deriv(order)(start) if order else polynomial(start)


def _lambert(value: Any, branch: int = 0) -> Any:
    from scipy.special import lambertw

    return lambertw(value, branch).real


def _exp(value: Any) -> Any:
    return exponential(value, exp) if isinstance(value, Jet) else exp(value)


def _log(value: Any) -> Any:
    if isinstance(value, Jet):
        return logarithm(value, _log)
    return mpmath.log(value) if value > 0 else mpmath.nan


def _power(base: Any, exponent: Any) -> Any:
    if base < 0:
        raise ValueError
    return mpmath.mpf(base) ** exponent


def _root(index: int, *coefficients: int) -> Any:
    """Return a root of a polynomial to the working precision."""
    with ctx.workprec(int(mpmath.mp.prec) + _SPARE_BITS):
        return _middle(root_of(index, *coefficients))


def exact_ball(value: Any) -> arb:
    """Return an mpmath number as a ball of radius 0."""
    sign, mantissa, exponent, _ = mpmath.mpf(value)._mpf_
    return arb((-int(mantissa) if sign else int(mantissa), int(exponent)))


def _middle(ball: arb) -> Any:
    mantissa, exponent = ball.mid().man_exp()
    return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))


@lru_cache(maxsize=4096)
def _fraction(p: int, q: int, precision: int) -> Any:
    return mpmath.mpf(p) / q


MPMATH, FLOATS = _Mpmath(), _Floats()
constant = MPMATH.constant


def compile_floats(expression: sp.Expr, *variables: sp.Symbol) -> Callable[..., Any]:
    """Return a float function, for iterating and drawing; it also takes NumPy arrays.

    >>> from deanalysis.model.symbols import q
    >>> float(compile_floats(sp.exp(-q), q)(0.0))
    1.0
    """
    return FLOATS.compile(expression, variables)
