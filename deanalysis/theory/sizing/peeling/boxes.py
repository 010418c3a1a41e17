"""Which sizes of cloud and ripple matter at each stage: boxes, and how those of a small system are scaled to a larger one."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import NamedTuple

import numpy as np

from .windows import Floats


class Box(NamedTuple):
    """Clouds from `cloud` and ripples from `ripple` on, up to but without the ends."""

    cloud: int
    cloud_end: int
    ripple: int
    ripple_end: int

    @property
    def shape(self) -> tuple[int, int]:
        """How many clouds and ripples."""
        return max(0, self.cloud_end - self.cloud), max(0, self.ripple_end - self.ripple)

    def moved(self, cloud: int, ripple: int) -> Box:
        """Return the box of larger clouds and ripples."""
        return Box(self.cloud + cloud, self.cloud_end + cloud, self.ripple + ripple, self.ripple_end + ripple)

    def meets(self, other: Box) -> Box:
        """Return what two boxes have in common."""
        starts, ends = (max(self.cloud, other.cloud), max(self.ripple, other.ripple)), (self.cloud_end, self.ripple_end)
        cloud_end, ripple_end = min(ends[0], other.cloud_end), min(ends[1], other.ripple_end)
        return Box(starts[0], max(starts[0], cloud_end), starts[1], max(starts[1], ripple_end))

    def within(self, outer: Box) -> tuple[slice, slice]:
        """Return where this box is in an array of an outer one."""
        rows = slice(self.cloud - outer.cloud, self.cloud_end - outer.cloud)
        return rows, slice(self.ripple - outer.ripple, self.ripple_end - outer.ripple)


def add(total: Floats, box: Box, part: Floats, of: Box) -> None:
    """Add an array on one box to that on another, where they meet."""
    common = box.meets(of)
    total[common.within(box)] += part[common.within(of)]


def multiply(total: Floats, box: Box, part: Floats, of: Box, factors: Floats) -> None:
    """Set an array on one box, where that on another meets it, to their product; `factors` are on the first box, or by its ripple."""
    common = box.meets(of)
    rows, columns = common.within(box)
    np.multiply(part[common.within(of)], factors[..., rows, columns] if factors.ndim == 2 else factors[columns], out=total[rows, columns])


def holding(mass: Floats, box: Box, level: float) -> Box:
    """Return the box without the rows and columns at its edge that hold less than a share of all."""
    (low, high), (left, right) = (_ends(mass.sum(axis=axis), level) for axis in (1, 0))
    return Box(box.cloud + low, box.cloud + high, box.ripple + left, box.ripple + right)


def _ends(sums: Floats, level: float) -> tuple[int, int]:
    cut = level * sums.sum()
    low, high = int((np.cumsum(sums) <= cut).sum()), len(sums) - int((np.cumsum(sums[::-1]) <= cut).sum())
    return (low, high) if low < high else (0, len(sums))


def scaled(boxes: Sequence[Box], skills: int, factor: float, margin: int, texts: int) -> list[Box]:
    """Return boxes of u = 0, ..., skills from those of a system that is smaller by a factor."""
    found = []
    for u in range(skills + 1):
        place = u * (len(boxes) - 1) / skills
        near = boxes[max(0, floor(place) - 1) : ceil(place) + 2]
        low, left = (int(factor * min(getattr(box, name) for box in near)) - margin for name in ("cloud", "ripple"))
        high, right = (ceil(factor * max(getattr(box, name) - 1 for box in near)) + margin + 1 for name in ("cloud_end", "ripple_end"))
        found.append(Box(max(0, low), min(texts + 1, high), 0 if left <= margin else left, min(texts + 1, right)))
    return found
