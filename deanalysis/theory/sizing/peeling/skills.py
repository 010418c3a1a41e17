"""Peeling where skills of any degrees choose their texts uniformly, independently of each other: one skill is learned at a time.

The degrees of skills need not be known: with u skills left, all graphs with a cloud of c and a ripple of r texts come with their own
weights, whichever way peeling took. So the chance pi_u(c, r) that peeling comes through that state is phi_u(c, r) g_u(c, r), where phi_u is
the law of cloud and ripple of u fresh skills. Learning undoes the placing of a skill, chosen with weight i/r where it has i of the ripple
texts, so that with Q the chances to place one skill, which turns i empty texts into ripple texts,

    g_{u-1}(s') = sum_s Q(s', s) (u i/r) g_u(s),    P(u left) = sum_c phi_u(c, 0) g_u(c, 0).

All terms are positive, and sum_u P(u left) = 1 checks the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import comb, factorial

import numpy as np

from .windows import Floats


class SkillChain:
    """Peeling of so many skills on so many texts; `chances` are those of their degrees; `distinct`: none meets a text twice.

    Placing a skill gives `first` empty texts one edge, `filled` empty ones more, and `second` ripple ones another. It is done in two steps,
    between which stand laws by `second` and by the pairs (first, filled), linked row by row by a matrix: a product of matrices.
    """

    def __init__(self, skills: int, texts: int, chances: Mapping[int, float], *, distinct: bool) -> None:
        self.skills, self.texts, self.is_distinct = skills, texts, distinct
        self.chances = {degree: chance for degree, chance in chances.items() if chance > 0}
        self.most = max(self.chances)

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """What a skill can do to empty texts: the pairs (first, filled)."""
        return [(i, k) for i in range(self.most + 1) for k in range(0 if self.is_distinct else (self.most - i) // 2, -1, -1)]

    @property
    def seconds(self) -> float:
        """About how long one core takes."""
        return 5e-9 * self.skills * self.numbers

    @property
    def numbers(self) -> int:
        """How many numbers are held at once: by pair and by `second`, for each state."""
        return (len(self.pairs) + self.most + 1) * (self.texts + 1) ** 2

    @cached_property
    def _linked(self) -> Floats:
        """The chance that a skill meets given texts so, and else those of the cloud, by the cloud after it, pair and `second`."""
        linked = np.zeros((self.texts + 1, len(self.pairs), self.most + 1))
        cloud = np.arange(self.texts + 1.0)
        for index, (first, filled) in enumerate(self.pairs):
            for second in range(min(self.most, self.texts) + 1):
                met = sum(chance * self._met(degree, first, filled, second, cloud) for degree, chance in self.chances.items())
                linked[second:, index, second] = (met + 0 * cloud)[: self.texts + 1 - second]
        return linked

    def _met(self, degree: int, first: int, filled: int, second: int, cloud: Floats) -> Floats | float:
        """Return the chance that a skill meets given texts once, more than once and at least once, and else those of the cloud alone."""
        if self.is_distinct:
            rest = degree - first - second
            return _choose(cloud, rest) / comb(self.texts, degree) if rest >= 0 and degree <= self.texts else 0.0
        series = _onto(first, filled, second, degree)
        total = sum(factorial(degree) * value / factorial(rest) * cloud**rest for rest, value in series)
        return total / float(self.texts) ** degree

    @cached_property
    def _emptied(self) -> Floats:
        """In how many ways empty texts are chosen, by pair, cloud and ripple."""
        count = np.arange(self.texts + 1.0)
        empty = np.maximum(self.texts - count[:, None] - count, 0)
        return np.array([_choose(empty, first) * _choose(np.maximum(empty - first, 0), filled) for first, filled in self.pairs])

    @cached_property
    def _rippled(self) -> list[Floats]:
        """In how many ways ripple texts are chosen, by their number and the ripple."""
        return [_choose(np.arange(self.texts + 1.0), second) for second in range(self.most + 1)]

    def left(self, unknown: Floats) -> Floats:
        """Return the chance that k skills are left, k = 0, 1, ...; unknown[u] is the chance that u skills are not known before."""
        empty = self._without_ripple(len(unknown) - 1)
        left = np.zeros(len(unknown))
        weight = np.full((self.texts + 1, self.texts + 1), float(unknown[-1]))
        for skills in range(len(unknown) - 1, 0, -1):
            left[skills] = empty[skills] @ weight[:, 0]
            weight = self._before(weight, skills) + unknown[skills - 1]
        left[0] = weight[0, 0]
        return left

    def _without_ripple(self, skills: int) -> list[Floats]:
        """Return phi_u(c, 0) for u = 0, ..., skills."""
        law = np.zeros((self.texts + 1, self.texts + 1))
        law[0, 0] = 1
        empty = [law[:, 0]]
        for _ in range(skills):
            law = self._after(law)
            empty.append(law[:, 0].copy())
        return empty

    def _after(self, law: Floats) -> Floats:
        """Return the law of cloud and ripple after one skill more."""
        end = self.texts + 1
        seconds = np.zeros((end, self.most + 1, end))
        for second, ways in enumerate(self._rippled[:end]):
            seconds[second:, second, : end - second] = law[: end - second, second:] * ways[second:]
        placed, after = self._linked @ seconds, np.zeros_like(law)
        for index, (first, filled) in enumerate(self.pairs):
            if max(first, filled) < end:
                after[filled:, first:] += (placed[:, index] * self._emptied[index])[: end - filled, : end - first]
        return after

    def _before(self, weight: Floats, skills: int) -> Floats:
        """Return g_{u-1} from g_u, u = skills."""
        end = self.texts + 1
        shared = weight * (skills / np.maximum(np.arange(end), 1))
        firsts = np.zeros((end, len(self.pairs), end))
        for index, (first, filled) in enumerate(self.pairs):
            if first and max(first, filled) < end:
                ways = first * self._emptied[index, : end - filled, : end - first]
                firsts[: end - filled, index, : end - first] = ways * shared[filled:, first:]
        taken, before = self._linked.transpose(0, 2, 1) @ firsts, np.zeros_like(weight)
        for second, ways in enumerate(self._rippled[:end]):
            before[: end - second, second:] += taken[second:, second, : end - second] * ways[second:]
        return before


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
