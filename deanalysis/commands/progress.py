"""What a terminal shows while a command works, the time that it has taken or how many graphs are finished; and the memory it took."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import Any

_AFTER, _EVERY = 2.0, 1.0
"""Seconds until the time is shown, so that what is quick stays quiet, and between two times."""
_CLEAR = "\r\x1b[K"


class _After:
    """A stream that stops what else writes to the terminal before anything is written to it."""

    def __init__(self, stream: Any, stop: Callable[[], None]) -> None:
        self._stream, self._stop = stream, stop

    def __getattr__(self, name: str) -> Any:
        if name in ("write", "writelines", "buffer"):
            self._stop()
        return getattr(self._stream, name)


@contextmanager
def working(name: str, after: float = _AFTER) -> Iterator[None]:
    """Show on standard error, where that is a terminal, that a command works, from some seconds on and until it writes its first line."""
    if not sys.stderr.isatty():
        yield
        return
    start, stopped, streams = monotonic(), Event(), (sys.stdout, sys.stderr)

    def show() -> None:
        shown, pause = "", after
        while not stopped.wait(pause):
            shown, pause = f"{_CLEAR}{name}: working, {monotonic() - start:.0f} s (Ctrl-C ends it)", _EVERY
            print(shown, end="", file=streams[1], flush=True)
        if shown:
            print(_CLEAR, end="", file=streams[1], flush=True)

    def stop() -> None:
        stopped.set()
        thread.join()

    thread = Thread(target=show, daemon=True)
    thread.start()
    sys.stdout, sys.stderr = _After(streams[0], stop), _After(streams[1], stop)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
        stop()


@contextmanager
def progress_bar(counted: str = "graphs") -> Iterator[Callable[[int, int], None]]:
    """Show how many graphs (or other things, or bytes) are finished, and how long the rest takes, on standard error if it is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    number = DownloadColumn() if counted == "bytes" else MofNCompleteColumn()
    columns = TextColumn(counted), BarColumn(), number, TimeRemainingColumn(elapsed_when_finished=True)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(counted, total=None)

        def step(done: int, of: int) -> None:
            if bar.tasks[0].total is None:
                bar.reset(task, total=of, completed=done)
            else:
                bar.update(task, total=of, completed=done)

        yield step


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
