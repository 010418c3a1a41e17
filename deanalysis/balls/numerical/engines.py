"""Expressions compiled for numbers without proof: mpmath's at any precision, and NumPy's floats for a quick look; with derivatives.

The second engine beside balls (`compiling`): it shares the code that is printed, and no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from flint import arb, arb_poly, ctx

from ...errors import InputError
from ...symbolic.functions import Coefficients
from ..compiling import BallPrinter, lambdified, opaque, power_in, root_of
from ..float_range import within_floats
from ..transforms import TRANSFORMS
from .jets import Jet, composed, exponential, logarithm, raised
from .power_laws import power_law, power_law_floats

__all__ = ["FLOATS", "MPMATH", "Engine", "Function", "constant", "exact_ball"]

_LARGEST_EXPONENT = 80
_MOST_TABLES = 4
_SPARE_BITS = 30
_NEAR_ZERO = 1e-9


@dataclass(frozen=True, eq=False)
class Engine:
    """Elementary functions of one kind of number, and how expressions are compiled for it.

    >>> from deanalysis.model.symbols import q
    >>> function = MPMATH.compile(sp.exp(-2 * q) / 3, (q,))
    >>> with mpmath.workdps(20):
    ...     print(function(mpmath.mpf(1)), function(Jet((mpmath.mpf(1), mpmath.mpf(1)))).coefficients[1])
    0.045111761078870897298 -0.090223522157741794596
    """

    rational: Callable[[int, int], Any]
    exp: Callable[[Any], Any]
    log: Callable[[Any], Any]
    raised: Callable[[Any, Any], Any]
    moments: Mapping[str, Callable[[Any, int, Any], Any]]
    power_law: Callable[[Any, int, int, Any], Any]
    integral: Callable[[Callable[[Any], Any], Any, Any], Any]
    polynomial: Callable[[Sequence[Any]], Callable[[Any, int], list[Any]]]
    precision: Callable[[], int]
    prepared: Callable[[sp.Expr], sp.Expr] = lambda expression: expression

    @property
    def namespace(self) -> dict[str, Callable[..., Any]]:
        """The functions by the names that the printer gives them."""
        return {
            "rational": lambda p, q=1: self.rational(p, q),
            "exp": self._exp,
            "log": self._log,
            "sqrt": lambda value: self._power(value, self.rational(1, 2)),
            "power": self._power,
            "whole_power": lambda base, exponent: base**exponent,
            "inverse": lambda value: 1 / value,
            "pi": lambda: self.rational(1, 1) * mpmath.pi,
            "lambertw": lambda value, branch: mpmath.lambertw(value, branch).real,
            "root_of": self._root_of,
            "PowerLawSum": self._power_law,
            **{name: self._moment(moment) for name, moment in self.moments.items()},
        }

    def _exp(self, value: Any) -> Any:
        return exponential(value, self.exp) if isinstance(value, Jet) else self.exp(value)

    def _log(self, value: Any) -> Any:
        return logarithm(value, self.log) if isinstance(value, Jet) else self.log(value)

    def _power(self, base: Any, exponent: Any) -> Any:
        if isinstance(exponent, Jet):
            return self._exp(exponent * self._log(base))
        return raised(base, exponent, self.raised) if isinstance(base, Jet) else self.raised(base, exponent)

    def _root_of(self, index: int, *coefficients: int) -> Any:
        """Return a root to the precision of the numbers."""
        with ctx.workprec(self.precision() + _SPARE_BITS):
            mantissa, exponent = root_of(index, *coefficients).mid().man_exp()
        return self.rational(int(mantissa), 1) * self.rational(2, 1) ** int(exponent)

    def _moment(self, moment: Callable[[Any, int, Any], Any]) -> Callable[[Any, Any, Any], Any]:
        """Make E[W^k e^{-sW}] of a number one of jets in s: its derivatives are -+ those of higher k."""

        def of(shape: Any, order: Any, s: Any) -> Any:
            if not isinstance(s, Jet):
                return moment(shape, int(order), s)
            start = s.coefficients[0]
            return composed([(-1) ** k * moment(shape, int(order) + k, start) for k in range(len(s.coefficients))], s)

        return of

    def _power_law(self, exponent: Any, least: Any, order: Any, at: Any) -> Any:
        """Sum k^-s z^k without end, or a derivative of it, at a number or a jet."""
        if not isinstance(at, Jet):
            return self.power_law(exponent, int(least), int(order), at)
        start = at.coefficients[0]
        return composed([self.power_law(exponent, int(least), int(order) + k, start) for k in range(len(at.coefficients))], at)

    def compile(self, expression: sp.Expr, variables: Sequence[sp.Symbol]) -> Callable[..., Any]:
        """Return a function of numbers or jets; the letters come after the variable in the order given."""
        return _compiled(self, expression, tuple(variables))

    def _sum(self, term: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> tuple[Callable[..., Any], list[sp.Expr]]:
        """Sum a(k) x^(k + shift) as a polynomial times a power; it is kept for each precision and values of the letters."""
        coefficient, base, shift = power_in(term, index)
        letters = sorted(coefficient.free_symbols - {index}, key=str)
        one, least = self.compile(coefficient, [index, *letters]), int(low) + shift
        known: dict[Any, Callable[[Any, int], list[Any]]] = {}

        def total(at: Any, *values: Any) -> Any:
            key = self.precision(), values
            if key not in known:
                if len(known) >= _MOST_TABLES:
                    known.pop(next(iter(known)))
                known[key] = self.polynomial([one(self.rational(k, 1), *values) for k in range(int(low), int(high) + 1)])
            start = at.coefficients[0] if isinstance(at, Jet) else at
            derivatives = known[key](start, len(at.coefficients) if isinstance(at, Jet) else 1)
            result = composed(derivatives, at) if isinstance(at, Jet) else derivatives[0]
            return result * at**least if least else result

        return total, [base, *letters]

    def _sparse(self, coefficients: Coefficients) -> Callable[[Any], Any]:
        """Sum a polynomial of few powers by Horner's rule; its coefficients are kept for each precision and derivative."""
        known: dict[tuple[int, int], list[tuple[int, Any]]] = {}

        def derivative(start: Any, order: int) -> Any:
            key = self.precision(), order
            if key not in known:
                known[key] = [(gap, self.rational(p, q)) for gap, p, q in coefficients.lowered(order).by_gaps]
            value = start * 0
            for gap, number in known[key]:
                value = (value + number) * start**gap
            return value

        def total(at: Any) -> Any:
            if not isinstance(at, Jet):
                return derivative(at, 0)
            return composed([derivative(at.coefficients[0], order) for order in range(len(at.coefficients))], at)

        return total

    def _definite(self, term: sp.Expr, variable: sp.Symbol, low: sp.Expr, high: sp.Expr) -> tuple[Callable[..., Any], list[sp.Expr]]:
        letters = sorted(term.free_symbols - {variable}, key=str)
        function = self.compile(term, [variable, *letters])
        return lambda start, end, *values: self.integral(lambda at: function(at, *values), start, end), [low, high, *letters]


