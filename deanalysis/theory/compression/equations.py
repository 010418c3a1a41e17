"""Semantic compression: a text that is understood is sent as the set of its skills, any other by a lossless code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ...errors import InputError
from ...model.exact import Value, exact
from ...model.popularity import check_picks, popular_log
from ...model.symbols import letter
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.equations.sums import DegreeFunction

k = letter("k")
"""How many skills a text has, in what a lossless code takes for it."""

_HIGHEST = 8
"""The highest power of k in a cost: costs in use are linear or quadratic."""


def cost_of(lossless: Value, argument: str = "lossless_bits") -> sp.Poly:
    """Return what a lossless code takes for a text of k skills, in bits: a number, or a polynomial in k.

    Raises `InputError` where a coefficient is negative or none is positive.

    >>> cost_of("40 + 12*k").as_expr()
    12*k + 40
    """
    expression = exact(lossless, argument)
    if expression.free_symbols - {k} or not expression.is_polynomial(k) or sp.degree(expression, k) > _HIGHEST:
        raise InputError(argument, "must be a number of bits, or a polynomial in k", given=lossless)
    cost = sp.Poly(expression, k)
    if any(a.is_negative for a in cost.all_coeffs()) or not any(a.is_positive for a in cost.all_coeffs()):
        raise InputError(argument, "must have coefficients that are not negative, and one that is positive", given=lossless)
    return cost


@dataclass(frozen=True)
class SemanticCode:
    """The code of a trained learner, with p = 1 - zeta of the skills learned, or 1 - q by popularity (theory, section 8).

    With s_k = p_k p^k the chance that a text has k skills and all are learned, pi = P(p) their sum, N = p n and ell(k) the lossless cost,

        bits = -sum_k s_k log2 s_k - (1 - pi) log2(1 - pi) + sum_k s_k (log2 binom(N, k) - k D) + E[ell(K)] - sum_k s_k ell(k):

    the entropy of which texts are understood and of how many skills these have, the set of k of N, and the others. By popularity W an
    index takes D = E[W log2 W | learned] - log2(E[W | learned]) bits less than log2 N, with N the skills that are learned, (1 - zeta) n.

    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> code = SemanticCode(FixedPointEquation(Ensemble(Poisson(3), Poisson(6)), SkillLearner(1)))
    >>> code.understood
    exp(-3*exp(-6*exp(-3*q)))
    """

    equation: FixedPointEquation
    picks: str = "uniform"

    def __post_init__(self) -> None:
        check_picks(self.picks, self.equation.ensemble.skills)
        self.equation.require_peeling("semantic compression")

    @property
    def listed(self) -> sp.Expr:
        """1 - zeta, the share of skills in the list of learned skills."""
        return 1 - self.equation.novel

    @property
    def known(self) -> sp.Expr:
        """The chance that a skill of a fresh text has been learned."""
        return self.equation.known if self.picks == "popularity" else self.listed

    @cached_property
    def understood(self) -> sp.Expr:
        """pi = P(p), the chance that a text is understood."""
        return self.equation.ensemble.texts.pgf(self.known)

    @cached_property
    def sent(self) -> sp.Expr:
        """sum_k k s_k = p P'(p): how many indices a text takes."""
        return DegreeFunction.power(1, self.known).mean(self.equation.ensemble.texts)

    @cached_property
    def squares(self) -> sp.Expr:
        """sum_k k^2 s_k."""
        return DegreeFunction.power(2, self.known).mean(self.equation.ensemble.texts)

    @cached_property
    def weighted(self) -> sp.Expr:
        """E[log W] of a skill that has been learned and is picked; 0 where a text picks uniformly.

        With g(s) = E[W log W e^{-sW}]: (g(0) - eps g(L'(1) T(q)))/(1 - q).
        """
        if self.picks == "uniform":
            return sp.S.Zero
        skills, unknown = self.equation.ensemble.skills, self.equation.ensemble.unknown
        learned = popular_log(skills, sp.S.Zero) - unknown * popular_log(skills, skills.mean * self.equation.teaching)
        return learned / self.known

    @property
    def uneven(self) -> sp.Expr:
        """D ln 2: how much less than log N an index takes, in nats; 0 where a text picks uniformly."""
        return self.weighted if self.picks == "uniform" else self.weighted - sp.log(self.known / self.listed)

    def lossless(self, cost: sp.Poly) -> sp.Expr:
        """E[ell(K)], the mean cost of a text where all go by the lossless code."""
        return self._mean_cost(cost, sp.S.One)

    def spared(self, cost: sp.Poly) -> sp.Expr:
        """sum_k s_k ell(k), what the lossless code does not take for those that are understood."""
        return self._mean_cost(cost, self.known)

    def _mean_cost(self, cost: sp.Poly, base: sp.Expr) -> sp.Expr:
        """E[ell(K) base^K]."""
        costs = DegreeFunction({(power, base): coefficient for (power,), coefficient in cost.terms()})
        return costs.mean(self.equation.ensemble.texts)
