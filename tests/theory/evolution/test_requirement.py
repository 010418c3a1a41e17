"""A target of any measure: kept on one side of the answer and missed on the other; proved or refused where not all is searched."""

from fractions import Fraction

import pytest
import sympy as sp
from command_line import output, run_here
from flint import arb

from deanalysis import DensityEvolution, Ensemble, G, InputError, LogNormal, Pareto, Poisson, R, SkillLearner, c, load_model, parse_law
from deanalysis.balls.isolation import Isolation
from deanalysis.theory.evolution.branches.bound_curve import BoundCurve
from deanalysis.theory.evolution.states import requirement
from deanalysis.theory.evolution.thresholds.results import Requirement

MODELS = {
    "irsa": ({"text": "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"}, {}, "0.05"),
    "irsa, gradual": ({"text": "irsa(0.7*x^2 + 0.3*x^3)"}, {}, "0.001"),
    "paper": ({"text": "paper"}, {"c": 2}, "0.03"),
    "prior knowledge": ({"text": "paper", "unknown": "0.6", "learner": "2-skill"}, {"c": 5}, "0.01"),
    "ldpc": ({"text": "ldpc(3,6)"}, {}, "0.001"),
    "irregular code": ({"texts": "regular(6)", "skills": "edge(0.4x + 0.6x^3)", "unknown": "eps"}, {}, "0.1"),
    "skills without texts": ({"texts": "regular(4)", "skills": "poisson(3)", "unknown": "eps"}, {}, "0.02"),
    "popularity": ({"texts": "poisson(3)", "skills": "negative_binomial(3*R, 0.8)"}, {}, "0.2"),
    "heavy texts": ({"texts": "geometric(2*G)", "skills": "regular(3)", "learner": "success:exp(-x/2)"}, {}, "0.1"),
}


def _evolution(laws: dict[str, str]) -> DensityEvolution:
    model = load_model(**laws)
    return DensityEvolution(model.ensemble, model.learner)


@pytest.mark.parametrize("measure", ["testing_error", "training_error", "zeta"])
@pytest.mark.parametrize("name", MODELS)
def test_both_sides_of_the_answer(name: str, measure: str) -> None:
    laws, values, target = MODELS[name]
    evolution = _evolution(laws)
    found = evolution.require(**{measure: target}, **values)
    assert found.status == "proved"
    assert Requirement.from_dict(found.to_dict()) == found
    learned = 1 if found.learned_side == "above" else -1
    here = Fraction(found.value.low)
    for side in (1, -1):
        place = here * (1 + Fraction(side * learned, 10**6))
        state = evolution.fixed_point(**{found.parameter: place}, **values)
        assert (float(getattr(state, measure)) <= float(target)) == (side > 0), (side, state)


def test_an_output_distribution_of_raptor_codes() -> None:
    """The overhead at which peeling leaves 1 % of the input symbols, beside max of -log(q)/Omega'(1-q) over q >= 0.01."""
    law = parse_law(
        "polynomial(0.007969x + 0.493570x^2 + 0.166220x^3 + 0.072646x^4 + 0.082558x^5 + 0.056058x^8 + 0.037229x^9 + 0.055590x^19"
        " + 0.025023x^64 + 0.003135x^65)",
        normalize=True,
    )
    found = DensityEvolution(Ensemble(law, Poisson(law.mean * R)), SkillLearner(1)).require(zeta="0.01")
    slope = sp.lambdify("y", sp.diff(law.pgf(sp.Symbol("y")), sp.Symbol("y")), "math")
    scanned = max(-float(sp.log(state).evalf()) / slope(1 - state) for state in (place / 20_000 for place in range(200, 20_000, 7)))
    assert scanned == pytest.approx(float(found.value), abs=1e-7)
    assert scanned <= float(found.value)


@pytest.mark.parametrize(
    ("laws", "targets", "words"),
    [
        ({"text": "ldpc(3,6)"}, {}, "the target must be one of `testing_error` or `training_error` or `zeta`, got 'none'"),
        ({"text": "ldpc(3,6)"}, {"zeta": 0.1, "testing_error": 0.1}, "got 'testing_error and zeta'"),
        ({"text": "ldpc(3,6)"}, {"zeta": "c"}, "zeta must be a number"),
        ({"text": "ldpc(3,6)"}, {"zeta": 2}, "zeta must lie"),
        ({"texts": "poisson(3)", "skills": "poisson(3*R)", "unknown": "0.5"}, {"zeta": 0.5}, "zeta is kept for every R"),
        ({"texts": "poisson(3*G)", "skills": "poisson(3)"}, {"zeta": 0.01}, "zeta cannot be reached: zeta stays above 0.0497871"),
        ({"texts": "regular(3)", "skills": "poisson(3*R)"}, {"zeta": 0.01}, "zeta cannot be reached: learning never starts"),
    ],
)
def test_what_cannot_be_asked(laws: dict[str, str], targets: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        _evolution(laws).require(**targets)  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_from_the_command_line() -> None:
    found = output("require", "irsa(0.7*x^2 + 0.3*x^3)", "--zeta", "0.001")
    assert (found["zeta"], found["parameter"], found["status"]) == (0.001, "G", "proved")
    done = run_here("require", "ldpc(3,6)")
    assert done.returncode == 2
    assert "must be one of --testing-error or --training-error or --zeta, got 'none'" in done.stderr


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
    monkeypatch.setattr(requirement._Proved, "isolation", Isolation([], [arb("nan")]))
    with pytest.raises(InputError, match=r"the folds of the curve stay undecided, got '1/100'; it takes R at least 1\.2119.*, and may"):
        evolution.require("0.01", method="balls")


def test_undecided_folds_below_the_record_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    evolution = PAPER.at(c=2)
    expected = evolution.require("0.01")
    monkeypatch.setattr(requirement._Proved, "isolation", Isolation([], [arb(0.1, 0.05)]))
    assert evolution.require("0.01") == expected
