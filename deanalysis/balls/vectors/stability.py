"""Where q = 0 changes stability along the letter of a large monotone system: its Jacobian there has the Perron eigenvalue 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb
from scipy.optimize import brentq
from scipy.sparse import csr_array, hstack, identity, issparse, vstack

from .intervals import Floats, Interval
from .located import locate
from .maps import LargeMap
from .solving import BESIDE
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
    matrix = f.jacobian(np.zeros(f.size), p)
    return np.asarray(matrix.toarray() if issparse(matrix) else matrix)


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
    """Return the equations in the unknowns (v, letter)."""
    g, n = f.grown, f.size
    zero = np.zeros(n)

    def whole(v: Interval) -> Interval:
        return Interval(np.concatenate([zero, v.low]), np.concatenate([zero, v.high]))

    def bordered(block: csr_array, along_letter: Floats) -> csr_array:
        left = hstack([identity(n, format="csr") - block, csr_array(-along_letter[:, None])])
        return csr_array(vstack([left, csr_array(np.append(np.ones(n), 0.0)[None, :])]))

    def floats(z: Floats) -> Floats:
        image = g.floats(np.concatenate([zero, z[:-1]]), float(z[-1]))[n:]
        return np.append(z[:-1] - image, np.sum(z[:-1]) - 1)

    def jacobian(z: Floats) -> csr_array:
        point = np.concatenate([zero, z[:-1]])
        block = csr_array(g.jacobian(point, float(z[-1])))[n:][:, n:]
        return bordered(block, g.along_letter(point, float(z[-1]))[n:])

    def at(z: Interval) -> Interval:
        rest = z[:-1] - g.at(whole(z[:-1]), z[-1])[n:]
        total = sum((z[index] for index in range(n)), Interval.of(-1.0))
        return Interval(np.append(rest.low, total.low), np.append(rest.high, total.high))

    def slopes(z: Interval) -> tuple[csr_array, csr_array]:
        middle, radii = g.slopes(whole(z[:-1]), z[-1])
        along = g.along(whole(z[:-1]), np.zeros(2 * n), z[-1], 2, step=1.0)[1][n:]
        width = np.nextafter(np.maximum(along.high - along.middle, along.middle - along.low), np.inf)
        error = vstack([hstack([radii[n:][:, n:], csr_array(width[:, None])]), csr_array((1, n + 1))])
        return bordered(middle[n:][:, n:], along.middle), csr_array(error)

    def balls(z: Sequence[arb]) -> list[arb]:
        image = g.balls([arb(0)] * n + list(z[:-1]), z[-1])[n:]
        return [*(side - value for side, value in zip(z[:-1], image, strict=True)), sum(z[:-1], arb(-1))]

    return Square(floats, jacobian, at, slopes, balls)
