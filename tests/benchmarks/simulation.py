"""How fast the simulator is, beside C, NumPy and graph libraries: `python tests/benchmarks/simulation.py [ROW ...]` (see README.md).

Needs a C compiler; the row `learning` needs igraph and networkx, too.
"""

import ctypes
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from deanalysis import load_model
from deanalysis.simulate import components as inside
from deanalysis.simulate.elimination import undetermined
from deanalysis.simulate.graphs import Graph, edges_of, sample_graph
from deanalysis.simulate.kernel import NO_ROWS, ONE, Learning, begin, learn
from deanalysis.simulate.streams import new_streams

HERE = Path(__file__).parent
FEW, TIMES, OFTEN = 3, 5, 15
LARGE = ("10000000", "5", "2.6")
COMMAND = [sys.executable, "-m", "deanalysis"]


def compiled(folder: Path, *options: str) -> Path:
    """Compile the reference with -O3."""
    made = folder / "-".join(["reference", *options])
    subprocess.run(["cc", "-O3", *options, "-o", str(made), str(HERE / "reference.c"), "-lm"], check=True)
    return made


def show(row: str, value: float, *notes: str, unit: str = "s") -> None:
    """Print one row."""
    print(f"{row:<64} {value:10.4g} {unit:<2} {'; '.join(notes)}", flush=True)


# Learning on a random 3-uniform hypergraph with 10^6 vertices (texts) and 0.8 10^6 edges (skills), in memory.


def hypergraph() -> tuple[Graph, Callable[[], Learning]]:
    """Draw it, and return it with what makes a fresh state, in which each text's patience is 1. No edge meets a vertex twice."""
    ensemble = load_model("hypergraph(3)").ensemble.at(d="0.8")
    drawn, _ = sample_graph(ensemble, 800_000, new_streams(1, (), 3), np.random.default_rng(1))
    ends = np.empty(drawn.edges, dtype=np.uint32)
    edges_of(drawn, np.arange(drawn.edges), drawn.edges, ends)
    triples = np.sort(ends.reshape(-1, 3), axis=1)
    triples = triples[(triples[:, 0] != triples[:, 1]) & (triples[:, 1] != triples[:, 2])]
    graph = drawn._replace(start=np.arange(0, triples.size + 1, 3).astype(np.uint32), ends=triples.ravel())
    state = begin(graph, np.array([0] + [1] * graph.skills, dtype=np.uint8))
    state.words[:] -= ONE
    return graph, lambda: Learning(state.words.copy(), state.novel.copy(), np.empty_like(state.order))


def by_kernel(graph: Graph, state: Learning) -> int:
    """The simulator's loop."""
    return int(learn(graph, NO_ROWS, state)[-1])


def by_c(library: ctypes.CDLL) -> Callable[[Graph, Learning], int]:
    """The C reference, on the same arrays."""
    library.peel.restype = ctypes.c_int64

    def peel(graph: Graph, state: Learning) -> int:
        arrays = (graph.start, graph.ends, state.words, state.novel)
        return int(library.peel(ctypes.c_int64(graph.texts), *(array.ctypes.data_as(ctypes.c_void_p) for array in arrays)))

    return peel


def by_numpy(graph: Graph, state: Learning) -> int:
    """Round by round, with whole-array operations only."""
    words, novel, degrees, learned = state.words, state.novel.astype(bool), np.diff(graph.start.astype(np.int64)), 0
    while True:
        skills = np.unique(words[words >> 32 == 0])
        skills = skills[novel[skills]]
        if not len(skills):
            return learned
        novel[skills] = False
        learned += len(skills)
        counts = degrees[skills - 1]
        edges = np.repeat(graph.start[skills - 1] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts) + np.arange(counts.sum())
        texts, taken = graph.ends[edges], np.repeat(skills, counts)
        np.subtract.at(words, texts, ONE)
        np.bitwise_xor.at(words, texts, taken)


def by_neighbours(neighbours: Callable[[int], Iterable[int]], texts: int, nodes: int) -> int:
    """A loop in Python that holds nothing but the library's graph and what is novel; texts come first, then skills."""
    novel, ready = set(range(texts, nodes)), list(range(texts))
    while ready:
        left = [skill for skill in neighbours(ready.pop()) if skill in novel]
        if len(left) == 1:
            novel.remove(left[0])
            ready.extend(neighbours(left[0]))
    return nodes - texts - len(novel)


