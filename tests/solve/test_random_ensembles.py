"""Two hundred random ensembles: the proved list must be what a slow, obviously right scan of the curve shows."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import Phase, given, settings

from deanalysis import DensityEvolution, load_model
from deanalysis.model.symbols import t
from deanalysis.solve.compiling import compile_floats
from tests.solve.random_ensembles import PLAIN, STAGED

STATES = np.geomspace(5e-4, 400, 60_001)[::-1]
SEEN: Counter[str] = Counter()


def scanned(evolution: DensityEvolution) -> tuple[np.ndarray, list[float], list[float]]:
    """Return the turning values on a fine grid of states, the records among the minima, and the q to which each leads."""
    curve = evolution.curve("G")
    with np.errstate(all="ignore"):
        values, along = (np.broadcast_to(compile_floats(part, t)(STATES), STATES.shape) for part in (curve.value, curve.q))
    turns = np.flatnonzero(np.diff(np.sign(np.diff(values)))) + 1
    jumps, lands = [], []
    for turn in turns:
        if values[turn] < values[turn - 1] and values[turn] < min(jumps, default=np.inf):
            jumps.append(float(values[turn]))
            after = turn + 50 + np.flatnonzero(values[turn + 50 :] < values[turn])
            lands.append(float(along[after[0]]) if len(after) else 0.0)
    return values[turns], jumps, lands


def agrees(laws: dict[str, str]) -> None:
    model = load_model(**laws)
    evolution = DensityEvolution(model.ensemble, model.learner)
    found = evolution.thresholds("G")
    assert not found.reason or "undecided" not in found.reason, found.reason
    assert all(one.status == "proved" for one in found)
    turns, jumps, lands = scanned(evolution)
    turning = [one for one in found if one.kind in ("emergence", "fold")]
    assert sorted(float(one.value) for one in turning) == pytest.approx(sorted(turns), rel=1e-4)
    assert [float(one.value) for one in found.emergence] == pytest.approx(jumps, rel=1e-4)
    assert [float(one.lands_on) for one in found.emergence] == pytest.approx(lands, rel=0.02, abs=2e-3)
    assert found.folds == len(turning)
    SEEN.update(["all", *(["folded"] if turning else []), *(["staged"] if len(jumps) > 1 else [])])


@settings(max_examples=160, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(PLAIN)
def all_laws_and_learners(laws: dict[str, str]) -> None:
    agrees(laws)


@settings(max_examples=40, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(STAGED)
def learning_in_stages(laws: dict[str, str]) -> None:
    agrees(laws)


def test_random_ensembles_agree_with_their_curves() -> None:
    """At least 200 ensembles, half of them with a fold, 20 with two or more jumps."""
    all_laws_and_learners()
    learning_in_stages()
    assert SEEN["all"] >= 200
    assert SEEN["folded"] >= SEEN["all"] / 2
    assert SEEN["staged"] >= 20
