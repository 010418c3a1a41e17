"""Maxwell's construction on the curve of fixed points, and the potential: the paper's learner at c = 5 above, the (3,6) code below."""

import json
import sys
from pathlib import Path

from deanalysis import DensityEvolution, Thresholds, load_model
from deanalysis.present.curves import Table, maxwell_table, potential_table
from deanalysis.present.figures import draw_maxwell, draw_potential
from deanalysis.present.style import new_figure, save

MODELS = {"paper": ("paper", "R", {"c": "5"}), "ldpc": ("ldpc(3,6)", "eps", {})}


def data(folder: Path) -> None:
    """Write for each model the curve with its areas, the potential, and the thresholds."""
    for name, (text, parameter, values) in MODELS.items():
        model = load_model(text)
        evolution = DensityEvolution(model.ensemble, model.learner)
        found, curve = evolution.thresholds(parameter, **values), evolution.curve(parameter)
        maxwell_table(curve, values).write(folder / f"maxwell_{name}.csv")
        potential_table(curve, values, found).write(folder / f"potential_{name}.csv")
        (folder / f"maxwell_{name}.json").write_text(json.dumps(found.to_dict(), indent=1) + "\n")


def draw(folder: Path) -> None:
    """Draw the tables."""
    figure, axes = new_figure(2, width=8.4, height=6.4, rows=2)
    for row, (name, (_, parameter, _)) in enumerate(MODELS.items()):
        found = Thresholds.from_dict(json.loads((folder / f"maxwell_{name}.json").read_text()))
        draw_maxwell(axes[2 * row], Table.read(folder / f"maxwell_{name}.csv"), found, parameter)
        draw_potential(axes[2 * row + 1], Table.read(folder / f"potential_{name}.csv"), parameter)
    save(figure, folder / "maxwell.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
