"""Several classes of skills and types of texts: one graph, skills by class and texts by type one after the other, learned level by level.

How the texts of a type and the skills of a class are joined depends on their two laws:

* *both Poisson*: each text draws its number of skills, and each of these uniformly.
* *one Poisson*: the nodes of the other side draw their degrees, and each edge chooses a node of the Poisson side uniformly.
* *neither*: both sides have edge ends in proportion to the probabilities of their degrees, to within one node. The ends are matched at
  random; if one side has more of them, what is left over is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ..errors import InputError
from ..model.classes import ClassEnsemble
from ..model.degrees import DegreeDistribution
from ..model.joint import JointLaw
from ..model.laws import Poisson
from .components import count_association
from .elimination import share_undetermined
from .experiment import Experiment
from .graphs import Graph
from .kernel import ONE, begin, get_ready, learn, leave_one_out
from .order import draw_order, learn_in_order
from .sampling import Patience, draw_patience
from .statistics import Part
from .streams import LARGEST_INDEX, Stream, new_streams
from .tables import draw_degrees, probabilities, table_of, tails

TENTHS = 10
"""In how many parts the order of a class is looked at."""
_MOST_FRESH = 100_000
"""Fresh texts of a type: an error of 1 % is then known to 3 % of itself."""
_MOST_HELD = 300
"""Texts of a type that are tested each after learning anew: there may be many types, and each test may take as long as learning."""

Nodes = NDArray[np.int64]


class ClassGraph(NamedTuple):
    """A graph, and which of its skills (from 1 on) are those of each class, and which of its texts those of each type."""

    graph: Graph
    classes: dict[str, slice]
    types: dict[str, slice]


def sample_classes(ensemble: ClassEnsemble, skills: int, rng: np.random.Generator) -> ClassGraph:
    """Draw a graph with so many skills in all; raise `InputError` where a class comes out without a skill, or a type without a text."""
    of_class = _ranges(ensemble.names, shares_of([kind.share for kind in ensemble.classes], skills), 1)
    of_type = _ranges(ensemble.type_names, [round(float(kind.ratio) * skills) for kind in ensemble.types], 0)
    for name, nodes in (*of_class.items(), *of_type.items()):
        if not 1 <= _count(nodes) <= LARGEST_INDEX:
            raise InputError("skills", f"must give {name} at least one and at most {LARGEST_INDEX}", given=skills)
    text_ends = {kind: _sockets(ensemble.text_law(kind), texts, rng) for kind, texts in of_type.items()}
    skill_ends = {name: _sockets(ensemble.skill_law(name), of_class[name], rng) for name in ensemble.names}
    edges: list[tuple[Nodes, Nodes]] = []
    for kind, texts in of_type.items():
        for name in ensemble.text_law(kind).kinds:
            mean = float(ensemble.text_law(kind).mean(name))
            edges.append(_matched(text_ends[kind][name], skill_ends[name][kind], texts, of_class[name], mean, rng))
    by, met = (np.concatenate(ends) for ends in zip(*edges, strict=True))
    if not len(met):
        raise InputError("skills", "is too small: a graph came out without an edge", given=skills)
    return ClassGraph(Graph.joined(met, by, skills, sum(map(_count, of_type.values()))), of_class, of_type)


def shares_of(weights: Iterable[Any], count: int) -> list[int]:
    """Share out a number in proportion to weights, to within one.

    >>> shares_of([0.5, 0.25, 0.25], 10)
    [5, 3, 2]
    """
    sums = np.cumsum([float(weight) for weight in weights])
    return [int(share) for share in np.diff(np.rint(sums / sums[-1] * count + 1e-9).astype(int), prepend=0)]


def _among(weights: Sequence[tuple[str, sp.Expr]], values: Nodes) -> dict[str, Nodes]:
    """Share out values among names in proportion to their weights."""
    names, shares = zip(*weights, strict=True)
    return dict(zip(names, np.split(values, np.cumsum(shares_of(shares, len(values)))[:-1]), strict=True))


def _ranges(names: Sequence[str], counts: Sequence[int], first: int) -> dict[str, slice]:
    ends = first + np.cumsum([0, *counts])
    return {name: slice(int(low), int(high)) for name, low, high in zip(names, ends[:-1], ends[1:], strict=True)}


def _count(nodes: slice) -> int:
    return int(nodes.stop - nodes.start)


def _sockets(law: JointLaw, nodes: slice, rng: np.random.Generator) -> dict[str, Nodes | None]:
    """Return the nodes at which the edges of each kind end, in random order; None for Poisson numbers, which need not be drawn here."""
    sockets: dict[str, Nodes | None] = {}
    for draw in law.draws:
        if isinstance(draw.law, Poisson):
            sockets |= dict.fromkeys(dict(draw.weights))
        else:
            ends = np.repeat(np.arange(nodes.start, nodes.stop), in_proportion(draw.law, _count(nodes), rng))
            rng.shuffle(ends)
            sockets |= _among(draw.weights, ends)
    return sockets


def in_proportion(law: DegreeDistribution, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return degrees in proportion to their probabilities, in random order."""
    quantiles = (np.arange(count) + rng.random()) / count
    degrees = np.searchsorted(_cumulative(law), quantiles, side="right").astype(np.int64)
    rng.shuffle(degrees)
    return degrees


