"""Fresh texts choose skills by popularity as a binary search over cumulative popularity would."""

import numpy as np
import pytest

from deanalysis.simulate.sampling import _choose_by_popularity

SHAPES = {"even": 50.0, "Gamma": 0.5, "most have next to none": 0.01}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("skills", [1, 2, 3, 64, 65, 5_000])
def test_skills_are_those_of_a_binary_search(skills: int, shape: float) -> None:
    rng = np.random.default_rng(skills)
    cumulative = np.cumsum(rng.gamma(shape, 1 / shape, skills) + 1e-300)
    at_steps = np.minimum(cumulative / cumulative[-1], np.nextafter(1, 0))
    uniforms = np.concatenate([rng.random(20_000), at_steps, np.arange(8) / 8, [np.nextafter(1, 0)]])
    chosen = np.searchsorted(cumulative, cumulative[-1] * uniforms, side="right").clip(max=skills - 1)
    assert np.array_equal(_choose_by_popularity(cumulative, uniforms), 1 + chosen)
