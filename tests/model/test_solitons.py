"""Soliton laws: each probability as the papers print it, the published sizes of the robust law, and what is refused."""

from fractions import Fraction
from math import log, sqrt

import pytest
import sympy as sp

from deanalysis import IdealSoliton, InputError, Polynomial, R, RobustSoliton, load_model, parse_law, x

PUBLISHED = [(0.2, 0.05, 244, 41, 1.3), (0.01, 0.5, 10, 1010, 1.01), (0.03, 0.5, 30, 337, 1.03), (0.1, 0.5, 99, 101, 1.1)]
"""C, DELTA, S, K/S and Z (beta) for K = 10,000.

MacKay, Information Theory, Inference, and Learning Algorithms, 2003, captions of figures 50.2 and 50.4.
"""


def rho(symbols: int) -> dict[int, Fraction]:
    return {1: Fraction(1, symbols), **{degree: Fraction(1, degree * (degree - 1)) for degree in range(2, symbols + 1)}}


def robust(symbols: int, scale: float, failure: float) -> dict[int, float]:
    """The robust law as MacKay prints it, in floats."""
    ripple = scale * log(symbols / failure) * sqrt(symbols)
    spike = round(symbols / ripple)
    weights = {degree: float(chance) for degree, chance in rho(symbols).items()}
    for degree in range(1, spike):
        weights[degree] += ripple / symbols / degree
    weights[spike] += ripple / symbols * log(ripple / failure)
    return {degree: weight / sum(weights.values()) for degree, weight in weights.items()}


@pytest.mark.parametrize("order", range(5))
def test_the_ideal_law_is_the_polynomial_of_its_fractions(order: int) -> None:
    law, written = IdealSoliton(12), Polynomial(tuple(rho(12).items()))
    assert sp.expand(law.derivative(x, order).doit() - written.derivative(x, order)) == 0
    assert sp.expand(law.edge_derivative(x, order).doit() - written.edge_derivative(x, order)) == 0
    assert law.factorial_moment(order).doit() == written.factorial_moment(order)
    assert [law.pmf(degree) for degree in range(14)] == [written.pmf(degree) for degree in range(14)]


@pytest.mark.parametrize(("symbols", "scale", "failure"), [(60, 0.2, 0.05), (60, 0.5, 0.9), (3, 0.5, 0.5), (1000, 0.1, 0.5)])
def test_the_robust_law_is_as_printed(symbols: int, scale: float, failure: float) -> None:
    law, expected = RobustSoliton(symbols, scale, failure), robust(symbols, scale, failure)
    for degree in (*range(1, min(symbols, 14) + 1), law.spike - 1, law.spike, law.spike + 1):
        if degree > 0:
            assert float(law.pmf(degree)) == pytest.approx(expected.get(degree, 0.0), rel=1e-12)
    assert float(law.mean) == pytest.approx(sum(degree * chance for degree, chance in expected.items()), rel=1e-12)
    for place in (0.2, 0.9):
        value = sum(chance * place**degree for degree, chance in expected.items())
        assert float(law.pgf(sp.Rational(str(place)))) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("scale", "failure", "ripple", "spike", "sum_of_weights"), PUBLISHED)
def test_published_sizes(scale: float, failure: float, ripple: int, spike: int, sum_of_weights: float) -> None:
    law = RobustSoliton(10_000, scale, failure)
    assert round(law.ripple) == ripple
    assert law.spike == spike
    places = len(str(sum_of_weights)) - 2
    assert round(float(law.weight(2) / law.pmf(2)), places) == sum_of_weights


def test_a_preset_states_an_lt_code_without_its_mean() -> None:
    named, stated = load_model("lt(100, 0.1, 0.5)").ensemble, load_model("lt(robust_soliton(100, 0.1, 0.5))").ensemble
    assert named == stated
    assert named.ratio == R
    assert named.matching == "distinct"
    assert load_model("lt(100)").ensemble.texts == IdealSoliton(100)
    assert str(parse_law("RobustSoliton(100, 1/10, 1/2)")) == "robust_soliton(100, 1/10, 1/2)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ideal_soliton(1)", "whole number from 2 to 200000, got '1'"),
        ("ideal_soliton(K)", "ideal_soliton K must be a whole number"),
        ("ideal_soliton(2.5)", "ideal_soliton K must be a whole number"),
        ("ideal_soliton(1e9)", "ideal_soliton K must be a whole number"),
        ("robust_soliton(100, C, 0.5)", "robust_soliton C must be a number"),
        ("robust_soliton(100, 0.1, D)", "robust_soliton DELTA must be a number"),
        ("robust_soliton(100, 0, 0.5)", "robust_soliton C must be positive"),
        ("robust_soliton(100, 0.1, 1.5)", "robust_soliton DELTA must lie in (0, 1]"),
        ("robust_soliton(100, 9, 0.5)", "must lie between DELTA and K"),
        ("robust_soliton(100, 0.001, 0.5)", "must lie between DELTA and K"),
        ("robust_soliton(100, 0.1)", "must give robust_soliton(K, C, DELTA)"),
    ],
)
def test_what_is_no_soliton_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_law(text, "--texts")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
