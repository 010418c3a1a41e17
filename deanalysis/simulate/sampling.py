"""What is drawn beside the graph: how popular nodes are, how many novel skills a text can teach, and fresh texts, which test.

Popularity: where a law is mixed Poisson, a node's edges come by its popularity. A new mixed law registers `sample_popularity`.
"""

from functools import singledispatch
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..model.compositions import Mixture
from ..model.degrees import DegreeDistribution
from ..model.laws import NegativeBinomial, Poisson
from ..model.learners import Learner, SkillLearner
from ..model.popularity import LogNormal, Pareto
from .compiled import njit
from .streams import Stream, pick, uniform
from .tables import draw_degrees, table_of

_MOST_DERIVED = 64  # degree of a text where the learner is no sum of terms: a_k takes k derivatives of its formula, which grows with each
MOST_FRESH = 100_000  # fresh texts of a graph: an error of 1 % is then known to 3 % of itself, and they cost less than the graph
MOST_HELD = 1_000  # texts that are tested, each after learning anew: an error of 10 % is then known to a tenth of itself

Popularity = NDArray[np.float64]
Patience = NDArray[Any]
"""A number of skills for each text, 16 bits wide, or 32 where a text can be that large."""


@singledispatch
def sample_popularity(law: DegreeDistribution, rng: np.random.Generator, count: int) -> Popularity | None:
    """Draw `count` popularities W of mean 1 with the law's pgf E e^{-mean W (1-x)}; None stands for W = 1 throughout."""
    raise InputError(f"the law {law}", "must be mixed Poisson to have popularities")


@sample_popularity.register
def _(law: Poisson, rng: np.random.Generator, count: int) -> Popularity | None:
    return None


@sample_popularity.register
def _(law: NegativeBinomial, rng: np.random.Generator, count: int) -> Popularity | None:
    shape = float(law.shape)
    return rng.gamma(shape, 1 / shape, count)


@sample_popularity.register
def _(law: Pareto, rng: np.random.Generator, count: int) -> Popularity | None:
    exponent = float(law.shape)
    return (1 - 1 / exponent) * (1 + rng.pareto(exponent, count))


@sample_popularity.register
def _(law: LogNormal, rng: np.random.Generator, count: int) -> Popularity | None:
    sigma = float(law.shape)
    return rng.lognormal(-(sigma**2) / 2, sigma, count)


@sample_popularity.register
def _(law: Mixture, rng: np.random.Generator, count: int) -> Popularity | None:
    cumulative = np.cumsum([float(weight) for weight, _ in law.parts])
    chosen = np.searchsorted(cumulative, rng.random(count), side="right").clip(max=len(law.parts) - 1)
    result = np.empty(count)
    for index, (_, component) in enumerate(law.parts):
        where = chosen == index
        weights = sample_popularity(component, rng, int(where.sum()))
        result[where] = float(component.mean / law.mean) * (1 if weights is None else weights)
    return result


def has_popularity(law: DegreeDistribution) -> bool:
    """Whether a law is mixed Poisson with popularities that differ.

    >>> has_popularity(NegativeBinomial(2, 1)), has_popularity(Poisson(2))
    (True, False)
    """
    return law.is_mixed_poisson and sample_popularity(law, np.random.default_rng(0), 1) is not None


def share_out(edges: int, popularity: Popularity, rng: np.random.Generator) -> NDArray[np.int64]:
    """Let each of so many edges choose a node by popularity, independently; return how many each node has."""
    total = popularity.sum()
    if not total > 0:
        raise InputError("the popularities", "are too uneven to sample: all are zero in floats")
    return rng.multinomial(edges, popularity / total)


