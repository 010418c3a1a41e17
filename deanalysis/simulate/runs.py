"""Independent replicates of learning on random graphs, in one process or several, each with a generator of its own."""

import csv
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..errors import InputError
from ..model.ensembles import Ensemble
from ..model.learners import Learner
from .graphs import Graph, attach, expected_bytes, sample_graph, transpose
from .kernel import draw_patience, learn, leave_one_out
from .sampling import sample_degrees
from .statistics import Trial, TrialStats

__all__ = ["COLUMNS", "run_trial", "simulate"]

COLUMNS = ["model", "parameters", *Trial._fields, "version"]
"""The columns of a results file, one row per replicate."""
_MOST_FRESH, _MOST_HELD = 100_000, 1_000
_MOST_SEED = 2**63


class _Task(NamedTuple):
    ensemble: Ensemble
    learner: Learner
    skills: int
    seed: int
    replicate: int


def simulate(
    ensemble: Ensemble,
    learner: Learner,
    *,
    skills: int,
    replicates: int = 8,
    seed: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    output: Path | str | None = None,
    label: tuple[str, str] = ("", ""),
) -> TrialStats:
    """Learn on `replicates` independent graphs of `skills` skills each; the result does not depend on `workers`.

    Arguments: an ensemble and a learner without free letters; `seed` (drawn and reported if None); `workers`
    processes (as many as there are cores if None); `progress(done, of)`, called after each graph;
    `output`, a CSV file to which one row per finished graph is appended at once, with `label` (model, parameters).
    Raises `InputError` for letters left free, sizes that do not fit and files that cannot be used.

    >>> from deanalysis.model import Poisson, SkillLearner
    >>> stats = simulate(Ensemble(Poisson(3), Poisson(3)), SkillLearner(1), skills=1000, replicates=2, seed=1, workers=1)
    >>> stats.replicates, 0 < stats.zeta.mean < 1
    (2, True)
    """
    seed = _checked(ensemble, learner, skills, replicates, seed)
    workers = min(replicates, _checked_workers(workers))
    _check_memory(ensemble, skills, workers)
    tasks = [_Task(ensemble, learner, skills, seed, replicate) for replicate in range(replicates)]
    trials: list[tuple[Trial, int] | None] = [None] * replicates
    rows = _Rows(output, label) if output is not None else None
    for done, (trial, tested) in enumerate(_run(tasks, workers), start=1):
        trials[trial.replicate] = trial, tested
        if rows:
            rows.add(trial)
        if progress:
            progress(done, replicates)
    first, *others = (TrialStats.of(*finished) for finished in trials if finished is not None)
    return sum(others, first)


