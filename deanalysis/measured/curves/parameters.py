"""Parameters of curves: their domains, and the coordinates in which they are searched for."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log


@dataclass(frozen=True)
class Parameter:
    """A parameter in [low, high]; `by_logarithm` where log(value - `above`) is the coordinate; a coarse search tries `grid` values.

    `natural` says of each end whether nothing lies beyond it, as of a share at 0 and 1; other ends are those of the search alone.

    >>> Parameter("c", 0.1, 80, 12, True).grid_coordinates()[0] == log(0.1)
    True
    """

    name: str
    low: float
    high: float
    grid: int = 1
    by_logarithm: bool = False
    natural: tuple[bool, bool] = (False, False)
    above: float = 0.0

    def coordinate(self, value: float) -> float:
        """Return the coordinate of a value."""
        return log(value - self.above) if self.by_logarithm else value

    def value(self, coordinate: float) -> float:
        """Return the value at a coordinate, within the domain."""
        return float(min(max(self.above + exp(coordinate) if self.by_logarithm else coordinate, self.low), self.high))

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the largest coordinate."""
        return self.coordinate(self.low), self.coordinate(self.high)

    def grid_coordinates(self) -> list[float]:
        """Return coordinates over the domain, evenly."""
        low, high = self.ends
        return [low + (high - low) * step / max(1, self.grid - 1) for step in range(self.grid)]
