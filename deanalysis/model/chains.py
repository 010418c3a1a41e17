"""Chains of topics: texts that draw their skills from a window of neighbouring topics (spatial coupling, which is a curriculum)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, Self

import sympy as sp

from ..checks import check_count, require_kind
from ..errors import InputError
from .degrees import DegreeDistribution, Ensemble
from .exact import Limit, Stated, exact
from .joint import JointLaw
from .laws import Binomial, NegativeBinomial, Poisson, Regular
from .learners import Learner, SkillLearner, refuse_ideal
from .matching import REPEATED
from .protographs import Matrix, Protograph, checked_matrix, listed, written
from .symbols import d

COUPLINGS = ("uniform", "spread")
ENDS = ("open", "one", "ring")
_MOST_TOPICS, _MOST_WINDOW, _MOST_KINDS = 10_000, 1000, 200_000
"""The most topics, topics of a window, and kinds of edges over all topics, each of which may be an unknown."""


class Edge(NamedTuple):
    """A kind of edge: from a class of skills of topic i to a type of texts at the position i + offset."""

    type: int
    skill_class: int
    offset: int


class ClassOfTopic(NamedTuple):
    """A class of skills that each topic has: its name, its fraction unknown, and in how many texts by kind of edge one of its skills is."""

    name: str
    unknown: sp.Expr
    law: JointLaw


class TypeOfPosition(NamedTuple):
    """A type of texts that each position has: its name, texts per skill of a topic, and how many skills by kind of edge one requires."""

    name: str
    ratio: sp.Expr
    law: JointLaw


class Cell(NamedTuple):
    """What repeats from topic to topic: classes of skills of equal size, types of texts, and kinds of edges by name."""

    classes: tuple[ClassOfTopic, ...]
    types: tuple[TypeOfPosition, ...]
    edges: Mapping[str, Edge]


@dataclass(frozen=True)
class Chain(Stated):
    """Topics 1..L with equally many skills each; texts at the positions 1..L+W-1 draw theirs from the W topics up to their own.

    A skill of topic i has its edges to texts at i..i+W-1. Two ways to couple: 'uniform', each edge chooses one of the W positions
    uniformly (Kudekar, Richardson, Urbanke, IEEE Trans. IT 57(2), 2011); 'spread', every skill has equally many edges to each of them, as
    in terminated convolutional codes and fuse filters. Texts at the ends, where topics are missing, have fewer skills.

    `ensemble` is what one topic would be alone, an `Ensemble` or a `Protograph`; of a protograph, 'spread' takes the matrices `spreading`,
    B_0 + B_1 + ... + B_(W-1), that sum to its own. `ends`: 'open', both; 'one', the last topic is joined to its mirror image, which makes
    half a chain of 2L topics; 'ring', the positions are those of the topics, and the first `known` topics of the ring are known before
    training. There are up to 10,000 topics, and windows of up to 1000. `learner` defaults to the 1-skill learner.
    Edge ends within a topic are matched at random, whatever the matching of `ensemble`.

    Raises `InputError` for sizes out of range, and for laws that cannot be spread in W equal parts.

    >>> from deanalysis.model import Poisson
    >>> from deanalysis.model.symbols import R, c
    >>> Chain(Ensemble(texts=Poisson(c), skills=Poisson(c * R)), topics=50, window=3)
    <Chain: 50 topics, window 3, uniform, of texts poisson(c), skills poisson(R*c), unknown 1>
    """

    ensemble: Ensemble | Protograph
    learner: Learner = field(default_factory=lambda: SkillLearner(1))
    topics: int = 1
    window: int = 1
    coupling: str = "uniform"
    ends: str = "open"
    known: int = 0
    spreading: tuple[Matrix, ...] = ()

    def __post_init__(self) -> None:
        require_kind(self.ensemble, (Ensemble, Protograph), "the ensemble of a chain", "an Ensemble or a Protograph, what one topic is")
        require_kind(self.learner, Learner, "the learner", "a Learner, such as SkillLearner(1)").check()
        refuse_ideal(self.learner, "a chain")
        if isinstance(self.ensemble, Ensemble) and self.ensemble.matching != REPEATED:
            self._set("ensemble", replace(self.ensemble, matching=REPEATED))
        for name, choices in (("coupling", COUPLINGS), ("ends", ENDS)):
            if getattr(self, name) not in choices:
                raise InputError(name, f"must be {' or '.join(choices)}", given=getattr(self, name))
        for name, most in (("topics", _MOST_TOPICS), ("window", _MOST_WINDOW)):
            self._set(name, _counted(getattr(self, name), 1, most, f"the {name} of a chain"))
        if self.ends == "ring" and self.window > self.topics:
            raise InputError("the window of a ring", f"must be at most its {self.topics} topics", given=self.window)
        if str(self.known) != "0" and self.ends != "ring":
            raise InputError("known", "goes with a ring", given=self.known, remedy="the open ends of a chain are known as they are")
        self._set("known", _counted(self.known, 0, self.topics, "known"))
        self._set("spreading", tuple(checked_matrix(matrix, "an edge spreading") for matrix in listed(self.spreading, "spreading")))
        self._check_spreading()
        if (kinds := self.topics * self._kinds()) > _MOST_KINDS:
            raise InputError("a chain", f"must have at most {_MOST_KINDS} kinds of edges, over all topics", given=kinds)

    def _kinds(self) -> int:
        """Return how many kinds of edges a cell has, before it is made; raise `InputError` for laws that have no equal parts."""
        if isinstance(self.ensemble, Protograph):
            matrices = self.spreading or (self.ensemble.matrix,)
            count = sum(entry > 0 for matrix in matrices for row in matrix for entry in row)
            return count if self.spreading else count * self.window
        for law in (self.ensemble.texts, self.ensemble.skills) if self.coupling == "spread" else ():
            parted(law, self.window)
        return self.window

    def _check_spreading(self) -> None:
        if not self.spreading:
            if isinstance(self.ensemble, Protograph) and self.coupling == "spread" and self.window > 1:
                raise InputError("a chain of a protograph", "must state the matrices that its own is spread into", remedy="or be uniform")
            return
        if not isinstance(self.ensemble, Protograph) or self.coupling != "spread":
            raise InputError("an edge spreading", "needs a protograph, and coupling spread", given=self.coupling)
        if len(self.spreading) != self.window:
            raise InputError(
                "the window", f"must be that of the edge spreading, which has {len(self.spreading)} matrices", given=self.window
            )
        sizes = {(len(matrix), len(matrix[0])) for matrix in self.spreading}
        if sizes != {(self.ensemble.rows, self.ensemble.columns)} or self.ensemble.matrix != total(self.spreading):
            raise InputError("an edge spreading", "must sum to the base matrix", given=" + ".join(map(written, self.spreading)))
        if self.ends == "one" and self.spreading != self.spreading[::-1]:
            raise InputError("a chain with one end", "must be spread alike in both directions")

    @property
    def positions(self) -> int:
        """How many positions of texts there are: L + W - 1, of which a ring has L and a chain with one end those up to its mirror."""
        if self.ends == "ring":
            return self.topics
        return self.topics + self.window // 2 if self.ends == "one" else self.topics + self.window - 1

    @property
    def texts_per_topic(self) -> sp.Expr:
        """How many positions' texts there are per topic: (L + W - 1)/L where both ends are open; half of those of 2L topics for one."""
        ends = {"ring": 0, "one": sp.Rational(self.window - 1, 2), "open": self.window - 1}[self.ends]
        return sp.Integer(1) + sp.sympify(ends) / self.topics

    @cached_property
    def cell(self) -> Cell:
        """What repeats from topic to topic."""
        if isinstance(self.ensemble, Protograph):
            return self._of_protograph(self.ensemble)
        kinds = [str(offset) for offset in range(self.window)]
        edges = {kind: Edge(0, 0, offset) for offset, kind in enumerate(kinds)}
        texts, skills = (self._coupled(law, kinds) for law in (self.ensemble.texts, self.ensemble.skills))
        own = ClassOfTopic("skills", self.ensemble.unknown, skills)
        return Cell((own,), (TypeOfPosition("texts", self.ensemble.ratio, texts),), edges)

    def _coupled(self, law: DegreeDistribution, kinds: list[str]) -> JointLaw:
        if self.coupling == "uniform":
            return JointLaw.among(law, dict.fromkeys(kinds, sp.Rational(1, len(kinds))))
        return JointLaw.of(dict.fromkeys(kinds, parted(law, len(kinds))))

    def _of_protograph(self, graph: Protograph) -> Cell:
        edges: dict[str, Edge] = {}
        of_types: list[list[JointLaw]] = [[] for _ in range(graph.rows)]
        of_classes: list[list[JointLaw]] = [[] for _ in range(graph.columns)]
        parts = self.spreading or (graph.matrix,)
        for (j, k, offset), count in _entries(parts):
            name = f"{j + 1}_{k + 1}" + (f"_{offset}" if len(parts) > 1 else "")
            spread = [name] if self.spreading or self.window == 1 else [f"{name}_{shift}" for shift in range(self.window)]
            edges |= {kind: Edge(j, k, offset + shift) for shift, kind in enumerate(spread)}
            law = JointLaw.among(Regular(count), dict.fromkeys(spread, sp.Rational(1, len(spread))))
            of_types[j].append(law)
            of_classes[k].append(law)
        joined = [[JointLaw(tuple(draw for law in laws for draw in law.draws)) for laws in side] for side in (of_classes, of_types)]
        classes = (ClassOfTopic(f"v{k + 1}", graph.unknowns[k], law) for k, law in enumerate(joined[0]))
        types = (TypeOfPosition(f"c{j + 1}", sp.Rational(1, graph.columns), law) for j, law in enumerate(joined[1]))
        return Cell(tuple(classes), tuple(types), edges)

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return self.ensemble.letters | self.learner.letters

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy together."""
        return self.ensemble.limits

    def with_ends(self, letter: sp.Symbol) -> sp.Expr | None:
        """Return the factor from a letter of one topic to that of all texts and skills; None where the ends cost nothing in that letter.

        The R of a topic takes R (L + W - 1)/L texts per skill. None, too, where texts per skill are not in proportion to the letter, or to
        one over it.

        >>> from deanalysis.model.symbols import R, c
        >>> Chain(Ensemble(texts=Poisson(c), skills=Poisson(c * R)), topics=50, window=3).with_ends(R)
        26/25
        """
        ratio, ends = self.ensemble.ratio, self.texts_per_topic
        if ends == 1 or not ratio.has(letter):
            return None
        if not sp.simplify(ratio / letter).has(letter):
            return ends
        return None if sp.simplify(ratio * letter).has(letter) else 1 / ends

    def _latex(self, printer: Any) -> str:
        layout = ", ".join(filter(None, (self.coupling, self._end)))
        return rf"{printer._print(self.ensemble)},\quad L = {self.topics},\quad W = {self.window}\ (\text{{{layout}}})"

    @property
    def _end(self) -> str:
        known = f" with {self.known} known" if self.known else ""
        return {"open": "", "one": "one end", "ring": f"ring{known}"}[self.ends]

    @property
    def _layout(self) -> str:
        stated = f"{self.topics} topic{'s' if self.topics > 1 else ''}", f"window {self.window}", self.coupling, self._end
        return ", ".join(filter(None, stated))

    def __str__(self) -> str:
        spread = f", spread in {' + '.join(map(written, self.spreading))}" if self.spreading else ""
        return f"chain of {self._layout}: {self.ensemble}{spread}; learner {self.learner}"

    def __repr__(self) -> str:
        stated = repr(self.ensemble)[1:-1].removeprefix("Ensemble: ")
        return f"<Chain: {self._layout}, of {stated}>"

    @classmethod
    def fuse(cls, cells: int, segments: int) -> Self:
        """Return a fuse filter's graph: each item has one cell in each of K consecutive segments, N of them starting segments.

        Items are skills, cells texts, and the letter d is the number of items per cell of a starting segment (Graf, Lemire, ACM J. Exp.
        Algorithmics 27, 2022). Raises `InputError` for fewer than 2 cells, or no segment.

        >>> Chain.fuse(3, 12).texts_per_topic
        7/6
        """
        cells = _counted(cells, 2, _MOST_WINDOW, "the cells of an item")
        return cls(Ensemble(texts=Poisson(cells * d), skills=Regular(cells)), SkillLearner(1), segments, cells, "spread")


def _counted(value: Any, least: int, most: int, argument: str) -> int:
    return check_count(exact(value, argument), least, most, argument)


def _entries(matrices: tuple[Matrix, ...]) -> Iterator[tuple[Edge, int]]:
    """Yield the entries that are not 0, by type, class and the offset of their matrix."""
    for offset, matrix in enumerate(matrices):
        for j, row in enumerate(matrix):
            yield from ((Edge(j, k, offset), count) for k, count in enumerate(row) if count)


def total(matrices: tuple[Matrix, ...]) -> Matrix:
    """Return the sum of matrices.

    >>> total((((1, 0),), ((1, 2),)))
    ((2, 2),)
    """
    return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*matrices, strict=True))


def parted(law: DegreeDistribution, parts: int) -> DegreeDistribution:
    """Return the law of one of several equal and independent parts of a number.

    >>> parted(Regular(6), 3), parted(Poisson(3), 2).mean
    (Regular(degree=2), 3/2)
    """
    if parts == 1:
        return law
    if isinstance(law, Poisson):
        return Poisson(law.average / parts)
    if isinstance(law, NegativeBinomial):
        return NegativeBinomial(law.average / parts, law.shape / parts)
    if isinstance(law, Regular) and (law.degree / parts).is_Integer:
        return Regular(law.degree / parts)
    if isinstance(law, Binomial) and (law.count / parts).is_Integer:
        return Binomial(law.count / parts, law.probability)
    raise InputError(f"the law {law}", f"cannot be spread in {parts} equal parts", remedy="choose another window, or coupling uniform")