@lru_cache(maxsize=32)
def _cumulative(law: DegreeDistribution) -> NDArray[np.float64]:
    if tails(law):
        raise InputError(f"the law {law}", "has degrees too large to sample in proportion", remedy="give KMAX")
    return np.cumsum(probabilities(law))


def _matched(
    by: Nodes | None, met: Nodes | None, texts: slice, skills: slice, mean: float, rng: np.random.Generator
) -> tuple[Nodes, Nodes]:
    """Return the two ends of the edges between a type and a class."""
    if by is None and met is None:
        by = np.repeat(np.arange(texts.start, texts.stop), rng.poisson(mean, _count(texts)))
    if by is None:
        by = rng.integers(texts.start, texts.stop, size=len(met))  # type: ignore[arg-type]
    if met is None:
        met = rng.integers(skills.start, skills.stop, size=len(by))
    edges = min(len(by), len(met))
    return by[:edges], met[:edges]


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


def measure_classes(experiment: Experiment, seed: int, replicate: int) -> dict[str, Any]:
    """Draw one graph, learn on it level by level, and count by class and by type; return fields of its `Trial`.

    Fresh texts, drawn like the others, are the test where skills are chosen uniformly; else at most 300 texts of each type are tested, each
    after learning anew on its level from all the others. What is said of all skills or texts is the mean over them.
    """
    ensemble = experiment.ensemble
    assert isinstance(ensemble, ClassEnsemble)
    path = (*experiment.path, replicate)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(*path, 0)))
    drawn = sample_classes(ensemble, experiment.skills, rng)
    training = Training.start(ensemble, drawn, new_streams(seed, path, len(ensemble.types)), rng)
    ideal = share_undetermined(drawn.graph, training.novel) if experiment.ideal else None
    for level in range(len(ensemble.levels)):
        training.learn(level)
    novel, words = training.novel, begin(drawn.graph, training.novel.copy()).words
    stuck, (of_vertices,) = words >= ONE, new_streams(seed, (*path, 1), 1)
    zetas = {f"zeta:{name}": novel[skills] for name, skills in drawn.classes.items()}
    for name, skills in drawn.classes.items():
        if ensemble.skill_class(name).prerequisites is not None and _count(skills) >= TENTHS:
            zetas |= {f"zeta:{name}:{tenth}": tenths for tenth, tenths in enumerate(np.array_split(novel[skills], TENTHS), start=1)}
    parts = [Part(name, float(skills.mean()), len(skills)) for name, skills in zetas.items()]
    tests = {kind: training.test(kind) for kind in drawn.types}
    for kind, (tested, failed) in tests.items():
        stuck_of = stuck[drawn.types[kind]]
        parts.append(Part(f"testing_error:{kind}", failed / tested, tested))
        parts.append(Part(f"training_error:{kind}", float(stuck_of.mean()), len(stuck_of)))
    errors = [failed / tested for tested, failed in tests.values()]
    return drawn.graph.sizes | {
        "zeta": float(novel[1:].mean()),
        "testing_error": float(np.average(errors, weights=[*map(_count, drawn.types.values())])),
        "training_error": float(stuck.mean()),
        "rounds": training.rounds,
        "tested": sum(tested for tested, _ in tests.values()),
        "parts": tuple(parts),
        "counts": count_association(experiment.association, drawn.graph, novel, words, of_vertices),
        "zeta_ideal": ideal,
    }


