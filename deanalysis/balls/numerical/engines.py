"""Expressions in numbers without proof, with derivatives: what is common to all, and mpmath's at any precision.

They share with the balls the code that is printed, and no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import factorial
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from flint import arb, arb_poly, ctx

from ...symbolic.functions import Coefficients
from ..arithmetic import Arithmetic, Function, Names, Rows, horner
from ..compiling import root_of
from ..precision import kept
from .jets import Jet, exponential, lifted, logarithm, raised
from .special import exp, log_normal_moment, pareto_moment, power_law

_MOST_TABLES = 4
"""Tables of weights that a sum keeps: a scan at two precisions, at two values of a letter."""

_SPARE_BITS = 30
"""Bits beyond the precision for what rounding loses in a long polynomial."""

Derivative = Callable[[Any, int], Any]
"""Returns the derivative of some order at a number."""


class Numbers(Arithmetic):
    """Numbers of one kind, and jets of them, of which a subclass states the elementary functions of a number."""

    def __init__(self, exp: Any, log: Any, power: Any, others: Names, rising: Names, falling: Names) -> None:
        """Take elementary functions, `others`, and F(..., order, at) whose derivative by `at` is that of order + 1, or minus that."""

        def raise_to(base: Any, exponent: Any) -> Any:
            if isinstance(exponent, Jet):
                return exp(exponent * log(base))
            return raised(base, exponent, power) if isinstance(base, Jet) else power(base, exponent)

        by_order = {name: _lifting(function, sign) for sign, named in ((1, rising), (-1, falling)) for name, function in named.items()}
        self.names = {**others, **by_order, "exp": exp, "log": log, "power": raise_to}

    def value(self, function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """Return the value; what is not defined is not a number."""
        try:
            return function(*map(self.number, arguments))
        except (ZeroDivisionError, OverflowError, ValueError):
            return mpmath.nan

    def taylors(self, function: Function, point: Any, count: int, length: int, others: Sequence[Any] = ()) -> Rows:
        """Return Taylor coefficients at a number; what is not defined there is not a number."""
        moving = point if count == 1 else Jet((point, 1 + 0 * point, *[0 * point] * (count - 2)))
        try:
            results = function(moving, *others)
        except (ZeroDivisionError, OverflowError, ValueError):
            return [[point * 0 + float("nan")] * count] * length
        return [result.coefficients if isinstance(result, Jet) else (result, *[0] * (count - 1)) for result in results]

    def polynomial(self, coefficients: Coefficients) -> Callable[[Any], Any]:
        """Return a polynomial of few powers as a function of numbers and jets."""
        derivative = self._sparse(coefficients)
        return lambda at: lifted(derivative, at)

    def power_sum(self, coefficient: sp.Expr, variables: Sequence[sp.Symbol], degrees: range, shift: int) -> Callable[..., Any]:
        """Sum a(k) x^(k + shift) as a polynomial times a power; it is kept for each precision and values of the letters."""
        weight, least = self.compile(coefficient, variables), degrees.start + shift
        known: dict[Any, Derivative] = {}

        def total(at: Any, *values: Any) -> Any:
            key = self.precision, *map(self.number, values)
            result = lifted(kept(known, key, lambda: self._dense(weight, degrees, values), _MOST_TABLES), at)
            return result * at**least if least else result

        return total

    def integral(self, function: Function) -> Function:
        """Integrate by mpmath, up to a number or a jet."""

        def whole(start: Any, end: Any, *letters: Any) -> Any:
            if isinstance(end, np.ndarray) or any(isinstance(value, (Jet, np.ndarray)) for value in letters):
                raise ValueError("an integral takes neither arrays nor jets of its letters")

            def derivative(at: Any, order: int) -> Any:
                if order == 0:
                    return self.number(0 if start == at else mpmath.quad(lambda inner: function(self.number(inner), *letters), [start, at]))
                ((*_, last),) = self.taylors(lambda moving: [function(moving, *letters)], at, order, 1)
                return last * factorial(order - 1)

            return lifted(derivative, end)

        return whole

    def _sparse(self, coefficients: Coefficients) -> Derivative:
        """Return a polynomial of few powers with its derivatives."""
        raise NotImplementedError

    def _dense(self, weight: Callable[..., Any], degrees: range, values: Sequence[Any]) -> Derivative:
        """Return the polynomial whose coefficients are those at some degrees, from the first one on, with its derivatives."""
        raise NotImplementedError


def _lifting(function: Callable[..., Any], sign: int) -> Callable[..., Any]:
    """Make F(..., order, at) of a number one of jets."""
    return lambda *rest: lifted(lambda at, more: sign**more * function(*rest[:-2], int(rest[-2]) + more, at), rest[-1])


class _Mpmath(Numbers):
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
        }
        moments = {"ParetoMoment": pareto_moment, "LogNormalMoment": log_normal_moment}
        super().__init__(_exp, _log, _power, others, {"PowerLawSum": power_law}, moments)

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

    def taylors(self, function: Function, point: Any, count: int, length: int, others: Sequence[Any] = ()) -> Rows:
        return super().taylors(function, mpmath.mpf(point), count, length, others)

    def _sparse(self, coefficients: Coefficients) -> Derivative:
        """Sum by Horner's rule; the coefficients are kept for each precision and derivative."""
        known: dict[tuple[int, int], list[tuple[int, Any]]] = {}

        def derivative(start: Any, order: int) -> Any:
            key = self.precision, order
            if key not in known:
                known[key] = [(gap, mpmath.mpf(p) / q) for gap, p, q in coefficients.lowered(order).by_gaps]
            return horner(known[key], start)

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


MPMATH = _Mpmath()
constant = MPMATH.constant
