"""Random erasures on graphs, beside all patterns that there are, and beside the simulator of the ensemble."""

import os
import signal
import subprocess
import sys
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

import deanalysis as da
from deanalysis.errors import InputError
from deanalysis.graphs.erasures import Erasures, erasures
from deanalysis.graphs.graph import Graph

HAMMING = Graph.from_edges([(text, skill) for text, skills in enumerate(("1357", "2367", "4567")) for skill in skills])
"""The parity checks of the Hamming code of 7 bits."""
RUN = {"replicates": 8_000, "seed": 5, "workers": 1}


def enumerated(graph: Graph, chance: float, s: int = 1, always: str = "", never: str = "") -> tuple[float, float, float]:
    """Return the exact mean of decoded, zeta and training error, over all patterns of erasures."""
    texts = [set(graph.skills_of(text)) for text in graph.text_names]
    sums = np.zeros(3)
    for pattern in product((False, True), repeat=graph.skills):
        left = {
            skill for skill, erased in zip(graph.skill_names, pattern, strict=True) if (erased or skill in always) and skill not in never
        }
        while taught := set().union(*(text & left for text in texts if 0 < len(text & left) <= s)):
            left -= taught
        weight = chance ** sum(pattern) * (1 - chance) ** (graph.skills - sum(pattern))
        sums += weight * np.array([not left, len(left) / graph.skills, np.mean([bool(text & left) for text in texts])])
    return tuple(sums.tolist())


@pytest.mark.parametrize(
    ("chance", "s", "always", "never"), [(0.3, 1, "", ""), (0.5, 2, "", ""), (0.2, 1, "7", ""), (0.6, 1, "", "12"), (0.5, 1, "6", "35")]
)
def test_shares_are_those_of_all_patterns(chance: float, s: int, always: str, never: str) -> None:
    run = erasures(HAMMING, da.SkillLearner(s), unknown=chance, punctured=[*always], known=[*never], **RUN)
    decoded, zeta, training_error = enumerated(HAMMING, chance, s, always, never)
    deviation = (decoded * (1 - decoded) / RUN["replicates"]) ** 0.5
    assert abs(run.decoded.best - decoded) < 4 * deviation
    assert abs(run.decoded.best - enumerated(HAMMING, 1.15 * chance, s, always, never)[0]) > 4 * deviation
    for name, exact in (("zeta", zeta), ("training_error", training_error)):
        assert abs(run.stats.quantities[name].mean - exact) < 4 * run.stats.quantities[name].standard_error
    left = run.left_given_stuck
    assert abs(left.best - zeta / (1 - decoded)) < left.high - left.low
    assert left.best == pytest.approx(run.zeta.best / (1 - run.decoded.best))


def test_it_is_the_ensemble_s_simulation_where_graphs_are_typical() -> None:
    """Regular graphs of degrees 3 and 6, below and above the emergence threshold 0.4294; another probability is rejected."""
    model = da.load_model("ldpc(3,6)")
    graph = Graph.with_degrees([6] * 2000, [3] * 4000, seed=1)
    for chance, other in (("0.40", "0.38"), ("0.46", "0.47")):
        own = erasures(graph, unknown=chance, replicates=60, seed=1, workers=1).stats.training_error
        theirs, wrong = (
            da.simulate(model.ensemble.at(eps=value), model.learner, skills=4000, replicates=60, seed=1, workers=1).training_error
            for value in (chance, other)
        )
        if chance == "0.46":
            assert abs(own.mean - theirs.mean) < 4 * np.hypot(own.standard_error, theirs.standard_error)
            assert abs(own.mean - wrong.mean) > 4 * np.hypot(own.standard_error, wrong.standard_error)
    assert erasures(graph, unknown="0.38", replicates=60, seed=1, workers=1).decoded.low > 0.5
    assert erasures(graph, unknown="0.46", replicates=60, seed=1, workers=1).decoded.high < 0.1


