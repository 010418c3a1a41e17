"""A neural scaling law: the testing error against texts per skill, with exponents derived, simulated and fitted, by the skills' popularity.

Gamma popularity gives power laws, equal popularity an exponential; and a few very popular skills turn the one jump into a staircase.
"""

from pathlib import Path
from typing import Any

import numpy as np

from deanalysis import DensityEvolution, Ensemble, SkillLearner, TrialStats, fit_exponent, parse_law, sweep
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.model.symbols import R
from deanalysis.present.kit.curves import Table, curve_table, simulated_table
from deanalysis.present.kit.figures import draw_learning_curve
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import line_of, mark_of, new_panels, styled
from deanalysis.theory.scaling.equations.expansions import Expansion, expansion

SEED, SKILLS, REPLICATES, MEAN, FITTED = 1, 50_000, 8, 3, 4
LAWS = {
    "Gamma 1/2": "negative_binomial(3*R, 1/2)",
    "Gamma 2": "negative_binomial(3*R, 2)",
    "log-normal": "log_normal(3*R, 1)",
    "equal": "poisson(3*R)",
}
STAIRS, STAIRS_MEAN = "mixture(0.95: poisson(6*R*20/39), 0.05: poisson(6*R*400/39))", 6
CAPTION = f"""The testing error of the 1-skill learner against R, texts per skill. (a) to (d) Texts of Poisson({MEAN}) skills, and
skills of degree {", ".join(f"`{law}`" for law in LAWS.values())}: density evolution (solid), the leading term of its expansion for
large R (dashed), and means over {REPLICATES} graphs of {SKILLS} skills (marks). Where that is a power law, its exponent is written
below, with that fitted to the marks of the {FITTED} largest R, the next term of the expansion being given. (e) A staircase: skills
still novel on texts of Poisson({STAIRS_MEAN}) skills and skills of degree `{STAIRS}`, by density evolution (line, dotted across the
jumps) and as means over {REPLICATES} graphs of {SKILLS} skills with 95 % intervals (marks). Seed {SEED}."""

Graphs = list[tuple[float, TrialStats]]


def evolution_of(law: str, mean: int) -> DensityEvolution:
    """Return the 1-skill learner on Poisson texts and skills of a law."""
    return DensityEvolution(Ensemble(parse_law(f"poisson({mean})"), parse_law(law)), SkillLearner(1))


def most_of(name: str) -> float:
    """Return the largest R for a popularity."""
    return 3.0 if name == "equal" else 40.0


def part_of(name: str) -> str:
    """Return the name of a popularity in those of files."""
    return name.replace(" ", "_").replace("/", "_")


def data(folder: Path) -> None:
    """Write theory, leading term and graphs for each popularity, the exponents fitted to the graphs, and the staircase."""
    files, fitted = FigureFiles(__file__, folder), {}
    for name, law in LAWS.items():
        evolution, part = evolution_of(law, MEAN), part_of(name)
        far = expansion(evolution, R)
        assert isinstance(far, Expansion)
        graphs = simulated(evolution, np.geomspace(2, 0.8 * most_of(name), 6))
        files.write(theory_table(evolution, far, most_of(name)), f"theory_{part}")
        files.write(simulated_table("R", graphs), f"simulation_{part}", seed=SEED)
        if far.kind == "power law":
            fitted[name] = {"derived": -float(far.exponent) - 1, "fitted": fit(far, graphs[-FITTED:])}
    files.write_content(fitted, "fitted", seed=SEED)
    stairs = evolution_of(STAIRS, STAIRS_MEAN)
    files.write(curve_table(stairs.curve("R"), {}, stairs.thresholds("R")), "stairs")
    files.write(simulated_table("R", simulated(stairs, np.linspace(0.8, 1.05, 11))), "stairs_simulation", seed=SEED)


def simulated(evolution: DensityEvolution, places: Any) -> Graphs:
    """Draw graphs at some values of R."""
    points = [{"R": f"{place:.4g}"} for place in places]
    runs = sweep(evolution.ensemble, evolution.learner, points, skills=SKILLS, replicates=REPLICATES, seed=SEED)
    return [(float(point["R"]), run) for point, run in zip(points, runs, strict=True)]


def theory_table(evolution: DensityEvolution, far: Expansion, most: float) -> Table:
    """Return the testing error and its leading term along R."""
    places = np.geomspace(1.2, most, 30)
    states = [evolution.fixed_point(R=repr(float(place))) for place in places]
    errors = np.array([float(state.testing_error) for state in states])
    return Table({"R": places, "testing_error": errors, "law": compile_floats(far.testing_error, R)(places) + 0 * places})


def fit(far: Expansion, graphs: Graphs) -> float:
    """Return the exponent fitted to graphs, the next term of the expansion being given."""
    values = [value for value, _ in graphs]
    correction = 1 + compile_floats(far.following_error, R)(np.array(values))
    return fit_exponent(values, [run.testing_error.mean for _, run in graphs], correction=correction).exponent


@styled
def draw(folder: Path) -> None:
    """Draw the tables."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("abee;cdee", width=10.5, height=5.0)
    fitted = files.read_content("fitted")
    for axes, name in zip(panels, LAWS, strict=False):
        draw_law(axes, *files.read(f"theory_{part_of(name)}", f"simulation_{part_of(name)}"))
        axes.set(title=name)
        if name in fitted:
            words = "exponent {derived:g}\nfitted {fitted:.2f}".format(**fitted[name])
            axes.text(0.06, 0.06, words, transform=axes.transAxes)
    panels[3].legend()
    stairs, graphs = files.read("stairs", "stairs_simulation")
    draw_learning_curve(panels[4], stairs, graphs, "R", "zeta", limits=(0.79, 1.06))
    panels[4].legend()
    files.save(figure)


def draw_law(axes: Any, theory: Table, graphs: Table) -> None:
    """Draw the testing error, its leading term and that of graphs on axes that all popularities share."""
    axes.plot(theory["R"], theory["testing_error"], label="theory", **line_of(0))
    axes.plot(theory["R"], theory["law"], label="leading term", **line_of(1))
    axes.plot(graphs["R"], graphs["testing_error_best"], label="graphs", **mark_of(0))
    axes.set(xscale="log", yscale="log", xlabel="$R$", ylabel="testing error", xlim=(1.1, 45), ylim=(1e-6, 2))
    axes.set_xticks([2, 5, 10, 20, 40], ["2", "5", "10", "20", "40"])
    axes.minorticks_off()


if __name__ == "__main__":
    run(__file__, data, draw)
