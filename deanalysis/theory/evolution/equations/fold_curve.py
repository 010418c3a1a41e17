"""The fold curve of Poisson texts on Poisson skills in the plane of c and R, in closed form for every learner."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ....model.formula import latex, text
from ....model.laws import Poisson
from ....model.symbols import t, x
from ....symbolic.algebra import simplified
from .density_evolution import FixedPointEquation

__all__ = ["FoldCurve", "fold_curve"]


@dataclass(frozen=True)
class FoldCurve:
    """All folds of q = eps exp(-cR P_suc(cq)), by x = cq: c(x) = (x/eps) e^{y}, R(x) = y/(c P_suc(x)), y = -P_suc/(x P_suc').

    From f_q = 1: -x P_suc'(x) c R = 1 and c R P_suc(x) = log(eps/q) = y (theory, section 4). Only x with P_suc' < 0 count.
    """

    success: sp.Expr
    unknown: sp.Expr
    letters: tuple[sp.Symbol, sp.Symbol]
    """The letters that c and R are called."""

    @cached_property
    def exponent(self) -> sp.Expr:
        """y(x) = log(eps/q) on the curve."""
        return simplified(-self.success / (t * sp.diff(self.success, t)))

    @cached_property
    def c(self) -> sp.Expr:
        """Skills per text as a function of x."""
        return t * sp.exp(self.exponent) / self.unknown

    @cached_property
    def R(self) -> sp.Expr:
        """Texts per skill as a function of x."""
        return simplified(self.exponent / self.success / self.c)

    def __str__(self) -> str:
        """Return both formulas, in x."""
        c, ratio = self.letters
        return f"{c} = {text(self.c.subs(t, x))}, {ratio} = {text(self.R.subs(t, x))} with x = {c} q"

    def _repr_latex_(self) -> str:
        c, ratio = map(latex, self.letters)
        return f"${c}(x) = {latex(self.c.subs(t, x))},\\quad {ratio}(x) = {latex(self.R.subs(t, x))}$"

    @cached_property
    def cusp_condition(self) -> sp.Expr:
        """x c'(x)/c(x) = 1 + x y'(x): zero where two folds meet, the smallest c with an emergence."""
        return simplified(1 + t * sp.diff(self.exponent, t))


def fold_curve(equation: FixedPointEquation) -> FoldCurve | None:
    """Return the fold curve of an equation whose texts are Poisson(c) and skills Poisson(cR); None for other models.

    >>> from deanalysis.model import Ensemble, SkillLearner
    >>> from deanalysis.model.symbols import R, c
    >>> fold_curve(FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))).c
    t*exp(1/t)
    """
    ensemble = equation.ensemble
    if not (isinstance(ensemble.texts, Poisson) and isinstance(ensemble.skills, Poisson) and equation.has_room):
        return None
    plain = ensemble.texts.average.is_Symbol and ensemble.ratio.is_Symbol
    if not plain or ensemble.unknown.free_symbols or equation.learner.letters:
        return None
    return FoldCurve(equation.learner.success.subs(x, t), ensemble.unknown, (ensemble.texts.average, ensemble.ratio))
