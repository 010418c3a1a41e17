"""Where a giant component appears: the spectral radius at the state without one passes 1, along the states that learning reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import sympy as sp
from flint import arb, ctx

from ..equations.curve import Curve, inverted
from ..equations.domain import domain
from ..equations.formula import Formula, text
from ..equations.percolation import MessageSystem
from ..model.symbols import q, t
from .branching import BoundSystem
from .compiling import ball_of, compile_balls, taylor
from .evaluator import Evaluator
from .exact_roots import exact_roots
from .fixed_points import LargestFixedPoint
from .isolation import Taylor, isolate, refine
from .numbers import Number, prove_number, prove_numbers
from .plane import MultipleRoot
from .results import Threshold, Thresholds
from .search import Range, search_range
from .systems import Box, isolate_system, refine_system
from .thresholds import thresholds

if TYPE_CHECKING:
    from .percolation import Percolation

__all__ = ["percolation_thresholds"]

_PRECISIONS = (64, 128, 256)
_CERTIFYING = 160
_SMALLEST = arb(2) ** -30


def percolation_thresholds(
    percolation: Percolation,
    parameter: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    digits: int,
    search: Range | None = None,
    approximate: bool = False,
) -> Thresholds:
    """Return the thresholds of percolation in a letter, the others bound; closed forms where letters are left free."""
    system = percolation.approximation if approximate else percolation.system
    name = str(parameter)
    if percolation.association.learned and (reason := percolation.equation.bind(values).never_starts):
        return Thresholds(name, (), f"no giant component: {reason}")
    if not system.condition.has(q):
        return _without_learning(percolation, system, parameter, values, digits, search)
    if free := percolation.letters - {parameter} - set(values):
        letters = ", ".join(sorted(map(str, free)))
        return Thresholds(name, (), f"no closed form of the percolation threshold was found with {letters} left free; bind that first")
    return _Search(percolation, system, parameter, values, digits, search_range(percolation, parameter, values, search)).result()


def _without_learning(
    percolation: Percolation,
    system: MessageSystem,
    parameter: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    digits: int,
    search: Range | None,
) -> Thresholds:
    """Return the thresholds where vertices do not depend on what is learned: growth = 1 in closed form, or isolated."""
    name, growth = str(parameter), system.jacobian[0, 0].xreplace(dict(values))
    if not growth.has(parameter):
        return Thresholds(name, (), f"no threshold: the branching factor {text(growth)} does not depend on {name}")
    if growth.free_symbols - {parameter}:
        factor, power = growth.as_independent(parameter, as_Add=False)
        base, exponent = power.as_base_exp()
        if base != parameter:
            return Thresholds(name, (), "no closed form of the percolation threshold was found; bind the other letters first")
        closed = Formula.of(sp.powdenest((1 / factor) ** (1 / exponent), force=True))
        return Thresholds(name, (Threshold("percolation", name, None, None, "proved", _side(exponent), closed),))
    roots = exact_roots(growth, parameter, domain(percolation, parameter, values), search)
    slope = sp.diff(growth, parameter)
    if roots is not None:
        found = []
        for root in roots:
            value = prove_number(lambda root=root: ball_of(root), digits)  # type: ignore[misc]
            sign = ball_of(slope.xreplace({parameter: root}))
            status = "proved" if value.has(digits) else "undecided"
            found.append(Threshold("percolation", name, value, None, status, _side(sign), Formula.of(root)))
        return Thresholds(name, tuple(found), None if found else f"no percolation threshold for any {name}")
    return _Search(percolation, system, parameter, values, digits, search_range(percolation, parameter, values, search)).result()


def _side(slope: sp.Expr | arb) -> str:
    return "above" if slope > 0 else "below"


class _Crossing(NamedTuple):
    """A state (q, letter) at which the radius may pass 1, to the current precision."""

    place: Callable[[], tuple[arb, arb]]


class _Found(NamedTuple):
    """Where det(1 - J) vanishes, and what could not be decided."""

    crossings: list[_Crossing]
    undecided: bool


@dataclass(frozen=True)
class _Search:
    """The search in a range of one letter, all others bound."""

    percolation: Percolation
    system: MessageSystem
    parameter: sp.Symbol
    values: Mapping[sp.Symbol, sp.Expr]
    digits: int
    range: Range

    def result(self) -> Thresholds:
        """Return all thresholds in the range, in ascending order."""
        name, (low, high) = str(self.parameter), self.range
        places = self._crossings()
        gradual = [one for crossing in places.crossings if (one := self._threshold(crossing)) is not None]
        found = sorted([*gradual, *self._jumps()], key=lambda one: float(one.value) if one.value else 0.0)
        searched = f"{name} from {text(low)} to {text(high)}"
        reason = None if found else self._throughout(searched)
        if places.undecided:
            reason = f"undecided: the branching factor may pass 1 elsewhere for {searched}"
        return Thresholds(name, tuple(found), reason, searched)

    def _throughout(self, searched: str) -> str:
        """Say whether there is a giant component in the whole range, as there is in its middle."""
        middle = self.range[0] + (self.range[1] - self.range[0]) / 2
        largest = LargestFixedPoint(self.percolation.equation, {**self.values, self.parameter: middle})
        there = BoundSystem(self.system, largest).percolates
        if there is None:
            return f"a giant component neither appears nor disappears for {searched}"
        return f"there is a giant component for every {searched}" if there else f"no giant component for any {searched}"

    @cached_property
    def _letters(self) -> list[sp.Symbol]:
        return sorted(self.values, key=str)

    @cached_property
    def _excess(self) -> sp.Expr:
        return self.percolation.equation.right_side - q

    def _compiled(self, expression: sp.Expr) -> Callable[..., arb]:
        function: Callable[..., arb] = compile_balls(expression, [q, self.parameter, *self._letters])
        return function

    def _known(self) -> list[arb]:
        return [ball_of(self.values[letter]) for letter in self._letters]

    def _slopes(self, expression: sp.Expr, state: arb, value: arb) -> tuple[arb, arb, arb]:
        """Enclose an expression with its derivatives by q and by the letter."""
        known = [value, *self._known()]
        zeroth, by_state = taylor(self._compiled(expression), state, 2, known)
        return zeroth, by_state, taylor(self._compiled(sp.diff(expression, self.parameter)), state, 1, known)[0]

    @property
    def _moves(self) -> bool:
        """Whether what is learned depends on the letter."""
        return self.parameter in self.percolation.equation.letters and self.system.condition.has(q)

    def _crossings(self) -> _Found:
        if not self._moves:
            return self._along_letter()
        curve = inverted(self.percolation.equation, self.parameter)
        return self._along_curve(curve) if curve is not None else self._in_plane()

    def _along_letter(self) -> _Found:
        """Isolate the zeros of det(1 - J) in the letter, at one and the same q."""
        largest = LargestFixedPoint(self.percolation.equation, self.values)

        def state() -> arb:
            return largest.state() if self.system.condition.has(q) else arb(0)

        def function(value: arb) -> tuple[arb, arb]:
            condition = self._slopes(self.system.condition, state(), value)
            return condition[0], condition[2]

        low, high = (ball_of(end) for end in self.range)
        low = low if low > 0 else _SMALLEST * high
        return self._isolated(function, low, high, lambda value: (state(), value))

    def _along_curve(self, curve: Curve) -> _Found:
        """Isolate them along the inverted curve of fixed points, where the letter is in its range and the radius may be 1."""
        low, high = (ball_of(end) for end in self.range)
        evaluator = Evaluator(t, self.values)
        along = {q: curve.q, self.parameter: curve.value}
        expression, diagonal = self.system.condition.xreplace(along), [entry.xreplace(along) for entry in self.system.jacobian.diagonal()]
        end = (
            arb(1) if curve.bounded else ball_of(curve.scale.xreplace({**self.values, self.parameter: self.range[1 if curve.rises else 0]}))
        )

        def function(state: arb) -> tuple[arb, arb]:
            value, slope = evaluator.taylor(expression, state, 2)
            return value, slope

        def within(state: arb) -> tuple[arb, arb]:
            here = evaluator.value(curve.value, state)
            if here < low or here > high or any(evaluator.value(entry, state) > 1 for entry in diagonal):
                return arb(1), arb(0)
            return function(state)

        def place(state: arb) -> tuple[arb, arb]:
            return evaluator.value(curve.q, state), evaluator.value(curve.value, state)

        return self._isolated(function, _SMALLEST * end, end, place, within)

    def _isolated(
        self, function: Taylor, low: arb, high: arb, place: Callable[[arb], tuple[arb, arb]], within: Taylor | None = None
    ) -> _Found:
        """Isolate the zeros of a function; `within` is the same, or not zero on boxes that do not matter."""
        for precision in _PRECISIONS:
            with ctx.workprec(precision):
                found = isolate(within or function, arb(low.lower()), arb(high.upper()), lambda state: function(state)[0])
            if not found.undecided:
                break
        crossings = [_Crossing(lambda box=zero.box: place(refine(function, box, ctx.prec - 10))) for zero in found.zeros]  # type: ignore[misc]
        return _Found(crossings, bool(found.undecided))

    def _in_plane(self) -> _Found:
        """Isolate the zeros of f - q and det(1 - J) in the plane of q and the letter."""

        def system(box: Box) -> tuple[list[arb], list[list[arb]]]:
            rows = [self._slopes(function, *box) for function in (self._excess, self.system.condition)]
            return [row[0] for row in rows], [[row[1], row[2]] for row in rows]

        def excluded(box: Box) -> bool:
            return any(entry > 1 for entry in self._diagonal(*box))

        low, high = (ball_of(end) for end in self.range)
        low = low if low > 0 else _SMALLEST * high
        with ctx.workprec(_PRECISIONS[0]):
            found = isolate_system(system, [arb(0).union(arb(1)), arb(low.lower()).union(arb(high.upper()))], excluded)

        def refined(box: Box) -> tuple[arb, arb]:
            state, value = refine_system(system, box, ctx.prec - 10)
            return state, value

        return _Found([_Crossing(lambda box=box: refined(box)) for box in found.zeros], bool(found.undecided))  # type: ignore[misc]

    def _threshold(self, crossing: _Crossing) -> Threshold | None:
        """Return the threshold at a crossing; None where it is another eigenvalue that is 1, or no state that learning reaches."""
        with ctx.workprec(_CERTIFYING):
            state, value = crossing.place()
            if value < ball_of(self.range[0]) or value > ball_of(self.range[1]):
                return None
            diagonal = [1 - entry for entry in self._diagonal(state, value)]
            if any(entry < 0 for entry in diagonal):
                return None
            reached = self._is_reached(state, value)
            if reached is False:
                return None
            slope = self._slope(state, value)
        found, number = prove_numbers(crossing.place, self.digits)
        certain = reached is not None and all(entry > 0 for entry in diagonal) and not slope.contains(arb(0))
        return self._made(number, found if self.system.condition.has(q) else None, _side(-slope), certain)

    def _diagonal(self, state: arb, value: arb) -> list[arb]:
        """Enclose the diagonal of J, where there are two types."""
        entries = self.system.jacobian.diagonal() if self.system.jacobian.rows > 1 else []
        return [arb(self._compiled(entry)(state, value, *self._known())) for entry in entries]

    def _is_reached(self, state: arb, value: arb) -> bool | None:
        """Whether a fixed point is the largest, in which learning stops."""
        if not self._moves:
            return True
        equation = self.percolation.equation
        root = MultipleRoot(equation.right_side - q, q, (self.parameter,), self.values)
        top = MultipleRoot(equation.ensemble.unknown, q, (self.parameter,), self.values).series([arb(0), value], 1)[0]
        return root.at([value]).is_negative_above(state, arb(top.upper()), 1)

    def _slope(self, state: arb, value: arb) -> arb:
        """Enclose the derivative of det(1 - J) by the letter, along the fixed points."""
        _, by_state, by_letter = self._slopes(self.system.condition, state, value)
        if not self._moves:
            return by_letter
        _, excess, moved = self._slopes(self._excess, state, value)
        return by_letter - by_state * moved / excess

    def _jumps(self) -> Iterator[Threshold]:
        """Yield the emergences at which a giant component appears or disappears with the jump."""
        if not self._moves or not self.percolation.association.learned:
            return
        equation = self.percolation.equation
        known = {letter: value for letter, value in self.values.items() if letter in equation.letters}
        for jump in thresholds(equation, self.parameter, known, kind="emergence", search=self.range):
            if jump.value is None or jump.fixed_point is None or jump.lands_on is None:
                continue
            with ctx.workprec(_CERTIFYING):
                before, after = (self._percolates(state.ball(), jump.value.ball()) for state in (jump.fixed_point, jump.lands_on))
            if before is not None and after is not None and before is not after:
                other = {"above": "below", "below": "above"}[jump.learned_side]
                exact = thresholds(equation, self.parameter, known, self.digits, "emergence", self.range)
                same = min(exact, key=lambda one: abs(float(one.value or 0) - float(jump.value or 0)))
                assert same.value is not None
                yield self._made(same.value, same.fixed_point, jump.learned_side if after else other, True)

    def _percolates(self, state: arb, value: arb) -> bool | None:
        """Whether the radius at a state exceeds 1."""
        condition = self._slopes(self.system.condition, state, value)[0]
        diagonal = [1 - entry for entry in self._diagonal(state, value)]
        if condition < 0 or any(entry < 0 for entry in diagonal):
            return True
        return False if condition > 0 and all(entry > 0 for entry in diagonal) else None

    def _made(self, value: Number, fixed_point: Number | None, side: str, certain: bool) -> Threshold:
        status = "proved" if certain and value.has(self.digits) else "undecided"
        return Threshold("percolation", str(self.parameter), value, fixed_point, status, side)
