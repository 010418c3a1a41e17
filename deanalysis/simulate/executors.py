"""Where trials run: in this process, in worker processes of this machine, or on a Dask cluster; all are `concurrent.futures.Executor`s."""

import multiprocessing
import os
import re
import signal
import threading
import time
from asyncio import CancelledError as AsyncCancelled
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from ..checks import check_count
from ..errors import InputError
from ..version import __version__

_TIMEOUT = "10s"  # for a scheduler to answer
_LOOK = 0.5  # seconds after which a worker looks whether its parent has ended
_ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?(\[[0-9a-fA-F:]+\]|[\w.-]+):(?P<port>[0-9]{1,5})", re.ASCII)
_LAST_PORT = 65535
MOST_WORKERS = 4096

_T = TypeVar("_T")


def checked_workers(workers: int | None) -> int:
    """Return how many graphs are to be drawn at a time: as many as there are cores, if nothing else is said."""
    if workers is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return check_count(workers, 1, MOST_WORKERS, "workers")


class SerialExecutor(Executor):
    """The executor that runs everything at once, in this process."""

    def submit(self, function: Callable[..., _T], /, *arguments: Any, **options: Any) -> Future[_T]:
        """Run it and return the finished future."""
        future: Future[_T] = Future()
        try:
            future.set_result(function(*arguments, **options))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """Give worker processes of this machine; they are killed where anything goes wrong, an interrupt too, and do not outlive this one."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, initializer=_serve)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
        raise
    pool.shutdown()


def lost_process(workers: int, has_worked: bool) -> InputError:
    """Return what to say of a process that ended early: scripts that are imported anew by each process end it before any graph."""
    method = multiprocessing.get_start_method()
    if method != "fork" and not has_worked:
        requirement = f"could not begin its processes, each of which imports the script anew (start method {method})"
        remedy = 'call it under `if __name__ == "__main__":`, or with one worker'
    else:
        requirement = "lost a process, perhaps for want of memory"
        remedy = "run the same again with fewer workers; rows already written are kept"
    return InputError("workers", requirement, given=workers, remedy=remedy)


def _serve() -> None:
    """Leave interrupts to the parent process, and end soon after it has ended, even if it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to a Dask scheduler; give its executor and its number of threads. Graphs of a worker that dies are drawn anew elsewhere.

    Raises `InputError` where Dask is missing, nothing answers at the address, or a worker lacks this version of `deanalysis`.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise InputError("scheduler", "needs Dask", remedy="install deanalysis[cluster]") from None
    stated = _ADDRESS.fullmatch(address)
    if stated is None or int(stated["port"]) > _LAST_PORT:
        raise InputError("scheduler", "must be an address such as tcp://127.0.0.1:8786", given=address)
    try:
        client = Client(address, timeout=_TIMEOUT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise InputError("scheduler", f"must be the address of a Dask scheduler ({_first_line(error)})", given=address) from None
    with client:
        threads = _threads(client, address)
        try:
            yield client.get_executor(pure=False), threads
        except (KilledWorker, AsyncCancelled, CancelledError, OSError) as error:
            remedy = "run the same again; rows already written are kept"
            raise InputError("scheduler", f"lost its workers ({_first_line(error)})", given=address, remedy=remedy) from None


def _threads(client: object, address: str) -> int:
    """Return how many graphs the cluster can draw at a time, having seen that each worker has this version."""
    try:
        versions = client.run(_version)  # type: ignore[attr-defined]
    except Exception as error:
        raise InputError("scheduler", f"must have workers with deanalysis installed ({_first_line(error)})", given=address) from None
    others = sorted(set(versions.values()) - {__version__})
    if others:
        raise InputError("scheduler", f"must have workers with deanalysis {__version__}", given=", ".join(others))
    threads = sum(client.nthreads().values())  # type: ignore[attr-defined]
    if not threads:
        raise InputError("scheduler", "has no workers", given=address, remedy="start some with `dask worker ADDRESS`")
    return int(threads)


def _version() -> str:
    return __version__


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
