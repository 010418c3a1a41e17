"""All fixed points of Liva's irregular repetition slotted ALOHA of degree 8, with their records and folds."""

from pathlib import Path

from deanalysis import DensityEvolution, Thresholds, load_model
from deanalysis.present.kit.curves import curve_table
from deanalysis.present.kit.figures import draw_inversion
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import new_figure, styled

MODEL, LIMITS = "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", (0.85, 1.1)
CAPTION = f"""All fixed points q of density evolution for `{MODEL}` against G, users per slot, by inverting the fixed-point equation
(dashed). Thick: the states that are reached, which are where G sets a record. Marks: the emergence threshold and the other folds.
Nothing is drawn at random."""


def data(folder: Path) -> None:
    """Write the curve as a table and the thresholds beside it."""
    model, files = load_model(MODEL), FigureFiles(__file__, folder)
    evolution = DensityEvolution(model.ensemble, model.learner)
    found = evolution.thresholds("G")
    (parameter,) = evolution.letters
    files.write(curve_table(evolution.curve(parameter), {}, found), "curve")
    files.write_content(found.to_dict(), "thresholds")


@styled
def draw(folder: Path) -> None:
    """Draw the table."""
    files = FigureFiles(__file__, folder)
    (curve,), found = files.read("curve"), Thresholds.from_dict(files.read_content("thresholds"))
    figure, (axes,) = new_figure()
    draw_inversion(axes, curve, found, "G", LIMITS)
    files.save(figure)


if __name__ == "__main__":
    run(__file__, data, draw)
