"""The least chi-square beside differential evolution and a fine grid, where it jumps as a jump passes a point."""

import numpy as np
import pytest
from routes import known_curves as known
from scipy.optimize import differential_evolution

from deanalysis.measured.curves.forms import Theory
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
