"""Graphs have the degrees of their ensemble, however they are sampled; what a skill met twice does to most skills is known, and small."""

from contextlib import suppress

import numpy as np
import pytest
from scipy.stats import chisquare

from deanalysis import Ensemble, InputError, parse_law
from deanalysis.simulate.graphs import Graph, edges_of, sample_graph
from deanalysis.simulate.kernel import NO_ROWS, ONE, begin, learn
from deanalysis.simulate.sampling import sample_popularity
from deanalysis.simulate.streams import new_streams
from tests.simulate.test_tables import fits

MIXED = ["poisson(3)", "geometric(1.5)", "negative_binomial(2, 0.8)", "mixture(0.3: poisson(2), 0.7: geometric(3))"]
PAIRS = [
    ("poisson(3)", "poisson(4)"),
    ("regular(4)", "negative_binomial(5, 0.8)"),
    ("regular(4)", "poisson(3)"),
    ("geometric(2)", "regular(3)"),
    ("poisson(3)", "polynomial(0.5*x^2+0.5*x^6)"),
    ("regular(6)", "regular(3)"),
    ("binomial(8, 0.5)", "zipf(2, 1, 9)"),
    ("poisson(2)", "negative_binomial(3, 2)"),
    ("negative_binomial(3, 2)", "geometric(2)"),
]


def drawn(texts: str, skills: str, size: int, seed: int = 7) -> tuple[Graph, np.ndarray]:
    """Draw a graph; return it with the text of each edge."""
    ensemble = Ensemble(parse_law(texts), parse_law(skills))
    graph, _ = sample_graph(ensemble, size, new_streams(seed, (), 3), np.random.default_rng(seed))
    ends = np.empty(graph.edges, dtype=np.uint32)
    edges_of(graph, np.arange(graph.edges), graph.edges, ends)
    return graph, ends


@pytest.mark.parametrize(("texts", "skills"), PAIRS)
def test_a_graph_has_the_degrees_of_its_ensemble(texts: str, skills: str) -> None:
    graph, ends = drawn(texts, skills, 60_000)
    assert fits(np.diff(graph.start.astype(np.int64)), skills) > 1e-4
    assert fits(np.bincount(ends, minlength=graph.texts)[:-1], texts) > 1e-4
    assert graph.texts == pytest.approx(60_000 * float(Ensemble(parse_law(texts), parse_law(skills)).ratio), rel=0.03)


@pytest.mark.parametrize(("texts", "skills"), PAIRS)
def test_the_ends_of_an_edge_are_independent(texts: str, skills: str) -> None:
    """Which tenth of all skills and which tenth of all texts an edge joins say nothing of each other; nor do it and where it stands."""
    graph, ends = drawn(texts, skills, 60_000)
    skill = np.repeat(np.arange(60_000), np.diff(graph.start.astype(np.int64)))
    for one in (skill, np.arange(graph.edges) % 10 * 6_000):
        table = np.histogram2d(one, ends, bins=10)[0]
        expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / table.sum()
        assert chisquare(table.ravel(), expected.ravel(), ddof=18).pvalue > 1e-4


@pytest.mark.parametrize("law", MIXED)
def test_popularity_has_mean_one_and_thins_to_the_law(law: str) -> None:
    rng = np.random.default_rng(6)
    weights = sample_popularity(parse_law(law), rng, 100_000)
    degrees = rng.poisson(float(parse_law(law).mean) * (np.ones(100_000) if weights is None else weights))
    assert fits(degrees, law) > 1e-4


def test_sampling_from_the_skills_is_sampling_text_by_text() -> None:
    """The paper draws Poisson(c) skills for each text; here each skill draws Poisson(cR) texts. The same law: degrees on both sides, and
    the number of texts that are met twice or more, have the same mean and spread over graphs."""
    size, mean, ratio, count = 300, 3, 1.5, 400
    rng = np.random.default_rng(1)
    seen = {"text by text": [], "from the skills": []}
    for seed in range(count):
        degrees = rng.poisson(mean, round(ratio * size))
        skills, texts = rng.integers(size, size=degrees.sum()), np.repeat(np.arange(len(degrees)), degrees)
        seen["text by text"].append((len(skills), np.bincount(skills, minlength=size).var(), len(np.unique(texts * size + skills))))
        graph, ends = drawn(f"poisson({mean})", f"poisson({mean * ratio})", size, seed)
        skills = np.repeat(np.arange(size), np.diff(graph.start.astype(np.int64)))
        seen["from the skills"].append(
            (len(ends), np.bincount(skills, minlength=size).var(), len(np.unique(ends * np.int64(size) + skills)))
        )
    one, other = (np.array(values) for values in seen.values())
    difference = one.mean(0) - other.mean(0)
    assert (np.abs(difference) < 4 * (one.var(0) / count + other.var(0) / count) ** 0.5).all()
    assert (np.abs(one.std(0) / other.std(0) - 1) < 4 / count**0.5).all()


