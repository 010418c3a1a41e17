"""One trial: draw a graph, learn on it, count. It depends on the experiment, the seed and the replicate's number, on nothing else."""

import time
from functools import cache
from typing import NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ..model.association import Association
from ..model.classes import ClassEnsemble
from ..model.ensembles import Ensemble
from ..model.laws import Poisson, Regular
from ..model.learners import SkillLearner
from .class_trials import run_class_trial
from .compiled import njit
from .components import Counts, choose, count_components
from .experiment import Experiment
from .fresh import Fresh
from .graphs import Graph, sample_graph
from .kernel import NO_ROWS, ONE, Learning, Rows, begin, begin_again, excess, give, learn, leave_one_out, rows_of
from .passes import leave_one_out_late, not_understood, one_pass
from .patience import Patience, draw_patience
from .sampling import Popularity
from .statistics import Trial
from .streams import Stream, new_streams, uniform

__all__ = ["Setting", "run_trial", "set_up", "teach"]

_MOST_HELD = 1_000


def run_trial(experiment: Experiment, seed: int, replicate: int) -> Trial:
    """Draw one graph, learn on it and count.

    Where skills are mixed Poisson, fresh texts that meet skills by popularity are the test. Otherwise at most 1 % of the texts, and at most
    a thousand, are tested: each after learning anew from all the others. With several classes, see `class_trials`.
    """
    _warm_up()
    if isinstance(experiment.ensemble, ClassEnsemble):
        return run_class_trial(experiment, seed, replicate)
    return _measure(experiment, seed, replicate)


@cache
def _warm_up() -> None:
    """Compile the loops, so that no graph is charged for it."""
    for law in (Poisson(2), Regular(2)):
        for passes in (0, 1):
            counted = None if passes else Association(keep=sp.Rational(1, 2))
            _measure(Experiment(Ensemble(law, law), SkillLearner(2), 8, passes, association=counted), 0, 0)


class Setting(NamedTuple):
    """What every way of presenting texts starts from."""

    experiment: Experiment
    graph: Graph
    state: Learning
    patience: Patience
    fresh: Fresh | None
    known: Stream
    of_vertices: Stream
    popularity: Popularity | None


class _Outcome(NamedTuple):
    """How many skills are novel after 0, 1, 2, ... rounds; how many texts are not understood; how many were tested, and failed.

    `counts`: of the association graph, if that is asked for.
    """

    novel: NDArray[np.int64]
    stuck: int
    tested: int
    failed: int
    counts: Counts | None = None


def set_up(experiment: Experiment, seed: int, replicate: int) -> Setting:
    """Draw a graph, which skills are known, and the patience of its texts."""
    path = (*experiment.path, replicate)
    *of_graph, known, of_patience, degrees, skills, of_vertices = new_streams(seed, path, 8)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*path, 0)))
    assert isinstance(experiment.ensemble, Ensemble)
    graph, popularity = sample_graph(experiment.ensemble, experiment.skills, of_graph, rng)
    state = begin(graph, _draw_novel(experiment, known))
    patience = draw_patience(experiment.learner, int(excess(state.words.max())), of_patience, graph.texts)
    ensemble = experiment.ensemble
    fresh = Fresh(ensemble.texts, popularity, degrees, skills, rng) if ensemble.skills.is_mixed_poisson else None
    return Setting(experiment, graph, state, patience, fresh, known, of_vertices, popularity)


def _measure(experiment: Experiment, seed: int, replicate: int) -> Trial:
    started = time.perf_counter()
    setting = set_up(experiment, seed, replicate)
    graph = setting.graph
    outcome = (_present_in_turn if experiment.passes else _present)(setting)
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
        counts=outcome.counts,
    )


def teach(setting: Setting) -> tuple[NDArray[np.int64], Rows]:
    """Present all texts until nothing changes; return how many skills are novel after 0, 1, 2, ... rounds, and the rows of texts."""
    graph, state, patience = setting.graph, setting.state, setting.patience
    started = int(state.novel.sum())
    rows = rows_of(graph, state, patience, 2) if patience.max() > 1 else NO_ROWS
    give(state.words, patience)
    return started - learn(graph, rows, state), rows


def _present(setting: Setting) -> _Outcome:
    """Present all texts until nothing changes, and test."""
    experiment, graph, state, patience, fresh, known, *_ = setting
    novel, rows = teach(setting)
    stuck = int(np.count_nonzero(state.words >= ONE))
    counts = _associated(setting, experiment.association) if experiment.association else None
    if fresh is not None:
        return _Outcome(novel, stuck, *fresh.test(state.novel, graph.texts), counts)
    held = _held(graph)
    begin_again(graph, state, _draw_novel(experiment, known))
    give(state.words[held:], patience[held:])
    learn(graph, rows, state)
    tested, failed = leave_one_out(graph, rows, state, patience[:held], held)
    return _Outcome(novel, stuck, tested, failed, counts)


def _associated(setting: Setting, association: Association) -> Counts:
    """Count components where learning has stopped."""
    vertices = 1 - setting.state.novel if association.learned else np.ones_like(setting.state.novel)
    vertices[0] = 0
    choose(association.kept, setting.graph, setting.of_vertices, vertices)
    return count_components(setting.graph, vertices, setting.state.words, association.edges == "understood")


def _present_in_turn(setting: Setting) -> _Outcome:
    """Present each text once, or as many times as there are passes; the novel skills are counted after each pass."""
    experiment, graph, state, patience, fresh, *_ = setting
    started = int(state.novel.sum())
    rows = rows_of(graph, state, patience, 0)
    held = 0 if fresh is not None else _held(graph)
    novel, learned = [started], 0
    for _ in range(experiment.passes):
        learned = one_pass(rows, patience, state.novel, graph.texts - 1, held - 1, state.order, learned, -1)
        novel.append(started - learned)
    if fresh is not None:
        tested, failed = fresh.test(state.novel, graph.texts)
    else:
        tested, failed = held, leave_one_out_late(rows, patience, state.novel, state.order, held)
        novel[-1] = started - one_pass(rows, patience, state.novel, held - 1, -1, state.order, learned, -1)
    return _Outcome(np.array(novel), not_understood(rows, state.novel), tested, failed)


def _held(graph: Graph) -> int:
    """Return how many texts are tested, where none are fresh."""
    return max(1, min(graph.texts // 100, _MOST_HELD))


def _draw_novel(experiment: Experiment, known: Stream) -> NDArray[np.uint8]:
    """Draw which skills are not known, after a 0 in front."""
    novel = np.ones(experiment.skills + 1, dtype=np.uint8)
    novel[0] = 0
    unknown = float(experiment.ensemble.unknown)  # type: ignore[union-attr]
    if unknown != 1:
        _forget(unknown, known, novel)
    return novel


@njit(cache=True)
def _forget(unknown: float, known: Stream, novel: NDArray[np.uint8]) -> None:
    for skill in range(1, len(novel)):
        novel[skill] = uniform(known, skill) < unknown
