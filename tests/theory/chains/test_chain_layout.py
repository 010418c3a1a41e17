"""f of a chain against a double loop over all topics and positions, as the docstring of `Chain` defines it, mirror images apart."""

from collections.abc import Callable, Mapping
from itertools import product
from math import exp, prod
from typing import NamedTuple

import numpy as np
import pytest

from deanalysis import Chain, Ensemble, Poisson, Protograph, Regular
from deanalysis.balls.vectors.intervals import Interval
from deanalysis.theory.chains.layout import Layout
from deanalysis.theory.chains.system import ChainSystem

Pgf = Callable[[float], float]


class Law(NamedTuple):
    """The pgfs of a degree: from a node and from an edge."""

    node: Pgf
    edge: Pgf


class Edges(NamedTuple):
    """Edges between a type and a class, each of which chooses one of some offsets uniformly: how many a text and a skill have."""

    type: int
    skill_class: int
    offsets: tuple[int, ...]
    of_text: Law
    of_skill: Law


def poisson(mean: float) -> Law:
    return Law(lambda x: exp(-mean * (1 - x)), lambda x: exp(-mean * (1 - x)))


def regular(degree: int) -> Law:
    return Law(lambda x: x**degree, lambda x: x ** (degree - 1))


def of_matrices(matrices: list[list[list[int]]]) -> list[Edges]:
    """Return the edges of B_0 + B_1 + ..., each matrix at its own offset."""
    return [
        Edges(j, k, (offset,), regular(count), regular(count))
        for offset, matrix in enumerate(matrices)
        for j, row in enumerate(matrix)
        for k, count in enumerate(row)
        if count
    ]


Q = Mapping[tuple[int, int], float]
"""q by edges and topic; what is known, or missing, is not in it."""


def once(chain: Chain, topics: int, edges: list[Edges], unknown: list[float], q: Q) -> dict[tuple[int, int], float]:
    """Return q after one more round of the 1-skill learner, for all topics that are not known."""

    def at(place: int) -> int:
        return place % topics if chain.ends == "ring" else place

    def beside(number: int, side: str, values: Callable[[int], float]) -> float:
        """Return the chance that nothing happens at the other edges of a node, of an edge whose own are `number`."""
        own = edges[number]
        node = [other for other, to in enumerate(edges) if getattr(to, side) == getattr(own, side)]
        law = "of_text" if side == "type" else "of_skill"
        return prod(getattr(edges[other], law)[other == number](1 - values(other)) for other in node)

    def mean_novel(number: int, position: int) -> float:
        offsets = edges[number].offsets
        return sum(q.get((number, at(position - offset)), 0.0) for offset in offsets) / len(offsets)

    def mean_taught(number: int, topic: int) -> float:
        positions = [at(topic + offset) for offset in edges[number].offsets]
        return sum(beside(number, "type", lambda other, p=p: mean_novel(other, p)) for p in positions) / len(positions)

    return {
        (number, topic): unknown[own.skill_class] * beside(number, "skill_class", lambda other, i=topic: mean_taught(other, i))
        for (number, own), topic in product(enumerate(edges), range(chain.known, topics))
    }


PAPER = Ensemble(texts=Poisson(3), skills=Poisson(4))
CODE = Ensemble(texts=Regular(6), skills=Regular(3), unknown="0.6")
SPREAD_ALIKE = [[[1, 0], [1, 2]], [[2, 1], [0, 0]], [[1, 0], [1, 2]]]
SPREAD_UNLIKE = [[[1, 0], [1, 2]], [[2, 1], [0, 0]]]


def over(ensemble: Ensemble, **layout: object) -> Chain:
    return Chain(ensemble, **layout)


def of_spread(matrices: list[list[list[int]]], **layout: object) -> Chain:
    own = Protograph(np.sum(matrices, axis=0).tolist(), unknown=["0.7", "0.9"])
    return Chain(own, window=len(matrices), coupling="spread", spreading=tuple(matrices), **layout)


def mixed(window: int, texts: Law, skills: Law) -> list[Edges]:
    return [Edges(0, 0, tuple(range(window)), texts, skills)]


def shared(window: int, texts: Law, skills: Law) -> list[Edges]:
    return [Edges(0, 0, (offset,), texts, skills) for offset in range(window)]