@dataclass
class Training:
    """What is still novel, after each level; how patient each text is; what was novel when a level began."""

    ensemble: ClassEnsemble
    drawn: ClassGraph
    novel: NDArray[np.uint8]
    patience: Patience
    rng: np.random.Generator
    began: dict[tuple[str, ...], NDArray[np.uint8]] = field(default_factory=dict)
    rounds: int = 0

    @classmethod
    def start(cls, ensemble: ClassEnsemble, drawn: ClassGraph, streams: list[Stream], rng: np.random.Generator) -> Training:
        """Draw which skills are not known, and the patience of the texts."""
        novel = np.zeros(drawn.graph.skills + 1, dtype=np.uint8)
        for name, skills in drawn.classes.items():
            novel[skills] = rng.random(_count(skills)) < float(ensemble.skill_class(name).unknown)
        sizes = begin(drawn.graph, novel.copy()).words // ONE
        patience = np.empty(drawn.graph.texts, dtype=np.uint32)
        for (kind, texts), stream in zip(drawn.types.items(), streams, strict=True):
            patience[texts] = draw_patience(ensemble.learner_of(kind), max(1, int(sizes[texts].max())), stream, _count(texts))
        return cls(ensemble, drawn, novel, patience, rng)

    def learn(self, level: int) -> None:
        """Learn the skills of a level from its own texts until nothing changes."""
        names, graph = self.ensemble.levels[level], self.drawn.graph
        before = self.began[names] = self._of_classes(names)
        state = begin(graph, before.copy())
        rows = get_ready(graph, state, self._patience_at(level))
        if ranges := self.ordered(names):
            learn_in_order(graph, rows, state, draw_order(ranges, before, self.rng))
        else:
            self.rounds += len(learn(graph, rows, state)) - 1
        self.novel[(before > 0) & (state.novel == 0)] = 0

    def ordered(self, names: Sequence[str]) -> list[tuple[int, int, float, bool]]:
        """Return the ranges of those classes whose skills have prerequisites, with their means and whether they grow along the order."""
        ranges = ((self.drawn.classes[name], self.ensemble.skill_class(name).prerequisites) for name in names)
        return [(skills.start, skills.stop, float(law.mean), law.per == "pair") for skills, law in ranges if law is not None]

    def test(self, kind: str) -> tuple[int, int]:
        """Test texts of a type; return how many, and how many of them require a novel skill."""
        draws = (self.ensemble.skill_law(name).draws for name in self.ensemble.text_law(kind).kinds)
        uniform = all(any(isinstance(draw.law, Poisson) and kind in dict(draw.weights) for draw in of_class) for of_class in draws)
        return self._test_fresh(kind) if uniform else self._test_held(kind)

    def _test_fresh(self, kind: str) -> tuple[int, int]:
        """Test fresh texts, which choose the skills of each class uniformly."""
        count = min(_count(self.drawn.types[kind]), _MOST_FRESH)
        failed = np.zeros(count, dtype=bool)
        for number, draw in enumerate(self.ensemble.text_law(kind).draws):
            (stream,) = new_streams(int(self.rng.integers(2**63)), (number,), 1)
            texts = np.repeat(np.arange(count), draw_degrees(table_of(draw.law), stream, count))
            for name, edges in _among(draw.weights, self.rng.permutation(len(texts))).items():
                skills = self.drawn.classes[name]
                met = self.novel[self.rng.integers(skills.start, skills.stop, size=len(edges))]
                failed[texts[edges[met > 0]]] = True
        return count, int(failed.sum())

    def _test_held(self, kind: str) -> tuple[int, int]:
        """Test some texts that teach nothing meanwhile; those with a lower-level skill that is novel have failed already."""
        level, texts = self.ensemble.level_of_type(kind), self.drawn.types[kind]
        names = self.ensemble.levels[level]
        if self.ordered(names):
            raise InputError(f"the texts {kind}", "cannot be tested where skills have both prerequisites and a law of their own")
        held = min(_MOST_HELD, max(1, _count(texts) // 100))
        chosen = texts.start + self.rng.choice(_count(texts), held, replace=False)
        teaching = chosen[self._knows_below(level)[chosen]]
        if not len(teaching):
            return held, held
        graph, before = self.drawn.graph.with_first(teaching)
        patience = self._patience_at(level)[before]
        state = begin(graph, self.began[names].copy())
        rows = get_ready(graph, state, patience, len(teaching))
        learn(graph, rows, state)
        tested, failed = leave_one_out(graph, rows, state, patience[: len(teaching)], len(teaching))
        return held, held - len(teaching) + round(failed / tested * len(teaching))

    def _of_classes(self, names: Sequence[str]) -> NDArray[np.uint8]:
        """Return what is novel of some classes, 0 elsewhere."""
        novel = np.zeros_like(self.novel)
        for name in names:
            novel[self.drawn.classes[name]] = self.novel[self.drawn.classes[name]]
        return novel

    def _knows_below(self, level: int) -> NDArray[np.bool_]:
        """Say of each text whether all its skills below a level are known."""
        lower = [name for names in self.ensemble.levels[:level] for name in names]
        return np.asarray(begin(self.drawn.graph, self._of_classes(lower)).words < ONE)

    def _patience_at(self, level: int) -> NDArray[np.uint32]:
        """Return the patience of the texts of a level in which all lower-level skills are known; 0 for the others."""
        teaching = self._knows_below(level)
        for kind, texts in self.drawn.types.items():
            teaching[texts] &= self.ensemble.level_of_type(kind) == level
        return np.where(teaching, self.patience, 0).astype(np.uint32)
