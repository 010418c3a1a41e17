"""The front of a chain: its speed against chains that are written out topic by topic, where it stands, and where there is none."""

import math
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from deanalysis import Chain, DensityEvolution, InputError, Protograph, eps, load_model
from deanalysis.model.exact import bindings
from deanalysis.theory.chains.fronts.learning import rounds_to_learn
from deanalysis.theory.chains.fronts.waves import Wave, wave


def run(text: str, backward: bool = False, **values: object) -> Wave:
    """Return the wave of a chain by its name."""
    return wave(load_model(text).ensemble, bindings(values), backward=backward)


def rounds_by_topic(teaches, learns, window: int, topics: int, unknown: float, level: float) -> list[float]:
    """Return when each topic of a chain that is learned from one end passes a level, told between rounds in proportion to log q."""
    q, passed, count = [unknown] * topics, {}, 0
    while len(passed) < topics // 2:
        known = [0.0] * (window - 1)
        padded = known + q + [unknown] * (window - 1)
        texts = [teaches(sum(padded[t : t + window]) / window) for t in range(topics + window - 1)]
        following = [learns(sum(texts[i : i + window]) / window) for i in range(topics)]
        for topic, (before, after) in enumerate(zip(q, following, strict=True)):
            if before > level >= after:
                passed[topic] = count + math.log(before / level) / math.log(before / after)
        q, count = following, count + 1
    return [passed[topic] for topic in sorted(passed)]


@pytest.mark.parametrize("window", [2, 3, 5])
def test_a_chain_written_out_topic_by_topic_has_the_same_speed(window: int) -> None:
    c, R = 5, 1.2
    times = rounds_by_topic(lambda x: math.exp(-c * x), lambda taught: math.exp(-c * R * taught), window, 60, 1.0, 0.4)
    speed = 15 / (times[25] - times[10])
    assert float(run(f"chain(paper, 50, {window})", c=c, R="1.2").speed) == pytest.approx(speed, rel=5e-3)
    assert float(run(f"chain(paper, 50, {window})", c=c, R="1.21").speed) != pytest.approx(speed, rel=2e-2)


def test_a_code_has_the_speed_of_its_chain() -> None:
    times = rounds_by_topic(lambda x: (1 - x) ** 5, lambda taught: 0.45 * (1 - taught) ** 2, 3, 60, 0.45, 0.2)
    assert float(run("chain(ldpc(3,6), 50, 3)", eps="0.45").speed) == pytest.approx(15 / (times[25] - times[10]), rel=5e-3)


@pytest.mark.parametrize(("ratio", "sign"), [("1.05", 1), ("1.01", 0), ("0.9", -1)])
def test_fronts_advance_stand_or_fall_back(ratio: str, sign: int) -> None:
    assert np.sign(float(run("chain(paper, 50, 2)", c=5, R=ratio).speed)) == sign


def test_the_front_is_pinned_up_to_where_long_chains_jump() -> None:
    """50 topics with W = 2 jump at R = 1.01826980, with W = 3 at 1.00038382 (see the tests of thresholds)."""
    for window, jump in ((2, 1.0182698), (3, 1.0003838)):
        before, past = (run(f"chain(paper, 50, {window})", c=5, R=f"{jump + step:.7f}") for step in (-2e-5, 2e-5))
        assert (float(before.speed), before.reason) == (0, "the front stands")
        assert 0 < float(past.speed) < 3e-3


@pytest.mark.parametrize(("c", "window"), [(8, 4), (12, 6)])
def test_how_far_the_front_is_pinned_depends_on_the_skills_of_a_text_in_a_topic(c: int, window: int) -> None:
    before, past = (run(f"chain(paper, 50, {window})", c=c, R=ratio) for ratio in ("1.0034", "1.0038"))
    assert float(before.speed) == 0 < float(past.speed)


