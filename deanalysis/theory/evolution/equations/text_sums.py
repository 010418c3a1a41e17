"""Sums over the other skills of a text, of which some are novel: what a learner's a_k say of a text, for any degree law."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ....errors import InputError
from ....model.degrees import DegreeDistribution
from ....model.laws import Poisson
from ....model.learners import Learner
from ....model.symbols import x

_MOST_TERMS = 200
"""The largest degree at which a sum over all numbers of novel skills is written out: above it, formulas take seconds to print."""
_y = sp.Symbol("y", positive=True)


@dataclass(frozen=True)
class TextSums:
    """Sums over k of weights g^(k)(u) v^k/k!, g a generating function of the texts: k other skills novel (v), the rest known (u).

    g is rho, for the *other* skills of a text met along an edge, or P (`of_nodes`), for all of a random text; or, with an `order`, that
    derivative of it.

    >>> from deanalysis.model import PoissonLearner, SkillLearner
    >>> from deanalysis.model.symbols import c, q
    >>> TextSums(Poisson(c), SkillLearner(1)).teaches(1 - q, q)
    exp(-c*q)
    >>> TextSums(Poisson(c), PoissonLearner("exp(-x/2)")).teaches(1 - q, q)
    exp(-c*q/2)
    """

    texts: DegreeDistribution
    learner: Learner
    of_nodes: bool = False
    order: int = 0

    @cached_property
    def terms(self) -> Sequence[tuple[sp.Expr, int, sp.Expr]] | None:
        """The success probability as terms w x^m e^{-bx}, or what gives the same a_k for all k that a text can have: a_k x^k e^{-x}/k!.

        None for Poisson texts of a learner without such terms, whose sums are integrals of the success probability.
        """
        if self.learner.terms is not None or isinstance(self.texts, Poisson):
            return self.learner.terms
        support = self.texts.support
        if support is None or support[1] is None or support[1] > _MOST_TERMS:
            raise InputError(
                f"learner success:{self.learner}",
                f"needs texts that are poisson or of degree at most {_MOST_TERMS}",
                remedy="or a success probability that is a sum of terms x^m*exp(-b*x)",
            )
        return [(a / sp.factorial(k), k, sp.S.One) for k, a in enumerate(self.learner.probabilities(support[1]))]

    def generating(self, argument: sp.Expr, order: int = 0) -> sp.Expr:
        """Return g^(order)."""
        order += self.order
        return self.texts.derivative(argument, order) if self.of_nodes else self.texts.edge_derivative(argument, order)

    def teaches(self, u: sp.Expr, v: sp.Expr) -> sp.Expr:
        """Return sum_k a_k g^(k)(u) v^k/k!: the text teaches one more novel skill.

        For a term w x^m e^{-bx} of the success probability this is w v^m g^(m)(u + (1-b) v); for Poisson(c) texts the sum is
        c^order e^{cv - c(1-u)} P_suc(cv).
        """
        if self.terms is not None:
            return sp.Add(*(w * v**m * self.generating(sp.expand(u + (1 - b) * v), m) for w, m, b in self.terms))
        mean = self.texts.mean
        return mean**self.order * sp.exp(sp.expand(mean * (u + v - 1))) * self.learner.success.subs(x, mean * v)

    def fades(self, u: sp.Expr, v: sp.Expr) -> sp.Expr:
        """Return sum_k (a_k - a_{k+1}) g^(k+1)(u) v^k/k!, by which `teaches` falls where v grows and u = 1 - v; there must be `terms`.

        Terms w x^m e^{-bx} of one rate b are collected by powers, (b w_m - (m+1) w_{m+1}) v^m g^(m+1)(u + (1-b) v), so what cancels is
        not there: of an s-skill learner there is one term.

        >>> from deanalysis.model import SkillLearner
        >>> from deanalysis.model.symbols import c, q
        >>> TextSums(Poisson(c), SkillLearner(3)).fades(1 - q, q)
        c**3*q**2*exp(-c*q)/2
        """
        collected: dict[tuple[int, sp.Expr], sp.Expr] = {}
        for w, m, b in self.terms or ():
            collected[m, b] = collected.get((m, b), 0) + b * w
            if m:
                collected[m - 1, b] = collected.get((m - 1, b), 0) - m * w
        parts = ((sp.expand(w), m, b) for (m, b), w in collected.items())
        return sp.Add(*(w * v**m * self.generating(sp.expand(u + (1 - b) * v), m + 1) for w, m, b in parts if w != 0))

    def learned_from(self, u: sp.Expr, v: sp.Expr) -> sp.Expr:
        """Return sum_k a_{k-1} g^(k)(u) v^k/k! with a_{-1} = 1: the text, with no novel skill but these k, comes to be understood."""
        if self.terms is not None:
            return sp.Add(*(self._learned_from(w, m, b, u, v) for w, m, b in self.terms)) + self.generating(u)
        mean = self.texts.mean
        scale = mean**self.order * sp.exp(sp.expand(mean * (u - 1)))
        return scale * sp.Integral(sp.exp(_y) * self.learner.success.subs(x, _y), (_y, 0, mean * v)) + self.generating(u)

    def _learned_from(self, weight: sp.Expr, m: int, rate: sp.Expr, u: sp.Expr, v: sp.Expr) -> sp.Expr:
        """Sum over k >= 1 for the a_k of one term: the m-th derivative by beta = 1 - rate of a geometric sum."""
        beta = 1 - rate
        if beta == 0:
            return weight * v ** (m + 1) * self.generating(u, m + 1) / (m + 1)
        taylor = [v**i * self.generating(sp.expand(u + beta * v), i) for i in range(m + 1)]
        taylor[0] -= self.generating(u)
        inverse = [sp.binomial(m, i) * (-1) ** (m - i) * sp.factorial(m - i) / beta ** (m - i + 1) for i in range(m + 1)]
        return weight * sp.Add(*(a * b for a, b in zip(taylor, inverse, strict=True)))
