"""Peeling where texts choose their skills uniformly (Karp, Luby, Shokrollahi, ISIT 2004): one skill is learned at a time.

Texts are independent, whatever their degree law P. With u of n skills left, a text has no edge left with chance f_0(u), one with chance
f_1(u), and at least two otherwise; where a text may choose a skill twice, f_0(u) = P(1 - u/n) and f_1(u) = (u/n) P'(1 - u/n). When a skill
is learned, a text of the cloud keeps one edge, or none, with the chances

    (f_1(u-1) - (1 - 1/u) f_1(u))/(1 - f_0(u) - f_1(u)),   (f_0(u-1) - f_0(u) - f_1(u)/u)/(1 - f_0(u) - f_1(u)),

and another ripple text, whose skill is uniform, goes with it with chance 1/u.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from flint import arb, ctx

from ....balls.bound import Bound
from ....model.degrees import DegreeDistribution
from ....model.symbols import x
from .windows import NEGLIGIBLE, Counts, Floats, Window, area, binomial, binomials, peel

_BITS = 512
"""Of the chances of a text, of which differences are taken: far more than they lose, as none is below (1/n)^2 of a term."""


class Meeting(NamedTuple):
    """What a text meets, by the number u of skills left: the chances that it has no edge left, one edge, and more."""

    none: Floats
    one: Floats
    more: Floats
    to_one: Floats
    """The chance that a text of the cloud keeps one edge when one of u skills is learned."""
    to_none: Floats

    @classmethod
    def of(cls, none: list[arb], one: list[arb]) -> Meeting:
        """Return the chances in floats from f_0 and f_1 at u = 0, ..., n."""
        skills = len(none) - 1
        more = [1 - nothing - single for nothing, single in zip(none, one, strict=True)]
        to_one, to_none = [arb(0)], [arb(0)]
        for u in range(1, skills + 1):
            falls = one[u - 1] - one[u] * (1 - arb(1) / u), none[u - 1] - none[u] - one[u] / u
            for kept, fall in zip((to_one, to_none), falls, strict=True):
                kept.append(fall / more[u] if more[u] > 0 else arb(0))
        return cls(*(np.array([max(0.0, float(value.mid())) for value in part]) for part in (none, one, more, to_one, to_none)))


def repeated(law: DegreeDistribution, skills: int) -> Meeting:
    """Return what a text meets that draws each of its skills from all of them.

    >>> from deanalysis.model.laws import Regular
    >>> repeated(Regular(2), 2).more.tolist()
    [0.0, 0.25, 1.0]
    """
    bound = Bound((x,), {})
    with ctx.workprec(_BITS):
        shares = [arb(u) / skills for u in range(skills + 1)]
        none, slope = ([bound.value(law.derivative(x, order), 1 - share) for share in shares] for order in (0, 1))
        return Meeting.of(none, [share * value for share, value in zip(shares, slope, strict=True)])


def distinct(law: DegreeDistribution, skills: int) -> Meeting:
    """Return what a text meets that draws different skills, by a law of finitely many degrees, none of which exceeds the skills.

    >>> from deanalysis.model.laws import Regular
    >>> distinct(Regular(2), 3).one.round(6).tolist()
    [0.0, 0.666667, 0.666667, 0.0]
    """
    bound = Bound((x,), {})
    with ctx.workprec(_BITS):
        chances = [bound.value(law.pmf(degree), arb(0)) for degree in range(skills + 1)]
        met = [_met(chances, skills, u) for u in range(skills + 1)]
        return Meeting.of([none for none, _ in met], [one for _, one in met])


def _met(chances: list[arb], skills: int, left: int) -> tuple[arb, arb]:
    """Return the chances to meet none and one of the skills left: the draws before miss."""
    miss, none, one = arb(1), arb(0), arb(0)
    for d, chance in enumerate(chances):
        none += chance * miss
        if d < len(chances) - 1 and d < skills:
            one += chances[d + 1] * miss * (d + 1) * left / (skills - d)
            miss *= arb(max(0, skills - left - d)) / (skills - d)
    return none, one


@dataclass(frozen=True)
class TextChain:
    """Peeling of so many texts of a degree law, on so many skills; `distinct` says that a text meets a skill once at most."""

    texts: int
    law: DegreeDistribution
    skills: int
    distinct: bool = False

    @property
    def seconds(self) -> float:
        """About how long one core takes."""
        return 3e-7 * self.skills * area(self.texts)

    @property
    def numbers(self) -> int:
        """How many numbers are held at once."""
        return 2 * (self.texts + 1) ** 2

    @cached_property
    def meeting(self) -> Meeting:
        """What one of the texts meets."""
        return (distinct if self.distinct else repeated)(self.law, self.skills)

    def left(self, unknown: Floats) -> Floats:
        """Return the chance that k skills are left, k = 0, 1, ...; unknown[u] is the chance that u skills are not known before."""
        starts = {u: (float(chance), self.start(u)) for u, chance in enumerate(unknown) if chance > 0}
        return peel(starts, self.learn)

    def start(self, skills: int) -> Window:
        """Return the law of cloud and ripple where so many skills are not known: that of texts drawn independently."""
        more, one, none = (float(part[skills]) for part in (self.meeting.more, self.meeting.one, self.meeting.none))
        of_cloud = binomial(self.texts, more)
        of_ripple = binomials(self.texts - self._counts, one / (one + none) if one + none > 0 else 0.0)
        return Window(of_cloud[:, None] * of_ripple, 0, 0).trimmed()

    @cached_property
    def _counts(self) -> Counts:
        return np.arange(self.texts + 1)

    def learn(self, window: Window, skills: int) -> Window:
        """Return the law when the skill of one ripple text is learned, of so many that are left."""
        to_one, to_none = float(self.meeting.to_one[skills]), float(self.meeting.to_none[skills])
        window = _lost_ripple(window._replace(ripple=window.ripple - 1), 1 / skills).trimmed()
        window = _lost_cloud(window, to_none).trimmed()
        return _moved(window, min(1.0, to_one / (1 - to_none)) if to_none < 1 else 0.0).trimmed()


def _lost_ripple(window: Window, chance: float) -> Window:
    """Return the law when each ripple text goes with a chance."""
    kept, least = _kept(window.ripples, chance)
    return Window(window.mass @ kept, window.cloud, least)


def _lost_cloud(window: Window, chance: float) -> Window:
    """Return the law when each text of the cloud goes with a chance."""
    if chance == 0:
        return window
    kept, least = _kept(window.clouds, chance)
    return Window(kept.T @ window.mass, least, window.ripple)


def _kept(counts: Counts, chance: float) -> tuple[Floats, int]:
    """Return the chances that of so many texts (rows) so many (columns) are kept, where each goes with a chance, and the least kept."""
    gone = binomials(counts, chance)
    kept = counts[:, None] - np.arange(gone.shape[1])
    least, possible = max(0, int(kept.min())), kept >= 0
    law = np.zeros((len(counts), int(counts.max()) - least + 1))
    law[np.nonzero(possible)[0], kept[possible] - least] = gone[possible]
    return law, least


def _moved(window: Window, chance: float) -> Window:
    """Return the law when each text of the cloud becomes a ripple text with a chance."""
    law = binomials(window.clouds, chance)
    most = int(np.flatnonzero(law.max(axis=0) > NEGLIGIBLE / 1e4)[-1])
    rows, columns = window.mass.shape
    moved = np.zeros((rows + most, columns + most))
    for count in range(most + 1):
        moved[most - count : most - count + rows, count : count + columns] += law[:, count, None] * window.mass
    low = max(0, most - window.cloud)
    return Window(moved[low:], window.cloud - most + low, window.ripple)
