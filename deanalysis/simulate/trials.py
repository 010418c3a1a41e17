"""One trial: draw a graph, learn on it, count. It depends on the experiment, the seed and the replicate's number, on nothing else."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..errors import InputError
from ..model.ensembles import Ensemble
from ..model.exact import Value
from ..model.laws import Poisson, Regular
from ..model.learners import Learner, SkillLearner
from .fresh import Fresh
from .graphs import Graph, sample_graph
from .kernel import ONE, Learning, Rows, begin, begin_again, excess, learn, leave_one_out, rows_of
from .passes import leave_one_out_late, not_understood, one_pass
from .patience import Patience, draw_patience, give
from .statistics import Trial
from .streams import Stream, new_streams, uniform

__all__ = ["Experiment", "run_trial"]

_SAMPLER = 1
_MOST_FRESH, _MOST_HELD = 100_000, 1_000
_NO_ROWS = Rows(np.zeros(1, dtype=np.uint32), np.zeros(0, dtype=np.uint32))


@dataclass(frozen=True)
class Experiment:
    """What decides the result of a trial, but for its seed and number: model, size, and how texts are presented.

    `one_pass`: each text is presented once; else all are, again and again, until nothing changes. `rounds`: how
    many rounds the trajectory is followed for.
    """

    ensemble: Ensemble
    learner: Learner
    skills: int
    one_pass: bool = False
    rounds: int = 0

    def at(self, values: Mapping[str, Value]) -> "Experiment":
        """Return the experiment with letters bound by name; raise `InputError` if one is left free."""
        bound = replace(self, ensemble=self.ensemble.at(**values), learner=self.learner.at(**values))
        free = sorted(str(symbol) for symbol in bound.ensemble.letters | bound.learner.letters)
        if free:
            raise InputError("the model", f"must have every letter bound; {', '.join(free)} is free", remedy=f"set {free[0]}")
        return bound

    @cached_property
    def edges(self) -> float:
        """How many edges a graph has on average."""
        return float(self.ensemble.skills.mean) * self.skills

    @cached_property
    def model(self) -> str:
        """A hash of what affects the answer, but for letters left free, size and seed.

        >>> one = Experiment(Ensemble(Poisson(3), Poisson(2)), SkillLearner(1), 100)
        >>> one.model == Experiment(Ensemble(Poisson("3.0"), Poisson(2)), SkillLearner(1), 200).model
        True
        >>> one.model == Experiment(Ensemble(Poisson(3), Poisson(2)), SkillLearner(2), 100).model
        False
        """
        mode = f"one_pass={self.one_pass} rounds={self.rounds}"
        return hashlib.sha256(f"{_stated(self.ensemble)}; {self.learner} {self.learner.success}; {mode}".encode()).hexdigest()[:16]

    @cached_property
    def path(self) -> tuple[int, ...]:
        """Where the streams of its graphs begin: the same for all learners, so that they meet the same graphs."""
        digest = hashlib.sha256(_stated(self.ensemble).encode()).digest()
        return (*(int.from_bytes(digest[first : first + 4]) for first in range(0, 16, 4)), self.skills)


def _stated(ensemble: Ensemble) -> str:
    """State an ensemble with everything that its graphs depend on, the way of sampling included."""
    return f"sampler {_SAMPLER}; {ensemble}; {ensemble.texts.pgf()}; {ensemble.skills.pgf()}"


def run_trial(experiment: Experiment, seed: int, replicate: int) -> Trial:
    """Draw one graph, learn on it and count.

    Where skills are mixed Poisson, fresh texts that meet skills by popularity are the test. Otherwise at most 1 % of the texts, and at most
    a thousand, are tested: each after learning anew from all the others.
    """
    _warm_up()
    return _measure(experiment, seed, replicate)


@cache
def _warm_up() -> None:
    """Compile the loops, so that no graph is charged for it."""
    for law in (Poisson(2), Regular(2)):
        for once in (False, True):
            _measure(Experiment(Ensemble(law, law), SkillLearner(2), 8, once), 0, 0)


class _Setting(NamedTuple):
    """What both ways of presenting texts start from."""

    experiment: Experiment
    graph: Graph
    state: Learning
    patience: Patience
    fresh: Fresh | None
    known: Stream


class _Outcome(NamedTuple):
    """How many skills are novel after 0, 1, 2, ... rounds; how many texts are not understood; how many were tested, and failed."""

    novel: NDArray[np.int64]
    stuck: int
    tested: int
    failed: int


def _measure(experiment: Experiment, seed: int, replicate: int) -> Trial:
    started = time.perf_counter()
    path = (*experiment.path, replicate)
    *of_graph, known, of_patience, degrees, skills = new_streams(seed, path, 7)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*path, 0)))
    graph, popularity = sample_graph(experiment.ensemble, experiment.skills, of_graph, rng)
    state = begin(graph, _draw_novel(experiment, known))
    patience = draw_patience(experiment.learner, int(excess(state.words.max())), of_patience, graph.texts)
    ensemble = experiment.ensemble
    fresh = Fresh(ensemble.texts, popularity, degrees, skills, rng) if ensemble.skills.is_mixed_poisson else None
    setting = _Setting(experiment, graph, state, patience, fresh, known)
    outcome = (_present_once if experiment.one_pass else _present)(setting)
    novel = [int(outcome.novel[min(number, len(outcome.novel) - 1)]) / graph.skills for number in range(1, experiment.rounds + 1)]
    return Trial(
        seed=seed,
        replicate=replicate,
        skills=graph.skills,
        texts=graph.texts,
        edges=graph.edges,
        zeta=int(outcome.novel[-1]) / graph.skills,
        testing_error=outcome.failed / outcome.tested,
        training_error=outcome.stuck / graph.texts,
        rounds=len(outcome.novel) - 1,
        seconds=time.perf_counter() - started,
        tested=outcome.tested,
        trajectory=tuple(novel),
    )


def _present(setting: _Setting) -> _Outcome:
    """Present all texts until nothing changes."""
    _, graph, state, patience, fresh, known = setting
    started = int(state.novel.sum())
    rows = rows_of(graph, state, patience, 2) if patience.max() > 1 else _NO_ROWS
    give(state.words, patience, -1)
    novel = started - learn(graph, rows, state)
    stuck = int(np.count_nonzero(state.words >= ONE))
    if fresh is not None:
        return _Outcome(novel, stuck, *fresh.test(state.novel, graph.texts))
    held = _held(graph)
    begin_again(graph, state, _draw_novel(setting.experiment, known))
    give(state.words[held:], patience[held:], -1)
    learn(graph, rows, state)
    return _Outcome(novel, stuck, *leave_one_out(graph, rows, state, patience[:held], held))


def _present_once(setting: _Setting) -> _Outcome:
    """Present each text once."""
    _, graph, state, patience, fresh, _ = setting
    started = int(state.novel.sum())
    rows = rows_of(graph, state, patience, 0)
    held = 0 if fresh is not None else _held(graph)
    learned = one_pass(rows, patience, state.novel, graph.texts - 1, held - 1, state.order, 0, -1)
    if fresh is not None:
        tested, failed = fresh.test(state.novel, graph.texts)
    else:
        tested, failed = held, leave_one_out_late(rows, patience, state.novel, state.order, held)
        learned = one_pass(rows, patience, state.novel, held - 1, -1, state.order, learned, -1)
    return _Outcome(np.array([started, started - learned]), not_understood(rows, state.novel), tested, failed)


def _held(graph: Graph) -> int:
    """Return how many texts are tested, where none are fresh."""
    return max(1, min(graph.texts // 100, _MOST_HELD))


def _draw_novel(experiment: Experiment, known: Stream) -> NDArray[np.uint8]:
    """Draw which skills are not known, after a 0 in front."""
    novel = np.ones(experiment.skills + 1, dtype=np.uint8)
    novel[0] = 0
    if experiment.ensemble.unknown != 1:
        _forget(float(experiment.ensemble.unknown), known, novel)
    return novel


@njit(cache=True)
def _forget(unknown: float, known: Stream, novel: NDArray[np.uint8]) -> None:
    for skill in range(1, len(novel)):
        novel[skill] = uniform(known, skill) < unknown
