"""Thresholds in a parameter that can be isolated: the curve of fixed points is inverted, and everything is read off it, with proof."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, cmp_to_key, lru_cache
from typing import NamedTuple

import sympy as sp
from flint import arb, ctx

from ....balls.algebraic import Algebraic, algebraic
from ....balls.compiling import ball_of
from ....balls.isolation import Isolation, Zero
from ....balls.numbers import ZERO, Number, prove_number, prove_numbers
from ....model.formula import Formula, text
from ....model.symbols import t, x
from ....symbolic.functions import UNEVALUATED
from ..answers import Cause, Status, Undecided
from ..equations.closed_forms import ClosedForm, closed_forms
from ..equations.curve import Curve
from ..equations.self_dual import self_dual
from ..thresholds.results import Threshold
from .bound_curve import BoundCurve
from .potential import Edge, Hull, hull, refined_states
from .records import Landing, Turn, compare, records

__all__ = ["MATCHING", "Explicit"]

MATCHING = 200
"""Bits at which a candidate for a closed form is compared."""


class Forms(NamedTuple):
    """Candidates for the closed form of a fold at bound letters: by Lambert's W with its formula, and algebraic numbers."""

    lambert: tuple[tuple[ClosedForm, Formula], ...]
    algebraic: tuple[Algebraic, ...]


