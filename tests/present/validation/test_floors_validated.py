"""What small stuck sets leave is expected where density evolution leaves nothing: graphs agree with it, and without it they do not."""

import numpy as np
import pytest
from scipy.stats import poisson

from deanalysis import DensityEvolution, load_model, validate
from deanalysis.present.validation.small_sets import Rare, _varying, floor_of
from deanalysis.present.validation.theory import expected
from deanalysis.present.validation.validate import _deviate
from deanalysis.simulate.estimates import Moments
from deanalysis.theory.sizing.recursion import recursion

IRSA = "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"


def evolution_of(name: str, matching: str | None = None) -> DensityEvolution:
    model = load_model(name, matching=matching)
    return DensityEvolution(model.ensemble, model.learner)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "matching", "values", "skills", "replicates"),
    [
        (IRSA, "distinct", {"G": "0.3"}, 200, 4_000),
        (IRSA, "repeated", {"G": "0.3"}, 200, 2_000),
        ("ldpc(3,6)", None, {"eps": "0.2"}, 120, 8_000),
        ("ldpc(3,6)", None, {"eps": "0.3"}, 1_000, 12_000),
        ("hypergraph(3)", None, {"d": "0.4"}, 100, 8_000),
    ],
)
def test_the_floor_agrees_and_without_it_theory_does_not(tmp_path, name, matching, values, skills, replicates) -> None:
    evolution = evolution_of(name, matching)
    options = {"skills": skills, "replicates": replicates, "seed": 4, "results": tmp_path / "graphs"}
    right = validate(evolution, [values], **options)
    assert right.verdict == "agrees", right.to_dict()
    assert abs(right.points[0].z["zeta"]) < 3
    assert validate(evolution, [values], theory_factor=0, **options).verdict == "disagrees"


@pytest.mark.long
def test_the_floor_of_another_matching_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    other = load_model(IRSA, matching="repeated")
    floor = floor_of(other.ensemble.at(G="0.3"), other.learner, 200)
    monkeypatch.setattr("deanalysis.present.validation.theory.floor_of", lambda *_: floor)
    assert validate(evolution_of(IRSA), [{"G": "0.3"}], skills=200, replicates=2_000, seed=4).verdict == "disagrees"


@pytest.mark.long
def test_few_graphs_that_all_learn_everything_are_no_disagreement() -> None:
    """Of 3 in a hundred graphs something is left: 8 of which nothing is left say nothing against that, nor does one that has some."""
    for seed in range(4):
        assert validate(evolution_of(IRSA), [{"G": "0.3"}], skills=10_000, replicates=8, seed=seed).verdict == "agrees"


def test_the_mean_is_that_of_the_exact_chain() -> None:
    model = load_model("hypergraph(3)", matching="repeated")
    floor = floor_of(model.ensemble.at(d="0.4"), model.learner, 60)
    exact = recursion(model.ensemble.at(d="0.4"), model.learner, skills=60, texts=150)
    assert floor is not None
    assert abs(floor.share - exact.zeta) < floor.unsure
    assert floor.unsure < 0.2 * floor.share


def test_past_an_emergence_nothing_is_added() -> None:
    evolution = evolution_of("ldpc(3,6)")
    left = expected(evolution, {"eps": "0.6"}, 120_000)
    assert left.rare == {}
    assert left.values["zeta"] == float(evolution.fixed_point(eps="0.6").zeta)


def test_laws_whose_sets_are_not_counted_have_no_floor() -> None:
    model = load_model("paper", texts="negative_binomial(3, 2)", skills="polynomial(0.5*x^2+0.5*x^3)")
    assert floor_of(model.ensemble, model.learner, 200) is None


@pytest.mark.parametrize("rate", [0.003, 0.1, 1.0, 10.0])
def test_rare_graphs_cry_wolf_as_seldom_as_four_deviations_do(rate: float) -> None:
    """K of 100 graphs with one skill of 1000 left, K Poisson: |z| > 4 less than once in 5000."""
    count = 100
    rare, alarms = Rare((rate / count) ** 0.5 / 1000, 1 / 1000), 0.0
    for events in range(60):
        moments = Moments(count, events / 1000, events / 1000**2, count * 1000)
        if abs(_deviate(moments, rate / count / 1000, 0.0, rare)) > 4:
            alarms += poisson.pmf(events, rate)
    assert alarms < 2e-4
    assert abs(_deviate(Moments(count, 60 / 1000, 60 / 1000**2, count * 1000), rate / count / 1000, 0.0, rare)) > 4


def test_the_spread_of_what_is_left_is_that_of_its_law() -> None:
    """Skills left of a compound Poisson number of pairs: A_2 = mu, A_4 = mu^2/2, ...: mean 2 mu, variance 4 mu."""
    mu, means = 0.2, [0.0] * 40
    term = 1.0
    for k in range(1, 20):
        term *= mu / k
        means[2 * k - 1] = term
    varying = _varying(means, 100)
    assert varying.deviation * 100 == pytest.approx((4 * mu) ** 0.5)
    pairs = 2 * np.random.default_rng(1).poisson(mu, 200_000)
    assert varying.event * 100 == pytest.approx((pairs**3).mean() / (pairs**2).mean(), rel=0.03)
