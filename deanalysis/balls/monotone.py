"""The largest fixed point of a system q = f(q) whose right sides do not decrease, located with proof, for a ball of values of a letter.

From above: if q* <= w, then q* = f(q*) <= f(w), so that w may be lowered to f(w); and, where f(w - s d) < w - s d for all s up to S, to
w - S d in one step (were q* not below, it would touch the line where some q*_i = (w - s d)_i > f_i(w - s d) >= f_i(q*)). From below: where
f(l) >= l there is a fixed point above l. So the largest one lies between, and where the box of both is proved to hold one at most, that is
the one. All of it holds for a ball of values of the letter at once. Where to try is guessed from mid-points, which decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flint import arb, arb_mat, ctx

from .bound_map import BoundMap
from .systems import Box, column, krawczyk, perron, refine_system, solved
from .vectors import located
from .vectors.fixed_points import polished
from .vectors.kinds import balls_of, of_balls

_LARGE = 20
"""Unknowns from which on arrays of intervals are tried first, at one value of the letter: with 15 they take twice as long as balls; with
30, just past a jump, they take a second, where balls give up after 15 s."""

_ROUNDS = 200
"""Long steps down, at most; to within 1e-10 of a jump there are about 30."""

_CAUTION = 0.8
"""The part of the way to where f is guessed to touch the path that a long step takes: less needs more steps, more fails to be proved."""

_SETTLED = 0.1
"""A box is given up where its bound from above exceeds the state by less than this part of its width: lowering it will not help."""

_NEWTON, _CHORDS = 6, 4
"""Jacobians that a search for a fixed point may take, and steps with each, which cost a tenth of a Jacobian of 12 unknowns."""

_IMAGES, _SLOW = 32, 2**-10
"""Plain steps down before anything else, while they are not slow: three Jacobians of 12 unknowns in cost, where they spare 30 of 47. The
bound has to stay apart from the fixed point, or no box between the two is proved to hold it; over a ball of values of the letter, of whose
fixed points it is to bound all, none are made."""

_LOWERINGS = 5
"""Tries to find a point with f(l) >= l below a fixed point, each further away; where it is regular, the first or second does."""


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
    if len(f.unknowns) >= _LARGE and (p is None or p.rad() == 0) and (box := _in_arrays(f, p, above)) is not None:
        return box
    hard, easy = f.ends(p)
    w = above or f.begin(hard)
    for _ in range(_IMAGES if hard is easy else 0):
        ahead = _image(f, w, hard)
        if _distance(w, ahead) < _SLOW:
            break
        w = ahead
    for _ in range(_ROUNDS):
        x = _fixed_point(f, w, hard)
        if x is not None:
            y = x if hard is easy else _fixed_point(f, x.point, easy, x)
            box = None if y is None else _only_one(f, w, x, y.point, p)
            if box is not None or y is None or _distance(w, x.point) < _SETTLED * _distance(x.point, y.point):
                return box
        lower = _lowered(f, _image(f, _image(f, w, hard), hard), hard)
        if all(new >= old for new, old in zip(lower, w, strict=True)):
            return None
        w = lower
    return None


def _in_arrays(f: BoundMap, p: arb | None, above: Box | None) -> Box | None:
    """Locate the largest fixed point by arrays of intervals, for one value of the letter, and return it to the current precision."""
    if f.large is None or any(start > 1 for start in f.begin(p)):
        return None
    place = of_balls([arb(1) if p is None else p])[0]
    found = located.locate(f.large, place, place, None if above is None else of_balls(above).high)
    if found is None:
        return None
    return [side.intersection(fine) for side, fine in zip(balls_of(found.box), polished(f.large, found, p)(ctx.prec), strict=True)]


def refined(f: BoundMap, box: Box, p: arb | None) -> Box:
    """Shrink a box of `locate` to the current precision."""
    return refine_system(f.excess(p), box, ctx.prec - 10) if box else []


def _distance(point: Box, other: Box) -> float:
    return max(float(abs(side - at)) for side, at in zip(point, other, strict=True))


def _image(f: BoundMap, w: Box, p: arb | None) -> Box:
    """Lower a bound from above to f of it."""
    return [arb(min(value.upper(), side)) if value.is_finite() else side for value, side in zip(f.at(w, p), w, strict=True)]


class _Path(NamedTuple):
    """The path w - s d down from a bound; unknowns with d = 0 stay where they are."""

    start: Box
    d: Box

    def at(self, s: arb) -> Box:
        """Enclose the path over a ball of s."""
        return [w - s * d for w, d in zip(*self, strict=True)]

    def gaps(self, f: BoundMap, s: arb, p: arb | None) -> list[list[arb]]:
        """Enclose the Taylor coefficients of f(w - s d) - (w - s d) over a ball of s, for each unknown that moves."""
        point = self.at(s)
        values = f.along(point, [-d for d in self.d], p, 3)
        return [[values[i][0] - point[i], values[i][1] + self.d[i], values[i][2]] for i in self.moving]

    @property
    def moving(self) -> list[int]:
        """Which unknowns move."""
        return [i for i, step in enumerate(self.d) if step > 0]


def _lowered(f: BoundMap, w: Box, p: arb | None) -> Box:
    """Lower a bound from above by as far as is proved in one step: at most to where f is guessed to come up to it, and not below 0."""
    ahead = _image(f, w, p)
    path = _Path(w, [arb((side - value).mid()) for side, value in zip(w, ahead, strict=True)])
    if not path.moving:
        return ahead
    path = _channel(f, path, p)
    gaps = path.gaps(f, arb(0), p)
    length = _CAUTION * min(_first_root(*(float(value.upper()) for value in gap)) for gap in gaps)
    length = min(length, *(float((w[i] / path.d[i]).lower()) for i in path.moving))
    while length > 1:
        s = arb(length)
        bends = path.gaps(f, arb(0).union(s), p)
        if all(_stays_below(gap, bend[2], s) for gap, bend in zip(gaps, bends, strict=True)):
            return [arb(max(side.upper(), arb(0))) for side in path.at(s)]
        length /= 4
    return ahead


def _channel(f: BoundMap, path: _Path, p: arb | None) -> _Path:
    """Return the path down from a bound as far as f stays below it: along d = (mu - J)^-1 (w - f(w)), not shorter than w - f(w).

    With mu = 1, where J is stable, that is the step of Newton; else mu is twice as far above 1 as the Perron eigenvalue, and d is nearly
    its vector.
    """
    moving, slopes = path.moving, f.jacobian(path.start, p)
    j, left = [[slopes[i][k] for k in moving] for i in moving], [path.d[i] for i in moving]
    if not all(entry.is_finite() for row in j for entry in row):
        return path
    d = _resolved(j, arb(1), left) or _resolved(j, 2 * perron(j)[0] - 1, left)
    if d is None:
        return path
    scale = max(left, key=float) / max(d, key=float)
    own = dict(zip(moving, d, strict=True))
    return path._replace(d=[arb((own.get(i, arb(0)) * scale).mid()) for i in range(len(path.d))])


def _resolved(j: list[Box], mu: arb, left: Box) -> Box | None:
    """Return (mu - J)^-1 of a positive vector, nearly; None where it is not positive, as mu is not above the Perron eigenvalue of J."""
    d = solved([[mu * int(i == k) - slope for k, slope in enumerate(row)] for i, row in enumerate(j)], left)
    return d if d is not None and all(step > 0 for step in d) else None


def _first_root(a: float, b: float, c: float) -> float:
    """Return the first s at which a + b s + c s^2, or a + b s where it bends down, is no longer negative."""
    if c <= 0:
        return -a / b if b > 0 else float("inf")
    root = max(b * b - 4 * a * c, 0.0) ** 0.5
    return 2 * -a / (b + root) if b + root > 0 else (root - b) / (2 * c)


def _stays_below(gap: Sequence[arb], bend: arb, s: arb) -> bool:
    """Whether f(w(s)) < w(s) up to s: the bound is convex, so its ends decide."""
    curved = arb(max(bend.upper(), arb(0)))
    return bool(gap[0] < 0 and gap[0] + s * gap[1] + s * s * curved < 0)


def _only_one(f: BoundMap, w: Box, x: _State, y: Box, p: arb | None) -> Box | None:
    """Return a box of the largest fixed point, below w, where x and y are nearly those at the ends of the letter's ball."""
    hard, easy = f.ends(p)
    reach = _reach(f, w, x, hard)
    low = None if reach is None else _below(f, y, reach, easy)
    if reach is None or low is None:
        return None
    box = [at.union(side) for at, side in zip(low, w, strict=True)]
    excess = f.excess(p)
    slopes = excess(box)[1]
    return (krawczyk(excess, box, slopes)[0] or box) if contracts(slopes, reach) else None


