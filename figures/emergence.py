"""Emergence at c = 5 in theory and in graphs: a sweep over R, and how sharp the jump is in graphs of 10^3, 10^4 and 10^5 skills."""

import json
import sys
from pathlib import Path

import numpy as np

from deanalysis import DensityEvolution, Thresholds, load_model, sweep, validate
from deanalysis.present.comparison import comparison_table
from deanalysis.present.curves import Table, curve_table
from deanalysis.present.figures import draw_emerged, draw_learning_curve
from deanalysis.present.style import new_figure, save

VALUES, SEED = {"c": "5"}, 1
SIZES = {1_000: 400, 10_000: 200, 100_000: 60}


def data(folder: Path) -> None:
    """Write the curve of fixed points, 21 points x 20 graphs of 10^5 skills, and the fraction of graphs that emerged near the jump."""
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner)
    found = evolution.thresholds("R", **VALUES)
    (jump,) = found.emergence
    curve_table(evolution.curve("R"), VALUES, found).write(folder / "emergence_theory.csv")
    (folder / "emergence.json").write_text(json.dumps(found.to_dict(), indent=1) + "\n")
    points = [{**VALUES, "R": f"{value:.2f}"} for value in np.linspace(2, 3, 21)]
    comparison_table(validate(evolution, points, skills=100_000, replicates=20, seed=SEED)).write(folder / "emergence_simulation.csv")
    between = (float(jump.fixed_point) + float(jump.lands_on)) / 2
    near = [f"{value:.3f}" for value in np.linspace(2.35, 2.55, 17)]
    columns = {"R": np.array(near, dtype=float)}
    for skills, replicates in SIZES.items():
        points = [{**VALUES, "R": value} for value in near]
        runs = sweep(model.ensemble, model.learner, points, skills=skills, replicates=replicates, seed=SEED)
        for name, values in zip(("low", "best", "high"), zip(*(run.emerged(below=between) for run in runs), strict=True), strict=True):
            columns[f"{skills}_{name}"] = np.array(values)
    Table(columns).write(folder / "emergence_divided.csv")


def draw(folder: Path) -> None:
    """Draw the tables."""
    figure, axes = new_figure(3, width=10.5, height=3.4)
    theory, simulated, divided = (Table.read(folder / f"emergence_{name}.csv") for name in ("theory", "simulation", "divided"))
    for axis, quantity in zip(axes, ("zeta", "testing_error"), strict=False):
        draw_learning_curve(axis, theory, simulated, "R", quantity, limits=(1.96, 3.04))
    axes[1].legend()
    (jump,) = Thresholds.from_dict(json.loads((folder / "emergence.json").read_text())).emergence
    draw_emerged(axes[2], divided, "R", float(jump.value))
    save(figure, folder / "emergence.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
