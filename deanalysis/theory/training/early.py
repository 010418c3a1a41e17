"""Training that ends early, in numbers: after one pass over the texts or several, or as soon as a learner's room is full."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy as sp
from flint import acb, arb, ctx

from ...balls.bound import Bound
from ...balls.compiling import ball_of, compile_balls
from ...balls.isolation import isolate, refine
from ...balls.numbers import Number, prove_numbers
from ...balls.numerical.floats import compile_floats
from ...balls.precision import CERTIFYING
from ...balls.series import integral
from ...checks import check_count, require_between
from ...errors import InputError
from ...model.exact import Value, exact_number
from ...model.popularity import LogNormalMoment, ParetoMoment
from ...record import ALWAYS, Record
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.states.fixed_points import LargestFixedPoint, fixed_point
from .equations import OnePass, tau

_MOST = 1000
"""Passes, at most: a learner has long come to its fixed point."""

_TOLERANCE = 1e-11
"""Error of a step of integration: states come out to eleven digits, more than are shown, and a pass takes ten milliseconds."""

_BEYOND, _HALVINGS = arb(1.001), 20
"""Where the search for tau ends: a little beyond 1, at which the one pass ends where every text teaches. And how often it is halved before
tau is isolated: beyond tau integrals are slow, and isolation would take many of them there."""


@dataclass(frozen=True)
class _Ended(Record):
    q: Number
    zeta: Number
    testing_error: Number

    def _repr_latex_(self) -> str:
        return f"$q = {self.q.latex},\\quad \\zeta = {self.zeta.latex}$"


@dataclass(frozen=True)
class Pass(_Ended):
    """The state after one pass over the texts: as in `FixedPoint`, but for learning that has not come to its end."""

    testing_error_uniform: Number
    training_error: Number

    def __repr__(self) -> str:
        return f"<one pass: q = {self.q}, zeta = {self.zeta}, testing error {self.testing_error}>"


@dataclass(frozen=True)
class FirstLearned(_Ended):
    """The state of a learner that stops as soon as its room is full; `full` says whether that happened."""

    full: bool = field(default=True, metadata=ALWAYS)

    def __repr__(self) -> str:
        return f"<q = {self.q}, zeta = {self.zeta}, testing error {self.testing_error}; {'full' if self.full else 'room left'}>"


@dataclass(frozen=True)
class Epoch(Record):
    """The state after so many passes, in floats; `worth`: one pass over so many times as many texts would lead to the same q.

    It is `worth` = int_0^tau du/T(eps lambda(1 - u)) where the degrees of the skills grow in proportion to the number of texts.
    """

    passes: int
    q: float
    zeta: float
    testing_error: float
    worth: float

    def __repr__(self) -> str:
        return f"<{self.passes} passes: q = {self.q:.9g}, zeta = {self.zeta:.9g}, worth {self.worth:.6g} times the texts>"

    def _repr_latex_(self) -> str:
        return rf"$q = {self.q:.9g},\quad \zeta = {self.zeta:.9g}$"


def one_pass(equation: FixedPointEquation, digits: int = 15) -> Pass:
    """Return what is left after each text has been presented once, of an equation without free letters.

    Raises `InputError` for Pareto and log-normal popularity, whose transforms are not analytic where learning begins.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> one_pass(DensityEvolution(model.ensemble, model.learner).at(c=3, R=2)).q
    0.567997816044521
    """
    model = OnePass(equation)
    if model.state.has(LogNormalMoment, ParetoMoment):
        raise InputError("one pass", "is not proved for Pareto or log-normal popularity", remedy="use epochs, in floats")
    slowness, last = compile_balls(model.slowness, [tau]), sp.Dummy("q_1", positive=True)
    gained, along = compile_balls(model.understood_rate(last), [tau, last]), Bound((tau,), {})
    uniform = 1 - equation.ensemble.texts.pgf(1 - model.novel)

    def time(state: arb) -> arb:
        """Enclose t(tau) - 1 over a ball: at its middle by integration, from there by the mean value."""
        middle = arb(state.mid())
        whole = integral(lambda point: acb(slowness(point)), acb(0), acb(middle)).real - 1
        return whole + (state - middle) * arb(slowness(state)) if state.rad() > 0 else whole

    def timed(state: arb) -> tuple[arb, arb]:
        return time(state), arb(slowness(state))

    with ctx.workprec(CERTIFYING):
        low, high = arb(0), _BEYOND
        for _ in range(0 if equation.never_starts else _HALVINGS):
            middle = arb(((low + high) / 2).mid())
            low, high = (middle, high) if time(middle) < 0 else (low, middle)
        zeros = [] if equation.never_starts else isolate(timed, low, high, time).zeros
    if not (zeros or equation.never_starts):
        raise InputError("one pass", "could not be proved for this model", remedy="use epochs, in floats")

    def numbers() -> list[arb]:
        end = refine(timed, zeros[0].box, ctx.prec - 10, time) if zeros else arb(0)
        left, *others = (along.value(formula, end) for formula in (model.state, model.novel, model.testing_error, uniform))
        taught = integral(lambda point: acb(gained(point, acb(left))), acb(0), acb(end)).real
        return [left, *others, others[1] - taught]

    return Pass(*prove_numbers(numbers, digits))


def first_learned(equation: FixedPointEquation, kept: Value, digits: int = 15) -> FirstLearned:
    """Return where a learner stops that keeps the skills it learns first, up to a share of all, every letter being bound.

    As long as there is room it learns as any other. In whatever order texts are presented, a skill of k texts is novel with probability
    eps phi^k for one phi at each time; so it stops where 1 - eps L(phi) = kept, with q = eps lambda(phi), unless the fixed point comes
    first.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> first_learned(DensityEvolution(model.ensemble, model.learner).at(c=3, R=2), "1/2")
    <q = 0.500000000000000, zeta = 0.500000000000000, testing error 0.776869839851570; full>
    """
    equation.require_peeling("first_learned")
    share = require_between(exact_number(kept, "the share of skills kept"), 0, 1, "the share of skills kept", open_low=True)
    model, largest, along = OnePass(equation), LargestFixedPoint(equation, {}), Bound((tau,), {})

    def gap(state: arb) -> tuple[arb, arb]:
        value, slope = along.taylor(model.novel - (1 - share), state, 2)
        return value, slope

    starts_full = 1 - share >= equation.ensemble.unknown
    with ctx.workprec(CERTIFYING):
        if largest.evaluator.value(equation.novel, largest.state()) >= 1 - ball_of(share):
            end = fixed_point(equation, {}, digits)
            return FirstLearned(end.q, end.zeta, end.testing_error, full=False)
        zeros = [] if starts_full else isolate(gap, arb(0), arb(1)).zeros
    if not (zeros or starts_full):
        raise InputError("first_learned", "could not be proved for this share", given=kept, remedy="give a larger share")

    def numbers() -> list[arb]:
        end = refine(gap, zeros[0].box, ctx.prec - 10) if zeros else arb(0)
        return [along.value(formula, end) for formula in (model.state, model.novel, model.testing_error)]

    left, zeta, testing_error = prove_numbers(numbers, digits)
    return FirstLearned(left, zeta, testing_error)


def epochs(equation: FixedPointEquation, passes: int) -> list[Epoch]:
    """Return the states after passes 1, 2, ..., of an equation without free letters.

    In pass k, at the time t, the texts before t have been presented k times and those after it k - 1 times:
        tau_k(t) = int_0^t T(q_k) + int_t^1 T(q_{k-1}),   q_k = eps lambda(1 - tau_k),
    so dtau_k/dt = T(q_k) - T(q_{k-1}), from where the pass before ended. The limit is the fixed point of density evolution.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> first, second = epochs(DensityEvolution(model.ensemble, model.learner).at(c=3, R=2), 2)
    >>> round(first.q, 6), round(second.worth, 3)
    (0.567998, 1.777)
    """
    from scipy.integrate import quad, solve_ivp

    model = OnePass(equation)
    teaching, *shown = (compile_floats(part, tau) for part in (model.teaching, model.state, model.novel, model.testing_error))
    states: list[Epoch] = []
    before, end = None, 0.0
    for number in range(1, check_count(passes, 1, _MOST, "passes") + 1):

        def rate(time: float, at: Any, before: Any = before) -> list[float]:
            return [float(teaching(at[0])) - (0.0 if before is None else float(teaching(before(time)[0])))]

        run = solve_ivp(rate, (0, 1), [end], method="DOP853", rtol=_TOLERANCE, atol=_TOLERANCE, dense_output=True)
        before, end = run.sol, float(run.y[0, -1])
        worth = quad(lambda at: 1 / float(teaching(at)), 0, end, epsabs=0, epsrel=1e-10)[0] if end > 0 else 0.0
        left, zeta, testing_error = (float(part(end)) for part in shown)
        states.append(Epoch(number, left, zeta, testing_error, worth))
    return states
