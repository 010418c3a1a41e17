"""Power laws without cut-off: sums in balls, in numbers and as series against sums and polylogarithms of mpmath, and models of them."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import acb, arb, arb_series, ctx, fmpq

from deanalysis import DensityEvolution, Ensemble, InputError, Poisson, SkillLearner, Zipf, parse_law
from deanalysis.model.power_laws import PowerLawSum
from deanalysis.solve.numerical_power_laws import power_law, power_law_floats
from deanalysis.solve.power_laws import power_law_sum

SUMS = [(s, least, order) for s in ("5/2", "3", "21/10") for least, order in ((1, 0), (1, 1), (3, 2), (20, 1))]


def reference(exponent: str, least: int, order: int, at: str) -> mpmath.mpf:
    """Add up 4000 terms, which leave less than 1e-60 for z <= 0.96."""
    s, z = mpmath.mpf(sp.Rational(exponent).p) / sp.Rational(exponent).q, mpmath.mpf(at)
    return mpmath.fsum(mpmath.ff(k, order) * mpmath.mpf(k) ** -s * z ** (k - order) for k in range(max(least, order), 4000))


@pytest.mark.parametrize(("exponent", "least", "order"), SUMS)
@pytest.mark.parametrize("at", ["0.1", "0.8", "0.96"])
def test_balls_and_numbers_are_the_sum(exponent: str, least: int, order: int, at: str) -> None:
    with mpmath.workdps(40), ctx.workprec(120):
        expected = reference(exponent, least, order, at)
        s = sp.Rational(exponent)
        ball = power_law_sum(fmpq(int(s.p), int(s.q)), least, order)(arb(at))
        assert ball.rel_accuracy_bits() > 90
        assert ball.overlaps(arb(mpmath.nstr(expected, 38)) * arb(1, 1e-30))
        assert mpmath.almosteq(power_law(mpmath.mpf(s.p) / s.q, least, order, mpmath.mpf(at)), expected, 1e-30)
    assert power_law_floats(float(s), least, order, float(at)) == pytest.approx(float(expected), rel=1e-10)


def test_values_at_the_ends() -> None:
    total = power_law_sum(fmpq(5, 2), 1, 0)
    assert total(arb(1)).overlaps(arb(fmpq(5, 2)).zeta())
    assert total(arb(1), 1).overlaps(arb(fmpq(3, 2)).zeta())
    assert not total(arb(1), 2).is_finite()
    assert np.isinf(power_law_floats(2.5, 1, 2, 1.0))
    assert power_law_sum(fmpq(5, 2), 3, 0)(arb(0)) == 0
    assert PowerLawSum(sp.Rational(5, 2), 1, 2, 1) == sp.oo


def test_a_wide_ball_is_cut_at_one_and_holds_every_value() -> None:
    total = power_law_sum(fmpq(5, 2), 1, 0)
    wide = total(arb(0.9).union(arb(1.1)))
    for at in (0.9, 0.93, 0.99, 1.0):
        assert wide.contains(arb(total(arb(at)).mid()))
    assert wide.rad() < 0.3
    assert not total(arb(1.01)).is_finite()


def test_an_infinite_derivative_leaves_the_coefficients_before_it() -> None:
    kept, ctx.cap = ctx.cap, 3
    try:
        series = power_law_sum(fmpq(5, 2), 1, 0).series(arb_series([arb(1), -1]))
    finally:
        ctx.cap = kept
    assert series[1].overlaps(-arb(fmpq(3, 2)).zeta())
    assert not series[2].is_finite()


@pytest.mark.parametrize("at", [0.3 + 0.2j, 0.95 + 0.02j])
def test_complex_values_are_polylogarithms(at: complex) -> None:
    value = power_law_sum(fmpq(5, 2), 1, 0).complex(acb(at.real, at.imag))
    assert abs(complex(value) - complex(mpmath.polylog(2.5, at))) < 1e-9


def test_fixed_point_of_skills_with_infinite_second_moment() -> None:
    evolution = DensityEvolution(Ensemble(Poisson(5), Zipf("5/2", 2), "9/10"), SkillLearner(1))
    q = mpmath.findroot(
        lambda q: 0.9 * (mpmath.polylog(1.5, 1 - mpmath.exp(-5 * q)) / (1 - mpmath.exp(-5 * q)) - 1) / (mpmath.zeta(1.5) - 1) - q,
        (0.25, 0.31), solver="anderson",
    )  # fmt: skip
    assert float(evolution.fixed_point().q) == pytest.approx(float(q), rel=1e-10)


def test_what_it_is_typed_as() -> None:
    law = parse_law("zipf(2.5, 2)")
    assert law == Zipf("5/2", 2)
    assert str(law) == "zipf(5/2, 2)"
    assert law.support == (2, None)
    assert float(law.mean) == pytest.approx(float(mpmath.zeta(1.5, 2) / mpmath.zeta(2.5, 2)))
    assert float(law.pmf(3)) == pytest.approx(float(3**-2.5 / mpmath.zeta(2.5, 2)))


@pytest.mark.parametrize("law", ["zipf(2, 1)", "zipf(1.5, 3)", "zipf(2.5, 1001)", "zipf(2.5, 0)", "zipf(2.5)", "zipf(s, 1)"])
def test_what_is_refused(law: str) -> None:
    with pytest.raises(InputError):
        parse_law(law)
