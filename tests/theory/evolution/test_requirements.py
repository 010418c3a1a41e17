"""Requirements where the whole curve could not be searched: either proved all the same, or refused, never a wrong number."""

import pytest
from flint import arb

from deanalysis import DensityEvolution, Ensemble, G, InputError, LogNormal, Pareto, Poisson, R, SkillLearner, c
from deanalysis.balls.isolation import Isolation
from deanalysis.theory.evolution.branches.bound_curve import BoundCurve
from deanalysis.theory.evolution.states import requirement

HUBS = {
    "a jump": (DensityEvolution(Ensemble(Poisson(8), Pareto(8 * R, 2)), SkillLearner(1)), "9.4007"),
    "two skills at a time": (DensityEvolution(Ensemble(Poisson(8), Pareto(8 * R, 3)), SkillLearner(2)), "1.9117"),
    "past a jump": (DensityEvolution(Ensemble(Poisson(6), Pareto(6 * R, "1.5")), SkillLearner(1)), "2.0346"),
    "no jump": (DensityEvolution(Ensemble(Poisson(6), LogNormal(6 * R, 2)), SkillLearner(1)), "9.5619"),
    "in the texts": (DensityEvolution(Ensemble(Pareto(5, "1.5"), Poisson(5 * R)), SkillLearner(1)), "1.3689"),
    "falling": (DensityEvolution(Ensemble(Poisson(3 * G), Pareto(3, 2)), SkillLearner(1)), "0.04489"),
}
PAPER = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))


@pytest.mark.parametrize("name", HUBS)
def test_the_error_passes_the_target_where_it_is_said(name: str) -> None:
    evolution, start = HUBS[name]
    found = evolution.require("0.01")
    value = float(found.value)
    assert (found.status, str(found.value)[: len(start)]) == ("proved", start)
    errors = [float(evolution.fixed_point(**{found.parameter: value * factor}).testing_error) for factor in (0.999, 1.001)]
    assert (errors[0] > 0.01 > errors[1]) if found.learned_side == "above" else (errors[0] < 0.01 < errors[1])


def test_folds_are_found_in_front_of_a_state_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = [(PAPER.at(c=mean), target) for mean, target in ((2, "0.01"), (5, "0.5"), (5, "1e-9"), (5, "0.992"))]
    models = [(HUBS["no jump"][0], "0.01"), *papers]
    whole = [evolution.require(target) for evolution, target in models]
    monkeypatch.setattr(BoundCurve, "turning_points", lambda self: Isolation([], [arb("nan")]))
    assert [evolution.require(target) for evolution, target in models] == whole


def test_what_stays_undecided_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    evolution, _ = HUBS["a jump"]
    monkeypatch.setattr(requirement._Proved, "isolation", lambda *_: Isolation([], [arb("nan")]))
    with pytest.raises(InputError, match=r"the folds of the curve stay undecided, got '1/100'; it takes R at least 1\.2119.*, and may"):
        evolution.require("0.01", method="balls")


def test_undecided_folds_below_the_record_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    evolution = PAPER.at(c=2)
    expected = evolution.require("0.01")
    monkeypatch.setattr(requirement._Proved, "isolation", lambda *_: Isolation([], [arb(0.1, 0.05)]))
    assert evolution.require("0.01") == expected
