"""Enclosures of long sums hold the brute-force values at higher precision, and are no wider than they must be."""

from functools import cache
from math import factorial, perm

import pytest
import sympy as sp
from flint import arb, ctx

from deanalysis.balls.compiling import compile_balls
from deanalysis.balls.power_sums import PowerSum
from deanalysis.balls.series import taylor
from deanalysis.model import Ensemble, Poisson, SkillLearner, Zipf
from deanalysis.model.symbols import G, letter, x
from deanalysis.theory.facades.density_evolution import DensityEvolution

K = sp.Symbol("k", integer=True, nonnegative=True)
LEAST, MOST = 2, 1500
BOXES = [(0, 0.25), (0, 1), (0.3, 0.31), (0.5, 0.5), (0.5, 0.99), (0.97, 1), (0.999, 1.001), (1, 1), (1, 1.01), (-0.2, 0.4), (-0.3, -0.1)]


def power_sum(exponent: str = "-11/5", shift: int = -1, weight: sp.Expr = sp.S.One) -> sp.Expr:
    return sp.Sum(weight * K ** sp.Rational(exponent) * x ** (K + shift), (K, LEAST, MOST))


@cache
def coefficients(exponent: str) -> list[arb]:
    with ctx.workprec(300):
        return [(arb(k).log() * arb(sp.Rational(exponent).p) / sp.Rational(exponent).q).exp() for k in range(LEAST, MOST + 1)]


def brute_force(at: float, order: int, exponent: str = "-11/5", shift: int = -1) -> arb:
    """Sum term by term, without any rule for powers."""
    with ctx.workprec(300):
        total, power, degree = arb(0), arb(1), 0
        for k, one in enumerate(coefficients(exponent), start=LEAST):
            while degree < k + shift - order:
                power, degree = power * arb(at), degree + 1
            if k + shift >= order:
                total += one * perm(k + shift, order) * power
        return total / factorial(order)


@pytest.mark.parametrize("precision", [64, 200])
@pytest.mark.parametrize(("low", "high"), BOXES)
def test_a_box_holds_all_values_and_derivatives(low: float, high: float, precision: int) -> None:
    function = compile_balls(power_sum(), [x])
    with ctx.workprec(precision):
        found = taylor(function, arb(low).union(arb(high)), 5)
    for step in range(6):
        point = low + (high - low) * step / 5
        for order, ball in enumerate(found):
            assert ball.overlaps(brute_force(point, order))
            assert ball.contains(arb(brute_force(point, order).mid()))


@pytest.mark.parametrize(("low", "high"), [box for box in BOXES if box[0] >= 0])
def test_a_box_is_as_tight_as_its_ends(low: float, high: float) -> None:
    function = compile_balls(power_sum(), [x])
    with ctx.workprec(64):
        found = taylor(function, arb(low).union(arb(high)), 1)[0]
    with ctx.workprec(300):
        width = brute_force(high, 0) - brute_force(low, 0)
        assert 2 * found.rad() <= width + brute_force(high, 0) * 1e-6


@pytest.mark.parametrize("at", [1e-30, 0.01, 0.5, 0.9, 0.999, 1.0])
@pytest.mark.parametrize("precision", [64, 300, 1000])
def test_a_point_has_the_digits_of_its_precision(at: float, precision: int) -> None:
    function = compile_balls(power_sum(), [x])
    with ctx.workprec(precision):
        found = taylor(function, arb(at), 5)
    for order, ball in enumerate(found):
        assert ball.overlaps(brute_force(at, order))
        assert ball.rel_accuracy_bits() > precision - 25


@pytest.mark.parametrize(("low", "high"), BOXES)
def test_coefficients_of_both_signs(low: float, high: float) -> None:
    function = compile_balls(power_sum(weight=K - 40), [x])
    with ctx.workprec(64):
        found = taylor(function, arb(low).union(arb(high)), 2)
    for step in range(6):
        point = low + (high - low) * step / 5
        with ctx.workprec(300):
            for order in range(2):
                exact = brute_force(point, order, "-6/5") - 40 * brute_force(point, order)
                assert found[order].overlaps(exact)


@pytest.mark.parametrize("at", [0.1, 0.5, 0.97, 0.999])
def test_what_is_cut_off_is_enclosed(at: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where far too few terms are kept, the bound of the rest holds."""
    monkeypatch.setattr(PowerSum, "_needed", lambda *_: 1)
    function = compile_balls(power_sum(), [x])
    with ctx.workprec(200):
        for order, ball in enumerate(taylor(function, arb(at), 5)):
            assert ball.contains(brute_force(at, order))


def test_an_exponent_that_is_still_a_letter() -> None:
    s = letter("s")
    function = compile_balls(sp.Sum(K**-s * x**K, (K, LEAST, MOST)), [x, s])
    for precision in (64, 150):
        with ctx.workprec(precision):
            for exponent in (11, 12):
                found = function(arb(0.75), arb(exponent) / 5)
                assert found.overlaps(brute_force(0.75, 0, f"-{exponent}/5", 0))
                assert found.rel_accuracy_bits() > precision - 20


def test_a_threshold_agrees_at_all_precisions() -> None:
    evolution = DensityEvolution(Ensemble(Poisson(4 * G), Zipf("11/5", 2, 3000)), SkillLearner(1))
    short, longer, long = (evolution.thresholds(digits=digits)[0] for digits in (15, 50, 1000))
    assert short.status == longer.status == long.status == "proved"
    assert long.value.text.startswith(longer.value.text[:-1])
    assert longer.value.text.startswith(short.value.text[:-1])
    assert long.fixed_point.text.startswith(longer.fixed_point.text[:-1])
    assert sp.Rational(longer.value.low) <= sp.Rational(long.value.text) <= sp.Rational(longer.value.high)
