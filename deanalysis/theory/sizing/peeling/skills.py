"""Peeling where skills of any degrees choose their texts uniformly, independently of each other: one skill is learned at a time.

The degrees of skills need not be known: with u skills left, all graphs with a cloud of c and a ripple of r texts come with their own
weights, whichever way peeling took. So the chance pi_u(c, r) that peeling comes through that state is phi_u(c, r) g_u(c, r), where phi_u is
the law of cloud and ripple of u fresh skills. Learning undoes the placing of a skill, chosen with weight i/r where it has i of the ripple
texts, so that with Q the chances to place one skill, which turns i empty texts into ripple texts,

    g_{u-1}(s') = sum_s Q(s', s) (u i/r) g_u(s),    P(u left) = sum_c phi_u(c, 0) g_u(c, 0).

All terms are positive, and sum_u P(u left) = 1 checks the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from math import comb, factorial
from typing import NamedTuple

import numpy as np

from .windows import Floats


class Move(NamedTuple):
    """What placing a skill does to the texts that it meets: `first` empty ones get one edge, `filled` empty ones get more, and `second`
    ripple texts get another; and its chance, by cloud and ripple."""

    first: int
    filled: int
    second: int
    chance: Floats

    @property
    def cloud(self) -> int:
        """By how much the cloud grows."""
        return self.filled + self.second

    @property
    def ripple(self) -> int:
        """By how much the ripple grows."""
        return self.first - self.second


class SkillChain:
    """Peeling on so many texts; `chances` says how likely each degree of a skill is, `distinct` that it meets a text once at most."""

    def __init__(self, texts: int, chances: Mapping[int, float], *, distinct: bool) -> None:
        self.texts, self.chances, self.is_distinct = texts, {degree: chance for degree, chance in chances.items() if chance > 0}, distinct

    @cached_property
    def moves(self) -> list[Move]:
        """All that placing a skill can do."""
        return [Move(*met, self._chance(*met)) for met in self._met()]

    @property
    def size(self) -> int:
        """The number of moves."""
        return sum(1 for _ in self._met())

    def _met(self) -> Iterator[tuple[int, int, int]]:
        most = max(self.chances)
        for first in range(most + 1):
            for filled in range(0 if self.is_distinct else (most - first) // 2, -1, -1):
                for second in range(most - first - 2 * filled + 1):
                    yield first, filled, second

    def _chance(self, first: int, filled: int, second: int) -> Floats:
        """Return the chance of a move, by cloud and ripple."""
        c, r = np.arange(self.texts + 1.0)[:, None], np.arange(self.texts + 1.0)
        empty = np.maximum(self.texts - c - r, 0)
        ways = _choose(empty, first) * _choose(empty - first, filled) * _choose(r, second)
        return ways * sum(chance * self._placed(degree, first, filled, second, c) for degree, chance in self.chances.items())

    def _placed(self, degree: int, first: int, filled: int, second: int, cloud: Floats) -> Floats | float:
        """Return the chance that a skill meets given texts once, more than once and at least once, and else those of the cloud alone."""
        if self.is_distinct:
            rest = degree - first - second
            return _choose(cloud, rest) / comb(self.texts, degree) if rest >= 0 and degree <= self.texts else 0.0
        series = _onto(first, filled, second, degree)
        total = sum(factorial(degree) * value / factorial(rest) * cloud**rest for rest, value in series)
        return total / float(self.texts) ** degree

    def left(self, unknown: Floats) -> Floats:
        """Return the chance that k skills are left, k = 0, 1, ...; unknown[u] is the chance that u skills are not known before."""
        empty = self._without_ripple(len(unknown) - 1)
        left = np.zeros(len(unknown))
        weight = np.full((self.texts + 1, self.texts + 1), float(unknown[-1]))
        for skills in range(len(unknown) - 1, 0, -1):
            left[skills] = empty[skills] @ weight[:, 0]
            weight = self._back(weight, skills) + unknown[skills - 1]
        left[0] = weight[0, 0]
        return left

    def _without_ripple(self, skills: int) -> list[Floats]:
        """Return phi_u(c, 0) for u = 0, ..., skills."""
        law = np.zeros((self.texts + 1, self.texts + 1))
        law[0, 0] = 1
        empty = [law[:, 0]]
        for _ in range(skills):
            law = self._placed_on(law)
            empty.append(law[:, 0].copy())
        return empty

    def _placed_on(self, law: Floats) -> Floats:
        """Return the law of cloud and ripple after one skill more."""
        after = np.zeros_like(law)
        for move in self.moves:
            here, there = _shifted(self.texts, move)
            after[there] += law[here] * move.chance[here]
        return after

    def _back(self, weight: Floats, skills: int) -> Floats:
        """Return g_{u-1} from g_u, u = skills."""
        before = np.zeros_like(weight)
        share = skills / np.maximum(np.arange(self.texts + 1), 1)
        for move in self.moves:
            if move.first:
                here, there = _shifted(self.texts, move)
                before[here] += move.chance[here] * (move.first * share[there[1]]) * weight[there]
        return before


def _shifted(texts: int, move: Move) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return which states a move leads from, and where to."""
    low = max(0, -move.ripple)
    rows, columns = texts + 1 - move.cloud, texts + 1 - abs(move.ripple)
    here = slice(0, rows), slice(low, low + columns)
    there = slice(move.cloud, move.cloud + rows), slice(low + move.ripple, low + move.ripple + columns)
    return here, there


def _choose(counts: Floats, chosen: int) -> Floats:
    """Return binomial coefficients."""
    total = np.ones_like(counts)
    for index in range(chosen):
        total = total * np.maximum(counts - index, 0) / (index + 1)
    return total


def _onto(first: int, filled: int, second: int, degree: int) -> list[tuple[int, float]]:
    """Return (degree - j, [x^j] x^first (e^x - 1 - x)^filled (e^x - 1)^second) for all j up to a degree."""
    series = np.zeros(degree + 1)
    if first <= degree:
        series[first] = 1.0
    inverse = np.array([1 / factorial(j) for j in range(degree + 1)])
    for least, times in ((2, filled), (1, second)):
        for _ in range(times):
            series = np.convolve(series, np.where(np.arange(degree + 1) >= least, inverse, 0))[: degree + 1]
    return [(degree - j, float(value)) for j, value in enumerate(series) if value > 0]
