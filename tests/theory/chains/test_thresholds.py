"""Thresholds of chains against plain rounds topic by topic in floats on both sides, published values, and each other."""

from collections.abc import Callable

import numpy as np
import pytest
from sympy import Rational

from deanalysis import ChainEvolution, DensityEvolution, Ensemble, SkillLearner, Threshold, load_model
from deanalysis.theory.chains.system import ChainSystem
from deanalysis.theory.chains.thresholds import chain_thresholds
from deanalysis.theory.evolution.search import one_letter

Round = Callable[[np.ndarray], np.ndarray]
SIDE = 1e-5
"""How far from a threshold, relative to it, rounds are looked at: nearer by they take longer."""


def jumps(name: str, letter: str, digits: int = 10, search: str | None = None, **values: object) -> list[Threshold]:
    """Return the jumps of a chain, all of them proved."""
    found = list(ChainEvolution(load_model(name).ensemble).thresholds(letter, digits=digits, search=search, **values))
    assert all(str(entry.status) == "proved" for entry in found), found
    return found


def last(name: str, letter: str, digits: int = 10, search: str | None = None, **values: object) -> float:
    """Return the last jump of a chain, past which all of it is learned."""
    return float(jumps(name, letter, digits, search, **values)[-1].value)


def uniform(teaches: Round, learns: Round, window: int) -> Round:
    """Return a round of a chain with open ends that is coupled uniformly."""
    kernel = np.ones(window) / window
    return lambda q: learns(np.convolve(teaches(np.convolve(q, kernel)), kernel, "valid"))


def spread(degree: int, texts: int, window: int, eps: float) -> Round:
    """Return a round of a regular code whose skills have degree/window edges to each position; q is by topic and offset."""

    def after(q: np.ndarray) -> np.ndarray:
        topics, own, there = len(q), degree // window, texts // window
        left = np.ones((topics + window - 1, window))
        for offset in range(window):
            left[offset : topics + offset, offset] = 1 - q[:, offset]
        taught = np.prod(left**there, axis=1)[:, None] / np.maximum(left, 1e-300)
        untaught = np.stack([1 - taught[offset : topics + offset, offset] for offset in range(window)], axis=1)
        return eps * np.prod(untaught**own, axis=1)[:, None] / np.maximum(untaught, 1e-300)

    return after


def is_learned(step: Round, start: np.ndarray) -> bool:
    """Whether rounds go on until little is left."""
    q = start
    for number in range(100_000):
        after = step(q)
        if number % 100 == 0 and np.max(q - after) < 1e-11:
            break
        q = after
    return bool(np.max(q) < 0.2)


def paper(window: int, c: float, ratio: float) -> Round:
    return uniform(lambda x: np.exp(-c * x), lambda taught: np.exp(-c * ratio * taught), window)


@pytest.mark.parametrize(
    ("topics", "window", "c", "printed"),
    [(8, 3, 5, 0.975397), (20, 3, 5, 1.000356), (50, 2, 5, 1.018270)],
)
def test_chains_of_the_paper_s_model_are_learned_above_their_threshold_and_not_below(
    topics: int, window: int, c: int, printed: float
) -> None:
    value = last(f"chain(paper, {topics}, {window})", "R", search="0.5:2", c=c)
    assert value == pytest.approx(printed, abs=1.2e-6)
    assert is_learned(paper(window, c, value * (1 + SIDE)), np.ones(topics))
    assert not is_learned(paper(window, c, value * (1 - SIDE)), np.ones(topics))


@pytest.mark.parametrize(("topics", "window", "printed"), [(16, 2, 0.4880788), (16, 3, 0.4882198)])
def test_uniformly_coupled_codes_have_their_thresholds(topics: int, window: int, printed: float) -> None:
    value = last(f"chain(ldpc(3,6), {topics}, {window})", "eps")
    assert value == pytest.approx(printed, abs=1.2e-7)

    def step(eps: float) -> Round:
        return uniform(lambda x: (1 - x) ** 5, lambda taught: eps * (1 - taught) ** 2, window)

    assert is_learned(step(value * (1 - SIDE)), np.full(topics, value))
    assert not is_learned(step(value * (1 + SIDE)), np.full(topics, value))


