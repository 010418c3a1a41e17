"""`Capacity`: density evolution of a learner with room for the most popular skills."""

from __future__ import annotations

from dataclasses import dataclass

from ..training.equations.capacity import CapacityEquation
from .density_evolution import DensityEvolution

__all__ = ["Capacity"]


@dataclass(frozen=True)
class Capacity(CapacityEquation, DensityEvolution):
    """Density evolution with room for the most popular share of the skills: `Capacity.of(ensemble, learner, kept)`.

    Fixed point, thresholds and passes are those of `DensityEvolution`; q counts kept skills alone, zeta and the errors all skills. What is
    of graphs in which every skill can be learned is refused: scaling, percolation, validation, the search for laws.

    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.symbols import R, c
    >>> half = Capacity.of(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1), "1/2")
    >>> half.thresholds(R, c=6).emergence[0]
    <emergence R* = 10.4232457445791 ; 15 digits proved>
    """
