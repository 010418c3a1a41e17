"""Components, degrees and triangles of the association graph: against a projection that is built, and kept in results files."""

import networkx as nx
import numpy as np
import pytest

from deanalysis import Association, Ensemble, InputError, SkillLearner, parse_law, simulate, sweep
from deanalysis.simulate.components import ASSOCIATION, Counts, choose, count_components
from deanalysis.simulate.graphs import Graph
from deanalysis.simulate.kernel import NO_ROWS, begin, give, learn
from deanalysis.simulate.statistics import QUANTITIES, TrialStats
from deanalysis.simulate.streams import new_streams

(STREAM,) = new_streams(1, (), 1)
PAPER = Ensemble(parse_law("poisson(c)"), parse_law("poisson(c*R)"))


def random_texts(chance: np.random.Generator, skills: int) -> list[tuple[int, ...]]:
    """Draw texts in which no skill is met twice, and no two of which share more than one skill: every triangle lies within one."""
    texts: list[tuple[int, ...]] = []
    taken: set[tuple[int, int]] = set()
    for _ in range(chance.integers(1, 2 * skills)):
        text = tuple(sorted(chance.choice(np.arange(1, skills + 1), size=min(skills, chance.integers(1, 5)), replace=False).tolist()))
        pairs = {(one, other) for one in text for other in text if one < other}
        if not pairs & taken:
            texts.append(text)
            taken |= pairs
    return texts


def projected(texts: list[tuple[int, ...]], vertices: set[int]) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(vertices)
    for text in texts:
        graph.add_edges_from((one, other) for one in text for other in text if one < other and {one, other} <= vertices)
    return graph


