"""Loops compile where no cache can be written: a read-only installation, and a home that cannot be written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core import caching

import deanalysis
from deanalysis.simulate.compiled import njit

LOOPS = """
import numpy as np
from deanalysis.coder import channel, language, orders, texts
from deanalysis.simulate import classes, graphs, runs, trials
from deanalysis.simulate.graphs import Graph, edges_of
graph, met = Graph.of([(1, 2), (2,)], skills=2), np.zeros(3, dtype=np.uint32)
edges_of(graph, np.arange(3), 3, met)
print(met.tolist())
"""


def add(one: int, other: int) -> int:
    return one + other


def test_nothing_is_kept_where_there_is_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(caching._CacheLocator, "ensure_cache_path", refuse)
    loop = njit(cache=True)(add)
    assert loop(20, 1) == 21
    assert isinstance(loop._cache, caching.NullCache)


def test_what_is_compiled_is_kept_where_there_is_a_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(tmp_path))
    assert njit(cache=True)(add)(20, 1) == 21
    assert list(tmp_path.rglob("*.nbi"))


@pytest.mark.parametrize("numba_cache", [None, "file"])
def test_a_read_only_installation_without_a_home(tmp_path: Path, numba_cache: str | None) -> None:
    """Files stand where folders for caches would be made, so that root cannot make them either."""
    (tmp_path / "file").touch()
    package = tmp_path / "deanalysis"
    shutil.copytree(Path(deanalysis.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (package, package / "simulate", package / "coder"):
        (folder / "__pycache__").touch()
    nowhere = str(tmp_path / "file" / "below")
    environment = {**os.environ, "HOME": nowhere, "XDG_CACHE_HOME": nowhere, "PYTHONPATH": str(tmp_path)}
    environment.pop("NUMBA_CACHE_DIR", None)
    if numba_cache:
        environment["NUMBA_CACHE_DIR"] = nowhere
    done = subprocess.run([sys.executable, "-c", LOOPS], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[0, 0, 1]\n", "")
