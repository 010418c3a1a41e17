"""Graphs of chains: degrees and offsets by their laws, learned as brute force does, counted by topic, class and position, kept in files."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, chisquare, poisson

from deanalysis import (
    Chain,
    Ensemble,
    InputError,
    Poisson,
    PoissonLearner,
    Protograph,
    Regular,
    SkillLearner,
    TrialStats,
    load_model,
    simulate,
    sweep,
)
from deanalysis.simulate.estimates import wilson
from deanalysis.simulate.streams import LARGEST_INDEX
from deanalysis.simulate.topics.chain_experiment import ChainExperiment
from deanalysis.simulate.topics.chain_trials import ChainTraining, measure_chain
from deanalysis.simulate.topics.chains import ChainGraph, ChainSampler

SURELY = 1e-4
"""A right law is rejected once in so many tests."""
SPREADING = (((1, 2, 0), (0, 1, 1)), ((1, 0, 1), (1, 1, 1)))
TOTAL = ((2, 2, 1), (1, 2, 2))


def drawn(chain: Chain, skills: int, seed: int = 1) -> ChainGraph:
    experiment = ChainExperiment(chain, chain.learner, skills)
    return ChainSampler(chain).draw([skills] * chain.topics, experiment.texts_by_type, np.random.default_rng(seed))


def edges(graph: ChainGraph) -> tuple[np.ndarray, np.ndarray]:
    """Return the skill and the text of each edge, both from 0."""
    return np.repeat(np.arange(graph.graph.skills), np.diff(graph.graph.start.astype(int))), graph.graph.ends.astype(int)


def places(graph: ChainGraph) -> tuple[np.ndarray, np.ndarray]:
    """Return the topic and class, and the position and type, of both ends of each edge, counted through."""
    met, by = edges(graph)
    return np.searchsorted(graph.skills, met, "right") - 1, np.searchsorted(graph.texts, by, "right") - 1


def fits(seen: np.ndarray, chances: np.ndarray) -> bool:
    """Whether degrees have a law, by chi-square; rare ones are taken together."""
    counts, expected = np.bincount(seen, minlength=len(chances))[: len(chances)].astype(float), chances * len(seen)
    common = expected > 8
    counts, expected = (np.append(values[common], len(seen) - values[common].sum()) for values in (counts, expected))
    return (
        bool(chisquare(counts, expected + 1e-9 * (expected == 0)).pvalue > SURELY) if len(counts) > 2 else bool((counts == expected).all())
    )


def test_poisson_degrees_and_offsets_by_topic_and_position() -> None:
    graph = drawn(load_model("chain(paper, 5, 3)").ensemble.at(c=6, R="0.5"), 30_000)
    met, by = edges(graph)
    topics, positions = places(graph)
    assert graph.graph.texts == 7 * 15_000
    degrees, sizes = (np.bincount(ends, minlength=count) for ends, count in ((met, 150_000), (by, 7 * 15_000)))
    for topic in range(5):
        assert fits(degrees[30_000 * topic : 30_000 * (topic + 1)], poisson.pmf(np.arange(30), 3))
        assert chisquare(np.bincount((positions - topics)[topics == topic], minlength=3)).pvalue > SURELY
    for position, mean in enumerate((2, 4, 6, 6, 6, 4, 2)):
        assert fits(sizes[15_000 * position : 15_000 * (position + 1)], poisson.pmf(np.arange(40), mean))
        assert not fits(sizes[15_000 * position : 15_000 * (position + 1)], poisson.pmf(np.arange(40), 1.06 * mean))


def test_texts_of_a_fixed_size_have_their_law_less_what_is_missing() -> None:
    graph = drawn(load_model("chain(ldpc(3,6), 5, 3)").ensemble.at(eps="1/2"), 40_000)
    met, by = edges(graph)
    topics, positions = places(graph)
    assert (np.bincount(met, minlength=200_000) == 3).all()
    sizes = np.bincount(by, minlength=7 * 20_000).reshape(7, 20_000)
    for position, share in enumerate((1 / 3, 2 / 3, 1, 1, 1, 2 / 3, 1 / 3)):
        assert fits(sizes[position], binom.pmf(np.arange(8), 6, share))
    per_skill = np.sort((positions - topics).reshape(-1, 3), axis=1)
    kinds = Counter(map(tuple, per_skill.tolist()))
    expected = {(0, 0, 0): 1, (1, 1, 1): 1, (2, 2, 2): 1, (0, 1, 2): 6} | {pair: 3 for pair in kinds if len(set(pair)) == 2}
    assert len(kinds) == len(expected) == 10
    assert chisquare([kinds[kind] for kind in expected], [200_000 * share / 27 for share in expected.values()]).pvalue > SURELY


def test_spread_skills_have_one_edge_to_each_position() -> None:
    for chain in (
        load_model("fuse(3, 4)").ensemble.at(d="0.9"),
        load_model("chain(ldpc(3,6), 4, 3)", coupling="spread").ensemble.at(eps="1/2"),
    ):
        topics, positions = places(drawn(chain, 1000))
        assert (np.sort((positions - topics).reshape(-1, 3), axis=1) == [0, 1, 2]).all()


def test_a_protograph_has_the_edges_of_its_matrices() -> None:
    chain = Chain(Protograph(TOTAL), topics=4, window=2, coupling="spread", spreading=SPREADING).at(eps="1/2")
    kinds = Counter(zip(*(ends.tolist() for ends in places(drawn(chain, 500))), strict=True))
    expected = {
        (3 * topic + column, 2 * (topic + offset) + row): 500 * count
        for topic in range(4)
        for offset, matrix in enumerate(SPREADING)
        for row, entries in enumerate(matrix)
        for column, count in enumerate(entries)
        if count
    }
    assert kinds == expected


@pytest.mark.parametrize(("ends", "window"), [("ring", 3), ("one", 3), ("one", 4), ("ring", 1), ("one", 1)])
@pytest.mark.parametrize(("texts", "skills"), [(Poisson(4), Poisson(4)), (Regular(4), Poisson(4)), (Regular(4), Regular(4))])
def test_rings_and_mirrors_close(ends: str, window: int, texts: Any, skills: Any) -> None:
    """Every text away from an open end has as many skills as any other; where a position is its own mirror, it has half the texts."""
    chain = Chain(Ensemble(texts, skills), SkillLearner(1), 6, window, ends=ends)
    graph = drawn(chain, 5000)
    topics, positions = places(graph)
    per_text = np.bincount(positions, minlength=chain.positions) / np.diff(graph.texts)
    full = per_text if ends == "ring" else per_text[window - 1 :]
    assert full == pytest.approx(4, rel=0.04)
    assert np.diff(graph.texts).tolist() == [5000] * (chain.positions - 1) + [2500 if ends == "one" and window == 4 else 5000]
    pairs = set(zip(topics.tolist(), positions.tolist(), strict=True))
    if ends == "ring":
        assert pairs == {(topic, (topic + offset) % 6) for topic in range(6) for offset in range(window)}
    else:
        last = 12 + window - 2
        assert pairs == {(topic, min(topic + offset, last - topic - offset)) for topic in range(6) for offset in range(window)}


@pytest.mark.parametrize("ends", ["open", "one", "ring"])
@pytest.mark.parametrize("window", [1, 2, 3, 4])
def test_fresh_texts_look_where_edges_come_from(ends: str, window: int) -> None:
    sampler = ChainSampler(Chain(Ensemble(Poisson(4), Poisson(4)), SkillLearner(1), 5, window, ends=ends))
    arrivals = {
        (position, arriving): topic
        for topic in range(5)
        for kind in sampler.chain.cell.edges
        for position, kinds in [sampler.arrival(topic, kind)]
        for arriving in kinds
    }
    asked = {
        (position, kind): sampler.origin(position, kind) for position in range(sampler.chain.positions) for kind in sampler.chain.cell.edges
    }
    assert {place: topic for place, topic in asked.items() if topic is not None} == arrivals


def brute(graph: ChainGraph, novel: np.ndarray, patience: np.ndarray) -> tuple[set[int], list[int]]:
    """Learn in rounds, text by text; return what is still novel, and how many skills were after each round."""
    texts: list[list[int]] = [[] for _ in range(graph.graph.texts)]
    for skill, text in zip(*edges(graph), strict=True):
        texts[text].append(int(skill))
    left, counts = set(np.flatnonzero(novel).tolist()), []
    while True:
        missing = [[skill for skill in skills if skill in left] for skills in texts]
        taught = {skill for text, skills in enumerate(missing) if len(skills) <= patience[text] for skill in skills}
        if not taught:
            return left, counts
        left -= taught
        counts.append(len(left))


SMALL = [
    load_model("chain(paper, 5, 2)").ensemble.at(c=3, R=1),
    Chain(Ensemble(Poisson(4), Poisson(3), "0.7"), SkillLearner(2), 4, 3, ends="one"),
    Chain(Ensemble(Regular(6), Regular(3), "0.6"), SkillLearner(1), 6, 3, "spread", "ring", known=2),
    Chain(Ensemble(Regular(4), Poisson(3)), PoissonLearner("exp(-x/2)"), 4, 2, ends="one"),
    Chain(Protograph(TOTAL, (2,)), topics=4, window=2, coupling="spread", spreading=SPREADING).at(eps="0.8"),
]


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("chain", SMALL, ids=["paper", "mirror", "ring", "hesitant", "protograph"])
def test_what_is_learned_and_counted_against_brute_force(chain: Chain, number: int) -> None:
    experiment = ChainExperiment(chain, chain.learner, 15, rounds=30)
    training = ChainTraining.of(experiment, number, 0)
    novel, counts = brute(training.drawn, training.unknown[1:], training.patience)
    assert set(np.flatnonzero(training.novel).tolist()) == novel
    measured = measure_chain(experiment, number, 0)
    assert measured["zeta"] == len(novel) / measured["skills"]
    assert measured["rounds"] == len(counts) < 30
    followed = counts + [len(novel)] * (30 - len(counts))
    assert measured["trajectory"] == tuple(count / measured["skills"] for count in followed)
    texts = {int(text) for skill, text in zip(*edges(training.drawn), strict=True) if int(skill) in novel}
    assert measured["training_error"] == len(texts) / measured["texts"]
    parts = {part.name: (round(part.value * part.of), part.of) for part in measured["parts"]}
    assert list(parts) == experiment.part_names
    assert parts["complete"] == (int(not novel & {int(skill) for skill in edges(training.drawn)[0]}), 1)
    classes = len(chain.cell.classes)
    size, unknown = 15 * classes, training.unknown[1:].reshape(chain.topics, -1).sum(axis=1)
    left = [len(novel.intersection(range(size * topic, size * (topic + 1)))) for topic in range(chain.topics)]
    assert parts["passed"] == (int(all(count <= before / 2 for count, before in zip(left, unknown, strict=True))), 1)
    for topic in range(chain.topics):
        block = range(15 * classes * topic, 15 * classes * (topic + 1))
        assert parts[f"zeta:{topic + 1}"] == (len(novel.intersection(block)), 15 * classes)
        for own in range(classes if classes > 1 else 0):
            assert parts[f"zeta:v{own + 1}:{topic + 1}"][0] == len(novel.intersection(block[15 * own : 15 * (own + 1)]))
    first = training.drawn.texts
    types = len(chain.cell.types)
    for position in range(chain.positions):
        low, high = first[types * position], first[types * (position + 1)]
        assert parts[f"training_error:{position + 1}"] == (sum(low <= text < high for text in texts), high - low)


def test_known_topics_and_fractions_are_known_before() -> None:
    ring = ChainExperiment(SMALL[2], SkillLearner(1), 20_000)
    unknown = ChainTraining.of(ring, 1, 0).unknown[1:].reshape(6, -1).mean(axis=1)
    assert unknown[:2].tolist() == [0, 0]
    assert unknown[2:] == pytest.approx(0.6, abs=0.02)
    punctured = ChainExperiment(SMALL[4], SkillLearner(1), 5000)
    assert ChainTraining.of(punctured, 1, 0).unknown[1:].reshape(4, 3, -1).mean(axis=2)[:, 1].tolist() == [1] * 4


@pytest.mark.parametrize(("items", "segments", "expected"), [(11_400, 12, 0.1631), (11_504, 12, 0.0137), (11_550, 13, 0.9954)])
def test_how_often_fuse_filters_are_built(items: int, segments: int, expected: float) -> None:
    """As 10,000 attempts of a peeling program of its own give (0.1631, 0.0137, 0.9954)."""
    fuse = load_model(f"fuse(3, {segments})").ensemble
    stats = simulate(fuse, items=items, cells=1024, replicates=1500, seed=1, workers=1)
    low, best, high = stats.estimate("complete")
    error = (expected * (1 - expected) * (1 / 1500 + 1 / 10_000)) ** 0.5
    assert abs(best - expected) < 4 * error
    assert 0 <= low < best < high <= 1
    assert stats.skills == items
    assert stats.texts_per_graph == (segments + 2) * 1024
    assert stats.edges_per_graph == 3 * items


def test_where_a_front_gets_stuck_depends_on_the_ratio() -> None:
    """The potential threshold is R = 1: a little above it the front of a small graph gets through sometimes."""
    chain = load_model("chain(paper, 30, 3)").ensemble
    run = {"skills": 500, "replicates": 60, "seed": 1, "workers": 1}
    stuck, some, most = (
        stats.estimate("passed") for stats in sweep(chain, None, [{"c": 5, "R": R} for R in ("0.95", "1.06", "1.12")], **run)
    )
    assert stuck.high < 0.1 < some.best < 0.9 < most.low
    assert stuck == wilson(0, 60)
    assert most == wilson(60, 60)


def test_items_choose_their_topics() -> None:
    experiment = ChainExperiment.of(load_model("fuse(3, 4)").ensemble, None, None, 4000, 2000)
    sizes = [np.diff(ChainTraining.of(experiment, seed, 0).drawn.skills) for seed in range(40)]
    assert {int(size.sum()) for size in sizes} == {4000}
    assert np.mean(sizes, axis=0) == pytest.approx(1000, abs=20)
    assert np.var(sizes) == pytest.approx(750, rel=0.5)


def test_results_survive_and_do_not_depend_on_workers(tmp_path: Path) -> None:
    path, run = tmp_path / "chain.csv", {"skills": 300, "replicates": 6, "seed": 5, "rounds": 4}
    chain = SMALL[4]
    first = simulate(chain, workers=1, output=path, **run)
    assert simulate(chain, workers=2, **run).quantities == first.quantities
    kept = path.read_text()
    assert simulate(chain, workers=1, output=path, **run).quantities == first.quantities
    assert path.read_text() == kept
    assert TrialStats.from_dict(first.to_dict()) == first
    said = first.to_dict()
    assert len(said["topics"]) == 4
    assert len(said["positions"]) == 5
    assert set(said["topics"][0]) == {"mean", "low", "high"}
    assert np.mean([topic["mean"] for topic in said["topics"]]) == pytest.approx(said["zeta"]["mean"])
    assert "zeta:1" not in said
    assert {"zeta:v3:4", "training_error:c2:5", "complete"} <= set(said)
    assert len(first.trajectory) == 4
    with pytest.raises(InputError, match="another model"):
        simulate(SMALL[3], workers=1, output=path, **run)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"skills": 100, "one_pass": True}, "one_pass"),
        ({"skills": 100, "passes": 2}, "passes"),
        ({}, "skills"),
        ({"skills": 0}, "skills"),
        ({"skills": LARGEST_INDEX // 2}, "in all topics"),
        ({"skills": 100, "items": 100, "cells": 10}, "without `skills`"),
        ({"items": 100}, "without `skills`"),
        ({"cells": 100}, "without `skills`"),
        ({"items": 0, "cells": 4}, "items"),
        ({"items": 100, "cells": 0}, "cells"),
        ({"items": 100, "cells": 50}, "items"),
        ({"skills": 1}, "text"),
        ({"skills": 100, "until": {"zeta:6": 0.1}}, "until"),
    ],
)
def test_what_a_chain_does_not_have_is_refused(options: dict[str, Any], said: str) -> None:
    chain = load_model("chain(paper, 5, 2)").ensemble.at(c=3, R="0.1")
    with pytest.raises(InputError, match=said):
        simulate(chain, replicates=1, workers=1, **options)


def test_too_few_texts_and_columns_without_edges() -> None:
    halved = Chain(Ensemble(Poisson(5), Poisson("0.5")), SkillLearner(1), 4, 4, ends="one")
    with pytest.raises(InputError, match="at least one text"):
        simulate(halved, skills=10, replicates=1, workers=1)
    assert simulate(halved, skills=20, replicates=1, seed=1, workers=1).texts_per_graph == 5 * 2 + 1
    empty = simulate(Chain(Protograph(((1, 0, 2), (1, 0, 1)))).at(eps="1/2"), skills=200, replicates=8, seed=1, workers=1)
    assert empty.estimate("zeta:v2").best == pytest.approx(0.5, abs=0.1)
    assert 0 < empty.estimate("complete").best <= 1


def test_cells_and_letters_go_with_the_right_chains() -> None:
    for text in ("chain(ldpc(3,6), 5, 2)", "chain(paper, 5, 2)"):
        with pytest.raises(InputError, match="a letter that its skills lack"):
            simulate(load_model(text).ensemble, items=100, cells=10, replicates=1, workers=1)
    with pytest.raises(InputError, match="d must not be given with `items` and `cells`"):
        sweep(load_model("fuse(3, 5)").ensemble, None, [{"d": 1}], items=100, cells=10)
    with pytest.raises(InputError, match="goes with a chain"):
        simulate(Ensemble(Poisson(3), Poisson(3)), SkillLearner(1), items=100, cells=10, replicates=1)
    with pytest.raises(InputError, match="every letter bound; d is free"):
        simulate(load_model("fuse(3, 5)").ensemble, skills=100, replicates=1, workers=1)
    with pytest.raises(InputError, match="is required"):
        simulate(Ensemble(Poisson(3), Poisson(3)), SkillLearner(1), replicates=1)
    shown = simulate(load_model("chain(hypergraph(2), 3, 1)").ensemble, items=30, cells=10, replicates=2, seed=1, workers=1)
    assert shown.skills == 30
