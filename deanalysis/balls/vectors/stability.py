"""Where q = 0 changes stability along the letter of a large monotone system: its Jacobian there has the Perron eigenvalue 1."""

from __future__ import annotations

import numpy as np
from flint import arb
from scipy.optimize import brentq
from scipy.sparse import csr_array

from .folds import equations
from .intervals import Floats, Interval
from .located import locate
from .maps import LargeMap
from .solving import BESIDE, dense
from .zeros import Square, Zero, prove

_MOST_UNKNOWNS = 400
"""Up to which all eigenvalues of a Jacobian are computed, some thirty times."""


def stability_point(f: LargeMap, low: float, high: float) -> Zero | None:
    """Return the zero (v, letter) of v = J(0) v, sum v = 1, between two values of the letter; None where there is none, or 0 is no state.

    The eigenvalue is taken to be monotone between them, as it is where f is monotone in the letter.
    """
    if f.easier is None or f.size > _MOST_UNKNOWNS or not np.all(f.layers.zeros(np.ones(f.size, dtype=bool), f.values)):
        return None

    def excess(p: float) -> float:
        return float(np.max(np.linalg.eigvals(_jacobian(f, p)).real)) - 1

    if not excess(low) * excess(high) < 0:
        return None
    place = float(brentq(excess, low, high, xtol=1e-12, rtol=1e-12))
    vector = _vector(f, place)
    scale = np.append(np.ones(f.size), abs(place))
    return prove(_equations(f), np.append(vector, place), scale)


def _jacobian(f: LargeMap, p: float) -> Floats:
    return dense(f.jacobian(np.zeros(f.size), p))


def _vector(f: LargeMap, p: float) -> Floats:
    values, vectors = np.linalg.eig(_jacobian(f, p))
    vector = np.abs(vectors[:, int(np.argmax(values.real))].real)
    return np.asarray(vector / vector.sum())


def is_binding(f: LargeMap, place: float) -> bool | None:
    """Whether complete learning ends at a stability point, as beside it the largest fixed point is 0; None where that is not proved."""
    at = Interval.of(np.float64(place * (1 + (f.easier or 0) * BESIDE)))
    located = locate(f, at, at)
    if located is None:
        return None
    return not np.any(located.box.low > 0)


def _equations(f: LargeMap) -> Square:
    """Return the equations of folds in the unknowns (v, letter), with q = 0."""
    whole, n = equations(f), f.size
    zero = np.zeros(n)

    def box(z: Interval) -> Interval:
        return Interval(np.append(zero, z.low), np.append(zero, z.high))

    def slopes(z: Interval) -> tuple[csr_array, csr_array]:
        middle, radius = whole.slopes(box(z))
        return csr_array(middle[n:][:, n:]), csr_array(radius[n:][:, n:])

    return Square(
        lambda z: whole.floats(np.append(zero, z))[n:],
        lambda z: dense(whole.jacobian(np.append(zero, z)))[n:, n:],
        lambda z: whole.at(box(z))[n:],
        slopes,
        lambda z: whole.balls([arb(0)] * n + list(z))[n:],
    )
