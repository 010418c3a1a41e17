"""A real Dask cluster on this machine: a scheduler and worker processes of their own, one of which is killed during the run."""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from system import required

Client = required("distributed").Client

COMMAND = [sys.executable, "-m", "deanalysis", "simulate", "paper", "--set", "c=5", "--sweep", "R=2.3:2.6:4", "--size", "20000"]
COMMAND += ["--replicates", "60", "--seed", "1", "--json"]
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def wait_for(path: Path, lines: int) -> None:
    deadline = time.monotonic() + 60
    while not path.exists() or path.read_text().count("\n") < lines:
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Cluster(NamedTuple):
    """A scheduler at an address, and its workers."""

    address: str
    scheduler: subprocess.Popen
    workers: list[subprocess.Popen]


@pytest.fixture
def cluster(tmp_path) -> Iterator[Cluster]:
    """Start a scheduler and two workers without nannies, which would bring a killed worker back."""
    place = tmp_path / "scheduler.json"

    def start(part: str, *options: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{part}", "--scheduler-file", str(place), "--no-dashboard", *options]
        return subprocess.Popen(command, cwd=tmp_path, **QUIET)

    started = [
        start("scheduler", "--host", "127.0.0.1", "--port", "0"),
        *(start("worker", "--no-nanny", "--nthreads", "1") for _ in range(2)),
    ]
    wait_for(place, 1)
    with Client(scheduler_file=str(place), set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    try:
        yield Cluster(json.loads(place.read_text())["address"], started[0], started[1:])
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_killed_worker_changes_nothing(cluster, tmp_path) -> None:
    path = tmp_path / "runs.csv"
    with subprocess.Popen(
        [*COMMAND, "--scheduler", cluster.address, "--batch", "2", "--output", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        wait_for(path, 20)
        cluster.workers[0].kill()
        assert path.read_text().count("\n") < 200
        out, err = run.communicate(timeout=120)
    assert run.returncode == 0, err
    alone = json.loads(subprocess.run(COMMAND, check=True, capture_output=True, text=True).stdout)
    timed = ("seconds", "edges_per_second", "peak_bytes")
    told = [
        [{name: value for name, value in point.items() if name not in timed} for point in run["points"]] for run in (json.loads(out), alone)
    ]
    assert told[0] == told[1]
    with path.open(newline="") as file:
        found = list(csv.DictReader(file))
    assert len({(row["parameters"], row["replicate"]) for row in found}) == len(found) == 240


def test_a_cluster_that_dies_is_one_line_and_its_rows_are_kept(cluster, tmp_path) -> None:
    path = tmp_path / "runs.csv"
    command = [*COMMAND, "--replicates", "4000", "--scheduler", cluster.address, "--batch", "2", "--output", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        wait_for(path, 20)
        cluster.scheduler.kill()
        _, err = run.communicate(timeout=120)
    assert run.returncode == 2
    assert "--scheduler lost its workers" in err.splitlines()[-1]
    assert err.count("\n") == 1
    assert path.read_text().endswith("\n")
    assert path.read_text().count("\n") >= 20


def test_validate_runs_there_too(cluster) -> None:
    command = [
        sys.executable,
        "-m",
        "deanalysis",
        "validate",
        "paper",
        "--set",
        "c=3",
        "--set",
        "R=0.8",
        "--size",
        "20000",
        "--replicates",
        "8",
    ]
    done = subprocess.run([*command, "--seed", "1", "--scheduler", cluster.address], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "agrees" in done.stdout


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1", "tcp://127.0.0.1:99999999"])
def test_nothing_at_the_address(address: str) -> None:
    done = subprocess.run([*COMMAND, "--scheduler", address], capture_output=True, text=True, timeout=100)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "--scheduler" in done.stderr


def test_a_scheduler_without_workers(cluster) -> None:
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    time.sleep(1)
    done = subprocess.run([*COMMAND, "--scheduler", cluster.address], capture_output=True, text=True, timeout=100)
    assert done.returncode == 2
    assert "has no workers" in done.stderr