def contracts(excess: list[Box], reach: Box) -> bool:
    """Whether J e < e is proved with some e > 0 for all J between 0 and the largest of a box, so that it holds one fixed point at most."""
    largest = [[arb((int(i == k) - entry).upper()) for k, entry in enumerate(row)] for i, row in enumerate(excess)]
    e = _resolved(largest, arb(1), reach)
    return e is not None and all(image < side for image, side in zip((arb_mat(largest) * column(e)).entries(), e, strict=True))


def _below(f: BoundMap, x: Box, reach: Box, p: arb | None) -> Box | None:
    """Return a point l <= x - 2 e, or 0 where that is negative, with f(l) >= l, so that a fixed point lies above it."""
    low = [arb(max((at - 2 * step).lower(), arb(0))) for at, step in zip(x, reach, strict=True)]
    for _ in range(_LOWERINGS):
        values = f.at(low, p)
        if not all(value.is_finite() for value in values):
            return None
        if all(at == 0 or value >= at for at, value in zip(low, values, strict=True)):
            return low
        further = (at - arb(1.25) * (at - value) for at, value in zip(x, values, strict=True))
        low = [arb(max(min(at, arb(value.lower())), arb(0))) for at, value in zip(low, further, strict=True)]
    return None


def _reach(f: BoundMap, w: Box, x: _State, p: arb | None) -> Box | None:
    """Return e >= w - x with J e < e, nearly, so that f(x - e) > x - e; None where no such e is positive, as x is not stable.

    That is (1 - J)^-1 r with r the larger of (1 - J)(w - x) and of what rounding, and the ball of values of the letter, may hide.
    """
    left = _applied(x.excess, [side - at for side, at in zip(w, x.point, strict=True)])
    hidden = arb(2) ** (8 - ctx.prec)
    off = zip(left, x.point, f.at(x.point, p), strict=True)
    reach = _applied(x.inverse, [max(short, abs(value - at).upper() + (abs(at) + 1) * hidden) for short, at, value in off])
    return reach if all(step > 0 for step in reach) else None


