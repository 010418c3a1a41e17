"""Graphs without repeated edges: theory with hubs beside uniform graphs, and beside density evolution where there is no hub."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest

import deanalysis as da
from deanalysis.graphs.degrees import degree_counts
from deanalysis.theory.prior.distinct import DistinctEvolution, _Product


def with_hubs(texts: int, seed: int) -> da.Graph:
    """Return a graph of texts of words: the word of rank r is met in proportion to 1/r."""
    rng = np.random.default_rng(seed)
    sizes = 1 + rng.poisson(rng.choice([1, 9], texts))
    share = np.cumsum(1 / np.arange(1, texts + 1))
    words = np.searchsorted(share / share[-1], rng.random(int(sizes.sum())))
    return da.Graph.joined(np.repeat(np.arange(texts), sizes), words, range(texts), range(texts)).part(
        np.ones(texts, dtype=bool), np.bincount(words, minlength=texts) > 0
    )


def evolution_of(graph: da.Graph, learner: da.Learner) -> DistinctEvolution:
    return DistinctEvolution(degree_counts(graph.text_degrees), degree_counts(graph.skill_degrees), learner)


@pytest.mark.parametrize("learner", [da.SkillLearner(1), da.SkillLearner(2), da.PoissonLearner("exp(-x/2)")])
def test_rewired_graphs_learn_what_theory_says_where_density_evolution_fails(learner: da.Learner) -> None:
    graph = with_hubs(20_000, seed=1)
    theory = evolution_of(graph, learner)
    assert len(theory.hubs) >= 20
    copies = [da.learn(graph.rewired(seed), learner, seed=seed) for seed in range(16)]
    state, evolved = theory.state({}), da.PriorKnowledge(graph.ensemble, learner).state({})
    for name in ("learned", "understood"):
        shares = np.array([getattr(copy, name) for copy in copies])
        error = np.std(shares, ddof=1) / len(copies) ** 0.5 + 2e-4
        assert abs(shares.mean() - getattr(state, name)) < 4 * error
        if learner == da.SkillLearner(1):
            assert abs(shares.mean() - float(getattr(evolved, name))) > 4 * error


@pytest.mark.parametrize("s", [1, 2])
def test_without_hubs_it_is_density_evolution(s: int) -> None:
    texts, skills = {2: 30_000, 3: 40_000}, {1: 20_000, 2: 35_000, 3: 30_000}
    distinct = DistinctEvolution(texts, skills, da.SkillLearner(s))
    assert len(distinct.hubs) == 0
    ensemble = da.Ensemble(da.Polynomial.from_counts(texts), da.Polynomial.from_counts(skills))
    for known in ({}, {3: 0.5}, {1: 1, 2: 0.1}):
        state = distinct.state(known)
        proved = da.PriorKnowledge(ensemble, da.SkillLearner(s)).state({degree: str(share) for degree, share in known.items()})
        assert state.learned == pytest.approx(float(proved.learned), abs=1e-7)
        assert state.understood == pytest.approx(float(proved.understood), abs=1e-7)


def test_what_a_text_holds_is_what_counting_says() -> None:
    """Texts of two and four skills, four hubs: fugacities and the chance that all of a text is known, by sums over all sets of hubs."""
    texts, skills = {2: 60, 4: 40}, {1: 120, 50: 1, 40: 2, 30: 1}
    theory = DistinctEvolution(texts, skills, da.SkillLearner(1))
    fugacities, hubs = theory._fugacities, theory.hubs

    def weight(chosen: tuple[int, ...], degree: int) -> float:
        return float(np.prod([fugacities[hub] for hub in chosen])) / factorial(degree - len(chosen))

    for number, hub_degree in enumerate(hubs):
        expected = 0.0
        for degree, count in texts.items():
            sets = [chosen for size in range(degree + 1) for chosen in combinations(range(len(hubs)), size)]
            total = sum(weight(chosen, degree) for chosen in sets)
            expected += count * sum(weight(chosen, degree) for chosen in sets if number in chosen) / total
        assert expected == pytest.approx(hub_degree, rel=1e-5)


def test_all_skills_hubs_and_other_small_graphs_have_shares() -> None:
    rng = np.random.default_rng(5)
    for _ in range(40):
        skills, texts = int(rng.integers(1, 12)), int(rng.integers(1, 12))
        graph = da.Graph.from_edges([(0, 0), *((int(rng.integers(texts)), int(rng.integers(skills))) for _ in range(30))])
        for learner in (da.SkillLearner(1), da.SkillLearner(2)):
            state = evolution_of(graph, learner).state({})
            assert 0 <= state.learned <= 1
            assert 0 <= state.understood <= 1


def test_sums_without_each_factor_are_those_of_the_products_without_it() -> None:
    rng = np.random.default_rng(3)
    series, functional = rng.random((3, 7)).astype(np.longdouble), rng.random((3, 7)).astype(np.longdouble)
    fugacities, novel = rng.random(4), rng.random(4)
    sums = _Product.of(series, fugacities, novel).sums_without(functional)
    for left_out in range(4):
        others = np.arange(4) != left_out
        product = _Product.of(series, fugacities[others], novel[others]).whole
        assert sums[left_out] == pytest.approx(float((product * functional).sum()), rel=1e-12)
