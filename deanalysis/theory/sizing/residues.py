"""How many skills are left on small graphs, exactly: by what the skills that are left do to the others.

Let F(n, u) be the chance that n skills are all learned where u of the m texts are *dead*, as they hold skills that are never learned. What
is left of n skills is the largest stuck set, in which each text that is not dead has no or at least two edges; it leaves v texts dead, and
the others are learned beside these. So

    sum_k C(n, k) sum_v g_k(v | u) F(n - k, v) = 1,

where g_k(v | u) is the chance that k skills are stuck beside u dead texts and leave v of them dead. The term of k = 0 is F(n, u), which
the others give, from few skills to many; with u = 0 the terms are the chances that k skills are left. This holds for the 1-skill learner
where skills choose their texts; they may differ in degree. Terms of both signs are rounded; adding them in two orders says by how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...model.matching import PARTS, REPEATED
from .counting.given import Graphs, chances_of
from .counting.occupation import steps

MOST_WORK, _MOST_BYTES = 1.6e10, 1e9
"""Multiplications that take about five seconds on one core, and memory for g."""
_SAFETY = 16
"""By so much the difference of two orders of adding is enlarged to a bound of the error: where it was tried with longer floats, the error
was at most three times the difference (tests/theory/sizing/test_residues.py)."""

Floats = NDArray[np.float64]


class Residue(NamedTuple):
    """What is left of graphs: the chance that anything is (`stuck`), the mean share of the skills (`left`), and by how much both may miss.

    `chances` holds the chances that 0, 1, 2, ... skills are left, as far as they are known to `error`.
    """

    stuck: float
    left: float
    error: float
    chances: tuple[float, ...]


def work(graphs: Graphs) -> float:
    """Return about how many multiplications `residue` takes, infinity where it does not hold.

    >>> from deanalysis import load_model
    >>> irsa = load_model("irsa(x^3)")
    >>> work(Graphs(irsa.ensemble.at(G="0.5"), irsa.learner, 25, 50)) < MOST_WORK
    True
    """
    ensemble, m, n = graphs.ensemble, graphs.texts, graphs.skills
    if not ensemble.texts.is_uniform or ensemble.matching == PARTS or graphs.learner.reach != 1 or 8 * n * m**2 > _MOST_BYTES:
        return float("inf")
    largest = max(chances_of(ensemble.skills, float))
    degrees = [degree for degree in chances_of(ensemble.skills, float) if degree <= m]
    ways = sum((degree + 1) * (degree + 2) // 2 for degree in degrees) if ensemble.matching != REPEATED else (largest + 1) ** 2
    return m**3 / 2 * min(ways, m**2) * n + n**2 * m**2


def residue(graphs: Graphs) -> Residue:
    """Return what is left of graphs on average, and with which chance.

    Raises `InputError` where this takes too long, and where the process is another.

    >>> from deanalysis import load_model
    >>> irsa = load_model("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)")
    >>> found = residue(Graphs(irsa.ensemble.at(G="0.5"), irsa.learner, 25, 50))
    >>> round(found.stuck, 6), round(found.left, 6), found.error < 1e-11
    (0.097293, 0.011561, True)
    """
    if not work(graphs) < MOST_WORK:
        requirement = f"are counted exactly for the 1-skill learner and small graphs whose skills choose texts ({REPEATED} or distinct)"
        raise InputError("skills left", requirement, given=f"{graphs.skills} skills, {graphs.texts} texts")
    stuck = _stuck(graphs)
    one, other = (_residue(graphs, stuck, order) for order in (1, -1))
    apart = np.abs(one - other)
    known = int(np.argmax(np.append(apart[2:] * _SAFETY > 1e-9 + 1e-6 * np.abs(one[2:]), True)))
    error = float(_SAFETY * apart[:2].max() + 1e-13 * graphs.skills)
    return Residue(float(one[0]), float(one[1]), error, tuple(map(float, one[2 : 2 + known])))


def _residue(graphs: Graphs, stuck: Floats, order: int) -> Floats:
    """Return the chance that anything is left, the mean share that is, and the chances that 0, 1, ... skills are."""
    n = graphs.skills
    learned = np.ones((n + 1, graphs.texts + 1))
    for count in range(1, n + 1):
        learned[count] = 1 - sum(comb(count, k) * (learned[count - k] @ stuck[k]) for k in range(1, count + 1)[::order])
    chances = np.zeros((n + 1, n + 1))
    for count in range(n + 1):
        chances[count, : count + 1] = [comb(count, k) * float(stuck[k][:, 0] @ learned[count - k]) for k in range(count + 1)]
    mean = _mean(chances, range(n + 1)[::order])
    unknown = float(graphs.ensemble.unknown)
    weights = np.array([comb(n, k) * unknown**k * (1 - unknown) ** (n - k) for k in range(n + 1)])
    return np.array([1 - weights @ learned[:, 0], weights @ mean / n, *(weights @ chances)])


def _mean(chances: Floats, numbers: Sequence[int]) -> Floats:
    """Return the mean numbers left of 0, 1, ..., n unknown skills, added in an order."""
    return np.array([sum(k * row[k] for k in numbers) for row in chances])


def _stuck(graphs: Graphs) -> Floats:
    """Return g_k(v | u) by k, v and u."""
    degrees = {degree: chance for degree, chance in chances_of(graphs.ensemble.skills, float).items() if degree <= graphs.texts}
    repeated, texts = graphs.ensemble.matching == REPEATED, graphs.texts
    found = steps(degrees, texts, repeated=repeated, singles=texts, dead=texts)
    without = found.places[0]
    state: Any = np.zeros((found.matrix.shape[0], texts + 1))
    state[without, np.arange(texts + 1)] = 1
    stuck = np.empty((graphs.skills + 1, texts + 1, texts + 1))
    stuck[0] = state[without]
    for k in range(1, graphs.skills + 1):
        state = found.matrix @ state
        stuck[k] = state[without]
    return stuck
