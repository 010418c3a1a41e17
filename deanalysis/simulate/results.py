"""The results file: one row per finished graph, only ever appended to, and read again so that nothing is simulated twice."""

import csv
import io
import math
import os
import stat
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_type_hints

from ..errors import InputError
from ..version import __version__
from .components import Counts
from .experiment import Task
from .statistics import IDEAL, Part, Trial

_NUMBERS = {name: kind for name, kind in get_type_hints(Trial).items() if kind in (int, float)}
_FIRST = [name for name in _NUMBERS if name != "tested"]
COLUMNS = ["model", "parameters", *_FIRST, "version", "tested", "trajectory", *Counts._fields, "parts"]
"""The columns of a results file; `trajectory` is a list separated by blanks; those of `Counts` are empty where nothing was counted.

`parts` is a list of NAME=VALUE/COUNT by class and type, empty where there is one of each. Where it is asked what elimination determines,
`zeta_ideal` is one column more."""
_ON_DISK = 1.0  # seconds of work that a loss of power may cost: seeing rows onto the disk takes milliseconds, longer than small graphs


class ResultsFile:
    """A CSV file of finished graphs of one model, written by one process or by several, on one machine or by concatenation of files.

    Arguments: a path, the experiment, with its letters free, and what errors call the file. Raises `InputError` for a file that is not one
    of this tool's, that ends in an unfinished row, holds another model or contradicts itself, or cannot be written.
    """

    def __init__(self, path: Path | str, experiment: Task, option: str = "output") -> None:
        self.path, self.experiment, self.option = Path(path), experiment, option
        self._trials: dict[tuple[str, int, int], dict[int, Trial]] = {}
        self.columns = COLUMNS + [IDEAL] * experiment.ideal
        self._is_new, self._kept = True, time.monotonic()
        try:
            if self.path.is_dir() or not os.access(self.path if self.path.exists() else self.path.parent, os.W_OK):
                raise PermissionError(13, "not writable")
            if self.path.exists() and stat.S_ISREG(self.path.stat().st_mode) and self.path.stat().st_size:
                self._is_new = False
                self._read(self.path.read_bytes().decode())
        except OSError as error:
            raise InputError(self.option, f"must be writable ({error.strerror})", given=path) from None
        except (UnicodeDecodeError, csv.Error):
            raise InputError(self.option, "must be one of this tool's files (it is not text)", given=path) from None

    def seed(self) -> int | None:
        """Return the seed of the rows that are there; raise `InputError` where they have several."""
        seeds = sorted({seed for _, seed, _ in self._trials})
        if len(seeds) > 1:
            raise InputError("seed", f"must be one of those in the file ({', '.join(map(str, seeds))}), or a new one")
        return seeds[0] if seeds else None

    def trials(self, parameters: str, seed: int, skills: int) -> dict[int, Trial]:
        """Return the trials that are there, by the number of the graph."""
        return self._trials.get((parameters, seed, skills), {})

    def add(self, rows: Sequence[tuple[str, Trial]]) -> None:
        """Append rows (parameters and trial), each in one write, and see them onto the disk, at most once a second."""
        written = (_written(trial) | {"parameters": parameters} for parameters, trial in rows)
        same = {"model": self.experiment.model, "version": __version__}
        lines = [_line([(values | same)[name] for name in self.columns]) for values in written]
        if self._is_new and lines:
            lines[0] = _line(self.columns) + lines[0]
        try:
            self._append(lines)
        except OSError as error:
            raise InputError(self.option, f"could not be written ({error.strerror}); finished rows are kept", given=self.path) from None
        self._is_new = False

    def _append(self, lines: list[bytes]) -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            for line in lines:
                _write(file, line)
            if time.monotonic() > self._kept + _ON_DISK and stat.S_ISREG(os.fstat(file).st_mode):
                os.fsync(file)
                self._kept = time.monotonic()
        finally:
            os.close(file)

    def _read(self, text: str) -> None:
        lines = csv.reader(io.StringIO(text))
        header = next(lines)
        if header not in (COLUMNS, [*COLUMNS, IDEAL]):
            raise InputError(self.option, "must name a new file or one of this tool's", given=self.path)
        if not text.endswith("\n"):
            raise InputError(self.option, "ends in an unfinished row", given=self.path, remedy="remove its last line")
        for line in lines:
            if line != header:
                self._take(line, lines.line_num)

    def _take(self, line: list[str], number: int) -> None:
        if len(line) in (len(COLUMNS), len(COLUMNS) + 1) and line[0] != self.experiment.model:
            raise InputError(self.option, f"holds another model in line {number}", given=self.path, remedy="name a new file")
        try:
            values = dict(zip(self.columns, line, strict=True))
            trial = _trial(values, self.experiment)
        except ValueError:
            raise InputError(self.option, f"has no row of this tool in line {number}", given=self.path) from None
        known = self._trials.setdefault((values["parameters"], trial.seed, trial.skills), {})
        if known.setdefault(trial.replicate, trial)._replace(seconds=0) != trial._replace(seconds=0):
            raise InputError(self.option, f"contradicts itself in line {number}", given=self.path)


