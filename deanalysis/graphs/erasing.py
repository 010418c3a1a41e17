"""The experiment of random erasures on a graph that exists: what it is told by, and one trial of it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ..model.association import Association
from ..model.learners import Learner
from ..simulate import graphs as sampled
from ..simulate.experiment import PROCESS_BYTES
from ..simulate.kernel import ONE, begin, excess, get_ready, learn
from ..simulate.sampling import draw_patience, forget
from ..simulate.statistics import Part
from ..simulate.streams import Stream, new_streams
from ..simulate.trials import measure

DECODED = "decoded"
"""Name of what is 1 in a trial after which every skill is learned, else 0."""
_ERASURES = 1
"""Part of every hash; a change of what any seed gives is a new number."""


@dataclass(frozen=True, eq=False)
class Erasing:
    """What decides the result of a trial on a graph, but for its seed and number.

    `chance` is the probability with which a skill is unknown, 1 for what all probabilities have in common; `punctured` are the numbers of
    skills that always are, `known` those of skills that never are; `digest` tells all but chance and learner from others.
    """

    graph: sampled.Graph
    learner: Learner
    punctured: NDArray[np.int64]
    known: NDArray[np.int64]
    digest: bytes
    chance: sp.Expr

    rounds: ClassVar[int] = 0
    association: ClassVar[Association | None] = None
    ideal: ClassVar[bool] = False

    @classmethod
    def on(cls, graph: sampled.Graph, learner: Learner, punctured: NDArray[np.int64], known: NDArray[np.int64]) -> Self:
        """Return erasures on a graph."""
        digest = hashlib.sha256(f"erasures {_ERASURES}; {graph.texts}".encode())
        for numbers in (graph.start, graph.ends, punctured, known):
            digest.update(f"; {len(numbers)} ".encode() + np.ascontiguousarray(numbers, dtype="<u4").tobytes())
        return cls(graph, learner, punctured, known, digest.digest(), sp.Integer(1))

    @property
    def skills(self) -> int:
        """Number of skills."""
        return self.graph.skills

    @property
    def edges(self) -> float:
        """Number of edges."""
        return self.graph.edges

    @property
    def model(self) -> str:
        """A hash of the edges, of the skills that are always or never unknown, and of the learner."""
        return hashlib.sha256(self.digest + f"; {self.learner} {self.learner.success}".encode()).hexdigest()[:16]

    @cached_property
    def path(self) -> tuple[int, ...]:
        """Where the streams of its erasures begin: the same for all learners, so that they meet the same ones."""
        digest = hashlib.sha256(self.digest + f"; {self.chance}".encode()).digest()
        return tuple(int.from_bytes(digest[first : first + 4]) for first in range(0, 16, 4))

    @cached_property
    def probability(self) -> float:
        """The probability with which a skill is unknown, as it is compared with what is drawn."""
        return float(self.chance)

    @property
    def bytes_needed(self) -> float:
        """How much memory a process with the graph needs at most, about; by the text, skill and edge as `expected_bytes` says."""
        reach = self.learner.reach
        rows = reach is None or reach > 1
        return PROCESS_BYTES + (4 + 4 * rows) * self.edges + (10 + 8 * rows) * self.graph.texts + 13 * self.skills

    def draw(self, seed: int, replicate: int) -> tuple[NDArray[np.uint8], Stream]:
        """Draw which skills are unknown, after a 0 in front, and return the stream of the texts' patience."""
        erased, of_patience = new_streams(seed, (*self.path, replicate), 2)
        novel = np.zeros(self.skills + 1, dtype=np.uint8)
        forget(self.probability, erased, novel)
        novel[self.punctured + 1] = 1
        novel[self.known + 1] = 0
        return novel, of_patience


@measure.register
def _measure_erased(experiment: Erasing, seed: int, replicate: int) -> dict[str, Any]:
    """Draw erasures, learn and count. No text is tested: each is on the graph."""
    graph = experiment.graph
    novel, of_patience = experiment.draw(seed, replicate)
    state = begin(graph, novel)
    patience = draw_patience(experiment.learner, int(excess(state.words.max())), of_patience, graph.texts)
    started = int(novel.sum())
    counts = learn(graph, get_ready(graph, state, patience), state)
    left = started - int(counts[-1])
    return graph.sizes | {
        "zeta": left / graph.skills,
        "testing_error": math.nan,
        "training_error": int(np.count_nonzero(state.words >= ONE)) / graph.texts,
        "rounds": len(counts) - 1,
        "tested": 0,
        "parts": (Part(DECODED, float(left == 0), 1),),
    }
