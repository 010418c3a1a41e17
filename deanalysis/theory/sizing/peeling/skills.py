"""Peeling where skills of any degrees choose their texts uniformly, independently of each other: one skill is learned at a time.

The degrees of skills need not be known: with u skills left, all graphs with a cloud of c and a ripple of r texts come with their own
weights, whichever way peeling took. So the chance pi_u(c, r) that peeling comes through that state is phi_u(c, r) g_u(c, r), where phi_u is
the law of cloud and ripple of u fresh skills. Learning undoes the placing of a skill, chosen with weight i/r where it has i of the ripple
texts, so that with Q the chances to place one skill, which turns i empty texts into ripple texts,

    g_{u-1}(s') = sum_s Q(s', s) (u i/r) g_u(s),    P(u left) = sum_c phi_u(c, 0) g_u(c, 0).

All terms are positive, and sum_u P(u left) = 1 checks the whole. By symmetry the last of u skills has r/u of the ripple texts on average,
so that where r > 0 it may be taken for one that peeling learns,

    phi_u(s) = (u/r) sum_s' i phi_{u-1}(s') Q(s', s),

and both passes need those states alone through which peeling comes, if where it is stuck it goes on by taking away any skill. Boxes that
hold them follow from a system of a quarter of the size: a chance of exp(-m I) on m texts is exp(-m I/4) on m/4. What they leave out can
only lower chances, and is seen at their edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import ceil, comb, exp, factorial, log as logarithm

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import comb as choose

from .boxes import Box, add, holding, multiply, scaled
from .windows import NEGLIGIBLE, Floats

_LEVEL, _MOST_LOST = 1e-20, 1e-17
"""Beyond a box there is less than this share; all rows and columns at the edges of boxes together hold less than this, or boxes widen."""
_MOST_LOG = 300
"""The largest logarithm of a factor; where larger ones are needed, chances do not sum to 1."""
_FACTOR, _SMALL, _ALL = 4, 64, 1e-100
"""A small system has a quarter of the size; of so few skills or texts, or of texts up to 8 times the largest
degree, all states are followed; and at a smaller level than the last one."""
_CLOSER, _MARGIN = 0.3, 4
"""What a small system has beside its rate: with these, edges of boxes are seen to hold 1e-21, of laws with degrees from 1 to 8."""


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

    @cached_property
    def _firsts(self) -> int:
        """How many pairs give no text its first edge."""
        return sum(first == 0 for first, _ in self.pairs)

    @property
    def seconds(self) -> float:
        """About how long one core takes."""
        kinds = len(self.pairs) + self.most + 1
        of_state = 8e-9 * kinds + 4e-10 * len(self.pairs) * (self.most + 1)
        return self.skills * (of_state * _area(self.texts) + 5e-5 * kinds)

    @property
    def numbers(self) -> int:
        """How many numbers are held at once: by pair and by `second`, for each state and each cloud; and all states of a small system."""
        kinds, most = len(self.pairs), self.most + 1
        held = self.skills * _area(self.texts / _FACTOR) / _FACTOR
        return int(2 * (kinds + most) * _area(self.texts) + kinds * most * self.texts + held)

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
            return choose(cloud, rest) / comb(self.texts, degree) if rest >= 0 and degree <= self.texts else 0.0
        series = _onto(first, filled, second, degree)
        total = sum(factorial(degree) * value / factorial(rest) * cloud**rest for rest, value in series)
        return total / float(self.texts) ** degree

    @cached_property
    def _emptied(self) -> list[Floats]:
        """In how many ways empty texts are chosen, and one of those with a first edge, by pair, and by cloud and ripple together."""
        empty = np.maximum(self.texts - np.arange(2.0 * self.texts + 1), 0)
        return [max(first, 1) * choose(empty, first) * choose(np.maximum(empty - first, 0), filled) for first, filled in self.pairs]

    def _ways(self, index: int, box: Box) -> Floats:
        """Return in how many ways empty texts are chosen, by cloud and ripple."""
        return sliding_window_view(self._emptied[index], box.shape[1])[box.cloud + box.ripple :][: box.shape[0]]

    @cached_property
    def _rippled(self) -> list[Floats]:
        """In how many ways ripple texts are chosen, by their number and the ripple."""
        return [choose(np.arange(self.texts + self.most + 1.0), second) for second in range(self.most + 1)]

    def left(self, unknown: Floats, level: float = _LEVEL) -> Floats:
        """Return the chance that k skills are left, k = 0, 1, ...; unknown[u] is the chance that u skills are not known before."""
        starts = unknown[: int(np.flatnonzero(unknown > NEGLIGIBLE)[-1]) + 1]
        boxes = self.boxes(starts, level)
        edges = [(_edges(law, self._cut(box, u)), log) for u, (box, (law, log)) in enumerate(zip(boxes, self._laws(boxes), strict=True))]
        left, lost = np.zeros(len(unknown)), 0.0
        for u, weight, scale in self._weights(boxes, starts, stops=True):
            laws, log = edges[u]
            half = exp(min((scale + log) / 2, _MOST_LOG))
            through = [float((law * half) @ (ways * half)) for law, ways in zip(laws, _edges(weight, self._cut(boxes[u], u)), strict=True)]
            left[u], lost = through[0], lost + sum(through[1:])
        return left if not lost > _MOST_LOST else self.left(unknown, level**2)

    def _cut(self, box: Box, skills: int) -> tuple[bool, bool, bool, bool]:
        """Return whether a box leaves out states with fewer or more texts of the cloud, and with fewer or more of the ripple."""
        reached = self._reached(skills)
        return box.cloud > 0, box.cloud_end < reached.cloud_end, box.ripple > 0, box.ripple_end < reached.ripple_end

    def boxes(self, unknown: Floats, level: float) -> list[Box]:
        """Return boxes that hold all but a small share of the paths of peeling."""
        skills = len(unknown) - 1
        if skills <= _SMALL or self.texts <= max(_SMALL, 2 * _FACTOR * self.most) or level < _ALL:
            return [self._reached(u) for u in range(skills + 1)]
        texts = ceil(self.texts / _FACTOR)
        few = max(1, round(skills * texts / self.texts))
        small = SkillChain(few, texts, self.chances, distinct=self.is_distinct)
        some = np.array([unknown[round(u * skills / few)] for u in range(few + 1)]) ** (1 / _FACTOR)
        held = small.held(some / some.sum(), level ** (1 / _FACTOR) * _CLOSER)
        found = scaled(held, skills, self.texts / texts, _MARGIN, self.texts)
        return [box.meets(self._reached(u)) for u, box in enumerate(found)]

    def _reached(self, skills: int) -> Box:
        """Return the box of all clouds and ripples that so many skills can make."""
        return Box(0, min(self.texts, self.most * skills // 2) + 1, 0, min(self.texts, self.most * skills) + 1)

    def held(self, unknown: Floats, level: float) -> list[Box]:
        """Return boxes of the states through which peeling comes that takes away any skill when it is stuck."""
        boxes = self.boxes(unknown, level)
        laws = [law for law, _ in self._laws(boxes)]
        found = [holding(laws[u] * weight, boxes[u], level) for u, weight, _ in self._weights(boxes, unknown, stops=False)]
        return found[::-1]

    def _laws(self, boxes: Sequence[Box]) -> Iterator[tuple[Floats, float]]:
        """Yield phi_u on the boxes, u = 0, 1, ..., and the logarithm of the factor that was taken out."""
        law, log = np.ones((1, 1)), 0.0
        yield law, log
        for skills in range(1, len(boxes)):
            law = self._after(law, boxes[skills - 1], boxes[skills], skills)
            top = float(law.max())
            law, log = law / top, log + logarithm(top)
            yield law, log

    def _weights(self, boxes: Sequence[Box], unknown: Floats, *, stops: bool) -> Iterator[tuple[int, Floats, float]]:
        """Yield u, g_u on the boxes and the logarithm of its factor, u = n, ..., 0."""
        weight, log = np.zeros(boxes[-1].shape), 0.0
        for skills in range(len(boxes) - 1, -1, -1):
            if unknown[skills] > NEGLIGIBLE:
                new = logarithm(unknown[skills])
                top = max(log, new) if weight.any() else new
                weight, log = weight * exp(min(0.0, log - top)) + exp(new - top), top
            yield skills, weight, log
            if skills:
                weight = self._before(weight, boxes[skills], boxes[skills - 1], skills, stops)
                top = float(weight.max())
                if top > 0:
                    weight, log = weight / top, log + logarithm(top)

    def _between(self, fewer: Box, more: Box) -> Box:
        """Return the box of the states between the two steps."""
        rows = max(fewer.cloud, more.cloud - self.most), min(fewer.cloud_end + self.most, more.cloud_end)
        columns = max(0, fewer.ripple - self.most, more.ripple - self.most), min(fewer.ripple_end, more.ripple_end)
        return Box(rows[0], max(rows), columns[0], max(columns))

    def _after(self, law: Floats, of: Box, to: Box, skills: int) -> Floats:
        """Return phi_u from phi_{u-1}, u = skills."""
        middle, after = self._between(of, to), np.zeros(to.shape)
        rows, columns = middle.shape
        seconds = np.zeros((rows, self.most + 1, columns))
        for second, ways in enumerate(self._rippled):
            hit = ways[middle.ripple + second : middle.ripple_end + second]
            multiply(seconds[:, second], middle, law, of.moved(second, -second), hit)
        linked = self._linked[middle.cloud : middle.cloud_end]
        placed = linked[:, self._firsts :] @ seconds
        for index, (first, filled) in enumerate(self.pairs[self._firsts :]):
            placed[:, index] *= self._ways(index + self._firsts, middle)
            add(after, to, placed[:, index], middle.moved(filled, first))
        after *= skills / np.maximum(np.arange(to.ripple, to.ripple_end), 1)
        if to.ripple == 0:
            after[:, 0] = 0
            edge = middle._replace(ripple_end=1)
            placed = linked[:, : self._firsts] @ seconds[:, :, :1]
            for index, (_, filled) in enumerate(self.pairs[: self._firsts]):
                add(after, to, placed[:, index] * self._ways(index, edge), edge.moved(filled, 0))
        return after

    def _before(self, weight: Floats, of: Box, to: Box, skills: int, stops: bool) -> Floats:
        """Return g_{u-1} from g_u, u = skills."""
        middle, before = self._between(to, of), np.zeros(to.shape)
        rows, columns = middle.shape
        shared = weight * (skills / np.maximum(np.arange(of.ripple, of.ripple_end), 1))
        if of.ripple == 0:
            shared[:, 0] = 0
        firsts = np.zeros((rows, len(self.pairs), columns))
        for index, (first, filled) in enumerate(self.pairs):
            if first:
                multiply(firsts[:, index], middle, shared, of.moved(-filled, -first), self._ways(index, middle))
            elif of.ripple == 0 and not stops:
                edge = middle._replace(ripple_end=1)
                stuck = of._replace(ripple_end=1).moved(-filled, 0)
                multiply(firsts[:, index, :1], edge, weight[:, :1], stuck, self._ways(index, edge))
        skip = self._firsts if stops else 0
        taken = self._linked[middle.cloud : middle.cloud_end, skip:].transpose(0, 2, 1) @ firsts[:, skip:]
        for second, ways in enumerate(self._rippled):
            part = taken[:, second]
            part *= ways[middle.ripple + second : middle.ripple_end + second]
            add(before, to, part, middle.moved(-second, second))
        return before


def _area(texts: float) -> float:
    """Return about how many states a box holds."""
    return min(50 * texts, texts**2 / 2)


def _edges(mass: Floats, cut: tuple[bool, bool, bool, bool]) -> list[Floats]:
    """Return the column without ripple (nothing, where the box has none), and the rows and columns at the edges that cut off others."""
    rows = [mass[place] for place, is_cut in zip((0, -1), cut[:2], strict=True) if is_cut]
    columns = [mass[:, place] for place, is_cut in zip((0, -1), cut[2:], strict=True) if is_cut]
    return [edge.copy() for edge in ((mass[:, :0] if cut[2] else mass[:, :1]).ravel(), *rows, *columns)]


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
