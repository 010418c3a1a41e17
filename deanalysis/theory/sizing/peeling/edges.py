"""Peeling where all skills have K edges and edges choose texts one by one: one edge is removed at a time (Di et al. 2002).

An edge meets a text that has j edges with weight alpha - beta j: beta = 0 where texts are chosen uniformly (Poisson texts), 1 where a text
has alpha places (regular texts), -1 where texts have Gamma(alpha) popularity (negative binomial texts). So a text with j edges has the
weight w_j of F(x) = sum_{j>=2} w_j x^j, (1 + beta x) F' = alpha F + gamma x, gamma = alpha (alpha - beta), and with S(N, c) = [x^N] F^c

    N S(N, c) = (alpha c - beta (N-1)) S(N-1, c) + gamma c S(N-2, c-1),

where the last term over the left side is the chance that an edge of a cloud of N edges in c texts is one of two of its text. Its odds need
gamma S(N-1, c-1)/S(N, c) alone, which follows from N-1 by products and quotients and begins with 2 (alpha - 2 beta) (c-1)/3 at N = 2c.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .windows import Floats, Window, area, peel


class Places(NamedTuple):
    """How edges meet texts: a text with j edges has weight alpha - beta j."""

    alpha: float
    beta: int

    def two_left(self, edges: int, texts: int) -> Floats:
        """Return the chance that an edge of a cloud is one of two of its text, in row N and column c.

        >>> Places(1, 0).two_left(5, 2)[5].tolist()
        [0.0, 0.0, 0.4]
        """
        alpha, beta = self
        c = np.arange(texts + 1)
        at_least = np.maximum(c - 1, 0) * (2 * (alpha - 2 * beta) / 3)
        chance = np.zeros((edges + 1, texts + 1))
        before, factor_before = np.zeros(texts + 1), np.zeros(texts + 1)
        for count in range(2, edges + 1):
            room = np.maximum(alpha * c - beta * (count - 1), 0)
            inside = (2 * c < count) & (room > 0)
            odds = np.divide(c * before, room, out=np.zeros(texts + 1), where=inside)
            factor = room / count * (1 + odds)
            shifted = np.append(0.0, factor_before[:-1])
            before = np.divide(before * shifted, factor, out=np.zeros(texts + 1), where=inside)
            before[2 * c == count], factor_before = at_least[2 * c == count], factor
            chance[count] = np.where(2 * c == count, 1.0, odds / (1 + odds))
        return chance


@dataclass(frozen=True)
class EdgeChain:
    """Peeling of so many skills with `degree` edges each on so many texts."""

    degree: int
    skills: int
    texts: int
    places: Places

    @property
    def seconds(self) -> float:
        """About how long one core takes."""
        return 7e-9 * self.degree * self.skills * area(self.texts)

    @property
    def numbers(self) -> int:
        """How many numbers are held at once."""
        return self.degree * self.skills * self.texts

    @cached_property
    def two_left(self) -> Floats:
        """The chance that an edge of a cloud is one of two of its text."""
        edges = self.degree * self.skills
        return self.places.two_left(edges, min(self.texts, edges // 2))

    def left(self, unknown: Floats) -> Floats:
        """Return the chance that k skills are left, k = 0, 1, ...; unknown[u] is the chance that u skills are not known before."""
        wanted = {skills: float(chance) for skills, chance in enumerate(unknown) if chance > 0}
        starts: dict[int, tuple[float, Window]] = {}
        window = Window(np.ones((1, 1)), 0, 0)
        for skills in range(max(wanted) + 1):
            if skills in wanted:
                starts[skills] = wanted[skills], window
            for edges in range(self.degree * skills, self.degree * (skills + 1)):
                window = self.place(window, edges)
        return peel(starts, self.learn)

    def place(self, window: Window, edges: int) -> Window:
        """Return the law after one edge more than so many."""
        alpha, beta = self.places
        mass, c, r = window.mass, window.clouds[:, None], window.ripples
        total = alpha * self.texts - beta * edges
        if total <= 0:
            return window
        placed = np.zeros((mass.shape[0] + 1, mass.shape[1] + 2))
        placed[:-1, 1:-1] = mass * np.maximum(alpha * c - beta * (edges - r), 0) / total
        placed[:-1, 2:] += mass * (alpha * np.maximum(self.texts - c - r, 0) / total)
        placed[1:, :-2] += mass * ((alpha - beta) * r / total)
        return Window(placed, window.cloud, window.ripple - 1).trimmed()

    def learn(self, window: Window, skills: int) -> Window:
        """Return the law when the skill of one ripple text is learned, of so many that are left."""
        window = window._replace(ripple=window.ripple - 1)
        for edges in range(self.degree * skills - 1, self.degree * (skills - 1), -1):
            window = self.remove(window, edges)
        return window

    def remove(self, window: Window, edges: int) -> Window:
        """Return the law after one of so many edges is removed, each with the same chance."""
        window = Window(window.mass[:, : max(0, edges - window.ripple + 1)], window.cloud, window.ripple)
        mass, r = window.mass, window.ripples
        rows = slice(window.cloud, window.cloud + mass.shape[0])
        two = self.two_left[edges - r, rows].T
        of_cloud = mass * ((edges - r) / edges)
        removed = np.zeros((mass.shape[0] + 1, mass.shape[1] + 2))
        removed[1:, 1:-1] = of_cloud * (1 - two)
        removed[:-1, 2:] += of_cloud * two
        removed[1:, :-2] += mass * (r / edges)
        return Window(removed, window.cloud - 1, window.ripple - 1).trimmed()
