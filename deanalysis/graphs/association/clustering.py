"""Groups of points by k-means, and how well two divisions into groups agree, with chance removed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Groups = NDArray[np.int64]
"""The group of each thing, 0, 1, ..."""


def adjusted_rand(one: Groups, other: Groups) -> float | None:
    """Return the adjusted Rand index of two divisions of the same things into groups: 1 if they are the same, 0 on average by chance.

    With n_ij things in group i of the one and j of the other, and P(n) = n(n-1)/2 pairs,
    (sum P(n_ij) - E)/((sum P(n_i.) + sum P(n_.j))/2 - E), E = sum P(n_i.) sum P(n_.j)/P(n) (Hubert, Arabie, Journal of Classification
    2, 193, 1985). None where chance leaves nothing: each division is one group, or all groups are single things, in both.

    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])), adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 0]))
    (1.0, 0.0)
    """
    together = np.unique(one * (other.max(initial=0) + 1) + other, return_counts=True)[1]
    both, of_one, of_other = (_pairs(counts) for counts in (together, np.bincount(one), np.bincount(other)))
    every = _pairs(np.array([len(one)]))
    by_chance = of_one * of_other / every if every else 0.0
    room = (of_one + of_other) / 2 - by_chance
    return (both - by_chance) / room if room else None


def _pairs(counts: NDArray[Any]) -> int:
    """Return how many pairs there are within groups of these sizes."""
    return int((counts.astype(np.int64) * (counts.astype(np.int64) - 1) // 2).sum())


def k_means(points: NDArray[np.float64], groups: int, seed: int, starts: int = 10) -> Groups:
    """Divide points by k-means, the best of several starts by k-means++; fewer groups where there are fewer different points.

    >>> k_means(np.array([[0.0], [0.1], [5.0]]), 2, seed=1).tolist() in ([0, 0, 1], [1, 1, 0])
    True
    """
    from scipy.cluster.vq import ClusterError, kmeans2

    count = min(groups, len(np.unique(points, axis=0)))
    rng = np.random.default_rng(seed)
    best, least = np.zeros(len(points), dtype=np.int64), np.inf
    for _ in range(starts if count > 1 else 0):
        try:
            centres, found = kmeans2(points, count, iter=100, minit="++", missing="raise", seed=rng)
        except ClusterError:
            continue
        if (spread := float(((points - centres[found]) ** 2).sum())) < least:
            best, least = found.astype(np.int64), spread
    return best
