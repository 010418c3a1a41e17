"""The command `fit`, as it is typed: what it prints, and tables that are not as they should be."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from command_line import output, run_here

from deanalysis import CurveFit
from deanalysis.measured.curves.learning_curves import LearningCurve

X = (100.0, 200.0, 400.0, 600.0, 800.0, 1000.0, 1100.0, 1200.0, 1300.0, 1500.0, 2000.0, 3000.0)
SCALE, ERROR = 500.0, 0.01
QUICK = ("--model", "paper", "--guess", "0", "--no-compare")


def accuracies(c: float, seed: int = 1) -> list[float]:
    """Return the accuracies of the paper's model with noise."""
    noise = np.random.default_rng(seed).standard_normal(len(X))
    return list(LearningCurve().understood(np.array(X) / SCALE, c) + ERROR * noise)


def written(path: Path, rows: Iterable[str], header: str = "step,accuracy,error") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A gradual curve with standard errors."""
    return written(tmp_path / "curve.csv", (f"{x:g},{y:.4f},{ERROR}" for x, y in zip(X, accuracies(2.0), strict=True)))


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A gradual curve and one that jumps."""
    rows = (f"{x:g},{y:.4f},{ERROR},{name}" for name, c in (("old", 2.0), ("new", 4.0)) for x, y in zip(X, accuracies(c), strict=True))
    return written(tmp_path / "two.csv", rows, "step,accuracy,error,model")


def test_a_fit_is_printed_as_json_and_read_back(table: Path) -> None:
    found = output("fit", str(table), "--x", "step", "--y", "accuracy", "--error", "error", *QUICK)
    assert set(found) >= {"parameters", "groups", "chi_square", "degrees_of_freedom", "p_value", "verdict", "candidates", "notes"}
    assert (found["verdict"], found["degrees_of_freedom"], found["groups"]) == ("fits", len(X) - 2, {})
    for name, true in (("c", 2.0), ("scale", SCALE)):
        interval = found["parameters"][name]
        assert set(interval) == {"value", "low", "high"}
        assert interval["low"] < true < interval["high"]
    assert CurveFit.from_dict(found).fits
    assert len(found["candidates"]) == 3


def test_a_terminal_shows_the_verdict_first(table: Path) -> None:
    done = run_here("fit", str(table), "--x", "step", "--y", "accuracy", "--error", "error", *QUICK)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[0] == f"paper, the theory's best model by AIC, fits {len(X)} points"
    assert lines[1].startswith("chi^2 = ")
    assert [line.split()[0] for line in lines if line.startswith((" c ", " emergence ", " scale "))] == ["c", "emergence", "scale"]
    assert max(map(len, lines)) <= 140


def test_curves_are_compared_one_by_one(two: Path) -> None:
    asked = ("fit", str(two), "--x", "step", "--y", "accuracy", "--error", "error", "--group", "model", "--model", "paper", "--guess", "0")
    found = output(*asked)
    assert (found["verdict"], [curve["curve"] for curve in found["curves"]]) == ("does not fit", ["old", "new"])
    shown = run_here(*asked)
    assert shown.returncode == 0
    assert "paper, the theory's best model by AIC, does not fit 24 points" in shown.stdout
    assert "theory fits 2 of 2 curves" in shown.stdout
    assert "by AIC, theory is better than the usual forms on 2 of 2 curves" in shown.stdout
    own = output(*asked, "--own", "c", "--own", "emergence", "--no-compare")
    assert own["verdict"] == "fits"
    assert {name: round(parts["c"]["value"]) for name, parts in own["groups"].items()} == {"old": 2, "new": 4}


def test_rows_are_chosen_by_values(two: Path) -> None:
    asked = ("fit", str(two), "--x", "step", "--y", "accuracy", "--error", "error", "--where", "model=new", *QUICK)
    assert output(*asked)["points"] == len(X)
    assert json.loads(run_here(*asked, "--json").stdout)["parameters"]["c"]["value"] == pytest.approx(4, abs=0.2)


def test_errors_in_place_of_accuracies(table: Path, tmp_path: Path) -> None:
    rows = (f"{x:g},{1 - y:.4f},{ERROR}" for x, y in zip(X, accuracies(2.0), strict=True))
    wrong = written(tmp_path / "wrong.csv", rows)
    asked = ("--x", "step", "--y", "accuracy", "--error", "error", *QUICK)
    right, other = output("fit", str(table), *asked), output("fit", str(wrong), *asked, "--of", "error")
    assert other["parameters"]["c"]["value"] == pytest.approx(right["parameters"]["c"]["value"], rel=1e-6)


WRONG = [
    ("--guess 1", "--guess must be from 0 to below 0.95, got '1.0'"),
    ("--guess x", "--guess"),
    ("--guess 1/0", "--guess"),
    ("--of loss", "--of must be accuracy or error, got 'loss'"),
    ("--model papers", "a model must be paper, gamma, pareto, log_normal"),
    ("--model paper+10-skill", "+2-skill to +9-skill"),
    ("--own d --model paper", "--own must be parameters of the model paper: c, emergence"),
    ("--skills 10 --model paper", "--skills must be a whole number from 100"),
    ("--skills many", "--skills must be a whole number, got 'many'"),
    ("--skills 1000 --model paper+room", "--skills has no law of finite size where there is room"),
    ("--significance 0", "--significance must lie between 0 and 1"),
    ("--significance 1", "--significance must lie between 0 and 1"),
    ("--where model", "--where must be NAME=VALUE"),
    ("--where model=new", "--where must be a column of the table, which has step, accuracy, error, got 'model'"),
    ("--where step=7", "the table must have a row below the names of its columns with step=7"),
    ("--group size", "--group must be a column of the table"),
    ("--error sd", "--error must be a column of the table"),
    ("--size size", "--size must be a column of the table"),
]


@pytest.mark.parametrize(("options", "said"), WRONG)
def test_wrong_options_are_one_line(table: Path, options: str, said: str) -> None:
    asked = ("fit", str(table), "--x", "step", "--y", "accuracy", *options.split())
    done = run_here(*asked, *(() if "--error" in options else ("--error", "error")))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr


def test_names_command_no_terminal(tmp_path: Path) -> None:
    names = ("größe", "模型", "\x1b[2Jevil", "[red]x[/red]")
    rows = [f"{x:g},{y:.4f},{ERROR},{name}" for name in names for x, y in zip(X, accuracies(2.0), strict=True)]
    table = written(tmp_path / "names.csv", rows, "step,accuracy,error,model")
    done = run_here("fit", str(table), "--x", "step", "--y", "accuracy", "--error", "error", "--group", "model", *QUICK, "--own", "c")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert all(shown in done.stdout for shown in ("größe", "模型", "[U+001B][2Jevil", "[red]x[/red]"))
    refused = run_here("fit", str(table), "--x", "\x1b[2J", "--y", "accuracy")
    assert (refused.returncode, refused.stderr.count("\n"), "\x1b" in refused.stderr) == (2, 1, False)
