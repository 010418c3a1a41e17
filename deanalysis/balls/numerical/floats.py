"""Expressions in NumPy's floats and arrays of them, with derivatives: for iterating, for drawing and for a quick scan."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import mpmath
import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from ...symbolic.functions import Coefficients
from ..float_range import within_floats
from ..transforms import TRANSFORMS
from .engines import MPMATH, Derivative, Numbers, falling
from .jets import Jet
from .power_laws import power_law_floats

__all__ = ["FLOATS", "compile_floats"]


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
        moments = {name: falling(TRANSFORMS[name]) for name in ("ParetoMoment", "LogNormalMoment")}
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


FLOATS = _Floats()


def compile_floats(expression: sp.Expr, *variables: sp.Symbol) -> Callable[..., Any]:
    """Return a float function, for iterating and drawing; it also takes NumPy arrays.

    >>> from deanalysis.model.symbols import q
    >>> float(compile_floats(sp.exp(-q), q)(0.0))
    1.0
    """
    return FLOATS.compile(expression, variables)
