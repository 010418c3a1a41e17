"""Intervals beside those of a fine grid of all parameters, whose least chi-square along each is the profile."""

import numpy as np
import pytest
from routes import known_curves as known

from deanalysis import fit

ERROR, RISE = 0.02, 3.8414588


def table(x: known.Floats, clean: known.Floats, seed: int) -> dict[str, list[float]]:
    y = clean + np.random.default_rng(seed).normal(0, ERROR, len(x))
    return {"x": x.tolist(), "y": y.tolist(), "error": [ERROR] * len(x)}


def on_a_grid(data: dict[str, list[float]], cs: known.Floats, places: known.Floats) -> dict[str, tuple[float, float]]:
    """Return the least and the largest c, emergence and scale at which chi^2 has risen by so much at the most."""
    x, y = np.array(data["x"]), np.array(data["y"])
    bends = np.array([known.emergence(c) for c in cs])
    curves = [np.exp(-c * known.states(c, np.outer(bend / places, x), rounds=1000)) for c, bend in zip(cs, bends, strict=True)]
    chi_square = np.array([((curve - y) ** 2).sum(axis=1) for curve in curves]) / ERROR**2
    spread = max(1.0, chi_square.min() / (len(x) - 2))
    inside = chi_square <= chi_square.min() + RISE * spread
    every = {"c": np.broadcast_to(cs[:, None], inside.shape), "emergence": np.broadcast_to(places, inside.shape)}
    every["scale"] = every["emergence"] / bends[:, None]
    return {name: (float(values[inside].min()), float(values[inside].max())) for name, values in every.items()}


GRADUAL, JUMP = np.geomspace(20, 2000, 25), np.linspace(100, 900, 25)
CASES = {
    "gradual": (GRADUAL, known.understood(2.0, GRADUAL / 200), np.linspace(1.8, 2.2, 101), np.linspace(200, 218, 101)),
    "jump": (JUMP, known.understood(5.0, JUMP / 200), np.linspace(3.5, 8, 151), 466.667 + 33.333 * np.linspace(0.03, 0.985, 15) ** 2),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_intervals_are_those_of_a_grid(name: str, seed: int) -> None:
    x, clean, cs, places = CASES[name]
    data = table(x, clean, seed)
    found = fit(data, "x", "y", error="error", guess=0, models="paper", compare=False)
    for parameter, (low, high) in on_a_grid(data, cs, places).items():
        interval = found.parameters[parameter]
        width = high - low
        assert interval.low == pytest.approx(low, abs=0.04 * width), parameter
        assert interval.high == pytest.approx(high, abs=0.04 * width), parameter


def test_what_the_points_leave_open_has_no_bound() -> None:
    """Before the jump alone, c and where the jump is are known from below."""
    x = np.linspace(20, 440, 20)
    found = fit(table(x, known.understood(5.0, x / 200), 3), "x", "y", error="error", guess=0, models="paper", compare=False)
    assert found.parameters["emergence"].high is None
    assert "emergence" in found.undetermined
    assert found.verdict == "fits"
