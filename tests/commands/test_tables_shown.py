"""Tables fit the line of a terminal, numbers stay whole, and what was typed comes back as it was."""

import re

import pytest

from deanalysis.commands.output import print_table
from deanalysis.model.exact import decimal
from tests.command_line import run_here

IRSA = "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"
EDGE = "--skills", "edge(0.4*x + 0.3*x^3 + 0.3*x^8)", "--texts", "edge(0.3*x^5 + 0.7*x^6)", "--unknown", "eps"
SMALL = "--size", "500", "--replicates", "3", "--seed", "1"
COMMANDS = [
    ("presets",),
    ("derive", IRSA),
    ("threshold", "paper", "--set", "c=5"),
    ("threshold", IRSA, "--digits", "40"),
    ("threshold", *EDGE),
    ("evolve", "paper", "--set", "c=2.6", "--sweep", "R=1:2:3"),
    ("evolve", "paper", "--sweep", "c=1.5:2.5:2", "--sweep", "R=1:2:2"),
    ("evolve", "paper", "--set", "c=3", "--set", "R=2", "--passes", "2"),
    ("percolation", "paper", "--set", "c=1", "--sweep", "R=1:2:3", "--digits", "30"),
    ("simulate", "paper", "--set", "c=2.6", "--sweep", "R=0.75:2:2", *SMALL),
    ("validate", "paper", "--set", "c=2.6", "--set", "R=0.75", *SMALL),
    ("scaling", "paper", "--set", "c=5", "--size", "1000"),
]
WIDTHS = (80, 120)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command)[:40])
def test_tables_fit_the_terminal(command: tuple[str, ...], width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences and formulas by themselves, two blanks before them, are left to the terminal, which wraps them."""
    monkeypatch.setenv("COLUMNS", str(width))
    done = run_here(*command)
    assert done.returncode == 0, done.stderr
    lines = [line.rstrip() for line in done.stdout.splitlines() if re.match(r" (?! \S)", line)]
    assert lines
    assert max(map(len, lines)) <= width, max(lines, key=len)


def test_columns_that_do_not_fit_stand_in_blocks_behind_the_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    print_table(("kind", "one", "two"), [("a", "1" * 20, "2" * 20), ("b", "3" * 20, "4" * 20)])
    printed = capsys.readouterr().out
    assert [line.split() for line in printed.splitlines() if line.strip() and "─" not in line] == [
        ["kind", "one"], ["a", "1" * 20], ["b", "3" * 20], ["kind", "two"], ["a", "2" * 20], ["b", "4" * 20],
    ]  # fmt: skip


def test_prose_is_folded_and_a_long_formula_has_a_block_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    print_table(("name", "what"), [("a", "word " * 30)])
    assert capsys.readouterr().out.count("word") == 30
    root = "x" * 150
    print_table(("kind", "value", "root"), [("fold", "1.25", root)])
    printed = capsys.readouterr().out
    assert "".join(re.findall("x+", printed)) == root
    assert max(len(line.rstrip()) for line in printed.splitlines()) <= 60
    assert "fold   1.25" in printed


def test_a_wide_terminal_has_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run_here("threshold", "paper", "--set", "c=5").stdout.count("kind") == 1


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("2.6", "2.6"), ("0.5102", "0.5102"), ("13/5", "2.6"), ("1/3", "1/3"), ("5", "5"), ("-0.25", "-0.25"), ("0.501*G", "0.501*G")],
)  # fmt: skip
def test_decimals_come_back_as_decimals(typed: str, shown: str) -> None:
    assert decimal(typed) == shown


def test_commands_echo_decimals() -> None:
    swept = run_here("evolve", "paper", "--set", "c=2.6", "--sweep", "R=1.25:1.75:2").stdout
    assert " 1.25 " in swept
    assert "/" not in swept
    points = run_here("validate", "paper", "--set", "c=2.6", "--set", "R=0.5102", *SMALL).stdout
    assert "c=2.6, R=0.5102" in points


def test_a_law_is_written_as_it_was_typed() -> None:
    fragment = run_here("derive", "--texts", "poisson(0.501*G)", "--skills", "polynomial(0.25*x^2 + 0.75*x^3)", "--format", "latex").stdout
    assert "poisson(0.501*G)" in fragment.splitlines()[0]
    assert "polynomial(0.25*x^2 + 0.75*x^3)" in fragment.splitlines()[0]


@pytest.mark.parametrize(
    "command",
    [
        ("percolation", "hypergraph(2)", "--set", "d=0.7", "--occupation", "1"),
        ("percolation", "--texts", "regular(2)", "--skills", "geometric(1.5)", "--occupation", "1"),
        ("percolation", "hypergraph(2)", "--sweep", "d=0.3:0.9:3", "--occupation", "0.9"),
        ("simulate", "hypergraph(2)", "--set", "d=0.7", "--occupation", "1", *SMALL),
        ("validate", "--texts", "regular(2)", "--skills", "geometric(1.5)", "--occupation", "1", *SMALL),
    ],
)
def test_a_network_does_not_speak_of_learning(command: tuple[str, ...]) -> None:
    printed = run_here(*command).stdout.replace("learned or not", "")
    assert "giant_component" in printed
    assert not re.search("learn|zeta|testing_error|training_error|independent", printed)


def test_what_is_learned_is_told_where_that_is_asked() -> None:
    assert "learned" in run_here("percolation", "paper", "--set", "c=1", "--set", "R=1.5").stdout
    assert "testing_error" in run_here("simulate", "paper", "--set", "c=1", "--set", "R=1.5", "--edges", "all", *SMALL).stdout


def test_help_says_what_a_skill_is_in_a_file() -> None:
    told = " ".join(run_here("encode", "--help").stdout.split())
    assert "A skill is a whole number, from 0 to 2^31 - 1" in told
    assert "17 3 204" in told
