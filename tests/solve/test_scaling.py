"""Scaling laws by independent routes: series, expansions, passes, room for some skills, the best split of a budget."""

import itertools
import json

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

from deanalysis import (
    Capacity,
    DensityEvolution,
    Ensemble,
    G,
    InputError,
    LogNormal,
    Mixture,
    NegativeBinomial,
    Pareto,
    Percolation,
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
    optimize,
    parse_law,
    partial_sum,
    simulate,
    validate,
)
from deanalysis.equations.expansions import Expansion, expansion
from deanalysis.model.symbols import q
from deanalysis.solve.compiling import compile_floats

PAPER = load_model("paper")
EVOLUTION = DensityEvolution(PAPER.ensemble, PAPER.learner)


def test_ten_terms_of_the_lagrange_series_leave_5e_42() -> None:
    found, zeta = partial_sum(EVOLUTION, 10, c=5, R="2.6", digits=60), EVOLUTION.fixed_point(c=5, R="2.6", digits=60).zeta
    left = zeta.mpf() - found.value.mpf()
    with mp.workdps(60):
        assert 4e-42 < left <= found.rest.mpf() <= 5e-42


@pytest.mark.parametrize(
    ("values", "terms"),
    [({"c": 5, "R": 3}, 1), ({"c": 5, "R": "2.457"}, 3), ({"c": 2, "R": "0.95"}, 30), ({"c": 1, "R": 1}, 20), ({"c": "0.5", "R": 9}, 5)],
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
    ],
)
def test_the_series_is_refused_where_it_is_not_zeta(values, words: str) -> None:
    with pytest.raises(InputError, match=words):
        partial_sum(EVOLUTION, 10, **values)


def test_the_series_is_of_the_paper_s_model_alone() -> None:
    with pytest.raises(InputError, match="1-skill"):
        partial_sum(DensityEvolution(PAPER.ensemble, SkillLearner(2)), 3, c=5, R=3)
    with pytest.raises(InputError, match="--terms"):
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


def peeled(texts: list[np.ndarray], skills: int, blocked: np.ndarray, most: int | None = None) -> np.ndarray:
    """Peel by brute force, in random order; skills that are blocked are never learned, and at most so many are. Return what is novel."""
    novel, by_skill = np.ones(skills, dtype=bool), [[] for _ in range(skills)]
    left = [set(text.tolist()) for text in texts]
    for number, text in enumerate(left):
        for skill in text:
            by_skill[skill].append(number)
    ready, learned = [number for number, text in enumerate(left) if len(text) == 1], 0
    rng = np.random.default_rng(5)
    while ready and (most is None or learned < most):
        place = rng.integers(len(ready))
        ready[place], ready[-1] = ready[-1], ready[place]
        text = ready.pop()
        if len(left[text]) != 1:
            continue
        (skill,) = left[text]
        if blocked[skill]:
            continue
        novel[skill], learned = False, learned + 1
        for other in by_skill[skill]:
            left[other].discard(skill)
            if len(left[other]) == 1:
                ready.append(other)
    return novel


def drawn(skills: int, texts: int, mean: float, popularity: np.ndarray) -> list[np.ndarray]:
    """Draw texts of Poisson degrees: each edge chooses a skill by popularity and a text uniformly."""
    rng = np.random.default_rng(3)
    chosen = rng.choice(skills, size=rng.poisson(mean * texts), p=popularity / popularity.sum())
    counts = np.bincount(rng.integers(0, texts, len(chosen)), minlength=texts)
    return np.split(chosen, np.cumsum(counts)[:-1])


