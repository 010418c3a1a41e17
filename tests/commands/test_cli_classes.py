"""Several classes at the command line."""

import re
from pathlib import Path

import numpy as np
import pytest
from command_line import LEVELS, output, run_here

from deanalysis import ClassEvolution, ClassPercolation, load_model
from deanalysis.present.kit.percolation import giant_curve

FRAME = """
[skills.double]
share = "A/(A+B)"
degrees = "regular(2)"
[skills.five]
share = "B/(A+B)"
degrees = "regular(5)"
[texts.slots]
ratio = "1/(A+B)"
skills = {double = "poisson(2*A)", five = "poisson(5*B)"}
"""


STILL = """
[skills.one]
share = "1/2"
[skills.other]
share = "1/2"
[texts.both]
ratio = "R"
skills = {one = "regular(2)", other = "regular(2)"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "levels.toml").write_text(LEVELS)
    (tmp_path / "frame.toml").write_text(FRAME)
    return tmp_path


def test_state_and_jumps(folder: Path) -> None:
    content = output("classes", "levels.toml", "--set", "R=1/2", folder=folder)
    assert content["q"] == content["zeta"] == {"basic": 0.00488577328023197, "domain": 0.00280796946277231}
    assert content["thresholds"] is None
    assert [level["class"] for level in content["levels"]] == ["basic", "domain"]
    content = output("classes", "levels.toml", "--search", "0.2:2", folder=folder)
    assert content["q"] is content["zeta"] is None
    ((jump,), parameter) = content["thresholds"], content["parameter"]
    assert (jump["kind"], jump["classes"], jump["value"], parameter) == ("emergence", ["domain"], 0.493583023299041, "R")
    assert jump["enclosure"][0] <= jump["value"] <= jump["enclosure"][1]
    assert jump["fixed_point"]["domain"] > 0.69 > jump["lands_on"]["domain"]


def test_requirement_and_scaling(folder: Path) -> None:
    content = output("require", "levels.toml", "--zeta", "0.01", "--search", "0.2:2", folder=folder)
    assert (content["parameter"], content["worst"], content["at_emergence"], content["status"]) == ("R", "domain", True, "proved")
    assert content["enclosure"][0] <= content["value"] == 0.493583023299041
    basic = run_here("require", "levels.toml", "--zeta", "0.001", "--of", "basic", folder=folder)
    assert (basic.returncode, basic.stderr.count("\n")) == (2, 1)
    refused = run_here("require", "paper", "--set", "c=2", "--zeta", "0.01", "--of", "skills")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    laws = output("scaling", "levels.toml", folder=folder)["laws"]
    assert {law["quantity"] for law in laws} == {"q", "zeta", "rounds", "zeta:domain"}
    assert run_here("scaling", "levels.toml", "--size", "1000", folder=folder).returncode == 2


def test_one_class_is_a_class(folder: Path) -> None:
    content = output("classes", "paper", "--set", "c=5", "--set", "R=2.6", folder=folder)
    assert set(content["q"]) == {"skills"}
    assert content["testing_error"]["texts"] == output("evolve", "paper", "--set", "c=5", "--set", "R=2.6", folder=folder)["testing_error"]


def test_region_and_budget(folder: Path) -> None:
    content = output("classes", "frame.toml", "--region", "A=0:1", "B=0:1", "-o", "region.svg", folder=folder)
    kinds = [line["kind"] for line in content["region"]["lines"]]
    assert sorted(kinds) == ["emergence", "fold"]
    assert output("phase", "frame.toml", "--x", "A=0:1", "--y", "B=0:1", folder=folder) == content["region"]
    ((a, b),) = content["region"]["cusps"]
    assert (a, b) == pytest.approx((0.6018, 0.2996), abs=2e-3)
    assert (folder / "region.svg").read_text().rstrip().endswith("</svg>")
    # A jump that is proved on its own lies on the line.
    found = output("classes", "frame.toml", "--set", "B=0.5", "--search", "0.1:1", folder=folder)["thresholds"]
    (jump,) = (one for one in found if one["kind"] == "emergence")
    (line,) = (line for line in content["region"]["lines"] if line["kind"] == "emergence")
    x, y = (values[:: -1 if line["y"][0] > line["y"][-1] else 1] for values in (line["x"], line["y"]))
    above = next(place for place, value in enumerate(y) if value > 0.5)
    share = (0.5 - y[above - 1]) / (y[above] - y[above - 1])
    assert x[above - 1] + share * (x[above] - x[above - 1]) == pytest.approx(jump["value"], abs=1e-4)
    spent = output("classes", "levels.toml", "--set", "R=1", "--budget", folder=folder)["budget"]
    assert spent["status"] == "proved"
    assert sum(spent["ratios"].values()) == pytest.approx(spent["total"])


def test_simulate_and_validate(folder: Path) -> None:
    content = output(
        *("simulate", "levels.toml", "--set", "R=0.6", "--size", "3000", "--replicates", "2", "--seed", "1", "--output", "a.csv"),
        folder=folder,
    )
    assert {"zeta:basic", "zeta:domain", "testing_error:expert", "training_error:general"} <= set(content)
    assert (folder / "a.csv").read_text().splitlines()[0].endswith(",parts")
    options = ("--size", "60000", "--replicates", "8", "--seed", "3", "-o", "b.csv")
    assert output("validate", "levels.toml", "--sweep", "R=0.4:0.6:2", *options, folder=folder)["verdict"] == "agrees"
    assert run_here("validate", "levels.toml", "--sweep", "R=0.4:0.6:2", *options, "--theory-factor", "1.04", folder=folder).returncode == 1


def test_percolation_is_in_all_and_by_class(folder: Path) -> None:
    content = output("percolation", "levels.toml", "--set", "R=0.6", "--edges", "understood", folder=folder)
    by_class = content["giant_component_by_class"]
    assert content["status"] == "proved"
    assert 0 < content["independent_approximation"] < 1
    assert content["giant_component"] == pytest.approx(2 / 3 * by_class["basic"] + by_class["domain"] / 3)
    printed = run_here("percolation", "levels.toml", "--sweep", "R=0.5:0.6:2", folder=folder)
    assert (printed.returncode, printed.stdout.count("learned")) == (0, 2)


@pytest.mark.parametrize(
    ("arguments", "culprit"),
    [
        ("classes", "MODEL"),
        ("classes levels.toml --parameter q", "no letter 'q'"),
        ("classes levels.toml --texts poisson(3)", "--texts"),
        ("classes levels.toml -o x.svg", "--region"),
        ("phase frame.toml --x A=0:1 --y B=0:1 --edges all", "percolation line"),
        ("classes levels.toml --region R=0:1 R=0:1", "two different letters"),
        ("classes frame.toml --region A=0:1 B=0:1 -o x.doc", ".svg"),
        ("classes frame.toml --budget --set A=1 --set B=1", "one class and one type"),
        ("classes levels.toml --learner success:1/(1+x)", "a_2 = 1"),
        ("classes levels.toml --search 5:1", "--search"),
        ("derive levels.toml", "one class"),
        ("report levels.toml", "one class"),
        ("percolation levels.toml --attack 0.1 --set R=1", "several classes"),
        ("simulate levels.toml --size 100 --set R=1 --one-pass", "--one-pass"),
        ("simulate levels.toml --size 100", "R is free"),
        ("validate levels.toml --sweep R=0.4:0.6:2 -o x.svg", ".csv"),
    ],
)
def test_bad_input_is_one_line(folder: Path, arguments: str, culprit: str) -> None:
    done = run_here(*arguments.split(), folder=folder)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert culprit in done.stderr


def test_a_network_of_classes_does_not_speak_of_learning(folder: Path) -> None:
    """Nor does a model in which nothing is ever learned, and the learned skills have no edges, disagree with its graphs."""
    for command in ("percolation", "simulate", "validate"):
        size = () if command == "percolation" else ("--size", "500", "--replicates", "4")
        printed = run_here(command, "levels.toml", "--set", "R=1", "--occupation", "1/2", *size, folder=folder).stdout
        assert "giant_component" in printed
        assert not re.search("learned( |$)|zeta|_error|independent", printed.replace("learned or not", ""), flags=re.MULTILINE)
    (folder / "still.toml").write_text(STILL)
    content = output("validate", "still.toml", "--set", "R=1", "--size", "500", "--replicates", "4", "--edges", "all", folder=folder)
    assert content["verdict"] == "undecided"
    assert {"giant_component", "susceptibility"} <= set(content["points"][0]["z"])
    assert "mean_degree" not in content["points"][0]["z"]


def test_the_line_of_giant_components_of_classes_is_divided_at_a_jump(folder: Path) -> None:
    run_here("percolation", "levels.toml", "--sweep", "R=0.4:0.6:3", "-o", "giant.svg", folder=folder)
    evolution = ClassEvolution(load_model(str(folder / "levels.toml")).ensemble)
    line = giant_curve(ClassPercolation(evolution), "R", {}, (0.4, 0.6))
    (gap,), (jump,) = np.flatnonzero(np.isnan(line["R"])), evolution.thresholds(search="0.4:0.6")
    assert line["R"][gap - 1] == pytest.approx(float(jump.value), rel=1e-8) == line["R"][gap + 1]
    assert line["giant_component"][gap + 1] - line["giant_component"][gap - 1] > 0.2
    assert (folder / "giant.svg").stat().st_size > 1000
