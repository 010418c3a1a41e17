"""Expressions in NumPy's floats and arrays of them, with derivatives: for iterating, for drawing and for a quick scan."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from ...symbolic.functions import Coefficients
from ..arithmetic import Function, Names, Rows, horner
from ..precision import kept
from ..transforms import TRANSFORMS
from .engines import MPMATH, Derivative, Numbers
from .special import power_law_floats

_MOST_BITS = 1000
"""Bits of a number that floats hold, whose exponents end at 1024."""

_DIGITS, _FINEST = 17, 2**40
"""Digits of a float, and the largest denominator of a root that is drawn from a long number; what it lacks stays before the power."""


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


class _Floats(Numbers):
    """NumPy's floats, and arrays of them."""

    modules: ClassVar = ("numpy",)
    printer: ClassVar = _FloatPrinter

    def __init__(self) -> None:
        moments = {name: TRANSFORMS[name] for name in ("ParetoMoment", "LogNormalMoment")}
        others: Names = {**TRANSFORMS, "lambertw": _lambert}
        super().__init__(np.exp, np.log, np.float_power, others, {"PowerLawSum": power_law_floats}, moments)

    @property
    def precision(self) -> int:
        return 53

    def constant(self, value: sp.Expr) -> float:
        return float(MPMATH.constant(value))

    def number(self, value: Any) -> float:
        return float(super().number(value))

    def rewritten(self, plain: sp.Expr) -> sp.Expr:
        return within_floats(plain)

    def taylors(self, function: Function, point: Any, count: int, length: int, others: Sequence[Any] = ()) -> Rows:
        """Return Taylor coefficients at many floats."""
        with np.errstate(all="ignore"):
            rows = super().taylors(function, point, count, length, others)
        return [[np.broadcast_to(np.asarray(number, dtype=float), np.shape(point)) for number in row] for row in rows]

    def _sparse(self, coefficients: Coefficients) -> Derivative:
        """Sum all terms at once, or by Horner's rule for many points."""
        known: dict[int, tuple[np.ndarray, np.ndarray, list[tuple[int, float]]]] = {}

        def weighed(order: int) -> tuple[np.ndarray, np.ndarray, list[tuple[int, float]]]:
            lowered = coefficients.lowered(order)
            degrees, weights = np.array([(k, p / q) for k, p, q in lowered.terms], dtype=float).reshape(-1, 2).T
            return degrees, weights, [(gap, p / q) for gap, p, q in lowered.by_gaps]

        def derivative(start: Any, order: int) -> Any:
            degrees, weights, by_gaps = kept(known, order, lambda: weighed(order))
            return np.dot(weights, np.float64(start) ** degrees) if np.ndim(start) == 0 else horner(by_gaps, start)

        return derivative

    def _dense(self, weight: Callable[..., Any], degrees: range, values: Sequence[Any]) -> Derivative:
        weights = np.broadcast_to(weight(np.array(degrees, dtype=float), *map(float, values)), len(degrees))
        polynomial = np.polynomial.Polynomial(weights)
        return lambda start, order: polynomial.deriv(order)(start) if order else polynomial(start)


def within_floats(expression: sp.Expr) -> sp.Expr:
    """Write numbers of hundreds of digits as floats, those before a high power as part of what is raised: a b^n = a/r^n (r b)^n.

    >>> from deanalysis.model.symbols import q
    >>> within_floats(10**400 * (10 * q + 30) ** -400)
    1.0/(q + 3)**400
    """
    roots = {root: root.evalf(_DIGITS) for root in expression.atoms(sp.CRootOf)}
    expression = expression.xreplace(roots) if roots else expression
    if not any(_is_long(number) for number in expression.atoms(sp.Rational)):
        return expression
    expression = expression.replace(lambda part: part.is_Mul and part.has(sp.Pow), _shared)
    return expression.xreplace({number: number.evalf(_DIGITS) for number in expression.atoms(sp.Rational) if _is_long(number)})


def _is_long(number: sp.Expr) -> bool:
    return number.is_Rational and max(abs(number.p), number.q).bit_length() > _MOST_BITS


def _shared(product: sp.Mul) -> sp.Expr:
    """Give a long coefficient of a product, or of sums in it, to its highest power."""
    parts = [factor.primitive() for factor in product.args]
    number, factors = sp.Mul(*(content for content, _ in parts)), [rest for _, rest in parts]
    power = max((part for part in factors if part.is_Pow and part.exp.is_Integer), key=lambda part: abs(part.exp), default=None)
    if power is None or not _is_long(number):
        return product
    root = sp.Rational(abs(number).evalf(_DIGITS) ** (1 / power.exp)).limit_denominator(_FINEST)
    if root == 0:
        return product
    rest = (number / root**power.exp).evalf(_DIGITS)
    return sp.Mul(rest, sp.expand_mul(root * power.base) ** power.exp, *(part for part in factors if part != power))


def _lambert(value: Any, branch: int = 0) -> Any:
    from scipy.special import lambertw

    return lambertw(value, branch).real


FLOATS = _Floats()


def compile_floats(expression: sp.Expr, *variables: sp.Symbol) -> Callable[..., Any]:
    """Return a float function, for iterating and drawing; it also takes NumPy arrays.

    >>> from deanalysis.model.symbols import q
    >>> float(compile_floats(sp.exp(-q), q)(0.0))
    1.0
    """
    return FLOATS.compile(expression, variables)
