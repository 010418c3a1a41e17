"""The best split of a compute budget: C = (skills kept) x (texts presented), for as many learned skills as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import sympy as sp
from flint import arb, ctx
from numpy.typing import NDArray

from ...balls.bound import Bound
from ...balls.numbers import Number, prove_numbers
from ...balls.numerical.floats import compile_floats
from ...balls.systems import prove_zero, refine_system
from ...errors import InputError
from ...model.exact import Value, exact_number
from ...model.symbols import t
from ...record import Record
from ..evolution.equations.curve import Curve, curve
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.search import Question
from ..evolution.thresholds.find import GUARD, AtThreshold, both_sides, thresholds
from .finite_size import FiniteSize, finite_size

Floats = NDArray[np.float64]

STATES = np.geomspace(1e-4, 60, 500)
"""States t along a curve, from where nearly everything is learned to where next to nothing is, at which a best one is looked for."""
_WIDEST = 12.0
"""The best split lies this many widths of finite size past the jump at most: x ~ sqrt(2 log(M^{1/2})) is below 8 for 10^12 skills."""
_BITS = 96
"""Bits for the proof of the best split, twice those of its 15 digits."""


@dataclass(frozen=True)
class BestRatio(Record):
    """Texts per skill kept that teach most skills for a large budget, and the fraction that is learned there.

    With M skills and R M texts the budget C = R M^2 teaches sqrt(C) (1 - zeta)/sqrt(R) skills: the best R depends on no C. `place` says
    whether it is an 'emergence', just past the jump, or 'smooth', where (1 - zeta)^2/R is stationary.
    """

    parameter: str
    ratio: Number
    learned: Number
    place: str

    def __repr__(self) -> str:
        return f"<best ratio of texts to skills {self.ratio} ({self.place}), where {self.learned} is learned>"

    def _repr_latex_(self) -> str:
        return f"$m/n = {self.ratio.latex}$"


@dataclass(frozen=True)
class Split(Record):
    """How many skills to keep and texts to present with a finite budget, and how many skills are then learned on average."""

    compute: float
    skills: float
    texts: float
    learned: float

    ALSO: ClassVar = {"ratio": "ratio"}

    @property
    def ratio(self) -> float:
        """Texts per skill."""
        return self.texts / self.skills

    def __repr__(self) -> str:
        return f"<{self.compute:.6g} = {self.skills:.8g} skills x {self.texts:.8g} texts, {self.learned:.8g} learned>"

    def _repr_latex_(self) -> str:
        return rf"$n = {self.skills:.8g},\quad m = {self.texts:.8g}$"


def best_ratio(evolution: FixedPointEquation, parameter: sp.Symbol | str | None = None, *, digits: int = 15, **values: Value) -> BestRatio:
    """Return the best texts per skill for large budgets.

    As C grows it tends to the emergence threshold, where there is one that teaches enough (Nayak, Varshney, arXiv:2410.01243). Jumps are
    proved; that no other state is better is seen on 500 states along the curve of fixed points.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> best_ratio(DensityEvolution(model.ensemble, model.learner), "R", c=6)
    <best ratio of texts to skills 4.53298961986075 (emergence), where 0.999999999998458 is learned>
    """
    bound, letter = evolution.with_one_letter(parameter, values)
    bound.require_peeling("the best ratio")
    if not bound.ensemble.ratio.has(letter):
        raise InputError("the best ratio", "needs a letter that changes the number of texts per skill", given=letter)
    if bound.never_starts:
        raise InputError("the best ratio", "needs a learner that learns", given=bound.never_starts)
    bent = curve(bound, letter)
    landed = [past for _, past in both_sides(bound, letter, digits, "the best ratio")]
    gain = (1 - bound.novel) ** 2 / bound.ensemble.ratio
    objective = bent.along(gain)
    value, place = compile_floats(bent.value, t)(STATES), compile_floats(objective, t)(STATES)
    reached = reached_states(bent, value)
    best = int(np.argmax(np.where(reached, place, -np.inf)))
    gains = [float(jump.number(gain, 15)) for jump in landed]
    if gains and max(gains) >= place[best] * (1 - 1e-9):
        jump = landed[int(np.argmax(gains))]
        learned, ratio = (jump.number(expression, digits) for expression in (1 - bound.novel, bound.ensemble.ratio))
        return BestRatio(str(letter), ratio, learned, "emergence")
    return _smooth(bent, objective, float(STATES[best]), digits)


def reached_states(bent: Curve, value: Floats) -> NDArray[np.bool_]:
    """Return which states are reached: those at which the parameter sets a record as learning gets easier."""
    sense = 1.0 if bent.learned_side == "above" else -1.0
    order = slice(None) if bent.learns_along > 0 else slice(None, None, -1)
    scaled = sense * value[order]
    reached: NDArray[np.bool_] = (scaled >= np.maximum.accumulate(scaled))[order]
    return reached


def _smooth(bent: Curve, objective: sp.Expr, start: float, digits: int) -> BestRatio:
    """Return the place where the objective is stationary, near a state."""
    along, slope = Bound((t,), {}), sp.diff(sp.log(objective), t)

    def system(box: list[arb]) -> tuple[list[arb], list[list[arb]]]:
        value, curvature = along.taylor(slope, box[0], 2)
        return [value], [[curvature]]

    with ctx.workprec(_BITS):
        box = prove_zero(system, [arb(start)])
    if box is None:
        raise InputError("the best ratio", "has no optimum that can be isolated", given=start)
    formulas = [bent.along(formula) for formula in (bent.equation.ensemble.ratio, 1 - bent.equation.novel)]
    ratio, learned = prove_numbers(
        lambda: [along.value(formula, *refine_system(system, box, ctx.prec - 10)) for formula in formulas], digits
    )
    return BestRatio(str(bent.parameter), ratio, learned, "smooth")


def best_split(evolution: FixedPointEquation, compute: Value, parameter: sp.Symbol | str | None = None, **values: Value) -> Split:
    """Return the best split of a finite budget, where the best ratio is that of an emergence.

    With M skills learning gets stuck before the jump with the chance P of finite size (`FiniteSize`), and M (1 - P zeta* - (1 - P) zeta)
    skills are learned. So the ratio exceeds R* by beta M^{-2/3} + x alpha M^{-1/2} with x ~ sqrt(2 log(2 R* zeta* M^{1/2}/(alpha sqrt(2
    pi)))).

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> split = best_split(DensityEvolution(model.ensemble, model.learner), "1e12", "R", c=6)
    >>> round(split.ratio, 3), round(split.learned / split.skills, 4)
    (4.585, 0.9995)
    """
    from scipy.optimize import minimize_scalar

    budget = float(exact_number(compute, "compute"))
    bound, letter = evolution.with_one_letter(parameter, values)
    best = best_ratio(bound, letter)
    if best.place != "emergence" or bound.ensemble.ratio != letter:
        raise InputError("compute", "needs R, texts per skill, to solve for, and an emergence that is the best ratio", given=compute)
    limit = float(best.ratio)
    if not 1e3 <= budget / limit <= 1e24:
        raise InputError("compute", "must leave room for 32 to 10^12 skills", given=compute)
    jump = next(
        emergence
        for emergence in thresholds(Question.of(bound, letter, 15 + GUARD), "emergence")
        if abs(float(emergence.value or 0) - limit) < 1e-9 * limit
    )
    law = finite_size(AtThreshold(bound, jump), 15)
    width = law.width(int((budget / limit) ** 0.5))
    optimum = minimize_scalar(
        lambda ratio: -_learned(law, budget, ratio, float(best.learned)),
        bounds=(limit, limit + _WIDEST * width),
        method="bounded",
        options={"xatol": 1e-9},
    )
    skills = (budget / float(optimum.x)) ** 0.5
    return Split(budget, skills, budget / skills, -float(optimum.fun))


def _learned(law: FiniteSize, budget: float, ratio: float, past: float) -> float:
    """Return how many skills are learned on average: a fraction `past` of them past the jump, what is left at it by those stuck."""
    skills = (budget / ratio) ** 0.5
    stuck = law.stuck(repr(float(ratio)), max(32, round(skills)))
    return skills * (stuck * (1 - float(law.residue)) + (1 - stuck) * past)
