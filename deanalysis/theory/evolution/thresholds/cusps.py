"""Where a jump is born: q = f, f_q = 1, f_qq = 0, solved for the parameter and one other letter, with proof."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import sympy as sp
from flint import arb, ctx

from ....balls.algebraic import algebraic
from ....balls.bound import Bound
from ....balls.compiling import ball_of
from ....balls.multiple_roots import MultipleRoot
from ....balls.numbers import prove_numbers
from ....balls.systems import Box, isolate_system, refine_system
from ....model.formula import Formula, text
from ....model.symbols import q, t
from ....symbolic.algebra import simplified
from ..answers import Cause, Status, Undecided
from ..equations.curve import Curve, inverted
from ..equations.density_evolution import FixedPointEquation
from ..equations.fold_curve import fold_curve
from ..search import Range, search_range
from .results import Threshold

__all__ = ["CuspSearch", "cusps"]

_SHARE = sp.Rational(1, 1024)
_ATTEMPTS = ((sp.Integer(0), False), (_SHARE, False), (_SHARE, True))
_PRECISION = 64
_CERTIFYING = 200
_LARGEST_STATE = 256


class CuspSearch(NamedTuple):
    """The cusps in a parameter and one other letter, the reason where there is none, and what was searched."""

    found: list[Threshold]
    reason: str | Undecided | None
    searched: str


class _Problem(NamedTuple):
    """What is solved: a system in a state and letters, and q, the parameter and the other letter as functions of its box."""

    system: MultipleRoot
    excludes: Callable[[Box], bool]
    box: Box
    read: Callable[[Box], tuple[arb, arb, arb]]
    searched: str


def cusps(
    equation: FixedPointEquation,
    parameter: sp.Symbol,
    other: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    digits: int = 15,
    search: Mapping[sp.Symbol, Range] | None = None,
) -> CuspSearch:
    """Return all cusps in the plane of a parameter and one other letter, within the ranges that are searched (see `search_range`).

    Where one of the two letters can be isolated, they are the double zeros of g - t g' in the state and the other letter; else the triple
    roots of f - q. `binding` says whether the cusp lies on the largest fixed point, so that a jump is born there.
    """
    for cut, other_form in _ATTEMPTS:
        problem = _posed(equation, parameter, other, values, search or {}, cut, other_form)
        with ctx.workprec(_PRECISION):
            found, undecided = isolate_system(problem.system, problem.box, problem.excludes)
        if not undecided:
            break
    thresholds = [_threshold(equation, parameter, other, values, problem, box, digits) for box in found]
    shown = [one for one in thresholds if one is not None and _is_within(one, search or {})]
    shown.sort(key=lambda one: float(one.value or 0))
    reason: str | Undecided | None = None if shown else f"no cusp in {parameter} and {other}: {problem.searched}"
    if undecided:
        reason = Undecided(Cause.CUSP, f"a cusp may lie where {other} is in {undecided[0][-1].str(6)}")
    return CuspSearch(shown, reason, problem.searched)


def _is_within(cusp: Threshold, search: Mapping[sp.Symbol, Range]) -> bool:
    """Whether a cusp lies in the ranges that were asked for, in both letters."""
    places = {cusp.parameter: cusp.value, **dict(cusp.at)}
    return all(low <= float(places[str(letter)] or 0) <= high for letter, (low, high) in search.items())


def _posed(
    equation: FixedPointEquation,
    parameter: sp.Symbol,
    other: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    search: Mapping[sp.Symbol, Range],
    cut: sp.Expr,
    other_form: bool,
) -> _Problem:
    """State the system; `cut` leaves out that share of the range next to its lower end, where a law may degenerate.

    The fold condition is used in relative terms where g(0) > 0 and plainly where g(0) = 0, or the other way round for `other_form`.
    """
    for isolated, kept, swapped in ((parameter, other, False), (other, parameter, True)):
        curve = inverted(equation, isolated)
        if curve is not None:
            return _on_curve(curve, kept, values, _cut(search_range(equation, kept, values, search.get(kept)), cut), other_form, swapped)
    box, ranges = [arb(0).union(arb(1))], []
    for letter in (parameter, other):
        low, high = _cut(search_range(equation, letter, values, search.get(letter)), cut)
        box.append(ball_of(low).union(ball_of(high)))
        ranges.append(f"{letter} from {text(low)} to {text(high)}")
    order = 1 if equation.bind(values).completes else 0
    system = MultipleRoot(equation.right_side - q, q, (parameter, other), values, order)
    return _Problem(system, system.excludes, box, lambda box: (box[0], box[1], box[2]), ", ".join(ranges))


def _cut(whole: Range, share: sp.Expr) -> Range:
    return whole[0] + share * (whole[1] - whole[0]), whole[1]


def _on_curve(
    curve: Curve, kept: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], whole: Range, other_form: bool, swapped: bool
) -> _Problem:
    low, high = whole
    order = curve.order(values)
    end = arb(1) if curve.bounded else arb(_LARGEST_STATE)
    start = arb(0) if order is not None else arb(2) ** -10
    plain = MultipleRoot(curve.fold_condition, t, (kept,), values, order or 0)
    relative = MultipleRoot(curve.relative_fold_condition, t, (kept,), values)
    system = plain if bool(order) != other_form else relative

    def excludes(box: Box) -> bool:
        return plain.excludes(box) or (not box[0].contains(arb(0)) and relative.excludes(box))

    def read(box: Box) -> tuple[arb, arb, arb]:
        state, letter = box
        fixed_point, value = (MultipleRoot(part, t, (kept,), values).series([state, letter], 1)[0] for part in (curve.q, curve.value))
        return (fixed_point, letter, value) if swapped else (fixed_point, value, letter)

    searched = f"{kept} from {text(low)} to {text(high)}" + ("" if curve.bounded else f", states t up to {_LARGEST_STATE}")
    return _Problem(system, excludes, [start.union(end), ball_of(low).union(ball_of(high))], read, searched)


def _threshold(
    equation: FixedPointEquation,
    parameter: sp.Symbol,
    other: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    problem: _Problem,
    box: Box,
    digits: int,
) -> Threshold | None:
    def read() -> tuple[arb, arb, arb]:
        return problem.read(refine_system(problem.system, box, ctx.prec - 10))

    plane = MultipleRoot(equation.right_side - q, q, (parameter, other), values)
    with ctx.workprec(_CERTIFYING):
        state, value, letter = read()
        unknown = MultipleRoot(equation.ensemble.unknown, q, (parameter, other), values).series([arb(0), value, letter], 1)[0]
        if state > unknown or unknown > 1:
            return None
        binding = plane.at([value, letter]).is_negative_above(state, arb(unknown.upper()), 3)
        slope = plane.slope([state, value, letter])[0]
    numbers = prove_numbers(lambda: list(read()), digits)
    certain = binding is not None and all(number.has(digits) for number in numbers)
    return Threshold(
        "cusp",
        str(parameter),
        numbers[1],
        numbers[0],
        Status.of(certain),
        "above" if slope < 0 else "below",
        _closed_form(equation, parameter, value),
        binding=binding,
        at=((str(other), numbers[2]),),
    )


def _closed_form(equation: FixedPointEquation, parameter: sp.Symbol, value: arb) -> Formula | None:
    """Return the parameter in closed form where the state x = cq of the cusp is rational: Poisson texts and skills."""
    curve = fold_curve(equation)
    expression = dict(zip(curve.letters, (curve.c, curve.R), strict=True)).get(parameter) if curve is not None else None
    if curve is None or expression is None:
        return None
    for candidate in algebraic(curve.cusp_condition, t, t):
        if candidate.state.degree() == 1:
            exact = simplified(expression.subs(t, sp.Rational(-int(candidate.state[0]), int(candidate.state[1]))))
            if Bound((t,), {}).value(exact, arb(0)).overlaps(value):
                return Formula.of(exact)
    return None
