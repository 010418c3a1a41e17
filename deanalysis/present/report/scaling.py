"""Scaling laws on the axes that they are read on: far from the thresholds, beside a jump, and on graphs of finite size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...balls.numerical.engines import compile_floats
from ...errors import InputError
from ...model.formula import latex
from ...model.symbols import letter
from ...simulate.runs import sweep
from ...theory.evolution.thresholds.results import FixedPoint
from ...theory.facades.density_evolution import DensityEvolution
from ...theory.scaling.equations.expansions import Expansion, expansion
from ...theory.scaling.finite_size import FiniteSize
from ...theory.scaling.scaling import Scaling, ScalingLaw
from ..kit.content import Equation, Figure, Section, Text
from ..kit.curves import Table
from ..kit.files import TABLE_OR_FIGURE, kind_of, write_either
from ..kit.style import COLOURS, mark_of, new_figure, styled
from .study import Case

__all__ = [
    "STUCK",
    "beside_table",
    "draw_beside",
    "draw_collapse",
    "draw_far",
    "far_table",
    "scaling_section",
    "stuck_table",
    "write_scaling",
]

Part = Callable[[], Callable[[int, int], None]] | None

_POINTS, _NEAREST, _FARTHEST = 25, 1e-6, 0.05
_WIDTHS = (-2.0, -1.0, 0.0, 1.0, 2.0)
_SIZES, _GRAPHS = (1_000, 10_000), 200
STUCK = _GRAPHS * len(_SIZES) * len(_WIDTHS)
"""How many graphs a section draws for each jump."""


def far_table(evolution: DensityEvolution, found: Scaling) -> Table | None:
    """Return zeta and the testing error where learning is easy, beside their leading terms; None where there is no expansion.

    Columns: the letter, `zeta`, `testing_error`, `zeta_law`, `testing_error_law`. Every other letter must be bound.
    """
    far = expansion(evolution, letter(found.parameter))
    if not isinstance(far, Expansion) or far.kind in ("complete", "floor"):
        return None
    jumps = [float(law.threshold) for law in found.finite_size]
    start = (1.02 * max(jumps) if far.toward != 0 else 0.98 * min(jumps)) if jumps else 1.0
    places = np.geomspace(start, 30 * start, _POINTS) if far.kind != "exponential" else np.linspace(start, 3 * start, _POINTS)
    places = places if far.toward != 0 else start**2 / places
    return _beside_law(evolution, found.parameter, places, {"zeta": far.zeta, "testing_error": far.testing_error})


def _beside_law(evolution: DensityEvolution, parameter: str, places: NDArray[np.float64], laws: dict[str, Any]) -> Table:
    states = [_state(evolution, parameter, place) for place in places]
    columns = {parameter: places} | {name: np.array([float(getattr(state, name)) for state in states]) for name in laws}
    symbol = letter(parameter)
    return Table(
        columns | {f"{name}_law": np.broadcast_to(compile_floats(law, symbol)(places), places.shape) for name, law in laws.items()}
    )


def _state(evolution: DensityEvolution, parameter: str, place: float) -> FixedPoint:
    values: dict[str, Any] = {parameter: repr(float(place))}
    return evolution.fixed_point(**values)


def beside_table(evolution: DensityEvolution, found: Scaling) -> Table | None:
    """Return |q - q*| at distances before the first jump, beside the leading term and two terms of the law; None where there is none.

    Columns: `distance`, `exact`, `leading`, `corrected`.
    """
    try:
        law = found.law("q", "before")
    except KeyError:
        return None
    threshold, power = float(law[f"{found.parameter}*"]), float(law.exponent.expression)  # type: ignore[arg-type]
    first, second = float(law["A"]), float(law["B"])
    distance = threshold * np.geomspace(_NEAREST, _FARTHEST, _POINTS)
    start = float(law["q*"])
    exact = [float(_state(evolution, found.parameter, threshold + law.direction * step).q) - start for step in distance]
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
    rows: list[tuple[float, ...]] = []
    for skills, graphs in sizes.items():
        middle, width = law.value_at(0.5, skills), law.width(skills)
        values = [f"{middle + step * width:.10g}" for step in _WIDTHS]
        points = [{law.parameter: value} for value in values]
        options: dict[str, Any] = {"replicates": graphs, "seed": seed, "workers": workers, "progress": part and part()}
        runs = sweep(evolution.ensemble, evolution.learner, points, skills=skills, **options)
        for value, run in zip(values, runs, strict=True):
            emerged = run.emerged(below=float(law.residue) / 2)
            assert emerged is not None
            scaled = round((float(value) - middle) / width * (1 if law.learned_side == "above" else -1), 6)
            row = (skills, float(value), 1 - emerged.best, 1 - emerged.high, 1 - emerged.low, law.stuck(value, skills), scaled)
            rows.append(row)
    columns = np.array(rows).T
    return Table(dict(zip(("skills", law.parameter, "best", "low", "high", "theory", "scaled"), columns, strict=True)))


@styled
def draw_far(axes: Any, table: Table, parameter: str, kind: str) -> None:
    """Draw zeta and the testing error on logarithmic axes (the letter's too, but for an exponential), with their leading terms dashed."""
    for index, (name, label) in enumerate((("zeta", r"$\zeta$"), ("testing_error", "testing error"))):
        axes.plot(table[parameter], table[name], color=COLOURS[index], label=label)
        axes.plot(table[parameter], table[f"{name}_law"], color=COLOURS[index], linestyle="--", linewidth=1)
    axes.set(yscale="log", xscale="linear" if kind == "exponential" else "log", xlabel=f"${latex(letter(parameter))}$")
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
    for index, skills in enumerate(np.unique(table["skills"])):
        chosen = table["skills"] == skills
        best = table["best"][chosen]
        bars = np.abs(np.stack([table["low"][chosen], table["high"][chosen]]) - best)
        marks = {**mark_of(index), "capsize": 2, "linewidth": 1}
        axes.errorbar(table["scaled"][chosen], best, bars, label=f"$n = {int(skills):,}$".replace(",", r"\,"), **marks)
    axes.set(
        xlabel=r"argument of $Q$, $n^{1/2}(\pm(p - p^*) - \beta n^{-2/3})/\alpha_n$", ylabel="graphs that get stuck", ylim=(-0.02, 1.02)
    )
    axes.legend()


def write_scaling(evolution: DensityEvolution, found: Scaling, output: str) -> None:
    """Write what is far from the thresholds and beside the first jump: a figure, or a table (.csv), by the ending of the file.

    Raises `InputError` for another ending, letters left free, and where there is neither.
    """
    kind_of(output, TABLE_OR_FIGURE)
    free = sorted(str(symbol) for symbol in evolution.letters if symbol.name != found.parameter)
    if free:
        raise InputError("output", f"needs every other letter bound; {', '.join(free)} is free", given=output)
    panels = _panels(evolution, found)
    if not panels:
        raise InputError("output", "has nothing to show: there is neither an expansion nor a jump", given=output)
    write_either(output, next(iter(panels.values()))[0], lambda: _drawn(panels))


Panels = dict[str, tuple[Table, Callable[[Any, Table], None]]]


def _panels(evolution: DensityEvolution, found: Scaling) -> Panels:
    """Return the tables that there are, each with what draws it: far from the thresholds, and beside the first of them."""
    panels = {
        "far": (far_table(evolution, found), lambda axis, table: draw_far(axis, table, found.parameter, found.laws[0].kind)),
        "beside": (beside_table(evolution, found), lambda axis, table: draw_beside(axis, table, found.parameter)),
    }
    return {name: (table, draw) for name, (table, draw) in panels.items() if table is not None}


def _drawn(panels: Panels) -> Any:
    figure, axes = new_figure(len(panels), width=4.2 * len(panels), height=3.4)
    for axis, (table, draw) in zip(axes, panels.values(), strict=True):
        draw(axis, table)
    return figure


def scaling_section(case: Case, found: Scaling, seed: int, workers: int | None, part: Part) -> Section:
    """Return the laws of one case with a figure: far, beside the jump, and the chance to get stuck on simulated graphs."""
    bound = case.evolution.at(**case.values)
    laws = [Equation(f"{law.quantity.replace('_', ' ')}, {law.where}", law.formula.latex + _constants(law)) for law in found.laws]
    panels, told = _panels(bound, found), []
    if found.finite_size:
        try:
            stuck = stuck_table(bound, found.finite_size[0], dict.fromkeys(_SIZES, _GRAPHS), seed, workers, part)
            panels["stuck"] = (stuck, draw_collapse)
        except InputError as error:
            told.append(Text(f"Graphs of {' and '.join(map(str, _SIZES))} skills that get stuck cannot be shown: {error}."))
    where = f"Here {case.name}. " if case.name else ""
    words = (
        "Far from the thresholds the errors vanish by the lower tail of the skills' popularity, beside a jump by a square root. "
        f"{where}Graphs of $n$ skills get stuck before the jump with a chance whose width is of order $n^{{-1/2}}$, "
        "and whose middle is off by $n^{-2/3}$."
    )
    parts: list[Any] = [Text(words), *laws]
    parts += [Equation("graphs that get stuck", law._repr_latex_().strip("$").removeprefix(r"\displaystyle ")) for law in found.finite_size]
    if panels:
        caption, sure = "Scaling laws (dashed) and the exact solution", "constants from proved thresholds; exact solutions in floats"
        if "stuck" in panels:
            caption = f"{caption}; graphs that get stuck, {_GRAPHS} of each size at each mark, on one curve"
            sure = f"{sure}; graphs counted"
        tables = {f"scaling_{name}": table for name, (table, _) in panels.items()}
        parts.append(Figure("scaling", f"{caption}.", f"{sure}.", _drawn(panels), tables))
    return Section("Scaling laws", (*parts, *told, *(Text(f"{reason}.") for reason in found.reasons)))


def _constants(law: ScalingLaw) -> str:
    """Write the factors of a law behind it."""
    return "".join(rf",\quad {name} = {float(law[name]):.6g}" for name, _ in law.definitions)
