"""The texts that associate learned skills: components, and the normalised incidence of the largest one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..learning import GraphLearning

_DENSE = 100
"""So many skills or texts make a matrix that is small enough to be decomposed as a whole."""
_TOLERANCE = 1e-6
"""Of singular values; their squares, by which one converges, are then known to 1e-12. Vectors of close ones are known to far less."""


class Component(NamedTuple):
    """The largest component of the association graph: its skills, by number, and which of its texts requires which of them (a matrix).

    `components` says how many components the learned skills form, single skills included.
    """

    skills: NDArray[np.int64]
    incidence: Any
    components: int


def largest_component(learning: GraphLearning, understood: bool) -> Component:
    """Return the largest component of learned skills, two of which are associated where a text, or an `understood` one, requires both.

    Components are found on the bipartite graph; the association graph, in which a text of k skills is k(k-1)/2 edges, is not built.

    >>> from deanalysis import Graph, learn
    >>> graph = Graph.from_edges([("t", "a"), ("u", "a"), ("u", "b"), ("v", "c"), ("w", "b"), ("w", "a")])
    >>> found = largest_component(learn(graph), understood=False)
    >>> found.skills.tolist(), found.incidence.toarray().tolist(), found.components
    ([0, 1], [[1.0, 1.0], [1.0, 1.0]], 2)
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph, learned = learning.graph, ~learning.is_novel
    text_of, skill_of = _associating(learning, understood)
    size = graph.skills + graph.texts
    ends = (np.ones(len(text_of), dtype=np.int8), (skill_of, graph.skills + text_of))
    _, label = connected_components(csr_array(ends, shape=(size, size)), directed=False)
    sizes = np.bincount(label[: graph.skills][learned], minlength=size)
    inside = label[skill_of] == sizes.argmax()
    skills, columns = np.unique(skill_of[inside], return_inverse=True)
    texts, rows = np.unique(text_of[inside], return_inverse=True)
    incidence = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(texts), len(skills)))
    return Component(skills, incidence, int(np.count_nonzero(sizes)))


def _associating(learning: GraphLearning, understood: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the edges of texts that have two learned skills or more, to these skills: the text of each edge, and its skill."""
    graph = learning.graph
    text_of, kept = graph.text_of, ~learning.is_novel[graph.required]
    if understood:
        kept &= learning.is_understood[text_of]
    kept &= np.bincount(text_of[kept], minlength=graph.texts)[text_of] > 1
    return text_of[kept], graph.required[kept].astype(np.int64)


def branching(incidence: Any) -> float:
    """Return b, the mean number of other skills that one reaches through the texts of a skill that was itself reached so.

    b = (sum d^2/sum d - 1) over the skills, times the same over the texts, if neighbours have independent degrees.

    >>> from scipy.sparse import csr_array
    >>> branching(csr_array([[1, 1, 1], [1, 1, 1]]))
    2.0
    """
    of_skills, of_texts = ((degrees**2).sum() / degrees.sum() - 1 for degrees in (incidence.sum(axis=0), incidence.sum(axis=1)))
    return float(of_skills * of_texts)


def singular_vectors(incidence: Any, regularization: float, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the largest singular values of D^(-1/2) B E^(-1/2), at most `count` of them, and the vectors of the skills, as E^(-1/2) v.

    B is the incidence of texts and skills; D and E are the degrees of texts and of skills, each plus the `regularization`. The vectors
    are columns, scaled so that the mean of their squares, weighted by E, is 1; the largest entry of each is positive.
    """
    from scipy.sparse import diags_array
    from scipy.sparse.linalg import svds

    of_texts, of_skills = (incidence.sum(axis=axis) + regularization for axis in (1, 0))
    normalised = diags_array(of_texts**-0.5) @ incidence @ diags_array(of_skills**-0.5)
    smaller = min(normalised.shape)
    if smaller <= max(_DENSE, 2 * count):
        _, values, vectors = np.linalg.svd(normalised.toarray(), full_matrices=False)
    else:
        _, values, vectors = svds(normalised, count, tol=_TOLERANCE, v0=np.ones(smaller), return_singular_vectors="vh")
    first = np.argsort(-values, kind="stable")[:count]
    columns = (vectors[first] * np.sqrt(of_skills.sum() / of_skills)).T
    heads = columns[np.abs(columns).argmax(axis=0), np.arange(len(first))]
    return values[first], columns * np.where(heads < 0, -1.0, 1.0)
