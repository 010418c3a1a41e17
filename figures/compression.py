"""What a trained learner saves: bits per text with the jump, a message over an erasure channel, when to stop training, and the system."""

import sys
from pathlib import Path

import numpy as np

from deanalysis import DensityEvolution, ErasureCode, Language, Learned, SemanticCoder, Texts, best_stop, deliver, load_model, train
from deanalysis.present.coding import code_texts, cost_by_count
from deanalysis.present.compression import bits_table, coded_table, draw_bits
from deanalysis.present.curves import Table
from deanalysis.present.study import Case
from deanalysis.present.style import COLOURS, new_figure, save
from deanalysis.present.system import draw_system
from deanalysis.solve.communication import erasure_channel

SEED, SKILLS, TEXTS, LIMITS = 1, 30_000, 30_000, (0.0, 3.2)
MODELS = {"$c = 3$": ("3", None, "uniform"), "$c = 5$": ("5", None, "uniform"), "$c = 5$, Gamma(4/5)": ("5", "4/5", "popularity")}
PLACES = ("0.6", "1.4", "2.2", "2.6", "3")
LENGTH, MESSAGE, TRIALS, ERASURES = 10_000, 300, 60, ("0.40", "0.41", "0.415", "0.42", "0.425")
STREAMS = tuple(f"{value:.4g}" for value in np.geomspace(1e5, 1e9, 17))


def evolution_of(shape: str | None) -> DensityEvolution:
    """Return the paper's model, or the one with Gamma popularity."""
    model = load_model("paper", skills=f"negative_binomial(c*R, {shape})" if shape else None)
    return DensityEvolution(model.ensemble, model.learner)


def data(folder: Path) -> None:
    """Write bits per text by theory and coder, what arrives over the channel, and when to stop training."""
    cost = cost_by_count(Language(), SKILLS, TEXTS)
    for number, (c, shape, picks) in enumerate(MODELS.values()):
        evolution = evolution_of(shape)
        bits_table(Case(evolution, "R", {"c": c}), LIMITS, SKILLS, cost, picks).write(folder / f"compression_theory_{number}.csv")
        coded = [(float(R), code_texts(evolution, skills=SKILLS, texts=TEXTS, picks=picks, seed=SEED, c=c, R=R)) for R in PLACES]
        coded_table("R", coded).write(folder / f"compression_coder_{number}.csv")
    for name, table in zip(("theory", "arrived"), channel_tables(), strict=True):
        table.write(folder / f"compression_channel_{name}.csv")
    stops = [best_stop(evolution_of(None), SKILLS, cost, stream, "R", c="5") for stream in STREAMS]
    columns = {name: np.array([getattr(one, name) for one in stops], dtype=float) for name in ("stream", "ratio", "bits", "lossless_bits")}
    Table(columns).write(folder / "compression_stop.csv")


def channel_tables() -> tuple[Table, Table]:
    """Return how likely a message arrives, sent semantically and losslessly, by theory, and how often it did over a real code."""
    code_model = load_model("ldpc(3,6)")
    channel = erasure_channel(DensityEvolution(code_model.ensemble, code_model.learner), LENGTH)
    code = ErasureCode.draw(code_model.ensemble, LENGTH, SEED)
    paper = load_model("paper")
    learner = train(paper.ensemble, paper.learner, skills=SKILLS, seed=SEED, c="3", R="2")
    texts = Texts.drawn(*learner.fresh(MESSAGE))
    written = Language().write(texts, SEED)
    shares = np.linspace(float(ERASURES[0]), float(ERASURES[-1]), 101)
    theory, arrived = {"erasure": shares}, {"erasure": np.array(ERASURES, dtype=float)}
    for name, learned in (("semantic", learner.ordered), ("lossless", np.array([], dtype=np.int64))):
        coder = SemanticCoder(Learned.of(learned))
        found = [deliver(coder, code, texts, written, float(erasure), trials=TRIALS, seed=SEED) for erasure in ERASURES]
        arrived[name] = np.array([one.arrived / one.trials for one in found])
        arrived[f"{name}_blocks"] = np.array([float(one.blocks) for one in found])
        theory[name] = np.array([(1 - channel.lost(repr(float(share)))) ** found[0].blocks for share in shares])
    return Table(theory), Table(arrived)


def draw(folder: Path) -> None:
    """Draw the tables, and the system below them."""
    figure, axes = new_figure(3, width=11.5, height=6.2, rows=2)
    for number, label in enumerate(MODELS):
        theory, coded = (Table.read(folder / f"compression_{kind}_{number}.csv") for kind in ("theory", "coder"))
        draw_bits(axes[0], theory, coded, "R", label=label, style=number)
    axes[0].set(xlim=LIMITS, ylim=(0, None))
    axes[0].legend(fontsize=8)
    sent, arrived, stop = (Table.read(folder / f"compression_{name}.csv") for name in ("channel_theory", "channel_arrived", "stop"))
    for index, name in enumerate(("semantic", "lossless")):
        blocks, dash = arrived[f"{name}_blocks"][0], ("-", "--")[index]
        axes[1].plot(sent["erasure"], sent[name], color=COLOURS[index], linestyle=dash, label=f"{name}, {blocks:.0f} blocks")
        axes[1].plot(arrived["erasure"], arrived[name], "os"[index], color=COLOURS[index], markerfacecolor="white")
    axes[1].set(xlabel=r"erasure probability $\varepsilon$", ylabel="a message arrives", ylim=(-0.02, 1.02))
    axes[1].legend(fontsize=8)
    axes[2].plot(stop["stream"], stop["bits"], color=COLOURS[0], label="trained as long as it pays")
    axes[2].plot(stop["stream"], stop["lossless_bits"], color=COLOURS[1], linestyle="--", label="without a learner")
    axes[2].set(xscale="log", xlabel="texts in all", ylabel="bits per text, training included", ylim=(0, None))
    axes[2].legend(fontsize=8)
    for panel in axes[3:]:
        panel.remove()
    draw_system(figure.add_subplot(2, 1, 2))
    save(figure, folder / "compression.svg", "svg")


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    data(where)
    draw(where)
