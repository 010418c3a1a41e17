"""Waterfall and floor: how often anything is left on graphs of finite size, and how much, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ...simulate.runs import sweep
from ...theory.facades.density_evolution import DensityEvolution
from ...theory.scaling.finite_size import FiniteSize
from ...theory.sizing.counting.given import Graphs
from ...theory.sizing.failure import FEW, failure
from .curves import Floats, Table
from .figures import letter_of, size_of
from .style import draw_intervals, line_of, mark_of, styled

_FAR, _NEAR, _BEFORE, _BEYOND = 10, 20, 3.0, 8.0
"""Points of a line far from the jump, and next to it: 3 widths before it and 8 past it, where P falls to 1e-15; each takes up to 0.3 s."""
_LEAST, _PAST = 0.05, 3.0
"""How far lines go from the jump: to a 20th of a load, or to thrice the texts, that are needed."""
_THIN = 0.8
_LOWEST = 1e-12
"""The least chance that is drawn."""
_PARTS: dict[str, Any] = {"of_jump": ":", "of_small_sets": (0, (5, 3))}
_LABELS = {"stuck": "graphs in which anything is left", "left": "mean share of the skills left"}


def places_around(law: FiniteSize, skills: int) -> Floats:
    """Return values of the letter from far where learning is easy to past the jump, denser where it is.

    >>> from deanalysis import load_model
    >>> model = load_model("ldpc(3,6)")
    >>> law = DensityEvolution(model.ensemble, model.learner).scaling("eps").finite_size[-1]
    >>> places = places_around(law, 1000)
    >>> places[0].round(4), len(places), (places < 1).all()
    (np.float64(0.0215), 30, np.True_)
    """
    sense = 1 if law.learned_side == "above" else -1
    jump = float(law.threshold)
    near = law.value_at(0.5, skills) + sense * law.width(skills) * np.linspace(-_BEFORE, _BEYOND, _NEAR)
    easy = jump * _PAST if sense > 0 else jump * _LEAST
    edge = near.max() if sense > 0 else near.min()
    far = np.linspace(easy, edge, _FAR, endpoint=False) if (easy - edge) * sense > 0 else np.array([])
    most = 1.0 if law.parameter == "eps" else np.inf
    return np.unique(np.concatenate([far, near[(near > jump * _LEAST) & (near <= most)]]))


def floor_table(evolution: DensityEvolution, law: FiniteSize | None, places: Iterable[Any], method: str = "law", **nodes: int) -> Table:
    """Return the chance that anything is left, its two parts and the mean share left, at values of the letter that is free.

    `nodes` is `skills` or `texts`, a number of either; `method` that of `failure`. Columns: the letter, `skills`, `texts`, `stuck`,
    `of_jump`, `of_small_sets` and `left`. Where there are too few skills for the law of the jump, all but `of_small_sets` are nan.
    Where learning is too hard for the jump, `left` takes a graph that is stuck to be left with what density evolution leaves.
    """
    (letter,) = evolution.letters
    rows = []
    for place in places:
        value = place if isinstance(place, str) else repr(float(place))
        bound = evolution.at(**{str(letter): value})
        skills, texts = _sizes(float(bound.ensemble.ratio), **nodes)
        graphs = Graphs(bound.ensemble, bound.learner, skills, texts)
        stuck, of_jump, of_small_sets, left = _chances(graphs, law, value, method)
        left += of_jump * _more_left(bound, law, float(place))
        rows.append((float(place), skills, texts, stuck, of_jump, of_small_sets, left))
    return Table.of_rows((str(letter), "skills", "texts", "stuck", "of_jump", "of_small_sets", "left"), rows)


def _chances(graphs: Graphs, law: FiniteSize | None, value: str, method: str) -> tuple[float, ...]:
    if law is not None and graphs.skills > FEW and not law.holds(graphs.skills):
        return np.nan, np.nan, failure(graphs, None, value, method).of_small_sets, np.nan
    found = failure(graphs, law, value, method)
    return found.failure, found.of_jump, found.of_small_sets, found.left


def _more_left(bound: DensityEvolution, law: FiniteSize | None, value: float) -> float:
    """Return how much more is left of a graph that is stuck than at the jump, short of which density evolution leaves more."""
    if law is None or (value > float(law.threshold)) is (law.learned_side == "above"):
        return 0.0
    return float(bound.fixed_point().zeta) - float(law.residue)


def _sizes(ratio: float, skills: int = 0, texts: int = 0) -> tuple[int, int]:
    """Return the numbers of skills and of texts, one of which is given."""
    return (skills, max(1, round(ratio * skills))) if skills else (max(1, round(texts / ratio)), texts)


def left_table(evolution: DensityEvolution, places: Sequence[str], **options: Any) -> Table:
    """Simulate what is left: how often anything is (`stuck`), and which share of the skills (`left`), with 95 % intervals.

    `options` are those of `sweep`. Columns: the letter, `skills`, and `_low`, `_best` and `_high` of both.
    """
    (letter,) = evolution.letters
    runs = sweep(evolution.ensemble, evolution.learner, [{str(letter): place} for place in places], **options)
    rows = [(float(place), run.skills, *run.stuck, *run.estimate("zeta")) for place, run in zip(places, runs, strict=True)]
    ends = [f"{name}_{end}" for name in ("stuck", "left") for end in ("low", "best", "high")]
    return Table.of_rows((str(letter), "skills", *ends), rows)


@styled
def draw_floor(
    axes: Any,
    theory: Mapping[str, Table],
    parameter: str,
    quantity: str,
    *,
    simulated: Mapping[str, Table] | None = None,
    exact: Mapping[str, Table] | None = None,
) -> None:
    """Draw `stuck` or `left` on a logarithmic axis, a line for each size by its label, with simulated values as marks.

    Thin lines: exact values solid, with points; and beside `stuck` its parts, of the jump dotted, of small sets dashed.
    """
    for style, (label, table) in enumerate(theory.items()):
        look = line_of(style)
        axes.plot(table[parameter], _positive(table[quantity]), label=label, **look)
        if quantity == "stuck":
            for part, dash in _PARTS.items():
                told = None if style else part.replace("_", " ")
                axes.plot(table[parameter], _positive(table[part]), color=look["color"], linestyle=dash, linewidth=_THIN, label=told)
        if exact and label in exact:
            line = {"color": look["color"], "linewidth": _THIN, "marker": ".", "markersize": 3, "label": "exact"}
            axes.plot(exact[label][parameter], exact[label][quantity], **line)
        if simulated and label in simulated:
            _draw_measured(axes, simulated[label], parameter, quantity, style)
    axes.set(xlabel=letter_of(parameter), ylabel=_LABELS[quantity], yscale="log")
    _limit(axes, [*theory.values()], quantity)
    if quantity == "stuck":
        axes.legend()


def _draw_measured(axes: Any, table: Table, parameter: str, quantity: str, style: int) -> None:
    """Draw the points at which anything was left."""
    seen = table[f"{quantity}_best"] > 0
    place, low, best, high = (table[name][seen] for name in (parameter, *(f"{quantity}_{end}" for end in ("low", "best", "high"))))
    draw_intervals(axes, place, np.maximum(low, _LOWEST), best, high, **mark_of(style))


def _positive(values: Floats) -> Floats:
    return np.where(values > _LOWEST, values, np.nan)


def _limit(axes: Any, tables: Sequence[Table], quantity: str) -> None:
    """Let the axis end below the least value of the lines."""
    from matplotlib.ticker import LogLocator, NullFormatter

    values = np.concatenate([table[quantity] for table in tables])
    axes.set_ylim(max(_LOWEST, 0.3 * float(values[values > 0].min(initial=1.0))), 1.5)
    axes.yaxis.set_major_locator(LogLocator(numticks=8))
    axes.yaxis.set_minor_formatter(NullFormatter())


def floor_panels(
    evolution: DensityEvolution, law: FiniteSize, sizes: Sequence[int]
) -> dict[str, tuple[Table, Callable[[Any, Table], None]]]:
    """Return a panel of how often anything is left on graphs of some numbers of skills, and one of how much.

    The tables of both are the same, the sizes one below the other. Raises `InputError` where small stuck sets are not counted.
    """
    tables = {size_of(skills): floor_table(evolution, law, places_around(law, skills), skills=skills) for skills in sizes}
    names = list(next(iter(tables.values())).columns)
    whole = Table({name: np.concatenate([table[name] for table in tables.values()]) for name in names})

    def drawing(quantity: str) -> Callable[[Any, Table], None]:
        return lambda axes, _: draw_floor(axes, tables, law.parameter, quantity)

    return {quantity: (whole, drawing(quantity)) for quantity in _LABELS}
