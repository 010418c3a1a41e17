"""Components of the association graph, counted on the bipartite graph: two vertices are associated when a text has both.

The projection is never built: a text of j vertices stands for j(j-1)/2 associations. Each text remembers one of its vertices, and every
other one is joined to that (union-find); its number of vertices says how many associations and triangles it makes.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..model.association import Association, Occupation
from .compiled import njit
from .graphs import Graph
from .kernel import excess, fill, look_ahead, new_block
from .streams import Stream, uniform

ASSOCIATION = ("giant_component", "kept", "mean_component", "susceptibility", "second_moment", "mean_degree", "clustering")
"""What is said of an association graph; the first two are fractions of all skills.

`second_moment` is the sum of s^2 over all components of size s, per skill; `susceptibility` leaves out the largest; and
`mean_component` is the mean size of the component of a random vertex that is not in the largest.
"""


class Counts(NamedTuple):
    """What one graph gave: vertices kept, the largest component, and sums.

    `squares` is the sum of s^2 over components of size s; `pairs` that of the degrees of all vertices, `paths` of d(d-1)/2, and `triangles`
    counts those within a text.
    """

    kept: int
    largest: int
    squares: int
    pairs: int
    paths: int
    triangles: int

    def quantities(self, skills: int) -> dict[str, float]:
        """Return what is compared with theory; 0 where there is nothing to divide by.

        >>> for name, value in Counts(kept=4, largest=3, squares=10, pairs=6, paths=3, triangles=1).quantities(8).items():
        ...     print(name, value)
        giant_component 0.375
        kept 0.5
        mean_component 1.0
        susceptibility 0.125
        second_moment 1.25
        mean_degree 1.5
        clustering 1.0
        """
        values = (
            self.largest / skills,
            self.kept / skills,
            _ratio(self.squares - self.largest**2, self.kept - self.largest),
            (self.squares - self.largest**2) / skills,
            self.squares / skills,
            _ratio(self.pairs, self.kept),
            _ratio(3 * self.triangles, self.paths),
        )
        return dict(zip(ASSOCIATION, values, strict=True))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def choose(keep: Occupation, graph: Graph, stream: Stream, vertices: NDArray[np.uint8]) -> None:
    """Keep each vertex with the probability that belongs to its degree; argument: 1 for each vertex, after a 0 in front."""
    degrees, group_of = np.unique(np.diff(graph.start), return_inverse=True)
    chances = np.array([float(keep.probability(int(degree))) for degree in degrees])
    if np.any(chances < 1):
        _thin(chances[group_of], stream, vertices)


@njit(cache=True)
def _thin(chances: NDArray[np.float64], stream: Stream, vertices: NDArray[np.uint8]) -> None:
    for skill in range(1, len(vertices)):
        vertices[skill] &= uniform(stream, skill) < chances[skill - 1]


def count_association(
    association: Association | None, graph: Graph, novel: NDArray[np.uint8], words: NDArray[np.int64], stream: Stream
) -> Counts | None:
    """Count the components of an association graph, if one is asked for, where learning has stopped: what is novel, the texts' words."""
    if association is None:
        return None
    vertices = 1 - novel if association.learned else np.ones_like(novel)
    vertices[0] = 0
    choose(association.kept, graph, stream, vertices)
    return count_components(graph, vertices, words, association.edges == "understood")


def count_components(graph: Graph, vertices: NDArray[np.uint8], words: NDArray[np.int64], understood: bool) -> Counts:
    """Count components, degrees and triangles among some skills.

    Arguments: the graph, 1 for each vertex (after a 0 in front), the texts' words after learning, and whether only `understood` texts
    associate their skills.

    >>> graph = Graph.of([(1, 2), (2, 3, 4), (5,)], skills=6)
    >>> count_components(graph, np.array([0, 1, 1, 1, 1, 1, 0], dtype=np.uint8), np.zeros(3, dtype=np.int64), False)
    Counts(kept=5, largest=4, squares=17, pairs=8, paths=5, triangles=1)
    """
    order = np.flatnonzero(vertices).astype(np.uint32)
    return Counts(len(order), *map(int, _count(graph, order, words, understood)))


