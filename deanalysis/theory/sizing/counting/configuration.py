"""Stuck sets where skills and texts have given degrees, in exact proportion: the configuration model, and it without repeated edges.

The mean number of stuck sets of k skills is [y^k x^e] prod (1 + y x^deg) [x^e] prod (sum_j C(d, j) b_j x^j)/C(E, e), summed over e, with E
edges in all (Di, Proietti, Telatar, Richardson, Urbanke, IEEE Trans. IT 48(6), 2002; Orlitsky, Viswanathan, Zhang, IEEE Trans. IT 51(3),
2005). Without repeated edges, a text of degree d that has j of the skills gives an edge to one more in d - j ways; that the other edges do
not repeat either is counted by an asymptotic formula, which leaves A_k an error of order 1/n^3 (2e-5 for (3,6) and n = 120, 0.7 % for n =
24).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import comb, exp, perm, prod
from typing import Any

from flint import fmpq

from ....model.matching import one_degree
from .given import Graphs, Read, as_float, chances_of, exactly, product_of, proportions, weights_of
from .occupation import Counts, first_socketed, socketed

_MOST_WAYS = 4000
"""Numbers of sockets that are followed, times degrees of the next skill: with twice as many, that skill may take seconds."""
Chosen = tuple[int, ...]
States = dict[tuple[Counts, ...], float]
"""How many skills of each degree are in a set; and the chances of how many sockets they take."""
_MOST_SETS = 20_000
"""Sets of k skills are told apart by their edges: beyond so many numbers of edges counting stops."""


def sockets(graphs: Graphs) -> dict[int, int]:
    """Return how many texts have each degree; of texts of one degree the last is cut, so that all edges of the skills are used.

    >>> from deanalysis import load_model
    >>> ldpc = load_model("ldpc(3,6)")
    >>> sockets(Graphs(ldpc.ensemble.at(eps="0.2"), ldpc.learner, 5, 2))
    {6: 2, 3: 1}
    """
    degree, met = one_degree(graphs.ensemble.texts), one_degree(graphs.ensemble.skills)
    if degree is None or met is None:
        return proportions(chances_of(graphs.ensemble.texts, float), graphs.texts)
    whole, rest = divmod(met * graphs.skills, degree)
    return {degree: whole, rest: 1} if rest else {degree: whole}


def given_repeated(graphs: Graphs, read: Read) -> Iterator[Any]:
    """Yield the mean numbers where skills and texts have given degrees, in rationals whatever is asked, as large numbers cancel."""
    kinds, of_texts = proportions(chances_of(graphs.ensemble.skills, float), graphs.skills), sockets(graphs)
    every, stuck = sum(degree * count for degree, count in of_texts.items()), _Stuck(graphs, of_texts)
    for k in range(1, graphs.skills + 1):
        sets = _sets(kinds, k)
        if len(sets) > _MOST_SETS or max(sets) > every:
            return
        mean = sum((stuck[e] * ways / comb(every, e) for e, ways in sets.items()), fmpq(0))
        yield mean if read is exactly else as_float(mean)


def _sets(kinds: Mapping[int, int], k: int) -> dict[int, int]:
    """Return how many sets of k skills have how many edges, [y^k x^e] prod (1 + y x^degree)^count.

    >>> _sets({2: 3, 3: 1}, 2)
    {5: 3, 4: 3}
    """
    found = {(0, 0): 1}
    for degree, count in kinds.items():
        after: dict[tuple[int, int], int] = {}
        for (chosen, edges), ways in found.items():
            for more in range(min(count, k - chosen) + 1):
                key = chosen + more, edges + degree * more
                after[key] = after.get(key, 0) + ways * comb(count, more)
        found = after
    return dict(reversed([(edges, ways) for (chosen, edges), ways in sorted(found.items()) if chosen == k]))


class _Stuck:
    """[x^e] prod over texts (sum_j C(d, j) b_j x^j), by e."""

    def __init__(self, graphs: Graphs, of_texts: Mapping[int, int]) -> None:
        self.of_texts, self.known = of_texts, [fmpq(1)]
        self.weights = graphs.weights(max(of_texts) + 1, exactly)

    def __getitem__(self, edges: int) -> Any:
        while edges >= len(self.known):
            self.known = self._terms(2 * len(self.known) + 32)
        return self.known[edges]

    def _terms(self, count: int) -> list[Any]:
        product: list[Any] = [fmpq(1)] + [fmpq(0)] * (count - 1)
        for degree, texts in self.of_texts.items():
            factor = powered([comb(degree, j) * self.weights[j] for j in range(degree + 1)], texts, count)
            product = [sum((product[i] * factor[e - i] for i in range(e + 1)), fmpq(0)) for e in range(count)]
        return product


def powered(series: Sequence[Any], exponent: int, count: int) -> list[Any]:
    """Return the first terms of a power of a series that begins with 1 (J. C. P. Miller's recurrence).

    >>> powered([1, 1], 3, 5) == [1, 3, 3, 1, 0]
    True
    """
    found = [series[0]]
    for index in range(1, count):
        terms = ((exponent * j - index + j) * series[j] * found[index - j] for j in range(1, min(index, len(series) - 1) + 1))
        found.append(sum(terms, 0 * series[0]) / index)
    return found


def given_distinct(graphs: Graphs, read: Read) -> Iterator[Any]:
    """Yield the mean numbers where both have given degrees and no text is met twice, in floats."""
    of_skills, of_texts = proportions(chances_of(graphs.ensemble.skills, float), graphs.skills), sockets(graphs)
    weight, every = weights_of(graphs, float), log_unrepeated(of_skills, of_texts)
    sets = {tuple(0 for _ in of_skills): first_socketed(of_texts)}
    for _ in range(graphs.skills):
        if sum(map(len, sets.values())) * sum(of_skills) > _MOST_WAYS:
            return
        sets = _grown(sets, of_skills, [*of_texts])
        mean = 0.0
        for taken, states in sets.items():
            others = {degree: count - less for (degree, count), less in zip(of_skills.items(), taken, strict=True)}
            ways = prod(map(comb, of_skills.values(), taken))
            for by_kind, chance in states.items():
                stuck = prod(weight(j) ** count for counts in by_kind for j, count in enumerate(counts))
                if stuck:
                    left = _left(by_kind, [*of_texts])
                    mean += product_of(ways, chance * stuck * exp(log_unrepeated(others, left) - every))
        yield mean


def _grown(sets: Mapping[Chosen, States], of_skills: Mapping[int, int], kinds: Sequence[int]) -> dict[Chosen, States]:
    """Return the sets of one more skill, by how many they have of each degree, each from one without a skill of its last degree."""
    grown: dict[Chosen, States] = {}
    for taken, states in sets.items():
        last = max((place for place, count in enumerate(taken) if count), default=0)
        for place, (degree, count) in enumerate(of_skills.items()):
            if place >= last and taken[place] < count:
                grown[(*taken[:place], taken[place] + 1, *taken[place + 1 :])] = socketed(states, kinds, degree)
    return grown


def _left(by_kind: Sequence[Sequence[int]], kinds: Sequence[int]) -> dict[int, int]:
    """Return how many texts have how many sockets left."""
    left: dict[int, int] = {}
    for kind, counts in zip(kinds, by_kind, strict=True):
        for j, count in enumerate(counts):
            left[kind - j] = left.get(kind - j, 0) + count
    return left


def log_unrepeated(of_skills: Mapping[int, int], of_texts: Mapping[int, int]) -> float:
    """Return the logarithm of the chance that no edge is repeated where so many skills and texts have each degree.

    Greenhill, McKay, Wang (J. Combin. Theory A 113, 2006, Theorem 1.3), with an error of order 1/E^2, E the edges.

    >>> round(log_unrepeated({3: 120}, {6: 60}), 4)  # counted: -5.0682
    -5.0671
    """
    edges = sum(degree * count for degree, count in of_texts.items())
    if edges == 0:
        return 0.0
    (s2, s3), (t2, t3) = ([sum(perm(d, k) * count for d, count in side.items()) for k in (2, 3)] for side in (of_skills, of_texts))
    first = -s2 * t2 / (2 * edges**2) * (1 + 1 / edges) + s3 * t3 / (3 * edges**3)
    second = -s2 * t2 * (s2 + t2) / 4 - (s2**2 * t3 + s3 * t2**2) / 2
    return float(first + second / edges**4 + s2**2 * t2**2 / (2 * edges**5))
