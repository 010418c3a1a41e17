"""Expressions in balls: also in truncated power series of them, in complex balls, and in bounds towards infinity."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

import sympy as sp
from flint import acb, arb, arb_series, ctx, fmpq, fmpz_poly

from ..symbolic.functions import Coefficients, PowerLawSum
from .arithmetic import Arithmetic, Names
from .power_laws import power_law_sum
from .power_sums import GrowingSum, SparseSum, Terms
from .series import by_squares, definite, extended, is_singular, taylors, without_singular
from .tails import Tail, power_from_zero
from .transforms import TRANSFORMS

_CONSTANTS = 4096
"""Rational constants of formulas that are kept: to make one takes as long as to multiply twice."""


def rational(value: sp.Expr) -> fmpq:
    """Return an exact SymPy rational as an exact FLINT one."""
    return fmpq(int(value.p), int(value.q))


def root_of(index: int, *coefficients: int) -> arb:
    """Enclose a real root of a polynomial, whose coefficients are given from the constant one on; the roots are counted from the least.

    >>> root_of(1, -2, 0, 1)
    [1.41421356237310 +/- 4.96e-15]
    """
    roots: Any = fmpz_poly(list(coefficients)).complex_roots()
    return sorted((root.real for root, _ in roots if root.imag == 0), key=lambda root: root.mid())[index]


def _evaluated(total: GrowingSum, base: Any) -> Any:
    """Evaluate a sum at whatever an expression is evaluated on."""
    if isinstance(base, acb):
        return total.complex(base)
    if isinstance(base, arb_series):
        return total.series(base)
    return base.at_polynomial(total) if isinstance(base, Tail) else total(arb(base))


def _power_law(exponent: Any, least: Any, order: Any, at: Any, rest: Any) -> Any:
    total = power_law_sum(exponent, int(least), int(order))
    return total.below_one(rest) if isinstance(rest, Tail) else _evaluated(total, at)


def _method(name: str) -> Callable[[Any], Any]:
    return lambda value: getattr(value if hasattr(value, name) else arb(value), name)()


def _whole_power(base: Any, exponent: int) -> Any:
    """Raise to a whole power; FLINT has none of a ball around 0, which is multiplied out."""
    first = base[0] if isinstance(base, arb_series) else base
    return by_squares(base, exponent) if isinstance(first, arb) and first.contains(arb(0)) else base**exponent


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(base, (int, fmpq)):
        base = arb(base)
    if isinstance(base, acb) and not base.real > 0:
        return acb("nan")
    if isinstance(exponent, fmpq) and isinstance(base, arb) and base.contains(arb(0)):
        return power_from_zero(base, exponent)
    return base**exponent


_NAMES: Names = {
    **TRANSFORMS,
    "PowerLawSum": _power_law,
    "pi": arb.pi,
    "infinity": arb.pos_inf,
    "unknown": arb.nan,
    "exp": _method("exp"),
    "log": _method("log"),
    "power": _power,
    "whole_power": _whole_power,
    "inverse": lambda value: fmpq(1) / value,
    "lambertw": lambda value, branch: arb(value).lambertw(branch),
    "root_of": root_of,
    "Digamma": lambda value: arb(value).digamma(),
    "rational": lru_cache(maxsize=_CONSTANTS)(lambda p, q=1: fmpq(p, q)),
}


class _Balls(Arithmetic):
    """Enclosures at the current precision of FLINT."""

    names = _NAMES

    @property
    def precision(self) -> int:
        return int(ctx.prec)

    def constant(self, value: sp.Expr) -> arb:
        """Enclose a constant expression at the current precision.

        >>> ball_of(sp.Rational(1, 3))
        [0.333333333333333 +/- 3.71e-16]
        """
        return arb(rational(value) if value.is_Rational else self.compile(value, ())())

    def value(self, function: Callable[..., Any], arguments: Sequence[Any]) -> arb:
        return arb(function(*arguments))

    def taylors(self, function: Callable[..., Any], point: Any, count: int, length: int, others: Sequence[Any] = ()) -> list[list[arb]]:
        return taylors(function, point, count, length, others)

    def prepared(self, expression: sp.Expr, variables: Sequence[sp.Symbol]) -> tuple[sp.Expr, Names]:
        """Make what is 0/0 at the value 0 of the first variable a function of its own."""
        functions: dict[str, Callable[..., Any]] = {}
        if not variables or not is_singular(expression, variables[0]):
            return expression, functions

        def name(part: sp.Expr, numerator: sp.Expr, order: int) -> sp.Expr:
            direct, above = (self.lambdified(formula, variables, {}) for formula in (part, numerator))
            functions[f"_regular_{len(functions)}"] = extended(direct, above, order)
            return sp.Function(f"_regular_{len(functions) - 1}")(*variables)

        return without_singular(expression, variables[0], name), functions

    def rewritten(self, plain: sp.Expr) -> sp.Expr:
        """Write e^-x as the inverse of e^x where both occur, for a division costs less; give sums of power laws 1 - z, too."""
        exponentials = {power.args[0]: power for power in plain.atoms(sp.exp)}
        falling = [argument for argument in exponentials if argument.could_extract_minus_sign() and -argument in exponentials]
        plain = plain.xreplace({exponentials[argument]: sp.Function("inverse")(exponentials[-argument]) for argument in falling})
        named = sp.Function("PowerLawSum")
        return plain.replace(PowerLawSum, lambda *arguments: named(*arguments, 1 - arguments[-1]))

    def polynomial(self, coefficients: Coefficients) -> Callable[[Any], Any]:
        total = SparseSum.of(coefficients)
        return lambda at: _evaluated(total, at)

    def integral(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return definite(function)

    def power_sum(self, coefficient: sp.Expr, variables: Sequence[sp.Symbol], degrees: range, shift: int) -> Callable[..., Any]:
        """Sum by `Terms`; a series whose coefficients move, or that is asked for off the real line, straight from its terms."""
        terms, term = _terms(coefficient, tuple(variables), degrees), self.compile(coefficient, variables)

        def one_by_one(at: Any, *values: Any) -> Any:
            parts = ((term(arb(k), *values), k + shift) for k in degrees if k + shift >= 0)
            return sum((weight * _whole_power(at, power) if power else weight for weight, power in parts), arb(0))

        def total(at: Any, *values: Any) -> Any:
            moving = isinstance(at, acb) or any(isinstance(value, (arb_series, acb)) for value in values)
            return one_by_one(at, *values) if moving else _evaluated(terms.table(*values).shifted(shift), at)

        return total


BALLS = _Balls()
ball_of = BALLS.constant


@cache
def _terms(coefficient: sp.Expr, variables: tuple[sp.Symbol, ...], degrees: range) -> Terms:
    """Compile the coefficients of a power sum; powers of the index itself are left to `Terms`."""
    index, *letters = variables
    powers = sorted((part for part in coefficient.atoms(sp.Pow) if part.base == index and not part.exp.has(index)), key=str)
    known = {power: sp.Dummy() for power in powers}
    term = compile_balls(coefficient.xreplace(known), [*variables, *known.values()])
    exponents = [compile_balls(power.exp, letters) for power in powers]
    return Terms(
        lambda k, *rest: arb(term(k, *rest)),
        lambda *values: [arb(exponent(*values)) for exponent in exponents],
        degrees.start,
        degrees.stop - 1,
    )


def compile_balls(expression: sp.Expr, variables: Sequence[sp.Symbol]) -> Callable[..., Any]:
    """Return a function of balls (or series, or tails) that encloses `expression` at the current precision.

    >>> from deanalysis.model.symbols import c, q
    >>> compile_balls(sp.exp(-c * q) / 3, [q, c])(arb(0), arb(5))
    [0.333333333333333 +/- 3.71e-16]
    """
    return BALLS.compile(expression, variables)