@pytest.mark.parametrize("kept", ["0.5", "0.9"])
def test_room_for_some_skills_by_brute_force(kept: str) -> None:
    skills, ratio, mean = 60_000, 4, 3
    rng = np.random.default_rng(1)
    for popularity, law in (
        (np.ones(skills), Poisson(mean * R)),
        ((1 - 1 / 3) * (1 + rng.pareto(3, skills)), Pareto(mean * R, 3)),
        (
            np.where(np.arange(skills) < skills // 2, 0.5, 1.5),
            Mixture((("1/2", Poisson(mean * R / 2)), ("1/2", Poisson(3 * mean * R / 2)))),
        ),
    ):
        theory = Capacity.of(Ensemble(Poisson(mean), law), SkillLearner(1), kept).fixed_point(R=ratio)
        least = np.quantile(popularity + 1e-9 * np.arange(skills), 1 - float(kept))
        texts = drawn(skills, ratio * skills, mean, popularity)
        novel = peeled(texts, skills, popularity + 1e-9 * np.arange(skills) < least)
        assert novel.mean() == pytest.approx(float(theory.zeta), abs=0.01)
        error = 1 - np.exp(-mean * (novel * popularity).sum() / popularity.sum())
        assert error == pytest.approx(float(theory.testing_error), abs=0.015)


def test_a_learner_that_keeps_what_it_learns_first_by_brute_force() -> None:
    skills, ratio, mean = 60_000, 2, 3
    popularity = np.random.default_rng(1).gamma(2, 0.5, skills)
    evolution = DensityEvolution(Ensemble(Poisson(mean), NegativeBinomial(mean * R, 2)), SkillLearner(1)).at(R=ratio)
    theory = first_learned(evolution, "1/2")
    novel = peeled(drawn(skills, ratio * skills, mean, popularity), skills, np.zeros(skills, dtype=bool), most=skills // 2)
    assert novel.mean() == pytest.approx(0.5, abs=1e-9)
    assert theory.full
    assert (novel * popularity).sum() / popularity.sum() == pytest.approx(float(theory.q), abs=0.01)
    assert not first_learned(evolution, "0.99").full


def test_room_for_all_skills_changes_nothing() -> None:
    whole = Capacity.of(PAPER.ensemble, PAPER.learner, 1)
    assert whole.fixed_point(c=4, R=2) == EVOLUTION.fixed_point(c=4, R=2)
    assert [str(one.value) for one in whole.thresholds("R", c=4)] == [str(one.value) for one in EVOLUTION.thresholds("R", c=4)]
    for share in ("0", "1.5"):
        with pytest.raises(InputError, match="share of skills kept"):
            Capacity.of(PAPER.ensemble, PAPER.learner, share)
    with pytest.raises(InputError, match="most popular"):
        Capacity.of(Ensemble(Poisson(3), NegativeBinomial(3, 2)), PAPER.learner, "1/2")
    half = Capacity.of(PAPER.ensemble, PAPER.learner, "1/2")
    for refused in (
        lambda: half.scaling("R", c=4),
        lambda: Percolation(half),
        lambda: validate(half, [{"c": 4, "R": 2}]),
        lambda: optimize(half, "skills", "2:5", "R", c=4),
    ):
        with pytest.raises(InputError, match="room for all"):
            refused()


def test_passes_of_a_learner_with_room_for_some_skills() -> None:
    half = Capacity.of(PAPER.ensemble, PAPER.learner, "1/2").at(c=3, R=6)
    end, states = half.fixed_point(), half.epochs(60)
    assert states[-1].zeta == pytest.approx(float(end.zeta), rel=1e-7)
    assert states[-1].testing_error == pytest.approx(float(end.testing_error), rel=1e-7)
    assert float(half.one_pass().zeta) == pytest.approx(states[0].zeta, rel=1e-8)
    assert float(half.one_pass().training_error) > float(end.training_error)


def test_a_skill_is_novel_by_its_popularity() -> None:
    """Skills of a class are those of one popularity: a mixture says how many of each are novel."""
    evolution = DensityEvolution(Ensemble(Poisson(3), Mixture((("1/2", Poisson(3)), ("1/2", Poisson(9))))), SkillLearner(1))
    state = float(evolution.fixed_point().q)
    rare, popular = (float(compile_floats(evolution.novel_of(sp.Rational(one)), q)(state)) for one in ("1/2", "3/2"))
    assert (rare + popular) / 2 == pytest.approx(float(evolution.fixed_point().zeta), rel=1e-12)
    skills = 60_000
    popularity = np.where(np.arange(skills) < skills // 2, 0.5, 1.5)
    novel = peeled(drawn(skills, 2 * skills, 3, popularity), skills, np.zeros(skills, dtype=bool))
    assert novel[: skills // 2].mean() == pytest.approx(rare, abs=0.01)
    assert novel[skills // 2 :].mean() == pytest.approx(popular, abs=0.005)
    with pytest.raises(InputError, match="mixed Poisson"):
        DensityEvolution(Ensemble(Poisson(3), Regular(3)), SkillLearner(1)).novel_of(sp.S.One)


def test_the_best_ratio_of_texts_to_skills() -> None:
    assert str(best_ratio(EVOLUTION, "R", c=6).ratio).startswith("4.5329896198")
    smooth = best_ratio(EVOLUTION, "R", c=3)
    grid = np.linspace(1.04, 1.2, 400)
    gains = [(1 - float(EVOLUTION.fixed_point(c=3, R=repr(float(one))).zeta)) ** 2 / one for one in grid]
    assert float(smooth.ratio) == pytest.approx(grid[int(np.argmax(gains))], abs=1e-3)
    assert smooth.place == "smooth"
    for evolution, letter, words in (
        (DensityEvolution(load_model("ldpc(3,6)").ensemble, SkillLearner(1)), "eps", "texts per skill"),
        (DensityEvolution(Ensemble(Regular(3), Poisson(3 * R)), SkillLearner(1)), "R", "learner that learns"),
        (DensityEvolution(Ensemble(Poisson(5), Pareto(5 * R, "3/2")), SkillLearner(1)), "R", "all jumps to be known"),
    ):
        with pytest.raises(InputError, match=words):
            best_ratio(evolution, letter)


def test_the_best_split_tends_to_the_emergence_threshold() -> None:
    limit = float(best_ratio(EVOLUTION, "R", c=6).ratio)
    ratios = [best_split(EVOLUTION, f"1e{power}", "R", c=6).ratio - limit for power in (6, 10, 14, 18, 22)]
    assert all(one > other > 0 for one, other in itertools.pairwise(ratios))
    assert ratios[-1] < 1e-3
    split = best_split(EVOLUTION, "1e7", "R", c=6)
    assert split.skills * split.texts == pytest.approx(1e7)
    law = EVOLUTION.scaling("R", c=6).finite_size[0]
    for ratio in (0.97 * split.ratio, 1.03 * split.ratio):
        skills = (1e7 / ratio) ** 0.5
        stuck = law.stuck(repr(ratio), round(skills))
        assert skills * (1 - stuck * float(law.residue)) < split.learned
    with pytest.raises(InputError, match="--compute"):
        best_split(EVOLUTION, "1e10", "R", c=2)


def test_graphs_confirm_that_the_best_split_is_best() -> None:
    """At C = 4e6, more skills with fewer texts get stuck, and fewer skills with more texts are fewer."""
    split = best_split(EVOLUTION, "4e6", "R", c=6)
    learned = {}
    for factor in (0.85, 1.0, 1.2):
        ratio = factor * split.ratio
        skills = round((4e6 / ratio) ** 0.5)
        run = simulate(PAPER.ensemble.at(c=6, R=repr(ratio)), PAPER.learner, skills=skills, replicates=2_000, seed=1)
        learned[factor] = skills * (1 - run.zeta.mean)
    assert learned[1.0] > max(learned[0.85], learned[1.2])
    assert learned[1.0] == pytest.approx(split.learned, rel=0.02)


def by_quadrature(law, s: float, order: int) -> mp.mpf:
    """Return E[W^order e^(-sW)]."""
    shape = float(law.shape)
    if isinstance(law, Pareto):
        least = 1 - 1 / shape
        density = lambda w: shape * least**shape * w ** (order - shape - 1) * mp.exp(-s * w)  # noqa: E731
        return mp.quad(density, [least, 1, 3, 10, 40, mp.inf])
    popularity = lambda z: mp.exp(shape * z - shape**2 / 2)  # noqa: E731
    return mp.quad(lambda z: mp.npdf(z) * popularity(z) ** order * mp.exp(-s * popularity(z)), [-10, -3, 0, 3, 10])


@pytest.mark.parametrize("law", [Pareto(3, 4), Pareto(5, "3/2"), LogNormal(3, 1), LogNormal(2, "1/4")])
def test_popularity_laws_by_quadrature(law) -> None:
    for place in (0.0, 0.3, 0.9):
        for order in (0, 1, 2):
            value = float(compile_floats(law.derivative(sp.Symbol("x", positive=True), order), sp.Symbol("x", positive=True))(place))
            s, power = float(law.mean) * (1 - place), float(law.mean) ** order
            wanted = by_quadrature(law, s, order)
            assert value == pytest.approx(power * float(wanted), rel=1e-9)
    assert str(parse_law(str(law))) == str(law)


@pytest.mark.parametrize("law", [Pareto(6, 4), LogNormal(6, 1)])
def test_popularity_laws_agree_with_graphs(law) -> None:
    evolution = DensityEvolution(Ensemble(Poisson(3), law), SkillLearner(1))
    theory, run = evolution.fixed_point(), simulate(Ensemble(Poisson(3), law), SkillLearner(1), skills=300_000, replicates=12, seed=2)
    for name in ("zeta", "training_error"):
        low, best, high = run.estimate(name)
        assert abs(best - float(getattr(theory, name))) < 1.6 * (high - low), name


def test_popularity_laws_have_thresholds() -> None:
    found = DensityEvolution(Ensemble(Poisson(5), LogNormal(5 * R, 1)), SkillLearner(1)).thresholds("R")
    assert [one.kind for one in found] == ["fold", "potential", "emergence"]
    assert all(one.status == "proved" for one in found)
    jump = float(found.emergence[0].value)
    before, after = (
        float(DensityEvolution(Ensemble(Poisson(5), LogNormal(5 * R, 1)), SkillLearner(1)).fixed_point(R=repr(jump * factor)).q)
        for factor in (0.999, 1.001)
    )
    assert before - after > 0.2


@pytest.mark.parametrize("text", ["pareto(3, 1)", "pareto(3, 0.5)", "pareto(3)", "log_normal(3, 9)", "log_normal(0, 1)"])
def test_popularity_laws_refuse(text: str) -> None:
    with pytest.raises(InputError):
        parse_law(text)
