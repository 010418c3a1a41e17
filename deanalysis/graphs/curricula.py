"""Curricula: texts in an order in which each has one novel skill at its turn, or from 1 to s for an s-skill learner."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

import numpy as np

from ..errors import InputError
from ..model.learners import Learner
from ..record import Record, Table
from .graph import Graph
from .learning import GraphLearning, learn
from .rows import Name, shortened
from .writing import text_of, write_file

_SHOWN = 10
"""Steps in a table."""
_DECK_HEAD = "#separator:tab\n#html:false\n"
"""How Anki is to read a deck (manual, Text Files, File Headers). Columns are not named: it would then match them with the names of a note
type's fields, which differ by language, and leave out the others; without names they fill the fields in order."""


class Step(NamedTuple):
    """A text at its turn in a curriculum: the skills that it teaches then, in which round of learning, and the text as it is written."""

    text: Name
    skills: list[Name]
    round: int
    words: str


@dataclass(frozen=True, repr=False)
class Curriculum(Record):
    """Texts in an order in which they can be learned one after another, and what blocks the others: by `curriculum`, or `of` a learning.

    `texts` teach `skills` in so many `rounds`; `steps` are these texts in order. `blocked[j]` is the number of texts that are left with j
    novel skills in the end.
    """

    texts: int
    skills: int
    rounds: int
    blocked: dict[int, int]
    steps: tuple[Step, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"<Curriculum: {self.texts} texts teach {self.skills} skills in {self.rounds} rounds>"

    @classmethod
    def of(cls, learning: GraphLearning) -> Self:
        """Return the curriculum of what was learned: the texts that taught, by the round after which they were ready, then by number."""
        steps = tuple(_steps(learning))
        return cls(len(steps), sum(len(step.skills) for step in steps), learning.rounds, learning.blocked, steps)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Return the numbers that `to_dict` wrote, without steps; raise `InputError` where a key is missing."""
        read = super().from_dict(content)
        return replace(read, blocked={int(left): texts for left, texts in read.blocked.items()})

    def table(self) -> Table:
        """Return the first steps, and what blocks the other texts."""
        rows = [
            (step.text, ", ".join(map(str, step.skills)), step.round, shortened(" ".join(step.words.split())))
            for step in self.steps[:_SHOWN]
        ]
        taught = f"Texts that teach: {self.texts}; skills that are taught: {self.skills}; rounds: {self.rounds}."
        blocks = ", ".join(f"{texts} with {left}" for left, texts in self.blocked.items())
        return Table(("text", "skills", "round", "words"), rows, (taught, f"Texts with novel skills left: {blocks}." if blocks else None))

    def write(self, path: str | Path) -> None:
        r"""Write the curriculum by the ending of a file: a table (`.csv`), or a deck of flash cards (`.tsv`).

        A table has the columns text, skill, round and words. A text that teaches several skills takes a row for each, so that every
        name stands alone. Names are written as they are: a program that runs cells which begin with =, +, - or @ has to be told not to.

        A deck has a card for each skill: in front the skill, on the back the text. It has the file headers of Anki, which imports it
        with any note type of two fields. All fields are in quotes, so that tabs, line breaks and a # in front are taken as they are.

        Raises `InputError` for another ending, a file that cannot be written, and names that are no Unicode text.

        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "first.csv"
        >>> curriculum(Graph.from_edges([("t", "a"), ("u", "a"), ("u", "b, c")])).write(file)
        >>> file.read_text(encoding="utf-8")
        '"text","skill","round","words"\n"t","a",1,"a"\n"u","b, c",2,"a b, c"\n'
        """
        write = _WRITERS[check_ending(path)]
        write_file(Path(path), lambda file: write(self.steps, file))


def curriculum(
    graph: Graph, learner: Learner | None = None, *, known: Iterable[Name] = (), known_top: int = 0, seed: int = 1
) -> Curriculum:
    """Put the texts of a graph into an order in which each has exactly one novel skill at its turn, which it teaches.

    For an s-skill learner each has from 1 to s. In the end all is learned that can be (`learn`); texts that teach nothing at
    their turn are left out.

    Arguments: as for `learn`.

    >>> graph = Graph.from_edges([("t", "a"), ("u", "a"), ("u", "b"), ("v", "b"), ("v", "c"), ("v", "d")])
    >>> found = curriculum(graph)
    >>> [(step.text, step.skills, step.round) for step in found.steps], found.blocked
    ([('t', ['a'], 1), ('u', ['b'], 2)], {2: 1})
    """
    return Curriculum.of(learn(graph, learner, known=known, known_top=known_top, seed=seed))


def _steps(learning: GraphLearning) -> Iterator[Step]:
    """Yield the texts that teach: by the round after which they were ready, then by number."""
    graph, teacher, ready = learning.graph, learning.teacher_of, learning.ready_after
    taught = np.flatnonzero(teacher >= 0)
    taught = taught[np.lexsort((taught, teacher[taught], ready[teacher[taught]]))]
    first = np.flatnonzero(np.diff(teacher[taught], prepend=-1))
    for skills in np.split(taught, first[1:]) if len(first) else ():
        text = int(teacher[skills[0]])
        yield Step(graph.text_names[text], graph.named(skills), int(ready[text]) + 1, graph.content(text))


def check_ending(path: str | Path) -> str:
    """Return the ending of a curriculum's file, `.csv` or `.tsv`; raise `InputError` where it is another."""
    ending = Path(path).suffix.lower()
    if ending not in _WRITERS:
        raise InputError("the curriculum's file", "must end in .csv (a table) or .tsv (a deck)", given=path)
    return ending


def _write_table(steps: Iterable[Step], file: BinaryIO) -> None:
    # All names are in quotes: left to itself, Python 3.11 leaves a \r without, which readers take for the end of a row.
    with text_of(file) as text:
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writerow(("text", "skill", "round", "words"))
        writer.writerows((str(step.text), str(skill), step.round, step.words) for step in steps for skill in step.skills)


def _write_deck(steps: Iterable[Step], file: BinaryIO) -> None:
    with text_of(file) as text:
        text.write(_DECK_HEAD)
        writer = csv.writer(text, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerows((skill, step.words) for step in steps for skill in step.skills)


_WRITERS: dict[str, Callable[[Iterable[Step], BinaryIO], None]] = {".csv": _write_table, ".tsv": _write_deck}