def pairs_met_twice(texts: str, skills: str, size: int, graphs: int) -> float:
    found = 0
    for seed in range(graphs):
        graph, ends = drawn(texts, skills, size, seed)
        of = np.repeat(np.arange(size), np.diff(graph.start.astype(np.int64)))
        found += len(ends) - len(np.unique(ends * np.int64(size) + of))
    return found / graphs


@pytest.mark.parametrize(("texts", "skills"), [("poisson(3)", "poisson(4)"), ("regular(6)", "regular(3)"), ("regular(4)", "poisson(3)")])
@pytest.mark.parametrize("size", [1_000, 10_000])
def test_how_many_skills_are_met_twice(texts: str, skills: str, size: int) -> None:
    """P''(1) L''(1)/(2 P'(1) L'(1)) pairs a graph, however large."""
    one, other = parse_law(texts), parse_law(skills)
    expected = float(one.factorial_moment(2) * other.factorial_moment(2) / (2 * one.mean * other.mean))
    graphs = 200
    assert abs(pairs_met_twice(texts, skills, size, graphs) - expected) < 4 * (expected / graphs) ** 0.5 + 0.02 * expected


def learned(graph: Graph) -> int:
    state = begin(graph, np.array([0] + [1] * graph.skills, dtype=np.uint8))
    state.words[:] -= ONE
    return int(learn(graph, NO_ROWS, state)[-1])


def test_to_most_skills_it_hardly_matters_that_one_is_met_twice() -> None:
    """Counting it once instead changes what is learned by a bounded number of skills a graph: by 1/n of the whole. Where nearly all
    is learned, that is most of what is left (test_matchings.py)."""
    changed = {}
    for size, graphs in ((1_000, 100), (10_000, 40), (100_000, 10)):
        difference = 0
        for seed in range(graphs):
            graph, ends = drawn("poisson(3)", "poisson(2.7)", size, seed)
            of = np.repeat(np.arange(1, size + 1), np.diff(graph.start.astype(np.int64)))
            pairs = np.unique(of * np.int64(graph.texts) + ends)
            start = np.zeros(size + 1, dtype=np.uint32)
            start[1:] = np.cumsum(np.bincount(pairs // graph.texts, minlength=size + 1)[1:])
            difference += learned(graph._replace(start=start, ends=(pairs % graph.texts).astype(np.uint32))) - learned(graph)
        changed[size] = difference / graphs
    assert all(0 < more < 2 for more in changed.values())


def test_graphs_stated_by_hand() -> None:
    graph = Graph.of([(1, 3), (), (3, 3)], skills=3)
    assert graph.start.tolist() == [0, 1, 1, 4]
    assert graph.ends.tolist() == [0, 0, 2, 2]
    assert (graph.texts, graph.skills, graph.edges) == (3, 3, 4)


def test_popularities_that_vanish_are_refused() -> None:
    with pytest.raises(InputError, match="too uneven"):
        drawn("regular(3)", "negative_binomial(3, 1e-9)", 5)


@pytest.mark.parametrize("skills", ["pareto(1e6, 1.5)", "log_normal(1e6, 2.5)", "mixture(0.9: pareto(1e6, 1.6), 0.1: log_normal(9e5, 3))"])
def test_more_edges_than_offsets_hold_are_refused(skills: str) -> None:
    """Two thousand skills have 2 10^9 edges on average; heavy tails may draw more than 2^31, which 32 bits would wrap around."""
    ensemble, drawn_edges = Ensemble(parse_law("poisson(5)"), parse_law(skills)), []
    for seed in range(40):
        with suppress(InputError):
            start = sample_graph(ensemble, 2000, new_streams(seed, (), 3), np.random.default_rng(seed))[0].start
            drawn_edges.append(int(start[-1]))
            assert (np.diff(start.astype(np.int64)) >= 0).all()
    assert 0 < len(drawn_edges) < 40
