"""Figures are what their programs write; README says what happens."""

import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from deanalysis.present.curves import Table

HERE = Path(__file__).parent.parent
FIGURES = sorted((HERE / "figures").glob("*.py"))


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
