"""Classes that texts share are found again in what learned skills know of each other: where that begins, and by which vectors."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from deanalysis import Association, DensityEvolution, Percolation, Poisson, embed, learn, load_model, planted
from deanalysis.present.kit.curves import Table
from deanalysis.present.kit.figures import draw_measured
from deanalysis.present.kit.percolation import giant_curve
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import COLOURS, draw_divided, line_of, new_panels, styled
from deanalysis.simulate.estimates import Moments

SEED, SKILLS, REPLICATES = 1, 8000, 6
CLASSES, MIXING = 2, "2/5"
MOST = {"2": 3.5, "3": 2.1, "5": 3.5}
ALONG = {"c": "2", "R": "3", "mixing": "3/10"}
SIZES = (500, 1000, 2000, 4000, 8000)
THRESHOLDS = {"percolation": "percolation", "kesten_stigum": "Kesten-Stigum", "emergence": "emergence"}
CAPTION = f"""Skills of {CLASSES} equal classes in graphs whose texts draw Poisson(c) skills, each from the class of the text, but for a
share of {MIXING}, which is drawn from all. (a) to (c) Against R: the giant component of learned skills as a share of all (line), and the
agreement of its classes with the sign of the second singular vector (adjusted Rand index; means over {REPLICATES} graphs of {SKILLS} skills
with 95 % intervals). Vertical lines: percolation of learned skills; the Kesten-Stigum bound of these; the emergence, which c = 2 has
none of, and which is at the bound where c = 3. (d) Agreement against the number of skills at c = {ALONG["c"]}, R = {ALONG["R"]}, mixing
{ALONG["mixing"]}, above the bound: by the regularized incidence, and by that of the random walk. Seed {SEED}."""


def data(folder: Path) -> None:
    """Write the agreement along R for three c with giant components and thresholds, and the agreement along the number of skills."""
    model, files = load_model("paper"), FigureFiles(__file__, folder)
    evolution = DensityEvolution(model.ensemble, model.learner)
    percolation = Percolation(evolution)
    bound = Percolation(evolution, Association(keep=f"(1 - {MIXING})^4"))
    rows = []
    for c, most in MOST.items():
        files.write(giant_curve(percolation, "R", {"c": c}, (0.0, most)), f"giant_{c}")
        values = np.linspace(0, most, 15)[3:]
        found = [(value, measured(c, f"{value:.6g}", MIXING, SKILLS)) for value in values]
        files.write(measured_table("R", found), f"simulation_{c}", seed=SEED)
        firsts = (each.thresholds("R", c=c) for each in (percolation, bound))
        jumps = [float(jump.value) for jump in evolution.thresholds("R", kind="emergence", c=c)]
        rows.append((float(c), *(float(first[0].value) for first in firsts), *(jumps or [np.nan])))
    files.write(Table.of_rows(("c", *THRESHOLDS), rows), "thresholds")
    for name, regularization in (("regularized", None), ("walk", 0.0)):
        found = [(size, measured(**ALONG, skills=size, regularization=regularization)) for size in SIZES]
        files.write(measured_table("skills", found), name, seed=SEED)


def measured(c: str, R: str, mixing: str, skills: int, regularization: float | None = None) -> Moments:  # noqa: N803 (the letter R)
    """Return the moments of the agreement over graphs."""
    return sum_of(agreement(c, R, mixing, skills, SEED + number, regularization) for number in range(REPLICATES))


def sum_of(moments: Iterable[float]) -> Moments:
    """Return the moments of the values of some graphs."""
    first, *others = (Moments.of(value, SKILLS) for value in moments)
    return sum(others, first)


def agreement(c: str, R: str, mixing: str, skills: int, seed: int, regularization: float | None) -> float:  # noqa: N803
    """Return the agreement in one graph; 0 where nothing is placed."""
    drawn = planted(skills, R, Poisson(c), classes=CLASSES, mixing=mixing, seed=seed)
    found = embed(learn(drawn.graph), dimensions=CLASSES - 1, regularization=regularization)
    return found.agreement(drawn.classes, starts=1).agreement or 0.0


def measured_table(name: str, points: Sequence[tuple[float, Moments]]) -> Table:
    """Return means with Student's 95 % intervals, which may reach below 0."""
    rows = [(value, each.mean - each.half_width, each.mean, each.mean + each.half_width) for value, each in points]
    return Table.of_rows((name, "agreement_low", "agreement_best", "agreement_high"), rows)


@styled
def draw(folder: Path) -> None:
    """Draw the tables."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("ab;cd", width=8.6, height=6.0)
    (thresholds,) = files.read("thresholds")
    for number, (axes, (c, most)) in enumerate(zip(panels, MOST.items(), strict=False)):
        giant, simulated = files.read(f"giant_{c}", f"simulation_{c}")
        draw_divided(axes, giant["R"], giant["giant_component"], color="0.5", label="giant component $S$")
        draw_measured(axes, simulated, "R", "agreement", 0, label="agreement")
        for style, (name, label) in enumerate(THRESHOLDS.items(), start=1):
            axes.axvline(thresholds[name][number], label=label, **line_of(style) | {"linewidth": 1})
        axes.set(title=f"$c = {c}$", xlabel="$R$", xlim=(0, 1.02 * most), ylim=(-0.05, 1.05))
    panels[2].legend(loc="center left", frameon=True)
    draw_sizes(panels[3], files)
    figure.align_labels()
    files.save(figure)


def draw_sizes(axes: Any, files: FigureFiles) -> None:
    """Draw the agreement against the number of skills."""
    for style, (table, label) in enumerate(zip(files.read("regularized", "walk"), ("regularized", "random walk"), strict=True)):
        axes.plot(table["skills"], table["agreement_best"], color=COLOURS[style], linewidth=0.8)
        draw_measured(axes, table, "skills", "agreement", style, label=label)
    axes.set(xscale="log", xticks=SIZES, xticklabels=SIZES, xlabel="skills", ylabel="agreement", ylim=(-0.05, 1.05))
    axes.minorticks_off()
    axes.legend(loc="upper right")


if __name__ == "__main__":
    run(__file__, data, draw)
