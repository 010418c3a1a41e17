"""One trial on a chain of topics, or on a protograph: draw a graph, learn on it, and count by topic, class and position."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..elimination import share_undetermined
from ..kernel import ONE, Learning, begin, excess, get_ready, learn, leave_one_out
from ..sampling import MOST_FRESH, MOST_HELD, Patience, draw_patience
from ..statistics import COMPLETE, PASSED, Part
from ..streams import new_streams
from .chain_experiment import ChainExperiment, names_of_parts
from .chains import ChainGraph


def _parts(quantity: str, places: int, kinds: list[str], left: NDArray[np.bool_], first: NDArray[np.int64]) -> list[Part]:
    """Return what is left of each place, and of each kind at each place; `first` is where each kind at each place begins."""
    sums = np.concatenate([[0], np.cumsum(left, dtype=np.int64)])[first]
    counts, sizes = (np.diff(of).reshape(places, len(kinds)) for of in (sums, first))
    by_place, by_kind = ([of.sum(axis=1) for of in (counts, sizes)], [of.T.ravel() for of in (counts, sizes)])
    told = [rows for rows, several in ((by_place, places > 1), (by_kind, len(kinds) > 1)) if several]
    pairs = (pair for rows in told for pair in zip(*rows, strict=True))
    named = zip(names_of_parts(quantity, places, kinds), pairs, strict=True)
    return [Part(name, float(count / max(size, 1)), max(int(size), 1)) for name, (count, size) in named]


@dataclass
class ChainTraining:
    """A graph of a chain, which of its skills are unknown (after a 0 in front), the texts' patience, and the state of learning."""

    experiment: ChainExperiment
    drawn: ChainGraph
    unknown: NDArray[np.uint8]
    patience: Patience
    state: Learning
    rng: np.random.Generator
    learned: NDArray[np.int64]

    @classmethod
    def of(cls, experiment: ChainExperiment, seed: int, replicate: int) -> ChainTraining:
        """Draw a graph and all the rest, and learn until nothing changes; `learned` counts skills after 0, 1, 2, ... rounds."""
        path = (*experiment.path, replicate)
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*path, 0)))
        drawn = experiment.sampler.draw(experiment.skills_by_topic(rng), experiment.texts_by_type, rng)
        unknown = _draw_unknown(experiment, drawn, rng)
        state = begin(drawn.graph, unknown.copy())
        (of_patience,) = new_streams(seed, path, 1)
        patience = draw_patience(experiment.learner, max(1, int(excess(state.words.max()))), of_patience, drawn.graph.texts)
        learned = learn(drawn.graph, get_ready(drawn.graph, state, patience), state)
        return cls(experiment, drawn, unknown, patience, state, rng, learned)

    @property
    def stuck(self) -> NDArray[np.bool_]:
        """The texts that are not understood."""
        return self.state.words >= ONE

    @property
    def novel(self) -> NDArray[np.bool_]:
        """The skills that are novel."""
        return self.state.novel[1:] > 0

    @property
    def is_complete(self) -> bool:
        """Whether every skill that is in some text is known."""
        start = self.drawn.graph.start
        return not bool((self.novel & (start[1:] > start[:-1])).any())

    @property
    def is_passed(self) -> bool:
        """Whether no topic has more than half of its unknown skills left."""
        first = self.drawn.skills[:: self.experiment.classes]
        left, unknown = (np.diff(np.concatenate([[0], np.cumsum(of, dtype=np.int64)])[first]) for of in (self.novel, self.unknown[1:]))
        return bool((2 * left <= unknown).all())

    def test(self) -> tuple[int, int]:
        """Test texts; return how many, and how many of them require a novel skill.

        They are fresh where skills are chosen uniformly, held out where they are not, and none where the graph is one of items.
        """
        if self.experiment.cells is not None:
            return 0, 0
        return self._test_fresh() if self.experiment.sampler.uniform else self._test_held()

    def _test_fresh(self) -> tuple[int, int]:
        """Draw texts like those that there are, at random positions."""
        sampler, drawn = self.experiment.sampler, self.drawn
        there = np.diff(drawn.texts)
        count = min(int(there.sum()), MOST_FRESH)
        fresh = self.rng.multinomial(count, there / there.sum())
        failed = (sampler.meets(self.novel, drawn.skills, place, int(texts), self.rng) for place, texts in enumerate(fresh))
        return count, sum(failed)

    def _test_held(self) -> tuple[int, int]:
        """Test texts that are chosen at random, each after learning anew from all the others."""
        graph = self.drawn.graph
        held = max(1, min(graph.texts // 100, MOST_HELD))
        graph, before = graph.with_first(self.rng.choice(graph.texts, held, replace=False))
        patience, state = self.patience[before], begin(graph, self.unknown.copy())
        rows = get_ready(graph, state, patience, held)
        learn(graph, rows, state)
        return leave_one_out(graph, rows, state, patience[:held], held)


def _draw_unknown(experiment: ChainExperiment, drawn: ChainGraph, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Draw which skills are unknown, after a 0 in front."""
    unknown = np.ones(drawn.graph.skills + 1, dtype=np.uint8)
    unknown[0] = 0
    classes = experiment.classes
    for place, (low, high) in enumerate(zip(drawn.skills[:-1], drawn.skills[1:], strict=True)):
        chance = 0.0 if place // classes < experiment.ensemble.known else experiment.unknown[place % classes]
        if chance < 1:
            unknown[low + 1 : high + 1] = rng.random(high - low) < chance
    return unknown


def measure_chain(experiment: ChainExperiment, seed: int, replicate: int) -> dict[str, Any]:
    """Draw one graph of a chain, learn on it, and count by topic and class, position and type."""
    training = ChainTraining.of(experiment, seed, replicate)
    drawn, novel, stuck = training.drawn, training.novel, training.stuck
    started = int(training.unknown.sum())
    zetas = [int(started - count) / drawn.graph.skills for count in training.learned]
    parts = [Part(COMPLETE, float(training.is_complete), 1), Part(PASSED, float(training.is_passed), 1)]
    parts += _parts("zeta", *experiment.of_skills, novel, drawn.skills)
    parts += _parts("training_error", *experiment.of_texts, stuck, drawn.texts)
    tested, failed = training.test()
    return drawn.graph.sizes | {
        "zeta": zetas[-1],
        "testing_error": failed / tested if tested else math.nan,
        "training_error": float(stuck.mean()),
        "rounds": len(zetas) - 1,
        "tested": tested,
        "trajectory": tuple(zetas[min(number, len(zetas) - 1)] for number in range(1, experiment.rounds + 1)),
        "parts": tuple(parts),
        "zeta_ideal": share_undetermined(drawn.graph, training.unknown) if experiment.ideal else None,
    }
