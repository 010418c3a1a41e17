"""Agreement beside its definition over pairs and over permutations; k-means beside all divisions."""

from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given, strategies as st

from deanalysis.graphs.association.clustering import adjusted_rand, k_means

GROUPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12)


def over_pairs(one: np.ndarray, other: np.ndarray) -> float | None:
    """Return (index - expected)/(most - expected), counted pair by pair (Hubert, Arabie 1985, equation 5)."""
    pairs = list(combinations(range(len(one)), 2))
    same = [[of[i] == of[j] for i, j in pairs] for of in (one, other)]
    both = sum(a and b for a, b in zip(*same, strict=True))
    expected = sum(same[0]) * sum(same[1]) / len(pairs)
    most = sum(map(sum, same)) / 2
    return None if most == expected else (both - expected) / (most - expected)


@given(GROUPS)
def test_it_is_what_pairs_say(groups: list[tuple[int, int]]) -> None:
    one, other = np.array(groups).T
    assert adjusted_rand(one, other) == pytest.approx(over_pairs(one, other))


def test_chance_is_removed_exactly() -> None:
    """The mean over all permutations is 0, also where groups differ much in size."""
    one, other = np.array([0, 0, 0, 0, 1, 2, 2]), np.array([0, 0, 1, 1, 1, 2, 0])
    values = [adjusted_rand(one, other[list(order)]) for order in permutations(range(7))]
    assert sum(values) / len(values) == pytest.approx(0, abs=1e-12)
    assert max(values) > 0.4


def test_published_examples() -> None:
    """Those of the documentation of scikit-learn's adjusted_rand_score, which rounds 4/7 to 0.57."""
    assert adjusted_rand(np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1])) == pytest.approx(0.57, abs=0.005)
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])) == pytest.approx(0.57, abs=0.005)
    assert adjusted_rand(np.array([0, 0, 0, 0]), np.array([0, 1, 2, 3])) == 0
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])) == pytest.approx(-0.5)


@pytest.mark.parametrize("groups", [np.zeros(5, dtype=int), np.arange(5), np.zeros(1, dtype=int), np.zeros(0, dtype=int)])
def test_where_chance_leaves_nothing_there_is_no_number(groups: np.ndarray) -> None:
    assert adjusted_rand(groups, groups) is None


def test_the_best_division_is_found() -> None:
    points = np.random.default_rng(1).normal(size=(9, 2))
    spreads = [spread(points, np.array(found)) for found in product(range(3), repeat=9) if len(set(found)) == 3]
    assert spread(points, k_means(points, 3, seed=1, starts=30)) == pytest.approx(min(spreads))


def spread(points: np.ndarray, groups: np.ndarray) -> float:
    return sum(float(((points[groups == k] - points[groups == k].mean(axis=0)) ** 2).sum()) for k in set(groups.tolist()))


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.zeros((3, 0)), np.zeros((4, 2)), np.array([[1.0], [-1.0], [1.0]])])
def test_few_different_points_are_few_groups(points: np.ndarray) -> None:
    found = k_means(points, 3, seed=1)
    assert len(found) == len(points)
    assert len(set(found.tolist())) == len({tuple(point) for point in points.tolist()})
