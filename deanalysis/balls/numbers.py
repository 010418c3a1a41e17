"""Numbers that leave a solver: correctly rounded digits, with an enclosure rounded outward."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from math import floor, log10
from typing import Any

from flint import arb, ctx, fmpz

from ..checks import check_count

_BITS_PER_DIGIT = 3.33
"""A little more than log2(10)."""

_GUARD_BITS, _ATTEMPTS = 40, 10
"""Bits beyond the digits in the first attempt, which suffice for most formulas, and how often they are doubled: 20,000 in the last."""

_TIE_BITS, _PATIENCE = 64, 3
"""What is known to so many bits more than its digits, and still not rounded, is a tie; attempts after which that is asked, and given up
where a value is infinite."""

_MOST_DIGITS = 10_000
"""Digits that may be asked for; whoever asks for more has mistyped."""


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

    @property
    def is_enclosed(self) -> bool:
        """Whether the number has finite ends: one without proof has none."""
        return "inf" not in self.high

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
            return arb(self.low) if self.low == self.high else arb(self.low).union(arb(self.high))

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
        if not self.is_enclosed:
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
        patient = attempt >= _PATIENCE
        for i, ball in enumerate(balls):
            if i not in proved and (rounded := _rounded(ball, digits) or (_tied(ball, digits) if patient else None)):
                proved[i] = rounded
        if all(i in proved or (patient and not ball.is_finite()) for i, ball in enumerate(balls)):
            break
    return [proved.get(i) or number(ball, digits) for i, ball in enumerate(balls)]


def number(ball: arb, digits: int) -> Number:
    """Return the digits that a ball proves, at most `digits` of them.

    >>> number(arb(1) / 3, 5)
    0.33333
    """
    if not ball.is_finite():
        return Number("nan", "-inf", "inf")
    if rounded := _rounded(ball, digits) or _tied(ball, digits):
        return rounded
    for fewer in range(digits - 1, 0, -max(1, digits // 50)):
        if rounded := _rounded(ball, fewer):
            return rounded
    return _shown(Decimal("nan"), *_ends(ball, 3), 3)


def _ends(ball: arb, digits: int) -> tuple[Decimal, Decimal]:
    """Return the ends of a ball, to be rounded to at most so many digits."""
    with ctx.workprec(ball.bits() + 64):
        return _decimal(ball.lower(), digits), _decimal(ball.upper(), digits)


def _decimal(value: arb, digits: int) -> Decimal:
    """Return an exact dyadic number cut after more than so many digits; a last digit 1 in place of what is cut off rounds as that does."""
    mantissa, exponent = value.man_exp()
    place = floor((mantissa.bit_length() + int(exponent) - 1) * log10(2)) - digits - 1
    above = abs(mantissa) * fmpz(10) ** max(-place, 0) << max(int(exponent), 0)
    whole, rest = divmod(above, fmpz(10) ** max(place, 0) << max(-int(exponent), 0))
    return Decimal(f"{'-' if mantissa < 0 else ''}{whole}{int(rest != 0)}e{place - 1}")


def _round(value: Decimal, digits: int, rounding: str) -> Decimal:
    return Context(digits, rounding, MIN_EMIN, MAX_EMAX).plus(value)


def _rounded(ball: arb, digits: int) -> Number | None:
    if not ball.is_finite():
        return None
    ends = _ends(ball, digits)
    nearest, other = (_round(end, digits, ROUND_HALF_UP) for end in ends)
    return _shown(nearest, *ends, digits) if nearest == other else None


def _tied(ball: arb, digits: int) -> Number | None:
    """Round away from 0 what cannot be told from the middle between two numbers of that many digits, with far more bits than they have."""
    if not ball.is_finite() or ball.rel_accuracy_bits() < digits * _BITS_PER_DIGIT + _TIE_BITS:
        return None
    low, high = _ends(ball, digits)
    if _round(low, digits, ROUND_DOWN) != _round(high, digits, ROUND_DOWN):
        return None
    return _shown(max((_round(end, digits, ROUND_HALF_UP) for end in (low, high)), key=Decimal.copy_abs), low, high, digits)


def _shown(nearest: Decimal, low: Decimal, high: Decimal, digits: int) -> Number:
    outward = _round(low, digits, ROUND_FLOOR), _round(high, digits, ROUND_CEILING)
    return Number(*(_text(value, digits) for value in (nearest, *outward)))


def _text(value: Decimal, digits: int) -> str:
    """Write all digits, trailing zeros too, as people do: plainly where it is short, else with an exponent."""
    if value == 0 or not value.is_finite():
        return "nan" if value.is_nan() else "0"
    sign, (mantissa, exponent) = "-" if value < 0 else "", f"{value.copy_abs():.{digits - 1}E}".split("E")
    whole, leading = mantissa.replace(".", ""), int(exponent)
    if -5 <= leading < 0:
        return f"{sign}0.{'0' * (-leading - 1)}{whole}"
    if 0 <= leading < digits:
        return f"{sign}{whole[: leading + 1]}.{whole[leading + 1 :]}".rstrip(".")
    return f"{sign}{mantissa}e{leading:+03d}"
