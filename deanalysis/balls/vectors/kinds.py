"""Kinds of numbers in which a large system is evaluated: floats, intervals of floats, balls; and Taylor coefficients of the first two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy as sp
from flint import arb

from ..arithmetic import Arithmetic, Function, Names
from ..compiling import BALLS
from ..numerical.engines import Numbers
from ..numerical.floats import FLOATS
from ..numerical.jets import Jet, exponential, logarithm
from ..series import taylors
from . import intervals, series
from .intervals import Floats, Interval
from .series import Series

_PI = Interval(np.float64(3.141592653589793), np.float64(3.1415926535897936))
_ELEMENTARY = (sp.exp, sp.log)


class _Intervals(Numbers):
    """Arrays of intervals, and jets of them; it has elementary functions alone."""

    def __init__(self) -> None:
        others: Names = {
            "rational": Interval.ratio,
            "whole_power": lambda base, exponent: base**exponent if isinstance(base, (Interval, Jet)) else Interval.of(base) ** exponent,
            "inverse": lambda value: 1 / value,
            "pi": lambda: _PI,
        }
        super().__init__(_exp, _log, _power, others, {}, {})

    @property
    def precision(self) -> int:
        return 53

    def number(self, value: Any) -> Interval:
        """Return an exact number, or what a ball holds."""
        return of_balls([arb(BALLS.number(value))])[0]


def _exp(value: Any) -> Any:
    if isinstance(value, Series):
        return series.exponential(value)
    return exponential(value, _exp) if isinstance(value, Jet) else intervals.exp(Interval.of(value))


def _log(value: Any) -> Any:
    return logarithm(value, _log) if isinstance(value, Jet) else intervals.log(Interval.of(value))


def _power(base: Any, exponent: Any) -> Interval:
    return intervals.exp(Interval.of(exponent) * intervals.log(Interval.of(base)))


INTERVALS = _Intervals()


def is_elementary(expression: sp.Expr) -> bool:
    """Whether an expression holds only numbers, letters, + - * / powers, exp and log, which arrays of intervals know."""
    parts = (part for part in sp.preorder_traversal(expression) if not isinstance(part, (sp.Symbol, sp.Rational, sp.Add, sp.Mul, sp.Pow)))
    return all(isinstance(part, _ELEMENTARY) or part in (sp.E, sp.pi) for part in parts)


def of_balls(balls: Sequence[arb]) -> Interval:
    """Return intervals of floats around balls.

    >>> bool(of_balls([arb(1) / 3])[0].low < 1 / 3 < of_balls([arb(1) / 3])[0].high)
    True
    """
    low = np.array([_float(ball.lower()) for ball in balls])
    high = np.array([_float(ball.upper()) for ball in balls])
    return Interval(_outward(low, -np.inf, balls), _outward(high, np.inf, balls))


def _float(end: arb) -> float:
    return float(end.mid()) if end.is_finite() else float("nan")


def _outward(ends: Floats, towards: float, balls: Sequence[arb]) -> Floats:
    """Return the next float beyond each end, which a float rounds; one that is exact stays."""
    exact = np.array([ball.rad() == 0 and bool(arb(float(ball.mid())) == ball) for ball in balls])
    return np.where(exact, ends, np.where(np.isnan(ends), towards, np.nextafter(ends, towards)))


def balls_of(values: Interval) -> list[arb]:
    """Return balls around intervals.

    >>> balls_of(Interval.of(np.array([0.5])))
    [0.500000000000000]
    """
    return [
        arb(float(low)).union(arb(float(high))) if low < high else arb(float(low))
        for low, high in zip(values.low, values.high, strict=True)
    ]


class Kind:
    """A kind of numbers in arrays: how formulas are compiled for it, and how arrays are taken apart and joined."""

    arithmetic: Arithmetic

    def compiled(self, expression: sp.Expr, variables: Sequence[sp.Symbol]) -> Function:
        """Return an expression as a function of arrays."""
        return self.arithmetic.compile(expression, variables)

    def constants(self, values: Sequence[sp.Expr]) -> Any:
        """Return exact numbers as an array."""
        raise NotImplementedError

    def take(self, values: Any, where: Any) -> Any:
        """Return some entries of an array."""
        return values[where]

    def join(self, parts: Sequence[Any]) -> Any:
        """Return arrays one after the other."""
        raise NotImplementedError

    def spread(self, value: Any, count: int) -> Any:
        """Return what a formula gave as an array; it may be one number for all."""
        raise NotImplementedError

    def mean(self, values: Any, where: Any, weight: int) -> Any:
        """Return sums of entries over a whole number."""
        raise NotImplementedError

    def plus(self, one: Any, other: Any) -> Any:
        """Add entry by entry."""
        return one + other

    def times(self, one: Any, other: Any) -> Any:
        """Multiply entry by entry."""
        return one * other


class _FloatKind(Kind):
    arithmetic = FLOATS

    def constants(self, values: Sequence[sp.Expr]) -> Floats:
        return np.array([float(BALLS.constant(value).mid()) for value in values])

    def join(self, parts: Sequence[Any]) -> Floats:
        return np.concatenate(parts)

    def spread(self, value: Any, count: int) -> Floats:
        return value if np.shape(value) == (count,) else np.broadcast_to(np.asarray(value, dtype=float), (count,))

    def mean(self, values: Floats, where: Any, weight: int) -> Floats:
        return np.asarray(values[where].sum(axis=0) / weight)


class _IntervalKind(Kind):
    arithmetic = INTERVALS

    def compiled(self, expression: sp.Expr, variables: Sequence[sp.Symbol]) -> Function:
        """Return an expression as a function; one that arrays do not know is evaluated in balls, one entry at a time."""
        return super().compiled(expression, variables) if is_elementary(expression) else _entrywise(BALLS.compile(expression, variables))

    def constants(self, values: Sequence[sp.Expr]) -> Interval:
        return of_balls([BALLS.constant(value) for value in values])

    def join(self, parts: Sequence[Any]) -> Interval:
        return intervals.joined(parts)

    def spread(self, value: Any, count: int) -> Interval:
        value = Interval.of(value)
        if value.shape == (count,):
            return value
        return Interval(np.broadcast_to(value.low, (count,)), np.broadcast_to(value.high, (count,)))

    def mean(self, values: Interval, where: Any, weight: int) -> Interval:
        return intervals.added(values[where]) / weight


class _BallKind(Kind):
    arithmetic = BALLS

    def compiled(self, expression: sp.Expr, variables: Sequence[sp.Symbol]) -> Function:
        function = BALLS.compile(expression, variables)
        return lambda *columns: [arb(function(*row)) for row in _rows(columns)]

    def constants(self, values: Sequence[sp.Expr]) -> list[arb]:
        return [BALLS.constant(value) for value in values]

    def take(self, values: list[arb], where: Any) -> list[arb]:
        return [values[index] for index in where]

    def join(self, parts: Sequence[Any]) -> list[arb]:
        return [value for part in parts for value in part]

    def spread(self, value: Any, count: int) -> list[arb]:
        return value * count if len(value) == 1 < count else value

    def plus(self, one: list[arb], other: list[arb]) -> list[arb]:
        return [a + b for a, b in zip(one, other, strict=True)]

    def times(self, one: list[arb], other: list[arb]) -> list[arb]:
        return [a * b for a, b in zip(one, other, strict=True)]

    def mean(self, values: list[arb], where: Any, weight: int) -> list[arb]:
        return [sum((values[index] for index in column), arb(0)) / weight for column in where.T]


def _rows(columns: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the arguments of each entry; numbers that are the same for all entries are not in lists."""
    count = max((len(column) for column in columns if isinstance(column, list)), default=1)
    return list(zip(*(column if isinstance(column, list) else [column] * count for column in columns), strict=True))


