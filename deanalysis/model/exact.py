"""Numbers as they are meant: "0.5102" is 5102/10000, and an expression is bound to values only by name."""

from collections.abc import Mapping
from fractions import Fraction
from numbers import Integral, Real
from typing import TypeAlias

import sympy as sp

from ..errors import InputError, shorten
from .symbols import letter

__all__ = ["Value", "bind", "bindings", "check_magnitude", "exact", "require_between", "require_positive", "require_whole"]

Value: TypeAlias = int | float | str | Fraction | sp.Expr
_LARGEST_EXPONENT = 100_000
_LARGEST_POWER_BITS = 100_000


def exact(value: Value, argument: str = "a value") -> sp.Expr:
    """Return `value` as an exact SymPy expression; text is parsed, a float is read as its shortest decimal.

    >>> exact("0.5102"), exact(2.6), exact("c/2")
    (2551/5000, 13/5, c/2)
    """
    if isinstance(value, str):
        from .grammar import parse_expression

        return parse_expression(value, argument)
    if isinstance(value, sp.Expr):
        if value.has(sp.nan, sp.oo, -sp.oo, sp.zoo) or value.has(sp.I):
            raise InputError(argument, "must be a finite real number", given=value)
        return sp.nsimplify(value, rational=True) if value.has(sp.Float) else value
    if isinstance(value, bool) or not isinstance(value, (Real, Fraction)):
        raise InputError(argument, "must be a number or an expression", given=value)
    if isinstance(value, Integral):
        return sp.Integer(int(value))
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    if value != value or value in (float("inf"), float("-inf")):
        raise InputError(argument, "must be a finite number", given=value)
    return sp.Rational(repr(float(value)))


def check_magnitude(expression: sp.Expr, argument: str) -> sp.Expr:
    """Refuse numbers whose size alone would exhaust the machine, such as 9^9^9^9 or exp(exp(exp(9)))."""
    for part in sp.postorder_traversal(expression):
        if isinstance(part, (sp.exp, sp.Pow)) and part.is_number and not part.is_Rational:
            base, power = part.as_base_exp()
            size = abs(power.evalf(15)) * abs(sp.log(abs(base)).evalf(15))
            if not size.is_finite or size > _LARGEST_EXPONENT:
                raise InputError(argument, f"must stay below e^{_LARGEST_EXPONENT}", given=shorten(part)[1:-1])
    if expression.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise InputError(argument, "must be finite", given=expression)
    return expression


def power(base: sp.Expr, exponent: sp.Expr, argument: str) -> sp.Expr:
    """Raise `base` to `exponent`, refusing exact integers too long to hold."""
    if base.is_Rational and exponent.is_Rational:
        bits = max(abs(base.p), abs(base.q)).bit_length()
        if abs(exponent) * bits > _LARGEST_POWER_BITS or exponent.q > 1000:
            raise InputError(argument, "holds a power too large to write out", given=f"{base}^{exponent}")
        if base == 0 and exponent <= 0:
            raise InputError(argument, "must be finite", given=f"0^{exponent}")
    result = base**exponent
    if result.has(sp.I):
        raise InputError(argument, "must be a real number", given=f"({base})^({exponent})")
    return result


def bindings(values: Mapping[str, Value]) -> dict[sp.Symbol, sp.Expr]:
    """Return letters with their exact, positive values, as `--set NAME=VALUE` or keyword arguments give them.

    >>> bindings({"c": 5, "R": "2.6"})
    {c: 5, R: 13/5}
    """
    bound = {}
    for name, value in values.items():
        number = exact(value, name)
        if number.free_symbols:
            raise InputError(name, "must be bound to a number", given=value)
        bound[letter(name)] = require_positive(number, name)
    return bound


def bind(expression: sp.Expr, bound: Mapping[sp.Symbol, sp.Expr], argument: str = "an expression") -> sp.Expr:
    """Put exact values in place of letters."""
    return check_magnitude(expression.xreplace(dict(bound)), argument) if bound else expression


def require_positive(value: sp.Expr, argument: str) -> sp.Expr:
    """Return `value` unless it is surely not positive and finite; one that holds letters may still turn out either way."""
    check_magnitude(value, argument)
    known = not value.free_symbols
    if value.is_positive is False or value.is_finite is False or (known and value.is_positive is not True):
        raise InputError(argument, "must be positive and finite", given=value)
    return value


def require_between(value: sp.Expr, low: int, high: int, argument: str, *, open_low: bool = False) -> sp.Expr:
    """Return `value` unless it surely lies outside [low, high] (or (low, high])."""
    check_magnitude(value, argument)
    below = value <= low if open_low else value < low
    if below == True or (value > high) == True:  # noqa: E712 (SymPy relations are three-valued)
        raise InputError(argument, f"must lie in {'(' if open_low else '['}{low}, {high}]", given=value)
    if not value.free_symbols and value.is_real is not True:
        raise InputError(argument, "must be a real number", given=value)
    return value


def require_whole(value: sp.Expr, least: int, argument: str) -> sp.Expr:
    """Return `value` unless it is surely not a whole number of at least `least`."""
    if not value.free_symbols and not (value.is_Integer and value >= least):
        raise InputError(argument, f"must be a whole number of at least {least}", given=value)
    return value
