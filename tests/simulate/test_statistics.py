"""Honest intervals, sums that merge, and distributions that are told to be bimodal only where they are."""

import numpy as np
import pytest
from scipy.stats import binomtest

from deanalysis import DensityEvolution, TrialStats, load_model, simulate, sweep
from deanalysis.simulate.estimates import Distribution, Estimate, Moments, wilson

PAPER = load_model("paper")


def test_statistics_merge_and_read_back() -> None:
    options = {"skills": 2_000, "seed": 3, "workers": 1, "rounds": 4}
    run = simulate(PAPER.ensemble.at(c=3, R=1), PAPER.learner, replicates=4, **options)
    assert TrialStats.from_dict(run.to_dict()) == run
    assert (run + run).replicates == 8
    assert (run + run).zeta.mean == pytest.approx(run.zeta.mean)
    assert (run + run).distribution.graphs == 8
    assert len((run + run).trajectory) == 4
    with pytest.raises(ValueError, match="can be merged"):
        run + simulate(PAPER.ensemble.at(c=3, R=1), PAPER.learner, replicates=4, **{**options, "seed": 4})


def test_intervals_cover() -> None:
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(400):
        moments = [Moments.of(value, 1000) for value in rng.normal(0.5, 0.05, 6)]
        low, _, high = sum(moments[1:], moments[0]).estimate()
        inside += low <= 0.5 <= high
    assert 0.92 < inside / 400 < 0.98


def test_intervals_of_simulations_cover() -> None:
    """Of 200 runs of 6 graphs, about 95 % have an interval that holds the theory's zeta, at n = 20000 where nothing jumps."""
    zeta = float(DensityEvolution(PAPER.ensemble, PAPER.learner).fixed_point(c=2, R=1).zeta)
    runs = [simulate(PAPER.ensemble.at(c=2, R=1), PAPER.learner, skills=20_000, replicates=6, seed=seed, workers=1) for seed in range(200)]
    inside = sum(run.zeta.estimate().low <= zeta <= run.zeta.estimate().high for run in runs)
    assert 0.90 <= inside / 200 <= 0.99


def test_one_graph_tells_nothing_of_the_spread() -> None:
    assert Moments.of(0.5, 1000).estimate() == Estimate(0.0, 0.5, 1.0)


def test_no_event_is_no_certainty() -> None:
    _, best, high = sum([Moments.of(0.0, 1000)] * 7, Moments.of(0.0, 1000)).estimate()
    assert best == 0
    assert 2 / 8000 < high < 5 / 8000


@pytest.mark.parametrize(("events", "count"), [(0, 20), (20, 20), (3, 20), (50, 100), (1, 1)])
def test_wilson_is_scipy_s(events: int, count: int) -> None:
    expected = binomtest(events, count).proportion_ci(method="wilson")
    low, best, high = wilson(events, count)
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert best == events / count


def of_values(values: np.ndarray) -> Distribution:
    first, *others = map(Distribution.of, values)
    return sum(others, first)


@pytest.mark.parametrize("graphs", [8, 12, 20, 100])
def test_one_group_is_seldom_taken_for_two(graphs: int) -> None:
    rng = np.random.default_rng(graphs)
    false_alarms = sum(of_values(rng.normal(0.5, 0.1, graphs).clip(0, 1)).divide() is not None for _ in range(1000))
    assert false_alarms <= 15


def test_two_groups_are_told_apart() -> None:
    values = np.concatenate([np.random.default_rng(1).normal(0.8, 0.03, 30), np.full(10, 0.001)])
    divide = of_values(values).divide()
    assert 0.2 < divide < 0.6
    assert of_values(values).count_below(divide) == 10


def test_the_ends_of_the_unit_interval_have_cells() -> None:
    assert Distribution.of(1.0).counts == ((999, 1),)
    assert Distribution.of(0.0).counts == ((0, 1),)


def test_near_a_threshold_graphs_are_divided_and_elsewhere_they_are_not() -> None:
    """c = 5: the jump is at R* = 2.4565. The fraction that emerged grows across it, from none to all."""
    options = {"skills": 10_000, "replicates": 60, "seed": 2}
    values = ["2.1", "2.42", "2.46", "2.5", "2.7"]
    runs = sweep(PAPER.ensemble, PAPER.learner, [{"c": 5, "R": value} for value in values], **options)
    assert [run.emerged() is not None for run in runs] == [False, True, True, True, False]
    shares = [run.emerged(below=0.4).best for run in runs]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    middle = runs[2].emerged()
    assert middle.low < middle.best < middle.high
    assert runs[2].to_dict()["bimodal"]
    assert runs[2].to_dict()["emerged"]["mean"] == middle.best
    assert "bimodal" in repr(runs[2])
    assert runs[0].to_dict()["emerged"] is None
    gradual = simulate(PAPER.ensemble.at(c=2, R=1), PAPER.learner, **options)
    assert not gradual.to_dict()["bimodal"]
