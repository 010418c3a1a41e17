"""Random erasures on a graph that exists: how often all of it is learned, and what is left; by the simulator's trials and results files."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from numbers import Real
from typing import Any, ClassVar, Self, overload

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ..checks import check_count, require_between, require_kind
from ..errors import InputError
from ..model.association import Association
from ..model.exact import Value, exact_number
from ..model.learners import Learner, SkillLearner
from ..record import Record, Shown, Table
from ..simulate import graphs as sampled
from ..simulate.estimates import Estimate, Moments, wilson
from ..simulate.experiment import PROCESS_BYTES, available_bytes
from ..simulate.kernel import ONE, begin, excess, get_ready, learn
from ..simulate.plan import Point, Stop
from ..simulate.runs import MOST_REPLICATES, label, run_plan, width_of
from ..simulate.sampling import draw_patience, forget
from ..simulate.statistics import Part, TrialStats
from ..simulate.streams import Stream, new_streams
from ..simulate.trials import measure
from .graph import Graph
from .learning import bound_learner
from .rows import Name

_DECODED = "decoded"
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
        "parts": (Part(_DECODED, float(left == 0), 1),),
    }


@dataclass(frozen=True, repr=False)
class Erasures(Record):
    """What random erasures on a graph come to, over `replicates` independent ones.

    `decoded` is the share of them after which every skill is learned, with Wilson's interval; `zeta` the share of all skills that is
    left, on average; `left_given_stuck` the same over those after which some are left; `training_error` the share of the texts that is
    not understood. `rounds` and `seconds` are those of all together.
    """

    unknown: float
    replicates: int
    seed: int
    skills: int
    texts: int
    edges: int
    decoded: Estimate
    zeta: Estimate
    left_given_stuck: Estimate | None
    training_error: Estimate
    rounds: int
    seconds: float
    stats: TrialStats | None = field(default=None, compare=False)

    ALSO: ClassVar[Mapping[str, str]] = {"edges_per_second": "edges_per_second"}

    @classmethod
    def of(cls, chance: sp.Expr, experiment: Erasing, stats: TrialStats) -> Self:
        """Return what trials at a probability come to."""
        decoded = round(stats.quantities[_DECODED].total)
        zeta, stuck = stats.zeta, stats.replicates - decoded
        left = Moments(stuck, zeta.total, zeta.squares, stuck * experiment.skills).estimate() if stuck else None
        return cls(
            unknown=float(chance),
            replicates=stats.replicates,
            seed=stats.seed,
            **experiment.graph.sizes,
            decoded=wilson(decoded, stats.replicates),
            zeta=zeta.estimate(),
            left_given_stuck=left,
            training_error=stats.training_error.estimate(),
            rounds=stats.rounds,
            seconds=stats.seconds,
            stats=stats,
        )

    @property
    def edges_per_second(self) -> float:
        """Edges of the graphs on which was learned in a second."""
        return self.replicates * self.edges / self.seconds

    def __repr__(self) -> str:
        return f"<{self.replicates} erasures of {self.unknown:.6g} of {self.skills} skills: decoded {self.decoded}>"

    def table(self) -> Table:
        """Return a row for each quantity."""
        named = ("decoded", "zeta", "left_given_stuck", "training_error")
        rows = [(name.replace("_", " "), getattr(self, name)) for name in named if getattr(self, name) is not None]
        note = f"{self.replicates} erasures of {self.unknown:.6g} of {self.skills} skills, seed {self.seed}"
        return Table(("quantity", "mean and 95 % interval"), rows, (note,))


class ErasureSweep(tuple[Erasures, ...], Shown):
    """What random erasures come to at each of several probabilities, in order."""

    def table(self) -> Table:
        """Return a row for each probability."""
        header = ("unknown", "erasures", "decoded", "zeta", "left given stuck", "training error")
        rows = [
            (each.unknown, each.replicates, each.decoded, each.zeta, each.left_given_stuck or "none", each.training_error) for each in self
        ]
        return Table(header, rows)


@overload
def erasures(graph: Graph, learner: Learner | None = ..., *, unknown: Sequence[Value], **options: Any) -> ErasureSweep: ...
@overload
def erasures(graph: Graph, learner: Learner | None = ..., *, unknown: Value, **options: Any) -> Erasures: ...
def erasures(
    graph: Graph,
    learner: Learner | None = None,
    *,
    unknown: Value | Sequence[Value],
    replicates: int = 1000,
    punctured: Iterable[Name] = (),
    known: Iterable[Name] = (),
    until: Mapping[str, float] | None = None,
    **options: Any,
) -> Erasures | ErasureSweep:
    """Make each skill unknown with a probability, independently, and learn; again and again on the same graph.

    Arguments:
        learner: 1-skill if None: then this is peeling, the decoder of LDPC codes on the erasure channel, texts the parity checks.
        unknown: the probability; or several of them, and then this returns what each comes to.
        replicates: how many independent erasures are drawn for each.
        punctured, known: names of skills that are always unknown, and of skills that never are.
        until: half widths of 95 % intervals by quantity (zeta, training_error, decoded) at which is stopped before, as in `sweep`.
        options: seed, workers, executor, batch, budget, output, output_option and progress, which are those of `sweep`. With `output`,
            a file of one row per finished erasure, it goes on where it was stopped.

    Raises `InputError` for what is no skill or no probability, and for files of another graph or learner.

    Two texts with a skill in common leave something in one case of eight, where all three skills are unknown:

    >>> graph = Graph.from_edges([("t", "a"), ("t", "b"), ("u", "b"), ("u", "c")])
    >>> result = erasures(graph, unknown=0.5, replicates=200, seed=1, workers=1)
    >>> result.decoded.low < 7 / 8 < result.decoded.high
    True
    """
    chances = [require_between(exact_number(value, "unknown"), 0, 1, "unknown") for value in _listed(unknown)]
    if not chances:
        raise InputError("unknown", "must be a probability, or a list of some")
    stated = erasing(graph, SkillLearner(1) if learner is None else learner, punctured, known)
    stop = Stop.of(until or {}, check_count(replicates, 1, MOST_REPLICATES, "replicates"), ("zeta", "training_error", _DECODED))
    plan = [Point(replace(stated, chance=chance), label({"unknown": chance}), stop) for chance in chances]
    if options.get("executor") is None:
        _require_memory(stated, width_of(plan, options.get("workers")))
    sweep = run_plan(plan, stated, **options)
    results = [Erasures.of(chance, stated, stats) for chance, stats in zip(chances, sweep, strict=True)]
    return ErasureSweep(results) if _listed(unknown) is unknown else results[0]


def _listed(unknown: Value | Sequence[Value]) -> Sequence[Value]:
    """Return several probabilities as they are, one as a list of it."""
    return [unknown] if isinstance(unknown, str | Real | Decimal | sp.Expr) else unknown  # type: ignore[return-value]


def erasing(graph: Graph, learner: Learner, punctured: Iterable[Name], known: Iterable[Name]) -> Erasing:
    """Return what erasures on a graph have in common at all probabilities; raise `InputError` for what `erasures` refuses of it."""
    require_kind(graph, Graph, "the graph", "a Graph, such as Graph.read(path)")
    bound_learner(learner)
    always, never = (np.unique(graph.skill_numbers(names, argument)) for names, argument in ((punctured, "punctured"), (known, "known")))
    if len(both := np.intersect1d(always, never)):
        raise InputError("known", "must not name what is punctured", given=graph.skill_names[both[0]])
    return Erasing.on(graph.sampled, learner, always, never)


def _require_memory(experiment: Erasing, workers: int) -> None:
    """Refuse more workers than there is memory for; one, which has the graph already, is let try."""
    fits = max(1, int(available_bytes() / experiment.bytes_needed))
    if workers > fits:
        requirement = f"need about {experiment.bytes_needed / 2**30:.3g} GiB each, {available_bytes() / 2**30:.3g} GiB are free"
        raise InputError("workers", requirement, given=workers, remedy=f"{fits} would fit")
