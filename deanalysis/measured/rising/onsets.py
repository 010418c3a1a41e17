"""Where a curve leaves its start: the power law from an onset on, its chi-square by the onset, and whether curves share one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..answers import OneOnset
from ..curves.forms import PowerLaw
from ..least_squares.intervals import LEVEL, Interval
from ..least_squares.problem import GUESS
from ..points.measurements import Curve, Floats, Measurements

_CELLS = 100
"""Onsets of a grid. A grid is made finer around the least chi-square until its cells are small beside the interval."""
_ENOUGH_CELLS = 20
_ZOOMS = 4
_AROUND = 4
"""Cells on either side of the least sum of chi-squares that the next grid spans."""
_EXPONENTS, _FINER, _FINER_ZOOMS = 20, 7, 5
"""Exponents of a grid, and of finer ones around the best, the last of which has steps of 0.5 %."""
_MOST_POINTS = 300
"""Points of a curve: of more, neighbours are merged."""
_PARAMETERS = 4
"""Guess, height, onset and exponent."""
_MARGIN = 3.0
"""A grid spans the onsets at which chi-square is within so many times the rise at the ends of the interval."""


@dataclass(frozen=True, eq=False)
class OnsetProfile:
    """chi^2 of y = guess + (1 - guess) height (1 - (x/onset)^-exponent)_+ for one curve by its onset, least over all others.

    For a given onset and exponent the curve is linear in 1 - guess and (1 - guess) height, so that their least squares are solved exactly
    within their domains (those of `PowerLaw`, guess from 0 to 0.95, fitted where it is None); the exponent is searched for on a grid that
    is made finer. For intervals and tests chi^2 is divided by the spread, chi^2 per degree of freedom at its least where that is more than
    1, as for data whose errors are too small.
    """

    curve: Curve
    guess: float | None = None
    noise_degrees: float | None = None

    @property
    def degrees(self) -> int:
        """Points less parameters."""
        return len(self.curve) - _PARAMETERS + (self.guess is not None)

    @property
    def range(self) -> tuple[float, float]:
        """The least and the largest onset that are looked at, by logarithm: those between the positive x."""
        positive = self.curve.x[self.curve.x > 0]
        return float(np.log(positive[0])), float(np.log(positive[-1]))

    @cached_property
    def _points(self) -> tuple[Floats, Floats, Floats]:
        """log x, 1 - y and the weights of the points, neighbours merged where there are many."""
        with np.errstate(divide="ignore"):
            log_x = np.log(self.curve.x)
        weight = self.curve.error**-2.0
        cells = np.arange(len(log_x)) * min(_MOST_POINTS, len(log_x)) // len(log_x)
        total = np.bincount(cells, weight)
        finite = np.maximum(log_x, self.range[0] - 50)
        merged, left = (np.bincount(cells, weight * part) / total for part in (finite, 1 - self.curve.y))
        return merged, left, np.asarray(total, dtype=float)

    def chi_squares(self, onsets: Floats) -> tuple[Floats, Floats]:
        """Return chi^2 at onsets (their logarithms), not divided by the spread, and log exponents at which it is least."""
        low, high = next(one for one in PowerLaw.parameters if one.name == "exponent").ends
        centre, half, rows = np.full(len(onsets), (low + high) / 2), (high - low) / 2, np.arange(len(onsets))
        count = _EXPONENTS
        for _ in range(_FINER_ZOOMS):
            tried = np.clip(centre[:, None] + np.linspace(-half, half, count), low, high)
            costs = self._costs(onsets[:, None], tried)
            best = costs.argmin(axis=1)
            centre, half, count = tried[rows, best], 2 * half / (count - 1), _FINER
        inner = np.clip(best, 1, _FINER - 2)
        before, here, after = (costs[rows, inner + side] for side in (-1, 0, 1))
        bent = before - 2 * here + after
        below = np.where(bent > 0, (after - before) ** 2 / np.maximum(8 * bent, 1e-300), 0.0)
        return np.where((best == inner) & (below < bent / 2), np.maximum(here - below, 0.0), costs[rows, best]), centre

    def _costs(self, onsets: Floats, exponents: Floats) -> Floats:
        """Return chi^2 at onsets and exponents, both by logarithm, which are broadcast together."""
        log_x, left, weight = self._points
        rise = -np.expm1(-np.exp(exponents)[..., None] * np.maximum(log_x - onsets[..., None], 0.0))
        return _least(rise, left, weight, self.guess)

    @cached_property
    def best(self) -> tuple[float, float, float]:
        """log onset and log exponent at the least chi^2, and that chi^2, on the finest grid."""
        grid, costs, exponents = self._grid
        place = int(costs.argmin())
        return float(grid[place]), float(exponents[place]), float(costs[place])

    @property
    def chi_square(self) -> float:
        """The least chi^2."""
        return self.best[2]

    @property
    def p_value(self) -> float:
        """The chance of so large a chi^2 where the form is right, as `Fitted.p_value` has it."""
        return Measurements((self.curve,), self.noise_degrees).p_value(self.chi_square, self.degrees)

    @property
    def spread(self) -> float:
        """chi^2 per degree of freedom where that is more than 1."""
        return max(1.0, self.chi_square / self.degrees)

    @property
    def test_degrees(self) -> float:
        """Degrees of freedom of what is known of the noise, when chi^2 is divided by the spread."""
        return min(self.degrees, self.noise_degrees or np.inf)

    @property
    def rise(self) -> float:
        """By how much chi^2 rises at the ends of the interval: the law of F, since the spread is estimated from the same points."""
        from scipy.stats import f

        return float(f.ppf(LEVEL, 1, self.test_degrees))

    @cached_property
    def _grid(self) -> tuple[Floats, Floats, Floats]:
        """Onsets, chi^2 and exponents on the finest grid."""
        low, high = self.range
        for _ in range(_ZOOMS):
            grid = np.linspace(low, high, _CELLS)
            costs, exponents = self.chi_squares(grid)
            spread = max(1.0, costs.min() / self.degrees)
            within = np.flatnonzero(costs - costs.min() <= _MARGIN * self.rise * spread)
            if within[-1] - within[0] >= _ENOUGH_CELLS:
                break
            low, high = grid[max(within[0] - 1, 0)], grid[min(within[-1] + 1, _CELLS - 1)]
        return grid, costs, exponents

    @property
    def gap(self) -> tuple[float, float]:
        """The neighbouring x between which the onset lies."""
        after = int(np.clip(np.searchsorted(self.curve.x, np.exp(self.best[0])), 1, len(self.curve) - 1))
        return float(self.curve.x[after - 1]), float(self.curve.x[after])

    @property
    def interval(self) -> Interval:
        """The onset with its 95 % interval; an end is None where chi^2 has not risen enough at the first or at the last positive x."""
        grid, costs, _ = self._grid
        excess = (costs - costs.min()) / self.spread - self.rise
        inside = np.flatnonzero(excess <= 0)
        low, high = (_crossing(grid, excess, int(place), step) for place, step in ((inside[0], -1), (inside[-1], 1)))
        return Interval(float(np.exp(self.best[0])), *(None if end is None else float(np.exp(end)) for end in (low, high)))


def _crossing(grid: Floats, excess: Floats, place: int, step: int) -> float | None:
    """Return where the excess is 0 between a place of the grid and the next one, None at the end of the grid."""
    other = place + step
    if not 0 <= other < len(grid):
        return None
    share = excess[place] / (excess[place] - excess[other])
    return float(grid[place] + share * (grid[other] - grid[place]))


def _least(rise: Floats, left: Floats, weight: Floats, guess: float | None) -> Floats:
    """Return the least sum w (left - u + v rise)^2 over u = 1 - guess from 0.05 to 1, and v = u height from 0 to u.

    With means and sums of squares around them that is W (mean left - u + v mean rise)^2 + S_ll + 2 v S_rl + v^2 S_rr. It is least where
    both slopes are 0, if that is inside of the domain, else on one of its sides.
    """
    total = float(weight.sum())
    mean_rise, mean_left = rise @ weight / total, float(weight @ left) / total
    apart, off = rise - mean_rise[..., None], left - mean_left
    s_rr, s_rl, s_ll = apart**2 @ weight, apart @ (weight * off), float(weight @ off**2)
    squares = np.maximum(s_rr + total * mean_rise**2, 1e-300)

    def with_best(u: Floats) -> tuple[Floats, Floats]:
        return u, np.clip(-(s_rl + total * mean_rise * (mean_left - u)) / squares, 0.0, u)

    ends = (1 - GUESS.high, 1 - GUESS.low) if guess is None else (1 - guess,)
    tried = [with_best(np.full_like(s_rr, end)) for end in ends]
    if guess is None:
        v = -s_rl / np.maximum(s_rr, 1e-300)
        u = np.clip(mean_left + v * mean_rise, *ends)
        kept = np.maximum(s_rr + total * (1 - mean_rise) ** 2, 1e-300)
        tied = np.clip((total * (1 - mean_rise) * mean_left - s_rl) / kept, *ends)
        flat = np.full_like(s_rr, np.clip(mean_left, *ends))
        tried += [(u, np.clip(v, 0.0, u)), (tied, tied), (flat, np.zeros_like(flat))]
    costs = [total * (mean_left - u + v * mean_rise) ** 2 + s_ll + 2 * v * s_rl + v**2 * s_rr for u, v in tried]
    return np.asarray(np.maximum(np.min(costs, axis=0), 0.0))


def one_onset(profiles: Sequence[OnsetProfile], significance: float) -> OneOnset | None:
    """Test whether curves leave their start at one x: one shared onset against each its own, all else each curve's own.

    F = (min over o of the sum of chi^2_g(o)/s_g - sum of min chi^2_g/s_g)/(G - 1), s_g the spread of the curve g, has about the law of F
    with G - 1 and sum of (n_g - k) degrees of freedom where the onset is one. None for a single curve.
    """
    from scipy.stats import f

    if len(profiles) < 2:
        return None
    apart = sum(one.chi_square / one.spread for one in profiles)
    grid, total = _shared(profiles)
    place = int(total.argmin())
    degrees = len(profiles) - 1, float(min(sum(one.degrees for one in profiles), profiles[0].noise_degrees or np.inf))
    statistic = max(0.0, float(total[place]) - apart) / degrees[0]
    p_value = float(f.sf(statistic, *degrees))
    gaps = {one.gap for one in profiles}
    return OneOnset(
        float(np.exp(grid[place])), statistic, degrees, p_value, "differ" if p_value < significance else "may be one", len(gaps) == 1
    )


def _shared(profiles: Sequence[OnsetProfile]) -> tuple[Floats, Floats]:
    """Return shared onsets around the least sum of chi^2, and those sums."""
    low, high = min(one.range[0] for one in profiles), max(one.range[1] for one in profiles)
    for _ in range(_ZOOMS):
        grid = np.linspace(low, high, _CELLS)
        total = np.sum([one.chi_squares(grid)[0] / one.spread for one in profiles], axis=0)
        place = int(total.argmin())
        low, high = grid[max(place - _AROUND, 0)], grid[min(place + _AROUND, _CELLS - 1)]
    return grid, total
