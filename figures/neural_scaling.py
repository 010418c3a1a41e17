"""A neural scaling law: the testing error against texts per skill, with exponents derived, simulated and fitted, by the skills' popularity.

Gamma popularity gives power laws, equal popularity an exponential; and a few very popular skills turn the one jump into a staircase.
"""

import json
import sys
from pathlib import Path

import numpy as np

from deanalysis import DensityEvolution, Ensemble, SkillLearner, fit_exponent, parse_law, sweep
from deanalysis.equations.expansions import Expansion, expansion
from deanalysis.model.symbols import R
from deanalysis.present.curves import Table, curve_table, simulated_table
from deanalysis.present.figures import draw_learning_curve
from deanalysis.present.style import COLOURS, new_figure, save
from deanalysis.solve.compiling import compile_floats

SEED, SKILLS, REPLICATES = 1, 200_000, 8
LAWS = {
    "Gamma 1/2": "negative_binomial(3*R, 1/2)",
    "Gamma 2": "negative_binomial(3*R, 2)",
    "log-normal": "log_normal(3*R, 1)",
    "equal": "poisson(3*R)",
}
STAIRS = "mixture(0.95: poisson(6*R*20/39), 0.05: poisson(6*R*400/39))"


def evolution_of(law: str, mean: int) -> DensityEvolution:
    """Return the 1-skill learner on Poisson texts and skills of a law."""
    return DensityEvolution(Ensemble(parse_law(f"poisson({mean})"), parse_law(law)), SkillLearner(1))


def data(folder: Path) -> None:
    """Write theory, leading term and graphs for each popularity, the exponents fitted to the graphs, and the staircase."""
    fitted = {}
    for name, law in LAWS.items():
        evolution, most = evolution_of(law, 3), 3.0 if name == "equal" else 40.0
        places = np.geomspace(1.2, most, 30)
        states = [evolution.fixed_point(R=repr(float(place))) for place in places]
        columns = {"R": places, "testing_error": np.array([float(state.testing_error) for state in states])}
        far = expansion(evolution, R)
        assert isinstance(far, Expansion)
        columns["law"] = compile_floats(far.testing_error, R)(places) + 0 * places
        stem = name.replace(" ", "_").replace("/", "_")
        Table(columns).write(folder / f"neural_scaling_theory_{stem}.csv")
        points = [{"R": f"{place:.4g}"} for place in np.geomspace(2, 0.8 * most, 6)]
        runs = sweep(evolution.ensemble, evolution.learner, points, skills=SKILLS, replicates=REPLICATES, seed=SEED)
        values = [float(point["R"]) for point in points]
        simulated_table("R", list(zip(values, runs, strict=True))).write(folder / f"neural_scaling_simulation_{stem}.csv")
        if far.kind == "power law":
            last = [run.testing_error.mean for run in runs[2:]]
            correction = 1 + compile_floats(far.following_error, R)(np.array(values[2:]))
            fitted[name] = {"derived": -float(far.exponent) - 1, "fitted": fit_exponent(values[2:], last, correction=correction).exponent}
    (folder / "neural_scaling.json").write_text(json.dumps(fitted, indent=1) + "\n")
    stairs = evolution_of(STAIRS, 6)
    curve_table(stairs.curve("R"), {}, stairs.thresholds("R")).write(folder / "neural_scaling_stairs.csv")
    points = [{"R": f"{place:.4g}"} for place in np.linspace(0.8, 1.05, 11)]
    runs = sweep(stairs.ensemble, stairs.learner, points, skills=SKILLS, replicates=REPLICATES, seed=SEED)
    found = [(float(point["R"]), run) for point, run in zip(points, runs, strict=True)]
    simulated_table("R", found).write(folder / "neural_scaling_stairs_simulation.csv")


def draw(folder: Path) -> None:
    """Draw the tables."""
    figure, axes = new_figure(2, width=9.0, height=3.8)
    for index, name in enumerate(LAWS):
        stem = name.replace(" ", "_").replace("/", "_")
        theory, graphs = (Table.read(folder / f"neural_scaling_{kind}_{stem}.csv") for kind in ("theory", "simulation"))
        axes[0].plot(theory["R"], theory["testing_error"], color=COLOURS[index], label=name)
        axes[0].plot(theory["R"], theory["law"], color=COLOURS[index], linestyle="--", linewidth=1)
        axes[0].plot(graphs["R"], graphs["testing_error_best"], "o^sd"[index], color=COLOURS[index], markersize=4, markerfacecolor="white")
    axes[0].set(xscale="log", yscale="log", xlabel="$R$", ylabel="testing error", ylim=(1e-6, 2))
    axes[0].set_xticks([2, 5, 10, 20, 40], ["2", "5", "10", "20", "40"])
    axes[0].minorticks_off()
    axes[0].legend()
    stairs, graphs = Table.read(folder / "neural_scaling_stairs.csv"), Table.read(folder / "neural_scaling_stairs_simulation.csv")
    draw_learning_curve(axes[1], stairs, graphs, "R", "zeta", limits=(0.79, 1.06))
    axes[1].legend()
    save(figure, folder / "neural_scaling.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
