"""Parallel rounds of density evolution along a chain, in floats: for fronts, windows and pictures; thresholds are proved elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial, reduce
from typing import Any, NamedTuple

import numpy as np

from ....balls.numerical.floats import compile_floats
from ....model.chains import Chain
from ....model.joint import JointLaw
from ..forms import Form, Laws, left_at_edge, left_at_node, ordered, teaching

_SETTLED, _MOST_ROUNDS = 1e-15, 1_000_000
"""A state that changes less in a round has settled: floats tell no smaller change from rounding. Rounds until that is given up."""


class Mean(NamedTuple):
    """A mean over the edges of a draw: of which unknowns, each with the weights of its offsets 0..W-1."""

    parts: tuple[tuple[int, np.ndarray], ...]

    def along(self, values: np.ndarray, *, backward: bool = False) -> np.ndarray:
        """Return sum_k w_k v_(t-k), or with `backward` sum_k w_k v_(t+k), wherever all of these are there."""
        means = [np.convolve(values[row], weights[::-1] if backward else weights, "valid") for row, weights in self.parts]
        return reduce(np.add, means)


class Said(NamedTuple):
    """What a node says along the edges of one of its draws: a function of the means of all its draws."""

    means: tuple[Mean, ...]
    function: Callable[..., Any]

    def values(self, others: np.ndarray, *, backward: bool = False) -> np.ndarray:
        """Return it at each place."""
        means = [mean.along(others, backward=backward) for mean in self.means]
        return np.broadcast_to(self.function(*means), means[0].shape)


@dataclass(frozen=True)
class ChainRounds:
    """q -> f(q) for all topics at once: an array of unknowns (one for each draw of a class of skills) by topics.

    The letters of the chain are bound. A topic i hears from texts at i..i+W-1, and these from topics i-W+1..i+W-1; `step` is told what
    there is beyond both ends of the array.

    >>> from deanalysis import load_model
    >>> rounds = ChainRounds(load_model("chain(ldpc(3,6), 8, 3)").ensemble.at(eps="0.4"))
    >>> rounds.unknowns, rounds.reach
    (1, 2)
    """

    chain: Chain
    mirrored: bool = False
    """Whether topics and texts are counted from the other end, so that edges go to i-W+1..i."""

    @property
    def reach(self) -> int:
        """W - 1."""
        return self.chain.window - 1

    def _numbers(self, laws: tuple[JointLaw, ...]) -> dict[str, int]:
        """Number the draws of one side, and say which one each kind of edge is in."""
        draws = [draw for law in laws for draw in law.draws]
        return {kind: number for number, draw in enumerate(draws) for kind, _ in draw.weights}

    @cached_property
    def unknown_of(self) -> dict[str, int]:
        """The unknown of each kind of edge."""
        return self._numbers(tuple(part.law for part in self.chain.cell.classes))

    @cached_property
    def class_of(self) -> tuple[int, ...]:
        """The class of each unknown."""
        return tuple(number for number, part in enumerate(self.chain.cell.classes) for _ in part.law.draws)

    @property
    def unknowns(self) -> int:
        """How many unknowns a topic has."""
        return len(self.class_of)

    @cached_property
    def starts(self) -> np.ndarray:
        """The unknowns before training, a column."""
        return np.array([[float(self.chain.cell.classes[number].unknown)] for number in self.class_of])

    def _means(self, law: JointLaw, numbers: Mapping[str, int]) -> tuple[Mean, ...]:
        means = []
        for draw in law.draws:
            parts: dict[int, np.ndarray] = {}
            for kind, weight in draw.weights:
                offset = self.chain.cell.edges[kind].offset
                place = self.reach - offset if self.mirrored else offset
                parts.setdefault(numbers[kind], np.zeros(self.chain.window))[place] += float(weight)
            means.append(Mean(tuple(parts.items())))
        return tuple(means)

    def _said(self, law: JointLaw, numbers: Mapping[str, int], form: Callable[[Laws], Form], own: int | None) -> Said:
        order, means = ordered([draw.law for draw in law.draws], own), self._means(law, numbers)
        return Said(tuple(means[draw] for draw in order), _compiled(form(tuple(law.draws[draw].law for draw in order))))

    @cached_property
    def _texts(self) -> list[Said]:
        laws, form = [kind.law for kind in self.chain.cell.types], partial(teaching, learner=self.chain.learner)
        return [self._said(law, self.unknown_of, form, own) for law in laws for own in range(len(law.draws))]

    @cached_property
    def _skills(self) -> tuple[list[Said], list[Said]]:
        """What skills say along their edges, and what is left of each class."""
        numbers = self._numbers(tuple(part.law for part in self.chain.cell.types))
        along, left = [], []
        for part in self.chain.cell.classes:
            at_edge, at_node = (partial(form, unknown=part.unknown) for form in (left_at_edge, left_at_node))
            along += [self._said(part.law, numbers, at_edge, own) for own in range(len(part.law.draws))]
            left.append(self._said(part.law, numbers, at_node, None))
        return along, left

    def _taught(self, q: np.ndarray, behind: np.ndarray, ahead: np.ndarray, texts: int | None) -> np.ndarray:
        padded = np.empty((self.unknowns, q.shape[1] + 2 * self.reach))
        padded[:, : self.reach], padded[:, self.reach : self.reach + q.shape[1]], padded[:, self.reach + q.shape[1] :] = behind, q, ahead
        taught = np.array([said.values(padded) for said in self._texts])
        if texts is not None:
            taught[:, texts:] = 0
        return taught

    def step(self, q: np.ndarray, behind: np.ndarray, ahead: np.ndarray, texts: int | None = None) -> np.ndarray:
        """Return q after a round, given q of the W - 1 topics before the first and after the last (or a column for all of them).

        With `texts`, those at so many positions teach, from that of the first topic on, and no others.
        """
        taught = self._taught(q, behind, ahead, texts)
        return np.array([said.values(taught, backward=True) for said in self._skills[0]])

    def left(self, q: np.ndarray, behind: np.ndarray, ahead: np.ndarray, texts: int | None = None) -> np.ndarray:
        """Return zeta by class and topic."""
        taught = self._taught(q, behind, ahead, texts)
        return np.array([said.values(taught, backward=True) for said in self._skills[1]])

    def settled(self, start: np.ndarray) -> np.ndarray:
        """Return the state that equal topics settle in, from a column of unknowns on."""
        state = start
        for _ in range(_MOST_ROUNDS):
            following = self.step(state, state, state)
            if np.max(np.abs(following - state)) <= _SETTLED:
                return following
            state = following
        return state


@lru_cache(maxsize=1024)
def _compiled(form: Form) -> Callable[..., Any]:
    return compile_floats(form.expression, *form.arguments)
