"""Learning curves on graphs of finite size, beside the law in closed form and simulated graphs of 1000 skills."""

from collections.abc import Callable

import numpy as np
import pytest
from routes import known_curves as known

from deanalysis import DensityEvolution, Ensemble, Poisson, R, SkillLearner, c, load_model, simulate
from deanalysis.measured.curves.finite import understood
from deanalysis.measured.curves.learning_curves import LearningCurve

PAPER = Ensemble(Poisson(c), Poisson(c * R))


@pytest.mark.parametrize("skills", [500, 2_000, 1_000_000])
def test_the_mean_of_graphs_before_the_jump_and_past_it(skills: int) -> None:
    ratios = np.linspace(0.3, 4, 60)
    for mean in (3.0, 5.0, 8.0):
        around = ratios * known.emergence(mean) / 2
        expected = known.finite(mean, around, skills)
        found = understood(LearningCurve(), around, skills, mean)
        assert found == pytest.approx(expected, rel=2e-5, abs=2e-5)


def test_it_is_smooth_in_c_so_that_least_squares_see_where_it_falls() -> None:
    """A state at the jump that is off by 4e-5 would make differences over 1e-5 of c those of noise."""
    ratios, step = np.linspace(2, 3, 9), 1e-5

    def slope(curve: Callable[[float], known.Floats], width: float) -> known.Floats:
        return (curve(5 * (1 + width)) - curve(5 * (1 - width))) / (2 * width)

    expected = slope(lambda mean: known.finite(mean, ratios, 2000), 1e-3)
    found = slope(lambda mean: understood(LearningCurve(), ratios, 2000, mean), step)
    assert found == pytest.approx(expected, rel=1e-2, abs=1e-3)


def test_the_chance_to_get_stuck_is_that_of_the_law() -> None:
    evolution = DensityEvolution(load_model("paper").ensemble, SkillLearner(1)).at(c=5)
    (law,) = evolution.scaling("R").finite_size
    for at in ("2.3", "2.5", "2.8"):
        ratios = np.array([float(at)])
        before = np.exp(-5 * (known.states(5.0, ratios) if float(at) < known.jump(5.0)[0] else known.jump(5.0)[1]))
        past = known.understood(5.0, ratios) if float(at) > known.jump(5.0)[0] else np.exp(-5 * known.states(5.0, ratios, start=0.0))
        expected = before + (1 - law.stuck(at, 1000)) * (past - before)
        assert understood(LearningCurve(), ratios, 1000, 5.0) == pytest.approx(expected, rel=1e-5)


def test_without_a_jump_or_with_very_many_skills_it_is_the_curve_itself() -> None:
    ratios = np.geomspace(0.1, 10, 20)
    gradual = LearningCurve().understood(ratios, 2.0)
    assert understood(LearningCurve(), ratios, 300, 2.0) == pytest.approx(gradual, rel=1e-15)
    assert understood(LearningCurve(), ratios, 1e12, 5.0) == pytest.approx(LearningCurve().understood(ratios, 5.0), abs=1e-9)


def at_a_thousand(ratios: known.Floats) -> known.Floats:
    return understood(LearningCurve(), ratios, 1000, 5.0)


def at_infinity(ratios: known.Floats) -> known.Floats:
    return LearningCurve().understood(ratios, 5.0)


@pytest.mark.parametrize("at", ["2.35", "2.6", "2.75"])
def test_simulated_graphs_of_a_thousand_skills(at: str) -> None:
    """The law leaves out what is of order 1/n: of P(stuck) it is off by no more than 0.02 here."""
    run = simulate(PAPER.at(c=5, R=at), SkillLearner(1), skills=1000, replicates=600, seed=1)
    seen, allowed = 1 - run.testing_error.mean, 4 * run.testing_error.standard_error + 0.02
    (expected,), (sharp,) = (curve(np.array([float(at)])) for curve in (at_a_thousand, at_infinity))
    assert abs(seen - expected) < allowed
    assert abs(seen - sharp) > allowed
