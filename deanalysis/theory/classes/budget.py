"""The cheapest way to spend texts over the levels of a hierarchy so that the top one emerges: branch and bound over the states below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import sympy as sp
from flint import arb, ctx

from ...balls.compiling import compile_balls
from ...balls.numbers import Number
from ...balls.search import search
from ...balls.series import taylors
from ...balls.systems import Box
from ...errors import InputError
from ...model.exact import Value, bindings
from ...record import Record
from ..evolution.search import Question
from ..evolution.thresholds.find import thresholds
from .equations import ClassEquations
from .hierarchy import Hierarchy, Level

_GAP = 1e-9
"""How close the least, relative to it, is enclosed: more digits than anybody plans by, and far fewer than rounding leaves."""

_MOST_BOXES = 40_000
"""Boxes that are judged, where 14 do for three levels and 40 for four: a bound on the time of models that nobody has tried."""

_DEEPEST, _FINEST, _BITS = 40.0, 1e-14, 80
"""Down to which -log q states are looked at, far below any that is best; the narrowest box; and bits, which leave more than the gap."""


@dataclass(frozen=True)
class Budget(Record):
    """Texts of each type per skill of all classes, in all `total`, with which the top level emerges; no way takes fewer than `least`.

    `states` are the q of the lower levels there. The status is 'proved' where total and least agree to 1e-9, else 'gap'.
    """

    total: float
    least: float
    ratios: dict[str, float]
    states: dict[str, float]
    status: str

    def __repr__(self) -> str:
        return f"<budget of {self.total:.9g} texts per skill, at least {self.least:.9g}; {self.status}>"

    def _repr_latex_(self) -> str:
        return f"${self.least:.9g} \\le \\text{{texts per skill}} \\le {self.total:.9g}$"


def cheapest(equations: ClassEquations, **values: Value) -> Budget:
    """Return the fewest texts over all levels with which the top one emerges (an infimum: it takes more than that).

    The state q_h of a lower level takes -log(q_h/eps_h)/(c_h P_suc(c_h q_h)) texts per skill of its class, times exp(sum_g c_hg q_g) for
    what is below; the states that the largest fixed point passes are those beyond its jumps. Over boxes of log q_h the sum is enclosed in
    balls, and boxes that cannot hold the least are dropped. The ratios that the model states are what is solved for, and so do not matter.

    Raises `InputError` where the levels are not of the kind that has closed forms, where a letter other than those ratios is free, and
    where the learning of the top level is gradual.

    >>> from deanalysis.model import Poisson
    >>> from deanalysis.model.classes import ClassEnsemble, SkillClass, TextType
    >>> basic, domain = SkillClass("basic", "1/2"), SkillClass("domain", "1/2", requires=("basic",))
    >>> general = TextType("general", "1", {"basic": Poisson(3)})
    >>> expert = TextType("expert", "1", {"basic": Poisson(2), "domain": Poisson(4)})
    >>> cheapest(ClassEquations(ClassEnsemble((basic, domain), (general, expert))))
    <budget of 1.38802845 texts per skill, at least 1.38802845; proved>
    """
    levels = Hierarchy(equations).levels
    bound = {symbol: value for symbol, value in bindings(values).items() if symbol in equations.letters}
    shares = [equations.ensemble.skill_class(level.name).share.xreplace(bound) for level in levels]
    costs = [_cost(level, share, bound, last=level is levels[-1]) for level, share in zip(levels, shares, strict=True)]
    free = frozenset().union(*(cost.free_symbols for cost in costs)) - {level.state for level in levels}
    if free:
        names = ", ".join(sorted(map(str, free)))
        raise InputError("budget", f"needs every letter bound but the ratios; {names} is free")
    if len(levels) < 2:
        raise InputError("budget", "needs at least two levels")
    sought = _Search(costs, [level.state for level in levels[:-1]])
    reachable = product(*(_reachable(level, bound) for level in levels[:-1]))
    sought.run([[arb(low).union(arb(high)) for low, high in places] for places in reachable])
    at = [float(arb(side).exp()) for side in sought.best]
    spent = {level.kind: float(cost.mid()) for level, cost in zip(levels, sought.values(sought.best), strict=True)}
    total = sum(spent.values())
    states = {level.name: state for level, state in zip(levels, at, strict=False)}
    return Budget(total, sought.least, spent, states, "proved" if total - sought.least <= 2 * _GAP * total else "gap")


def _cost(level: Level, share: sp.Expr, bound: dict[sp.Symbol, sp.Expr], last: bool) -> sp.Expr:
    """Return the texts of a level, per skill of all classes, as a formula of the states of this and lower levels."""
    if not last:
        return (share * level.curve() / level.factor).xreplace(bound)
    jumps = thresholds(Question.of(level.reduced.bind(bound), "R_F")).emergence
    if not jumps or jumps[0].value is None:
        raise InputError("budget", f"needs a top level that emerges; the learning of {level.name} is gradual")
    return (share * sp.Rational(str(jumps[-1].value)) / level.factor).xreplace(bound)


def _reachable(level: Level, bound: dict[sp.Symbol, sp.Expr]) -> list[tuple[float, float]]:
    """Return the intervals of log q that the largest fixed point passes: between its jumps, down to e^-40."""
    reduced = level.reduced.bind(bound)
    jumps = [
        jump for jump in thresholds(Question.of(reduced, "R_F")).emergence if jump.fixed_point is not None and jump.lands_on is not None
    ]
    high, intervals = float(sp.log(reduced.ensemble.unknown)), []
    for jump in jumps:
        intervals.append((_log(jump.fixed_point), high))
        high = _log(jump.lands_on)
    return [*intervals, (-_DEEPEST, high)]


def _log(value: Number | None) -> float:
    assert value is not None
    return float(value.ball().log())


class _Piece(NamedTuple):
    """A box of log q, and what it costs at least."""

    least: float
    box: Box


class _Search:
    """The least of a sum of costs over boxes of log q: the cheapest middle of a box that was met, and what none is below."""

    def __init__(self, costs: Sequence[sp.Expr], states: Sequence[sp.Symbol]) -> None:
        logs = [sp.Dummy(str(state), real=True) for state in states]
        put = {state: sp.exp(log) for state, log in zip(states, logs, strict=True)}
        self._function: Callable[..., list[Any]] = compile_balls(sp.Tuple(*(sp.expand_log(cost.xreplace(put)) for cost in costs)), logs)
        self.best: Box = []
        self.total = self.least = float("inf")

    def run(self, boxes: Sequence[Box]) -> None:
        """Search boxes for the least, that of the least bound first."""
        with ctx.workprec(_BITS):
            start = [self._piece(box) for box in boxes]
            left = search(
                _Piece(0.0, []), lambda piece: self._judged(piece) if piece.box else start, _MOST_BOXES, lambda piece: -piece.least
            )
        self.least = min([self.total, self.least, *(piece.least for piece in left)])

    def values(self, box: Box) -> list[arb]:
        """Enclose each cost over a box."""
        return [arb(value) for value in self._function(*box)]

    def _piece(self, box: Box) -> _Piece:
        """Note what the middle of a box costs, and return the box with what it must cost at least."""
        slopes = [self._slope(box, axis) for axis in range(len(box))]
        box = [_end(side, slope) for side, slope in zip(box, slopes, strict=True)]
        middle = [arb(side.mid()) for side in box]
        here = sum(self.values(middle), arb(0))
        if float(here.upper()) < self.total:
            self.best, self.total = middle, float(here.upper())
        sloped = here + sum((slope * (side - at) for slope, side, at in zip(slopes, box, middle, strict=True)), arb(0))
        bounds = [float(total.lower()) for total in (sum(self.values(box), arb(0)), sloped) if total.is_finite()]
        return _Piece(max(bounds, default=0.0), box)

    def _slope(self, box: Box, axis: int) -> arb:
        columns = taylors(lambda moving: self._function(*box[:axis], moving, *box[axis + 1 :]), box[axis], 2, len(box) + 1)
        return sum((column[1] for column in columns), arb(0))

    def _judged(self, piece: _Piece) -> list[_Piece]:
        """Halve a box, unless it is as good as what was met, or too narrow."""
        box = piece.box
        axis = max(range(len(box)), key=lambda index: float(box[index].rad()))
        if piece.least >= self.total * (1 - _GAP) or box[axis].rad() < _FINEST:
            self.least = min(self.least, piece.least)
            return []
        low, middle, high = arb(box[axis].lower()), arb(box[axis].mid()), arb(box[axis].upper())
        return [self._piece([*box[:axis], half, *box[axis + 1 :]]) for half in (low.union(middle), middle.union(high))]


def _end(side: arb, slope: arb) -> arb:
    """Return the end of a side at which a sum that only rises or falls along it is least."""
    if slope > 0:
        return arb(side.lower())
    return arb(side.upper()) if slope < 0 else side
