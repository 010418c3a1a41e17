"""Which law the degrees of a graph follow: four laws by maximum likelihood, compared by Vuong's test, and whether the best of them fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...record import Record, Table
from .families import FAMILIES, Family, Floats

_LEVEL = 0.05
"""Level of the tests."""
_FEWEST_IN_CELL = 5
"""Degrees that are expected in a cell of Pearson's test, at the least."""
_SINGLE, _GROUPS = 1000, 500
"""Cells may end at each of the first 1000 degrees, and at 500 places beyond, evenly by their logarithm."""
_STEP = 1e-3
"""Of the differences that give standard errors, in logarithms of the parameters: rounding and curvature cost about the same."""
_SEARCH = {"xatol": 1e-7, "fatol": 1e-10, "maxiter": 1000}
"""Ends far below the standard errors of 10^6 degrees, and above the rounding errors of the mean log-likelihood."""
_MOST_DEGREE = 2**31
_LIMIT, _GENERAL = "poisson", "negative binomial"
"""The first law is a limit of the second one, which therefore is never rejected for it."""


@dataclass(frozen=True)
class LawFit(Record):
    """A law fitted to degrees: parameters with standard errors, the log-likelihood, and the tests of it.

    `z` and `p_value` are those of the likelihood ratio of the best law against this one, which decide its `verdict`: "best", "rejected",
    "undecided"; or "not needed" for a law of which the best one is a limit, where they are those of this law against the best one.
    `chi_square` and `fit_p_value` are those of Pearson's test.
    """

    law: str
    parameters: dict[str, float]
    errors: dict[str, float]
    log_likelihood: float
    aic: float
    verdict: str = ""
    z: float | None = None
    p_value: float | None = None
    chi_square: float | None = None
    fit_p_value: float | None = None

    @property
    def written(self) -> str:
        """The law with its parameters.

        >>> LawFit("poisson", {"mean": 2.5}, {}, -10.0, 22.0).written
        'poisson(mean 2.5)'
        """
        return f"{self.law}({', '.join(f'{name} {value:.4g}' for name, value in self.parameters.items())})"

    def __repr__(self) -> str:
        return f"<{self.written}: AIC {self.aic:.6g}{f', {self.verdict}' if self.verdict else ''}>"


@dataclass(frozen=True)
class LawFits(Record):
    """The laws fitted to degrees, the best first, the others by AIC; all are conditional on at least the `least` degree that there is.

    `verdict` is "fits", "none fits" (Pearson's test rejects the best one, at 5 %), or "undecided" where there are too few degrees to tell.
    `not_fitted` says why where a law was not fitted.
    """

    count: int
    least: int
    most: int
    mean: float
    verdict: str
    fits: tuple[LawFit, ...]
    not_fitted: dict[str, str] = field(default_factory=dict)

    @property
    def best(self) -> LawFit | None:
        """The best law, if any was fitted."""
        return self.fits[0] if self.fits else None

    @property
    def is_decided(self) -> bool:
        """Whether the best law is told from all others: they are rejected, or more general and not needed."""
        return bool(self.fits) and all(fit.verdict != "undecided" for fit in self.fits)

    def tail(self, fit: LawFit, degrees: Floats) -> Floats:
        """Return what one of the fits says of the share of degrees that are at least so much, given that they are at least the least one.

        >>> fits = fit_laws([1, 1, 1, 2, 2, 3])
        >>> fits.tail(fits.fits[0], np.array([1.0, 2.0, 9.0])).round(4)
        array([1.    , 0.4596, 0.    ])
        """
        family = next(family for family in (make() for make in FAMILIES) if family.name == fit.law)
        return _tail(family, float(self.least), degrees, fit.parameters.values())

    def __repr__(self) -> str:
        return f"<{self.count} degrees from {self.least} to {self.most}: {self.best.written if self.best else 'no law'}, {self.verdict}>"

    def table(self) -> Table:
        """Return a row for each law."""
        rows = [(fit.written, fit.log_likelihood, fit.aic, _shown(fit.p_value), fit.verdict, _shown(fit.fit_p_value)) for fit in self.fits]
        header = ("law", "log-likelihood", "AIC", "p of ratio", "verdict", "p of fit")
        return Table(header, rows, (self.verdict, *(f"{law}: {why}" for law, why in self.not_fitted.items())))


def _shown(value: float | None) -> object:
    return "" if value is None else value


