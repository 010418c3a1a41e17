"""Sums over degrees: over the other skills of a text, of which some are novel; and over the nodes of one side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import sympy as sp
from sympy.functions.combinatorial.numbers import stirling

from ....errors import InputError
from ....model.degrees import DegreeDistribution
from ....model.joint import JointLaw
from ....model.laws import Poisson
from ....model.learners import Learner
from ....model.symbols import x

_MOST_TERMS = 200
"""The largest degree at which a sum over all numbers of novel skills is written out: a fixed point takes 0.6 s at 50, 1.8 s at 100."""
_y = sp.Symbol("y", positive=True)


@dataclass(frozen=True)
class TextSums:
    """Sums over k of weights g^(k)(u) v^k/k!, g a generating function of the texts: k other skills novel (v), the rest known (u).

    g is rho, for the *other* skills of a text met along an edge, or P (`of_nodes`), for all of a random text; or, with an `order`, that
    derivative of it.

    >>> from deanalysis import PoissonLearner, SkillLearner, c, q
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

        >>> from deanalysis import SkillLearner, c, q
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


def joint_sums(
    law: JointLaw, learner: Learner, known: Mapping[str, sp.Expr], novel: Mapping[str, sp.Expr], beside: str | None = None
) -> tuple[sp.Expr, TextSums]:
    """Return the chance that what has no chance to be novel is known in a text, and sums over its novel skills, by kinds of edges.

    With `beside`, it is the other skills of a text that are meant, seen from one at the end of an edge of that kind.
    """
    factor, rest = law.novel(known, novel, beside)
    if all(isinstance(part.law, Poisson) for part in rest.stretches):
        missing = sp.Add(*(part.law.mean * (1 - part.start - part.slope) for part in rest.stretches))
        mean = sp.Add(*(part.law.mean * part.slope for part in rest.stretches))
        return factor * sp.exp(-sp.expand(missing)), TextSums(Poisson(mean), learner, of_nodes=True)
    return factor, TextSums(rest, learner, of_nodes=True)


@dataclass(frozen=True)
class DegreeFunction:
    """A function of the degree, a sum of coefficients times k^power base^k, by (power, base).

    Its mean follows from the derivatives of the generating function: E K(K-1)...(K-j+1) b^(K-j) = P^(j)(b).

    >>> from deanalysis.model.laws import Poisson
    >>> (DegreeFunction.power(1) * DegreeFunction.power(1)).mean(Poisson(2))
    6
    """

    parts: Mapping[tuple[int, sp.Expr], sp.Expr]

    @classmethod
    def power(cls, exponent: int, base: sp.Expr = sp.S.One) -> DegreeFunction:
        """Return k^exponent base^k."""
        return cls({(exponent, base): sp.S.One})

    @classmethod
    def falling(cls, order: int, base: sp.Expr) -> DegreeFunction:
        """Return k(k-1)...(k-order+1) base^k."""
        return cls({(power, base): sp.Integer(int(stirling(order, power, kind=1, signed=True))) for power in range(order + 1)})

    def __add__(self, other: DegreeFunction) -> DegreeFunction:
        total = defaultdict(lambda: sp.S.Zero, self.parts)
        for key, part in other.parts.items():
            total[key] += part
        return DegreeFunction(total)

    def __mul__(self, other: DegreeFunction | sp.Expr | int) -> DegreeFunction:
        factors = other.parts if isinstance(other, DegreeFunction) else {(0, sp.S.One): other}
        total: defaultdict[tuple[int, sp.Expr], sp.Expr] = defaultdict(lambda: sp.S.Zero)
        for ((power, base), part), ((second, other_base), factor) in product(self.parts.items(), factors.items()):
            total[power + second, base * other_base] += part * factor
        return DegreeFunction(total)

    def __sub__(self, other: DegreeFunction) -> DegreeFunction:
        return self + other * -1

    def mean(self, law: DegreeDistribution) -> sp.Expr:
        """Return E f(K)."""
        return self._sum(lambda base, order: law.derivative(base, order))

    def growth(self, law: DegreeDistribution) -> sp.Expr:
        """Return the derivative of E f(K) by a factor of all mean degrees, at 1: the law's P(x) becomes P(1 - factor (1-x))."""
        return self._sum(lambda base, order: order * law.derivative(base, order) - (1 - base) * law.derivative(base, order + 1))

    def popular(self, law: DegreeDistribution) -> sp.Expr:
        """Return E W f(K) for a mixed Poisson law with popularities W of mean 1."""
        return self._sum(lambda base, order: law.derivative(base, order + 1) / law.mean)

    def _sum(self, moment: Callable[[sp.Expr, int], sp.Expr]) -> sp.Expr:
        """Add up, with `moment(b, j)` for K(K-1)...(K-j+1) b^(K-j)."""
        terms = (
            coefficient * int(stirling(power, order)) * base**order * moment(base, order)
            for (power, base), coefficient in self.parts.items()
            if coefficient != 0
            for order in range(power + 1)
            if power == 0 or order
        )
        return sp.Add(*terms)

    def variance(self, law: DegreeDistribution) -> sp.Expr:
        """Return Var f(K)."""
        return (self * self).mean(law) - self.mean(law) ** 2


class Spread(NamedTuple):
    """How a sum over the nodes of one side follows the number of edges: by `slope` an edge, with a variance `rest` per node beyond that."""

    slope: sp.Expr
    rest: sp.Expr


def shared(law: DegreeDistribution, function: DegreeFunction) -> Spread:
    """Return the spread where a given number of edges is shared out by popularity: a mixed Poisson law.

    With G = E f by a factor of the mean (`growth`), W the popularity and mu the mean: slope G/mu, rest
    E Var(f | W) - G^2/mu + Var(E(f | W) - G W).

    >>> from deanalysis.model.laws import Poisson
    >>> shared(Poisson(2), DegreeFunction.power(1))
    Spread(slope=1, rest=0)
    """
    grown, mean, squares = function.growth(law), function.mean(law), law.factorial_moment(2) / law.mean**2
    raw = (function * function).mean(law) - mean**2
    rest = raw - grown**2 / law.mean - 2 * grown * (function.popular(law) - mean) + grown**2 * (squares - 1)
    return Spread(grown / law.mean, rest)


def used_up(law: DegreeDistribution, function: DegreeFunction) -> Spread:
    """Return the spread where nodes are drawn until they use up the edges: slope E f/E K, rest Var(f - slope K).

    >>> from deanalysis.model.laws import Regular
    >>> used_up(Regular(3), DegreeFunction.power(2))
    Spread(slope=3, rest=0)
    """
    slope = function.mean(law) / law.mean
    return Spread(slope, (function - DegreeFunction.power(1) * slope).variance(law))


def binomial_parts(most: int, chance: sp.Expr, power: int) -> DegreeFunction:
    """Return E[u^power; u <= most] for u of k edges that are each there with a chance p: sum_j j^power C(k, j) p^j (1-p)^(k-j).

    >>> from deanalysis.model.laws import Regular
    >>> binomial_parts(1, sp.Rational(1, 2), 1).mean(Regular(2))
    1/2
    """
    total = DegreeFunction({})
    for j in range(1, most + 1):
        weight = sp.Integer(j) ** power / sp.factorial(j) * (chance / (1 - chance)) ** j
        total += DegreeFunction.falling(j, 1 - chance) * weight
    return total
