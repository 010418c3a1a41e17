"""The growth rate of stuck sets in numbers: its curve, its slope at 0, and the share of the skills from which on there are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from flint import arb, ctx
from numpy.typing import NDArray

from ...balls.bound import Bound
from ...balls.compiling import ball_of
from ...balls.numbers import ZERO, Number, check_digits, prove_number
from ...balls.numerical.floats import compile_floats
from ...balls.systems import Box, prove_zero, refine_system
from ...errors import InputError
from ...model.degrees import Ensemble
from ...model.exact import Value, bindings
from ...model.formula import Formula
from ...model.learners import Learner
from ...model.symbols import check_letters
from ...record import Record
from .equations.growth import GrowthEquations, y, z

Floats = NDArray[np.float64]

_STATES = 2000
"""States along the curve at which it is scanned: each is 1 % from the next, and takes a microsecond."""
_START, _LEAST_WEIGHT = 1e-4, 1e-8
"""The first parameter of a scan, and the least (1 - T)/N that is read: 1 - T is rounded at 1e-16, and g is of the order of the product."""
_ROUNDED = 1e-6
"""So near to all edges a state is not read: g falls to 0 at w = 1 where eps = 1, and its sign is that of what rounding leaves."""
_NEAR_ALL = 16.0
"""ln(p/(1-p)) at the last state of a scan, where the set is nearly all skills; z is taken as a share of its largest value."""
_FURTHEST = 100
"""The largest z is below so many times c + 1: texts have a mean of z (1 - T)/N skills of the set."""
_BISECTIONS = 70
"""Halvings of the bracket of ln y, after which floats tell no difference."""
_BITS = 96
"""Bits for the proof of a zero, twice those of 15 digits."""


@dataclass(frozen=True)
class GrowthRate(Record):
    """The growth rate g(w) = lim (1/n) log A_{wn} of the mean number of stuck sets that hold a share w of the skills, all of them unknown.

    `size` is w and `rate` is g, along a curve in the parameter p, z or w (and y, where skills have several degrees; `balance` = 0 gives y).
    `slope` is g'(0). `first_zero` is the share at which g first turns positive: 0 where it is from the start, None where it never is; for
    eps = 1 it is the stopping ratio. Its digits are proved of a zero of g; that there is no smaller one is seen on 2000 states.
    """

    unknown: Formula
    size: Formula
    rate: Formula
    balance: Formula | None
    slope: Formula
    first_zero: Number | None

    def __repr__(self) -> str:
        return f"<growth rate of stuck sets at eps = {self.unknown}: slope {self.slope} at 0, first zero {self.first_zero}>"

    def _repr_latex_(self) -> str:
        return rf"$w = {self.size.latex},\quad g = {self.rate.latex}$"


def growth_rate(ensemble: Ensemble, learner: Learner, *, digits: int = 15, **values: Value) -> GrowthRate:
    """Return the growth rate of the mean number of stuck sets (`GrowthEquations`), its slope at 0 and its first zero.

    Letters are bound by name. An eps that stays free is 1: sets are then counted whether their skills are unknown or not, and the first
    zero is the stopping ratio. Raises `InputError` for any other letter that stays free, and for laws without end other than Poisson.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> growth_rate(model.ensemble, model.learner)
    <growth rate of stuck sets at eps = 1: slope -oo at 0, first zero 0.0179904858459175>
    """
    check_digits(digits)
    curve = GrowthCurve(_bound(ensemble, learner, values))
    equations = curve.equations
    unknown, size, rate, slope = map(Formula.of, (equations.ensemble.unknown, equations.size, equations.rate, equations.slope))
    balance = None if equations.balance is None else Formula.of(equations.balance)
    return GrowthRate(unknown, size, rate, balance, slope, curve.first_zero(digits))


def growth_curve(ensemble: Ensemble, learner: Learner, sizes: Iterable[float], **values: Value) -> list[float]:
    """Return g(w) in floats at shares 0 < w < 1 of the skills; nan where no state of the scan has that share.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> [round(rate, 6) for rate in growth_curve(model.ensemble, model.learner, [0.01, 0.1, 0.5])]
    [-0.003133, 0.091384, 0.634973]
    """
    curve = GrowthCurve(_bound(ensemble, learner, values))
    return [curve.rate_at(size) for size in sizes]


def _bound(ensemble: Ensemble, learner: Learner, values: dict[str, Value]) -> GrowthEquations:
    check_letters(values, ensemble.letters | learner.letters, "the growth rate")
    known = bindings(values)
    ensemble, learner = ensemble.bind(known), learner.bind(known)
    if ensemble.unknown.free_symbols:
        ensemble = replace(ensemble, unknown=sp.S.One)
    if free := sorted(str(letter) for letter in ensemble.letters | learner.letters):
        raise InputError("the growth rate", "needs all letters but eps bound", given=f"{', '.join(free)} free")
    return GrowthEquations(ensemble, learner)


class States(NamedTuple):
    """States along the curve: the parameter, ln y, the share w and the rate g."""

    parameter: Floats
    log_y: Floats
    size: Floats
    rate: Floats


def _both(letters: tuple[sp.Symbol, sp.Symbol], box: Box) -> Iterator[tuple[tuple[sp.Symbol, sp.Symbol], arb, arb]]:
    """Return two letters and their balls, in both orders."""
    yield letters, box[0], box[1]
    yield letters[::-1], box[1], box[0]


@dataclass(frozen=True)
class GrowthCurve:
    """The curve of the saddle points in floats, and its zeros in balls; every letter is bound.

    >>> from deanalysis import load_model
    >>> model = load_model("hypergraph(3)")
    >>> curve = GrowthCurve(GrowthEquations(model.ensemble.at(d="0.7"), model.learner))
    >>> curve.first_zero(10)
    0.2987224117
    """

    equations: GrowthEquations

    def states(self, parameter: Floats) -> States:
        """Return the states at values of the parameter, without those that need more edges than there are."""
        equations = self.equations
        if equations.in_size:
            return States(parameter, np.log(parameter / (1 - parameter)), parameter, self._float(equations.rate)(parameter))
        with np.errstate(all="ignore"):
            values = [self._float(expression)(parameter) for expression in equations.texts]
        edges, weight, gain = (np.broadcast_to(np.asarray(value, dtype=float), parameter.shape) for value in values)
        inside = (weight > _LEAST_WEIGHT) & (edges > 0) & (edges < self._mean * (1 - _ROUNDED)) & np.isfinite(weight) & np.isfinite(gain)
        parameter, edges, weight, gain = (values[inside] for values in (parameter, edges, weight, gain))
        log_y = self._balanced(edges, np.log(weight))
        heights = log_y + np.outer(self._degrees, np.log(weight))
        size = self._shares @ (1 / (1 + np.exp(-heights)))
        rate = self._shares @ np.logaddexp(0, heights) - size * (log_y - self._log_unknown) + gain
        return States(parameter, log_y, size, rate)

    @cached_property
    def scan(self) -> States:
        """The states of a scan, from where floats resolve them to where the set is nearly all skills."""
        return self.states(self._largest / (1 + np.exp(-np.linspace(np.log(_START / self._largest), _NEAR_ALL, _STATES))))

    @cached_property
    def _largest(self) -> float:
        """The parameter at which the set is all skills."""
        from scipy.optimize import brentq

        equations = self.equations
        if equations.parameter != z:
            return 1.0
        edges = self._float(equations.texts.edges)
        return float(brentq(lambda at: edges(at) - self._mean, 1e-300, _FURTHEST * (float(equations.ensemble.texts.mean) + 1)))

    def rate_at(self, size: float) -> float:
        """Return g at a share of the skills: the largest of the states that have it."""
        from scipy.optimize import brentq

        if not 0 < size < 1:
            raise InputError("the share of the skills", "must lie between 0 and 1", given=size)
        scan = self.scan
        passed = np.flatnonzero(np.diff(np.sign(scan.size - size)))

        def miss(parameter: float) -> float:
            return float(self.states(np.array([parameter])).size[0]) - size

        found = [brentq(miss, *scan.parameter[start : start + 2], xtol=1e-15) for start in passed]
        return max((float(self.states(np.array([parameter])).rate[0]) for parameter in found), default=float("nan"))

    def first_zero(self, digits: int) -> Number | None:
        """Return the least share from which on g is positive: 0 where it is so from the start, None where it never is."""
        scan = self.scan
        slope = self.equations.slope
        if slope == sp.oo or (slope != -sp.oo and ball_of(slope) > 0):
            return ZERO
        if not len(scan.rate) or (scan.rate[0] >= 0 and slope != 0):
            raise InputError("the first zero of the growth rate", "is too small for a scan in floats", given=f"slope {slope} at 0")
        if scan.rate[0] >= 0:
            return ZERO
        rises = np.flatnonzero((scan.rate[:-1] < 0) & (scan.rate[1:] >= 0) | (scan.rate[:-1] >= 0) & (scan.rate[1:] < 0))
        if not len(rises):
            return None
        first = min(rises, key=lambda start: scan.size[start])
        return self._proved(int(first), digits)

    def _proved(self, start: int, digits: int) -> Number:
        """Return the share at a zero of g between two states of the scan."""
        equations, system = self.equations, self._system
        step = np.array([-self.scan.rate[start], self.scan.rate[start + 1]]) / (self.scan.rate[start + 1] - self.scan.rate[start])
        near = [float(values[start] * step[1] + values[start + 1] * step[0]) for values in self.scan[:2]]
        with ctx.workprec(_BITS):
            box = prove_zero(system, [arb(near[0]), *([] if equations.is_closed else [arb(near[1]).exp()])])
        if box is None:
            raise InputError("the growth rate", "has a first zero that cannot be isolated", given=near[0])
        bound = Bound((equations.parameter, *(() if equations.is_closed else (y,))), {})
        return prove_number(lambda: bound.value(equations.size, *refine_system(system, box, ctx.prec - 10)), digits)

    def _system(self, box: Box) -> tuple[list[arb], list[list[arb]]]:
        """Return g, and the balance where y is not in closed form, with their derivatives."""
        equations = self.equations
        if equations.balance is None:
            value, slope = Bound((equations.parameter,), {}).taylor(equations.rate, box[0], 2)
            return [value], [[slope]]
        formulas, letters = (equations.rate, equations.balance), (equations.parameter, y)
        along, across = (Bound(order, {}).together(formulas, first, 2, second) for order, first, second in _both(letters, box))
        return [row[0] for row in along], [[row[1], column[1]] for row, column in zip(along, across, strict=True)]

    def _balanced(self, edges: Floats, log_weight: Floats) -> Floats:
        """Return the ln y at which the set has so many edges, which rise with it, by bisection."""
        ends = np.log(edges / (self._mean - edges)) - np.outer(self._degrees[self._degrees > 0], log_weight)
        low, high = ends.min(axis=0), ends.max(axis=0)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            below = (self._shares * self._degrees) @ (1 / (1 + np.exp(-middle - np.outer(self._degrees, log_weight)))) < edges
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return (low + high) / 2

    def _float(self, expression: sp.Expr) -> Any:
        return compile_floats(expression, self.equations.parameter)

    @cached_property
    def _degrees(self) -> Floats:
        return np.array([float(degree) for degree, _ in self.equations.skills])

    @cached_property
    def _shares(self) -> Floats:
        return np.array([float(share) for _, share in self.equations.skills])

    @cached_property
    def _mean(self) -> float:
        return float(self.equations.ensemble.skills.mean)

    @cached_property
    def _log_unknown(self) -> float:
        return float(sp.log(self.equations.ensemble.unknown))
