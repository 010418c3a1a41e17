"""Staged emergence over five levels, and what a poor foundation costs."""

import sys
from pathlib import Path

import numpy as np
import sympy as sp

from deanalysis import ClassEnsemble, ClassEvolution, Hierarchy, Poisson, R, SkillClass, TextType, letter, sweep
from deanalysis.present.classes import draw_stages, stage_table
from deanalysis.present.curves import Table
from deanalysis.present.style import COLOURS, new_figure, save

SEED, SKILLS, REPLICATES, LEVELS = 1, 100_000, 4, 5
NAMES = [f"level{number}" for number in range(1, LEVELS + 1)]
FOUNDATION, FINE = {"b": 3, "h": 4}, ("1/2", 1, 2)


def five_levels() -> ClassEvolution:
    """Five levels of equally many skills; each text has Poisson(4) of its own level and Poisson(1/2) of each lower one."""
    classes = tuple(SkillClass(name, sp.Rational(1, LEVELS), requires=tuple(NAMES[:place][-1:])) for place, name in enumerate(NAMES))
    types = (
        TextType(
            f"texts{place}", R / LEVELS, {**{lower: Poisson("1/2") for lower in NAMES[:place]}, name: Poisson(4 + sp.Rational(place, 2))}
        )
        for place, name in enumerate(NAMES)
    )
    return ClassEvolution(ClassEnsemble(classes, tuple(types)))


def fine_tuning(meets: object) -> Hierarchy:
    """Texts of fine-tuning have Poisson(h) skills of their own and Poisson(`meets`) of the foundation."""
    classes = SkillClass("foundation", "1/2"), SkillClass("fine", "1/2", requires=("foundation",))
    types = (
        TextType("general", letter("R_B") / 2, {"foundation": Poisson(letter("b"))}),
        TextType("expert", R / 2, {"foundation": Poisson(meets), "fine": Poisson(letter("h"))}),
    )
    return Hierarchy(ClassEvolution(ClassEnsemble(classes, types)))


def data(folder: Path) -> None:
    """Write zeta of each level along R, by theory and simulated, and the threshold of fine-tuning against the size of the foundation."""
    evolution = five_levels()
    places = [f"{value:.4g}" for value in np.linspace(1.3, 4.9, 73)]
    states = [evolution.fixed_point(R=place).zeta for place in places]
    rows = [(float(place), {name: float(state[name]) for name in NAMES}) for place, state in zip(places, states, strict=True)]
    stage_table("R", rows).write(folder / "hierarchy_theory.csv")
    points = [{"R": f"{value:.3g}"} for value in np.linspace(1.35, 4.85, 15)]
    found = sweep(evolution.ensemble, evolution.ensemble.learner, points, skills=SKILLS, replicates=REPLICATES, seed=SEED)
    simulated = [
        (float(point["R"]), {name: stats.moments(f"zeta:{name}").mean for name in NAMES})
        for point, stats in zip(points, found, strict=True)
    ]
    stage_table("R", simulated).write(folder / "hierarchy_simulation.csv")
    sizes = [f"{value:.4g}" for value in np.linspace(0.2, 2.0, 37)]
    prices = [
        (float(size), {str(meets): float(fine_tuning(meets).thresholds(R_B=size, **FOUNDATION)[1].value) for meets in FINE})
        for size in sizes
    ]
    stage_table("R_B", prices).write(folder / "hierarchy_price.csv")


def draw(folder: Path) -> None:
    """Draw the tables."""
    figure, axes = new_figure(2, width=9.0, height=3.8)
    theory, simulated, price = (Table.read(folder / f"hierarchy_{name}.csv") for name in ("theory", "simulation", "price"))
    draw_stages(axes[0], theory, simulated, "R", {name: f"level {place}" for place, name in enumerate(NAMES, start=1)})
    draw_stages(
        axes[1], price, None, "R_B", {str(meets): f"{meets} of the foundation per text" for meets in FINE}, "threshold of fine-tuning $R^*$"
    )
    axes[1].set_yscale("log")
    axes[1].axhline(price["1"].min(), color=COLOURS[3], linewidth=0.5)
    save(figure, folder / "hierarchy.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
