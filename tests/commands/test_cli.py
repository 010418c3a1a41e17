"""The command line as a person or a program meets it: whole processes, JSON that can be relied on, one line for wrong input."""

import contextlib
import itertools
import json
import os
import pty
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from command_line import output, run, run_here


def test_threshold_to_fifty_digits() -> None:
    found = output("threshold", "paper", "--set", "c=5", "--parameter", "R", "--digits", "50")
    assert found["parameter"] == "R"
    fold, potential, emergence = found["thresholds"]
    assert set(emergence) >= {"kind", "value", "fixed_point", "enclosure", "status", "learned_side", "closed_form"}
    assert emergence["value"] == "2.4565308892391953280624327780659229241325666940396"
    low, high = map(Fraction, emergence["enclosure"])
    assert low <= Fraction(emergence["value"]) <= high
    assert high - low <= Fraction(1, 10**49)
    assert (emergence["kind"], emergence["status"], emergence["learned_side"], fold["kind"]) == ("emergence", "proved", "above", "fold")
    assert (potential["kind"], potential["value"], potential["closed_form"]["text"]) == ("potential", "1." + "0" * 49, "1")
    assert "W_{0}" in emergence["closed_form"]["latex"]
    assert "LambertW" in emergence["closed_form"]["text"]


def test_no_threshold_has_its_reason() -> None:
    found = output("threshold", "paper", "--set", "c=2")
    reason = "no emergence: learning is gradual, because c <= e"
    assert found == {"parameter": "R", "thresholds": [], "reason": reason, "searched": "all R > 0, all q in (0, 1]", "folds": 0}


def test_derive() -> None:
    found = output("derive", "ldpc(3,6)")
    assert found["equation"]["text"] == "q = eps*(1 - (1 - q)^5)^2"
    assert set(found) >= {"equation", "teaching", "testing_error", "training_error"}
    latex = run("derive", "paper", "--format", "latex").stdout.splitlines()
    assert latex[0].startswith("% deanalysis")
    emergence = r"\letterR^{*}_{\mathrm{emergence}} &= \frac{\letteru e^{\frac{1}{\letteru}}}{\letterc} \label{eq:paper-"
    assert any(line.startswith(emergence) and "R-emergence}" in line for line in latex)
    assert run("derive", "paper", "--format", "document").stdout.splitlines()[-1] == r"\end{document}"


def test_evolve_and_sweep() -> None:
    found = output("evolve", "paper", "--set", "c=5", "--set", "R=2.6", "--rounds", "2")
    assert set(found) >= {"q", "zeta", "testing_error", "testing_error_uniform", "training_error", "rounds"}
    assert found["q"] == found["zeta"] == 2.26066156909619e-06
    assert found["trajectory"][0] == 1.0
    swept = output("evolve", "paper", "--set", "c=5", "--sweep", "R=2:3:3")["points"]
    assert [point["parameters"]["R"] for point in swept] == ["2", "5/2", "3"]
    assert swept[0]["q"] > 0.8 > 0.1 > swept[1]["q"] > swept[2]["q"]


def test_require() -> None:
    found = output("require", "paper", "--set", "c=2", "--testing-error", "0.3")
    assert found["parameter"] == "R"
    assert found["status"] == "proved"
    again = output("evolve", "paper", "--set", "c=2", "--set", f"R={found['value']}")
    assert again["testing_error"] == pytest.approx(0.3, rel=1e-12)


def test_simulate() -> None:
    arguments = ("simulate", "paper", "--set", "c=3", "--set", "R=1", "--size", "2000", "--replicates", "3", "--seed", "7")
    found, again = output(*arguments, "--workers", "1"), output(*arguments, "--workers", "2")
    assert found["zeta"] == again["zeta"]
    assert set(found["zeta"]) == {"mean", "low", "high"}
    assert {"skills", "texts", "edges", "replicates", "seed", "testing_error", "training_error", "seconds", "edges_per_second",
            "peak_bytes"} <= set(found)  # fmt: skip
    assert (found["skills"], found["texts"], found["seed"]) == (2000, 2000, 7)


def test_a_sweep_is_a_grid_and_goes_on_where_it_stopped(tmp_path) -> None:
    arguments = ("simulate", "paper", "--sweep", "c=2:3:2", "--sweep", "R=1/2:1:3", "--size", "1000", "--seed", "1", "--workers", "1")
    path = str(tmp_path / "runs.csv")
    first = output(*arguments, "--replicates", "2", "--output", path)["points"]
    assert [tuple(point["parameters"].values()) for point in first] == [(c, R) for c in "23" for R in ("1/2", "3/4", "1")]
    assert Path(path).read_text().count("\n") == 13
    again = output(*arguments[:-4], "--replicates", "3", "--output", path)["points"]
    assert Path(path).read_text().count("\n") == 19
    assert [point["replicates"] for point in again] == [3] * 6
    assert {point["seed"] for point in again} == {1}


