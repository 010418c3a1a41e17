"""E[W e^{-tW}] for popularities of which it is an integral, as splines over log t: curves ask for it thousands of times."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ...balls.numerical.popularity import Floats, log_normal_floats, pareto_floats

SPLINED = {"pareto": pareto_floats, "log_normal": log_normal_floats}
"""The laws whose transforms are splined."""
_FIRST, _BENT, _LAST = -75.0, -6.0, 18.5
"""Log t of the first node, from where nodes are closer, and of the last: at t = e^-75 nothing is learned, whatever the tail."""
_PER_FLAT, _PER_BENT, _GONE = 5, 20, 1e-300
"""Nodes for each factor e, below t = e^-6 and above; a transform is not below 1e-300. Errors are below 1e-7."""
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
    nodes = np.concatenate([np.arange(_FIRST, _BENT, max(1.0, width / 2) / _PER_FLAT), np.arange(_BENT, _LAST + width, width / _PER_BENT)])
    spline = CubicSpline(nodes, np.log(np.maximum(SPLINED[law](shape, 1, np.exp(nodes)), _GONE)))
    return lambda log_t: spline(np.minimum(log_t, nodes[-1]))
