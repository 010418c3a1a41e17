"""Numbers as they are meant: "0.5102" is 5102/10000, and an expression is bound to values only by name."""

from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from typing import Any, Self, TypeAlias, TypeVar

import sympy as sp
from sympy.printing.precedence import precedence
from sympy.printing.str import StrPrinter

from ..checks import check_magnitude, power, require_positive
from ..errors import InputError
from .grammar import parse_expression
from .symbols import letter, x

__all__ = ["Stated", "Value", "bind", "bind_fields", "bindings", "decimal", "exact", "exact_number", "letters_within"]

Value: TypeAlias = int | float | str | Fraction | Decimal | sp.Expr
_Held = TypeVar("_Held")
_CONSTANTS = {letter("e"): sp.E, letter("E"): sp.E, letter("pi"): sp.pi}

_PLACES = 17


def exact(value: Value, argument: str = "a value") -> sp.Expr:
    """Return `value` as an exact SymPy expression; text is parsed, a float is read as its shortest decimal.

    A symbol of which nothing is assumed is the letter of that name, which is positive.

    >>> exact("0.5102"), exact(2.6), exact("c/2")
    (2551/5000, 13/5, c/2)
    >>> exact(2 * sp.Symbol("c")) == exact("2*c")
    True
    """
    if isinstance(value, str):
        return parse_expression(value, argument)
    if isinstance(value, sp.Expr):
        if value.has(sp.nan, sp.oo, -sp.oo, sp.zoo) or value.has(sp.I):
            raise InputError(argument, "must be a finite real number", given=value)
        value = value.xreplace({plain: x if plain.name == x.name else letter(plain.name) for plain in value.free_symbols if _plain(plain)})
        return sp.nsimplify(value, rational=True) if value.has(sp.Float) else value
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise InputError(argument, "must be a number or an expression", given=value)
    if isinstance(value, Integral):
        return sp.Integer(int(value))
    if isinstance(value, Decimal) and value.is_finite():
        return sp.Rational(str(value))
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    if value != value or value in (float("inf"), float("-inf")):
        raise InputError(argument, "must be a finite number", given=value)
    return sp.Rational(repr(float(value)))


def _plain(symbol: sp.Basic) -> bool:
    """Whether a symbol is one that a user made without assumptions."""
    return type(symbol) is sp.Symbol and symbol.assumptions0 == {"commutative": True}


def exact_number(value: Value, argument: str = "a value") -> sp.Expr:
    """Return `value` as an exact number; in text, e (or E) and pi are the constants. `InputError` where it holds letters.

    >>> exact_number("1e3"), exact_number("E"), exact_number("2*pi")
    (1000, E, 2*pi)
    """
    number = exact(value, argument)
    if isinstance(value, str):
        number = bind(number, _CONSTANTS, argument)
    if number.free_symbols:
        raise InputError(argument, "must be a number", given=value)
    return number


def decimal(value: Value) -> str:
    """Return text in which numbers that are decimals are written so: what was typed as 2.6 is kept as 13/5.

    >>> decimal("13/5"), decimal("0.5102"), decimal("1/3"), decimal("18*G/5"), decimal("c^2/2")
    ('2.6', '0.5102', '1/3', '3.6*G', '0.5*c^2')
    """
    return str(_Decimals().doprint(exact(value))).replace("**", "^")


class _Decimals(StrPrinter):
    """Writes a fraction that has a finite decimal of few digits as that, alone and before what it multiplies."""

    def _print_Rational(self, expr: sp.Rational) -> str:
        return _finite(expr) or str(super()._print_Rational(expr))

    def _print_Half(self, expr: sp.Rational) -> str:
        return self._print_Rational(expr)

    def _print_Mul(self, expr: sp.Mul) -> str:
        number, rest = expr.as_coeff_Mul()
        written = None if number.is_Integer or not number.is_Rational else _finite(number)
        return str(super()._print_Mul(expr)) if written is None else f"{written}*{self.parenthesize(rest, precedence(expr))}"


def _finite(number: sp.Rational) -> str | None:
    """Return a fraction as a decimal of at most 17 digits, if it is one."""
    for places in range(1, _PLACES + 1):
        if 10**places % number.q == 0:
            return f"{Decimal(int(number * 10**places)).scaleb(-places):f}"
    return None


def bindings(values: Mapping[str, Value], *, limits: bool = False) -> dict[sp.Symbol, sp.Expr]:
    """Return letters with their exact, positive values, as `--set NAME=VALUE` or keyword arguments give them.

    With `limits` a letter may be 0, too: what falls to 0.

    >>> bindings({"c": 5, "R": "2.6"})
    {c: 5, R: 13/5}
    >>> bindings({"c": 5, "R": 0}, limits=True)
    {c: 5, R: 0}
    """
    bound = {}
    for name, value in values.items():
        number = exact_number(value, name)
        bound[letter(name)] = number if limits and number == 0 else require_positive(number, name)
    return bound


def bind(expression: sp.Expr, bound: Mapping[sp.Symbol, sp.Expr], argument: str = "an expression") -> sp.Expr:
    """Put exact values in place of letters; every power is checked before it is carried out."""
    return check_magnitude(_replaced(expression, bound, argument), argument) if bound else expression


def _replaced(expression: sp.Expr, bound: Mapping[sp.Symbol, sp.Expr], argument: str) -> sp.Expr:
    if not expression.free_symbols & set(bound):
        return expression
    if expression.is_Symbol:
        return bound[expression]
    parts = [_replaced(part, bound, argument) for part in expression.args]
    return power(parts[0], parts[1], argument) if expression.is_Pow else expression.func(*parts)


def bind_fields(value: _Held, bound: Mapping[sp.Symbol, sp.Expr]) -> _Held:
    """Return a copy of a dataclass with letters bound in its fields; the new values are checked as the old ones were."""
    held: Any = value
    return replace(held, **{field.name: _bound_within(getattr(held, field.name), bound) for field in fields(held) if field.init})


def _bound_within(value: Any, bound: Mapping[sp.Symbol, sp.Expr]) -> Any:
    """Bind letters in an expression, in whatever can `bind`, and in tuples and mappings of such."""
    if isinstance(value, sp.Expr):
        return bind(value, bound)
    if isinstance(value, tuple):
        return tuple(_bound_within(part, bound) for part in value)
    if isinstance(value, Mapping):
        return {name: _bound_within(part, bound) for name, part in value.items()}
    return value.bind(bound) if hasattr(value, "bind") else value


def letters_within(value: Any) -> frozenset[sp.Symbol]:
    """Return the letters of an expression, of whatever has `letters`, and of tuples and mappings of such.

    >>> c, R = letter("c"), letter("R")
    >>> sorted(letters_within((c / 2, (1, R + 1))), key=str)
    [R, c]
    """
    if isinstance(value, sp.Expr):
        return frozenset(value.free_symbols)
    if isinstance(value, (tuple, Mapping)):
        return frozenset().union(*map(letters_within, value.values() if isinstance(value, Mapping) else value))
    return frozenset(getattr(value, "letters", ()))


class Stated:
    """A base of frozen dataclasses that state something in letters: those of their fields, unless a subclass says otherwise."""

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        held: Any = self
        return letters_within(tuple(getattr(held, field.name) for field in fields(held)))

    def at(self, **values: Value) -> Self:
        """Return a copy with letters bound by name, exactly: `ensemble.at(c=5, R="2.6")`."""
        return self.bind(bindings(values))

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound; the new values are checked as the old ones were."""
        return bind_fields(self, bound) if self.letters & set(bound) else self
