"""Random erasures on a graph that exists: how often all of it is learned, and what is left; by the simulator's trials and results files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from numbers import Real
from typing import Any, ClassVar, Self, overload

import numpy as np
import sympy as sp

from ..checks import check_count, require_between, require_kind
from ..errors import InputError
from ..model.exact import Value, exact_number
from ..model.learners import Learner
from ..record import Record, Shown, Table
from ..simulate.estimates import Estimate, Moments, wilson
from ..simulate.experiment import available_bytes
from ..simulate.plan import Point, Stop
from ..simulate.runs import MOST_REPLICATES, label, run_plan, width_of
from ..simulate.statistics import TrialStats
from .erasing import DECODED, Erasing
from .graph import Graph
from .learning import bound_learner
from .rows import Name


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
        decoded = round(stats.quantities[DECODED].total)
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
    stated = erasing(graph, learner, punctured, known)
    stop = Stop.of(until or {}, check_count(replicates, 1, MOST_REPLICATES, "replicates"), ("zeta", "training_error", DECODED))
    plan = [Point(replace(stated, chance=chance), label({"unknown": chance}), stop) for chance in chances]
    if options.get("executor") is None:
        _require_memory(stated, width_of(plan, options.get("workers")))
    sweep = run_plan(plan, stated, **options)
    results = [Erasures.of(chance, stated, stats) for chance, stats in zip(chances, sweep, strict=True)]
    return ErasureSweep(results) if _listed(unknown) is unknown else results[0]


def _listed(unknown: Value | Sequence[Value]) -> Sequence[Value]:
    """Return several probabilities as they are, one as a list of it."""
    return [unknown] if isinstance(unknown, str | Real | Decimal | sp.Expr) else unknown  # type: ignore[return-value]


def erasing(graph: Graph, learner: Learner | None, punctured: Iterable[Name], known: Iterable[Name]) -> Erasing:
    """Return what erasures on a graph have in common at all probabilities; raise `InputError` for what `erasures` refuses of it."""
    require_kind(graph, Graph, "the graph", "a Graph, such as Graph.read(path)")
    rule = bound_learner(learner)
    always, never = (np.unique(graph.skill_numbers(names, argument)) for names, argument in ((punctured, "punctured"), (known, "known")))
    if len(both := np.intersect1d(always, never)):
        raise InputError("known", "must not name what is punctured", given=graph.skill_names[both[0]])
    return Erasing.on(graph.sampled, rule, always, never)


def _require_memory(experiment: Erasing, workers: int) -> None:
    """Refuse more workers than there is memory for; one, which has the graph already, is let try."""
    fits = max(1, int(available_bytes() / experiment.bytes_needed))
    if workers > fits:
        requirement = f"need about {experiment.bytes_needed / 2**30:.3g} GiB each, {available_bytes() / 2**30:.3g} GiB are free"
        raise InputError("workers", requirement, given=workers, remedy=f"{fits} would fit")
