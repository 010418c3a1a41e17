"""The files of a figure's program: tables that say where they come from, and the picture drawn from them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .curves import Table
from .style import save

__all__ = ["FigureFiles", "run"]


@dataclass(frozen=True)
class FigureFiles:
    """What a program writes into a folder and reads there: NAME.svg, and NAME_PART.csv and NAME_PART.json with their origin."""

    program: str
    folder: Path

    def origin(self, seed: int | None = None) -> str:
        """Return where numbers come from: version, program, and the seed where something is drawn at random.

        >>> FigureFiles("figures/budgets.py", Path()).origin(seed=1).partition(", ")[2]
        'figures/budgets.py, seed 1'
        """
        from ... import __version__

        drawn = "" if seed is None else f", seed {seed}"
        return f"deanalysis {__version__}, figures/{Path(self.program).name}{drawn}"

    def path(self, ending: str, part: str = "") -> Path:
        """Return the path of a file by its ending and its part, if there are several.

        >>> FigureFiles("figures/budgets.py", Path()).path("csv", "room").name
        'budgets_room.csv'
        """
        name = "_".join(filter(None, (Path(self.program).stem, part)))
        return self.folder / f"{name}.{ending}"

    def write(self, table: Table, part: str = "", *, seed: int | None = None) -> None:
        """Write a table; `seed` is that of what was drawn at random for it."""
        table.write(self.path("csv", part), self.origin(seed))

    def read(self, *parts: str) -> list[Table]:
        """Read tables."""
        return [Table.read(self.path("csv", part)) for part in parts]

    def write_content(self, content: dict[str, Any], part: str = "", *, seed: int | None = None) -> None:
        """Write what a table cannot hold as JSON, its origin first."""
        text = json.dumps({"origin": self.origin(seed), **content}, indent=1)
        self.path("json", part).write_text(text + "\n", encoding="utf-8")

    def read_content(self, part: str = "") -> dict[str, Any]:
        """Read what `write_content` wrote, without its origin."""
        content = json.loads(self.path("json", part).read_text(encoding="utf-8"))
        return {name: value for name, value in content.items() if name != "origin"}

    def save(self, figure: Any) -> None:
        """Write the picture."""
        save(figure, self.path("svg"), "svg")


def run(program: str, data: Callable[[Path], None], draw: Callable[[Path], None]) -> None:
    """Compute and draw into the folder that the shell gives, else beside the program."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(program).parent
    data(folder)
    draw(folder)
