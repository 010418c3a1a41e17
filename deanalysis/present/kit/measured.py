"""Measured curves beside the theory and a usual form, with their residuals: tables of a fit, and the figure drawn from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...measured.least_squares.fitting import Fitted
from ...measured.results import Candidate, CurveFit
from .curves import Floats, Table
from .style import draw_divided, line_of, mark_of, new_pairs, plain_ticks, styled
from .verbatim import Verbatim

PANELS = 12
"""Curves of a figure, at the most."""
_GRID, _HALVINGS, _STEP = 161, 24, 0.03
"""Points of a line, evenly by log x, and more where it is steep: 24 halvings of an interval leave a jump, and nothing else, in it."""
_MARKS = 150
"""Marks of a curve, at the most: so many still show how they lie around a line."""
_BAND = 2
"""The band of residuals, and the bars of points, in standard errors."""
_LINEAR, _MOST_LINEAR = 4, 12
"""An axis of residuals is linear where none is larger than 12 standard errors, else from -4 to 4, and logarithmic beyond."""
_COLUMNS, _NAME, _LINEAR_PART = 4, 30, 0.17


def best_of(fit: CurveFit, kind: str) -> tuple[Candidate, Fitted] | None:
    """Return the model of a kind that AIC prefers, and its fit; None where there is none, as of a fit that was read back."""
    return next((pair for pair in zip(fit.candidates, fit.fitted, strict=False) if pair[0].kind == kind), None)


def curve_names(fit: CurveFit) -> tuple[str, ...]:
    """Return the names of the curves, in their order."""
    return tuple(curve.name for curve in fit.fitted[0].data.curves)


def points_table(fit: CurveFit) -> Table:
    """Return the points with their standard errors, and of theory and a usual form the residuals (y - model)/error.

    `curve` is the number of the curve from 1; what there is not is nan.
    """
    models = {kind: best_of(fit, kind) for kind in ("theory", "usual")}
    rows = []
    for index, curve in enumerate(fit.fitted[0].data.curves):
        left = [
            np.full(len(curve), np.nan) if found is None else (curve.y - found[1].predicted(index, curve.x)) / curve.error
            for found in models.values()
        ]
        rows += [(index + 1, *row) for row in zip(curve.x, curve.y, curve.error, *left, strict=True)]
    return Table.of_rows(("curve", "x", "y", "error", *models), rows)


def lines_table(fit: CurveFit, shown: Sequence[int]) -> Table:
    """Return theory and a usual form along x, a row for each x, of curves by their numbers; nan after a jump."""
    models = {kind: best_of(fit, kind) for kind in ("theory", "usual")}
    rows: list[tuple[float, ...]] = []
    for index, curve in ((number - 1, fit.fitted[0].data.curves[number - 1]) for number in shown):
        positive = curve.x[curve.x > 0]
        grid = np.geomspace(positive[0], positive[-1], _GRID) if len(positive) else np.empty(0)
        forms = [_of_curve(found and found[1], index) for found in models.values()]
        for form in forms:
            grid = _denser(form, grid)
        grid = np.concatenate([curve.x[curve.x == 0][:1], grid])
        rows += [(index + 1, x, *y) for x, *y in zip(grid, *(_divided(form, grid) for form in forms), strict=True)]
    return Table.of_rows(("curve", "x", *models), rows)


Line = Callable[[Floats], Floats]


def _of_curve(fitted: Fitted | None, index: int) -> Line:
    return lambda x: np.full(len(x), np.nan) if fitted is None else fitted.predicted(index, x)


def _steep(y: Floats) -> Any:
    """Return the places before which y steps by more than so much of its range."""
    return np.flatnonzero(np.abs(np.diff(y)) > _STEP * np.ptp(y)) + 1


def _denser(line: Line, grid: Floats) -> Floats:
    """Return a grid of log x with more points where a line is steep."""
    for _ in range(_HALVINGS):
        steep = _steep(line(grid)) if len(grid) > 1 else np.empty(0, dtype=int)
        if not len(steep):
            break
        grid = np.insert(grid, steep, np.sqrt(grid[steep - 1] * grid[steep]))
    return grid


def _divided(line: Line, grid: Floats) -> Floats:
    """Return a line, nan at the first point after a jump."""
    y = line(grid)
    jumps = [place for place in _steep(y) if grid[place] - grid[place - 1] < 1e-5 * grid[place]] if len(y) > 1 else []
    y[jumps] = np.nan
    return y


@styled
def draw_fitted(axes: Any, below: Any, points: Table, lines: Table, curve: int, labels: Sequence[str] = ("theory", "usual")) -> None:
    """Draw one curve: its points with bars of two standard errors, theory and a usual form as lines; below it the residuals."""
    row = points["curve"] == curve
    shown = np.flatnonzero(row)[_evenly(int(row.sum()))]
    x = points["x"][shown]
    black = {**mark_of(0), "color": "black", "markersize": 3, "linewidth": 0.8}
    axes.errorbar(x, points["y"][shown], _BAND * points["error"][shown], label="measured", **black)
    below.axhspan(-_BAND, _BAND, color="#dddddd", linewidth=0)
    along = lines["curve"] == curve
    for style, (kind, label) in enumerate(zip(("theory", "usual"), labels, strict=True)):
        if np.isfinite(lines[kind][along]).any():
            draw_divided(axes, lines["x"][along], lines[kind][along], label=label, **line_of(style))
            below.plot(x, points[kind][shown], **{**mark_of(style), "markersize": 3})
    _axis_of_x(below, points["x"])
    _axis_of_residuals(below, np.concatenate([points[kind][np.isfinite(points[kind])] for kind in ("theory", "usual")]))


def _evenly(count: int) -> Any:
    return np.unique(np.linspace(0, count - 1, min(count, _MARKS)).round().astype(int))


def _axis_of_x(axes: Any, x: Floats) -> None:
    """Let x be logarithmic; where there is x = 0, it lies at the left end of a short linear part."""
    positive = x[x > 0]
    least, most = float(positive.min()), float(positive.max())
    if (x == 0).any():
        axes.set_xscale("symlog", linthresh=least, linscale=max(_LINEAR_PART * np.log10(most / least), _LINEAR_PART))
        axes.set_xlim(-0.4 * least, most**1.02 / least**0.02)
        axes.set_xticks([0, *_powers(least, most)])
    else:
        wider = (most / least) ** 0.03 if most > least else 2.0
        axes.set_xscale("log")
        axes.set_xlim(least / wider, most * wider)
        plain_ticks(axes.xaxis, most / least)


def _powers(least: float, most: float) -> Floats:
    """Return powers of ten between two numbers, at most four of them."""
    first, last = int(np.ceil(np.log10(least) - 1e-9)), int(np.floor(np.log10(most) + 1e-9))
    return np.asarray(10.0 ** np.arange(first, last + 1, max(1, (last - first + 3) // 4)), dtype=float)


def _axis_of_residuals(axes: Any, residuals: Floats) -> None:
    """Let residuals be linear, or, where some are large, linear near 0 and logarithmic beyond."""
    most = float(np.abs(residuals).max(initial=_LINEAR))
    if most <= _MOST_LINEAR:
        axes.set(ylim=(-1.1 * most, 1.1 * most))
        return
    axes.set_yscale("symlog", linthresh=_LINEAR, linscale=1)
    axes.set(ylim=(-2 * most, 2 * most))
    powers = [10.0**power for power in range(1, int(np.log10(most)) + 1)][-2:]
    axes.set_yticks([*(-power for power in powers), 0, *powers])
    axes.minorticks_off()


def shown_curves(fit: CurveFit) -> list[int]:
    """Return the numbers of the curves that a figure shows, from 1: all, or those with the largest residuals of the theory."""
    points = points_table(fit)
    numbers = np.unique(points["curve"])
    squares = [float(np.sum(points["theory"][points["curve"] == number] ** 2)) for number in numbers]
    chosen = sorted(np.argsort(squares, kind="stable")[-PANELS:])
    return [int(numbers[place]) for place in chosen]


def panels_of(fit: CurveFit, shown: Sequence[int]) -> dict[int, str]:
    """Return the names of curves by their numbers, as panels stand: by the sizes of trained models where they are known."""
    names, sizes = curve_names(fit), fit.fitted[0].data.sizes
    return {number: names[number - 1] for number in sorted(shown, key=lambda number: sizes.get(names[number - 1], 0.0))}


def model_labels(fit: CurveFit) -> tuple[str, str]:
    """Return what the lines of a figure are called: the theory's model, and the usual form."""
    usual = best_of(fit, "usual")
    return f"theory: {fit.model}", f"usual: {usual[0].model}" if usual else ""


@styled
def fit_figure(points: Table, lines: Table, names: Mapping[int, str], labels: Sequence[str], axis: tuple[str, str]) -> Any:
    """Return a figure with a panel for each curve of `names`, its residuals below it, on axes that all panels share."""
    columns = min(_COLUMNS, len(names))
    figure, pairs = new_pairs(len(names), columns)
    for (number, name), (axes, below) in zip(names.items(), pairs, strict=True):
        draw_fitted(axes, below, points, lines, number, labels)
        axes.set_title(Verbatim(name, _NAME).printable if name else "", parse_math=False)
    for place, (_, below) in enumerate(pairs):
        below.set_ylabel("residual" if place % columns == 0 else "")
    for say, name in zip((figure.supxlabel, figure.supylabel), axis, strict=True):
        say(Verbatim(name, _NAME).printable, parse_math=False)
    figure.legend(*pairs[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def figure_of(fit: CurveFit, axis: tuple[str, str] = ("x", "y")) -> Any:
    """Return the figure of a fit."""
    shown = shown_curves(fit)
    return fit_figure(points_table(fit), lines_table(fit, shown), panels_of(fit, shown), model_labels(fit), axis)
