"""A window that moves along a chain: what it learns, and from where on, against a chain that is written out topic by topic."""

import math
from itertools import pairwise

import pytest
import sympy as sp

from deanalysis import InputError, R, c, eps, load_model
from deanalysis.theory.chains.fronts.windowed import Windowed, windowed, windowed_threshold


def by_hand(topics: int, window: int, width: int, ratio: float) -> list[float]:
    """Return q by topic of the paper's chain, c = 5, when a window has moved along it."""
    q = dict.fromkeys(range(topics), 1.0)
    for first in range(topics):
        change = 1.0
        while change > 1e-12:
            texts = {
                t: math.exp(-5 * sum(q.get(t - k, 0.0) for k in range(window)) / window) if t < first + width else 0.0
                for t in range(first, first + width + window)
            }
            inside, before = range(first, min(first + width, topics)), dict(q)
            q |= {topic: math.exp(-5 * ratio * sum(texts[topic + k] for k in range(window)) / window) for topic in inside}
            change = max(before[topic] - q[topic] for topic in inside)
    return list(q.values())


@pytest.mark.parametrize(("width", "ratio"), [(3, "1.3"), (5, "1.05"), (5, "0.9")])
def test_a_chain_written_out_is_learned_alike(width: int, ratio: str) -> None:
    state = windowed(load_model("chain(paper, 9, 3)").ensemble, width, {c: sp.Integer(5), R: sp.Rational(ratio)})
    assert state.zeta["skills"] == pytest.approx(by_hand(9, 3, width, float(ratio)), rel=1e-9)


@pytest.mark.parametrize(("ratio", "is_learned"), [("0.9753", False), ("0.9755", True)])
def test_a_window_of_all_positions_is_the_whole_chain(ratio: str, is_learned: bool) -> None:
    state = windowed(load_model("chain(paper, 8, 3)").ensemble, 10, {c: sp.Integer(5), R: sp.Rational(ratio)})
    assert (max(state.zeta["skills"]) < 0.02) is is_learned, "the chain jumps at R = 0.975397"


@pytest.mark.parametrize("width", [3, 5])
def test_past_the_threshold_a_long_chain_is_learned_and_before_it_is_not(width: int) -> None:
    found = windowed_threshold(load_model("chain(paper, 9, 3)").ensemble, width, R, {c: sp.Integer(5)}, (sp.Integer(0), sp.Integer(4)), 3)
    for side, is_learned in ((0.99, False), (1.01, True)):
        assert (max(by_hand(30, 3, width, float(found.value) * side)) < 0.4) is is_learned
    assert found.learned_side == "above"


def test_wider_windows_come_to_the_threshold_of_the_chain() -> None:
    code, search = load_model("chain(ldpc(3,6), 9, 3)").ensemble, (sp.Rational(3, 10), sp.Rational(1, 2))
    found = [float(windowed_threshold(code, width, eps, {}, search, 3).value) for width in (3, 4, 5, 6)]
    gaps = [0.488142 - value for value in found]
    assert all(0 < 1.3 * later < before for before, later in pairwise(gaps))


@pytest.mark.parametrize(("width", "message"), [(2, "the window of topics must be"), (15, "the window of topics must be")])
def test_windows_that_do_not_fit_are_refused(width: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        windowed(load_model("chain(paper, 12, 3)").ensemble, width, {c: sp.Integer(5), R: sp.Integer(1)})


def test_a_range_without_a_threshold_is_refused() -> None:
    with pytest.raises(InputError, match="search must be LO:HI with a value at which a window of 4 topics learns"):
        windowed_threshold(load_model("chain(paper, 12, 3)").ensemble, 4, R, {c: sp.Integer(5)}, (sp.Rational(3, 2), sp.Integer(2)), 4)


def test_what_was_learned_is_read_back() -> None:
    state = windowed(load_model("chain(paper, 6, 2)").ensemble, 3, {c: sp.Integer(5), R: sp.Integer(2)})
    assert Windowed.from_dict(state.to_dict()) == state
    assert len(state.table().rows) == 6
