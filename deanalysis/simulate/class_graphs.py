"""Random graphs of several classes of skills and types of texts, as one graph: skills by class, texts by type, one after the other.

How the texts of a type and the skills of a class are joined depends on their two laws:

* *both Poisson*: each text draws its number of skills, and each of these uniformly.
* *one Poisson*: the nodes of the other side draw their degrees, and each edge chooses a node of the Poisson side uniformly.
* *neither*: both sides have edge ends in proportion to the probabilities of their degrees, to within one node. The ends are matched at
  random; if one side has more of them, what is left over is cut.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..model.classes import ClassEnsemble
from ..model.degrees import DegreeDistribution
from ..model.joint import JointLaw
from ..model.laws import Poisson
from .graphs import Graph
from .streams import LARGEST_INDEX
from .tables import probabilities, tails

__all__ = ["ClassGraph", "attaches_uniformly", "sample_classes", "shares_out"]

Nodes = NDArray[np.int64]


class ClassGraph(NamedTuple):
    """A graph with the first skill (from 1) of each class and the first text of each type, and one past the last."""

    graph: Graph
    classes: dict[str, tuple[int, int]]
    types: dict[str, tuple[int, int]]

    def first_texts(self, chosen: Nodes) -> Graph:
        """Return the graph with its texts numbered anew: those chosen first."""
        number = np.empty(self.graph.texts, dtype=np.uint32)
        others = np.setdiff1d(np.arange(self.graph.texts), chosen, assume_unique=True)
        number[np.concatenate([chosen, others])] = np.arange(self.graph.texts, dtype=np.uint32)
        return self.graph._replace(ends=number[self.graph.ends])


def sample_classes(ensemble: ClassEnsemble, skills: int, rng: np.random.Generator) -> ClassGraph:
    """Draw a graph with so many skills in all; raise `InputError` where a class comes out without a skill, or a type without a text."""
    classes = shares_out([float(kind.share) for kind in ensemble.classes], skills)
    types = [round(float(kind.ratio) * skills) for kind in ensemble.types]
    for name, count in zip((*ensemble.names, *ensemble.type_names), (*classes, *types), strict=True):
        if not 1 <= count <= LARGEST_INDEX:
            raise InputError("skills", f"must give {name} at least one and at most {LARGEST_INDEX}", given=skills)
    of_class = _ranges(ensemble.names, classes, 1)
    of_type = _ranges(ensemble.type_names, types, 0)
    text_sockets = {kind: _sockets(ensemble.text_law(kind), of_type[kind], rng) for kind in ensemble.type_names}
    skill_sockets = {name: _sockets(ensemble.skill_law(name), of_class[name], rng) for name in ensemble.names}
    ends: list[tuple[Nodes, Nodes]] = []
    for kind in ensemble.type_names:
        for name in ensemble.text_law(kind).kinds:
            mean = float(ensemble.text_law(kind).mean(name))
            ends.append(_matched(text_sockets[kind][name], skill_sockets[name][kind], of_type[kind], of_class[name], mean, rng))
    met, by = (np.concatenate(parts) for parts in zip(*((skill, text) for text, skill in ends), strict=True))
    if not len(met):
        raise InputError("skills", "is too small: a graph came out without an edge", given=skills)
    return ClassGraph(Graph.joined(met, by, skills, sum(types)), of_class, of_type)


def attaches_uniformly(ensemble: ClassEnsemble, kind: str) -> bool:
    """Whether texts of a type choose the skills of each class uniformly."""
    return all(_is_poisson(ensemble.skill_law(name), kind) for name in ensemble.text_law(kind).kinds)


def shares_out(weights: list[float], count: int) -> list[int]:
    """Share out a number in proportion to weights, to within one.

    >>> shares_out([0.5, 0.25, 0.25], 10)
    [5, 3, 2]
    """
    ends = np.rint(np.cumsum(weights) / sum(weights) * count + 1e-9).astype(int)
    return [int(end) for end in np.diff(ends, prepend=0)]


def _ranges(names: tuple[str, ...], counts: list[int], first: int) -> dict[str, tuple[int, int]]:
    ends = first + np.concatenate([[0], np.cumsum(counts)])
    return {name: (int(low), int(high)) for name, low, high in zip(names, ends[:-1], ends[1:], strict=True)}


def _is_poisson(law: JointLaw, kind: str) -> bool:
    return any(isinstance(draw.law, Poisson) and kind in dict(draw.weights) for draw in law.draws)


def _sockets(law: JointLaw, nodes: tuple[int, int], rng: np.random.Generator) -> dict[str, Nodes | None]:
    """Return the nodes at which the edges of each kind end, in random order; None for Poisson numbers, which need not be drawn here."""
    sockets: dict[str, Nodes | None] = {}
    for draw in law.draws:
        kinds = [kind for kind, _ in draw.weights]
        if isinstance(draw.law, Poisson):
            sockets |= dict.fromkeys(kinds)
            continue
        ends = np.repeat(np.arange(*nodes), _in_proportion(draw.law, nodes[1] - nodes[0], rng))
        rng.shuffle(ends)
        cuts = np.cumsum(shares_out([float(weight) for _, weight in draw.weights], len(ends)))[:-1]
        sockets |= dict(zip(kinds, np.split(ends, cuts), strict=True))
    return sockets


def _in_proportion(law: DegreeDistribution, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return degrees in proportion to their probabilities, in random order."""
    if tails(law):
        raise InputError(f"the law {law}", "has degrees too large to sample in classes", remedy="give KMAX")
    quantiles = (np.arange(count) + rng.random()) / count
    degrees = np.searchsorted(np.cumsum(probabilities(law)), quantiles, side="right").astype(np.int64)
    rng.shuffle(degrees)
    return degrees


def _matched(
    texts: Nodes | None, skills: Nodes | None, of_type: tuple[int, int], of_class: tuple[int, int], mean: float, rng: np.random.Generator
) -> tuple[Nodes, Nodes]:
    """Return the two ends of the edges between a type and a class."""
    if texts is None and skills is None:
        texts = np.repeat(np.arange(*of_type), rng.poisson(mean, of_type[1] - of_type[0]))
    if skills is None:
        assert texts is not None
        return texts, rng.integers(*of_class, size=len(texts))
    if texts is None:
        return rng.integers(*of_type, size=len(skills)), skills
    count = min(len(texts), len(skills))
    return texts[:count], skills[:count]