def fit_laws(degrees: Iterable[int] | NDArray[Any]) -> LawFits:
    """Fit four laws to degrees by maximum likelihood, and say which is best, whether that is decided, and whether it fits.

    The laws: Poisson; negative binomial (Poisson with a Gamma distributed mean); zipf, p_k proportional to k^-exponent; log-normal, rounded
    to whole numbers. Each is conditional on at least the least degree d that there is: p_k / P(X >= d). Laws of two parameters need three
    different degrees, zipf degrees of at least 1.

    The best law is that of the least AIC. Each other one is compared by Vuong's test (1989; Clauset, Shalizi, Newman 2009): the sum of
    log p_best(k) - log p_other(k) over its standard deviation, two-sided. Poisson, a limit of the negative binomial law, is preferred to it
    unless twice that sum is too large: in half of all cases it is 0, and else chi-square with one degree of freedom. Whether the best law
    fits: Pearson's test in cells of at least max(5, n^0.6/2) degrees (Mann, Wald 1942); as the parameters are not fitted to the cells, the
    p-value is that with cells - 1 degrees of freedom, an upper bound (Chernoff, Lehmann 1954).

    Argument: whole numbers from 0, at least one. Raises `InputError` for anything else.

    >>> fits = fit_laws([1] * 60 + [2] * 25 + [3] * 10 + [4] * 5)
    >>> fits
    <100 degrees from 1 to 4: poisson(mean 1.027), fits>
    >>> [(fit.law, fit.verdict) for fit in fits.fits][:2]
    [('poisson', 'best'), ('negative binomial', 'not needed')]
    """
    values, counts = _counted(degrees)
    sizes = int(counts.sum()), int(values[0]), int(values[-1]), float(np.average(values, weights=counts))
    if len(values) == 1:
        return LawFits(*sizes, "undecided", (), {make().name: f"all degrees are {values[0]}: regular" for make in FAMILIES})
    sought = [make() for make in FAMILIES]
    reasons = {family.name: why for family in sought if (why := _hindrance(family, values))}
    found = [_Fitted(family, values, counts) for family in sought if family.name not in reasons]
    best = _best(found)
    fits = sorted((_record(fitted, best) for fitted in found), key=lambda fit: (fit.verdict != "best", fit.aic))
    p_value = fits[0].fit_p_value
    verdict = "undecided" if p_value is None else "none fits" if p_value < _LEVEL else "fits"
    return LawFits(*sizes, verdict, tuple(fits), reasons)