class Explicit:
    """All thresholds of one bound curve; the turning points are isolated once."""

    def __init__(self, curve: Curve, values: Mapping[sp.Symbol, sp.Expr], digits: int) -> None:
        self.curve, self.values, self.digits = curve, values, digits
        self.parameter = curve.parameter
        self.bound = BoundCurve(curve, values)

    @cached_property
    def isolation(self) -> Isolation:
        """The turning points; none where the state does not enter the loop."""
        return self.bound.turning_points() if self.curve.loop.has(t) else Isolation([], [])

    @property
    def folds(self) -> int:
        """The number of turning points, of both kinds, within the domain of the parameter."""
        return len(self._records)

    @cached_property
    def _records(self) -> list[Turn]:
        return records(self.bound, self.isolation.zeros)

    @property
    def is_complete(self) -> bool:
        """Whether the list of turning points is proved to be complete."""
        return not self.isolation.undecided

    @cached_property
    def searched(self) -> str:
        """What was searched for turning points."""
        if self.curve.bounded:
            unknown = text(self.curve.scale.xreplace(dict(self.values)))
            domain = f"{self.parameter} in (0, 1]" if self.curve.scale == self.parameter else f"{self.parameter} with {unknown} <= 1"
            return f"all {domain}, all q in (0, {unknown}]"
        return f"all {self.parameter} > 0, all q in (0, {text(self.curve.equation.ensemble.unknown.xreplace(dict(self.values)))}]"

    def turns(self, kind: str = "all") -> list[Threshold]:
        """Return emergences and folds, or those of one kind, in the order in which learning gets easier."""
        by_scale = cmp_to_key(lambda one, other: compare(self.bound, one.zero, other.zero))  # type: ignore[attr-defined]
        turns = sorted(self._records, key=by_scale)
        return [self._turn(turn) for turn in (turns if self.curve.learns_along > 0 else turns[::-1]) if kind in ("all", turn.kind)]

    def _turn(self, turn: Turn) -> Threshold:
        value, fixed_point = prove_numbers(lambda: self.bound.at(turn.zero, (self.curve.value, self.curve.q)), self.digits)
        lands_on = self._landing(turn.zero) if turn.kind == "emergence" else None
        proved = self.is_complete and turn.certain and value.has(self.digits) and fixed_point.has(self.digits)
        return self._made(turn.kind, value, fixed_point, lands_on, proved, self.closed_form(lambda: self.bound.refined(turn.zero)))

    def _made(
        self,
        kind: str,
        value: Number,
        fixed_point: Number,
        lands_on: Number | None,
        proved: bool,
        forms: tuple[Formula | None, Formula | None],
    ) -> Threshold:
        status, (closed, polynomial) = Status.of(proved), forms
        side = self.curve.learned_side
        return Threshold(kind, str(self.parameter), value, fixed_point, status, side, closed, lands_on, minimal_polynomial=polynomial)

    def _landing(self, jump: Zero) -> Number | None:
        try:
            landing = Landing(self.bound, jump, self.isolation.zeros)
        except ValueError:
            return None
        if landing.state is None:
            return ZERO
        return prove_number(lambda: self.bound.evaluate(self.curve.q, landing.refined()), self.digits)

    def closed_form(self, refined: Callable[[], arb]) -> tuple[Formula | None, Formula | None]:
        """Compare the candidates with a fold, and return the one that fits."""
        forms = _forms(self.curve, frozenset(self.values.items()))
        if not (forms.lambert or forms.algebraic):
            return None, None
        with ctx.workprec(MATCHING):
            state = refined()
            for form, formula in forms.lambert:
                if _fits(form, self.values, state):
                    return formula, None
            return self._algebraic(forms.algebraic, state)

    def _algebraic(self, candidates: Iterable[Algebraic], state: arb) -> tuple[Formula | None, Formula | None]:
        for candidate in candidates:
            if candidate.fits(state):
                root = candidate.root(self.bound.evaluate(self.curve.value, state))
                return (Formula.of(root) if root is not None else None), Formula.of(candidate.polynomial(x))
        return None, None

    @cached_property
    def gradual(self) -> str | None:
        """The reason why nothing jumps, where that is proved; None where it is not known."""
        if self.bound.never_starts:
            return self.bound.never_starts + _seed(self.curve, self.values)
        if not self.curve.loop.has(t):
            return "no emergence: whether a skill is learned does not depend on others"
        forms = closed_forms(self.curve)
        unreal = bool(forms.forms) and forms.exhaustive and all(_is_not_real(form, self.values) for form in forms.forms)
        if (self.is_complete or unreal) and self._stuck_at_one:
            return f"no emergence below {self._stuck_at_one}: learning is gradual there, and at it never starts"
        if self.is_complete or unreal:
            named = unreal and forms.forms[0].argument.free_symbols
            because = f", because {text(-1 / forms.forms[0].argument)} <= e" if named else f" in {self.curve.parameter}"
            return "no emergence: learning is gradual" + because
        return None

    @cached_property
    def _stuck_at_one(self) -> str | None:
        """Where nothing is known before training, and there learning never starts: the end of the domain of a fraction unknown."""
        if not self.curve.bounded:
            return None
        factor, power = self.curve.scale.as_independent(self.parameter, as_Add=False)
        end = (1 / factor.xreplace(dict(self.values))) ** (1 / power.as_base_exp()[1])
        stuck = self.curve.equation.bind({**self.values, self.parameter: end}).never_starts
        return f"{self.parameter} = {text(end)}" if stuck else None

    @cached_property
    def undecided(self) -> Undecided | None:
        """Where the curve may turn, if that could not be decided."""
        if self.is_complete:
            return None
        boxes = self.isolation.undecided
        if not boxes[0].is_finite():
            return Undecided(Cause.ENDS, "no bound was found near the ends of the curve")
        return Undecided(Cause.TURNS, f"the curve may turn at states t in {', '.join(box.str(8) for box in boxes[:3])}")

    @cached_property
    def _hull(self) -> Hull:
        if not self.is_complete or not self.curve.loop.has(t):
            return Hull([], self.is_complete)
        return hull(self.bound, self.isolation.zeros)

    def potentials(self) -> tuple[list[Threshold], str | Undecided | None]:
        """Return the potential thresholds in the order in which learning gets easier, and the reason where there are none."""
        gradual = "no potential threshold: the global minimiser moves gradually"
        if not self.isolation.zeros and self.gradual and not self.bound.never_starts:
            return [], gradual
        found = self._hull
        thresholds = [self._potential(edge) for edge in (found.edges if self.curve.learns_along > 0 else found.edges[::-1])]
        if thresholds:
            return thresholds, None
        return [], gradual if found.complete else Undecided(Cause.POTENTIAL, "the minimisers of the potential")

    def _potential(self, edge: Edge) -> Threshold:
        def states() -> tuple[arb, arb]:
            return refined_states(self.bound, self.isolation.zeros, edge)

        forward = self.curve.learns_along > 0
        value = prove_number(lambda: self.bound.evaluate(self.curve.value, states()[1]), self.digits)
        first, second = (self._q(edge, index, states) for index in ((0, 1) if forward else (1, 0)))
        proved = self._hull.complete and all(number.has(self.digits) for number in (value, first, second))
        return self._made("potential", value, first, second, proved, self.potential_form(edge.before.is_origin, lambda: states()[1]))

    def _q(self, edge: Edge, index: int, states: Callable[[], tuple[arb, arb]]) -> Number:
        if index == 0 and edge.before.is_origin:
            if self.curve.learns_along < 0:
                return ZERO
            return prove_number(lambda: ball_of(self.curve.equation.ensemble.unknown.xreplace(dict(self.values))), self.digits)
        return prove_number(lambda: self.bound.evaluate(self.curve.q, states()[index]), self.digits)

    def potential_form(self, from_origin: bool, refined: Callable[[], arb]) -> tuple[Formula | None, Formula | None]:
        """Compare the candidates with the later state of a jump of the global minimiser, and return the one that fits."""
        symmetric = self_dual(self.curve)
        if symmetric is not None and not from_origin:
            with ctx.workprec(MATCHING):
                exact = symmetric.xreplace(dict(self.values))
                if ball_of(exact).overlaps(self.bound.evaluate(self.curve.value, refined())):
                    return Formula.of(exact), None
        if not from_origin:
            return None, None
        with ctx.workprec(MATCHING):
            return self._algebraic(_tangents(self.curve, frozenset(self.values.items())), refined())


