"""Where two folds of the phase diagram meet."""

from typing import NamedTuple

from flint import arb, ctx

from ..equations.fold_curve import FoldCurve
from ..model.symbols import t
from .compiling import compile_balls, taylor
from .isolation import isolate, refine
from .numbers import Number, prove_number

__all__ = ["Cusp", "cusps"]

_LOW, _HIGH = arb(2) ** -10, arb(2) ** 8


class Cusp(NamedTuple):
    """A cusp: the state x = cq, and c and R there."""

    x: Number
    c: Number
    R: Number


def cusps(curve: FoldCurve, digits: int = 15) -> list[Cusp]:
    """Return every cusp of a fold curve with x = cq from 2^-10 to 2^8, with proved digits.

    >>> from deanalysis.equations.fold_curve import fold_curve
    >>> from deanalysis.equations.evolution import FixedPointEquation
    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.symbols import R, c
    >>> cusps(fold_curve(FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(2))))
    [Cusp(x=2.00000000000000, c=4.23400003322535, R=0.436292869682730)]
    """
    condition = compile_balls(curve.cusp_condition, [t])

    def function(state: arb) -> tuple[arb, arb]:
        value, slope = taylor(condition, state, 2)
        return value, slope

    with ctx.workprec(128):
        zeros = isolate(function, _LOW, _HIGH).zeros
    compiled = [compile_balls(expression, [t]) for expression in (t, curve.c, curve.R)]
    found = []
    for zero in zeros:
        numbers = [prove_number(lambda one=one, box=zero.box: arb(one(refine(function, box, ctx.prec - 10))), digits) for one in compiled]  # type: ignore[misc]
        found.append(Cusp(*numbers))
    return found
