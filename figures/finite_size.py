"""Graphs that get stuck before the jump of the paper's model at c = 4: 10^3 to 10^6 skills, beside the prediction and on one curve."""

from pathlib import Path
from typing import Any

import numpy as np

from deanalysis import DensityEvolution, FiniteSize, load_model
from deanalysis.present.kit.curves import Table
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.scaling import draw_collapse, stuck_table
from deanalysis.present.kit.style import line_of, mark_of, new_panels, styled

C, SEED = "4", 1
SIZES = {1_000: 1_000, 10_000: 300, 100_000: 40, 1_000_000: 6}
CAPTION = f"""How often graphs of the paper's model at c = {C} get stuck before the emergence threshold (dotted). (a) to (d) The law of
finite size (line), and {", ".join(f"{graphs} graphs of {size} skills" for size, graphs in SIZES.items())} at each of five values of R
(marks, with Wilson's 95 % intervals); the larger the graphs, the shorter the range of R. (e) All of them against the argument of the
law, beside the normal tail Q. Seed {SEED}."""


def data(folder: Path) -> None:
    """Write the share of graphs that get stuck at five values of R for each size, and the law of finite size."""
    model, files = load_model("paper"), FigureFiles(__file__, folder)
    evolution = DensityEvolution(model.ensemble, model.learner).at(c=C)
    law = evolution.scaling("R").finite_size[0]
    files.write_content(law.to_dict(), "law")
    files.write(stuck_table(evolution, law, SIZES, SEED), "stuck", seed=SEED)


@styled
def draw(folder: Path) -> None:
    """Draw the tables."""
    files = FigureFiles(__file__, folder)
    (table,), law = files.read("stuck"), FiniteSize.from_dict(files.read_content("law"))
    figure, panels = new_panels("abee;cdee", width=10.5, height=4.8)
    for style, (axes, skills) in enumerate(zip(panels, SIZES, strict=False)):
        draw_size(axes, table, law, skills, style)
    draw_collapse(panels[-1], table)
    files.save(figure)


def draw_size(axes: Any, table: Table, law: FiniteSize, skills: int, style: int) -> None:
    """Draw the law and the graphs of one size, at a scale of their own."""
    chosen = table["skills"] == skills
    places, best = table["R"][chosen], table["best"][chosen]
    line = np.linspace(places.min(), places.max(), 101)
    axes.plot(line, [law.stuck(repr(float(value)), skills) for value in line], **line_of(style))
    bars = np.abs(np.stack([table["low"][chosen], table["high"][chosen]]) - best)
    axes.errorbar(places, best, bars, capsize=2, **mark_of(style))
    axes.axvline(float(law.threshold), color="black", linestyle=":", linewidth=1)
    title = f"$n = {skills:,}$".replace(",", r"\,")
    axes.set(xlabel="$R$", ylabel="graphs that get stuck", ylim=(-0.02, 1.02), title=title)
    axes.locator_params(axis="x", nbins=4)


if __name__ == "__main__":
    run(__file__, data, draw)
