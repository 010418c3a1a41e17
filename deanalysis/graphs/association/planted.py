"""Graphs with planted classes: each text has a class, and draws most of its skills from that class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...checks import check_count, require_between, require_kind, require_positive
from ...errors import InputError
from ...model.degrees import DegreeDistribution
from ...model.exact import Value, exact_number
from ...record import Shown, Table
from ...simulate.sampling import draw_degrees_of
from ...simulate.streams import LARGEST_INDEX, check_seed, new_streams
from ..graph import Graph

_PLANTED = 6
"""First number of the path of the streams, which tells them from those of other graphs of the same seed."""


@dataclass(frozen=True, repr=False, eq=False)
class Planted(Shown):
    """A graph with planted classes: the class of each skill and of each text, 0, 1, ..., by number."""

    graph: Graph
    classes: NDArray[np.int64]
    text_classes: NDArray[np.int64]

    def __repr__(self) -> str:
        return f"<Planted: {self.classes.max() + 1} classes of {self.graph.skills} skills, {self.graph.texts} texts>"

    def table(self) -> Table:
        """Return how many skills and texts each class has."""
        count = int(self.classes.max()) + 1
        sizes = (np.bincount(of, minlength=count).tolist() for of in (self.classes, self.text_classes))
        return Table(("class", "skills", "texts"), [*zip(range(count), *sizes, strict=True)])


def planted(
    skills: int, ratio: Value, texts: DegreeDistribution, *, classes: int | Sequence[Value] = 2, mixing: Value = "1/4", seed: int = 1
) -> Planted:
    """Draw a graph with planted classes of skills.

    Each text draws a class, by the shares of the classes, and how many skills it has. It draws each skill from its own class with
    probability 1 - mixing, else from all skills, uniformly; a skill that it draws twice counts once. The degree of a skill says nothing
    about its class. This is a bipartite stochastic block model (Larremore, Clauset, Jacobs, Physical Review E 90, 012805, 2014).

    Arguments:
        skills: how many skills.
        ratio: R, texts per skill; the number of texts is R times that of skills, rounded.
        texts: the law of how many skills a text draws, such as Poisson(3).
        classes: a number of equal classes, or the share of each, with sum 1.
        mixing: from 0 (texts of one class) to 1 (classes mean nothing).
        seed: a whole number.

    Raises `InputError` for other numbers, a law with a free letter, and where a class or the graph is empty.

    >>> from deanalysis import Poisson
    >>> drawn = planted(1000, 2, Poisson(3), classes=["0.25", "0.75"], mixing="0.2")
    >>> drawn, drawn.graph
    (<Planted: 2 classes of 1000 skills, 2000 texts>, <Graph: 2000 texts, 1000 skills, 6099 edges>)
    >>> drawn.classes.tolist().count(0)
    250
    """
    count = check_count(skills, 1, LARGEST_INDEX, "skills")
    law = require_kind(texts, DegreeDistribution, "texts", "a degree law, such as Poisson(3)")
    if law.letters:
        raise InputError("texts", f"must have every letter bound; {min(map(str, law.letters))} is free", given=law)
    size = round(float(require_positive(exact_number(ratio, "ratio"), "ratio")) * count)
    if not 1 <= size <= LARGEST_INDEX:
        raise InputError("ratio", f"must give from 1 to {LARGEST_INDEX} texts", given=ratio)
    starts = _starts(count, classes)
    mixed = float(require_between(exact_number(mixing, "mixing"), 0, 1, "mixing"))
    of_degrees, of_ends = new_streams(check_seed(seed), (_PLANTED,), 2)
    rng = np.random.default_rng(int(of_ends.key))
    skill_classes = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    text_classes = skill_classes[rng.integers(count, size=size)]
    text_of = np.repeat(np.arange(size), draw_degrees_of(law, of_degrees, rng, size))
    own = text_classes[text_of]
    drawn = np.where(rng.random(len(own)) < mixed, rng.integers(count, size=len(own)), rng.integers(starts[own], starts[own + 1]))
    graph = Graph.joined(text_of, drawn, range(1, size + 1), range(1, count + 1))
    return Planted(graph, skill_classes, text_classes)


def _starts(skills: int, classes: int | Sequence[Value]) -> NDArray[np.int64]:
    """Return where the skills of each class begin, and the end."""
    if isinstance(classes, str) or not isinstance(classes, Sequence):
        number = check_count(classes, 1, skills, "classes")
        return np.arange(number + 1) * skills // number
    shares = [require_positive(exact_number(share, "classes"), "classes") for share in classes]
    if sum(shares) != 1:
        raise InputError("classes", "must be a number, or shares with sum 1", given=", ".join(map(str, shares)))
    starts = np.array([0, *(round(skills * float(sum(shares[: last + 1]))) for last in range(len(shares)))])
    if np.any(np.diff(starts) < 1):
        raise InputError("classes", "must have at least one skill each", given=", ".join(map(str, shares)))
    return starts
