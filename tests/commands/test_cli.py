"""The command line as a person or a program meets it: whole processes, JSON that can be relied on, one line for wrong input."""

import contextlib
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
    presets = output("presets")["presets"]
    assert [one["form"] for one in presets][:2] == ["paper", "ldpc(3,6)"]
    assert [one["matching"] for one in presets] == ["repeated", "repeated", "distinct", "parts", "distinct", None, None, None]
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


@pytest.mark.parametrize("size", ["1e3", "10^3", "1.0e3", "2*500"])
def test_whole_numbers_as_people_write_them(size: str) -> None:
    found = output("simulate", "paper", "--set", "c=3", "--set", "R=0.8", "--size", size, "--replicates", "2e0", "--seed", "1e9")
    assert (found["skills"], found["replicates"], found["seed"]) == (1000, 2, 10**9)


def test_a_constant_for_a_letter() -> None:
    found, meant = (output("threshold", "paper", "--set", f"c={value}", "--kind", "emergence") for value in ("2*E", "2*exp(1)"))
    assert found["thresholds"] == meant["thresholds"] != []
