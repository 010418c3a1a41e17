"""The curve of all fixed points along the number of known skills, the commonest first, in floats; and where its largest one jumps."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...balls.numerical.floats import compile_floats
from ...model.compositions import Polynomial
from ...model.symbols import q
from ..evolution.equations.density_evolution import FixedPointEquation

_STATES = 20_000
"""States on the curve: a jump of a ten-thousandth of the edges is seen. A law of a thousand degrees takes half a second."""
_AT_A_TIME = 200
"""States whose rows of degrees are held at a time."""

_DIP = 1e-10
"""What the curve must fall by for a jump: more than rounding errors."""
_HALVINGS = 40
"""Of the interval between two states: to rounding errors."""
_BEYOND = 1e6
"""So many times all skills are novel, at the most, where q is no state."""

Floats = NDArray[np.float64]


class Jump(NamedTuple):
    """Where the largest fixed point jumps: the share known there, and the state q on either side."""

    share: float
    before: float
    past: float


class PopularityCurve:
    """The share s(q) of the skills, the commonest first, that must be known for q to be a fixed point (theory, section 10).

    With y = 1 - T(q), the edges of the m least common skills that are still novel are F(m) = sum of d y^(d-1) over their degrees d, which
    rises with m: so q E = F(m) has one solution m, and s = 1 - m/n. As s rises the states reached are its running maxima as q falls from
    the largest state at s = 0; a maximum that is a strict record, and is followed by less, is a jump.

    Argument: an equation without letters, whose skills have a table of degrees, all unknown.
    """

    def __init__(self, equation: FixedPointEquation) -> None:
        assert isinstance(equation.ensemble.skills, Polynomial)
        terms = [(degree, float(share)) for degree, share in equation.ensemble.skills.terms]
        self._degrees, self._shares = np.array(terms, dtype=float).T
        self._mean = float(equation.ensemble.skills.mean)
        self._teaching = compile_floats(equation.teaching, q)

    @cached_property
    def states(self) -> Floats:
        """States q from 1 down, closer together where q is small."""
        return np.linspace(1, 0, _STATES + 1)[:-1] ** 2

    @cached_property
    def shares(self) -> Floats:
        """The share s(q) at each of these; negative where more skills than there are would have to be novel."""
        return np.concatenate([self._shares_at(part) for part in np.array_split(self.states, -(-_STATES // _AT_A_TIME))])

    def _shares_at(self, states: Floats) -> Floats:
        untaught = np.clip(1 - np.broadcast_to(self._teaching(states), states.shape), 0, 1)
        edges = self._shares * self._degrees * untaught[:, None] ** np.maximum(self._degrees - 1, 0)
        sums = np.cumsum(edges, axis=1)
        wanted = states * self._mean
        group = np.minimum((sums < wanted[:, None]).sum(axis=1), len(self._shares) - 1)
        rows = np.arange(len(states))
        inside = edges[rows, group]
        missing = wanted - (sums[rows, group] - inside)
        part = np.minimum(missing, _BEYOND * inside) / np.where(inside > 0, inside, 1) + (inside == 0) * _BEYOND
        least_common = np.cumsum(self._shares)[group] - self._shares[group]
        return 1 - (least_common + part * self._shares[group])

    @cached_property
    def reached(self) -> Floats:
        """The running maximum of s as q falls: up to where the state is at least q."""
        return np.maximum.accumulate(self.shares)

    def learned_at(self, known: Floats) -> Floats:
        """Return the share of the skills that is learned, what is known included, where shares of them are known, the commonest."""
        after = np.minimum(np.searchsorted(self.reached, known), _STATES - 1)
        low, high = self.states[after], self.states[np.maximum(after - 1, 0)]
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            past = self._shares_at(middle) >= known
            low, high = np.where(past, middle, low), np.where(past, high, middle)
        state = (low + high) / 2
        untaught = np.clip(1 - np.broadcast_to(self._teaching(state), state.shape), 0, 1)
        unknown = np.clip(1 - known[:, None] - (np.cumsum(self._shares) - self._shares), 0, self._shares)
        return 1 - (unknown * untaught[:, None] ** self._degrees).sum(axis=1)

    @cached_property
    def jumps(self) -> tuple[Jump, ...]:
        """The jumps, in the order in which more is known; the last may lead to q = 0, where no state on the curve is past it."""
        if not (self.shares >= 0).any():
            return ()
        begun = int(np.argmax(self.shares >= 0))
        record, past = np.flatnonzero(self.shares[begun:] >= self.reached[begun:]) + begun, []
        for last, following in pairwise([*record.tolist(), _STATES]):
            if self.shares[last] - self.shares[last:following].min() > _DIP:
                state = 0.0 if following == _STATES else float(self.states[following])
                past.append(Jump(float(self.shares[last]), float(self.states[last]), state))
        return tuple(past)
