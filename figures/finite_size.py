"""Graphs that get stuck before the jump of the paper's model at c = 4: 10^3 to 10^6 skills, beside the prediction and on one curve."""

import json
import sys
from pathlib import Path

import numpy as np

from deanalysis import DensityEvolution, FiniteSize, load_model
from deanalysis.present.curves import Table
from deanalysis.present.scaling import draw_collapse, stuck_table
from deanalysis.present.style import COLOURS, new_figure, save

C, SEED = "4", 1
SIZES = {1_000: 2_000, 10_000: 800, 100_000: 200, 1_000_000: 24}


def data(folder: Path) -> None:
    """Write the share of graphs that get stuck at five values of R for each size, and the law of finite size."""
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner).at(c=C)
    law = evolution.scaling("R").finite_size[0]
    (folder / "finite_size.json").write_text(json.dumps(law.to_dict(), indent=1) + "\n")
    stuck_table(evolution, law, SIZES, SEED).write(folder / "finite_size_stuck.csv")


def draw(folder: Path) -> None:
    """Draw the tables."""
    figure, axes = new_figure(2, width=8.8, height=3.6)
    table, law = Table.read(folder / "finite_size_stuck.csv"), FiniteSize.from_dict(json.loads((folder / "finite_size.json").read_text()))
    line = np.linspace(table["R"].min(), table["R"].max(), 201)
    for index, skills in enumerate(SIZES):
        chosen = table["skills"] == skills
        axes[0].plot(line, [law.stuck(repr(float(value)), skills) for value in line], color=COLOURS[index], linewidth=1)
        best = table["best"][chosen]
        bars = np.abs(np.stack([table["low"][chosen], table["high"][chosen]]) - best)
        marks = {"markersize": 4, "capsize": 2, "markerfacecolor": "white", "linewidth": 1}
        axes[0].errorbar(table["R"][chosen], best, bars, fmt="os^d"[index], color=COLOURS[index], **marks)
    axes[0].axvline(float(law.threshold), color="black", linestyle=":", linewidth=1)
    axes[0].set(xlabel="$R$", ylabel="graphs that get stuck", ylim=(-0.02, 1.02))
    draw_collapse(axes[1], table)
    save(figure, folder / "finite_size.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
