"""Learned skills that hang together: exactly, independently, in graphs; their line in the phase diagram; dilution and attack."""

from pathlib import Path
from typing import Any

import numpy as np

from deanalysis import Association, DensityEvolution, Percolation, PhaseDiagram, attacked, load_model, simulate, sweep
from deanalysis.present.kit.curves import simulated_table
from deanalysis.present.kit.percolation import draw_giant, giant_curve, giant_table
from deanalysis.present.kit.plane import draw_phase_diagram, phase_table
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import new_panels, styled
from deanalysis.theory.plane.percolation_line import with_percolation

SEED, SKILLS, REPLICATES = 1, 50_000, 4
MOST = {"1": 3.0, "2": 2.0, "3": 1.6, "5": 3.0}
ATTACKED = {"c": "2", "R": "3/2"}
KINDS = {"random": "at random", "degree": "by degree"}
CAPTION = f"""The giant component of learned skills in the paper's model, two of which are associated when a text requires both: exact
(solid), in the independent approximation (dashed), and means over {REPLICATES} graphs of {SKILLS} skills with 95 % intervals (marks).
(a) to (d) Against R at c = {", ".join(MOST)}. (e) The phase diagram with the line on which the giant component appears. (f, g) At c =
{ATTACKED["c"]}, R = {ATTACKED["R"]}, against the share of learned skills that is removed, at random or those of most texts first. Lines
join the computed points; at a jump of what is learned they are divided. Seed {SEED}."""


def data(folder: Path) -> None:
    """Write S along R for four c, the phase diagram with the percolation line, and S against the share of learned skills removed."""
    model, files = load_model("paper"), FigureFiles(__file__, folder)
    percolation = Percolation(DensityEvolution(model.ensemble, model.learner))
    for c, most in MOST.items():
        write_along(files, percolation, c, most)
    diagram = with_percolation(percolation.equation.phase_diagram("c", "R", (0.0, 8.0), (0.0, 3.0)), percolation)
    files.write(phase_table(diagram), "phase")
    files.write_content(diagram.to_dict(), "phase")
    for kind in KINDS:
        write_attack(files, percolation, kind)


def write_along(files: FigureFiles, percolation: Percolation, c: str, most: float) -> None:
    """Write S along R, by theory and in graphs."""
    ensemble, learner = percolation.equation.ensemble, percolation.equation.learner
    files.write(giant_curve(percolation, "R", {"c": c}, (0.0, most)), f"theory_{c}")
    points = [{"c": c, "R": f"{value:.3g}"} for value in np.linspace(0, most, 11)[1:]]
    options = {"skills": SKILLS, "replicates": REPLICATES, "seed": SEED, "association": percolation.association}
    graphs = sweep(ensemble, learner, points, **options)
    found = list(zip((float(point["R"]) for point in points), graphs, strict=True))
    files.write(simulated_table("R", found), f"simulation_{c}", seed=SEED)


def write_attack(files: FigureFiles, percolation: Percolation, kind: str) -> None:
    """Remove a share of the learned skills, at random or those of most texts first."""
    ensemble, learner = percolation.equation.ensemble.at(**ATTACKED), percolation.equation.learner
    shares, found, graphs = [f"{percent}/100" for percent in range(0, 96, 5)], [], []
    for number, share in enumerate(shares):
        kept = Association(keep=f"1 - {share}")
        left = Percolation(percolation.equation, kept) if kind == "random" else attacked(percolation, share, **ATTACKED)
        found.append(left.component(**ATTACKED))
        if number % 2 == 0:
            drawn = simulate(ensemble, learner, skills=SKILLS, replicates=REPLICATES, seed=SEED, association=left.association)
            graphs.append((number / 20, drawn))
    files.write(giant_table([{"removed": share} for share in shares], found), f"theory_{kind}")
    files.write(simulated_table("removed", graphs), f"simulation_{kind}", seed=SEED)


@styled
def draw(folder: Path) -> None:
    """Draw the tables."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("abcd;eefg", width=11.5, height=5.4)
    for axes, (c, most) in zip(panels[:4], MOST.items(), strict=True):
        draw_one(axes, files, c, "R")
        axes.set(title=f"$c = {c}$", xlim=(0, 1.02 * most))
    panels[0].legend(loc="upper left")
    draw_phase_diagram(panels[4], PhaseDiagram.from_dict(files.read_content("phase")), legend=False)
    panels[4].legend(loc="upper left", bbox_to_anchor=(0.14, 1))
    for axes, (kind, title) in zip(panels[5:], KINDS.items(), strict=True):
        draw_one(axes, files, kind, "removed")
        axes.set(title=title, xlabel="share removed")
    files.save(figure)


def draw_one(axes: Any, files: FigureFiles, name: str, parameter: str) -> None:
    """Draw S against a letter, from the tables of one name."""
    draw_giant(axes, *files.read(f"theory_{name}", f"simulation_{name}"), parameter, label="exact")


if __name__ == "__main__":
    run(__file__, data, draw)
