"""Skills with prerequisites: how learning moves along their order as texts are added, and the threshold for both ways of drawing them."""

import sys
from pathlib import Path

import numpy as np

from deanalysis import ClassEnsemble, ClassEvolution, Poisson, Prerequisites, R, SkillClass, TextType, sweep
from deanalysis.present.class_theory import class_values
from deanalysis.present.classes import draw_stages, stage_table
from deanalysis.present.curves import Table
from deanalysis.present.style import new_figure, save

SEED, SKILLS, REPLICATES, TENTHS = 1, 100_000, 4, 10
RATIOS = ("1", "1.8", "2.4", "2.6", "2.8")
MEANS = {"pair": ("1", "2"), "skill": ("1/2", "2")}


def ordered(mean: str, per: str) -> ClassEvolution:
    """Texts of Poisson(3) skills, which have prerequisites."""
    skills = SkillClass("a", 1, prerequisites=Prerequisites(mean, per))
    return ClassEvolution(ClassEnsemble((skills,), (TextType("t", R, {"a": Poisson(3)}),)))


def data(folder: Path) -> None:
    """Write zeta by tenth of the order for some R, and zeta along R."""
    evolution = ordered("3", "pair")
    values = [class_values(evolution, {"R": ratio}, evolution.fixed_point(R=ratio)) for ratio in RATIOS]
    runs = sweep(
        evolution.ensemble, evolution.ensemble.learner, [{"R": ratio} for ratio in RATIOS], skills=SKILLS, replicates=REPLICATES, seed=SEED
    )
    for kind, read in (
        ("theory", lambda place, name: values[place][name]),
        ("simulation", lambda place, name: runs[place].moments(name).mean),
    ):
        rows = [
            ((tenth - 0.5) / TENTHS, {ratio: read(place, f"zeta:a:{tenth}") for place, ratio in enumerate(RATIOS)})
            for tenth in range(1, TENTHS + 1)
        ]
        stage_table("t", rows).write(folder / f"prerequisites_order_{kind}.csv")
    places = [f"{value:.4g}" for value in np.linspace(0.5, 3, 51)]
    chosen = [(f"{per} {mean}", ordered(mean, per)) for per, means in MEANS.items() for mean in means]
    theory = [(float(place), {name: float(one.fixed_point(R=place).zeta["a"]) for name, one in chosen}) for place in places]
    stage_table("R", theory).write(folder / "prerequisites_theory.csv")
    points = [{"R": f"{value:.3g}"} for value in np.linspace(0.6, 2.9, 9)]
    found = {
        name: sweep(one.ensemble, one.ensemble.learner, points, skills=SKILLS, replicates=REPLICATES, seed=SEED) for name, one in chosen
    }
    rows = [(float(point["R"]), {name: stats[place].zeta.mean for name, stats in found.items()}) for place, point in enumerate(points)]
    stage_table("R", rows).write(folder / "prerequisites_simulation.csv")


def draw(folder: Path) -> None:
    """Draw the tables."""
    figure, axes = new_figure(2, width=9.0, height=3.8)
    order, counted, theory, simulated = (
        Table.read(folder / f"prerequisites_{name}.csv") for name in ("order_theory", "order_simulation", "theory", "simulation")
    )
    draw_stages(axes[0], order, counted, "t", {ratio: f"$R = {ratio}$" for ratio in RATIOS}, r"$q(t)$, novel at position $t$")
    axes[0].set(title="Poisson$(3t)$ prerequisites")
    labels = {f"{per} {mean}": f"{mean} per {per}" for per, means in MEANS.items() for mean in means}
    draw_stages(axes[1], theory, simulated, "R", labels)
    save(figure, folder / "prerequisites.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
