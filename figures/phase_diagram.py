"""The phase diagrams of the 1-, 2- and 3-skill learner on Poisson texts and skills, beside each other in the plane of c and R."""

from pathlib import Path

from deanalysis import DensityEvolution, Ensemble, PhaseDiagram, Poisson, R, SkillLearner, c
from deanalysis.present.kit.plane import draw_phase_diagram, phase_table
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import new_panels, styled

LARGEST, WIDEST = {1: 3.0, 2: 1.8, 3: 1.35}, 10.0
CAPTION = f"""Phase diagrams on texts of Poisson(c) skills and skills in Poisson(cR) texts, for c up to {WIDEST:g}, of (a) the 1-skill,
(b) the 2-skill and (c) the 3-skill learner. Emergence, lower fold and potential threshold are followed from the cusp in which they are
born, whose coordinates are written beside it. The axes of R differ. Nothing is drawn at random."""


def data(folder: Path) -> None:
    """Write the lines of each diagram as a table and as PGFPlots, and all of them as JSON."""
    ensemble, files = Ensemble(texts=Poisson(c), skills=Poisson(c * R)), FigureFiles(__file__, folder)
    diagrams = {
        str(s): DensityEvolution(ensemble, SkillLearner(s)).phase_diagram(c, R, (0.0, WIDEST), (0.0, most)) for s, most in LARGEST.items()
    }
    for s, diagram in diagrams.items():
        files.write(phase_table(diagram), s)
        files.write_pgfplots(diagram.pgfplots(), s)
    files.write_content({s: diagram.to_dict() for s, diagram in diagrams.items()}, "diagrams")


@styled
def draw(folder: Path) -> None:
    """Draw the diagrams."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("abc", width=10.5, height=3.5)
    for axes, (s, one) in zip(panels, files.read_content("diagrams").items(), strict=True):
        draw_phase_diagram(axes, PhaseDiagram.from_dict(one), f"{s}-skill learner", legend=s == "1")
    files.save(figure)


if __name__ == "__main__":
    run(__file__, data, draw)
