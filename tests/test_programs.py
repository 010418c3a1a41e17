"""Figures are what their programs write; README and the manual say what happens."""

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run_here
from system import needs

from deanalysis import __version__
from deanalysis.present.kit.curves import Table
from deanalysis.present.kit.programs import FigureFiles, draw_picture

pytestmark = pytest.mark.long

HERE = Path(__file__).parent.parent
FIGURES = sorted((HERE / "figures").glob("*.py"))
PAGES = [HERE / "README.md", *sorted((HERE / "manual").glob("*.md"))]


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_figures_are_what_their_programs_write(path: Path, tmp_path: Path) -> None:
    program = runpy.run_path(str(path))
    for command in program.get("NEEDS", ()):
        needs(command)
    if "measurements" in program and not program["measurements"]().exists():
        pytest.skip(f"{program['measurements']().name} is not beside the checkout: it is no part of the project")
    program["data"](tmp_path)
    there, here = (FigureFiles(str(path), folder).tables for folder in (path.parent, tmp_path))
    assert sorted(file.name for file in there.iterdir()) == sorted(file.name for file in here.iterdir())
    tables = sorted(here.glob("*.csv"))
    assert tables
    for table in tables:
        kept, made = (Table.read(folder / table.name) for folder in (there, here))
        assert origin_of(there / table.name) == origin_of(table)
        assert list(kept.columns) == list(made.columns)
        for name in kept.columns:
            assert kept[name] == pytest.approx(made[name], rel=program.get("TOLERANCE", 1e-7), abs=1e-12, nan_ok=True)


def origin_of(table: Path) -> str:
    """Return the first line of a table."""
    return table.read_text().partition("\n")[0]


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_pictures_are_drawn_from_the_tables_that_are_kept(path: Path, tmp_path: Path) -> None:
    picture = draw_picture(path, tmp_path)
    assert picture.parent == tmp_path
    assert picture.read_text().rstrip().endswith("</svg>")


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_tables_and_captions_say_where_they_come_from(path: Path) -> None:
    program = runpy.run_path(str(path))
    told, seed = f"# deanalysis {__version__}, figures/{path.name}", program.get("SEED")
    origins = {origin_of(table) for table in FigureFiles(str(path), path.parent).tables.glob("*.csv")}
    assert origins <= {told, f"{told}, seed {seed}"}
    assert (f"{told}, seed {seed}" in origins) is (seed is not None)
    caption = " ".join(program["CAPTION"].split())
    assert caption in (path.parent / "README.md").read_text()
    assert caption.endswith("Nothing is drawn at random." if seed is None else f"Seed {seed}.")


def fences(page: Path, start: str) -> list[tuple[str, ...]]:
    """Return what is in the fences of a page that begin so, by the groups of `start` and the rest."""
    return re.findall(rf"^```{start}\n(.*?)^```", page.read_text(), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", [page for page in PAGES if fences(page, "console()")], ids=lambda page: page.stem)
def test_shell_sessions(page: Path, tmp_path: Path) -> None:
    """A page's commands, in order and in one folder, print what it says; a fence whose first line is `# FILE` is that file.

    Plain text (`.txt`) and tables (`.csv`) have no comments: there that line is no part of the file.
    """
    for name, content in fences(page, r"\w+(?=\n# (\w+\.\w+)$)"):
        (tmp_path / name).write_text(content.partition("\n")[2] if name.endswith((".txt", ".csv")) else content)
    for _, session in fences(page, "console()"):
        for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            status, said, wrong = in_shell(command, tmp_path)
            shown = [line.rstrip() for line in said.strip().splitlines()]
            assert (status, shown) == (0, [line.rstrip() for line in printed.strip().splitlines()]), (command, wrong)


def in_shell(command: str, folder: Path) -> tuple[int, str, str]:
    """Run a command; one of this tool alone, without pipes, costs no process: what a process adds is tested with those that have pipes."""
    words = list(shlex.shlex(command, posix=True, punctuation_chars=True))
    if words[0] == "deanalysis" and not any(set(word) <= set("|&;<>()") for word in words):
        return run_here(*shlex.split(command)[1:], folder=folder)
    program = f'deanalysis() {{ {shlex.quote(sys.executable)} -m deanalysis "$@"; }}\n'
    done = subprocess.run(["sh", "-c", program + command], capture_output=True, text=True, cwd=folder)
    return done.returncode, done.stdout, done.stderr
