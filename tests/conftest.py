"""What all tests share: one thread for linear algebra, the same random examples in CI, and the longest files first."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported: on small matrices more threads only wait for each other

from collections.abc import Iterator
from itertools import chain, islice

import hypothesis
import pytest

hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: of a file with tests that take over twenty seconds; such files start first")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the long files first in the run of tests that each worker is given (`--dist worksteal` cuts the list into equal runs)."""
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    items[:] = list(_dealt(items, workers))


def _dealt(items: list[pytest.Item], workers: int) -> Iterator[pytest.Item]:
    """Deal the long files to the workers in turn, and fill up with the other tests in order."""
    long: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("long"):
            long.setdefault(item.nodeid.partition("::")[0], []).append(item)
    others, left = iter([item for item in items if not item.get_closest_marker("long")]), len(items)
    for worker in range(workers):
        first = list(chain.from_iterable(list(long.values())[worker::workers]))
        share = left // (workers - worker)
        yield from first
        yield from islice(others, max(0, share - len(first)))
        left -= max(share, len(first))
    yield from others
