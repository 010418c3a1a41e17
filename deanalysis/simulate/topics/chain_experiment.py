"""The experiment of a chain of topics, or of a protograph: how large it is, what is counted, and what tells it from any other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
import sympy as sp

from ...checks import check_count, require_kind
from ...errors import InputError
from ...model.association import Association
from ...model.chains import Chain
from ...model.degrees import Ensemble
from ...model.exact import Value
from ...model.laws import Poisson
from ...model.learners import Learner
from ..experiment import ELIMINATED, PROCESS_BYTES, SAMPLER, expected_bytes
from ..statistics import COMPLETE, PASSED
from ..streams import LARGEST_INDEX
from .chains import ChainSampler


@dataclass(frozen=True)
class ChainExperiment:
    """What decides the result of a trial on a chain, but for its seed and number.

    `size` is the number of skills of each class of a topic. With `cells`, texts of each position, it is that of the items of the whole
    chain instead, each of which chooses its topic uniformly: then the mean degree of a text is what these numbers make it.
    """

    ensemble: Chain
    learner: Learner
    size: int
    rounds: int = 0
    cells: int | None = None
    ideal: bool = False

    association: ClassVar[Association | None] = None
    sized_by: ClassVar[str] = "skills"

    def __post_init__(self) -> None:
        require_kind(self.learner, Learner, "the learner", "a Learner, such as SkillLearner(1)")
        if self.cells is not None and not self._takes_cells:
            raise InputError("items", "need a chain of one class whose texts are Poisson, with a letter that its skills lack")
        if self.skills > LARGEST_INDEX:
            raise InputError("skills", f"must give at most {LARGEST_INDEX} in all topics", given=self.size)

    @classmethod
    def of(
        cls,
        chain: Chain,
        learner: Learner | None,
        skills: int | None,
        items: int | None,
        cells: int | None,
        rounds: int = 0,
        ideal: bool = False,
    ) -> ChainExperiment:
        """Check sizes, either `skills` or both `items` and `cells`; the learner is the chain's if None."""
        rule = learner or chain.learner
        if items is None and cells is None:
            return cls(chain, rule, check_count(skills, 1, LARGEST_INDEX, "skills"), rounds, ideal=ideal)
        if skills is not None or items is None or cells is None:
            raise InputError("items", "must be given with `cells`, and without `skills`")
        sizes = [check_count(number, 1, LARGEST_INDEX, name) for number, name in ((items, "items"), (cells, "cells"))]
        return cls(chain, rule, sizes[0], rounds, sizes[1], ideal)

    @property
    def _takes_cells(self) -> bool:
        """Whether numbers of items and of cells can take the place of the letter that the texts have."""
        return isinstance(self.ensemble.ensemble, Ensemble) and isinstance(self.ensemble.ensemble.texts, Poisson) and bool(self.implied)

    def at(self, values: Mapping[str, Value]) -> ChainExperiment:
        """Return the experiment with letters bound by name; raise `InputError` if one is left free."""
        bound = replace(self, ensemble=self.ensemble.at(**values), learner=self.learner.at(**values))
        if free := sorted(map(str, bound.letters)):
            raise InputError("the model", f"must have every letter bound; {', '.join(free)} is free", remedy=f"set {free[0]}")
        return bound

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free, but for those of the texts where cells are given."""
        stated = self.ensemble.letters | self.learner.letters
        return frozenset(symbol for symbol in stated if symbol.name not in self.implied)

    @property
    def implied(self) -> frozenset[str]:
        """Names of the letters that follow from numbers of items and cells."""
        alone = self.ensemble.ensemble
        if self.cells is None or not isinstance(alone, Ensemble):
            return frozenset()
        return frozenset(symbol.name for symbol in alone.texts.letters - alone.skills.letters)

    @cached_property
    def classes(self) -> int:
        """How many classes of skills a topic has."""
        return len(self.ensemble.cell.classes)

    @property
    def skills(self) -> int:
        """Number of skills of all topics."""
        return self.size * (1 if self.cells is not None else self.classes * self.ensemble.topics)

    @cached_property
    def texts_by_type(self) -> tuple[int, ...]:
        """How many texts of each type a position has."""
        if self.cells is not None:
            return (self.cells,)
        return tuple(round(float(kind.ratio) * self.size * self.classes) for kind in self.ensemble.cell.types)

    @property
    def texts(self) -> float:
        """How many texts a graph has, at most."""
        return float(sum(self.texts_by_type) * self.ensemble.positions)

    @cached_property
    def edges(self) -> float:
        """How many edges a graph has on average."""
        return sum(self.sampler.means.values()) * self.skills / self.classes

    @cached_property
    def sampler(self) -> ChainSampler:
        """What draws its graphs."""
        return ChainSampler(self.ensemble)

    @cached_property
    def unknown(self) -> tuple[float, ...]:
        """The fraction unknown of each class."""
        return tuple(float(own.unknown) for own in self.ensemble.cell.classes)

    @cached_property
    def model(self) -> str:
        """A hash of what affects the answer, but for letters left free, size and seed."""
        stated = f"{self._stated}; {self.learner} {self.learner.success}; rounds={self.rounds}; cells={self.cells}"
        stated += "; ideal" if self.ideal else ""
        return hashlib.sha256(stated.encode()).hexdigest()[:16]

    @cached_property
    def path(self) -> tuple[int, ...]:
        """Where the streams of its graphs begin: the same for all learners, so that they meet the same graphs."""
        digest = hashlib.sha256(self._stated.encode()).digest()
        return (*(int.from_bytes(digest[first : first + 4]) for first in range(0, 16, 4)), self.size, self.cells or 0)

    @property
    def _stated(self) -> str:
        """State a chain with everything that its graphs depend on, the way of sampling included."""
        chain = self.ensemble
        alone = chain.ensemble
        laws = f"; {alone.texts.pgf()}; {alone.skills.pgf()}" if isinstance(alone, Ensemble) else ""
        shape = f"{chain.topics} {chain.window} {chain.coupling} {chain.ends} {chain.known} {chain.spreading}"
        return f"sampler {SAMPLER}; chain {shape}; {alone}{laws}"

    @property
    def part_names(self) -> list[str]:
        """The names of what is measured: `zeta:TOPIC`, `zeta:CLASS:TOPIC`, `training_error:POSITION`, `training_error:TYPE:POSITION`.

        Topics and positions count from 1, and are left out where there is one. Classes and types are left out where there is one of each.

        >>> from deanalysis.model.presets import load_model
        >>> chain = load_model("chain(paper, 2, 2)").ensemble
        >>> ChainExperiment(chain, chain.learner, 100).part_names
        ['complete', 'passed', 'zeta:1', 'zeta:2', 'training_error:1', 'training_error:2', 'training_error:3']
        """
        return [COMPLETE, PASSED, *names_of_parts("zeta", *self.of_skills), *names_of_parts("training_error", *self.of_texts)]

    @property
    def of_skills(self) -> tuple[int, list[str]]:
        """The number of topics, and the names of the classes."""
        return self.ensemble.topics, [own.name for own in self.ensemble.cell.classes]

    @property
    def of_texts(self) -> tuple[int, list[str]]:
        """The number of positions, and the names of the types."""
        return self.ensemble.positions, [kind.name for kind in self.ensemble.cell.types]

    def skills_by_topic(self, rng: np.random.Generator) -> list[int]:
        """Return how many skills each class of each topic has; of items, drawn."""
        topics = self.ensemble.topics
        if self.cells is None:
            return [self.size] * topics
        return [int(count) for count in rng.multinomial(self.size, np.full(topics, 1 / topics))]


@expected_bytes.register
def _(experiment: ChainExperiment) -> float:
    """Beside what they take on any graph, edges take 4 bytes more while it is put together, those of one topic 12, and held texts 16."""
    reach = experiment.learner.reach
    rows, held = reach is None or reach > 1, experiment.cells is None and not experiment.sampler.uniform
    per_edge = 8 + 8 / experiment.ensemble.topics + 4 * rows
    takes = [per_edge, 10 + 8 * rows + 16 * held, 24]
    if experiment.ideal:
        takes = [sum(pair) for pair in zip(takes, ELIMINATED, strict=True)]
    return PROCESS_BYTES + takes[0] * experiment.edges + takes[1] * experiment.texts + takes[2] * experiment.skills


def names_of_parts(quantity: str, places: int, kinds: list[str]) -> list[str]:
    """Return names by place, and then by kind and place."""
    numbers = [f":{place}" for place in range(1, places + 1)] if places > 1 else [""]
    by_place = [f"{quantity}{number}" for number in numbers if number]
    return by_place + [f"{quantity}:{kind}{number}" for kind in kinds for number in numbers if len(kinds) > 1]
