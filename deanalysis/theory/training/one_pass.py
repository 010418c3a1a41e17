"""What one pass over the texts teaches, with proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp
from flint import acb, arb, ctx

from ...balls.bound import Bound
from ...balls.compiling import compile_balls
from ...balls.numbers import Number, prove_numbers
from ...balls.series import integral
from ...balls.systems import prove_zero, refine_system
from ...errors import InputError
from ...model.popularity import LogNormalMoment, ParetoMoment
from ...model.symbols import q
from ...record import Record
from ..evolution.equations.density_evolution import FixedPointEquation
from .equations.one_pass import OnePass, tau

_BITS, _HALVINGS = 96, 30


@dataclass(frozen=True)
class Pass(Record):
    """The state after one pass over the texts: as in `FixedPoint`, but for learning that has not come to its end."""

    q: Number
    zeta: Number
    testing_error: Number
    testing_error_uniform: Number
    training_error: Number

    def __repr__(self) -> str:
        return f"<one pass: q = {self.q}, zeta = {self.zeta}, testing error {self.testing_error}>"

    def _repr_latex_(self) -> str:
        return f"$q = {self.q.latex},\\quad \\zeta = {self.zeta.latex}$"


@dataclass(frozen=True)
class _Timed:
    """t(tau) in balls, for an equation without free letters."""

    model: OnePass

    @cached_property
    def slowness(self) -> Callable[..., Any]:
        """1/T(q(tau))."""
        return compile_balls(self.model.slowness, [tau])

    def time(self, state: arb) -> arb:
        """Enclose t over a ball of states: at its middle by integration, from there by the mean value."""
        middle = arb(state.mid())
        whole = integral(lambda point: acb(self.slowness(point)), acb(0), acb(middle)).real
        return whole + (state - middle) * arb(self.slowness(state)) if state.rad() > 0 else whole

    @cached_property
    def _box(self) -> list[arb]:
        """Prove a box around the one state with t = 1."""
        with ctx.workprec(_BITS):
            low, high = arb(0), arb(1)
            for _ in range(_HALVINGS):
                middle = (low + high) / 2
                if self.time(arb(middle.mid())) > 1:
                    high = middle
                else:
                    low = middle
            found = prove_zero(self._system, [(low + high) / 2])
        if found is None:
            raise InputError("one pass", "could not be proved for this model", remedy="use epochs, in floats")
        return found

    def _system(self, box: list[arb]) -> tuple[list[arb], list[list[arb]]]:
        return [self.time(box[0]) - 1], [[arb(self.slowness(box[0]))]]

    def end(self) -> arb:
        """Return the state at t = 1 to the current precision."""
        return refine_system(self._system, self._box, ctx.prec - 10)[0]


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
    return _at(model, (lambda: arb(0)) if equation.never_starts else _Timed(model).end, digits)


def _at(model: OnePass, end: Callable[[], arb], digits: int) -> Pass:
    equation = model.equation
    error = equation.testing_error.xreplace({q: model.state})
    uniform = 1 - equation.ensemble.texts.pgf(1 - model.novel)
    q_last = sp.Dummy("q_1", positive=True)
    gained, along = compile_balls(model.understood_rate(q_last), [tau, q_last]), Bound((tau,), {})

    def numbers() -> list[arb]:
        last = end()
        left, *others = (along.value(formula, last) for formula in (model.state, model.novel, error, uniform))
        taught = integral(lambda point: acb(gained(point, acb(left))), acb(0), acb(last)).real
        return [left, *others, others[1] - taught]

    return Pass(*prove_numbers(numbers, digits))
