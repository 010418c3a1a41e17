"""Where to compare theory with simulation, if nobody says; and the comparison as a file: a figure along a letter, or a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.chains import Chain
from ...model.exact import bindings, exact
from ...model.learners import SkillLearner
from ...model.symbols import letter
from ...simulate.statistics import QUANTITIES, is_of_place
from ...theory.evolution.letters import domain
from ...theory.evolution.thresholds.results import Thresholds
from ...theory.facades.chain_evolution import ChainEvolution
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.cases import Case, reaching
from ..kit.chains import LINES, draw_profiles, place_of
from ..kit.curves import Table, state_table
from ..kit.figures import draw_learning_curve, letter_of
from ..kit.style import TABLE_OR_FIGURE, check_output, kind_of, varied, write_either
from .theory import AnyEvolution, jump_kind
from .validate import Validation, ValidationPoint, Verdict

_GRADUAL = ("0.75", "0.5", "0.25", "0.1")
"""Testing errors at which graphs are drawn where learning is gradual: most of the way from all novel to nearly all learned."""
_APART = 0.1
"""Jumps of a chain that are nearer to each other, relatively, have no point between them: a front that stops there is on its way."""

_LONG, _LONG_WINDOWS = 12, 4
"""Topics, and windows, of a chain whose last jump is within a few percent of that of any longer one."""


def points_around(evolution: AnyEvolution, parameter: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Choose points on both sides of every jump in a parameter, or along the gradual way where there is none.

    Of the ideal learner they are at most halfway to where peeling emerges, so that it stops there and elimination does not.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> points_around(DensityEvolution(model.ensemble, model.learner), "eps", {})
    [{'eps': '0.494'}, {'eps': '0.365'}]
    """
    thresholds = _shortened(evolution).thresholds(parameter, kind=jump_kind(evolution), **values)
    jumps = _values(thresholds)
    past = _values(_by_texts(evolution).thresholds(parameter, kind="emergence", **values)) if _is_ideal(evolution) and jumps else []
    bound = bindings({name: value for name, value in values.items() if name != parameter})
    bounded = domain(evolution, letter(parameter), bound).high == 1
    apart = _APART if isinstance(evolution, ChainEvolution) else 0.0
    if jumps:
        above = min([1.15 * jumps[-1], *[(jumps[-1] + 1) / 2] * bounded, *_halfway(jumps[-1], [e for e in past if e > jumps[-1]])])
        below = max([0.85 * jumps[0], *_halfway(jumps[0], [e for e in past if e < jumps[0]])])
        between = ((low + high) / 2 for low, high in pairwise(jumps) if high - low > apart * high)
        chosen = [below, *between, above]
        chosen = chosen if thresholds[0].learned_side == "above" else chosen[::-1]
    elif bounded:
        chosen = [0.3, 0.6, 0.9]
    else:
        chosen = [] if not isinstance(evolution, DensityEvolution) else [*reaching(_by_texts(evolution), parameter, values, _GRADUAL)]
    return [{**values, parameter: f"{value:.3g}"} for value in chosen or [0.5, 1.0, 2.0]]


def _values(thresholds: Thresholds) -> list[float]:
    return sorted(float(jump.value) for jump in thresholds if jump.value is not None)


def _halfway(jump: float, others: Sequence[float]) -> list[float]:
    """Return the middle between a jump and the nearest of some others, if there are any."""
    return [(jump + other) / 2 for other in sorted(others, key=lambda other: abs(other - jump))[:1]]


def _is_ideal(evolution: AnyEvolution) -> bool:
    return jump_kind(evolution) == "potential"


def _by_texts(evolution: Any) -> Any:
    """Return the evolution of a learner that uses one text at a time, which leaves what the ideal one leaves where nothing jumps."""
    return DensityEvolution(evolution.ensemble, SkillLearner(1)) if _is_ideal(evolution) else evolution


def _shortened(evolution: AnyEvolution) -> AnyEvolution:
    """Return the evolution of a shorter chain, if it is one: its jumps are soon found, and much nearer to those of it than points are."""
    if not isinstance(evolution, ChainEvolution):
        return evolution
    chain = evolution.chain
    return ChainEvolution(replace(chain, topics=min(chain.topics, max(_LONG, _LONG_WINDOWS * chain.window, chain.known))))


