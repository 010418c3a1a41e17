"""Components of what is learned at the command line: giant component, thresholds, dilution and attack, beside graphs."""

import itertools

import pytest
from command_line import output, run


def test_percolation() -> None:
    found = output("percolation", "paper", "--set", "c=1", "--set", "R=1.5", "--parameter", "R")
    assert found["giant_component"] == pytest.approx(0.2966295083852)
    assert found["independent_approximation"] == 0
    assert found["learned"] == pytest.approx(1 - output("evolve", "paper", "--set", "c=1", "--set", "R=1.5")["zeta"])
    assert found["threshold"] == pytest.approx(1.1157426951767)
    assert found["threshold"] == found["thresholds"][0]["value"]
    assert found["independent_threshold"] == pytest.approx(1.51539434330011)
    assert [set(equation) for equation in found["equations"]] == [{"latex", "text"}] * 5
    understood = output("percolation", "paper", "--set", "c=1", "--set", "R=1.5", "--edges", "understood")
    assert understood["giant_component"] == pytest.approx(0.2705901135)
    assert understood["threshold"] is None
    free = output("percolation", "paper", "--set", "c=1")
    assert (free["giant_component"], free["threshold"]) == (None, found["threshold"])
    swept = output("percolation", "paper", "--set", "c=1", "--sweep", "R=1:2:3")
    assert [point["giant_component"] > 0 for point in swept["points"]] == [False, True, True]


def test_percolation_of_a_plain_graph() -> None:
    graph = "--texts", "regular(2)", "--skills", "poisson(1.5)"
    found = output("percolation", *graph, "--occupation", "1", "--digits", "30")
    assert found["giant_component"] == found["independent_approximation"] == "0.582811643865811386041076010554"
    assert output("percolation", *graph, "--occupation", "p", "--parameter", "p")["thresholds"][0]["closed_form"]["text"] == "2/3"
    assert output("percolation", "paper", "--occupation", "p", "--parameter", "R")["thresholds"][0]["closed_form"]["text"] == "1/(c^2*p)"


def test_dilution_and_attack() -> None:
    point = "paper", "--set", "c=2", "--set", "R=3/2"
    diluted, attacked = output("percolation", *point, "--keep", "0.7"), output("percolation", *point, "--attack", "0.3")
    assert diluted["kept"] == pytest.approx(attacked["kept"]) == pytest.approx(0.7 * diluted["learned"])
    assert 0 < attacked["giant_component"] < diluted["giant_component"]
    assert attacked["attack"].startswith("cutoff(4, ")


@pytest.mark.parametrize("letter", [["a", "--parameter", "a"], ["b"]])
def test_an_attack_is_solved_for(letter: list[str]) -> None:
    network = ("--texts", "regular(2)", "--skills", "geometric(1/(exp(0.4)-1))", "--occupation", "1")
    found = output("percolation", *network, "--attack", *letter)
    assert found["threshold"] == found["independent_threshold"] == 0.118212568401217
    assert (found["giant_component"], found["parameter"]) == (None, letter[0])


def test_simulating_and_validating_components() -> None:
    options = "paper", "--set", "c=1", "--set", "R=1.5", "--size", "20000", "--seed", "1", "--workers", "1"
    simulated = output("simulate", *options, "--replicates", "4", "--edges", "all")
    assert simulated["giant_component"]["low"] < 0.2966 < simulated["giant_component"]["high"]
    assert set(simulated["mean_degree"]) == {"mean", "low", "high"}
    assert "giant_component" not in output("simulate", *options, "--replicates", "2")
    right = run("validate", *options, "--replicates", "8", "--edges", "understood")
    assert (right.returncode, "giant_component" in right.stdout) == (0, True)
    wrong = run("validate", *options, "--replicates", "8", "--edges", "understood", "--independent")
    assert (wrong.returncode, wrong.stdout.splitlines()[-1]) == (1, "disagrees: some |z| exceeds 4")


def test_the_percolation_line_is_in_the_phase_diagram() -> None:
    found = output("phase", "paper", "--x", "c=0:4", "--y", "R=0:2", "--edges", "all")
    (line,) = [line for line in found["lines"] if line["kind"] == "percolation"]
    at = dict(zip(line["x"], line["y"], strict=True))
    assert at[3.0] == pytest.approx(0.539192137558454)
    assert max(line["y"]) > 1.9, "the line must be followed to where it leaves the frame"
    assert max(abs(after - before) for before, after in itertools.pairwise(line["y"])) < 0.1
    assert "percolation" not in {line["kind"] for line in output("phase", "paper", "--x", "c=0:4", "--y", "R=0:2")["lines"]}
