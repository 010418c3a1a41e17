"""Emergence and fold: the turning points of the curve, told apart by who sets a record as learning gets easier."""

from collections.abc import Mapping
from functools import cmp_to_key
from typing import NamedTuple

import sympy as sp
from flint import arb, ctx

from ..equations.closed_forms import ClosedForm, closed_forms
from ..equations.curve import Curve
from ..equations.formula import Formula, text
from ..model.symbols import t
from .compiling import ball_of
from .isolation import Zero
from .numbers import prove_number
from .results import Threshold, Thresholds
from .turning import BoundCurve

__all__ = ["records", "symbolic_thresholds", "thresholds"]

_COMPARING = (64, 128, 256, 1024)
_MATCHING = 200


class Turn(NamedTuple):
    """A turning point: its box, its kind, and whether the order of the records there is certain."""

    zero: Zero
    kind: str
    certain: bool


def thresholds(curve: Curve, values: Mapping[sp.Symbol, sp.Expr], digits: int = 15) -> Thresholds:
    """Return all jumps and folds of the largest fixed point in the curve's parameter, other letters bound to `values`.

    As learning gets easier, q falls along the curve, and the states reached are those where the parameter sets a record
    (theory, section 4). A local extremum that is a strict record is an emergence, any other a fold.
    """
    bound = BoundCurve(curve, values)
    never = curve.equation.bind(values).never_starts
    if never and curve.parameter not in curve.equation.ensemble.unknown.free_symbols:
        return Thresholds(str(curve.parameter), (), never + _seed(curve, values))
    if not curve.loop.has(t):
        return Thresholds(str(curve.parameter), (), "no emergence: whether a skill is learned does not depend on others")
    isolation = bound.turning_points()
    forms = closed_forms(curve)
    by_value = cmp_to_key(lambda one, other: _compare(bound, one.zero, other.zero))  # type: ignore[attr-defined]
    turns = sorted(records(bound, isolation.zeros), key=by_value)
    if curve.learns_along < 0:
        turns.reverse()
    complete = not isolation.undecided
    found = [_threshold(bound, turn, forms.forms, complete, digits) for turn in turns]
    if any(threshold.kind == "emergence" for threshold in found):
        return Thresholds(str(curve.parameter), tuple(found), None if complete else _undecided(isolation.undecided))
    unreal = bool(forms.forms) and forms.exhaustive and all(_is_not_real(form, values) for form in forms.forms)
    if complete or unreal:
        named = unreal and forms.forms[0].argument.free_symbols
        because = f", because {text(-1 / forms.forms[0].argument)} <= e" if named else f" in {curve.parameter}"
        reason = "no emergence: learning is gradual" + because
    else:
        reason = _undecided(isolation.undecided)
    return Thresholds(str(curve.parameter), tuple(found), reason)


def symbolic_thresholds(curve: Curve) -> Thresholds:
    """Return the closed forms of emergence and fold while letters are free; empty, with the reason, where there are none.

    Where the two Lambert branches are all the zeros of the fold condition, positive and in a known order, the curve rises to
    the first and falls to the second.
    """
    forms, _, ordered = closed_forms(curve)
    if curve.learns_along < 0 or not ordered:
        names = ", ".join(sorted(str(symbol) for symbol in curve.equation.letters - {curve.parameter}))
        return Thresholds(str(curve.parameter), (), f"no closed form was found with {names} left free; bind that first")
    kinds = zip(("fold", "emergence"), reversed(forms), strict=True)
    found = tuple(
        Threshold(kind, str(curve.parameter), None, None, "proved", curve.learned_side, Formula.of(form.value)) for kind, form in kinds
    )
    return Thresholds(str(curve.parameter), found, f"real where {text(forms[0].condition)}")


def records(bound: BoundCurve, zeros: list[Zero]) -> list[Turn]:
    """Tell emergence from fold in the order of t; extrema beyond the domain of the parameter are left out."""
    curve = bound.curve
    forward = curve.learns_along > 0
    best: Zero | None = None
    turns = []
    for zero in zeros if forward else reversed(zeros):
        beyond = _compare(bound, zero, None) if curve.bounded else -1
        if beyond > 0:
            continue
        kind, certain = "fold", beyond < 0
        if zero.slope == -curve.learns_along:
            beats = 1 if best is None else _compare(bound, zero, best) * curve.learns_along
            certain &= beats != 0
            if beats > 0:
                kind, best = "emergence", zero
        turns.append(Turn(zero, kind, certain))
    return turns if forward else turns[::-1]


def _compare(bound: BoundCurve, zero: Zero, other: Zero | None) -> int:
    """Compare the scale at two turning points (or with 1): -1, 0 where they cannot be told apart, or 1."""
    for precision in _COMPARING:
        with ctx.workprec(precision):
            difference = _scale(bound, zero) - (arb(1) if other is None else _scale(bound, other))
        if difference > 0:
            return 1
        if difference < 0:
            return -1
    return 0


def _scale(bound: BoundCurve, zero: Zero) -> arb:
    return bound.evaluate(t / bound.curve.loop, bound.refined(zero))


def _threshold(bound: BoundCurve, turn: Turn, forms: tuple[ClosedForm, ...], complete: bool, digits: int) -> Threshold:
    curve = bound.curve
    value, fixed_point = (
        prove_number(lambda expression=expression: bound.evaluate(expression, bound.refined(turn.zero)), digits)  # type: ignore[misc]
        for expression in (curve.value, curve.q)
    )
    form = next((form for form in forms if _fits(bound, turn.zero, form)), None)
    status = "proved" if complete and turn.certain and value.has(digits) and fixed_point.has(digits) else "undecided"
    closed = Formula.of(form.value.xreplace(dict(bound.values))) if form else None
    return Threshold(turn.kind, str(curve.parameter), value, fixed_point, status, curve.learned_side, closed)


def _fits(bound: BoundCurve, zero: Zero, form: ClosedForm) -> bool:
    """Compare a closed form with a certified root."""
    with ctx.workprec(_MATCHING):
        try:
            state = ball_of(form.state.xreplace(dict(bound.values)))
        except (ValueError, ZeroDivisionError):
            return False
        return bool(state.is_finite() and state.overlaps(bound.refined(zero)))


def _is_not_real(form: ClosedForm, values: Mapping[sp.Symbol, sp.Expr]) -> bool:
    argument = form.argument.xreplace(dict(values))
    return bool(argument.is_negative and (-1 / argument - sp.E).is_nonpositive)


def _seed(curve: Curve, values: Mapping[sp.Symbol, sp.Expr]) -> str:
    growth = curve.equation.bind(values).seed_growth
    where = f" where {text(growth)} > 1" if growth.free_symbols else ""
    spreads = growth.free_symbols or bool(growth > 1)
    return f"; any small seed may still set it off{where}" if spreads else "; no small seed sets it off either"


def _undecided(boxes: list[arb]) -> str:
    if not boxes[0].is_finite():
        return "undecided: no bound was found near the ends of the curve"
    shown = ", ".join(box.str(8) for box in boxes[:3])
    return f"undecided: the curve may turn at states t in {shown}"
