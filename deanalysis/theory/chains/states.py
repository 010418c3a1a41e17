"""Where learning stops in a chain or a protograph: the largest fixed point, by topic and class, with proved digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp
from flint import arb, ctx

from ...balls.numbers import ZERO, Number, number, prove_numbers
from ...balls.vectors.fixed_points import polished, zeros_of
from ...balls.vectors.intervals import Floats, Interval
from ...balls.vectors.jumps import MOST_ROUNDS, settled
from ...balls.vectors.located import locate
from ...balls.vectors.maps import LargeMap
from ...model.chains import Chain
from ...record import Record, Table
from ..evolution.answers import Status
from .system import ChainSystem

_MOST_SHOWN = 60
"""Topics of a chain that are shown one by one: more are not read."""

_MOST_LOCATED = 1500
"""Unknowns up to which a state is located with proof: more take minutes."""

_CLOSE = 1e-12
"""How near rounds are to come to the state in which learning stops."""

_UNKNOWN = Number("nan", "-inf", "inf")

_FLOAT_DIGITS = 9
"""Digits of what floats give without proof."""


@dataclass(frozen=True)
class ChainState(Record):
    """The state in which learning stops, by topic (theory, section 11); lists are in the order of the chain.

    `zeta` is the probability that a skill is still novel: by topic, and where a topic has several classes by topic, then class; the errors
    are by position of texts, then type, the uniform one of texts that pick skills of their topics uniformly. `rounds` is the number of
    parallel rounds until q is within 1e-12 (None beyond 100,000). `q` are the unknowns, by topic and then kind of edge, which `labels`
    names.
    `status` is 'proved', 'undecided' next to a jump, where there are no digits, or 'numerical' where the chain is too large for a proof.
    """

    q: tuple[Number, ...]
    zeta: tuple[Number, ...]
    testing_error: tuple[Number, ...]
    testing_error_uniform: tuple[Number, ...]
    training_error: tuple[Number, ...]
    rounds: int | None
    status: Status
    labels: tuple[str, ...] = ()
    reason: str | None = None

    def __repr__(self) -> str:
        least, most = (f(map(float, self.zeta)) for f in (min, max))
        return f"<zeta from {least:.6g} to {most:.6g} in {len(self.zeta)} parts; {self.status}>"

    def _repr_latex_(self) -> str:
        least, most = (f(self.zeta, key=float) for f in (min, max))
        return rf"${least.latex} \le \zeta_t \le {most.latex}$"

    def table(self) -> Table:
        """Return zeta by topic or class, up to 60 of them."""
        rows = [(place, value) for place, value in enumerate(self.zeta[:_MOST_SHOWN], start=1)]
        more = f"and {len(self.zeta) - _MOST_SHOWN} more" if len(self.zeta) > _MOST_SHOWN else None
        return Table(("topic", "zeta"), rows, (more, str(self.status), self.reason))


def chain_state(system: ChainSystem, bound: Mapping[sp.Symbol, sp.Expr], digits: int) -> ChainState:
    """Return the largest fixed point with every letter bound; see `ChainEvolution.fixed_point`."""
    f, one, measures = system.map(bound), Interval.of(np.float64(1.0)), system.measures
    located = locate(f, one, one) if f.size <= _MOST_LOCATED else None
    if located is None:
        return _in_floats(system, f)
    exact = polished(f, located, None)

    def compute() -> list[arb]:
        q = exact(ctx.prec)
        return [*q, *f.balls(q, None, measures)]

    zeros = {f.size + int(place) for place in np.flatnonzero(measures.zeros(zeros_of(f, located), bound))}
    proved = prove_numbers(lambda: [arb(0) if place in zeros else value for place, value in enumerate(compute())], digits)
    numbers = [ZERO if place in zeros else value for place, value in enumerate(proved)]
    rounds = rounds_to(f, np.array([float(value) for value in numbers[: f.size]]))
    return _state(system, numbers, Status.of(all(value.has(digits) for value in numbers)), None, rounds)


def _in_floats(system: ChainSystem, f: LargeMap) -> ChainState:
    """Return the state of a system that is too large to be located; of another one, which is next to a jump, no digits."""
    if f.size <= _MOST_LOCATED:
        return _undecided(system, "floats do not tell whether a jump lies before or beyond these values")
    state, is_still = settled(f, f.begin(Interval.of(np.float64(1.0))), 1.0)
    if not is_still:
        return _undecided(system, f"after {MOST_ROUNDS} rounds in floats the state still moves")
    numbers = [numerical(value) for value in (*state, *f.floats(state, None, system.measures))]
    return _state(system, numbers, Status.NUMERICAL, "iterated in floats, without proof", None)


def _undecided(system: ChainSystem, reason: str) -> ChainState:
    """Return a state of which no digit is known."""
    unknown = [_UNKNOWN] * (system.layout.size + len(system.measures.result))
    return _state(system, unknown, Status.UNDECIDED, reason, None)


def of_longer_state(state: ChainState, chain: Chain, topics: int) -> ChainState:
    """Return the state of a chain of fewer topics as that of a long one, in the middle of which topics are alike; without proof."""
    more, at = chain.topics - topics, _middle(chain, topics)
    parts: dict[str, Any] = {}
    for name in ("q", "zeta", "testing_error", "testing_error_uniform", "training_error"):
        values = getattr(state, name)
        known = chain.known if name == "q" else 0
        places = topics - known if name in ("q", "zeta") else replace(chain, topics=topics).positions
        width, here = len(values) // places, at - known
        repeated = values[here * width : (here + 1) * width] * more
        parts[name] = tuple(numerical(float(value)) for value in (*values[: here * width], *repeated, *values[here * width :]))
    reason = f"without proof: that of a chain of {topics} topics, its middle repeated; longer ones differ by less than floats tell"
    status = Status.NUMERICAL if state.status == Status.PROVED else state.status
    return replace(state, **parts, rounds=None, status=status, reason=reason)


def _middle(chain: Chain, topics: int) -> int:
    """Return the topic, counted from 0, that is furthest from what is known."""
    return topics - 1 if chain.ends == "one" else chain.known + (topics - chain.known) // 2


def rounds_to(f: LargeMap, state: Floats) -> int | None:
    """Return after how many rounds q is within 1e-12 of a state, in floats; None beyond 100,000, or where they do not get there."""
    q = f.begin(Interval.of(np.float64(1.0)))
    for count in range(MOST_ROUNDS):
        if np.max(np.abs(q - state), initial=0.0) <= _CLOSE:
            return count
        ahead = f.floats(q, None)
        if np.array_equal(ahead, q):
            break
        q = ahead
    return None


def zeta_by_round(system: ChainSystem, bound: Mapping[sp.Symbol, sp.Expr], rounds: int) -> list[list[float]]:
    """Return zeta by topic and class before training and after each parallel round, in floats: a picture of learning."""
    f, chain = system.map(bound), system.layout.chain
    state = f.begin(Interval.of(np.float64(1.0)))
    starts = [float(skills.unknown.xreplace(dict(bound))) for skills in chain.cell.classes]
    levels = [[0.0] * (chain.known * len(starts)) + starts * (chain.topics - chain.known)]
    for _ in range(rounds):
        levels.append(f.floats(state, None, system.measures)[: system.zeta.size].tolist())
        state = f.floats(state, None)
    return levels


def numerical(value: float) -> Number:
    """Return a float as a number without proof, to 9 digits.

    >>> numerical(1 / 3)
    0.333333333
    """
    return Number(number(arb(value), _FLOAT_DIGITS).text, "-inf", "inf")


def _state(system: ChainSystem, numbers: Sequence[Number], status: Status, reason: str | None, rounds: int | None) -> ChainState:
    sizes = [system.layout.size, *(where.size for where in (system.zeta, system.testing, system.uniform))]
    ends = np.cumsum(sizes)
    q, zeta, testing, uniform, training = (tuple(numbers[low:high]) for low, high in pairwise([0, *ends, len(numbers)]))
    return ChainState(system.layout.by_topic(q), zeta, testing, uniform, training, rounds, status, system.layout.names, reason)
