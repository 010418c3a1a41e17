"""Numbers that leave a solver: correctly rounded digits, with an enclosure rounded outward."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flint import arb, ctx, fmpz

from ..errors import InputError

__all__ = ["Number", "check_digits", "number", "prove_number"]

_GUARD_BITS = 40
_ATTEMPTS = 10


@dataclass(frozen=True, eq=False)
class Number:
    """A real number known to lie in [low, high]; `text` holds only digits that are right (correctly rounded), 'nan' where none is.

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

    def _repr_latex_(self) -> str:
        mantissa, _, exponent = self.text.partition("e")
        return f"${mantissa}$" if not exponent else f"${mantissa}\\times 10^{{{int(exponent)}}}$"

    @property
    def digits(self) -> int:
        """How many significant digits are proved."""
        return 0 if self.text == "nan" else len(self.text.partition("e")[0].replace(".", "").replace("-", "").lstrip("0")) or 1

    def has(self, digits: int) -> bool:
        """Whether that many digits are proved; an exact zero has all of them."""
        return self.digits >= digits or self.text == self.low == self.high == "0"

    @property
    def _is_plain(self) -> bool:
        """Whether floats hold the number and its enclosure: at most 15 digits, and neither under- nor overflow."""
        sizes = (abs(Decimal(end)) for end in (self.text, self.low, self.high) if end != "nan")
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


def check_digits(digits: int) -> int:
    """Return `digits` if it is from 1 to 10000."""
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= 10_000:
        raise InputError("--digits", "must be a whole number from 1 to 10000", given=digits)
    return digits


def prove_number(compute: Callable[[], arb], digits: int) -> Number:
    """Evaluate at rising precision until `digits` digits are proved, or as many as can be.

    `compute` returns an enclosure at the current precision.
    """
    for attempt in range(_ATTEMPTS):
        with ctx.workprec(int(digits * 3.33) + _GUARD_BITS * 2**attempt):
            ball = compute()
        if found := _rounded(ball, digits):
            return found
        if attempt > 2 and not ball.is_finite():
            break
    return number(ball, digits)


def number(ball: arb, digits: int) -> Number:
    """Return the digits that a ball proves, at most `digits` of them.

    >>> number(arb(1) / 3, 5)
    0.33333
    """
    if not ball.is_finite():
        return Number("nan", "-inf", "inf")
    for fewer in range(digits, 0, -max(1, digits // 50)):
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
    low, high = _ends(ball)
    if low == 0 and high == 0:
        return Number("0", "0", "0")
    text = _decimal(low, digits, 0)
    if text != _decimal(high, digits, 0):
        return None
    return Number(text, _decimal(low, digits, -1), _decimal(high, digits, 1))


def _decimal(value: arb, digits: int, direction: int) -> str:
    """Write an exact dyadic number with `digits` significant digits, rounded down (-1), to nearest (0) or up (1)."""
    mantissa, exponent = (int(part) for part in value.man_exp())
    if mantissa == 0:
        return "0"
    sign = -1 if mantissa < 0 else 1
    numerator, denominator = (abs(mantissa) << exponent, 1) if exponent >= 0 else (abs(mantissa), 1 << -exponent)
    place = _leading_place(numerator, denominator) - digits + 1
    numerator, denominator = numerator * 10 ** max(-place, 0), denominator * 10 ** max(place, 0)
    quotient, rest = divmod(numerator, denominator)
    if direction == 0:
        quotient += 2 * rest >= denominator
    elif direction == sign:
        quotient += rest > 0
    if quotient == 10**digits:
        quotient, place = quotient // 10, place + 1
    return ("-" if sign < 0 else "") + _place_point(str(fmpz(quotient)), place)


def _leading_place(numerator: int, denominator: int) -> int:
    """Return floor(log10(numerator/denominator))."""
    guess = int((numerator.bit_length() - denominator.bit_length()) * 0.30103) - 2
    while numerator >= denominator * 10 ** (guess + 1) if guess >= -1 else numerator * 10 ** (-guess - 1) >= denominator:
        guess += 1
    return guess


def _place_point(digits: str, place: int) -> str:
    """Write digits x 10^place as people do: plainly where it is short, else with an exponent."""
    leading = len(digits) + place - 1
    if -5 <= leading < len(digits):
        if leading < 0:
            return "0." + "0" * (-leading - 1) + digits
        whole, fraction = digits[: leading + 1], digits[leading + 1 :]
        return f"{whole}.{fraction}" if fraction else whole
    return f"{digits[0]}.{digits[1:] or '0'}e{leading:+03d}"