@pytest.mark.parametrize("understood", [False, True])
def test_brute_force(understood: bool) -> None:
    chance, seen = np.random.default_rng(7), 0
    for _ in range(400):
        skills = int(chance.integers(1, 14))
        texts = random_texts(chance, skills)
        graph = Graph.of(texts, skills)
        state = begin(graph, np.array([0, *chance.integers(0, 2, skills)], dtype=np.uint8))
        give(state.words, np.ones(len(texts), dtype=np.uint16))
        learn(graph, NO_ROWS, state)
        chosen = 1 - state.novel
        chosen[0] = 0
        vertices = set(np.flatnonzero(chosen).tolist())
        counting = [text for text in texts if not understood or all(not state.novel[skill] for skill in text)]
        expected = projected(counting, vertices)
        sizes = [len(one) for one in nx.connected_components(expected)]
        degrees = [degree for _, degree in expected.degree()]
        found = count_components(graph, chosen, state.words, understood)
        assert found[:3] == (len(vertices), max(sizes, default=0), sum(size * size for size in sizes))
        assert found.pairs == sum(degrees)
        assert found.paths == sum(degree * (degree - 1) // 2 for degree in degrees)
        within = sum(
            len(vertices & set(text)) * (len(vertices & set(text)) - 1) * (len(vertices & set(text)) - 2) // 6 for text in counting
        )
        assert found.triangles == within <= sum(nx.triangles(expected).values()) // 3
        seen += found.largest > 3
    assert seen > 50


def test_a_text_that_is_not_understood_still_associates_what_is_learned() -> None:
    graph = Graph.of([(1, 2, 3)], skills=3)
    words = begin(graph, np.array([0, 0, 0, 1], dtype=np.uint8)).words
    vertices = np.array([0, 1, 1, 0], dtype=np.uint8)
    assert count_components(graph, vertices, words, False) == Counts(2, 2, 4, 2, 0, 0)
    assert count_components(graph, vertices, words, True) == Counts(2, 1, 2, 0, 0, 0)


def test_who_is_kept_depends_on_the_degree() -> None:
    graph = Graph.of([(1, 2, 3), (2, 3), (3,)] * 1000, skills=3)
    for keep, expected in (("cutoff(1000)", [0, 1, 0, 0]), ("1", [0, 1, 1, 1]), ("0", [0, 0, 0, 0])):
        vertices = np.array([0, 1, 1, 1], dtype=np.uint8)
        choose(Association(keep=keep).kept, graph, STREAM, vertices)
        assert vertices.tolist() == expected
    many = Graph.of([tuple(range(1, 40_001))], skills=40_000)
    vertices = np.array([0, *[1] * 40_000], dtype=np.uint8)
    choose(Association(keep="0.3").kept, many, STREAM, vertices)
    assert vertices.sum() / 40_000 == pytest.approx(0.3, abs=0.01)


def test_the_learning_is_the_same_whether_components_are_counted_or_not() -> None:
    for texts, skills in (("poisson(3)", "poisson(3)"), ("regular(3)", "geometric(2)")):
        ensemble, options = (
            Ensemble(parse_law(texts), parse_law(skills), "9/10"),
            {"skills": 2000, "replicates": 3, "seed": 5, "workers": 1},
        )
        plain = simulate(ensemble, SkillLearner(2), **options)
        counted = simulate(ensemble, SkillLearner(2), association=Association(keep="1/2"), **options)
        assert (plain.zeta, plain.testing_error, plain.training_error) == (counted.zeta, counted.testing_error, counted.training_error)
        assert list(plain.quantities) == list(QUANTITIES)
        assert list(counted.quantities) == [*QUANTITIES, *ASSOCIATION]
        assert counted.quantities["kept"].mean == pytest.approx((1 - counted.zeta.mean) / 2, rel=0.1)
        assert TrialStats.from_dict(counted.to_dict()) == counted


def test_counts_are_kept_in_the_file_and_not_drawn_again(tmp_path) -> None:
    path, points = tmp_path / "runs.csv", [{"c": 1, "R": "1.5", "p": "1/2"}, {"c": 2, "R": 1, "p": 1}]
    options = {"skills": 1000, "seed": 3, "workers": 1, "output": path, "association": Association("understood", "p")}
    first = sweep(PAPER, SkillLearner(1), points, replicates=2, **options)
    written = path.read_text()
    assert sweep(PAPER, SkillLearner(1), points, replicates=2, **options) == first
    assert path.read_text() == written
    assert written.splitlines()[0].endswith(",kept,largest,squares,pairs,paths,triangles,parts")
    again = sweep(PAPER, SkillLearner(1), points, replicates=2, **{**options, "output": None, "workers": 2})
    assert [one.quantities for one in again] == [one.quantities for one in first]
    for other in (Association("all", "p"), Association("understood", "p/2"), None):
        with pytest.raises(InputError, match="another model"):
            sweep(PAPER, SkillLearner(1), points if other else [{"c": 1, "R": 1}], replicates=2, **{**options, "association": other})
    path.write_text(written.replace(written.splitlines()[1], written.splitlines()[1].rsplit(",", 3)[0] + ",,,"))
    with pytest.raises(InputError, match="no row of this tool"):
        sweep(PAPER, SkillLearner(1), points, replicates=2, **options)


def test_it_stops_when_the_giant_component_is_known() -> None:
    options = {"skills": 2000, "replicates": 200, "seed": 1, "workers": 1, "association": Association()}
    stats = simulate(PAPER.at(c=1, R=3), SkillLearner(1), until={"giant_component": 0.02}, **options)
    assert 8 <= stats.replicates < 200
    assert stats.quantities["giant_component"].half_width <= 0.02
    low, best, high = stats.estimate("mean_degree")
    assert 1 < low < best < high


def test_wrong_use() -> None:
    options = {"skills": 100, "replicates": 2, "seed": 1, "workers": 1}
    with pytest.raises(InputError, match="one_pass"):
        simulate(PAPER.at(c=1, R=1), SkillLearner(1), association=Association(), one_pass=True, **options)
    with pytest.raises(InputError, match="p is free"):
        simulate(PAPER.at(c=1, R=1), SkillLearner(1), association=Association(keep="p"), **options)
    with pytest.raises(InputError, match="must name one of zeta"):
        simulate(PAPER.at(c=1, R=1), SkillLearner(1), until={"giant_component": 0.1}, **options)
