"""Graphs of finite size as they are counted: their sizes, the chances of degrees, and what a text does not teach, as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import inf, ldexp
from typing import Any, NamedTuple

import sympy as sp
from flint import arb, ctx, fmpq

from ....balls.compiling import ball_of
from ....errors import InputError
from ....model.degrees import DegreeDistribution, Ensemble
from ....model.learners import Learner
from ....model.matching import DISTINCT, one_degree

Read = Callable[[sp.Expr], Any]
"""How exact numbers are read: `exactly`, or `float`."""
_TAIL, _LARGEST, _MOST_LEFT_OUT = 1e-20, 400, 1e-14
"""Of a law without an end: the chance at which it is cut off, the largest degree that is taken, and how much may be left out."""


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


def as_float(value: Any) -> float:
    """Return a rational or a ball as a float."""
    return int(value.p) / int(value.q) if isinstance(value, fmpq) else float(value)


def product_of(ways: int, chance: Any) -> Any:
    """Return a product, where floats do not hold the number of ways; infinity where they do not hold the product.

    >>> product_of(10**400, 1e-300)
    1e+100
    """
    if not isinstance(chance, float):
        return ways * chance
    shift = max(0, ways.bit_length() - 1000)
    try:
        return ldexp((ways >> shift) * chance, shift)
    except OverflowError:
        return inf


def chances_of(law: DegreeDistribution, read: Read) -> dict[int, Any]:
    """Return the chances of the degrees of a law, but for a tail as small as the precision of the numbers.

    Raises `InputError` where that tail begins beyond degree 400.

    >>> from deanalysis import parse_law
    >>> chances_of(parse_law("polynomial(0.5*x^2 + 0.5*x^3)"), float)
    {2: 0.5, 3: 0.5}
    """
    if (degree := one_degree(law)) is not None:
        return {degree: read(sp.S.One)}
    _, largest = law.support or (1, None)
    chances, smallest = {}, 2.0**-ctx.prec if read is exactly else _TAIL
    for degree in range((_LARGEST if largest is None else largest) + 1):
        if (chance := law.pmf(degree)) != 0:
            values = {} if read is exactly else {total: _value(total) for total in chance.atoms(sp.Sum)}
            chances[degree] = read(chance.xreplace(values))
            if largest is None and degree > float(law.mean) and float(chance) < smallest:
                break
    if float(left_out(chances)) > _MOST_LEFT_OUT:
        raise InputError("a law", f"must have few degrees above {_LARGEST} for stuck sets to be counted", given=law)
    return chances


@lru_cache(maxsize=64)
def _value(total: sp.Sum) -> sp.Float:
    """Return the value of a sum, such as the one that all chances of a law are divided by."""
    return sp.N(total, 20)


def left_out(chances: Mapping[int, Any]) -> Any:
    """Return what is missing in chances that should sum to 1: a rational 0, a small ball, or a float."""
    return 1 - sum(chances.values())


def widened(value: Any, rest: Any) -> Any:
    """Return a ball that holds all values between two, where what is left out of a law is a ball; otherwise the value alone.

    >>> widened(arb(1), arb("0.5")).contains(arb("1.25"))
    True
    """
    return arb(value).union(value + rest) if isinstance(rest, arb) else value


def cut_at(most: int, law: DegreeDistribution, read: Read, nodes: str) -> dict[int, Any]:
    """Return the chances of the degrees of nodes that choose among `most` others, each once at most: a law without an end is cut.

    >>> from deanalysis import Poisson
    >>> cut_at(1, Poisson(sp.S.One), float, "skill")
    {0: 0.36787944117144233, 1: 0.6321205588285577}
    """
    _, largest = law.support or (1, None)
    if largest is not None and largest > most:
        needed = f"needs {largest} {'texts' if nodes == 'skill' else 'skills'} in a graph, as many as a {nodes} may have"
        raise InputError(f"matching {DISTINCT}", needed, given=most, remedy="take larger graphs")
    chances = chances_of(law, read)
    if max(chances) <= most:
        return chances
    kept = {degree: chance for degree, chance in chances.items() if degree < most}
    return {**kept, most: left_out(kept)}


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
