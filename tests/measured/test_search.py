"""The least chi-square beside differential evolution and a fine grid, where it jumps as a jump passes a point."""

import numpy as np
import pytest
from routes import known_curves as known
from scipy.optimize import differential_evolution

from deanalysis import fit
from deanalysis.measured.curves.forms import Theory
from deanalysis.measured.fit import MODELS
from deanalysis.measured.least_squares.problem import Problem
from deanalysis.measured.least_squares.search import minimise
from deanalysis.measured.points.measurements import Curve, Measurements

ERROR = 0.02
X = np.linspace(100, 900, 25)


def problem(model: str, clean: known.Floats, seed: int, guess: float | None = 0.0) -> Problem:
    y = clean + np.random.default_rng(seed).normal(0, ERROR, len(clean))
    return Problem(Theory.named(model), Measurements((Curve("", X, y, np.full(len(X), ERROR)),)), guess=guess)


DRAWN = {
    "jump, guess fitted": ("paper", 0.1 + 0.9 * known.understood(4.0, X / 300), None, [(0.9, 2.0), (5.5, 6.5), (0.0, 0.3)]),
    "gamma, a jump": ("gamma", known.understood(6.0, X / 200, known.gamma(4.0)), 0.0, [(1.2, 2.5), (-1, 4.6), (5.5, 6.5)]),
    "2-skill": ("paper+2-skill", known.understood(6.0, X / 400, s=2), None, [(1.2, 2.5), (5.2, 6.5), (0.0, 0.3)]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_no_evolution_finds_a_lower_chi_square(name: str) -> None:
    model, clean, guess, bounds = DRAWN[name]
    for seed in range(2):
        one = problem(model, clean, seed, guess)
        least = minimise(one)[1]
        evolved = differential_evolution(one.chi_square, bounds, popsize=8, maxiter=30, tol=1e-6, rng=seed)
        assert least < evolved.fun + 0.01
        assert least > len(X) / 4


def test_a_jump_next_to_a_point_is_found() -> None:
    """The states before a jump move with the root of the distance to it: on a grid that is fine there, nothing is lower."""
    for seed in range(4):
        one = problem("paper", known.understood(5.0, X / 200), seed)
        at, least = minimise(one)
        after = int(np.searchsorted(X, np.exp(at[1]) * (1 - 1e-9)))
        assert X[after - 1] < 200 * known.emergence(5.0) < X[after]
        low, high = np.log(X[after - 1]), np.log(X[after])
        grid = [(c, low + (high - low) * (1e-9 + share**2)) for c in np.linspace(1.3, 2.2, 46) for share in np.linspace(0, 0.9999, 9)]
        on_grid = min(one.chi_square(np.array(place)) for place in grid)
        assert on_grid - 0.1 < least < on_grid + 0.01


ALONG = np.geomspace(1, 1000, 30)
RATIOS = np.array([0.2, 0.8, 1.2, 2.0, 5.0])
TRUE: list[tuple[str, dict[str, float]]] = [
    ("paper", {"c": 1.2, "emergence": 100.0}),
    ("paper+2-skill", {"c": 9.0, "emergence": 100.0}),
    ("gamma", {"c": 6.0, "shape": 0.3, "emergence": 100.0}),
    ("pareto", {"c": 4.0, "exponent": 1.8, "emergence": 70.0}),
    ("pareto", {"c": 12.0, "exponent": 1.03, "emergence": 100.0}),
    ("log_normal", {"c": 4.0, "sigma": 2.5, "emergence": 100.0}),
    ("paper+room", {"c": 9.0, "room": 0.3, "emergence": 100.0}),
    ("pareto+room", {"c": 2.67, "exponent": 13.55, "room": 0.9239, "emergence": 171.8}),
    ("pareto+room", {"c": 40.0, "exponent": 1.03, "room": 0.3, "emergence": 100.0}),
]


@pytest.mark.parametrize(("name", "true"), TRUE)
def test_nothing_true_is_better_than_what_is_found(name: str, true: dict[str, float]) -> None:
    """The least chi^2 is at most that of the parameters with which the points were drawn, and of each model that this one contains."""
    form, values = Theory.named(name), {**true, "guess": 0.0}
    names = [other for other in MODELS if other == name or Theory.named(other).within(form) is not None]
    y = form.rise(values, ALONG / true["emergence"]) + np.random.default_rng(0).normal(0, 0.01, len(ALONG))
    table = {"x": ALONG, "y": y, "error": np.full(len(ALONG), 0.01)}
    found = {one.problem.form.name: one for one in fit(table, "x", "y", error="error", models=names[::-1], compare=False).fitted}
    problem, least = found[name].problem, found[name].chi_square
    assert least < problem.chi_square(problem.coordinates([values])) + 0.01
    assert all(least < found[other].chi_square + 0.1 for other in names)


def test_a_pareto_curve_is_found_from_the_grid_alone() -> None:
    form, values = Theory.named("pareto"), {"c": 4.0, "exponent": 1.8, "emergence": 70.0, "guess": 0.0}
    y = form.rise(values, ALONG / 70) + np.random.default_rng(0).normal(0, 0.01, len(ALONG))
    one = Problem(form, Measurements((Curve("", ALONG, y, np.full(len(ALONG), 0.01)),)))
    assert minimise(one)[1] < one.chi_square(one.coordinates([values])) + 0.01


@pytest.mark.parametrize("name", MODELS[2:])
def test_a_model_is_nearly_the_ones_that_it_contains(name: str) -> None:
    larger = Theory.named(name)
    smaller = [one for one in map(Theory.named, MODELS) if one.within(larger) is not None]
    assert smaller
    for one in smaller:
        for c in (2.0, 6.0):
            values = {"c": c, "exponent": 2.5, "room": 0.6}
            assert larger.rise(values | (one.within(larger) or {}), RATIOS) == pytest.approx(one.rise(values, RATIOS), abs=0.03)
