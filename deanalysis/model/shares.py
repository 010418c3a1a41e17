"""Fractions that must sum to 1, and that may do so only up to the digits in which they are printed."""

import re
from collections.abc import Sequence
from decimal import Decimal

import sympy as sp

from ..errors import InputError
from .exact import Value

__all__ = ["rounding_of", "settled"]

_DECIMAL = re.compile(r"\s*[0-9]*\.?[0-9]*([eE][+-]?[0-9]{1,4})?\s*")
_PLACES = 30


def settled(values: Sequence[sp.Expr], rounding: sp.Expr, normalize: bool, argument: str) -> list[sp.Expr]:
    """Return fractions that sum to 1: as they are or, to `normalize`, over a sum which the `rounding` of their digits keeps from 1.

    >>> settled([sp.Rational("0.333"), sp.Rational("0.666")], sp.Rational("0.001"), True, "the fractions")
    [1/3, 2/3]
    >>> settled([sp.Rational("0.333"), sp.Rational("0.666")], sp.Rational("0.001"), False, "the fractions")
    Traceback (most recent call last):
    ...
    deanalysis.errors.InputError: the fractions must sum to 1, got '0.999'; give `normalize` to divide by it: rounding explains it
    """
    total = sp.Add(*values)
    excess = sp.expand(total - 1)
    if excess == 0 or excess.free_symbols:
        return list(values)
    explained = bool(abs(excess) <= rounding)
    if explained and normalize:
        return [value / total for value in values]
    remedy = "give `normalize` to divide by it: rounding explains it" if explained else ""
    raise InputError(argument, "must sum to 1", given=_decimal(total), remedy=remedy)


def rounding_of(value: Value) -> sp.Expr:
    """Return half a unit in the last place in which a decimal number is printed; 0 for what is no decimal number.

    >>> rounding_of("0.40"), rounding_of(0.25), rounding_of("2/3")
    (1/200, 1/200, 0)
    """
    if not isinstance(value, (str, float, Decimal)) or not _DECIMAL.fullmatch(str(value)) or not any(map(str.isdigit, str(value))):
        return sp.S.Zero
    exponent = Decimal(str(value)).as_tuple().exponent
    return sp.Rational(10) ** int(exponent) / 2 if int(exponent) < 0 else sp.S.Zero


def _decimal(number: sp.Expr) -> str:
    """Return a rational number as a decimal where it is a short one."""
    if number.is_Rational and (10**_PLACES) % number.q == 0:
        return f"{Decimal(int(number.p * (10**_PLACES // number.q))).scaleb(-_PLACES).normalize():f}"
    return str(number)