def _line(row: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue().encode()


def _write(file: int, line: bytes) -> None:
    """Write a line or nothing: what a full disk took of it is taken off again, unless another process has written since."""
    before, written = os.fstat(file).st_size, 0
    while written < len(line):
        try:
            written += os.write(file, line[written:])
        except OSError:
            if written and os.fstat(file).st_size == before + written:
                os.ftruncate(file, before)
            raise


def _trial(values: dict[str, str], experiment: Task) -> Trial:
    """Read a trial; raise `ValueError` for what no trial gives, or what is not written as `ResultsFile` writes it."""
    numbers: dict[str, Any] = {name: kind(values[name]) for name, kind in _NUMBERS.items()}
    counts = Counts(*(int(values[name]) for name in Counts._fields)) if experiment.association else None
    parts = tuple(map(_part, values["parts"].split()))
    ideal = float(values[IDEAL]) if experiment.ideal else None
    if math.isnan(numbers["testing_error"]):
        numbers["testing_error"] = math.nan  # which is itself, so that a row that is there twice does not contradict itself
    trial = Trial(**numbers, trajectory=tuple(map(float, values["trajectory"].split())), counts=counts, parts=parts, zeta_ideal=ideal)
    shares = (trial.zeta, trial.zeta_ideal or 0.0, trial.training_error, *trial.trajectory, *(part.value for part in parts))
    possible = (
        all(0 <= share <= 1 for share in shares)
        and len(trial.trajectory) == experiment.rounds
        and 0 <= trial.tested <= trial.texts
        and (0 <= trial.testing_error <= 1 if trial.tested else math.isnan(trial.testing_error))
        and trial.skills >= 1
        and min(trial.seed, trial.replicate, trial.edges, trial.rounds) >= 0
        and 0 <= trial.seconds < float("inf")
        and (counts is None or 0 <= counts.largest <= counts.kept <= trial.skills)
    )
    if not possible or any(values[name] != text for name, text in _written(trial).items()):
        raise ValueError("no trial")
    return trial


def _written(trial: Trial) -> dict[str, str]:
    """Return a trial as it is written."""
    values = {name: getattr(trial, name) for name in _NUMBERS} | {"trajectory": " ".join(map(repr, trial.trajectory))}
    values |= trial.counts._asdict() if trial.counts else dict.fromkeys(Counts._fields, "")
    values["parts"] = " ".join(f"{name}={value!r}/{count}" for name, value, count in trial.parts)
    values |= {} if trial.zeta_ideal is None else {IDEAL: trial.zeta_ideal}
    return {name: repr(value) if isinstance(value, float) else str(value) for name, value in values.items()}


def _part(text: str) -> Part:
    """Read NAME=VALUE/COUNT."""
    name, _, share = text.partition("=")
    value, _, count = share.partition("/")
    return Part(name, float(value), int(count))
