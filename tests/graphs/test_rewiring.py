"""Rewired graphs and graphs of given degrees, beside lists of all graphs that there are."""

from collections import Counter
from collections.abc import Callable
from itertools import combinations, product

import numpy as np
import pytest
from scipy.stats import chi2

import deanalysis as da
from deanalysis.errors import InputError
from deanalysis.graphs.graph import Graph
from deanalysis.graphs.rewiring import Side, enough_rounds

Rows = tuple[tuple[int, ...], ...]


def all_graphs(texts: tuple[int, ...], skills: tuple[int, ...]) -> set[Rows]:
    """Return all graphs of these degrees without repeated edges, as the skills of each text."""
    ways = product(*(combinations(range(len(skills)), degree) for degree in texts))
    return {rows for rows in ways if tuple(np.bincount([s for row in rows for s in row], minlength=len(skills))) == skills}


def rows_of(graph: Graph) -> Rows:
    return tuple(tuple(graph.row(text).tolist()) for text in range(graph.texts))


def p_value(draw: Callable[[int], Rows], among: set[Rows], draws: int) -> float:
    """Return how likely draws from a uniform law are spread as unevenly as these (chi-square)."""
    counts = Counter(draw(seed) for seed in range(draws))
    assert set(counts) <= among
    expected = draws / len(among)
    return float(chi2.sf(sum((counts[rows] - expected) ** 2 / expected for rows in among), len(among) - 1))


CASES = [
    ((2, 2, 1, 1), (3, 1, 1, 1)),
    ((1, 2, 3), (1, 1, 2, 2)),
    ((2, 2, 2), (2, 2, 1, 1)),
    ((4, 2, 1, 0), (2, 2, 1, 2)),
    ((2, 2), (1, 1, 1, 1)),
]


@pytest.mark.parametrize(("texts", "skills"), CASES)
def test_every_graph_of_the_same_degrees_is_equally_likely(texts: tuple[int, ...], skills: tuple[int, ...]) -> None:
    among = all_graphs(texts, skills)
    first = Graph.with_degrees(texts, skills, seed=0)
    assert p_value(lambda seed: rows_of(first.rewired(seed)), among, 60 * len(among) + 2000) > 1e-4
    assert p_value(lambda seed: rows_of(Graph.with_degrees(texts, skills, seed)), among, 60 * len(among)) > 1e-4


def test_samplers_that_are_not_uniform_are_told_from_it() -> None:
    """Too few rounds; and switches of two edges of which those that would repeat an edge are drawn again instead of counted."""
    texts, skills = CASES[1]
    among = all_graphs(texts, skills)
    first = Graph.with_degrees(texts, skills, seed=0)
    assert p_value(lambda seed: rows_of(first.rewired(seed, rounds=1)), among, 2000) < 1e-6

    def switched(seed: int) -> Rows:
        rng, rows, done = np.random.default_rng(seed), [set(row) for row in rows_of(first)], 0
        while done < 12:
            edges = [(text, skill) for text, row in enumerate(rows) for skill in sorted(row)]
            (one, own), (two, other) = (edges[index] for index in rng.choice(len(edges), 2, replace=False))
            if own not in rows[two] and other not in rows[one]:
                rows[one] ^= {own, other}
                rows[two] ^= {own, other}
                done += 1
        return tuple(tuple(sorted(map(int, row))) for row in rows)

    assert p_value(switched, among, 6000) < 1e-6


