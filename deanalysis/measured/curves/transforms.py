"""E[W e^{-tW}] for popularities of which it is an integral, as splines over log t: curves ask for it thousands of times."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ...balls.numerical.popularity import Floats, log_normal_floats, pareto_floats

SPLINED = {"pareto": pareto_floats, "log_normal": log_normal_floats}
"""The laws whose transforms are splined."""
_FIRST, _LAST = -75.0, {"pareto": 10.5, "log_normal": 18.5}
"""Log t of the first node, where nothing is learned, whatever the tail, and of the last: Pareto's transforms are below 1e-300 there."""
_PARTS, _GONE = ((-40.0, 1.0), (-6.0, 0.2), (np.inf, 0.05)), 1e-300
"""Up to which log t nodes lie so far apart; a transform is not below 1e-300. Errors are below 1e-7."""
_KEPT = 512


@lru_cache(maxsize=_KEPT)
def log_transform(law: str, shape: float) -> Callable[[Floats], Floats]:
    """Return log E[W e^{-tW}] of log t, for popularities of a law of mean 1, as a cubic spline.

    Along log t it is e^{-t} smoothed by the law of log W, so that nodes may lie apart in proportion to the sigma of a log-normal law.

    >>> float(np.exp(log_transform("pareto", 3.0)(np.array([0.0])))[0]).__round__(6)
    0.34821
    """
    from scipy.interpolate import CubicSpline

    width = max(1.0, shape) if law == "log_normal" else 1.0
    nodes, first = np.empty(0), _FIRST
    for last, apart in _PARTS:
        wide = max(apart, min(width * apart, 0.2))
        nodes = np.concatenate([nodes, np.arange(first, min(last, _LAST[law] + wide), wide)])
        first = float(nodes[-1]) + wide
    spline = CubicSpline(nodes, np.log(np.maximum(SPLINED[law](shape, 1, np.exp(nodes)), _GONE)))
    return lambda log_t: spline(np.minimum(log_t, nodes[-1]))
