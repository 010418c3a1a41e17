"""Programs of figures: their tables, which say where they come from, the pictures drawn from them, and the page that shows all."""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

from ...version import __version__
from .curves import Table
from .style import save

_HEAD = """# Figures

Each figure has one program. `python figures/NAME.py` computes its tables, writes them to `figures/data/NAME/`, and draws the picture
`figures/NAME.svg` from them. The first line of a table says which program, version and seed it comes from. The pictures are in the manual's
gallery, which is built without computing anything: `python -m sphinx manual manual/build`.

All figures share one style (`deanalysis/present/kit/style.py`): lines that differ in colour also differ in lightness, and in their dash or
mark. `python -m deanalysis.present.kit.programs figures` writes this page.
"""


@dataclass(frozen=True)
class FigureFiles:
    """What a program NAME.py writes into a folder and reads there: NAME.svg, and its tables in data/NAME, each with its origin.

    >>> files = FigureFiles("figures/budgets.py", Path("figures"))
    >>> files.name, files.path("room", "csv").as_posix(), files.origin(seed=1).partition(", ")[2]
    ('budgets', 'figures/data/budgets/room.csv', 'figures/budgets.py, seed 1')
    """

    program: str
    folder: Path

    @property
    def name(self) -> str:
        """The name of the program, which its picture and the folder of its tables have too."""
        return Path(self.program).stem

    @property
    def tables(self) -> Path:
        """The folder of the tables."""
        return self.folder / "data" / self.name

    def origin(self, seed: int | None = None) -> str:
        """Return where numbers come from: version, program, and the seed where something is drawn at random."""
        drawn = "" if seed is None else f", seed {seed}"
        return f"deanalysis {__version__}, figures/{Path(self.program).name}{drawn}"

    def path(self, part: str, ending: str) -> Path:
        """Return the path of a file with numbers."""
        return self.tables / f"{part}.{ending}"

    def _write(self, part: str, ending: str, text: str) -> None:
        self.tables.mkdir(parents=True, exist_ok=True)
        self.path(part, ending).write_text(text, encoding="utf-8", newline="")

    def write(self, table: Table, part: str, *, seed: int | None = None) -> None:
        """Write a table; `seed` is that of what was drawn at random for it."""
        self._write(part, "csv", f"# {self.origin(seed)}\n{table.csv}")

    def read(self, *parts: str) -> list[Table]:
        """Read tables."""
        return [Table.read(self.path(part, "csv")) for part in parts]

    def write_content(self, content: dict[str, Any], part: str, *, seed: int | None = None) -> None:
        """Write what a table cannot hold as JSON, its origin first."""
        self._write(part, "json", json.dumps({"origin": self.origin(seed), **content}, indent=1) + "\n")

    def read_content(self, part: str) -> dict[str, Any]:
        """Read what `write_content` wrote, without its origin."""
        content = json.loads(self.path(part, "json").read_text(encoding="utf-8"))
        return {name: value for name, value in content.items() if name != "origin"}

    def write_pgfplots(self, code: str, part: str) -> None:
        """Write what PGFPlots draws, its origin first."""
        self._write(part, "pgf", f"% {self.origin()}\n{code}")

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


def gallery_entries(folder: Path, at: str = "", *, pictures: bool = False) -> list[str]:
    """Return what a page says of each program of a folder.

    `at` leads from the page to the folder, as "../figures/"; `pictures` is for pages of the manual, which has a directive that draws them.
    """
    return [_entry(program, at, pictures) for program in sorted(folder.glob("*.py"))]


def _entry(program: Path, at: str, picture: bool) -> str:
    content, name = runpy.run_path(str(program)), program.stem
    title = content["__doc__"].partition("\n")[0]
    kept = sorted(FigureFiles(str(program), program.parent).tables.glob("*.csv"))
    tables = ", ".join(f"[{table.stem}]({at}data/{name}/{table.name})" for table in kept)
    shown = f"```{{picture}} {name}\n```" if picture else title
    parts = (f"## {name}", shown, " ".join(content["CAPTION"].split()), f"Tables: {tables}.")
    return "\n\n".join((*parts, f"```sh\npython figures/{name}.py\n```\n"))


def write_gallery(folder: Path) -> None:
    """Write the page of a folder of programs, in the order of their names, into the folder."""
    (folder / "README.md").write_text("\n".join([_HEAD, *gallery_entries(folder)]), encoding="utf-8")


if __name__ == "__main__":
    write_gallery(Path(sys.argv[1]))