class _Jets(Kind):
    """Taylor coefficients of arrays of another kind."""

    def __init__(self, inner: Kind) -> None:
        self.inner = inner

    def compiled(self, expression: sp.Expr, variables: Sequence[sp.Symbol]) -> Function:
        return self.inner.compiled(expression, variables)

    def constants(self, values: Sequence[sp.Expr]) -> Any:
        return self.inner.constants(values)

    def take(self, values: Jet, where: Any) -> Jet:
        return Jet(tuple(self.inner.take(part, where) for part in values.coefficients))

    def join(self, parts: Sequence[Jet]) -> Jet:
        return Jet(tuple(self.inner.join(orders) for orders in zip(*(part.coefficients for part in parts), strict=True)))

    def spread(self, value: Any, count: int) -> Any:
        if not isinstance(value, Jet):
            return self.inner.spread(value, count)
        return Jet(tuple(self.inner.spread(part, count) for part in value.coefficients))

    def mean(self, values: Jet, where: Any, weight: int) -> Jet:
        return Jet(tuple(self.inner.mean(part, where, weight) for part in values.coefficients))


class _IntervalJets(_Jets):
    """Taylor coefficients of intervals, those of large systems as series."""

    def take(self, values: Jet, where: Any) -> Jet:
        return Series(values.rows.taken(where)) if isinstance(values, Series) else super().take(values, where)

    def join(self, parts: Sequence[Jet]) -> Series:
        return Series(intervals.joined([Series.of(part).rows for part in parts]))

    def spread(self, value: Any, count: int) -> Any:
        if isinstance(value, Series) and value.rows.shape[1] == count:
            return value
        return super().spread(value, count)

    def mean(self, values: Jet, where: Any, weight: int) -> Jet:
        rows = Series.of(values).rows
        return Series(intervals.added(rows.taken(where), axis=1) / weight)


def _entrywise(function: Callable[..., Any]) -> Function:
    """Return a function of arrays of intervals, or of jets of them, by one of balls."""

    def applied(*arguments: Any) -> Any:
        orders = max((len(value.coefficients) for value in arguments if isinstance(value, Jet)), default=0)
        shapes = [(value.coefficients[0] if isinstance(value, Jet) else Interval.of(value)).shape for value in arguments]
        count = max((shape[0] for shape in shapes if shape), default=1)
        columns = [_as_balls(value, count) for value in arguments]
        if not orders:
            return of_balls([arb(function(*(column[0][index] for column in columns))) for index in range(count)])
        rows = [_series(function, [[part[index] for part in column] for column in columns], orders) for index in range(count)]
        return Jet(tuple(of_balls(part) for part in zip(*rows, strict=True)))

    return applied


def _as_balls(value: Any, count: int) -> list[list[arb]]:
    parts = value.coefficients if isinstance(value, Jet) else [Interval.of(value)]
    return [balls_of(INTERVAL_KIND.spread(part, count)) for part in parts]


def _series(function: Callable[..., Any], arguments: Sequence[Sequence[arb]], orders: int) -> list[arb]:
    from flint import arb_series

    def moved(_: arb_series) -> tuple[Any]:
        return (function(*(arb_series(list(parts)) if len(parts) > 1 else parts[0] for parts in arguments)),)

    return taylors(moved, arb(0), orders, 1)[0]


FLOAT_KIND, INTERVAL_KIND, BALL_KIND = _FloatKind(), _IntervalKind(), _BallKind()
FLOAT_JETS, INTERVAL_JETS = _Jets(FLOAT_KIND), _IntervalJets(INTERVAL_KIND)
