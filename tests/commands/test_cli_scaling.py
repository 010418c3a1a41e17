"""Scaling laws at the command line."""

from pathlib import Path

import pytest
from command_line import output, run_here


def test_every_part_as_json() -> None:
    options = ("--set", "c=5", "--set", "R=2.6", "--terms", "10", "--size", "4000", "--compute", "1e10")
    found = output("scaling", "paper", "--parameter", "R", *options)
    assert set(found) == {"parameter", "laws", "finite_size", "reasons", "sizes", "failures", "series", "best_ratio", "split"}
    assert [law["quantity"] for law in found["laws"]] == ["zeta", "testing_error", "q", "zeta", "rounds", "rounds"]
    for law in found["laws"]:
        assert set(law["formula"]) == set(law["exponent"]) == {"latex", "text"}
        assert all(set(one) == {"latex", "text"} for one in law["definitions"].values())
    assert found["laws"][2]["constants"]["A"] == pytest.approx(0.20966450894983)
    assert found["series"]["rest"] <= 5e-42
    (law,), (size,) = found["finite_size"], found["sizes"]
    assert law["alpha"] == pytest.approx(4.91153986693622)
    assert law["threshold"] < size["at"]["0.5"] < size["at"]["0.1"]
    assert found["best_ratio"]["ratio"] == pytest.approx(law["threshold"])
    assert found["split"]["skills"] * found["split"]["texts"] == pytest.approx(1e10)


def test_letters_left_free_give_formulas_and_the_cusp() -> None:
    found = output("scaling", "paper", "--parameter", "R")
    assert found["laws"][0]["formula"]["text"] == "zeta ~ (R*c^2*exp(-R*c) + 1)*exp(-R*c)"
    assert {law["where"] for law in found["laws"][2:]} == {"before the cusp", "past the cusp"}
    assert found["finite_size"] == []
    assert found["best_ratio"] is None
    printed = run_here("scaling", "paper", "--parameter", "R", "--format", "latex")
    assert r"\simeq" in printed.stdout


@pytest.mark.parametrize("model", ["ldpc(3,6)", "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "hypergraph(3)"])
def test_presets_have_a_law_of_finite_size(model: str) -> None:
    assert len(output("scaling", model)["finite_size"]) == 1


def test_passes() -> None:
    found = output("evolve", "paper", "--set", "c=3", "--set", "R=2", "--passes", "3")
    assert found["one_pass"]["q"] == pytest.approx(0.567997816044521)
    assert [one["passes"] for one in found["passes"]] == [1, 2, 3]
    uneven = output("evolve", "--texts", "poisson(3)", "--skills", "log_normal(6, 1)", "--passes", "1")
    assert uneven["one_pass"] is None
    assert len(uneven["passes"]) == 1
    drawn = output("simulate", "paper", "--set", "c=3", "--set", "R=2", "--passes", "2", "--size", "20000", "--seed", "1")
    assert drawn["zeta"]["mean"] == pytest.approx(0.0718, abs=0.01)
    assert drawn["rounds"] == 2


@pytest.mark.parametrize("ending", ["svg", "pdf", "png", "csv"])
def test_files(ending: str, tmp_path: Path) -> None:
    done = run_here("scaling", "paper", "--parameter", "R", "--set", "c=4", "-o", f"laws.{ending}", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / f"laws.{ending}").stat().st_size > 500


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("paper",), "--parameter must name the letter"),
        (("paper", "--parameter", "k"), "--parameter"),
        (("paper", "--parameter", "R", "--set", "c=2", "--size", "1000"), "--size needs a jump"),
        (("ldpc(3,6)", "--size", "0"), "--size must be a whole number from 10"),
        (("hypergraph(3)", "--size", "1000", "--size", "-1"), "--size must be a whole number from 10"),
        (("irsa(x^3)", "--size", "9999999999999"), "--size must be a whole number from 10"),
        (("paper", "--parameter", "R", "--set", "c=5", "--size", "3"), "--size must be a whole number from 10"),
        (("paper", "--parameter", "R", "--set", "c=5", "--terms", "3"), "must have every letter bound"),
        (("paper", "--parameter", "R", "--set", "c=5", "--set", "R=2.4", "--terms", "3"), "another, smaller fixed point"),
        (("paper", "--parameter", "R", "--set", "c=5", "--set", "R=3", "--terms", "0"), "--terms"),
        (("ldpc(3,6)", "--set", "eps=0.4", "--parameter", "eps", "--terms", "3"), "Lagrange"),
        (("paper", "--parameter", "R", "--set", "c=5", "--compute", "7"), "--compute"),
        (("paper", "--parameter", "R", "--set", "c=5", "--compute", "__import__('os')"), "knows no function"),
        (("paper", "--parameter", "R", "--set", "c=5", "--compute", "R"), "--compute must be a number"),
        (("ldpc(3,6)", "--compute", "1e9"), "texts per skill"),
        (("paper", "--parameter", "R", "-o", "laws.svg"), "every other letter bound"),
        (("paper", "--parameter", "R", "--set", "c=5", "-o", "laws.txt"), "--output must end in"),
        (("paper", "--parameter", "R", "--set", "c=5", "--digits", "0"), "--digits"),
    ],
)
def test_wrong_input_is_one_line(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = run_here("scaling", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_passes_that_cannot_be() -> None:
    for arguments in (
        ("simulate", "ldpc(3,6)", "--set", "eps=0.4", "--size", "1000", "--passes", "2"),
        ("simulate", "paper", "--set", "c=3", "--set", "R=1", "--size", "1000", "--passes", "2", "--rounds", "3"),
        ("evolve", "paper", "--set", "c=3", "--set", "R=1", "--passes", "0"),
    ):
        done = run_here(*arguments)
        assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1), done.stderr