def test_stopping_early_rounds_and_one_pass() -> None:
    arguments = ("simulate", "paper", "--set", "c=3", "--set", "R=0.8", "--size", "20000", "--seed", "1", "--replicates", "100")
    found = output(*arguments, "--until", "zeta=0.003", "--rounds", "3")
    assert 8 <= found["replicates"] < 100
    assert found["zeta"]["high"] - found["zeta"]["low"] <= 0.006
    assert len(found["trajectory"]) == 3
    assert found["trajectory"][0]["mean"] > found["trajectory"][2]["mean"] > found["zeta"]["mean"]
    once = output(*arguments[:-2], "--replicates", "3", "--one-pass")
    assert once["zeta"]["mean"] > found["zeta"]["mean"]
    assert once["rounds"] == 1
    table = run(*arguments, "--until", "zeta=0.003", "--rounds", "2").stdout
    assert "round" in table


def test_a_divided_sample_is_told() -> None:
    arguments = ("simulate", "paper", "--set", "c=5", "--set", "R=2.4565", "--size", "5000", "--seed", "1", "--replicates", "40")
    assert "bimodal: in" in run(*arguments).stdout
    found = output(*arguments)
    assert found["bimodal"]
    assert 0 < found["emerged"]["low"] < found["emerged"]["mean"] < found["emerged"]["high"] < 1
    assert sum(found["distribution"].values()) == 40


def test_validate_over_a_sweep_writes_figure_and_table(tmp_path) -> None:
    files = [str(tmp_path / name) for name in ("a.svg", "a.csv")]
    found = output("validate", "paper", "--set", "c=5", "--sweep", "R=2:3:5", "--size", "20000", "--replicates", "8", "--seed", "1",
                   "-o", files[0], "-o", files[1])  # fmt: skip
    assert found["verdict"] == "agrees"
    assert len(found["points"]) == 5
    assert all(Path(path).stat().st_size > 300 for path in files)


def test_a_toml_model_whose_bindings_can_be_replaced(tmp_path) -> None:
    path = tmp_path / "model.toml"
    path.write_text('[texts]\ndegrees="poisson(c)"\n[skills]\ndegrees="poisson(c*R)"\n[learner]\nrule="1-skill"\n[parameters]\nc="5"\n')
    assert output("threshold", str(path))["thresholds"][-1]["value"] == 2.4565308892392
    assert output("threshold", str(path), "--set", "c=3")["thresholds"][-1]["value"] == 1.03788569700081
    assert output("threshold", str(path), "--learner", "2-skill", "--set", "c=6")["thresholds"][-1]["value"] == 0.786714318144774


def test_the_exit_status_of_validate() -> None:
    arguments = ("validate", "paper", "--set", "c=3", "--set", "R=0.8", "--size", "20000", "--replicates", "8", "--seed", "1")
    assert run(*arguments).returncode == 0
    assert run(*arguments, "--theory-factor", "1.03").returncode == 1


def test_presets_version_help() -> None:
    assert [one["form"] for one in output("presets")["presets"]][:2] == ["paper", "ldpc(3,6)"]
    assert run("--version").stdout == "deanalysis 0.1.0\n"
    assert "threshold" in run("--help").stdout


def test_every_kind_has_its_name() -> None:
    found = output("threshold", "irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)")["thresholds"]
    assert [one["kind"] for one in found] == ["fold", "potential", "emergence", "stability"]
    assert [one["value"] for one in found] == [0.980021968967787, 0.929187210875152, 0.898103892114437, 0.887941751021133]
    assert [one.get("binding") for one in found] == [None, None, None, True]
    assert found[2]["lands_on"] == 0.0102615886220438
    assert found[3]["closed_form"]["text"] == "5000/5631"
    for kind in ("fold", "potential", "emergence", "stability"):
        (one,) = output("threshold", "irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)", "--kind", kind)["thresholds"]
        assert one in found


def test_a_cusp_solves_for_one_more_letter() -> None:
    found = output("threshold", "paper", "--parameter", "R", "--kind", "cusp", "--digits", "20")
    (one,) = found["thresholds"]
    assert (one["kind"], one["value"], one["at"], one["closed_form"]["text"]) == (
        "cusp", "1.0000000000000000000", {"c": "2.7182818284590452354"}, "1",
    )  # fmt: skip
    assert "leave one free" in output("threshold", "paper", "--set", "c=5", "--kind", "cusp")["reason"]


