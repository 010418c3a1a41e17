"""Power laws without cut-off: sums in balls, in numbers and as series against sums and polylogarithms of mpmath, and models of them."""

from collections.abc import Callable

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import acb, arb, arb_series, ctx, fmpq
from hypothesis import given, settings, strategies as st

from deanalysis import DensityEvolution, Ensemble, InputError, Poisson, SkillLearner, Zipf, load_model, parse_law
from deanalysis.balls.numerical.special import power_law, power_law_floats
from deanalysis.balls.power_laws import power_law_sum
from deanalysis.balls.tails import Tail
from deanalysis.model.symbols import letter
from deanalysis.symbolic.functions import PowerLawSum
from deanalysis.theory.evolution.branches.bound_curve import BoundCurve
from deanalysis.theory.evolution.equations.curve import curve
from deanalysis.theory.evolution.equations.density_evolution import FixedPointEquation

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


def loops(exponent: mpmath.mpf, least: int, skills: int) -> Callable[[float], mpmath.mpf]:
    """lambda(1 - T) along t = c q for a power law of the skills and Poisson texts, by mpmath's polylogarithms."""

    def loop(t: float) -> mpmath.mpf:
        z = 1 - mpmath.exp(-t) * sum(t**j / mpmath.factorial(j) for j in range(skills))
        below = sum(k ** (1 - exponent) * z**k for k in range(1, least))
        return (mpmath.polylog(exponent - 1, z).real - below) / z / mpmath.zeta(exponent - 1, least)

    return loop


@pytest.mark.parametrize(
    ("exponent", "least", "skills"),
    [("2.5", 2, 1), ("2.2", 3, 1), ("2.1", 4, 1), ("3.4", 2, 1), ("2.6", 1, 1), ("2.5", 2, 2), ("2.3", 1, 3)],
)
def test_all_turning_points_of_a_power_law_without_end_are_proved(exponent: str, least: int, skills: int) -> None:
    model = load_model(texts="poisson(c)", skills=f"zipf({exponent}, {least})", learner=f"{skills}-skill")
    found = DensityEvolution(model.ensemble, model.learner).thresholds("c", method="balls")
    assert not found.undecided
    loop, states, turns = loops(mpmath.mpf(exponent), least, skills), np.geomspace(0.01, 60, 120), []
    with mpmath.workdps(40):
        rises = np.diff([float(mpmath.log(t / loop(t))) for t in states]) > 0
        for place in np.flatnonzero(rises[1:] != rises[:-1]):
            ends = states[place], states[place + 2]
            at = mpmath.findroot(lambda t: mpmath.diff(lambda s: s / loop(s), t), ends, solver="anderson", tol=1e-18)
            turns.append(float(at / loop(at)))
    assert sorted(float(one.value) for one in found if one.kind in ("emergence", "fold")) == pytest.approx(sorted(turns), rel=1e-9)


@pytest.mark.parametrize("law", ["zipf(2.5, 2)", "zipf(2.4, 3)", "zipf(2.2, 3)"])
def test_texts_and_skills_change_places(law: str) -> None:
    """q = L(1 - e^(-cq)) and q = e^(-R L(1-q)) have folds at the same place, for q there is e^(-t) here."""
    models = load_model(texts="poisson(c)", skills=law), load_model(texts=law, skills="poisson(R)")
    found = [DensityEvolution(one.ensemble, one.learner).thresholds(name, method="balls") for one, name in zip(models, "cR", strict=True)]
    assert not any(one.undecided for one in found)
    (emergence,), (fold,) = ([one for one in each if one.kind in ("emergence", "fold")] for each in found)
    assert (emergence.kind, fold.kind) == ("emergence", "fold")
    assert float(emergence.value) == pytest.approx(float(fold.value), rel=1e-13)


def test_texts_of_a_power_law_and_learners_of_many_skills() -> None:
    model = load_model(texts="zipf(2.78, 4)", skills="poisson(1.9*c)", learner="2-skill")
    found = DensityEvolution(model.ensemble, model.learner).thresholds("c", method="balls")
    assert not found.undecided
    z, s = mpmath.zeta(mpmath.mpf("1.78"), 4), mpmath.mpf("2.78")

    def taught(q: float) -> mpmath.mpf:
        part = [(1 - q) ** -j * (mpmath.polylog(s - j, 1 - q).real - sum(k ** (j - s) * (1 - q) ** k for k in range(1, 4))) for j in (1, 2)]
        return (part[0] + q * (part[1] - part[0] / (1 - q))) / z

    def curve(t: float) -> mpmath.mpf:
        return t / (mpmath.mpf("1.9") * taught(mpmath.exp(-t)))

    with mpmath.workdps(40):
        at = mpmath.findroot(lambda t: mpmath.diff(curve, t), (0.5, 3), solver="anderson", tol=1e-18)
    assert [float(one.value) for one in found if one.kind == "fold"] == pytest.approx([float(curve(at))], rel=1e-9)


@pytest.mark.parametrize("laws", [{"texts": "poisson(c)", "skills": "zipf(2.2, 3)"}, {"texts": "zipf(2.2, 3)", "skills": "poisson(c)"}])
def test_bits_that_are_lost_near_one_are_spent_before(laws: dict[str, str]) -> None:
    """At t = 60 the sum is taken at 1 - e^(-60), which is 1 to 64 bits, and its slope there is near e^(0.8 * 60)."""
    model = load_model(**laws)
    bound = BoundCurve(curve(FixedPointEquation(model.ensemble, model.learner), letter("c")), {})
    with ctx.workprec(64):
        assert bound.loop(arb(60), 2)[1].rel_accuracy_bits() > 40


@given(st.integers(205, 395), st.integers(1, 5), st.integers(1, 4), st.integers(2, 1000), st.floats(0, 1))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_a_tail_towards_one_holds_every_value(hundredths: int, least: int, order: int, start: int, part: float) -> None:
    total = power_law_sum(fmpq(hundredths, 100), least, order)
    tail = total.below_one(1 / Tail.variable(start))
    t = arb(start * 10 ** (6 * part))
    with ctx.workprec(120):
        scaled = total(1 - 1 / t) * t ** fmpq(tail.decay.numerator, tail.decay.denominator)
    assert tail.factor.is_finite()
    assert tail.factor.overlaps(scaled)


def test_zeta_functions_are_printed_by_their_name() -> None:
    assert str(PowerLawSum(sp.Rational(5, 2), 2, 1, 1)) == "zeta(3/2, 2)"
    assert str(2 / PowerLawSum(sp.Rational(9, 2), 1, 2, 1)) == "2/(-zeta(7/2) + zeta(5/2))"


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
