"""Parameters of known models are recovered from noisy curves, within their intervals; curves of another kind are refused."""

import pickle
from typing import Any

import numpy as np
import pytest
from routes import known_curves as known
from scipy.stats import binom

from deanalysis import CurveFit, fit

DRAWS = {"gradual": 8, "jump": 4, "popularity": 6, "room": 3, "two groups": 3, "finite size": 3}
LEVEL, RARE = 0.95, 1e-3


def fitted(table: dict[str, list[Any]], **options: Any) -> CurveFit:
    group = "group" if len(set(table["group"])) > 1 else None
    return fit(table, "x", "y", group=group, error="error", compare=False, **options)


@pytest.mark.parametrize("name", known.KNOWN)
def test_known_models_are_recovered(name: str) -> None:
    """In so few draws no more parameters are missed, and fits refused, than one time in a thousand by chance."""
    model, draws = known.KNOWN[name], DRAWS[name]
    found = [fitted(model.drawn(seed), **model.options) for seed in range(draws)]
    for parameter, value in model.every.items():
        intervals = [known.interval_of(one, parameter) for one in found]
        inside = sum(known.holds(interval, value) for interval in intervals)
        assert inside >= binom.ppf(RARE, draws, LEVEL), parameter
        assert np.median([interval.value for interval in intervals]) == pytest.approx(value, rel=model.near.get(parameter, 0.05))
    assert sum(one.fits for one in found) >= binom.ppf(RARE, draws, 0.99)


@pytest.mark.parametrize("name", known.OTHERS)
def test_curves_of_another_kind_are_refused(name: str) -> None:
    x, clean = known.OTHERS[name]
    error = known.ERROR_OF_OTHERS
    table = {"x": x, "y": clean + np.random.default_rng(1).normal(0, error, len(x)), "error": [error] * len(x)}
    found = fit(table, "x", "y", error="error", models=("paper", "gamma"), compare=False)
    assert found.verdict == "does not fit"
    assert found.p_value < 1e-4


def test_a_fit_goes_through_pickle_to_other_processes() -> None:
    model = known.KNOWN["gradual"]
    found = fitted(model.drawn(1), **model.options)
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert again.fitted[0].predicted(0, model.x) == pytest.approx(found.fitted[0].predicted(0, model.x), rel=1e-12)