def small_stuck_sets(graph: Graph) -> dict[int, int]:
    """Count the sets of two and of three skills of which no text has just one, the minimal ones."""
    has = np.zeros((graph.texts, graph.skills), dtype=np.int8)
    has[graph.text_of, graph.required] = 1
    twins = {(i, j) for i, j in combinations(range(graph.skills), 2) if np.array_equal(has[:, i], has[:, j])}
    triples = set()
    for i, j in combinations(range(graph.skills), 2):
        third = np.flatnonzero(~np.any((has[:, [i]] + has[:, [j]] + has) == 1, axis=0))
        triples |= {(i, j, int(k)) for k in third if k > j and not twins & {(i, j), (i, int(k)), (j, int(k))}}
    return {2: len(twins), 3: len(triples)}


@pytest.mark.parametrize("seed", range(4))
def test_far_below_the_threshold_small_stuck_sets_are_what_is_left(seed: int) -> None:
    """(3,6), n = 120: the chance of being stuck is at most the sum of eps^k over stuck sets of k skills, and not far below it."""
    graph = Graph.with_degrees([6] * 60, [3] * 120, seed=seed)
    run = erasures(graph, unknown="0.1", replicates=4000, seed=seed, workers=1)
    expected = sum(count * 0.1**size for size, count in small_stuck_sets(graph).items())
    deviation = (max(expected, 1 / 4000) / 4000) ** 0.5
    assert abs(1 - run.decoded.best - expected) < 4 * deviation + 0.05 * expected


def test_the_numbers_do_not_depend_on_workers_or_batches() -> None:
    runs = [erasures(HAMMING, unknown=[0.3, 0.5], replicates=40, seed=3, workers=w, batch=b) for w, b in ((1, None), (2, 3), (1, 7))]
    first, *others = [[without_seconds(each) for each in run] for run in runs]
    assert all(other == first for other in others)


def without_seconds(run: Erasures) -> dict[str, object]:
    return {name: value for name, value in run.to_dict().items() if not name.endswith(("seconds", "second"))}


def test_a_list_is_a_sweep_of_its_points_and_points_are_independent() -> None:
    sweep = erasures(HAMMING, unknown=["1/4", 0.5], replicates=50, seed=3, workers=1)
    assert [each.unknown for each in sweep] == [0.25, 0.5]
    for each, chance in zip(sweep, (0.25, "0.5"), strict=True):
        assert without_seconds(each) == without_seconds(erasures(HAMMING, unknown=chance, replicates=50, seed=3, workers=1))
    assert sweep.table().rows[0][0] == 0.25
    (only,) = erasures(HAMMING, unknown=np.array([0.5]), replicates=8, seed=3, workers=1)
    assert only.replicates == 8


def test_sure_cases() -> None:
    none = erasures(HAMMING, unknown=0, replicates=9, seed=1, workers=1)
    assert (none.decoded.best, none.zeta.best, none.left_given_stuck, none.rounds) == (1.0, 0.0, None, 0)
    everything = erasures(HAMMING, unknown=1, replicates=9, seed=1, workers=1)
    assert (everything.decoded.best, everything.zeta.best, everything.left_given_stuck.best) == (0.0, 1.0, 1.0)
    assert everything.training_error.best == 1.0
    assert erasures(HAMMING, unknown=1, known=HAMMING.skill_names, replicates=9, seed=1, workers=1).decoded.best == 1.0


def test_it_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    file, whole = tmp_path / "half.csv", tmp_path / "whole.csv"
    erasures(HAMMING, unknown=[0.3, 0.5], replicates=10, seed=3, workers=1, output=file)
    lines = file.read_text().splitlines()
    assert len(lines) == 21
    counted: list[tuple[int, int]] = []
    again = erasures(HAMMING, unknown=[0.3, 0.5], replicates=25, workers=1, output=file, progress=lambda *at: counted.append(at))
    assert counted[0] == (20, 50)
    assert file.read_text().splitlines()[:21] == lines
    at_once = erasures(HAMMING, unknown=[0.3, 0.5], replicates=25, seed=3, workers=1, output=whole)
    assert [without_seconds(each) for each in again] == [without_seconds(each) for each in at_once]
    file.write_text(file.read_text() + file.read_text())
    twice = erasures(HAMMING, unknown=[0.3, 0.5], replicates=25, workers=1, output=file)
    assert [without_seconds(each) for each in twice] == [without_seconds(each) for each in at_once]


