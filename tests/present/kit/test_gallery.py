"""The gallery shows what there is: every program, its caption, its tables and, in the manual, its picture."""

import re
import shutil
from pathlib import Path

from deanalysis.present.kit.programs import gallery_entries, write_gallery

FIGURES = Path(__file__).parents[3] / "figures"


def test_the_page_is_what_the_program_writes(tmp_path: Path) -> None:
    shutil.copytree(FIGURES, tmp_path, dirs_exist_ok=True)
    write_gallery(tmp_path)
    assert (FIGURES / "README.md").read_text() == (tmp_path / "README.md").read_text()


def test_every_table_is_on_the_page_and_every_link_leads_to_one() -> None:
    tables = {path.relative_to(FIGURES).as_posix() for path in FIGURES.rglob("*.csv")}
    assert set(re.findall(r"\]\(([^)]*)\)", (FIGURES / "README.md").read_text())) == tables


def test_the_manual_shows_every_picture() -> None:
    page = "\n".join(gallery_entries(FIGURES, pictures=True))
    assert all(f"```{{picture}} {program.stem}\n" in page for program in FIGURES.glob("*.py"))


def test_a_page_of_one_program(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text('"""What it shows."""\nCAPTION = """What was\ncomputed."""\n')
    tables = tmp_path / "data" / "one"
    tables.mkdir(parents=True)
    (tables / "part.csv").write_text("x\n1\n")
    write_gallery(tmp_path)
    page = (tmp_path / "README.md").read_text()
    assert "## one\n\nWhat it shows.\n\nWhat was computed.\n\nTables: [part](data/one/part.csv).\n" in page
    assert "python figures/one.py" in page