def by_counters(neighbours: Callable[[int], Iterable[int]], texts: int, nodes: int) -> int:
    """The same with a counter for each text in a list beside the graph."""
    left = [len(list(neighbours(text))) for text in range(texts)]
    novel, ready = set(range(texts, nodes)), [text for text in range(texts) if left[text] == 1]
    while ready:
        text = ready.pop()
        for skill in neighbours(text) if left[text] == 1 else ():
            if skill in novel:
                novel.remove(skill)
                for other in neighbours(skill):
                    left[other] -= 1
                    if left[other] == 1:
                        ready.append(other)
    return nodes - texts - len(novel)


def neighbours_of(name: str, graph: Graph) -> Callable[[int], Iterable[int]]:
    """Build igraph's or networkx's graph; return its `neighbors`."""
    library = import_module(name)
    nodes = graph.texts + graph.skills
    pairs = list(zip(graph.ends.tolist(), (graph.texts + np.repeat(np.arange(graph.skills), 3)).tolist(), strict=True))
    made = library.Graph(n=nodes, edges=pairs) if name == "igraph" else library.empty_graph(nodes)
    if name == "networkx":
        made.add_edges_from(pairs)
    neighbours: Callable[[int], Iterable[int]] = made.neighbors
    return neighbours


def learning(folder: Path) -> None:
    """Time the kernel and each of the others on fresh copies of the same arrays, in turn; the slow ones once."""
    graph, fresh = hypergraph()
    peers: dict[str, Callable[[Graph, Learning], int]] = {"kernel": by_kernel}
    peers["C, the same arrays"] = by_c(ctypes.CDLL(str(compiled(folder, "-shared", "-fPIC"))))
    peers["whole-array NumPy"] = by_numpy
    taken: dict[str, list[float]] = {name: [] for name in peers}
    results = {by_kernel(graph, fresh())}
    for _ in range(OFTEN):
        for name, peel in peers.items():
            state = fresh()
            started = perf_counter()
            results.add(peel(graph, state))
            taken[name].append(perf_counter() - started)
    for name in ("igraph", "networkx"):
        neighbours = neighbours_of(name, graph)
        for how, loop in (("", by_neighbours), (", counters beside it", by_counters)):
            started = perf_counter()
            results.add(loop(neighbours, graph.texts, graph.texts + graph.skills))
            taken[f"{name}{how}"] = [perf_counter() - started]
    assert len(results) == 1, results
    ours = median(taken["kernel"])
    for name, times in taken.items():
        show(f"learning, hypergraph of 10^6 vertices: {name}", median(times), f"{median(times) / ours:.3g} x the kernel")


# Whole graphs of the paper's model.


def simulated(skills: str, mean: str, ratio: str, *options: str) -> dict[str, float]:
    """Run `deanalysis simulate` as a process of its own; return what it says, and how long it took altogether."""
    started = perf_counter()
    command = [
        *COMMAND,
        "simulate",
        "paper",
        "--set",
        f"c={mean}",
        "--set",
        f"R={ratio}",
        "--size",
        skills,
        "--seed",
        "1",
        "--json",
        *options,
    ]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said | {"process": perf_counter() - started}


def in_c(program: Path, *arguments: str) -> dict[str, float]:
    """Run the C program; return what it says."""
    return json.loads(subprocess.run([str(program), *arguments], check=True, capture_output=True, text=True).stdout)


def sampling(folder: Path) -> None:
    """Time sampling and learning with 10^7 skills, c = 5, R = 2.6, beside the C program, in turn."""
    program = compiled(folder)
    simulated("1000", *LARGE[1:], "--replicates", "1", "--workers", "1")
    pairs = [(simulated(*LARGE, "--replicates", "1", "--workers", "1"), in_c(program, *LARGE, str(seed))) for seed in range(TIMES)]
    ours, theirs = (median(pair[index]["seconds"] for pair in pairs) for index in (0, 1))
    parts = (median(pair[1][part] for pair in pairs) for part in ("sampling", "building", "learning"))
    memory = max(pair[0]["peak_bytes"] / pair[0]["edges"] for pair in pairs)
    show("10^7 skills, c = 5, R = 2.6: C", theirs, "sampling, building, learning {:.3g}, {:.3g}, {:.3g} s".format(*parts))
    ratio = median(one["seconds"] / other["seconds"] for one, other in pairs)
    show("10^7 skills, c = 5, R = 2.6: simulate", ours, f"{ratio:.3g} x C, pair by pair", f"{memory:.3g} bytes an edge, whole process")
    show("the whole process", median(pair[0]["process"] for pair in pairs))


