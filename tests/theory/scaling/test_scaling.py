"""Scaling laws by independent routes: the Lagrange series, expansions far from the thresholds, and results as values."""

import json

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

from deanalysis import (
    DensityEvolution,
    Ensemble,
    G,
    InputError,
    LogNormal,
    Mixture,
    NegativeBinomial,
    Pareto,
    Poisson,
    PoissonLearner,
    Polynomial,
    R,
    Regular,
    Scaling,
    SkillLearner,
    best_ratio,
    best_split,
    c,
    eps,
    first_learned,
    load_model,
    parse_law,
    partial_sum,
)
from deanalysis.theory.scaling.equations.expansions import Expansion, expansion

PAPER = load_model("paper")


EVOLUTION = DensityEvolution(PAPER.ensemble, PAPER.learner)


def test_ten_terms_of_the_lagrange_series_leave_5e_42() -> None:
    found, zeta = partial_sum(EVOLUTION, 10, c=5, R="2.6", digits=60), EVOLUTION.fixed_point(c=5, R="2.6", digits=60).zeta
    left = zeta.mpf() - found.value.mpf()
    with mp.workdps(60):
        assert 4e-42 < left <= found.rest.mpf() <= 5e-42


@pytest.mark.parametrize(
    ("values", "terms"),
    [
        ({"c": 5, "R": 3}, 1),
        ({"c": 5, "R": "2.457"}, 3),
        ({"c": "2.75", "R": "1.02"}, 1),
        ({"c": 2, "R": "0.95"}, 30),
        ({"c": 1, "R": 1}, 20),
        ({"c": "0.5", "R": 9}, 5),
    ],
)
def test_the_rest_of_the_series_is_bounded(values, terms: int) -> None:
    found, zeta = partial_sum(EVOLUTION, terms, digits=40, **values), EVOLUTION.fixed_point(digits=40, **values).zeta
    with mp.workdps(50):
        left = abs(zeta.mpf() - found.value.mpf())
        assert left <= found.rest.mpf()
        assert left > found.rest.mpf() / 10**4 or terms > 5


def test_the_series_with_prior_knowledge() -> None:
    known = DensityEvolution(Ensemble(Poisson(4), Poisson(8), "1/3"), SkillLearner(1))
    with mp.workdps(40):
        assert (
            abs(partial_sum(known, 8, digits=35).value.mpf() - known.fixed_point(digits=35).zeta.mpf()) <= partial_sum(known, 8).rest.mpf()
        )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"c": 5, "R": "2.4"}, "another, smaller fixed point"),
        ({"c": 3, "R": "1.03"}, "another, smaller fixed point"),
        ({"c": 2, "R": "0.5"}, "not below 1"),
        ({"c": 2, "R": "0.07"}, "not below 1"),
        ({"c": "1/2", "R": "1/500"}, r"\|y\| < 4\.6.*5\.80"),
        ({"c": "1/10", "R": "1/300"}, r"\|y\| < 4\.6"),
    ],
)
def test_the_series_is_refused_where_it_is_not_zeta(values, words: str) -> None:
    with pytest.raises(InputError, match=words):
        partial_sum(EVOLUTION, 10, **values)


def test_the_series_is_of_the_paper_s_model_alone() -> None:
    with pytest.raises(InputError, match="1-skill"):
        partial_sum(DensityEvolution(PAPER.ensemble, SkillLearner(2)), 3, c=5, R=3)
    with pytest.raises(InputError, match="terms"):
        partial_sum(EVOLUTION, 0, c=5, R=3)
    with pytest.raises(InputError, match="letter"):
        partial_sum(EVOLUTION, 3, c=5)


def mixed(one, other) -> Mixture:
    return Mixture((("1/2", one), ("1/2", other)))


FAR = {
    "exponential": (Ensemble(Poisson(3), Poisson(3 * R)), SkillLearner(1), R, "8", "exponential", 1e-9),
    "a_0 < 1": (Ensemble(Poisson(3), Poisson(3 * R)), PoissonLearner("9/10*exp(-x/2)"), R, "8", "exponential", 1e-7),
    "knowledge, 2-skill": (Ensemble(Poisson(3), Poisson(3 * R), "1/2"), SkillLearner(2), R, "8", "exponential", 1e-9),
    "regular texts": (Ensemble(Polynomial(((1, "0.2"), (4, "0.8"))), Poisson(R)), SkillLearner(1), R, "25", "exponential", 1e-8),
    "Gamma": (Ensemble(Poisson(3), NegativeBinomial(3 * R, "0.8")), SkillLearner(1), R, "600", "power law", 1e-5),
    "geometric": (Ensemble(Poisson(3), parse_law("geometric(3*R)")), SkillLearner(2), R, "900", "power law", 1e-5),
    "Pareto": (Ensemble(Poisson(3), Pareto(3 * R, 4)), SkillLearner(1), R, "100", "exponential", 1e-2),
    "log-normal": (Ensemble(Poisson(3), LogNormal(3 * R, 1)), SkillLearner(1), R, "3000", "log-normal", 2e-2),
    "mixture": (Ensemble(Poisson(3), mixed(Poisson(3 * R), Poisson(9 * R))), SkillLearner(1), R, "9", "exponential", 1e-9),
    "both": (Ensemble(Poisson(3), mixed(Poisson(3 * R), NegativeBinomial(3 * R, 2))), SkillLearner(1), R, "900", "power law", 1e-4),
    "least degree 1": (Ensemble(Poisson(3 * G), Polynomial(((1, "1/3"), (4, "2/3")))), SkillLearner(1), G, "1e-4", "algebraic", 1e-3),
    "floor": (Ensemble(Poisson(3 * G), Regular(3)), PoissonLearner("9/10*exp(-x)"), G, "1e-4", "floor", 1e-3),
    "by R": (Ensemble(Poisson(3 / R), Polynomial(((1, "1/3"), (4, "2/3")))), SkillLearner(1), R, "1e4", "algebraic", 1e-3),
    "by G": (Ensemble(Poisson(3), Poisson(3 / G)), SkillLearner(1), G, "1/8", "exponential", 1e-9),
    "squared": (Ensemble(Poisson(3), NegativeBinomial(3 * R**2, 2)), SkillLearner(1), R, "40", "power law", 1e-4),
    "eps": (Ensemble(Regular(6), Poisson(3), eps), SkillLearner(1), eps, "1e-5", "algebraic", 1e-4),
}  # fmt: skip


