"""The grammar reads what people write, exactly, and nothing else."""

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from deanalysis import InputError, c, parse_law, parse_learner
from deanalysis.model.exact import exact
from deanalysis.model.grammar import parse_expression


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2", sp.Rational(3, 10)),
        ("1e-6", sp.Rational(1, 10**6)),
        ("-2^2", sp.Integer(-4)),
        ("2^3^2", sp.Integer(512)),
        ("2**-1", sp.Rational(1, 2)),
        ("1 - -1", sp.Integer(2)),
        ("6/2/3", sp.Integer(1)),
        (".5*c", c / 2),
        ("sqrt(c)*exp(-c)/log(2)", sp.sqrt(c) * sp.exp(-c) / sp.log(2)),
    ],
)
def test_reads(text: str, value: sp.Expr) -> None:
    assert parse_expression(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "(1", "1)", "1..2", "c(3)", "1/0", "0^-1", "9^9^9^9", "1e99999", "sqrt(-1)", "log(0)", "inf", "nan", "x", "q", "c.real",
     "lambda: 1", "[1]", "'c'", "c;c", "exp(exp(exp(exp(9))))", "(" * 5000 + "1" + ")" * 5000, "2^-" * 3000 + "1"],
)  # fmt: skip
def test_refuses_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_expression(text, "--texts")
    assert "--texts" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_nothing_is_evaluated(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for text in ("__import__('os').system('touch x')", "poisson(__import__('os').system('touch x'))", "().__class__"):
        with pytest.raises(InputError):
            parse_law(text)
        with pytest.raises(InputError):
            parse_learner(f"success:{text}")
    assert list(tmp_path.iterdir()) == []


@given(st.text(alphabet="0123456789.+-*/^()cexplog, :x", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = parse_expression(text)
    except InputError:
        return
    assert isinstance(read, sp.Expr)
    assert not read.has(sp.nan, sp.oo, sp.zoo, sp.I)


@given(st.fractions(max_denominator=10**6), st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_numbers_are_exact(fraction, number: float) -> None:
    assert exact(str(fraction)) == sp.Rational(fraction.numerator, fraction.denominator)
    assert exact(number) == sp.Rational(repr(number))
