"""Learned skills as points: the spectral embedding of their association graph, and how well it finds classes again.

Why the eigenvalues above 1/sqrt(b) count: with r^2 = sqrt(b) and t = r^2 - 1, the Bethe Hessian (r^2 - 1) - r A + diag(degrees) of the
bipartite graph has the blocks D + t, E + t and -r B. By Schur's complement it has as many negative eigenvalues as
1 - r^2 M'M has, M = (D+t)^(-1/2) B (E+t)^(-1/2): as many as there are squares of singular values of M above 1/r^2.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...checks import check_count, require_kind
from ...errors import InputError
from ...record import ALWAYS, BESIDE, Record, Table
from ...simulate.streams import check_seed
from ..learning import GraphLearning
from ..rows import Name
from ..writing import text_of, write_file
from .clustering import adjusted_rand, k_means
from .incidence import branching, largest_component, singular_vectors

_EDGES = ("all", "understood")
MOST_DIMENSIONS = 100
"""Coordinates beyond these take long and say little."""
_MOST_REGULARIZATION = 1e12


@dataclass(frozen=True, repr=False)
class Embedding(Record):
    """Learned skills as points, those of the largest component of the association graph; all others are unplaced.

    `components` counts the components of the learned skills, single ones included; `placed` is the share of all skills that have a
    point. `eigenvalues` are those of a step from skill to skill through a text; the first one belongs to no coordinate. `noise` is what
    the others stay below in large random graphs without classes (None where the regularization was given). `coordinates[i]` is the point
    of the skill with the number `numbers[i]`.
    """

    ALSO: ClassVar[Mapping[str, str]] = {"significant": "significant"}

    skills: int
    learned: float
    components: int
    placed: float
    eigenvalues: tuple[float, ...] = field(metadata=ALWAYS)
    noise: float | None = field(metadata=ALWAYS)
    learning: GraphLearning = field(compare=False)
    numbers: NDArray[np.int64] = field(compare=False)
    coordinates: NDArray[np.float64] = field(compare=False)

    def __repr__(self) -> str:
        return f"<Embedding: {self.placed:.4g} of {self.skills} skills placed in {len(self.eigenvalues[1:])} dimensions>"

    def table(self) -> Table:
        """Return how much is placed, and the eigenvalues."""
        noise = "unknown" if self.noise is None else f"{self.noise:.6g}"
        eigenvalues = ", ".join(f"{value:.6g}" for value in self.eigenvalues)
        rows = ("components", self.components), ("placed", f"{self.placed:.6g}"), ("eigenvalues", eigenvalues), ("noise", noise)
        return Table((), rows)

    @property
    def significant(self) -> int | None:
        """How many coordinates have an eigenvalue above the noise, None where that is not known; one more class can be told apart."""
        return None if self.noise is None else sum(value > self.noise for value in self.eigenvalues[1:])

    @property
    def names(self) -> list[Name]:
        """The names of the skills that are placed, in the order of the coordinates."""
        return self.learning.graph.named(self.numbers)

    def agreement(self, classes: Mapping[Name, Any] | Sequence[Any] | NDArray[Any], *, seed: int = 1, starts: int = 10) -> Agreement:
        """Divide the placed skills into as many groups as there are classes, and compare.

        The directions of the points are divided by k-means, in as many coordinates as there are classes less one, if there are so many.

        Arguments:
            classes: the class of each skill by name, where it is known; or a list of them by number, None where it is not known.
            seed, starts: of k-means, which takes the best of several starts.

        Raises `InputError` for what is no skill of the graph, and fewer than two classes.

        >>> from deanalysis import Poisson, learn, planted
        >>> drawn = planted(2000, 3, Poisson(3), classes=2, mixing="0.2")
        >>> embed(learn(drawn.graph), dimensions=1).agreement(drawn.classes)
        <agreement 0.9545 among 1999 skills of 2 classes>
        """
        of_skill = _classes_by_number(self.learning, classes)
        count = int(of_skill.max()) + 1
        found = k_means(_directions(self.coordinates[:, : count - 1]), count, check_seed(seed), check_count(starts, 1, 10_000, "starts"))
        known = of_skill[self.numbers] >= 0
        return Agreement(self, count, int(known.sum()), adjusted_rand(of_skill[self.numbers][known], found[known]))

    def write(self, path: str | Path) -> None:
        """Write the coordinates as a table (`.csv`) with a row for each placed skill; raise `InputError` where that is not possible."""
        check_coordinates(path)
        write_file(Path(path), self._write_table)

    def _write_table(self, file: BinaryIO) -> None:
        with text_of(file) as text:
            writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
            writer.writerow(("skill", *(f"x{number + 1}" for number in range(self.coordinates.shape[1]))))
            writer.writerows((str(name), *point) for name, point in zip(self.names, self.coordinates.tolist(), strict=True))


@dataclass(frozen=True, repr=False)
class Agreement(Record):
    """How well groups of learned skills, found by an embedding, agree with given classes: the adjusted Rand index, 0 by chance.

    Only skills are `compared` that are placed and have a class; how many are placed is said by the embedding. The agreement is None
    where chance decides all: no two skills are compared, or those compared are of one class and one group.
    """

    embedding: Embedding = field(metadata=BESIDE)
    classes: int
    compared: int
    agreement: float | None = field(metadata=ALWAYS)

    def __repr__(self) -> str:
        said = "undefined" if self.agreement is None else f"{self.agreement:.4g}"
        return f"<agreement {said} among {self.compared} skills of {self.classes} classes>"

    def table(self) -> Table:
        """Return what the embedding shows, and the agreement."""
        agreement = "undefined" if self.agreement is None else f"{self.agreement:.6g}"
        own = ("classes", self.classes), ("compared", self.compared), ("agreement", agreement)
        return Table((), [*self.embedding.table().rows, *own])


def embed(learning: GraphLearning, *, dimensions: int = 2, edges: str = "all", regularization: float | None = None) -> Embedding:
    """Place learned skills as points, near each other where texts associate them.

    Two learned skills are associated where a text requires both. With B the incidence of these texts and skills, D and E their degrees
    and t the regularization, the points are (E+t)^(-1/2) times the singular vectors of (D+t)^(-1/2) B (E+t)^(-1/2) after the first
    one. For t = 0 this is bipartite co-clustering (Dhillon, KDD 2001): the squares of the singular values are the eigenvalues of a random
    walk that goes from a skill to one of its texts and on to one of that text's skills, and the points are its eigenvectors. With t, the
    walk stops at a node of degree d with probability t/(d+t), so that it cannot stay in thin branches, in which it hides the classes of
    sparse graphs. If t is None it is sqrt(b) - 1, b the mean number of skills that are new in each step: then exactly those eigenvalues
    are above 1/sqrt(b) that make the Bethe Hessian negative (Saade, Krzakala, Zdeborova, NIPS 2014; Dall'Amico, Couillet, Tremblay,
    Journal of Machine Learning Research 22, 217, 2021), which finds classes down to the Kesten-Stigum bound.

    Arguments:
        learning: what `learn` returns. Only skills of the largest component are placed.
        dimensions: how many coordinates; fewer are returned where the component has no more.
        edges: which texts associate skills, "all" or "understood" ones alone.
        regularization: t, 0 or more; sqrt(b) - 1 if None, or 0 where b is below 1.

    Raises `InputError` for other numbers.

    >>> from deanalysis import Graph, learn
    >>> edges = [("t", "a"), ("u", "a"), ("u", "b"), ("v", "b"), ("v", "c"), ("w", "c"), ("w", "d")]
    >>> found = embed(learn(Graph.from_edges(edges)), dimensions=1, regularization=0)
    >>> found.names, [round(float(x), 3) for (x,) in found.coordinates], [round(value, 3) for value in found.eigenvalues]
    (['a', 'b', 'c', 'd'], [1.414, 0.707, -0.707, -1.414], [1.0, 0.75])
    """
    require_kind(learning, GraphLearning, "learning", "what learn(graph) returns")
    if edges not in _EDGES:
        raise InputError("edges", f"must be {' or '.join(_EDGES)}", given=edges)
    count = check_count(dimensions, 1, MOST_DIMENSIONS, "dimensions") + 1
    given = None if regularization is None else _checked_regularization(regularization)
    component = largest_component(learning, edges == "understood")
    numbers, skills = component.skills, learning.skills
    if len(numbers):
        step = max(1.0, branching(component.incidence)) ** 0.5
        values, vectors = singular_vectors(component.incidence, step - 1 if given is None else given, count)
    else:
        step, values, vectors = 1.0, np.zeros(0), np.zeros((0, 1))
    noise = 1 / step if given is None else None
    shares = learning.learned, component.components, len(numbers) / skills
    return Embedding(skills, *shares, tuple((values**2).tolist()), noise, learning, numbers, vectors[:, 1:])


def _checked_regularization(value: Any) -> float:
    number = require_kind(value, (int, float, np.number), "regularization", "a number")
    if isinstance(value, bool) or not 0 <= number <= _MOST_REGULARIZATION:
        raise InputError("regularization", f"must lie in [0, {_MOST_REGULARIZATION:g}]", given=value)
    return float(number)


def _directions(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points as they are seen from 0: how far a point lies from it is said by its degree more than by its class."""
    norms = np.linalg.norm(points, axis=1, keepdims=True)
    return np.divide(points, norms, out=np.zeros_like(points), where=norms > 0)


def _classes_by_number(learning: GraphLearning, classes: Any) -> NDArray[np.int64]:
    """Return the class of each skill as a number, -1 where it is not known."""
    of_skill = np.full(learning.skills, -1, dtype=np.int64)
    if isinstance(classes, Mapping):
        numbers, given = learning.graph.skill_numbers(classes, "classes"), [*classes.values()]
    else:
        numbers, given = np.arange(learning.skills), [*classes]
        if len(given) != learning.skills:
            raise InputError(
                "classes", f"must be one for each of {learning.skills} skills, or name the skills", given=f"{len(given)} classes"
            )
    known = {name: number for number, name in enumerate(name for name in dict.fromkeys(given) if name is not None)}
    if len(known) < 2:
        raise InputError("classes", "must be two or more", given=", ".join(map(str, known)))
    of_skill[numbers] = [known.get(name, -1) for name in given]
    return of_skill


def check_coordinates(path: str | Path) -> None:
    """Raise `InputError` where a file of coordinates has another ending than it can have."""
    if Path(path).suffix.lower() != ".csv":
        raise InputError("the embedding's file", "must end in .csv", given=path)
