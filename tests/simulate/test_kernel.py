"""The learning loop against brute force over sets, on every small graph, and on random ones."""

import os
import subprocess
import sys
from itertools import chain, combinations, combinations_with_replacement
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings, strategies as st

from deanalysis import PoissonLearner, SkillLearner, simulate
from deanalysis.simulate import graphs
from deanalysis.simulate.graphs import Graph
from deanalysis.simulate.kernel import NO_ROWS, begin, begin_again, excess, give, learn, leave_one_out, rows_of
from deanalysis.simulate.order import leave_one_out_late, not_understood, one_pass
from deanalysis.simulate.sampling import draw_patience
from deanalysis.simulate.streams import new_streams

Texts = list[tuple[int, ...]]


def brute_force(texts: Texts, patience: list[int], novel: set[int]) -> tuple[set[int], list[int]]:
    """Learn by rounds, straight from the definition; return what is novel, and how much had been learned after 0, 1, ... rounds."""
    before, learned = len(novel), [0]
    while True:
        fresh = set()
        for text, most in zip(texts, patience, strict=True):
            missing = [skill for skill in text if skill in novel]
            if 0 < len(missing) <= most:
                fresh |= set(missing)
        if not fresh:
            return novel, learned
        novel = novel - fresh
        learned.append(before - len(novel))


def flags(skills: int, known: set[int]) -> np.ndarray:
    return np.array([0, *(skill not in known for skill in range(1, skills + 1))], dtype=np.uint8)


def check(texts: Texts, patience: list[int], known: set[int], skills: int) -> None:
    graph, given_patience = Graph.of(texts, skills), np.array(patience, dtype=np.uint16)
    state = begin(graph, flags(skills, known))
    rows = rows_of(graph, state, given_patience, 2) if max(patience) > 1 else NO_ROWS
    give(state.words, given_patience)
    rounds = learn(graph, rows, state)
    expected, learned = brute_force(texts, patience, set(range(1, skills + 1)) - known)
    assert set(np.flatnonzero(state.novel)) == expected
    assert rounds.tolist() == learned
    assert set(state.order[: rounds[-1]].tolist()) == set(range(1, skills + 1)) - known - expected
    left = [sum(skill in expected for skill in text) for text in texts]
    assert [excess(word) > 0 for word in state.words] == [count > 0 for count in left]


SUBSETS_4, SUBSETS_5 = (
    list(chain.from_iterable(combinations(range(1, skills + 1), size) for size in range(1, skills + 1))) for skills in (4, 5)
)


@pytest.mark.parametrize("s", [1, 2, 3])
def test_every_set_of_texts_over_four_skills(s: int) -> None:
    for chosen in range(1, 2 ** len(SUBSETS_4)):
        texts = [subset for index, subset in enumerate(SUBSETS_4) if chosen >> index & 1]
        check(texts, [s] * len(texts), set(), 4)


@pytest.mark.parametrize("patience", [[1, 1, 1, 1], [2, 1, 0, 1]])
def test_every_multiset_of_four_texts_over_five_skills(patience: list[int]) -> None:
    for texts in combinations_with_replacement(SUBSETS_5, 4):
        check(list(texts), patience, set(), 5)


GRAPHS = st.integers(1, 9).flatmap(
    lambda skills: st.tuples(
        st.just(skills),
        st.lists(st.tuples(st.lists(st.integers(1, skills), max_size=6).map(tuple), st.integers(0, 4)), min_size=1, max_size=14),
        st.sets(st.integers(1, skills)),
    )
)
DRAWN = settings(max_examples=400, deadline=None, phases=[Phase.generate])


@DRAWN
@given(GRAPHS)
def test_random_graphs_with_double_edges_patience_and_prior_knowledge(drawn) -> None:
    skills, texts, known = drawn
    check([text for text, _ in texts], [patience for _, patience in texts], known, skills)


@pytest.mark.parametrize("block", [1, 2, 5])
def test_blocks_of_any_size_give_the_same(block: int) -> None:
    """The loops go over edges in blocks; here every skill is cut in pieces."""
    code = f"""
import numpy as np
from deanalysis.simulate import kernel
kernel._BLOCK, kernel._AHEAD = {block}, 2
import tests.simulate.test_kernel as t
rng = np.random.default_rng({block})
for _ in range(150):
    texts = [tuple(rng.integers(1, 13, size=rng.integers(0, 6)).tolist()) for _ in range(15)]
    t.check(texts, rng.integers(0, 4, size=15).tolist(), set(rng.integers(1, 13, size=2).tolist()), 12)
"""
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": "."})


