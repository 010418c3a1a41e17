"""Room by the size of trained models: known exponents are recovered, other laws are refused, and the split is a numerical optimum."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from routes import known_curves as known
from scipy.optimize import minimize_scalar

import deanalysis as da
from deanalysis.errors import InputError
from deanalysis.measured.answers import RoomLaw
from deanalysis.measured.curves.forms import Theory
from deanalysis.measured.least_squares.fitting import Fitted
from deanalysis.measured.least_squares.intervals import Interval
from deanalysis.measured.points.measurements import Curve, Measurements
from deanalysis.measured.points.sizes import size_of
from deanalysis.measured.rising.room_law import best_exponents, by_curvature, power_law, room_law

Floats = NDArray[np.float64]
SIZES = np.geomspace(1e7, 1e10, 8)
DRAWS = 200
NAMES = ("net-10m", "net-100m", "net-1b-bf16", "net-10.0B")


def test_a_known_exponent_lies_in_its_interval_in_95_of_100_draws() -> None:
    """With errors of each, with one error in common to all, and with scatter that is not among the errors."""
    own, common = np.diag(np.linspace(0.02, 0.1, 8) ** 2), np.full((8, 8), 0.01)
    apart = np.log(SIZES) - np.log(SIZES).mean()
    tilted = np.outer(apart, apart) * 0.05**2
    both = own + common + tilted
    for covariance, stated in ((own, own), (both, both), (9 * own, own)):
        held, refused = 0, 0
        draws = np.random.default_rng(1).multivariate_normal(0.3 * np.log(SIZES) - 7, covariance, DRAWS)
        for values in draws:
            exponent, _, p_value = power_law(SIZES, values, stated)
            held += (exponent.low or 0) <= 0.3 <= (exponent.high or 0)
            refused += p_value < 0.05
        assert held >= 0.93 * DRAWS
        assert refused <= 0.09 * DRAWS if stated is covariance else refused > 0.9 * DRAWS


def test_the_interval_is_no_wider_than_needed() -> None:
    values = 0.3 * np.log(SIZES) + np.random.default_rng(2).normal(0, 0.05, 8)
    exponent = power_law(SIZES, values, np.eye(8) * 0.05**2)[0]
    error = 0.05 / np.sqrt(np.sum((np.log(SIZES) - np.log(SIZES).mean()) ** 2))
    assert 1.9 * error < (exponent.high or 0) - exponent.value < 5 * error


def test_a_law_that_bends_is_refused() -> None:
    values = np.log(1 - (SIZES / 1e6) ** -0.3)
    assert power_law(SIZES, values, np.eye(8) * 0.01**2)[2] < 1e-3


def learned(rooms: Sequence[float], error: float, seed: int) -> Measurements:
    """Return curves of learners that keep a share of the skills, c = 2, from density evolution round by round."""
    x, draw = np.geomspace(0.5, 300, 24), np.random.default_rng(seed)
    curves = []
    for name, room in zip(NAMES, rooms, strict=True):
        y = known.understood(2.0, x / 3, known.with_room(room), 1) + error * draw.normal(size=len(x))
        curves.append(Curve(name, x, y, np.full(len(x), error)))
    return Measurements(tuple(curves), sizes={name: size_of(name) for name in NAMES})


def law_of(rooms: Sequence[float], error: float = 0.005, seed: int = 1) -> RoomLaw:
    fitted = Fitted.of(Theory.named("paper+room"), learned(rooms, error, seed), ("room",), 0.0, 2)
    assert fitted is not None
    found = room_law([fitted], {name: {"room": room} for name, room in by_curvature(fitted)[0].items()}, 0.01)
    assert found is not None
    return found


def test_rooms_that_grow_as_a_power_are_found() -> None:
    rooms = [0.1 * 1000 ** (0.25 * power) for power in (0, 1 / 3, 2 / 3, 1)]
    found = law_of(rooms)
    assert found.fits
    assert (found.exponent.low or 0) < 0.25 < (found.exponent.high or 0)
    assert found.exponent.value == pytest.approx(0.25, abs=0.03)
    assert all(interval.value == pytest.approx(room, rel=0.1) for interval, room in zip(found.rooms.values(), rooms, strict=True))
    assert found.p_value > 0.01
    assert found.falls == ()
    assert found.best_parameters is not None
    assert found.best_parameters.value == pytest.approx(1 / (1 + found.exponent.value))


def test_a_larger_model_with_less_room_is_named_and_no_growth_has_no_split() -> None:
    found = law_of([0.6, 0.7, 0.5, 0.3])
    assert found.falls == (NAMES[2], NAMES[3])
    assert found.best_parameters is found.best_texts is None
    assert "no compute-optimal split" in found.sentences()[-1]


def test_intervals_by_curvature_hold_the_rooms() -> None:
    held = 0
    for seed in range(20):
        fitted = Fitted.of(Theory.named("paper+room"), learned([0.3, 0.4, 0.5, 0.6], 0.01, seed), ("room",), 0.0, 1)
        assert fitted is not None
        rooms = by_curvature(fitted)[0].values()
        held += sum((found.low or 0) <= room <= (found.high or 0) for found, room in zip(rooms, (0.3, 0.4, 0.5, 0.6), strict=True))
    assert held >= 70


def test_no_law_without_sizes_or_room() -> None:
    assert room_law([], {}, 0.01) is None
    plain = Fitted.of(Theory.named("paper"), learned([0.5] * 4, 0.01, 1), (), 0.0, 1)
    assert plain is not None
    assert room_law([plain], {}, 0.01) is None


@pytest.mark.parametrize("exponent", [0.4, 1.0, 1.7])
def test_the_split_is_that_of_a_numerical_optimum(exponent: float) -> None:
    """Skills learned on average by `best_split`'s own law of finite size, over all N with M = N^a skills kept and C/N texts, c = 6.

    Between two budgets for 10^8 and 10^10 skills the best N and the texts grow by the stated powers. With a = 1 it is `best_split`'s split.
    """
    law, past = jump()
    budgets = [4.533 * skills ** (1 + 1 / exponent) for skills in (1e8, 1e10)]
    sizes = [best_size(law, past, budget, exponent) for budget in budgets]
    parameters, texts = best_exponents(Interval(exponent))
    growth = np.log(sizes[1] / sizes[0]) / np.log(budgets[1] / budgets[0])
    assert parameters is not None
    assert texts is not None
    assert growth == pytest.approx(parameters.value, abs=1e-3)
    assert 1 - growth == pytest.approx(texts.value, abs=1e-3)
    if exponent == 1:
        model = da.load_model("paper")
        split = da.best_split(da.DensityEvolution(model.ensemble, model.learner), repr(budgets[0]), "R", c=6)
        assert sizes[0] == pytest.approx(split.skills, rel=1e-6)


def jump() -> tuple[Any, float]:
    """Return the law of finite size at the emergence at c = 6, and the share that is learned past it."""
    model = da.load_model("paper")
    evolution = da.DensityEvolution(model.ensemble, model.learner)
    return evolution.scaling("R", c=6).finite_size[0], float(da.best_ratio(evolution, "R", c=6).learned)


def best_size(law: Any, past: float, budget: float, exponent: float) -> float:
    """Return the N that teaches most skills."""

    def untaught(log_size: float) -> float:
        kept = np.exp(exponent * log_size)
        stuck = law.stuck(repr(float(budget / np.exp(log_size) / kept)), max(32, round(kept)))
        return -float(kept * (stuck * (1 - float(law.residue)) + (1 - stuck) * past))

    middle = np.log(budget / 4.533) / (1 + exponent)
    return float(np.exp(minimize_scalar(untaught, bounds=(middle - 0.05, middle), method="bounded", options={"xatol": 1e-9}).x))


def test_sizes_are_read_from_names() -> None:
    assert [size_of(name) for name in NAMES] == [1e7, 1e8, 1e9, 1e10]
    assert [size_of(name) for name in ("pythia-1.4b", "410M", "llama_7b", "gpt2-1.5B-4bit")] == [1.4e9, 4.1e8, 7e9, 1.5e9]
    for name in ("gpt2", "bf16", "8bit", "7bx", "1b-of-7b", ""):
        with pytest.raises(InputError, match="size must be one number such as 70m"):
            size_of(name)


def test_the_fit_has_the_law_and_writes_it() -> None:
    data = learned([0.2, 0.35, 0.5, 0.7], 0.01, 3)
    rows = [(curve.name, at, share) for curve in data.curves for at, share in zip(curve.x, curve.y, strict=True)]
    table = dict(zip(("model", "x", "y"), zip(*rows, strict=True), strict=True)) | {"e": [0.01] * len(rows)}
    found = da.fit(table, "x", "y", group="model", error="e", guess=0, models="paper+room", size="names", compare=False)
    assert found.room_law is not None
    assert found.room_law.rooms == {name: own["room"] for name, own in found.groups.items()}
    assert RoomLaw.from_dict(found.room_law.to_dict()) == found.room_law
    assert found.to_dict()["room_law"]["published"]["Kaplan et al. 2020"] == 0.73
    assert any("room ~ N^a" in str(note) for note in found.table().notes)
