"""Mixtures drawn at random that learn in stages: every jump, every plateau between, and the graphs that agree."""

import random
from functools import cache
from itertools import pairwise

import pytest

from deanalysis import DensityEvolution, Threshold, load_model, simulate

pytestmark = pytest.mark.long

SKILLS, REPLICATES = 1_000_000, 2


@cache
def drawn(seed: int, jumps: int) -> tuple[DensityEvolution, tuple[Threshold, ...]]:
    """Draw mixtures of far-apart degrees until one has that many jumps, with plateaus wide enough to stand on."""
    chance = random.Random(seed)
    while True:
        low, high = 3, chance.randint(22, 45)
        weight = chance.randint(870, 950)
        terms = {low: weight, high: 1000 - weight}
        if jumps == 3:
            third = chance.randint(5, 12)
            terms = {low: weight, high: 1000 - weight - third, high * chance.randint(9, 12): third}
        skills = " + ".join(f"{share / 1000}*x^{degree}" for degree, share in terms.items())
        model = load_model(texts="poisson(5*G)", skills=f"polynomial({skills})")
        evolution = DensityEvolution(model.ensemble, model.learner)
        found = evolution.thresholds("G", kind="emergence").emergence
        if len(found) == jumps and all(float(one.value) / float(two.value) > 1.02 for one, two in pairwise(found)):
            return evolution, found


@pytest.mark.parametrize(("seed", "jumps"), [(1, 2), (2, 2), (3, 2), (4, 2), (5, 3)])
def test_learning_stands_on_every_plateau(seed: int, jumps: int) -> None:
    evolution, found = drawn(seed, jumps)
    assert all(one.status == "proved" for one in found)
    for before, after in pairwise(found):
        assert float(before.fixed_point) > float(before.lands_on) > float(after.fixed_point) > float(after.lands_on)
    loads = [float(found[0].value) * 1.02, *((float(one.value) + float(two.value)) / 2 for one, two in pairwise(found))]
    loads.append(float(found[-1].value) * 0.98)
    for number, load in enumerate(loads):
        binding = {"G": f"{load:.6f}"}
        fixed = evolution.fixed_point(**binding)
        above = float(found[number - 1].lands_on) if number else 1.0
        below = float(found[number].fixed_point) if number < jumps else -1.0
        assert below < float(fixed.q) <= above + 1e-12
        stats = simulate(evolution.ensemble.at(**binding), evolution.learner, skills=SKILLS, replicates=REPLICATES, seed=seed)
        assert stats.zeta.estimate().best == pytest.approx(float(fixed.zeta), abs=0.004)


def test_a_stage_missed_would_be_noticed() -> None:
    """The plateaus are far apart on the scale on which theory and graphs are compared."""
    for seed, jumps in ((1, 2), (5, 3)):
        _, found = drawn(seed, jumps)
        assert all(float(one.fixed_point) - float(one.lands_on) > 0.05 for one in found)
