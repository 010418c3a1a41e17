"""Texts presented in turn: one pass and further ones, by the exponential integral, the fixed point and graphs."""

import itertools

import mpmath as mp
import pytest
import sympy as sp

from deanalysis import (
    DensityEvolution,
    Ensemble,
    InputError,
    LogNormal,
    NegativeBinomial,
    Pareto,
    Poisson,
    PoissonLearner,
    Polynomial,
    Regular,
    SkillLearner,
    load_model,
    simulate,
)

PAPER = load_model("paper")
EVOLUTION = DensityEvolution(PAPER.ensemble, PAPER.learner)


@pytest.mark.parametrize(("mean", "ratio", "known"), [(3, 2, 1), (5, "2.6", 1), (4, 1, "0.6"), (1, 5, 1)])
def test_one_pass_solves_the_exponential_integral(mean, ratio, known) -> None:
    evolution = DensityEvolution(Ensemble(Poisson(mean), Poisson(mean * sp.Rational(ratio)), known), SkillLearner(1))
    with mp.workdps(40):
        start, end = mp.ei(mean * mp.mpf(str(known))), mean * mp.mpf(str(ratio))
        state = evolution.one_pass(digits=30).q.mpf()
        assert abs(start - mp.ei(mean * state) - end) < 1e-27 * end


PASSED = {
    "paper": DensityEvolution(Ensemble(Poisson(3), Poisson(6)), SkillLearner(1)),
    "Gamma, 2-skill": DensityEvolution(Ensemble(Poisson(3), NegativeBinomial(6, "4/5")), SkillLearner(2)),
    "knowledge": DensityEvolution(Ensemble(Poisson(4), Poisson(6), "0.6"), SkillLearner(1)),
    "exp(-x/2)": DensityEvolution(Ensemble(Poisson(3), Poisson(6)), PoissonLearner("exp(-x/2)")),
    "Gamma, texts of few skills": DensityEvolution(Ensemble(Polynomial(((1, "0.3"), (4, "0.7"))), NegativeBinomial(8, 2)), SkillLearner(1)),
}


@pytest.mark.parametrize("name", PASSED)
def test_one_pass_agrees_with_graphs_to_three_digits(name: str) -> None:
    evolution = PASSED[name]
    theory = evolution.one_pass()
    run = simulate(evolution.ensemble, evolution.learner, skills=1_000_000, replicates=8, seed=1, one_pass=True)
    for quantity, scale in (("zeta", 1), ("testing_error", 2), ("training_error", 1)):
        low, best, high = run.estimate(quantity)
        assert abs(best - float(getattr(theory, quantity))) < max(1e-3 * scale, 2 * (high - low)), quantity
        assert high - low < 0.01
    low, best, high = run.estimate("zeta")
    assert abs(best - 1.03 * float(theory.zeta)) > 2 * (high - low)


@pytest.mark.parametrize("passes", [2, 3])
def test_further_passes_agree_with_graphs(passes: int) -> None:
    for name in ("paper", "Gamma, 2-skill"):
        evolution = PASSED[name]
        theory = evolution.epochs(passes)[-1]
        run = simulate(evolution.ensemble, evolution.learner, skills=400_000, replicates=12, seed=1, passes=passes)
        low, best, high = run.estimate("zeta")
        assert abs(best - theory.zeta) < 1.6 * (high - low), (name, passes)


def test_passes_end_at_the_fixed_point_and_are_worth_more_texts() -> None:
    for evolution in PASSED.values():
        found = evolution.epochs(40)
        assert found[0].q == pytest.approx(float(evolution.one_pass().q), rel=1e-8)
        assert found[0].worth == pytest.approx(1, rel=1e-8)
        assert found[-1].q == pytest.approx(float(evolution.fixed_point().q), rel=1e-7)
        assert all(one.worth < other.worth + 1e-9 for one, other in itertools.pairwise(found))
    second = EVOLUTION.epochs(2, c=3, R=2)[1]
    assert float(EVOLUTION.one_pass(c=3, R=repr(2 * second.worth)).q) == pytest.approx(second.q, rel=1e-8)


def test_popularity_without_an_analytic_transform_has_epochs_in_floats() -> None:
    for law in (Pareto(8, 4), LogNormal(8, 1)):
        evolution = DensityEvolution(Ensemble(Poisson(3), law), SkillLearner(1))
        with pytest.raises(InputError, match="use epochs"):
            evolution.one_pass()
        run = simulate(evolution.ensemble, evolution.learner, skills=200_000, replicates=8, seed=1, one_pass=True)
        low, best, high = run.estimate("zeta")
        assert abs(best - evolution.epochs(1)[0].zeta) < 1.6 * (high - low)


def test_one_pass_where_nothing_starts() -> None:
    stuck = DensityEvolution(Ensemble(Regular(3), Regular(6)), SkillLearner(1))
    assert stuck.one_pass().zeta.text == "1.00000000000000"
