"""Attacks: what they leave, by hand and on both sides of the share that leaves no giant component."""

import mpmath
import pytest
from percolation_models import PAPER, graph, percolation

from deanalysis import (
    Association,
    Percolation,
    attack_thresholds,
    attacked,
)
from deanalysis.balls.numbers import Number


def test_an_attack_removes_the_share_and_hurts_more_than_chance() -> None:
    values = {"c": 2, "R": "3/2"}
    whole = PAPER.component(**values)
    for share in (0.1, 0.25):
        after = attacked(PAPER, share, **values).component(**values)
        diluted = Percolation(PAPER.equation, Association(keep=1 - share)).component(**values)
        assert float(after.kept) == pytest.approx((1 - share) * float(whole.kept), rel=1e-12)
        assert float(after.giant_component) < float(diluted.giant_component) < float(whole.giant_component)
    assert attacked(PAPER, 0, **values) == PAPER
    assert float(attacked(PAPER, 1, **values).component(**values).kept) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("decay", ["0.4", "0.1"])
def test_the_share_that_an_attack_must_remove(decay: str) -> None:
    """By hand for p_k proportional to e^{-k d}: sum_{k<K} k (k-1) p_k and a part of the K-th are the mean degree (Callaway et al.)."""
    (found,) = attack_thresholds(graph(f"geometric(1/(exp({decay})-1))"), "a", digits=25)
    with mpmath.workdps(40):
        step = mpmath.exp(-mpmath.mpf(decay))
        chances = [(1 - step) * step**k for k in range(400)]
        mean, total, degree = step / (1 - step), mpmath.mpf(0), 0
        while total + degree * (degree - 1) * chances[degree] < mean:
            total += degree * (degree - 1) * chances[degree]
            degree += 1
        part = (mean - total) / (degree * (degree - 1) * chances[degree])
        removed = 1 - sum(chances[:degree]) - part * chances[degree]
        assert found.value.text == mpmath.nstr(removed, 25, strip_zeros=False)
    assert (found.status, found.learned_side) == ("proved", "below")


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        (PAPER, {"c": 1, "R": 2}),
        (percolation(Association("understood"), text="paper", learner="2-skill"), {"c": 2, "R": 1}),
        (graph("pareto(3, 1.5)"), {}),
    ],
)
def test_there_is_a_giant_component_on_one_side_of_that_share(asked: Percolation, values: dict[str, object]) -> None:
    (found,) = attack_thresholds(asked, "a", **values)
    before, after = (attacked(asked, f"{float(found.value) + step:.12g}", **values).component(**values) for step in (-1e-4, 1e-4))
    assert before.giant_component != after.giant_component == Number("0", "0", "0")


def test_no_share_where_there_is_nothing_to_remove() -> None:
    assert "there is none before the attack" in attack_thresholds(PAPER, "a", c=1, R=1).reason
    assert "learning never starts" in attack_thresholds(percolation(text="hypergraph(3)", texts="regular(4)"), "a").reason
