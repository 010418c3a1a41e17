"""The theory's learning curves in floats, beside iteration round by round, proved fixed points and thresholds, and simulated graphs."""

import numpy as np
import pytest
from routes import known_curves as known

from deanalysis import DensityEvolution, Ensemble, LogNormal, NegativeBinomial, Pareto, Poisson, R, SkillLearner, c, simulate
from deanalysis.measured.curves.learning_curves import LearningCurve

RATIOS = np.geomspace(0.05, 30, 40)
NOVEL = {
    "paper": (1.0, known.alike),
    "gamma": (0.3, known.gamma(0.3)),
    "pareto": (1.5, known.pareto(1.5)),
    "log_normal": (1.0, known.log_normal(1.0)),
}


EXACT, SPLINED = {"rel": 1e-11, "abs": 2e-13}, {"rel": 2e-6, "abs": 2e-6}
"""How near curves are: transforms of popularities that are integrals are splined, near a jump with more error."""


def nearness(law: str) -> dict[str, float]:
    return SPLINED if law in ("pareto", "log_normal") else EXACT


@pytest.mark.parametrize("s", [1, 2, 3])
@pytest.mark.parametrize("law", NOVEL)
def test_curves_are_where_density_evolution_stops(law: str, s: int) -> None:
    shape, novel = NOVEL[law]
    for mean in (0.3, 1.0, 2.0, 3.0, 5.0, 8.0):
        expected = known.understood(mean, RATIOS, novel, s)
        assert LearningCurve(law, s).understood(RATIOS, mean, shape) == pytest.approx(expected, **nearness(law))


@pytest.mark.parametrize(("law", "novel"), [("paper", known.with_room(0.6)), ("pareto", known.pareto(1.5, 0.6))])
def test_with_room_for_some_of_the_skills(law: str, novel: known.Novel) -> None:
    for mean in (1.0, 3.0, 6.0):
        found = LearningCurve(law, has_room=True).understood(RATIOS, mean, 1.5, 0.6)
        assert found == pytest.approx(known.understood(mean, RATIOS, novel), **nearness(law))
        assert not np.allclose(found, LearningCurve(law).understood(RATIOS, mean, 1.5), rtol=1e-2)


def test_at_the_ends() -> None:
    for law, (shape, _) in NOVEL.items():
        nothing, little, much = LearningCurve(law).understood(np.array([0.0, 1e-12, 1e12]), 3.0, shape)
        assert nothing == pytest.approx(np.exp(-3), rel=1e-3)
        assert little == pytest.approx(nothing, rel=1e-9)
        assert 0.999 < much <= 1


@pytest.mark.parametrize(
    ("law", "skills"),
    [
        ("paper", Poisson(c * R)),
        ("gamma", NegativeBinomial(c * R, "3/10")),
        ("pareto", Pareto(c * R, "3/2")),
        ("log_normal", LogNormal(c * R, 1)),
    ],
)
def test_proved_fixed_points_lie_on_the_curve(law: str, skills: Poisson) -> None:
    evolution = DensityEvolution(Ensemble(Poisson(c), skills), SkillLearner(1))
    curve, shape = LearningCurve(law), NOVEL[law][0]
    for mean, at in ((2, "0.75"), (5, "2.25"), (5, "2.5")):
        proved = 1 - float(evolution.fixed_point(c=mean, R=at).testing_error)
        assert curve.understood(np.array([float(at)]), float(mean), shape)[0] == pytest.approx(proved, **nearness(law))


@pytest.mark.parametrize("s", [1, 2])
def test_jumps_are_the_proved_thresholds(s: int) -> None:
    evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(s))
    for mean in (5, 9):
        (jump,) = evolution.thresholds(R, kind="emergence", c=mean)
        bend = LearningCurve(s=s).bend(float(mean))
        assert bend.is_jump
        assert bend.ratio == pytest.approx(float(jump.value), rel=1e-9)
        below, above = LearningCurve(s=s).understood(bend.ratio * np.array([1 - 1e-7, 1 + 1e-7]), float(mean))
        assert above > below + 0.5


def test_a_jump_of_the_paper_in_closed_form_and_the_steepest_rise_without_one() -> None:
    for mean in (2.8, 4.0, 12.0, 25.0, 55.0):
        assert LearningCurve().bend(mean) == (pytest.approx(known.emergence(mean), rel=1e-9), True)
        table = LearningCurve().table(mean)
        assert table.states.q[table.first] == pytest.approx(known.jump(mean)[1], rel=1e-8)
    for mean in (1.0, 2.0, 2.6):
        assert LearningCurve().bend(mean) == (pytest.approx(known.emergence(mean), rel=5e-4), False)
        assert LearningCurve().bend(mean).ratio == pytest.approx(np.exp(mean / np.e) / mean, rel=1e-5)  # d log R/d log t = 1 - c t e^-t
        assert LearningCurve("gamma").bend(mean, 1.5) == (pytest.approx(known.gamma_emergence(mean, 1.5), rel=5e-4), False)


def test_a_coarse_search_sees_nearly_the_same_curve() -> None:
    for law, (shape, _) in NOVEL.items():
        quick = LearningCurve(law).quickly(np.log(RATIOS), 4.0, shape)
        assert quick == pytest.approx(LearningCurve(law).understood(RATIOS, 4.0, shape), abs=0.02)


@pytest.mark.parametrize(("mean", "at"), [(2.0, 1.0), (3.0, 0.9), (3.0, 1.2)])
def test_simulated_graphs_lie_on_the_curve(mean: float, at: float) -> None:
    ensemble = Ensemble(Poisson(c), Poisson(c * R)).at(c=str(mean), R=str(at))
    run = simulate(ensemble, SkillLearner(1), skills=50_000, replicates=16, seed=1)
    seen, error = 1 - run.testing_error.mean, run.testing_error.standard_error
    (expected,) = LearningCurve().understood(np.array([at]), mean)
    assert abs(seen - expected) < 4 * error
    assert abs(seen - 1.03 * expected) > 4 * error
