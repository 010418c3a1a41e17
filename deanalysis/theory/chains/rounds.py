"""Parallel rounds of density evolution along a chain, in floats: for fronts, windows and pictures; thresholds are proved elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from ...balls.numerical.floats import compile_floats
from ...model.chains import Chain
from ...model.joint import Draw, JointLaw
from ...model.laws import Poisson
from ..evolution.equations.sums import TextSums

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

    @cached_property
    def _letters(self) -> list[sp.Symbol]:
        laws = [part.law for part in self.chain.cell.classes] + [part.law for part in self.chain.cell.types]
        return list(sp.symbols(f"z:{max(len(law.draws) for law in laws)}", nonnegative=True))

    def _by_draw(self, law: JointLaw) -> tuple[JointLaw, dict[str, sp.Expr]]:
        """Return a law with one kind of edge for each draw, and the letters of the means over them."""
        kinds = [str(number) for number in range(len(law.draws))]
        plain = JointLaw(tuple(Draw(draw.law, ((kind, sp.S.One),)) for draw, kind in zip(law.draws, kinds, strict=True)))
        return plain, dict(zip(kinds, self._letters, strict=False))

    def _teaching(self, law: JointLaw) -> list[sp.Expr]:
        """Return, for each draw of a type of texts, the chance that it teaches a novel skill at the end of an edge of that draw."""
        plain, novel = self._by_draw(law)
        known = {kind: 1 - value for kind, value in novel.items()}
        chances = []
        for kind in plain.kinds:
            factor, others = plain.novel(known, novel, kind)
            poisson = all(isinstance(part.law, Poisson) for part in others.stretches)
            law_of_novel = Poisson(sp.Add(*(part.law.mean * part.slope for part in others.stretches))) if poisson else others
            chances.append(factor * TextSums(law_of_novel, self.chain.learner, of_nodes=True).teaches(sp.S.Zero, sp.S.One))
        return chances

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

    def _compiled(self, formula: sp.Expr, means: tuple[Mean, ...]) -> Said:
        return Said(means, compile_floats(formula, *self._letters[: len(means)]))

    @cached_property
    def _texts(self) -> list[Said]:
        said = []
        for kind in self.chain.cell.types:
            means = self._means(kind.law, self.unknown_of)
            said += [self._compiled(chance, means) for chance in self._teaching(kind.law)]
        return said

    @cached_property
    def _skills(self) -> tuple[list[Said], list[Said]]:
        """What skills say along their edges, and what is left of each class."""
        numbers = self._numbers(tuple(part.law for part in self.chain.cell.types))
        along, left = [], []
        for part in self.chain.cell.classes:
            plain, taught = self._by_draw(part.law)
            means, untaught = self._means(part.law, numbers), {kind: 1 - value for kind, value in taught.items()}
            along += [self._compiled(part.unknown * plain.edge_pgf(kind, untaught), means) for kind in plain.kinds]
            left.append(self._compiled(part.unknown * plain.pgf(untaught), means))
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
