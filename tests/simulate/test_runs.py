"""Sampling and statistics: right laws, the same result on any number of workers, and honest intervals."""

import csv
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from scipy.stats import chisquare

from deanalysis import Ensemble, InputError, PoissonLearner, SkillLearner, TrialStats, load_model, parse_law, simulate
from deanalysis.simulate.graphs import sample_graph
from deanalysis.simulate.runs import COLUMNS
from deanalysis.simulate.sampling import sample_degrees, sample_popularity
from deanalysis.simulate.statistics import Moments

LAWS = ["poisson(3)", "regular(4)", "binomial(6, 0.3)", "geometric(1.5)", "negative_binomial(2, 0.8)", "zipf(2.2, 1, 12)",
        "polynomial(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "mixture(0.3: poisson(2), 0.7: regular(3))"]  # fmt: skip


def fits(degrees: np.ndarray, law_text: str) -> float:
    """Return the p-value of a chi-square test of degrees against the law."""
    law = parse_law(law_text)
    most = int(degrees.max()) + 1
    expected = np.array([float(law.pmf(k)) for k in range(most)]) * len(degrees)
    observed = np.bincount(degrees, minlength=most).astype(float)
    big = expected >= 5
    if big.sum() == 1:
        return float(observed[big][0] == len(degrees))
    expected, observed = np.append(expected[big], len(degrees) - expected[big].sum()), np.append(observed[big], observed[~big].sum())
    if expected[-1] < 1:
        expected, observed = expected[:-1], observed[:-1]
    return float(chisquare(observed, expected * observed.sum() / expected.sum()).pvalue)


@pytest.mark.parametrize("law", LAWS)
def test_degrees_follow_their_law(law: str) -> None:
    degrees = sample_degrees(parse_law(law), np.random.default_rng(5), 100_000)
    assert fits(degrees, law) > 1e-4


def test_the_test_of_a_law_can_fail() -> None:
    assert fits(sample_degrees(parse_law("poisson(3)"), np.random.default_rng(5), 100_000), "poisson(3.05)") < 1e-4


@pytest.mark.parametrize("law", [law for law in LAWS if parse_law(law).is_mixed_poisson])
def test_popularity_has_mean_one_and_thins_to_the_law(law: str) -> None:
    rng = np.random.default_rng(6)
    weights = sample_popularity(parse_law(law), rng, 100_000)
    degrees = rng.poisson(float(parse_law(law).mean) * (np.ones(100_000) if weights is None else weights))
    assert fits(degrees, law) > 1e-4


@pytest.mark.parametrize(("texts", "skills"), [("poisson(3)", "poisson(4)"), ("regular(4)", "negative_binomial(5, 0.8)"),
                                               ("poisson(3)", "polynomial(0.5*x^2+0.5*x^6)"), ("regular(6)", "regular(3)"),
                                               ("binomial(8, 0.5)", "zipf(2, 1, 9)")])  # fmt: skip
def test_a_graph_has_the_degrees_of_its_ensemble(texts: str, skills: str) -> None:
    ensemble = Ensemble(parse_law(texts), parse_law(skills))
    graph = sample_graph(ensemble, 60_000, np.random.default_rng(7))
    assert fits(np.diff(graph.skill_start), skills) > 1e-4
    assert fits(np.diff(graph.text_start)[:-1], texts) > 1e-4
    assert graph.texts == pytest.approx(60_000 * float(ensemble.ratio), rel=0.03)
    pairs = np.repeat(np.arange(graph.texts), np.diff(graph.text_start)), graph.text_skills
    back = graph.skill_texts, np.repeat(np.arange(graph.skills), np.diff(graph.skill_start))
    assert np.array_equal(np.sort(pairs[0] * 60_000 + pairs[1]), np.sort(back[0] * np.int64(60_000) + back[1]))


def test_the_number_of_workers_does_not_matter() -> None:
    model = load_model("paper", learner="success:exp(-x/2)")
    runs = [
        simulate(model.ensemble.at(c=4, R=1), model.learner, skills=5_000, replicates=5, seed=3, workers=workers) for workers in (1, 2, 3)
    ]
    for run in runs[1:]:
        assert (run.zeta, run.testing_error, run.training_error) == (runs[0].zeta, runs[0].testing_error, runs[0].training_error)
    other = simulate(model.ensemble.at(c=4, R=1), model.learner, skills=5_000, replicates=5, seed=4, workers=1)
    assert other.zeta != runs[0].zeta


def test_statistics_merge_and_read_back() -> None:
    model = load_model("paper")
    run = simulate(model.ensemble.at(c=3, R=1), model.learner, skills=2_000, replicates=4, seed=3, workers=1)
    assert TrialStats.from_dict(run.to_dict()) == run
    assert (run + run).replicates == 8
    assert (run + run).zeta.mean == pytest.approx(run.zeta.mean)


def test_intervals_cover() -> None:
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(400):
        moments = [Moments.of(value, 1000) for value in rng.normal(0.5, 0.05, 6)]
        low, _, high = sum(moments[1:], moments[0]).estimate()
        inside += low <= 0.5 <= high
    assert 0.92 < inside / 400 < 0.98


def test_one_graph_tells_nothing_of_the_spread() -> None:
    assert Moments.of(0.5, 1000).estimate() == (0.0, 0.5, 1.0)


def test_no_event_is_no_certainty() -> None:
    _, best, high = sum([Moments.of(0.0, 1000)] * 7, Moments.of(0.0, 1000)).estimate()
    assert best == 0
    assert 2 / 8000 < high < 5 / 8000


def test_rows_are_kept_when_the_process_is_killed(tmp_path) -> None:
    path = tmp_path / "runs.csv"
    command = [sys.executable, "-m", "deanalysis", "simulate", "paper", "--set", "c=5", "--set", "R=2", "--size", "50000"]
    command += ["--replicates", "5000", "--seed", "1", "--workers", "1", "--output", str(path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(600):
            time.sleep(0.1)
            if path.exists() and path.read_text().count("\n") > 4:
                break
        os.kill(process.pid, signal.SIGKILL)
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == COLUMNS
    assert [row[3] for row in rows[:4]] == ["0", "1", "2", "3"]
    assert all(len(row) == len(COLUMNS) for row in rows[:-1])


def test_an_unfinished_row_is_not_appended_to(tmp_path) -> None:
    path = tmp_path / "runs.csv"
    ensemble = Ensemble(parse_law("poisson(3)"), parse_law("poisson(3)"))
    simulate(ensemble, SkillLearner(1), skills=100, replicates=2, seed=1, workers=1, output=path)
    assert path.read_text().count("\n") == 3
    cut = path.read_text()[:-9]
    path.write_text(cut)
    with pytest.raises(InputError, match="unfinished row"):
        simulate(ensemble, SkillLearner(1), skills=100, replicates=1, seed=2, workers=1, output=path)
    assert path.read_text() == cut


def test_errors_travel_from_workers() -> None:
    with pytest.raises(InputError, match="without an edge"):
        simulate(Ensemble(parse_law("regular(2)"), parse_law("polynomial(0.9+0.1*x)")), SkillLearner(1), skills=20, replicates=40, seed=0)


def test_a_foreign_results_file_is_left_alone(tmp_path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="--output"):
        simulate(Ensemble(parse_law("poisson(3)"), parse_law("poisson(3)")), SkillLearner(1), skills=100, replicates=1, seed=1, output=path)
    assert path.read_text() == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("options", "culprit"),
    [({"skills": 0}, "--size"), ({"skills": 1.5}, "--size"), ({"skills": 10**9}, "--size"), ({"replicates": 0}, "--replicates"),
     ({"seed": -1}, "--seed"), ({"workers": 0}, "--workers"), ({"skills": True}, "--size")],
)  # fmt: skip
def test_bad_options(options: dict[str, object], culprit: str) -> None:
    good = {"skills": 100, "replicates": 2, "seed": 1, "workers": 1}
    ensemble = Ensemble(parse_law("poisson(30)"), parse_law("poisson(30)"))
    with pytest.raises(InputError, match=culprit):
        simulate(ensemble, PoissonLearner("exp(-x/2)"), **{**good, **options})


def test_free_letters_are_named() -> None:
    model = load_model("paper")
    with pytest.raises(InputError, match="R, c is free"):
        simulate(model.ensemble, model.learner, skills=100, replicates=1, seed=1)
