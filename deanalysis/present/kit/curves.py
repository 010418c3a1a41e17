"""The numbers behind the figures: tables of floats along the curves, each a list of named columns."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ...balls.numerical.engines import compile_floats
from ...model.exact import Value, bindings, exact
from ...model.symbols import q, t
from ...simulate.statistics import TrialStats
from ...theory.evolution.equations.curve import Curve
from ...theory.evolution.equations.density_evolution import FixedPointEquation
from ...theory.evolution.thresholds.results import Thresholds
from ...theory.facades.density_evolution import DensityEvolution
from ...theory.percolation.giant import GiantComponent
from ...theory.plane.diagram import PhaseDiagram

__all__ = [
    "LINES",
    "Jump",
    "Table",
    "broken",
    "curve_table",
    "giant_table",
    "jumps",
    "maxwell_table",
    "phase_table",
    "potential_table",
    "simulated_table",
    "state_table",
]

LINES = ("emergence", "fold", "potential", "stability", "percolation")

_POINTS, _SAMPLES = 1000, 41
_LARGEST_STATE, _SMALLEST_STATE = 60.0, 1e-6


@dataclass(frozen=True)
class Table:
    """Named columns of equal length, written to and read from CSV."""

    columns: dict[str, NDArray[np.float64]]

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return self.columns[name]

    def write(self, path: Path, origin: str = "") -> None:
        """Write the table as CSV, below a comment that says where it comes from, if that is given."""
        path.write_text((f"# {origin}\n" if origin else "") + self.csv, encoding="utf-8", newline="")

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
        """Read what `write` wrote, without its comment."""
        with path.open(newline="", encoding="utf-8") as file:
            names, *rows = csv.reader(line for line in file if not line.startswith("#"))
        values = np.array(rows, dtype=float).reshape(len(rows), len(names))
        return cls({name: values[:, index] for index, name in enumerate(names)})


def curve_table(curve: Curve, values: Mapping[str, Value], found: Thresholds) -> Table:
    """Return the curve of fixed points in the order in which q falls: parameter, q, zeta, errors, and `reached` (1 for states on the way).

    A state is reached where the parameter sets a record. Where q = 0 is a fixed point, the state of complete learning ends the table.
    """
    bound = dict(bindings({name: value for name, value in values.items() if name != str(curve.parameter)}))
    states, sense = _states(curve), 1.0 if curve.learned_side == "above" else -1.0
    parameter, along = (_on(states, expression.xreplace(bound)) for expression in (curve.value, curve.q))
    record = sense * parameter >= np.fmax.accumulate(np.fmax(sense * parameter, -1.0 if curve.bounded else -np.inf))
    parameter, along, reached = _with_sides(parameter, along, record, found)
    errors = _errors(curve.equation, curve.parameter, bound, along, parameter)
    columns = {str(curve.parameter): parameter, "q": along, **errors, "reached": reached.astype(float)}
    if curve.equation.bind(bound).never_starts and not curve.bounded:
        return _stuck(curve, columns, bound)
    if curve.order(bound):
        columns = {name: np.append(column, [1.0, 1.0] if name == "reached" else [0.0, 0.0]) for name, column in columns.items()}
        last = sense * np.max(sense * parameter[reached], initial=sense if curve.bounded else -np.inf)
        columns[str(curve.parameter)][-2:] = last, 2 * last if sense > 0 else 0.0
    return Table(columns)


def _with_sides(
    parameter: NDArray[np.float64], along: NDArray[np.float64], reached: NDArray[np.bool_], found: Thresholds
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Put both sides of each jump, with a gap between them, into a curve along which q falls."""
    for value, before, after, _ in jumps(found):
        inside = (along < before) & (along > after)
        parameter = np.concatenate([parameter, [value, np.nan, value]])
        along = np.concatenate([along, [before, before, after]])
        reached = np.concatenate([reached & ~inside, [True, False, True]])
        order = np.argsort(-along, kind="stable")
        parameter, along, reached = parameter[order], along[order], reached[order]
    return parameter, along, reached


