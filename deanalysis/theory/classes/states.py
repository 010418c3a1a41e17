"""The largest fixed point of several classes and the errors there; and the least value of a letter from which on they keep a target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import sympy as sp
from flint import arb, ctx

from ...balls.bound_map import BoundMap
from ...balls.compiling import ball_of
from ...balls.monotone import locate, refined
from ...balls.numbers import ZERO, Number, prove_number, prove_numbers
from ...balls.precision import at_rising_precision
from ...balls.systems import Box, prove_zero, refine_system
from ...errors import InputError
from ...record import Record
from ...symbolic.algebra import sign, simplified
from ..evolution.answers import Status
from ..evolution.search import Range
from ..evolution.thresholds.results import ClassState
from .changes import FINE, Change, beside
from .equations import ClassEquations
from .jumps import find_changes
from .thresholds import inner

_MOST_BITS = 512
"""Bits up to which a state is tried; one that needs more is next to a jump by 1e-75."""


def class_state(equations: ClassEquations, bound: Mapping[sp.Symbol, sp.Expr], digits: int) -> ClassState:
    """Return the largest fixed point with every letter bound; see `ClassEvolution.fixed_point`."""
    f = BoundMap.of(equations, bound)
    box = at_rising_precision(lambda: locate(f), _MOST_BITS)
    if box is None:
        unknown = Number("nan", "0", "1")
        names = {"q": equations.labels.values(), "zeta": equations.ensemble.names}
        return ClassState(
            **{name: dict.fromkeys(names.get(name, equations.ensemble.type_names), unknown) for name in ClassState.measured()},
            status=Status.UNDECIDED,
        )
    reduced = f.zeros(box)
    kept = [side for symbol, side in zip(f.unknowns, box, strict=True) if symbol in reduced.unknowns]
    parts: dict[str, dict[str, sp.Expr]] = {
        "q": {label: symbol for symbol, label in equations.labels.items()},
        "zeta": equations.novel,
        "testing_error": equations.testing_errors,
        "testing_error_uniform": _uniform_errors(equations),
        "training_error": equations.training_errors,
    }
    numbers = iter(_proved(reduced, kept, [expression for named in parts.values() for expression in named.values()], digits))
    state = {name: {key: next(numbers) for key in named} for name, named in parts.items()}
    complete = all(number.has(digits) for named in state.values() for number in named.values())
    return ClassState(**state, status=Status.of(complete))


def _uniform_errors(equations: ClassEquations) -> dict[str, sp.Expr]:
    """By type: a fresh text that picks its skills uniformly within each class requires a novel one: with zeta in place of q."""
    laws = ((kind, equations.ensemble.text_law(kind)) for kind in equations.ensemble.type_names)
    return {kind: 1 - law.pgf({name: 1 - equations.novel[name] for name in law.kinds}) for kind, law in laws}


def _proved(f: BoundMap, box: list[arb], expressions: Iterable[sp.Expr], digits: int) -> list[Number]:
    """Return expressions of the unknowns at the fixed point in a box; those that are exactly 0 are known to all digits."""
    put = [sp.sympify(expression).xreplace(dict(f.fixed)) for expression in expressions]
    exact = [expression.is_number and bool(simplified(expression.xreplace(dict(f.values))) == 0) for expression in put]
    function = f.compiled(put)

    def compute() -> list[arb]:
        return [arb(value) for value in function(*refined(f, box, None), *f.known(None))]

    return [ZERO if zero else one for zero, one in zip(exact, prove_numbers(compute, digits), strict=True)]


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
    rising = {sign(sp.diff(measure, symbol), f.unknowns) for measure in measures.values()} - {0}
    if f.easier is None or rising - {-f.easier}:
        raise InputError(f"parameter {symbol}", "must be one in which learning, and the measure, are shown to be monotone")
    asked = _Asked(f, list(measures.values()), wanted)
    with ctx.workprec(FINE):
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
        return [arb(value) for value in self.f.compiled(self.measures)(*refined(self.f, box, p), *self.f.known(p))]

    def is_kept(self, p: arb) -> bool | None:
        """Whether all measures are at most the target; None where that is not proved."""
        values, target = self.values(p), ball_of(self.target)
        if values is None:
            return None
        return True if all(value <= target for value in values) else False if any(value > target for value in values) else None

    def ends_at(self, jump: Change) -> bool:
        """Whether the target is proved not to be kept just before a jump, and to be kept just past it."""
        before, after = beside(jump.place)[:: self.f.easier]
        return jump.after is not None and self.is_kept(before) is False and self.is_kept(after) is True

    def worst(self, p: arb) -> int:
        """Return which measure is the largest, nearly."""
        values = self.values(p) or [arb(0)]
        return max(range(len(values)), key=lambda index: float(values[index].mid()))

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
            if zero is None or not all(whole.contains(side) for whole, side in zip([*box, hard.union(easy)], zero, strict=True)):
                return None
            number = prove_number(partial(_place, system, zero), digits)
            later = last is None or (float(number.ball() - last.ball()) > 0) is (self.f.easier == 1)
            last = number if later else last
        return last


def _place(system: BoundMap, box: Box) -> arb:
    """Return the last unknown of a proved zero to the current precision."""
    return refine_system(system.excess(None), box, ctx.prec - 10)[-1]
