"""The gallery shows what there is: every program, its picture, its caption and its tables."""

from pathlib import Path

import pytest

from deanalysis.present.kit.gallery import gallery_page, write_gallery

FIGURES = Path(__file__).parents[3] / "figures"


def test_the_page_is_what_the_program_writes() -> None:
    assert (FIGURES / "README.md").read_text() == gallery_page(FIGURES)


@pytest.mark.parametrize("ending", ["svg", "csv"])
def test_every_picture_and_table_is_on_the_page(ending: str) -> None:
    page = gallery_page(FIGURES)
    assert all(f"({path.name})" in page for path in FIGURES.glob(f"*.{ending}"))


def test_a_page_of_one_program(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text('"""What it shows."""\nCAPTION = """What was\ncomputed."""\n')
    (tmp_path / "one_part.csv").write_text("x\n1\n")
    write_gallery(tmp_path)
    page = (tmp_path / "README.md").read_text()
    assert "![What it shows.](one.svg)\n\nWhat was computed.\n\nTables: [one_part.csv](one_part.csv).\n" in page
    assert "python figures/one.py" in page