@pytest.mark.parametrize("model", ["fuse(3, 50)", "chain(hypergraph(3), 50, 3)"])
def test_fronts_stop_next_to_the_potential_threshold(model: str) -> None:
    assert float(run(model, d="0.9175").speed) > 0
    assert float(run(model, d="0.9185").speed) <= 0


def spread(*parts: int) -> Chain:
    """Return a (3,6) code that is spread in parts of a row of two columns."""
    matrices = tuple(((part, part),) for part in parts)
    return Chain(Protograph(((3, 3),)), topics=50, window=len(parts), coupling="spread", spreading=matrices)


def test_a_matrix_spread_alike_is_a_spread_chain() -> None:
    at = {eps: sp.Rational("0.46")}
    other = wave(load_model("chain(ldpc(3,6), 50, 3)", coupling="spread").ensemble, at)
    assert float(wave(spread(1, 1, 1), at).speed) == pytest.approx(float(other.speed), rel=1e-9)


def test_fronts_differ_by_direction_only_where_edges_are_spread_unevenly() -> None:
    at = {eps: sp.Rational("0.45")}
    speeds = [[float(wave(chain, at, backward=backward).speed) for backward in (False, True)] for chain in (spread(1, 1, 1), spread(2, 1))]
    assert speeds[0][0] == pytest.approx(speeds[0][1], rel=1e-9)
    assert speeds[1][0] != pytest.approx(speeds[1][1], rel=1e-3)
    assert float(wave(spread(1, 2), at, backward=True).speed) == pytest.approx(speeds[1][0], rel=1e-9)


def test_the_profile_leads_from_one_side_to_the_other() -> None:
    front = run("chain(paper, 50, 3)", c=5, R="1.05")
    levels = front.profile["skills"]
    assert list(levels) == sorted(levels)
    assert (levels[0], levels[-1]) == pytest.approx((front.behind["skills"], front.ahead["skills"]), abs=1e-3)
    assert front.ahead["skills"] == pytest.approx(math.exp(-5 * 1.05 * math.exp(-5 * front.ahead["skills"])), abs=1e-12)
    assert front.width == 3
    assert Wave.from_dict(front.to_dict()) == front


@pytest.mark.parametrize(("text", "values", "message"), [
    ("chain(paper, 50, 3)", {"c": 5, "R": 3}, "must have two states"),
    ("chain(paper, 50, 1)", {"c": 5, "R": 2}, "needs a chain with a window"),
    ("chain(irsa(0.9*x^3 + 0.1*x^24), 50, 3)", {"G": "0.9386"}, "must be one front"),
])  # fmt: skip
def test_where_there_is_no_front_it_is_said(text: str, values: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        run(text, **values)


@pytest.mark.parametrize(("ends", "known", "share"), [("open", 0, 2), ("one", 0, 1), ("ring", 10, 2)])
def test_a_chain_takes_as_many_rounds_as_its_fronts_need(ends: str, known: int, share: int) -> None:
    short, long = (replace(load_model("chain(paper, 50, 3)").ensemble, topics=topics, ends=ends, known=known) for topics in (60, 120))
    at = bindings({"c": 5, "R": "1.2"})
    more = rounds_to_learn(long, at) - rounds_to_learn(short, at)
    assert more == pytest.approx(60 / (share * float(wave(short, at).speed)), rel=0.01)


def test_rounds_are_those_of_a_topic_alone() -> None:
    alone = load_model("paper")
    state = DensityEvolution(alone.ensemble, alone.learner).fixed_point(c=5, R=3)
    assert rounds_to_learn(load_model("chain(paper, 1, 1)").ensemble, bindings({"c": 5, "R": 3})) == state.rounds


def test_a_ring_that_is_known_has_nothing_to_learn() -> None:
    ring = replace(load_model("chain(paper, 12, 3)").ensemble, ends="ring", known=12)
    assert rounds_to_learn(ring, bindings({"c": 5, "R": 2})) == 0
