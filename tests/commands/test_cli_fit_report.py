"""The report of a table of measurements by the shell: columns make a file a table, and options of other reports are refused in one line."""

from pathlib import Path

import pytest
from command_line import output, run_here

from deanalysis import report_fit

ROWS = [(1, 0.01), (2, 0.02), (3, 0.03), (4, 0.98), (5, 0.99), (6, 1), (8, 1)]
COLUMNS = ("--x", "steps", "--y", "share", "--error", "error", "--guess", "0", "--model", "paper", "--no-compare")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a table of measurements, which has rows of another kind."""
    rows = "".join(f"{x},{y},0.01,kept\n{x},{1 - y:.2f},0.01,other\n" for x, y in ROWS)
    (tmp_path / "curve.csv").write_text(f"steps,share,error,kind\n{rows}")
    return tmp_path


def test_a_table_has_a_report(folder: Path) -> None:
    told = output("report", "curve.csv", *COLUMNS, "--where", "kind=kept", "-o", "out", folder=folder)
    asked = {"error": "error", "guess": 0, "models": "paper", "compare": False, "where": {"kind": "kept"}}
    written = report_fit(folder / "curve.csv", "steps", "share", folder / "own", **asked)
    assert told == {"page": "out/index.html", "document": "out/report.tex"} | written.fit.to_dict()
    page = (folder / "out" / "index.html").read_text()
    assert page == (folder / "own" / "index.html").read_text()
    assert "Learning curves beside the theory: <bdi>curve.csv</bdi>" in page
    assert "Only rows with <bdi>kind = kept</bdi>" in page


def test_it_says_the_verdict_and_where_it_is(folder: Path) -> None:
    done = run_here("report", "curve.csv", *COLUMNS, "--where", "kind=other", "--significance", "0.05", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "does not fit" in done.stdout
    assert "at least 0.05" in done.stdout
    assert done.stdout.endswith("page:     report/index.html\ndocument: report/report.tex\n")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--x", "steps", "--y", "share"], "FILE must be given where --x and --y name its columns"),
        (["curve.csv", "--x", "steps"], "--y must be the name of a column"),
        (["curve.csv", "--y", "share"], "--x must be the name of a column"),
        (["curve.csv", "--guess", "0"], "--guess is for tables of measurements alone: state --x and --y, too, got '0'"),
        (["curve.csv", "--model", "paper"], "--model is for tables of measurements alone"),
        (["paper", "--no-compare"], "--no-compare is for tables of measurements alone"),
        (["curve.csv", *COLUMNS, "--seed", "1"], "--seed is not for tables of measurements, got '1'"),
        (["curve.csv", *COLUMNS, "--texts", "poisson(3)"], "--texts is not for tables of measurements"),
        (["curve.csv", *COLUMNS, "--rewire", "2"], "--rewire is not for tables of measurements"),
        (["curve.csv", *COLUMNS, "--set", "c=5"], "--set is not for tables of measurements, got 'c=5'"),
        (["curve.csv", *COLUMNS, "--normalize"], "--normalize is not for tables of measurements"),
        (["curve.csv", *COLUMNS, "--skills", "poisson(3)"], "--skills must be a whole number"),
        (["curve.csv", *COLUMNS, "--of", "loss"], "--of must be accuracy or error"),
        (["curve.csv", "--x", "step", "--y", "share"], "--x must be a column of the table"),
        (["none.csv", *COLUMNS], "none.csv"),
        (["curve.csv", *COLUMNS, "-o", "curve.csv"], "--output must be"),
    ],
)
def test_what_makes_no_sense_is_one_line(folder: Path, options: list[str], told: str) -> None:
    done = run_here("report", *options, folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (folder / "report").exists()
