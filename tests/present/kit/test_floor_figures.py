"""Waterfall and floor: the tables hold what law, recursion and graphs say, and the figures show them on a logarithmic axis."""

from pathlib import Path

import numpy as np
import pytest
from command_line import run_here

from deanalysis import DensityEvolution, load_model
from deanalysis.present.kit.curves import Table
from deanalysis.present.kit.floor import draw_floor, floor_table, left_table, places_around
from deanalysis.present.kit.programs import FigureFiles
from deanalysis.present.kit.style import new_figure
from deanalysis.theory.sizing.counting.given import Graphs
from deanalysis.theory.sizing.failure import failure

FIGURES = Path(__file__).parents[3] / "figures"


@pytest.fixture(scope="module")
def ldpc() -> DensityEvolution:
    model = load_model("ldpc(3,6)")
    return DensityEvolution(model.ensemble, model.learner)


def test_places_lead_from_easy_learning_past_the_jump(ldpc: DensityEvolution) -> None:
    law = ldpc.scaling("eps").finite_size[0]
    places = places_around(law, 100)
    assert 0.02 < places[0] < 0.06
    assert 0.9 < law.stuck(repr(float(places[-1])), 100) < 1
    steps = np.diff([law.stuck(repr(float(value)), 100) for value in places])
    assert steps.max() < 0.25


def test_both_parts_make_what_is_left(ldpc: DensityEvolution) -> None:
    law = ldpc.scaling("eps").finite_size[0]
    table = floor_table(ldpc, law, ["0.2", "0.35"], skills=120)
    assert table["texts"].tolist() == [60, 60]
    assert table["of_jump"] == pytest.approx([law.stuck(value, 120) for value in ("0.2", "0.35")])
    assert table["of_small_sets"][0] == pytest.approx(0.018361 / 1.018361, rel=1e-4)
    assert table["stuck"] == pytest.approx(1 - (1 - table["of_jump"]) * (1 - table["of_small_sets"]))
    direct = failure(Graphs(ldpc.at(eps="0.35").ensemble, ldpc.learner, 120, 60), law, "0.35", "law")
    assert table["left"][1] == pytest.approx(direct.left)
    hard = floor_table(ldpc, law, ["0.6"], skills=2000)
    assert hard["left"][0] == pytest.approx(float(ldpc.fixed_point(eps="0.6").zeta), rel=1e-3)


def test_few_skills_have_no_law_of_the_jump_but_small_sets_and_an_exact_chain() -> None:
    model = load_model("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)")
    evolution = DensityEvolution(model.ensemble, model.learner)
    law = evolution.scaling("G").finite_size[-1]
    table = floor_table(evolution, law, ["0.2", "0.5"], texts=100)
    assert table["skills"].tolist() == [20, 50]
    assert np.isnan(table["stuck"]).tolist() == [True, False]
    exact = floor_table(evolution, None, ["0.2", "0.5"], "recursion", texts=100)
    assert table["of_small_sets"][0] == pytest.approx(exact["stuck"][0], rel=0.03)
    assert table["stuck"][1] == pytest.approx(exact["stuck"][1], rel=0.1)
    simulated = left_table(evolution, ["0.5"], texts_per_graph=100, replicates=3000, seed=1)
    assert simulated["stuck_low"][0] < exact["stuck"][1] < simulated["stuck_high"][0]
    assert simulated["left_low"][0] < exact["left"][1] < simulated["left_high"][0]


def test_the_axis_is_logarithmic_and_what_was_never_seen_is_not_drawn(ldpc: DensityEvolution) -> None:
    law = ldpc.scaling("eps").finite_size[0]
    theory = floor_table(ldpc, law, ["0.1", "0.3", "0.42"], skills=100)
    names = ["eps", "skills", *(f"{quantity}_{end}" for quantity in ("stuck", "left") for end in ("low", "best", "high"))]
    seen = Table.of_rows(names, [(0.1, 100, 0, 0, 0.01, 0, 0, 1e-3), (0.3, 100, 0.1, 0.2, 0.3, 0.01, 0.02, 0.03)])
    _, (axes,) = new_figure()
    draw_floor(axes, {"a": theory}, "eps", "stuck", simulated={"a": seen})
    assert axes.get_yscale() == "log"
    (marks,) = [line for line in axes.lines if line.get_marker() == "o"]
    assert marks.get_xdata().tolist() == [0.3]
    dashes = [line.get_linestyle() for line in axes.lines if line.get_marker() in ("None", "")]
    assert len(dashes) == len(set(map(str, dashes))) == 3


def test_scaling_writes_what_is_left_on_graphs_of_a_size(tmp_path: Path) -> None:
    for name in ("left.svg", "left.csv"):
        result = run_here("scaling", "ldpc(3,6)", "--size", "100", "--size", "1000", "-o", str(tmp_path / name))
        assert result.returncode == 0, result.stderr
    table = Table.read(tmp_path / "left.csv")
    assert set(table["skills"]) == {100, 1000}
    assert list(table.columns) == ["eps", "skills", "texts", "stuck", "of_jump", "of_small_sets", "left"]
    assert (tmp_path / "left.svg").stat().st_size > 10_000


def test_simulated_frames_of_the_figure_agree_with_its_theory() -> None:
    """At ten loads and more, frames of 100 slots with the exact chain; of 1000 with the law, as far as the floor alone decides."""
    files = FigureFiles(str(FIGURES / "floor.py"), FIGURES)
    exact, simulated = files.read("slots_100_exact", "slots_100_simulated")
    assert len(simulated["G"]) >= 10
    for row, load in enumerate(simulated["G"]):
        (place,) = np.flatnonzero(np.isclose(exact["G"], load))
        for quantity in ("stuck", "left"):
            low, best, high = (simulated[f"{quantity}_{end}"][row] for end in ("low", "best", "high"))
            assert abs(exact[quantity][place] - best) < high - low
    law, frames = files.read("slots_1000", "slots_1000_simulated")
    for quantity, most in (("stuck", 0.8), ("left", 0.65)):
        for row in np.flatnonzero(frames["G"] < most):
            (here,) = law[quantity][np.isclose(law["G"], frames["G"][row])]
            width = frames[f"{quantity}_high"][row] - frames[f"{quantity}_low"][row]
            assert abs(here - frames[f"{quantity}_best"][row]) < width + 0.05 * here
    light, repeated = files.read("repeated", "repeated_simulated")
    assert light["left"][:5] == pytest.approx(repeated["left_best"][:5], rel=0.1)
    assert light["left"][5] == pytest.approx(repeated["left_best"][5], rel=0.2)
    assert light["left"][0] > 10 * exact["left"][0]
