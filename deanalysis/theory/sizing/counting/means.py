"""The mean number of stuck sets of 1, 2, 3, ... skills, counted for each matching: in rationals or balls, or in floats.

A set of k skills is stuck if each text has so many of them that it teaches none: with j of them a text teaches none with probability
b_0 = 1, b_j = 1 - a_{j-1}. All sums have positive terms alone, so that floats lose no digits to speak of.

* *Skills choose texts* (the law of the texts is Poisson): e edges that choose among m texts leave all of them without a lesson with the
  probability e!/m^e [z^e] (sum_j b_j z^j/j!)^m (`repeated`); in `parts` that holds in each part alone, with one edge of each skill; where
  a skill's texts are `distinct`, skills are added one by one and the numbers of texts that have 1, 2, ... of them are followed.
* *Texts choose skills* (the law of the skills is Poisson, that of the texts is not): texts are independent, and one of degree d has
  binomial(d, k/n) of the k skills, or hypergeometric where they are `distinct`.
* *Both have their degrees*: see `configuration`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count, islice
from math import comb
from typing import Any

import numpy as np
import sympy as sp
from flint import ctx, fmpq

from ....errors import InputError
from ....model.matching import DISTINCT, PARTS, REPEATED, one_degree
from .configuration import given_distinct, given_repeated
from .given import Graphs, Read, as_float, chances_of, cut_at, exactly, left_out, product_of, weights_of, widened
from .occupation import occupied, steps

_FEW_TEXTS = 100
"""Of so many texts numbers are rational until they are shown: 200 edges take 50 ms, and floats would lose digits."""
_SINGLES, _MORE = 64, 160
"""Texts with one of the skills, and with more, that are followed in floats: for 60 skills of which most have two texts."""


def mean_numbers(graphs: Graphs, read: Read = exactly) -> Iterator[Any]:
    """Yield A_1, A_2, ...: the mean numbers of stuck sets of k unknown skills; ends where counting takes too much.

    Raises `InputError` for nodes of one side that differ in popularity while the others have their degrees.

    >>> from deanalysis import load_model
    >>> ldpc = load_model("ldpc(3,6)")
    >>> found = mean_numbers(Graphs(ldpc.ensemble.at(eps="0.2"), ldpc.learner, 120, 60))
    >>> [round(int(mean.p) / int(mean.q), 6) for mean in islice(found, 3)]
    [0.003735, 0.011525, 0.001181]
    """
    unknown, power = read(graphs.ensemble.unknown), 1
    for mean in islice(_means(graphs, read), graphs.skills):
        power = power * unknown
        yield float(as_float(power)) * mean if isinstance(mean, float) else power * mean


def _means(graphs: Graphs, read: Read) -> Iterator[Any]:
    """Yield the mean numbers where all skills are unknown."""
    texts, skills, matching = graphs.ensemble.texts, graphs.ensemble.skills, graphs.ensemble.matching
    if texts.is_uniform:
        chances = {PARTS: _in_parts, DISTINCT: _distinct, REPEATED: _repeated}[matching](graphs, read)
        return (product_of(comb(graphs.skills, k), chance) for k, chance in enumerate(chances, start=1))
    if skills.is_uniform:
        return _chosen_by_texts(graphs, read)
    if skills.is_mixed_poisson or texts.is_mixed_poisson:
        raise InputError("small stuck sets", "are not known where popularity differs", given=f"texts {texts}, skills {skills}")
    return (given_distinct if matching == DISTINCT else given_repeated)(graphs, read)


def placed(graphs: Graphs, texts: int, read: Read) -> Iterator[Any]:
    """Yield e!/m^e [z^e] (sum_j b_j z^j/j!)^m for e = 0, 1, ...: the chance that e edges which choose among m texts teach nothing.

    By the recurrence of J. C. P. Miller for powers of a series. All its terms are positive up to e = m + 1, where it ends in floats; of
    few texts, which have more edges, it is followed in rationals.
    """
    in_floats = read is float and texts > _FEW_TEXTS
    weights, one = weights_of(graphs, float if in_floats else exactly), float(1) if in_floats else fmpq(1)
    found, scale = [one], [one]
    yield read(sp.S.One)
    for edges in range(1, texts + 2) if in_floats else count(1):
        scale.append(scale[-1] / texts)
        terms = ((texts * j - edges + j) * comb(edges, j) * weights(j) * scale[j] * found[edges - j] for j in range(1, edges + 1))
        found.append(sum(terms, 0 * one) / edges)
        yield as_float(found[-1]) if read is float else found[-1]


def _repeated(graphs: Graphs, read: Read) -> Iterator[Any]:
    """Yield the chance that 1, 2, ... skills are stuck, where each of their edges chooses a text."""
    if graphs.ensemble.skills.is_uniform:
        yield from _poisson(graphs, read)
        return
    known: list[Any] = []
    degrees, edges, one = chances_of(graphs.ensemble.skills, read), {0: read(sp.S.One)}, read(sp.S.One)
    chance = placed(graphs, graphs.texts, read)
    for k in count(1):
        edges = _added(edges, degrees)
        known += islice(chance, max(edges) + 1 - len(known))
        if len(known) <= max(edges):
            return
        yield widened(sum((value * known[e] for e, value in edges.items()), 0 * one), k * left_out(degrees))


def _added(edges: Mapping[int, Any], degrees: Mapping[int, Any]) -> dict[int, Any]:
    """Return the law of a number of edges, with those of one more skill."""
    after: dict[int, Any] = {}
    for e, value in edges.items():
        for degree, chance in degrees.items():
            after[e + degree] = after.get(e + degree, 0) + value * chance
    return after


def _poisson(graphs: Graphs, read: Read) -> Iterator[Any]:
    """Yield (1 - sum_{j>=1} a_{j-1} e^{-x} x^j/j!)^m, x = k mu/m, where the skills' degrees are Poisson(mu)."""
    weight, reach = weights_of(graphs, read), graphs.learner.reach
    for k in range(1, graphs.skills + 1):
        x = k * graphs.ensemble.skills.mean / graphs.texts
        most = int(float(x) + 12 * float(x) ** 0.5 + 40) + (ctx.prec if read is exactly else 0) if reach is None else reach
        chances = {j: read(sp.exp(-x)) * read(x**j / sp.factorial(j)) for j in range(most + 1)}
        none = 1 - sum((1 - weight(j)) * chances[j] for j in range(1, most + 1))
        yield (widened(none, -left_out(chances)) if reach is None else none) ** graphs.texts