@lru_cache(maxsize=128)
def _forms(curve: Curve, values: frozenset[tuple[sp.Symbol, sp.Expr]]) -> Forms:
    bound = dict(values)
    found = closed_forms(curve).forms
    lambert = tuple((form, Formula.of(form.value.xreplace(bound))) for form in found)
    if found or curve.loop.has(*UNEVALUATED):
        return Forms(lambert, ())
    return Forms(lambert, algebraic((1 - curve.growth_rate).xreplace(bound), curve.value.xreplace(bound), t))


@lru_cache(maxsize=128)
def _tangents(curve: Curve, values: frozenset[tuple[sp.Symbol, sp.Expr]]) -> tuple[Algebraic, ...]:
    """Return the algebraic candidates for the edge from the origin."""
    bound = dict(values)
    if not curve.loop.xreplace(bound).is_rational_function(t):
        return ()
    rise, run = (part.xreplace(bound) for part in curve.potential[:2])
    condition = (rise - rise.subs(t, 0)) * curve.loop.xreplace(bound) - t * (run - run.subs(t, 0))
    return algebraic(condition, curve.value.xreplace(bound), t)


def _fits(form: ClosedForm, values: Mapping[sp.Symbol, sp.Expr], state: arb) -> bool:
    try:
        candidate = ball_of(form.state.xreplace(dict(values)))
    except (ValueError, ZeroDivisionError):
        return False
    return bool(candidate.is_finite() and candidate.overlaps(state))


def _is_not_real(form: ClosedForm, values: Mapping[sp.Symbol, sp.Expr]) -> bool:
    argument = form.argument.xreplace(dict(values))
    return bool(argument.is_negative and (-1 / argument - sp.E).is_nonpositive)


def _seed(curve: Curve, values: Mapping[sp.Symbol, sp.Expr]) -> str:
    growth = curve.equation.bind(values).seed_growth
    where = f" where {text(growth)} > 1" if growth.free_symbols else ""
    spreads = growth.free_symbols or bool(growth > 1)
    return f"; any small seed may still set it off{where}" if spreads else "; no small seed sets it off either"
