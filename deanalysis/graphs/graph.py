"""A bipartite graph that exists: texts and skills with names, and which text requires which skills."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..model.compositions import Polynomial
from ..model.degrees import Ensemble
from ..record import Shown, Table
from ..simulate import graphs as sampled
from ..simulate.executors import checked_workers
from ..simulate.streams import Stream
from .degrees import checked_degrees, degree_counts, realised
from .exchange import Exchanged
from .rewiring import UNMOVED_GREEDY, Side, rewire
from .rows import Name, Numbered, paired


@dataclass(frozen=True, eq=False, repr=False)
class Graph(Exchanged, Shown):
    """A bipartite graph of texts and skills; each text requires a set of skills, in compressed rows (`start`, `required`).

    Make one with `read`, `from_edges`, `from_networkx` or `from_scipy`. Names are any values that can be hashed; numbers from 1 where
    there are none.

    >>> graph = Graph.from_edges([("a", "x"), ("b", "x"), ("b", "y"), ("b", "x")])
    >>> graph
    <Graph: 2 texts, 2 skills, 3 edges>
    >>> graph.skills_of("b"), graph.texts_of("x")
    (['x', 'y'], ['a', 'b'])
    """

    @classmethod
    def from_edges(cls, edges: Iterable[tuple[Name, Name]]) -> Self:
        """Return the graph of pairs (text, skill); texts and skills are numbered as they come, and a pair given twice counts once.

        Raises `InputError` where there is no edge, or an item is no pair of names.

        >>> Graph.from_edges([(1, "x"), (2, "x"), (2, "y")]).edges
        3
        """
        texts, skills = Numbered(), Numbered()
        numbers = [(texts.number(text), skills.number(skill)) for text, skill in paired(edges)]
        ends = np.array(numbers, dtype=np.int64).reshape(-1, 2)
        return cls.joined(ends[:, 0], ends[:, 1], texts.names, skills.names)

    def to_edges(self) -> list[tuple[Name, Name]]:
        """Return the pairs (text, skill), text by text.

        >>> Graph.from_edges([("a", "x"), ("b", "x")]).to_edges()
        [('a', 'x'), ('b', 'x')]
        """
        ends = zip(self.text_of.tolist(), self.required.tolist(), strict=True)
        return [(self.text_names[text], self.skill_names[skill]) for text, skill in ends]

    @property
    def ratio(self) -> float:
        """R = m/n, texts per skill."""
        return self.texts / self.skills

    @cached_property
    def ensemble(self) -> Ensemble:
        """The ensemble of its two degree laws. Density evolution of it describes graphs that grow with these laws but whose degrees do not.

        >>> Graph.from_edges([("a", "x"), ("b", "x"), ("b", "y")]).ensemble
        <Ensemble: texts polynomial(x/2 + x^2/2), skills polynomial(x/2 + x^2/2), unknown 1>
        """
        texts, skills = (Polynomial.from_counts(degree_counts(degrees)) for degrees in (self.text_degrees, self.skill_degrees))
        return Ensemble(texts, skills)

    @cached_property
    def sampled(self) -> sampled.Graph:
        """The same graph as the simulator holds it: the texts of each skill, which are numbered from 1 there."""
        from scipy.sparse import csr_array

        held = csr_array((np.ones(self.edges, dtype=np.uint8), self.required, self.start), shape=(self.texts, self.skills)).tocsc()
        chosen = Stream(np.uint64(0), np.uint64(1))
        return sampled.Graph(held.indptr.astype(np.uint32), held.indices.astype(np.uint32), chosen, self.texts)

    @cached_property
    def _numbers(self) -> dict[str, Mapping[Name, int]]:
        named = {"text": self.text_names, "skill": self.skill_names}
        return {what: {name: number for number, name in enumerate(names)} for what, names in named.items()}

    @cached_property
    def _written(self) -> dict[str, Mapping[str, int]]:
        return {what: {str(name): number for name, number in numbers.items()} for what, numbers in self._numbers.items()}

    def number(self, what: str, name: Name) -> int:
        """Return the number of a 'text' or a 'skill' by its name, or, where no name is like it, by its name as one writes it.

        Raises `InputError` where there is none.
        """
        number = self._numbers[what].get(name)
        if number is None and isinstance(name, str):
            number = self._written[what].get(name)
        if number is None:
            raise InputError(f"a {what}", "must be one of the graph's", given=name)
        return number

    def skill_numbers(self, names: Iterable[Name], argument: str) -> NDArray[np.int64]:
        """Return the numbers of skills by their names, as `number` does; raise `InputError`, about the argument, where one is none."""
        if isinstance(names, str):
            raise InputError(argument, "must be a list of names", given=names)
        numbers = []
        for name in names:
            try:
                numbers.append(self.number("skill", name))
            except InputError:
                raise InputError(argument, "must name skills of the graph", given=name) from None
        return np.array(numbers, dtype=np.int64)

    def skills_of(self, text: Name) -> list[Name]:
        """Return the skills that a text requires, in its order; raise `InputError` where the graph has no such text."""
        return self.named(self.row(self.number("text", text)))

    def texts_of(self, skill: Name) -> list[Name]:
        """Return the texts that require a skill; raise `InputError` where the graph has no such skill."""
        number = self.number("skill", skill)
        return [self.text_names[text] for text in self.sampled.ends[self.sampled.start[number] : self.sampled.start[number + 1]]]

    def named(self, skills: NDArray[Any]) -> list[Name]:
        """Return the names of skills given by their numbers, or by whether each is one of them."""
        numbers = np.flatnonzero(skills) if skills.dtype == np.bool_ else skills
        return [self.skill_names[skill] for skill in numbers.tolist()]

    def content(self, text: int) -> str:
        """Return a text as it is written, by its number; where that is not known, its skills in a row."""
        return self.contents[text] if self.contents is not None else " ".join(map(str, self.named(self.row(text))))

    def part(self, texts: NDArray[np.bool_], skills: NDArray[np.bool_]) -> Self:
        """Return the graph of some texts and skills with the edges between them, as True and False by number; it may be empty.

        >>> graph = Graph.from_edges([("a", "x"), ("b", "x"), ("b", "y")])
        >>> graph.part(np.array([False, True]), np.array([True, False])).to_edges()
        [('b', 'x')]
        """
        text_of = self.text_of
        kept = texts[text_of] & skills[self.required]
        start = np.append(0, np.cumsum(np.bincount(text_of[kept], minlength=self.texts)[texts]))
        required = (np.cumsum(skills) - 1)[self.required[kept]].astype(np.uint32)
        chosen = np.flatnonzero(texts).tolist()
        contents = None if self.contents is None else [self.contents[text] for text in chosen]
        return type(self)(start, required, [self.text_names[text] for text in chosen], self.named(skills), contents)

    def rewired(self, seed: int, rounds: int | None = None) -> Self:
        """Return a graph drawn at random from all that have the same degrees and no repeated edge; names stay, contents do not.

        By rounds of trades (global curveball: Carstens et al., ESA 2018), which sample uniformly in the limit of many rounds.

        Arguments: a seed, and how many rounds; if None, as many as move all but 0.5 % of the edges, by their degrees (12 to 240).

        >>> graph = Graph.from_edges([("a", "x"), ("b", "y"), ("c", "x"), ("c", "y")])
        >>> sorted(graph.rewired(seed=3).to_edges())
        [('a', 'y'), ('b', 'x'), ('c', 'x'), ('c', 'y')]
        """
        held = Side(self.sampled.start, self.sampled.ends)
        return type(self)(self.start, rewire(held, self.start, seed, rounds).ends, self.text_names, self.skill_names)

    def copies(self, count: int, seed: int) -> Iterator[Self]:
        """Yield independent rewired copies, those of seed, seed + 1, ...; as many are drawn at a time, by threads, as there are cores.

        >>> graph = Graph.from_edges([("a", "x"), ("a", "y"), ("b", "y"), ("c", "z")])
        >>> [copy == graph.rewired(7 + number) for number, copy in enumerate(graph.copies(2, seed=7))]
        [True, True]
        """
        ahead: deque[Future[Self]] = deque()
        width = checked_workers(None)
        with ThreadPoolExecutor(width) as threads:
            for number in range(count):
                ahead.append(threads.submit(self.rewired, seed + number))
                if len(ahead) > width:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    @classmethod
    def with_degrees(cls, text_degrees: Sequence[int], skill_degrees: Sequence[int], seed: int, rounds: int | None = None) -> Self:
        """Return a graph drawn at random from all whose texts and skills have these degrees, without repeated edges; names are numbers.

        A greedy graph is made (Gale 1957), and rewired. Arguments: degrees, at least one not 0; seed and rounds as in `rewired`, but all
        but 0.1 % of the edges are moved. Raises `InputError` where there is no such graph (Gale, Ryser 1957).

        >>> graph = Graph.with_degrees([3, 1, 2], [2, 2, 1, 1], seed=1)
        >>> graph.text_degrees.tolist(), graph.skill_degrees.tolist()
        ([3, 1, 2], [2, 2, 1, 1])
        """
        degrees = checked_degrees(text_degrees, "text_degrees"), checked_degrees(skill_degrees, "skill_degrees")
        some = realised(*degrees)
        drawn = rewire(some.turned(len(degrees[1])), some.start, seed, rounds, UNMOVED_GREEDY)
        texts, skills = (range(1, len(each) + 1) for each in degrees)
        return cls(drawn.start, drawn.ends, texts, skills)

    @property
    def transposed(self) -> Self:
        """The graph with texts and skills exchanged.

        >>> Graph.from_edges([("a", "x"), ("b", "x"), ("b", "y")]).transposed.to_edges()
        [('x', 'a'), ('x', 'b'), ('y', 'b')]
        """
        return type(self)(self.sampled.start.astype(np.int64), self.sampled.ends, self.skill_names, self.text_names)

    def __eq__(self, other: object) -> bool:
        """Whether names are the same in the same order, and each text requires the same skills."""
        if not isinstance(other, Graph):
            return NotImplemented
        same = list(self.text_names) == list(other.text_names) and list(self.skill_names) == list(other.skill_names)
        held = ((own.start, own.ends) for own in (self.sampled, other.sampled))
        return same and all(map(np.array_equal, *held))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Graph: {self.texts} texts, {self.skills} skills, {self.edges} edges>"

    def table(self) -> Table:
        """Return its sizes."""
        sizes = ("texts", self.texts), ("skills", self.skills), ("edges", self.edges), ("ratio", self.ratio)
        return Table((), [*sizes, ("skills per text", self.edges / self.texts), ("texts per skill", self.edges / self.skills)])