@njit(cache=True)
def _count(graph: Graph, order: NDArray[np.uint32], words: NDArray[np.int64], understood: bool) -> tuple[Any, ...]:
    mute: Any = np.uint32(graph.start.size)
    parent = np.arange(mute + 1).astype(np.uint32)
    member, members = np.zeros(graph.texts, dtype=np.uint32), np.zeros(graph.texts, dtype=np.uint32)
    if understood:
        for text in range(graph.texts):
            if excess(words[text]) > 0:
                member[text] = mute
    _join(graph, order, parent, member, members)
    largest, squares = _sizes(order, parent)
    triangles = np.int64(0)
    for text in range(graph.texts):
        size = np.int64(members[text] if member[text] != mute else 0)
        triangles += size * (size - 1) * (size - 2) // 6
        members[text] = size - (size > 0)
    pairs, paths = _degrees(graph, order, members)
    return largest, squares, pairs, paths, triangles


@njit(cache=True, inline="always")
def _root(parent: NDArray[np.uint32], skill: np.uint32) -> np.uint32:
    """Find the root of a skill, and halve the way to it."""
    while parent[skill] != skill:
        parent[skill] = parent[parent[skill]]
        skill = parent[skill]
    return skill


@njit(cache=True)
def _join(
    graph: Graph, order: NDArray[np.uint32], parent: NDArray[np.uint32], member: NDArray[np.uint32], members: NDArray[np.uint32]
) -> None:
    """Join the vertices of each text, and count them.

    `member` is one of a text's vertices (0: none yet; the last number of `parent`: the text associates nothing). Most vertices of
    a giant component meet texts that are in it, so whose root that member has is looked up first, for many edges at a time.
    """
    block, count, mute = new_block(), len(order), np.uint32(len(parent) - 1)
    last, root = np.uint32(0), np.uint32(0)
    for first in range(0, count, len(block.lows)):
        ahead, index = look_ahead(graph, order, first, count, block), 0
        while index < ahead:
            index, filled = fill(graph, order, first, ahead, index, block)
            for edge in range(filled):
                text = block.texts[edge]
                members[text] += 1
                block.edges[edge] = member[text]
            for edge in range(filled):
                block.edges[edge] = parent[block.edges[edge]]
            for edge in range(filled):
                if block.skills[edge] != last:
                    last = block.skills[edge]
                    root = _root(parent, last)
                if block.edges[edge] == root:
                    continue
                text = block.texts[edge]
                known = member[text]
                if known == mute:
                    continue
                if known != 0:
                    other = _root(parent, known)
                    parent[max(root, other)] = min(root, other)
                    root = min(root, other)
                member[text] = root


@njit(cache=True)
def _sizes(order: NDArray[np.uint32], parent: NDArray[np.uint32]) -> tuple[np.int64, np.int64]:
    """Return the size of the largest component and the sum of the squares of all sizes."""
    sizes = np.zeros(len(parent), dtype=np.uint32)
    for skill in order:
        sizes[_root(parent, skill)] += 1
    largest, squares = np.int64(0), np.int64(0)
    for size in sizes:
        largest = max(largest, np.int64(size))
        squares += np.int64(size) * np.int64(size)
    return largest, squares


@njit(cache=True)
def _degrees(graph: Graph, order: NDArray[np.uint32], others: NDArray[np.uint32]) -> tuple[np.int64, np.int64]:
    """Return the sums of d and of d(d-1)/2 over the degrees of all vertices, from how many others each text has."""
    block, count = new_block(), len(order)
    degrees = np.zeros(len(graph.start), dtype=np.int64)
    for first in range(0, count, len(block.lows)):
        ahead, index = look_ahead(graph, order, first, count, block), 0
        while index < ahead:
            index, filled = fill(graph, order, first, ahead, index, block)
            for edge in range(filled):
                degrees[block.skills[edge]] += others[block.texts[edge]]
    pairs, paths = np.int64(0), np.int64(0)
    for degree in degrees:
        pairs += degree
        paths += degree * (degree - 1) // 2
    return pairs, paths
