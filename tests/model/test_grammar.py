"""The grammar reads what people write, exactly, and nothing else."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, strategies as st

import deanalysis as da
from deanalysis import InputError, c, letter, parse_law, parse_learner
from deanalysis.model.exact import bindings, exact
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


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("edge(0.4x + 0.3x^3 + 0.3x^8)", "edge(0.4*x + 0.3*x^3 + 0.3*x^8)"),
        ("polynomial(1/2 x^2 + 1/2x**3)", "polynomial(0.5*x^2 + 0.5*x^3)"),
        ("polynomial(0.5\u00b7x\u00b2 + 0.5 x\u00b9\u2070)", "polynomial(0.5*x^2 + 0.5*x^10)"),
        ("polynomial(0.5(x^2 + x^{12}))", "polynomial(0.5*x^2 + 0.5*x^12)"),
        ("polynomial((1 \u2212 g)x + g x^2)", "polynomial((1-g)*x + g*x^2)"),
        ("polynomial(21//25x^2 + 4//25x^3)", "polynomial(0.84*x^2 + 0.16*x^3)"),
        ("polynomial(2e-1x + 8e-1x^2)", "polynomial(0.2*x + 0.8*x^2)"),
        ("Poisson(5)", "poisson(5)"),
        ("NegativeBinomial(2, 21//25)", "negative_binomial(2, 0.84)"),
    ],
)
def test_reads_what_papers_print(written: str, typed: str) -> None:
    assert parse_law(written) == parse_law(typed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("poisson(2c)", "needs ')' at 'c)', got 'poisson(2c)'; write * between factors"),
        ("poisson(c x)", "needs ')' at 'x)', got 'poisson(c x)'; write * between factors"),
        ("poisson(2(c+1))", "needs ')' at '(c+1))', got 'poisson(2(c+1))'; write * between factors"),
        ("poisson(c;x)", "needs ')' at ';x)', got 'poisson(c;x)'"),
        ("polynomial(0.4x2 + 0.6x3)", "must raise by ^, as in x^2"),
        ("edge(0.4x_2 + 0.6x_3)", "must raise by ^, as in x^2"),
        ("edge(0,4x + 0,6x^3)", "needs ')' at ',4x"),
        ("polynomial(0.5x^2 0.5x^3)", "needs ')' at '0.5x^3)'"),
        ("polynomial(g(x))", "knows no function 'g'"),
        ("polynomial(0.5x^{2 + 0.5x^3)", "needs '}'"),
        ("../words.csv", "a file of degrees is written table(../words.csv)"),
    ],
)
def test_says_where_it_cannot_read(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_law(text)
    assert words in str(caught.value)


def test_no_product_is_proposed_where_no_factor_comes_next() -> None:
    for text in ("poisson(c;x)", "poisson(c+)", "poisson(c))", "poisson(c, 2, R)"):
        with pytest.raises(InputError) as caught:
            parse_law(text)
        assert "write *" not in str(caught.value)


def test_constants_are_meant_where_a_number_is_asked_for() -> None:
    assert bindings({"c": "E"}) == {c: sp.E}
    assert bindings({"c": "e/2", "E": "pi"}) == {c: sp.E / 2, letter("E"): sp.pi}
    assert parse_law("poisson(E)").letters == {letter("E")}
    for text in ("E^E^E^9", "e*k", "1/(E-e)"):
        with pytest.raises(InputError, match=r"^c must"):
            bindings({"c": text})


@pytest.mark.parametrize("number", [3, 3.0, Fraction(3), Decimal(3), "3", sp.Integer(3), sp.Float(3), np.int64(3), np.float64(3)])
def test_a_number_is_a_number_whatever_its_type(number) -> None:
    found = [da.Poisson(number), da.Regular(number), da.Geometric(number), da.Binomial(number, "0.5"), da.NegativeBinomial(number, number)]
    more = [da.Zipf(number, number, 9), da.Pareto(number, number), da.LogNormal(number, number)]
    for law in found + more:
        assert law == parse_law(str(law))
        assert all(value.is_Rational for value in law._expressions())
    assert da.Regular(number) == da.Regular(3)
