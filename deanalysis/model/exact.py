"""Numbers as they are meant: "0.5102" is 5102/10000, and an expression is bound to values only by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from numbers import Rational, Real
from typing import Any, NamedTuple, Self, TypeAlias

import sympy as sp
from sympy.printing.precedence import precedence
from sympy.printing.str import StrPrinter

from ..checks import check_magnitude, power, require_between, require_positive, require_whole
from ..errors import InputError
from .grammar import Scanner, parse_expression
from .symbols import letter, x

Value: TypeAlias = int | float | str | Fraction | Decimal | sp.Expr
_CONSTANTS = {letter("e"): sp.E, letter("E"): sp.E, letter("pi"): sp.pi}
_PLACES, _PLACES_OF_SUM = 17, 30
"""Most places of a decimal that is shown in place of a fraction, and of a sum of decimals, each of which may have 17 digits."""


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
        plain = (symbol for symbol in value.free_symbols if symbol == sp.Symbol(symbol.name))
        value = value.xreplace({symbol: x if symbol.name == x.name else letter(symbol.name) for symbol in plain})
        return sp.nsimplify(value, rational=True) if value.has(sp.Float) else value
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise InputError(argument, "must be a number or an expression", given=value)
    if isinstance(value, Rational):
        return sp.Rational(int(value.numerator), int(value.denominator))
    if value != value or value in (float("inf"), float("-inf")):
        raise InputError(argument, "must be a finite number", given=value)
    return sp.Rational(str(value) if isinstance(value, Decimal) else repr(float(value)))


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

    _print_Half = _print_Rational  # noqa: N815  SymPy finds it by the name of its class

    def _print_Mul(self, expr: sp.Mul) -> str:
        number, rest = expr.as_coeff_Mul()
        written = None if number.is_Integer else _finite(number)
        return str(super()._print_Mul(expr)) if written is None else f"{written}*{self.parenthesize(rest, precedence(expr))}"


def _finite(number: sp.Expr, most: int = _PLACES) -> str | None:
    """Return a number as a decimal of few places, if it is one."""
    for places in range(most + 1 if number.is_Rational else 0):
        if 10**places % number.q == 0:
            return f"{Decimal(int(number * 10**places)).scaleb(-places):f}"
    return None


def settled(values: Sequence[sp.Expr], rounding: sp.Expr, normalize: bool, argument: str) -> list[sp.Expr]:
    """Return fractions that sum to 1: as they are or, to `normalize`, over a sum which the `rounding` of their digits keeps from 1.

    >>> settled([sp.Rational("0.333"), sp.Rational("0.666")], sp.Rational("0.001"), True, "the fractions")
    [1/3, 2/3]
    """
    total = sp.Add(*values)
    excess = sp.expand(total - 1)
    if excess == 0 or excess.free_symbols:
        return list(values)
    explained = bool(abs(excess) <= rounding)
    if explained and normalize:
        return [value / total for value in values]
    remedy = "give `normalize` to divide by it: rounding explains it" if explained else ""
    raise InputError(argument, "must sum to 1", given=_finite(total, _PLACES_OF_SUM) or total, remedy=remedy)


def rounding_of(value: Value) -> sp.Expr:
    """Return half a unit in the last place of each decimal in which a number is stated, added up; 0 where there is none.

    >>> rounding_of("0.40"), rounding_of(0.25), rounding_of("2/3")
    (1/200, 1/200, 0)
    """
    if not isinstance(value, (str, float, Decimal)):
        return sp.S.Zero
    scanner = Scanner(str(value), "a number")
    scanner.expression()
    return scanner.rounding


def bindings(values: Mapping[str, Value], *, limits: bool = False) -> dict[sp.Symbol, sp.Expr]:
    """Return letters with their exact, positive values, as `--set NAME=VALUE` or keyword arguments give them.

    With `limits` a letter may be 0, too: what falls to 0.

    >>> bindings({"c": 5, "R": "2.6"})
    {c: 5, R: 13/5}
    """
    numbers = {name: exact_number(value, name) for name, value in values.items()}
    return {letter(name): number if limits and number == 0 else require_positive(number, name) for name, number in numbers.items()}


def bind(expression: sp.Expr, bound: Mapping[sp.Symbol, sp.Expr], argument: str = "an expression") -> sp.Expr:
    """Put exact values in place of letters; every power is checked before it is carried out."""
    return check_magnitude(_replaced(expression, bound, argument), argument) if bound else expression


def _replaced(expression: sp.Expr, bound: Mapping[sp.Symbol, sp.Expr], argument: str) -> sp.Expr:
    if not expression.free_symbols & set(bound):
        return expression
    if expression.is_Symbol:
        return bound[expression]
    replaced = [_replaced(inner, bound, argument) for inner in expression.args]
    return power(replaced[0], replaced[1], argument) if expression.is_Pow else expression.func(*replaced)


def _bound_within(value: Any, bound: Mapping[sp.Symbol, sp.Expr]) -> Any:
    """Bind letters in an expression, in whatever can `bind`, and in tuples and mappings of such."""
    if isinstance(value, sp.Expr):
        return bind(value, bound)
    if isinstance(value, tuple):
        return tuple(_bound_within(held, bound) for held in value)
    if isinstance(value, Mapping):
        return {name: _bound_within(held, bound) for name, held in value.items()}
    return value.bind(bound) if hasattr(value, "bind") else value


def letters_within(value: Any) -> frozenset[sp.Symbol]:
    """Return the letters, beside x, of an expression, of whatever has `letters`, and of tuples and mappings of such."""
    if isinstance(value, (tuple, Mapping)):
        return frozenset().union(*map(letters_within, value.values() if isinstance(value, Mapping) else value))
    return frozenset(value.free_symbols - {x} if isinstance(value, sp.Expr) else getattr(value, "letters", ()))


class Limit(NamedTuple):
    """The requirement low <= expression <= high; no upper limit where `high` is None."""

    expression: sp.Expr
    low: int
    high: int | None


def _limits_within(value: Any, low: int, high: int | None) -> list[Limit]:
    if isinstance(value, tuple):
        return [limit for held in value for limit in _limits_within(held, 0, 1)]
    return [Limit(value, low, high)] if isinstance(value, sp.Expr) else getattr(value, "limits", [])


class _Check(NamedTuple):
    """How the number in a field is checked: what errors call it ({self} is who holds it), by what, and where letters must keep it."""

    argument: str
    check: Callable[..., sp.Expr]
    low: int
    high: int | None = None


def positive(argument: str, low: int = 0) -> dict[str, _Check]:
    """Return the metadata of a field of a `Stated` that holds a positive number; letters keep it above `low`."""
    return {"check": _Check(argument, require_positive, low)}


def whole(argument: str) -> dict[str, _Check]:
    """Return the metadata of a field of a `Stated` that holds a whole number from 1 on."""
    return {"check": _Check(argument, partial(require_whole, least=1), 1)}


def between(argument: str, low: int, high: int, *, open_low: bool = False) -> dict[str, _Check]:
    """Return the metadata of a field of a `Stated` that holds a number in [low, high], or in (low, high]."""
    return {"check": _Check(argument, partial(require_between, low=low, high=high, open_low=open_low), low, high)}


@dataclass(frozen=True)
class Stated:
    """A base of frozen dataclasses that state something in letters; a subclass has `_latex`, which SymPy's printers look for.

    A field whose metadata are `positive`, `whole` or `between` is made exact and checked.
    """

    def __post_init__(self) -> None:
        for field in fields(self):
            value, check = getattr(self, field.name), field.metadata.get("check")
            if check and not (value is None and field.default is None):
                argument = check.argument.format(self=self)
                self._set(field.name, check.check(exact(value, argument), argument=argument))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return letters_within(tuple(getattr(self, field.name) for field in fields(self)))

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together: a number lies between its ends, is a share in a tuple, and else positive."""
        limits: list[Limit] = []
        for field in fields(self):
            check = field.metadata.get("check")
            limits += _limits_within(getattr(self, field.name), *((check.low, check.high) if check else (0, None)))
        return limits

    def at(self, **values: Value) -> Self:
        """Return a copy with letters bound by name, exactly: `ensemble.at(c=5, R="2.6")`."""
        return self.bind(bindings(values))

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound; the new values are checked as the old ones were."""
        if not self.letters & set(bound):
            return self
        return replace(self, **{field.name: _bound_within(getattr(self, field.name), bound) for field in fields(self) if field.init})

    def _repr_latex_(self) -> str:
        return f"${sp.latex(self)}$"
