"""A branch that is a curve: how thresholds are read off it, with their closed forms, in balls or in mpmath's numbers alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, cmp_to_key, lru_cache, partial
from itertools import pairwise
from typing import Any, NamedTuple

import sympy as sp
from flint import arb, ctx

from ....balls.algebraic import Algebraic, algebraic
from ....balls.bound import Bound
from ....balls.compiling import ball_of
from ....balls.numbers import ZERO, Number
from ....model.formula import Formula
from ....model.symbols import t, x
from ....symbolic.functions import UNEVALUATED
from ..answers import Status, Undecided
from ..equations.closed_forms import closed_forms, self_dual
from ..equations.curve import Curve
from ..search import Question
from ..thresholds.results import Threshold
from .bound_curve import Path
from .branch import Branch, Found
from .maxwell import Jump, Maxwell

MATCHING = 200
"""Bits at which a candidate is compared with a state: far more than by which two candidates agree by chance, and soon had."""
GRADUAL = "no potential threshold: the global minimiser moves gradually"

Shown = tuple[Formula | None, Formula | None]
"""A closed form, and the irreducible polynomial of which an algebraic value is a root; None where there is none."""
Values = frozenset[tuple[sp.Symbol, sp.Expr]]
Candidate = Callable[[arb], Shown | None]
"""Returns what is shown of a state if it is the candidate's own."""


def _first(candidates: Sequence[Candidate], state: Callable[[], arb]) -> Shown:
    if not candidates:
        return None, None
    with ctx.workprec(MATCHING):
        enclosure = state()
        return next((shown for candidate in candidates if (shown := candidate(enclosure)) is not None), (None, None))


@lru_cache(maxsize=128)
def _of_folds(curve: Curve, values: Values) -> tuple[Candidate, ...]:
    """Return the candidates for a fold: by Lambert's W, or else algebraic numbers."""
    bound, forms = dict(values), closed_forms(curve).forms
    if forms:
        return tuple(partial(_constant, form.state.xreplace(bound), Formula.of(form.value.xreplace(bound))) for form in forms)
    return () if curve.loop.has(*UNEVALUATED) else _algebraic(1 - curve.growth_rate, curve, bound)


@lru_cache(maxsize=128)
def _of_tangents(curve: Curve, values: Values) -> tuple[Candidate, ...]:
    """Return the candidates for a jump of the global minimiser from t = 0, algebraic numbers."""
    loop, rise, run = (part.xreplace(dict(values)) for part in (curve.loop, *curve.potential[:2]))
    if not loop.is_rational_function(t):
        return ()
    return _algebraic((rise - rise.subs(t, 0)) * loop - t * (run - run.subs(t, 0)), curve, dict(values))


def _of_symmetric(curve: Curve, values: Mapping[sp.Symbol, sp.Expr]) -> tuple[Candidate, ...]:
    """Return the candidate for a jump of the global minimiser of a curve that is its own dual, by the parameter there."""
    symmetric = self_dual(curve)
    if symmetric is None:
        return ()
    exact = symmetric.xreplace(dict(values))
    return (lambda state: _constant(exact, Formula.of(exact), _value(curve, values, state)),)


def _algebraic(condition: sp.Expr, curve: Curve, values: dict[sp.Symbol, sp.Expr]) -> tuple[Candidate, ...]:
    roots = algebraic(condition.xreplace(values), curve.value.xreplace(values), t)
    return tuple(partial(_root, root, partial(_value, curve, values)) for root in roots)


def _root(candidate: Algebraic, value: Callable[[arb], arb], state: arb) -> Shown | None:
    if not candidate.fits(state):
        return None
    root = candidate.root(value(state))
    return (Formula.of(root) if root is not None else None), Formula.of(candidate.polynomial(x))


def _constant(exact: sp.Expr, formula: Formula, value: arb) -> Shown | None:
    try:
        candidate = ball_of(exact)
    except (ValueError, ZeroDivisionError):
        return None
    return (formula, None) if candidate.is_finite() and candidate.overlaps(value) else None


