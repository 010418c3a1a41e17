"""What to spend: passes over the same texts instead of more texts, room for skills, and the best split of a compute budget."""

from pathlib import Path
from typing import Any

import numpy as np

from deanalysis import Capacity, DensityEvolution, best_ratio, best_split, load_model, simulate
from deanalysis.present.kit.curves import Table, stages_along
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import draw_divided, line_of, mark_of, new_panels, styled

SEED, SKILLS, REPLICATES = 1, 200_000, 8
C, RATIO, PASSES = "3", "2", 6
LARGE, KEPT, PLACES, POWERS = "6", ("1/2", "3/4", "1"), 60, range(6, 21)
CAPTION = f"""The paper's model. (a) Skills still novel after each pass over the same texts, c = {C}, R = {RATIO}: theory (joined by a
line), and means over {REPLICATES} graphs of {SKILLS} skills with 95 % intervals (marks). The number beside a mark says to how many
times as many texts, each seen once, the passes come. (b) Testing error against R at c = {LARGE} with room for the most popular
{", ".join(KEPT)} of the skills: fixed points at {PLACES} values of R and more where it is steep, joined, and dotted across a jump.
(c) The best texts per skill for a budget of skills times texts, from 10^{POWERS[0]} to 10^{POWERS[-1]} at c = {LARGE}, less their
limit R*. Seed {SEED}."""


def data(folder: Path) -> None:
    """Write zeta and worth after each pass with graphs, the testing error by room and R, and the best ratio by budget."""
    model, files = load_model("paper"), FigureFiles(__file__, folder)
    evolution = DensityEvolution(model.ensemble, model.learner)
    files.write(after_passes(evolution), "passes", seed=SEED)
    files.write(with_room(evolution), "room")
    files.write(splits(evolution), "split")


def after_passes(evolution: DensityEvolution) -> Table:
    """Return zeta and worth after each pass, and zeta in graphs."""
    epochs = evolution.epochs(PASSES, c=C, R=RATIO)
    options = {"skills": SKILLS, "replicates": REPLICATES, "seed": SEED}
    ensemble = evolution.ensemble.at(c=C, R=RATIO)
    runs = [simulate(ensemble, evolution.learner, passes=one.passes, **options) for one in epochs]
    columns = {name: np.array([getattr(one, name) for one in epochs], dtype=float) for name in ("passes", "zeta", "worth")}
    for place, name in enumerate(("low", "best", "high")):
        columns[f"zeta_{name}"] = np.array([run.zeta.estimate()[place] for run in runs])
    return Table(columns)


def with_room(evolution: DensityEvolution) -> Table:
    """Return the testing error along R, with room for a share of the skills."""
    rooms = {kept: Capacity.of(evolution.ensemble, evolution.learner, kept).at(c=LARGE) for kept in KEPT}

    def errors(place: str) -> dict[str, float]:
        return {kept: float(room.fixed_point(R=place).testing_error) for kept, room in rooms.items()}

    return stages_along("R", [*np.linspace(0.2, 12, PLACES)], errors)


def splits(evolution: DensityEvolution) -> Table:
    """Return the best ratio of texts to skills by budget, and its limit."""
    found = [best_split(evolution, f"1e{power}", "R", c=LARGE) for power in POWERS]
    limit = float(best_ratio(evolution, "R", c=LARGE).ratio)
    table = {"compute": [one.compute for one in found], "ratio": [one.ratio for one in found], "limit": [limit] * len(found)}
    return Table({name: np.array(values) for name, values in table.items()})


@styled
def draw(folder: Path) -> None:
    """Draw the tables."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("abc", width=11.5, height=3.4)
    passes, rooms, split = files.read("passes", "room", "split")
    draw_passes(panels[0], passes)
    for index, kept in enumerate(KEPT):
        draw_divided(panels[1], rooms["R"], rooms[kept], label=f"room for {kept}", **line_of(index))
    panels[1].set(xlabel="$R$", ylabel="testing error", ylim=(-0.02, 1.02))
    panels[1].legend()
    panels[2].plot(split["compute"], split["ratio"] - split["limit"], **line_of(0))
    panels[2].set(xscale="log", yscale="log", xlabel=r"skills kept $\times$ texts presented", ylabel="texts per skill, less $R^*$")
    files.save(figure)


def draw_passes(axes: Any, passes: Table) -> None:
    """Draw zeta after each pass, with what the passes are worth."""
    axes.plot(passes["passes"], passes["zeta"], label="theory", **line_of(0))
    bars = np.abs(np.stack([passes["zeta_low"], passes["zeta_high"]]) - passes["zeta_best"])
    axes.errorbar(passes["passes"], passes["zeta_best"], bars, capsize=2, label="graphs", **mark_of(0))
    for place, zeta, worth in zip(passes["passes"], passes["zeta"], passes["worth"], strict=True):
        axes.annotate(f"{worth:.2f}", (place, zeta), textcoords="offset points", xytext=(5, 5))
    axes.set(yscale="log", xlabel="passes over the same texts", ylabel=r"$\zeta$", xlim=(0.8, PASSES + 0.7), ylim=(1.5e-3, 1.5))
    axes.legend()


if __name__ == "__main__":
    run(__file__, data, draw)
