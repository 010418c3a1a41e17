"""What goes out beside tables: JSON, progress, and what memory it took."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

__all__ = ["peak_bytes", "print_json", "progress_bar"]


def peak_bytes() -> int:
    """Return the largest resident size of this process and its workers."""
    import resource

    own, workers = (resource.getrusage(user).ru_maxrss for user in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(_own_peak() or own, workers) * 1024


def _own_peak() -> int | None:
    """Return the peak of this program in KiB; what `getrusage` says also counts the program that started it."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration, ValueError):
        return None


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Show how many graphs are finished, and an estimate of the time left, on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("graphs"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(elapsed_when_finished=True)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("graphs", total=None)

        def step(done: int, of: int) -> None:
            if bar.tasks[0].total is None:
                bar.reset(task, total=of, completed=done)
            else:
                bar.update(task, total=of, completed=done)

        yield step


def print_json(content: Any) -> None:
    """Print one JSON object on one line."""
    click.echo(json.dumps(content, allow_nan=False, default=str))
