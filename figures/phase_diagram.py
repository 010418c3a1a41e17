"""The phase diagrams of the 1-, 2- and 3-skill learner on Poisson texts and skills, beside each other in the plane of c and R."""

import json
import sys
from pathlib import Path

from deanalysis import DensityEvolution, Ensemble, PhaseDiagram, Poisson, R, SkillLearner, c
from deanalysis.present.curves import phase_table
from deanalysis.present.figures import draw_phase_diagram
from deanalysis.present.style import new_figure, save

LARGEST = {1: 3.0, 2: 1.8, 3: 1.35}


def data(folder: Path) -> None:
    """Write the lines of each diagram as a table and as PGFPlots, and all of them as JSON."""
    ensemble = Ensemble(texts=Poisson(c), skills=Poisson(c * R))
    diagrams = {s: DensityEvolution(ensemble, SkillLearner(s)).phase_diagram(c, R, (0.0, 10.0), (0.0, most)) for s, most in LARGEST.items()}
    for s, diagram in diagrams.items():
        phase_table(diagram).write(folder / f"phase_diagram_{s}.csv")
        (folder / f"phase_diagram_{s}.pgf").write_text(diagram.pgfplots())
    content = {str(s): diagram.to_dict() for s, diagram in diagrams.items()}
    (folder / "phase_diagram.json").write_text(json.dumps(content, indent=1) + "\n")


def draw(folder: Path) -> None:
    """Draw the diagrams."""
    content = json.loads((folder / "phase_diagram.json").read_text())
    figure, axes = new_figure(3, width=10.5, height=3.5)
    for axis, (s, one) in zip(axes, content.items(), strict=True):
        draw_phase_diagram(axis, PhaseDiagram.from_dict(one), f"{s}-skill learner", legend=s == "1")
    save(figure, folder / "phase_diagram.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
