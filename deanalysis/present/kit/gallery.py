"""The gallery of figures: a page with each picture, what was computed for it, and the tables behind it."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from .programs import FigureFiles

__all__ = ["gallery_entries", "gallery_page", "write_gallery"]

_PAGE = "README.md"
_HEAD = """# Figures

Each figure has one program. `python figures/NAME.py` computes its tables, writes them to `figures/data/NAME/`, and draws the picture
`figures/NAME.svg` from them. The first line of a table says which program, version and seed it comes from. The pictures are in the manual's
gallery, which is built without computing anything: `python -m sphinx manual manual/build`.

All figures share one style (`deanalysis/present/kit/style.py`): lines that differ in colour also differ in lightness, and in their dash or
mark. `python -m deanalysis.present.kit.gallery figures` writes this page.
"""


def gallery_page(folder: Path) -> str:
    """Return the page of a folder of programs, in the order of their names."""
    return "\n".join([_HEAD, *gallery_entries(folder)])


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
    """Write the page into the folder."""
    (folder / _PAGE).write_text(gallery_page(folder), encoding="utf-8")


if __name__ == "__main__":
    write_gallery(Path(sys.argv[1]))
