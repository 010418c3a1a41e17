"""The least value of a letter from which on several classes, or types of texts, keep a target: along the proved states, by bisection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import sympy as sp
from flint import arb, ctx

from ...balls.bound_map import BoundMap
from ...balls.compiling import ball_of
from ...balls.monotone import locate, refined
from ...balls.numbers import Number, prove_number
from ...balls.precision import at_rising_precision
from ...balls.systems import Box, prove_zero, refine_system
from ...errors import InputError
from ...record import Record
from ...symbolic.algebra import sign
from ..evolution.answers import Status
from ..evolution.search import Range
from .changes import Change, beside
from .equations import ClassEquations
from .jumps import find_changes
from .thresholds import inner

__all__ = ["ClassRequirement", "class_requirement", "measures_of"]

_PRECISION, _MOST_BITS = 128, 512
_NARROW, _NARROWEST = 1e-3, 1e-6
"""How narrow, relative to the letter, values are enclosed before the target is solved for, and before a jump is looked for."""


@dataclass(frozen=True)
class ClassRequirement(Record):
    """The value of a letter from which on a `target` is kept by all of `measure`: at `value` itself, or just past it where it is a jump.

    `worst` is the class, or the type of texts, that keeps it last; where it is a jump, the one that is furthest from it before.
    """

    parameter: str
    value: Number
    measure: str
    worst: str
    target: Number
    learned_side: str
    at_emergence: bool
    status: Status

    def __repr__(self) -> str:
        bound = ("least" if self.learned_side == "above" else "greatest") + f" {self.parameter}"
        where = ", just past an emergence" if self.at_emergence else ""
        return f"<{bound} = {self.value} for {self.measure.replace('_', ' ')} {self.target} of {self.worst}{where}, {self.status}>"

    def _repr_latex_(self) -> str:
        return f"${self.parameter} = {self.value.latex}$"


def measures_of(equations: ClassEquations, name: str, of: str | None) -> dict[str, sp.Expr]:
    """Return a measure of each class ('zeta') or type of texts (errors), or of the one that is named."""
    tables = {"zeta": equations.novel, "testing_error": equations.testing_errors, "training_error": equations.training_errors}
    if of is not None and of not in tables[name]:
        raise InputError("of", f"must name one of {', '.join(tables[name])}", given=of)
    return tables[name] if of is None else {of: tables[name][of]}


def class_requirement(
    equations: ClassEquations,
    symbol: sp.Symbol,
    bound: Mapping[sp.Symbol, sp.Expr],
    search: Range,
    target: tuple[str, sp.Expr, dict[str, sp.Expr]],
    digits: int,
) -> ClassRequirement:
    """Return the requirement in a range of a letter; see `ClassEvolution.require`."""
    name, wanted, measures = target
    f = BoundMap.of(equations, bound, symbol)
    rising = {sign(sp.diff(one, symbol), f.unknowns) for one in measures.values()} - {0}
    if f.easier is None or rising - {-f.easier}:
        raise InputError(f"parameter {symbol}", "must be one in which learning, and the measure, are shown to be monotone")
    asked = _Asked(f, list(measures.values()), wanted)
    with ctx.workprec(_PRECISION):
        hard, easy = (arb(ball_of(end).mid()) for end in inner(search)[:: f.easier])
        if asked.is_kept(hard) or not asked.is_kept(easy):
            where = "all over" if asked.is_kept(hard) else "nowhere in"
            raise InputError(f"the target {name} = {wanted}", f"is proved to be kept {where} the range of {symbol} that is searched")
        certain, value = True, None
        while value is None and (width := float(abs(easy - hard))) > _NARROWEST * float(abs(easy)):
            middle = arb(((hard + easy) / 2).mid())
            kept = asked.is_kept(middle)
            if kept is None:
                break
            hard, easy = (hard, middle) if kept else (middle, easy)
            if width < _NARROW * float(abs(easy)):
                value = asked.crossing(hard, easy, digits)
        worst = list(measures)[asked.worst(hard)]
        at_emergence = value is None
        if value is None:
            low, high = (hard, easy) if f.easier == 1 else (easy, hard)
            jumps = [jump for jump in find_changes(f, low, high).changes if isinstance(jump, Change) and asked.ends_at(jump)]
            certain = len(jumps) == 1
            value = prove_number(lambda: jumps[0].refined()[-1], digits) if jumps else prove_number(lambda: hard.union(easy), digits)
    return ClassRequirement(
        str(symbol),
        value,
        name,
        worst,
        prove_number(lambda: ball_of(wanted), digits),
        "above" if f.easier == 1 else "below",
        at_emergence,
        Status.of(certain and value.has(digits)),
    )


@dataclass(frozen=True)
class _Asked:
    """Measures at the largest fixed point of a map, and their target."""

    f: BoundMap
    measures: list[sp.Expr]
    target: sp.Expr

    def values(self, p: arb) -> list[arb] | None:
        """Enclose the measures at a value of the letter."""
        box = at_rising_precision(lambda: locate(self.f, p), _MOST_BITS)
        if box is None:
            return None
        return [arb(one) for one in self.f.compiled(self.measures)(*refined(self.f, box, p), *self.f.known(p))]

    def is_kept(self, p: arb) -> bool | None:
        """Whether all measures are at most the target; None where that is not proved."""
        values, target = self.values(p), ball_of(self.target)
        if values is None:
            return None
        return True if all(one <= target for one in values) else False if any(one > target for one in values) else None

    def ends_at(self, jump: Change) -> bool:
        """Whether the target is proved not to be kept just before a jump, and to be kept just past it."""
        before, after = beside(jump.place)[:: self.f.easier]
        return jump.after is not None and self.is_kept(before) is False and self.is_kept(after) is True

    def worst(self, p: arb) -> int:
        """Return which measure is the largest, nearly."""
        values = self.values(p) or [arb(0)]
        return max(range(len(values)), key=lambda place: float(values[place].mid()))

    def crossing(self, hard: arb, easy: arb, digits: int) -> Number | None:
        """Return where the last measure comes to the target between two values of the letter; None where the state may jump there."""
        box = locate(self.f, hard.union(easy))
        if box is None:
            return None
        last: Number | None = None
        for measure, value in zip(self.measures, self.values(hard) or [], strict=True):
            if value <= ball_of(self.target):
                continue
            letter = self.f.letter
            assert letter is not None
            sides = (*self.f.sides, letter + measure.xreplace(dict(self.f.fixed)) - self.target)
            system = BoundMap((*self.f.unknowns, letter), sides, (), self.f.values, None, self.f.fixed)
            zero = prove_zero(system.excess(None), [*box, hard.union(easy)], least=1.0)
            if zero is None or not all(held.contains(one) for held, one in zip([*box, hard.union(easy)], zero, strict=True)):
                return None
            number = prove_number(partial(_place, system, zero), digits)
            later = last is None or (float(number.ball() - last.ball()) > 0) is (self.f.easier == 1)
            last = number if later else last
        return last


def _place(system: BoundMap, box: Box) -> arb:
    """Return the last unknown of a proved zero to the current precision."""
    return refine_system(system.excess(None), box, ctx.prec - 10)[-1]
