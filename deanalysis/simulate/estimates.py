"""Means with honest intervals, over graphs by Student, of a share by Wilson; and the whole distribution, for what a mean hides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from ..record import Record, Table, named

_LEVEL = 0.975
"""Where a 95 % interval ends."""
CELLS = 1000
_FEWEST, _NARROWEST = 8, 0.05  # graphs, and zeta between them: what two groups are at the least
_CLEAR, _CLEARER = 3.0, 24.0  # standard deviations between groups: fewer tell groups that are closer, and divide more often what is one


@dataclass(frozen=True)
class Estimate(Record):
    """A mean over graphs with its 95 % interval; `low, best, high = estimate` takes it apart."""

    low: float
    best: float = field(metadata=named("mean"))
    high: float

    def __iter__(self) -> Iterator[float]:
        return iter((self.low, self.best, self.high))

    def __getitem__(self, index: int) -> float:
        return (self.low, self.best, self.high)[index]

    def __str__(self) -> str:
        return f"{self.best:.6g} [{self.low:.6g}, {self.high:.6g}]"

    def table(self) -> Table:
        """Return mean and interval."""
        return Table(("mean", "95 % interval"), [(self.best, f"[{self.low:.6g}, {self.high:.6g}]")])


@dataclass(frozen=True)
class Moments(Record):
    """Number, sum and sum of squares of a fraction, or a mean, over graphs; `+` merges.

    >>> (Moments.of(0.25, 8) + Moments.of(0.75, 8)).mean
    0.5
    """

    count: int
    total: float
    squares: float
    units: int

    @classmethod
    def of(cls, value: float, units: int) -> Moments:
        """Return the moments of one graph's fraction, counted over `units` things."""
        return cls(1, value, value * value, units)

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.count + other.count, self.total + other.total, self.squares + other.squares, self.units + other.units)

    @property
    def mean(self) -> float:
        """Mean over graphs."""
        return self.total / self.count

    @property
    def standard_error(self) -> float:
        """Standard error of the mean from the spread between graphs, never below one count in all."""
        spread = max(self.squares - self.total * self.total / self.count, 0.0)
        between = (spread / (self.count - 1) / self.count) ** 0.5 if self.count > 1 else float("inf")
        return max(between, 1 / self.units)

    @property
    def half_width(self) -> float:
        """Half of Student's 95 % interval; one graph alone tells nothing of the spread."""
        from scipy.special import stdtrit

        return float(stdtrit(self.count - 1, _LEVEL)) * self.standard_error if self.count > 1 else 1.0

    def estimate(self, most: float = 1.0) -> Estimate:
        """Return the mean with Student's 95 % interval, within [0, most]."""
        half = self.half_width
        return Estimate(max(0.0, self.mean - half), self.mean, min(most, self.mean + half))


def wilson(events: int, count: int) -> Estimate:
    """Return the share of `count` independent cases in which something happened, with Wilson's 95 % interval (1927).

    (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2))/(1 + z^2/n): right also where p is 0 or 1.

    >>> low, best, high = wilson(0, 20)
    >>> low, best, round(high, 3)
    (0.0, 0.0, 0.161)
    """
    from scipy.special import ndtri

    z, share = float(ndtri(_LEVEL)), events / count
    middle, scale = share + z * z / (2 * count), 1 + z * z / count
    half = z * (share * (1 - share) / count + (z / (2 * count)) ** 2) ** 0.5
    low, high = (middle - half) / scale, (middle + half) / scale
    return Estimate(0.0 if events == 0 else low, share, 1.0 if events == count else high)


Counts = tuple[tuple[int, int], ...]
"""How many graphs have each of some whole numbers, in order."""


def merged(one: Counts, other: Counts) -> Counts:
    """Add up counts.

    >>> merged(((0, 5), (2, 1)), ((0, 1), (1, 1)))
    ((0, 6), (1, 1), (2, 1))
    """
    sums = dict(one)
    for number, graphs in other:
        sums[number] = sums.get(number, 0) + graphs
    return tuple(sorted(sums.items()))


@dataclass(frozen=True)
class Distribution(Record):
    """How many graphs have zeta in each of 1000 equal cells of [0, 1], as sorted (cell, graphs); `+` merges.

    >>> both = Distribution.of(0.1234) + Distribution.of(0.9) + Distribution.of(0.1236)
    >>> both.counts
    ((123, 2), (900, 1))
    >>> both.count_below(0.5)
    2
    """

    counts: Counts

    @classmethod
    def of(cls, value: float) -> Distribution:
        """Return the distribution of one graph."""
        return cls(((min(int(value * CELLS), CELLS - 1), 1),))

    def __add__(self, other: Distribution) -> Distribution:
        return Distribution(merged(self.counts, other.counts))

    @property
    def graphs(self) -> int:
        """Number of graphs."""
        return sum(graphs for _, graphs in self.counts)

    def count_below(self, limit: float) -> int:
        """Return how many graphs lie below a limit, which is rounded to an end of a cell, at least the first's."""
        return sum(graphs for cell, graphs in self.counts if cell < max(1, round(limit * CELLS)))

    def divide(self, narrowest: float = 0.0) -> float | None:
        """Return the middle of the gap between two groups of graphs; None where they are one group.

        They are two where the widest empty stretch is at least 0.05 (and `narrowest`), and more than 3 + 24/K standard deviations within
        the groups of K graphs: a normal distribution is taken for two about once in 100 at the most. Fewer than 8 graphs are never divided.
        """
        pairs = list(pairwise(self.counts))
        if self.graphs < _FEWEST or not pairs:
            return None
        (lower, _), (upper, _) = max(pairs, key=lambda pair: pair[1][0] - pair[0][0])
        gap = (upper - lower - 1) / CELLS
        groups = [[pair for pair in self.counts if (pair[0] <= lower) is below] for below in (True, False)]
        within = (sum(map(_spread, groups)) / (self.graphs - 2)) ** 0.5
        clear = gap >= max(_NARROWEST, narrowest) and gap > (_CLEAR + _CLEARER / self.graphs) * within
        return (lower + upper + 1) / 2 / CELLS if clear else None


def _spread(group: list[tuple[int, int]]) -> float:
    """Return the sum of squared distances from the mean of a group."""
    count = sum(graphs for _, graphs in group)
    mean = sum(cell * graphs for cell, graphs in group) / count
    return sum(graphs * ((cell - mean) / CELLS) ** 2 for cell, graphs in group)
