"""Density evolution on a graph in which no text meets a skill twice though some skills are in a share of all texts: in floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.stats import binom

from ...model.learners import Learner

_MOST_HUBS = 100
"""Skills that are looked at one by one: of 30 to 100 in texts of a language, less than a thousandth of what is learned depends on more."""
_CLOSE, _CLOSER, _ROUNDS = 1e-7, 1e-10, 20_000
"""What an iteration for fugacities, or for the state, may change when it ends, as a part of the whole; and how many there are at most."""
_LONGEST_TEXT, _MOST_NOVEL = 2000, 16
"""Skills of a text, and novel ones among those that a text teaches at once: the work grows with both."""
_FITS = 300
"""Iterations for fugacities at most: in texts of a language 20 to 60; that of a skill in all texts grows without end."""
_VANISHED = 1e-12
"""Hubs that are novel with less than this chance are known: they are put together, so that rounds take less time."""

Floats = NDArray[np.float64]
Series = NDArray[np.longdouble]
"""Coefficients of a series: those of long texts are beyond the range of 64 bits."""


class DistinctState(NamedTuple):
    """The shares of skills learned, known ones included, and of texts understood."""

    learned: float
    understood: float


@dataclass(frozen=True)
class DistinctEvolution:
    """Learning on a random graph of given degrees without repeated edges.

    The configuration model, which density evolution describes, lets a text meet a skill twice. As a graph grows that is rare, unless
    degrees grow with it: a word that is in every third sentence stays so. Let h be such a *hub*. In a uniform graph without repeated
    edges, a text of degree j holds the set A of hubs with probability proportional to 1/(j - |A|)! times the product of y_h over A: the
    coefficient of t^j in

        E(t) = exp(t (1 - q + u q)) prod_h (1 + y_h t (1 - q_h + u q_h)),

    all other skills together counting as 1. Here u marks novel skills, and y_h is such that h is in as many texts as it is. T of a hub
    omits its own factor, T of the others is that of E. Learning stops at the largest fixed point of q_h = eps_h (1 - T_h)^(d_h - 1)
    and q = sum_d d n_d eps_d (1 - T)^(d-1)/sum_d d n_d over the others' degrees d. Without hubs that is density evolution (section 10).

    A hub is a skill that the configuration model would let meet a text twice at least once: d^2 sum_j m_j j (j-1) >= 2 E^2.

    Arguments: how many texts and skills have each degree, and the learner.
    """

    texts: Mapping[int, int]
    skills: Mapping[int, int]
    learner: Learner

    @property
    def is_small(self) -> bool:
        """Whether texts are short enough, and teach few enough skills at once."""
        return max(self.texts) <= _LONGEST_TEXT and self._reach <= _MOST_NOVEL

    @cached_property
    def _reach(self) -> int:
        reach = self.learner.reach
        return max(self.texts) if reach is None else min(reach, max(self.texts))

    @cached_property
    def _chances(self) -> Floats:
        """a_0, a_1, ... as far as they matter."""
        return np.array([float(chance) for chance in self.learner.probabilities(max(1, self._reach))])

    @cached_property
    def hubs(self) -> Floats:
        """The degrees of the hubs, the largest first, one entry each."""
        edges = sum(degree * count for degree, count in self.texts.items())
        pairs = sum(degree * (degree - 1) * count for degree, count in self.texts.items())
        common = [(degree, count) for degree, count in sorted(self.skills.items(), reverse=True) if degree**2 * pairs >= 2 * edges**2]
        degrees = [degree for degree, count in common for _ in range(min(count, _MOST_HUBS))]
        return np.array(degrees[:_MOST_HUBS], dtype=float)

    @cached_property
    def _others(self) -> Floats:
        """The degrees of the other skills, and how many have each."""
        left = dict(self.skills)
        for degree in self.hubs:
            left[int(degree)] -= 1
        return np.array([(degree, count) for degree, count in sorted(left.items()) if count], dtype=float).reshape(-1, 2).T

    @cached_property
    def _edges(self) -> float:
        """The edges of the other skills; at least one, so that there is something to divide by."""
        degrees, counts = self._others
        return max(float(degrees @ counts), 1.0)

    @cached_property
    def _texts(self) -> tuple[NDArray[np.int64], Floats]:
        """Degrees of the texts, and how many have each."""
        degrees, counts = np.array(sorted(self.texts.items())).T
        return degrees, counts.astype(float)

    @cached_property
    def _fugacities(self) -> Floats:
        """y of each hub: so that the texts in which it is expected are as many as its degree."""
        fugacities, known = self.hubs / self._edges, np.zeros(len(self.hubs))
        for _ in range(_FITS):
            product = _Product.of(self._alone(0.0, 0), fugacities, known)
            met = fugacities * product.sums_without(self._per_weight(product.whole[0])[None])
            fugacities, before = fugacities * self.hubs / met, fugacities
            if np.all(np.abs(fugacities - before) <= _CLOSE * before):
                break
        return fugacities

    @cached_property
    def _functional(self) -> Series:
        """m_j j a_k/weight_j by k and j - 1: times the coefficients of a series, the number of texts that are expected to teach."""
        return np.append(self._chances, 0.0)[:, None] * self._per_weight(self._weights)

    @cached_property
    def _weights(self) -> Series:
        """j! [t^j] E(t) where nothing is novel, by j: how many ways there are to make up a text."""
        return _Product.of(self._alone(0.0, 0), self._fugacities, np.zeros(len(self.hubs))).whole[0]

    def _per_weight(self, weights: Series) -> Series:
        """Return m_j j/weight_j by j - 1."""
        degrees, counts = (values[self._texts[0] > 0] for values in self._texts)
        shares = np.zeros(len(weights), dtype=np.longdouble)
        shares[degrees - 1] = counts * degrees / weights[degrees]
        return shares

    def _alone(self, novel: float, most: int) -> Series:
        """Return j! [t^j u^k] exp(t (1 - q + u q)) = C(j, k) q^k (1 - q)^(j - k) by k = 0, ..., `most` and j; 1 if all skills are hubs."""
        degree = np.arange(max(self.texts) + 1)
        series = binom.pmf(np.arange(most + 1)[:, None], degree, novel).astype(np.longdouble)
        if not self._others.any():
            series[:, degree > 0] = 0
        return series

    def state(self, known: Mapping[int, float]) -> DistinctState:
        """Return where learning stops, from above, where a share of the skills of each degree is known before."""
        degrees, counts = self._others
        counts = counts * self._unknown(degrees, known)
        before = self._unknown(self.hubs, known)
        novel, hubs = float(degrees @ counts) / self._edges, before
        active, settled = np.ones(len(hubs), dtype=bool), _ways(self._fugacities[:0], len(self._weights))
        hubs_untaught = np.zeros(len(hubs))
        for _ in range(_ROUNDS):
            if 2 * (hubs[active] > _VANISHED).sum() <= active.sum() > 0:
                active = hubs > _VANISHED
                settled = _ways(self._fugacities[~active], len(self._weights))
            series = _filled(self._alone(novel, len(self._chances)), settled)
            product = _Product.of(series, self._fugacities[active], hubs[active])
            untaught = np.clip(1 - float((product.whole * self._functional).sum()) / self._edges, 0, 1)
            taught = self._fugacities[active] * product.sums_without(self._functional) / self.hubs[active]
            hubs_untaught[active] = np.clip(1 - taught, 0, 1)
            hubs_untaught[~active] = 0
            last, last_hubs = novel, hubs
            novel = float(degrees @ (counts * untaught ** np.maximum(degrees - 1, 0))) / self._edges
            hubs = before * hubs_untaught ** (self.hubs - 1)
            if abs(novel - last) <= _CLOSER * last and np.all(np.abs(hubs - last_hubs) <= _CLOSER):
                break
        still = float(counts @ untaught**degrees) + float(before @ hubs_untaught**self.hubs)
        lengths, texts = self._texts
        understood = (np.append(1.0, self._chances) @ product.whole)[lengths] / self._weights[lengths]
        shares = 1 - still / sum(self.skills.values()), float((texts * understood).sum() / texts.sum())
        return DistinctState(*(min(max(share, 0.0), 1.0) for share in shares))

    def _unknown(self, degrees: Floats, known: Mapping[int, float]) -> Floats:
        """Return the share of the skills of each of some degrees that is unknown before."""
        return np.array([1 - float(known.get(int(degree), 0)) for degree in degrees])


def _ways(fugacities: Floats, length: int) -> Series:
    """Return j!/(j - a)! [t^a] prod_h (1 + y_h t) by a and j: the ways in which a text of degree j has a of some known hubs."""
    symmetric = np.ones(1, dtype=np.longdouble)
    for fugacity in fugacities:
        symmetric = np.append(symmetric, 0) + np.append(0, symmetric * fugacity)
    falling = np.ones((len(symmetric), length), dtype=np.longdouble)
    for taken in range(1, len(symmetric)):
        falling[taken] = falling[taken - 1] * np.maximum(np.arange(length) - taken + 1, 0)
    return symmetric[:, None] * falling


def _filled(series: Series, ways: Series) -> Series:
    """Multiply a series by the product of the factors of known hubs."""
    padded = np.pad(series, ((0, 0), (len(ways) - 1, 0)))
    return np.einsum("kja,aj->kj", sliding_window_view(padded, len(ways), axis=1)[:, :, ::-1], ways)


class _Product(NamedTuple):
    """A series times 1 + t (known + u novel) for each hub, with the products before each factor."""

    factors: list[tuple[float, float]]
    before: list[Series]
    whole: Series

    @classmethod
    def of(cls, series: Series, fugacities: Floats, novel: Floats) -> _Product:
        """Multiply in all factors, of hubs by their fugacities and how novel each is."""
        factors = list(zip(fugacities * (1 - novel), fugacities * novel, strict=True))
        products = [series]
        degree = np.arange(1, series.shape[1])
        for known, new in factors:
            moved = known * products[-1][:, :-1]
            moved[1:] += new * products[-1][:-1, :-1]
            products.append(products[-1].copy())
            products[-1][:, 1:] += degree * moved
        return cls(factors, products[:-1], products[-1])

    def sums_without(self, functional: Series) -> Floats:
        """Return the sum of `functional` times the coefficients of the product without each factor.

        Factors are moved from the product to the functional, one after another: that takes as long as the product, and no division, which
        would be unstable.
        """
        sums, moving, degree = np.zeros(len(self.factors)), functional.copy(), np.arange(1, functional.shape[1])
        for number in range(len(self.factors) - 1, -1, -1):
            sums[number] = float((self.before[number] * moving).sum())
            known, new = self.factors[number]
            moved = known * moving[:, 1:]
            moved[:-1] += new * moving[1:, 1:]
            moving[:, :-1] += degree * moved
        return sums
