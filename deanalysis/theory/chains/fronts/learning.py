"""How many parallel rounds a chain takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import sympy as sp

from ....model.chains import Chain
from .rounds import ChainRounds

_CLOSE, _SETTLED, _MOST_ROUNDS = 1e-12, 1e-15, 200_000
"""How close to its state a chain has learned, and how little changes in a round when that is reached; rounds until it is given up."""


def rounds_to_learn(chain: Chain, values: Mapping[sp.Symbol, sp.Expr]) -> int | None:
    """Return after how many parallel rounds all q of a chain are within 1e-12 of where they end; None where that takes over 200,000.

    Where fronts set out from both ends it is about L/(2 speed), and from one end L/speed.

    >>> from deanalysis import R, c, load_model
    >>> rounds_to_learn(load_model("chain(paper, 50, 3)").ensemble, {c: sp.Integer(5), R: sp.Rational(6, 5)})
    127
    """
    bound = chain.bind(values)
    last = next((state for state, change in _states(bound) if change <= _SETTLED), None)
    if last is None:
        return None
    return next(count for count, (state, _) in enumerate(_states(bound)) if np.max(np.abs(state - last)) <= _CLOSE)


def _states(chain: Chain) -> Iterator[tuple[np.ndarray, float]]:
    """Yield q of all topics before training and after each round, with the largest change to come; a chain with one end is half of one."""
    whole = replace(chain, topics=2 * chain.topics, ends="open") if chain.ends == "one" else chain
    rounds, is_ring = ChainRounds(whole), whole.ends == "ring"
    state, nothing = np.repeat(rounds.starts, whole.topics, axis=1), 0 * rounds.starts
    state[:, : whole.known] = 0
    for _ in range(_MOST_ROUNDS):
        ends = (state[:, whole.topics - rounds.reach :], state[:, : rounds.reach]) if is_ring else (nothing, nothing)
        following = rounds.step(state, *ends)
        following[:, : whole.known] = 0
        yield state, float(np.max(np.abs(following - state)))
        state = following
