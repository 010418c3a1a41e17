"""No line of a figure crosses a jump: at every proved one it ends on one side and begins again on the other."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deanalysis import Association, DensityEvolution, Percolation, load_model, validate
from deanalysis.present.kit.cases import Case
from deanalysis.present.kit.compression import bits_table
from deanalysis.present.kit.curves import Table, curve_table, jumps, state_table
from deanalysis.present.kit.figures import draw_reached
from deanalysis.present.kit.percolation import draw_giant, giant_curve, write_components
from deanalysis.present.kit.style import new_figure
from deanalysis.present.paper.export import latex_fragment
from deanalysis.present.validation.comparison import write_validation

LIMITS = {"the paper at c = 3": (0.3, 1.6), "the paper at c = 5": (0.6, 3.0), "a code": (0.3, 0.6)}
TWICE = {"skills": "polynomial(0.9*x^3 + 0.1*x^24)", "texts": "poisson(5.1*G)"}
MODELS = {
    "the paper at c = 3": ({"text": "paper"}, "R", {"c": "3"}),
    "the paper at c = 5": ({"text": "paper"}, "R", {"c": "5"}),
    "a code": ({"text": "ldpc(3,6)"}, "eps", {}),
    "two jumps": (TWICE, "G", {}),
    "a jump, then a stability point": ({"text": "irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)"}, "G", {}),
    "2-skill": ({"texts": "poisson(6)", "skills": "poisson(6*R)", "learner": "2-skill"}, "R", {}),
}


def asked(stated: dict[str, str]) -> DensityEvolution:
    model = load_model(**stated)
    return DensityEvolution(model.ensemble, model.learner)


def segments(line: Any) -> list[tuple[float, float, float, float]]:
    """Return the pieces of a drawn line: from x, y to x, y."""
    x, y = line.get_xdata(), line.get_ydata()
    points = [(float(a), float(b)) for a, b in zip(x, y, strict=True)]
    return [(*one, *two) for one, two in pairwise(points) if np.isfinite([*one, *two]).all()]


def crossing(line: Any, jump: float) -> list[tuple[float, float, float, float]]:
    """Return the pieces on both sides of a jump."""
    return [piece for piece in segments(line) if min(piece[0], piece[2]) < jump < max(piece[0], piece[2])]


def ends_at(line: Any, jump: float) -> list[float]:
    """Return where a line is at a jump."""
    return sorted({y for piece in segments(line) for x, y in (piece[:2], piece[2:]) if x == jump})


@pytest.mark.parametrize("name", MODELS)
def test_the_learning_curve_is_vertical_at_each_jump(name: str) -> None:
    stated, parameter, values = MODELS[name]
    evolution = asked(stated)
    found = evolution.thresholds(parameter, **values)
    _, (axes,) = new_figure()
    draw_reached(axes, curve_table(evolution.curve(parameter), values, found), parameter, "q", "", 0)
    drawn, *dotted = axes.get_lines()
    assert jumps(found)
    for jump in jumps(found):
        assert not crossing(drawn, jump.value)
        ends = ends_at(drawn, jump.value)
        assert min(ends) == pytest.approx(jump.after, abs=1e-12)
        assert max(ends) == pytest.approx(jump.before, abs=1e-12)
    for line in dotted:
        assert line.get_xdata()[0] == line.get_xdata()[1] in [jump.value for jump in jumps(found)]
    assert len(dotted) == len(jumps(found))


@pytest.mark.parametrize(
    ("stated", "parameter"), [({"text": "ldpc(3,6)"}, "eps"), ({"texts": "poisson(3/R)", "skills": "regular(3)"}, "R")]
)
def test_complete_learning_lies_past_the_last_jump(stated: dict[str, str], parameter: str) -> None:
    evolution = asked(stated)
    found = evolution.thresholds(parameter)
    table = curve_table(evolution.curve(parameter), {}, found)
    complete = table[parameter][table["q"] == 0]
    (jump,) = jumps(found)
    past = complete - jump.value if jump.learned_side == "above" else jump.value - complete
    assert past.min() == pytest.approx(0, abs=1e-9)
    assert past.max() > 0.4


def test_bits_of_complete_learning_are_drawn() -> None:
    evolution = asked({"text": "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"})
    table = bits_table(Case(evolution, "G", {}), (0.5, 1.2), 1000, "4 + 65*k")
    learned = table["G"][table["understood"] == 1]
    assert learned.min() < 0.52
    assert np.abs(np.diff(np.sort(learned))).max() < 0.02
    assert learned.max() == pytest.approx(0.938635, abs=1e-6)


def test_without_a_jump_nothing_is_divided() -> None:
    evolution = asked({"text": "paper"})
    table = curve_table(evolution.curve("R"), {"c": "2"}, evolution.thresholds("R", c="2"))
    assert np.isfinite(table["R"]).all()
    assert table["reached"].all()


def test_a_letter_that_cannot_be_isolated() -> None:
    """At R = 3 the paper's learner collapses in c: the jump leads upward as c grows."""
    evolution = asked({"text": "paper"})
    (jump,) = jumps(evolution.thresholds("c", kind="emergence", search=(5, 6), R="3"))
    table = state_table(evolution, "c", {"R": "3"}, (5.0, 6.0))
    at = table["q"][table["c"] == jump.value]
    assert list(at) == [jump.after, jump.before]
    assert np.isnan(table["q"]).sum() == 1
    _, (axes,) = new_figure()
    draw_reached(axes, table, "c", "q", "", 0)
    assert not crossing(axes.get_lines()[0], jump.value)


