"""Linear equations of large systems in floats, whole or sparse, which guess and prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csc_array, eye_array, issparse
from scipy.sparse.linalg import splu

from .intervals import Floats
from .maps import LargeMap

Solve = Callable[[Floats], Floats]


def solver(matrix: Any) -> Solve | None:
    """Return b -> matrix^-1 b in floats; None where the matrix is singular or no number."""
    if not np.all(np.isfinite(matrix.data if issparse(matrix) else matrix)):
        return None
    try:
        if issparse(matrix):
            factors: Solve = splu(csc_array(matrix)).solve
            return factors
        inverse = np.linalg.inv(matrix)
    except (RuntimeError, np.linalg.LinAlgError):
        return None
    return lambda right: inverse @ right


def dense(matrix: Any) -> Floats:
    """Return a matrix as an array, which may be sparse."""
    return np.asarray(matrix.toarray() if issparse(matrix) else matrix)


def excess_of(matrix: Any, mu: float = 1.0) -> Any:
    """Return mu - J."""
    size = matrix.shape[0]
    return mu * eye_array(size, format="csc") - matrix if issparse(matrix) else mu * np.eye(size) - matrix


def excess_at(f: LargeMap, q: Floats, p: float) -> Any:
    """Return 1 - J in floats."""
    return excess_of(f.jacobian(q, p))


BESIDE = 1e-6
"""How far from a stability point states are looked at, relative to the letter: nearer by, they hardly settle."""

_POWERS = 60
"""Products by which a Perron eigenvalue is guessed."""


def radius(matrix: Any) -> float:
    """Return the Perron eigenvalue of a nonnegative matrix, nearly: what a vector grows by in the end."""
    vector, growth = np.ones(matrix.shape[0]), 0.0
    for _ in range(_POWERS):
        image = matrix @ vector + 2.0**-40
        growth = float(np.max(image))
        vector = image / growth
    return growth