SCRIPT = """
import sys
from deanalysis.graphs.erasures import erasures
from deanalysis.graphs.graph import Graph
graph = Graph.with_degrees([6] * 2000, [3] * 4000, seed=1)
if __name__ == "__main__":
    erasures(graph, unknown="0.42", replicates=100_000, seed=2, workers=2, batch=1, output=sys.argv[1])
"""


def test_it_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    script, file = tmp_path / "script.py", tmp_path / "rows.csv"
    script.write_text(SCRIPT)
    process = subprocess.Popen([sys.executable, script, file])
    while not file.exists() or len(file.read_bytes().splitlines()) < 20:
        assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    rows = file.read_bytes()
    file.write_bytes(rows[: rows.rindex(b"\n") + 1])
    count = len(rows.splitlines())
    graph = Graph.with_degrees([6] * 2000, [3] * 4000, seed=1)
    counted: list[tuple[int, int]] = []
    run = erasures(graph, unknown="0.42", replicates=count + 5, seed=2, workers=1, output=file, progress=lambda *at: counted.append(at))
    assert counted[0][0] > 10
    assert without_seconds(run) == without_seconds(erasures(graph, unknown="0.42", replicates=count + 5, seed=2, workers=1))


@pytest.mark.parametrize(
    "other",
    [
        {"graph": Graph.from_edges([*HAMMING.to_edges(), (0, "2")])},
        {"graph": HAMMING.rewired(seed=4)},
        {"learner": da.SkillLearner(2)},
        {"punctured": ["7"]},
        {"known": ["1"]},
    ],
)
def test_a_file_of_another_graph_or_learner_is_refused(other: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    stated = {"unknown": 0.5, "replicates": 2, "seed": 1, "workers": 1, "output": file}
    erasures(HAMMING, **stated)
    with pytest.raises(InputError, match="holds another model in line 2"):
        erasures(**({"graph": HAMMING} | stated | other))


def test_until_and_the_result_as_written() -> None:
    run = erasures(HAMMING, unknown=0.5, replicates=100_000, seed=1, workers=1, until={"decoded": 0.05})
    assert 50 < run.replicates < 1000
    assert Erasures.from_dict(run.to_dict()) == run
    assert set(run.to_dict()["decoded"]) == {"mean", "low", "high"}
    assert "of 0.5 of 7 skills: decoded 0." in repr(run)
    assert "testing_error" not in run.stats.quantities


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unknown": 1.5}, "unknown must lie in"),
        ({"unknown": "p"}, "unknown"),
        ({"unknown": []}, "a probability, or a list"),
        ({"unknown": 0.5, "punctured": ["nine"]}, "punctured must name skills of the graph"),
        ({"unknown": 0.5, "punctured": ["1"], "known": ["1"]}, "must not name what is punctured"),
        ({"unknown": 0.5, "punctured": "12"}, "punctured must be a list of names"),
        ({"unknown": 0.5, "replicates": 0}, "replicates must be a whole number"),
        ({"unknown": 0.5, "until": {"testing_error": 0.1}}, "must name one of"),
        ({"unknown": 0.5, "learner": da.PoissonLearner(da.x * da.c)}, "letter"),
    ],
)
def test_what_cannot_be_is_said(options: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        erasures(HAMMING, **options)


def test_more_workers_than_there_is_memory_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deanalysis.graphs.erasures.available_bytes", lambda: 6e8)
    with pytest.raises(InputError, match=r"workers need about .* 2 would fit"):
        erasures(HAMMING, unknown=0.5, workers=4)
