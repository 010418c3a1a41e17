"""Graphs of finite size as they are counted: their sizes, the chances of degrees, and what a text does not teach, as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sympy as sp
from flint import fmpq

from ....balls.compiling import ball_of
from ....model.degrees import DegreeDistribution, Ensemble
from ....model.learners import Learner
from ....model.matching import one_degree

Read = Callable[[sp.Expr], Any]
"""How exact numbers are read: `exactly`, or `float`."""
_TAIL, _LARGEST = 1e-18, 400
"""What is left out of a law without a largest degree, and the largest degree that is taken."""


class Graphs(NamedTuple):
    """Graphs of `skills` skills and `texts` texts, whose laws have no letters left, and their learner."""

    ensemble: Ensemble
    learner: Learner
    skills: int
    texts: int

    def weights(self, count: int, read: Read) -> list[Any]:
        """Return b_0, ..., b_(count-1)."""
        return [read(sp.S.One), *(read(1 - a) for a in self.learner.probabilities(count - 1))][:count]


def exactly(value: sp.Expr) -> Any:
    """Return a number as a rational of FLINT's, or as a ball where it is none.

    >>> exactly(sp.Rational(1, 3))
    1/3
    """
    return fmpq(int(value.p), int(value.q)) if value.is_Rational else ball_of(value)


def chances_of(law: DegreeDistribution, read: Read) -> dict[int, Any]:
    """Return the chances of the degrees of a law, but for a tail below 1e-18.

    >>> from deanalysis import parse_law
    >>> chances_of(parse_law("polynomial(0.5*x^2 + 0.5*x^3)"), float)
    {2: 0.5, 3: 0.5}
    """
    if (degree := one_degree(law)) is not None:
        return {degree: read(sp.S.One)}
    _, largest = law.support or (1, None)
    chances, left = {}, 1.0
    for degree in range((_LARGEST if largest is None else largest) + 1):
        if (chance := law.pmf(degree)) != 0:
            chances[degree] = read(chance)
            left -= float(chance)
        if left < _TAIL and (largest is None or degree > float(law.mean)):
            return chances
    return chances


def weights_of(graphs: Graphs, read: Read) -> Callable[[int], Any]:
    """Return b_j = 1 - a_{j-1} as a function of j; b_0 = 1."""
    known: list[Any] = []

    def weight(j: int) -> Any:
        if j >= len(known):
            known[:] = graphs.weights(2 * j + 8, read)
        return known[j]

    return weight


def proportions(chances: Mapping[int, Any], total: int) -> dict[int, int]:
    """Return how many of `total` nodes have each degree, in exact proportion (rounded by the largest remainders).

    >>> proportions({2: 0.5, 3: 0.5}, 5)
    {2: 3, 3: 2}
    """
    shares = {degree: float(chance) * total for degree, chance in chances.items()}
    counts = {degree: int(share + 1e-9) for degree, share in shares.items()}
    for degree in sorted(shares, key=lambda one: counts[one] - shares[one])[: total - sum(counts.values())]:
        counts[degree] += 1
    return {degree: count for degree, count in counts.items() if count}