def drawn(seed: int, texts: int = 300, skills: int = 200, edges: int = 900) -> Graph:
    rng = np.random.default_rng(seed)
    return Graph.from_edges(zip(rng.integers(texts, size=edges).tolist(), rng.zipf(1.7, size=edges).clip(max=skills).tolist(), strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_degrees_and_names_stay_and_no_edge_is_repeated(seed: int) -> None:
    graph = drawn(seed)
    rewired = graph.rewired(seed)
    assert rewired.text_degrees.tolist() == graph.text_degrees.tolist()
    assert rewired.skill_degrees.tolist() == graph.skill_degrees.tolist()
    assert len(set(rewired.to_edges())) == graph.edges == rewired.edges
    assert (rewired.text_names, rewired.skill_names) == (graph.text_names, graph.skill_names)
    assert all(np.all(np.diff(rewired.row(text).astype(int)) > 0) for text in range(graph.texts))
    assert rewired == graph.rewired(seed) != graph.rewired(seed + 10)
    assert graph.rewired(seed, rounds=0) == graph


@pytest.mark.parametrize(
    "edges",
    [
        [("t", "a")],
        [("t", "a"), ("t", "b"), ("t", "c")],
        [("t", "a"), ("u", "a"), ("v", "a")],
        [("t", "a"), ("t", "b"), ("u", "a"), ("u", "b")],
        [("t", "a"), ("t", "b"), ("t", "c"), ("u", "a"), ("u", "b"), ("v", "a")],
    ],
)
def test_the_only_graph_of_its_degrees_stays_as_it_is(edges: list[tuple[str, str]]) -> None:
    graph = Graph.from_edges(edges)
    assert graph.rewired(seed=3) == graph


def test_rows_wider_than_the_room_for_copies_are_traded() -> None:
    """Two texts of 20,000 skills each, half of them in common: half of what is not in common stays where it is."""
    edges = [("t", skill) for skill in range(20_000)] + [("u", skill) for skill in range(10_000, 30_000)]
    graph = Graph.from_edges(edges)
    rewired = graph.rewired(seed=1)
    assert rewired.text_degrees.tolist() == [20_000, 20_000]
    stayed = len(set(rewired.to_edges()) & set(edges)) - 20_000
    assert abs(stayed - 10_000) < 4 * 20_000**0.5 / 2


def degrees(law: str, rng: np.random.Generator) -> np.ndarray:
    return rng.poisson(3, 4000) if law == "poisson" else rng.zipf(float(law), 4000).clip(max=400)


@pytest.mark.parametrize(("of_texts", "of_skills"), [("poisson", "poisson"), ("poisson", "1.9"), ("1.9", "poisson"), ("2.1", "2.1")])
def test_learning_forgets_where_trades_began(of_texts: str, of_skills: str) -> None:
    """From the greedy graph, which is far from random, as much is learned in the end as after many more rounds, within 0.005."""
    rng = np.random.default_rng(5)
    texts, skills = degrees(of_texts, rng), degrees(of_skills, rng)
    missing = int(texts.sum() - skills.sum())
    np.add.at(texts if missing < 0 else skills, rng.integers(4000, size=abs(missing)), 1)
    few, many, none = (
        [da.learn(Graph.with_degrees(texts, skills, seed, rounds)).learned for seed in range(16)] for rounds in (None, 400, 0)
    )
    spread = np.hypot(np.std(few), np.std(many)) / 16**0.5
    assert abs(np.mean(few) - np.mean(many)) < 0.005 + 3 * spread
    assert abs(np.mean(none) - np.mean(many)) > 0.005 + 3 * spread


def test_more_rounds_are_taken_where_both_sides_have_hubs() -> None:
    rng = np.random.default_rng(5)
    edges = (rng.integers(3000, size=9000), rng.zipf(1.8, 9000).clip(max=3000))
    even, hubs = (Graph.from_edges(zip(texts.tolist(), edges[1].tolist(), strict=True)) for texts in (edges[0], edges[1][::-1]))
    rounds = []
    for graph in (even, hubs):
        held = Side(graph.sampled.start.astype(np.int64), graph.sampled.ends)
        rounds.append(enough_rounds(held, graph.start, 0.005))
        assert 12 <= rounds[-1] < enough_rounds(held, graph.start, 0.0) == 240
    assert rounds[0] <= rounds[1] / 2


@pytest.mark.parametrize(
    ("texts", "skills", "said"),
    [
        ([2, 2], [1, 1, 1], "must have one sum"),
        ([3, 1], [2, 2], "1 texts can have 2 skills"),
        ([4, 4], [3, 2, 1, 1, 1], "2 texts can have 7 skills"),
        ([0], [0], "must have one that is not 0"),
        ([1.5], [1], "whole numbers"),
        ([-1, 2], [1], "0 or more"),
        (["a"], [1], "whole numbers"),
        ([], [1], "whole numbers"),
        ([2**31], [1], "must sum to at most"),
        ([float("inf")], [1], "must sum to at most"),
        ([float("nan")], [1], "whole numbers"),
        ([[1], [1, 2]], [1], "whole numbers"),
        ([10**30], [1], "whole numbers"),
        (3, [1], "whole numbers"),
    ],
)
def test_degrees_that_no_graph_has_are_refused(texts: list[int], skills: list[int], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Graph.with_degrees(texts, skills, seed=1)


def test_whether_degrees_fit_is_what_a_list_of_all_graphs_says() -> None:
    for texts in product(range(4), repeat=3):
        for skills in product(range(4), repeat=3):
            if 0 < sum(texts) == sum(skills):
                if all_graphs(texts, skills):
                    graph = Graph.with_degrees(texts, skills, seed=1)
                    assert (*graph.text_degrees, *graph.skill_degrees) == texts + skills
                else:
                    with pytest.raises(InputError, match="Gale"):
                        Graph.with_degrees(texts, skills, seed=1)
