"""The results file: nothing that was finished is lost or drawn twice, whatever kills the run; nothing foreign is written to."""

import csv
import multiprocessing
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deanalysis import Ensemble, InputError, SkillLearner, load_model, parse_law, simulate, sweep
from deanalysis.simulate.results import COLUMNS

PAPER = load_model("paper")
POINTS = [{"c": 5, "R": value} for value in ("2.3", "2.4", "2.5", "2.6")]
SWEEP = {"skills": 5_000, "replicates": 60, "seed": 1}
THREE = Ensemble(parse_law("poisson(3)"), parse_law("poisson(3)"))


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows, sorted, without what a clock said."""
    with path.open(newline="") as file:
        found = [row for row in csv.DictReader(file) if row["model"] != "model"]
    return sorted(({name: value for name, value in row.items() if name != "seconds"} for row in found), key=lambda row: sorted(row.items()))


def run_sweep(path: Path, workers: int = 2, **options) -> list[dict[str, object]]:
    found = sweep(PAPER.ensemble, PAPER.learner, POINTS, workers=workers, batch=3, output=path, **{**SWEEP, **options})
    return [{name: value for name, value in stats.to_dict().items() if "second" not in name} for stats in found]


def test_a_row_says_what_it_is(tmp_path) -> None:
    path = tmp_path / "runs.csv"
    run_sweep(path, replicates=2, rounds=2)
    with path.open(newline="") as file:
        header, *found = csv.reader(file)
    assert header == COLUMNS
    assert header[:13] == [
        "model",
        "parameters",
        "seed",
        "replicate",
        "skills",
        "texts",
        "edges",
        "zeta",
        "testing_error",
        "training_error",
        "rounds",
        "seconds",
        "version",
    ]
    assert {row[1] for row in found} == {"R=23/10, c=5", "R=12/5, c=5", "R=5/2, c=5", "R=13/5, c=5"}
    assert all(len(row[COLUMNS.index("trajectory")].split()) == 2 for row in found)


def test_killed_fifty_times_at_random_and_resumed(tmp_path) -> None:
    """The parent process is killed with all it knows; its workers end by themselves."""
    whole, path = tmp_path / "whole.csv", tmp_path / "killed.csv"
    expected = run_sweep(whole, workers=1)
    chance, context, kills, grown, inside = random.Random(5), multiprocessing.get_context("fork"), 0, 0, 0
    size = 60
    while kills < 50:
        process = context.Process(target=run_sweep, args=(path,), kwargs={"replicates": size})
        process.start()
        time.sleep(chance.uniform(0.02, 0.25))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        kills += process.exitcode == -signal.SIGKILL
        now = len(rows(path)) if path.exists() else 0
        assert now >= grown
        inside += grown < now < 4 * size
        grown = now
        if grown == 4 * size:
            path.unlink()
            grown = 0
    assert inside >= 5
    assert run_sweep(path) == expected
    assert rows(path) == rows(whole)
    assert len(rows(path)) == 240


def test_the_command_line_is_killed_and_run_again(tmp_path) -> None:
    command = [sys.executable, "-m", "deanalysis", "simulate", "paper", "--set", "c=5", "--sweep", "R=2.3:2.6:4", "--size", "20000"]
    command += ["--replicates", "100", "--seed", "1", "--workers", "2", "--output"]
    subprocess.run([*command, str(tmp_path / "whole.csv")], check=True, capture_output=True)
    chance, seen = random.Random(3), []
    for _ in range(3):
        with subprocess.Popen([*command, str(tmp_path / "killed.csv")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while len(seen) < 1 and not (tmp_path / "killed.csv").exists():
                time.sleep(0.02)
            time.sleep(chance.uniform(0, 0.6))
            os.kill(process.pid, signal.SIGKILL)
        seen.append(len(rows(tmp_path / "killed.csv")))
    assert 0 < seen[0] <= seen[1] <= seen[2]
    assert seen[0] < 400
    done = subprocess.run([*command, str(tmp_path / "killed.csv")], check=True, capture_output=True, text=True)
    assert rows(tmp_path / "killed.csv") == rows(tmp_path / "whole.csv")
    assert "400 graphs" in done.stdout


def test_workers_do_not_outlive_a_killed_run(tmp_path) -> None:
    code = f"""
