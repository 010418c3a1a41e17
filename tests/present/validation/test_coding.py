"""The bytes of a coder beside the bits of the theory."""

import numpy as np
import pytest

from deanalysis import Coded, DensityEvolution, InputError, Language, code_texts, load_model
from deanalysis.present.validation.coding import cost_by_count

BEFORE_AND_PAST = {
    ("poisson(c*R)", "uniform"): {"5": (("2", "2.3"), ("2.7", "4")), "3": (("0.7", "0.9"), ("1.2", "3"))},
    ("negative_binomial(c*R, 4/5)", "popularity"): {"5": (("0.6", "0.9"), ("1.3", "4")), "6": (("0.7", "1.6"), ("2.4", "4"))},
}


@pytest.mark.parametrize(("skills", "picks"), BEFORE_AND_PAST)
def test_bytes_are_within_one_percent_of_the_theory(skills: str, picks: str) -> None:
    """At eight points on both sides of the jumps, with 120,000 skills and as many texts."""
    model = load_model("paper", skills=skills)
    evolution = DensityEvolution(model.ensemble, model.learner)
    for c, sides in BEFORE_AND_PAST[skills, picks].items():
        jump = float(evolution.thresholds("R", kind="emergence", c=c)[0].value)
        assert float(sides[0][-1]) < jump < float(sides[1][0])
        gains = {ratio: measured(evolution, c, ratio, picks) for side in sides for ratio in side}
        assert max(gains[ratio] for ratio in sides[0]) < 1.15
        assert min(gains[ratio] for ratio in sides[1]) > 1.7


def measured(evolution: DensityEvolution, c: str, ratio: str, picks: str) -> float:
    """Return the gain of the coder, when its bytes are those of the theory and not of one that says 3 % more."""
    found = code_texts(evolution, skills=120_000, texts=120_000, picks=picks, seed=3, c=c, R=ratio)
    assert found.bits == pytest.approx(float(found.theory.bits_per_text), rel=0.01)
    assert found.bits != pytest.approx(1.03 * float(found.theory.bits_per_text), rel=0.01)
    return found.gain


def test_cost_by_count_is_what_texts_take() -> None:
    """The fitted line, at the mean of 1, ..., 8 skills, beside texts of mixed counts."""
    start, slope = (float(part.removesuffix("*k")) for part in cost_by_count(Language(), 20_000, 5_000).split(" + "))
    model = load_model("paper")
    found = code_texts(DensityEvolution(model.ensemble, model.learner), skills=20_000, texts=5_000, c=5, R=2)
    assert found.lossless == pytest.approx(start + 5 * slope, rel=0.03)
    assert slope > 5 * start


def test_too_few_texts_are_refused() -> None:
    model = load_model("paper")
    with pytest.raises(InputError, match="texts"):
        code_texts(DensityEvolution(model.ensemble, model.learner), skills=100, texts=9, c=5, R=2)
    same = [code_texts(DensityEvolution(model.ensemble, model.learner), skills=500, texts=500, c=3, R=2) for _ in range(2)]
    assert same[0] == same[1] == Coded.from_dict(same[0].to_dict())
    assert np.isfinite(same[0].gain)