class Jump(NamedTuple):
    """An emergence: where it is, q before it and after it as learning gets easier, and on which side of it that is."""

    value: float
    before: float
    after: float
    learned_side: str


def jumps(found: Thresholds) -> list[Jump]:
    """Return the emergences of which both sides are known.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("ldpc(3,6)")
    >>> [jump] = jumps(DensityEvolution(model.ensemble, model.learner).thresholds("eps"))
    >>> f"{jump.value:.6f} from {jump.before:.6f} to {jump.after:g}, learned {jump.learned_side}"
    '0.429440 from 0.260571 to 0, learned below'
    """
    return [
        Jump(float(one.value), float(one.fixed_point), float(one.lands_on), one.learned_side)
        for one in found.emergence
        if one.value is not None and one.fixed_point is not None and one.lands_on is not None
    ]


def state_table(evolution: DensityEvolution, parameter: str, values: Mapping[str, Any], limits: tuple[float, float]) -> Table:
    """Return the same columns where the letter cannot be isolated: the largest fixed points on a grid, and both sides of each jump."""
    symbol, bound = evolution.parameter(parameter, **values), dict(bindings(values))
    found = evolution.thresholds(parameter, kind="emergence", search=limits, **values)
    places = np.linspace(*limits, _SAMPLES)
    states = np.array([float(evolution.fixed_point(**{**values, parameter: f"{place:.15g}"}).q) for place in places])
    for value, before, after, side in jumps(found):
        place, ends = int(np.searchsorted(places, value)), [before, np.nan, after]
        places = np.insert(places, place, [value, np.nan, value])
        states = np.insert(states, place, ends if side == "above" else ends[::-1])
    reached = np.isfinite(states).astype(float)
    return Table({parameter: places, "q": states, **_errors(evolution, symbol, bound, states, places), "reached": reached})


def _stuck(curve: Curve, columns: dict[str, NDArray[np.float64]], bound: Mapping[sp.Symbol, sp.Expr]) -> Table:
    """Add the one state that is reached where learning never starts, q = 1, for every value of the parameter."""
    name = str(curve.parameter)
    ends = np.array([0.0, 2 * np.max(columns[name][np.isfinite(columns[name])], initial=1.0)])
    stuck = {name: ends, "q": np.ones(2), **_errors(curve.equation, curve.parameter, bound, np.ones(2), ends), "reached": np.ones(2)}
    columns["reached"] = np.zeros_like(columns["reached"])
    return Table({key: np.concatenate([column, [np.nan], stuck[key]]) for key, column in columns.items()})


