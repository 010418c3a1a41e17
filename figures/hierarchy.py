"""Staged emergence over five levels, and what a poor foundation costs."""

from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from deanalysis import ClassEnsemble, ClassEvolution, Hierarchy, Poisson, R, SkillClass, TextType, letter, sweep
from deanalysis.present.kit.curves import Table, stage_table, stages_along
from deanalysis.present.kit.figures import draw_stages
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import new_panels, styled

SEED, SKILLS, REPLICATES, LEVELS = 1, 100_000, 2, 5
NAMES = [f"level{number}" for number in range(1, LEVELS + 1)]
OWN, LOWER = 4, "1/2"
FOUNDATION, FINE = {"b": 3, "h": 4}, ("1/2", 1, 2)
CAPTION = f"""(a) Skills still novel on {LEVELS} levels of equally many skills against R, texts of each level per skill of it: density
evolution (lines), and means over {REPLICATES} graphs of {SKILLS} skills (marks). A text of level l has Poisson({OWN} + (l - 1)/2)
skills of that level and Poisson({LOWER}) of each lower one. (b) The threshold of fine-tuning against R_B, general texts per skill of
the foundation: general texts have Poisson({FOUNDATION["b"]}) skills of the foundation, texts of fine-tuning Poisson({FOUNDATION["h"]})
of their own and Poisson({", ".join(map(str, FINE))}) of the foundation. Lines join the computed values, dotted across a jump; the thin
one is the least for Poisson(1). Seed {SEED}."""


def five_levels() -> ClassEvolution:
    """Levels of equally many skills; each text has Poisson(1/2) of each lower level, and of its own the more the higher it is."""
    classes = tuple(SkillClass(name, sp.Rational(1, LEVELS), requires=tuple(NAMES[:place][-1:])) for place, name in enumerate(NAMES))
    types = (
        TextType(
            f"texts{place}", R / LEVELS, {**{lower: Poisson(LOWER) for lower in NAMES[:place]}, name: Poisson(OWN + sp.Rational(place, 2))}
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
    evolution, files = five_levels(), FigureFiles(__file__, folder)
    files.write(stages_along("R", [*np.linspace(1.3, 4.9, 73)], lambda place: states(evolution, place)), "theory")
    files.write(simulated(evolution), "simulation", seed=SEED)
    files.write(prices(), "price")


def states(evolution: ClassEvolution, place: str) -> dict[str, float]:
    """Return zeta of each level."""
    zeta = evolution.fixed_point(R=place).zeta
    return {name: float(zeta[name]) for name in NAMES}


def simulated(evolution: ClassEvolution) -> Table:
    """Return zeta of each level along R in graphs."""
    points = [{"R": f"{value:.3g}"} for value in np.linspace(1.35, 4.85, 15)]
    found = sweep(evolution.ensemble, evolution.ensemble.learner, points, skills=SKILLS, replicates=REPLICATES, seed=SEED)
    rows = [
        (float(point["R"]), {name: stats.quantities[f"zeta:{name}"].mean for name in NAMES})
        for point, stats in zip(points, found, strict=True)
    ]
    return stage_table("R", rows)


def prices() -> Table:
    """Return the threshold of fine-tuning against the size of the foundation."""
    found = {str(meets): fine_tuning(meets) for meets in FINE}

    def at(size: str) -> dict[str, float]:
        return {name: float(one.thresholds(R_B=size, **FOUNDATION)[1].value) for name, one in found.items()}

    return stages_along("R_B", [*np.linspace(0.2, 2.0, 37)], at)


@styled
def draw(folder: Path) -> None:
    """Draw the tables."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("ab", width=10.5, height=3.8)
    theory, found, price = files.read("theory", "simulation", "price")
    draw_stages(panels[0], theory, found, "R", {name: f"level {place}" for place, name in enumerate(NAMES, start=1)})
    draw_prices(panels[1], price)
    files.save(figure)


def draw_prices(axes: Any, price: Table) -> None:
    """Draw the threshold of fine-tuning on a logarithmic axis."""
    names = {str(meets): f"Poisson({meets})" for meets in FINE}
    draw_stages(axes, price, None, "R_B", names, "threshold of fine-tuning $R^*$")
    axes.axhline(price["1"].min(), color="black", linewidth=0.5)
    axes.set_yscale("log")
    axes.set_yticks([1.5, 2, 3, 4, 6, 10], ["1.5", "2", "3", "4", "6", "10"])
    axes.minorticks_off()


if __name__ == "__main__":
    run(__file__, data, draw)
