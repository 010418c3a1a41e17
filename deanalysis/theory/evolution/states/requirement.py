"""The inverse question: from which parameter on is a target kept, of the testing error, the training error or zeta?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import sympy as sp
from flint import arb, ctx

from ....balls.compiling import ball_of
from ....balls.isolation import Isolation, Zero, is_positive, isolate, refine
from ....balls.numbers import prove_number
from ....balls.precision import at_rising_precision
from ....checks import require_between
from ....errors import InputError
from ....model.exact import Value, exact_number
from ....model.symbols import q, t
from ..answers import Cause, Status, Undecided
from ..branches.inverted.bound_curve import BoundCurve
from ..branches.inverted.records import records
from ..equations.curve import Curve
from ..thresholds.results import Requirement

__all__ = ["MEASURES", "NotProvedError", "require", "required", "target_of"]

MEASURES = ("testing_error", "training_error", "zeta")
"""What a target can be asked of."""
_MOST_BITS = 512
_SMALLEST, _LARGEST = arb(2) ** -4000, arb(2) ** 20


def target_of(**stated: Value | None) -> tuple[str, sp.Expr]:
    """Return the one measure that is stated and its target.

    >>> target_of(testing_error=None, zeta="0.01")
    ('zeta', 1/100)
    """
    given = {name: value for name, value in stated.items() if value is not None}
    if len(given) != 1:
        others = " or ".join(f"`{name}`" for name in MEASURES)
        raise InputError("the target", f"must be one of {others}", given=" and ".join(given) or "none")
    ((name, value),) = given.items()
    target = require_between(exact_number(value, name), 0, 1, name, open_low=True)
    if target == 1 or target < sp.Rational("1e-300"):
        raise InputError(name, "must lie between 1e-300 and 1", given=target)
    return name, target


class NotProvedError(InputError):
    """There is an answer, but no proof of one."""


def required(curve: Curve, values: Mapping[sp.Symbol, sp.Expr], name: str, target: sp.Expr, digits: int, method: str) -> Requirement:
    """Return the requirement by the method that is named: where balls have no proof, 'auto' asks mpmath, and says so."""
    from .numerical_requirement import numerical_requirement

    if method == "mpmath":
        return numerical_requirement(curve, values, name, target, digits)
    try:
        proved = require(curve, values, name, target, digits)
        about = "not all digits that were asked for" if proved.status == Status.UNDECIDED else None
    except NotProvedError as error:
        if method == "balls":
            raise
        about = error.requirement
    if about is None or method == "balls":
        return proved
    found = numerical_requirement(curve, values, name, target, digits)
    return replace(found, reason=f"not proved: {about}; {found.reason}", undecided=(Undecided(Cause.TURNS, about),))


@dataclass(frozen=True)
class _Wanted:
    """A target of a measure along a curve; the measure falls as q falls, but for zeta where the parameter is the fraction unknown."""

    bound: BoundCurve
    name: str
    target: sp.Expr

    @property
    def curve(self) -> Curve:
        """The curve of fixed points."""
        return self.bound.curve

    @cached_property
    def error(self) -> sp.Expr:
        """The measure along the curve."""
        error: sp.Expr = getattr(self.curve, self.name)
        return error

    @property
    def is_monotone(self) -> bool:
        """Whether the measure is monotone along the curve, whatever the laws are."""
        return not (self.name == "zeta" and self.curve.bounded)

    def gap(self, state: arb) -> tuple[arb, arb]:
        """Enclose the measure along the curve minus the target, and its derivative."""
        error = self.bound.evaluator.taylor(self.error, state, 2)
        return error[0] - ball_of(self.target), error[1]

    def refined(self, zero: Zero) -> arb:
        """Return the state of the target to the current precision."""
        return refine(self.gap, zero.box, ctx.prec - 10)

    def fail(self, requirement: str, remedy: str = "") -> InputError:
        """Return the error that says why there is no answer."""
        return InputError(self.name, requirement, given=self.target, remedy=remedy)

    def doubt(self, requirement: str, remedy: str = "") -> NotProvedError:
        """Return the error that says why an answer has no proof."""
        return NotProvedError(self.name, requirement, given=self.target, remedy=remedy)

    @property
    def kept(self) -> InputError:
        """The error that says that there is nothing to ask for."""
        return self.fail(f"is kept for every {self.curve.parameter}")


def require(curve: Curve, values: Mapping[sp.Symbol, sp.Expr], name: str, target: sp.Expr, digits: int = 15) -> Requirement:
    """Return the parameter from which on a measure of the largest fixed point is at most `target`.

    Measures: the testing error 1 - P(1-q), the training error, and zeta, the fraction of skills that stay novel. Exactly from the curve:
    the measure falls along it as q falls, so the answer is the record of the parameter over all states at which it is still above the
    target (theory, section 4). Raises `InputError` for a target that is kept everywhere or nowhere, and where folds stay undecided that
    may set that record.
    """
    bound = BoundCurve(curve, values)
    wanted = _Wanted(bound, name, target)
    never = curve.equation.bind(values).never_starts
    if never and not curve.bounded:
        raise wanted.fail(f"cannot be reached: {never}")
    state = _state(wanted)
    isolation = _folds(wanted, state)
    jumps = [turn.zero for turn in records(bound, isolation.zeros) if turn.kind == "emergence"]
    before = [jump for jump in jumps if _is_before(wanted, jump)]
    jump = before[-1 if curve.learns_along > 0 else 0] if before else None
    at_jump = jump is not None and _further(wanted, jump, state)

    def at(expression: sp.Expr) -> arb:
        return bound.evaluate(expression, bound.refined(jump) if at_jump and jump else wanted.refined(state))

    value, fixed = (prove_number(lambda expression=expression: at(expression), digits) for expression in (curve.value, curve.q))  # type: ignore[misc]
    if curve.bounded and at(t / curve.loop) >= 1:
        raise wanted.kept
    asked = prove_number(lambda: ball_of(target), digits)
    if any(_matters(bound, box, at(t / curve.loop)) for box in isolation.undecided):
        reached = "at least" if curve.learned_side == "above" else "at most"
        needed = f"it takes {curve.parameter} {reached} {value}, and may take more"
        raise wanted.doubt("has no proved answer: the folds of the curve stay undecided", needed)
    status = Status.of(value.has(digits) and fixed.has(digits))
    return Requirement(str(curve.parameter), value, name, asked, fixed, curve.learned_side, at_jump, status)


def _folds(wanted: _Wanted, state: Zero) -> Isolation:
    """Return the folds of the whole curve; where its ends have no bound, those in front of a state at which a record can still be set.

    The loop is a probability that grows with t: along skills, with s the scale at the state, t/g(t) < s below t = s g(0), and along texts,
    t/g(t) > s above t = s.
    """
    bound = wanted.bound

    def in_front() -> Isolation:
        here = wanted.refined(state)
        scale = bound.evaluate(t / bound.curve.loop, here)
        if bound.curve.learns_along > 0:
            ends = scale * bound.loop(arb(0), 1)[0] / 2, arb(here.upper())
        else:
            ends = arb(here.lower()), arb(1) if bound.curve.bounded else 2 * scale
        return isolate(bound.fold_condition, *ends, bound.fold_value)

    isolation = bound.turning_points()
    return (
        isolation if isolation.is_complete else at_rising_precision(in_front, _MOST_BITS, settled=lambda isolation: isolation.is_complete)
    )


def _matters(bound: BoundCurve, box: arb, record: arb) -> bool:
    """Whether the scale in a box of undecided folds may go beyond a record."""
    return not (record - bound.evaluate(t / bound.curve.loop, box)) * bound.curve.learns_along > 0


def _is_before(wanted: _Wanted, jump: Zero) -> bool:
    """Whether the measure at a jump is still above the target."""
    above = at_rising_precision(lambda: is_positive(wanted.gap(wanted.bound.refined(jump))[0]), _MOST_BITS)
    if above is None:
        raise wanted.doubt("lies too close to that at an emergence to be told apart")
    return above


def _state(wanted: _Wanted) -> Zero:
    """Bracket the one state at which the measure equals the target, and isolate it; `InputError` where there is none, or are several."""
    _check_range(wanted)
    small = max(0, int(-1.5 * float(ball_of(wanted.target).log().mid())))

    def attempt() -> Zero | None:
        bracket = _bracket(wanted) if wanted.is_monotone else _domain(wanted)
        isolation = isolate(wanted.gap, *bracket) if bracket else None
        if isolation is None or not isolation.is_complete or len(isolation.zeros) > 1:
            return None
        if not isolation.zeros:
            raise wanted.kept
        return isolation.zeros[0]

    if (state := at_rising_precision(attempt, _MOST_BITS, small)) is not None:
        return state
    raise wanted.kept if wanted.curve.learns_along > 0 else wanted.fail("cannot be bracketed, or is met at several states")


def _check_range(wanted: _Wanted) -> None:
    """Refuse a target of zeta that the fraction unknown keeps anyway, and one below what is left by skills without texts."""
    equation = wanted.curve.equation.bind(wanted.bound.values)
    unknown = equation.ensemble.unknown
    if wanted.name != "zeta" or wanted.curve.bounded:
        return
    if bool(wanted.target >= unknown):
        raise wanted.kept
    floor = equation.novel.xreplace({q: sp.S.Zero}) if wanted.curve.learns_along < 0 else sp.S.Zero
    if bool(wanted.target <= floor):
        raise wanted.fail(f"cannot be reached: zeta stays above {float(floor):.6g}")


def _domain(wanted: _Wanted) -> tuple[arb, arb] | None:
    """Return the ends of the states at which zeta can meet the target, where the parameter is the fraction unknown.

    Without skills of degree 0 it is at most t L'(1), for L(y) <= y L'(y). With them, and learning from them, t/g has a bound near 0.
    """
    skills = wanted.curve.equation.bind(wanted.bound.values).ensemble.skills
    if skills.pmf(0) == 0:
        return arb((ball_of(wanted.target) / ball_of(skills.mean) / 2).lower()), arb(1)
    low = arb(1) / 2
    while low > _SMALLEST:
        if wanted.gap(arb(0).union(low))[0] < 0:
            return low, arb(1)
        low *= low
    return None


def _bracket(wanted: _Wanted) -> tuple[arb, arb] | None:
    """Double or halve the state from 1 until the measure, monotone along the curve, crosses the target; None where it does not."""
    learned = not wanted.gap(arb(1))[0] > 0
    if learned and wanted.curve.bounded:
        raise wanted.kept
    factor = arb(2) if learned != (wanted.curve.learns_along > 0) else arb(1) / 2
    inner = arb(1)
    while _SMALLEST < inner < _LARGEST:
        outer = inner * factor
        gap = wanted.gap(outer)[0]
        if not (gap > 0 or gap < 0):
            return None
        if bool(gap < 0) != learned:
            return (inner, outer) if factor > 1 else (outer, inner)
        inner = outer
    return None


def _further(wanted: _Wanted, jump: Zero, state: Zero) -> bool:
    """Whether the jump asks more of the parameter than the state itself."""
    scale = t / wanted.curve.loop

    def more() -> bool | None:
        difference = wanted.bound.evaluate(scale, wanted.bound.refined(jump)) - wanted.bound.evaluate(scale, wanted.refined(state))
        return is_positive(difference * wanted.curve.learns_along)

    return at_rising_precision(more, _MOST_BITS) is not False
