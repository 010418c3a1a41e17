"""Numbers that leave a solver: correctly rounded digits, with an enclosure rounded outward."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import floor, log10
from typing import Any, NamedTuple

from flint import arb, ctx, fmpz

from ..checks import check_count

__all__ = ["ZERO", "Number", "check_digits", "number", "prove_number", "prove_numbers"]

_GUARD_BITS = 40
_BITS_PER_DIGIT, _TIE_BITS = 3.33, 64
_ATTEMPTS, _PATIENCE = 10, 3
_MOST_DIGITS = 10_000


@dataclass(frozen=True, eq=False)
class Number:
    """A real number known to lie in [low, high]; `text` holds only digits that are right (correctly rounded), 'nan' where none is.

    A tie between two roundings, so far as it is known to 64 bits more than the digits, is rounded away from 0. A numerical value, found
    without proof, has digits and no finite ends.

    >>> Number("2.4565", "2.4565", "2.4566")
    2.4565
    """

    text: str
    low: str
    high: str

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Number) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def _values(self) -> tuple[str | Decimal, ...]:
        """Return the exact values that count in comparisons: trailing zeros do not."""
        return "nan" if self.text == "nan" else Decimal(self.text), Decimal(self.low), Decimal(self.high)

    def __float__(self) -> float:
        return float(self.text)

    def __repr__(self) -> str:
        return self.text

    def mpf(self) -> Any:
        """Return the number as an mpmath value that holds all its digits.

        >>> print(Number("2.4565", "2.4565", "2.4566").mpf())
        2.4565
        """
        import mpmath

        with mpmath.workdps(max(self.digits, 15) + 5):
            return mpmath.mpf(self.text)

    def ball(self) -> arb:
        """Return the number as a ball of FLINT's that holds all of [low, high].

        >>> Number("2.4565", "2.4565", "2.4566").ball().contains(arb("2.45655"))
        True
        """
        with ctx.workprec(int(_BITS_PER_DIGIT * max(self.digits, 15)) + _GUARD_BITS):
            return arb(self.low).union(arb(self.high))

    @property
    def latex(self) -> str:
        """The number in LaTeX, without dollars."""
        mantissa, _, exponent = self.text.partition("e")
        return f"{mantissa}\\times 10^{{{int(exponent)}}}" if exponent else mantissa

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    @property
    def digits(self) -> int:
        """How many significant digits are proved."""
        return 0 if self.text == "nan" else len(self.text.partition("e")[0].replace(".", "").replace("-", "").lstrip("0")) or 1

    def has(self, digits: int) -> bool:
        """Whether that many digits are proved; an exact zero has all of them."""
        return self.digits >= digits or self.text == self.low == self.high == "0"

    @property
    def _is_plain(self) -> bool:
        """Whether floats hold the number and its enclosure, if it has one: at most 15 digits, and neither under- nor overflow."""
        sizes = (abs(Decimal(end)) for end in (self.text, self.low, self.high) if end not in ("nan", "-inf", "inf"))
        return self.digits <= 15 and all(size == 0 or 1e-300 < size < 1e300 for size in sizes)

    def json(self) -> float | str | None:
        """Return a JSON number, text where it has more than 15 digits or no float holds it, None where no digit is known."""
        if self.text == "nan":
            return None
        return float(self.text) if self._is_plain else self.text

    def enclosure(self) -> list[float | str] | None:
        """Return [low, high] in the same form; None where it is unbounded."""
        if "inf" in self.high:
            return None
        return [float(end) if self._is_plain else end for end in (self.low, self.high)]

    @classmethod
    def from_json(cls, value: float | str | None, enclosure: list[Any] | None) -> "Number":
        """Return the number that `json` and `enclosure` wrote."""
        low, high = enclosure if enclosure is not None else ("-inf", "inf")
        return cls(*(end if isinstance(end, str) else repr(end) for end in ("nan" if value is None else value, low, high)))


ZERO = Number("0", "0", "0")
"""Exactly zero."""


def check_digits(digits: int) -> int:
    """Return `digits` if it is from 1 to 10000."""
    return check_count(digits, 1, _MOST_DIGITS, "digits")


def prove_number(compute: Callable[[], arb], digits: int) -> Number:
    """Evaluate at rising precision until `digits` digits are proved, or as many as can be.

    `compute` returns an enclosure at the current precision.
    """
    return prove_numbers(lambda: [compute()], digits)[0]


def prove_numbers(compute: Callable[[], Sequence[arb]], digits: int) -> list[Number]:
    """Evaluate several numbers at once at rising precision until `digits` digits of each are proved, or as many as can be.

    >>> prove_numbers(lambda: [arb(1) / 3, arb(2).sqrt()], 5)
    [0.33333, 1.4142]
    """
    proved: dict[int, Number] = {}
    for attempt in range(_ATTEMPTS):
        with ctx.workprec(int(digits * _BITS_PER_DIGIT) + _GUARD_BITS * 2**attempt):
            balls = compute()
        open_ = [place for place in range(len(balls)) if place not in proved]
        patient = attempt >= _PATIENCE
        for place in open_:
            if found := _rounded(balls[place], digits) or (_tied(balls[place], digits) if patient else None):
                proved[place] = found
        if all(place in proved or (patient and not balls[place].is_finite()) for place in open_):
            break
    return [proved.get(place) or number(ball, digits) for place, ball in enumerate(balls)]


def number(ball: arb, digits: int) -> Number:
    """Return the digits that a ball proves, at most `digits` of them.

    >>> number(arb(1) / 3, 5)
    0.33333
    """
    if not ball.is_finite():
        return Number("nan", "-inf", "inf")
    if found := _rounded(ball, digits) or _tied(ball, digits):
        return found
    for fewer in range(digits - 1, 0, -max(1, digits // 50)):
        if found := _rounded(ball, fewer):
            return found
    low, high = _ends(ball)
    return Number("nan", _decimal(low, 3, -1), _decimal(high, 3, 1))


def _ends(ball: arb) -> tuple[arb, arb]:
    """Return exact ends of a ball: FLINT rounds them to the current precision."""
    with ctx.workprec(ball.bits() + 64):
        return ball.lower(), ball.upper()


def _rounded(ball: arb, digits: int) -> Number | None:
    if not ball.is_finite():
        return None
    low, high = (_scaled(end, digits) for end in _ends(ball))
    if low.sign == high.sign == 0:
        return Number("0", "0", "0")
    nearest = low.towards(0)
    if nearest != high.towards(0):
        return None
    text = nearest.text()
    return Number(text, *(text if end == nearest else end.text() for end in (low.towards(-1), high.towards(1))))


def _tied(ball: arb, digits: int) -> Number | None:
    """Round away from 0 what cannot be told from the middle between two numbers of that many digits, with far more bits than they have."""
    if not ball.is_finite() or ball.rel_accuracy_bits() < digits * _BITS_PER_DIGIT + _TIE_BITS:
        return None
    low, high = (_scaled(end, digits) for end in _ends(ball))
    if (low.sign, low.whole, low.place) != (high.sign, high.whole, high.place):
        return None
    away = max((low.towards(0), high.towards(0)), key=lambda end: end.whole * 10 ** (end.place - low.place))
    return Number(away.text(), low.towards(-1).text(), high.towards(1).text())


def _decimal(value: arb, digits: int, direction: int) -> str:
    """Write an exact dyadic number with `digits` significant digits, rounded down (-1), to nearest (0) or up (1)."""
    return _scaled(value, digits).towards(direction).text()


class _Decimal(NamedTuple):
    """The number sign x whole x 10^place."""

    sign: int
    whole: fmpz
    place: int

    def text(self) -> str:
        return ("-" if self.sign < 0 else "") + _place_point(str(self.whole), self.place) if self.sign else "0"


class _Scaled(NamedTuple):
    """A number between whole and whole + 1 units of sign x 10^place: `half` where it is at least in the middle, `exact` at whole itself."""

    sign: int
    whole: fmpz
    place: int
    half: bool
    exact: bool
    limit: fmpz

    def towards(self, direction: int) -> _Decimal:
        """Round down (-1), to nearest (0) or up (1)."""
        away = self.half if direction == 0 else direction == self.sign and not self.exact
        whole = self.whole + int(away)
        return _Decimal(self.sign, whole // 10, self.place + 1) if whole == self.limit else _Decimal(self.sign, whole, self.place)


def _scaled(value: arb, digits: int) -> _Scaled:
    """Write an exact dyadic number in units of the place of its last significant digit."""
    mantissa, exponent = value.man_exp()
    sign, limit = int(mantissa > 0) - int(mantissa < 0), _power_of_ten(digits)
    if not sign:
        return _Scaled(0, fmpz(0), 0, False, True, limit)
    place = _leading_place(abs(mantissa), int(exponent)) - digits + 1
    while True:
        twice, exact = _twice(abs(mantissa), int(exponent), place)
        if twice < 2 * limit and 10 * twice >= 2 * limit:
            return _Scaled(sign, twice >> 1, place, bool(twice % 2), exact, limit)
        place += 1 if twice >= 2 * limit else -1


def _twice(mantissa: fmpz, exponent: int, place: int) -> tuple[fmpz, bool]:
    """Return the whole part of 2 mantissa 2^exponent/10^place, and whether it is even and nothing is left."""
    above = mantissa * _power_of_ten(max(-place, 0)) << max(exponent + 1, 0)
    if place <= 0:
        twice = above >> max(-exponent - 1, 0)
        return twice, twice % 2 == 0 and twice << max(-exponent - 1, 0) == above
    twice, rest = divmod(above, _power_of_ten(place) << max(-exponent - 1, 0))
    return twice, twice % 2 == 0 and rest == 0


@lru_cache(maxsize=16)
def _power_of_ten(exponent: int) -> fmpz:
    return fmpz(10) ** exponent


def _leading_place(mantissa: fmpz, exponent: int) -> int:
    """Estimate floor(log10(mantissa 2^exponent)), to within one."""
    spare = max(mantissa.bit_length() - 53, 0)
    return floor(log10(int(mantissa >> spare)) + (exponent + spare) * log10(2))


def _place_point(digits: str, place: int) -> str:
    """Write digits x 10^place as people do: plainly where it is short, else with an exponent."""
    leading = len(digits) + place - 1
    if -5 <= leading < len(digits):
        if leading < 0:
            return "0." + "0" * (-leading - 1) + digits
        whole, fraction = digits[: leading + 1], digits[leading + 1 :]
        return f"{whole}.{fraction}" if fraction else whole
    point = "." if len(digits) > 1 else ""
    return f"{digits[0]}{point}{digits[1:]}e{leading:+03d}"
