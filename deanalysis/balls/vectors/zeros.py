"""A zero of a large system near a point, proved in floats, and then known to any number of digits.

With Y near the inverse Jacobian at a point m, let |1 - Y DG| <= k < 1 over the box of all points within r of m, and
|Y G(m)| <= (1 - k) r. Then z - Y G(z) maps the box into itself and contracts there, so that it holds exactly one zero of G, within
|Y G(m)|/(1 - k) of m (Krawczyk; Rump, Acta Numerica 19, 2010). The norm is the largest entry over its scale. As k holds all over the
box, more digits take no more than values of G, in balls, at points nearer by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from flint import arb, ctx, fmpz
from scipy.sparse import csr_array

from .intervals import Floats, Interval
from .solving import dense

_MOST_UNKNOWNS = 3000
"""Up to this size an inverse is computed: it takes seconds, and its matrix 70 MB."""

_RADII = (1e-7, 1e-9, 1e-11, 1e-12)
"""Radii that are tried, relative to the scale."""

_LARGEST_FACTOR = 0.5
"""Of a contraction: each step in balls then gains a bit at least; near a regular zero it gains 20 or more."""

_EPS = float(np.finfo(float).eps)


class Square(NamedTuple):
    """As many equations G(z) = 0 as unknowns: values and Jacobians in floats, in intervals (middles and radii), and values in balls."""

    floats: Callable[[Floats], Floats]
    jacobian: Callable[[Floats], Any]
    at: Callable[[Interval], Interval]
    slopes: Callable[[Interval], tuple[csr_array, csr_array]]
    balls: Callable[[Sequence[arb]], list[arb]]


@dataclass(frozen=True, eq=False)
class Zero:
    """The only zero of a system in a box around a point near it, with the inverse Y and the factor k of the contraction there."""

    system: Square
    point: Floats
    inverse: Floats
    factor: float
    scale: Floats

    def balls(self, bits: int) -> list[arb]:
        """Return the zero to so many bits, relative to its scale."""
        with ctx.workprec(bits + 40):
            point, last = [arb(float(value)) for value in self.point], None
            while True:
                values = self.system.balls(point)
                error = self._error(values)
                if error < arb(2) ** -bits or (last is not None and not error < last / 2):
                    return [value + arb(0, (error * float(size)).upper()) for value, size in zip(point, self.scale, strict=True)]
                point, last = [arb((value - step).mid()) for value, step in zip(point, self._step(values), strict=True)], error

    def _step(self, values: Sequence[arb]) -> list[arb]:
        """Return Y G, nearly."""
        exponent = _exponent(values)
        unit = arb(2) ** exponent
        step = self.inverse @ np.array([float((value / unit).mid()) for value in values])
        return [arb(float(entry)) * unit for entry in step]

    def _error(self, values: Sequence[arb]) -> arb:
        """Bound |Y G|/(1 - k)."""
        unit = arb(2) ** _exponent(values)
        sizes = np.array([float(abs(value / unit).upper()) * (1 + _EPS) for value in values])
        bound = float(np.max(np.abs(self.inverse) @ sizes / self.scale)) * (1 + 4 * len(sizes) * _EPS)
        return arb(bound * (1 + _EPS)) * unit / (1 - arb(self.factor))


def _exponent(values: Sequence[arb]) -> fmpz:
    """Return a power of two near the largest of some numbers."""
    largest = max((abs(value).upper() for value in values), default=arb(0))
    return fmpz(0) if largest == 0 else largest.mid().man_exp()[1] + largest.mid().man_exp()[0].bit_length()


def prove(system: Square, point: Floats, scale: Floats) -> Zero | None:
    """Return the only zero near a point that is nearly one; None where that is not proved."""
    if len(point) > _MOST_UNKNOWNS:
        return None
    try:
        inverse: Floats = np.asarray(np.linalg.inv(dense(system.jacobian(point))), dtype=float)
    except np.linalg.LinAlgError:
        return None
    if not np.all(np.isfinite(inverse)):
        return None
    values = system.at(Interval.of(point))
    residual = np.max(np.abs(inverse) @ np.maximum(np.abs(values.low), np.abs(values.high)) / scale) * (1 + 4 * len(point) * _EPS)
    for radius in _RADII:
        around = Interval(point - radius * scale, point + radius * scale)
        factor = _factor(inverse, system.slopes(around), scale)
        if factor < _LARGEST_FACTOR and residual < (1 - factor) * radius / 2:
            return Zero(system, point, inverse, factor, scale)
    return None


def _factor(inverse: Floats, slopes: tuple[csr_array, csr_array], scale: Floats) -> float:
    """Bound |1 - Y D| over a matrix of intervals in the norm of the scale."""
    middle, radius = slopes
    size = len(inverse)
    rows = np.abs(np.eye(size) - inverse @ middle)
    rounding = (size + 3) * _EPS * (np.abs(inverse) @ abs(middle) + np.eye(size))
    bound = (rows + rounding + np.abs(inverse) @ radius) @ scale / scale
    factor = float(np.max(bound)) * (1 + 8 * size * _EPS)
    return factor if np.isfinite(factor) else np.inf
