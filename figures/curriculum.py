"""What a curriculum reaches: texts per skill until the last jump of chains of topics, beside the same texts in random order."""

from itertools import product
from pathlib import Path

import numpy as np

from deanalysis import ChainEvolution, DensityEvolution, R, c, load_model
from deanalysis.present.kit.curves import Table
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import line_of, mark_of, new_figure, styled

TOPICS, WINDOWS, MEANS = 50, (2, 3, 4), (4, 6, 8, 11, 16)
SEARCH = "0.99:20"
CAPTION = f"""Texts per skill that the paper's 1-skill learner needs against c, skills per text: where the largest fixed point jumps in
random order (emergence), where the last topics are learned of a chain of {TOPICS} topics with open ends whose texts are about
{", ".join(map(str, WINDOWS))} neighbouring topics (uniform coupling; texts per skill of one topic, marks joined by lines),
and R = 1, the potential threshold, to which chains tend as they and their windows grow. Nothing is drawn at random."""


def data(folder: Path) -> None:
    """Write the emergence threshold from its closed form, and the last jumps of chains that are not there already."""
    files = FigureFiles(__file__, folder)
    files.write(random_order(), "random_order")
    rows = kept(files)
    for window, mean in product(WINDOWS, MEANS):
        if (window, mean) not in {row[:2] for row in rows}:
            rows.append((window, mean, last_jump(window, mean)))
            files.write(Table.of_rows(("window", "c", "R"), sorted(rows)), "chains")


def kept(files: FigureFiles) -> list[tuple[float, ...]]:
    """Return the rows that an earlier run wrote."""
    if not files.path("chains", "csv").exists():
        return []
    (table,) = files.read("chains")
    return list(zip(*(column.tolist() for column in table.columns.values()), strict=True))


def random_order() -> Table:
    """Return the emergence threshold of one topic from its cusp on."""
    model = load_model("paper")
    (jump,) = DensityEvolution(model.ensemble, model.learner).thresholds(R).emergence
    formula, means = jump.closed_form.expression, np.geomspace(2.7183, MEANS[-1], 60)
    return Table({"c": means, "R": np.array([float(formula.evalf(subs={c: mean})) for mean in means])})


def last_jump(window: int, mean: int) -> float:
    """Return where a chain is learned as a whole."""
    jumps = ChainEvolution(load_model(f"chain(paper, {TOPICS}, {window})").ensemble).thresholds(R, c=mean, search=SEARCH, digits=10)
    return float(jumps.emergence[-1].value)


@styled
def draw(folder: Path) -> None:
    """Draw the thresholds."""
    files = FigureFiles(__file__, folder)
    figure, (axes,) = new_figure(width=6.4, height=3.4)
    plain, chains = files.read("random_order", "chains")
    axes.loglog(plain["c"], plain["R"], label="random order", **line_of(0))
    for style, window in enumerate(WINDOWS, start=1):
        mean, value = (chains[name][chains["window"] == window] for name in ("c", "R"))
        axes.loglog(mean, value, label=f"chain of {TOPICS} topics, W = {window}", **{**mark_of(style), **line_of(style)})
    axes.axhline(1, label="limit, R = 1", **line_of(4) | {"linewidth": 1})
    axes.set(xlabel="skills per text, $c$", ylabel="texts per skill, $R$", xlim=(2.6, 17), ylim=(0.8, 300))
    axes.set_xticks((3, 4, 5, 6, 8, 11, 16), ("3", "4", "5", "6", "8", "11", "16"))
    axes.set_yticks((1, 2, 5, 10, 20, 50, 100, 200), ("1", "2", "5", "10", "20", "50", "100", "200"))
    axes.minorticks_off()
    axes.legend(loc="upper left")
    files.save(figure)


if __name__ == "__main__":
    run(__file__, data, draw)
