"""Exponents derived, fitted to the exact curve and to graphs: the same fit with the derived next order gives the same exponent."""

import math

import numpy as np
import pytest

from deanalysis import (
    DensityEvolution,
    Ensemble,
    InputError,
    NegativeBinomial,
    Poisson,
    R,
    SkillLearner,
    fit_exponent,
    load_model,
    simulate,
)
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.theory.scaling.equations.expansions import Expansion, expansion

pytestmark = pytest.mark.long

PAPER = load_model("paper")
EVOLUTION = DensityEvolution(PAPER.ensemble, PAPER.learner)
BORN = "2.71828182845904523536"


def graphs(
    evolution: DensityEvolution, places: np.ndarray, skills: int, replicates: int, name: str = "zeta"
) -> tuple[np.ndarray, np.ndarray]:
    """Return means and standard errors along R."""
    runs = [
        simulate(evolution.ensemble.at(R=repr(float(place))), evolution.learner, skills=skills, replicates=replicates, seed=1)
        for place in places
    ]
    moments = [run.quantities[name] for run in runs]
    return np.array([one.mean for one in moments]), np.array([one.standard_error for one in moments])


def exact(evolution: DensityEvolution, places: np.ndarray, name: str = "zeta") -> np.ndarray:
    return np.array([float(getattr(evolution.fixed_point(R=repr(float(place))), name)) for place in places])


def agree(x: np.ndarray, curve: np.ndarray, found: tuple[np.ndarray, np.ndarray], correction: np.ndarray, derived: float) -> None:
    """Fit the exact curve and the graphs alike; each must give the derived exponent, and the wrong one must be refused.

    The error of the graphs' exponent is below 3 %: one that is 20 % off lies more than six errors away.
    """
    of_curve = fit_exponent(x, curve, correction=correction)
    of_graphs = fit_exponent(x, found[0], correction=correction, errors=found[1])
    assert of_curve.exponent == pytest.approx(derived, rel=0.03)
    assert abs(of_graphs.exponent - of_curve.exponent) < 4 * of_graphs.error
    assert of_graphs.error < 0.03 * abs(derived)
    assert abs(of_graphs.exponent - 1.2 * derived) > 4 * of_graphs.error
    assert np.abs((found[0] - curve) / found[1]).max() < 4.5


def test_the_exponential_slope_is_c() -> None:
    bound = EVOLUTION.at(c=3)
    far, places = expansion(bound, R), np.linspace(1.7, 2.8, 6)
    assert isinstance(far, Expansion)
    correction = 1 + compile_floats(far.following, R)(places)
    agree(np.exp(places), exact(bound, places), graphs(bound, places, 400_000, 16), correction, -3.0)
    assert far.exponent == 3


@pytest.mark.parametrize(("shape", "least", "skills", "replicates"), [("1/2", 4, 40_000, 8), ("4/5", 4, 40_000, 8), ("2", 8, 60_000, 8)])
def test_gamma_popularity_gives_power_laws(shape: str, least: int, skills: int, replicates: int) -> None:
    """Rare skills are left, so that a large exponent needs more skills, and less R, for the same error."""
    bound = DensityEvolution(Ensemble(Poisson(3), NegativeBinomial(3 * R, shape)), SkillLearner(1))
    far, places = expansion(bound, R), np.geomspace(least, 5 * least, 5)
    assert isinstance(far, Expansion)
    correction = 1 + compile_floats(far.following, R)(places)
    found = graphs(bound, places, skills, replicates)
    agree(places, exact(bound, places), found, correction, -float(far.exponent))
    error = fit_exponent(places, exact(bound, places, "testing_error"), correction=1 + compile_floats(far.following_error, R)(places))
    assert error.exponent == pytest.approx(-float(far.exponent) - 1, rel=0.03)


def test_one_half_before_the_jump() -> None:
    law = EVOLUTION.scaling("R", c=5).law("zeta", "before")
    (jump,) = EVOLUTION.thresholds("R", c=5, kind="emergence")
    distance, state = np.geomspace(0.02, 0.15, 6), float(jump.fixed_point)
    bound, places = EVOLUTION.at(c=5), float(law["R*"]) - distance
    mean, error = graphs(bound, places, 1_000_000, 8)
    correction = 1 + float(law["B"]) / float(law["A"]) * distance**0.5
    agree(distance, exact(bound, places) - state, (mean - state, error), correction, 0.5)