def _run(tasks: list[_Task], workers: int) -> Iterator[tuple[Trial, int]]:
    if workers == 1:
        yield from map(run_trial, tasks)
        return
    pool = ProcessPoolExecutor(workers, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    try:
        for finished in as_completed([pool.submit(run_trial, task) for task in tasks]):
            yield finished.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.kill()
        raise
    pool.shutdown()


def run_trial(task: _Task) -> tuple[Trial, int]:
    """Draw one graph, learn on it and count; return the trial and the number of texts that tested it.

    Where skills are mixed Poisson, fresh texts that meet skills by popularity are the test. Otherwise at most 1 % of the
    texts, and at most a thousand, are held out; each is tested after learning from all the others, and in the end all are presented.
    """
    _warm_up()
    started = time.perf_counter()
    rng = np.random.default_rng(np.random.SeedSequence(task.seed, spawn_key=(task.replicate,)))
    graph = sample_graph(task.ensemble, task.skills, rng)
    novel = (rng.random(graph.skills) < float(task.ensemble.unknown)).astype(np.uint8)
    patience = draw_patience(task.learner, np.diff(graph.text_start), rng)
    if task.ensemble.skills.is_mixed_poisson:
        left, rounds = learn(*graph.rows, patience, novel)
        tested, failed = _test_fresh(task.ensemble, graph, novel, rng)
    else:
        held = max(1, min(graph.texts // 100, _MOST_HELD))
        presented = patience.copy()
        presented[:held] = -1
        left, rounds = learn(*graph.rows, presented, novel)
        tested, failed = leave_one_out(*graph.rows, patience, novel, left, held)
        left, _ = learn(*graph.rows, patience, novel)
    errors = float(novel.mean()), failed / tested, float((left > 0).mean())
    counts = graph.skills, graph.texts, graph.edges
    trial = Trial(task.seed, task.replicate, *counts, *errors, int(rounds), time.perf_counter() - started)
    return trial, tested


@cache
def _warm_up() -> None:
    """Compile the loops, so that no graph is charged for it."""
    start, ends = np.array([0, 1], dtype=np.int64), np.zeros(1, dtype=np.int32)
    rows, patience, novel = (start, ends, *transpose(start, ends, 1)), np.ones(1, dtype=np.int32), np.ones(1, dtype=np.uint8)
    left, _ = learn(*rows, patience, novel)
    leave_one_out(*rows, patience, novel, left, 1)


def _test_fresh(ensemble: Ensemble, graph: Graph, novel: NDArray[np.uint8], rng: np.random.Generator) -> tuple[int, int]:
    """Draw fresh texts whose skills are met by popularity; return how many there are and how many are not understood."""
    count = min(max(graph.texts, 1000), _MOST_FRESH)
    start, ends = attach(sample_degrees(ensemble.texts, rng, count), graph.popularity, graph.skills, rng)
    met = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(novel[ends], dtype=np.int64)])
    return count, int((met[start[1:]] > met[start[:-1]]).sum())


class _Rows:
    """A CSV file with one row per finished graph, each on the disk before the next is drawn."""

    def __init__(self, output: Path | str, label: tuple[str, str]) -> None:
        self.path, self.label = Path(output), label
        try:
            self.is_new = not self.path.exists() or self.path.stat().st_size == 0
            if not self.is_new:
                self._check_existing()
            if not os.access(self.path if self.path.exists() else self.path.parent, os.W_OK) or self.path.is_dir():
                raise PermissionError(13, "not writable")
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise InputError("--output", f"must be writable ({reason})", given=output) from None

    def _check_existing(self) -> None:
        with self.path.open(newline="", encoding="utf-8") as file:
            first = next(csv.reader(file), [])
        if first != COLUMNS:
            raise InputError("--output", "must name a new file or one of this tool's", given=self.path)
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                raise InputError("--output", "ends in an unfinished row", given=self.path, remedy="remove its last line")

    def add(self, trial: Trial) -> None:
        """Append a row and see it onto the disk."""
        rows: list[Sequence[object]] = [COLUMNS] if self.is_new else []
        rows.append([*self.label, *(repr(value) if isinstance(value, float) else value for value in trial), __version__])
        self.is_new = False
        with self.path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
            file.flush()
            os.fsync(file.fileno())


def _checked(ensemble: Ensemble, learner: Learner, skills: int, replicates: int, seed: int | None) -> int:
    free = sorted(str(symbol) for symbol in ensemble.letters | learner.letters)
    if free:
        raise InputError("the model", f"must have every letter bound; {', '.join(free)} is free", remedy=f"set {free[0]}")
    for argument, value, most in (("--size", skills, 2**31 - 1), ("--replicates", replicates, 1_000_000)):
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise InputError(argument, f"must be a whole number from 1 to {most}", given=value)
    if seed is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < _MOST_SEED:
        raise InputError("--seed", "must be a whole number from 0 to 2^63 - 1", given=seed)
    return seed


def _checked_workers(workers: int | None) -> int:
    if workers is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if isinstance(workers, bool) or not isinstance(workers, int) or not 1 <= workers <= 256:
        raise InputError("--workers", "must be a whole number from 1 to 256", given=workers)
    return workers


def _check_memory(ensemble: Ensemble, skills: int, workers: int) -> None:
    """Refuse a size that cannot fit, before anything is allocated, and say which would."""
    needed, there = expected_bytes(ensemble, skills) * workers, _available_bytes()
    if needed > there:
        fits = int(skills * there / needed)
        where = f"needs about {needed / 2**30:.3g} GiB on {workers} workers, {there / 2**30:.3g} GiB are free"
        raise InputError("--size", where, given=skills, remedy=f"a size of {fits} would fit")


def _available_bytes() -> float:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
