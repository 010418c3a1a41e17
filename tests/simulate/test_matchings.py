"""Graphs of each matching are as likely as they should be, and what is left on them is what a few lines of Python leave."""

from collections import Counter
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from scipy.stats import chisquare

from deanalysis import Ensemble, InputError, SkillLearner, load_model, parse_law, simulate
from deanalysis.simulate.drawing.distinct import choose_by, separate
from deanalysis.simulate.drawing.laying import shuffle
from deanalysis.simulate.graphs import edges_of, sample_graph
from deanalysis.simulate.streams import new_streams
from tests.simulate.test_graphs import PAIRS
from tests.simulate.test_tables import fits

LIVA = "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"
Rows = tuple[tuple[int, ...], ...]
"""The texts of each skill, in order."""


@cache
def stated(texts: str, skills: str, matching: str) -> Ensemble:
    return Ensemble(parse_law(texts), parse_law(skills), matching=matching)


def drawn(texts: str, skills: str, matching: str, size: int, seed: int, count: int | None = None) -> tuple[Rows, int]:
    """Draw a graph; return the texts of each skill, and how many texts there are."""
    ensemble = stated(texts, skills, matching)
    graph, _ = sample_graph(ensemble, size, new_streams(seed, (), 3), np.random.default_rng(seed), count)
    ends = np.empty(graph.edges, dtype=np.uint32)
    edges_of(graph, np.arange(graph.edges), graph.edges, ends)
    return rows_of(graph.start, ends), graph.texts


def rows_of(start: np.ndarray, ends: np.ndarray) -> Rows:
    return tuple(tuple(sorted(row.tolist())) for row in np.split(ends, start[1:-1].astype(np.int64)))


def chance(seen: Counter[Rows], possible: list[Rows], expected: np.ndarray | None = None) -> float:
    """Return the p-value of what was seen; nothing else than what is possible may have been."""
    assert set(seen) <= set(possible)
    return float(chisquare([seen[rows] for rows in possible], expected).pvalue)


def matrices(skills: tuple[int, ...], texts: tuple[int, ...]) -> list[Rows]:
    """Return all graphs of given degrees without repeated edges."""
    if not skills:
        return [()] if not any(texts) else []
    found = []
    for row in combinations(range(len(texts)), skills[0]):
        left = tuple(degree - (text in row) for text, degree in enumerate(texts))
        if min(left) >= 0:
            found += [(row, *rows) for rows in matrices(skills[1:], left)]
    return found


def test_skills_draw_sets_of_texts_uniformly() -> None:
    """Two skills of degree 2 on four texts: 36 graphs, each as likely; and as the mean of a text says, one skill may have all texts."""
    pairs = list(combinations(range(4), 2))
    seen = Counter(drawn("poisson(1)", "regular(2)", "distinct", 2, seed)[0] for seed in range(20_000))
    assert chance(seen, list(product(pairs, pairs))) > 1e-4
    assert drawn("poisson(2)", "regular(4)", "distinct", 2, 1)[0] == ((0, 1, 2, 3),) * 2


def test_skills_draw_a_text_of_each_part_uniformly() -> None:
    """Five texts in two parts: 0 and 1, and 2 to 4."""
    pairs = list(product(range(2), range(2, 5)))
    seen = Counter(drawn("poisson(0.8)", "regular(2)", "parts", 2, seed)[0] for seed in range(20_000))
    assert chance(seen, list(product(pairs, pairs))) > 1e-4


def test_texts_draw_sets_of_skills_uniformly() -> None:
    """Two texts of degree 2 on three skills, whose law is Poisson: nine graphs."""
    pairs = list(combinations(range(3), 2))
    possible = [tuple(tuple(text for text in range(2) if skill in texts[text]) for skill in range(3)) for texts in product(pairs, pairs)]
    seen = Counter(drawn("regular(2)", "poisson(4/3)", "distinct", 3, seed)[0] for seed in range(10_000))
    assert chance(seen, possible) > 1e-4


