"""What a trained learner saves: bits per text with the jump, a message over an erasure channel, when to stop training, and the system."""

from pathlib import Path
from typing import Any

import numpy as np

from deanalysis import DensityEvolution, ErasureCode, Language, Learned, SemanticCoder, Texts, best_stop, deliver, load_model, train
from deanalysis.present.kit.cases import Case
from deanalysis.present.kit.compression import bits_table, draw_bits, draw_system
from deanalysis.present.kit.curves import Table
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import line_of, mark_of, new_panels, styled
from deanalysis.present.validation.coding import code_texts, coded_table, cost_by_count
from deanalysis.theory.compression.communication import erasure_channel

SEED, SKILLS, TEXTS, LIMITS = 1, 30_000, 30_000, (0.0, 3.2)
MODELS = {"$c = 3$": ("3", None, "uniform"), "$c = 5$": ("5", None, "uniform"), "$c = 5$, Gamma(4/5)": ("5", "4/5", "popularity")}
PLACES = ("0.6", "1.4", "2.2", "2.6", "3")
CODE, LENGTH, MESSAGE, TRIALS, ERASURES = "ldpc(3,6)", 10_000, 300, 60, ("0.40", "0.41", "0.415", "0.42", "0.425")
SENDER, STREAM_C = {"c": "3", "R": "2"}, "5"
STREAMS = tuple(f"{value:.4g}" for value in np.geomspace(1e5, 1e9, 17))
CAPTION = f"""What a learner of the paper's model with {SKILLS} skills saves on texts of a synthetic language; the lossless code is
zstd. (a) Bits per text against R, with equal and with Gamma popularity: theory (lines, dotted across the jump), and the bytes of a real
coder, decoded again, for {TEXTS} texts of one learner each (marks). (b) How likely a message of {MESSAGE} texts arrives over a channel
that erases bits, sent semantically by a learner at c = {SENDER["c"]}, R = {SENDER["R"]} and losslessly, with a (3,6) code of length
{LENGTH}: by the law of finite size (lines), and how often it did in {TRIALS} trials with one such code (marks). (c) Bits per text of a
whole stream, training included, at c = {STREAM_C}: trained on the best number of its texts, and without a learner. (d) The system. Seed
{SEED}."""


def evolution_of(shape: str | None) -> DensityEvolution:
    """Return the paper's model, or the one with Gamma popularity."""
    model = load_model("paper", skills=f"negative_binomial(c*R, {shape})" if shape else None)
    return DensityEvolution(model.ensemble, model.learner)


def data(folder: Path) -> None:
    """Write bits per text by theory and coder, what arrives over the channel, and when to stop training."""
    files, cost = FigureFiles(__file__, folder), cost_by_count(Language(), SKILLS, TEXTS)
    for number, (c, shape, picks) in enumerate(MODELS.values()):
        evolution = evolution_of(shape)
        files.write(bits_table(Case(evolution, "R", {"c": c}), LIMITS, SKILLS, cost, picks), f"theory_{number}")
        coded = [(float(R), code_texts(evolution, skills=SKILLS, texts=TEXTS, picks=picks, seed=SEED, c=c, R=R)) for R in PLACES]
        files.write(coded_table("R", coded), f"coder_{number}", seed=SEED)
    for name, table in zip(("theory", "arrived"), channel_tables(), strict=True):
        files.write(table, f"channel_{name}", seed=SEED)
    files.write(stop_table(cost), "stop")


def stop_table(cost: str) -> Table:
    """Return when to stop training, and what the texts of a stream then take."""
    stops = [best_stop(evolution_of(None), SKILLS, cost, stream, "R", c=STREAM_C) for stream in STREAMS]
    names = ("stream", "ratio", "bits", "lossless_bits")
    return Table({name: np.array([getattr(one, name) for one in stops], dtype=float) for name in names})


def channel_tables() -> tuple[Table, Table]:
    """Return how likely a message arrives, sent semantically and losslessly, by theory, and how often it did over a real code."""
    code_model = load_model(CODE)
    channel = erasure_channel(DensityEvolution(code_model.ensemble, code_model.learner), LENGTH)
    code = ErasureCode.draw(code_model.ensemble, LENGTH, SEED)
    paper = load_model("paper")
    learner = train(paper.ensemble, paper.learner, skills=SKILLS, seed=SEED, **SENDER)
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


@styled
def draw(folder: Path) -> None:
    """Draw the tables, and the system below them."""
    files = FigureFiles(__file__, folder)
    figure, panels = new_panels("abc;ddd", width=11.5, height=6.2)
    for number, label in enumerate(MODELS):
        draw_bits(panels[0], *files.read(f"theory_{number}", f"coder_{number}"), "R", label=label, style=number)
    panels[0].set(xlim=LIMITS, ylim=(0, 480))
    panels[0].legend(loc="upper right")
    draw_channel(panels[1], *files.read("channel_theory", "channel_arrived"))
    (stop,) = files.read("stop")
    panels[2].plot(stop["stream"], stop["bits"], label="trained as long as it pays", **line_of(0))
    panels[2].plot(stop["stream"], stop["lossless_bits"], label="without a learner", **line_of(1))
    panels[2].set(xscale="log", xlabel="texts in all", ylabel="bits per text, training included", ylim=(0, None))
    panels[2].legend(loc="center right")
    draw_system(panels[3])
    files.save(figure)


def draw_channel(axes: Any, sent: Table, arrived: Table) -> None:
    """Draw how likely a message arrives."""
    for index, name in enumerate(("semantic", "lossless")):
        axes.plot(sent["erasure"], sent[name], label=f"{name}, {arrived[f'{name}_blocks'][0]:.0f} blocks", **line_of(index))
        axes.plot(arrived["erasure"], arrived[name], **mark_of(index))
    axes.set(xlabel=r"erasure probability $\varepsilon$", ylabel="a message arrives", ylim=(-0.02, 1.02))
    axes.legend()


if __name__ == "__main__":
    run(__file__, data, draw)