def two_workers(folder: Path) -> None:
    """Compare the speed-up of two workers on six graphs with that of two copies of the C program, in turn."""
    program, gains = compiled(folder), []
    for seed in range(FEW):
        alone = elapsed(lambda seed=seed: in_c(program, *LARGE, str(seed)))
        with ThreadPoolExecutor(2) as pool:
            both = elapsed(
                lambda pool=pool, seed=seed: list(pool.map(lambda number: in_c(program, *LARGE, str(number)), (seed, seed + 100)))
            )
        one, two = (simulated(*LARGE, "--replicates", "6", "--workers", workers)["process"] for workers in "12")
        gains.append((one / two, 2 * alone / both))
    ours, theirs = (median(gain[index] for gain in gains) for index in (0, 1))
    ratio = median(one / other for one, other in gains)
    show("two workers: speed-up", ours, f"two copies of C: {theirs:.3g}", f"ratio {ratio:.3g}, pair by pair", unit="x")


def chains(folder: Path) -> None:
    """Time 50 topics of 10^5 skills beside as many skills of one topic, and attempts to build a fuse filter, on one worker."""
    for model, letters in (("paper", ["c=5", "R=0.6"]), ("ldpc(3,6)", ["eps=0.48"])):
        values = [option for letter in letters for option in ("--set", letter)]
        sizes = ((model, "5000000"), (f"chain({model}, 50, 3)", "100000"))
        rows = [[drawn(stated, *values, "--size", size) for _ in range(TIMES)] for stated, size in sizes]
        alone, coupled = (median(row["seconds"] / row["edges"] for row in many) for many in rows)
        show(f"{model}: 50 topics of 10^5 skills in a chain", 1e9 * coupled, f"{coupled / alone:.3g} x one topic", unit="ns an edge")
    said = drawn("fuse(3, 12)", "--items", "11400", "--cells", "1024", "--replicates", "2000")
    show(
        "an attempt to build fuse(3, 12) of 11,400 items",
        1e3 * said["seconds"] / 2000,
        f"{said['complete']['mean']:.3g} succeed",
        unit="ms",
    )


def drawn(model: str, *options: str) -> dict[str, Any]:
    """Run `deanalysis simulate` on one worker as a process of its own; return what it says."""
    command = [*COMMAND, "simulate", model, "--replicates", "1", "--workers", "1", "--seed", "1", "--json", *options]
    answer: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer


