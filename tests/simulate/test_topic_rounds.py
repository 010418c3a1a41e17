"""A chain followed from round to round: against brute force, and its front against plain iteration of density evolution."""

import numpy as np
import pytest
from routes.chain_states import poisson, poisson_spread, regular, uniform

from deanalysis import Chain, Ensemble, InputError, Poisson, Protograph, SkillLearner, TopicRounds, follow, load_model
from deanalysis.simulate.topics.chain_experiment import ChainExperiment
from deanalysis.simulate.topics.chain_trials import ChainTraining
from deanalysis.simulate.topics.topic_rounds import by_topic


def test_every_round_against_brute_force() -> None:
    chain = Chain(Ensemble(Poisson(4), Poisson(4), "0.9"), SkillLearner(2), 5, 2, ends="ring", known=1)
    training = ChainTraining.of(ChainExperiment(chain, chain.learner, 40), 3, 0)
    graph = training.drawn.graph
    texts: list[list[int]] = [[] for _ in range(graph.texts)]
    for skill, text in zip(np.repeat(np.arange(200), np.diff(graph.start.astype(int))).tolist(), graph.ends.tolist(), strict=True):
        texts[text].append(skill)
    novel, rows = training.unknown[1:].astype(bool), []
    for _ in range(len(training.learned)):
        rows.append(novel.reshape(5, 40).mean(axis=1))
        taught = [skill for skills, most in zip(texts, training.patience, strict=True) if novel[skills].sum() <= most for skill in skills]
        novel = novel.copy()
        novel[taught] = False
    assert len(rows) > 3
    assert by_topic(training) == pytest.approx(np.array(rows))


FRONTS = [
    (load_model("chain(paper, 40, 2)").ensemble.at(c=4, R="1.15"), 20_000, uniform(40, 2, poisson(4.6), poisson(4))),
    (load_model("chain(ldpc(3,6), 40, 3)").ensemble.at(eps="0.46"), 60_000, uniform(40, 3, regular(3), regular(6), 0.46)),
    (load_model("fuse(3, 40)").ensemble.at(d="0.88"), 40_000, poisson_spread(40, 3, 2.64)),
    (
        Chain(Ensemble(Poisson(4), Poisson("4.6")), SkillLearner(1), 20, 2, ends="one"),
        40_000,
        uniform(20, 2, poisson(4.6), poisson(4), ends="one"),
    ),
]
IDS = ["paper", "ldpc", "fuse", "one end"]


@pytest.mark.parametrize(("chain", "skills", "state"), FRONTS, ids=IDS)
def test_the_front_moves_as_iteration_says(chain, skills, state) -> None:
    expected = TopicRounds(1, 0, chain.ends, 0, tuple(map(tuple, state.rounds.tolist())))
    runs = [follow(chain, skills=skills, seed=seed) for seed in range(4)]
    speeds = np.array([run.speed for run in runs])
    assert speeds.mean() == pytest.approx(expected.speed, rel=0.02)
    assert speeds.std(ddof=1) < 0.06 * expected.speed
    assert runs[0].step == pytest.approx(expected.step, abs=0.02)
    early = min(len(state.rounds), 20)
    assert np.array(runs[0].zeta[:early]) == pytest.approx(state.rounds[:early], abs=0.03)


def test_both_fronts_of_a_ring_run_away_from_what_is_known() -> None:
    alone = Ensemble(Poisson(4), Poisson("4.6"))
    ring = follow(Chain(alone, SkillLearner(1), 43, 2, ends="ring", known=3), skills=20_000, seed=2)
    assert ring.passed[:3] == (0.0, 0.0, 0.0)
    assert ring.speed == pytest.approx(follow(Chain(alone, SkillLearner(1), 40, 2), skills=20_000, seed=2).speed, rel=0.05)


def moved(topics: int, speed: float, fronts: tuple[int, ...], left: float, most: float) -> tuple[tuple[float, ...], ...]:
    """Return zeta by round and topic where fronts start at some topics and are at distance `speed` l after l rounds."""
    far = np.min([abs(np.arange(topics) - front) for front in fronts], axis=0)
    rounds = range(int((far.max() + 10) / speed))
    return tuple(tuple((left + (most - left) / (1 + np.exp(2 * (speed * number - far)))).tolist()) for number in rounds)


def test_the_speed_is_that_of_each_front() -> None:
    both = TopicRounds(10, 1, "open", 0, moved(60, 0.25, (0, 59), 0.1, 0.9))
    assert both.speed == pytest.approx(0.25, rel=0.01)
    assert both.step == pytest.approx((0.1, 0.9), abs=0.02)
    assert both.passed[10] == pytest.approx(40, abs=1)
    one = TopicRounds(10, 1, "one", 0, moved(30, 0.125, (0, 59), 0.1, 0.9))
    assert one.speed == pytest.approx(0.125, rel=0.01)
    known = np.array(moved(60, 0.25, (0, 59), 0.1, 0.9))
    ring = TopicRounds(10, 1, "ring", 2, tuple(map(tuple, np.concatenate([np.zeros((len(known), 2)), known], axis=1).tolist())))
    assert ring.step == pytest.approx((0.1, 0.9), abs=0.02)
    assert ring.speed == pytest.approx(0.25, rel=0.01)


def test_where_nothing_moves_there_is_no_speed() -> None:
    paper = load_model("chain(paper, 30, 2)").ensemble
    gradual, stuck = follow(paper, skills=2000, c=2, R="1.2"), follow(paper, skills=2000, c=5, R="0.9")
    short = follow(load_model("chain(paper, 6, 2)").ensemble, skills=2000, c=5, R="1.1")
    assert gradual.speed is stuck.speed is short.speed is None
    assert stuck.passed[15] is None
    assert None not in short.passed
    assert "never" in str(stuck.table().rows)
    assert repr(stuck).endswith("30 topics of 2000 skills>")
    assert TopicRounds.from_dict(stuck.to_dict()) == stuck


def test_one_topic_and_a_ring_that_is_known_have_no_front() -> None:
    alone = follow(Chain(Protograph(((1, 1, 2),))), skills=500, eps="0.5")
    assert (alone.speed, len(alone.passed), len(alone.zeta[0])) == (None, 1, 1)
    known = follow(Chain(Ensemble(Poisson(4), Poisson(4)), SkillLearner(1), 3, 2, ends="ring", known=3), skills=100)
    assert (known.rounds, known.step, known.speed, known.passed) == (0, (0, 0), None, (0, 0, 0))


def test_what_cannot_be_followed_is_refused() -> None:
    chain = load_model("chain(paper, 5, 2)").ensemble
    for options, said in (({"c": 3}, "R is free"), ({"c": 3, "R": 1, "skills": 0}, "skills"), ({"c": 3, "R": 1, "seed": -1}, "seed")):
        with pytest.raises(InputError, match=said):
            follow(chain, **{"skills": 100, **options})
    with pytest.raises(InputError, match="a Chain"):
        follow(Ensemble(Poisson(3), Poisson(3)), skills=100)
