"""The front of a chain: its speed against chains that are written out topic by topic, where it stands, and where there is none."""

import math

import pytest

from deanalysis import load_model
from deanalysis.model.exact import bindings
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