def elapsed(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    started = perf_counter()
    work()
    return perf_counter() - started


def largest(folder: Path) -> None:
    """Time 10^8 skills, c = 3, R = 1.1."""
    said = simulated("100000000", "3", "1.1", "--replicates", "1", "--workers", "1")
    show("10^8 skills, c = 3, R = 1.1", said["seconds"], f"whole process {said['process']:.3g} s", f"{said['peak_bytes'] / 1e9:.3g} GB")


def sweep(folder: Path) -> None:
    """Time a sweep of 21 points x 20 graphs of 10^5 skills with its figure against theory, as a process."""
    command = [
        *COMMAND,
        "validate",
        "paper",
        "--set",
        "c=5",
        "--sweep",
        "R=2:3:21",
        "--size",
        "100000",
        "--replicates",
        "20",
        "--seed",
        "1",
    ]
    started = perf_counter()
    subprocess.run([*command, "-o", str(folder / "sweep.svg")], check=True, capture_output=True)
    show("validate: 21 points x 20 graphs of 10^5 skills, figure", perf_counter() - started)


def components(folder: Path) -> None:
    """Time components, degrees and triangles beside learning on the same graph of 10^6 skills, and SciPy's components on its edges."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    for c, ratio in (("1", "1.5"), ("3", "0.9"), ("3", "1.2"), ("5", "2.6")):
        ensemble = load_model("paper").ensemble.at(c=c, R=ratio)
        graph, _ = sample_graph(ensemble, 1_000_000, new_streams(1, (), 3), np.random.default_rng(1))
        times: dict[str, list[float]] = {"learning": [], "components": [], "with degrees and triangles": []}
        for _ in range(OFTEN):
            started = perf_counter()
            state = begin(graph, np.array([0] + [1] * graph.skills, dtype=np.uint8))
            state.words[:] -= ONE
            learn(graph, NO_ROWS, state)
            learned = perf_counter()
            vertices = 1 - state.novel
            vertices[0] = 0
            order = np.flatnonzero(vertices).astype(np.uint32)
            joined(graph, order)
            found = perf_counter()
            counts = inside.count_components(graph, vertices, state.words, understood=False)
            for row, time in zip(times, (learned - started, found - learned, perf_counter() - found), strict=True):
                times[row].append(time)
        took = {row: median(many[1:]) for row, many in times.items()}
        ends = np.empty(graph.edges, dtype=np.uint32)
        edges_of(graph, np.arange(graph.edges), graph.edges, ends)
        skills = np.repeat(np.arange(1, graph.skills + 1), np.diff(graph.start))
        kept = vertices[skills] == 1
        nodes = len(vertices) + graph.texts
        matrix = coo_array(
            (np.ones(kept.sum(), dtype=np.int8), (skills[kept], len(vertices) + ends[kept].astype(np.int64))), (nodes, nodes)
        ).tocsr()
        by_scipy = elapsed(lambda matrix=matrix: connected_components(matrix, directed=False))
        where = f"c = {c}, R = {ratio}, {counts.kept} vertices"
        show(f"learning, {where}", took["learning"])
        for row in ("components", "with degrees and triangles"):
            show(f"  {row}", took[row], f"{took[row] / took['learning']:.2f} x learning")
        show("  SciPy, from a matrix that is there", by_scipy, f"{by_scipy / took['components']:.1f} x components")


def matchings(folder: Path) -> None:
    """Time drawing graphs of 10^6 skills and looking up their edges, by how edge ends are matched."""
    for texts, skills in (("poisson(6)", "regular(3)"), ("poisson(5)", "poisson(13)"), ("regular(6)", "regular(3)")):
        for matching in ("repeated", "distinct", "parts"):
            if matching == "parts" and (texts, skills) != ("poisson(6)", "regular(3)"):
                continue
            ensemble, times = load_model(texts=texts, skills=skills, matching=matching).ensemble, []
            for number in range(OFTEN):
                started = perf_counter()
                graph, _ = sample_graph(ensemble, 1_000_000, new_streams(number, (), 3), np.random.default_rng(number))
                edges_of(graph, np.arange(graph.edges), graph.edges, np.empty(graph.edges, dtype=np.uint32))
                times.append((perf_counter() - started) / graph.edges)
            show(f"texts {texts}, skills {skills}, {matching}", 1e9 * median(times[1:]), unit="ns an edge")


def elimination(folder: Path) -> None:
    """Time what all texts together determine, beside peeling, at and next to the potential threshold of the paper's model."""
    for skills, R in ((10_000, "0.5"), (10_000, "1"), (10_000, "1.1"), (10_000, "2.4"), (100_000, "1")):
        ensemble, times = load_model("paper").ensemble.at(c=5, R=R), []
        for number in range(TIMES if skills < 100_000 else 1):
            graph, _ = sample_graph(ensemble, skills, new_streams(number, (), 3), np.random.default_rng(number))
            novel = np.array([0] + [1] * skills, dtype=np.uint8)
            started = perf_counter()
            state = begin(graph, novel.copy())
            state.words[:] -= ONE
            learn(graph, NO_ROWS, state)
            peeled = perf_counter()
            undetermined(graph, novel)
            times.append((perf_counter() - peeled, peeled - started))
        seconds, peeling = (median(column) for column in zip(*times[-(TIMES - 1) :], strict=True))
        show(f"elimination, {skills} skills, c = 5, R = {R}", seconds, f"{seconds / peeling:.3g} x peeling")


def joined(graph: Graph, order: np.ndarray) -> None:
    """Find the components alone."""
    parent = np.arange(graph.skills + 2).astype(np.uint32)
    member, members = np.zeros(graph.texts, dtype=np.uint32), np.zeros(graph.texts, dtype=np.uint32)
    inside._join(graph, order, parent, member, members)
    inside._sizes(order, parent)


ROWS = {
    "chains": chains,
    "components": components,
    "elimination": elimination,
    "learning": learning,
    "matchings": matchings,
    "sampling": sampling,
    "two_workers": two_workers,
    "largest": largest,
    "sweep": sweep,
}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for row in sys.argv[1:] or ROWS:
            ROWS[row](Path(place))
