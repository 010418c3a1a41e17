"""The numbers behind the figures: tables of floats along the curves, each a list of named columns."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ...balls.numerical.floats import compile_floats
from ...model.exact import Value, bindings
from ...model.symbols import q, t
from ...simulate.statistics import TrialStats
from ...theory.evolution.equations.curve import Curve
from ...theory.evolution.equations.density_evolution import FixedPointEquation
from ...theory.evolution.thresholds.results import Thresholds
from ...theory.facades.density_evolution import DensityEvolution

_POINTS, _SAMPLES = 1000, 41
"""Points of a curve, which looks smooth with them, and of a letter where each takes a fixed point to be solved."""
_LARGEST_STATE, _SMALLEST_STATE = 60.0, 1e-6
"""States of a curve without bounds: q = e^-60 is nothing at the one end, and at the other all is novel."""
_STEP, _JUMP = 0.05, 1e-4
"""Quantities along a letter are computed more densely until they step by less than 1/20 of their range; what still does so over 10^-4 of
the letter's range, ten halvings of a coarse grid, is a jump."""

Floats = NDArray[np.float64]
Stage = tuple[float, Mapping[str, float]]
"""A value of a letter, and quantities there by name."""


@dataclass(frozen=True)
class Table:
    """Named columns of equal length, written to and read from CSV."""

    columns: dict[str, Floats]

    @classmethod
    def of_rows(cls, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
        """Return the table of some rows, possibly none.

        >>> Table.of_rows(("x", "y"), [(0, 1), (2, 3)])["y"]
        array([1., 3.])
        """
        values = np.array(rows, dtype=float).reshape(len(rows), len(names))
        return cls({name: values[:, index] for index, name in enumerate(names)})

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    def write(self, path: Path) -> None:
        """Write the table as CSV."""
        path.write_text(self.csv, encoding="utf-8", newline="")

    @property
    def csv(self) -> str:
        """The table as CSV."""
        stream = StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([f"{value:.10g}" for value in row] for row in zip(*self.columns.values(), strict=True))
        return stream.getvalue()

    @classmethod
    def read(cls, path: Path) -> Table:
        """Read a table that was written as CSV, without lines that begin with #."""
        with path.open(newline="", encoding="utf-8") as file:
            names, *rows = csv.reader(line for line in file if not line.startswith("#"))
        return cls.of_rows(names, rows)


def curve_table(curve: Curve, values: Mapping[str, Value], thresholds: Thresholds) -> Table:
    """Return the curve of fixed points in the order in which q falls: parameter, q, zeta, errors, and `reached` (1 for states on the way).

    A state is reached where the parameter sets a record. Where q = 0 is a fixed point, the state of complete learning ends the table;
    where learning never starts, q = 1 is the one state that is reached, for every value of the parameter.
    """
    bound, states, sense = _others(values, curve), _states(curve), 1.0 if curve.learned_side == "above" else -1.0
    parameter, along = (evaluated(expression.xreplace(bound), [t], states) for expression in (curve.value, curve.q))
    reached = sense * parameter >= np.fmax.accumulate(np.fmax(sense * parameter, -1.0 if curve.bounded else -np.inf))
    points = np.array([parameter, along, reached])
    for value, before, after, _ in jumps(thresholds):
        points[2, (points[1] < before) & (points[1] > after)] = 0
        points = np.hstack([points, [[value, np.nan, value], [before, before, after], [1, 0, 1]]])
        points = points[:, np.argsort(-points[1], kind="stable")]
    if curve.equation.bind(bound).never_starts and not curve.bounded:
        most = np.max(points[0][np.isfinite(points[0])], initial=1.0)
        points[2] = 0
        points = np.hstack([points, [[np.nan, 0, 2 * most], [np.nan, 1, 1], [0, 1, 1]]])
    elif curve.order(bound):
        last = sense * np.max(sense * points[0][points[2] > 0], initial=sense if curve.bounded else -np.inf)
        points = np.hstack([points, [[last, 2 * last if sense > 0 else 0], [0, 0], [1, 1]]])
    parameter, along, reached = points
    errors = _errors(curve.equation, curve.parameter, bound, along, parameter)
    return Table({str(curve.parameter): parameter, "q": along, **errors, "reached": reached})


def _others(values: Mapping[str, Value], curve: Curve) -> dict[sp.Symbol, sp.Expr]:
    """Return what is bound beside the parameter of a curve."""
    return bindings({name: value for name, value in values.items() if name != str(curve.parameter)})


class Jump(NamedTuple):
    """A jump of the state: where it is, q before it and after it as learning gets easier, and on which side of it that is."""

    value: float
    before: float
    after: float
    learned_side: str


def jumps(thresholds: Thresholds, kind: str = "emergence") -> list[Jump]:
    """Return the jumps (of the global minimiser for 'potential') of which both sides are known.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("ldpc(3,6)")
    >>> [jump] = jumps(DensityEvolution(model.ensemble, model.learner).thresholds("eps"))
    >>> f"{jump.value:.6f} from {jump.before:.6f} to {jump.after:g}, learned {jump.learned_side}"
    '0.429440 from 0.260571 to 0, learned below'
    """
    return [
        Jump(float(jump.value), float(jump.fixed_point), float(jump.lands_on), jump.learned_side)
        for jump in thresholds.of_kind(kind)
        if jump.value is not None and jump.fixed_point is not None and jump.lands_on is not None
    ]


def state_table(evolution: DensityEvolution, parameter: str, values: Mapping[str, Any], limits: tuple[float, float]) -> Table:
    """Return the same columns where the letter cannot be isolated: the largest fixed points on a grid, and both sides of each jump."""
    thresholds = evolution.thresholds(parameter, kind="emergence", search=limits, **values)
    grid = np.linspace(*limits, _SAMPLES)
    rows = [(float(value), float(evolution.fixed_point(**{**values, parameter: f"{value:.15g}"}).q)) for value in grid]
    for value, before, after, side in jumps(thresholds):
        rows += [(value, state) for state in (before, np.nan, after)[:: 1 if side == "above" else -1]]
    along, states = np.array(sorted(rows, key=lambda row: row[0])).T
    along[np.isnan(states)] = np.nan
    errors = _errors(evolution, evolution.parameter(parameter, **values), bindings(values), states, along)
    return Table({parameter: along, "q": states, **errors, "reached": np.isfinite(states).astype(float)})


def _errors(
    equation: FixedPointEquation, parameter: sp.Symbol, bound: Mapping[sp.Symbol, sp.Expr], along: Floats, values: Floats
) -> dict[str, Floats]:
    """Evaluate what is still novel and the errors at states q = `along` where the parameter is `values`."""
    expressions = {"zeta": equation.novel, "testing_error": equation.testing_error, "training_error": equation.training_error}
    letters = [q, parameter]
    return {name: evaluated(expression.xreplace(dict(bound)), letters, along, values) for name, expression in expressions.items()}


def evaluated(expression: sp.Expr, letters: Sequence[sp.Symbol], states: Floats, *others: Any) -> Floats:
    """Evaluate an expression at states, and values of other letters; nan for integrals."""
    value = np.nan if expression.has(sp.Integral) else compile_floats(expression, *letters)(states, *others)
    return np.broadcast_to(value, states.shape).astype(float)


def _states(curve: Curve) -> Floats:
    if curve.bounded:
        return np.linspace(1.0, 0.0, _POINTS + 1)[:-1]
    states = np.geomspace(_SMALLEST_STATE, _LARGEST_STATE, _POINTS)
    return states if curve.learns_along > 0 else states[::-1]


def reached_line(table: Table, parameter: str, quantity: str) -> tuple[Floats, Floats]:
    """Return the reached states of a table as a line, nan where the largest fixed point jumps."""
    reached = table["reached"] > 0
    return np.where(reached, table[parameter], np.nan), np.where(reached, table[quantity], np.nan)


def evenly(x: Floats, y: Floats, count: int) -> NDArray[np.intp]:
    """Return the indices of at most `count` points of a line, its ends among them, about equally far apart along it.

    >>> evenly(np.array([0.0, 0.1, 0.2, 1.0]), np.zeros(4), 3)
    array([0, 3])
    """
    along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])[: len(x)]
    return np.unique(np.searchsorted(along, np.linspace(0, along[-1], count)).clip(max=len(x) - 1)) if len(x) else np.arange(0)


