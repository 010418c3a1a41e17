"""Random bipartite graphs of an ensemble, seen from the skills: the texts of each, stored in 32 bits an edge or not at all.

What is sampled, by the texts' law, where the ends of edges are matched `repeated`:

* *Poisson*: each skill draws its degree, and each of its edges a text, uniformly. The text is drawn anew whenever it is asked for.
* *otherwise mixed Poisson*: each skill draws its degree; the edges are shared out among the texts by popularity.
* *any other, skills mixed Poisson*: each text draws its degree; the edges are shared out among the skills by popularity.
* *any other*: both draw their degrees (configuration model), the texts until they use up the edges of the skills; the last is cut.

In the last three the ends of the edges are matched by a random shuffle. A text may meet the same skill twice, which then counts twice:
with P and L the degree pgfs, a graph has P''(1) L''(1)/(2 P'(1) L'(1)) such pairs on average, however large it is. To what is learned at
an emergence they are nothing. To what is left far beyond it they are nearly everything: a skill whose edges all repeat one another is
stuck by itself, so that users who may choose a slot twice lose twenty times more packets than those who do not.

Matched in `parts`, edge j of a skill draws a text of part j, those from floor(jM/K) to floor((j+1)M/K) of M. Matched `distinct`:

* *texts Poisson*: each skill draws its degree and that many different texts, uniformly; so does the paper's model, where texts might
  choose skills as well.
* *otherwise mixed Poisson*: so they do by popularity, one after the other.
* *any other, skills mixed Poisson*: each text draws its degree and that many different skills, uniformly or by popularity.
* *any other*: the configuration model, given that no edge is repeated: repeated edges are switched away (`drawing.distinct`).

A degree larger than the number of nodes to choose from is cut to it where the law has no end; a law that has one is refused.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..model.degrees import DegreeDistribution, Ensemble
from ..model.matching import DISTINCT, PARTS, REPEATED, one_degree
from .compiled import njit
from .drawing.distinct import choose, choose_by, separate, turned
from .drawing.laying import Index as Index, draw_starts, lay, scatter, shuffle, total
from .sampling import Popularity, has_popularity, sample_popularity, share_out
from .streams import LARGEST_INDEX, Stream, pick
from .tables import Table, table_of

_NARROW = 2**31  # edges from which on offsets take 64 bits
_MOST_STORED = 4 * 10**9  # edges that are shuffled: `pick` draws below 2^32
_MOST = 2**62  # edges that are not stored: their numbers are signed, 64 bits wide
_NOTHING = np.zeros(0, dtype=np.uint32)


class Graph(NamedTuple):
    """The texts of skill s = 1, ..., n are those of the edges start[s-1], ..., start[s] - 1.

    The text of edge e is `ends[e]`, or number e of the stream `chosen` where `ends` is empty, in part e mod K of K `parts`.
    """

    start: Index
    ends: NDArray[np.uint32]
    chosen: Stream
    texts: int
    parts: int = 1

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
    """Whether the ends of the edges have to be stored: they can be drawn anew where texts are plain Poisson, and may be met twice."""
    return ensemble.matching == DISTINCT or not ensemble.texts.is_mixed_poisson or has_popularity(ensemble.texts)


def sample_graph(
    ensemble: Ensemble, skills: int, streams: list[Stream], rng: np.random.Generator, texts: int | None = None
) -> tuple[Graph, Popularity | None]:
    """Draw a graph with `skills` skills and `texts` texts (if None, R n, rounded); also the popularities of the skills, where they are
    not all 1.

    Arguments: three streams (degrees of skills, degrees of texts, ends of edges) and a generator for popularities.
    """
    of_skills, of_texts, ends = streams
    texts = round(float(ensemble.ratio) * skills) if texts is None else texts
    expected = float(ensemble.skills.mean) * skills
    most = _most_edges(ensemble, skills, texts, expected)
    start = np.zeros(skills + 1, dtype=np.uint32 if expected < _NARROW else np.int64)
    mixed, table = ensemble.skills.is_mixed_poisson, None if ensemble.texts.is_mixed_poisson else table_of(ensemble.texts)
    popularity = sample_popularity(ensemble.skills, rng, skills) if mixed else None
    check_room(ensemble, skills, texts)
    if ensemble.matching == DISTINCT and mixed and table is not None:
        return _chosen_by_texts(table, start, texts, popularity, (of_texts, ends), most), popularity
    degrees = None
    if mixed and table is not None:
        edges = _checked(total(table, of_texts, texts), texts, most)
        if popularity is None:
            scatter(edges, of_skills, start)
        else:
            degrees = share_out(edges, popularity, rng)
    elif popularity is None:
        _checked(draw_starts(table_of(ensemble.skills), of_skills, start, _largest(ensemble, texts)), skills, most)
    else:
        degrees = rng.poisson(np.minimum(float(ensemble.skills.mean) * popularity, _MOST)).clip(max=_largest(ensemble, texts))
    if degrees is not None:
        _checked(degrees.sum(dtype=np.float64), skills, most)
        np.cumsum(degrees, out=start[1:], dtype=start.dtype)
    if table is None:
        return _matched_by_skills(ensemble, start, ends, texts, rng), popularity
    return _matched_at_random(ensemble, table, start, texts, (of_texts, ends)), popularity


def skills_of(ensemble: Ensemble, texts: int) -> int:
    """Return how many skills go with a number of texts, texts / R, rounded; raise `InputError` where graphs would not have so many texts.

    Where both laws are given, texts draw degrees until they use up the edges of the skills. Only regular ones then are so many each time.

    >>> from deanalysis.model.laws import Poisson, Regular
    >>> skills_of(Ensemble(Poisson("0.15"), Regular(3)), 100), skills_of(Ensemble(Regular(6), Regular(3)), 50)
    (5, 100)
    """
    skills = round(texts / float(ensemble.ratio))
    if skills < 1 or skills * float(ensemble.skills.mean) < 1:
        needed = f"must give at least one skill and one edge, with {float(ensemble.ratio):.6g} texts per skill"
        raise InputError("texts_per_graph", needed, given=texts)
    if skills > LARGEST_INDEX:
        raise InputError("texts_per_graph", f"must give at most {LARGEST_INDEX} skills", given=texts)
    if not (ensemble.texts.is_mixed_poisson or ensemble.skills.is_mixed_poisson):
        of_text, of_skill = one_degree(ensemble.texts), one_degree(ensemble.skills)
        if of_text is None or of_skill is None:
            given = f"texts {ensemble.texts}, skills {ensemble.skills}"
            raise InputError(
                "texts_per_graph",
                "needs a law that is regular or Poisson on both sides, or Poisson on one",
                given=given,
                remedy="give `skills`",
            )
        if -(-skills * of_skill // of_text) != texts:
            raise InputError("texts_per_graph", f"must give a whole number of skills of degree {of_skill}", given=texts)
    return skills


def _most_edges(ensemble: Ensemble, skills: int, texts: int, expected: float) -> int:
    """Return how many edges offsets hold; raise `InputError` for sizes of which there are no graphs, or too large ones."""
    if texts < 1 or expected < 1:
        raise InputError("skills", "must give at least one text and one edge", given=skills)
    if texts > LARGEST_INDEX:
        raise InputError("skills", f"must give at most {LARGEST_INDEX} texts", given=skills)
    stored = is_stored(ensemble)
    if stored and expected > _MOST_STORED:
        raise InputError("skills", f"must give at most {_MOST_STORED} edges where they have to be stored", given=skills)
    return _NARROW - 1 if expected < _NARROW else _MOST_STORED if stored else _MOST


@lru_cache(maxsize=32)
def _end_of(law: DegreeDistribution) -> int:
    """Return the largest degree of a law, 0 where it has no end."""
    return (law.support or (0, None))[1] or 0


def check_room(ensemble: Ensemble, skills: int, texts: int) -> None:
    """Raise `InputError` where a node may have more edges than there are nodes to choose from, each once at most.

    >>> from deanalysis.model.laws import Poisson, Regular
    >>> check_room(Ensemble(Poisson(3), Regular(3), matching="distinct"), 2, 2)
    Traceback (most recent call last):
    ...
    deanalysis.errors.InputError: matching distinct needs 3 texts in a graph, as many as a skill may have, got '2 texts'; take larger graphs
    """
    sides = (ensemble.skills, "skill", texts, "texts"), (ensemble.texts, "text", skills, "skills")
    for law, node, count, others in () if ensemble.matching == REPEATED else sides:
        if _end_of(law) > count:
            needed = f"needs {_end_of(law)} {others} in a graph, as many as a {node} may have"
            raise InputError(f"matching {ensemble.matching}", needed, given=f"{count} {others}", remedy="take larger graphs")


def _largest(ensemble: Ensemble, texts: int) -> int:
    """Return the largest degree of a skill that can be matched."""
    return texts if ensemble.matching == DISTINCT else _MOST


def _matched_by_skills(ensemble: Ensemble, start: Index, ends: Stream, texts: int, rng: np.random.Generator) -> Graph:
    """Return a graph whose skills choose texts that are mixed Poisson."""
    wanted = sample_popularity(ensemble.texts, rng, texts)
    if ensemble.matching == DISTINCT:
        laid = np.empty(int(start[-1]), dtype=np.uint32)
        if wanted is None:
            choose(start, texts, ends, laid)
        else:
            choose_by(wanted, start, ends, laid)
        return Graph(start, laid, ends, texts)
    if wanted is None:
        return Graph(start, _NOTHING, ends, texts, _end_of(ensemble.skills) if ensemble.matching == PARTS else 1)
    laid = np.repeat(np.arange(texts, dtype=np.uint32), share_out(int(start[-1]), wanted, rng))
    shuffle(laid, ends)
    return Graph(start, laid, ends, texts)


def _matched_at_random(ensemble: Ensemble, table: Table, start: Index, texts: int, streams: tuple[Stream, Stream]) -> Graph:
    """Return a graph whose texts draw their degrees, whatever the skills have: edge ends are shuffled."""
    of_texts, ends = streams
    laid = np.empty(int(start[-1]), dtype=np.uint32)
    used = lay(table, of_texts, laid)
    texts = texts if ensemble.skills.is_mixed_poisson else used
    if texts < 1:
        raise InputError("skills", "is too small: a graph came out without an edge", given=len(start) - 1)
    shuffle(laid, ends)
    if ensemble.matching == DISTINCT and not separate(start, laid, texts, ends):
        raise InputError(
            f"matching {DISTINCT}", "found no graph without repeated edges of the degrees that were drawn", remedy="take larger graphs"
        )
    return Graph(start, laid, ends, texts)


def _chosen_by_texts(
    table: Table, start: Index, texts: int, popularity: Popularity | None, streams: tuple[Stream, Stream], most: int
) -> Graph:
    """Return a graph whose texts draw their degrees and so many different skills; `start` is filled."""
    of_texts, ends = streams
    begin = np.zeros(texts + 1, dtype=start.dtype)
    chosen = np.empty(_checked(draw_starts(table, of_texts, begin, len(start) - 1), texts, most), dtype=np.uint32)
    if popularity is None:
        choose(begin, len(start) - 1, ends, chosen)
    else:
        choose_by(popularity, begin, ends, chosen)
    return Graph(start, turned(begin, chosen, start), ends, texts)


@njit(cache=True)
def edges_of(graph: Graph, edges: NDArray[np.int64], count: int, texts: NDArray[np.uint32]) -> None:
    """Write the texts of the first `count` of some edges."""
    if len(graph.ends):
        for index in range(count):
            texts[index] = graph.ends[edges[index]]
    elif graph.parts > 1:
        first = np.arange(graph.parts + 1) * graph.texts // graph.parts
        for index in range(count):
            part = edges[index] % graph.parts
            texts[index] = first[part] + np.int64(pick(graph.chosen, edges[index], first[part + 1] - first[part]))
    else:
        for index in range(count):
            texts[index] = pick(graph.chosen, edges[index], graph.texts)


def _checked(edges: Any, nodes: int, most: int) -> int:
    """Return a number of edges if the graph can hold them; heavy tails may draw many more than expected."""
    if edges > most:
        raise InputError("skills", f"drew {edges:.3g} edges, too many for a graph", given=nodes, remedy="take another seed")
    return int(edges)