@pytest.mark.parametrize("side", ["before", "past"])
def test_one_third_at_the_cusp(side: str) -> None:
    law = EVOLUTION.scaling("R").law("q", side)
    bound, distance = EVOLUTION.at(c=BORN), np.geomspace(0.0015, 0.015, 5)
    places, sign = (1 - distance, 1) if side == "before" else (1 + distance, -1)
    mean, error = graphs(bound, places, 1_000_000, 16)
    correction = 1 + float(law["B"]) / float(law["A"]) * distance ** (1 / 3)
    agree(distance, sign * (exact(bound, places) - 1 / math.e), (sign * (mean - 1 / math.e), error), correction, 1 / 3)


def crossing(states: np.ndarray, level: float) -> float:
    """Return the round, between two, in which a falling trajectory reaches a level."""
    after = int(np.argmax(states < level))
    return after - 1 + (states[after - 1] - level) / (states[after - 1] - states[after])


def test_rounds_past_the_jump_slow_down_like_the_inverse_square_root() -> None:
    """Rounds between q* + h and q* - h are A delta^(-1/2) less 4/(|f_qq| h), from the arc tangent."""
    law = EVOLUTION.scaling("R", c=5).law("rounds", "past")
    bound, window = EVOLUTION.at(c=5), 0.1
    (jump,) = EVOLUTION.thresholds("R", c=5, kind="emergence")
    state, distance = float(jump.fixed_point), np.geomspace(0.005, 0.08, 6)
    curvature = 5 * (1 - float(-np.log(state)))
    missing = 4 / (curvature * window)
    exactly, simulated, errors = [], [], []
    for step in distance:
        place = repr(float(law["R*"]) + float(step))
        states = np.array(bound.trajectory(400, R=place))
        exactly.append(crossing(states, state - window) - crossing(states, state + window) + missing)
        runs = [
            simulate(bound.ensemble.at(R=place), bound.learner, skills=1_000_000, replicates=1, seed=seed, rounds=400).trajectory
            for seed in range(6)
        ]
        passed = [np.array([1.0, *(moments.mean for moments in run)]) for run in runs]
        took = [crossing(run, state - window) - crossing(run, state + window) + missing for run in passed if run[-1] < 0.1]
        simulated.append(np.mean(took))
        errors.append(np.std(took, ddof=1) / len(took) ** 0.5)
    of_curve = fit_exponent(distance, exactly)
    of_graphs = fit_exponent(distance, simulated, errors=errors)
    assert of_curve.exponent == pytest.approx(-0.5, rel=0.03)
    assert abs(of_graphs.exponent - of_curve.exponent) < 4 * of_graphs.error
    assert of_graphs.error < 0.025
    nearest = np.array(bound.trajectory(40_000, R=repr(float(law["R*"]) + 1e-6)))
    passing = crossing(nearest, state - window) - crossing(nearest, state + window) + missing
    assert passing * 1e-3 == pytest.approx(float(law["A"]), rel=0.01)


def test_rounds_before_the_jump_and_beside_the_cusp() -> None:
    for values, kind, power in (({"c": 5}, "emergence", -0.5), ({}, "cusp", -2 / 3)):
        found = EVOLUTION.scaling("R", **values)
        law = found.law("rounds", "before")
        bound = EVOLUTION.at(c=values.get("c", BORN))
        slope = compile_floats(
            bound.right_side.diff(next(iter(bound.right_side.free_symbols - {R}))), *sorted(bound.right_side.free_symbols, key=str)
        )
        distance = np.geomspace(1e-9, 1e-7, 4)
        places = [repr(float(law["R*"]) - float(step)) for step in distance]
        states = [float(bound.fixed_point(R=place).q) for place in places]
        rounds = [1 / (1 - slope(float(place), state)) for place, state in zip(places, states, strict=True)]
        fitted = fit_exponent(distance, rounds)
        assert fitted.exponent == pytest.approx(power, rel=0.01), kind
        assert fitted.factor == pytest.approx(float(law["A"]), rel=0.05), kind


def test_a_fit_needs_three_positive_points() -> None:
    for y in ([1.0, 2.0], [1.0, -2.0, 3.0]):
        with pytest.raises(InputError, match="at least 3 points"):
            fit_exponent(range(1, len(y) + 1), y)
