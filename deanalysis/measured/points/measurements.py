"""Measurements: points of one or several curves, their errors, and what is known of the noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from .tables import Columns

Floats = NDArray[np.float64]

_BEYOND, _BEYOND_ERRORS, _BEYOND_MOST = 0.2, 5.0, 0.5
"""A share may lie so far outside of [0, 1] by its noise: 0.2 where no errors are known, else five standard errors, at most 0.5."""
_FURTHEST = 1e100
"""No x, and no 1/x, is larger: ratios of them would not be numbers."""
_LEAST_ERROR, _LARGEST_ERROR = 1e-9, 1.0
"""Of a share: no smaller error can be tested in floats, and a larger one is that of no share."""
_AGREE = 1.25
"""Errors are those of shares of N items where y (1-y)/error^2 is N at all points, up to this factor from the tenth to the ninth of ten."""
_FEWEST_REPEATS = 5
"""Degrees of freedom, at the least, where the noise is estimated from points at the same x."""
_MOST_POINTS = 4000
"""Points of a curve, at the most: neighbours are merged to so many, which moves a smooth curve by less than 1e-7."""
_DIVIDED, _PARTS = 10, 400
"""So many cells of merged neighbours, in which y varies most, are divided into so many parts; a jump then moves one part at most."""
_ROUNDING = 1e-12
"""Of a mean of shares: y that differ by less are the same number."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Points of a curve in ascending order of x, one for each x: the mean of y, and its standard error.

    Points at the same x are merged; `scatter` is their chi-square around the mean, with `repeats` degrees of freedom.
    """

    name: str
    x: Floats
    y: Floats
    error: Floats
    scatter: float = 0.0
    repeats: int = 0

    def __len__(self) -> int:
        return len(self.x)

    def first(self, count: int) -> Curve:
        """Return the first points alone."""
        return Curve(self.name, self.x[:count], self.y[:count], self.error[:count])

    def after(self, count: int) -> Curve:
        """Return the points that follow the first ones."""
        return Curve(self.name, self.x[count:], self.y[count:], self.error[count:])


@dataclass(frozen=True, eq=False)
class Measurements:
    """Curves, and what is known of their noise: `noise_degrees`, of freedom, where it was estimated; None where errors were given.

    `notes` say what was done to the points.
    """

    curves: tuple[Curve, ...]
    noise_degrees: float | None = None
    notes: tuple[str, ...] = ()
    sizes: dict[str, float] = field(default_factory=dict)

    @cached_property
    def points(self) -> int:
        """How many points there are, all x of all curves."""
        return sum(len(curve) for curve in self.curves)

    @property
    def least(self) -> float:
        """The least positive x."""
        return min(float(curve.x[curve.x > 0][0]) for curve in self.curves if (curve.x > 0).any())

    @property
    def most(self) -> float:
        """The largest x."""
        return max(float(curve.x[-1]) for curve in self.curves)

    @property
    def scatter(self) -> tuple[float, int]:
        """Chi-square, and degrees of freedom, of points at the same x."""
        return sum(curve.scatter for curve in self.curves), sum(curve.repeats for curve in self.curves)

    def p_value(self, chi_square: float, degrees: int) -> float:
        """Return the chance of so large a chi^2 where a model is right: of its law, or of F's where the noise was estimated."""
        from scipy.stats import chi2, f

        if self.noise_degrees is None:
            return float(chi2.sf(chi_square, degrees))
        return float(f.sf(chi_square / degrees, degrees, self.noise_degrees))

    def constant(self, significance: float) -> tuple[str, ...]:
        """Return the names of curves that a constant fits: they show no rise."""
        return tuple(curve.name for curve in self.curves if len(curve) > 1 and self._is_constant(curve, significance))

    def _is_constant(self, curve: Curve, significance: float) -> bool:
        weight = curve.error**-2.0
        off = curve.y - (weight @ curve.y) / weight.sum()
        return self.p_value(float(weight @ off**2) + curve.scatter, len(curve) - 1 + curve.repeats) >= significance

    def only(self, curve: Curve) -> Measurements:
        """Return one curve with the same noise."""
        return Measurements((curve,), self.noise_degrees, sizes=self.sizes)


