"""The bits of a semantic code at a state of learning, in balls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, repeat
from operator import mul

import numpy as np
import sympy as sp
from flint import arb, ctx

from ...balls.compiling import ball_of, compile_balls
from ...balls.series import taylor
from ...errors import InputError
from ...model.degrees import DegreeDistribution
from ...model.laws import Zipf
from ...model.popularity import LogNormal, Pareto
from ...model.symbols import x
from ..evolution.thresholds.find import Place
from .equations import SemanticCode

_FIRST_COUNTS, _MOST_COUNTS, _MOST_BY_INTEGRALS = 64, 1 << 18, 128
"""Counts of skills to begin with, doubled while the last ones matter, and at most: what is beyond is bounded. A chance takes a
microsecond; where it is an integral, a hundred times as long, and Pareto's fall too slowly ever to matter no more."""

_SPARE, _LAST = 20, 8
"""Counts no longer matter where the last eight, for single ones may be 0, are 20 bits below the precision."""

_MASS = 1e-18
"""Chance below which a count is not considered for the best mix: floats do not see it beside 1."""


def _chances_at(place: Place, law: DegreeDistribution, count: int) -> list[arb]:
    """Enclose p_0, ..., p_{count-1} of a degree law; those of a law without letters are kept."""
    return _chances(law, count, place.letters, place.balls) if law.letters else _kept_chances(law, count, ctx.prec)


@lru_cache(maxsize=32)
def _kept_chances(law: DegreeDistribution, count: int, precision: int) -> list[arb]:
    return _chances(law, count, (), ())


def _chances(law: DegreeDistribution, count: int, letters: tuple[sp.Symbol, ...], balls: tuple[arb, ...]) -> list[arb]:
    """Enclose the chances from the weights of a law, one by one, or from the series of P."""
    if isinstance(law, Zipf):
        if law.largest is None:
            raise InputError(f"the law {law}", "must have a largest degree here", remedy="give KMAX")
        weigh = compile_balls(law.weight(x), [x, *letters])
        weights = [arb(weigh(arb(degree), *balls)) for degree in range(int(law.least), int(law.largest) + 1)]
        total = sum(weights, arb(0))
        return [arb(0)] * int(law.least) + [weight / total for weight in weights][: max(0, count - int(law.least))]
    if law.support is not None and law.support[1] is not None:
        return list(map(arb, compile_balls(sp.Tuple(*map(law.pmf, range(count))), letters)(*balls)))
    return taylor(compile_balls(law.pgf(x), [x, *letters]), arb(0), count, balls)


@dataclass(frozen=True)
class Rate:
    """The bits of a semantic code of a size, at any place."""

    code: SemanticCode
    cost: sp.Poly
    size: int

    @cached_property
    def _formulas(self) -> tuple[sp.Expr, ...]:
        code = self.code
        return code.known, code.listed, code.understood, code.sent, code.squares, code.lossless(self.cost), code.spared(self.cost)

    def balls(self, place: Place, counts: tuple[int, ...] | None) -> list[arb]:
        """Enclose the numbers of a `Compression`, in the order of their names; `counts` are those sent as sets in the best mix."""
        known, listed, understood, sent, squares, lossless, spared = map(place.value, self._formulas)
        understood, learned, bit = arb(1) if known == 1 else understood, listed * self.size, 1 / arb(2).log()
        uneven, terms = self._uneven(place, known), self._terms(place, known)
        sums, rest = _Sums(terms, known, learned, understood, sent, squares), _times_log(1 - understood)
        flag = (sums.entropy() - rest) * bit
        sets = (sums.sets() - uneven * sent) * bit
        fallback = arb(0) if known == 1 else lossless - spared
        bits = flag + sets + fallback
        weighted = place.value(self.code.weighted) if known > 0 else arb(0)
        offset = (sums.orders() - rest - weighted * sent) * bit + fallback
        best = bits if counts is None else lossless + self._gained(terms, learned, uneven, counts) * bit
        index = (learned.log() - uneven) * bit
        return [understood, bits, lossless / bits, lossless, flag, sets, fallback, learned, index, sent, offset, best]

    def _uneven(self, place: Place, known: arb) -> arb:
        """Enclose by how much less than log N an index takes; where nothing is learned there is none."""
        return place.value(self.code.uneven) if known > 0 else arb(0)

    def _terms(self, place: Place, known: arb) -> list[tuple[arb, arb]]:
        """Enclose p_k and s_k as far as they matter at the current precision."""
        law = self.code.equation.ensemble.texts
        most = _MOST_BY_INTEGRALS if isinstance(law, (LogNormal, Pareto)) else _MOST_COUNTS
        if law.support is not None and law.support[1] is not None:
            most = min(most, law.support[1] + 1)
        count = min(_FIRST_COUNTS, most)
        while True:
            powers = accumulate(repeat(known, count - 1), mul, initial=arb(1))
            terms = [(chance, chance * power) for chance, power in zip(_chances_at(place, law, count), powers, strict=False)]
            small = arb(2) ** -(ctx.prec + _SPARE) / count**2
            if count == most or all(abs(share).upper() < small for _, share in terms[-_LAST:]):
                return terms
            count = min(2 * count, most)

    def _gained(self, terms: list[tuple[arb, arb]], learned: arb, uneven: arb, counts: Sequence[int]) -> arb:
        """Enclose what is added to the lossless cost where texts of some counts alone are sent as sets, in nats."""
        total, met, choices = arb(0), arb(0), _choices(learned, len(terms))
        for count in counts:
            share, cost = terms[count][1], ball_of(self.cost.eval(count)) * arb(2).log()
            total += share * (choices[count] - uneven * count - cost) - _times_log(share)
            met += share
        return total - _times_log(1 - met)

    def best_counts(self, place: Place) -> tuple[int, ...]:
        """Return the counts to send as sets, so that a text takes fewest bits.

        With g_k what a text of k skills would save plus log2 s_k, and phi the share that is sent as sets, the sum of s_k g_k over these
        and (1 - phi) log2(1 - phi) is to be largest. That is convex in the shares sent, so at a best choice no count that is left out has
        a larger g_k than one that is sent (share moved from one to the other would gain): it is enough to compare the first 0, 1, 2, ...
        by falling g_k.
        """
        known, learned = place.value(self.code.known), place.value(self.code.listed) * self.size
        uneven = float(self._uneven(place, known).mid())
        shares = np.array([float(share.mid()) for _, share in self._terms(place, known)])
        counts = np.flatnonzero(shares > _MASS)
        shares = shares[counts]
        choices = _choices(learned, int(counts.max(initial=0)) + 1)
        sets = np.array([float(choices[count].mid()) for count in counts]) - counts * uneven
        costs = np.array([float(self.cost.eval(int(count))) for count in counts])
        gains = costs - (sets - np.log(shares)) / np.log(2)
        order = np.argsort(-gains, kind="stable")
        met = np.concatenate([[0.0], np.cumsum(shares[order])])
        left = np.maximum(1 - met, 1e-300)
        saved = np.concatenate([[0.0], np.cumsum((shares * gains)[order])]) + left * np.log2(left)
        return tuple(sorted(int(count) for count in counts[order[: int(np.argmax(saved))]]))


