"""Waterfall and floor of irregular repetition slotted ALOHA: how often any user is lost in a frame, and how many are."""

from pathlib import Path

import numpy as np

from deanalysis import DensityEvolution, load_model
from deanalysis.present.kit.curves import Floats, Table
from deanalysis.present.kit.floor import draw_floor, floor_table, left_table
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import new_panels, styled

MODEL, SEED = "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", 1
FRAMES = {100: 5_000, 1_000: 1_000}
LOADS = tuple(f"{load:.2f}" for load in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9))
LIGHT, REPEATED, EXACT = LOADS[:6], 100, 100
CAPTION = f"""`{MODEL}` in frames of {" and ".join(f"{slots} slots ({graphs} frames at each load)" for slots, graphs in FRAMES.items())}
against the load G, users per slot. (a) How often any user is lost, and the parts of that in theory: the jump (thin, dotted) and small stuck
sets (thin, dashed). (b) The mean share of the users that is lost. Lines: the law of both together, which holds for more than 46 users, or
up to 12; where jump and floor meet, the share is up to twice or thrice what it says. Thin, with points: the exact Markov chain. Marks:
simulated frames with 95 % intervals. Every user chooses different slots; in the third line, at light load, a user may choose a slot
twice. Seed {SEED}."""
LABELS = {f"slots_{slots}": f"{slots:,} slots".replace(",", r"$\,$") for slots in FRAMES} | {"repeated": f"{REPEATED} slots, repeated"}


def data(folder: Path) -> None:
    """Write law, exact chain and simulated frames for each number of slots."""
    files, model = FigureFiles(__file__, folder), load_model(MODEL)
    evolution = DensityEvolution(model.ensemble, model.learner)
    law = evolution.scaling("G").finite_size[-1]
    for slots, graphs in FRAMES.items():
        places = _loads(slots)
        files.write(floor_table(evolution, law, places, texts=slots), f"slots_{slots}")
        simulated = left_table(evolution, LOADS, texts_per_graph=slots, replicates=graphs, seed=SEED)
        files.write(simulated, f"slots_{slots}_simulated", seed=SEED)
    files.write(floor_table(evolution, None, _loads(EXACT), "recursion", texts=EXACT), f"slots_{EXACT}_exact")
    other = load_model(MODEL, matching="repeated")
    repeated = DensityEvolution(other.ensemble, other.learner)
    files.write(floor_table(repeated, None, LIGHT, texts=REPEATED), "repeated")
    options = {"texts_per_graph": REPEATED, "replicates": FRAMES[REPEATED], "seed": SEED}
    files.write(left_table(repeated, LIGHT, **options), "repeated_simulated", seed=SEED)


def _loads(slots: int) -> Floats:
    """Return loads of whole numbers of users, the simulated ones among them."""
    between = np.round(np.linspace(0.05, 0.98, 16) * slots) / slots
    return np.union1d(between, np.array(LOADS, dtype=float))


@styled
def draw(folder: Path) -> None:
    """Draw the tables."""
    files = FigureFiles(__file__, folder)
    theory, simulated = ({label: files.read(f"{name}{kind}")[0] for name, label in LABELS.items()} for kind in ("", "_simulated"))
    exact: dict[str, Table] = {LABELS[f"slots_{EXACT}"]: files.read(f"slots_{EXACT}_exact")[0]}
    figure, panels = new_panels("ab", width=8.6, height=3.6)
    for axes, quantity in zip(panels, ("stuck", "left"), strict=True):
        draw_floor(axes, theory, "G", quantity, simulated=simulated, exact=exact)
    panels[0].get_legend().remove()
    panels[1].legend(*panels[0].get_legend_handles_labels(), loc="upper left", bbox_to_anchor=(0, 1.03))
    files.save(figure)


if __name__ == "__main__":
    run(__file__, data, draw)