def measured(columns: Columns, *, of: str = "accuracy") -> Measurements:
    """Return the measurements that columns hold; errors that are not given are estimated from the points.

    Without errors the noise is taken to be the same everywhere. It is estimated from points at the same x where there are at least 5 more
    points than x; else from how far each point lies off the line through its two neighbours, s^2 = mean of r_i^2, r_i standardised
    (Gasser, Sroka, Jennen-Steinmetz, Biometrika 73, 1986), which has about 18 (n-2)/35 degrees of freedom. Where a curve bends between
    neighbours that is too much, and never too little: a curve is then less easily refused.

    Raises `InputError` for y that are no shares, x below 0, x that are all 0, errors that are negative, or 0 where they cannot be told.
    """
    if of not in ("accuracy", "error"):
        raise InputError("of", "must be accuracy or error", given=of)
    x, y = columns.x, columns.y if of == "accuracy" else 1 - columns.y
    _check(columns, x, "x", x >= 0, "must not be negative")
    within = (x == 0) | ((x >= 1 / _FURTHEST) & (x <= _FURTHEST))
    _check(columns, x, "x", within, f"must be 0, or lie between {1 / _FURTHEST:g} and {_FURTHEST:g}", "take another unit of x")
    for index, name in enumerate(columns.names):
        if not (x[columns.groups == index] > 0).any():
            raise InputError("x", "must be positive somewhere" + (f" in the curve {name}" if name else ""))
    error, notes = _errors(columns, y)
    slack = _BEYOND if error is None else np.minimum(_BEYOND_ERRORS * error, _BEYOND_MOST)
    inside = (y >= -slack) & (y <= 1 + slack)
    _check(columns, columns.y, "y", inside, "must be shares between 0 and 1, up to noise", "divide percent by 100")
    given = np.ones(len(x)) if error is None else error
    groups = [(name, columns.groups == index) for index, name in enumerate(columns.names)]
    curves = tuple(_merged(name, x[rows], y[rows], given[rows]) for name, rows in groups)
    notes += _rows_said(columns, curves)
    if error is not None:
        return Measurements(curves, None, notes)
    noise, degrees = _noise(curves)
    scaled = tuple(_scaled(curve, noise) for curve in curves)
    return Measurements(scaled, degrees, (*notes, f"no errors were given: the noise of a point is estimated as {noise:.3g}"))


def _scaled(curve: Curve, noise: float) -> Curve:
    """Return a curve with the noise of its points; points at the same x that do not scatter are copies, and say nothing of noise."""
    scatter = curve.scatter / noise**2
    return Curve(curve.name, curve.x, curve.y, curve.error * noise, scatter, curve.repeats if scatter else 0)


def _check(columns: Columns, shown: Floats, what: str, good: NDArray[np.bool_], requirement: str, remedy: str = "") -> None:
    """Raise `InputError` for the first row that is not good."""
    if not good.all():
        row = int(np.flatnonzero(~good)[0])
        raise InputError(f"{what}, in row {columns.row(row)},", requirement, given=f"{shown[row]:.12g}", remedy=remedy)


def _errors(columns: Columns, y: Floats) -> tuple[Floats | None, tuple[str, ...]]:
    """Return the standard errors, those of 0 as the errors of shares of N items, where the others say what N is."""
    if columns.error is None:
        return None, ()
    error = columns.error.copy()
    _check(columns, error, "error", error >= 0, "must not be negative")
    within = (error == 0) | ((error >= _LEAST_ERROR) & (error <= _LARGEST_ERROR))
    _check(columns, error, "error", within, f"must be 0, or lie between {_LEAST_ERROR:g} and {_LARGEST_ERROR:g}, as that of a share")
    zero = error == 0
    if not zero.any():
        return error, ()
    told = ~zero & (y > 0) & (y < 1)
    items = y[told] * (1 - y[told]) / error[told] ** 2
    low, middle, high = np.quantile(items, [0.1, 0.5, 0.9]) if len(items) else (1.0, 0.0, 9.0)
    if high > _AGREE * low:
        requirement = "must be positive, as the other errors are not those of shares of one number of items"
        _check(columns, error, "error", ~zero, requirement, "state it, or leave the column out")
    count = round(float(middle)) + 1
    share = (np.clip(y[zero], 0, 1) * count + 1) / (count + 2)
    error[zero] = np.sqrt(share * (1 - share) / count)
    number = int(zero.sum())
    taken = "1 error of 0 is" if number == 1 else f"{number} errors of 0 are"
    return error, (f"{taken} taken as that of k of {count} items, (k+1)/(N+2) in place of k/N; the other errors say N",)