@cache
def _compiled(engine: Engine, expression: sp.Expr, variables: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    plain, functions = opaque(expression, engine._sum, engine._definite, engine._sparse)
    names = {**engine.namespace, **functions}
    if unknown := {str(part.func) for part in plain.atoms(sp.Function)} - {*names, "LambertW", "Abs"}:
        raise InputError("method mpmath", "knows no such function", given=", ".join(sorted(unknown)))
    return lambdified(engine.prepared(plain), variables, [names], BallPrinter)


def constant(value: sp.Expr) -> Any:
    """Return a constant expression as an mpmath number, to the working precision.

    >>> print(constant(sp.Rational(1, 3)))
    0.333333333333333
    """
    return MPMATH.compile(value, ())()


class Function:
    """Expressions of one variable, the letters bound, in mpmath numbers or floats; what is not defined is not a number.

    A letter stands for an exact value, or for one that is computed to the working precision when it is called.
    """

    def __init__(self, variable: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr | Callable[[], Any]]) -> None:
        self.variable = variable
        self._letters = sorted(values, key=str)
        self._values = values
        self._known: dict[int, list[Any]] = {}

    def _numbers(self) -> list[Any]:
        precision = mpmath.mp.prec
        if precision not in self._known:
            values = [self._values[letter] for letter in self._letters]
            self._known[precision] = [constant(value) if isinstance(value, sp.Expr) else value() for value in values]
        return self._known[precision]

    def value(self, expression: sp.Expr, at: Any) -> Any:
        """Return the value at a number, at the working precision."""
        return self.series(expression, at, 1)[0]

    def series(self, expression: sp.Expr, at: Any, count: int) -> tuple[Any, ...]:
        """Return the first Taylor coefficients at a number, at the working precision."""
        function = MPMATH.compile(expression, (self.variable, *self._letters))
        try:
            return _padded(function(_started(mpmath.mpf(at), count), *self._numbers()), count)
        except (ZeroDivisionError, OverflowError, ValueError):
            return (mpmath.nan,) * count

    def floats(self, expression: sp.Expr, at: np.ndarray, count: int) -> tuple[np.ndarray, ...]:
        """Return the first Taylor coefficients at many floats."""
        function = FLOATS.compile(expression, (self.variable, *self._letters))
        with np.errstate(all="ignore"):
            try:
                found = _padded(function(_started(at, count), *map(float, self._numbers())), count)
            except (ZeroDivisionError, OverflowError, ValueError):
                return (np.full(at.shape, np.nan),) * count
        return tuple(np.broadcast_to(np.asarray(one, dtype=float), at.shape) for one in found)


def _started(at: Any, count: int) -> Any:
    """Return a variable as a jet, or as it is where no derivative is asked for."""
    return at if count == 1 else Jet((at, 1 + 0 * at, *[0 * at] * (count - 2)))


def _padded(found: Any, count: int) -> tuple[Any, ...]:
    return found.coefficients if isinstance(found, Jet) else (found, *[0] * (count - 1))


