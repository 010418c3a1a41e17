"""All graphs of a few skills and texts, one by one, with fractions: how many of their sets of skills are stuck."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import perm, prod

Edges = Sequence[tuple[int, int]]
"""(skill, text) of each edge."""
Chances = Mapping[int, Fraction]
Weight = Callable[[int], Fraction]
"""The chance that a text with so many of the skills teaches none of them."""


def stuck_sets(
    graphs: Iterable[tuple[Edges, Fraction]], skills: int, texts: int, weight: Weight, eps: Fraction = Fraction(1)
) -> list[Fraction]:
    """Return A_1, ..., A_n: the mean number of stuck sets over graphs with their weights."""
    means, total = [Fraction(0)] * (skills + 1), Fraction(0)
    for edges, chance in graphs:
        total += chance
        for size in range(1, skills + 1):
            for chosen in combinations(range(skills), size):
                met = [0] * texts
                for skill, text in edges:
                    met[text] += skill in chosen
                means[size] += chance * prod(map(weight, met))
    return [eps**size * mean / total for size, mean in enumerate(means)][1:]


def _all(options: Sequence[tuple[tuple[int, ...], Fraction]], nodes: int) -> Iterator[tuple[list[tuple[int, ...]], Fraction]]:
    """Yield what so many nodes choose, each independently, with the chances."""
    for chosen in product(options, repeat=nodes):
        yield [others for others, _ in chosen], prod((chance for _, chance in chosen), start=Fraction(1))


def _options(degrees: Chances, others: int, matching: str) -> list[tuple[tuple[int, ...], Fraction]]:
    """Return what a node of random degree may choose: some of the others, different ones, or one in each of equal parts."""
    options = []
    for degree, chance in degrees.items():
        if matching == "parts":
            sizes = [range(others * part // degree, others * (part + 1) // degree) for part in range(degree)]
            sets = list(product(*sizes))
        else:
            sets = list(combinations(range(others), degree) if matching == "distinct" else product(range(others), repeat=degree))
        options += [(chosen, chance / len(sets)) for chosen in sets]
    return options


def skills_choose(degrees: Chances, skills: int, texts: int, matching: str) -> Iterator[tuple[Edges, Fraction]]:
    """Yield the graphs in which skills choose texts."""
    for chosen, chance in _all(_options(degrees, texts, matching), skills):
        yield [(skill, text) for skill, met in enumerate(chosen) for text in met], chance


def texts_choose(degrees: Chances, skills: int, texts: int, matching: str) -> Iterator[tuple[Edges, Fraction]]:
    """Yield the graphs in which texts choose skills."""
    for chosen, chance in _all(_options(degrees, skills, matching), texts):
        yield [(skill, text) for text, met in enumerate(chosen) for skill in met], chance


def matched(of_skills: Sequence[int], of_texts: Sequence[int], matching: str) -> Iterator[tuple[Edges, Fraction]]:
    """Yield the graphs in which each node has its degree, weighted by matchings; `distinct` repeats no edge.

    Some sockets of texts may be left over. A skill's sockets may go to its texts in several orders, which are one graph.
    """
    orders = [Counter(tuple(sorted(met)) for met in product(range(len(of_texts)), repeat=degree)) for degree in of_skills]
    for chosen in product(*(each.items() for each in orders)):
        edges = [(skill, text) for skill, (met, _) in enumerate(chosen) for text in met]
        met_by = Counter(text for _, text in edges)
        ways = prod(ways for _, ways in chosen) * prod(perm(degree, met_by[text]) for text, degree in enumerate(of_texts))
        if ways and (matching == "repeated" or len(set(edges)) == len(edges)):
            yield edges, Fraction(ways)
