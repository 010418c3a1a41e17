"""A large system q = f(q) in layers of formulas, each of which holds for many entries: what is evaluated at once, in arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, eye_array, vstack

from ..numerical.jets import Jet
from .formulas import Layer, Where
from .intervals import Floats, Interval
from .kinds import FLOAT_KIND, INTERVAL_KIND, Kind

_EPS = float(np.finfo(float).eps)
_LEAST = 1e-150
"""Radii of entries at least, whose square floats still hold."""

DENSE = 200
"""Unknowns up to which Jacobians are whole arrays: for more, most entries are 0, and what they take grows with the square."""


@dataclass(frozen=True, eq=False)
class Layers:
    """f of `unknowns` many q in layers: entries are numbered from the unknowns on, then one that is 0, then those of each layer.

    The values of f are the entries numbered `result`. They are probabilities: what leaves [0, 1] by rounding is cut off, unless `is_free`.
    """

    unknowns: int
    layers: tuple[Layer, ...]
    result: Where
    is_free: bool = False

    def values(self, kind: Kind, q: Any, zero: Any, letters: Mapping[sp.Symbol, Any]) -> Any:
        """Return f(q)."""
        return kind.take(self.pool(kind, q, zero, letters), self.result)

    def _layer(self, kind: Kind, layer: Layer, entries: Any, letters: Mapping[sp.Symbol, Any]) -> Any:
        value = layer.of(kind, entries, letters)
        if isinstance(entries, Jet) and not isinstance(value, Jet):
            value = Jet((value, *[value * 0] * (len(entries.coefficients) - 1)))
        return value

    def pool(self, kind: Kind, q: Any, zero: Any, letters: Mapping[sp.Symbol, Any]) -> Any:
        """Return all entries."""
        entries = kind.join([q, zero])
        for layer in self.layers:
            entries = kind.join([entries, self._layer(kind, layer, entries, letters)])
        return entries

    def zeros(self, zero: NDArray[np.bool_], values: Mapping[sp.Symbol, sp.Expr]) -> NDArray[np.bool_]:
        """Return which results are exactly 0 where some unknowns are, by their formulas; arithmetic may show only that they are small."""
        entries: dict[int, sp.Expr] = {int(index): sp.S.Zero for index in (*np.flatnonzero(zero), self.unknowns)}
        first = self.unknowns + 1
        for layer in self.layers:
            exact = (
                layer.exact(tuple(entries.get(int(row)) for row in column), number, values) for number, column in enumerate(layer.where.T)
            )
            entries |= {first + number: value for number, value in enumerate(exact) if value is not None}
            first += layer.count
        return np.array([entries.get(int(place)) == 0 for place in self.result])

    @cached_property
    def grown(self) -> Layers:
        """The layers of (f, J w) in the 2n unknowns (q, w), J = df/dq."""
        n = self.unknowns
        value = np.concatenate([np.arange(n), [2 * n]])
        step = np.concatenate([np.arange(n, 2 * n), [2 * n]])
        layers, total = list[Layer](), 2 * n + 1
        for layer in self.layers:
            own = layer.moved(value[layer.where])
            layers += [own, own.grown(step[layer.where])]
            value = np.concatenate([value, np.arange(total, total + layer.count)])
            step = np.concatenate([step, np.arange(total + layer.count, total + 2 * layer.count)])
            total += 2 * layer.count
        return Layers(2 * n, tuple(layers), np.concatenate([value[self.result], step[self.result]]), is_free=True)

    def jacobian(self, q: Floats, letters: Mapping[sp.Symbol, Any]) -> Any:
        """Return df/dq in floats, as an array up to some hundred unknowns, else sparse."""
        entries, n = self.pool(FLOAT_KIND, q, np.zeros(1), letters), self.unknowns
        rows: Any = np.eye(n + 1, n) if n <= DENSE else eye_array(n + 1, n, format="csr")
        for layer in self.layers:
            slopes = layer.slopes(FLOAT_KIND, entries, letters)
            if n <= DENSE:
                grown = np.add.reduce(np.stack(slopes)[:, :, None] * rows[layer.where]) if slopes else np.zeros((layer.count, n))
                rows = np.concatenate([rows, grown])
            else:
                rows = _stacked(rows, _local(layer, slopes, rows.shape[0]) @ rows)
        return rows[self.result]

    def slopes(self, q: Interval, letters: Mapping[sp.Symbol, Any]) -> tuple[csr_array, csr_array]:
        """Enclose df/dq over a box of q: middles and radii."""
        zero = Interval.of(np.zeros(1))
        entries, n = self.pool(INTERVAL_KIND, q, zero, letters), self.unknowns
        rows = eye_array(n + 1, n, format="csr")
        radii = _LEAST * rows
        for layer in self.layers:
            middle, radius = _around(layer, layer.slopes(INTERVAL_KIND, entries, letters), rows.shape[0])
            product, error = _times(middle, radius, rows, radii)
            rows, radii = _stacked(rows, product), _stacked(radii, error)
        return rows[self.result], radii[self.result]


def _local(layer: Layer, slopes: Sequence[Floats], size: int) -> csr_array:
    """Return the derivatives of a layer by all entries before it as a sparse matrix."""
    shape = (layer.count, size)
    if not len(layer.where):
        return csr_array(shape)
    columns, rows = layer.where.ravel(), np.tile(np.arange(layer.count), len(layer.where))
    return coo_array((np.concatenate(list(slopes)), (rows, columns)), shape=shape).tocsr()


def _stacked(first: csr_array, second: csr_array) -> csr_array:
    return csr_array(vstack([first, second]))


def _around(layer: Layer, slopes: Sequence[Interval], size: int) -> tuple[csr_array, csr_array]:
    """Return middles and radii of those derivatives; what is an argument several times has the sum of its own, and the error of that."""
    middles, share = [slope.middle for slope in slopes], (2 * len(slopes) + 4) * _EPS
    radii = [
        np.nextafter(np.maximum(slope.high - middle, middle - slope.low), np.inf) * (1 + share) + abs(middle) * share + _LEAST
        for slope, middle in zip(slopes, middles, strict=True)
    ]
    return _local(layer, middles, size), _local(layer, radii, size)


def _times(a: csr_array, a_radius: csr_array, b: csr_array, b_radius: csr_array) -> tuple[csr_array, csr_array]:
    """Multiply matrices of intervals: |ab - mid| <= |a| rb + ra (|b| + rb), and what rounding adds.

    Radii are to be at least `_LEAST` where there are entries: the products of radii then hold what is too small for floats.
    """
    size_a, size_b = abs(a), abs(b)
    longest = int(max(np.diff(a.indptr), default=0)) + 2
    error = size_a @ b_radius + a_radius @ (size_b + b_radius) + size_a @ size_b * (longest * _EPS)
    error.data = np.maximum(error.data * (1 + 4 * longest * _EPS), _LEAST)
    return a @ b, error