def _exp(value: Any) -> Any:
    """Return e^value; beyond any number that fits into memory it is 0, or an error."""
    value = mpmath.mpf(value)
    if mpmath.isfinite(value) and mpmath.mag(value) > _LARGEST_EXPONENT:
        if value > 0:
            raise OverflowError
        return mpmath.mpf(0)
    return mpmath.exp(value)


def _raised(base: Any, exponent: Any) -> Any:
    if base < 0:
        raise ValueError
    return mpmath.mpf(base) ** exponent


def _pareto(shape: Any, order: int, s: Any) -> Any:
    """E[W^k e^{-sW}] = a w^k E_{a+1-k}(w s) with the least popularity w = 1 - 1/a."""
    least = 1 - mpmath.mpf(1) / shape
    if s == 0:
        return shape * least**order / (shape - order) if shape > order else mpmath.inf
    return shape * least**order * _exponential_integral(shape + 1 - order, least * s)


def _exponential_integral(n: Any, x: Any) -> Any:
    """E_n(x), near 0 by n E_{n+1} = e^{-x} - x E_n from an index in (0, 1], where the sums that mpmath takes need ever more digits."""
    if x > _NEAR_ZERO:
        return mpmath.expint(n, x)
    steps, falling = int(mpmath.ceil(n)) - 1, mpmath.exp(-x)
    start = n - steps
    if start == 1:
        value = mpmath.e1(x)
    else:
        value = x ** (start - 1) * mpmath.gamma(1 - start) - falling * mpmath.hyp1f1(1, 2 - start, x) / (1 - start)
    for step in range(steps):
        value = (falling - x * value) / (start + step)
    for step in range(-steps):
        value = (falling + (step + 1 - start) * value) / x
    return value


def _lognormal(shape: Any, order: int, s: Any) -> Any:
    """Integrate over log W = sigma z - sigma^2/2; with W^k the normal law is that of mean k sigma."""
    scale, middle = mpmath.exp(shape**2 * order * (order - 1) / 2), shape * shape * (order - mpmath.mpf(1) / 2)
    if s == 0:
        return scale
    reach = mpmath.sqrt(2 * mpmath.log(2) * mpmath.mp.prec) + 1
    whole = mpmath.quad(lambda z: mpmath.exp(-z * z / 2 - s * mpmath.exp(shape * z + middle)), mpmath.linspace(-reach, reach, 9))
    return scale * whole / mpmath.sqrt(2 * mpmath.pi)


def _polynomial(weights: Sequence[Any]) -> Callable[[Any, int], list[Any]]:
    """Return the value and derivatives of a polynomial; FLINT multiplies long ones quickly, and only the middles of its balls are used."""
    with ctx.workprec(int(mpmath.mp.prec) + _SPARE_BITS):
        sums = [arb_poly([exact_ball(weight) for weight in weights])]

    def derivatives(at: Any, count: int) -> list[Any]:
        with ctx.workprec(int(mpmath.mp.prec) + _SPARE_BITS):
            while len(sums) < count:
                sums.append(sums[-1].derivative())
            return [_middle(one(exact_ball(at))) for one in sums[:count]]

    return derivatives


def exact_ball(value: Any) -> arb:
    """Return an mpmath number as a ball of radius 0."""
    sign, mantissa, exponent, _ = mpmath.mpf(value)._mpf_
    return arb((-int(mantissa) if sign else int(mantissa), int(exponent)))


def _middle(ball: arb) -> Any:
    mantissa, exponent = ball.mid().man_exp()
    return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))


def _float_polynomial(weights: Sequence[Any]) -> Callable[[Any, int], list[Any]]:
    polynomial = np.polynomial.Polynomial(np.broadcast_to(np.asarray(weights, dtype=float), (len(weights),)))
    return lambda at, count: [polynomial.deriv(order)(at) for order in range(count)]


def _no_integral(function: Callable[[Any], Any], start: Any, end: Any) -> Any:
    raise ValueError("the scan in floats takes no integral")


@lru_cache(maxsize=4096)
def _fraction(p: int, q: int, precision: int) -> Any:
    return mpmath.mpf(p) / q


MPMATH = Engine(
    lambda p, q: _fraction(p, q, mpmath.mp.prec),
    _exp,
    lambda value: mpmath.log(value) if value > 0 else mpmath.nan,
    _raised,
    {"ParetoMoment": _pareto, "LogNormalMoment": _lognormal},
    power_law,
    lambda function, start, end: mpmath.quad(function, [start, end]) if start != end else mpmath.mpf(0),
    _polynomial,
    lambda: int(mpmath.mp.prec),
)
"""mpmath at its working precision."""

FLOATS = Engine(
    lambda p, q: p / q,
    np.exp,
    np.log,
    np.power,
    {"ParetoMoment": TRANSFORMS["ParetoMoment"], "LogNormalMoment": TRANSFORMS["LogNormalMoment"]},
    power_law_floats,
    _no_integral,
    _float_polynomial,
    lambda: 53,
    within_floats,
)
"""NumPy's floats and arrays of them."""
