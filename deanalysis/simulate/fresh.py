"""Fresh texts, drawn when learning has stopped, which meet skills by popularity: the test of what was learned."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..model.degrees import DegreeDistribution
from .compiled import njit
from .sampling import Popularity, sample_popularity
from .streams import Stream, pick
from .tables import draw_degrees, table_of

__all__ = ["Fresh"]

_MOST_FRESH = 100_000


class Fresh(NamedTuple):
    """How fresh texts of a law meet skills: by popularity, where the skills' are not all 1."""

    texts: DegreeDistribution
    popularity: Popularity | None
    degrees: Stream
    skills: Stream
    rng: np.random.Generator

    def test(self, novel: NDArray[np.uint8], texts: int) -> tuple[int, int]:
        """Draw as many texts as there were, at most 100,000; return how many, and how many of them meet a novel skill."""
        count = min(texts, _MOST_FRESH)
        start, skills = self.draw(len(novel) - 1, count)
        met = np.concatenate([[0], np.cumsum(novel[skills], dtype=np.int64)])
        return count, int((met[start[1:]] > met[start[:-1]]).sum())

    def draw(self, skills: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Draw texts on skills 1, ..., `skills`; return where each begins, and the end, and the skills that they meet, in a row."""
        weights = sample_popularity(self.texts, self.rng, count) if self.texts.is_mixed_poisson else None
        if weights is None:
            drawn = draw_degrees(table_of(self.texts), self.degrees, count)
        else:
            drawn = self.rng.poisson(float(self.texts.mean) * weights)
        start = np.concatenate([[0], np.cumsum(drawn)])
        return start, self._meet(skills, int(start[-1]))

    def _meet(self, skills: int, edges: int) -> NDArray[np.int64]:
        if self.popularity is None:
            return _draw_skills(skills, self.skills, edges)
        cumulative = np.cumsum(self.popularity)
        return 1 + np.searchsorted(cumulative, cumulative[-1] * self.rng.random(edges), side="right").clip(max=skills - 1)


@njit(cache=True)
def _draw_skills(skills: int, stream: Stream, count: int) -> NDArray[np.int64]:
    drawn = np.empty(count, dtype=np.int64)
    for index in range(count):
        drawn[index] = 1 + pick(stream, index, skills)
    return drawn
