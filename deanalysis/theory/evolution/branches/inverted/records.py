"""Which turning points of a curve are jumps: those where the parameter sets a record as learning gets easier, and where each jump lands."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flint import arb, ctx

from .....balls.isolation import Isolation, Zero, is_positive, isolate, refine
from .....balls.precision import at_rising_precision
from .....model.symbols import t
from .bound_curve import BoundCurve
from .maxwell import Path

__all__ = ["Landing", "Turn", "compare", "records", "scale_at"]

_SMALLEST = 400
_SPARE_BITS = 64


class Turn(NamedTuple):
    """A turning point: its box, its kind, and whether the order of the records there is certain."""

    zero: Any
    kind: str
    certain: bool


def compare(bound: BoundCurve, zero: Zero, other: Zero | None) -> int:
    """Compare the scale at two turning points (or with 1): -1, 0 where they cannot be told apart, or 1."""

    def above() -> bool | None:
        return is_positive(scale_at(bound, zero) - (arb(1) if other is None else scale_at(bound, other)))

    return {True: 1, False: -1, None: 0}[at_rising_precision(above)]


def scale_at(bound: BoundCurve, zero: Zero) -> arb:
    """Enclose the scale t/g(t) at a turning point to the current precision."""
    return bound.at(zero, (t / bound.curve.loop,))[0]


def records(bound: Path, zeros: Sequence[Any], compare: Callable[[Any, Any, Any], int] = compare) -> list[Turn]:
    """Tell emergence from fold in the order of t; extrema beyond the domain of the parameter are left out.

    `zeros` are turning points with a `slope`, the sign of the derivative of the fold condition, and `compare` compares their scales.

    As learning gets easier, q falls along the curve, and the states reached are those where the parameter sets a record
    (theory, section 4). A local extremum that is a strict record is an emergence, any other a fold. Where learning never starts no
    state of the curve is reached, and all are folds.
    """
    curve, stuck = bound.curve, bound.is_stuck
    forward = curve.learns_along > 0
    best = None
    turns = []
    for zero in zeros if forward else reversed(zeros):
        beyond = compare(bound, zero, None) if curve.bounded else -1
        if beyond > 0:
            continue
        kind, certain = "fold", beyond < 0
        if zero.slope == -curve.learns_along and not stuck:
            beats = 1 if best is None else compare(bound, zero, best) * curve.learns_along
            certain &= beats != 0
            if beats > 0:
                kind, best = "emergence", zero
        turns.append(Turn(zero, kind, certain))
    return turns if forward else turns[::-1]


class Landing:
    """The state to which a jump leads: the first one beyond it at which the scale is that of the jump.

    Raises `ValueError` where it cannot be told apart from a tie, or not be isolated.
    """

    def __init__(self, bound: BoundCurve, jump: Zero, zeros: list[Zero]) -> None:
        self.bound, self.jump = bound, jump
        self._known: tuple[int, arb] = (0, arb("nan"))
        self.state = self._found(zeros)

    def refined(self) -> arb:
        """Return the state to the current precision: the end t = 0 of the curve where it ends before."""
        if self.state is None:
            return arb(0)
        with ctx.workprec(ctx.prec + _SPARE_BITS):
            self._scale()
        return refine(self.excess, self.state.box, ctx.prec - 10, self._gap)

    def excess(self, state: arb) -> tuple[arb, arb]:
        """Enclose t - scale g(t) and its derivative, at the scale of the jump."""
        scale = self._scale()
        g = self.bound.loop(state, 2)
        return state - scale * g[0], 1 - scale * g[1]

    def _gap(self, state: arb) -> arb:
        """Enclose t - scale g(t) alone."""
        return state - self._scale() * self.bound.loop(state, 1)[0]

    def _scale(self) -> arb:
        """Return the scale of the jump, at least to the current precision."""
        if self._known[0] < ctx.prec:
            self._known = ctx.prec, scale_at(self.bound, self.jump)
        return self._known[1]

    def _found(self, zeros: list[Zero]) -> Zero | None:
        forward = self.bound.curve.learns_along > 0
        beyond = [zero for zero in zeros if (zero.box > self.jump.box if forward else zero.box < self.jump.box)]
        ordered = beyond if forward else beyond[::-1]
        for turn, top in zip(ordered[::2], [*ordered[1::2], None], strict=False):
            order = 1 if top is None else compare(self.bound, top, self.jump) * self.bound.curve.learns_along
            if order == 0:
                raise ValueError("two records tie")
            if order > 0:
                return self._first_return(turn, top)
        if forward or not self.bound.curve.order(self.bound.values):
            raise ValueError("no turning point beyond the jump")
        return None

    def _first_return(self, turn: Zero, top: Zero | None) -> Zero | None:
        """Isolate the one state between two turning points (or the end) at which the scale is that of the jump."""

        def attempt() -> Isolation | None:
            start = self.bound.refined(turn)
            end = self.bound.refined(top) if top is not None else self._end(start)
            if end is None:
                return None
            low, high = (start, end) if self.bound.curve.learns_along > 0 else (end, start)
            return isolate(self.excess, low, high)

        def is_settled(isolation: Isolation | None) -> bool:
            return isolation is None or (isolation.is_complete and len(isolation.zeros) == 1)

        isolation = at_rising_precision(attempt, settled=is_settled)
        if not is_settled(isolation):
            raise ValueError("the state after the jump cannot be isolated")
        return None if isolation is None else isolation.zeros[0]

    def _end(self, start: arb) -> arb | None:
        """Step towards the end of the curve until the scale is past that of the jump; None where it ends before, at t = 0."""
        forward = self.bound.curve.learns_along > 0
        state = arb(start.mid())
        if not forward and self.bound.curve.order(self.bound.values):
            limit = 1 - self._scale() * self.bound.loop(arb(0), 2)[1]
            if limit > 0:
                return None
        for _ in range(_SMALLEST):
            state = state * 2 if forward else state / 2
            sign = self.excess(state)[0]
            if sign > 0 if forward else sign < 0:
                return state
        raise ValueError("the state after the jump cannot be bracketed")
