"""Random bipartite graphs of an ensemble, seen from the skills: the texts of each, stored in 32 bits an edge or not at all.

What is sampled, by the texts' law:

* *Poisson*: each skill draws its degree, and each of its edges a text, uniformly. The text is drawn anew whenever it is asked for.
* *otherwise mixed Poisson*: each skill draws its degree; the edges are shared out among the texts by popularity.
* *any other, skills mixed Poisson*: each text draws its degree; the edges are shared out among the skills by popularity.
* *any other*: both draw their degrees (configuration model), the texts until they use up the edges of the skills; the last is cut.

In the last three the ends of the edges are matched by a random shuffle. A text may meet the same skill twice, which then counts
twice: with P and L the degree pgfs, a graph has P''(1) L''(1)/(2 P'(1) L'(1)) such pairs on average, however large it is.
Counting it once instead teaches less than two skills more a graph of 10^3, 10^4 or 10^5 skills (paper's model, c = 3, R = 0.9;
tests/simulate/test_graphs.py), so at most 2/n of the whole.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..model.degrees import Ensemble
from .compiled import njit
from .sampling import Popularity, has_popularity, sample_popularity, share_out
from .streams import LARGEST_INDEX, Stream, pick
from .tables import Table, degree, table_of

_NARROW = 2**31  # edges from which on offsets take 64 bits
_MOST_STORED = 4 * 10**9  # edges that are shuffled: `pick` draws below 2^32
_MOST = 2**62  # edges that are not stored: their numbers are signed, 64 bits wide
_NOTHING = np.zeros(0, dtype=np.uint32)

Index = NDArray[Any]
"""Offsets: 32 bits wide, or 64 where there are 2^31 edges or more."""


class Graph(NamedTuple):
    """The texts of skill s = 1, ..., n are those of the edges start[s-1], ..., start[s] - 1.

    The text of edge e is `ends[e]`, or number e of the stream `chosen` where `ends` is empty.
    """

    start: Index
    ends: NDArray[np.uint32]
    chosen: Stream
    texts: int

    @property
    def skills(self) -> int:
        """Number of skills."""
        return len(self.start) - 1

    @property
    def edges(self) -> int:
        """Number of edges."""
        return int(self.start[-1])

    @property
    def sizes(self) -> dict[str, Any]:
        """All three."""
        return {"skills": self.skills, "texts": self.texts, "edges": self.edges}

    @classmethod
    def of(cls, texts: list[tuple[int, ...]], skills: int) -> "Graph":
        """Return the graph of some texts, each a tuple of skills 1, ..., n.

        >>> Graph.of([(1, 2), (2,)], skills=2).ends.tolist()
        [0, 0, 1]
        """
        met = np.array([skill for text in texts for skill in text], dtype=np.int64)
        return cls.joined(met, np.repeat(np.arange(len(texts)), [len(text) for text in texts]), skills, len(texts))

    @classmethod
    def joined(cls, met: NDArray[np.int64], by: NDArray[Any], skills: int, texts: int) -> "Graph":
        """Return the graph of some edges: edge e joins skill met[e] = 1, ..., n and text by[e]."""
        start = np.zeros(skills + 1, dtype=np.uint32 if len(met) < _NARROW else np.int64)
        np.cumsum(np.bincount(met, minlength=skills + 1)[1:], out=start[1:])
        return cls(start, by[np.argsort(met, kind="stable")].astype(np.uint32), Stream(np.uint64(0), np.uint64(1)), texts)

    def with_first(self, chosen: NDArray[np.int64]) -> tuple["Graph", NDArray[np.int64]]:
        """Return the graph with its texts numbered anew, those chosen first, and the old number of each; the edges must be stored.

        >>> graph, before = Graph.of([(1, 2), (2,), (1,)], skills=2).with_first(np.array([1]))
        >>> graph.ends.tolist(), before.tolist()
        ([1, 2, 1, 0], [1, 0, 2])
        """
        others = np.setdiff1d(np.arange(self.texts), chosen, assume_unique=True)
        before, number = np.concatenate([chosen, others]), np.empty(self.texts, dtype=np.uint32)
        number[before] = np.arange(self.texts, dtype=np.uint32)
        return self._replace(ends=number[self.ends]), before


def is_stored(ensemble: Ensemble) -> bool:
    """Whether the ends of the edges have to be stored: they can be drawn anew where texts are plain Poisson."""
    return not ensemble.texts.is_mixed_poisson or has_popularity(ensemble.texts)


def sample_graph(ensemble: Ensemble, skills: int, streams: list[Stream], rng: np.random.Generator) -> tuple[Graph, Popularity | None]:
    """Draw a graph with `skills` skills and R n texts, rounded; also the popularities of the skills, where they are not all 1.

    Arguments: three streams (degrees of skills, degrees of texts, ends of edges) and a generator for popularities.
    """
    of_skills, of_texts, ends = streams
    texts = round(float(ensemble.ratio) * skills)
    expected = float(ensemble.skills.mean) * skills
    if texts < 1 or expected < 1:
        raise InputError("skills", "must give at least one text and one edge", given=skills)
    if texts > LARGEST_INDEX:
        raise InputError("skills", f"must give at most {LARGEST_INDEX} texts", given=skills)
    stored = is_stored(ensemble)
    if stored and expected > _MOST_STORED:
        raise InputError("skills", f"must give at most {_MOST_STORED} edges where texts are not Poisson", given=skills)
    start = np.zeros(skills + 1, dtype=np.uint32 if expected < _NARROW else np.int64)
    most = _NARROW - 1 if expected < _NARROW else _MOST_STORED if stored else _MOST
    mixed, table = ensemble.skills.is_mixed_poisson, None if ensemble.texts.is_mixed_poisson else table_of(ensemble.texts)
    popularity = sample_popularity(ensemble.skills, rng, skills) if mixed else None
    degrees = None
    if mixed and table is not None:
        edges = _checked(_total(table, of_texts, texts), texts, most)
        if popularity is None:
            _scatter(edges, of_skills, start)
        else:
            degrees = share_out(edges, popularity, rng)
    elif popularity is None:
        _checked(_draw_starts(table_of(ensemble.skills), of_skills, start), skills, most)
    else:
        degrees = rng.poisson(np.minimum(float(ensemble.skills.mean) * popularity, _MOST))
    if degrees is not None:
        _checked(degrees.sum(dtype=np.float64), skills, most)
        np.cumsum(degrees, out=start[1:], dtype=start.dtype)
    if table is None:
        wanted = sample_popularity(ensemble.texts, rng, texts)
        if wanted is None:
            return Graph(start, _NOTHING, ends, texts), popularity
        laid = np.repeat(np.arange(texts, dtype=np.uint32), share_out(int(start[-1]), wanted, rng))
    else:
        laid = np.empty(int(start[-1]), dtype=np.uint32)
        used = _lay(table, of_texts, laid)
        texts = texts if mixed else used
        if texts < 1:
            raise InputError("skills", "is too small: a graph came out without an edge", given=skills)
    _shuffle(laid, ends)
    return Graph(start, laid, ends, texts), popularity


@njit(cache=True)
def edges_of(graph: Graph, edges: NDArray[np.int64], count: int, texts: NDArray[np.uint32]) -> None:
    """Write the texts of the first `count` of some edges."""
    if len(graph.ends):
        for index in range(count):
            texts[index] = graph.ends[edges[index]]
    else:
        for index in range(count):
            texts[index] = pick(graph.chosen, edges[index], graph.texts)


def _checked(edges: Any, nodes: int, most: int) -> int:
    """Return a number of edges if the graph can hold them; heavy tails may draw many more than expected."""
    if edges > most:
        raise InputError("skills", f"drew {edges:.3g} edges, too many for a graph", given=nodes, remedy="take another seed")
    return int(edges)


@njit(cache=True)
def _draw_starts(table: Table, stream: Stream, start: Index) -> np.int64:
    """Draw a degree for each skill and add them up; return the sum."""
    total = np.int64(0)
    for skill in range(1, len(start)):
        total += degree(table, stream, skill)
        start[skill] = total
    return total


@njit(cache=True)
def _total(table: Table, stream: Stream, texts: int) -> np.int64:
    """Return the edges of all texts."""
    total = np.int64(0)
    for text in range(texts):
        total += degree(table, stream, text)
    return total


@njit(cache=True)
def _lay(table: Table, stream: Stream, laid: NDArray[np.uint32]) -> int:
    """Give each text as many edges as its degree says, until all are used; the last text is cut. Return how many texts that took."""
    text, edge = 0, 0
    while edge < len(laid):
        last = min(edge + int(degree(table, stream, text)), len(laid))
        laid[edge:last] = text
        text, edge = text + 1, last
    return text


@njit(cache=True)
def _scatter(edges: int, stream: Stream, start: Index) -> None:
    """Let each edge choose a skill uniformly, and add up how many each has."""
    for edge in range(edges):
        start[pick(stream, edge, len(start) - 1) + np.uint64(1)] += 1
    for skill in range(1, len(start)):
        start[skill] += start[skill - 1]


@njit(cache=True)
def _shuffle(laid: NDArray[np.uint32], stream: Stream) -> None:
    """Shuffle in place (Fisher, Yates)."""
    for last in range(len(laid) - 1, 0, -1):
        other = pick(stream, last, last + 1)
        laid[last], laid[other] = laid[other], laid[last]
