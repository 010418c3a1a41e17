"""Random bipartite graphs of an ensemble, as two lists of neighbours in compressed rows.

Where a law is mixed Poisson the graph is its exact model: each edge picks that end by popularity.
Otherwise the two ends of the edges are matched at random (configuration model); texts are then drawn until
their degrees use up the edges of the skills, and the last one is cut. A text may meet the same skill twice,
with a chance of order 1/n per text.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..errors import InputError
from ..model.ensembles import Ensemble
from .sampling import Weights, sample_degrees, sample_popularity

__all__ = ["Graph", "attach", "expected_bytes", "sample_graph", "transpose"]

_BYTES_PER_EDGE, _BYTES_PER_NODE = 32, 64
_LARGEST = 2**31 - 1


class Graph(NamedTuple):
    """Neighbours of text t: `text_skills[text_start[t]:text_start[t + 1]]`, and likewise of a skill."""

    text_start: NDArray[np.int64]
    text_skills: NDArray[np.int32]
    skill_start: NDArray[np.int64]
    skill_texts: NDArray[np.int32]
    popularity: Weights | None = None

    @property
    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
        """The four arrays of neighbours, as the learning loop takes them."""
        return self[:4]

    @property
    def texts(self) -> int:
        """Number of texts."""
        return len(self.text_start) - 1

    @property
    def skills(self) -> int:
        """Number of skills."""
        return len(self.skill_start) - 1

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.text_skills)


def expected_bytes(ensemble: Ensemble, skills: int) -> float:
    """Return how much memory one graph with its learning needs, about."""
    edges = float(ensemble.skills.mean) * skills
    return _BYTES_PER_EDGE * edges + _BYTES_PER_NODE * skills * (1 + float(ensemble.ratio))


def sample_graph(ensemble: Ensemble, skills: int, rng: np.random.Generator) -> Graph:
    """Draw a graph with `skills` skills and R n texts, rounded."""
    texts = round(float(ensemble.ratio) * skills)
    edges = float(ensemble.skills.mean) * skills
    if texts < 1 or edges < 1:
        raise InputError("--size", "must give at least one text and one edge", given=skills)
    if max(texts, edges) > _LARGEST:
        raise InputError("--size", f"must give at most {_LARGEST} texts and edges", given=skills)
    if ensemble.skills.is_mixed_poisson:
        popularity = sample_popularity(ensemble.skills, rng, skills)
        start, ends = attach(sample_degrees(ensemble.texts, rng, texts), popularity, skills, rng)
        return Graph(start, ends, *transpose(start, ends, skills), popularity)
    degrees = sample_degrees(ensemble.skills, rng, skills)
    if ensemble.texts.is_mixed_poisson:
        start, ends = attach(degrees, sample_popularity(ensemble.texts, rng, texts), texts, rng)
        return Graph(*transpose(start, ends, texts), start, ends)
    start, ends = _match(degrees, _fill(ensemble, int(degrees.sum()), texts, rng), rng)
    return Graph(start, ends, *transpose(start, ends, skills))


def _starts(degrees: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(degrees)])


def attach(degrees: NDArray[np.int64], popularity: Weights | None, others: int, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """Let each of the edges that hang on nodes of given degrees pick its other end by popularity, independently."""
    start = _starts(degrees)
    if popularity is None:
        return start, rng.integers(others, size=start[-1]).astype(np.int32)
    if not popularity.sum() > 0:
        raise InputError("the popularities", "are too uneven to sample: all are zero in floats")
    counts = rng.multinomial(start[-1], popularity / popularity.sum())
    ends = np.repeat(np.arange(others, dtype=np.int32), counts)
    rng.shuffle(ends)
    return start, ends


def _fill(ensemble: Ensemble, edges: int, texts: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw degrees of texts until they use up the edges; the last one is cut."""
    if edges == 0:
        raise InputError("--size", "is too small: a graph came out without an edge")
    parts: list[NDArray[np.int64]] = []
    total = 0
    while total < edges:
        parts.append(sample_degrees(ensemble.texts, rng, max(1, texts)))
        total += int(parts[-1].sum())
    degrees = np.concatenate(parts)
    cumulative = np.cumsum(degrees)
    last = int(np.searchsorted(cumulative, edges))
    degrees = degrees[: last + 1]
    degrees[last] -= cumulative[last] - edges
    return degrees


def _match(skill_degrees: NDArray[np.int64], text_degrees: NDArray[np.int64], rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """Match the edge ends of skills with those of texts at random."""
    ends = np.repeat(np.arange(len(skill_degrees), dtype=np.int32), skill_degrees)
    rng.shuffle(ends)
    return _starts(text_degrees), ends


@njit(cache=True, nogil=True)
def transpose(start: NDArray[np.int64], ends: NDArray[np.int32], others: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Turn the neighbours of one side into those of the other, by counting."""
    other_start = np.zeros(others + 1, dtype=np.int64)
    for end in ends:
        other_start[end + 1] += 1
    for node in range(others):
        other_start[node + 1] += other_start[node]
    place = other_start[:-1].copy()
    other_ends = np.empty(len(ends), dtype=np.int32)
    for node in range(len(start) - 1):
        for edge in range(start[node], start[node + 1]):
            end = ends[edge]
            other_ends[place[end]] = node
            place[end] += 1
    return other_start, other_ends
