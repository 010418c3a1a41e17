"""The rows of a bipartite graph, texts with the skills that each requires, as every file format is read to and written from."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..simulate.streams import LARGEST_INDEX

Name = Hashable
_Named = TypeVar("_Named", bound=Name)
Names = Sequence[Name]
"""Names of the texts or of the skills, in the order of their numbers 0, 1, ...; `range(1, n + 1)` where they have none."""

_LONGEST = 80
"""Characters of a name or a text in a table."""


@dataclass(frozen=True, eq=False, repr=False)
class Rows:
    """Text t requires the skills `required[start[t]:start[t + 1]]`, each once, by their numbers 0, 1, ..., in the order of the text.

    `start` has one entry more than there are texts. `contents` are the texts as they are written, where that is known; `layout` is how
    the file that they were read from is laid out, where that is kept (`alist`).
    """

    start: NDArray[np.int64]
    required: NDArray[np.uint32]
    text_names: Names
    skill_names: Names
    contents: Sequence[str] | None = None
    layout: object = None

    @property
    def texts(self) -> int:
        """Number m of texts."""
        return len(self.text_names)

    @property
    def skills(self) -> int:
        """Number n of skills."""
        return len(self.skill_names)

    @property
    def edges(self) -> int:
        """Number of edges: pairs of a text and a skill that it requires."""
        return len(self.required)

    @cached_property
    def text_degrees(self) -> NDArray[np.int64]:
        """How many skills each text requires."""
        return np.diff(self.start)

    @cached_property
    def skill_degrees(self) -> NDArray[np.int64]:
        """How many texts require each skill."""
        return np.bincount(self.required, minlength=self.skills)

    @property
    def text_of(self) -> NDArray[np.int64]:
        """The text of each edge, by its number."""
        return np.repeat(np.arange(self.texts), self.text_degrees)

    def row(self, text: int) -> NDArray[np.uint32]:
        """Return the numbers of the skills of a text, by its number."""
        return self.required[self.start[text] : self.start[text + 1]]

    def with_contents(self, contents: Sequence[str] | None) -> Self:
        """Return the rows with the texts as they are written."""
        return replace(self, contents=contents)

    @classmethod
    def joined(cls, texts: NDArray[Any], skills: NDArray[Any], text_names: Names, skill_names: Names) -> Self:
        """Return the rows of some edges: edge e joins text texts[e] and skill skills[e], by number; an edge given twice counts once.

        Raises `InputError` where there is no edge, or there are more texts, skills or edges than a graph can hold (2^31 - 1).

        >>> Rows.joined(np.array([1, 0, 1]), np.array([1, 0, 1]), range(1, 3), range(1, 3)).required.tolist()
        [0, 1]
        """
        for what, size in (("texts", len(text_names)), ("skills", len(skill_names)), ("edges", len(texts))):
            if not 1 <= size <= LARGEST_INDEX:
                raise InputError("the graph", f"must have from 1 to {LARGEST_INDEX} {what}", given=size)
        if np.any(texts[1:] < texts[:-1]):
            order = np.argsort(texts, kind="stable")
            texts, skills = texts[order], skills[order]
        first = first_of_each(texts.astype(np.int64) * len(skill_names) + skills)
        start = np.append(0, np.cumsum(np.bincount(texts[first], minlength=len(text_names))))
        return cls(start, skills[first].astype(np.uint32), text_names, skill_names)


def first_of_each(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say of each key whether none before it is equal.

    >>> first_of_each(np.array([3, 1, 3])).tolist()
    [True, True, False]
    """
    first = np.zeros(len(keys), dtype=np.bool_)
    first[np.unique(keys, return_index=True)[1]] = True
    return first


class Numbers(dict[_Named, int]):
    """Numbers by name; a new name gets the next one."""

    def __missing__(self, name: _Named) -> int:
        self[name] = number = len(self)
        return number


class Numbered:
    """Names, numbered as they come.

    >>> skills = Numbered()
    >>> skills.number("x"), skills.number("y"), skills.number("x"), skills.names
    (0, 1, 0, ['x', 'y'])
    """

    def __init__(self) -> None:
        self._numbers = Numbers[Name]()

    def number(self, name: Name) -> int:
        """Return the number of a name, a new one where the name is new."""
        return self._numbers[name]

    def array(self, names: Sequence[Name]) -> NDArray[np.uint32]:
        """Return the numbers of many names; those of new names follow each other."""
        return np.fromiter(map(self._numbers.__getitem__, names), dtype=np.uint32, count=len(names))

    def __contains__(self, name: Name) -> bool:
        return name in self._numbers

    @property
    def names(self) -> list[Name]:
        """The names in the order of their numbers."""
        return list(self._numbers)


def paired(edges: Iterable[tuple[Name, Name]]) -> Iterator[tuple[Name, Name]]:
    """Yield pairs (text, skill); raise `InputError` at the first that is none."""
    try:
        for edge in edges:
            text, skill = edge
            hash(edge)
            yield text, skill
    except (TypeError, ValueError):
        raise InputError("edges", "must be pairs (text, skill) of names") from None


def shortened(line: str) -> str:
    """Return a name or a text as it fits a table: the end of a long one is left out.

    >>> shortened("a"), len(shortened("x" * 1000))
    ('a', 80)
    """
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
