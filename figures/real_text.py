"""Learning the words of a real text: what is learned when its commonest words are known, beside the same graph rewired and theory."""

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from deanalysis import Graph, corpus
from deanalysis.present.kit.curves import Table
from deanalysis.present.kit.graphs import draw_known
from deanalysis.present.kit.programs import FigureFiles, run
from deanalysis.present.kit.style import new_figure, styled
from deanalysis.present.validation.known import compare_known, curve_table, theory_table

NEEDS = ("bible",)
"""Programs of the system: that of Debian's package bible-kjv."""
SEED, COPIES = 1, 4
CAPTION = f"""Share of the words of the King James Bible that is learned or known, against the number k of its commonest words that are
known before: texts are its verses, skills are its words, and the learner learns a word from a verse in which it knows all others. Graph:
the real verses. Rewired: {COPIES} graphs with the same degrees. Theory: their limit as they grow. Each line joins points at which it was
counted, or computed in floats, and is dotted across the jump. The table `emergence` has the jumps of the graph (0), its copies (1 to
{COPIES}) and theory ({COPIES + 1}). Seed {SEED}."""
_VERSE = re.compile(r"[A-Z0-9]\w*:\d+ (.+)")


def verses() -> Graph:
    """Return the graph of all verses and their words."""
    told = subprocess.run(["bible", "-f"], input="gen1:1-rev22:21\n", capture_output=True, text=True, check=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "verses.txt"
        path.write_text("".join(f"{found[1]}\n" for line in told.stdout.splitlines() if (found := _VERSE.match(line))), encoding="utf-8")
        return corpus(path, unit="line")


def data(folder: Path) -> None:
    """Write what is learned along the number of known words, and where it jumps."""
    files = FigureFiles(__file__, folder)
    along = compare_known(verses(), copies=COPIES, seed=SEED)
    files.write(curve_table(along.of_graph), "graph", seed=SEED)
    files.write(theory_table(along.of_theory), "theory", seed=SEED)
    for number, curve in enumerate(along.of_rewired, start=1):
        files.write(curve_table(curve), f"rewired_{number}", seed=SEED)
    jumps = [(place, one.known, one.before, one.past) for place, one in enumerate((along.graph, *along.rewired, along.theory))]
    files.write(Table.of_rows(("curve", "known", "before", "past"), jumps), "emergence", seed=SEED)


@styled
def draw(folder: Path) -> None:
    """Draw the curves."""
    files = FigureFiles(__file__, folder)
    figure, (axes,) = new_figure(width=6.4, height=3.4)
    graph, theory, *copies = files.read("graph", "theory", *(f"rewired_{number}" for number in range(1, COPIES + 1)))
    draw_known(axes, graph, copies, theory)
    axes.set(xlabel="commonest words known before, $k$", ylabel="share of words learned or known")
    files.save(figure)


if __name__ == "__main__":
    run(__file__, data, draw)