def test_a_letter_in_both_laws() -> None:
    found = output("threshold", "paper", "--parameter", "c", "--set", "R=3")
    (one,) = found["thresholds"]
    assert (one["kind"], one["value"], one["learned_side"], one["status"]) == ("emergence", 5.34052908890137, "below", "proved")
    assert found["searched"].startswith("c from 0 to 128")
    assert output("threshold", "paper", "--parameter", "c", "--set", "R=3", "--search", "6:9")["thresholds"] == []


def test_phase_diagram_in_every_form(tmp_path) -> None:
    arguments = ("phase", "paper", "--x", "c=0:8", "--y", "R=0:3")
    found = output(*arguments)
    assert {line["kind"] for line in found["lines"]} == {"emergence", "fold", "potential"}
    assert found["cusps"][0]["at"] in ({"c": 2.71828182845905}, {"R": 1.0})
    for ending, start in ((".tex", b"\\addplot"), (".csv", b"c,R,q"), (".svg", b"<?xml"), (".pdf", b"%PDF"), (".png", b"\x89PNG")):
        done = run_here(*arguments, "-o", f"diagram{ending}", folder=tmp_path)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / f"diagram{ending}").read_bytes().startswith(start)


LAWS = ("threshold", "--skills", "poisson(R)", "--texts")
SIMULATE = ("simulate", "paper", "--set", "c=5", "--set", "R=2", "--size", "100")
BAD = [
    (("threshold", "--texts", "poisson(3)", "--skills", "polynomial(0.5*x^2+0.6*x^3)"), "--skills"),
    (("threshold", "--texts", "poisson(3)", "--skills", "polynomial(1.5*x^2-0.5*x^3)"), "x^3"),
    ((*LAWS, "poisson(0)"), "--texts"),
    ((*LAWS, "poisson(-1)"), "--texts"),
    ((*LAWS, "poisson(inf)"), "--texts"),
    ((*LAWS, "poisson(nan)"), "--texts"),
    ((*LAWS, "poisson(1/0)"), "--texts"),
    ((*LAWS, "nothing(3)"), "nothing"),
    ((*LAWS, "poisson(__import__('os').system('touch x'))"), "__import__"),
    ((*LAWS, "poisson(9^9^9^9)"), "--texts"),
    ((*LAWS, f"poisson({'(' * 10000}1{')' * 10000})"), "--texts"),
    ((*LAWS, "poisson(exp(exp(exp(c))))", "--set", "c=100"), "e^100000"),
    (("threshold", "paper", "--set", "c=0"), "c must be positive"),
    (("threshold", "paper", "--set", "c=inf"), "inf"),
    (("threshold", "paper", "--set", "z=1"), "it has R, c"),
    (("threshold", "paper"), "--parameter"),
    (("evolve", "paper", "--set", "c=5"), "R is free"),
    (("threshold", "paper", "--learner", "success:exp(x)"), "exp(x)"),
    (("threshold", "paper", "--learner", "success:1/(1+x)"), "1/(x + 1)"),
    (("threshold", "model.toml"), "degres"),
    (("threshold", "none.toml"), "none.toml"),
    (("simulate", "paper", "--set", "c=5", "--set", "R=2", "--size", "1000000000"), "would fit"),
    (("simulate", "paper", "--set", "c=5", "--set", "R=2", "--size", "many"), "--size"),
    (("simulate", "paper", "--set", "c=5", "--set", "R=2"), "--size"),
    (("simulate", "paper", "--set", "c=5", "--set", "R=2", "--size", "10", "--output", "no/x.csv"), "--output"),
    (("report", "paper", "-o", "model.toml/x"), "--output"),
    (("report", "paper", "--set", "c=5", "--set", "R=2"), "report"),
    (("evolve", "ldpc(3,6)", "--set", "eps=2"), "unknown"),
    (("evolve", "paper", "--set", "c=5", "--sweep", "R=1:2"), "--sweep"),
    (("simulate", "paper", "--size", "9", "--sweep", "R=1:2:2", "--sweep", "R=1:2:2"), "each letter once"),
    (("simulate", "paper", "--size", "9", "--sweep", "R=1:2:1000", "--sweep", "c=1:2:1000"), "100000 points"),
    ((*SIMULATE, "--until", "zeta"), "--until"),
    ((*SIMULATE, "--until", "zeta=0"), "--until"),
    ((*SIMULATE, "--until", "beta=0.1"), "--until"),
    ((*SIMULATE, "--until", "zeta=x"), "--until"),
    ((*SIMULATE, "--budget", "-3"), "--budget"),
    ((*SIMULATE, "--budget", "soon"), "--budget"),
    ((*SIMULATE, "--one-pass", "--rounds", "3"), "--one-pass"),
    ((*SIMULATE, "--rounds", "-1"), "--rounds"),
    ((*SIMULATE, "--batch", "0"), "--batch"),
    ((*SIMULATE, "--workers", "0"), "--workers"),
    ((*SIMULATE, "--seed", "-1"), "--seed"),
    ((*SIMULATE, "--scheduler", "somewhere"), "--scheduler"),
    ((*SIMULATE, "--output", "model.toml"), "one of this tool's"),
    ((*SIMULATE, "--output", "."), "--output"),
    (("validate", "paper", "--set", "c=5", "--sweep", "R=2:3:3", "-o", "x.doc"), "--output"),
    (("validate", "paper", "--set", "c=5", "--sweep", "R=2:3:3", "--results", "model.toml"), "--results must name"),
    (("validate", "paper", "--set", "c=5", "--sweep", "R=2:3:3", "-o", "no/x.svg"), "--output"),
    (("validate", "paper", "--set", "c=5", "--set", "R=2", "-o", "x.svg"), "--output"),
    (("threshold", "paper", "--set", "c=5", "--digits", "0"), "--digits"),
    (("threshold", "paper", "--bogus"), "--bogus"),
    (("bogus",), "bogus"),
    (("threshold", "paper", "--set", "c=5", "--kind", "percolation"), "--kind"),
    (("threshold", "paper", "--set", "R=3", "--search", "9:2"), "--search"),
    (("threshold", "paper", "--set", "R=3", "--search", "__import__('os'):2"), "--search"),
    (("threshold", "--texts", "poisson(3)", "--skills", "polynomial(a*x^2+0.5*x^3)"), "sum to 1"),
    (("threshold", "--texts", "poisson(3)", "--skills", "regular(D)"), "regular"),
    (("phase", "paper", "--x", "c=0:8"), "--y"),
    (("phase", "paper", "--x", "c=8:0", "--y", "R=0:3"), "--x"),
    (("phase", "paper", "--x", "z=0:8", "--y", "R=0:3"), "z"),
    (("phase", "paper", "--x", "c=0:8", "--y", "c=0:3"), "two"),
    (("phase", "paper", "--unknown", "eps", "--x", "c=0:8", "--y", "R=0:3"), "eps"),
    (("phase", "paper", "--x", "c=0:8", "--y", "R=0:3", "-o", "x.doc"), "--output"),
    (("phase", "paper", "--x", "c=0:8", "--y", "R=0:3", "-o", "no/x.svg"), "--output"),
    (("evolve", "--texts", "poisson(c^c^c^c)", "--skills", "poisson(3)", "--set", "c=9"), "power"),
    ((*LAWS, "table(/dev/zero)"), "table"),
    (("evolve", "paper", "--set", "c=5", "--set", "R=1e300"), "1e6"),
    (("simulate", "paper", "--set", "c=5", "--set", "R=0.0001", "--size", "10", "--workers", "2", "--output", "o.csv"), "--size"),
    (("simulate", "paper", "--set", "c=5", "--sweep", "R=1:-1:3", "--size", "100", "--output", "o.csv"), "R"),
    (("threshold", "paper", "--set", "c=5", "--digits", "\u00b2"), "--digits"),
    (("threshold", "paper", "--set", "c=\u0663"), "c"),
]