@pytest.mark.parametrize(("half", "printed"), [(1, 0.714309), (2, 0.587842), (4, 0.512034), (8, 0.488757)])
def test_spread_codes_have_the_published_thresholds(half: int, printed: float) -> None:
    topics = 2 * half + 1
    chain = load_model(f"chain(ldpc(3,6), {topics}, 3)").ensemble
    found = ChainEvolution(type(chain)(chain.ensemble, topics=topics, window=3, coupling="spread")).thresholds("eps", digits=10)
    value = float(found[-1].value)
    assert value == pytest.approx(printed, abs=1.2e-6)
    assert is_learned(spread(3, 6, 3, value * (1 - SIDE)), np.full((topics, 3), value))
    assert not is_learned(spread(3, 6, 3, value * (1 + SIDE)), np.full((topics, 3), value))


def test_a_two_skill_learner_has_the_threshold_of_plain_rounds() -> None:
    chain = load_model("chain(paper, 10, 2)").ensemble
    double = type(chain)(chain.ensemble, SkillLearner(2), topics=10, window=2)
    value = float(ChainEvolution(double).thresholds("R", digits=10, c=6, search="0.2:2")[-1].value)

    def two(ratio: float) -> Round:
        return uniform(lambda x: np.exp(-6 * x) * (1 + 6 * x), lambda taught: np.exp(-6 * ratio * taught), 2)

    assert is_learned(two(value * (1 + SIDE)), np.ones(10))
    assert not is_learned(two(value * (1 - SIDE)), np.ones(10))


def test_a_chain_of_one_topic_is_the_plain_model_digit_by_digit() -> None:
    plain = load_model("paper")
    one = ChainEvolution(load_model("chain(paper, 1, 1)").ensemble).thresholds("R", c=5, digits=30)
    alone = DensityEvolution(plain.ensemble, plain.learner).thresholds("R", c=5, digits=30)
    assert [str(entry.value) for entry in one] == [str(entry.value) for entry in alone]


def test_the_engine_of_chains_finds_the_threshold_of_one_topic_and_of_a_ring_without_known_topics() -> None:
    chain = load_model("chain(paper, 1, 1)").ensemble
    ring = type(chain)(chain.ensemble, topics=7, window=3, ends="ring")
    for one in (chain, ring):
        asked = one_letter(ChainEvolution(one), "R", "0.5:4", {"c": 5})
        (found,) = chain_thresholds(ChainSystem(one), *asked, 25)
        assert str(found.value).startswith("2.456530889239195328")


def test_a_chain_with_one_end_is_half_of_one_that_is_open() -> None:
    chain = load_model("chain(paper, 10, 3)").ensemble
    half = type(chain)(chain.ensemble, topics=5, window=3, ends="one")
    one = ChainEvolution(half).thresholds("R", c=5, digits=12, search="0.5:2")
    both = ChainEvolution(chain).thresholds("R", c=5, digits=12, search="0.5:2")
    assert [str(entry.value) for entry in one] == [str(entry.value) for entry in both]
    assert [str(entry.with_ends) for entry in one] == [str(entry.with_ends) for entry in both]


def test_prior_knowledge_scales_the_threshold_of_a_chain() -> None:
    """With q = eps q', c' = eps c, R' = R/eps the equations are those of nothing known (theory, section 4)."""
    laws = load_model("paper").ensemble
    chain = load_model("chain(paper, 6, 2)").ensemble
    known = type(chain)(Ensemble(laws.texts, laws.skills, unknown=Rational(1, 2)), topics=6, window=2)
    value = float(ChainEvolution(known).thresholds("R", c=10, digits=12, search="0.2:2")[-1].value)
    assert value == pytest.approx(last("chain(paper, 6, 2)", "R", 12, "0.4:4", c=5) / 2, rel=1e-11)
