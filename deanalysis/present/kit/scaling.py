"""Scaling laws on the axes that they are read on: far from the thresholds, beside a jump, and on graphs of finite size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.formula import latex
from ...model.symbols import letter
from ...simulate.runs import sweep
from ...theory.evolution.thresholds.results import FixedPoint
from ...theory.facades.density_evolution import DensityEvolution
from ...theory.scaling.equations.expansions import Expansion, expansion
from ...theory.scaling.finite_size import FiniteSize
from ...theory.scaling.scaling import Scaling
from .curves import Table, evaluated
from .figures import letter_of, size_of
from .floor import floor_panels
from .style import COLOURS, draw_intervals, mark_of, styled, write_either

_POINTS, _NEAREST, _FARTHEST = 25, 1e-6, 0.05
"""Points of a line, each a fixed point to be solved, and their distances to a threshold: nearer, floats have no digits of q - q* left."""
_WIDTHS = (-2.0, -1.0, 0.0, 1.0, 2.0)
STUCK_POINTS = len(_WIDTHS)
"""At how many values of the parameter graphs of one size are drawn."""

Part = Callable[[], Callable[[int, int], None]] | None
Panels = dict[str, tuple[Table, Callable[[Any, Table], None]]]


def far_table(evolution: DensityEvolution, scaling: Scaling) -> Table | None:
    """Return zeta and the testing error where learning is easy, beside their leading terms; None where there is no expansion.

    Columns: the letter, `zeta`, `testing_error`, `zeta_law`, `testing_error_law`. Every other letter must be bound.
    """
    far = expansion(evolution, letter(scaling.parameter))
    if not isinstance(far, Expansion) or far.kind in ("complete", "floor"):
        return None
    jumps = [float(law.threshold) for law in scaling.finite_size]
    start = (1.02 * max(jumps) if far.toward != 0 else 0.98 * min(jumps)) if jumps else 1.0
    along = np.geomspace(start, 30 * start, _POINTS) if far.kind != "exponential" else np.linspace(start, 3 * start, _POINTS)
    along = along if far.toward != 0 else start**2 / along
    states, laws = [_state(evolution, scaling, value) for value in along], {"zeta": far.zeta, "testing_error": far.testing_error}
    exact = {name: np.array([float(getattr(state, name)) for state in states]) for name in laws}
    terms = {f"{name}_law": evaluated(law, [letter(scaling.parameter)], along) for name, law in laws.items()}
    return Table({scaling.parameter: along, **exact, **terms})


def _state(evolution: DensityEvolution, scaling: Scaling, value: float) -> FixedPoint:
    return evolution.fixed_point(**{scaling.parameter: repr(float(value))})  # type: ignore[arg-type]


def beside_table(evolution: DensityEvolution, scaling: Scaling) -> Table | None:
    """Return |q - q*| at distances before the first jump, beside the leading term and two terms of the law; None where there is none.

    Columns: `distance`, `exact`, `leading`, `corrected`.
    """
    try:
        law = scaling.law("q", "before")
    except KeyError:
        return None
    threshold, start, first, second = (float(law[name]) for name in (f"{scaling.parameter}*", "q*", "A", "B"))
    power = float(law.exponent.expression)  # type: ignore[arg-type]
    distance = threshold * np.geomspace(_NEAREST, _FARTHEST, _POINTS)
    exact = [float(_state(evolution, scaling, threshold + law.direction * step).q) - start for step in distance]
    leading = first * distance**power
    corrected = leading + second * distance ** (2 * power)
    return Table({"distance": distance, "exact": np.abs(exact), "leading": np.abs(leading), "corrected": np.abs(corrected)})


def stuck_table(
    evolution: DensityEvolution, law: FiniteSize, sizes: dict[int, int], seed: int, workers: int | None = None, part: Part = None
) -> Table:
    """Simulate how often graphs get stuck, at 5 values of the parameter from two widths before to two past its middle, for each size.

    Arguments: `sizes`, graphs by number of skills; `part`, which gives what is told of the progress with one size. Columns: `skills`, the
    parameter, `best`, `low`, `high` (95 %), `theory`, and `scaled`, the argument of Q, on which all sizes fall on one curve.
    """
    rows, sense = [], 1 if law.learned_side == "above" else -1
    for skills, graphs in sizes.items():
        middle, width = law.value_at(0.5, skills), law.width(skills)
        values = [f"{middle + step * width:.10g}" for step in _WIDTHS]
        options: dict[str, Any] = {"replicates": graphs, "seed": seed, "workers": workers, "progress": part and part()}
        runs = sweep(evolution.ensemble, evolution.learner, [{law.parameter: value} for value in values], skills=skills, **options)
        for value, run in zip(values, runs, strict=True):
            emerged = run.emerged(below=float(law.residue) / 2)
            assert emerged is not None
            scaled = round(sense * (float(value) - middle) / width, 6)
            rows.append((skills, float(value), 1 - emerged.best, 1 - emerged.high, 1 - emerged.low, law.stuck(value, skills), scaled))
    return Table.of_rows(("skills", law.parameter, "best", "low", "high", "theory", "scaled"), rows)


@styled
def draw_far(axes: Any, table: Table, parameter: str, kind: str) -> None:
    """Draw zeta and the testing error on logarithmic axes (the letter's too, but for an exponential), with their leading terms dashed."""
    for colour, (name, label) in zip(COLOURS, {"zeta": r"$\zeta$", "testing_error": "testing error"}.items(), strict=False):
        axes.plot(table[parameter], table[name], color=colour, label=label)
        axes.plot(table[parameter], table[f"{name}_law"], color=colour, linestyle="--", linewidth=1)
    axes.set(yscale="log", xscale="linear" if kind == "exponential" else "log", xlabel=letter_of(parameter))
    axes.legend()


@styled
def draw_beside(axes: Any, table: Table, parameter: str) -> None:
    """Draw |q - q*| against the distance to the threshold, both logarithmic: exact, leading term (dashed) and two terms (dotted)."""
    axes.plot(table["distance"], table["exact"], color=COLOURS[0], label="exact")
    axes.plot(table["distance"], table["leading"], color=COLOURS[1], linestyle="--", linewidth=1, label="leading term")
    axes.plot(table["distance"], table["corrected"], color=COLOURS[2], linestyle=":", label="two terms")
    name = latex(letter(parameter))
    axes.set(xscale="log", yscale="log", xlabel=f"$|{name} - {name}^*|$", ylabel="$|q - q^*|$")
    axes.legend()


@styled
def draw_collapse(axes: Any, table: Table) -> None:
    """Draw the simulated chance to get stuck against the argument of Q, a mark for each size, beside Q itself."""
    from scipy.special import ndtr

    line = np.linspace(-3, 3, 121)
    axes.plot(line, ndtr(-line), color="black", label="$Q$")
    for style, skills in enumerate(np.unique(table["skills"])):
        columns = (table[name][table["skills"] == skills] for name in ("scaled", "low", "best", "high"))
        draw_intervals(axes, *columns, **mark_of(style), linewidth=1, label=size_of(skills))
    argument = r"argument of $Q$, $n^{1/2}(\pm(p - p^*) - \beta n^{-2/3})/\alpha_n$"
    axes.set(xlabel=argument, ylabel="graphs that get stuck", ylim=(-0.02, 1.02))
    axes.legend()


def scaling_panels(evolution: DensityEvolution, scaling: Scaling) -> Panels:
    """Return the tables that there are, each with what draws it: far from the thresholds, and beside the first of them."""
    panels = {
        "far": (far_table(evolution, scaling), lambda axis, table: draw_far(axis, table, scaling.parameter, scaling.laws[0].kind)),
        "beside": (beside_table(evolution, scaling), lambda axis, table: draw_beside(axis, table, scaling.parameter)),
    }
    return {name: (table, draw) for name, (table, draw) in panels.items() if table is not None}


def write_scaling(evolution: DensityEvolution, scaling: Scaling, output: str, sizes: Sequence[int] = ()) -> None:
    """Write what is far from the thresholds and beside the first jump: a figure, or a table (.csv), by the ending of the file.

    With `sizes`, numbers of skills, how often anything is left on such graphs, and how much, is before all else; the last jump counts.
    Raises `InputError` for another ending, letters left free, and where there is nothing to show.
    """
    if free := sorted(str(symbol) for symbol in evolution.letters if symbol.name != scaling.parameter):
        raise InputError("output", f"needs every other letter bound; {', '.join(free)} is free", given=output)
    panels = (floor_panels(evolution, scaling.finite_size[-1], sizes) if sizes else {}) | scaling_panels(evolution, scaling)
    if not panels:
        raise InputError("output", "has nothing to show: there is neither an expansion nor a jump", given=output)
    write_either(output, next(iter(panels.values()))[0], lambda *axes: draw_panels(axes, panels), **panels_size(panels))


def panels_size(panels: Panels) -> dict[str, Any]:
    """Return the size of a figure of panels side by side."""
    return {"columns": len(panels), "width": 4.2 * len(panels), "height": 3.4}


def draw_panels(axes: Any, panels: Panels) -> None:
    """Draw each table by what draws it."""
    for axis, (table, draw) in zip(axes, panels.values(), strict=True):
        draw(axis, table)
