"""A phase diagram leaves the house as a figure, a table or PGFPlots that a real LaTeX compiles."""

from pathlib import Path

import pytest

from deanalysis import DensityEvolution, InputError, load_model
from deanalysis.present.kit.curves import Table
from deanalysis.present.kit.plane import LINES, write_phase_diagram
from tests.system import compile_latex

DOCUMENT = r"""\documentclass{article}
\usepackage{pgfplots}
\pgfplotsset{compat=1.16}
\begin{document}
\begin{tikzpicture}
\begin{axis}[xlabel=$c$, ylabel=$R$]
\input{diagram.tex}
\end{axis}
\end{tikzpicture}
\end{document}
"""


@pytest.fixture(scope="module")
def diagram():
    model = load_model("paper")
    return DensityEvolution(model.ensemble, model.learner).phase_diagram("c", "R", (0, 8), (0, 3))


def test_pgfplots_compiles(diagram, tmp_path: Path) -> None:
    write_phase_diagram(diagram, tmp_path / "diagram.tex")
    (tmp_path / "page.tex").write_text(DOCUMENT)
    compile_latex(tmp_path / "page.tex", times=1)
    assert (tmp_path / "page.pdf").stat().st_size > 5_000


def test_the_table_holds_every_point(diagram, tmp_path: Path) -> None:
    write_phase_diagram(diagram, tmp_path / "diagram.csv")
    table = Table.read(tmp_path / "diagram.csv")
    assert len(table["c"]) == sum(len(line.x) for line in diagram.lines)
    for number, line in enumerate(diagram.lines):
        rows = table["line"] == number
        assert set(table["kind"][rows]) == {LINES.index(line.kind)}
        assert table["R"][rows] == pytest.approx(line.y, rel=1e-9)


def test_other_endings_are_refused(diagram, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must end in"):
        write_phase_diagram(diagram, tmp_path / "diagram.docx")
    with pytest.raises(InputError, match="can be written"):
        write_phase_diagram(diagram, tmp_path / "none" / "diagram.svg")
