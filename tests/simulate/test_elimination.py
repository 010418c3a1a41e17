"""What elimination determines is what a dense basis of the equations determines; and it jumps where the potential says."""

import numpy as np
import pytest

from deanalysis import ClassEnsemble, Ideal, InputError, SkillLearner, load_model, simulate, sweep
from deanalysis.simulate import elimination
from deanalysis.simulate.elimination import undetermined
from deanalysis.simulate.graphs import Graph, sample_graph
from deanalysis.simulate.kernel import NO_ROWS, begin, give, learn
from deanalysis.simulate.streams import new_streams

Texts = list[tuple[int, ...]]


def undetermined_by_rank(texts: Texts, skills: int, known: set[int]) -> list[int]:
    """Return which skills 1, ..., n are not in the span of the texts: a skill is determined iff its unit vector is a sum of texts."""
    basis: dict[int, int] = {}

    def reduced(row: int) -> int:
        while row and row.bit_length() in basis:
            row ^= basis[row.bit_length()]
        return row

    for text in texts:
        row = 0
        for skill in text:
            row ^= (1 << skill) * (skill not in known)
        if row := reduced(row):
            basis[row.bit_length()] = row
    return [int(skill not in known and reduced(1 << skill) != 0) for skill in range(1, skills + 1)]


def novel_of(skills: int, known: set[int]) -> np.ndarray:
    return np.array([0, *(skill not in known for skill in range(1, skills + 1))], dtype=np.uint8)


def random_texts(rng: np.random.Generator, skills: int) -> Texts:
    """Return texts of a few skills each, which they may meet twice; some are empty, some the same."""
    degrees = rng.poisson(rng.uniform(0.5, 5), size=max(2, int(skills * rng.uniform(0.3, 1.6))))
    texts = [tuple(int(skill) for skill in rng.integers(1, skills + 1, degree)) for degree in degrees]
    return [(1,), *texts, *texts[:2]]


@pytest.mark.parametrize("block", range(20))
def test_elimination_agrees_with_a_dense_basis(block: int) -> None:
    rng = np.random.default_rng(block)
    for _ in range(10):
        skills = int(rng.integers(1, 250))
        known = set(np.flatnonzero(rng.random(skills) < rng.choice([0, 0.3])) + 1)
        texts = random_texts(rng, skills)
        before = novel_of(skills, known)
        found = undetermined(Graph.of(texts, skills), before)
        assert found[1:].tolist() == undetermined_by_rank(texts, skills, known)
        assert before.tolist() == novel_of(skills, known).tolist()


@pytest.mark.parametrize(
    ("texts", "known", "left"),
    [
        ([(1, 2), (2, 3), (1, 3)], set(), [1, 1, 1, 1]),  # a cycle says only differences
        ([(1, 2), (2, 3), (1, 3)], {2}, [0, 0, 0, 1]),
        ([(1, 2), (1, 3), (1, 2, 3)], set(), [0, 0, 0, 1]),
        ([(1, 1, 2), (3, 3), (3, 4, 4, 4)], set(), [1, 0, 1, 1]),  # twice is not at all, three times once
        ([(1, 2, 3, 4)], {1, 2, 3}, [0, 0, 0, 0]),
        ([(1, 2, 3, 4), (1, 2, 3, 4)], set(), [1, 1, 1, 1]),
        ([(1,)], {1, 2, 3, 4}, [0, 0, 0, 0]),
    ],
)
def test_small_systems(texts: Texts, known: set[int], left: list[int]) -> None:
    assert undetermined(Graph.of(texts, 4), novel_of(4, known)).tolist() == [0, *left]


def test_more_is_determined_than_peeled_and_twice_more_inactive_skills_than_bits_in_a_word() -> None:
    graph, _ = sample_graph(load_model("paper").ensemble.at(c=5, R="1.1"), 3000, new_streams(3, (), 3), np.random.default_rng(3))
    state = begin(graph, novel_of(3000, set()))
    give(state.words, np.ones(graph.texts, dtype=np.uint16))
    learn(graph, NO_ROWS, state)
    left = undetermined(graph, novel_of(3000, set()))
    assert not np.any(left > state.novel)
    assert left.sum() < 0.02 * 3000 < 0.9 * 3000 < state.novel.sum()


JUMPS = [
    ("paper", {"c": 5}, "R", 1.0, 0.02),
    ("ldpc(3,6)", {}, "eps", 0.4881508841915, 0.01),
    ("hypergraph(3)", {}, "d", 0.9179352767, 0.01),
]


