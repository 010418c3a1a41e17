"""The largest fixed point of a system q = f(q) whose right sides do not decrease, located with proof, for a ball of values of a letter.

From above: if q* <= w, then q* = f(q*) <= f(w), so that w may be lowered to f(w); and, where f(w - s d) < w - s d for all s up to S, to
w - S d in one step (were q* not below, it would touch the line where some q*_i = (w - s d)_i > f_i(w - s d) >= f_i(q*)). From below: where
f(l) >= l there is a fixed point above l. So the largest one lies between, and where Krawczyk's test finds exactly one zero in a box that
holds both, that is the one. All of it holds for a ball of values of the letter at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import sympy as sp
from flint import arb, arb_mat, arb_series, ctx

from ..symbolic.algebra import simplified
from ..symbolic.signs import sign
from .compiling import ball_of, compile_balls
from .series import taylors
from .systems import Box, krawczyk, refine_system

__all__ = ["BoundMap", "MonotoneSystem", "contracts", "locate", "refined"]

_MOST_STEPS = 600
_CAUTION, _ATTEMPTS, _LONG = 0.8, 6, 1.5
_GROWTH, _LESS, _LONGEST = 8.0, 5.0, 1e6
_TURNS, _RESOLVED = 16, 2
_RHYTHM = 3
_STALLED, _STRAIGHT = 1e-3, 0.1
_NEWTON, _MOST_FAILURES = 12, 3
_SHORTFALL, _LOWERINGS, _MARGIN = 2, 5, arb(1.25)


class MonotoneSystem(Protocol):
    """Equations q = f(q) whose f do not decrease in q, to be solved from the starts down."""

    @property
    def unknowns(self) -> tuple[sp.Symbol, ...]:
        """The unknowns q."""

    @property
    def right_sides(self) -> tuple[sp.Expr, ...]:
        """f, in their order."""

    @property
    def starts(self) -> tuple[sp.Expr, ...]:
        """The unknowns before training."""


@dataclass(frozen=True)
class BoundMap:
    """f with every letter but one bound, without the unknowns that never leave their start, or that are zero."""

    unknowns: tuple[sp.Symbol, ...]
    sides: tuple[sp.Expr, ...]
    starts: tuple[sp.Expr, ...]
    values: Mapping[sp.Symbol, sp.Expr]
    letter: sp.Symbol | None = None
    fixed: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()

    @classmethod
    def of(cls, system: MonotoneSystem, values: Mapping[sp.Symbol, sp.Expr], letter: sp.Symbol | None = None) -> BoundMap:
        """Return the map of a system; unknowns that no step changes, whatever the others come to, are fixed at their start."""
        starts = dict(zip(system.unknowns, (sp.sympify(start) for start in system.starts), strict=True))
        sides = dict(zip(system.unknowns, system.right_sides, strict=True))
        still = set(system.unknowns)
        while True:
            at = {symbol: starts[symbol] for symbol in still}
            moved = {symbol for symbol in still if not _equal(sides[symbol].xreplace(at), starts[symbol], values)}
            if not moved:
                break
            still -= moved
        whole = cls(tuple(sides), tuple(sides.values()), tuple(starts.values()), values, letter)
        return whole.without({symbol: starts[symbol] for symbol in system.unknowns if symbol in still})

    def without(self, fixed: Mapping[sp.Symbol, sp.Expr]) -> BoundMap:
        """Return the map of the other unknowns, some being fixed."""
        if not fixed:
            return self
        left = [place for place, symbol in enumerate(self.unknowns) if symbol not in fixed]
        sides = tuple(self.sides[place].xreplace(dict(fixed)) for place in left)
        unknowns, starts = (tuple(one[place] for place in left) for one in (self.unknowns, self.starts))
        return BoundMap(unknowns, sides, starts, self.values, self.letter, (*self.fixed, *fixed.items()))

    @cached_property
    def letters(self) -> list[sp.Symbol]:
        """The bound letters, in the order in which functions take them; the one that is not bound comes last."""
        return [*sorted(self.values, key=str), *([self.letter] if self.letter is not None else [])]

    def compiled(self, expressions: Sequence[sp.Expr]) -> Callable[..., list[Any]]:
        """Compile expressions of the unknowns and the letters, those that are fixed put in."""
        fixed = dict(self.fixed)
        parts = sp.Tuple(*(sp.sympify(expression).xreplace(fixed) for expression in expressions))
        function: Callable[..., list[Any]] = compile_balls(parts, [*self.unknowns, *self.letters])
        return function

    @cached_property
    def _function(self) -> Callable[..., list[Any]]:
        return self.compiled(self.sides)

    @cached_property
    def _balls(self) -> dict[int, list[arb]]:
        return {}

    def known(self, p: arb | None) -> list[Any]:
        """Return the letters at the current precision, the last one being `p`."""
        if ctx.prec not in self._balls:
            self._balls[ctx.prec] = [ball_of(self.values[symbol]) for symbol in sorted(self.values, key=str)]
        return [*self._balls[ctx.prec], *([] if self.letter is None else [p])]

    def at(self, box: Box, p: arb | None) -> Box:
        """Enclose f over a box.

        Over a ball of values of the letter, it is f at its middle and the slope over all of it, where that is narrower.
        """
        if p is None or p.rad() == 0:
            return [arb(value) for value in self._function(*box, *self.known(p))]
        middle = arb(p.mid())
        nearby = [arb(value) for value in self._function(*box, *self.known(middle))]
        sloping = self.along(box, [arb(0)] * len(box), p, 2, moving=True)
        return [_meet(whole, one + slope * (p - middle)) for (whole, slope), one in zip(sloping, nearby, strict=True)]

    def along(
        self, box: Box, direction: Box, p: arb | None, count: int, *, bent: Box | None = None, moving: bool = False
    ) -> list[list[arb]]:
        """Enclose the first Taylor coefficients of f along a direction (`bent` by so much s^2), around every point of a box.

        With `moving`, the letter moves, too.
        """

        def function(s: arb_series) -> list[Any]:
            known = self.known(p)
            letters = [*known[:-1], known[-1] + s] if moving else known
            steps: list[Any] = direction if bent is None else [step + s * bend for step, bend in zip(direction, bent, strict=True)]
            return self._function(*(start + s * step for start, step in zip(box, steps, strict=True)), *letters)

        return taylors(function, arb(0), count, len(self.unknowns))

    def jacobian(self, box: Box, p: arb | None) -> list[list[arb]]:
        """Enclose df/dq over a box."""
        n = len(self.unknowns)
        columns = [self.along(box, [arb(int(i == axis)) for i in range(n)], p, 2) for axis in range(n)]
        return [[columns[axis][row][1] for axis in range(n)] for row in range(n)]

    def excess(self, p: arb | None) -> Callable[[Box], tuple[list[arb], list[list[arb]]]]:
        """Return q - f(q) with its Jacobian, as the tests of `systems` take it."""

        def function(box: Box) -> tuple[list[arb], list[list[arb]]]:
            values, slopes = self.at(box, p), self.jacobian(box, p)
            matrix = [[int(i == j) - slope for j, slope in enumerate(row)] for i, row in enumerate(slopes)]
            return [side - value for side, value in zip(box, values, strict=True)], matrix

        return function

    @cached_property
    def easier(self) -> int | None:
        """Return 1 where f does not increase with the letter, -1 where it does not decrease; None where its form does not show that."""
        signs = {sign(sp.diff(side, self.letter), self.unknowns) for side in self.sides} - {0}
        signs |= {sign(sp.diff(start, self.letter), ()) for start in self.starts} - {0}
        if len(signs) != 1:
            return None
        (only,) = signs
        return None if only is None else -only

    def ends(self, p: arb | None) -> tuple[arb | None, arb | None]:
        """Return what to take for a ball of values of the letter for bounds from above and from below: its ends, if f is monotone in it."""
        if p is None or p.rad() == 0 or self.easier is None:
            return p, p
        low, high = arb(p.lower()), arb(p.upper())
        return (low, high) if self.easier == 1 else (high, low)

    def begin(self, p: arb | None) -> Box:
        """Return upper bounds of the starts."""
        return [arb(arb(start).upper()) for start in self._begin(*self.known(p))]

    @cached_property
    def _begin(self) -> Callable[..., list[Any]]:
        function: Callable[..., list[Any]] = compile_balls(sp.Tuple(*self.starts), self.letters)
        return function

    def zeros(self, box: Box) -> BoundMap:
        """Return the map without the unknowns that are exactly 0 at the one fixed point in a box of `locate`.

        Where those whose box holds 0 stay 0 once they are, the others have a fixed point in their part of the box: there is no other one.
        """
        near = {symbol for symbol, side in zip(self.unknowns, box, strict=True) if side.contains(arb(0))}
        sides = dict(zip(self.unknowns, self.sides, strict=True))
        while True:
            away = {symbol for symbol in near if not _equal(sides[symbol].xreplace(dict.fromkeys(near, sp.S.Zero)), sp.S.Zero, self.values)}
            if not away:
                return self.without(dict.fromkeys(near, sp.S.Zero))
            near -= away


def _meet(one: arb, other: arb) -> arb:
    """Return what two enclosures of one value have in common."""
    return one.intersection(other) if one.is_finite() and other.is_finite() else one if one.is_finite() else other


def _equal(expression: sp.Expr, value: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> bool:
    """Whether two expressions are exactly the same once the letters are bound."""
    difference = (expression - value).xreplace(dict(values))
    if not difference.free_symbols:
        return bool(ball_of(difference).contains(0)) and simplified(difference) == 0
    return bool(sp.expand(difference) == 0)


def locate(f: BoundMap, p: arb | None = None, above: Box | None = None) -> Box | None:
    """Return a box that holds exactly one fixed point, the largest, for every value of the letter in the ball `p`; None where that fails.

    `above` is a bound from above that is known; else it is where training starts.

    >>> from deanalysis.theory.classes.equations import ClassEquations
    >>> from deanalysis.model import Poisson
    >>> from deanalysis.model.classes import ClassEnsemble, SkillClass, TextType
    >>> from deanalysis.model.symbols import R
    >>> equations = ClassEquations(ClassEnsemble((SkillClass("a", 1),), (TextType("t", R, {"a": Poisson(5)}),)))
    >>> f = BoundMap.of(equations, {}, R)
    >>> [float(locate(f, arb(R))[0].mid()) > 0.1 for R in (2.45, 2.46)], locate(f, arb(2.45, 0.01))
    ([True, False], None)
    """
    if not f.unknowns:
        return []
    hard = f.ends(p)[0]
    w, length, failures, moves = above or f.begin(hard), _LONGEST if above else 1.0, 0, [0.0, 0.0]
    for number in range(_MOST_STEPS):
        last = number % _RHYTHM == _RHYTHM - 1
        lower = _lowered(f, w, hard, _GROWTH * length, last)
        moved = max(float(one - other) for one, other in zip(w, lower.bound, strict=True))
        moves = [moves[1], moved]
        if lower.is_near and last:
            box, far = _holding(f, lower.bound, p)
            failures += far is None
            ratio = moves[1] / moves[0] if moves[0] else 0.0
            left = moved if lower.length > 1 else moved / max(1 - ratio, _STALLED)
            stalled = far is not None and left < _STALLED * far
            if box is not None or failures == _MOST_FAILURES or stalled:
                return box
        w, length = lower.bound, lower.length
    return None


class _Lowered(NamedTuple):
    """A lower bound from above, by how many steps at once it is lower, and whether the next fixed point below is near."""

    bound: Box
    length: float
    is_near: bool


class _Path(NamedTuple):
    """The path w - s d + s^2 e down from a bound; unknowns with d = 0 stay where they are."""

    start: Box
    d: Box
    e: Box

    def at(self, s: arb) -> Box:
        """Enclose the path over a ball of s."""
        return [w - s * d + s * s * e for w, d, e in zip(*self, strict=True)]

    def gaps(self, f: BoundMap, s: arb, p: arb | None) -> list[list[arb]]:
        """Enclose the Taylor coefficients of f(w(s)) - w(s) over a ball of s."""
        steps = [2 * s * e - d for d, e in zip(self.d, self.e, strict=True)]
        found = f.along(self.at(s), steps, p, 3, bent=self.e)
        own = zip(self.at(s), steps, self.e, strict=True)
        return [[value - part for value, part in zip(one, parts, strict=True)] for one, parts in zip(found, own, strict=True)]

    @property
    def moving(self) -> list[int]:
        """Which unknowns move."""
        return [place for place, step in enumerate(self.d) if step > 0]

    def spread(self, steps: Box) -> Box:
        """Return steps of the unknowns that move as steps of all."""
        own = dict(zip(self.moving, steps, strict=True))
        return [own.get(place, arb(0)) for place in range(len(self.start))]


def _lowered(f: BoundMap, w: Box, p: arb | None, longest: float, far: bool) -> _Lowered:
    """Lower a bound from above, by one step or, if it is to go `far`, by as many as are proved at once."""
    zero = [arb(0)] * len(w)
    ahead = [arb(min(value.upper(), one)) for value, one in zip(f.at(w, p), w, strict=True)]
    path = _Path(w, [arb((one - other).mid()) for one, other in zip(w, ahead, strict=True)], zero)
    if not all(value.is_finite() for value in path.d) or not path.moving:
        return _Lowered(w, 1.0, True)
    gaps = _uppers(path, path.gaps(f, arb(0), p))
    near = all(abs(c) * _first_root(a, b, c) ** 2 < _STRAIGHT * abs(a) for a, b, c in gaps)
    if not far:
        return _Lowered(ahead, longest / _GROWTH, near)
    path = _channel(f, path, p)
    gaps = _uppers(path, path.gaps(f, arb(0), p))
    room = min(float((w[i] / path.d[i]).lower()) for i in path.moving)
    length = min(_CAUTION * min(_first_root(*gap) for gap in gaps), longest, room)
    if not length >= _LONG:
        return _Lowered(ahead, longest / _GROWTH, near)
    for _ in range(_ATTEMPTS):
        s = arb(length)
        point, over = (path.gaps(f, place, p) for place in (arb(0), arb(0).union(s)))
        if all(_stays_below(point[i], over[i][2], s) for i in path.moving):
            return _Lowered([arb(max(one.upper(), arb(0))) for one in path.at(s)], length, near)
        length /= _LESS
    return _Lowered(ahead, 1.0, near)


def _channel(f: BoundMap, path: _Path, p: arb | None) -> _Path:
    """Return the path down from a bound as far as f stays below it: along d = (mu - J)^-1 (w - f(w)), and bent as the channel is.

    With mu = 1, where J is stable, that is the step of Newton; else mu is twice as far above 1 as the Perron eigenvalue, and d is nearly
    its vector.
    With c the second coefficient of f along d, c - (1 - J) e = kappa d leaves only what points along the channel.
    """
    moving, n = path.moving, len(path.moving)
    slopes, left = f.jacobian(path.start, p), [path.d[i] for i in moving]
    j = arb_mat([[slopes[i][k].mid() for k in moving] for i in moving])
    d = _resolved(j, arb(1), left) or _resolved(j, _RESOLVED * _perron_bound(j, left) - (_RESOLVED - 1), left)
    if d is None:
        return path
    scale = max(left, key=float) / max(d, key=float)
    d = [arb((one * scale).mid()) for one in d]
    down = f.along(path.start, path.spread([-one for one in d]), p, 3)
    rows = [[arb(int(i == k)) - j[i, k] for k in range(n)] + [d[i]] for i in range(n)] + [[*d, arb(0)]]
    e = _solved(rows, [arb(down[i][2].mid()) for i in moving] + [arb(0)]) or [arb(0)] * n
    return _Path(path.start, path.spread(d), path.spread(e[:n]))


def _resolved(j: arb_mat, mu: arb, left: Box) -> Box | None:
    """Return (mu - J)^-1 of a positive vector, nearly; None where it is not positive, as mu is not above the Perron eigenvalue of J."""
    n = len(left)
    d = _solved([[mu * int(i == k) - j[i, k] for k in range(n)] for i in range(n)], left)
    return d if d is not None and all(one > 0 for one in d) else None


def _perron_bound(j: arb_mat, start: Box) -> arb:
    """Return max (J v)_i/v_i, a bound of the Perron eigenvalue of J (Collatz), with v nearly its vector."""
    n = len(start)
    v = arb_mat([[one] for one in start])
    for _ in range(_TURNS):
        image = j * v
        v = arb_mat([[arb((image[i, 0] + v[i, 0]).mid())] for i in range(n)])
    image = j * v
    return max((arb((image[i, 0] / v[i, 0]).mid()) for i in range(n)), key=float)


def _solved(rows: list[Box], values: Box) -> Box | None:
    """Solve linear equations, nearly; None where that fails."""
    try:
        found = arb_mat([[one.mid() for one in row] for row in rows]).solve(arb_mat([[one] for one in values]))
    except ZeroDivisionError:
        return None
    solution = [arb(found[i, 0].mid()) for i in range(len(values))]
    return solution if all(one.is_finite() for one in solution) else None


def _uppers(path: _Path, gaps: list[list[arb]]) -> list[tuple[float, float, float]]:
    """Return a, b, c of a + b s + c s^2 = f(w(s)) - w(s), nearly, for each unknown that moves."""
    return [(float(gaps[i][0].upper()), float(gaps[i][1].upper()), float(gaps[i][2].upper())) for i in path.moving]


def _first_root(a: float, b: float, c: float) -> float:
    """Return the first s at which a + b s + c s^2, or a + b s where it bends down, is no longer negative."""
    if c <= 0:
        return -a / b if b > 0 else float("inf")
    root = (b * b - 4 * a * c) ** 0.5 if b * b - 4 * a * c > 0 else 0.0
    return 2 * -a / (b + root) if b + root > 0 else (root - b) / (2 * c)


def _stays_below(point: Sequence[arb], bend: arb, s: arb) -> bool:
    """Whether f(w(s)) < w(s) up to s: the bound is convex, so its ends decide."""
    curved = arb(max(bend.upper(), arb(0)))
    return bool(point[0] < 0 and point[0] + s * point[1] + s * s * curved < 0)


def _holding(f: BoundMap, w: Box, p: arb | None) -> tuple[Box | None, float | None]:
    """Return a box of the one fixed point next to a bound from above, if that is proved; and how far below the bound it lies."""
    hard, easy = f.ends(p)
    x = _newton(f, w, hard)
    y = x if x is None or hard is easy else _newton(f, x, easy)
    if x is None or y is None:
        return None, None
    far = max(float(abs(one - other)) for one, other in zip(w, y, strict=True))
    reach = _reach(f, w, x, hard)
    low = None if reach is None else _below(f, y, reach, easy)
    if reach is None or low is None:
        return None, far
    box = [at.union(one) for at, one in zip(low, w, strict=True)]
    function = f.excess(p)
    excess = function(box)[1]
    return (krawczyk(function, box, excess)[0] or box if contracts(excess, reach) else None), far


def contracts(excess: list[Box], reach: Box) -> bool:
    """Whether J e < e is proved with some e > 0 for all J between 0 and the largest of a box, so that it holds one fixed point at most."""
    rows = [[arb((int(i == k) - entry).upper()) for k, entry in enumerate(row)] for i, row in enumerate(excess)]
    e = _solved([[int(i == k) - entry for k, entry in enumerate(row)] for i, row in enumerate(rows)], reach)
    if e is None or not all(one > 0 for one in e):
        return False
    return all(sum((entry * one for entry, one in zip(row, e, strict=True)), arb(0)) < side for row, side in zip(rows, e, strict=True))


def _below(f: BoundMap, x: Box, reach: Box, p: arb | None) -> Box | None:
    """Return a point l <= x - 2 e, or 0 where that is negative, with f(l) >= l, so that a fixed point lies above it."""
    low = [arb(max((one - _SHORTFALL * step).lower(), arb(0))) for one, step in zip(x, reach, strict=True)]
    for _ in range(_LOWERINGS):
        values = f.at(low, p)
        if not all(value.is_finite() for value in values):
            return None
        if all(at == 0 or value >= at for at, value in zip(low, values, strict=True)):
            return low
        further = (one - _MARGIN * (one - value) for one, value in zip(x, values, strict=True))
        low = [arb(max(min(at, arb(value.lower())), arb(0))) for at, value in zip(low, further, strict=True)]
    return None


def _reach(f: BoundMap, w: Box, x: Box, p: arb | None) -> Box | None:
    """Return e >= w - x with J e < e, nearly, so that f(x - e) > x - e; None where no such e is positive, as x is not stable.

    That is (1 - J)^-1 r with r the larger of (1 - J)(w - x) and of what rounding, and the ball of values of the letter, may hide.
    """
    n, short = len(x), [arb((one - other).mid()) for one, other in zip(w, x, strict=True)]
    rows = [[arb(int(i == k)) - slope.mid() for k, slope in enumerate(row)] for i, row in enumerate(f.jacobian(x, p))]
    left = arb_mat(rows) * arb_mat([[one] for one in short])
    hidden = [abs(value - one).upper() + (abs(one) + 1) * arb(2) ** (8 - ctx.prec) for one, value in zip(x, f.at(x, p), strict=True)]
    reach = _solved(rows, [max(arb(left[i, 0].mid()), hidden[i]) for i in range(n)])
    return reach if reach is not None and all(one > 0 for one in reach) else None


def _newton(f: BoundMap, start: Box, p: arb | None) -> Box | None:
    """Go from a point to a fixed point nearby, at the middle of the letter's ball."""
    middle, at = None if p is None else arb(p.mid()), [arb(one.mid()) for one in start]
    for _ in range(_NEWTON):
        values, slopes = f.excess(middle)(at)
        change = _solved(slopes, [arb(value.mid()) for value in values])
        if change is None:
            return None
        at = [arb((one - step).mid()) for one, step in zip(at, change, strict=True)]
        if all(abs(step) <= (abs(one) + 1) * arb(2) ** (-ctx.prec * 5 // 8) for one, step in zip(at, change, strict=True)):
            return at
    return None


def refined(f: BoundMap, box: Box, p: arb | None) -> Box:
    """Shrink a box of `locate` to the current precision."""
    return refine_system(f.excess(p), box, ctx.prec - 10) if box else []
