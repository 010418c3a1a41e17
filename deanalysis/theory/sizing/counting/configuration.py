"""Stuck sets where skills and texts have given degrees, in exact proportion: the configuration model, and it without repeated edges.

The mean number of stuck sets of k skills is [y^k x^e] prod (1 + y x^deg) [x^e] prod (sum_j C(d, j) b_j x^j)/C(E, e), summed over e, with E
edges in all (Di, Proietti, Telatar, Richardson, Urbanke, IEEE Trans. IT 48(6), 2002; Orlitsky, Viswanathan, Zhang, IEEE Trans. IT 51(3),
2005). Without repeated edges, a text of degree d that has j of the skills gives an edge to one more in d - j ways; and a skill of degree l
is among those without a repeated edge with the weight exp(C(l, 2) rho'(1)/E), to first order in 1/n.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import comb, exp, prod
from typing import Any

from flint import fmpq

from ....model.matching import one_degree
from .given import Graphs, Read, chances_of, exactly, proportions, weights_of
from .occupation import sockets_taken

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
        yield mean if read is exactly else _as_float(mean)


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


def _as_float(value: Any) -> float:
    """Return a rational or a ball as a float."""
    return int(value.p) / int(value.q) if isinstance(value, fmpq) else float(value)


def given_distinct(graphs: Graphs, read: Read) -> Iterator[Any]:
    """Yield the mean numbers where both have given degrees and no text is met twice, in floats."""
    of_texts = sockets(graphs)
    every = sum(degree * count for degree, count in of_texts.items())
    pairs = sum(degree * (degree - 1) * count for degree, count in of_texts.items()) / (every * (every - 1))
    degrees = {degree: chance * exp(comb(degree, 2) * pairs) for degree, chance in chances_of(graphs.ensemble.skills, float).items()}
    weight = weights_of(graphs, float)
    for k, states in enumerate(sockets_taken(degrees, of_texts), start=1):
        stuck = (
            chance * prod(weight(j) ** count for counts in by_kind for j, count in enumerate(counts)) for by_kind, chance in states.items()
        )
        yield comb(graphs.skills, k) * sum(stuck)
