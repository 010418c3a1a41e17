"""Attacks: remove a share of the learned skills, those that most texts require first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy as sp
from flint import arb, ctx

from ..errors import InputError
from ..model.association import Association
from ..model.checks import require_between
from ..model.exact import Value, exact
from ..model.occupation import HIGHEST_CUT, Cutoff, Uniform
from .compiling import ball_of
from .fixed_points import LargestFixedPoint

if TYPE_CHECKING:
    from .percolation import Percolation

__all__ = ["attacked"]

_BITS, _DIGITS = 200, 15


def attacked(percolation: Percolation, share: Value, **values: Value) -> Percolation:
    """Return the same percolation after an attack that removes `share` of its vertices in order of degree, every letter being bound.

    The chance to be a vertex of degree k is L_k (1 - eps (1 - T)^k) for learned skills, L_k for all; skills of more than K texts go,
    and of those of K texts as many as it takes, to 15 digits. Raises `InputError` where something is removed already.

    >>> from deanalysis import load_model
    >>> from deanalysis.solve.evolution import DensityEvolution
    >>> from deanalysis.solve.percolation import Percolation
    >>> model = load_model("paper")
    >>> whole = Percolation(DensityEvolution(model.ensemble, model.learner))
    >>> float(attacked(whole, "0.1", c=1, R=2).component(c=1, R=2).giant_component) < 0.4
    True
    """
    association = percolation.association
    if association.kept != Uniform(sp.S.One):
        raise InputError("attack", "must not be given with another way to keep skills", given=association.kept)
    removed = require_between(exact(share, "attack"), 0, 1, "attack")
    bound = percolation.all_bound(values)
    if removed == 0:
        return percolation
    with ctx.workprec(_BITS):
        left, vertices = _vertices(percolation, bound)
        left *= 1 - ball_of(removed)
        for degree in range(HIGHEST_CUT + 1):
            here = vertices(degree)
            if left < here:
                part = sp.Rational((left / here).mid().str(_DIGITS, radius=False))
                return replace(
                    percolation, association=Association(association.edges, Cutoff(degree, sp.Max(0, part)), association.learned)
                )
            left = left - here
    raise InputError("attack", f"must leave no skill of more than {HIGHEST_CUT} texts", given=share)


def _vertices(percolation: Percolation, bound: Mapping[sp.Symbol, sp.Expr]) -> tuple[arb, Callable[[int], arb]]:
    """Return the share of skills that are vertices, and that of those with a degree."""
    law = percolation.equation.bind(bound).ensemble.skills
    if not percolation.association.learned:
        return arb(1), lambda degree: ball_of(law.pmf(degree))
    largest = LargestFixedPoint(percolation.equation, bound)
    teaching, novel, unknown = (
        largest.evaluator.value(one, largest.state())
        for one in (percolation.equation.teaching, percolation.equation.novel, percolation.equation.ensemble.unknown)
    )
    return 1 - novel, lambda degree: ball_of(law.pmf(degree)) * (1 - unknown * (1 - teaching) ** degree)