def draw_degrees_of(law: DegreeDistribution, stream: Stream, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Draw degrees from a law: by popularity, from the generator, where that differs, else from a table and a stream."""
    weights = sample_popularity(law, rng, count) if law.is_mixed_poisson else None
    return draw_degrees(table_of(law), stream, count) if weights is None else rng.poisson(float(law.mean) * weights)


def draw_patience(learner: Learner, largest: int, stream: Stream, texts: int) -> Patience:
    """Draw s_t = #{k : U_t < a_k} for each text, where no text has more than `largest` novel skills.

    A text is an s_t-skill learner for good (Liao, Chang, Hong 2024). Raises `InputError` where a text is so large that its a_k
    cannot be derived.
    """
    if learner.terms is None and largest > _MOST_DERIVED:
        raise InputError(f"learner success:{learner}", f"can be simulated for texts of degree at most {_MOST_DERIVED}", given=largest)
    count = max(1, largest if learner.reach is None else min(largest, learner.reach))
    kind = np.uint16 if count < 2**16 else np.uint32
    if isinstance(learner, SkillLearner) or (chances := _probabilities(learner, count))[-1] == 1:
        return np.full(texts, count, dtype=kind)
    return _draw(chances, stream, np.empty(texts, dtype=kind))


@njit(cache=True)
def _draw(chances: NDArray[np.float64], stream: Stream, patience: Patience) -> Patience:
    """Count the a_k above each text's uniform number, by bisection."""
    for text in range(len(patience)):
        number, low, high = uniform(stream, text), 0, len(chances)
        while low < high:
            middle = (low + high) // 2
            if number < chances[middle]:
                low = middle + 1
            else:
                high = middle
        patience[text] = low
    return patience


def _probabilities(learner: Learner, count: int) -> NDArray[np.float64]:
    """Return a_0, ..., a_{count-1} in floats, from the terms w x^m e^{-bx} where there are such."""
    if learner.terms is None:
        return np.array([float(a) for a in learner.probabilities(count)])
    k = np.arange(count, dtype=float)
    total = np.zeros(count)
    for weight, power, rate in learner.terms:
        falling = np.prod([k - i for i in range(power)], axis=0) if power else np.ones(count)
        total += float(weight) * falling * np.where(k >= power, float(1 - rate) ** np.maximum(k - power, 0), 0.0)
    return total.clip(0.0, 1.0)


@njit(cache=True)
def forget(unknown: float, known: Stream, novel: NDArray[np.uint8]) -> None:
    """Draw which skills are not known, each with probability `unknown`: 1 for these, behind the first entry, which stays."""
    for skill in range(1, len(novel)):
        novel[skill] = uniform(known, skill) < unknown


class Fresh(NamedTuple):
    """How texts that are drawn when learning has stopped meet skills: by popularity, where the skills' are not all 1."""

    texts: DegreeDistribution
    popularity: Popularity | None
    degrees: Stream
    skills: Stream
    rng: np.random.Generator

    def test(self, novel: NDArray[np.uint8], texts: int) -> tuple[int, int]:
        """Draw as many texts as there were, at most 100,000; return how many, and how many of them meet a novel skill."""
        count = min(texts, MOST_FRESH)
        start, skills = self.draw(len(novel) - 1, count)
        met = np.concatenate([[0], np.cumsum(novel[skills], dtype=np.int64)])
        return count, int((met[start[1:]] > met[start[:-1]]).sum())

    def draw(self, skills: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Draw texts on skills 1, ..., `skills`; return where each begins, and the end, and the skills that they meet, in a row."""
        start = np.concatenate([[0], np.cumsum(draw_degrees_of(self.texts, self.degrees, self.rng, count))])
        edges = int(start[-1])
        if self.popularity is None:
            return start, _draw_skills(skills, self.skills, edges)
        return start, _choose_by_popularity(np.cumsum(self.popularity), self.rng.random(edges))


@njit(cache=True)
def _draw_skills(skills: int, stream: Stream, count: int) -> NDArray[np.int64]:
    drawn = np.empty(count, dtype=np.int64)
    for index in range(count):
        drawn[index] = 1 + pick(stream, index, skills)
    return drawn


@njit(cache=True)
def _choose_by_popularity(cumulative: NDArray[np.float64], uniforms: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each number U of [0, 1) the first skill whose cumulative popularity exceeds U times the total, by inversion.

    The search goes up from where it begins for the U of the same part of [0, 1), of about as many parts as there are skills: binary search
    takes ten times as long (Chen and Asau, AIIE Trans. 6, 1974). A power of two as the number of parts keeps k/2^m and U 2^m exact.
    """
    total, last, parts = cumulative[-1], len(cumulative) - 1, 1
    while parts < last:
        parts *= 2
    begins, place = np.empty(parts, dtype=np.uint32), 0
    for part in range(parts):
        place = _first_above(cumulative, total * (part / parts), place, last)
        begins[part] = place
    chosen = np.empty(len(uniforms), dtype=np.int64)
    for index in range(len(uniforms)):
        begin = np.int64(begins[int(uniforms[index] * parts)])
        chosen[index] = 1 + _first_above(cumulative, total * uniforms[index], begin, last)
    return chosen


@njit(cache=True)
def _first_above(cumulative: NDArray[np.float64], level: float, place: int, last: int) -> int:
    """Return the first place from a given one on where more than a level is reached, or the last."""
    while place < last and cumulative[place] <= level:
        place += 1
    return place
