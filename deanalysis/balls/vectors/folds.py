"""Folds of a large monotone system along its letter: q = f(q), v = J v, sum v = 1, proved and known to any number of digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb
from scipy.sparse import coo_array, csr_array, hstack, identity, issparse, vstack

from .intervals import Floats, Interval
from .maps import LargeMap
from .solving import solver
from .zeros import Square, Zero, prove

_STEPS, _ACCURATE = 40, 1e-13
"""Steps of Newton to a fold, at most, and how small the last one is."""

_STALLED, _OUTSIDE = 1e-9, 1e-6
"""A step so small that rounding keeps it from getting smaller; and how far below 0 the entries of v may come, which is rounding, too."""

_POWERS = 200
"""Products by which a Perron vector is guessed: more take longer, and Newton's method makes up for less."""


@dataclass(frozen=True, eq=False)
class Fold:
    """A proved fold: the zero (q, v, p) of its equations."""

    f: LargeMap
    zero: Zero

    @property
    def place(self) -> float:
        """The letter there, nearly."""
        return float(self.zero.point[-1])

    @property
    def state(self) -> Floats:
        """The state there, nearly."""
        return self.zero.point[: self.f.size]

    def balls(self, bits: int) -> tuple[list[arb], arb]:
        """Return the state and the letter to so many bits."""
        known = self.zero.balls(bits)
        return known[: self.f.size], known[-1]


def equations(f: LargeMap) -> Square:
    """Return the equations of folds in the unknowns (q, v, p)."""
    g, n = f.grown, f.size

    def bordered(block: csr_array, along_letter: csr_array) -> csr_array:
        left = identity(2 * n, format="csr") - block
        total = coo_array((np.ones(n), (np.zeros(n, dtype=int), np.arange(n, 2 * n))), shape=(1, 2 * n + 1))
        return csr_array(vstack([hstack([left, along_letter]), total]))

    def column(values: Floats) -> csr_array:
        return csr_array(values[:, None])

    def floats(z: Floats) -> Floats:
        return np.append(z[:-1] - g.floats(z[:-1], float(z[-1])), np.sum(z[n:-1]) - 1)

    def jacobian(z: Floats) -> Any:
        block, along_letter = g.jacobian(z[:-1], float(z[-1])), -g.along_letter(z[:-1], float(z[-1]))
        if issparse(block):
            return bordered(block, column(along_letter))
        total = np.concatenate([np.zeros(n), np.ones(n), [0.0]])
        return np.vstack([np.hstack([np.eye(2 * n) - block, along_letter[:, None]]), total])

    def at(z: Interval) -> Interval:
        values = g.at(z[:-1], z[-1])
        total = sum((z[index] for index in range(n, 2 * n)), Interval.of(-1.0))
        rest = z[:-1] - values
        return Interval(np.append(rest.low, total.low), np.append(rest.high, total.high))

    def slopes(z: Interval) -> tuple[csr_array, csr_array]:
        middle, radius = g.slopes(z[:-1], z[-1])
        along = g.along(z[:-1], np.zeros(2 * n), z[-1], 2, step=1.0)[1]
        width = np.nextafter(np.maximum(along.high - along.middle, along.middle - along.low), np.inf)
        error = csr_array(vstack([hstack([radius, column(width)]), csr_array((1, 2 * n + 1))]))
        return bordered(middle, column(-along.middle)), error

    def balls(z: Sequence[arb]) -> list[arb]:
        values = g.balls(z[:-1], z[-1])
        return [*(side - value for side, value in zip(z[:-1], values, strict=True)), sum(z[n:-1], arb(-1))]

    return Square(floats, jacobian, at, slopes, balls)


def fold_near(f: LargeMap, q: Floats, p: float, v: Floats | None = None) -> Floats | None:
    """Return (q, v, p) of a fold in floats near a state, and a vector if one is given; None where Newton's method does not get there."""
    system = equations(f)
    v = perron_vector(f.jacobian(q, p)) if v is None else v
    z, last = np.concatenate([q, v, [p]]), np.inf
    for _ in range(_STEPS):
        solve = solver(system.jacobian(z))
        if solve is None:
            return None
        step = solve(system.floats(z))
        if not np.all(np.isfinite(step)):
            return None
        z, size = z - step, float(np.max(np.abs(step)))
        if size < _ACCURATE or (size < _STALLED and size >= last / 2):
            return z if np.all(z[f.size : -1] > -_OUTSIDE) and z[-1] > 0 and np.all(np.abs(z[: f.size] - 0.5) < 0.5 + _STALLED) else None
        last = size
    return None


def prove_fold(f: LargeMap, z: Floats) -> Fold | None:
    """Return the fold near (q, v, p), proved to be the only one there; None where the proof fails."""
    scale = np.ones(len(z))
    scale[-1] = abs(z[-1])
    zero = prove(equations(f), z, scale)
    return None if zero is None else Fold(f, zero)


def perron_vector(matrix: Any) -> Floats:
    """Return the Perron vector of a nonnegative matrix, nearly, with sum 1: by repeated products (power iteration)."""
    vector = np.ones(matrix.shape[0])
    for _ in range(_POWERS):
        image = matrix @ vector + 2.0**-40
        vector = image / np.sum(image)
    return vector