@DRAWN
@given(GRAPHS, st.integers(1, 5))
def test_leaving_one_out_is_learning_without_it(drawn, held: int) -> None:
    skills, pairs, known = drawn
    texts, patience = [text for text, _ in pairs], np.array([patience for _, patience in pairs], dtype=np.uint16)
    held = min(held, len(texts))
    graph = Graph.of(texts, skills)
    state = begin(graph, flags(skills, known))
    rows = rows_of(graph, state, patience, 2)
    give(state.words[held:], patience[held:])
    learn(graph, rows, state)
    before = state.novel.copy(), state.words.copy()
    tested, failed = leave_one_out(graph, rows, state, patience[:held], held)
    assert np.array_equal(before[0], state.novel)
    assert np.array_equal(before[1], state.words)
    assert 1 <= tested <= held
    expected = 0
    for index in range(tested):
        others = [text for other, text in enumerate(texts) if other != index]
        stuck, _ = brute_force(others, [most for other, most in enumerate(patience) if other != index], set(range(1, skills + 1)) - known)
        expected += bool(set(texts[index]) & stuck)
    assert failed == expected


def once(texts: Texts, patience: list[int], novel: set[int]) -> set[int]:
    """One pass from the last text to the first, straight from the definition."""
    for text, most in zip(texts[::-1], patience[::-1], strict=True):
        missing = [skill for skill in text if skill in novel]
        if len(missing) <= most:
            novel = novel - set(missing)
    return novel


@DRAWN
@given(GRAPHS, st.integers(1, 4))
def test_one_pass(drawn, held: int) -> None:
    skills, pairs, known = drawn
    texts, patience = [text for text, _ in pairs], [patience for _, patience in pairs]
    held, everything = min(held, len(texts)), set(range(1, skills + 1)) - known
    graph, given_patience = Graph.of(texts, skills), np.array(patience, dtype=np.uint16)
    state = begin(graph, flags(skills, known))
    rows = rows_of(graph, state, given_patience, 0)
    count = one_pass(rows, given_patience, state.novel, len(texts) - 1, held - 1, state.order, 0, -1)
    assert set(np.flatnonzero(state.novel)) == once(texts[held:], patience[held:], everything)
    expected = 0
    for index in range(held):
        stuck = once(texts[:index] + texts[index + 1 :], patience[:index] + patience[index + 1 :], everything)
        expected += bool(set(texts[index]) & stuck)
    assert leave_one_out_late(rows, given_patience, state.novel, np.empty_like(state.order), held) == expected
    count = one_pass(rows, given_patience, state.novel, held - 1, -1, state.order, count, -1)
    stuck = once(texts, patience, everything)
    assert set(np.flatnonzero(state.novel)) == stuck
    assert count == len(everything) - len(stuck)
    assert not_understood(rows, state.novel) == sum(bool(set(text) & stuck) for text in texts)


def test_the_order_of_texts_does_not_matter() -> None:
    """The closure is unique: any order of the texts, and presenting them one by one at random, ends in the same state."""
    rng = np.random.default_rng(1)
    texts = [tuple(rng.choice(60, size=rng.integers(1, 5), replace=False) + 1) for _ in range(70)]
    states = []
    for _ in range(20):
        graph = Graph.of([texts[index] for index in rng.permutation(len(texts))], 60)
        state = begin(graph, flags(60, set()))
        give(state.words, np.full(70, 1, dtype=np.uint16))
        learn(graph, NO_ROWS, state)
        states.append(state.novel.tolist())
    for _ in range(20):
        novel = set(range(1, 61))
        for index in rng.integers(70, size=10_000):
            missing = set(texts[index]) & novel
            novel -= missing if len(missing) == 1 else set()
        states.append(flags(60, set(range(1, 61)) - novel).tolist())
    assert all(state == states[0] for state in states)
    assert 0 < sum(states[0]) < 60


