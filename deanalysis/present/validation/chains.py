"""What theory says of the graphs of a chain of topics, or of a protograph: by topic and class, by position of texts, and in the mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from ...balls.numbers import Number
from ...balls.vectors.intervals import Interval
from ...balls.vectors.jumps import settled
from ...balls.vectors.solving import radius
from ...model.chains import Chain
from ...model.exact import bindings, exact
from ...model.symbols import letter
from ...simulate.topics.chain_experiment import names_of_parts
from ...theory.chains.states import ChainState
from ...theory.evolution.answers import Status
from ...theory.evolution.letters import domain
from ...theory.facades.chain_evolution import ChainEvolution
from .expectation import SMEARED, UNPROVED, Expected, allowance_of, divided_by, stray_of

MOST_PLACES, _SAMPLED = 60, 20
"""Topics up to which each is compared; of more, so many, evenly spaced from the first to the last, beside the mean over all."""
_DIGITS = 10
"""Digits of what is compared: graphs tell six at best."""
_CLEAR = 0.1
"""A front is said to pass, or not to, where no topic is left so near to a half of its unknown skills, as a share of them."""
STUCK = "near a jump: in some graphs a front gets stuck, in others it passes all topics"


def of_chain(evolution: ChainEvolution, point: Mapping[str, Any], skills: int) -> Expected:
    """Return what theory says of graphs with so many skills of each class of a topic, at a point that binds every letter."""
    own = {name: value for name, value in point.items() if letter(name) in evolution.letters}
    state, chain = evolution.fixed_point(digits=_DIGITS, **own), evolution.chain.at(**own)
    if state.status is not Status.PROVED:
        return Expected({}, {}, UNPROVED)
    values = chain_values(chain, state)
    longest = max(sum(float(kind.law.mean(name)) for name in kind.law.kinds) for kind in chain.cell.types)
    allowance = allowance_of(values, stray_of(_radius(evolution, own)), max(1.0, longest), skills)
    reason = next(_near_jumps(evolution, own, skills), "")
    return Expected(values, allowance, reason, passes=_passes(chain, state), tests=max(1, len(values) - 2))


def chain_values(chain: Chain, state: ChainState) -> dict[str, float]:
    """Return the means over all skills and texts, and the values by place, under the names that simulation has.

    Of more than 60 topics or positions, 20 are chosen (`places_of`).

    >>> from deanalysis import load_model
    >>> evolution = ChainEvolution(load_model("chain(ldpc(3,6), 2, 2)").ensemble)
    >>> list(chain_values(evolution.chain, evolution.fixed_point(eps="0.6")))
    ['zeta', 'testing_error', 'training_error', 'zeta:1', 'zeta:2', 'training_error:1', 'training_error:2', 'training_error:3']
    """
    texts = np.array([float(kind.ratio) for kind in chain.cell.types])
    zeta, testing, training = (_rows(of, kinds) for of, kinds in ((state.zeta, chain.cell.classes), *_errors(chain, state)))
    there = np.ones(len(training))
    if chain.ends == "one" and chain.window % 2 == 0:
        there[-1] = 0.5
    means = {"zeta": float(zeta.mean())}
    means |= {
        name: float(there @ of @ texts / (there.sum() * texts.sum()))
        for name, of in (("testing_error", testing), ("training_error", training))
    }
    names = [kind.name for kind in chain.cell.classes], [kind.name for kind in chain.cell.types]
    return means | _by_place("zeta", zeta, names[0], np.ones(len(names[0]))) | _by_place("training_error", training, names[1], texts)


def _errors(chain: Chain, state: ChainState) -> tuple[tuple[Sequence[Number], Any], tuple[Sequence[Number], Any]]:
    return (state.testing_error, chain.cell.types), (state.training_error, chain.cell.types)


def _rows(values: Sequence[Number], kinds: Sequence[Any]) -> np.ndarray:
    """Return values in floats, by place and kind."""
    return np.array([float(value) for value in values]).reshape(-1, len(kinds))


def _by_place(quantity: str, rows: np.ndarray, kinds: list[str], weights: np.ndarray) -> dict[str, float]:
    """Return the means of places and the values of kinds at places, where there are several, by name."""
    places = len(rows)
    told = [*(rows @ weights / weights.sum() if places > 1 else []), *(rows.T.ravel() if len(kinds) > 1 else [])]
    chosen = {f":{place}" for place in places_of(places)} if places > 1 else {""}
    named = zip(names_of_parts(quantity, places, kinds), told, strict=True)
    return {name: float(value) for name, value in named if places == 1 or f":{name.rpartition(':')[2]}" in chosen}


def places_of(count: int) -> list[int]:
    """Return which topics, or positions, of so many are compared: all of them up to 60, else 20, counted from 1.

    >>> places_of(3), places_of(191)
    ([1, 2, 3], [1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 101, 111, 121, 131, 141, 151, 161, 171, 181, 191])
    """
    if count <= MOST_PLACES:
        return list(range(1, count + 1))
    return [round(float(place)) for place in np.linspace(1, count, _SAMPLED)]


def _radius(evolution: ChainEvolution, values: Mapping[str, Any]) -> float:
    """Return the largest eigenvalue of the Jacobian of density evolution, in floats."""
    f = evolution.system.map(bindings(values))
    state, _ = settled(f, f.begin(Interval.of(np.float64(1.0))), 1.0)
    return radius(f.jacobian(state, None)) if f.size else 0.0


def _near_jumps(evolution: ChainEvolution, point: Mapping[str, Any], skills: int) -> Iterator[str]:
    """Say of each letter whether it is near a jump: those are searched within what graphs of this size smear."""
    for name, value in point.items():
        others = {other: given for other, given in point.items() if other != name}
        here, margin = exact(value), sp.Rational(2 * SMEARED) / sp.Integer(max(1, int(skills**0.5)))
        allowed = domain(evolution, letter(name), bindings(others))
        low, high = max(here * (1 - margin), allowed.low), here * (1 + margin)
        high = high if allowed.high is None else min(high, allowed.high)
        if low < high:
            jumps = evolution.thresholds(name, kind="emergence", search=(low, high), digits=_DIGITS, **others)
            yield from filter(None, [divided_by(jumps, name, float(here), skills)])


def _passes(chain: Chain, state: ChainState) -> bool | None:
    """Return whether a front passes all topics, leaving less than half of their unknown skills; None where that is not clear."""
    zeta = _rows(state.zeta, chain.cell.classes)[chain.known :].sum(axis=1)
    share = zeta / sum(float(part.unknown) for part in chain.cell.classes)
    if np.any(np.abs(share - 0.5) < _CLEAR):
        return None
    return bool(np.all(share < 0.5))
