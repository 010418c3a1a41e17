"""The gallery of figures: a page with each picture, what was computed for it, and the tables behind it."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

__all__ = ["gallery_entries", "gallery_page", "write_gallery"]

_PAGE = "README.md"
_HEAD = """# Figures

Each figure has one program, which writes its tables and draws the picture from them. The first line of a table says which program, version
and seed it comes from. All figures share one style (`deanalysis/present/style.py`): what differs in colour differs in lightness as well,
and in its dash or mark. `python -m deanalysis.present.kit.gallery figures` writes this page.
"""


def gallery_page(folder: Path) -> str:
    """Return the page of a folder of programs, in the order of their names."""
    return "\n".join([_HEAD, *gallery_entries(folder)])


def gallery_entries(folder: Path, at: str = "") -> list[str]:
    """Return what a page says of each program of a folder; `at` leads from the page to that, as "../figures/"."""
    return [_entry(program, at) for program in sorted(folder.glob("*.py"))]


def _entry(program: Path, at: str) -> str:
    content, name = runpy.run_path(str(program)), program.stem
    title = content["__doc__"].partition("\n")[0]
    tables = ", ".join(f"[{table.name}]({at}{table.name})" for table in sorted(program.parent.glob(f"{name}*.csv")))
    parts = (f"## {name}", f"![{title}]({at}{name}.svg)", " ".join(content["CAPTION"].split()), f"Tables: {tables}.")
    return "\n\n".join((*parts, f"```sh\npython figures/{name}.py\n```\n"))


def write_gallery(folder: Path) -> None:
    """Write the page into the folder."""
    (folder / _PAGE).write_text(gallery_page(folder), encoding="utf-8")


if __name__ == "__main__":
    write_gallery(Path(sys.argv[1]))
