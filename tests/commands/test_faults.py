"""No command ends in a traceback or in silence: what is left of faults is one line that says what to report."""

import errno
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from command_line import run_here

from deanalysis.commands import faults, theory
from deanalysis.model import presets


def broken(*arguments: object, **options: object) -> None:
    raise ZeroDivisionError("no\nluck " + "x" * 500)


def test_whatever_is_left_is_one_line_to_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theory, "evolution_of", broken)
    done = run_here("threshold", "paper", "--set", "c = 5")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("deanalysis: internal error, please report this line: ZeroDivisionError 'no\\nluck xxx")
    assert "at commands/theory.py:" in done.stderr
    assert "command: deanalysis threshold paper --set 'c = 5'; Python 3." in done.stderr
    assert f"deanalysis {version('deanalysis')}, sympy {version('sympy')}" in done.stderr
    assert len(done.stderr) < 500


def test_a_fault_is_told_where_the_program_runs_uninstalled(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(faults, "version", missing)
    assert "division by zero' at cli.py" in (line := faults.fault(ZeroDivisionError("division by zero"), ["derive"]))
    assert line.count(" not installed") == 5


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "laws.csv"), "laws.csv cannot be read or written: No space left on device"),
        (OSError("gone"), "a file cannot be read or written: gone"),
        (MemoryError(), "the model needs more memory than there is"),
    ],
)
def test_what_the_machine_refuses_is_no_fault_here(monkeypatch: pytest.MonkeyPatch, error: Exception, line: str) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(presets, "load_model", refuse)
    assert run_here("derive", "paper") == (2, "", f"deanalysis: {line}\n")


def test_a_command_runs_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text('[texts]\ndegrees = "poisson(2)"\n[skills]\ndegrees = "poisson(3)"\n')
    assert "q = exp(-3*exp(-2*q))" in run_here("derive", "one.toml", folder=tmp_path).stdout
    assert run_here("derive", "one.toml").returncode == 2


@pytest.mark.parametrize("tail", ["pareto(1.92, 3)", "log_normal(2, 1)"])
def test_tails_without_a_table_are_refused(tail: str) -> None:
    texts = f"mixture(0.5: {tail}, 0.5: regular(3))"
    done = run_here("simulate", "--texts", texts, "--skills", "regular(2)", "--size", "100", "--replicates", "1", "--workers", "1")
    assert done.returncode == 2
    assert "too large to sample" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        "threshold --texts mixture(0.04:poisson(0.575*G),0.09:poisson(1.52*G),0.87:poisson(6.235*G)) --skills geometric(2.907) "
        "--unknown 0.9 --parameter G --kind emergence",
        "scaling --texts geometric(1.698*G) --skills negative_binomial(5.949,1000) --unknown 0.9",
        "derive --texts geometric(1.698*G) --skills negative_binomial(5.949,999) --unknown 0.9",
        "percolation --texts zipf(2.054,2,20) --skills negative_binomial(6.863,1000) --occupation cutoff(3,0.2)",
        "threshold --texts regular(3) --skills zipf(0.322,1,3,R) --parameter R --kind emergence",
        "evolve --texts zipf(0.6,1,20,5.8) --skills polynomial(0.54*x^4+0.46*x^3) --learner 2-skill --passes 1",
        "percolation --texts geometric(6.79) --skills negative_binomial(g,2) --occupation decay(0.9)",
        "percolation --texts geometric(6.79) --skills negative_binomial(g,2) --occupation decay(0.9) --method mpmath",
        "percolation --texts poisson(2) --skills negative_binomial(3*g,3) --occupation decay(0.8)",
        "percolation --texts pareto(2.6,2) --skills binomial(6,1) --edges all",
        "percolation --texts pareto(3,2) --skills regular(5) --method mpmath",
        "percolation --texts zipf(2.5,1) --skills poisson(3) --method mpmath",
        "percolation --texts poisson(3) --skills negative_binomial(5.8*R,1000) --occupation cutoff(5)",
        "percolation --texts geometric(2) --skills binomial(800,R/100) --occupation cutoff(3)",
        "threshold --texts negative_binomial(2.93/eps,3.5) --skills poisson(6/c) --set eps=0.812 --kind fold",
        "threshold --texts negative_binomial(3/R,1/2) --skills poisson(4/c) --set R=2 --kind fold",
        "evolve hypergraph(4) --learner success:(1-exp(-x))/x --set d=1/2 --passes 1",
        "evolve irsa(0.5*x^2+0.28*x^3+0.22*x^8) --learner success:(1-exp(-x))/x --set G=2 --passes 1",
        "evolve --texts negative_binomial(1.31,1000) --skills log_normal(3,1) --learner 2-skill --rounds 3",
        "evolve --texts negative_binomial(1.31,2000) --skills pareto(3,2) --learner 2-skill --rounds 2 --method mpmath",
        "evolve --texts negative_binomial(7.77,999) --skills log_normal(3,1) --learner 2-skill --rounds 3 --unknown 0.77",
    ],
)
def test_what_ended_in_tracebacks_has_an_answer(arguments: str) -> None:
    done = run_here(*arguments.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("--terms 0", "--terms must be a whole number from 1 to 500, got '0'"),
        ("--size 0", "--size must be a whole number from 10 to 1000000000000, got '0'"),
        ("--output laws.doc", "--output must end in .svg, .pdf, .png or .csv, got 'laws.doc'"),
    ],
)
def test_what_is_wrong_is_said_before_the_work(monkeypatch: pytest.MonkeyPatch, arguments: str, line: str) -> None:
    monkeypatch.setattr("deanalysis.theory.facades.density_evolution.DensityEvolution.scaling", broken)
    assert run_here("scaling", "ldpc(3,6)", *arguments.split()) == (2, "", f"deanalysis: {line}\n")


def test_an_integral_over_what_is_only_seemingly_singular_is_compiled() -> None:
    """Its poles cancel without any power of q: no coefficient has to vanish, and none is asked for."""
    texts = "mixture(0.08:poisson(7.1), 0.81:negative_binomial(7.7, 1000), 0.11:poisson(6.77))"
    arguments = "--skills", "negative_binomial(7.8*g, 1/2)", "--learner", "2-skill", "--terms", "1"
    line = "deanalysis: the model must have every letter bound; g is free; set g\n"
    assert run_here("scaling", "--texts", texts, *arguments) == (2, "", line)
