"""The phase diagram of the 1-skill learner on Poisson texts and skills, in the plane of c and R."""

import sys
from pathlib import Path

from deanalysis import DensityEvolution, Ensemble, Poisson, R, SkillLearner, c
from deanalysis.equations.fold_curve import fold_curve
from deanalysis.present.curves import Table, fold_table
from deanalysis.present.figures import draw_phase_diagram
from deanalysis.present.style import new_figure, save
from deanalysis.solve.cusps import cusps

LARGEST = 8.0, 3.5


def data(folder: Path) -> None:
    """Write the two folds as a table; its first row is the cusp."""
    curve = fold_curve(DensityEvolution(Ensemble(texts=Poisson(c), skills=Poisson(c * R)), SkillLearner(1)))
    assert curve is not None
    (cusp,) = cusps(curve)
    fold_table(curve, float(cusp.x), LARGEST[0]).write(folder / "phase_diagram.csv")


def draw(folder: Path) -> None:
    """Draw the table."""
    folds = Table.read(folder / "phase_diagram.csv")
    figure, axes = new_figure()
    draw_phase_diagram(axes[0], folds, (folds["c"][0], folds["R"][0]), LARGEST)
    save(figure, folder / "phase_diagram.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
