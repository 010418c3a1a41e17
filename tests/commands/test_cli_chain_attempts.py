"""Chains simulated in the shell: how often filters are built, kept in a file, and what is refused in one line."""

from pathlib import Path

import pytest
from command_line import output, run_here

FILTER = ["simulate", "fuse(3, 12)", "--items", "11400", "--cells", "1024", "--seed", "1", "--workers", "1"]


def test_how_often_a_filter_is_built_at_the_first_attempt() -> None:
    content = output(*FILTER, "--replicates", "300")
    assert (content["skills"], content["texts"], content["edges"], content["replicates"]) == (11_400, 14_336, 34_200, 300)
    assert content["complete"]["low"] < 0.1631 < content["complete"]["high"]
    assert len(content["topics"]) == 12
    assert len(content["positions"]) == 14
    assert "testing_error" not in content


def test_attempts_go_on_where_they_were_stopped(tmp_path: Path) -> None:
    kept = ["--output", "attempts.csv"]
    few, more = (output(*FILTER, "--replicates", count, *kept, folder=tmp_path) for count in ("5", "20"))
    assert more["replicates"] == 20
    assert len((tmp_path / "attempts.csv").read_text().splitlines()) == 21
    assert more["zeta"] == output(*FILTER, "--replicates", "20")["zeta"] != few["zeta"]
    done = run_here("simulate", "fuse(3, 12)", "--items", "11400", "--cells", "1000", *kept, folder=tmp_path)
    assert done.returncode == 2
    assert "another model" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["fuse(3, 12)", "--items", "100"], "--items must be given with --cells, and without --size"),
        (["fuse(3, 12)", "--items", "100", "--cells", "10", "--size", "5"], "--items must be given with --cells, and without --size"),
        (["fuse(3, 12)", "--items", "100", "--cells", "10", "--set", "d=1"], "d must not be given with --items and --cells"),
        (["fuse(3, 12)"], "--size is required"),
        (["paper", "--set", "c=3", "--set", "R=1", "--items", "100", "--cells", "10"], "--items goes with a chain"),
        (["chain(ldpc(3,6), 5, 3)", "--items", "100", "--cells", "10"], "--items need a chain of one class whose texts are Poisson"),
        (["chain(paper, 5, 3)", "--set", "c=3", "--set", "R=1", "--size", "1e10"], "--size must be a whole number"),
        (["chain(paper, 5, 3)", "--set", "c=3", "--set", "R=1", "--size", "10", "--one-pass"], "--one-pass must not be given with a chain"),
    ],
)
def test_what_is_refused_is_one_line(options: list[str], said: str) -> None:
    done = run_here("simulate", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"deanalysis: {said}")
    assert done.stderr.count("\n") == 1