CASES = {
    "open": (over(PAPER, topics=5, window=3), mixed(3, poisson(3), poisson(4)), [1.0], 3),
    "even": (over(CODE, topics=4, window=2), mixed(2, regular(6), regular(3)), [0.6], 2),
    "alone": (over(PAPER), mixed(1, poisson(3), poisson(4)), [1.0], 1),
    "wide": (over(PAPER, topics=2, window=4), mixed(4, poisson(3), poisson(4)), [1.0], 1),
    "ring": (over(PAPER, topics=7, window=3, ends="ring"), mixed(3, poisson(3), poisson(4)), [1.0], 1),
    "known": (over(PAPER, topics=7, window=3, ends="ring", known=2), mixed(3, poisson(3), poisson(4)), [1.0], 3),
    "known, spread": (over(CODE, topics=8, window=3, coupling="spread", ends="ring", known=3), None, [0.6], 9),
    "one end": (over(PAPER, topics=3, window=2, ends="one"), mixed(2, poisson(3), poisson(4)), [1.0], 3),
    "one end, spread": (over(CODE, topics=2, window=3, coupling="spread", ends="one"), None, [0.6], 6),
    "spread": (over(CODE, topics=5, window=3, coupling="spread"), None, [0.6], 9),
    "spread Poisson": (over(PAPER, topics=4, window=2, coupling="spread"), shared(2, poisson(1.5), poisson(2)), [1.0], 2),
    "matrices": (of_spread(SPREAD_ALIKE, topics=5), of_matrices(SPREAD_ALIKE), [0.7, 0.9], 24),
    "matrices, unlike": (of_spread(SPREAD_UNLIKE, topics=4), of_matrices(SPREAD_UNLIKE), [0.7, 0.9], 20),
    "matrices, one end": (of_spread(SPREAD_ALIKE, topics=2, ends="one"), of_matrices(SPREAD_ALIKE), [0.7, 0.9], 16),
    "matrices, ring": (of_spread(SPREAD_UNLIKE, topics=5, ends="ring", known=1), of_matrices(SPREAD_UNLIKE), [0.7, 0.9], 20),
    "uniform matrix": (
        over(Protograph([[1, 2], [2, 0]], unknown=["0.7", "0.9"]), topics=5, window=2),
        [Edges(j, k, (0, 1), regular(b), regular(b)) for j, k, b in ((0, 0, 1), (0, 1, 2), (1, 0, 2))],
        [0.7, 0.9],
        9,
    ),
}
"""Chains, their edges, what is unknown, and how many unknowns there are; the spread codes have 1 and 2 edges to each position."""


@pytest.mark.parametrize("name", CASES)
def test_f_is_that_of_a_double_loop_over_all_topics(name: str) -> None:
    chain, stated, unknown, size = CASES[name]
    edges, system = stated or shared(3, regular(2), regular(1)), ChainSystem(chain)
    layout, f = system.layout, system.map({})
    assert f.size == layout.size == size
    kinds = [next(kind for kind, edge in chain.cell.edges.items() if edge == (*own[:2], own.offsets[0])) for own in edges]
    q = f.floats(np.random.default_rng(5).uniform(0.05, 0.95, size), None)  # a round makes the topic in the middle its own mirror image
    topics = chain.topics * (2 if chain.ends == "one" else 1)
    where = {(n, i): int(layout.unknown(kind, np.array([i]))[0]) for n, kind in enumerate(kinds) for i in range(chain.known, topics)}
    assert set(where.values()) == set(range(size))
    after, enclosed = f.floats(q, None), f.at(Interval.of(q), Interval.of(np.float64(1)))
    for place, value in once(chain, topics, edges, unknown, {place: q[index] for place, index in where.items()}).items():
        assert after[where[place]] == pytest.approx(value, rel=1e-13), place
        assert enclosed.low[where[place]] * (1 - 1e-13) <= value <= enclosed.high[where[place]] * (1 + 1e-13)


@pytest.mark.parametrize("name", CASES)
def test_mirror_images_of_topics_and_positions_are_their_own_in_turn(name: str) -> None:
    layout = Layout(CASES[name][0])
    topics, positions = np.arange(layout.topics), np.arange(layout.positions)
    assert np.array_equal(layout.mirror_topic(layout.mirror_topic(topics)), topics)
    assert np.array_equal(layout.mirror_position(layout.mirror_position(positions)), positions)
    known = topics[: layout.chain.known]
    assert set(layout.mirror_topic(known)) == set(known)


def test_values_by_topic_are_those_of_both_halves() -> None:
    assert Layout(CASES["open"][0]).by_topic("abc") == tuple("abcba")
    assert Layout(CASES["known"][0]).by_topic("abc") == tuple("abcba")
    assert Layout(CASES["one end"][0]).by_topic("abc") == tuple("abc")
    spread = Layout(CASES["even"][0].__class__(CODE, topics=2, window=3, coupling="spread"))
    assert (spread.names, spread.by_topic("abc")) == (("0", "1", "2"), tuple("abccba"))
