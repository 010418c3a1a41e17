"""The inverse question by mpmath: the state with the target error on the scanned curve, and the jumps in front of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath
import sympy as sp

from ....balls.numerical.engines import constant
from ....balls.numerical.roots import SCANNING, Crossing, agreed, agreed_all, sign_changes
from ....errors import InputError
from ..answers import Status
from ..branches.scanned.curve import CurveFolds
from ..equations.curve import Curve
from ..search import Question
from ..thresholds.results import Requirement

__all__ = ["numerical_requirement"]


def numerical_requirement(curve: Curve, values: Mapping[sp.Symbol, sp.Expr], name: str, target: sp.Expr, digits: int) -> Requirement:
    """Return the parameter from which on a measure is at most `target`, as the scan shows (see `require`)."""
    path = CurveFolds(Question(curve.equation, curve.parameter, values, digits), curve)
    if path.never_starts:
        raise InputError(name, f"cannot be reached: {path.never_starts}", given=target)

    def gap(state: Any) -> Any:
        return path.function.value(getattr(curve, name), state) - constant(target)

    with mpmath.workdps(SCANNING):
        changes = sign_changes([gap(state) for state in path.states])
        if not changes:
            kept = gap(path.states[0 if curve.learns_along > 0 else -1]) <= 0
            said = f"is kept for every {curve.parameter}" if kept else f"is reached by no state in the {path.searched}"
            raise InputError(name, said, given=target)
        state = Crossing(gap, *(path.states[end] for end in changes[-1 if curve.learns_along > 0 else 0]))
        jumps = [jump for jump in path.jumps if gap(jump()) > 0]
        jump = jumps[-1 if curve.learns_along > 0 else 0] if jumps else None
        at_jump = jump is not None and (path.scale(jump()) - path.scale(state())) * curve.learns_along > 0
        place = jump if jump is not None and at_jump else state
        if curve.bounded and path.scale(place()) >= 1:
            raise InputError(name, f"is kept for every {curve.parameter}", given=target)
    value, fixed = agreed_all(lambda: path.along(place()), digits)
    reason = f"by mpmath: {path.searched}"
    asked = agreed(lambda: constant(target), digits)
    return Requirement(str(curve.parameter), value, name, asked, fixed, curve.learned_side, bool(at_jump), Status.NUMERICAL, reason)