def _value(curve: Curve, values: Mapping[sp.Symbol, sp.Expr], state: arb) -> arb:
    return Bound((t,), values).value(curve.value, state)


class Turn(NamedTuple):
    """A turning point of a curve: where it is, its kind, and whether the order of the records there is certain."""

    root: Any
    kind: str
    certain: bool


class CurveBranch(Branch):
    """A branch that is a curve, the parameter being a function of the state t (`Curve`).

    Each arithmetic says how its `turning_points` are had: functions that return a state to the current precision, with the `slope` of the
    fold condition, in ascending order. All else is read off them.
    """

    is_complete = True

    def __init__(self, question: Question, path: Path) -> None:
        super().__init__(question)
        self.curve, self.path, self.never_starts = path.curve, path, path.never_starts
        self._known = frozenset(question.values.items())

    turning_points: Sequence[Any]
    jumps: tuple[Sequence[Jump], bool]
    """The jumps of the global minimiser of the potential in ascending order of the scale, and whether they are certain to be all."""
    no_potential: Callable[[bool], str | Undecided]
    """Says why there is no potential threshold, given whether the list is certain to be complete."""
    sign: Callable[[Callable[[], Any]], int]
    """Returns the sign of a number; 0 where it cannot be told."""
    numbers: Callable[[Callable[[], Sequence[Any]]], list[Number]]
    """Returns numbers with the digits that are asked for."""
    status: Callable[[Sequence[Number]], Status]
    """Says what is claimed of numbers."""
    ball: Callable[[Callable[[], Any]], arb]
    """Encloses a state to the current precision, nearly where nothing is proved."""
    state_on: Callable[[int, Any], Any]
    """Returns the state of a stretch at the scale of a turning point; not a number where there is none."""

    def at(self, turn: Any, expressions: Sequence[sp.Expr]) -> Sequence[Any]:
        """Return expressions in t at a turning point."""
        return [self.path.evaluate(expression, turn()) for expression in expressions]

    def maxwell(self) -> Maxwell:
        """Return the stretches between the turning points, at the current precision."""
        return Maxwell(self.path, self.turning_points)

    @property
    def is_forward(self) -> bool:
        """Whether learning gets easier as t grows."""
        return self.curve.learns_along > 0

    def scale_at(self, turn: Any) -> Any:
        """Return the scale t/g(t) at a turning point."""
        return self.at(turn, (t / self.curve.loop,))[0]

    def compare(self, turn: Any, other: Any | None) -> int:
        """Compare the scale at two turning points (or with 1): -1, 0 where they cannot be told apart, or 1."""
        return self.sign(lambda: self.scale_at(turn) / (1 if other is None else self.scale_at(other)) - 1)

    def kinds(self, turning_points: Sequence[Any]) -> list[Turn]:
        """Tell emergence from fold in the order of t; extrema beyond the domain of the parameter are left out.

        As learning gets easier, q falls along the curve, and the states reached are those where the parameter sets a record
        (theory, section 4). A local extremum that is a strict record is an emergence, any other a fold. Where learning never starts no
        state of the curve is reached, and all are folds.
        """
        along, best = self.curve.learns_along, None
        turns = []
        for root in turning_points[::along]:
            beyond = self.compare(root, None) if self.curve.bounded else -1
            if beyond > 0:
                continue
            kind, certain = "fold", beyond < 0
            if root.slope == -along and not self.never_starts:
                beats = 1 if best is None else self.compare(root, best) * along
                certain &= beats != 0
                if beats > 0:
                    kind, best = "emergence", root
            turns.append(Turn(root, kind, certain))
        return turns[::along]

    @cached_property
    def _kinds(self) -> list[Turn]:
        return self.kinds(self.turning_points)

    @property
    def folds(self) -> int:
        """The number of turning points, of both kinds, within the domain of the parameter."""
        return len(self._kinds)

    def turns(self, kind: str = "all") -> list[Threshold]:
        """Return emergences and folds, or those of one kind, in the order in which learning gets easier."""

        def order(turn: Turn, other: Turn) -> int:
            return self.compare(turn.root, other.root)

        by_scale = sorted(self._kinds, key=cmp_to_key(order))
        return [self._turn(turn) for turn in by_scale[:: self.curve.learns_along] if kind in ("all", turn.kind)]

    def _turn(self, turn: Turn) -> Threshold:
        value, fixed_point = numbers = self.numbers(lambda: self.at(turn.root, (self.curve.value, self.curve.q)))
        lands_on = self.landing(turn.root) if turn.kind == "emergence" else None
        shown = _first(_of_folds(self.curve, self._known), lambda: self.ball(turn.root))
        return self._entry(turn.kind, value, (fixed_point, lands_on), self._claim(turn.certain, numbers), shown)

    def _claim(self, certain: bool, numbers: Sequence[Number]) -> Status:
        return self.status(numbers) if certain and self.is_complete else Status.UNDECIDED

    def _entry(self, kind: str, value: Number, states: tuple[Number, Number | None], status: Status, shown: Shown) -> Threshold:
        side = self.curve.learned_side
        return Threshold(kind, str(self.parameter), value, states[0], status, side, shown[0], states[1], minimal_polynomial=shown[1])

    def landing(self, turn: Any) -> Number | None:
        """Return the q to which a jump leads, that of the first stretch beyond it that reaches its scale; None where it is not known."""
        maxwell, along = self.maxwell(), self.curve.learns_along
        ends = list(pairwise([None, *self.turning_points, None]))[0 if maxwell.rises else 1 :: 2]
        tops = [(number, pair[along > 0]) for number, pair in enumerate(ends)][::along]
        passed = next((index for index, (_, top) in enumerate(tops) if top is turn), len(tops))
        reaches = ((number, top, 1 if top is None else self.compare(top, turn) * along) for number, top in tops[passed + 1 :])
        number, top, reach = next((stretch for stretch in reaches if stretch[2] >= 0), (None, None, 0))
        if top is None and passed < len(tops) and not self.is_forward and maxwell.starts_at_origin:
            begins_above = number is None or self.sign(lambda: 1 - self.scale_at(turn) * self.path.loop(self.path.thin(0), 2)[1]) > 0
            if begins_above:
                return ZERO
        if number is None or reach == 0:
            return None
        (landing,) = self.numbers(lambda: [self.path.evaluate(self.curve.q, self.state_on(number, turn))])
        return None if landing.text == "nan" else landing

    def potentials(self) -> Found:
        """Return the potential thresholds in the order in which learning gets easier, and the reason where there are none."""
        if not self.curve.loop.has(t):
            return [], GRADUAL
        jumps, is_complete = self.jumps
        thresholds = [self._potential(jump, is_complete) for jump in jumps[:: self.curve.learns_along]]
        return thresholds, None if thresholds else self.no_potential(is_complete)

    def _potential(self, jump: Jump, is_complete: bool) -> Threshold:
        unknown = self.equation.ensemble.unknown.xreplace(dict(self.values)) if self.is_forward else sp.S.Zero

        def compute() -> list[Any]:
            first, second = jump.states()
            before = self.path.arithmetic.number(unknown) if jump.from_origin else self.path.evaluate(self.curve.q, first)
            return [*(self.path.evaluate(part, second) for part in (self.curve.value, self.curve.q)), before]

        value, after, before = numbers = self.numbers(compute)
        if jump.from_origin and not self.is_forward:
            before = ZERO
        candidates = _of_tangents(self.curve, self._known) if jump.from_origin else _of_symmetric(self.curve, self.values)
        shown = _first(candidates, lambda: self.ball(lambda: jump.states()[1]))
        states = (before, after) if self.is_forward else (after, before)
        return self._entry("potential", value, states, self._claim(is_complete, numbers), shown)