@dataclass(frozen=True)
class _Sums:
    """Sums over the counts k of understood texts, s_k = p_k p^k, in nats; what is beyond the last term is bounded.

    With S = sum s_k and M = sum k s_k beyond: -sum s_k log s_k <= M + S - S log S (no law of mean M/S has more entropy than a geometric
    one, at most 1 + log(1 + M/S)), 0 <= log binom(N, k) <= k log(N + 1) and log k! <= k^2.
    """

    terms: list[tuple[arb, arb]]
    known: arb
    learned: arb
    understood: arb
    sent: arb
    squares: arb

    @cached_property
    def _beyond(self) -> tuple[arb, arb, arb]:
        """Upper bounds of S, M and sum k^2 s_k beyond the last term."""
        sums = (sum((share * count**power for count, (_, share) in enumerate(self.terms)), arb(0)) for power in range(3))
        left = (whole - part for whole, part in zip((self.understood, self.sent, self.squares), sums, strict=True))
        shares, mean, squares = (arb(max(part.upper(), arb(0))) for part in left)
        return shares, mean, squares

    def _unsure(self) -> arb:
        share, mean, _ = self._beyond
        return mean + share - _times_log(share)

    def entropy(self) -> arb:
        """-sum s_k log s_k."""
        return arb(0).union(self._unsure()) - sum((_times_log(share) for _, share in self.terms), arb(0))

    def sets(self) -> arb:
        """sum s_k log binom(N, k)."""
        choices = _choices(self.learned, len(self.terms))
        total = sum((share * choice for (_, share), choice in zip(self.terms, choices, strict=True)), arb(0))
        return total + arb(0).union(self._beyond[1] * (self.learned + 1).log())

    def orders(self) -> arb:
        """-sum s_k log(p_k k!)."""
        total, orders = arb(0), arb(0)
        for count, (chance, share) in enumerate(self.terms):
            orders += arb(max(count, 1)).log()
            total -= self.known**count * _times_log(chance) + share * orders
        bound = self._unsure() + self._beyond[2]
        return total + (-bound).union(bound)


def _times_log(value: arb) -> arb:
    """Enclose v log v for v in [0, 1]; a ball that reaches below 0 stands for its part in [0, 1]."""
    if value > 0:
        return value * value.log()
    most = arb(value.upper())
    if not most > 0:
        return arb(0)
    lowest = most * most.log() if most < arb("0.36") else -(arb(-1).exp())
    return arb(0).union(lowest)


def _choices(learned: arb, count: int) -> list[arb]:
    """Enclose log binom(N, k) for k = 0, ..., count - 1; where there are no such sets, what the last ones take."""
    lefts = [(learned - (taken - 1), taken) for taken in range(1, count)]
    return list(accumulate(((left / taken).log() if left > 0 else arb(0) for left, taken in lefts), initial=arb(0)))
