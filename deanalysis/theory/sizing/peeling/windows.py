"""Laws of two numbers, the cloud (texts with two edges left or more) and the ripple (texts with one), on a window that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

NEGLIGIBLE = 1e-28
"""Rows and columns at the edge of a window with less mass than this are left out: a thousand stages then leave out less than 1e-24."""
_SMALLEST = 1e-60
"""Binomial probabilities below this share of the largest are 0: products with numbers close to the least float take ten times as long."""
_DEVIATIONS, _BEYOND = 14, 30
"""A binomial law of mean M has less than NEGLIGIBLE beyond M + 14 M^{1/2} + 30."""


class Window(NamedTuple):
    """mass[i, j] is the chance of a cloud of cloud + i texts and a ripple of ripple + j texts."""

    mass: Floats
    cloud: int
    ripple: int

    @property
    def ripples(self) -> Counts:
        """The sizes of the ripple, by column."""
        return self.ripple + np.arange(self.mass.shape[1])

    @property
    def clouds(self) -> Counts:
        """The sizes of the cloud, by row."""
        return self.cloud + np.arange(self.mass.shape[0])

    def trimmed(self) -> Window:
        """Return the window without the rows and columns at its edge that hold next to nothing."""
        rows, columns = (_kept(self.mass.sum(axis=axis)) for axis in (1, 0))
        return Window(self.mass[rows, columns], self.cloud + rows.start, self.ripple + columns.start)

    def split(self) -> tuple[float, Window]:
        """Return the chance that the ripple is empty, and the law where it is not."""
        if self.ripple > 0 or not self.mass.size:
            return 0.0, self
        return float(self.mass[:, 0].sum()), Window(self.mass[:, 1:], self.cloud, 1).trimmed()

    def plus(self, other: Window, weight: float) -> Window:
        """Return the sum of this law and a weight times another one."""
        cloud, ripple = min(self.cloud, other.cloud), min(self.ripple, other.ripple)
        ends = [(one.cloud + one.mass.shape[0], one.ripple + one.mass.shape[1]) for one in (self, other)]
        total = np.zeros((max(end for end, _ in ends) - cloud, max(end for _, end in ends) - ripple))
        for one, factor in ((self, 1.0), (other, weight)):
            rows, columns = one.cloud - cloud, one.ripple - ripple
            total[rows : rows + one.mass.shape[0], columns : columns + one.mass.shape[1]] += factor * one.mass
        return Window(total, cloud, ripple)


def _kept(sums: Floats) -> slice:
    """Return which rows are kept: those between the least and the largest that hold something, each end cut as far as is negligible."""
    below, above = np.cumsum(sums) <= NEGLIGIBLE, np.cumsum(sums[::-1]) <= NEGLIGIBLE
    start = int(below.sum())
    return slice(start, max(start, len(sums) - int(above.sum())))


def peel(starts: Mapping[int, tuple[float, Window]], learn: Callable[[Window, int], Window]) -> Floats:
    """Return the chance that k skills are left when no text teaches any more, for k = 0, 1, ..., in one pass over all starts.

    Arguments: by the number of skills that are not known at the start, its chance and the law of cloud and ripple; and what learning one
    of so many skills does to that law, on windows whose ripple is not empty.
    """
    most = max(starts)
    left = np.zeros(most + 1)
    _, window = starts[most]
    window = window._replace(mass=0 * window.mass)
    for skills in range(most, 0, -1):
        if skills in starts:
            chance, start = starts[skills]
            window = window.plus(start, chance)
        left[skills], window = window.split()
        window = learn(window, skills) if window.mass.size else window
    left[0] = window.mass.sum() + (starts[0][0] if 0 in starts else 0.0)
    return left


def area(texts: int) -> float:
    """Return about how many states a window holds: 22 standard deviations of either number."""
    return min(100.0 * texts, texts**2 / 2)


def binomial(count: int, chance: float) -> Floats:
    """Return the binomial law.

    >>> binomial(2, 0.5).tolist()
    [0.25, 0.5, 0.25]
    """
    law = np.zeros(count + 1)
    row = binomials(np.array([count]), chance)[0]
    law[: len(row)] = row
    return law


def binomials(counts: Counts, chance: float) -> Floats:
    """Return a row of binomial probabilities for each of some counts, from 0 to where the largest count has next to nothing.

    Logarithms of ratios are added up from 0 and the largest sum is taken off, so that nothing underflows and the error is that of a sum.
    """
    largest = int(counts.max(initial=0))
    mean = largest * min(max(chance, 0.0), 1.0)
    most = min(largest, int(mean + _DEVIATIONS * mean**0.5) + _BEYOND)
    if chance <= 0 or chance >= 1:
        return (np.arange(most + 1) == (counts[:, None] if chance >= 1 else 0 * counts[:, None])).astype(float)
    k = np.arange(1, most + 1)
    with np.errstate(divide="ignore"):
        steps = np.log(np.maximum(counts[:, None] - k + 1, 0) / k) + (np.log(chance) - np.log1p(-chance))
    logs = np.concatenate([np.zeros((len(counts), 1)), np.cumsum(steps, axis=1)], axis=1)
    weights: Floats = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights[weights < _SMALLEST] = 0
    return weights / weights.sum(axis=1, keepdims=True)