def test_beginning_again_is_beginning() -> None:
    graph = Graph.of([(1, 2), (2, 3), (1,)], 3)
    state = begin(graph, flags(3, set()))
    words = state.words.copy()
    give(state.words, np.ones(3, dtype=np.uint16))
    learn(graph, NO_ROWS, state)
    begin_again(graph, state, flags(3, set()))
    assert np.array_equal(state.words, words)


def test_wide_offsets_give_the_same_graph(monkeypatch) -> None:
    """Offsets take 64 bits where there are 2^31 edges or more; forced here."""
    from deanalysis import load_model

    for text, learner in (("paper", "1-skill"), ("paper", "2-skill"), ("ldpc(3,6)", "1-skill")):
        model = load_model(text, learner=learner)
        ensemble = model.ensemble.at(**{"paper": {"c": 4, "R": "1.5"}, "ldpc(3,6)": {"eps": "0.43"}}[text])
        runs = []
        for width in (2**31, 1):
            monkeypatch.setattr(graphs, "_NARROW", width)
            runs.append(simulate(ensemble, model.learner, skills=3000, replicates=3, seed=1, workers=1))
        assert runs[0].zeta == runs[1].zeta
        assert (runs[0].edges, runs[0].testing_error) == (runs[1].edges, runs[1].testing_error)


TWO_ENGINES = """
import numpy as np
np.seterr(over="ignore")
from deanalysis import load_model
from deanalysis.simulate.experiment import Experiment
from deanalysis.simulate.trials import run_trial
for text, values, learner in (
    ("paper", {"c": 4, "R": "1.4"}, "1-skill"),
    ("paper", {"c": 4, "R": "0.6"}, "2-skill"),
    ("paper", {"c": 3, "R": "0.8"}, "success:exp(-x/2)"),
    ("ldpc(3,6)", {"eps": "0.43"}, "1-skill"),
    ("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", {"G": "0.95"}, "1-skill"),
):
    model = load_model(text, learner=learner)
    for once in (False, True):
        trial = run_trial(Experiment(model.ensemble.at(**values), model.learner, 120, once, 0 if once else 5), 3, 0)
        print(trial._replace(seconds=0))
"""


def test_the_compiled_loops_do_what_the_plain_ones_do() -> None:
    """The whole of a trial, sampling included, with and without the compiler: the same to the last bit."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", TWO_ENGINES], check=True, capture_output=True, text=True, env={**os.environ, "NUMBA_DISABLE_JIT": off}
        )
        for off in ("0", "1")
    ]
    assert runs[0].stdout == runs[1].stdout
    assert runs[0].stdout.count("Trial(") == 10


@pytest.mark.parametrize("rule", [SkillLearner(2), PoissonLearner("exp(-x/2)"), PoissonLearner("exp(-x)*(1+x/2)"), PoissonLearner("1"),
                                  PoissonLearner("0.25*exp(-x) + 0.5"), PoissonLearner("(1-exp(-x))/x")])  # fmt: skip
def test_patience_follows_the_probabilities(rule) -> None:
    """P(s_t > k) = a_k."""
    patience = draw_patience(rule, 9, new_streams(2, (), 1)[0], 200_000)
    assert patience.max() <= 9
    for k, a in enumerate(float(a) for a in rule.probabilities(6)):
        share = (patience > k).mean()
        assert abs(share - a) <= 4 * (a * (1 - a) / 200_000) ** 0.5


def test_the_width_of_a_text_s_patience_grows_with_its_degree() -> None:
    assert draw_patience(PoissonLearner("1"), 70_000, new_streams(2, (), 1)[0], 3).tolist() == [70_000] * 3


def test_learning_leaves_no_memory_behind() -> None:
    """Address space, which shows what was allocated and not given back even if it was never written to."""

    def pages() -> int:
        return int(Path("/proc/self/statm").read_text().split()[0])

    graph, patience = Graph.of([(1, 2), (2, 3), (1,)], 3), np.array([1, 2, 1], dtype=np.uint16)
    grown = []
    for _ in range(2):
        before = pages()
        for _ in range(2_000):
            state = begin(graph, flags(3, set()))
            rows = rows_of(graph, state, patience, 2)
            give(state.words[1:], patience[1:])
            learn(graph, rows, state)
            leave_one_out(graph, rows, state, patience[:1], 1)
        grown.append(pages() - before)
    assert grown[1] < 1000