def maxwell_table(curve: Curve, values: Mapping[str, Value]) -> Table:
    """Return the curve of fixed points as the scale against the area B, with the parameter and q (see `Potential`).

    Between two states of equal potential, the chord at their scale cuts off equal areas: A - scale B is the same at both.
    """
    bound, states, potential = _others(values, curve), _states(curve), curve.potential
    expressions = {str(curve.parameter): curve.value, "q": curve.q, "scale": t / curve.loop, "A": potential.rise, "B": potential.run}
    return Table({name: evaluated(expression.xreplace(bound), [t], states) for name, expression in expressions.items()})


def potential_table(curve: Curve, values: Mapping[str, Value], thresholds: Thresholds) -> Table:
    """Return U(q) - U(0) on a grid of q, a column for each value of the parameter: the thresholds, and one on either side of all."""
    bound = _others(values, curve)
    levels = sorted({float(threshold.value) for threshold in thresholds if threshold.value is not None and threshold.kind != "stability"})
    levels = [0.8 * levels[0], *levels, min(1.2 * levels[-1], 1.0 if curve.bounded else np.inf)] if levels else [0.5, 1.0]
    states = np.linspace(0, 1, _POINTS // 2 + 1)
    potential, unknown = (part.xreplace(bound) for part in (curve.equation.potential, curve.equation.ensemble.unknown))
    columns = {"q": states}
    for level in dict.fromkeys(levels):
        height, top = (evaluated(part, [q, curve.parameter], states, level) for part in (potential, unknown))
        columns[f"{curve.parameter} = {level:.4g}"] = np.where(states <= top, height - height[0], np.nan)
    return Table(columns)


def simulated_table(parameter: str, points: Sequence[tuple[float, TrialStats]]) -> Table:
    """Return simulated means with 95 % intervals, one row per value of the parameter."""
    columns: dict[str, list[float]] = {parameter: [value for value, _ in points]}
    for name in points[0][1].quantities:
        for end in ("low", "best", "high"):
            columns[f"{name}_{end}"] = [getattr(stats.estimate(name), end) for _, stats in points]
    return Table({name: np.array(column, dtype=float) for name, column in columns.items()})


def stage_table(parameter: str, points: Sequence[Stage]) -> Table:
    """Return a row per value of a letter, with a column for each quantity."""
    names = list(points[0][1])
    return Table.of_rows((parameter, *names), [(value, *(quantities[name] for name in names)) for value, quantities in points])


def stages_along(parameter: str, places: Sequence[float], quantities: Callable[[str], Mapping[str, float]]) -> Table:
    """Return quantities along a letter, with more points where they are steep, and a row of nan where they jump.

    An interval is halved while a quantity differs at its ends by more than 1/20 of all its range; what does so over 10^-4 of the letter's
    range is a jump.

    >>> stages_along("x", [0.0, 1.0, 2.0], lambda x: {"floor": float(float(x) >= 1.5)})["floor"][[0, -1]]
    array([0., 1.])
    """

    def at(value: float) -> Stage:
        return value, quantities(f"{value:.15g}")

    def between(left: Stage, right: Stage) -> Iterator[Stage]:
        if all(abs(left[1][name] - right[1][name]) <= _STEP * width for name, width in ranges.items()):
            return
        if right[0] - left[0] <= least:
            yield np.nan, dict.fromkeys(left[1], np.nan)
            return
        middle = at((left[0] + right[0]) / 2)
        yield from (*between(left, middle), middle, *between(middle, right))

    least, ends = _JUMP * (places[-1] - places[0]), [at(value) for value in places]
    ranges = {name: float(np.ptp([state[name] for _, state in ends])) for name in ends[0][1]}
    return stage_table(parameter, [*(point for pair in pairwise(ends) for point in (pair[0], *between(*pair))), ends[-1]])
