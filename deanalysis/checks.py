"""Checks that a number is of the kind and size that is asked for."""

from numbers import Integral
from typing import Any, TypeVar

import sympy as sp

from .errors import InputError, shorten

_Kind = TypeVar("_Kind")
_LARGEST_EXPONENT, _LARGEST_POWER_BITS = 100_000, 100_000
"""Of e, in a number that is not written out, and bits of one that is: far beyond any model, and far from filling the memory."""
_LEAST, _MOST = sp.Rational("1e-100"), sp.Integer(10**6)
"""Between these a number is a mean or a size of a model: what lies outside is a slip, and makes sums of degrees endless."""


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


def check_count(value: Any, least: int, most: int, argument: str) -> int:
    """Return `value` as a Python integer if it is a whole number from `least` to `most`, also one of NumPy or SymPy or a float like 1e5.

    >>> check_count(3, 0, 10, "rounds"), check_count(1e5, 1, 10**6, "skills")
    (3, 100000)
    """
    is_whole = isinstance(value, (Integral, sp.Integer)) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not is_whole or not least <= value <= most:
        raise InputError(argument, f"must be a whole number from {least} to {most}", given=value)
    return int(value)


def require_kind(value: _Kind, kind: type[_Kind] | tuple[type[_Kind], ...], argument: str, meant: str) -> _Kind:
    """Return `value` if it is of a kind; `meant` says what that is in words.

    >>> require_kind(3, int, "the degree", "a whole number")
    3
    """
    if not isinstance(value, kind):
        raise InputError(argument, f"must be {meant}", given=value)
    return value


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


def require_positive(value: sp.Expr, argument: str) -> sp.Expr:
    """Return `value` unless it is surely not positive and finite; one that holds letters may still turn out either way."""
    check_magnitude(value, argument)
    known = not value.free_symbols
    if value.is_positive is False or value.is_finite is False or (known and not _is_positive(value)):
        raise InputError(argument, "must be positive and finite", given=value)
    if known and not _LEAST <= value <= _MOST:
        raise InputError(argument, "must lie between 1e-100 and 1e6", given=value)
    return value


def _is_positive(value: sp.Expr) -> bool:
    """Whether a number is positive, by its form or, of sums without a closed form in it, by its digits."""
    return bool(value.is_positive or (value > 0) == True)  # noqa: E712 (SymPy relations are three-valued)


def require_between(value: sp.Expr, low: int, high: int, argument: str, *, open_low: bool = False) -> sp.Expr:
    """Return `value` unless it surely lies outside [low, high] (or (low, high])."""
    check_magnitude(value, argument)
    if not value.free_symbols and value.is_real is not True:
        raise InputError(argument, "must be a real number", given=value)
    below = value <= low if open_low else value < low
    if below == True or (value > high) == True:  # noqa: E712 (SymPy relations are three-valued)
        raise InputError(argument, f"must lie in {'(' if open_low else '['}{low}, {high}]", given=value)
    return value


def require_whole(value: sp.Expr, least: int, argument: str) -> sp.Expr:
    """Return `value` unless it is surely not a whole number of at least `least`."""
    if not value.free_symbols and not (value.is_Integer and value >= least):
        raise InputError(argument, f"must be a whole number of at least {least}", given=value)
    return value
