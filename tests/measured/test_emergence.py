"""Jump or gradual rise, where curves leave their start, and whether at one x: on curves of which all is known, and on draws of them."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from routes import known_curves as known
from scipy.optimize import least_squares

import deanalysis as da
from deanalysis.measured.answers import Emergence
from deanalysis.measured.curves.forms import PowerLaw, Theory
from deanalysis.measured.curves.learning_curves import LearningCurve
from deanalysis.measured.least_squares.fitting import Fitted
from deanalysis.measured.points.measurements import Curve, Measurements
from deanalysis.measured.rising.emergence import emergence
from deanalysis.measured.rising.onsets import OnsetProfile, one_onset
from deanalysis.measured.rising.sides import cusp, sides
from deanalysis.measured.rising.steps import largest_step, left_start

Floats = NDArray[np.float64]
DRAWS = 200


def curve(x: Floats, y: Floats, error: float, seed: int | None = None, name: str = "") -> Curve:
    noise = np.zeros(len(x)) if seed is None else np.random.default_rng(seed).normal(size=len(x))
    return Curve(name, x, y + error * noise, np.full(len(x), error))


def learned(mean: float, x: Floats, scale: float = 3.0) -> Floats:
    return known.understood(mean, x / scale, known.alike, 1)


def power_law(x: Floats, onset: float, height: float = 0.6, exponent: float = 0.7, guess: float = 0.1) -> Floats:
    return guess + (1 - guess) * PowerLaw().rise({"height": height, "exponent": exponent}, x / onset)


X = np.geomspace(1, 1e4, 25)


def verdicts(y: Floats, error: float) -> list[str]:
    x = np.arange(1.0, len(y) + 1)
    return [largest_step(curve(x, y, error, seed)).verdict for seed in range(DRAWS)]


def test_a_step_is_a_jump_and_a_ramp_is_gradual() -> None:
    step, ramp = np.repeat([0.1, 0.9], 8), np.linspace(0.1, 0.9, 16)
    assert verdicts(step, 0.03).count("jump") > 0.99 * DRAWS
    assert verdicts(ramp, 0.03).count("gradual") > 0.97 * DRAWS
    assert set(verdicts(step, 1.0)) == set(verdicts(ramp, 1.0)) == {"undecided"}
    found = largest_step(curve(np.arange(16.0), step, 0.05))
    assert (found.before, found.after, found.share) == (7.0, 8.0, 1.0)


@pytest.mark.parametrize("y", [[0.0, 0.0, 0.1, 0.5, 0.8, 0.8], [0.2, 0.1, 0.1, 0.5, 0.9, 0.7, 0.5], [0.3] * 8])
@pytest.mark.parametrize("error", [0.001, 0.02, 0.2])
def test_of_half_of_the_rise_neither_is_claimed_often(y: list[float], error: float) -> None:
    """In the first the largest step is exactly half, in the second two steps are, in the last there is no rise."""
    found = verdicts(np.array(y), error)
    assert found.count("jump") <= 0.05 * DRAWS
    assert found.count("gradual") <= 0.05 * DRAWS


def test_a_curve_that_falls_again_keeps_its_whole_rise() -> None:
    for y, verdict, step in (([0, 0, 0, 0.45, 0.8, 0.8, 0.1, 0.1], "jump", 0.45), ([0, 0, 0.2, 0.5, 0.8, 0.8, 0.1, 0.1], "gradual", 0.3)):
        found = largest_step(curve(np.arange(8.0), np.array(y), 0.001))
        assert (found.verdict, found.share) == (verdict, pytest.approx(step / 0.8))


def test_few_points_decide_nothing() -> None:
    assert largest_step(curve(np.arange(3.0), np.array([0.0, 0.5, 1.0]), 1e-6)).verdict == "undecided"
    assert largest_step(curve(np.arange(1.0), np.array([0.5]), 1e-6)).share is None
    assert left_start(curve(np.arange(1.0), np.array([0.5]), 1e-6)) == (None, None)


def test_an_estimated_noise_needs_larger_steps() -> None:
    step = curve(np.arange(6.0), np.array([0.0, 0.01, 0.0, 0.3, 0.31, 0.3]), 0.03)
    assert (largest_step(step).verdict, largest_step(step, 2.0).verdict) == ("jump", "undecided")


def test_the_start_is_left_by_chance_in_one_of_twenty_curves() -> None:
    flat = [left_start(curve(X, np.full(25, 0.3), 0.02, seed)) for seed in range(5 * DRAWS)]
    assert sum(left is not None for _, left in flat) <= 0.07 * 5 * DRAWS
    assert left_start(curve(X, np.where(np.arange(25) < 12, 0.3, 0.5), 0.02, 1)) == (X[11], X[12])


@pytest.mark.parametrize("guess", [None, 0.1])
def test_the_onset_is_that_of_least_squares_from_many_starts(guess: float | None) -> None:
    points = curve(X, power_law(X, 77.0), 0.02, 3)

    def off(at: Floats) -> Floats:
        free = guess if guess is not None else at[3]
        return (power_law(X, np.exp(at[0]), at[1], np.exp(at[2]), free) - points.y) / points.error

    low, high = np.array([0.0, 0.001, -4.6, 0.0]), np.array([9.2, 1.0, 3.9, 0.95])
    starts = [np.array([onset, 0.5, power, 0.1]) for onset in np.linspace(2.5, 7, 12) for power in (-1.0, 0.0, 1.0)]
    best = min((least_squares(off, start, bounds=(low, high), x_scale=0.1) for start in starts), key=lambda one: one.cost)
    found = OnsetProfile(points, guess)
    assert found.chi_square == pytest.approx(2 * best.cost, abs=2e-3)
    assert found.best[0] == pytest.approx(best.x[0], abs=0.01)


def test_intervals_of_the_onset_hold_it_in_95_of_100_draws() -> None:
    held = 0
    for seed in range(DRAWS):
        found = OnsetProfile(curve(X, power_law(X, 77.0), 0.02, seed)).interval
        held += (found.low or 0) <= 77.0 <= (found.high or np.inf)
    assert 0.91 * DRAWS <= held <= 0.995 * DRAWS


def test_errors_that_are_too_small_widen_the_interval() -> None:
    points = curve(X, power_law(X, 77.0), 0.02, 3)
    wrong = replace(points, error=points.error / 10)
    right, widened = OnsetProfile(points), OnsetProfile(wrong)
    assert widened.p_value < 1e-6 < right.p_value
    assert np.log(widened.interval.low or 0) == pytest.approx(np.log(right.interval.low or 0), abs=0.1)


def test_an_onset_before_the_first_point_is_left_open() -> None:
    found = OnsetProfile(curve(X, power_law(X, 1e-3, 0.9, 0.1), 0.01, 2)).interval
    assert found.low is None


@pytest.mark.parametrize(("factor", "least", "most"), [(1.0, 0.0, 0.09), (2.0, 0.9, 1.0)])
def test_one_onset_is_refused_where_there_are_two(factor: float, least: float, most: float) -> None:
    """At a level of 5 %; heights and exponents differ, and the errors of one curve are half of what they are said to be."""
    refused = 0
    for seed in range(DRAWS):
        first = curve(X, power_law(X, 60.0), 0.02, 2 * seed)
        second = curve(X, power_law(X, 60.0 * factor, 0.3, 1.5), 0.02, 2 * seed + 1)
        found = one_onset([OnsetProfile(first), OnsetProfile(replace(second, error=second.error / 2))], 0.05)
        assert found is not None
        refused += found.verdict == "differ"
    assert least * DRAWS <= refused <= most * DRAWS


def test_onsets_between_the_same_points_are_said_to_be_so() -> None:
    near = [OnsetProfile(curve(X, power_law(X, onset, 0.8, 1.0), 1e-4, 1)) for onset in (70.0, 95.0)]
    far = [OnsetProfile(curve(X, power_law(X, onset, 0.8, 1.0), 1e-4, 1)) for onset in (40.0, 95.0)]
    for profiles, one_gap in ((near, True), (far, False)):
        found = one_onset(profiles, 0.01)
        assert found is not None
        assert (found.verdict, found.one_gap) == ("differ", one_gap)
    assert one_onset(near[:1], 0.01) is None


LEARNED_AT = np.geomspace(0.2, 40, 28)


def fitted(form: str, mean: float, error: float = 0.02, seed: int = 1) -> Fitted:
    data = Measurements((curve(LEARNED_AT, learned(mean, LEARNED_AT), error, seed),))
    found = Fitted.of(Theory.named(form), data, (), None)
    assert found is not None
    return found


TOLD = [(5.0, "paper", "jump"), (2.0, "paper", "gradual"), (2.0, "gamma", "gradual"), (2.0, "paper+room", "gradual")]


@pytest.mark.parametrize(("mean", "form", "verdict"), TOLD)
def test_the_theory_tells_a_jump_from_a_gradual_rise(mean: float, form: str, verdict: str) -> None:
    found = emergence(fitted(form, mean))
    assert found.by_theory is not None
    assert (found.by_theory.verdict, found.by_theory.fits, found.verdict) == (verdict, True, verdict)
    if mean == 5:
        before, after = LEARNED_AT[LEARNED_AT < 3 * 2.456530889][-1], LEARNED_AT[LEARNED_AT > 3 * 2.456530889][0]
        assert before < found.by_theory.emergence < after


def test_near_the_cusp_the_theory_is_undecided() -> None:
    found = sides(fitted("paper", 2.72, 0.05), 0.01)
    assert found is not None
    assert found.verdict == "undecided"


def test_the_other_side_is_the_best_of_a_fine_grid() -> None:
    """With c = 2 the least chi^2 of curves that jump is at the cusp: all places and c of a grid beyond it, with the best guess of each."""
    found = fitted("paper", 2.0)
    points, scales, least = found.data.curves[0], np.geomspace(2.5, 5, 4000)[:, None], np.inf
    for mean in np.geomspace(np.e, 3.2, 6):
        left = 1 - LearningCurve().understood((points.x / scales).ravel(), mean).reshape(len(scales), -1)
        share = np.clip(left @ (1 - points.y) / (left**2).sum(axis=1), 0.05, 1)[:, None]
        least = min(least, float((((1 - points.y - share * left) / points.error) ** 2).sum(axis=1).min()))
    other = sides(found, 0.01)
    assert other is not None
    assert other.chi_square["jump"] == pytest.approx(least, rel=3e-3)


def test_the_cusp_is_at_e_over_room_and_that_of_two_skills_at_4_234() -> None:
    for s, expected in ((1, np.e), (2, 4.23400003322535)):
        assert np.exp(cusp(LearningCurve("paper", s), 1.0, 1.0) or 0) == pytest.approx(expected, rel=2e-4)
    assert np.exp(cusp(LearningCurve(has_room=True), 1.0, 0.4) or 0) == pytest.approx(np.e / 0.4, rel=2e-4)


def test_curves_have_rows_and_all_is_written_and_read() -> None:
    x = np.geomspace(0.3, 40, 16)
    table = {"x": [*x, *x], "y": [*learned(5, x), *learned(2, x)], "name": ["a"] * 16 + ["b"] * 16, "e": [0.005] * 32}
    found = da.fit(table, "x", "y", group="name", error="e", guess=0, models="paper", compare=False)
    assert found.emergence is not None
    assert [(row.curve, row.step.verdict) for row in found.emergence.curves] == [("a", "jump"), ("b", "gradual")]
    assert found.emergence.verdict == "differs"
    assert Emergence.from_dict(found.emergence.to_dict()) == found.emergence
    assert found.to_dict()["emergence"]["curves"][0]["by_theory"]["verdict"] == "jump"
    assert found.room_law is None
    assert any("two neighbouring points" in str(note) for note in found.table().notes)
