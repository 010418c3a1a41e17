"""The one learning loop, for every learner: a text teaches all its novel skills once at most `patience` of them are novel."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..errors import InputError
from ..model.learners import Learner

__all__ = ["draw_patience", "learn", "leave_one_out"]

_MOST_DERIVED = 64


@njit(cache=True, nogil=True)
def learn(
    text_start: NDArray[np.int64],
    text_skills: NDArray[np.int32],
    skill_start: NDArray[np.int64],
    skill_texts: NDArray[np.int32],
    patience: NDArray[np.int32],
    novel: NDArray[np.uint8],
) -> tuple[NDArray[np.int32], int]:
    """Learn until nothing changes; clear `novel` where a skill is learned. The final state does not depend on the order.

    Arguments: neighbours in compressed rows (`Graph`), `patience[t]` = s_t (negative: the text is not presented) and
    `novel` (1 where a skill is not known; changed in place). Returns the number of novel skills left in each text
    (a skill met twice counts twice) and the number of parallel rounds: in a round, every text that was ready
    before it teaches.
    """
    texts = len(text_start) - 1
    left = np.zeros(texts, dtype=np.int32)
    ready = np.empty(texts, dtype=np.int32)
    waiting = 0
    for text in range(texts):
        for edge in range(text_start[text], text_start[text + 1]):
            left[text] += novel[text_skills[edge]]
        if 0 < left[text] <= patience[text]:
            ready[waiting] = text
            waiting += 1
    learned = np.empty(len(novel), dtype=np.int32)
    _, rounds, _ = _spread(text_start, text_skills, skill_start, skill_texts, patience, novel, left, ready, waiting, learned)
    return left, rounds


@njit(cache=True, nogil=True)
def _spread(
    text_start: NDArray[np.int64],
    text_skills: NDArray[np.int32],
    skill_start: NDArray[np.int64],
    skill_texts: NDArray[np.int32],
    patience: NDArray[np.int32],
    novel: NDArray[np.uint8],
    left: NDArray[np.int32],
    ready: NDArray[np.int32],
    waiting: int,
    learned: NDArray[np.int32],
) -> tuple[int, int, int]:
    """Let the waiting texts teach, and those that become ready by it; return how many skills, rounds and edges that took."""
    first, count, rounds, work = 0, 0, 0, 0
    while first < waiting:
        last, fresh = waiting, count
        for index in range(first, last):
            text = ready[index]
            for edge in range(text_start[text], text_start[text + 1]):
                skill = text_skills[edge]
                if novel[skill]:
                    novel[skill] = 0
                    learned[count] = skill
                    count += 1
        for index in range(fresh, count):
            skill = learned[index]
            work += skill_start[skill + 1] - skill_start[skill]
            for edge in range(skill_start[skill], skill_start[skill + 1]):
                text = skill_texts[edge]
                left[text] -= 1
                if left[text] == patience[text]:
                    ready[waiting] = text
                    waiting += 1
        first = last
        rounds += count > fresh
    return count, rounds, work


@njit(cache=True, nogil=True)
def leave_one_out(
    text_start: NDArray[np.int64],
    text_skills: NDArray[np.int32],
    skill_start: NDArray[np.int64],
    skill_texts: NDArray[np.int32],
    patience: NDArray[np.int32],
    novel: NDArray[np.uint8],
    left: NDArray[np.int32],
    held: int,
) -> tuple[int, int]:
    """Test each of the first `held` texts after learning from *all* the others; return how many were tested and not understood.

    `novel` and `left` are the state after learning without any held text. For each of them the other held
    texts are presented, and what they taught is taken back again; both arrays are left as they were. It ends early
    where this takes more work than learning itself.
    """
    ready = np.empty(len(left), dtype=np.int32)
    learned = np.empty(len(novel), dtype=np.int32)
    presented = patience.copy()
    budget, tested, failed = len(text_skills) + 1, 0, 0
    for text in range(held):
        presented[text] = -1
        waiting = 0
        for other in range(held):
            if other != text and 0 < left[other] <= presented[other]:
                ready[waiting] = other
                waiting += 1
        count, _, work = _spread(text_start, text_skills, skill_start, skill_texts, presented, novel, left, ready, waiting, learned)
        tested += 1
        failed += left[text] > 0
        for index in range(count):
            skill = learned[index]
            novel[skill] = 1
            for edge in range(skill_start[skill], skill_start[skill + 1]):
                left[skill_texts[edge]] += 1
        presented[text] = patience[text]
        budget -= work
        if budget < 0:
            break
    return tested, failed


def draw_patience(learner: Learner, degrees: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int32]:
    """Draw s_t = #{k : U_t < a_k} for texts of given degrees, one uniform number per text.

    A text is an s_t-skill learner for good (Liao, Chang, Hong 2024). Raises `InputError` where a text is so large that its a_k
    cannot be derived.
    """
    largest = int(degrees.max(initial=0))
    if learner.terms is None and largest > _MOST_DERIVED:
        raise InputError(f"learner success:{learner}", f"can be simulated for texts of degree at most {_MOST_DERIVED}", given=largest)
    count = max(1, largest if learner.reach is None else min(largest, learner.reach))
    probabilities = _probabilities(learner, count)
    if probabilities[-1] == 1:
        return np.full(len(degrees), count, dtype=np.int32)
    return np.searchsorted(-probabilities, -rng.random(len(degrees)), side="left").astype(np.int32)


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
