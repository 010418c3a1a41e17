"""Maxwell's construction on the curve of fixed points, and the potential: the paper's learner at c = 5 above, the (3,6) code below."""

from pathlib import Path

from deanalysis import DensityEvolution, Thresholds, load_model
from deanalysis.present.kit.curves import maxwell_table, potential_table
from deanalysis.present.kit.figures import draw_maxwell, draw_potential
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import new_panels, styled

C = "5"
MODELS = {"paper": ("paper", "R", {"c": C}), "ldpc": ("ldpc(3,6)", "eps", {})}
CAPTION = f"""Maxwell's construction for the paper's model at c = {C} (a, b) and for the (3,6) code on the erasure channel (c, d). (a,
c) The letter against the area B below the fixed points; the dotted chord at the potential threshold cuts off the equal areas that are
shaded. (b, d) The potential U(q) - U(0) at the emergence, fold and potential thresholds, at 0.8 of the smallest and at 1.2 of the
largest of them. Nothing is drawn at random."""


def data(folder: Path) -> None:
    """Write for each model the curve with its areas, the potential, and the thresholds."""
    files = FigureFiles(__file__, folder)
    for name, (text, parameter, values) in MODELS.items():
        model = load_model(text)
        evolution = DensityEvolution(model.ensemble, model.learner)
        found, curve = evolution.thresholds(parameter, **values), evolution.curve(parameter)
        files.write(maxwell_table(curve, values), name)
        files.write(potential_table(curve, values, found), f"potential_{name}")
        files.write_content(found.to_dict(), name)


@styled
def draw(folder: Path) -> None:
    """Draw the tables."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("ab;cd", width=9.4, height=6.4)
    for (name, (_, parameter, _)), left, right in zip(MODELS.items(), panels[::2], panels[1::2], strict=True):
        areas, potential = files.read(name, f"potential_{name}")
        draw_maxwell(left, areas, Thresholds.from_dict(files.read_content(name)), parameter)
        draw_potential(right, potential, parameter)
    files.save(figure)


if __name__ == "__main__":
    run(__file__, data, draw)
