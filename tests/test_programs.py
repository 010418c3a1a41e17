"""Derivations are true step by step and can be false; figures are what their programs write; README and the manual say what happens."""

import re
import runpy
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from deanalysis.present.curves import Table
from deanalysis.present.derivations import Answer, Range, Step

HERE = Path(__file__).parent.parent
DERIVATIONS = sorted((HERE / "derivations").glob("*.py"))
FIGURES = sorted((HERE / "figures").glob("*.py"))
PAGES = [HERE / "README.md", *sorted((HERE / "manual").glob("*.md"))]


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
        assert list(kept.columns) == list(made.columns)
        for name in kept.columns:
            assert kept[name] == pytest.approx(made[name], rel=1e-7, abs=1e-12, nan_ok=True)
    assert (tmp_path / f"{path.stem}.svg").read_text().rstrip().endswith("</svg>")
    assert (path.parent / f"{path.stem}.svg").exists()


def fences(page: Path, start: str) -> list[tuple[str, ...]]:
    """Return what is in the fences of a page that begin so, by the groups of `start` and the rest."""
    return re.findall(rf"^```{start}\n(.*?)^```", page.read_text(), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", [page for page in PAGES if fences(page, "console()")], ids=lambda page: page.stem)
def test_shell_sessions(page: Path, tmp_path: Path) -> None:
    """A page's commands, in order and in one folder, print what it says; a fence whose first line is `# FILE` is that file."""
    for name, content in fences(page, r"\w+(?=\n# (\w+\.\w+)$)"):
        (tmp_path / name).write_text(content)
    program = f'deanalysis() {{ {shlex.quote(sys.executable)} -m deanalysis "$@"; }}\n'
    for _, session in fences(page, "console()"):
        for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            done = subprocess.run(["sh", "-c", program + command], capture_output=True, text=True, cwd=tmp_path)
            shown = [line.rstrip() for line in done.stdout.strip().splitlines()]
            assert (done.returncode, shown) == (0, [line.rstrip() for line in printed.strip().splitlines()]), (command, done.stderr)
