"""A large monotone system with its letters bound: values, slopes and Taylor coefficients in floats, in intervals and in balls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp
from flint import arb
from scipy.sparse import csr_array

from ..compiling import BALLS
from ..numerical.jets import Jet
from .intervals import Floats, Interval
from .kinds import BALL_KIND, FLOAT_JETS, FLOAT_KIND, INTERVAL_JETS, INTERVAL_KIND, of_balls
from .layers import Layers

Letters = dict[sp.Symbol, Any]


@dataclass(frozen=True, eq=False)
class LargeMap:
    """q = f(q), f in layers, whose values do not decrease in q; other letters are bound to exact `values`, one may be free.

    `starts` are the q before training, a number or one for each unknown in `at_start`; `easier` is 1 where f does not increase with the
    letter, -1 where it does not decrease, None where that is not known.
    """

    layers: Layers
    starts: tuple[sp.Expr, ...]
    at_start: np.ndarray
    values: Mapping[sp.Symbol, sp.Expr]
    letter: sp.Symbol | None = None
    easier: int | None = None

    @property
    def size(self) -> int:
        """The number of unknowns."""
        return self.layers.unknowns

    @cached_property
    def grown(self) -> LargeMap:
        """The map of (f, J w) in the unknowns (q, w)."""
        return LargeMap(self.layers.grown, (), self.at_start, self.values, self.letter)

    @cached_property
    def _floats(self) -> Letters:
        return {symbol: float(BALLS.constant(value).mid()) for symbol, value in self.values.items()}

    @cached_property
    def _intervals(self) -> Letters:
        return {symbol: of_balls([BALLS.constant(value)])[0] for symbol, value in self.values.items()}

    def _letters(self, known: Letters, p: Any) -> Letters:
        return known if self.letter is None else {**known, self.letter: p}

    def floats(self, q: Floats, p: float | None, layers: Layers | None = None) -> Floats:
        """Return f, or what other layers give of the unknowns, in floats."""
        with np.errstate(all="ignore"):
            values = (layers or self.layers).values(FLOAT_KIND, q, np.zeros(1), self._letters(self._floats, p))
        return values if self.layers.is_free else np.clip(values, 0.0, 1.0)

    def jacobian(self, q: Floats, p: float | None) -> Any:
        """Return df/dq in floats, an array or sparse."""
        with np.errstate(all="ignore"):
            return self.layers.jacobian(q, self._letters(self._floats, p))

    def float_series(self, q: Sequence[Floats], p: float) -> list[Floats]:
        """Return the Taylor coefficients of f of a series in one variable, given by its own, in floats."""
        moved, zero = Jet(tuple(q)), Jet((np.zeros(1),) * len(q))
        with np.errstate(all="ignore"):
            return list(self.layers.values(FLOAT_JETS, moved, zero, self._letters(self._floats, p)).coefficients)

    def along_letter(self, q: Floats, p: float) -> Floats:
        """Return df/dp in floats."""
        letters = self._letters(self._floats, Jet((p, 1.0)))
        moved, zero = Jet((q, np.zeros_like(q))), Jet((np.zeros(1), np.zeros(1)))
        with np.errstate(all="ignore"):
            return np.asarray(self.layers.values(FLOAT_JETS, moved, zero, letters).coefficients[1])

    def at(self, q: Interval, p: Interval | None) -> Interval:
        """Enclose f over a box."""
        with np.errstate(all="ignore"):
            values = self.layers.values(INTERVAL_KIND, q, Interval.of(np.zeros(1)), self._letters(self._intervals, p))
        return values if self.layers.is_free else values.within(0.0, 1.0)

    def slopes(self, q: Interval, p: Interval | None) -> tuple[csr_array, csr_array]:
        """Enclose df/dq over a box: middles and radii."""
        with np.errstate(all="ignore"):
            return self.layers.slopes(q, self._letters(self._intervals, p))

    def along(self, q: Interval, direction: Floats, p: Interval | None, orders: int, step: float = 0.0) -> list[Interval]:
        """Enclose the first Taylor coefficients of f along a direction, and with a step of the letter, around every point of a box."""
        rest = [Interval.of(np.zeros(self.size))] * (orders - 2)
        letter = p if p is None or step == 0 else Jet((p, Interval.of(step), *[Interval.of(0.0)] * (orders - 2)))
        return self.series([q, Interval.of(direction), *rest], letter)

    def series(self, q: Sequence[Interval], letter: Any) -> list[Interval]:
        """Enclose the Taylor coefficients of f of a series in one variable, given by its own."""
        moved, zero = Jet(tuple(q)), Jet((Interval.of(np.zeros(1)),) * len(q))
        with np.errstate(all="ignore"):
            values = self.layers.values(INTERVAL_JETS, moved, zero, self._letters(self._intervals, letter))
        return list(values.coefficients)

    def balls(self, q: Sequence[arb], p: arb | None, layers: Layers | None = None) -> list[arb]:
        """Enclose f, or what other layers give of the unknowns, to the current precision."""
        known = {symbol: BALLS.constant(value) for symbol, value in self.values.items()}
        values: list[arb] = (layers or self.layers).values(BALL_KIND, list(q), [arb(0)], self._letters(known, p))
        return values

    def begin(self, p: Interval | None) -> Floats:
        """Return upper bounds of the starts."""
        names = tuple(self._letters(self._intervals, p))
        values = self._letters(self._intervals, p).values()
        bounds = [np.max(Interval.of(INTERVAL_KIND.compiled(start, names)(*values)).high) for start in self.starts]
        return np.minimum(np.array(bounds, dtype=float)[self.at_start], 1.0)

    def ends(self, low: Interval, high: Interval) -> tuple[Interval, Interval]:
        """Return the hard and the easy end of an interval of the letter, both the whole where f is not known to be monotone in it."""
        if self.easier is None:
            whole = Interval(low.low, high.high)
            return whole, whole
        return (low, high) if self.easier == 1 else (high, low)
