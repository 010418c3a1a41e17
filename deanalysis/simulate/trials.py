"""One trial: draw a graph, learn on it, count; and a learner that has been trained on one graph, with fresh texts for it.

A trial depends on the experiment, the seed and the replicate's number, on nothing else.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import cache, singledispatch
from typing import Any, NamedTuple, Self

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ..checks import check_count
from ..errors import InputError
from ..model.association import Association
from ..model.chains import Chain
from ..model.classes import ClassEnsemble
from ..model.degrees import Ensemble
from ..model.exact import Value
from ..model.laws import NegativeBinomial, Poisson, Regular
from ..model.learners import Ideal, Learner, SkillLearner
from ..model.popularity import check_picks
from ..record import Shown, Table
from .classes import measure_classes
from .components import Counts, count_association
from .elimination import share_undetermined, undetermined
from .experiment import Experiment, Task, check_memory
from .graphs import Graph, sample_graph
from .kernel import ONE, Learning, Rows, begin, begin_again, excess, get_ready, give, learn, leave_one_out, rows_of
from .order import leave_one_out_late, not_understood, one_pass
from .sampling import MOST_HELD, Fresh, Patience, Popularity, draw_patience, forget
from .statistics import Trial
from .streams import LARGEST_INDEX, Stream, check_seed, new_streams
from .topics.chain_experiment import ChainExperiment
from .topics.chain_trials import measure_chain

_MOST_TEXTS = 10**8
_OF_FRESH = 1
"""First number of the path of the streams, which tells fresh texts for a trained learner from the graph of the same seed."""


def run_trial(experiment: Task, seed: int, replicate: int) -> Trial:
    """Run one trial, and say how long it took."""
    warm_up(experiment)
    started = time.perf_counter()
    measured = measure(experiment, seed, replicate)
    return Trial(seed=seed, replicate=replicate, seconds=time.perf_counter() - started, **measured)


@singledispatch
def measure(experiment: Task, seed: int, replicate: int) -> dict[str, Any]:
    """Return the fields of the `Trial` of an experiment, but for its seed, number and seconds; each kind of experiment registers its own.

    Of an `Experiment`: draw one graph, learn on it and count. Where skills are mixed Poisson, fresh texts that meet skills by popularity
    are the test. Otherwise at most 1 % of the texts, and at most a thousand, are tested: each after learning anew from all the others;
    none with the ideal learner, which would have to begin anew.
    With several classes, see `measure_classes`; on a chain, `measure_chain`.
    """
    raise NotImplementedError


@measure.register
def _measure_drawn(experiment: Experiment, seed: int, replicate: int) -> dict[str, Any]:
    return (measure_classes if isinstance(experiment.ensemble, ClassEnsemble) else _measure)(experiment, seed, replicate)


@measure.register
def _measure_on_chain(experiment: ChainExperiment, seed: int, replicate: int) -> dict[str, Any]:
    return measure_chain(experiment, seed, replicate)


def warm_up(experiment: Task) -> None:
    """Compile the loops that an experiment needs, so that no graph is charged for it; processes forked later have them."""
    _warm_up(isinstance(experiment, ChainExperiment))
    if experiment.ideal or isinstance(experiment.learner, Ideal):
        _warm_up_elimination()


@cache
def _warm_up(of_chain: bool) -> None:
    """Compile the loops of learning."""
    if of_chain:
        for law in (Poisson(2), Regular(2)):
            measure_chain(ChainExperiment(Chain(Ensemble(law, law), topics=2), SkillLearner(2), 8), 0, 0)
        return
    for law in (Poisson(2), Regular(2)):
        for passes in (0, 1):
            counted = None if passes else Association(keep=sp.Rational(1, 2))
            _measure(Experiment(Ensemble(law, law), SkillLearner(2), 8, passes, association=counted), 0, 0)
    _measure(Experiment(Ensemble(Poisson(2), NegativeBinomial(2, 1)), SkillLearner(2), 8), 0, 0)


@cache
def _warm_up_elimination() -> None:
    """Compile the loops of elimination."""
    undetermined(Graph.of([(1, 2), (1, 3), (2, 3)], 4), np.array([0, 1, 1, 1, 1], dtype=np.uint8))


class _Setting(NamedTuple):
    """What every way of presenting texts starts from: a graph, which skills are known, and the patience of its texts."""

    experiment: Experiment
    ensemble: Ensemble
    graph: Graph
    state: Learning
    patience: Patience
    fresh: Fresh | None
    known: Stream
    of_vertices: Stream
    popularity: Popularity | None

    @classmethod
    def drawn(cls, experiment: Experiment, seed: int, replicate: int) -> Self:
        """Draw all of that."""
        ensemble, path = experiment.ensemble, (*experiment.path, replicate)
        assert isinstance(ensemble, Ensemble)
        *of_graph, known, of_patience, degrees, skills, of_vertices = new_streams(seed, path, 8)
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*path, 0)))
        graph, popularity = sample_graph(ensemble, experiment.skills, of_graph, rng, experiment.texts_per_graph)
        state = begin(graph, _draw_novel(ensemble, graph.skills, known))
        patience = draw_patience(experiment.learner, int(excess(state.words.max())), of_patience, graph.texts)
        fresh = Fresh(ensemble.texts, popularity, degrees, skills, rng) if ensemble.skills.is_mixed_poisson else None
        return cls(experiment, ensemble, graph, state, patience, fresh, known, of_vertices, popularity)

    @property
    def held(self) -> int:
        """How many texts are tested, where none are fresh."""
        return max(1, min(self.graph.texts // 100, MOST_HELD))

    def draw_novel(self) -> NDArray[np.uint8]:
        """Return which skills are not known at first, after a 0 in front."""
        return _draw_novel(self.ensemble, self.graph.skills, self.known)

    @property
    def is_ideal(self) -> bool:
        """Whether the learner uses all texts together."""
        return isinstance(self.experiment.learner, Ideal)

    def teach(self) -> tuple[NDArray[np.int64], Rows]:
        """Present all texts until nothing changes; return how many skills are novel after 0, 1, 2, ... rounds, and the rows of texts.

        With the ideal learner elimination, which comes after peeling, is one round more.
        """
        started = int(self.state.novel.sum())
        rows = get_ready(self.graph, self.state, self.patience)
        novel = started - learn(self.graph, rows, self.state)
        if self.is_ideal:
            begin_again(self.graph, self.state, undetermined(self.graph, self.draw_novel()))
            novel = np.append(novel, self.state.novel.sum())
        return novel, rows


def _measure(experiment: Experiment, seed: int, replicate: int) -> dict[str, Any]:
    """Return fields of the `Trial` of one graph."""
    setting = _Setting.drawn(experiment, seed, replicate)
    novel, stuck, (tested, failed), counts = (_present_in_turn if experiment.passes else _present)(setting)
    zetas = [int(count) / experiment.skills for count in novel]
    return setting.graph.sizes | {
        "zeta": zetas[-1],
        "testing_error": failed / tested if tested else math.nan,
        "training_error": stuck / setting.graph.texts,
        "rounds": len(zetas) - 1,
        "tested": tested,
        "trajectory": tuple(zetas[min(number, len(zetas) - 1)] for number in range(1, experiment.rounds + 1)),
        "counts": counts,
        "zeta_ideal": share_undetermined(setting.graph, setting.draw_novel()) if experiment.ideal else None,
    }


_Outcome = tuple[NDArray[np.int64], int, tuple[int, int], Counts | None]
"""How many skills are novel after 0, 1, 2, ... rounds; how many texts are not understood; how many were tested, and failed; and counts."""


def _present(setting: _Setting) -> _Outcome:
    """Present all texts until nothing changes, and test."""
    graph, state, patience, held = setting.graph, setting.state, setting.patience, setting.held
    novel, rows = setting.teach()
    stuck = int(np.count_nonzero(state.words >= ONE))
    counts = count_association(setting.experiment.association, graph, state.novel, state.words, setting.of_vertices)
    if setting.fresh is not None:
        return novel, stuck, setting.fresh.test(state.novel, graph.texts), counts
    if setting.is_ideal:
        return novel, stuck, (0, 0), counts
    begin_again(graph, state, setting.draw_novel())
    give(state.words[held:], patience[held:])
    learn(graph, rows, state)
    return novel, stuck, leave_one_out(graph, rows, state, patience[:held], held), counts


def _present_in_turn(setting: _Setting) -> _Outcome:
    """Present each text once, or as many times as there are passes; the novel skills are counted after each pass."""
    graph, state, patience, fresh = setting.graph, setting.state, setting.patience, setting.fresh
    started = int(state.novel.sum())
    rows = rows_of(graph, state, patience, 0)
    held = 0 if fresh is not None else setting.held
    novel, learned = [started], 0
    for _ in range(setting.experiment.passes):
        learned = one_pass(rows, patience, state.novel, graph.texts - 1, held - 1, state.order, learned, -1)
        novel.append(started - learned)
    if fresh is not None:
        test = fresh.test(state.novel, graph.texts)
    else:
        test = held, leave_one_out_late(rows, patience, state.novel, state.order, held)
        novel[-1] = started - one_pass(rows, patience, state.novel, held - 1, -1, state.order, learned, -1)
    return np.array(novel), not_understood(rows, state.novel), test, None


def _draw_novel(ensemble: Ensemble, skills: int, known: Stream) -> NDArray[np.uint8]:
    """Draw which skills are not known, after a 0 in front."""
    novel = np.ones(skills + 1, dtype=np.uint8)
    novel[0] = 0
    if (unknown := float(ensemble.unknown)) != 1:
        forget(unknown, known, novel)
    return novel


@dataclass(frozen=True, eq=False)
class Trained(Shown):
    """What has been learned on a graph of skills 1, ..., n: `learned` and the popularities by skill (None where all are alike)."""

    ensemble: Ensemble
    learned: NDArray[np.bool_]
    popularity: Popularity | None
    seed: int

    def __repr__(self) -> str:
        return f"<{int(self.learned.sum())} of {len(self.learned)} skills learned>"

    def table(self) -> Table:
        """Return the ensemble, how many skills are learned, and the seed."""
        learned = f"{int(self.learned.sum())} of {len(self.learned)} skills"
        return Table((), [("ensemble", self.ensemble), ("learned", learned), ("seed", self.seed)])

    @property
    def ordered(self) -> NDArray[np.int64]:
        """The learned skills, the most popular first."""
        skills = np.flatnonzero(self.learned)
        if self.popularity is not None:
            skills = skills[np.argsort(-self.popularity[skills], kind="stable")]
        return skills + 1

    def fresh(self, count: int, picks: str = "uniform", number: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Draw `count` fresh texts; return where each begins, and the end, and their skills in a row (a text may meet one twice).

        `picks` is 'uniform' or 'popularity'; `number` tells one draw from another. Raises `InputError` where there is no popularity.
        """
        count = check_count(count, 1, _MOST_TEXTS, "the texts")
        by_popularity = check_picks(picks, self.ensemble.skills) == "popularity"
        path = (_OF_FRESH, int(by_popularity), count, number)
        rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=path))
        degrees, skills = new_streams(self.seed, path, 2)
        popularity = self.popularity if by_popularity else None
        return Fresh(self.ensemble.texts, popularity, degrees, skills, rng).draw(len(self.learned), count)


def train(ensemble: Ensemble, learner: Learner, *, skills: int, seed: int = 1, **values: Value) -> Trained:
    """Learn on one graph of `skills` skills until nothing changes.

    Raises `InputError` where a letter is left free or the size does not fit.

    >>> from deanalysis.model import Poisson, SkillLearner
    >>> train(Ensemble(Poisson(3), Poisson(6)), SkillLearner(1), skills=1000)
    <999 of 1000 skills learned>
    """
    skills = check_count(skills, 1, LARGEST_INDEX, "skills")
    seed = check_seed(seed)
    if not isinstance(ensemble, Ensemble):
        raise InputError("training", "needs one class of skills and one type of texts")
    experiment = Experiment(ensemble, learner, skills).at(values)
    check_memory([experiment], 1)
    setting = _Setting.drawn(experiment, seed, 0)
    setting.teach()
    return Trained(setting.ensemble, setting.state.novel[1:] == 0, setting.popularity, seed)
