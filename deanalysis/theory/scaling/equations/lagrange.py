"""The smallest fixed point of the paper's model as a series in e^{-cR}, by Lagrange inversion."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp
from sympy.functions.combinatorial.numbers import stirling

from ....checks import check_count
from ....errors import InputError
from ....model.laws import Poisson
from ....model.learners import SkillLearner
from ...evolution.equations.density_evolution import FixedPointEquation

WIDEST = 4.6
"""Up to this |z| = r, e^{-z} has one minimum of its real part in the upper half of the circle: r sin(theta) - theta stays below pi."""
_MOST_TERMS = 1000


@dataclass(frozen=True)
class LagrangeSeries:
    """q = sum_{k>=1} (eps e^{-mu})^k (-c)^{k-1} T_{k-1}(-k mu)/k!, mu = L'(1), T_k Touchard's polynomials.

    It solves q = eps exp(-mu e^{-cq}) as q = w phi(q) with w = eps e^{-mu} and phi(q) = exp(mu (1 - e^{-cq})): its coefficient of w^k is
    [q^{k-1}] phi^k/k (Lagrange; theory, section 5). On the circle c|q| = r the largest |phi| is where e^{-z}, |z| = r, has its least real
    part; that is where z e^{-z} is real, at z = y with y e^{-y} = 1/mu if r = |y| < 4.6. So Cauchy's estimate bounds the k-th term by
    (|y|/c) x^k/k with the ratio x = eps c |e^{-1/y}/y|, and the series converges where x < 1.

    Raises `InputError` unless texts and skills are Poisson and the learner is the 1-skill learner.

    >>> from deanalysis.model.degrees import Ensemble
    >>> from deanalysis.model.symbols import R, c
    >>> series = LagrangeSeries(FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1)))
    >>> series.term(1), series.term(2)
    (exp(-R*c), R*c**2*exp(-2*R*c))
    """

    equation: FixedPointEquation

    def __post_init__(self) -> None:
        self.equation.require_peeling("the Lagrange series")
        ensemble, learner = self.equation.ensemble, self.equation.learner
        poisson = isinstance(ensemble.texts, Poisson) and isinstance(ensemble.skills, Poisson)
        if not (poisson and isinstance(learner, SkillLearner) and learner.s == 1):
            raise InputError("the Lagrange series", "is of Poisson texts, Poisson skills and the 1-skill learner", given=str(ensemble))

    @property
    def mean(self) -> sp.Expr:
        """mu = L'(1), how many texts require a skill on average: c R."""
        return self.equation.ensemble.skills.mean

    @property
    def scale(self) -> sp.Expr:
        """c = P'(1), how many skills a text requires on average."""
        return self.equation.ensemble.texts.mean

    def term(self, k: int) -> sp.Expr:
        """Return the k-th term, k = 1, 2, ..., 1000."""
        k = check_count(k, 1, _MOST_TERMS, "the number of a term")
        mu, c = self.mean, self.scale
        touchard = sp.Add(*(int(stirling(k - 1, j)) * (-k * mu) ** j for j in range(k)))
        return self.equation.ensemble.unknown**k * sp.exp(-k * mu) * sp.expand((-c) ** (k - 1) * touchard) / sp.factorial(k)

    @cached_property
    def saddle(self) -> sp.Expr:
        """y = -W_0(-1/mu), with y e^{-y} = 1/mu: real where mu >= e."""
        return -sp.LambertW(-1 / self.mean)
