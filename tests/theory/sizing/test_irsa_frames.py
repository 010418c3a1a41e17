"""Losses of IRSA frames: the exact recursion, simulated graphs, and a simulator of a few lines whose users pick distinct slots."""

from math import sqrt

import numpy as np
import pytest
from numba import njit

from deanalysis import load_model, recursion, simulate

LAW = "0.5*x^2 + 0.28*x^3 + 0.22*x^8"
LOADS = ("0.05", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9")


@njit
def frames(slots, users, count, seed):  # type: ignore[no-untyped-def]
    """Return the mean and the mean square of the share of users lost, and the share of frames that lose any."""
    np.random.seed(seed)
    total, square, stuck = 0.0, 0.0, 0
    for _ in range(count):
        inside, named = np.zeros(slots, np.int64), np.zeros(slots, np.int64)
        degrees, picked = np.zeros(users, np.int64), np.zeros((users, 8), np.int64)
        for user in range(users):
            draw = np.random.random()
            degrees[user] = 2 if draw < 0.5 else (3 if draw < 0.78 else 8)
            chosen = 0
            while chosen < degrees[user]:
                slot = np.random.randint(slots)
                if slot not in picked[user, :chosen]:
                    picked[user, chosen] = slot
                    inside[slot] += 1
                    named[slot] ^= user
                    chosen += 1
        left, waiting = users, list(np.flatnonzero(inside == 1))
        while len(waiting):
            slot = waiting.pop()
            if inside[slot] == 1:
                user, left = named[slot], left - 1
                for other in picked[user, : degrees[user]]:
                    inside[other] -= 1
                    named[other] ^= user
                    if inside[other] == 1:
                        waiting.append(other)
        total, square, stuck = total + left / users, square + (left / users) ** 2, stuck + (left > 0)
    return total / count, square / count, stuck / count


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize(("slots", "count"), [(100, 40_000), (1000, 2000)])
def test_losses_agree(slots: int, count: int, load: str) -> None:
    model, users = load_model(f"irsa({LAW})"), round(float(load) * slots)
    exact = recursion(model.ensemble, model.learner, skills=users, texts=slots, G=load)
    shares = np.arange(users + 1) / users
    spread = sqrt((shares - exact.zeta) ** 2 @ np.array(exact.left))
    mean, _, stuck = frames(slots, users, count, 3)
    assert abs(mean - exact.zeta) < 4 * spread / sqrt(count)
    assert abs(stuck - exact.stuck) < 4 * sqrt(exact.stuck * (1 - exact.stuck) / count)
    graphs = count // 10
    drawn = simulate(model.ensemble.at(G=load), model.learner, skills=users, replicates=graphs, seed=4, workers=1)
    assert abs(drawn.zeta.mean - exact.zeta) < 4 * spread / sqrt(graphs)


def test_errors_are_small_enough_to_notice_slots_that_are_picked_twice() -> None:
    mean, square, _ = frames(100, 20, 40_000, 3)
    model = load_model(f"irsa({LAW})", matching="repeated")
    repeated = recursion(model.ensemble, model.learner, skills=20, texts=100, G="0.2")
    assert abs(mean - repeated.zeta) > 10 * sqrt((square - mean**2) / 40_000)