@pytest.mark.parametrize(("arguments", "culprit"), BAD, ids=lambda value: str(value)[:50])
def test_wrong_input_is_one_line(tmp_path, arguments: tuple[str, ...], culprit: str) -> None:
    (tmp_path / "model.toml").write_text('[texts]\ndegres = "poisson(c)"\n[skills]\ndegrees = "poisson(c*R)"\n')
    done = run_here(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert culprit in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["model.toml"]


def test_progress_shows_an_estimate_of_the_time_left_on_a_terminal() -> None:
    ours, theirs = pty.openpty()
    arguments = ("simulate", "paper", "--set", "c=5", "--set", "R=2", "--size", "20000", "--replicates", "300", "--seed", "1", "--json")
    with subprocess.Popen([sys.executable, "-m", "deanalysis", *arguments], stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):
            while part := os.read(ours, 4096):
                shown += part
        assert process.stdout is not None
        assert json.loads(process.stdout.read())["replicates"] == 300
    text = shown.decode()
    assert "graphs" in text
    assert re.search(r"[1-9][0-9]*/300", text)
    assert re.search(r"0:00:[0-9]{2}", text)


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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["percolation", "paper"], "--parameter must name the letter to solve for; R, c are free"),
        (
            ["percolation", "paper", "--set", "c=1", "--keep", "p", "--sweep", "R=1:2:3"],
            "--sweep needs every other letter bound; p is free",
        ),
        (["percolation", "paper", "--set", "c=1", "--attack", "0.1"], "--attack needs every other letter bound; R is free"),
        (["percolation", "paper", "--set", "c=1", "--set", "R=2", "--attack", "1.5"], "--attack must lie in [0, 1], got '3/2'"),
        (["percolation", "paper", "--set", "c=1", "--set", "R=2", "--attack", "x"], "--attack"),
        (["percolation", "paper", "--set", "c=1", "--set", "R=2", "--attack", "2*a"], "--attack must be a number, or a letter of its own"),
        (["percolation", "paper", "--set", "c=1", "--set", "R=2", "--attack", "c"], "--attack must be a number, or a letter of its own"),
        (["percolation", "paper", "--set", "c=1", "--attack", "a", "--parameter", "a"], "every other letter bound; R is free"),
        (["percolation", "paper", "--set", "c=1", "--set", "R=2", "--attack", "a", "--parameter", "R"], "the letter of --attack"),
        (["percolation", "paper", "--set", "c=1", "--attack", "a", "--sweep", "R=1:2:3"], "--sweep must not be given"),
        (["percolation", "paper", "--set", "c=1", "--set", "R=2", "--attack", "a", "--search", "0:1"], "--search must not be given"),
        (["percolation", "paper", "--set", "c=1", "--set", "R=2", "--attack", "a", "--method", "mpmath"], "--method must not be given"),
        (["percolation", "paper", "--keep", "0.5", "--occupation", "0.5"], "--keep must not be given with --occupation"),
        (["percolation", "paper", "--occupation", "0.5", "--edges", "understood"], "--edges must be all where skills are kept"),
        (["percolation", "paper", "--keep", "cutoff(1e9)"], "cutoff(DEGREE)"),
        (["percolation", "paper", "--keep", "__import__('os')"], "--keep"),
        (["percolation", "paper", "--set", "c=1", "--search", "2:1"], "--search"),
        (["percolation", "paper", "--edges", "some"], "--edges"),
        (["percolation", "paper", "--set", "c=1", "--set", "R=2", "--keep", "p", "--set", "p=2"], "must lie in [0, 1]"),
        (
            ["simulate", "paper", "--set", "c=1", "--set", "R=2", "--size", "10", "--edges", "all", "--one-pass"],
            "--edges must not be given",
        ),
        (["validate", "paper", "--set", "c=1", "--set", "R=2", "--independent"], "--independent needs an association graph"),
        (["phase", "paper", "--x", "c=0:4", "--y", "R=0:2", "--keep", "p"], "p is free, too"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_wrong_percolation_is_one_line(arguments: list[str], words: str) -> None:
    done = run_here(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@pytest.mark.parametrize("size", ["1e3", "10^3", "1.0e3", "2*500"])
def test_whole_numbers_as_people_write_them(size: str) -> None:
    found = output("simulate", "paper", "--set", "c=3", "--set", "R=0.8", "--size", size, "--replicates", "2e0", "--seed", "1e9")
    assert (found["skills"], found["replicates"], found["seed"]) == (1000, 2, 10**9)


@pytest.mark.parametrize("size", ["1.5e0", "1e-3", "1e30", "many", "pi", "", "1/3"])
def test_no_whole_number_is_one_line(size: str) -> None:
    done = run_here("simulate", "paper", "--set", "c=3", "--set", "R=0.8", "--size", size)
    assert done.returncode == 2
    assert done.stderr == f"deanalysis: --size must be a whole number, got '{size}'\n"


def test_a_constant_for_a_letter() -> None:
    found, meant = (output("threshold", "paper", "--set", f"c={value}", "--kind", "emergence") for value in ("2*E", "2*exp(1)"))
    assert found["thresholds"] == meant["thresholds"] != []


def test_a_missing_file_is_called_missing() -> None:
    for arguments in (("derive", "none/model.toml"), ("derive", "--texts", "table(none.csv)", "--skills", "poisson(3)")):
        done = run_here(*arguments)
        assert done.returncode == 2
        assert "a file that is missing, got 'none" in done.stderr
