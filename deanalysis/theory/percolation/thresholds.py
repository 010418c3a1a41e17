"""Thresholds of percolation: in closed form, or where the spectral radius passes 1, gradually or with a jump of what is learned."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from flint import arb, ctx

from ...balls.compiling import ball_of
from ...balls.numbers import ZERO, Number, check_digits, prove_number, prove_numbers
from ...balls.precision import CERTIFYING
from ...model.exact import Value
from ...model.formula import Formula, text
from ...model.occupation import Uniform
from ...model.symbols import q
from ..evolution.answers import Cause, Status, Undecided, by_method, check_method
from ..evolution.equations.domain import domain
from ..evolution.search import Question, Range, parse_search, search_range
from ..evolution.states.fixed_points import LargestFixedPoint
from ..evolution.thresholds.exact_roots import exact_roots
from ..evolution.thresholds.find import bound_thresholds
from ..evolution.thresholds.methods import completed, is_open
from ..evolution.thresholds.results import Threshold, Thresholds
from .component import BoundSystem
from .crossings import Crossings, Place
from .equations import MessageSystem, PercolationEquations

__all__ = ["percolation_thresholds"]


def percolation_thresholds(
    percolation: PercolationEquations,
    parameter: sp.Symbol | str | None = None,
    *,
    digits: int = 15,
    search: str | tuple[Value, Value] | None = None,
    approximate: bool = False,
    method: str = "auto",
    **values: Value,
) -> Thresholds:
    """Return all values of a letter at which a giant component appears or disappears (see `Percolation.thresholds`)."""
    check_digits(digits)
    check_method(method)
    bound, symbol = percolation.free(values, parameter)
    return _thresholds(percolation, symbol, bound, digits, parse_search(search), approximate, method)


def _thresholds(
    percolation: PercolationEquations,
    parameter: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    digits: int,
    search: Range | None,
    approximate: bool,
    method: str,
) -> Thresholds:
    """Return the thresholds of percolation in a letter, the others bound; closed forms where letters are left free."""
    system = percolation.approximation if approximate else percolation.system
    name = str(parameter)
    if percolation.association.learned and (reason := percolation.equation.bind(values).never_starts):
        return Thresholds(name, (), f"no giant component: {reason}")
    if not system.condition.has(q):
        return _without_learning(percolation, system, parameter, values, digits, search, method)
    if free := percolation.letters - {parameter} - set(values):
        letters = ", ".join(sorted(map(str, free)))
        return Thresholds(name, (), f"no closed form of the percolation threshold was found with {letters} left free; bind that first")
    return _searched(percolation, system, parameter, values, digits, search, method)


def _searched(
    percolation: PercolationEquations,
    system: MessageSystem,
    parameter: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    digits: int,
    search: Range | None,
    method: str,
) -> Thresholds:
    """Search a range of the letter by the method that is named."""
    whole = search_range(percolation, parameter, values, search)

    def proved() -> Thresholds:
        return _Search(percolation, system, parameter, values, digits, whole).result()

    def numerical() -> Thresholds:
        from .numerical_thresholds import numerical_percolation_thresholds

        return numerical_percolation_thresholds(percolation.equation, system, parameter, values, digits, whole)

    return by_method(method, proved, is_open, numerical, completed)


def _without_learning(
    percolation: PercolationEquations,
    system: MessageSystem,
    parameter: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    digits: int,
    search: Range | None,
    method: str,
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
        return Thresholds(name, (Threshold("percolation", name, None, None, Status.PROVED, _side(exponent), closed),))
    roots = exact_roots(growth, parameter, domain(percolation, parameter, values), search) if method != "mpmath" else None
    slope = sp.diff(growth, parameter)
    if roots is not None:
        found = []
        for root in roots:
            value = prove_number(lambda root=root: ball_of(root), digits)  # type: ignore[misc]
            sign = ball_of(slope.xreplace({parameter: root}))
            status = Status.of(value.has(digits))
            found.append(Threshold("percolation", name, value, None, status, _side(sign), Formula.of(root)))
        return Thresholds(name, tuple(found), None if found else f"no percolation threshold for any {name}")
    return _searched(percolation, system, parameter, values, digits, search, method)


def _side(slope: sp.Expr | arb) -> str:
    return "above" if slope > 0 else "below"


class _Search:
    """All thresholds in a range of one letter, the others bound."""

    def __init__(
        self,
        percolation: PercolationEquations,
        system: MessageSystem,
        parameter: sp.Symbol,
        values: Mapping[sp.Symbol, sp.Expr],
        digits: int,
        range_: Range,
    ) -> None:
        self.percolation, self.parameter, self.values, self.digits, self.range = percolation, parameter, values, digits, range_
        self.crossings = Crossings(percolation.equation, system, parameter, values, range_)

    def result(self) -> Thresholds:
        """Return the thresholds in ascending order; where there is none, the reason says what holds throughout."""
        places, undecided = self.crossings.found()
        gradual = [one for place in places if (one := self._threshold(place)) is not None]
        jumps, doubtful = self._jumps()
        complete, uncertain = self._where_all_is_learned()
        found = sorted([*gradual, *jumps, *complete], key=lambda one: float(one.value) if one.value else 0.0)
        name, (low, high) = str(self.parameter), self.range
        searched = f"{name} from {text(low)} to {text(high)}"
        if undecided or doubtful or uncertain:
            doubt = Undecided(Cause.GIANT_COMPONENT, f"a giant component may appear or disappear elsewhere for {searched}")
            return Thresholds(name, tuple(found), str(doubt), searched, undecided=(doubt,))
        return Thresholds(name, tuple(found), None if found else self._throughout(searched), searched)

    def _throughout(self, searched: str) -> str:
        """Say whether there is a giant component in the whole range, as there is in its middle."""
        middle = self.range[0] + (self.range[1] - self.range[0]) / 2
        largest = LargestFixedPoint(self.percolation.equation, {**self.values, self.parameter: middle})
        there = BoundSystem(self.crossings.system, largest).percolates
        if there is None:
            return f"a giant component neither appears nor disappears for {searched}"
        return f"there is a giant component for every {searched}" if there else f"no giant component for any {searched}"

    def _threshold(self, place: Place) -> Threshold | None:
        """Return the threshold at a zero; None where it is another eigenvalue that is 1, or no state that learning reaches."""
        with ctx.workprec(CERTIFYING):
            state, value = place()
            if value < ball_of(self.range[0]) or value > ball_of(self.range[1]):
                return None
            diagonal = [1 - entry for entry in self.crossings.diagonal(state, value)]
            reached = self.crossings.is_reached(state, value)
            if any(entry < 0 for entry in diagonal) or reached is False:
                return None
            slope = self.crossings.slope(state, value)
        found, number = prove_numbers(place, self.digits)
        certain = reached is not None and all(entry > 0 for entry in diagonal) and not slope.contains(arb(0))
        return self._made(number, found if self.crossings.system.condition.has(q) else None, _side(-slope), certain)

    def _where_all_is_learned(self) -> tuple[list[Threshold], bool]:
        """Return the thresholds where q = 0 is the largest fixed point, which no curve shows; and whether some are undecided.

        The messages are those of independent skills there, and the branching factor is a formula in the letter.
        """
        system, equation = self.crossings.system, self.percolation.equation
        if not self.crossings.moves or not equation.bind(self._known).completes:
            return [], False
        growth = (system.complete or system).jacobian[0, 0].xreplace({q: sp.S.Zero, **self.values})
        if not growth.has(self.parameter):
            return [], False
        roots = exact_roots(growth, self.parameter, domain(self.percolation, self.parameter, self.values), self.range)
        if roots is None:
            return [], True
        states = {root: LargestFixedPoint(equation, {**self._known, self.parameter: root}).location for root in roots}
        slope = sp.diff(growth, self.parameter)
        found = [self._exact(root, slope) for root, (status, box) in states.items() if status == "exact" and box == 0]
        return found, any(status == Status.UNDECIDED for status, _ in states.values())

    def _exact(self, root: sp.Expr, slope: sp.Expr) -> Threshold:
        value, side = prove_number(lambda: ball_of(root), self.digits), _side(ball_of(slope.xreplace({self.parameter: root})))
        status = Status.of(value.has(self.digits))
        return Threshold("percolation", str(self.parameter), value, ZERO, status, side, Formula.of(root))

    @property
    def _known(self) -> dict[sp.Symbol, sp.Expr]:
        """The values of the letters of density evolution."""
        return {letter: value for letter, value in self.values.items() if letter in self.percolation.equation.letters}

    def _jumps(self) -> tuple[list[Threshold], bool]:
        """Return the emergences at which a giant component appears or disappears with the jump, and whether some are undecided.

        Where all learned skills are kept there are none: J has the entry f_q, which tends to 1 at a jump, so that its radius exceeds 1
        before, and the component can only grow with what is learned.
        """
        all_kept = self.percolation.association.kept == Uniform(sp.S.One) and self.crossings.system.jacobian.rows > 1
        if not self.crossings.moves or all_kept:
            return [], False
        equation = self.percolation.equation
        search = self.range if self.crossings.curve is None else None
        emergences = bound_thresholds(Question(equation, self.parameter, self._known, self.digits, search), "emergence", "balls")
        found, undecided = [], bool(emergences.undecided)
        for jump in emergences:
            if jump.value is None or jump.fixed_point is None or jump.lands_on is None:
                undecided = True
                continue
            with ctx.workprec(CERTIFYING):
                value = jump.value.ball()
                if value < ball_of(self.range[0]) or value > ball_of(self.range[1]):
                    continue
                before, after = (self.crossings.percolates(state.ball(), value) for state in (jump.fixed_point, jump.lands_on))
            undecided = undecided or before is None or after is None
            if before is not None and after is not None and before is not after:
                side = jump.learned_side if after else {"above": "below", "below": "above"}[jump.learned_side]
                found.append(self._made(jump.value, jump.fixed_point, side, jump.status == Status.PROVED))
        return found, undecided

    def _made(self, value: Number, fixed_point: Number | None, side: str, certain: bool) -> Threshold:
        status = Status.of(certain and value.has(self.digits))
        return Threshold("percolation", str(self.parameter), value, fixed_point, status, side)
