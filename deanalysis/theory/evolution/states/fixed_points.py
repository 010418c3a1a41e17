"""The largest fixed point of density evolution at bound parameters, isolated with proof, and what follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp
from flint import arb, ctx

from ....balls.bound import Bound
from ....balls.compiling import ball_of
from ....balls.isolation import isolate, refine
from ....balls.numbers import Number, number, prove_number
from ....balls.numerical.floats import compile_floats
from ....balls.precision import at_rising_precision
from ....model.symbols import q
from ..answers import Cause, Status, Undecided
from ..equations.density_evolution import FixedPointEquation
from ..thresholds.results import FixedPoint

__all__ = ["LargestFixedPoint", "known_state", "proved_fixed_point", "rounds_to", "states", "trajectory"]

_SMALLEST_EXPONENT = 64
_CLOSE, _MOST_ROUNDS = 1e-12, 1_000_000


@dataclass(frozen=True)
class LargestFixedPoint:
    """The largest q in [0, eps] with q = f(q), all parameters bound."""

    equation: FixedPointEquation
    values: Mapping[sp.Symbol, sp.Expr]

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
        return known_state(self._bound)

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
        ensemble = self._bound.ensemble
        start = ball_of(ensemble.unknown * ensemble.skills.edge_pgf(1 - self._bound.learner.probability(0)))
        if start.lower() > 0:
            return arb(start.lower())
        if not self._zero_is_fixed():
            return None
        order = 2 if self._bound.growth == 1 else 1
        for exponent in range(2, _SMALLEST_EXPONENT):
            end = arb(2) ** -exponent
            slope = self.evaluator.taylor(self.equation.right_side, arb(0).union(end), order + 1)[order] - (order == 1)
            if slope > 0 or slope < 0:
                return end
        return None

    def _zero_is_fixed(self) -> bool:
        """Whether f(0) = 0 exactly: a lone novel skill is always taught, and no skill has degree 1."""
        support = self._bound.ensemble.skills.support
        return bool(self._bound.learner.probability(0) == 1 and support is not None and support[0] >= 2)

    def state(self) -> arb:
        """Return the fixed point to the current precision."""
        if self._known is not None:
            return ball_of(self._known)
        status, box = self.location
        return refine(self.excess, box, ctx.prec - 10) if status == "isolated" else box


def known_state(equation: FixedPointEquation) -> sp.Expr | None:
    """Return the fixed point of a bound equation, where it states it: eps where learning never starts, f where it does not depend on q."""
    if equation.never_starts:
        return equation.ensemble.unknown
    return None if equation.right_side.has(q) else equation.right_side


def proved_fixed_point(equation: FixedPointEquation, values: Mapping[sp.Symbol, sp.Expr], digits: int) -> FixedPoint:
    """Return the state with proved digits."""
    largest = LargestFixedPoint(equation, values)
    isolated = largest.location[0] != Status.UNDECIDED
    if isolated and largest.location[1] == 0:
        return _complete(largest, digits)

    def proved(expression: sp.Expr) -> Number:
        def compute() -> arb:
            return largest.evaluator.value(expression, largest.state())

        return prove_number(compute, digits) if isolated else number(compute(), digits)

    numbers = [proved(expression) for expression in states(equation)]
    doubt = _doubt(largest, numbers, digits, isolated)
    status = Status.of(not doubt)
    rounds = rounds_to(equation.bind(values), float(numbers[0]))
    found, zeta, testing, uniform, training = numbers
    said = (doubt.about, (doubt,)) if doubt else (None, ())
    return FixedPoint(found, zeta, testing, uniform, training, rounds, status, *said)


def states(equation: FixedPointEquation) -> tuple[sp.Expr, ...]:
    """Return the formulas of a state, in the order of `FixedPoint`."""
    return q, equation.novel, equation.testing_error, equation.testing_error_uniform, equation.training_error


def _doubt(largest: LargestFixedPoint, numbers: list[Number], digits: int, isolated: bool) -> Undecided | None:
    if not isolated:
        return Undecided(Cause.FIXED_POINT, f"the largest fixed point lies somewhere in {largest.location[1].str(6)}")
    if not all(one.has(digits) for one in numbers):
        return Undecided(Cause.DIGITS, "not all digits that were asked for")
    return None


def _complete(largest: LargestFixedPoint, digits: int) -> FixedPoint:
    """Return the state q = 0, where T = 1 and only skills that no text requires are still novel: zeta = eps p_0."""
    bound, zero = largest.equation.bind(largest.values), Number("0", "0", "0")
    left = bound.ensemble.unknown * bound.ensemble.skills.pmf(0)
    zeta = zero if left == 0 else prove_number(lambda: ball_of(left), digits)
    error = 1 - bound.ensemble.texts.pgf(1 - left)
    uniform = zero if left == 0 else prove_number(lambda: ball_of(error), digits)
    return FixedPoint(zero, zeta, zero, uniform, zero, rounds_to(bound, 0.0), Status.PROVED)


def trajectory(equation: FixedPointEquation, rounds: int) -> list[float]:
    """Return q_0 = eps, q_1, ..., q_rounds of a bound equation: a picture of learning, not a solver."""
    step = _step(equation)
    states = [float(equation.ensemble.unknown)]
    for _ in range(rounds):
        states.append(step(states[-1]))
    return states


def _step(equation: FixedPointEquation) -> Callable[[float], float]:
    compiled = compile_floats(equation.right_side, q)
    return lambda state: float(compiled(state))


def rounds_to(equation: FixedPointEquation, target: float) -> int | None:
    """Count rounds from eps until q is within 1e-12 of the fixed point."""
    step, state = _step(equation), float(equation.ensemble.unknown)
    for count in range(_MOST_ROUNDS + 1):
        if abs(state - target) <= _CLOSE:
            return count
        following = step(state)
        if following >= state:
            return None
        state = following
    return None
