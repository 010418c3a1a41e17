"""How the mean number of stuck sets grows with the number of skills: the exponent as formulas, by saddle points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import sympy as sp

from ....errors import InputError
from ....model.degrees import DegreeDistribution, Ensemble
from ....model.laws import Poisson, Regular
from ....model.learners import Learner
from ...evolution.equations.sums import TextSums
from .stuck import first_stuck

MOST_DEGREES = 200
"""Degrees of a law that is no Poisson law, at most: each is a term of the exponent."""

w, p, z, y = sp.symbols("w p z y", positive=True)


class Texts(NamedTuple):
    """What the texts do at a saddle point: edges of the set per skill, the weight x of an edge of a skill, and their part of the rate."""

    edges: sp.Expr
    weight: sp.Expr
    gain: sp.Expr


def degrees_of(law: DegreeDistribution, side: str) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    """Return the pairs (degree, share) of a law; `InputError` where they do not end, or are more than 200.

    >>> degrees_of(Regular(3), "skills")
    ((3, 1),)
    """
    if isinstance(law, Regular):
        return ((law.degree, sp.S.One),)
    least, most = law.support or (None, None)
    if least is None or most is None or most - least >= MOST_DEGREES:
        remedy = "cut it, as polynomial(...) or table(FILE)"
        raise InputError(f"the growth rate: {side}", f"must be poisson or have at most {MOST_DEGREES} degrees", given=law, remedy=remedy)
    pairs = ((sp.Integer(degree), law.pmf(degree)) for degree in (0, *range(least, most + 1)))
    return tuple((degree, share) for degree, share in pairs if share != 0)


@dataclass(frozen=True)
class GrowthEquations:
    """The growth rate g(w) = lim (1/n) log A_{wn} of the mean number A_k of stuck sets of k = wn of n skills (theory, section 11).

    Degrees are in exact proportion, those of a Poisson law come from ends that are chosen uniformly. A text of d skills, each of the set
    with chance p, teaches a given one of the set with chance T_d(p), and none with chance N_d(p); T(z) and N(z) are the same for Poisson(z)
    skills of the set in a text. With e edges of the set per skill, of mu = L'(1), and r = e/mu,

    | texts | e | x | gain |
    |---|---|---|---|
    | given degrees | R sum_d P_d d p (1 - T_d)/N_d | (r/(1-r)) (1-p)/p | R sum_d P_d ln N_d + mu ln((1-r)/(1-p)) |
    | poisson | R z (1 - T)/N | (1 - T)/N | R ln N + R z - e |

        g = sum_l L_l ln(1 + y x^l) - w ln(y/eps) + gain,   w = sum_l L_l y x^l/(1 + y x^l),   e = sum_l L_l l y x^l/(1 + y x^l):

    the saddle points of the coefficients in A_k, and the e that matters most (Orlitsky, Viswanathan, Zhang, IEEE Trans. IT 51(3), 2005,
    for the 1-skill learner). Where skills have a Poisson degree, an edge meets any of them alike, so that p = w, and the curve is in w:

        g = -w ln(w/eps) - (1-w) ln(1-w) + R E ln N.

    g does not depend on the matching. `distinct` divides A_k by the chance that no skill meets a text twice, and multiplies it by the same
    chance given the set: both tend to positive numbers. In `parts`, K sets of w n edges take the place of one of K w n, with the same sum.

    Raises `InputError` for other laws without end, and where no set can be stuck.

    >>> from deanalysis.model.learners import SkillLearner
    >>> equations = GrowthEquations(Ensemble(Regular(6), Regular(3)), SkillLearner(1))
    >>> equations.size.subs(p, "1/2")
    31/58
    """

    ensemble: Ensemble
    learner: Learner

    def __post_init__(self) -> None:
        if self.first_stuck is None:
            raise InputError("the growth rate", "needs texts with more skills than the learner can be taught at once", given=self.ensemble)

    @cached_property
    def first_stuck(self) -> int | None:
        """The least number of novel skills of a text at which it may teach none."""
        return first_stuck(self.ensemble.texts, self.learner)

    @property
    def in_size(self) -> bool:
        """Whether the curve is in w itself: skills of Poisson degree."""
        return self.ensemble.skills.is_uniform

    @property
    def parameter(self) -> sp.Symbol:
        """The parameter of the curve: w, p or z."""
        return w if self.in_size else z if self.ensemble.texts.is_uniform else p

    @cached_property
    def skills(self) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
        """Degrees and shares of skills that are not Poisson."""
        return () if self.in_size else degrees_of(self.ensemble.skills, "skills")

    @cached_property
    def texts(self) -> Texts:
        """What the texts do, where skills are not Poisson."""
        ratio, mean = self.ensemble.ratio, self.ensemble.skills.mean
        if self.ensemble.texts.is_uniform:
            weight = self._involved(Poisson(z), sp.S.One)
            edges = ratio * z * weight
            return Texts(edges, weight, ratio * (sp.log(self._untaught(Poisson(z), sp.S.One)) + z) - edges)
        pairs = [(degree, share) for degree, share in degrees_of(self.ensemble.texts, "texts") if degree]
        lift = ratio / mean * sp.Add(*(share * degree * self._involved(Regular(degree), p) for degree, share in pairs))
        odds = (1 - p * lift) / (1 - p)
        return Texts(mean * p * lift, lift / odds, ratio * self._mean_log(p) + mean * sp.log(odds))

    def _untaught(self, law: DegreeDistribution, chance: sp.Expr) -> sp.Expr:
        """Return N: the chance that a text of a law teaches none of a set of which each of its skills is with a chance."""
        known = 1 - chance
        return 1 - TextSums(law, self.learner, of_nodes=True).learned_from(known, chance) + law.pgf(known)

    def _involved(self, law: DegreeDistribution, chance: sp.Expr) -> sp.Expr:
        """Return (1 - T)/N."""
        return (1 - TextSums(law, self.learner).teaches(1 - chance, chance)) / self._untaught(law, chance)

    def _mean_log(self, chance: sp.Expr) -> sp.Expr:
        """Return E ln N_d for given degrees, ln N for Poisson ones."""
        texts = self.ensemble.texts
        if texts.is_uniform:
            return sp.log(self._untaught(texts, chance))
        pairs = degrees_of(texts, "texts")
        return sp.Add(*(share * sp.log(self._untaught(Regular(degree), chance)) for degree, share in pairs if degree))

    @cached_property
    def balance(self) -> sp.Expr | None:
        """What vanishes at the y of a state: sum_l L_l l y x^l/(1 + y x^l) - e; None where the curve is in closed form."""
        if self.is_closed:
            return None
        return sp.Add(*(share * degree * self._chosen(degree) for degree, share in self.skills)) - self.texts.edges

    def _chosen(self, degree: sp.Expr) -> sp.Expr:
        """Return y x^l/(1 + y x^l)."""
        odds = y * self.texts.weight**degree
        return odds / (1 + odds)

    @property
    def is_closed(self) -> bool:
        """Whether w and g are in closed form by the parameter: skills of one degree, or Poisson."""
        return self.in_size or len(self.skills) == 1

    @cached_property
    def size(self) -> sp.Expr:
        """The share w of the skills, by the parameter of the curve (and y)."""
        if self.in_size:
            return w
        if self.is_closed:
            return self.texts.edges / self.ensemble.skills.mean
        return sp.Add(*(share * self._chosen(degree) for degree, share in self.skills))

    @cached_property
    def rate(self) -> sp.Expr:
        """The growth rate g, by the parameter of the curve (and y)."""
        size, unknown = self.size, self.ensemble.unknown
        if self.in_size:
            return -w * sp.log(w / unknown) - (1 - w) * sp.log(1 - w) + self.ensemble.ratio * self._mean_log(w)
        texts = self.texts
        if self.is_closed:
            ((degree, _),) = self.skills
            log_y = sp.log(size / (1 - size)) - degree * sp.log(texts.weight)
            return -sp.log(1 - size) - size * (log_y - sp.log(unknown)) + texts.gain
        skills = sp.Add(*(share * sp.log(1 + y * texts.weight**degree) for degree, share in self.skills))
        return skills - size * sp.log(y / unknown) + texts.gain

    @cached_property
    def slope(self) -> sp.Expr:
        """g'(0): ln(eps lambda'(0) (a_0 - a_1) rho'(1)), the stability condition, where skills have degree 2 at least and a_0 = 1.

        It is infinite where single skills are stuck, or pairs of degree 1; -oo from degree 3 on, and for learners with a_1 = 1.
        """
        skills, texts = self.ensemble.skills, self.ensemble.texts
        if self.first_stuck == 1 or self.in_size or any(degree in (0, 1) for degree, _ in self.skills):
            return sp.oo
        through = skills.edge_derivative(sp.S.Zero, 1)
        if self.first_stuck != 2 or through == 0:
            return -sp.oo
        return sp.log(self.ensemble.unknown * through * (1 - self.learner.probability(1)) * texts.edge_derivative(sp.S.One, 1))
