"""The whole distribution of zeta over graphs: near a threshold some graphs emerge and some do not, and a mean describes neither."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ..record import Record

__all__ = ["Distribution"]

_CELLS = 1000
_FEWEST, _NARROWEST = 8, 0.05
_CLEAR, _CLEARER = 3.0, 24.0


@dataclass(frozen=True)
class Distribution(Record):
    """How many graphs have zeta in each of 1000 equal cells of [0, 1], as sorted (cell, graphs); `+` merges.

    >>> both = Distribution.of(0.1234) + Distribution.of(0.9) + Distribution.of(0.1236)
    >>> both.counts
    ((123, 2), (900, 1))
    >>> both.count_below(0.5)
    2
    """

    counts: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, value: float) -> Distribution:
        """Return the distribution of one graph."""
        return cls(((min(int(value * _CELLS), _CELLS - 1), 1),))

    def __add__(self, other: Distribution) -> Distribution:
        sums = dict(self.counts)
        for cell, graphs in other.counts:
            sums[cell] = sums.get(cell, 0) + graphs
        return Distribution(tuple(sorted(sums.items())))

    @property
    def graphs(self) -> int:
        """Number of graphs."""
        return sum(graphs for _, graphs in self.counts)

    def cells(self) -> list[tuple[float, int]]:
        """Return the lower ends of the cells and how many graphs each has."""
        return [(cell / _CELLS, graphs) for cell, graphs in self.counts]

    def count_below(self, limit: float) -> int:
        """Return how many graphs lie below a limit, which is rounded to an end of a cell, at least the first's."""
        return sum(graphs for cell, graphs in self.counts if cell < max(1, round(limit * _CELLS)))

    def divide(self, narrowest: float = 0.0) -> float | None:
        """Return the middle of the gap between two groups of graphs; None where they are one group.

        They are two where the widest empty stretch is at least 0.05 (and `narrowest`), and more than 3 + 24/K standard deviations within
        the groups of K graphs: a normal distribution is taken for two about once in 100 at the most. Fewer than 8 graphs are never divided.
        """
        pairs = list(pairwise(self.counts))
        if self.graphs < _FEWEST or not pairs:
            return None
        (lower, _), (upper, _) = max(pairs, key=lambda pair: pair[1][0] - pair[0][0])
        gap = (upper - lower - 1) / _CELLS
        groups = [[pair for pair in self.counts if (pair[0] <= lower) is below] for below in (True, False)]
        within = (sum(map(_spread, groups)) / (self.graphs - 2)) ** 0.5
        clear = gap >= max(_NARROWEST, narrowest) and gap > (_CLEAR + _CLEARER / self.graphs) * within
        return (lower + upper + 1) / 2 / _CELLS if clear else None


def _spread(group: list[tuple[int, int]]) -> float:
    """Return the sum of squared distances from the mean of a group."""
    count = sum(graphs for _, graphs in group)
    mean = sum(cell * graphs for cell, graphs in group) / count
    return sum(graphs * ((cell - mean) / _CELLS) ** 2 for cell, graphs in group)