def _counted(degrees: Iterable[int] | NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different degrees in order, and how often each is there."""
    given = np.asarray(degrees if isinstance(degrees, np.ndarray) else list(degrees))
    if given.ndim != 1 or given.size == 0 or given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= _MOST_DEGREE:
        raise InputError("degrees", f"must be whole numbers from 0 to {_MOST_DEGREE - 1}, at least one")
    values, counts = np.unique(given.astype(np.int64), return_counts=True)
    return values, counts


def _hindrance(family: Family, values: NDArray[np.int64]) -> str:
    """Return why a law cannot be fitted, if so."""
    if values[0] < family.least:
        return f"needs degrees of at least {family.least}"
    if len(values) <= len(family.parameters):
        return f"needs at least {len(family.parameters) + 1} different degrees"
    return ""


class _Fitted:
    """A family at its largest likelihood for some degrees."""

    def __init__(self, family: Family, values: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        from scipy.optimize import minimize

        self.family, self.values, self.counts = family, values, counts
        self.count = int(counts.sum())
        mean = float(np.average(values, weights=counts))
        start = family.start(mean, float(np.average((values - mean) ** 2, weights=counts)))
        self.at: Floats = minimize(self._loss, start, method="Nelder-Mead", options=_SEARCH).x
        self.parameters = family.natural(self.at)
        self.log_likelihood = -self._loss(self.at) * self.count
        self.aic = 2 * len(self.parameters) - 2 * self.log_likelihood

    def _loss(self, at: Floats) -> float:
        """Return less the mean log-likelihood; infinity where it cannot be told in floats."""
        with np.errstate(all="ignore"):
            mean = float(np.average(self._logs(self.family.natural(at)), weights=self.counts))
        return -mean if np.isfinite(mean) else np.inf

    def _logs(self, parameters: tuple[float, ...]) -> Floats:
        least = self.values[:1].astype(float)
        return self.family.log_mass(self.values.astype(float), *parameters) - self.family.log_tail(least, *parameters)

    @property
    def logs(self) -> Floats:
        """The logarithm of the conditional probability of each different degree."""
        return self._logs(self.parameters)

    def tail(self, degrees: Floats) -> Floats:
        """Return the conditional probability of at least so much."""
        return _tail(self.family, float(self.values[0]), degrees, self.parameters)

    @property
    def errors(self) -> dict[str, float]:
        """The standard errors of the parameters by the observed information; none where it is not definite, as at the end of a family."""
        steps = _STEP * np.eye(len(self.at))
        information = self.count * np.array([[self._second(a, b) for a in steps] for b in steps])
        if not np.isfinite(information).all() or np.linalg.eigvalsh(information)[0] <= 0:
            return {}
        ends = [np.subtract(self.family.natural(self.at + step), self.family.natural(self.at - step)) for step in steps]
        slopes = np.array(ends) / (2 * _STEP)
        variances = np.diag(slopes.T @ np.linalg.inv(information) @ slopes)
        return dict(zip(self.family.parameters, map(float, np.sqrt(variances)), strict=True))

    def _second(self, a: Floats, b: Floats) -> float:
        """Return a second difference quotient of the loss."""
        ends = ((1, 1, 1), (-1, -1, 1), (1, -1, -1), (-1, 1, -1))
        return sum(sign * self._loss(self.at + one * a + two * b) for one, two, sign in ends) / (4 * _STEP**2)

    def pearson(self) -> tuple[float, float] | None:
        """Return chi-square and its p-value in pooled cells; None where there are too few cells."""
        from scipy.stats import chi2

        ends = self._cells()
        if len(ends) - 2 < len(self.parameters):
            return None
        expected = self.count * -np.diff(np.append(self.tail(ends), 0))
        seen = np.diff(np.append(np.append(0, np.cumsum(self.counts))[np.searchsorted(self.values, ends)], self.count))
        statistic = float(((seen - expected) ** 2 / expected).sum())
        return statistic, float(chi2.sf(statistic, len(ends) - 1))

    def _cells(self) -> Floats:
        """Return the least degree of each cell."""
        first, last = float(self.values[0]), float(self.values[-1]) + 1
        beyond = np.geomspace(first + _SINGLE, max(last, first + _SINGLE), _GROUPS).round()
        places = np.unique(np.append(first + np.arange(_SINGLE), beyond))
        tails, wanted = self.count * self.tail(places), max(_FEWEST_IN_CELL, self.count**0.6 / 2)
        ends, left = [first], float(self.count)
        for place, tail in zip(places.tolist(), tails.tolist(), strict=True):
            if left - tail >= wanted and tail >= wanted:
                ends.append(place)
                left = tail
        return np.array(ends)


def _tail(family: Family, least: float, degrees: Floats, parameters: Iterable[float]) -> Floats:
    """Return the probability of at least so much, given that it is at least `least`."""
    tails = family.log_tail(np.append(least, degrees), *parameters)
    return np.asarray(np.exp(tails[1:] - tails[0]))


def _best(found: list[_Fitted]) -> _Fitted:
    """Return the law of the least AIC; Poisson rather than the negative binomial law where their ratio does not reject it."""
    best = min(found, key=lambda fitted: fitted.aic)
    limit = next((fitted for fitted in found if fitted.family.name == _LIMIT), best)
    return limit if best.family.name == _GENERAL and _ratio(best, limit)[1] >= _LEVEL else best


def _record(fitted: _Fitted, best: _Fitted) -> LawFit:
    z, p_value = (None, None) if fitted is best else _ratio(best, fitted)
    verdict = "best" if p_value is None else "rejected" if p_value < _LEVEL else "undecided"
    if (best.family.name, fitted.family.name) == (_LIMIT, _GENERAL):
        (z, p_value), verdict = _ratio(fitted, best), "not needed"
    chi_square, fit_p_value = fitted.pearson() or (None, None)
    parameters = dict(zip(fitted.family.parameters, fitted.parameters, strict=True))
    sizes = fitted.log_likelihood, fitted.aic
    return LawFit(fitted.family.name, parameters, fitted.errors, *sizes, verdict, z, p_value, chi_square, fit_p_value)


def _ratio(best: _Fitted, other: _Fitted) -> tuple[float, float]:
    """Return z and the p-value of the likelihood ratio of the best law against another one."""
    from scipy.stats import chi2, norm

    differences = best.logs - other.logs
    total = float(best.counts @ differences)
    if (other.family.name, best.family.name) == (_LIMIT, _GENERAL):
        twice = max(2 * total, 0.0)
        return float(np.sqrt(twice)), float(chi2.sf(twice, 1) / 2)
    spread = float(best.counts @ differences**2) / best.count - (total / best.count) ** 2
    z = total / np.sqrt(best.count * spread) if spread > 0 else 0.0
    return float(z), float(2 * norm.sf(abs(z)))
