"""A learner with room for some of the skills that stops as soon as its room is full."""

from __future__ import annotations

from dataclasses import dataclass, field

from flint import arb, ctx

from ...balls.bound import Bound
from ...balls.compiling import ball_of
from ...balls.isolation import isolate, refine
from ...balls.numbers import Number, prove_numbers
from ...checks import require_between
from ...model.exact import Value, exact_number
from ...model.symbols import q
from ...record import ALWAYS, Record
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.states.fixed_points import LargestFixedPoint, fixed_point
from .equations.one_pass import OnePass, tau

_BITS = 64


@dataclass(frozen=True)
class FirstLearned(Record):
    """The state of a learner that stops as soon as its room is full; `full` says whether that happened."""

    q: Number
    zeta: Number
    testing_error: Number
    full: bool = field(default=True, metadata=ALWAYS)

    def _repr_latex_(self) -> str:
        return f"$q = {self.q.latex},\\quad \\zeta = {self.zeta.latex}$"

    def __repr__(self) -> str:
        return f"<q = {self.q}, zeta = {self.zeta}, testing error {self.testing_error}; {'full' if self.full else 'room left'}>"


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
    equation.require_room("first_learned")
    share = require_between(exact_number(kept, "the share of skills kept"), 0, 1, "the share of skills kept", open_low=True)
    model, largest = OnePass(equation), LargestFixedPoint(equation, {})
    gap = model.novel - (1 - share)
    error = equation.testing_error.xreplace({q: model.state})
    with ctx.workprec(_BITS):
        stopped = largest.evaluator.value(equation.novel, largest.state())
        room_left = stopped >= 1 - ball_of(share)
    if room_left:
        state = fixed_point(equation, {}, digits)
        return FirstLearned(state.q, state.zeta, state.testing_error, full=False)
    along = Bound((tau,), {})

    def system(at: arb) -> tuple[arb, arb]:
        value, slope = along.taylor(gap, at, 2)
        return value, slope

    with ctx.workprec(_BITS):
        box = None if 1 - share >= equation.ensemble.unknown else isolate(system, arb(0), arb(1)).zeros[0].box

    def numbers() -> list[arb]:
        stop = arb(0) if box is None else refine(system, box, ctx.prec - 10)
        return [along.value(formula, stop) for formula in (model.state, model.novel, error)]

    novel_edges, zeta, testing_error = prove_numbers(numbers, digits)
    return FirstLearned(novel_edges, zeta, testing_error)
