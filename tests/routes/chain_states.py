"""Density evolution of chains by plain iteration in floats: section by section as the literature prints it, with nothing of the package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

ROUNDS, SETTLED = 100_000, 1e-13
Function = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Law:
    """A degree law: its mean, its generating function, and that of the other edges at the end of a random one."""

    mean: float
    nodes: Function
    edges: Function


def poisson(mean: float) -> Law:
    return Law(mean, lambda x: np.exp(mean * (x - 1)), lambda x: np.exp(mean * (x - 1)))


def regular(degree: int) -> Law:
    return Law(degree, lambda x: x**degree, lambda x: x ** (degree - 1))


def geometric(mean: float) -> Law:
    return Law(mean, lambda x: 1 / (1 + mean * (1 - x)), lambda x: 1 / (1 + mean * (1 - x)) ** 2)


class State(NamedTuple):
    """What is left: zeta by topic, and of each position the chance that a training text, or a fresh one, is not understood."""

    zeta: np.ndarray
    training: np.ndarray
    testing: np.ndarray
    texts: np.ndarray
    rounds: np.ndarray = np.zeros((0, 0))
    """Zeta by topic after 0, 1, 2, ... rounds."""


def uniform(
    topics: int, window: int, skills: Law, texts: Law, unknown: float = 1.0, *, ends: str = "open", known: int = 0, two: bool = False
) -> State:
    """x_t = (1/W) sum_k q_(t-k), q_i = eps lambda(1 - (1/W) sum_k T(x_(i+k))); if `two`, Poisson texts teach two skills at once."""
    if ends == "one":
        return folded(uniform(2 * topics, window, skills, texts, unknown, two=two), topics, window)
    positions = topics if ends == "ring" else topics + window - 1
    places = (np.arange(topics)[:, None] + np.arange(window)) % positions
    start = np.where(np.arange(topics) < known, 0.0, unknown)
    q, rows = start, [start]
    for _ in range(ROUNDS):
        novel = np.zeros(positions)
        np.add.at(novel, places, (q / window)[:, None])
        taught = texts.edges(1 - novel) * (1 + two * texts.mean * novel)
        heard = 1 - taught[places].mean(axis=1)
        before, q = q, start * skills.edges(heard)
        rows.append(start * skills.nodes(heard))
        if np.abs(q - before).max() < SETTLED:
            break
    none = texts.nodes(1 - novel)
    left = texts.mean * novel
    understood = none + left * texts.edges(1 - novel) * (1 + two * left / 2)
    return State(rows[-1], 1 - understood, 1 - none, np.ones(positions), np.array(rows))


def folded(state: State, topics: int, window: int) -> State:
    """Return the half of a chain that is its own mirror image; what is in its middle counts half."""
    count = topics + window // 2
    weights = np.ones(count)
    if window % 2 == 0:
        weights[-1] = 1 / 2
    return State(state.zeta[:topics], state.training[:count], state.testing[:count], weights, state.rounds[:, :topics])


def protograph(matrix: np.ndarray, unknown: np.ndarray) -> State:
    """q_jk = eps_k prod_i (1 - T_ik)^(B_ik - [i = j]), T_jk = prod_l (1 - q_jl)^(B_jl - [l = k]), one unknown for each entry."""
    there = matrix > 0
    q = np.where(there, unknown, 0.0)
    for _ in range(ROUNDS):
        rows = (1 - q) ** matrix
        taught = np.array([[np.prod(np.delete(row, k)) for k in range(len(row))] for row in rows]) * (1 - q) ** np.maximum(matrix - 1, 0)
        taught = np.where(there, taught, 0.0)
        columns = (1 - taught) ** matrix
        others = np.array([[np.prod(np.delete(column, j)) for column in columns.T] for j in range(len(matrix))])
        before, q = q, np.where(there, unknown * others * (1 - taught) ** np.maximum(matrix - 1, 0), 0.0)
        if np.abs(q - before).max() < SETTLED:
            break
    none = np.prod((1 - q) ** matrix, axis=1)
    one = (matrix * q * taught).sum(axis=1)
    return State(unknown * np.prod(columns, axis=0), 1 - none - one, 1 - none, np.ones(len(matrix)))


def terminated(parts: list[np.ndarray], topics: int) -> np.ndarray:
    """Return the base matrix of a whole chain, from those that an edge spreading has by offset."""
    rows, columns = parts[0].shape
    whole = np.zeros(((topics + len(parts) - 1) * rows, topics * columns), dtype=int)
    for topic in range(topics):
        for offset, part in enumerate(parts):
            whole[(topic + offset) * rows : (topic + offset + 1) * rows, topic * columns : (topic + 1) * columns] += part
    return whole


def poisson_spread(topics: int, window: int, mean: float) -> State:
    """Items of a cell in each of W consecutive segments: q_ik = prod_(l != k) (1 - T_(i+l)), T_t = exp(-(mean/W) sum_l q_(t-l, l))."""
    q, rows = np.ones((topics, window)), [np.ones(topics)]
    for _ in range(ROUNDS):
        novel = np.zeros(topics + window - 1)
        for offset in range(window):
            novel[offset : offset + topics] += q[:, offset] * mean / window
        heard = np.array([1 - np.exp(-novel[offset : offset + topics]) for offset in range(window)]).T
        rows.append(np.prod(heard, axis=1))
        before, q = q, np.array([np.prod(np.delete(heard, offset, axis=1), axis=1) for offset in range(window)]).T
        if np.abs(q - before).max() < SETTLED:
            break
    none = np.exp(-novel)
    return State(rows[-1], 1 - none * (1 + novel), 1 - none, np.ones(len(novel)), np.array(rows))
