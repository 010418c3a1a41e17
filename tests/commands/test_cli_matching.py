"""How edge ends are matched, and how many texts a graph has, as they are stated in the shell."""

import json

import pytest

from tests.command_line import run_here

IRSA = ("simulate", "irsa(0.5x^2 + 0.28x^3 + 0.22x^8)", "--seed", "1", "--workers", "1")


def test_a_frame_has_a_length_and_its_load_varies_by_users() -> None:
    done = run_here(*IRSA, "--texts-per-graph", "100", "--sweep", "G=0.05:0.9:3", "--json")
    points = json.loads(done.stdout)["points"]
    assert [(point["skills"], point["texts"]) for point in points] == [(5, 100), (48, 100), (90, 100)]
    assert set(points[0]["stuck"]) == {"mean", "low", "high"}
    assert "24 graphs of 100 texts" in run_here(*IRSA, "--texts-per-graph", "100", "--sweep", "G=0.05:0.9:3").stdout


def test_matching_may_be_stated_beside_a_preset() -> None:
    """Graphs differ by it; the preset's own is that of distinct slots."""
    own, distinct, repeated = (
        json.loads(run_here(*IRSA, "--set", "G=0.5", "--size", "500", "--json", *options).stdout)["edges"]
        for options in ((), ("--matching", "distinct"), ("--matching", "repeated"))
    )
    assert own == distinct != repeated


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--texts-per-graph", "9", "--size", "9"), "--texts-per-graph must not be given with --size, whose number follows from it"),
        (("--texts-per-graph", "7"), "--matching distinct needs 8 texts in a graph, as many as a skill may have, got '7 texts'"),
        (("--texts-per-graph", "0"), "--texts-per-graph must be a whole number from 1 to 2147483647, got '0'"),
        (("--size", "9", "--matching", "twice"), "--matching must be one of repeated, distinct, parts, got 'twice'"),
        (("--size", "9", "--matching", "parts"), "--matching parts needs skills regular(K) and texts poisson(MEAN)"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(options: tuple[str, ...], said: str) -> None:
    done = run_here(*IRSA, "--set", "G=0.5", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_how_many_graphs_have_anything_left_is_told() -> None:
    arguments = ("simulate", "ldpc(3,6)", "--set", "eps=0.4", "--size", "1000", "--replicates", "4", "--seed", "1", "--workers", "1")
    stuck = json.loads(run_here(*arguments, "--json").stdout)["stuck"]
    (row,) = (line.split() for line in run_here(*arguments).stdout.splitlines() if "graphs with anything left" in line)
    assert [float(value) for value in row[-3:]] == pytest.approx([stuck[key] for key in ("mean", "low", "high")])
    assert 0 < stuck["mean"] < 1
