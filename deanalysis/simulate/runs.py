"""Independent graphs at one point of the letters or at many: planned, resumed from a file, run somewhere, and added up.

The result depends on the seed alone: not on the number of workers, on how many graphs are handed over at a time, nor on the order
in which they finish.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Self

import numpy as np

from ..checks import check_count
from ..errors import InputError
from ..model.association import Association
from ..model.chains import Chain
from ..model.classes import ClassEnsemble
from ..model.degrees import Ensemble
from ..model.exact import exact
from ..model.learners import Learner
from ..model.symbols import check_letters
from ..record import Shown, Table
from .classes import part_names
from .components import ASSOCIATION
from .executors import SerialExecutor, checked_workers, lost_process, processes
from .experiment import Experiment, Task, check_memory
from .plan import Point, Stop, batches
from .results import ResultsFile
from .statistics import IDEAL, QUANTITIES, Trial, TrialStats, is_of_place
from .streams import check_seed
from .topics.chain_experiment import ChainExperiment
from .trials import run_trial, warm_up

MOST_REPLICATES, _MOST_ROUNDS = 1_000_000, 100_000
_AHEAD = 2  # batches of each worker that are handed over at a time, so that none waits for this process, and few are lost with it

Progress = Callable[[int, int], None]
Stated = Ensemble | ClassEnsemble | Chain


class Sweep(tuple[TrialStats, ...], Shown):
    """The statistics of the graphs at each point of a sweep, in order; `points` says where each was."""

    points: tuple[str, ...]

    @classmethod
    def of(cls, points: Sequence[Point]) -> Self:
        """Return the statistics of finished points."""
        runs = cls(point.stats for point in points if point.stats is not None)
        runs.points = tuple(point.parameters for point in points)
        return runs

    def table(self) -> Table:
        """Return a row for each point."""
        names = list(dict.fromkeys(name for run in self for name in run.quantities if not is_of_place(name)))
        rows = [
            (point, run.replicates, *(run.estimate(name) for name in names), f"emerged: {run.divided}" if run.bimodal else "")
            for point, run in zip(self.points, self, strict=True)
        ]
        return Table(("point", "graphs", *(name.replace("_", " ") for name in names), ""), rows)


def simulate(ensemble: Stated, learner: Learner | None = None, *, replicates: int = 8, **options: Any) -> TrialStats:
    """Learn on `replicates` independent graphs of an ensemble and a learner without free letters.

    Options and errors are those of `sweep`, of which this is one point; one of them is the number of `skills`, or of `texts_per_graph`.

    Of a chain, `complete` is the share of the graphs in which every skill that is in some text was learned, `passed` that of those in which
    no topic has more than half of its unknown skills left, so that no front got stuck; both with Wilson's interval. With `items` and
    `cells`, `complete` is how often a fuse filter of so many keys is built at the first attempt.

    >>> from deanalysis.model import Poisson, SkillLearner
    >>> stats = simulate(Ensemble(Poisson(3), Poisson(3)), SkillLearner(1), skills=1000, replicates=2, seed=1, workers=1)
    >>> stats.replicates, 0 < stats.zeta.mean < 1
    (2, True)

    One attempt in six peels 11,400 keys on 12 starting segments of 1024 cells:

    >>> from deanalysis.model.presets import load_model
    >>> fuse = load_model("fuse(3, 12)").ensemble
    >>> low, best, high = simulate(fuse, items=11_400, cells=1024, replicates=200, seed=1, workers=1).estimate("complete")
    >>> low < 0.163 < high
    True
    """
    (stats,) = sweep(ensemble, learner, [{}], replicates=replicates, **options)
    return stats


def sweep(
    ensemble: Stated,
    learner: Learner | None,
    points: Sequence[Mapping[str, Any]],
    *,
    skills: int | None = None,
    texts_per_graph: int | None = None,
    items: int | None = None,
    cells: int | None = None,
    replicates: int = 8,
    seed: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    batch: int | None = None,
    one_pass: bool = False,
    passes: int = 0,
    rounds: int = 0,
    association: Association | None = None,
    ideal: bool = False,
    until: Mapping[str, float] | None = None,
    budget: float | None = None,
    output: Path | str | None = None,
    output_option: str = "output",
    progress: Progress | None = None,
) -> Sweep:
    """Learn on independent graphs at each of the points, which bind every letter; return the statistics of each.

    Arguments:
        learner: that of the model if None, where this states one: a chain or classes.
        skills, replicates: size and number of graphs at each point. The size is the number of all skills; of a chain it is that of each
            topic, and of a protograph that of each column.
        texts_per_graph: instead of `skills`, how many texts each graph has, at every point; the number of skills is texts / R, rounded, so
            that the frame of an `irsa(...)` has so many slots, and its load varies by the number of users.
        items, cells: instead of `skills`, how many skills a chain has in all, each of which chooses its topic uniformly, and how many texts
            each position has. The letter that the texts alone have, such as the d of `fuse(K, N)`, follows from these and is not bound.
        seed: of all graphs; if None, that of the file's rows or else drawn, and reported.
        workers: processes (as many as there are cores if None), or how many graphs at a time an `executor` draws.
        executor: any `concurrent.futures.Executor`, instead of processes of this machine. These are begun as Python begins them: by
            `fork`, or where that is not the default (macOS, Windows, Python 3.14), by importing the script anew, which then must call
            this under `if __name__ == "__main__":`. An executor begun otherwise is another way:
            `ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("fork"))`.
        batch: how many graphs are handed over at a time (if None, as many as make it worth while).
        one_pass: present each text once, instead of all again and again until nothing changes.
        passes: present the texts so many times, always in the same order (0: until nothing changes); skills must be mixed Poisson.
        rounds: for how many rounds zeta is followed (the `trajectory`).
        association: the association graph whose components, degrees and triangles are counted, if any.
        ideal: also count what the ideal learner leaves, `zeta_ideal`: each text tells the XOR of its skills' values, and elimination over
            GF(2) determines what all texts together say. With classes, these must be of one level, without prerequisites.
        until: half widths of 95 % intervals by quantity, such as {"zeta": 1e-3}; each point ends with the first graph, in the order of
            their numbers, at which all are reached (at least 8), or with `replicates`.
        budget: seconds after which no more graphs are begun, except for the first two of each point.
        output: a CSV file to which one row per finished graph is appended at once (`ResultsFile`); graphs that it has are not drawn again.
        output_option: what errors call that file.
        progress: called with (done, of) graphs, at the start and whenever some are finished.

    Raises `InputError` for letters left free, sizes that do not fit and files that cannot be used.

    >>> from deanalysis.model import Poisson, SkillLearner
    >>> from deanalysis.model.symbols import R
    >>> less, more = sweep(Ensemble(Poisson(3), Poisson(3 * R)), SkillLearner(1), [{"R": 1}, {"R": 2}], skills=1000, seed=1)
    >>> less.zeta.mean > more.zeta.mean
    True
    """
    replicates = check_count(replicates, 1, MOST_REPLICATES, "replicates")
    rounds = check_count(rounds, 0, _MOST_ROUNDS, "rounds")
    passes = check_count(passes, 0, _MOST_ROUNDS, "passes") or int(one_pass)
    if passes and rounds:
        raise InputError("rounds", "must not be given with `one_pass` or `passes`, which have no rounds")
    if passes > 1 and isinstance(ensemble, Ensemble) and not ensemble.skills.is_mixed_poisson:
        raise InputError("passes", "above 1 need skills that are mixed Poisson, to be tested on fresh texts", given=passes)
    if not points:
        raise InputError("a sweep", "must have at least one point")
    if passes and association is not None:
        raise InputError("edges", "must not be given with `one_pass` or `passes`: components are counted where learning has stopped")
    sizes = {"items": items, "cells": cells, "texts_per_graph": texts_per_graph}
    given = {"one_pass": one_pass, "passes": passes, "rounds": rounds, "edges": association, **sizes}
    _refuse(ensemble, [name for name, value in given.items() if value not in (None, False, 0)])
    if skills is None and set(sizes.values()) == {None}:
        raise InputError("skills", "is required", remedy="give a number of them")
    stated: Experiment | ChainExperiment
    if isinstance(ensemble, Chain):
        stated = ChainExperiment.of(ensemble, learner, skills, items, cells, rounds, ideal)
        parts = stated.part_names
    else:
        rule: Any = learner or getattr(ensemble, "learner", None)
        options: Any = {"passes": passes, "rounds": rounds, "association": association, "ideal": ideal}
        stated = Experiment.of(ensemble, rule, skills, texts_per_graph, **options)
        parts = part_names(ensemble) if isinstance(ensemble, ClassEnsemble) else []
    stop = Stop.of(until or {}, replicates, (*QUANTITIES, *[IDEAL] * ideal, *parts, *(ASSOCIATION if association is not None else ())))
    for values in points:
        if implied := stated.implied & set(values):
            raise InputError(min(implied), "must not be given with `items` and `cells`, from which it follows")
        check_letters(values, stated.letters, "a point")
    bound = [stated.at(values) for values in points]
    plan = [Point(experiment, label(values), stop) for experiment, values in zip(bound, points, strict=True)]
    if executor is None:
        check_memory(bound, width_of(plan, workers))
    return run_plan(
        plan,
        stated,
        seed=seed,
        workers=workers,
        executor=executor,
        batch=batch,
        budget=budget,
        output=output,
        output_option=output_option,
        progress=progress,
    )


def _refuse(ensemble: Stated, given: Sequence[str]) -> None:
    """Refuse options that do not go with a model."""
    for name in given:
        if isinstance(ensemble, ClassEnsemble) and name in ("one_pass", "passes", "rounds"):
            raise InputError(name, "must not be given with several classes of skills")
        if isinstance(ensemble, Chain) and name in ("one_pass", "passes", "edges"):
            raise InputError(name, "must not be given with a chain of topics")
        if name == "texts_per_graph" and not isinstance(ensemble, Ensemble):
            raise InputError(name, "goes with one class of skills and one type of texts", remedy="give `skills`")
        if name in ("items", "cells") and not isinstance(ensemble, Chain):
            raise InputError(name, "goes with a chain of topics, such as fuse(3, 12)")


def width_of(plan: Sequence[Point], workers: int | None) -> int:
    """Return how many graphs are drawn at a time."""
    return min(checked_workers(workers), sum(point.stop.replicates for point in plan))


def run_plan(
    plan: Sequence[Point],
    stated: Task,
    *,
    seed: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    batch: int | None = None,
    budget: float | None = None,
    output: Path | str | None = None,
    output_option: str = "output",
    progress: Progress | None = None,
) -> Sweep:
    """Run the trials of a plan that its file lacks; return the statistics of each point.

    Arguments: the points, what they have in common (whose `model` marks the rows of the file), and the options of `sweep`.
    """
    batch = None if batch is None else check_count(batch, 1, MOST_REPLICATES, "batch")
    if budget is not None and not budget > 0:
        raise InputError("budget", "must be a positive number of seconds", given=budget)
    width = width_of(plan, workers)
    file = ResultsFile(output, stated, output_option) if output is not None else None
    if seed is None and file is not None:
        seed = file.seed()
    seed = check_seed(int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed)
    if file is not None:
        for point in plan:
            point.recall(file.trials(point.parameters, seed, point.experiment.skills))
    if executor is None and any(point.missing for point in plan):
        warm_up(stated)  # here: processes that are forked have what is compiled
    with nullcontext(executor) if executor is not None else processes(width) if width > 1 else nullcontext(SerialExecutor()) as pool:
        deadline = float("inf") if budget is None else time.monotonic() + budget
        _tell(plan, progress)
        for finished in _run(batches(plan, batch, deadline), seed, pool, width):
            if file is not None:
                file.add([(point.parameters, trial) for point, trial in finished])
            for point, trial in finished:
                point.add(trial)
            _tell(plan, progress)
    return Sweep.of(plan)


def _tell(plan: Sequence[Point], progress: Progress | None) -> None:
    if progress is not None:
        done = sum(len(point.trials) for point in plan)
        progress(done, done + sum(point.missing for point in plan))


def _run(waiting: Iterator[list[tuple[Point, int]]], seed: int, pool: Executor, width: int) -> Iterator[list[tuple[Point, Trial]]]:
    """Keep the workers busy, with little ahead of them; yield each batch as it is finished, first what came to a good end."""
    running: dict[Future[list[Trial]], list[Point]] = {}
    worked, more = False, True
    try:
        while more or running:
            more = (batch := next(waiting, None)) is not None
            if batch is not None:
                points = [point for point, _ in batch]
                running[pool.submit(run_batch, [(point.experiment, seed, number) for point, number in batch])] = points
            timeout = None if len(running) >= _AHEAD * width or not more else 0
            done = wait(running, timeout, FIRST_COMPLETED).done if running else ()
            for future in sorted(done, key=lambda future: future.exception() is not None):
                yield list(zip(running.pop(future), future.result(), strict=True))
                worked = True
    except BrokenExecutor:
        raise lost_process(width, worked) from None
    finally:
        for future in running:
            future.cancel()


def run_batch(jobs: Sequence[tuple[Task, int, int]]) -> list[Trial]:
    """Run some trials, each an experiment, a seed and the number of the graph."""
    return [run_trial(*job) for job in jobs]


def label(point: Mapping[str, Any]) -> str:
    """Return the values of the letters, exactly and in the order of their names."""
    return ", ".join(f"{name}={exact(value, name)}" for name, value in sorted(point.items()))