@pytest.mark.parametrize("name", FAR)
def test_leading_terms_are_approached_far_away(name: str) -> None:
    ensemble, learner, letter, far, kind, close = FAR[name]
    evolution = DensityEvolution(ensemble, learner)
    found = expansion(evolution, letter)
    assert isinstance(found, Expansion)
    assert found.kind == kind
    state, value = evolution.fixed_point(**{letter.name: far}), {letter: sp.Rational(far)}
    following = 0 if found.following is None else float(found.following.subs(value))
    assert float(state.zeta) / float(found.zeta.subs(value)) == pytest.approx(1 + following, rel=close)
    following = 0 if found.following_error is None else float(found.following_error.subs(value))
    assert float(state.testing_error) / float(found.testing_error.subs(value)) == pytest.approx(1 + following, rel=max(10 * close, 1e-6))


def test_which_way_learning_gets_easier() -> None:
    for name, toward in (("by R", sp.oo), ("by G", 0), ("Gamma", sp.oo), ("eps", 0)):
        ensemble, learner, letter, _, _, _ = FAR[name]
        found = expansion(DensityEvolution(ensemble, learner), letter)
        assert isinstance(found, Expansion)
        assert found.toward == toward


@pytest.mark.parametrize("name", ["squared", "Gamma", "geometric", "log-normal", "least degree 1", "floor", "eps"])
def test_exponents_by_the_slope_of_the_exact_curve(name: str) -> None:
    ensemble, learner, letter, far, _, _ = FAR[name]
    evolution, place = DensityEvolution(ensemble, learner), float(sp.Rational(far))
    found = expansion(evolution, letter)
    assert isinstance(found, Expansion)
    states = [evolution.fixed_point(**{letter.name: repr(place * factor)}) for factor in (1, 1.01)]
    for quantity, exponent in (("zeta", found.exponent), ("testing_error", found.exponent_error)):
        one, other = (float(getattr(state, quantity)) for state in states)
        slope = np.log(one / other) / np.log(1.01) * (1 if found.toward == sp.oo else -1)
        assert slope == pytest.approx(float(exponent.subs(letter, sp.Rational(far))), rel=0.04, abs=0.01), quantity


def test_complete_learning_is_algebraic_after_each_round() -> None:
    """zeta after l rounds falls with a power of G that grows from round to round; in the end it is 0."""
    evolution = DensityEvolution(Ensemble(Poisson(3 * G), Regular(3)), SkillLearner(2))
    found = expansion(evolution, G)
    assert isinstance(found, Expansion)
    assert found.kind == "complete"
    for rounds, exponent in enumerate(found.rounds[:2], start=1):
        ends = []
        for load in (1e-3, 2e-3):
            state = evolution.trajectory(rounds - 1, G=repr(load))[-1]
            ends.append(1 - (1 + 3 * load * state) * np.exp(-3 * load * state) if state > 1e-5 else (3 * load * state) ** 2 / 2)
        assert np.log2((ends[1] / ends[0]) ** 3) == pytest.approx(float(exponent), rel=0.01)
    assert evolution.fixed_point(G="1/10").zeta.text == "0"


def test_scaling_survives_its_dictionary_and_names_its_laws() -> None:
    found = EVOLUTION.scaling("R", c=5)
    assert Scaling.from_dict(found.to_dict()) == found
    assert str(found.law("q", "before")["A"]).startswith("0.20966450")
    assert str(found.law("rounds", "past")["A"]).startswith("8.0903447")
    assert "simeq" in found._repr_latex_()
    with pytest.raises(KeyError):
        found.law("q", "nowhere")


def test_every_result_can_be_written_and_read_back() -> None:
    bound = EVOLUTION.at(c=6)
    results = [
        partial_sum(bound, 3, R=5),
        bound.one_pass(R=5),
        bound.epochs(2, R=5)[1],
        best_ratio(bound, "R"),
        best_split(bound, "1e8", "R"),
        first_learned(bound.at(R=5), "1/2"),
        *EVOLUTION.scaling("R", c=6).laws,
    ]
    for one in results:
        assert type(one).from_dict(json.loads(json.dumps(one.to_dict()))) == one
        assert one._repr_latex_().startswith("$")
        assert len(repr(one)) < 200


def test_scaling_says_what_there_is_not() -> None:
    gradual = EVOLUTION.scaling("R", c=2)
    assert not gradual.finite_size
    assert any("gradual" in reason for reason in gradual.reasons)
    assert any("no expansion" in reason for reason in EVOLUTION.scaling("c", R=3).reasons)
    two = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R), eps), SkillLearner(1)).scaling("R")
    assert any("need c, eps bound" in reason for reason in two.reasons)
