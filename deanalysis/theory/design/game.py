"""The matrix game between degrees and states: its optimum by linear programming, and a proved bound on every law by duality."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from operator import mul
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from flint import arb, ctx, fmpq

from ...balls.compiling import ball_of, compile_balls
from ...balls.numerical.floats import compile_floats
from ...balls.precision import CERTIFYING
from ...balls.series import taylor
from ...errors import InputError
from ...model.symbols import q, t
from .equations import Design
from .law_sets import LawSet

_TOLERANCE = 1e-10
"""The least that HiGHS keeps; a law is optimal to this, too."""
_COARSE = 1e-5
"""The value of a game is computed to this share of its distance from 1, which saves half of the programs where laws lie close together."""
_FIRST, _SCAN = 200, 2000
"""States in the first program, and states at which a law's local maxima are looked for. A maximum that is missed between two of them makes
the law worse, but no bound wrong; half as many, and twice as many, change the laws of the tests by less than 1e-11."""
_ROUNDS = 25
"""Programs with ever more states; up to 10 are needed."""
_ZOOMS, _POINTS = 6, 17
"""A local maximum is known to 8^-6 of the distance between its neighbours in the scan; with 3 zooms, bounds lose 5e-9."""
_SMALLEST = 1e-4
"""The least positive state, as a share of the largest; targets below it need more, and from 1e-8 on 1 - T has too few digits in floats."""
_INSIDE = 1e-13
"""The state of the target lies so far on the side that counts, as a share of it, because floats know it to about 1e-15."""
_FARTHEST = 40
"""The parameter is looked for from 2^-40 to 2^40 times the first value."""


class Optimum(NamedTuple):
    """An optimal law with the value of the parameter, and the weights on states and on the mean that prove it."""

    value: float
    weights: np.ndarray
    states: np.ndarray
    multipliers: np.ndarray
    mean_multiplier: float


@dataclass(frozen=True)
class Game:
    """The degrees play a law, the states play against it: entry i, t is i factor s_i(inner(t))/t (see `Design`), a gain negative.

    The game's value rises with the difficulty of the parameter; where it is 1 (-1 for a gain) the best law just learns.
    """

    design: Design
    laws: LawSet

    @property
    def sign(self) -> int:
        """1 where entries are costs to the law, -1 where they are gains."""
        return -1 if self.design.gain else 1

    @cached_property
    def _floats(self) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
        """inner(t), q(t) and the factor, of floats."""
        design = self.design
        return tuple(compile_floats(side, t, design.parameter) for side in (design.inner, design.q, design.factor))  # type: ignore[return-value]

    @cached_property
    def _degrees(self) -> np.ndarray:
        return np.array(self.laws.degrees, dtype=float)

    @cached_property
    def _passed(self) -> Callable[[np.ndarray], np.ndarray]:
        """s_i(y) for all degrees i at once."""
        if self.design.side == "skills":
            return lambda inner: inner[:, None] ** (self._degrees - 1)
        by_degree = [compile_floats(self.design.passed(degree), q) for degree in self.laws.degrees]
        return lambda inner: np.stack([np.broadcast_to(passed(inner), inner.shape) for passed in by_degree], axis=1)

    def entries(self, states: np.ndarray, value: float) -> np.ndarray:
        """Return the matrix in floats, states by degrees; the state 0 stands for the limit t -> 0."""
        later = states[states > 0]
        rows = np.empty((len(states), len(self.laws.degrees)))
        inner, _, factor = self._floats
        factors = self._degrees * float(factor(1, value)) * self.sign
        with np.errstate(all="ignore"):
            rows[states > 0] = self._passed(np.broadcast_to(inner(later, value), later.shape)) / later[:, None] * factors
        if len(later) < len(states):
            rows[states == 0] = [float(entry) for entry in self.enclosed(0.0, arb(value))]
        return rows

    @cached_property
    def _passed_balls(self) -> list[Callable[..., Any]]:
        return [compile_balls(self.design.passed(degree), [q]) for degree in self.laws.degrees]

    def enclosed(self, state: float, value: arb) -> list[arb]:
        """Enclose a row of the matrix at an exact state."""
        inner, factor = (compile_balls(side, [t, self.design.parameter]) for side in (self.design.inner, self.design.factor))
        scale = factor(arb(state), value) * self.sign
        if state == 0:
            shares = [taylor(lambda at, passed=passed: passed(inner(at, value)), arb(0), 2)[1] for passed in self._passed_balls]
        else:
            shares = [passed(inner(arb(state), value)) / arb(state) for passed in self._passed_balls]
        return [degree * scale * share for degree, share in zip(self.laws.degrees, shares, strict=True)]

    def domain(self, value: float) -> tuple[float, float]:
        """Return the least and the largest state that count, in floats."""
        design = self.design
        if design.gain:
            end = self._state_of_target(value, 0.0, 1.0)
            return _SMALLEST * end, end
        if design.side == "texts":
            return 0.0 if design.until is None else self._state_of_target(value, 0.0, 1.0), 1.0
        if design.mean is None or (design.until is None and not design.inverted.bounded):
            return 0.0, float(self._floats[2](1, value)) * self.laws.degrees[-1]
        return float(design.until or 0), 1.0

    def _state_of_target(self, value: float, low: float, high: float) -> float:
        """Return a state just inside the target q = `until`, which is monotone in the state; an end where all are on one side of it."""
        from scipy.optimize import brentq

        at, until = self._floats[1], float(self.design.until)  # type: ignore[arg-type]
        while self.design.gain and at(high, value) > until and high < 1e9:
            high *= 2
        ends = at(low, value) - until, at(high, value) - until
        if ends[0] * ends[1] > 0:
            return high if self.design.gain else _SMALLEST if ends[0] > 0 else 1 - _SMALLEST
        end = float(brentq(lambda state: at(state, value) - until, low, high, xtol=1e-300, rtol=1e-15))
        return end * (1 - _INSIDE if self.design.gain else 1 + _INSIDE)

    def solve(self) -> Optimum:
        """Return the optimal law at the parameter where the value of the game is 1, in floats.

        By Brent's method for the logarithms, which is exact after three steps where the matrix is proportional to a power of the parameter.
        It begins at 1, or where the parameter is the fraction unknown, where nothing is known before training.
        """
        from scipy.optimize import brentq

        solved: dict[float, tuple[Optimum, float]] = {}
        states = np.empty(0)

        def difficulty(logarithm: float) -> float:
            nonlocal states
            if logarithm not in solved:
                solved[logarithm] = self._best(float(np.exp(logarithm)), states)
                states = np.union1d(states, solved[logarithm][0].states)
            return solved[logarithm][1]

        inverted = self.design.inverted
        near = other = float(sp.log(replace(inverted, loop=t).value)) if inverted.bounded else 0.0
        if inverted.bounded and difficulty(near) <= 0:
            raise InputError("degrees", f"must leave something to find: the best of these laws learns at every {self.design.parameter}")
        step = float(np.log(2)) * (1 if (difficulty(near) < 0) == self.design.rises else -1)
        for _ in range(_FARTHEST):
            near, other = other, other + step
            if (difficulty(near) > 0) != (difficulty(other) > 0):
                root = brentq(difficulty, near, other, xtol=_TOLERANCE / 100)
                difficulty(root)
                return solved[root][0]
        raise InputError("until", "is out of reach of all these laws", given=self.design.until)

    def _best(self, value: float, states: np.ndarray) -> tuple[Optimum, float]:
        """Return the optimal law at a parameter, and the logarithm of its game's value, positive where that is too hard to learn.

        By cutting planes: the states where the law does worse than the program believes are added until there are none.
        """
        low, high = self.domain(value)
        states = np.union1d(states[(states >= low) & (states <= high)], self._grid(low, high, _FIRST))
        for _ in range(_ROUNDS):
            optimum = self._program(states, value)

            def row(states: np.ndarray, weights: np.ndarray = optimum.weights) -> np.ndarray:
                return self.entries(states, value) @ weights

            peaks = _peaks(row, self._grid(low, high, _SCAN))
            believed, worst = float(np.max(row(states))), float(np.max(row(peaks)))
            if worst - believed <= max(_TOLERANCE, _COARSE * abs(worst - self.sign)):
                break
            states = np.union1d(states, peaks[row(peaks) > believed])
        if not worst * self.sign > 0:
            raise InputError("degrees", f"must leave a choice: these learn at every {self.design.parameter}")
        return optimum, self.sign * float(np.log(worst * self.sign))

    def _grid(self, low: float, high: float, count: int) -> np.ndarray:
        """Return states from the least to the largest, evenly and in proportion."""
        start = max(low, _SMALLEST * high)
        inside = np.clip(np.union1d(np.geomspace(start, high, count), np.linspace(start, high, count)), start, high)
        return np.union1d([low], inside)

    def _program(self, states: np.ndarray, value: float) -> Optimum:
        """Minimise the largest row of the matrix over all laws of the set."""
        from scipy.optimize import linprog

        degrees = self._degrees
        matrix = np.hstack([self.entries(states, value), -np.ones((len(states), 1))])
        equal, sides = [np.append(np.ones(len(degrees)), 0)], [1.0]
        if self.laws.mean is not None:
            equal.append(np.append(degrees, 0))
            sides.append(float(self.laws.mean))
        cost = np.append(np.zeros(len(degrees)), 1)
        ends = zip(self.laws.least, self.laws.most, strict=True)
        bounds = [*((float(least), float(most) if most < 1 else None) for least, most in ends), (None, None)]
        options = dict.fromkeys(("primal_feasibility_tolerance", "dual_feasibility_tolerance"), _TOLERANCE)
        result = linprog(cost, matrix, np.zeros(len(states)), np.array(equal), sides, bounds, method="highs", options=options)
        if result.x is None:
            raise InputError("degrees", "gave a linear program that could not be solved", given=result.message)
        multipliers = np.maximum(-result.ineqlin.marginals, 0)
        used = multipliers > 0
        slope = float(result.eqlin.marginals[1]) if self.laws.mean is not None else 0.0
        return Optimum(value, result.x[:-1], states[used], multipliers[used], slope)

    def excludes(self, optimum: Optimum, value: fmpq) -> bool:
        """Whether it is proved that no law of the set learns at this value of the parameter, by weak duality.

        A mean of rows, with weights that are not negative, exceeds what a learning law would show in each row; over the set it is,
        with d_i = c_i - alpha (i - mean) and for any alpha and l, at least l + sum min(least_i (d_i - l), most_i (d_i - l)).
        """
        there = self._program(optimum.states, float(value))
        with ctx.workprec(CERTIFYING):
            level = arb(value)
            if not all(self._counts(state, level) for state in there.states):
                return False
            costs = self._costs(there, level)
            marginal = self._marginal(costs)
            bounds = zip(map(_ball, self.laws.least), map(_ball, self.laws.most), (cost - marginal for cost in costs), strict=True)
            sides = (low * over if over >= 0 else (low * over).min(high * over) for low, high, over in bounds)
            return bool(marginal + sum(sides, arb(0)) > self.sign)

    def _marginal(self, costs: list[arb]) -> arb:
        """Return the cost of the last degree that the cheapest law of the set takes."""
        order = sorted(range(len(costs)), key=lambda index: float(costs[index].mid()))
        shares = self.laws.filled(order)
        return arb(costs[next((index for index in reversed(order) if shares[index] > self.laws.least[index]), order[0])].mid())

    def _costs(self, optimum: Optimum, value: arb) -> list[arb]:
        """Enclose d_i for every degree, the weights on states scaled so that they sum to 1 exactly."""
        weights = [arb(float(weight)) for weight in optimum.multipliers]
        rows = [self.enclosed(float(state), value) for state in optimum.states]
        total, mean = sum(weights, arb(0)), 0 if self.laws.mean is None else _ball(self.laws.mean)
        alpha = arb(optimum.mean_multiplier)
        means = (sum(map(mul, weights, column), arb(0)) / total for column in zip(*rows, strict=True))
        return [cost - alpha * (degree - mean) for degree, cost in zip(self.laws.degrees, means, strict=True)]

    def _counts(self, state: float, value: arb) -> bool:
        """Whether a law that learns must pass this state, proved."""
        if self.design.until is None:
            return bool(state >= 0)
        reached = compile_balls(self.design.q, [t, self.design.parameter])(arb(float(state)), value)
        return bool(arb(reached) >= ball_of(self.design.until))


def _peaks(row: Callable[[np.ndarray], np.ndarray], scan: np.ndarray) -> np.ndarray:
    """Zoom in on the local maxima seen in a scan; next to the state 0 the limit itself is all that floats can tell."""
    values = np.concatenate([[-np.inf], row(scan), [-np.inf]])
    seen = np.flatnonzero((values[1:-1] >= values[:-2]) & (values[1:-1] >= values[2:]))
    left, right = scan[np.maximum(seen - 1, 0)], scan[np.minimum(seen + 1, len(scan) - 1)]
    left, right = (np.where(left == 0, scan[seen], end) for end in (left, right))
    for _ in range(_ZOOMS):
        states = np.linspace(left, right, _POINTS)
        best = np.argmax(row(states.ravel()).reshape(states.shape), axis=0)
        left, right = (states[np.clip(best + side, 0, _POINTS - 1), range(len(best))] for side in (-1, 1))
    return (left + right) / 2


def _ball(value: Fraction | int) -> arb:
    return arb(fmpq(value.numerator, value.denominator))
