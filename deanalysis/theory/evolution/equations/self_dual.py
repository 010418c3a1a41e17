"""The self-dual point: where the two halves of the loop are one function, so that outer fixed points change places."""

from functools import cache

import sympy as sp

from ....model.symbols import q
from ....symbolic.algebra import simplified, tried
from ....symbolic.functions import UNEVALUATED
from .curve import Curve

__all__ = ["self_dual"]


@cache
def self_dual(curve: Curve) -> sp.Expr | None:
    """Return the parameter at which T(eps z) = lambda(1 - z) for all z, or None where there is none.

    With q = eps z the loop is z = phi(y), y = phi(z), and the potential is symmetric in z and y: the exchange takes the largest
    fixed point to the smallest and leaves the potential alone, so that both are global minimisers (theory, section 4).

    >>> from deanalysis.theory.evolution.equations.curve import curve
    >>> from deanalysis.theory.evolution.equations.density_evolution import FixedPointEquation
    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.symbols import R, c
    >>> self_dual(curve(FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1)), R))
    1
    """
    equation = curve.equation
    skills, unknown = equation.ensemble.skills, equation.ensemble.unknown
    z = sp.Symbol("z", positive=True)
    teaching, decay = equation.teaching.xreplace({q: unknown * z}), skills.edge_pgf(1 - z)
    if any(part.has(*UNEVALUATED) or part.is_polynomial(z) for part in (teaching, decay)):
        return None
    return tried(lambda: _equal_at(teaching, decay, z, curve.parameter))


def _equal_at(teaching: sp.Expr, decay: sp.Expr, z: sp.Symbol, parameter: sp.Symbol) -> sp.Expr | None:
    """Return the parameter at which two functions of z are the same, from their slopes at 0."""
    slopes = simplified((sp.diff(teaching, z) - sp.diff(decay, z)).subs(z, 0))
    candidates = [root for root in sp.solve(slopes, parameter) if root.is_positive] if slopes.has(parameter) else []
    return next((root for root in candidates if simplified((teaching - decay).subs(parameter, root)) == 0), None)