def _rows_said(columns: Columns, curves: tuple[Curve, ...]) -> tuple[str, ...]:
    """Say how many rows are merged into points, and whether some are the same as others."""
    rows, points = len(columns.x), sum(map(len, curves))
    if rows == points:
        return ()
    merged = f"{rows} rows are merged into {points} points, of the same x or near each other; how they scatter is tested as well"
    parts = [columns.groups, columns.x, columns.y, *([] if columns.error is None else [columns.error])]
    copies = rows - len(np.unique(np.column_stack(parts), axis=0))
    told = f"{copies} rows are the same as others in all columns that are asked for, and count as measurements of their own"
    return (merged, told) if copies else (merged,)


def _merged(name: str, x: Floats, y: Floats, error: Floats) -> Curve:
    """Return a curve in ascending order, with one point for each x; of more than 4000 x, neighbours on the axis of log x are merged."""
    order = np.argsort(x, kind="stable")
    x, y, weight = x[order], y[order], error[order] ** -2.0
    _, place = np.unique(x, return_inverse=True)
    if place[-1] >= _MOST_POINTS:
        place = _divided(_neighbours(x), place, y, weight)
    total = np.bincount(place, weight)
    mean_x, mean_y = (np.bincount(place, weight * part) / total for part in (x, y))
    low, high = np.full(len(total), np.inf), np.full(len(total), -np.inf)
    np.minimum.at(low, place, x)
    np.maximum.at(high, place, x)
    mean_x = np.clip(mean_x, low, high)
    off = y - mean_y[place]
    scatter = float(np.sum(weight * np.where(np.abs(off) < _ROUNDING, 0.0, off) ** 2))
    return Curve(name, mean_x, mean_y, 1 / np.sqrt(total), scatter, len(x) - len(total))


def _neighbours(x: Floats) -> NDArray[np.intp]:
    """Return in which of 4000 cells of the same width on the axis of log x each point lies; those at 0 have one of their own."""
    log_x = np.log(x[x > 0])
    cells = ((log_x - log_x[0]) / max(log_x[-1] - log_x[0], 1e-300) * (_MOST_POINTS - 1)).astype(np.intp)
    return np.concatenate([np.full(len(x) - len(cells), -1), cells]) + 1


def _divided(cells: NDArray[np.intp], places: NDArray[np.intp], y: Floats, weight: Floats) -> NDArray[np.intp]:
    """Divide the cells in which y varies most beyond the others: a jump lies in one of them, and would be a step in its middle."""
    _, cells = np.unique(cells, return_inverse=True)
    total, count = np.bincount(cells, weight), np.bincount(cells)
    mean = np.bincount(cells, weight * y) / total
    scatter = np.bincount(cells, weight * (y - mean[cells]) ** 2)
    several = count > 1
    usual = float(np.median(scatter[several] / (count[several] - 1)))
    worst = np.argsort(np.where(several, scatter - usual * (count - 1), -np.inf))[-_DIVIDED:]
    within = np.zeros(len(cells))
    for cell in worst:
        rows = np.flatnonzero(cells == cell)
        rank = places[rows] - places[rows[0]]
        within[rows] = np.floor(rank / (rank[-1] + 1) * _PARTS)
    _, place = np.unique(cells * _PARTS + within, return_inverse=True)
    return place


def _noise(curves: tuple[Curve, ...]) -> tuple[float, float]:
    """Return the standard deviation of a point, and the degrees of freedom of that estimate."""
    repeats, scatter = sum(curve.repeats for curve in curves), sum(curve.scatter for curve in curves)
    if repeats >= _FEWEST_REPEATS and scatter > 0:
        noise, degrees = (scatter / repeats) ** 0.5, float(repeats)
    else:
        off = np.concatenate([_off_neighbours(curve) for curve in curves])
        if not len(off):
            raise InputError("error", "must be given where no curve has three points", remedy="or give more points")
        noise, degrees = float(np.mean(off**2)) ** 0.5, 18 * len(off) / 35
    if noise == 0:
        raise InputError("y", "must vary, or errors must be given, for without noise nothing can be tested")
    return noise, degrees


def _off_neighbours(curve: Curve) -> Floats:
    """Return how far points lie off the line between their neighbours along log x, in units of the noise if it is all they differ by."""
    rows = curve.x > 0
    at, y, error = np.log(curve.x[rows]), curve.y[rows], curve.error[rows]
    if len(at) < 3:
        return np.empty(0)
    left = (at[2:] - at[1:-1]) / (at[2:] - at[:-2])
    off = left * y[:-2] + (1 - left) * y[2:] - y[1:-1]
    spread = (left * error[:-2]) ** 2 + ((1 - left) * error[2:]) ** 2 + error[1:-1] ** 2
    return np.asarray(off / spread**0.5)
