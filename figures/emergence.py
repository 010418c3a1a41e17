"""Emergence at c = 5 in theory and in graphs: a sweep over R, and how sharp the jump is in graphs of 10^3, 10^4 and 10^5 skills."""

from pathlib import Path

import numpy as np

from deanalysis import DensityEvolution, Threshold, Thresholds, load_model, sweep, validate
from deanalysis.present.kit.curves import Table, curve_table
from deanalysis.present.kit.figures import draw_emerged, draw_learning_curve
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import new_panels, styled
from deanalysis.present.validation.comparison import comparison_table

VALUES, SEED, SKILLS, REPLICATES = {"c": "5"}, 1, 100_000, 4
SIZES = {1_000: 300, 10_000: 100, 100_000: 12}
CAPTION = f"""The paper's model at c = {VALUES["c"]}. (a) Skills still novel and (b) testing error against R: density evolution (line,
dotted across the jump), and means over {REPLICATES} graphs of {SKILLS} skills with 95 % intervals (marks). (c) The fraction of graphs
in which learning emerged, with Wilson's 95 % intervals, among
{", ".join(f"{graphs} graphs of {size} skills" for size, graphs in SIZES.items())} at each R; the dotted line is the emergence
threshold. Seed {SEED}."""


def data(folder: Path) -> None:
    """Write the curve of fixed points, graphs on both sides of the jump, and the fraction of graphs that emerged near it."""
    model, files = load_model("paper"), FigureFiles(__file__, folder)
    evolution = DensityEvolution(model.ensemble, model.learner)
    found = evolution.thresholds("R", **VALUES)
    (jump,) = found.emergence
    files.write(curve_table(evolution.curve("R"), VALUES, found), "theory")
    files.write_content(found.to_dict(), "thresholds")
    points = [{**VALUES, "R": f"{value:.2f}"} for value in np.linspace(2, 3, 21)]
    simulated = validate(evolution, points, skills=SKILLS, replicates=REPLICATES, seed=SEED)
    files.write(comparison_table(simulated), "simulation", seed=SEED)
    files.write(divided(evolution, jump), "divided", seed=SEED)


def divided(evolution: DensityEvolution, jump: Threshold) -> Table:
    """Return the fraction of graphs that emerged near the jump, for each size."""
    between = (float(jump.fixed_point) + float(jump.lands_on)) / 2
    near = [f"{value:.3f}" for value in np.linspace(2.35, 2.55, 17)]
    columns = {"R": np.array(near, dtype=float)}
    for skills, replicates in SIZES.items():
        points = [{**VALUES, "R": value} for value in near]
        runs = sweep(evolution.ensemble, evolution.learner, points, skills=skills, replicates=replicates, seed=SEED)
        for name, values in zip(("low", "best", "high"), zip(*(one.emerged(below=between) for one in runs), strict=True), strict=True):
            columns[f"{skills}_{name}"] = np.array(values)
    return Table(columns)


@styled
def draw(folder: Path) -> None:
    """Draw the tables."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("abc", width=10.5, height=3.4)
    theory, simulated, near = files.read("theory", "simulation", "divided")
    for axes, quantity in zip(panels, ("zeta", "testing_error"), strict=False):
        draw_learning_curve(axes, theory, simulated, "R", quantity, limits=(1.96, 3.04))
    panels[1].legend()
    (jump,) = Thresholds.from_dict(files.read_content("thresholds")).emergence
    draw_emerged(panels[2], near, "R", float(jump.value))
    files.save(figure)


if __name__ == "__main__":
    run(__file__, data, draw)
