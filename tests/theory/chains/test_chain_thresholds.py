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


def settled(step: Round, start: np.ndarray) -> np.ndarray:
    """Return where rounds end."""
    q = start
    for _ in range(100_000):
        after = step(q)
        if np.max(np.abs(q - after)) < 1e-13:
            return after
        q = after
    raise AssertionError("the rounds did not end")


@pytest.mark.parametrize(
    ("jump", "printed", "falls"),
    [(0, 0.990735088974597, [0.0683, 0.1526, 0.2638, 0.3498]), (1, 0.982615017547874, [0.0390, 0.0781, 0.1096, 0.1269])],
)
def test_coupled_aloha_is_learned_in_two_jumps(jump: int, printed: float, falls: list[float]) -> None:
    """Liva's degree 8: at the first jump q falls by so much from the end to the middle, at the second to 0; rounds on both sides say so."""
    entry = [found for found in jumps("chain(irsa(0.5*x^2+0.28*x^3+0.22*x^8), 8, 2)", "G", 15) if found.kind == "emergence"][jump]
    value = float(entry.value)
    assert value == pytest.approx(printed, abs=2e-15)
    assert float(entry.with_ends) == pytest.approx(value * 8 / 9, rel=1e-14)

    def step(load: float) -> Round:
        return uniform(lambda x: np.exp(-3.6 * load * x), lambda t: ((1 - t) + 0.84 * (1 - t) ** 2 + 1.76 * (1 - t) ** 7) / 3.6, 2)

    harder, easier = (settled(step(value * (1 + side * SIDE)), np.ones(8)) for side in (1, -1))
    assert harder - easier == pytest.approx(np.append(falls, falls[::-1]), abs=6e-5)
    assert (np.max(easier) < 1e-10) == (jump == 1)
    assert entry.classes == ("topics 1 to 8",)


def test_where_q_0_of_a_chain_of_cycles_changes_stability_is_told_by_the_eigenvalues_of_numpy() -> None:
    """f = eps (mean of 3 mean of q) to first order: eps = 1/(3 r), r the spectral radius of the window's mean taken twice; no jump."""
    found = ChainEvolution(load_model("chain(ldpc(2,4), 5, 2)").ensemble).thresholds("eps", digits=14)
    near = np.eye(5, 6) / 2 + np.eye(5, 6, k=1) / 2
    expected = 1 / (3 * max(np.linalg.eigvalsh(near @ near.T)))
    assert [(entry.kind, entry.binding, str(entry.status)) for entry in found] == [("stability", True, "proved")]
    assert float(found[0].value) == pytest.approx(expected, abs=1e-13)

    def step(eps: float) -> Round:
        return uniform(lambda x: (1 - x) ** 3, lambda taught: eps * (1 - taught), 2)

    assert np.max(settled(step(expected * 0.99), np.ones(5))) < 1e-9
    assert np.min(settled(step(expected * 1.01), np.ones(5))) > 1e-4


def test_in_c_a_chain_collapses_in_two_jumps() -> None:
    """f is not monotone in c; texts of more skills are too hard for the middle of the chain first, then for all but its ends."""
    found = jumps("chain(paper, 6, 2)", "c", 10, "0.5:12", R="1.2")
    assert [entry.learned_side for entry in found] == ["below", "below"]
    lost = []
    for entry in found:
        value = float(entry.value)
        below, above = (settled(paper(2, value * (1 + side * SIDE), 1.2), np.ones(6)) for side in (-1, 1))
        lost.append(above - below)
    assert lost[0] == pytest.approx([0.0117, 0.6503, 0.9813, 0.9813, 0.6503, 0.0117], abs=1e-4)
    assert lost[1] == pytest.approx([0.6421, 0.2365, 0.0051, 0.0051, 0.2365, 0.6421], abs=1e-4)


def test_a_long_chain_has_the_numbers_of_one_of_60_topics_without_proof() -> None:
    model = load_model("chain(paper, 60, 3)").ensemble
    long, short = (
        ChainEvolution(type(model)(model.ensemble, topics=topics, window=3)).thresholds("R", c=5, search="0.99:1")
        for topics in (10_000, 60)
    )
    (far,), (near,) = long, short
    assert (str(far.status), far.value.low, far.value.high) == ("numerical", "-inf", "inf")
    assert str(near.status) == "proved"
    assert float(far.value) == pytest.approx(float(near.value), rel=1e-8)
    assert float(far.with_ends) == pytest.approx(float(near.value) * 10_002 / 10_000, rel=1e-8)
    assert "60 topics" in str(long.reason)
    assert "10000" in str(long.reason)
    before, harder, easier = (settled(paper(3, 5, float(far.value) * (1 + side * SIDE)), np.ones(300)) for side in (-3, -1, 1))
    assert np.max(harder - easier) > 0.08 > 5 * np.max(before - harder)
    assert np.min(easier[20:280]) > 0.9


def fused(load: float) -> Round:
    """Return a round of items with one cell in each of 3 segments; a cell has no other item with chance e^-(load sum of q)."""

    def after(q: np.ndarray) -> np.ndarray:
        topics, novel = len(q), np.zeros(len(q) + 2)
        for offset in range(3):
            novel[offset : topics + offset] += q[:, offset]
        kept = np.stack([1 - np.exp(-load * novel[offset : topics + offset]) for offset in range(3)], axis=1)
        return np.stack([kept[:, (k + 1) % 3] * kept[:, (k + 2) % 3] for k in range(3)], axis=1)

    return after


def test_thresholds_of_fuse_layouts_fall_to_that_of_xorsat_as_they_grow() -> None:
    """0.9179352767 (Dietzfelbinger et al., ICALP 2010), in items per cell of a starting segment; per cell of all segments they rise."""
    found = {segments: jumps(f"fuse(3, {segments})", "d", search="0.5:3")[-1] for segments in (5, 8)}
    for segments, entry in found.items():
        value = float(entry.value)
        assert float(entry.with_ends) == pytest.approx(value * segments / (segments + 2), rel=1e-9)
        assert is_learned(fused(value * (1 - SIDE)), np.ones((segments, 3)))
        assert not is_learned(fused(value * (1 + SIDE)), np.ones((segments, 3)))
    assert float(found[5].value) > float(found[8].value) > 0.917935
    assert float(found[5].with_ends) < float(found[8].with_ends) < 0.917935