def _errors(
    equation: FixedPointEquation,
    parameter: sp.Symbol,
    bound: Mapping[sp.Symbol, sp.Expr],
    along: NDArray[np.float64],
    values: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """Evaluate what is still novel and the errors at states q = `along` where the parameter is `values`."""
    expressions = {"zeta": equation.novel, "testing_error": equation.testing_error, "training_error": equation.training_error}
    return {name: _along(expression.xreplace(dict(bound)), parameter, along, values) for name, expression in expressions.items()}


def _states(curve: Curve) -> NDArray[np.float64]:
    if curve.bounded:
        return np.linspace(1.0, 0.0, _POINTS + 1)[:-1]
    states = np.geomspace(_SMALLEST_STATE, _LARGEST_STATE, _POINTS)
    return states if curve.learns_along > 0 else states[::-1]


def _on(states: NDArray[np.float64], expression: sp.Expr) -> NDArray[np.float64]:
    return np.broadcast_to(compile_floats(expression, t)(states), states.shape).astype(float)


def _along(expression: sp.Expr, parameter: sp.Symbol, along: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    if expression.has(sp.Integral):
        return np.full(along.shape, np.nan)
    function: Any = compile_floats(expression, q, parameter)
    return np.broadcast_to(function(along, values), along.shape).astype(float)


def broken(table: Table, parameter: str, values: Sequence[float]) -> Table:
    """Put a row of nan into a table in ascending order of the parameter, behind the first row at each of some values, or where one lies.

    >>> broken(Table({"x": np.array([1.0, 2.0, 2.0])}), "x", [2.0])["x"]
    array([ 1.,  2., nan,  2.])
    """
    along = table[parameter]
    first = [(int(np.searchsorted(along, value)), value) for value in values]
    places = [place + int(along[place] == value) for place, value in first if place < len(along)]
    return Table({name: np.insert(column, places, np.nan) for name, column in table.columns.items()})


def phase_table(diagram: PhaseDiagram) -> Table:
    """Return the lines of a phase diagram, point by point: the two letters, q, the number of the line, and its kind (in `LINES`)."""
    rows = [
        (x, y, q, number, LINES.index(line.kind))
        for number, line in enumerate(diagram.lines)
        for x, y, q in zip(line.x, line.y, line.q, strict=True)
    ]
    columns = np.array(rows, dtype=float).reshape(len(rows), 5)
    return Table({name: columns[:, index] for index, name in enumerate((diagram.x, diagram.y, "q", "line", "kind"))})


def maxwell_table(curve: Curve, values: Mapping[str, Value]) -> Table:
    """Return the curve of fixed points as the scale against the area B, with the parameter and q (see `Potential`).

    Between two states of equal potential, the chord at their scale cuts off equal areas: A - scale B is the same at both.
    """
    bound = dict(bindings({name: value for name, value in values.items() if name != str(curve.parameter)}))
    states = _states(curve)
    expressions = {
        str(curve.parameter): curve.value,
        "q": curve.q,
        "scale": t / curve.loop,
        "A": curve.potential.rise,
        "B": curve.potential.run,
    }
    return Table({name: _on(states, expression.xreplace(bound)) for name, expression in expressions.items()})


def potential_table(curve: Curve, values: Mapping[str, Value], found: Thresholds) -> Table:
    """Return U(q) - U(0) on a grid of q, a column for each value of the parameter: the thresholds, and one on either side of all."""
    bound = dict(bindings({name: value for name, value in values.items() if name != str(curve.parameter)}))
    places = sorted({float(one.value) for one in found if one.value is not None and one.kind != "stability"})
    places = [0.8 * places[0], *places, min(1.2 * places[-1], 1.0 if curve.bounded else np.inf)] if places else [0.5, 1.0]
    states = np.linspace(0, 1, _POINTS // 2 + 1)
    potential = compile_floats(curve.equation.potential.xreplace(bound), q, curve.parameter)
    unknown = compile_floats(curve.equation.ensemble.unknown.xreplace(bound), curve.parameter)
    columns = {"q": states}
    for place in dict.fromkeys(places):
        level = np.broadcast_to(potential(states, place), states.shape) - float(potential(0.0, place))
        columns[f"{curve.parameter} = {place:.4g}"] = np.where(states <= float(unknown(place)), level, np.nan)
    return Table(columns)


def giant_table(points: Sequence[Mapping[str, Any]], found: Sequence[GiantComponent]) -> Table:
    """Return the letters of each point with the giant component, its independent approximation and what is learned (nan if undecided)."""
    names = ("giant_component", "independent_approximation", "learned", "mean_component")
    columns = {letter: np.array([float(exact(point[letter])) for point in points]) for letter in points[0]}
    return Table(columns | {name: np.array([float(getattr(one, name)) for one in found]) for name in names})


def simulated_table(parameter: str, points: Sequence[tuple[float, TrialStats]]) -> Table:
    """Return simulated means with 95 % intervals, one row per value of the parameter."""
    columns: dict[str, list[float]] = {parameter: [value for value, _ in points]}
    for name in points[0][1].quantities:
        estimates = [stats.estimate(name) for _, stats in points]
        for column in ("low", "best", "high"):
            columns[f"{name}_{column}"] = [getattr(estimate, column) for estimate in estimates]
    return Table({name: np.array(values, dtype=float) for name, values in columns.items()})
