"""Room for some of the skills, by brute force; the best split of a compute budget, by graphs."""

import itertools

import numpy as np
import pytest
import sympy as sp
from flint import arb

from deanalysis import (
    Capacity,
    DensityEvolution,
    Ensemble,
    InputError,
    Mixture,
    NegativeBinomial,
    Pareto,
    Percolation,
    Poisson,
    R,
    Regular,
    SkillLearner,
    best_ratio,
    best_split,
    first_learned,
    load_model,
    optimize,
    partial_sum,
    simulate,
    validate,
)
from deanalysis.balls.isolation import Isolation
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.model.symbols import q
from deanalysis.theory.evolution.branches.bound_curve import BoundCurve

PAPER = load_model("paper")
EVOLUTION = DensityEvolution(PAPER.ensemble, PAPER.learner)


def peeled(texts: list[np.ndarray], skills: int, blocked: np.ndarray, most: int | None = None) -> np.ndarray:
    """Peel by brute force, in random order; skills that are blocked are never learned, and at most so many are. Return what is novel."""
    novel, by_skill = np.ones(skills, dtype=bool), [[] for _ in range(skills)]
    left = [set(text.tolist()) for text in texts]
    for number, text in enumerate(left):
        for skill in text:
            by_skill[skill].append(number)
    ready, learned = [number for number, text in enumerate(left) if len(text) == 1], 0
    rng = np.random.default_rng(5)
    while ready and (most is None or learned < most):
        place = rng.integers(len(ready))
        ready[place], ready[-1] = ready[-1], ready[place]
        text = ready.pop()
        if len(left[text]) != 1:
            continue
        (skill,) = left[text]
        if blocked[skill]:
            continue
        novel[skill], learned = False, learned + 1
        for other in by_skill[skill]:
            left[other].discard(skill)
            if len(left[other]) == 1:
                ready.append(other)
    return novel


def drawn(skills: int, texts: int, mean: float, popularity: np.ndarray) -> list[np.ndarray]:
    """Draw texts of Poisson degrees: each edge chooses a skill by popularity and a text uniformly."""
    rng = np.random.default_rng(3)
    chosen = rng.choice(skills, size=rng.poisson(mean * texts), p=popularity / popularity.sum())
    counts = np.bincount(rng.integers(0, texts, len(chosen)), minlength=texts)
    return np.split(chosen, np.cumsum(counts)[:-1])


