"""The inverse question: from which parameter on is a target kept, of the testing error, the training error or zeta?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import mpmath
import sympy as sp
from flint import arb

from ....balls.compiling import ball_of
from ....balls.isolation import Isolation, isolate
from ....balls.numerical.roots import SCANNING, Crossing, sign_changes
from ....balls.precision import at_rising_precision
from ....checks import require_between
from ....errors import InputError
from ....model.exact import Value, exact_number
from ....model.symbols import q
from ..answers import Cause, Status, Undecided
from ..branches.curve_branch import CurveBranch
from ..branches.inverted import Inverted
from ..branches.scanned_curve import ScannedCurve
from ..equations.curve import Curve
from ..search import Question
from ..thresholds.results import Requirement

MEASURES = ("testing_error", "training_error", "zeta")
"""What a target can be asked of."""
_MOST_BITS = 512
"""Bits, beside those that a small target takes, after which a bracket or a fold is given up."""
_SMALLEST, _LARGEST = arb(2) ** -4000, arb(2) ** 20
"""States between which a target is bracketed: those of targets down to 1e-300, and up to as large a state as curves are searched for."""


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

    def scanned() -> Requirement:
        branch = ScannedCurve(Question(curve.equation, curve.parameter, values, digits), curve)
        return replace(_Scanned(branch, name, target).answer(), reason=f"by mpmath: {branch.searched}")

    if method == "mpmath":
        return scanned()
    try:
        proved = require(curve, values, name, target, digits)
        about = "not all digits that were asked for" if proved.status == Status.UNDECIDED else None
    except NotProvedError as error:
        if method == "balls":
            raise
        about = error.requirement
    if about is None or method == "balls":
        return proved
    numerical = scanned()
    return replace(numerical, reason=f"not proved: {about}; {numerical.reason}", undecided=(Undecided(Cause.TURNS, about),))


def require(curve: Curve, values: Mapping[sp.Symbol, sp.Expr], name: str, target: sp.Expr, digits: int = 15) -> Requirement:
    """Return the parameter from which on a measure of the largest fixed point is at most `target`, proved.

    Measures: the testing error 1 - P(1-q), the training error, and zeta, the fraction of skills that stay novel. Exactly from the curve:
    the measure falls along it as q falls, so the answer is the record of the parameter over all states at which it is still above the
    target (theory, section 4). Raises `InputError` for a target that is kept everywhere or nowhere, and where folds stay undecided that
    may set that record.
    """
    return _Proved(Inverted(Question(curve.equation, curve.parameter, values, digits), curve), name, target).answer()


class _Wanted:
    """A target of a measure along a branch; the measure falls as q falls, but for zeta where the parameter is the fraction unknown."""

    branch: CurveBranch

    def __init__(self, branch: Any, name: str, target: sp.Expr) -> None:
        self.branch, self.curve, self.path, self.name, self.target = branch, branch.curve, branch.path, name, target
        self.excess: sp.Expr = branch.curve.measured(name) / target - 1

    state: Callable[[], Any]
    """The one state at which the measure equals the target; raises `InputError` where there is none, or are several."""

    @property
    def turning_points(self) -> Sequence[Any]:
        """The turning points, those at least that may set a record before the state."""
        return self.branch.turning_points

    def is_above(self, jump: Any) -> bool:
        """Whether the measure at a jump is above the target."""
        return self.branch.sign(lambda: self.path.evaluate(self.excess, jump())) > 0

    def check(self, record: Any) -> None:
        """Raise `NotProvedError` where the answer may be another one."""

    def answer(self) -> Requirement:
        """Return the parameter at the state, or at a jump before it that asks for more."""
        branch, curve = self.branch, self.curve
        if branch.never_starts:
            raise self.fail(f"cannot be reached: {branch.never_starts}")
        record = state = self.state
        jumps = [turn.root for turn in branch.kinds(self.turning_points) if turn.kind == "emergence"]
        before = [jump for jump in jumps if self.is_above(jump)]
        jump = before[-1 if branch.is_forward else 0] if before else None
        if jump is not None and branch.sign(lambda: self.path.scale(jump()) / self.path.scale(state()) - 1) * curve.learns_along >= 0:
            record = jump
        if curve.bounded and branch.sign(lambda: self.path.scale(record()) - 1) > 0:
            raise self.kept
        self.check(record)
        value, fixed_point, asked = branch.numbers(
            lambda: [*(self.path.evaluate(part, record()) for part in (curve.value, curve.q)), self.path.arithmetic.number(self.target)]
        )
        status = branch.status((value, fixed_point))
        return Requirement(str(curve.parameter), value, self.name, asked, fixed_point, curve.learned_side, record is jump, status)

    def fail(self, requirement: str) -> InputError:
        """Return the error that says why there is no answer."""
        return InputError(self.name, requirement, given=self.target)

    @property
    def kept(self) -> InputError:
        """The error that says that there is nothing to ask for."""
        return self.fail(f"is kept for every {self.curve.parameter}")


class _Scanned(_Wanted):
    """A target along a scanned curve."""

    branch: ScannedCurve

    @cached_property
    def state(self) -> Crossing:  # type: ignore[override]
        """The last state of the scan, as learning gets easier, at which the measure passes the target."""

        def excess(state: Any) -> Any:
            return self.path.evaluate(self.excess, state)

        states = self.branch.states[:: self.curve.learns_along]
        with mpmath.workdps(SCANNING):
            changes = sign_changes([excess(state) for state in states])
            if changes:
                return Crossing(excess, *sorted(states[end] for end in changes[-1]))
            if excess(states[0]) <= 0:
                raise self.kept
        raise self.fail(f"is reached by no state in the {self.branch.searched}")


class _Proved(_Wanted):
    """A target along a curve of which the states are isolated with proof."""

    branch: Inverted

    @cached_property
    def state(self) -> Callable[[], arb]:  # type: ignore[override]
        """The state, bracketed and isolated.

        A target of zeta is refused that the fraction unknown keeps anyway, or that is below what skills without texts leave.
        """
        whole_zeta, equation = self.name == "zeta" and not self.curve.bounded, self.branch.question.bound
        if whole_zeta and bool(self.target >= equation.ensemble.unknown):
            raise self.kept
        floor = equation.novel.xreplace({q: sp.S.Zero}) if whole_zeta and not self.branch.is_forward else sp.S.Zero
        if bool(self.target <= floor):
            raise self.fail(f"cannot be reached: zeta stays above {float(floor):.6g}")
        bracket = self._domain if self.name == "zeta" and self.curve.bounded else self._bracket
        cancelled = max(0, int(-1.5 * float(ball_of(self.target).log().mid())))
        ends = at_rising_precision(bracket, _MOST_BITS, cancelled)
        if ends is not None:
            states, is_complete = self.branch.roots(self.excess, *ends, spare=cancelled)
            if is_complete and not states:
                raise self.kept
            if is_complete and len(states) == 1:
                return states[0]
        raise self.kept if self.branch.is_forward else self.fail("cannot be bracketed, or is met at several states")

    def _domain(self) -> tuple[arb, arb] | None:
        """Return the ends of the states at which zeta can meet the target, where the parameter is the fraction unknown.

        Without skills of degree 0 it is at most t L'(1), for L(y) <= y L'(y). With them, and learning from them, t/g has a bound near 0.
        """
        skills = self.branch.question.bound.ensemble.skills
        if skills.pmf(0) == 0:
            return arb((ball_of(self.target) / ball_of(skills.mean) / 2).lower()), arb(1)
        low = arb(1) / 2
        while low > _SMALLEST:
            if self.path.evaluate(self.excess, arb(0).union(low)) < 0:
                return low, arb(1)
            low *= low
        return None

    def _bracket(self) -> tuple[arb, arb] | None:
        """Double or halve the state from 1 until the measure, monotone along the curve, crosses the target; None where it does not."""
        learned = not self.path.evaluate(self.excess, arb(1)) > 0
        if learned and self.curve.bounded:
            raise self.kept
        factor = arb(2) if learned != self.branch.is_forward else arb(1) / 2
        inner = arb(1)
        while _SMALLEST < inner < _LARGEST:
            outer = inner * factor
            excess = self.path.evaluate(self.excess, outer)
            if excess.contains(arb(0)):
                return None
            if bool(excess < 0) != learned:
                return (inner, outer) if factor > 1 else (outer, inner)
            inner = outer
        return None

    @cached_property
    def isolation(self) -> Isolation:
        """The folds of the whole curve; where its ends have no bound, those in front of the state at which a record can still be set.

        The loop is a probability that grows with t: along skills, with s the scale at the state, t/g(t) < s below t = s g(0), and along
        texts, t/g(t) > s above t = s.
        """
        path = self.path

        def in_front() -> Isolation:
            enclosure = self.state()
            scale = path.scale(enclosure)
            if self.branch.is_forward:
                ends = scale * path.loop(arb(0), 1)[0] / 2, arb(enclosure.upper())
            else:
                ends = arb(enclosure.lower()), arb(1) if self.curve.bounded else 2 * scale
            return isolate(path.fold_condition, *ends, path.fold_value)

        whole = self.branch.isolation
        return whole if whole.is_complete else at_rising_precision(in_front, _MOST_BITS, settled=lambda folds: folds.is_complete)

    @property
    def turning_points(self) -> Sequence[Any]:
        """These folds."""
        return self.branch.as_roots(self.isolation)

    def is_above(self, jump: Any) -> bool:
        """Whether the measure at a jump is proved to be above the target."""
        sign = self.branch.sign(lambda: self.path.evaluate(self.excess, jump()))
        if sign == 0:
            raise NotProvedError(self.name, "lies too close to that at an emergence to be told apart", given=self.target)
        return sign > 0

    def check(self, record: Any) -> None:
        """Compare the record with the scale in the boxes of folds that stay undecided."""
        scale, along = self.path.scale(record()), self.curve.learns_along
        if all((scale - self.path.scale(box)) * along > 0 for box in self.isolation.undecided):
            return
        reached = "at least" if self.curve.learned_side == "above" else "at most"
        (value,) = self.branch.numbers(lambda: [self.path.evaluate(self.curve.value, record())])
        remedy = f"it takes {self.curve.parameter} {reached} {value}, and may take more"
        raise NotProvedError(self.name, "has no proved answer: the folds of the curve stay undecided", given=self.target, remedy=remedy)
