"""Skills with prerequisites: how learning moves along their order as texts are added, and the threshold for both ways of drawing them."""

from pathlib import Path

import numpy as np

from deanalysis import ClassEnsemble, ClassEvolution, Poisson, Prerequisites, R, SkillClass, TextType, TrialStats, sweep
from deanalysis.present.kit.curves import stage_table, stages_along
from deanalysis.present.kit.figures import draw_stages
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import new_panels, styled
from deanalysis.present.validation.theory import class_values

SEED, SKILLS, REPLICATES, TENTHS = 1, 100_000, 2, 10
SIZE, PER_PAIR = 3, "3"
RATIOS = ("1", "1.8", "2.4", "2.6", "2.8")
MEANS = {"pair": ("1", "2"), "skill": ("1/2", "2")}
CHOSEN = [(f"{per} {mean}", per, mean) for per, means in MEANS.items() for mean in means]
CAPTION = f"""Skills in a fixed order with prerequisites, and texts of Poisson({SIZE}) skills: density evolution (lines, dotted
across a jump), and means over {REPLICATES} graphs of {SKILLS} skills (marks). (a) The fraction still novel in each tenth of the order,
where the skill at position t has Poisson({PER_PAIR}t) prerequisites, at R = {", ".join(RATIOS)}. (b) The fraction still novel against
R, where a skill has Poisson(mean) prerequisites ("per skill") or Poisson(mean t) at position t ("per pair"). Seed {SEED}."""


def ordered(mean: str, per: str) -> ClassEvolution:
    """Texts of Poisson(3) skills, which have prerequisites."""
    skills = SkillClass("a", 1, prerequisites=Prerequisites(mean, per))
    return ClassEvolution(ClassEnsemble((skills,), (TextType("t", R, {"a": Poisson(SIZE)}),)))


def simulated(evolution: ClassEvolution, ratios: list[str]) -> list[TrialStats]:
    """Draw graphs at some values of R."""
    points = [{"R": ratio} for ratio in ratios]
    return sweep(evolution.ensemble, evolution.ensemble.learner, points, skills=SKILLS, replicates=REPLICATES, seed=SEED)


def data(folder: Path) -> None:
    """Write zeta by tenth of the order for some R, and zeta along R."""
    files = FigureFiles(__file__, folder)
    write_order(files)
    chosen = {name: ordered(mean, per) for name, per, mean in CHOSEN}

    def states(place: str) -> dict[str, float]:
        return {name: float(one.fixed_point(R=place).zeta["a"]) for name, one in chosen.items()}

    files.write(stages_along("R", [*np.linspace(0.5, 3, 51)], states), "theory")
    points = [f"{value:.3g}" for value in np.linspace(0.6, 2.9, 9)]
    found = {name: simulated(one, points) for name, one in chosen.items()}
    rows = [(float(point), {name: stats[place].zeta.mean for name, stats in found.items()}) for place, point in enumerate(points)]
    files.write(stage_table("R", rows), "simulation", seed=SEED)


def write_order(files: FigureFiles) -> None:
    """Write zeta in each tenth of the order, by theory and in graphs."""
    evolution, names = ordered(PER_PAIR, "pair"), [f"zeta:a:{tenth}" for tenth in range(1, TENTHS + 1)]
    theory = {ratio: class_values(evolution, {"R": ratio}, evolution.fixed_point(R=ratio)) for ratio in RATIOS}
    found = dict(zip(RATIOS, simulated(evolution, list(RATIOS)), strict=True))
    middles = [(tenth - 0.5) / TENTHS for tenth in range(1, TENTHS + 1)]
    known = [{ratio: theory[ratio][name] for ratio in RATIOS} for name in names]
    counted = [{ratio: found[ratio].quantities[name].mean for ratio in RATIOS} for name in names]
    files.write(stage_table("t", list(zip(middles, known, strict=True))), "order_theory")
    files.write(stage_table("t", list(zip(middles, counted, strict=True))), "order_simulation", seed=SEED)


@styled
def draw(folder: Path) -> None:
    """Draw the tables."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("ab", width=10.5, height=3.8)
    order, counted, theory, found = files.read("order_theory", "order_simulation", "theory", "simulation")
    draw_stages(panels[0], order, counted, "t", {ratio: f"$R = {ratio}$" for ratio in RATIOS}, r"$q(t)$, novel at position $t$")
    panels[0].set(title=f"Poisson$({PER_PAIR}t)$ prerequisites")
    draw_stages(panels[1], theory, found, "R", {name: f"{mean} per {per}" for name, per, mean in CHOSEN})
    files.save(figure)


if __name__ == "__main__":
    run(__file__, data, draw)