@pytest.fixture(autouse=True)
def _coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jumps and onsets do not need a fine grid."""
    monkeypatch.setattr("deanalysis.present.kit.percolation._GRID", 6)


@pytest.mark.parametrize("name", LIMITS)
def test_the_giant_component_is_divided_at_jumps_and_begins_at_its_onset(name: str) -> None:
    limits = LIMITS[name]
    stated, parameter, values = MODELS[name]
    percolation = Percolation(asked(stated))
    table = giant_curve(percolation, parameter, values, limits)
    _, (axes,) = new_figure()
    draw_giant(axes, table, None, parameter)
    (jump,) = jumps(asked(stated).thresholds(parameter, **values))
    for line in axes.get_lines():
        assert not crossing(line, jump.value)
        low, high = ends_at(line, jump.value)
        assert high - low > 0.15
    for approximate, column in ((False, "giant_component"), (True, "independent_approximation")):
        for onset in percolation.thresholds(parameter, approximate=approximate, **values):
            place = float(onset.value)
            if limits[0] < place < limits[1]:
                assert table[column][table[parameter] == place] == pytest.approx(0)
                past = [size for x, size in zip(table[parameter], table[column], strict=True) if 0 < abs(x - place) < 2e-3 * np.ptp(limits)]
                assert 0 < max(past) < 0.01


def test_a_letter_that_moves_no_jump() -> None:
    """The probability to keep learned skills decides nothing about learning."""
    percolation = Percolation(asked({"text": "paper"}), Association(keep="p"))
    table = giant_curve(percolation, "p", {"c": "3", "R": "1.2"}, (0.05, 1.0))
    assert np.isfinite(table["giant_component"]).all()
    assert table["giant_component"][-1] > 0.5


@pytest.mark.parametrize("stated", [MODELS["the paper at c = 3"], MODELS["two jumps"]])
def test_files_that_are_asked_for(stated: tuple[dict[str, str], str, dict[str, str]], tmp_path: Path, monkeypatch: Any) -> None:
    """What `validate -o` and `percolation -o` draw."""
    laws, parameter, values = stated
    evolution = asked(laws)
    found = jumps(evolution.thresholds(parameter, **values))
    places = [f"{factor * found[0].value:.4g}" for factor in (0.8, 0.97, 1.03, 1.2)]
    points = [{**values, parameter: place} for place in places]
    drawn: list[Any] = []
    monkeypatch.setattr("deanalysis.present.kit.style.new_figure", lambda **size: drawn.append(new_figure(**size)) or drawn[-1])
    write_validation(validate(evolution, points, skills=2_000, replicates=3, seed=1), evolution, tmp_path / "run.svg")
    percolation = Percolation(evolution)
    write_components(points, [percolation.component(**point) for point in points], str(tmp_path / "giant.svg"), percolation)
    write_components(points, [percolation.component(**point) for point in points], str(tmp_path / "giant.csv"), percolation)
    assert len(Table.read(tmp_path / "giant.csv")[parameter]) == len(points)
    assert len(drawn) == 2
    for _, panels in drawn:
        for axes in panels:
            lines = [line for line in axes.get_lines() if line.get_linestyle() in ("-", "--")]
            assert lines
            assert not [piece for line in lines for jump in found for piece in crossing(line, jump.value)]


def test_the_plot_of_a_fragment_has_both_sides_of_the_jump() -> None:
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner).at(c=5)
    (jump,) = jumps(evolution.thresholds("R"))
    text = latex_fragment(evolution, "paper")
    for column in ("zeta", "testing_error"):
        before, after = (
            [tuple(map(float, point)) for point in re.findall(r"\(([\d.e+-]+),([\d.e+-]+)\)", points)]
            for points in re.findall(rf"coordinates \{{(.*)\}}; % {column}", text)
        )
        assert max(before)[0] == min(after)[0] == pytest.approx(jump.value, rel=1e-5)
        assert max(before)[1] > 0.7
        assert min(after)[1] < 0.01
