"""A jump among many points is found, also where so many are merged, and curves that nothing fits end in no fault."""

import numpy as np
import pytest

import deanalysis as da
from deanalysis.measured.curves.forms import PowerLaw, Theory
from deanalysis.measured.curves.learning_curves import LearningCurve
from deanalysis.measured.least_squares.problem import Problem
from deanalysis.measured.least_squares.search import minimise, moved
from deanalysis.measured.points.measurements import Curve, Measurements

C, SCALE, ERROR = 5.0, 2.0, 0.02
PLACE = SCALE * 2.4565308892391953281


def dense(points: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points of a curve that jumps at x = 4.913."""
    rng = np.random.default_rng(seed)
    x = np.sort(np.exp(rng.uniform(0, 3, points)))
    return x, LearningCurve().understood(x / SCALE, C) + ERROR * rng.standard_normal(points)


@pytest.mark.parametrize(("c", "emergence"), [(2.3, 5.6), (6.8, 4.3), (11.7, 5.6)])
def test_a_jump_is_found_from_afar(c: float, emergence: float) -> None:
    x, y = dense(1000, seed=1)
    problem = Problem(Theory.named("paper"), Measurements((Curve("", x, y, np.full(len(x), ERROR)),)), guess=0.0)
    at, least = moved(problem, *problem.solve(np.log([c, emergence])))
    assert least < problem.chi_square(np.log([C, PLACE]))
    assert np.exp(at) == pytest.approx([C, PLACE], rel=0.05)


@pytest.mark.parametrize("seed", [2])
def test_a_jump_among_many_points_is_recovered(seed: int) -> None:
    """Of 50,000 points neighbours are merged; a step in the middle of merged points would refuse the model that made them."""
    x, y = dense(50_000, seed)
    found = da.fit({"x": x, "y": y, "e": np.full(len(x), ERROR)}, "x", "y", error="e", guess=0, models="paper", compare=False)
    assert (found.verdict, found.degrees_of_freedom) == ("fits", 49_998)
    assert found.parameters["c"].value == pytest.approx(C, abs=0.06)
    assert found.parameters["emergence"].value == pytest.approx(PLACE, rel=1e-3)


def test_a_falling_curve_is_refused_without_a_fault() -> None:
    x = [100, 200, 400, 600, 800, 1000, 1100, 1200, 1500, 2000]
    y = [0.85, 0.82, 0.72, 0.35, 0.14, 0.05, 0.03, 0.025, 0.01, 0.005]
    found = da.fit({"x": x, "y": y, "e": [0.01] * 10}, "x", "y", error="e", guess=0, models="paper", compare=False)
    assert found.verdict == "does not fit"


def test_curves_that_share_nothing_are_fitted_one_by_one() -> None:
    """Together they are at the least chi^2 that each has alone."""
    curves = tuple(Curve(str(seed), *dense(30, seed), np.full(30, ERROR)) for seed in (5, 6))
    form = PowerLaw()
    at, least = minimise(Problem(form, Measurements(curves), own=form.own, guess=0.0))
    alone = [minimise(Problem(form, Measurements((curve,)), guess=0.0))[1] for curve in curves]
    assert (len(at), least) == (6, pytest.approx(sum(alone), rel=1e-6))
