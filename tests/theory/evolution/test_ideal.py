"""The ideal learner: its state minimises the potential, integrated numerically here; its jumps are the potential thresholds."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from deanalysis import (
    Chain,
    DensityEvolution,
    Ideal,
    InputError,
    Percolation,
    SkillLearner,
    StuckSets,
    floor_law,
    growth_rate,
    load_model,
    simulate,
)
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.model.symbols import q
from deanalysis.theory.evolution.answers import Status

LIVA = "irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)"
PLACES = [
    *[("paper", {"c": "5", "R": R}) for R in ("0.5", "0.99", "1.01", "1.7", "3")],
    *[("ldpc(3,6)", {"eps": eps}) for eps in ("0.42", "0.45", "0.487", "0.49", "0.9")],
    *[("hypergraph(3)", {"d": d}) for d in ("0.8", "0.91", "0.92", "1.2")],
    *[(LIVA, {"G": G}) for G in ("0.88", "0.889", "0.92", "0.94")],
]


def evolution(model: str | None, learner=None, **laws: str) -> DensityEvolution:
    return DensityEvolution(load_model(model, **laws).ensemble, Ideal() if learner is None else learner)


def least(model: str, values: dict[str, str]) -> float:
    """Return the q at which the integral of T'(u)(f(u) - u) from 0 is least, on a fine grid and then between its neighbours."""
    bound = evolution(model).at(**values)
    f, teaching = compile_floats(bound.right_side, q), compile_floats(bound.teaching, q)
    slope = compile_floats(bound.teaching.diff(q), q)
    grid = np.linspace(0, float(bound.ensemble.unknown), 2001)
    steps = [quad(lambda u: float(slope(u) * (f(u) - u)), low, high)[0] for low, high in pairwise(grid)]
    at = int(np.argmin(np.concatenate([[0], np.cumsum(steps)])))
    state = grid[at]
    for _ in range(20_000):
        state = float(f(state))
    assert abs(state - grid[at]) < 3 * grid[1]
    assert 0 <= float(teaching(state)) <= 1
    return state


@pytest.mark.parametrize(("model", "values"), PLACES)
def test_the_state_minimises_the_potential(model: str, values: dict[str, str]) -> None:
    found = evolution(model).fixed_point(**values)
    assert found.status == Status.PROVED
    assert float(found.q) == pytest.approx(least(model, values), abs=1e-9)
    scanned = evolution(model).fixed_point(method="mpmath", **values)
    assert scanned.status == Status.NUMERICAL
    assert str(scanned.zeta) == str(found.zeta)


@pytest.mark.parametrize(("model", "letter", "values"), [("paper", "R", {"c": 5}), ("ldpc(3,6)", "eps", {}), (LIVA, "G", {})])
def test_jumps_are_potential_thresholds(model: str, letter: str, values: dict) -> None:
    found = evolution(model).thresholds(letter, **values)
    by_texts = evolution(model, SkillLearner(1)).thresholds(letter, **values)
    assert list(found) == [threshold for threshold in by_texts if threshold.kind in ("potential", "stability")]
    (jump,) = (threshold for threshold in found if threshold.kind == "potential")
    above = jump.learned_side == "above"
    for side in (-1, 1):
        state = evolution(model).fixed_point(**{letter: f"{float(jump.value) * (1 + side * 1e-4):.10f}"}, **values)
        nearest = jump.lands_on if (side > 0) == above else jump.fixed_point
        assert float(state.q) == pytest.approx(float(nearest), abs=0.003)


def test_where_learning_is_gradual_nothing_jumps() -> None:
    found = evolution("paper").thresholds("R", c=2)
    assert list(found) == []
    assert found.reason == "no potential threshold: the global minimiser moves gradually"
    plain = evolution("paper", SkillLearner(1)).fixed_point(c=2, R="1.5")
    assert str(evolution("paper").fixed_point(c=2, R="1.5").zeta) == str(plain.zeta)


def test_at_a_jump_the_state_is_said_to_be_one_of_two() -> None:
    assert evolution("paper").fixed_point(c=5, R=1, method="balls").status == Status.UNDECIDED
    found = evolution("paper").fixed_point(c=5, R=1)
    assert found.status == Status.NUMERICAL
    assert "at a jump, the larger of two" in found.reason


@pytest.mark.parametrize(
    ("texts", "skills", "zeta"),
    [("regular(4)", "poisson(8)", 1.0), ("regular(3)", "poisson(2)", 1.0), ("regular(3)", "poisson(4)", 0.02175653498808)],
)
def test_texts_that_teach_nothing_one_by_one(texts: str, skills: str, zeta: float) -> None:
    """Of three skills they determine nearly all from the potential threshold on; of four never any, as 1 for all solves all equations."""
    model = evolution(None, texts=texts, skills=skills)
    for method in ("balls", "mpmath"):
        assert float(model.fixed_point(method=method).zeta) == pytest.approx(zeta, abs=1e-12)
    runs = simulate(model.ensemble, Ideal(), skills=3000, replicates=4, seed=1, workers=1)
    assert runs.zeta.mean == pytest.approx(zeta, abs=0.01)


def test_what_is_of_single_texts_refuses_it() -> None:
    paper = evolution("paper")
    refused = [
        lambda: paper.require(zeta="0.1", c=5),
        lambda: paper.scaling("R", c=5),
        lambda: paper.trajectory(3, c=5, R=1),
        lambda: paper.one_pass(c=5, R=1),
        lambda: paper.epochs(2, c=5, R=1),
        lambda: paper.phase_diagram("c", "R", (0, 8), (0, 3)),
        lambda: Percolation(paper).component(c=5, R=1),
        lambda: floor_law(evolution("ldpc(3,6)").ensemble, Ideal()),
        lambda: growth_rate(evolution("ldpc(3,6)").ensemble, Ideal()),
        lambda: StuckSets(evolution("ldpc(3,6)").ensemble.at(eps="0.2"), Ideal(), 60),
        lambda: Chain(paper.ensemble, Ideal(), 5, 3),
    ]
    for call in refused:
        with pytest.raises(InputError, match=r"needs a learner that uses one text at a time, got 'ideal'; take 1-skill$"):
            call()
    with pytest.raises(InputError, match="must be all, potential or stability for the ideal learner, got 'emergence'"):
        paper.thresholds("R", c=5, kind="emergence")
    with pytest.raises(InputError, match=r"^R must be positive"):
        paper.fixed_point(c=5, R=0)
