"""Derivations are true step by step and can be false; figures are what their programs write; README says what happens."""

import re
import runpy
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from deanalysis import __version__
from deanalysis.present.curves import Table
from deanalysis.present.derivations import Answer, Range, Step

HERE = Path(__file__).parent.parent
DERIVATIONS = sorted((HERE / "derivations").glob("*.py"))
FIGURES = sorted((HERE / "figures").glob("*.py"))


@pytest.mark.parametrize("path", DERIVATIONS, ids=lambda path: path.stem)
def test_every_step_is_true_and_none_is_vacuous(path: Path) -> None:
    derivation = runpy.run_path(str(path))["derivation"]
    assert derivation.steps
    assert derivation.check() == [Answer.TRUE] * len(derivation.steps)
    for step in derivation.steps:
        wrong = replace(step, right=step.right * sp.Rational(1001, 1000) + sp.Rational(1, 10**6))
        assert wrong.check() is Answer.FALSE, step.reason


def test_a_step_without_assumptions_is_unknown() -> None:
    x, y = sp.symbols("x y", positive=True)
    assert Step(sp.LambertW(x, -1), y, "no assumption on y", (Range(x, 0, 1),)).check() is Answer.UNKNOWN
    assert Step(sp.LambertW(x, -1), sp.LambertW(x, -1) + x, "not real there", (Range(x, 0, 1),)).check() is Answer.FALSE
    assert Step(sp.LambertW(x, -1), x, "nowhere real", (Range(x, 1, 2),)).check() is Answer.UNKNOWN


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_figures_are_what_their_programs_write(path: Path, tmp_path: Path) -> None:
    program = runpy.run_path(str(path))
    program["data"](tmp_path)
    program["draw"](tmp_path)
    tables = sorted(tmp_path.glob("*.csv"))
    assert tables
    for table in tables:
        kept, made = (Table.read(folder / table.name) for folder in (path.parent, tmp_path))
        assert origin_of(path.parent / table.name) == origin_of(table)
        assert list(kept.columns) == list(made.columns)
        for name in kept.columns:
            assert kept[name] == pytest.approx(made[name], rel=1e-7, abs=1e-12, nan_ok=True)
    assert (tmp_path / f"{path.stem}.svg").read_text().rstrip().endswith("</svg>")
    assert (path.parent / f"{path.stem}.svg").exists()


def origin_of(table: Path) -> str:
    """Return the first line of a table."""
    return table.read_text().partition("\n")[0]


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_tables_and_captions_say_where_they_come_from(path: Path) -> None:
    program = runpy.run_path(str(path))
    told, seed = f"# deanalysis {__version__}, figures/{path.name}", program.get("SEED")
    origins = {origin_of(table) for table in path.parent.glob(f"{path.stem}*.csv")}
    assert origins <= {told, f"{told}, seed {seed}"}
    assert (f"{told}, seed {seed}" in origins) is (seed is not None)
    caption = " ".join(program["CAPTION"].split())
    assert caption in (path.parent / "README.md").read_text()
    assert caption.endswith("Nothing is drawn at random." if seed is None else f"Seed {seed}.")


def shell_sessions() -> list[tuple[str, str]]:
    """Return the commands of README's console blocks with what they print."""
    blocks = re.findall(r"```console\n(.*?)```", (HERE / "README.md").read_text(), flags=re.DOTALL)
    sessions = []
    for block in blocks:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            sessions.append((command, printed))
    return sessions


@pytest.mark.parametrize(("command", "printed"), shell_sessions(), ids=lambda value: value[:40])
def test_readme_s_shell_session(command: str, printed: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(command)
    assert program == "deanalysis"
    done = subprocess.run([sys.executable, "-m", "deanalysis", *arguments], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert [line.rstrip() for line in done.stdout.strip().splitlines()] == [line.rstrip() for line in printed.strip().splitlines()]
