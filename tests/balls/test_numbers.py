"""Digits are right to the last printed one, and enclosures are rounded outward."""

from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given, strategies as st

from deanalysis import InputError
from deanalysis.balls.numbers import Number, check_digits, number, prove_number, prove_numbers


@given(st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**15), st.integers(1, 40))
def test_rational_numbers(value: Fraction, digits: int) -> None:
    found = prove_number(lambda: arb(value.numerator) / value.denominator, digits)
    text, low, high = (Fraction(part) for part in (found.text, found.low, found.high))
    assert low <= value <= high
    if value:
        unit = abs(value) * Fraction(10) ** (1 - digits)
        assert abs(text - value) <= unit / 2 * Fraction(101, 100)
        assert high - low <= 2 * unit


@given(st.integers(-(2**70), 2**70).filter(bool), st.integers(-3000, 3000), st.integers(1, 30))
def test_exact_numbers_of_any_size(mantissa: int, exponent: int, digits: int) -> None:
    with ctx.workprec(80):
        found = number(arb(mantissa) * arb(2) ** exponent, digits)
    value = mantissa * Fraction(2) ** exponent
    text, low, high = (Fraction(part) for part in (found.text, found.low, found.high))
    assert low <= value <= high
    assert text in (low, high)
    assert abs(text - value) <= (high - low) / 2
    assert high - low <= abs(value) * Fraction(10) ** (1 - digits)
    assert found.digits == digits


def test_a_tie_is_rounded_away_from_zero() -> None:
    assert number(arb(0.125), 2) == Number("0.13", "0.12", "0.13")
    assert number(arb(-0.125), 2) == Number("-0.13", "-0.13", "-0.12")
    assert number(arb(0.125), 3) == Number("0.125", "0.125", "0.125")


@pytest.mark.parametrize(("exact", "digits", "text"), [("0.025", 1, "0.03"), ("-0.125", 2, "-0.13"), ("999.5", 3, "1.00e+03")])
def test_what_cannot_be_told_from_a_tie_is_rounded_away_from_zero(exact: str, digits: int, text: str) -> None:
    """x/3 * 3 is x, but no ball of any size says so."""
    value = Fraction(exact)
    found = prove_number(lambda: arb(value.numerator) / value.denominator / 3 * 3, digits)
    assert found.text == text
    assert Fraction(found.low) < value < Fraction(found.high)


def test_what_is_near_a_tie_but_is_none_is_told_from_it() -> None:
    for shift, text in ((-(2.0**-200), "0.12"), (2.0**-200, "0.13")):
        assert prove_number(lambda shift=shift: (arb(1) / 3) * 3 / 8 + arb(shift), 2).text == text


def test_several_numbers_are_proved_together() -> None:
    third, half, unknown = prove_numbers(lambda: [arb(1) / 3, arb(0.5), arb(0, 1)], 20)
    assert (third.text, half.text, unknown.text) == ("0." + "3" * 20, "0.5" + "0" * 19, "nan")


def test_an_uncertain_ball_shows_only_what_it_proves() -> None:
    assert number(arb(1.2345, 0.01), 15).text == "1.2"
    assert number(arb(0, 0.5), 15).text == "nan"
    assert number(arb(0, 0.5), 15).enclosure() == pytest.approx([-0.5, 0.5], rel=0.01)
    assert number(arb("nan"), 15).json() is None


def test_carry_and_small_numbers() -> None:
    with ctx.workprec(80):
        assert number(arb("0.99999999999999999"), 5).text == "1.0000"
        assert number(arb("1e-30"), 5).text == "1.0000e-30"
        assert number(arb("0.00012345"), 3).text == "0.000123"
        assert number(arb("123456789"), 3).text == "1.23e+08"


@pytest.mark.parametrize("digits", [15, 50, 1000, 10_000])
def test_all_digits_of_a_root(digits: int) -> None:
    found = prove_number(lambda: arb(2).sqrt(), digits)
    with mpmath.workdps(digits + 30):
        assert found.text == mpmath.nstr(mpmath.sqrt(2), digits, strip_zeros=False)


def test_json_reads_back() -> None:
    for digits in (10, 15, 30):
        found = prove_number(lambda: arb(2).sqrt(), digits)
        assert Number.from_json(found.json(), found.enclosure()) == found


@pytest.mark.parametrize("digits", [0, -1, 10_001, True, 1.5])
def test_digits_have_bounds(digits: object) -> None:
    with pytest.raises(InputError, match="digits"):
        check_digits(digits)


def test_what_has_no_bound_has_no_digits() -> None:
    for ball in (arb(0, "inf"), arb("nan"), arb("inf")):
        assert str(number(ball, 60)) == str(prove_numbers(lambda ball=ball: [ball], 60)[0]) == "nan"
