"""The matrix game between degrees and states: its optimum by linear programming, and a proved bound on every law by duality."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import mul
from typing import Any, NamedTuple

import numpy as np
from flint import arb, ctx, fmpq

from ...balls.compiling import ball_of, compile_balls, compile_floats, taylor
from ...errors import InputError
from ...model.symbols import q, t
from .equations import Design
from .law_sets import LawSet

__all__ = ["Game", "Optimum"]

_GRID, _GRIDS, _SCAN = 200, 3, 2000
_ROUNDS = 25
_VIOLATION, _CLOSE = 1e-11, 1e-12
_SMALLEST = 1e-4
_BITS = 160
_SETTLED, _BRACKETED, _POWER = 1e-6, 1e-9, 1e-8
_STEP = 1e-6
_NEAR = 1e-3
_ZOOMS, _POINTS = 6, 17
_NUDGE = 1e-13


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
    def _inner(self) -> Callable[..., Any]:
        return compile_floats(self.design.inner, t, self.design.parameter)

    @cached_property
    def _factor(self) -> Callable[..., Any]:
        return compile_floats(self.design.factor, self.design.parameter)

    @cached_property
    def _degrees(self) -> np.ndarray:
        return np.array(self.laws.degrees, dtype=float)

    @cached_property
    def _passed(self) -> Callable[[np.ndarray], np.ndarray]:
        """s_i(y) for all degrees i at once."""
        if self.design.side == "skills":
            return lambda inner: inner[:, None] ** (self._degrees - 1)
        one_by_one = [compile_floats(self.design.passed(degree), q) for degree in self.laws.degrees]
        return lambda inner: np.stack([np.broadcast_to(passed(inner), inner.shape) for passed in one_by_one], axis=1)

    def entries(self, states: np.ndarray, value: float) -> np.ndarray:
        """Return the matrix in floats, states by degrees; the state 0 stands for the limit t -> 0."""
        later = states[states > 0]
        rows = np.empty((len(states), len(self.laws.degrees)))
        factors = self._degrees * float(self._factor(value)) * self.sign
        with np.errstate(all="ignore"):
            inner = np.broadcast_to(self._inner(later, value), later.shape)
            rows[states > 0] = self._passed(inner) / later[:, None] * factors
        if len(later) < len(states):
            rows[states == 0] = [float(entry) for entry in self.enclosed(0.0, arb(value))]
        return rows

    @cached_property
    def _inner_balls(self) -> Callable[..., Any]:
        return compile_balls(self.design.inner, [t, self.design.parameter])

    @cached_property
    def _passed_balls(self) -> list[Callable[..., Any]]:
        return [compile_balls(self.design.passed(degree), [q]) for degree in self.laws.degrees]

    def enclosed(self, state: float, value: arb) -> list[arb]:
        """Enclose a row of the matrix at an exact state."""
        factor = compile_balls(self.design.factor, [self.design.parameter])(value) * self.sign
        if state == 0:
            slopes = [taylor(lambda at, one=one: one(self._inner_balls(at, value)), arb(0), 2)[1] for one in self._passed_balls]
            return [degree * factor * slope for degree, slope in zip(self.laws.degrees, slopes, strict=True)]
        inner = self._inner_balls(arb(state), value)
        return [degree * factor * passed(inner) / arb(state) for degree, passed in zip(self.laws.degrees, self._passed_balls, strict=True)]

    def domain(self, value: float) -> tuple[float, float]:
        """Return the least and the largest state that count, in floats."""
        design = self.design
        if design.gain:
            end = self._state_of_target(value, 0.0, 1.0)
            return _SMALLEST * end, end
        if design.side == "texts":
            return 0.0 if design.until is None else self._state_of_target(value, 0.0, 1.0), 1.0
        if design.mean is None or (design.until is None and design.parameter not in design.equation.ensemble.unknown.free_symbols):
            return 0.0, float(self._factor(value)) * self.laws.degrees[-1]
        return float(design.until or 0), 1.0

    def _state_of_target(self, value: float, low: float, high: float) -> float:
        """Return a state just inside the target q = `until`, which is monotone in the state; an end where all are on one side of it."""
        from scipy.optimize import brentq

        at, until = compile_floats(self.design.q, t, self.design.parameter), float(self.design.until)  # type: ignore[arg-type]
        while self.design.gain and at(high, value) > until and high < 1e9:
            high *= 2
        ends = at(low, value) - until, at(high, value) - until
        if ends[0] * ends[1] > 0:
            return high if self.design.gain else _SMALLEST if ends[0] > 0 else 1 - _SMALLEST
        end = float(brentq(lambda state: at(state, value) - until, low, high, xtol=1e-300, rtol=1e-15))
        return end * (1 - _NUDGE if self.design.gain else 1 + _NUDGE)

    def solve(self) -> Optimum:
        """Return the optimal law in floats, by cutting planes: the states where it fails are added until it fails nowhere.

        At the same time Newton steps move the parameter to where the value of the game is 1; where the matrix is proportional to
        a power of the parameter, one is enough.
        """
        states, value = np.empty(0), 1.0 if self._unknown is None else 0.5 * self._unknown
        bracket = [0.0, np.inf if self._unknown is None else self._unknown]
        for number in range(_ROUNDS):
            low, high = self.domain(value)
            states = np.union1d(states, self._grid(low, high, _GRID) if number < _GRIDS else [low, high])
            states = states[(states >= low) & ((states <= high) | (self.sign > 0))]
            found = self._program(states, value)
            size = float(np.max(self.entries(found.states, value) @ found.weights)) * self.sign
            if not size > 0:
                raise InputError("degrees", f"must leave a choice: these learn at every {self.design.parameter}")
            worst = self._violations(found, low, high)
            if not len(worst) and abs(np.log(size)) < _CLOSE:
                break
            states = np.union1d(states, worst)
            self._narrow(bracket, value, size, certain=not len(worst))
            value = self._moved(found, size, bracket)
        if not abs(np.log(size)) < _SETTLED:
            raise self._unsettled(value)
        return found

    @cached_property
    def _unknown(self) -> float | None:
        """The parameter at which nothing is known before training, where it is the fraction unknown."""
        unknown, parameter = self.design.equation.ensemble.unknown, self.design.parameter
        if parameter not in unknown.free_symbols:
            return None
        factor, power = unknown.as_independent(parameter, as_Add=False)
        return float((1 / factor) ** (1 / power.as_base_exp()[1]))

    def _unsettled(self, value: float) -> InputError:
        if self._unknown is not None and value > self._unknown * (1 - _SETTLED):
            return InputError("degrees", f"must leave something to find: the best of these laws learns at every {self.design.parameter}")
        return InputError("until", "is out of reach of all these laws", given=self.design.until)

    def _narrow(self, bracket: list[float], value: float, size: float, *, certain: bool) -> None:
        """Keep between which parameters the value of the game is 1; that it is harder than 1 is sure on any set of states."""
        if abs(np.log(size)) < _BRACKETED:
            return
        hard = (size > 1) == (self.sign > 0)
        if hard or certain:
            end = int(hard == self.design.rises)
            bracket[end] = value

    def _grid(self, low: float, high: float, count: int) -> np.ndarray:
        start = max(low, _SMALLEST * high)
        inside = np.union1d(np.geomspace(start, high, count), np.linspace(start, high, count))
        inside = inside[(inside >= low) & (inside <= high)]
        return np.concatenate([[0.0], inside]) if low == 0 else np.union1d([low], inside)

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
        options = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
        result = linprog(cost, matrix, np.zeros(len(states)), np.array(equal), sides, bounds, method="highs", options=options)
        if result.x is None:
            raise InputError("degrees", "gave a linear program that could not be solved", given=result.message)
        multipliers = np.maximum(-result.ineqlin.marginals, 0)
        used = multipliers > 1e-14
        slope = float(result.eqlin.marginals[1]) if self.laws.mean is not None else 0.0
        return Optimum(value, result.x[:-1], states[used], multipliers[used], slope)

    def _violations(self, found: Optimum, low: float, high: float) -> np.ndarray:
        """Return the states, local maxima, at which the law does worse than the program believes."""

        def row(states: np.ndarray) -> np.ndarray:
            return self.entries(states, found.value) @ found.weights

        believed = float(np.max(row(found.states)))
        scan = self._grid(low, high, _SCAN)
        values = np.concatenate([[-np.inf], row(scan), [-np.inf]])
        near = believed - _NEAR * abs(believed)
        peaks = np.flatnonzero((values[1:-1] >= values[:-2]) & (values[1:-1] >= values[2:]) & (values[1:-1] > near))
        left, right = scan[np.maximum(peaks - 1, 0)], scan[np.minimum(peaks + 1, len(scan) - 1)]
        tops = np.array([_peak(row, *bracket) for bracket in zip(left, scan[peaks], right, strict=True)])
        worse = row(tops) > believed + _VIOLATION * abs(believed)
        return np.asarray(tops[worse])

    def _moved(self, found: Optimum, size: float, bracket: list[float]) -> float:
        """Return the parameter after a Newton step towards where the value of the game is 1: exact for a power, else within the bracket."""
        after, before = (self._mean_entry(found, found.value * (1 + step)) for step in (_STEP, -_STEP))
        slope = float(np.log(after / before) / np.log((1 + _STEP) / (1 - _STEP)))
        power = round(slope)
        if power and abs(slope - power) < _POWER and self.design.mean is None:
            return found.value * float(size ** (-1 / power))
        value = found.value * float(np.exp(np.clip(-np.log(size) / (slope or np.inf), -np.log(2), np.log(2))))
        if bracket[0] < value < bracket[1]:
            return value
        return (bracket[0] + bracket[1]) / 2 if np.isfinite(bracket[1]) else 2 * bracket[0]

    def _mean_entry(self, found: Optimum, value: float) -> float:
        """Return what law and states make of the game at another parameter; the state of the target moves with it."""
        ends = self.domain(found.value)[0], self.domain(value)[0]
        states = np.where(found.states == ends[0], ends[1], found.states)
        return float(found.multipliers @ self.entries(states, value) @ found.weights)

    def excludes(self, found: Optimum, value: fmpq) -> bool:
        """Whether it is proved that no law of the set learns at this value of the parameter, by weak duality.

        A mean of rows, with weights that are not negative, exceeds what a learning law would show in each row; over the set it is,
        with d_i = c_i - alpha (i - mean) and for any alpha and l, at least l + sum min(least_i (d_i - l), most_i (d_i - l)).
        """
        there = self._program(found.states, float(value))
        with ctx.workprec(_BITS):
            level = arb(value)
            if not all(self._counts(state, level) for state in there.states):
                return False
            costs = self._costs(there, level)
            level_of_costs = self._marginal(costs)
            over = [cost - level_of_costs for cost in costs]
            bounds = zip(self.laws.least, self.laws.most, over, strict=True)
            least = (_ball(low) * more if more >= 0 else (_ball(low) * more).min(_ball(high) * more) for low, high, more in bounds)
            return bool(level_of_costs + sum(least, arb(0)) > self.sign)

    def _marginal(self, costs: list[arb]) -> arb:
        """Return the cost of the last degree that the cheapest law of the set takes."""
        order = sorted(range(len(costs)), key=lambda place: float(costs[place].mid()))
        filled = self.laws.filled(order)
        return arb(costs[next(place for place in reversed(order) if filled[place] > self.laws.least[place] or place == order[0])].mid())

    def _costs(self, found: Optimum, value: arb) -> list[arb]:
        """Enclose d_i for every degree, the weights on states scaled so that they sum to 1 exactly."""
        weights = [arb(float(weight)) for weight in found.multipliers]
        rows = [self.enclosed(float(state), value) for state in found.states]
        total, mean = sum(weights, arb(0)), 0 if self.laws.mean is None else _ball(self.laws.mean)
        alpha = arb(found.mean_multiplier)
        means = (sum(map(mul, weights, column), arb(0)) / total for column in zip(*rows, strict=True))
        return [cost - alpha * (degree - mean) for degree, cost in zip(self.laws.degrees, means, strict=True)]

    def _counts(self, state: float, value: arb) -> bool:
        """Whether a law that learns must pass this state, proved."""
        if self.design.until is None:
            return bool(state >= 0)
        reached = compile_balls(self.design.q, [t, self.design.parameter])(arb(float(state)), value)
        return bool(arb(reached) >= ball_of(self.design.until))


def _peak(row: Callable[[np.ndarray], np.ndarray], left: float, middle: float, right: float) -> float:
    """Zoom in on a local maximum; next to the state 0 the limit itself is all that floats can tell."""
    if left == 0 or middle == 0:
        return middle
    for _ in range(_ZOOMS):
        states = np.linspace(left, right, _POINTS)
        best = int(np.argmax(row(states)))
        left, middle, right = (float(states[min(max(place, 0), _POINTS - 1)]) for place in (best - 1, best, best + 1))
    return middle


def _ball(value: Any) -> arb:
    return arb(fmpq(value.numerator, value.denominator))
