"""The files of a figure's program: tables that say where they come from, and the picture drawn from them."""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

from .curves import Table
from .style import save

__all__ = ["FigureFiles", "draw_picture", "run"]


@dataclass(frozen=True)
class FigureFiles:
    """What a program NAME.py writes into a folder and reads there: NAME.svg, and its tables in data/NAME, each with its origin."""

    program: str
    folder: Path

    @property
    def name(self) -> str:
        """The name of the program, which its picture and the folder of its tables have too.

        >>> FigureFiles("figures/budgets.py", Path("figures")).name
        'budgets'
        """
        return Path(self.program).stem

    def origin(self, seed: int | None = None) -> str:
        """Return where numbers come from: version, program, and the seed where something is drawn at random.

        >>> FigureFiles("figures/budgets.py", Path()).origin(seed=1).partition(", ")[2]
        'figures/budgets.py, seed 1'
        """
        from ...version import __version__

        drawn = "" if seed is None else f", seed {seed}"
        return f"deanalysis {__version__}, figures/{Path(self.program).name}{drawn}"

    @property
    def tables(self) -> Path:
        """The folder of the tables.

        >>> FigureFiles("figures/budgets.py", Path("figures")).tables.as_posix()
        'figures/data/budgets'
        """
        return self.folder / "data" / self.name

    def path(self, part: str, ending: str) -> Path:
        """Return the path of a file with numbers.

        >>> FigureFiles("figures/budgets.py", Path("figures")).path("room", "csv").as_posix()
        'figures/data/budgets/room.csv'
        """
        return self.tables / f"{part}.{ending}"

    def write(self, table: Table, part: str, *, seed: int | None = None) -> None:
        """Write a table; `seed` is that of what was drawn at random for it."""
        table.write(self._new(part, "csv"), self.origin(seed))

    def read(self, *parts: str) -> list[Table]:
        """Read tables."""
        return [Table.read(self.path(part, "csv")) for part in parts]

    def write_content(self, content: dict[str, Any], part: str, *, seed: int | None = None) -> None:
        """Write what a table cannot hold as JSON, its origin first."""
        text = json.dumps({"origin": self.origin(seed), **content}, indent=1)
        self._new(part, "json").write_text(text + "\n", encoding="utf-8")

    def read_content(self, part: str) -> dict[str, Any]:
        """Read what `write_content` wrote, without its origin."""
        content = json.loads(self.path(part, "json").read_text(encoding="utf-8"))
        return {name: value for name, value in content.items() if name != "origin"}

    def write_pgfplots(self, code: str, part: str) -> None:
        """Write what PGFPlots draws, its origin first."""
        self._new(part, "pgf").write_text(f"% {self.origin()}\n{code}", encoding="utf-8")

    def _new(self, part: str, ending: str) -> Path:
        """Return the path of a file that is to be written, in a folder that there is."""
        self.tables.mkdir(parents=True, exist_ok=True)
        return self.path(part, ending)

    def save(self, figure: Any) -> None:
        """Write the picture."""
        save(figure, self.folder / f"{self.name}.svg", "svg")


def run(program: str, data: Callable[[Path], None], draw: Callable[[Path], None]) -> None:
    """Compute and draw into the folder that the shell gives, else beside the program."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(program).parent
    data(folder)
    draw(folder)


def draw_picture(program: Path, folder: Path) -> Path:
    """Draw the picture of a program into another folder, from a copy of the tables that lie beside the program; return its path.

    The manual's pictures are drawn so: nothing is computed, and nothing beside the program is written.
    """
    files = FigureFiles(str(program), folder)
    copytree(FigureFiles(str(program), program.parent).tables, files.tables, dirs_exist_ok=True)
    runpy.run_path(str(program))["draw"](folder)
    return folder / f"{files.name}.svg"
