"""Laws fitted to samples of known laws: parameters within their errors, the others rejected, likelihoods against SciPy's own."""

import json

import numpy as np
import pytest
from scipy import stats

from deanalysis import InputError, LawFits, fit_laws

SIZE = 5000
TRUE = {
    "poisson": {"mean": 3.2},
    "negative binomial": {"mean": 4.0, "shape": 0.7},
    "zipf": {"exponent": 2.8},
    "log-normal": {"mu": 1.5, "sigma": 1.0},
}
REJECTED = {
    "poisson": {"zipf", "log-normal"},
    "negative binomial": {"poisson", "zipf", "log-normal"},
    "zipf": {"poisson", "negative binomial"},
    "log-normal": {"poisson", "negative binomial", "zipf"},
}
"""A negative binomial law contains Poisson's, and a log-normal one comes near to every power law."""


def drawn(law: str, seed: int) -> np.ndarray:
    """Draw degrees of at least 1."""
    chance = np.random.default_rng(seed)
    sample = {
        "poisson": lambda: chance.poisson(3.2, 2 * SIZE),
        "negative binomial": lambda: chance.negative_binomial(0.7, 0.7 / 4.7, 2 * SIZE),
        "zipf": lambda: chance.zipf(2.8, 2 * SIZE),
        "log-normal": lambda: np.rint(np.exp(chance.normal(1.5, 1.0, 2 * SIZE))).astype(int),
    }[law]()
    return sample[sample >= 1][:SIZE]


@pytest.mark.parametrize("law", TRUE)
@pytest.mark.parametrize("seed", [1, 4, 5])
def test_each_law_is_recognised(law: str, seed: int) -> None:
    fits = fit_laws(drawn(law, seed))
    assert (fits.count, fits.least) == (SIZE, 1)
    best = fits.best
    assert best is not None
    assert best.law == law
    for name, value in TRUE[law].items():
        assert abs(best.parameters[name] - value) < 3 * best.errors[name] < 0.5 * value
    assert {fit.law for fit in fits.fits if fit.verdict == "rejected"} >= REJECTED[law]
    assert fits.verdict == "fits"


def log_masses(law: str, degrees: np.ndarray, parameters: dict[str, float]) -> np.ndarray:
    """Return what SciPy says of each degree, given that it is at least 1."""
    if law == "log-normal":
        rounded = stats.lognorm(parameters["sigma"], scale=np.exp(parameters["mu"]))
        return np.log((rounded.cdf(degrees + 0.5) - rounded.cdf(degrees - 0.5)) / rounded.sf(0.5))
    if law == "zipf":
        return stats.zipf(parameters["exponent"]).logpmf(degrees)
    shape = parameters.get("shape", 0)
    discrete = stats.poisson(parameters["mean"]) if law == "poisson" else stats.nbinom(shape, shape / (shape + parameters["mean"]))
    return discrete.logpmf(degrees) - np.log1p(-discrete.pmf(0))


def test_likelihoods_are_those_of_scipy_and_nowhere_larger() -> None:
    degrees = drawn("negative binomial", 4)
    for fit in fit_laws(degrees).fits:
        assert fit.log_likelihood == pytest.approx(log_masses(fit.law, degrees, fit.parameters).sum(), rel=1e-9)
        for name in fit.parameters:
            for factor in (0.99, 1.01):
                moved = {**fit.parameters, name: fit.parameters[name] * factor}
                assert log_masses(fit.law, degrees, moved).sum() < fit.log_likelihood


def test_the_ratio_is_vuong_s() -> None:
    degrees = drawn("log-normal", 5)
    best, *others = fit_laws(degrees).fits
    for other in others:
        differences = log_masses(best.law, degrees, best.parameters) - log_masses(other.law, degrees, other.parameters)
        z = differences.sum() / (differences.std() * np.sqrt(SIZE))
        assert other.z == pytest.approx(z, rel=1e-6)
        assert other.p_value == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-4)


def test_none_fits_where_none_does_and_true_laws_are_rejected_as_rarely_as_said() -> None:
    chance = np.random.default_rng(6)
    assert fit_laws(np.concatenate([chance.poisson(3, 3000), chance.poisson(30, 2000)])).verdict == "none fits"
    drawings = [fit_laws(chance.poisson(3.2, 2000)) for _ in range(40)]
    assert sum(fits.verdict == "none fits" for fits in drawings) <= 5, "two are expected, more than five in one of a hundred runs"
    assert sum(fits.best is None or fits.best.law != "poisson" for fits in drawings) <= 5


@pytest.mark.parametrize(
    ("degrees", "law", "fitted"),
    [([5], None, 0), ([3] * 10, None, 0), ([1, 2], "poisson", 2), ([0, 1, 2, 3], "poisson", 3), ([1, 2, 3] * 4, None, 4)],
)
def test_little_is_said_of_little(degrees: list[int], law: str | None, fitted: int) -> None:
    fits = fit_laws(degrees)
    assert len(fits.fits) == fitted
    assert len(fits.not_fitted) == 4 - fitted
    assert fits.verdict == "undecided"
    assert law is None or (fits.best is not None and fits.best.law == law)


@pytest.mark.parametrize("degrees", [np.arange(100, 103).repeat(300), np.random.default_rng(7).zipf(1.3, 3000).clip(max=2**31 - 1)])
def test_extreme_degrees_are_fitted_in_finite_numbers(degrees: np.ndarray) -> None:
    fits = fit_laws(degrees)
    assert len(fits.fits) == 4
    assert json.loads(json.dumps(fits.to_dict(), allow_nan=False))


def test_fits_are_written_and_read() -> None:
    fits = fit_laws(drawn("zipf", 8))
    assert LawFits.from_dict(json.loads(json.dumps(fits.to_dict(), allow_nan=False))) == fits
    assert fits.table().rows[0][4] == "best"


@pytest.mark.parametrize("degrees", [[], [-1, 2], [1.5, 2.0], [[1, 2], [3, 4]], [2**31], ["a"]])
def test_what_are_no_degrees_is_refused(degrees: list[object]) -> None:
    with pytest.raises(InputError, match="degrees must be whole numbers from 0"):
        fit_laws(degrees)