import os, threading, time, multiprocessing, signal
from pathlib import Path
from deanalysis import Ensemble, Poisson, SkillLearner, simulate
def tell():
    while len(multiprocessing.active_children()) < 2:
        time.sleep(0.05)
    time.sleep(1)
    Path({str(tmp_path / "pids")!r}).write_text(" ".join(str(child.pid) for child in multiprocessing.active_children()))
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=tell).start()
simulate(Ensemble(Poisson(5), Poisson(12)), SkillLearner(1), skills=10_000, replicates=1_000_000, seed=1, workers=2)
"""
    subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 2
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_running_again_adds_only_what_is_missing(tmp_path) -> None:
    path = tmp_path / "runs.csv"
    run_sweep(path, replicates=3)
    kept = path.read_text()
    longer = run_sweep(path, replicates=5)
    assert path.read_text().startswith(kept)
    assert len(rows(path)) == 20
    before = path.read_text()
    assert run_sweep(path, replicates=5) == longer == run_sweep(tmp_path / "other.csv", replicates=5)
    assert path.read_text() == before
    assert run_sweep(path, replicates=3, seed=None) == run_sweep(tmp_path / "other.csv", replicates=3)


def test_files_of_several_machines_merge_by_concatenation(tmp_path) -> None:
    one, other, both = (tmp_path / name for name in ("one.csv", "other.csv", "both.csv"))
    sweep(PAPER.ensemble, PAPER.learner, POINTS[:3], output=one, workers=1, **{**SWEEP, "replicates": 4})
    sweep(PAPER.ensemble, PAPER.learner, POINTS[2:], output=other, workers=1, **{**SWEEP, "replicates": 4})
    both.write_text(one.read_text() + other.read_text())
    before = both.read_text()
    assert run_sweep(both, replicates=4) == run_sweep(tmp_path / "fresh.csv", replicates=4)
    assert both.read_text() == before


def test_more_seeds_in_a_file_must_be_told_apart(tmp_path) -> None:
    path = tmp_path / "runs.csv"
    for seed in (1, 2):
        run_sweep(path, replicates=2, seed=seed)
    with pytest.raises(InputError, match="seed must be one of those in the file \\(1, 2\\)"):
        run_sweep(path, replicates=2, seed=None)


def spoil(path: Path, how: str) -> str:
    """Spoil a results file; return what the line of complaint must name."""
    text = path.read_text()
    lines = text.splitlines(keepends=True)
    if how == "truncated":
        path.write_text(text[:-9])
        return "unfinished row"
    if how == "foreign":
        path.write_text("a,b\n1,2\n")
        return "one of this tool's"
    if how == "binary":
        path.write_bytes(b"\xff\xfe\x00" + text.encode())
        return "not text"
    if how == "contradictory":
        path.write_text(text + changed(lines[1]))
        return "contradicts itself in line 10"
    if how == "torn in the middle":
        path.write_text("".join([lines[0], lines[1][:40] + "\n", *lines[2:]]))
        return "line 2"
    path.write_text("".join([lines[0], lines[1].replace(",1,", ",one,", 1), *lines[2:]]))
    return "line 2"


def changed(line: str) -> str:
    (row,) = csv.reader([line])
    row[COLUMNS.index("edges")] = "1"
    return ",".join(f'"{value}"' for value in row) + "\n"


IMPOSSIBLE = {
    "zeta": ["nan", "1.5", "0.50"],
    "seconds": ["inf"],
    "skills": ["-5000"],
    "replicate": ["-1"],
    "texts": ["11_500"],
    "tested": ["99999999999999999999", "0"],
    "trajectory": ["0.5"],
    "edges": ["9" * 5000],
    "rounds": ["+3"],
    "seed": [""],
}


@pytest.mark.parametrize(
    ("column", "value"), [(name, value) for name, values in IMPOSSIBLE.items() for value in values], ids=lambda value: value[:12]
)
def test_a_row_that_no_trial_gives_is_refused(tmp_path, column: str, value: str) -> None:
    path = tmp_path / "runs.csv"
    run_sweep(path, replicates=2)
    with path.open(newline="") as file:
        found = list(csv.reader(file))
    found[1][COLUMNS.index(column)] = value
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(found)
    before = path.read_bytes()
    with pytest.raises(InputError, match="no row of this tool in line 2"):
        run_sweep(path, replicates=3)
    assert path.read_bytes() == before


@pytest.mark.parametrize("how", ["truncated", "foreign", "binary", "contradictory", "torn in the middle", "no number"])
def test_a_spoilt_file_is_left_alone(tmp_path, how: str) -> None:
    path = tmp_path / "runs.csv"
    run_sweep(path, replicates=2)
    culprit = spoil(path, how)
    before = path.read_bytes()
    with pytest.raises(InputError, match=culprit):
        run_sweep(path, replicates=3)
    assert path.read_bytes() == before


def test_another_model_s_file_is_left_alone(tmp_path) -> None:
    path = tmp_path / "runs.csv"
    run_sweep(path, replicates=2)
    before = path.read_bytes()
    options = {"skills": 5_000, "replicates": 2, "seed": 1, "output": path}
    for learner, more in ((SkillLearner(2), {}), (SkillLearner(1), {"one_pass": True}), (SkillLearner(1), {"rounds": 3})):
        with pytest.raises(InputError, match="holds another model in line 2"):
            sweep(PAPER.ensemble, learner, POINTS, **options, **more)
    assert path.read_bytes() == before


def test_places_that_cannot_be_written(tmp_path) -> None:
    for place in (tmp_path, tmp_path / "no" / "runs.csv"):
        with pytest.raises(InputError, match="output"):
            simulate(THREE, SkillLearner(1), skills=100, replicates=1, seed=1, output=place)
    with pytest.raises(InputError, match=r"could not be written \(No space left on device\)"):
        simulate(THREE, SkillLearner(1), skills=100, replicates=1, seed=1, workers=1, output="/dev/full")


def _with_little_room(path: Path, room: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        run_sweep(path, workers=1, replicates=10)
    except InputError as error:
        os._exit(7 if "could not be written" in str(error) else 1)
    os._exit(0)


def test_a_disk_that_fills_keeps_whole_rows(tmp_path) -> None:
    """A write that is cut short by the disk is taken back, so that the file can be gone on with."""
    path = tmp_path / "runs.csv"
    for room in (700, 1500, 2222):
        process = multiprocessing.get_context("fork").Process(target=_with_little_room, args=(path, room))
        process.start()
        process.join()
        assert process.exitcode == 7
        assert not path.exists() or not path.stat().st_size or path.read_text().endswith("\n")
    assert run_sweep(path, replicates=10) == run_sweep(tmp_path / "whole.csv", replicates=10)
    assert rows(path) == rows(tmp_path / "whole.csv")
