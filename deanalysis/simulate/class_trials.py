"""One trial with several classes of skills and types of texts: level by level, each learned by the same loop as a model of one class."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..model.classes import ClassEnsemble
from .class_graphs import ClassGraph, attaches_uniformly, sample_classes, shares_out
from .experiment import Experiment
from .kernel import NO_ROWS, ONE, begin, give, learn, leave_one_out, rows_of
from .order import draw_order, learn_in_order
from .patience import draw_patience
from .statistics import Part, Trial
from .streams import Stream, new_streams
from .tables import draw_degrees, table_of

__all__ = ["TENTHS", "part_names", "run_class_trial"]

TENTHS = 10
"""In how many parts the order of a class is looked at."""
_MOST_FRESH, _MOST_HELD = 100_000, 300


def part_names(ensemble: ClassEnsemble) -> list[str]:
    """Return the names of what is measured by class and by type; `zeta:CLASS:3` is zeta in the third tenth of a class with an order.

    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> part_names(ClassEnsemble.of(Ensemble(Poisson(3), Poisson(2)), SkillLearner(1)))
    ['zeta:skills', 'testing_error:texts', 'training_error:texts']
    """
    by_type = [f"{error}:{kind}" for kind in ensemble.type_names for error in ("testing_error", "training_error")]
    ordered = [kind.name for kind in ensemble.classes if kind.prerequisites is not None]
    tenths = [f"zeta:{name}:{tenth}" for name in ordered for tenth in range(1, TENTHS + 1)]
    return [*(f"zeta:{name}" for name in ensemble.names), *tenths, *by_type]


def run_class_trial(experiment: Experiment, seed: int, replicate: int) -> Trial:
    """Draw one graph, learn on it level by level, and count by class and by type.

    Fresh texts, drawn like the others, are the test where skills are chosen uniformly; else at most 300 texts of each type are tested, each
    after learning anew on its level from all the others. What is said of all skills or texts is the mean over them.
    """
    started = time.perf_counter()
    ensemble = experiment.ensemble
    assert isinstance(ensemble, ClassEnsemble)
    path = (*experiment.path, replicate)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*path, 0)))
    drawn = sample_classes(ensemble, experiment.skills, rng)
    learning = _Training.start(ensemble, drawn, new_streams(seed, path, len(ensemble.types)), rng)
    for level in range(len(ensemble.levels)):
        learning.learn(level)
    stuck = begin(drawn.graph, learning.novel.copy()).words >= ONE
    parts = [Part(f"zeta:{name}", float(learning.novel[first:last].mean()), last - first) for name, (first, last) in drawn.classes.items()]
    parts += [
        Part(f"zeta:{name}:{tenth}", float(novel.mean()), len(novel))
        for name, (first, last) in drawn.classes.items()
        if ensemble.skill_class(name).prerequisites is not None and last - first >= TENTHS
        for tenth, novel in enumerate(np.array_split(learning.novel[first:last], TENTHS), start=1)
    ]
    for kind, (first, last) in drawn.types.items():
        tested, failed = learning.test(kind)
        parts.append(Part(f"testing_error:{kind}", failed / tested, tested))
        parts.append(Part(f"training_error:{kind}", float(stuck[first:last].mean()), last - first))
    tests = [part for part in parts if part.name.startswith("testing_error")]
    testing = np.average([part.value for part in tests], weights=[last - first for first, last in drawn.types.values()])
    return Trial(
        seed=seed,
        replicate=replicate,
        skills=drawn.graph.skills,
        texts=drawn.graph.texts,
        edges=drawn.graph.edges,
        zeta=float(learning.novel[1:].mean()),
        testing_error=float(testing),
        training_error=float(stuck.mean()),
        rounds=learning.rounds,
        seconds=time.perf_counter() - started,
        tested=sum(part.of for part in tests),
        parts=tuple(parts),
    )


@dataclass
class _Training:
    """What is still novel, after each level; how patient each text is."""

    ensemble: ClassEnsemble
    drawn: ClassGraph
    novel: NDArray[np.uint8]
    patience: NDArray[np.uint32]
    rng: np.random.Generator
    began: dict[tuple[str, ...], NDArray[np.uint8]] = field(default_factory=dict)
    rounds: int = 0

    @classmethod
    def start(cls, ensemble: ClassEnsemble, drawn: ClassGraph, streams: list[Stream], rng: np.random.Generator) -> _Training:
        """Draw which skills are not known, and the patience of the texts."""
        novel = np.zeros(drawn.graph.skills + 1, dtype=np.uint8)
        for stated in ensemble.classes:
            first, last = drawn.classes[stated.name]
            novel[first:last] = rng.random(last - first) < float(stated.unknown)
        sizes = begin(drawn.graph, novel.copy()).words // ONE
        patience = np.empty(drawn.graph.texts, dtype=np.uint32)
        for kind, stream in zip(ensemble.type_names, streams, strict=True):
            first, last = drawn.types[kind]
            largest = max(1, int(sizes[first:last].max()))
            patience[first:last] = draw_patience(ensemble.learner_of(kind), largest, stream, last - first)
        return cls(ensemble, drawn, novel, patience, rng)

    def _of_classes(self, names: tuple[str, ...]) -> NDArray[np.uint8]:
        """Return what is novel of some classes, 0 elsewhere."""
        part = np.zeros_like(self.novel)
        for name in names:
            first, last = self.drawn.classes[name]
            part[first:last] = self.novel[first:last]
        return part

    def _patience_at(self, level: int) -> NDArray[np.uint32]:
        """Return the patience of the texts of a level in which all lower-level skills are known; 0 for the others."""
        teaching = self._knows_below(level)
        for kind, (first, last) in self.drawn.types.items():
            if self.ensemble.level_of_type(kind) != level:
                teaching[first:last] = False
        return np.where(teaching, self.patience, 0).astype(np.uint32)

    def learn(self, level: int) -> None:
        """Learn the skills of a level from its own texts until nothing changes."""
        names = self.ensemble.levels[level]
        before = self.began[names] = self._of_classes(names)
        patience = self._patience_at(level)
        state = begin(self.drawn.graph, before.copy())
        rows = rows_of(self.drawn.graph, state, patience, 2) if patience.max() > 1 else NO_ROWS
        give(state.words, patience)
        ranges = self._ordered(names)
        if ranges:
            learn_in_order(self.drawn.graph, rows, state, draw_order(ranges, before, self.rng))
        else:
            self.rounds += len(learn(self.drawn.graph, rows, state)) - 1
        self.novel[(before > 0) & (state.novel == 0)] = 0

    def _ordered(self, names: tuple[str, ...]) -> list[tuple[int, int, float, bool]]:
        """Return the ranges of those classes whose skills have prerequisites, with their means and whether they grow along the order."""
        stated = ((name, self.ensemble.skill_class(name).prerequisites) for name in names)
        return [(*self.drawn.classes[name], float(law.mean), law.per == "pair") for name, law in stated if law is not None]

    def test(self, kind: str) -> tuple[int, int]:
        """Test texts of a type; return how many, and how many of them require a novel skill."""
        if attaches_uniformly(self.ensemble, kind):
            return self._test_fresh(kind)
        return self._test_held(kind)

    def _test_fresh(self, kind: str) -> tuple[int, int]:
        first, last = self.drawn.types[kind]
        count = min(last - first, _MOST_FRESH)
        failed = np.zeros(count, dtype=bool)
        for number, draw in enumerate(self.ensemble.text_law(kind).draws):
            (stream,) = new_streams(int(self.rng.integers(2**63)), (number,), 1)
            texts = np.repeat(np.arange(count), draw_degrees(table_of(draw.law), stream, count))
            cuts = np.cumsum(shares_out([float(weight) for _, weight in draw.weights], len(texts)))[:-1]
            chosen = np.split(self.rng.permutation(len(texts)), cuts)
            for (name, _), edges in zip(draw.weights, chosen, strict=True):
                met = self.novel[self.rng.integers(*self.drawn.classes[name], size=len(edges))]
                failed[texts[edges[met > 0]]] = True
        return count, int(failed.sum())

    def _test_held(self, kind: str) -> tuple[int, int]:
        """Test some texts that teach nothing meanwhile; those with a lower-level skill that is novel have failed already."""
        level, (first, last) = self.ensemble.level_of_type(kind), self.drawn.types[kind]
        names = self.ensemble.levels[level]
        if self._ordered(names):
            raise InputError(f"the texts {kind}", "cannot be tested where skills have both prerequisites and a law of their own")
        able, held = self._patience_at(level), min(_MOST_HELD, max(1, (last - first) // 100))
        chosen = first + self.rng.choice(last - first, held, replace=False)
        teaching = chosen[self._knows_below(level)[chosen]]
        if not len(teaching):
            return held, held
        graph = self.drawn.first_texts(teaching)
        patience = np.concatenate([able[teaching], np.delete(able, teaching)])
        state = begin(graph, self.began[names].copy())
        rows = rows_of(graph, state, patience, 2) if patience.max() > 1 else NO_ROWS
        kept = patience.copy()
        kept[: len(teaching)] = 0
        give(state.words, kept)
        learn(graph, rows, state)
        tested, failed = leave_one_out(graph, rows, state, patience[: len(teaching)], len(teaching))
        return held, held - len(teaching) + round(failed / tested * len(teaching))

    def _knows_below(self, level: int) -> NDArray[np.bool_]:
        """Say of each text whether all its skills below a level are known."""
        lower = tuple(name for names in self.ensemble.levels[:level] for name in names)
        return np.asarray(begin(self.drawn.graph, self._of_classes(lower)).words < ONE)
