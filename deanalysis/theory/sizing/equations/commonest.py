"""Small stuck sets counted to leading order in the number of skills: which are commonest, and their mean number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations, combinations_with_replacement, count, takewhile
from typing import NamedTuple

import sympy as sp

from ....errors import InputError
from ....model.degrees import Ensemble
from ....model.learners import Learner
from ....model.matching import PARTS, REPEATED
from ....model.symbols import letter
from ....symbolic.algebra import power_series, simplified
from .stuck import check_own, first_stuck, stuck_chance

n = letter("n")
"""How many skills there are."""

_z = sp.Symbol("z", positive=True)

Weight = Callable[[int], sp.Expr]
"""The weight of a text by the number of edges that it has in a set."""


class Sets(NamedTuple):
    """Stuck sets of skills with these degrees: the power of n of their mean number, and that number."""

    degrees: tuple[int, ...]
    power: int
    mean: sp.Expr


@dataclass(frozen=True)
class Counting:
    """Counts small stuck sets of a model to leading order."""

    ensemble: Ensemble
    learner: Learner
    least: int

    def __post_init__(self) -> None:
        skills = self.ensemble.skills
        check_own(n, self.ensemble, "skills")
        if any(skills.pmf(degree) != 0 for degree in (0, 1)):
            raise InputError("a floor", "needs skills of degree 2 at least: others stay novel at any size", given=skills)
        if self._first is None:
            raise InputError("a floor", "needs texts with more skills than the learner can be taught at once", given=self.ensemble)
        if self._first == 1:
            raise InputError("a floor", "needs a learner with a_0 = 1: others fail at single skills, at any size", given=self.learner)

    @cached_property
    def _first(self) -> int | None:
        return first_stuck(self.ensemble.texts, self.learner)

    @property
    def first(self) -> int:
        """The number j of its edges that a text needs at least."""
        assert self._first is not None
        return self._first

    @cached_property
    def shortest(self) -> int:
        """The least degree of a skill."""
        support = self.ensemble.skills.support
        if support is None:
            raise InputError("a floor", "needs skills whose least degree is known", given=self.ensemble.skills)
        return support[0]

    @property
    def smallest(self) -> int:
        """The least number of skills that can be stuck: one that meets texts j times, or j skills where none meets a text twice."""
        return max(self.least, 1 if self.ensemble.matching == REPEATED else self.first)

    @property
    def has_cycles(self) -> bool:
        """Whether cycles of any length have the same power of n."""
        return (self.shortest, self.first) == (2, 2)

    @cached_property
    def cycle_step(self) -> sp.Expr:
        """x = eps lambda'(0) (a_0 - a_1) rho'(1), by which the mean number of cycles changes with each skill more."""
        texts, skills = self.ensemble.texts, self.ensemble.skills
        through = skills.edge_derivative(sp.S.Zero, 1) * texts.edge_derivative(sp.S.One, 1)
        return self.ensemble.unknown * through * (1 - self.learner.probability(1))

    def leading(self) -> list[Sets]:
        """Return the sets with the largest power of n."""
        best = self.power(self._common, self._common * self.shortest)
        found = [self._sets(degrees) for size in self._sizes(best) for degrees in self._degrees(size, best)]
        possible = [sets for sets in found if sets.mean != 0]
        power = max(sets.power for sets in possible)
        return [sets for sets in possible if sets.power == power]

    def power(self, size: int, edges: int) -> int:
        """Return k + t - e."""
        if self.ensemble.matching == PARTS:
            return size + self.shortest * (size // self.first - size)
        return size + edges // self.first - edges

    @property
    def _common(self) -> int:
        """The least size of a set of skills of the least degree."""
        return max(self.smallest, -(-self.first // self.shortest))

    def _sizes(self, best: int) -> Iterator[int]:
        """Return the sizes of sets that may have that power of n: each skill takes l - l/j - 1 of them at least."""
        cost = self.shortest - sp.Rational(self.shortest, self.first) - 1
        return takewhile(lambda size: -size * cost >= best, count(self.smallest))

    def _degrees(self, size: int, best: int) -> list[tuple[int, ...]]:
        """Return the degrees of sets of a size that have at least this power of n."""
        if self.ensemble.matching == PARTS:
            return [(self.shortest,) * size] if self.power(size, size * self.shortest) >= best else []
        others = (size - 1) * self.shortest
        most = next(degree for degree in count(self.shortest) if self.power(size, others + degree + 1) < best)
        there = [degree for degree in range(self.shortest, most + 1) if self.ensemble.skills.pmf(degree) != 0]
        chosen = combinations_with_replacement(there, size)
        return [degrees for degrees in chosen if sum(degrees) >= self.first and self.power(size, sum(degrees)) >= best]

    def _sets(self, degrees: tuple[int, ...]) -> Sets:
        """Count the sets of skills with these degrees: the choices of skills times the chance that their edges meet as many texts."""
        size, skills, unknown = len(degrees), self.ensemble.skills, self.ensemble.unknown
        power = self.power(size, sum(degrees))
        chosen = sp.prod(skills.pmf(degree) ** degrees.count(degree) / sp.factorial(degrees.count(degree)) for degree in set(degrees))
        return Sets(degrees, power, simplified(unknown**size * chosen * self._chance(degrees)) * n**power)

    def _chance(self, degrees: tuple[int, ...]) -> sp.Expr:
        """Return the chance that the edges of skills with these degrees meet as many texts as can be, without its power of n."""
        ratio, edges, learner = self.ensemble.ratio, sum(degrees), self.learner
        if self.ensemble.matching == PARTS:
            (size, parts), cells = (len(degrees), self.shortest), ratio / self.shortest
            texts = size // self.first
            ways = with_repetition(size, texts, self.first, lambda j: stuck_chance(learner, j))
            return (ways * cells ** (texts - size)) ** parts
        texts = edges // self.first

        def weight(j: int) -> sp.Expr:
            return stuck_chance(learner, j) * self.ensemble.texts.factorial_moment(j)

        if self.ensemble.matching == REPEATED:
            ways = with_repetition(edges, texts, self.first, weight)
        else:
            ways = without_repetition(degrees, texts, self.first, weight)
        return ways * ratio**texts / self.ensemble.skills.mean**edges


def with_repetition(edges: int, texts: int, first: int, weight: Weight) -> sp.Expr:
    """Return e!/t! [z^e] (sum_{j >= first} weight(j) z^j/j!)^t: edges that meet t texts, `first` times or more each.

    >>> with_repetition(4, 2, 2, lambda j: sp.S.One)
    3
    """
    spare = edges - texts * first
    series = sp.Add(*(weight(first + i) / sp.factorial(first + i) * _z**i for i in range(spare + 1)))
    return sp.factorial(edges) / sp.factorial(texts) * power_series(series**texts, _z, spare + 1)[spare]


def without_repetition(degrees: Sequence[int], texts: int, first: int, weight: Weight) -> sp.Expr:
    """Return the same where no skill meets a text twice: a sum over matrices of 0 and 1 with these row sums, the columns being texts.

    >>> without_repetition((2, 2), 2, 2, lambda j: sp.S.One), without_repetition((2, 2, 2), 3, 2, lambda j: sp.S.One)
    (2, 8)
    """

    @cache
    def matrices(rows: tuple[int, ...], columns: int) -> sp.Expr:
        if columns == 0:
            return sp.Integer(int(not any(rows)))
        if set(rows) == {columns} and len(rows) >= first:
            return weight(len(rows)) ** columns
        there = [row for row, left in enumerate(rows) if left]
        most = min(len(there), sum(rows) - (columns - 1) * first)
        return sp.Add(
            *(
                weight(j) * matrices(tuple(sorted(left - (row in chosen) for row, left in enumerate(rows))), columns - 1)
                for j in range(first, most + 1)
                for chosen in combinations(there, j)
            )
        )

    return sp.prod(map(sp.factorial, degrees)) * matrices(tuple(sorted(degrees)), texts) / sp.factorial(texts)
