"""Several passes over the same texts in the same order, and what a further pass is worth in texts that are not seen again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...balls.numerical.floats import compile_floats
from ...checks import check_count
from ...model.symbols import q
from ...record import Record
from ..evolution.equations.density_evolution import FixedPointEquation
from .equations.one_pass import OnePass, tau

_MOST, _TOLERANCE = 1000, 1e-11


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

    passes = check_count(passes, 1, _MOST, "passes")
    model = OnePass(equation)
    state, novel, error = (
        compile_floats(one, tau) for one in (model.state, model.novel, equation.testing_error.xreplace({q: model.state}))
    )
    teaching = compile_floats(equation.teaching.xreplace({q: model.state}), tau)
    found: list[Epoch] = []
    last, end = None, 0.0
    for number in range(1, passes + 1):

        def rate(time: float, at: Any, last: Any = last) -> list[float]:
            return [float(teaching(at[0])) - (0.0 if last is None else float(teaching(last(time)[0])))]

        run = solve_ivp(rate, (0, 1), [end], method="DOP853", rtol=_TOLERANCE, atol=_TOLERANCE, dense_output=True)
        last, end = run.sol, float(run.y[0, -1])
        worth = quad(lambda at: 1 / float(teaching(at)), 0, end, epsabs=0, epsrel=1e-10)[0] if end > 0 else 0.0
        found.append(Epoch(number, float(state(end)), float(novel(end)), float(error(end)), worth))
    return found
