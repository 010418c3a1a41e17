"""Learned skills that hang together: exactly, independently, in graphs; their line in the phase diagram; dilution and attack."""

import json
import sys
from pathlib import Path

import numpy as np

from deanalysis import Association, DensityEvolution, Percolation, PhaseDiagram, attacked, load_model, simulate, sweep
from deanalysis.present.curves import Table, giant_table, phase_table, simulated_table
from deanalysis.present.figures import draw_giant, draw_phase_diagram
from deanalysis.present.style import new_figure, save
from deanalysis.solve.percolation_line import with_percolation

SEED, SKILLS, REPLICATES = 1, 100_000, 6
MOST = {"1": 3.0, "2": 2.0, "3": 1.6, "5": 3.0}
ATTACKED = {"c": "2", "R": "3/2"}


def data(folder: Path) -> None:
    """Write S along R for four c, the phase diagram with the percolation line, and S against the share of learned skills removed."""
    model = load_model("paper")
    percolation = Percolation(DensityEvolution(model.ensemble, model.learner))
    for c, most in MOST.items():
        places = [{"c": c, "R": f"{value:.4g}"} for value in np.linspace(0, most, 61)[1:]]
        giant_table(places, [percolation.component(**place) for place in places]).write(folder / f"percolation_theory_{c}.csv")
        points = [{"c": c, "R": f"{value:.3g}"} for value in np.linspace(0, most, 11)[1:]]
        graphs = sweep(
            model.ensemble, model.learner, points, skills=SKILLS, replicates=REPLICATES, seed=SEED, association=percolation.association
        )
        found = list(zip((float(point["R"]) for point in points), graphs, strict=True))
        simulated_table("R", found).write(folder / f"percolation_simulation_{c}.csv")
    diagram = with_percolation(percolation.equation.phase_diagram("c", "R", (0.0, 8.0), (0.0, 3.0)), percolation)
    phase_table(diagram).write(folder / "percolation_phase.csv")
    (folder / "percolation.json").write_text(json.dumps(diagram.to_dict(), indent=1) + "\n")
    _attacks(percolation, folder)


def _attacks(percolation: Percolation, folder: Path) -> None:
    """Remove a share of the learned skills, at random or those of most texts first."""
    ensemble, learner = percolation.equation.ensemble.at(**ATTACKED), percolation.equation.learner
    for kind in ("random", "degree"):
        shares, found, graphs = [f"{percent}/100" for percent in range(0, 96, 5)], [], []
        for number, share in enumerate(shares):
            kept = Association(keep=f"1 - {share}")
            left = Percolation(percolation.equation, kept) if kind == "random" else attacked(percolation, share, **ATTACKED)
            found.append(left.component(**ATTACKED))
            if number % 2 == 0:
                run = simulate(ensemble, learner, skills=SKILLS, replicates=REPLICATES, seed=SEED, association=left.association)
                graphs.append((number / 20, run))
        giant_table([{"removed": share} for share in shares], found).write(folder / f"percolation_theory_{kind}.csv")
        simulated_table("removed", graphs).write(folder / f"percolation_simulation_{kind}.csv")


def draw(folder: Path) -> None:
    """Draw the tables."""
    figure, axes = new_figure(3, width=11.5, height=3.6)

    def tables(name: str) -> tuple[Table, Table]:
        theory, simulation = (Table.read(folder / f"percolation_{kind}_{name}.csv") for kind in ("theory", "simulation"))
        return theory, simulation

    for style, c in enumerate(MOST):
        draw_giant(axes[0], *tables(c), "R", label=f"$c = {c}$", style=style)
    axes[0].legend(loc="upper left", fontsize=7, handlelength=1.2)
    draw_phase_diagram(axes[1], PhaseDiagram.from_dict(json.loads((folder / "percolation.json").read_text())))
    for style, kind in enumerate(("random", "degree")):
        draw_giant(axes[2], *tables(kind), "removed", label={"random": "at random", "degree": "by degree"}[kind], style=style)
    axes[2].set(xlabel="share of learned skills removed")
    axes[2].legend()
    save(figure, folder / "percolation.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
