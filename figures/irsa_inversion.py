"""All fixed points of Liva's irregular repetition slotted ALOHA of degree 8, with their records and folds."""

import json
import sys
from pathlib import Path

from deanalysis import DensityEvolution, Thresholds, load_model
from deanalysis.present.curves import Table, curve_table
from deanalysis.present.figures import draw_inversion
from deanalysis.present.style import new_figure, save

MODEL = "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"


def data(folder: Path) -> None:
    """Write the curve as a table and the thresholds beside it."""
    model = load_model(MODEL)
    evolution = DensityEvolution(model.ensemble, model.learner)
    found = evolution.thresholds("G")
    (parameter,) = evolution.letters
    curve_table(evolution.curve(parameter), {}, found).write(folder / "irsa_inversion.csv")
    (folder / "irsa_inversion.json").write_text(json.dumps(found.to_dict(), indent=1) + "\n")


def draw(folder: Path) -> None:
    """Draw the table."""
    found = Thresholds.from_dict(json.loads((folder / "irsa_inversion.json").read_text()))
    figure, axes = new_figure()
    draw_inversion(axes[0], Table.read(folder / "irsa_inversion.csv"), found, "G", (0.85, 1.1))
    save(figure, folder / "irsa_inversion.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
