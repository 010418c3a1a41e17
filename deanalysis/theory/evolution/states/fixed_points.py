"""Where learning stops: the largest fixed point, isolated with proof; where letters are 0, its limit as they fall to 0."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice, pairwise
from typing import ClassVar

import sympy as sp
from flint import arb, ctx

from ....balls.bound import Bound
from ....balls.compiling import ball_of, compile_balls
from ....balls.isolation import isolate, refine
from ....balls.numbers import ZERO, Number, number, prove_number, prove_numbers
from ....balls.numerical.floats import compile_floats
from ....balls.precision import at_rising_precision
from ....model.exact import bind
from ....model.symbols import q
from ..answers import Cause, Status, Undecided, by_method
from ..equations.density_evolution import FixedPointEquation
from ..letters import limit_refused, vanishing
from ..thresholds.results import FixedPoint
from .numerical import numerical_fixed_point

_SMALLEST_EXPONENT = 64
"""The smallest gap above q = 0 that is tried is 2^-64: a law whose first powers are weaker than that leaves the state undecided."""
_BESIDE = arb(2) ** -40
"""How far above 0 formulas are shown to be continuous: any length proves it, and over a short one enclosures are narrow."""
_CLOSE, _MOST_ROUNDS = 1e-12, 1_000_000
"""How near rounds are to come, and how many are counted, which takes three quarters of a second."""
_DOUBT = Undecided(Cause.FIXED_POINT, "whether the largest fixed point is continuous there")
_NOTHING = Number("nan", "-inf", "inf")


@dataclass(frozen=True)
class LargestFixedPoint:
    """The largest q in [0, eps] with q = f(q), all parameters bound."""

    equation: FixedPointEquation
    values: Mapping[sp.Symbol, sp.Expr]

    what: ClassVar[str] = "the largest fixed point"

    @cached_property
    def _bound(self) -> FixedPointEquation:
        return self.equation.bind(self.values)

    @cached_property
    def evaluator(self) -> Bound:
        """Evaluates expressions in q."""
        return Bound((q,), self.values)

    def excess(self, state: arb) -> tuple[arb, arb]:
        """Enclose f(q) - q and its derivative."""
        f = self.evaluator.taylor(self.equation.right_side, state, 2)
        return f[0] - state, f[1] - 1

    @cached_property
    def _known(self) -> sp.Expr | None:
        return self._bound.known_state

    @cached_property
    def never_starts(self) -> bool:
        """Whether nothing is ever learned."""
        return self._bound.never_starts is not None

    @cached_property
    def location(self) -> tuple[str, arb]:
        """'exact' with the fixed point, 'isolated' with its box, or 'undecided' with where it must lie."""
        if self._known is not None:
            return "exact", ball_of(self._known)
        return at_rising_precision(self._locate, settled=lambda location: location[0] != Status.UNDECIDED)

    def _locate(self) -> tuple[str, arb]:
        """Locate it at the current precision."""
        low, unknown = self._lowest(), ball_of(self._bound.ensemble.unknown)
        if low is None:
            return Status.UNDECIDED, arb(0).union(unknown)
        isolation = isolate(self.excess, low, arb(unknown.upper()))
        top = isolation.zeros[-1].box if isolation.zeros else None
        if isolation.is_complete or (top is not None and top > isolation.undecided[-1]):
            return ("isolated", top) if top is not None else ("exact", arb(0))
        return Status.UNDECIDED, isolation.undecided[-1].union(low if top is None else top)

    def _lowest(self) -> arb | None:
        """Return a state below which there is no fixed point but 0: f(0), or where 0 is one, the end of a proved gap.

        f(q) - q is q times f' - 1 somewhere in [0, q], and where f'(0) is exactly 1, at the stability point, q^2 times f''/2.
        """
        start = self.evaluator.value(self.equation.right_side, arb(0))
        if start > 0:
            return arb(start.lower())
        if not self._bound.completes:
            return None
        order = 2 if self._bound.growth == 1 else 1
        for exponent in range(2, _SMALLEST_EXPONENT):
            end = arb(2) ** -exponent
            slope = self.evaluator.taylor(self.equation.right_side, arb(0).union(end), order + 1)[order] - (order == 1)
            if slope > 0 or slope < 0:
                return end
        return None

    def state(self) -> arb:
        """Return the fixed point to the current precision."""
        if self._known is not None:
            return ball_of(self._known)
        status, box = self.location
        return refine(self.excess, box, ctx.prec - 10) if status == "isolated" else box


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
    return all(arb(enclosure).is_finite() for enclosure in enclosures)


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
        if not is_continuous([self.equation.right_side, *self.equation.state[1:]], [q], self.values):
            return False
        return self.constant is not None or bool(self.location[1] == 0 or self.excess(self.state())[1] < 0)

    def at(self, expression: sp.Expr) -> sp.Expr:
        """Return a formula with its letters bound, some to 0; `InputError` where it has no value there."""
        with limit_refused(self.values):
            return bind(expression, self.values)

    def stated(self, digits: int) -> FixedPoint:
        """Return the limit where f tends to a constant; at most one round leads there."""
        values = [self.at(formula).xreplace({q: self.constant}) for formula in self.equation.state]
        return replace(_exact(values, digits), rounds=int(self.at(self.equation.ensemble.unknown) != self.constant))


def limit_reason(values: Mapping[sp.Symbol, sp.Expr]) -> str:
    """Say which letters fall to 0."""
    return f"the limit as {', '.join(map(str, vanishing(values)))} falls to 0"


def fixed_point(equation: FixedPointEquation, values: Mapping[sp.Symbol, sp.Expr], digits: int = 15, method: str = "auto") -> FixedPoint:
    """Return the state in which learning stops (see `FixedPoint`), by the method that is named.

    Where letters are 0 it is the limit (see `LimitState`); nothing is decided where that may be another. Raises `InputError` where the
    equations have no value at 0.
    """

    def asked() -> FixedPoint:
        balls = partial(proved_state, LargestFixedPoint(equation, values), digits)
        state = by_method(method, balls, partial(numerical_fixed_point, equation, values, digits), digits)
        return replace(state, rounds=_rounds_to(equation.bind(values), float(state.q)))

    if not vanishing(values):
        return asked()
    limit, reason = LimitState(equation, values), limit_reason(values)
    with limit_refused(values):
        state = asked() if limit.constant is None else limit.stated(digits)
    if not limit.is_limit:
        nothing = dict.fromkeys(FixedPoint.measured(), _NOTHING)
        return replace(state, **nothing, rounds=None, status=Status.UNDECIDED, reason=f"{reason}: {_DOUBT.about}", undecided=(_DOUBT,))
    status = Status.NUMERICAL if method == "mpmath" else state.status
    return replace(state, status=status, reason="; ".join(filter(None, (reason, state.reason))))


def proved_state(largest: LargestFixedPoint, digits: int) -> FixedPoint:
    """Return the state at a fixed point, with the digits that are proved."""
    kind, box = largest.location
    if kind != Status.UNDECIDED and box == 0:
        return _exact(_complete(largest.equation.bind(largest.values)), digits)

    def compute() -> list[arb]:
        state = largest.state()
        return [largest.evaluator.value(formula, state) for formula in largest.equation.state]

    if kind == Status.UNDECIDED:
        numbers = [number(ball, digits) for ball in compute()]
        doubt = Undecided(Cause.FIXED_POINT, f"{largest.what} lies somewhere in {box.str(6)}")
    else:
        numbers = prove_numbers(compute, digits)
        doubt = Undecided(Cause.DIGITS, "not all digits that were asked for")
        if all(proved.has(digits) for proved in numbers):
            return FixedPoint.of(numbers, rounds=None, status=Status.PROVED)
    return FixedPoint.of(numbers, rounds=None, status=Status.UNDECIDED, reason=doubt.about, undecided=(doubt,))


def _exact(values: Sequence[sp.Expr], digits: int) -> FixedPoint:
    """Return a state whose numbers are constants."""
    numbers = (ZERO if value == 0 else prove_number(partial(ball_of, value), digits) for value in values)
    return FixedPoint.of(numbers, rounds=None, status=Status.PROVED)


def _complete(equation: FixedPointEquation) -> tuple[sp.Expr, ...]:
    """Return the state q = 0, where T = 1 and only skills that no text requires are still novel: zeta = eps p_0."""
    left = equation.ensemble.unknown * equation.ensemble.skills.pmf(0)
    return sp.S.Zero, left, sp.S.Zero, sp.S.Zero if left == 0 else 1 - equation.ensemble.texts.pgf(1 - left), sp.S.Zero


def trajectory(equation: FixedPointEquation, rounds: int) -> list[float]:
    """Return q_0 = eps, q_1, ..., q_rounds of a bound equation: a picture of learning, not a solver."""
    return list(islice(_rounds(equation), rounds + 1))


def _rounds(equation: FixedPointEquation) -> Iterator[float]:
    step, state = compile_floats(equation.right_side, q), float(equation.ensemble.unknown)
    while True:
        yield state
        state = float(step(state))


def _rounds_to(equation: FixedPointEquation, target: float) -> int | None:
    """Count rounds from eps until q is within 1e-12 of the fixed point."""
    for count, (state, following) in enumerate(pairwise(islice(_rounds(equation), _MOST_ROUNDS + 2))):
        if abs(state - target) <= _CLOSE:
            return count
        if following >= state:
            return None
    return None
