"""What is learned where the commonest skills are known: the curve beside learning anew, and where it jumps."""

import json

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import deanalysis as da
from deanalysis.graphs.graph import Graph
from deanalysis.graphs.learning import learn
from deanalysis.graphs.popularity import KnownCurve, known_curve

LEARNERS = [da.SkillLearner(1), da.SkillLearner(2), da.SkillLearner(3), da.PoissonLearner("exp(-x/2)")]


def poisson(skills: int, mean: float, ratio: float, seed: int) -> Graph:
    rng = np.random.default_rng(seed)
    texts = round(ratio * skills)
    by = np.repeat(np.arange(texts), rng.poisson(mean, size=texts))
    used, met = np.unique(rng.integers(skills, size=len(by)), return_inverse=True)
    return Graph.joined(by, met, range(texts), used.tolist())


@pytest.mark.parametrize("learner", LEARNERS, ids=str)
def test_the_curve_is_what_learning_anew_says(learner: da.Learner) -> None:
    graph = poisson(400, 5.0, 1.2, 1)
    curve = known_curve(graph, learner, seed=4)
    assert len(curve.learned) == len(curve.understood) == graph.skills + 1
    for known in [*range(0, graph.skills, 7), graph.skills]:
        learning = learn(graph, learner, known_top=known, seed=4)
        assert curve.learned[known] == learning.learned
        assert curve.understood[known] == learning.understood
    assert curve.learned[-1] == curve.understood[-1] == 1


@given(st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=5), min_size=1, max_size=20), st.sampled_from(LEARNERS))
@settings(max_examples=100)
def test_any_small_graph(rows: list[set[int]], learner: da.Learner) -> None:
    graph = Graph.from_edges((number, skill) for number, row in enumerate(rows) for skill in sorted(row))
    curve = known_curve(graph, learner)
    learned = [learn(graph, learner, known_top=known) for known in range(graph.skills + 1)]
    assert curve.learned.tolist() == [one.learned for one in learned]
    assert curve.understood.tolist() == [one.understood for one in learned]
    steps = np.diff([round(one.learned * graph.skills) for one in learned])
    assert curve.emergence.known == 1 + steps.argmax()
    assert round((curve.emergence.past - curve.emergence.before) * graph.skills) == steps.max()
    assert curve.emergence.is_jump == (int(steps.max()) ** 3 > graph.skills**2)


def test_texts_without_skills_are_understood_from_the_start() -> None:
    graph = Graph.joined(np.array([0, 0]), np.array([0, 1]), ["t", "empty"], ["a", "b"])
    assert known_curve(graph).understood.tolist() == [learn(graph, known_top=known).understood for known in range(3)] == [0.5, 1, 1]


@pytest.mark.parametrize("skills", [1000, 10_000, 100_000])
def test_it_jumps_where_theory_says_so_and_only_there(skills: int) -> None:
    for seed in range(3):
        for mean, ratio, jumps in ((2.0, 0.8, False), (3.0, 0.8, False), (5.0, 1.5, True), (6.0, 1.5, True)):
            graph = poisson(skills, mean, ratio, seed)
            found = known_curve(graph).emergence
            assert found.is_jump == jumps
            assert skills != 10_000 or len(da.PriorKnowledge(graph.ensemble, da.SkillLearner(1)).emergence()) == jumps
            step = (found.past - found.before) * skills ** (1 / 3)
            assert step < 0.7 if not jumps else step > 3


def test_the_emergence_is_where_density_evolution_puts_it_in_uniform_graphs() -> None:
    """All skills of a text law without popularity are about as common: knowing k of them is eps = 1 - k/n, by degree a little less."""
    graph = poisson(200_000, 5.0, 1.5, 3)
    found, prior = known_curve(graph), da.PriorKnowledge(graph.ensemble, da.SkillLearner(1))
    (theory,) = prior.emergence(graph.skills)
    assert found.emergence.is_jump
    assert found.emergence.known / graph.skills == pytest.approx(theory.known, abs=0.006)
    assert found.emergence.past == pytest.approx(float(theory.past.learned), abs=0.01)
    for share in (0.02, 0.05, 0.15, 0.3):
        known = round(share * graph.skills)
        state = prior.state(f"{known}/{graph.skills}")
        assert found.learned[known] == pytest.approx(float(state.learned), abs=0.003)
        assert found.understood[known] == pytest.approx(float(state.understood), abs=0.003)
        assert abs(found.learned[known] - 1.03 * float(state.learned)) > 0.003 or share == 0.02


def test_points_are_at_round_numbers_and_the_emergence() -> None:
    curve = known_curve(poisson(1000, 5.0, 1.5, 1))
    chosen = [point.known for point in curve.points]
    step = curve.emergence
    assert set(chosen) >= {0, 1, 2, 5, 10, 20, 50, 100, 200, 500, curve.skills, step.known - 1, step.known}
    assert chosen == sorted(set(chosen))
    assert len(chosen) <= 14
    assert [point.learned for point in curve.points] == [curve.learned[known] for known in chosen]
    assert [point.understood for point in curve.points] == [curve.understood[known] for known in chosen]
    assert f"is that to {step.known} known skills: a jump." in curve._repr_html_()


def test_the_least_number_known_for_a_share() -> None:
    curve = known_curve(poisson(1000, 5.0, 1.5, 1))
    for share in (0.0, 0.1, 0.5, 1.0):
        known = curve.known_for(share)
        assert curve.learned[known] >= share
        assert known == 0 or curve.learned[known - 1] < share


def test_numbers_are_written_to_json() -> None:
    written = json.loads(json.dumps(known_curve(poisson(200, 5.0, 1.5, 1)).to_dict()))
    assert set(written) == {"skills", "texts", "emergence", "points"}
    assert set(written["emergence"]) == {"known", "before", "past", "is_jump"}
    assert set(written["points"][0]) == {"known", "learned", "understood"}


def test_what_is_no_graph_is_one_line() -> None:
    with pytest.raises(da.InputError, match="the graph must be a Graph"):
        known_curve([("t", "a")])  # type: ignore[arg-type]
    assert isinstance(known_curve(Graph.from_edges([("t", "a")])), KnownCurve)
