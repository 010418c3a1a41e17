"""The figure of both learners: lines break at emergence and at the potential threshold, and graphs lie on them."""

import numpy as np

from deanalysis import DensityEvolution, SkillLearner, load_model, sweep
from deanalysis.present.kit.curves import simulated_table
from deanalysis.present.kit.ideal import draw_ideal, ideal_table
from deanalysis.present.kit.style import new_figure

PAPER = load_model("paper").ensemble
EVOLUTION = DensityEvolution(PAPER, SkillLearner(1))


def test_each_learner_jumps_at_its_own_threshold() -> None:
    table = ideal_table(EVOLUTION, "R", {"c": 5}, (0.5, 3))
    for quantity, kind in (("zeta", "emergence"), ("zeta_ideal", "potential")):
        (jump,) = EVOLUTION.thresholds("R", kind=kind, c=5)
        finite = np.isfinite(table[quantity])
        falls = np.diff(table[quantity][finite])
        assert abs(table["R"][finite][np.argmin(falls)] - float(jump.value)) < 1e-3
        assert falls.min() < -0.5


def test_graphs_lie_on_the_lines_and_thresholds_are_named() -> None:
    values = ["0.8", "1.2", "2.7"]
    runs = sweep(PAPER, SkillLearner(1), [{"c": 5, "R": R} for R in values], skills=5000, replicates=8, seed=1, workers=1, ideal=True)
    measured = simulated_table("R", list(zip(map(float, values), runs, strict=True)))
    table = ideal_table(EVOLUTION, "R", {"c": 5}, (0.5, 3))
    for quantity in ("zeta", "zeta_ideal"):
        finite = np.isfinite(table[quantity])
        theory = np.interp(measured["R"], table["R"][finite], table[quantity][finite])
        assert np.all(np.abs(theory - measured[f"{quantity}_best"]) < 0.01)
    figure, (axes,) = new_figure()
    draw_ideal(axes, table, "R", measured, {"potential threshold": 1.0, "chain of 50 topics": 1.000388})
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["one text at a time", "all texts together", "potential threshold", "chain of 50 topics"]
    figure.savefig("/dev/null", format="svg")