class _State(NamedTuple):
    """A point that is nearly a fixed point, with 1 - J and its inverse, nearly, at it or next to it."""

    point: Box
    excess: arb_mat
    inverse: arb_mat


def _fixed_point(f: BoundMap, start: Box, p: arb | None, near: _State | None = None) -> _State | None:
    """Go from a point to a fixed point nearby by Newton's method, at the middle of the letter's ball; a Jacobian serves for some steps."""
    p = None if p is None else arb(p.mid())
    state = near or _with_slopes(f, start, p)
    for _ in range(_NEWTON):
        if state is None:
            return None
        for _ in range(_CHORDS):
            change = _applied(state.inverse, [at - value for at, value in zip(state.point, f.at(state.point, p), strict=True)])
            point = [arb((at - step).mid()) for at, step in zip(state.point, change, strict=True)]
            if not all(at.is_finite() for at in point):
                return None
            state = state._replace(point=point)
            if all(abs(step) <= (abs(at) + 1) * arb(2) ** (-ctx.prec * 5 // 8) for at, step in zip(point, change, strict=True)):
                return state
        state = _with_slopes(f, state.point, p)
    return None


def _with_slopes(f: BoundMap, point: Box, p: arb | None) -> _State | None:
    """Return the middle of a point with 1 - J there and its inverse; None where that has none."""
    point = [arb(at.mid()) for at in point]
    excess = arb_mat([[int(i == k) - slope.mid() for k, slope in enumerate(row)] for i, row in enumerate(f.jacobian(point, p))])
    try:
        return _State(point, excess, excess.inv())
    except ZeroDivisionError:
        return None


def _applied(matrix: arb_mat, vector: Box) -> Box:
    """Apply a matrix to a vector, nearly."""
    return [arb(entry.mid()) for entry in (matrix * column(side.mid() for side in vector)).entries()]