UNEVEN = (3, 2, 2, 1), (3, 2, 2, 1)
DEGREES = [UNEVEN, ((2,) * 4, (2,) * 4), ((1, 1, 1, 3, 3), (1, 3, 2, 2, 1)), ((3, 2, 1, 1, 1), (4, 2, 1, 1)), ((3,) * 6, (6,) * 3)]


def separated(skills: tuple[int, ...], texts: tuple[int, ...], seed: int, loop=separate) -> Rows:
    """Match edge ends at random and switch repeated edges away."""
    start, ends = np.append(0, np.cumsum(skills)).astype(np.uint32), np.repeat(np.arange(len(texts)), texts).astype(np.uint32)
    (stream,) = new_streams(seed, (), 1)
    shuffle(ends, stream)
    assert loop(start, ends, len(texts), stream)
    return rows_of(start, ends)


@pytest.mark.parametrize(("skills", "texts"), DEGREES)
def test_graphs_of_given_degrees_are_uniform(skills: tuple[int, ...], texts: tuple[int, ...]) -> None:
    """Also where most matchings repeat an edge, and where the graph in which none does is the only one."""
    possible = matrices(skills, texts)
    seen = Counter(separated(skills, texts, seed) for seed in range(20_000))
    assert len(possible) == 1 or chance(seen, possible) > 1e-4


def test_without_mixing_they_are_not(monkeypatch) -> None:
    import numba

    from deanalysis.simulate.drawing import distinct

    monkeypatch.setattr(distinct, "_MIXING", 0)
    unmixed = numba.njit(separate.py_func)
    seen = Counter(separated(*UNEVEN, seed, unmixed) for seed in range(20_000))
    assert chance(seen, matrices(*UNEVEN)) < 1e-8


def test_popular_texts_are_drawn_one_after_the_other() -> None:
    """Of three of popularities 5, 3, 2 the pair {a, b} has chance w_a w_b (1/(1 - w_a) + 1/(1 - w_b)); also where draws are nearly always
    those that a skill has met."""
    for weights in ([0.5, 0.3, 0.2], [1.0, 3e-7, 2e-7]):
        w = np.array(weights) / sum(weights)
        start, ends = np.arange(0, 40_002, 2), np.empty(40_000, dtype=np.uint32)
        choose_by(w, start, new_streams(1, (), 1)[0], ends)
        seen = Counter(rows_of(start, ends))
        pairs = [(a, b) for a, b in combinations(range(3), 2) if w[a] * w[b] > 1e-9]
        expected = np.array([w[a] * w[b] * (1 / (1 - w[a]) + 1 / (1 - w[b])) for a, b in pairs])
        assert chisquare([seen[pair] for pair in pairs], 20_000 * expected / expected.sum()).pvalue > 1e-4
        assert sum(seen[pair] for pair in pairs) == 20_000


def test_popularities_that_vanish_in_floats_still_give_sets() -> None:
    start, ends = np.arange(0, 22, 2), np.empty(20, dtype=np.uint32)
    choose_by(np.array([1.0, 0.0, 0.0]), start, new_streams(1, (), 1)[0], ends)
    assert all(len(set(row)) == 2 for row in rows_of(start, ends))


@pytest.mark.parametrize(("texts", "skills"), [*PAIRS, ("poisson(100)", "regular(50)"), ("regular(60)", "zipf(1.5, 1, 300)")])
def test_no_edge_is_repeated_and_degrees_are_those_of_the_laws(texts: str, skills: str) -> None:
    size = 20_000
    rows, count = drawn(texts, skills, "distinct", size, 3)
    degrees = Counter(text for row in rows for text in row)
    assert all(len(set(row)) == len(row) for row in rows)
    assert fits(np.array([len(row) for row in rows]), skills) > 1e-4
    assert fits(np.array([degrees[text] for text in range(count)])[:-1], texts) > 1e-4
    assert sum(len(set(row)) < len(row) for row in drawn(texts, skills, "repeated", size, 3)[0]) > 0