@pytest.mark.parametrize("kept", ["0.5", "0.9"])
def test_room_for_some_skills_by_brute_force(kept: str) -> None:
    skills, ratio, mean = 60_000, 4, 3
    rng = np.random.default_rng(1)
    for popularity, law in (
        (np.ones(skills), Poisson(mean * R)),
        ((1 - 1 / 3) * (1 + rng.pareto(3, skills)), Pareto(mean * R, 3)),
        (
            np.where(np.arange(skills) < skills // 2, 0.5, 1.5),
            Mixture((("1/2", Poisson(mean * R / 2)), ("1/2", Poisson(3 * mean * R / 2)))),
        ),
    ):
        theory = Capacity.of(Ensemble(Poisson(mean), law), SkillLearner(1), kept).fixed_point(R=ratio)
        least = np.quantile(popularity + 1e-9 * np.arange(skills), 1 - float(kept))
        texts = drawn(skills, ratio * skills, mean, popularity)
        novel = peeled(texts, skills, popularity + 1e-9 * np.arange(skills) < least)
        assert novel.mean() == pytest.approx(float(theory.zeta), abs=0.01)
        error = 1 - np.exp(-mean * (novel * popularity).sum() / popularity.sum())
        assert error == pytest.approx(float(theory.testing_error), abs=0.015)


def test_a_learner_that_keeps_what_it_learns_first_by_brute_force() -> None:
    skills, ratio, mean = 60_000, 2, 3
    popularity = np.random.default_rng(1).gamma(2, 0.5, skills)
    evolution = DensityEvolution(Ensemble(Poisson(mean), NegativeBinomial(mean * R, 2)), SkillLearner(1)).at(R=ratio)
    theory = first_learned(evolution, "1/2")
    novel = peeled(drawn(skills, ratio * skills, mean, popularity), skills, np.zeros(skills, dtype=bool), most=skills // 2)
    assert novel.mean() == pytest.approx(0.5, abs=1e-9)
    assert theory.full
    assert (novel * popularity).sum() / popularity.sum() == pytest.approx(float(theory.q), abs=0.01)
    assert not first_learned(evolution, "0.99").full
    with pytest.raises(InputError, match="could not be proved"):
        first_learned(evolution, "1e-60", 80)


def test_room_for_all_skills_changes_nothing() -> None:
    whole = Capacity.of(PAPER.ensemble, PAPER.learner, 1)
    assert whole.fixed_point(c=4, R=2) == EVOLUTION.fixed_point(c=4, R=2)
    assert [str(one.value) for one in whole.thresholds("R", c=4)] == [str(one.value) for one in EVOLUTION.thresholds("R", c=4)]
    for share in ("0", "1.5"):
        with pytest.raises(InputError, match="share of skills kept"):
            Capacity.of(PAPER.ensemble, PAPER.learner, share)
    with pytest.raises(InputError, match="most popular"):
        Capacity.of(Ensemble(Poisson(3), NegativeBinomial(3, 2)), PAPER.learner, "1/2")
    half = Capacity.of(PAPER.ensemble, PAPER.learner, "1/2")
    for refused in (
        lambda: half.scaling("R", c=4),
        lambda: Percolation(half),
        lambda: validate(half, [{"c": 4, "R": 2}]),
        lambda: optimize(half, "skills", "2:5", "R", c=4),
        lambda: partial_sum(half, 3, c=5, R=20),
        lambda: best_ratio(half, "R", c=6),
        lambda: first_learned(half.at(c=4, R=2), "1/4"),
        lambda: half.novel_of(sp.S.One),
    ):
        with pytest.raises(InputError, match="room for all"):
            refused()
    assert half.fold_curve is None


def test_passes_of_a_learner_with_room_for_some_skills() -> None:
    half = Capacity.of(PAPER.ensemble, PAPER.learner, "1/2").at(c=3, R=6)
    end, states = half.fixed_point(), half.epochs(60)
    assert states[-1].zeta == pytest.approx(float(end.zeta), rel=1e-7)
    assert states[-1].testing_error == pytest.approx(float(end.testing_error), rel=1e-7)
    assert float(half.one_pass().zeta) == pytest.approx(states[0].zeta, rel=1e-8)
    assert float(half.one_pass().training_error) > float(end.training_error)


def test_a_skill_is_novel_by_its_popularity() -> None:
    """Skills of a class are those of one popularity: a mixture says how many of each are novel."""
    evolution = DensityEvolution(Ensemble(Poisson(3), Mixture((("1/2", Poisson(3)), ("1/2", Poisson(9))))), SkillLearner(1))
    state = float(evolution.fixed_point().q)
    rare, popular = (float(compile_floats(evolution.novel_of(sp.Rational(one)), q)(state)) for one in ("1/2", "3/2"))
    assert (rare + popular) / 2 == pytest.approx(float(evolution.fixed_point().zeta), rel=1e-12)
    skills = 60_000
    popularity = np.where(np.arange(skills) < skills // 2, 0.5, 1.5)
    novel = peeled(drawn(skills, 2 * skills, 3, popularity), skills, np.zeros(skills, dtype=bool))
    assert novel[: skills // 2].mean() == pytest.approx(rare, abs=0.01)
    assert novel[skills // 2 :].mean() == pytest.approx(popular, abs=0.005)
    with pytest.raises(InputError, match="mixed Poisson"):
        DensityEvolution(Ensemble(Poisson(3), Regular(3)), SkillLearner(1)).novel_of(sp.S.One)


def test_the_best_ratio_of_texts_to_skills() -> None:
    assert str(best_ratio(EVOLUTION, "R", c=6).ratio).startswith("4.5329896198")
    smooth = best_ratio(EVOLUTION, "R", c=3)
    grid = np.linspace(1.04, 1.2, 400)
    gains = [(1 - float(EVOLUTION.fixed_point(c=3, R=repr(float(one))).zeta)) ** 2 / one for one in grid]
    assert float(smooth.ratio) == pytest.approx(grid[int(np.argmax(gains))], abs=1e-3)
    assert smooth.place == "smooth"
    for evolution, letter, words in (
        (DensityEvolution(load_model("ldpc(3,6)").ensemble, SkillLearner(1)), "eps", "texts per skill"),
        (DensityEvolution(Ensemble(Regular(3), Poisson(3 * R)), SkillLearner(1)), "R", "learner that learns"),
    ):
        with pytest.raises(InputError, match=words):
            best_ratio(evolution, letter)


def test_the_best_ratio_under_heavy_popularity() -> None:
    """It lies past the emergence, at 0.897, and what it gains is the most on a grid."""
    evolution = DensityEvolution(Ensemble(Poisson(5), Pareto(5 * R, "3/2")), SkillLearner(1))
    found = best_ratio(evolution, "R")
    gains = {place: (1 - float(evolution.fixed_point(R=repr(place)).zeta)) ** 2 / place for place in np.linspace(0.8, 1.5, 15).tolist()}
    best = float(found.learned) ** 2 / float(found.ratio)
    assert max(gains.values()) < best < 1.001 * max(gains.values())


def test_the_best_ratio_needs_proved_jumps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundCurve, "turning_points", lambda self: Isolation([], [arb("nan")]))
    with pytest.raises(InputError, match="all jumps to be known"):
        best_ratio(EVOLUTION, "R", c=6)


def test_the_best_split_tends_to_the_emergence_threshold() -> None:
    limit = float(best_ratio(EVOLUTION, "R", c=6).ratio)
    ratios = [best_split(EVOLUTION, f"1e{power}", "R", c=6).ratio - limit for power in (6, 10, 14, 18, 22)]
    assert all(one > other > 0 for one, other in itertools.pairwise(ratios))
    assert ratios[-1] < 1e-3
    split = best_split(EVOLUTION, "1e7", "R", c=6)
    assert split.skills * split.texts == pytest.approx(1e7)
    law = EVOLUTION.scaling("R", c=6).finite_size[0]
    for ratio in (0.97 * split.ratio, 1.03 * split.ratio):
        skills = (1e7 / ratio) ** 0.5
        stuck = law.stuck(repr(ratio), round(skills))
        assert skills * (1 - stuck * float(law.residue)) < split.learned
    with pytest.raises(InputError, match="compute"):
        best_split(EVOLUTION, "1e10", "R", c=2)


def test_graphs_confirm_that_the_best_split_is_best() -> None:
    """At C = 4e6, more skills with fewer texts get stuck, and fewer skills with more texts are fewer."""
    split = best_split(EVOLUTION, "4e6", "R", c=6)
    learned = {}
    for factor in (0.85, 1.0, 1.2):
        ratio = factor * split.ratio
        skills = round((4e6 / ratio) ** 0.5)
        run = simulate(PAPER.ensemble.at(c=6, R=repr(ratio)), PAPER.learner, skills=skills, replicates=2_000, seed=1)
        learned[factor] = skills * (1 - run.zeta.mean)
    assert learned[1.0] > max(learned[0.85], learned[1.2])
    assert learned[1.0] == pytest.approx(split.learned, rel=0.02)