def check_outputs(paths: Iterable[str | Path], points: Sequence[Mapping[str, Any]], *, by_place: bool = False) -> None:
    """Raise `InputError` for a file that cannot be written, or cannot be a figure of these points, before anything is simulated.

    A figure `by_place`, of a chain, takes any points.
    """
    for path in paths:
        check_output(path, TABLE_OR_FIGURE)
        if not by_place and kind_of(path, TABLE_OR_FIGURE) != "csv":
            varied(points)


def comparison_table(validation: Validation) -> Table:
    """Return a row per point: its letters, and theory, simulated mean with 95 % interval and z of each quantity (nan where there is none).

    `decided` is 1 where the point could be decided; `emerged` the fraction of graphs in which learning emerged, where they are divided.
    """
    points, columns = validation.points, {}
    for name in points[0].parameters:
        columns[name] = [float(exact(point.parameters[name])) for point in points]
    for name in dict.fromkeys(name for point in points for name in point.simulation):
        columns[f"{name}_theory"] = [point.theory.get(name, np.nan) for point in points]
        for end in ("low", "best", "high"):
            columns[f"{name}_{end}"] = [getattr(point.simulation.get(name), end, np.nan) for point in points]
        columns[f"{name}_z"] = [point.z.get(name, np.nan) for point in points]
    columns["decided"] = [float(point.verdict is not Verdict.UNDECIDED) for point in points]
    columns["emerged"] = [point.emerged.best if point.emerged else np.nan for point in points]
    return Table({name: np.array(column, dtype=float) for name, column in columns.items()})


def place_table(point: ValidationPoint, chain: Chain) -> Table:
    """Return zeta by topic, or by class of one topic, as it was compared: by theory (`zeta`), and simulated with its 95 % interval."""
    told = [name for name in point.theory if name.startswith("zeta:") and (chain.topics == 1 or is_of_place(name))] or ["zeta"]
    rows = [
        (int(name.rpartition(":")[2]) if chain.topics > 1 else number, point.theory[name], *point.simulation[name])
        for number, name in enumerate(told, start=1)
    ]
    return Table.of_rows((place_of(chain), "zeta", "low", "best", "high"), rows)


def _write_by_place(validation: Validation, chain: Chain, output: str | Path) -> None:
    """Write a validation of a chain: a table, or a figure of zeta by topic, theory beside graphs, at up to six of the points."""
    points = [point for point in validation.points if point.theory][:LINES]
    if not points and kind_of(output, TABLE_OR_FIGURE) != "csv":
        raise InputError("output", "cannot be a figure: theory says nothing at any point", given=output)
    tables = [place_table(point, chain) for point in points]
    names = [", ".join(f"{letter_of(name)} = {value}" for name, value in point.parameters.items()) for point in points]

    def draw(axes: Any) -> None:
        place = place_of(chain)
        theory = Table({place: tables[0][place], **{name: table["zeta"] for name, table in zip(names, tables, strict=True)}})
        draw_profiles(axes, theory, tables)

    write_either(output, comparison_table(validation), draw)


def write_validation(validation: Validation, evolution: DensityEvolution | ChainEvolution, output: str | Path) -> None:
    """Write a validation in the form that the ending of the file says: a figure (.svg, .pdf, .png) or a table (.csv).

    A figure needs one letter that varies over at least two points; its lines of theory are the curve of fixed points where the letter
    can be isolated, else they join fixed points, both sides of each jump among them. That of a chain is
    zeta by topic. Raises `InputError` for a file that cannot be written.
    """
    if isinstance(evolution, ChainEvolution):
        return _write_by_place(validation, evolution.chain, output)
    points = [point.parameters for point in validation.points]
    check_outputs([output], points)
    table = comparison_table(validation)

    def draw(*axes: Any) -> None:
        parameter = varied(points)
        low, high = float(table[parameter].min()), float(table[parameter].max())
        others = {name: value for name, value in points[0].items() if name != parameter}
        try:
            curve = Case(evolution, parameter, others).table
        except InputError:
            curve = state_table(evolution, parameter, others, (low, high))
        margin = 0.04 * (high - low)
        for axis, quantity in zip(axes, QUANTITIES, strict=True):
            draw_learning_curve(axis, curve, table, parameter, quantity, limits=(low - margin, high + margin))
        axes[-1].legend()

    write_either(output, table, draw, columns=3, width=10.5, height=3.3)