def test_degrees_beyond_what_there_is_to_choose_from() -> None:
    """Of a law without end they are cut; one that has an end is refused, and so are degrees of which there is no graph."""
    rows, _ = drawn("poisson(9)", "poisson(9)", "distinct", 8, 1)
    assert max(map(len, rows)) == 8
    rows, count = drawn("geometric(2)", "poisson(2)", "distinct", 3, 1)
    assert all(len(set(row)) == len(row) <= count for row in rows)
    for texts, skills, matching, size in (("poisson(6)", "regular(3)", "distinct", 4), ("regular(6)", "regular(3)", "distinct", 4)):
        with pytest.raises(InputError, match=r"matching distinct needs [36] (texts|skills) in a graph"):
            drawn(texts, skills, matching, size, 1)
    with pytest.raises(InputError, match=r"matching parts needs 3 texts in a graph, as many as a skill may have, got '2 texts'"):
        drawn("poisson(6)", "regular(3)", "parts", 4, 1)
    with pytest.raises(InputError, match="found no graph without repeated edges"):
        drawn("polynomial(0.5*x + 0.5*x^6)", "polynomial(0.5*x + 0.5*x^3)", "distinct", 6, 3)


def losses(users: int, slots: int, frames: int, rng: np.random.Generator) -> list[int]:
    """Send frames by users who choose different slots, and take out users who are alone in one; return how many are left of each frame."""
    left = []
    for _ in range(frames):
        counts = rng.choice([2, 3, 8], users, p=[0.5, 0.28, 0.22])
        chosen = [rng.choice(slots, count, replace=False).tolist() for count in counts]
        waiting = set(range(users))
        while True:
            load = Counter(slot for user in waiting for slot in chosen[user])
            received = {user for user in waiting if any(load[slot] == 1 for slot in chosen[user])}
            if not received:
                break
            waiting -= received
        left.append(len(waiting))
    return left


def test_frames_lose_what_users_with_distinct_slots_lose() -> None:
    """IRSA in frames of 100 slots, ten loads from 0.05 to 0.9. Slots that repeat lose far more at light load."""
    rng = np.random.default_rng(1)
    z = {"distinct": [], "repeated": []}
    for load in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        users = round(100 * load)
        share = np.array(losses(users, 100, 300, rng)) / users
        for matching, found in z.items():
            model = load_model(LIVA, matching=matching)
            run = simulate(model.ensemble.at(G=load), texts_per_graph=100, learner=model.learner, replicates=2000, seed=2, workers=1)
            assert (run.skills, run.texts_per_graph) == (users, 100)
            error = (share.var() / len(share) + run.zeta.standard_error**2 + (1 / users / len(share)) ** 2) ** 0.5
            found.append((run.zeta.mean - share.mean()) / error)
    assert max(map(abs, z["distinct"])) < 4
    assert max(z["repeated"]) > 4


def test_a_floor_far_below_the_threshold() -> None:
    """(3,6), 120 skills, eps = 0.2: a graph of the configuration model gets stuck with chance 0.0166 (60,000 graphs of another simulation),
    by small sets, of which those of one skill need a repeated edge."""
    model = load_model("ldpc(3,6)")
    options = {"skills": 120, "replicates": 6000, "seed": 4, "workers": 1}
    repeated = simulate(model.ensemble.at(eps="1/5"), SkillLearner(1), **options)
    assert abs(repeated.stuck.best - 0.01663) < 4 * (0.01663 / 6000) ** 0.5
    seen, expected = [repeated.residues.get(size, 0) for size in (1, 2, 3)], np.array([205, 625, 77]) / 10
    assert (np.abs(seen - expected) < 4 * expected**0.5 + 4).all()
    distinct = simulate(load_model("ldpc(3,6)", matching="distinct").ensemble.at(eps="1/5"), SkillLearner(1), **options)
    assert distinct.residues.get(1, 0) == 0
    assert distinct.stuck.high < repeated.stuck.low
