"""Sums over the nodes of one side of functions of their degree, and how they vary from graph to graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import sympy as sp
from sympy.functions.combinatorial.numbers import stirling

from ....model.degrees import DegreeDistribution


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
