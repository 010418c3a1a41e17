"""Phase diagrams of several classes: every point is a fold, the largest fixed point jumps across lines of jumps, corners join lines."""

import numpy as np
import pytest

from deanalysis import ClassEnsemble, ClassEvolution, PhaseDiagram, Poisson, Regular, SkillClass, TextType, letter
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.present.kit.plane import LINES, phase_table

A, B = letter("A"), letter("B")
USERS = SkillClass("a", A / (A + B), texts=Regular(2)), SkillClass("b", B / (A + B), texts=Regular(5))
FRAME = ClassEvolution(ClassEnsemble(USERS, (TextType("slots", 1 / (A + B), {"a": Poisson(2 * A), "b": Poisson(5 * B)}),)))


@pytest.fixture(scope="module")
def diagram() -> PhaseDiagram:
    return FRAME.phase_diagram("A", "B", (0, 1), (0, 1))


def test_every_point_is_a_fold(diagram: PhaseDiagram) -> None:
    """q = f(q), and 1 is an eigenvalue of the Jacobian there."""
    f, jacobian = (compile_floats(part, *FRAME.unknowns, A, B) for part in (FRAME.equations[0].rhs, FRAME.jacobian))
    assert {line.kind for line in diagram.lines} == {"emergence", "fold"}
    for line in diagram.lines:
        ends = {(end.x, end.y) for end in line.ends}
        for q_a, q_b, x, y in zip(line.q["a"], line.q["b"], line.x, line.y, strict=True):
            if (x, y) not in ends:
                assert f(q_a, q_b, x, y) == pytest.approx(q_a, abs=1e-9)
                slopes = np.array(jacobian(q_a, q_b, x, y), dtype=float)
                assert np.linalg.det(np.eye(2) - slopes) == pytest.approx(0, abs=1e-8)
                assert np.linalg.det(np.eye(2) - 1.03 * slopes) != pytest.approx(0, abs=1e-3)


def test_jumps_are_those_along_one_letter(diagram: PhaseDiagram) -> None:
    for line in diagram.of_kind("emergence"):
        x, y = line.x[len(line.x) // 2], line.y[len(line.y) // 2]
        jumps = FRAME.thresholds("B", A=repr(x), search=(repr(0.95 * y), repr(1.05 * y)))
        assert min(abs(float(jump.value) - y) for jump in jumps if jump.value) < 1e-6 * y


def test_diagrams_of_classes_are_read_back_and_written(diagram: PhaseDiagram) -> None:
    content = diagram.to_dict()
    assert PhaseDiagram.from_dict(content) == diagram
    assert {*content} == {"x", "y", "limits", "lines", "cusps", "corners", "proved"}
    assert content["cusps"] == [[*point] for point in diagram.cusp_points()]
    assert diagram.proved > 40
    assert repr(diagram).startswith("<phase diagram in A and B: lines ")
    assert diagram.pgfplots().count("\\addplot") == len(diagram.lines) + len(diagram.cusps) + len(diagram.corners)
    assert ClassEvolution.region is ClassEvolution.phase_diagram


def test_the_table_of_classes_holds_every_state(diagram: PhaseDiagram) -> None:
    table = phase_table(diagram)
    assert list(table.columns) == ["A", "B", "q_a", "q_b", "line", "kind", "jump"]
    for number, line in enumerate(diagram.lines):
        rows = table["line"] == number
        assert tuple(table["q_b"][rows]) == line.q["b"]
        assert set(table["jump"][rows]) == {line.kind == "emergence"}
        assert set(table["kind"][rows]) == {LINES.index(line.kind)}
