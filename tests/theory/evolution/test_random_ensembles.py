"""Two hundred random ensembles: the proved list must be what a slow, obviously right scan of the curve shows.

`WIDE_ENSEMBLES=2000 pytest tests/theory/evolution/test_random_ensembles.py` takes that many of all laws and learners, in half an hour.
"""

import os
from collections import Counter

import numpy as np
import pytest
from float_scan import scanned as scanned_alone
from hypothesis import Phase, given, settings
from random_ensembles import PLAIN, STAGED, WIDE

from deanalysis import DensityEvolution, load_model
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.model.symbols import t

pytestmark = pytest.mark.long

STATES = np.geomspace(5e-4, 400, 60_001)[::-1]
SEEN: Counter[str] = Counter()
ALL_KINDS: Counter[str] = Counter()


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


@settings(max_examples=int(os.environ.get("WIDE_ENSEMBLES", "18")), deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(WIDE)
def all_laws_and_up_to_thirty_skills(laws: dict[str, str]) -> None:
    model = load_model(**laws)
    found = DensityEvolution(model.ensemble, model.learner).thresholds("G")
    assert not found.undecided, found.reason
    assert all(one.status == "proved" for one in found)
    wanted = scanned_alone(laws)
    turning = sorted(float(one.value) for one in found if one.kind in ("emergence", "fold"))
    assert turning == pytest.approx(wanted.turns, rel=1e-5)
    assert [float(one.value) for one in found.emergence] == pytest.approx(wanted.jumps, rel=1e-5)
    assert [float(one.lands_on) for one in found.emergence] == pytest.approx(wanted.lands, rel=5e-3, abs=2e-4)
    ALL_KINDS.update([laws["skills"].partition("(")[0], laws["texts"].partition("(")[0], *(["folded"] if turning else [])])
    ALL_KINDS.update(["many skills at once"] if model.learner.reach and model.learner.reach > 9 else [])


def test_random_ensembles_of_all_laws_agree_with_an_independent_scan() -> None:
    all_laws_and_up_to_thirty_skills()
    assert len(ALL_KINDS) >= 7
    assert ALL_KINDS["folded"] >= 9
    assert ALL_KINDS["many skills at once"] >= 3
