"""What is to be simulated at each point of the letters, and when that is enough."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import InputError
from .estimates import Moments
from .experiment import Task
from .statistics import QUANTITIES, Trial, TrialStats

_FEWEST_STOPPED = 8  # graphs before a run may end early: the spread of fewer is too often small by chance (tests/simulate/test_runs.py)
_FEWEST = 2  # graphs of a point whatever the budget: one alone has no interval
_BATCH_EDGES = 2e6  # edges that are handed over at a time: a twentieth of a second, beside which handing over is nothing
_BATCH_GRAPHS = 1000


@dataclass(frozen=True)
class Stop:
    """At most so many graphs; fewer, at least 8, if the half widths of the 95 % intervals are reached before."""

    replicates: int
    widths: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, until: Mapping[str, float], replicates: int, quantities: Sequence[str] = QUANTITIES) -> Stop:
        """Check and return a rule such as {"zeta": 0.001}."""
        for name, width in until.items():
            if name not in quantities:
                raise InputError("until", f"must name one of {', '.join(quantities)}", given=name)
            if not 0 < width < 1:
                raise InputError("until", "must give a half width between 0 and 1", given=width)
        return cls(replicates, tuple(sorted(until.items())))

    def is_reached(self, moments: Mapping[str, Moments], graphs: int) -> bool:
        """Whether so many graphs are enough."""
        precise = bool(self.widths) and graphs >= _FEWEST_STOPPED
        return graphs >= self.replicates or (precise and all(moments[name].half_width <= width for name, width in self.widths))


@dataclass
class Point:
    """One binding of the letters: its experiment, its rule, and the trials that have come in, in any order.

    Whether there are enough is decided on the trials 0, 1, 2, ... without gaps, whose statistics are `stats`, so that it does not
    depend on the order.
    """

    experiment: Task
    parameters: str
    stop: Stop
    trials: dict[int, Trial] = field(default_factory=dict)
    stats: TrialStats | None = None

    def recall(self, known: Mapping[int, Trial]) -> None:
        """Take over trials that were run before, so far as they are wanted."""
        for number, trial in sorted(known.items()):
            if number < self.stop.replicates:
                self.add(trial)

    def add(self, trial: Trial) -> None:
        """Take a trial, and count as far as there are no gaps."""
        self.trials[trial.replicate] = trial
        while not self.is_done and (following := self.trials.get(self.stats.replicates if self.stats else 0)):
            self.stats = self.stats + TrialStats.of(following) if self.stats else TrialStats.of(following)

    @property
    def is_done(self) -> bool:
        """Whether there are enough trials."""
        return self.stats is not None and self.stop.is_reached(self.stats.quantities, self.stats.replicates)

    @property
    def missing(self) -> int:
        """How many more graphs there will be, at most."""
        return 0 if self.is_done else self.stop.replicates - len(self.trials)


def batches(plan: Sequence[Point], graphs: int | None, deadline: float) -> Iterator[list[tuple[Point, int]]]:
    """Yield what is to be drawn, points and numbers of graphs: graph 0 of all points, then graph 1, ..., as many as are worth while.

    After the deadline no more are begun than two graphs a point. What has come in meanwhile is taken into account.
    """
    batch: list[tuple[Point, int]] = []
    weight = 0.0
    for replicate in range(max(point.stop.replicates for point in plan)):
        if all(point.is_done for point in plan):
            break
        for point in plan:
            if point.is_done or replicate in point.trials or (replicate >= _FEWEST and time.monotonic() > deadline):
                continue
            batch.append((point, replicate))
            weight += 1 / graphs if graphs else max(1 / _BATCH_GRAPHS, point.experiment.edges / _BATCH_EDGES)
            if weight >= 1 - 1e-9:
                yield batch
                batch, weight = [], 0.0
    if batch:
        yield batch
