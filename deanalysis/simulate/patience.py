"""How many novel skills a text can still teach: one uniform number per text, and the learner's probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..model.learners import Learner
from .compiled import njit
from .streams import Stream, uniform

__all__ = ["Patience", "draw_patience"]

_MOST_DERIVED = 64

Patience = NDArray[Any]
"""A number of skills for each text, 16 bits wide, or 32 where a text can be that large."""


def draw_patience(learner: Learner, largest: int, stream: Stream, texts: int) -> Patience:
    """Draw s_t = #{k : U_t < a_k} for each text, where no text has more than `largest` novel skills.

    A text is an s_t-skill learner for good (Liao, Chang, Hong 2024). Raises `InputError` where a text is so large that its a_k
    cannot be derived.
    """
    if learner.terms is None and largest > _MOST_DERIVED:
        raise InputError(f"learner success:{learner}", f"can be simulated for texts of degree at most {_MOST_DERIVED}", given=largest)
    count = max(1, largest if learner.reach is None else min(largest, learner.reach))
    chances = _probabilities(learner, count)
    kind = np.uint16 if count < 2**16 else np.uint32
    if chances[-1] == 1:
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
