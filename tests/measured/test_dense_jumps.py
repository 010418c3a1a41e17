"""A jump between many points is found, whatever the start, and curves that nothing fits end in no fault."""

import numpy as np
import pytest

import deanalysis as da
from deanalysis.measured.fitting import Fitted
from deanalysis.measured.forms import Theory
from deanalysis.measured.learning_curves import LearningCurve
from deanalysis.measured.measurements import Curve, Measurements
from deanalysis.measured.problem import Problem
from deanalysis.measured.search import refined

C, SCALE, ERROR = 5.0, 2.0, 0.02


def dense(points: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return points of a curve that jumps at x = 4.913."""
    rng = np.random.default_rng(seed)
    x = np.sort(np.exp(rng.uniform(0, 3, points)))
    return x, LearningCurve().understood(x / SCALE, C) + ERROR * rng.standard_normal(points)


@pytest.mark.parametrize(("c", "emergence"), [(2.3, 5.6), (6.8, 4.3), (11.7, 5.6)])
def test_a_jump_is_found_from_afar(c: float, emergence: float) -> None:
    x, y = dense(1000)
    problem = Problem(Theory.named("paper"), Measurements((Curve("", x, y, np.full(len(x), ERROR)),)), guess=0.0)
    at, least = refined(problem, np.log([c, emergence]))
    truth = problem.chi_square(np.log([C, SCALE * LearningCurve().bend(C).ratio]))
    assert least < truth
    assert np.exp(at[0]) == pytest.approx(C, abs=0.3)


def test_a_jump_among_many_points_is_recovered() -> None:
    x, y = dense(100_000, seed=2)
    found = da.fit({"x": x, "y": y, "e": np.full(len(x), ERROR)}, "x", "y", error="e", guess=0, models="paper", compare=False)
    assert found.verdict == "fits"
    assert found.parameters["c"].value == pytest.approx(C, abs=0.05)


def test_a_falling_curve_is_refused_without_a_fault() -> None:
    x = [100, 200, 400, 600, 800, 1000, 1100, 1200, 1500, 2000]
    y = [0.85, 0.82, 0.72, 0.35, 0.14, 0.05, 0.03, 0.025, 0.01, 0.005]
    found = da.fit({"x": x, "y": y, "e": [0.01] * 10}, "x", "y", error="e", guess=0, models="paper", compare=False)
    assert found.verdict == "does not fit"


def test_where_profiles_of_the_scale_meet_a_lower_chi_square_the_emergence_is_moved() -> None:
    """The least chi^2 after intervals is that of the coordinates that are kept, not of the scale's."""
    x, y = dense(60)
    fitted = Fitted.of(Theory.named("paper"), Measurements((Curve("", x, y, np.full(len(x), ERROR)),)), (), 0.0)
    assert fitted is not None
    fitted.at = np.log([4.2, 4.6])
    fitted.chi_square = fitted.problem.chi_square(fitted.at)
    before = fitted.chi_square
    fitted.intervals()
    assert fitted.chi_square < before
    assert fitted.problem.chi_square(fitted.at) == pytest.approx(fitted.chi_square, rel=1e-6)
