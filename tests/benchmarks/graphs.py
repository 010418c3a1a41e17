"""How fast graphs that exist are read, rewired and learned, each beside a reference: `python tests/benchmarks/graphs.py [ROW ...]`."""

import csv
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from deanalysis import Graph, SkillLearner, erasures, learn, load_model
from deanalysis.graphs.rewiring import Side, enough_rounds
from deanalysis.simulate.graphs import sample_graph
from deanalysis.simulate.kernel import begin, get_ready, learn as run
from deanalysis.simulate.sampling import draw_patience
from deanalysis.simulate.streams import new_streams

TIMES = 7
TEXTS, SKILLS, EDGES = 10**6, 10**6, 5 * 10**6


def show(row: str, value: float, *notes: str, unit: str = "s") -> None:
    """Print one row."""
    print(f"{row:<64} {value:10.4g} {unit:<2} {'; '.join(notes)}", flush=True)


def in_turn(**tasks: Callable[[], object]) -> dict[str, float]:
    """Time some tasks in turn, after one round that is not counted; return the median of each."""
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(TIMES + 1):
        for name, task in tasks.items():
            started = perf_counter()
            task()
            taken[name].append(perf_counter() - started)
    return {name: median(times[1:]) for name, times in taken.items()}


def drawn() -> Graph:
    """Return a graph of a million texts and skills whose degrees are Poisson, but for repeated edges."""
    rng = np.random.default_rng(1)
    return Graph.joined(rng.integers(TEXTS, size=EDGES), rng.integers(SKILLS, size=EDGES), range(1, TEXTS + 1), range(1, SKILLS + 1))


def kernel(_: Path) -> None:
    """Time a trial of erasures, and learning with its trace, beside the simulator's loop on a graph that it drew itself."""
    ensemble = load_model("ldpc(3,6)").ensemble.at(eps="0.42")
    held, _ = sample_graph(ensemble, SKILLS, new_streams(1, (), 3), np.random.default_rng(1))
    texts = np.repeat(np.arange(1, SKILLS + 1), np.diff(held.start))
    graph = Graph.joined(held.ends.astype(np.int64), texts - 1, range(1, held.texts + 1), range(1, SKILLS + 1))
    (stream,) = new_streams(1, (1,), 1)
    novel = np.append(0, np.random.default_rng(2).random(SKILLS) < 0.42).astype(np.uint8)

    def simulator() -> None:
        state = begin(held, novel.copy())
        rows = get_ready(held, state, draw_patience(SkillLearner(1), 6, stream, held.texts))
        run(held, rows, state)

    trials = []
    times = in_turn(
        simulator=simulator,
        erasures=lambda: trials.append(erasures(graph, unknown="0.42", replicates=1, seed=1, workers=1).seconds),
        learn=lambda: learn(graph, unknown="0.42"),
    )
    own, trial = times["simulator"], median(trials[1:])
    show("(3,6), 10^6 skills, 42 % unknown: simulator's loop, drawn graph", own, f"{1e9 * own / held.edges:.3g} ns an edge")
    show("  a trial of erasures, graph that exists", trial, f"{trial / own:.3g} x the simulator's")
    show("  erasures, with one trial", times["erasures"], f"{times['erasures'] / own:.3g} x")
    show("  learn, with the round of each skill", times["learn"], f"{times['learn'] / own:.3g} x")


def rewiring(_: Path) -> None:
    """Time a rewired copy beside learning on the same graph, and by the edge and round beside sorting the edges."""
    graph = drawn()
    held = Side(graph.sampled.start.astype(np.int64), graph.sampled.ends)
    rounds = enough_rounds(held, graph.start, 0.005)
    edges = graph.text_of * SKILLS + graph.required
    mixed = np.random.default_rng(3).permutation(edges)
    times = in_turn(
        rewired=lambda: graph.rewired(1), none=lambda: graph.rewired(1, rounds=0), learn=lambda: learn(graph), sort=lambda: np.sort(mixed)
    )
    show(f"10^6 texts, 5 10^6 edges: rewired, {rounds} rounds", times["rewired"], f"{times['rewired'] / times['learn']:.3g} x learning")
    by_round = (times["rewired"] - times["none"]) / rounds
    show("  one round", by_round, f"{1e9 * by_round / graph.edges:.3g} ns an edge", f"{by_round / times['sort']:.3g} x sorting all edges")


def reading(folder: Path) -> None:
    """Time reading a CSV file of 10^6 edges by their names beside the standard library's reader alone."""
    path, rng = folder / "edges.csv", np.random.default_rng(1)
    rows = zip(rng.integers(200_000, size=10**6).tolist(), rng.integers(200_000, size=10**6).tolist(), strict=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "skill"), *((f"text {text}", f"skill {skill}") for text, skill in rows)])

    def alone() -> None:
        with path.open(newline="") as opened:
            for _ in csv.reader(opened):
                pass

    times = in_turn(read=lambda: Graph.read(path), alone=alone)
    show(
        "CSV of 10^6 edges: Graph.read",
        times["read"],
        f"{times['read']:.3g} us a row",
        f"{times['read'] / times['alone']:.3g} x csv.reader",
    )


ROWS = {"kernel": kernel, "rewiring": rewiring, "reading": reading}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for row in sys.argv[1:] or ROWS:
            ROWS[row](Path(place))
