"""A window that moves along a chain: what it learns, and from where on, against a chain that is written out topic by topic."""

import math

import pytest
import sympy as sp

from deanalysis import InputError, R, c, load_model
from deanalysis.theory.chains.windowed import Windowed, windowed, windowed_threshold


def by_hand(topics: int, window: int, width: int, ratio: float) -> list[float]:
    """Return q by topic of the paper's chain, c = 5, when a window has moved along it."""
    q = dict.fromkeys(range(topics), 1.0)
    for first in range(topics):
        for _ in range(4000):
            texts = {
                t: math.exp(-5 * sum(q.get(t - k, 0.0) for k in range(window)) / window) if t < first + width else 0.0
                for t in range(first, first + width + window)
            }
            for topic in range(first, min(first + width, topics)):
                q[topic] = math.exp(-5 * ratio * sum(texts[topic + k] for k in range(window)) / window)
    return list(q.values())


@pytest.mark.parametrize(("width", "ratio"), [(3, "1.3"), (5, "1.05"), (5, "0.9")])
def test_a_chain_written_out_is_learned_alike(width: int, ratio: str) -> None:
    state = windowed(load_model("chain(paper, 9, 3)").ensemble, width, {c: sp.Integer(5), R: sp.Rational(ratio)})
    assert state.zeta["skills"] == pytest.approx(by_hand(9, 3, width, float(ratio)), rel=1e-9)


def test_a_window_as_wide_as_the_chain_learns_what_the_chain_does() -> None:
    chain, search = load_model("chain(paper, 8, 3)").ensemble, (sp.Rational("0.9"), sp.Rational("1.3"))
    ends = {width: float(windowed_threshold(chain, width, R, {c: sp.Integer(5)}, search, 4)) for width in (4, 10)}
    assert ends[10] == pytest.approx(0.975397, abs=6e-5)
    assert ends[4] > ends[10] + 0.05


@pytest.mark.parametrize(("width", "message"), [(2, "the window of topics must be"), (15, "the window of topics must be")])
def test_windows_that_do_not_fit_are_refused(width: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        windowed(load_model("chain(paper, 12, 3)").ensemble, width, {c: sp.Integer(5), R: sp.Integer(1)})


def test_a_range_without_a_threshold_is_refused() -> None:
    with pytest.raises(InputError, match="search must be LO:HI with a value at which a window of 4 topics learns"):
        windowed_threshold(load_model("chain(paper, 12, 3)").ensemble, 4, R, {c: sp.Integer(5)}, (sp.Rational(3, 2), sp.Integer(2)))


def test_what_was_learned_is_read_back() -> None:
    state = windowed(load_model("chain(paper, 6, 2)").ensemble, 3, {c: sp.Integer(5), R: sp.Integer(2)})
    assert Windowed.from_dict(state.to_dict()) == state
    assert len(state.table().rows) == 6
