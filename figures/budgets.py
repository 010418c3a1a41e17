"""What to spend: passes over the same texts instead of more texts, room for skills, and the best split of a compute budget."""

import sys
from pathlib import Path

import numpy as np

from deanalysis import Capacity, DensityEvolution, best_ratio, best_split, load_model, simulate
from deanalysis.present.curves import Table
from deanalysis.present.style import COLOURS, new_figure, save

SEED, SKILLS, REPLICATES = 1, 200_000, 8
C, RATIO, PASSES = "3", "2", 6
KEPT = ("1/2", "3/4", "1")


def data(folder: Path) -> None:
    """Write zeta and worth after each pass with graphs, the testing error by room and R, and the best ratio by budget."""
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner)
    epochs = evolution.epochs(PASSES, c=C, R=RATIO)
    runs = [
        simulate(model.ensemble.at(c=C, R=RATIO), model.learner, skills=SKILLS, replicates=REPLICATES, seed=SEED, passes=one.passes)
        for one in epochs
    ]
    columns = {name: np.array([getattr(one, name) for one in epochs], dtype=float) for name in ("passes", "zeta", "worth")}
    for place, name in enumerate(("low", "best", "high")):
        columns[f"zeta_{name}"] = np.array([run.zeta.estimate()[place] for run in runs])
    Table(columns).write(folder / "budgets_passes.csv")
    places = np.linspace(0.2, 12, 60)
    rooms = {"R": places}
    for kept in KEPT:
        room = Capacity.of(model.ensemble, model.learner, kept).at(c="6")
        rooms[kept] = np.array([float(room.fixed_point(R=repr(float(place))).testing_error) for place in places])
    Table(rooms).write(folder / "budgets_room.csv")
    splits = [best_split(evolution, f"1e{power}", "R", c="6") for power in range(6, 21)]
    limit = float(best_ratio(evolution, "R", c="6").ratio)
    table = {"compute": [one.compute for one in splits], "ratio": [one.ratio for one in splits], "limit": [limit] * len(splits)}
    Table({name: np.array(values) for name, values in table.items()}).write(folder / "budgets_split.csv")


def draw(folder: Path) -> None:
    """Draw the tables."""
    figure, axes = new_figure(3, width=11.5, height=3.4)
    passes, rooms, split = (Table.read(folder / f"budgets_{name}.csv") for name in ("passes", "room", "split"))
    axes[0].plot(passes["passes"], passes["zeta"], color=COLOURS[0], label="theory")
    bars = np.abs(np.stack([passes["zeta_low"], passes["zeta_high"]]) - passes["zeta_best"])
    axes[0].errorbar(
        passes["passes"], passes["zeta_best"], bars, fmt="o", color=COLOURS[0], markerfacecolor="white", capsize=2, label="graphs"
    )
    for place, zeta, worth in zip(passes["passes"], passes["zeta"], passes["worth"], strict=True):
        axes[0].annotate(f"{worth:.2f}", (place, zeta), textcoords="offset points", xytext=(5, 5), fontsize=8)
    axes[0].set(yscale="log", xlabel="passes over the same texts", ylabel=r"$\zeta$")
    axes[0].legend()
    for index, kept in enumerate(KEPT):
        axes[1].plot(rooms["R"], rooms[kept], color=COLOURS[index], linestyle=("-", "--", "-.")[index], label=f"room for {kept}")
    axes[1].set(xlabel="$R$", ylabel="testing error", ylim=(-0.02, 1.02))
    axes[1].legend()
    axes[2].plot(split["compute"], split["ratio"] - split["limit"], color=COLOURS[0])
    axes[2].set(xscale="log", yscale="log", xlabel="skills kept x texts presented", ylabel="texts per skill, less $R^*$")
    save(figure, folder / "budgets.svg", "svg")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(place)
    draw(place)
