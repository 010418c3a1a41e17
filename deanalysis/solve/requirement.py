"""The inverse question: from which parameter on is a target testing error kept?"""

from collections.abc import Mapping

import sympy as sp
from flint import arb, ctx

from ..equations.curve import Curve
from ..errors import InputError
from ..model.checks import require_between
from ..model.symbols import t
from .compiling import ball_of
from .isolation import Isolation, Zero, isolate, refine
from .numbers import prove_number
from .records import records
from .results import Requirement
from .turning import BoundCurve

__all__ = ["require"]

_PRECISIONS = (64, 128, 256, 512)
_SMALLEST, _LARGEST = arb(2) ** -4000, arb(2) ** 20


def require(curve: Curve, values: Mapping[sp.Symbol, sp.Expr], target: sp.Expr, digits: int = 15) -> Requirement:
    """Return the parameter from which on the testing error 1 - P(1-q) of the largest fixed point is at most `target`.

    Exactly from the curve: the error falls along it as q falls, so the answer is the record of the parameter over all
    states whose error is still above the target (theory, section 4). Raises `InputError` for a target that is kept everywhere or nowhere,
    and where folds stay undecided that may set that record.
    """
    if target.free_symbols:
        raise InputError("testing_error", "must be a number", given=target)
    require_between(target, 0, 1, "testing_error", open_low=True)
    if target == 1 or target < sp.Rational("1e-300"):
        raise InputError("testing_error", "must lie between 1e-300 and 1", given=target)
    bound = BoundCurve(curve, values)
    never = curve.equation.bind(values).never_starts
    if never and not curve.bounded:
        raise InputError("testing_error", f"cannot be reached: {never}", given=target)
    state = _state(bound, target)
    isolation = _folds(bound, state, target)
    jumps = [turn.zero for turn in records(bound, isolation.zeros) if turn.kind == "emergence"]
    before = [jump for jump in jumps if _is_before(bound, jump, target)]
    jump = before[-1 if curve.learns_along > 0 else 0] if before else None
    at_jump = jump is not None and _further(bound, jump, state, target)

    def at(expression: sp.Expr) -> arb:
        return bound.evaluate(expression, bound.refined(jump) if at_jump and jump else _refined(bound, state, target))

    value, fixed = (prove_number(lambda expression=expression: at(expression), digits) for expression in (curve.value, curve.q))  # type: ignore[misc]
    if curve.bounded and at(t / curve.loop) >= 1:
        raise InputError("testing_error", f"is kept for every {curve.parameter}", given=target)
    asked = prove_number(lambda: ball_of(target), digits)
    if any(_matters(bound, box, at(t / curve.loop)) for box in isolation.undecided):
        reached = "at least" if curve.learned_side == "above" else "at most"
        needed = f"it takes {curve.parameter} {reached} {value}, and may take more"
        raise InputError("testing_error", "has no proved answer: the folds of the curve stay undecided", given=target, remedy=needed)
    status = "proved" if value.has(digits) and fixed.has(digits) else "undecided"
    return Requirement(str(curve.parameter), value, asked, fixed, curve.learned_side, at_jump, status)


def _folds(bound: BoundCurve, state: Zero, target: sp.Expr) -> Isolation:
    """Return the folds of the whole curve; where its ends have no bound, those in front of a state at which a record can still be set.

    The loop is a probability that grows with t: along skills, with s the scale at the state, t/g(t) < s below t = s g(0), and along texts,
    t/g(t) > s above t = s.
    """
    isolation = bound.turning_points()
    for precision in _PRECISIONS if isolation.undecided else ():
        with ctx.workprec(precision):
            here = _refined(bound, state, target)
            scale = bound.evaluate(t / bound.curve.loop, here)
            if bound.curve.learns_along > 0:
                ends = scale * bound.loop(arb(0), 1)[0] / 2, arb(here.upper())
            else:
                ends = arb(here.lower()), arb(1) if bound.curve.bounded else 2 * scale
            isolation = isolate(bound.fold_condition, *ends, bound.fold_value)
        if not isolation.undecided:
            break
    return isolation


def _matters(bound: BoundCurve, box: arb, record: arb) -> bool:
    """Whether the scale in a box of undecided folds may go beyond a record."""
    return not (record - bound.evaluate(t / bound.curve.loop, box)) * bound.curve.learns_along > 0


def _gap(bound: BoundCurve, target: sp.Expr, state: arb) -> tuple[arb, arb]:
    """Enclose the testing error along the curve minus the target, and its derivative."""
    error = bound.evaluator.taylor(bound.curve.testing_error, state, 2)
    return error[0] - ball_of(target), error[1]


def _is_before(bound: BoundCurve, jump: Zero, target: sp.Expr) -> bool:
    """Whether the testing error at a jump is still above the target."""
    for precision in _PRECISIONS:
        with ctx.workprec(precision):
            gap = _gap(bound, target, bound.refined(jump))[0]
        if gap > 0 or gap < 0:
            return bool(gap > 0)
    raise InputError("testing_error", "lies too close to that at an emergence to be told apart", given=target)


def _state(bound: BoundCurve, target: sp.Expr) -> Zero:
    """Bracket the one state at which the testing error, monotone along the curve, equals the target; isolate it."""
    small = max(0, int(-1.5 * float(ball_of(target).log().mid())))
    for precision in _PRECISIONS:
        with ctx.workprec(precision + small):
            bracket = _bracket(bound, target)
            if bracket is None:
                continue
            found = isolate(lambda state: _gap(bound, target, state), *bracket)
        if len(found.zeros) == 1 and not found.undecided:
            return found.zeros[0]
    kept = f"is kept for every {bound.curve.parameter}" if bound.curve.learns_along > 0 else "cannot be bracketed"
    raise InputError("testing_error", kept, given=target)


def _bracket(bound: BoundCurve, target: sp.Expr) -> tuple[arb, arb] | None:
    """Double or halve the state from 1 until the testing error crosses the target; None where it does not."""
    learned = not _gap(bound, target, arb(1))[0] > 0
    if learned and bound.curve.bounded:
        raise InputError("testing_error", f"is kept for every {bound.curve.parameter}", given=target)
    factor = arb(2) if learned != (bound.curve.learns_along > 0) else arb(1) / 2
    inner = arb(1)
    while _SMALLEST < inner < _LARGEST:
        outer = inner * factor
        gap = _gap(bound, target, outer)[0]
        if not (gap > 0 or gap < 0):
            return None
        if bool(gap < 0) != learned:
            return (inner, outer) if factor > 1 else (outer, inner)
        inner = outer
    return None


def _refined(bound: BoundCurve, zero: Zero, target: sp.Expr) -> arb:
    return refine(lambda state: _gap(bound, target, state), zero.box, ctx.prec - 10)


def _further(bound: BoundCurve, jump: Zero, state: Zero, target: sp.Expr) -> bool:
    """Whether the jump asks more of the parameter than the state itself."""
    scale = t / bound.curve.loop
    for precision in _PRECISIONS:
        with ctx.workprec(precision):
            difference = bound.evaluate(scale, bound.refined(jump)) - bound.evaluate(scale, _refined(bound, state, target))
        if difference > 0 or difference < 0:
            return bool(difference * bound.curve.learns_along > 0)
    return True
