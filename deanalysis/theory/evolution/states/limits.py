"""Where a letter falls to 0: the limit of the largest fixed point, from the formulas, as the laws themselves may end there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy as sp
from flint import arb

from ....balls.compiling import ball_of, compile_balls
from ....balls.numbers import ZERO, Number, prove_number
from ....model.exact import bind
from ....model.symbols import q
from ..answers import Cause, Status, Undecided
from ..equations.density_evolution import FixedPointEquation
from ..letters import limit_refused, vanishing
from ..thresholds.results import FixedPoint
from .find import fixed_point
from .fixed_points import LargestFixedPoint, states

__all__ = ["LimitState", "is_continuous", "limit_fixed_point", "limit_reason"]

_BESIDE = arb(2) ** -40
_DOUBT = Undecided(Cause.FIXED_POINT, "whether the largest fixed point is continuous there")
_NOTHING = Number("nan", "-inf", "inf")


def limit_reason(values: Mapping[sp.Symbol, sp.Expr]) -> str:
    """Say which letters fall to 0."""
    return f"the limit as {', '.join(map(str, vanishing(values)))} falls to 0"


def is_continuous(expressions: Sequence[sp.Expr], shares: Sequence[sp.Symbol], values: Mapping[sp.Symbol, sp.Expr]) -> bool:
    """Whether formulas are continuous for all `shares` in [0, 1] and for letters from 0 to a bit above: balls over all that are finite.

    >>> G = sp.Symbol("G")
    >>> is_continuous([sp.exp(-G * q)], [q], {G: sp.S.Zero}), is_continuous([q / (q + G)], [q], {G: sp.S.Zero})
    (True, False)
    """
    letters = sorted(values, key=str)
    box = [ball_of(values[symbol]) if values[symbol] != 0 else arb(0).union(_BESIDE) for symbol in letters]
    try:
        enclosures = compile_balls(sp.Tuple(*expressions), [*shares, *letters])(*[arb(0).union(arb(1))] * len(shares), *box)
    except (ValueError, ZeroDivisionError):
        return False
    return all(arb(one).is_finite() for one in enclosures)


@dataclass(frozen=True)
class LimitState(LargestFixedPoint):
    """The limit of the largest fixed point as the letters that are 0 fall to 0.

    Where f is continuous there and tends to a constant, so does the fixed point: it lies within sup |f - lim f| of it. Else it is the
    largest fixed point of the limit, if that is 0, below which none can fall, or crossed with f' < 1, which others stay close to.
    """

    @cached_property
    def constant(self) -> sp.Expr | None:
        """The limit of f where it does not depend on q."""
        limit = self.at(self.equation.right_side)
        return None if limit.has(q) else limit

    @cached_property
    def _bound(self) -> FixedPointEquation:
        with limit_refused(self.values):
            return super()._bound

    @cached_property
    def _known(self) -> sp.Expr | None:
        return super()._known if self.constant is None else self.constant

    @cached_property
    def never_starts(self) -> bool:
        """Whether nothing is ever learned."""
        return self.constant is None and super().never_starts

    @cached_property
    def is_limit(self) -> bool:
        """Whether it is proved that the largest fixed point tends to this state, and the errors with it."""
        if not self.equation.letters & set(vanishing(self.values)):
            return True
        if not is_continuous([self.equation.right_side, *states(self.equation)[1:]], [q], self.values):
            return False
        return self.constant is not None or bool(self.location[1] == 0 or self.excess(self.state())[1] < 0)

    def at(self, expression: sp.Expr) -> sp.Expr:
        """Return a formula with its letters bound, some to 0; `InputError` where it has no value there."""
        with limit_refused(self.values):
            return bind(expression, self.values)

    def number(self, expression: sp.Expr, digits: int) -> Number:
        """Return a formula at the limit of f, a constant."""
        value = self.at(expression).xreplace({q: self.constant})
        return ZERO if value == 0 else prove_number(lambda: ball_of(value), digits)


def limit_fixed_point(equation: FixedPointEquation, values: Mapping[sp.Symbol, sp.Expr], digits: int, method: str) -> FixedPoint:
    """Return the limit of the state in which learning stops (see `LimitState`); nothing is decided where it may be another.

    Raises `InputError` where the equations have no value at 0.
    """
    limit = LimitState(equation, values)
    with limit_refused(values):
        found = fixed_point(equation, values, digits, method) if limit.constant is None else _stated(limit, digits)
    reason = limit_reason(values)
    if not limit.is_limit:
        nothing = dict.fromkeys(FixedPoint.measured(), _NOTHING)
        return replace(found, **nothing, rounds=None, status=Status.UNDECIDED, reason=f"{reason}: {_DOUBT.about}", undecided=(_DOUBT,))
    status = Status.NUMERICAL if method == "mpmath" else found.status
    return replace(found, status=status, reason="; ".join(filter(None, (reason, found.reason))))


def _stated(limit: LimitState, digits: int) -> FixedPoint:
    """Return the limit where f tends to a constant; at most one round leads there."""
    numbers: list[Any] = [limit.number(expression, digits) for expression in states(limit.equation)]
    rounds = int(limit.at(limit.equation.ensemble.unknown) != limit.constant)
    return FixedPoint(**dict(zip(FixedPoint.measured(), numbers, strict=True)), rounds=rounds, status=Status.PROVED)