@pytest.mark.parametrize(("model", "values", "letter", "jump", "width"), JUMPS)
def test_the_jump_of_elimination_is_where_the_potential_says(model: str, values: dict, letter: str, jump: float, width: float) -> None:
    ensemble, points = load_model(model).ensemble, [{**values, letter: f"{jump + side:.6f}"} for side in (-width, width)]
    runs = sweep(ensemble, SkillLearner(1), points, skills=10_000, replicates=8, seed=1, workers=1, ideal=True)
    more, less = sorted((run.quantities["zeta_ideal"] for run in runs), key=lambda moments: -moments.mean)
    assert more.mean > 0.4
    assert less.mean < 0.02
    for run in runs:
        assert run.zeta.mean > 0.3


def test_elimination_goes_on_from_a_file_and_leaves_everything_else_as_it_is(tmp_path) -> None:
    ensemble, options = load_model("paper").ensemble.at(c=4, R="1.2"), {"skills": 500, "seed": 1, "workers": 1}
    path = tmp_path / "runs.csv"
    simulate(ensemble, SkillLearner(1), replicates=2, ideal=True, output=path, **options)
    resumed = simulate(ensemble, SkillLearner(1), replicates=4, ideal=True, output=path, **options)
    whole = simulate(ensemble, SkillLearner(1), replicates=4, ideal=True, **options)
    without = simulate(ensemble, SkillLearner(1), replicates=4, **options)
    assert resumed.quantities == whole.quantities
    assert {name: whole.quantities[name] for name in without.quantities} == without.quantities
    assert path.read_text().splitlines()[0].endswith(",parts,zeta_ideal")
    assert len(path.read_text().splitlines()) == 5
    with pytest.raises(InputError, match="another model"):
        simulate(ensemble, SkillLearner(1), replicates=4, output=path, **options)


@pytest.mark.parametrize(("model", "values"), [("paper", {"c": 4, "R": "1.2"}), ("ldpc(3,6)", {"eps": "0.46"})])
def test_the_ideal_learner_is_elimination(model: str, values: dict) -> None:
    ensemble, options = load_model(model).ensemble.at(**values), {"skills": 2000, "replicates": 3, "seed": 1, "workers": 1}
    ideal = simulate(ensemble, Ideal(), ideal=True, **options)
    peeled = simulate(ensemble, SkillLearner(1), ideal=True, **options)
    assert ideal.zeta == ideal.quantities["zeta_ideal"] == peeled.quantities["zeta_ideal"]
    assert ideal.zeta.mean < 0.5 * peeled.zeta.mean
    assert ideal.training_error.mean < peeled.training_error.mean
    assert ("testing_error" in ideal.quantities) == (model == "paper")


def test_one_class_in_two_parts_is_determined_alike_and_a_chain_from_its_ends() -> None:
    paper, options = (
        load_model("paper").ensemble.at(c=4, R="1.2"),
        {"skills": 4000, "replicates": 4, "seed": 1, "workers": 1, "ideal": True},
    )
    whole = simulate(paper, SkillLearner(1), **options).quantities["zeta_ideal"]
    parts = simulate(ClassEnsemble.of(paper, SkillLearner(1), parts=2), **options).quantities["zeta_ideal"]
    assert abs(whole.mean - parts.mean) < 4 * (whole.standard_error**2 + parts.standard_error**2) ** 0.5 + 1e-3
    chain = load_model("chain(paper, 6, 3)").ensemble.at(c=5, R="1.2")
    stats = simulate(chain, skills=1000, replicates=4, seed=1, workers=1, ideal=True)
    assert stats.quantities["zeta_ideal"] == stats.zeta  # peeling goes from the ends all the way: there is nothing left to eliminate


def test_what_does_not_fit_or_does_not_go_is_refused(monkeypatch) -> None:
    ensemble = load_model("paper").ensemble.at(c=5, R=1)
    with pytest.raises(InputError, match=r"^ideal must not be given with `one_pass` or `passes`"):
        simulate(ensemble, SkillLearner(1), skills=100, ideal=True, passes=2)
    with pytest.raises(InputError, match=r"^the learner ideal must not be given with `one_pass`"):
        simulate(ensemble, Ideal(), skills=100, one_pass=True)
    monkeypatch.setattr(elimination, "available_bytes", lambda: 1000.0)
    with pytest.raises(InputError, match=r"^ideal needs about .* GiB for the equations that peeling leaves, .*; take fewer skills$"):
        simulate(ensemble, SkillLearner(1), skills=2000, ideal=True, workers=1)
