"""The section of a report about what is left, and how large to build: its formulas, numbers and figure."""

import pytest

from deanalysis import load_model, size
from deanalysis.errors import InputError
from deanalysis.present.report.building import LEFT, TITLE, building_section
from deanalysis.present.report.content import Equation, Figure, Grid, Section, Text
from deanalysis.present.report.study import Study

pytestmark = pytest.mark.long


def section_of(name: str, told: list[tuple[int, int]] | None = None) -> Section:
    study = Study.of(load_model(name), {}, None)
    case = study.cases[-1]
    (*_, law) = study.evolution.scaling(study.parameter, **case.values).finite_size
    return building_section(case, law, 1, 1, None if told is None else lambda: lambda done, of: told.append((done, of)))


def test_a_code() -> None:
    told: list[tuple[int, int]] = []
    section = section_of("ldpc(3,6)", told)
    assert section.title == TITLE
    assert told[-1] == (LEFT, LEFT)
    block, share = [part.latex for part in section.parts if isinstance(part, Equation)]
    assert r"\frac{625 \varepsilon^{2}}{18 n}" in block
    assert r"n^{2}" in share
    assert any(isinstance(part, Text) and "$w = 0.0179905$" in str(part.words) for part in section.parts)
    sets, fails = [part for part in section.parts if isinstance(part, Grid)]
    assert len(sets.rows) == 6
    assert [row[:2] for row in fails.rows] == [(f"${n}$", f"${eps}$") for n in (100, 1000) for eps in ("0.215", "0.322", "0.386")]
    (figure,) = [part for part in section.parts if isinstance(part, Figure)]
    assert list(figure.tables) == ["left_theory_100", "left_theory_1000", "left_simulation_100"]
    theory, simulated = figure.tables["left_theory_100"], figure.tables["left_simulation_100"]
    assert len(simulated["eps"]) == 5
    assert (simulated["stuck_best"] > 0).all()
    assert set(theory["skills"]) == {100}


def test_cells_for_items() -> None:
    section = section_of("hypergraph(3)")
    grid = [part for part in section.parts if isinstance(part, Grid)][-1]
    assert [(row[0], row[1]) for row in grid.rows] == [(f"${n}$", f"${p}$") for n in (100, 1000) for p in ("0.1", "0.01")]
    found = size("hypergraph(3)", items=100, failure="0.01", method="law")
    assert grid.rows[1][2] == f"${found.texts}$"
    assert any(isinstance(part, Equation) and "light load" in part.name for part in section.parts)


def test_where_skills_may_have_no_text_there_is_no_leading_term() -> None:
    section = section_of("paper")
    assert not any(isinstance(part, Equation) for part in section.parts)
    assert any(isinstance(part, Text) and "No leading term of the floor" in str(part.words) for part in section.parts)
    assert len([part for part in section.parts if isinstance(part, Grid)]) == 2


def test_the_figure_stays_where_no_graph_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise InputError("size", "is refused", given=7)

    monkeypatch.setattr("deanalysis.present.report.building.left_table", refused)
    (figure,) = [part for part in section_of("ldpc(3,6)").parts if isinstance(part, Figure)]
    assert list(figure.tables) == ["left_theory_100", "left_theory_1000"]
    assert "Marks" not in figure.caption
