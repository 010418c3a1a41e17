"""States of chains against rounds topic by topic in mpmath, written from theory, section 10: zeta, errors and rounds."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from deanalysis import Chain, ChainEvolution, DensityEvolution, Ensemble, Mixture, NegativeBinomial, Poisson, Regular, load_model

Law = Callable[[Any], Any]
DIGITS = 30


def poisson(mean: float) -> Law:
    return lambda x: mpmath.exp(-mean * (1 - x))


def negative_binomial(mean: float, shape: float) -> Law:
    return lambda x: (1 + mpmath.mpf(mean) / shape * (1 - x)) ** -shape


def regular(degree: int) -> Law:
    return lambda x: x**degree


def edge(law: Law) -> Law:
    """Return P'(x)/P'(1)."""
    mean = mpmath.diff(law, 1, direction=-1)
    return lambda x: mpmath.diff(law, x) / mean


def rounds(chain: Chain, texts: Law, skills: Law, eps: object) -> dict[str, list]:
    """Iterate a uniformly coupled chain of the 1-skill learner with open ends; return what it comes to."""
    count, window = chain.topics, chain.window

    def over(values: list, start: int) -> object:
        return mpmath.fsum(values[k] for k in range(start, start + window) if 0 <= k < len(values)) / window

    def seen(values: list) -> list:
        return [over(values, p - window + 1) for p in range(count + window - 1)]

    with mpmath.workdps(DIGITS + 10):
        eps, of_text, of_skill = mpmath.mpf(eps), edge(texts), edge(skills)
        q, last = [eps] * count, [2] * count
        while max(abs(a - b) for a, b in zip(q, last, strict=True)) > mpmath.mpf(10) ** -(DIGITS + 4):
            taught = [of_text(1 - x) for x in seen(q)]
            q, last = [eps * of_skill(1 - over(taught, i)) for i in range(count)], q
        zeta, mean = [eps * skills(1 - over(taught, i)) for i in range(count)], mpmath.diff(texts, 1, direction=-1)
        return {
            "q": q,
            "zeta": zeta,
            "testing_error": [1 - texts(1 - x) for x in seen(q)],
            "testing_error_uniform": [1 - texts(1 - x) for x in seen(zeta)],
            "training_error": [1 - texts(1 - x) - x * mean * of_text(1 - x) for x in seen(q)],
        }


CASES = {
    "paper": (Chain(Ensemble(Poisson(3), Poisson(3)), topics=5, window=3), poisson(3), poisson(3), 1),
    "code": (Chain(Ensemble(Regular(6), Regular(3), unknown="0.6"), topics=4, window=2), regular(6), regular(3), "0.6"),
    "popularity": (
        Chain(Ensemble(Poisson(2), NegativeBinomial(3, 2), unknown="0.9"), topics=3, window=2),
        poisson(2),
        negative_binomial(3, 2),
        "0.9",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_states_have_the_digits_of_rounds(name: str) -> None:
    chain, texts, skills, eps = CASES[name]
    state = ChainEvolution(chain).fixed_point(digits=DIGITS)
    assert str(state.status) == "proved"
    for part, values in rounds(chain, texts, skills, eps).items():
        numbers = getattr(state, part)
        assert len(numbers) == len(values)
        with mpmath.workdps(DIGITS + 10):
            for number, value in zip(numbers, values, strict=True):
                assert abs(mpmath.mpf(str(number)) - value) < mpmath.mpf(10) ** -(DIGITS - 1) * abs(value), part


def test_rounds_of_a_state_are_those_until_q_is_within_1e_12() -> None:
    """q after no round is eps; every topic counts."""
    state = ChainEvolution(load_model("chain(ldpc(3,6), 6, 2)").ensemble).fixed_point(eps="0.46", digits=20)
    kernel, at, limit = np.ones(2) / 2, np.full(6, 0.46), np.array([float(value) for value in state.q])
    count = 0
    while np.max(np.abs(at - limit)) > 1e-12:
        at, count = 0.46 * np.convolve(1 - (1 - np.convolve(at, kernel)) ** 5, kernel, "valid") ** 2, count + 1
    assert count > 10
    assert state.rounds == count


def test_what_is_learned_to_the_last_skill_is_exactly_0() -> None:
    learned = ChainEvolution(load_model("chain(ldpc(3,6), 6, 2)").ensemble).fixed_point(eps="0.46")
    parts = learned.q, learned.zeta, learned.testing_error, learned.testing_error_uniform, learned.training_error
    assert {(str(value), value.low, value.high) for part in parts for value in part} == {("0", "0", "0")}
    mixed = Mixture([("1/3", Regular(4)), ("2/3", Regular(7))])  # whose coefficients sum to 1, which no arithmetic with thirds shows
    thirds = ChainEvolution(Chain(Ensemble(mixed, Regular(3), unknown="0.2"), topics=4, window=2)).fixed_point()
    assert {str(value) for part in (thirds.q, thirds.zeta, thirds.testing_error, thirds.training_error) for value in part} == {"0"}
    never = ChainEvolution(load_model("chain(paper, 6, 2)").ensemble).fixed_point(c=5, R=3)
    assert all(float(value.low) > 0 for part in (never.q, never.zeta, never.testing_error, never.training_error) for value in part)


def test_a_ring_knows_its_known_topics_and_a_chain_with_one_end_ends_at_its_mirror() -> None:
    laws = Ensemble(Poisson(5), Poisson(4))
    ring = ChainEvolution(Chain(laws, topics=7, window=3, ends="ring", known=2)).fixed_point(digits=20)
    open_ends = ChainEvolution(Chain(laws, topics=5, window=3)).fixed_point(digits=20)
    assert list(map(str, ring.zeta)) == ["0", "0", *map(str, open_ends.zeta)]
    both = ChainEvolution(Chain(laws, topics=6, window=3)).fixed_point(digits=20)
    half = ChainEvolution(Chain(laws, topics=3, window=3, ends="one")).fixed_point(digits=20)
    assert list(map(str, half.zeta)) == list(map(str, both.zeta[:3]))
    assert list(map(str, half.testing_error)) == list(map(str, both.testing_error[:4]))


def test_a_very_long_chain_is_numerical_and_has_the_state_of_rounds() -> None:
    state = ChainEvolution(load_model("chain(paper, 6000, 3)").ensemble).fixed_point(c=3, R="0.8")
    kernel, at = np.ones(3) / 3, np.ones(6000)
    for _ in range(400):
        at = np.exp(-2.4 * np.convolve(np.exp(-3 * np.convolve(at, kernel)), kernel, "valid"))
    assert str(state.status) == "numerical"
    assert "without proof" in str(state.reason)
    assert state.rounds is None
    assert {value.low for value in state.zeta} == {"-inf"}
    assert [float(value) for value in state.zeta] == pytest.approx(at, rel=1e-8)


@pytest.mark.parametrize(("model", "values"), [("paper", {"c": 5, "R": 2}), ("paper", {"c": 2, "R": 3}), ("ldpc(3,6)", {"eps": "0.45"})])
def test_a_chain_of_one_topic_is_the_plain_model_digit_by_digit(model: str, values: dict) -> None:
    plain, chain = load_model(model), load_model(f"chain({model}, 1, 1)").ensemble
    one = ChainEvolution(chain).fixed_point(digits=40, **values)
    alone = DensityEvolution(plain.ensemble, plain.learner).fixed_point(digits=40, **values)
    for part in ("q", "zeta", "testing_error", "testing_error_uniform", "training_error"):
        assert [str(value) for value in getattr(one, part)] == [str(getattr(alone, part))], part
    assert one.rounds == alone.rounds