def _in_parts(graphs: Graphs, read: Read) -> Iterator[Any]:
    """Yield the chance where each skill has one edge to each part; parts differ by one text at most."""
    parts = one_degree(graphs.ensemble.skills) or 1
    sizes = [graphs.texts * (part + 1) // parts - graphs.texts * part // parts for part in range(parts)]
    kinds = {size: sizes.count(size) for size in sizes}
    if min(sizes) < 1:
        raise InputError("texts", f"must be at least {parts}, one in each part", given=graphs.texts)
    runs = {size: islice(placed(graphs, size, read), 1, None) for size in kinds}
    for chances in zip(*runs.values(), strict=False):
        product = 1
        for size, chance in zip(kinds, chances, strict=True):
            product = product * chance ** kinds[size]
        yield product


def _distinct(graphs: Graphs, read: Read) -> Iterator[Any]:
    """Yield the chance where each skill chooses different texts: skills are added one by one."""
    degrees = cut_at(graphs.texts, graphs.ensemble.skills, read, "skill")
    reach = graphs.learner.reach
    if read is float and reach == 1:
        yield from _distinct_in_floats(degrees, graphs.texts)
        return
    weight = weights_of(graphs, read)
    classes = 6 if reach is None else reach + 1
    for k, states in enumerate(occupied(degrees, graphs.texts, classes), start=1):
        if reach is None and k > classes:
            return
        yield widened(_none_taught(states, weight, read), k * left_out(degrees))


def _none_taught(states: Mapping[tuple[int, ...], Any], weight: Callable[[int], Any], read: Read) -> Any:
    """Return the chance that no text teaches, from the chances of the numbers of texts that have 0, 1, 2, ... of the skills."""
    total = 0 * read(sp.S.One)
    for counts, chance in states.items():
        for j, met in enumerate(counts):
            chance = chance * weight(j) ** met if met else chance
        total = total + chance
    return total


def _distinct_in_floats(degrees: Mapping[int, float], texts: int) -> Iterator[float]:
    """Yield the same for the 1-skill learner, of whom more skills can be followed."""
    found = steps(degrees, texts, singles=min(texts, _SINGLES), more=min(texts, _MORE))
    state = np.zeros(found.matrix.shape[0])
    state[found.places[0, 0]] = 1
    stuck = found.places[0]
    while True:
        state = found.matrix @ state
        yield float(state[stuck[stuck >= 0]].sum())


def _chosen_by_texts(graphs: Graphs, read: Read) -> Iterator[Any]:
    """Yield C(n, k) h^m, h the chance that a text which chooses its skills teaches none of k."""
    n, distinct, one = graphs.skills, graphs.ensemble.matching == DISTINCT, read(sp.S.One)
    law, weight = graphs.ensemble.texts, weights_of(graphs, read)
    degrees = cut_at(n, law, read, "text") if distinct else chances_of(law, read)
    if read is float and graphs.learner.reach is not None:
        yield from _chosen_in_floats(graphs, degrees)
        return
    for k in range(1, n + 1):
        share = read(sp.Rational(k, n))
        total = 0 * one
        for degree, chance in degrees.items():
            for j in range(min(k if distinct else degree, degree) + 1):
                if distinct:
                    ways = one * (
                        comb(k, j) * comb(n - k, degree - j) / comb(n, degree)
                        if read is float
                        else fmpq(comb(k, j) * comb(n - k, degree - j), comb(n, degree))
                    )
                else:
                    ways = comb(degree, j) * share**j * (1 - share) ** (degree - j)
                total = total + chance * ways * weight(j)
        yield product_of(comb(n, k), widened(total, left_out(degrees)) ** graphs.texts)


def _chosen_in_floats(graphs: Graphs, degrees: Mapping[int, float]) -> Iterator[float]:
    """Yield the same for learners that teach few skills at once, of all degrees together: texts may have ten thousand skills."""
    from scipy.stats import binom, hypergeom

    n, (number, chance) = graphs.skills, map(np.array, zip(*degrees.items(), strict=True))
    learned = [float(a) for a in graphs.learner.probabilities(graphs.learner.reach or 0)]
    for k in range(1, n + 1):
        met = hypergeom(n, k, number) if graphs.ensemble.matching == DISTINCT else binom(number, k / n)
        taught = sum(a * met.pmf(j) for j, a in enumerate(learned, start=1))
        yield product_of(comb(n, k), float(chance @ (1 - taught)) ** graphs.texts)
