"""The learning loop against brute force, jitted and as plain Python, on every small graph."""

from itertools import chain, combinations, combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deanalysis import PoissonLearner, SkillLearner
from deanalysis.simulate.graphs import transpose
from deanalysis.simulate.kernel import draw_patience, learn, leave_one_out


def rows_of(texts: list[tuple[int, ...]], skills: int):
    start = np.cumsum([0, *map(len, texts)]).astype(np.int64)
    ends = np.array(list(chain.from_iterable(texts)), dtype=np.int32)
    return start, ends, *transpose(start, ends, skills)


def brute_force(texts: list[tuple[int, ...]], patience: list[int], novel: set[int]) -> tuple[set[int], int]:
    """Learn by rounds over sets, straight from the definition."""
    rounds = 0
    while True:
        fresh = set()
        for text, most in zip(texts, patience, strict=True):
            missing = set(text) & novel
            if 0 < len(missing) <= most:
                fresh |= missing
        if not fresh:
            return novel, rounds
        novel, rounds = novel - fresh, rounds + 1


def check(texts: list[tuple[int, ...]], patience: list[int], known: set[int], skills: int, kernel=learn) -> None:
    novel = np.array([skill not in known for skill in range(skills)], dtype=np.uint8)
    left, rounds = kernel(*rows_of(texts, skills), np.array(patience, dtype=np.int32), novel)
    expected, expected_rounds = brute_force(texts, patience, set(range(skills)) - known)
    assert set(np.flatnonzero(novel)) == expected
    assert rounds == expected_rounds
    assert list(left) == [len(set(text) & expected) for text in texts]


SUBSETS = list(chain.from_iterable(combinations(range(4), size) for size in range(1, 5)))


@pytest.mark.parametrize("s", [1, 2, 3])
def test_every_set_of_texts_over_four_skills(s: int) -> None:
    for chosen in range(1, 2 ** len(SUBSETS)):
        if s == 1 or chosen % 8 == s:
            texts = [subset for index, subset in enumerate(SUBSETS) if chosen >> index & 1]
            check(texts, [s] * len(texts), set(), 4)


def test_every_multiset_of_three_texts_over_four_skills_as_plain_python(monkeypatch) -> None:
    from deanalysis.simulate import kernel

    monkeypatch.setattr(kernel, "_spread", kernel._spread.py_func)
    for texts in combinations_with_replacement(SUBSETS, 3):
        check(list(texts), [1, 2, 1], {0}, 4, kernel.learn.py_func)


GRAPHS = st.integers(1, 9).flatmap(
    lambda skills: st.tuples(
        st.just(skills),
        st.lists(st.tuples(st.sets(st.integers(0, skills - 1), max_size=6).map(tuple), st.integers(-1, 4)), min_size=1, max_size=14),
        st.sets(st.integers(0, skills - 1)),
    )
)


@settings(max_examples=300, deadline=None)
@given(GRAPHS)
def test_random_graphs_patience_and_prior_knowledge(drawn) -> None:
    skills, texts, known = drawn
    check([text for text, _ in texts], [patience for _, patience in texts], known, skills)


@settings(max_examples=300, deadline=None)
@given(GRAPHS, st.integers(1, 5))
def test_leaving_one_out_is_learning_without_it(drawn, held: int) -> None:
    skills, pairs, known = drawn
    texts, patience = [text for text, _ in pairs], [max(0, patience) for _, patience in pairs]
    held = min(held, len(texts))
    rows = rows_of(texts, skills)
    novel = np.array([skill not in known for skill in range(skills)], dtype=np.uint8)
    without = np.array([-1] * held + patience[held:], dtype=np.int32)
    left, _ = learn(*rows, without, novel)
    before = novel.copy(), left.copy()
    tested, failed = leave_one_out(*rows, np.array(patience, dtype=np.int32), novel, left, held)
    assert np.array_equal(before[0], novel)
    assert np.array_equal(before[1], left)
    assert 1 <= tested <= held
    expected = 0
    for index in range(tested):
        others = [text for other, text in enumerate(texts) if other != index]
        stuck, _ = brute_force(others, [most for other, most in enumerate(patience) if other != index], set(range(skills)) - known)
        expected += bool(set(texts[index]) & stuck)
    assert failed == expected


def test_the_order_of_texts_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    texts = [tuple(rng.choice(60, size=rng.integers(1, 5), replace=False)) for _ in range(70)]
    states = []
    for _ in range(5):
        order = rng.permutation(len(texts))
        novel = np.ones(60, dtype=np.uint8)
        learn(*rows_of([texts[index] for index in order], 60), np.full(70, 1, dtype=np.int32), novel)
        states.append(novel.tolist())
    assert all(state == states[0] for state in states)
    assert 0 < sum(states[0]) < 60


@pytest.mark.parametrize("rule", [SkillLearner(2), PoissonLearner("exp(-x/2)"), PoissonLearner("exp(-x)*(1+x/2)"), PoissonLearner("1"),
                                  PoissonLearner("0.25*exp(-x) + 0.5"), PoissonLearner("(1-exp(-x))/x")])  # fmt: skip
def test_patience_follows_the_probabilities(rule) -> None:
    """P(s_t > k) = a_k."""
    patience = draw_patience(rule, np.full(200_000, 9), np.random.default_rng(2))
    assert patience.max() <= 9
    for k, a in enumerate(float(a) for a in rule.probabilities(6)):
        share = (patience > k).mean()
        assert abs(share - a) <= 4 * (a * (1 - a) / 200_000) ** 0.5
