"""Phase diagrams: every point lies on its curve, lines meet without gaps, and the closed forms agree."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.special import lambertw

from deanalysis import DensityEvolution, InputError, PhaseDiagram, load_model, q
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.model.symbols import letter

DIAGRAMS = [
    ({"text": "paper"}, ("c", (0, 8)), ("R", (0, 3)), {}),
    ({"text": "paper", "learner": "2-skill"}, ("R", (0, 2)), ("c", (0, 12)), {}),
    ({"texts": "poisson(4*G)", "skills": "polynomial(w*x^2+(1-w)*x^6)"}, ("w", (0, 1)), ("G", (0.5, 1.5)), {}),
    ({"texts": "binomial(6,p)", "skills": "polynomial(w*x^2+(1-w)*x^6)"}, ("p", (0, 1)), ("w", (0, 1)), {}),
    ({"text": "paper", "unknown": "eps"}, ("eps", (0, 1)), ("R", (0, 3.5)), {"c": 5}),
]


def diagram_of(laws, x, y, values) -> tuple[DensityEvolution, PhaseDiagram]:
    model = load_model(**laws)
    evolution = DensityEvolution(model.ensemble, model.learner)
    return evolution, evolution.phase_diagram(x[0], y[0], x[1], y[1], **values)


@pytest.fixture(scope="module", params=DIAGRAMS, ids=str)
def drawn(request: pytest.FixtureRequest) -> tuple[DensityEvolution, PhaseDiagram]:
    """Each diagram with its equation, all letters but its two bound."""
    evolution, diagram = diagram_of(*request.param)
    return evolution.at(**request.param[-1]), diagram


def test_every_point_lies_on_its_curve(drawn: tuple[DensityEvolution, PhaseDiagram]) -> None:
    """q = f and f_q = 1 on folds, f_q(0) = 1 on stability lines; on potential lines U is as low at q as anywhere."""
    bound, diagram = drawn
    names = letter(diagram.x), letter(diagram.y)
    f, slope = (compile_floats(part, q, *names) for part in (bound.right_side, bound.right_side.diff(q)))
    potential, top = compile_floats(bound.potential, q, *names), compile_floats(bound.ensemble.unknown, *names)
    assert {line.kind for line in diagram.lines} >= {"emergence", "fold", "potential"}
    assert ("stability" in {line.kind for line in diagram.lines}) is bound.completes
    for line in diagram.lines:
        for xs, ys, state in zip(line.x, line.y, line.q, strict=True):
            if line.kind == "stability":
                assert slope(1e-12, xs, ys) == pytest.approx(1, abs=1e-6)
                continue
            assert f(state, xs, ys) == pytest.approx(state, rel=1e-8, abs=1e-9)
            if line.kind == "potential":
                states = float(top(xs, ys)) * np.linspace(0, 1, 3001) ** 2
                assert np.min(potential(states, xs, ys)) == pytest.approx(float(potential(state, xs, ys)), abs=1e-6)
            else:
                assert slope(state, xs, ys) == pytest.approx(1, abs=1e-6)


def test_lines_have_no_gaps_and_meet_in_the_cusp(drawn: tuple[DensityEvolution, PhaseDiagram]) -> None:
    _, diagram = drawn
    (width, height) = (ends[1] - ends[0] for ends in diagram.limits)
    for line in diagram.lines:
        steps = [
            np.hypot((x1 - x0) / width, (y1 - y0) / height) for (x0, x1), (y0, y1) in zip(pairwise(line.x), pairwise(line.y), strict=True)
        ]
        assert max(steps) < 0.05, line
    places = [place for cusp, place in zip(diagram.cusps, diagram.cusp_points(), strict=True) if cusp.binding]
    assert len(places) == 1
    for kind in ("emergence", "fold", "potential"):
        ends = [point for line in diagram.of_kind(kind) for point in ((line.x[0], line.y[0]), (line.x[-1], line.y[-1]))]
        assert any(end == pytest.approx(places[0], rel=1e-9) for end in ends), kind


def test_the_paper_s_lines_are_its_closed_forms() -> None:
    _, diagram = diagram_of({"text": "paper"}, ("c", (0, 8)), ("R", (0, 3)), {})
    for kind, branch in (("emergence", 0), ("fold", -1)):
        (line,) = diagram.of_kind(kind)
        inner = [(xs, ys) for xs, ys in zip(line.x, line.y, strict=True) if xs > 2.72]
        for xs, ys in inner:
            u = -lambertw(-1 / xs, branch).real
            assert ys == pytest.approx(u / xs * np.exp(1 / u), rel=1e-7)
    (potential,) = diagram.of_kind("potential")
    assert potential.y == pytest.approx([1.0] * len(potential.y), abs=1e-9)
    for kind, edge in (("fold", 8), ("potential", 8)):
        (line,) = diagram.of_kind(kind)
        assert max(line.x) == pytest.approx(edge, abs=0.01)


def test_diagrams_read_back_and_say_what_they_hold() -> None:
    _, diagram = diagram_of({"text": "paper"}, ("c", (0, 8)), ("R", (0, 3)), {})
    assert PhaseDiagram.from_dict(diagram.to_dict()) == diagram
    assert repr(diagram) == "<phase diagram in c and R: lines 1 emergence, 1 fold, 1 potential; 1 cusps>"
    assert diagram.pgfplots().count("\\addplot") == 4


def test_a_rectangle_without_a_line() -> None:
    _, diagram = diagram_of({"text": "paper"}, ("c", (0, 1)), ("R", (0, 1)), {})
    assert diagram.lines == ()
    assert diagram.cusps == ()


def test_a_line_that_only_clips_a_corner_is_found() -> None:
    _, diagram = diagram_of({"text": "paper"}, ("c", (0, 4.75)), ("R", (2.1, 3)), {})
    (line,) = diagram.of_kind("emergence")
    assert min(line.y) == pytest.approx(2.1, abs=0.01)
    assert max(line.x) == pytest.approx(4.75, abs=0.01)


def test_wrong_rectangles_are_refused() -> None:
    for x, y, values, why in (
        (("c", (8, 0)), ("R", (0, 3)), {}, "LO < HI"),
        (("c", (0, 8)), ("c", (0, 3)), {}, "two"),
        (("c", (0, 8)), ("k", (0, 3)), {}, "k"),
    ):
        with pytest.raises(InputError, match=why):
            diagram_of({"text": "paper"}, x, y, values)
