"""How results show in a notebook: a table or a figure for each type, told to IPython by the name of the type; formulas show themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from html import escape
from typing import Any

__all__ = ["FIGURES", "TABLES", "html_table", "register"]

_LAW = ("quantity", "where", "law", "constants")


def html_table(header: Sequence[object], rows: Iterable[Sequence[object]], *notes: str | None) -> str:
    """Return a table, escaped, and a paragraph for each note.

    >>> html_table(("R", "law"), [("a < b", 0.25)], "two & two", None)
    '<table><tr><th>R</th><th>law</th></tr><tr><td>a &lt; b</td><td>0.25</td></tr></table><p>two &amp; two</p>'
    """
    filled = [*rows]
    lines = [_row("th", header)] if any(header) and filled else []
    lines += [_row("td", row) for row in filled]
    table = f"<table>{''.join(lines)}</table>" if lines else ""
    return table + "".join(f"<p>{escape(note)}</p>" for note in notes if note)


def _row(tag: str, cells: Iterable[object]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(_cell(cell))}</{tag}>' for cell in cells)}</tr>"


def _cell(value: Any) -> str:
    """Show a value in a cell: a number by its digits, what has a formula by that."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_cell(one)}" for name, one in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(map(_cell, value))
    shown = hasattr(value, "_repr_latex_") and not hasattr(value, "digits")
    return str(value._repr_latex_() if shown else value)


def _interval(estimate: Any) -> str:
    return f"{estimate.best:.6g} [{estimate.low:.6g}, {estimate.high:.6g}]"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _facts(value: Any) -> str:
    """Show each field that there is."""
    named = ((_words(field.name), getattr(value, field.name)) for field in fields(value))
    return html_table((), [(name, content) for name, content in named if content is not None and content != ()])


def _thresholds(found: Any) -> str:
    from .tables import threshold_rows

    return html_table(*threshold_rows(found), found.reason, f"searched: {found.searched}" if found.searched else None)


def _threshold(found: Any) -> str:
    from ...theory.evolution.thresholds.results import Thresholds

    return _thresholds(Thresholds(found.parameter, (found,)))


def _class_state(state: Any) -> str:
    named = ((name, getattr(state, name)) for name in state.NAMES)
    return html_table((), [(_words(name), which, value) for name, by in named for which, value in by.items()], state.status)


def _scaling(scaling: Any) -> str:
    stuck = [("graphs that get stuck", f"{law.parameter}* = {law.threshold}", law, "") for law in scaling.finite_size]
    return html_table(_LAW, [*map(_law_cells, scaling.laws), *stuck], *scaling.reasons)


def _scaling_law(law: Any) -> str:
    return html_table(_LAW, [_law_cells(law)])


def _law_cells(law: Any) -> tuple[object, ...]:
    return _words(law.quantity), law.where, law, dict(law.constants)


def _optimal_law(best: Any) -> str:
    rows = [("law", best), *((name, getattr(best, name)) for name in ("value", "bound", "gap", "binding", "status"))]
    return html_table((), [*rows, ("fractions by degree", best.fractions)])


def _ends(line: Any) -> str:
    (first, last) = (f"({line.x[place]:.6g}, {line.y[place]:.6g})" for place in (0, -1))
    return html_table(("line", "points", "from", "to"), [(line.kind, len(line.x), first, last)])


def _estimate(estimate: Any) -> str:
    return html_table(("mean", "95 % interval"), [(estimate.best, f"[{estimate.low:.6g}, {estimate.high:.6g}]")])


def _emerged(stats: Any) -> str | None:
    """Say how many graphs emerged, where they are divided."""
    emerged = stats.emerged()
    return None if emerged is None else f"emerged: {_interval(emerged)}"


def _stats(stats: Any) -> str:
    rows = [(_words(name), _interval(stats.estimate(name))) for name in stats.quantities]
    graphs = f"{stats.replicates} graphs of {stats.skills} skills, seed {stats.seed}"
    return html_table(("quantity", "mean and 95 % interval"), rows, graphs, _emerged(stats))


def _sweep(runs: Any) -> str:
    names = list(dict.fromkeys(name for run in runs for name in run.quantities))
    rows = [
        (point, run.replicates, *(_interval(run.estimate(name)) for name in names), _emerged(run) or "")
        for point, run in zip(runs.points, runs, strict=True)
    ]
    return html_table(("point", "graphs", *map(_words, names), ""), rows)


def _validation(validation: Any) -> str:
    rows = [
        (point.parameters, _words(name), point.theory[name], f"{measured['mean']:.6g} [{measured['low']:.6g}, {measured['high']:.6g}]", z)
        for point in validation.points
        for name, z in point.z.items()
        for measured in (point.simulation[name],)
    ]
    return html_table(("point", "quantity", "theory", "simulation", "z"), rows, validation.sentence)


def _validation_point(point: Any) -> str:
    rows = [(_words(name), point.theory[name], point.simulation[name]["mean"], z) for name, z in point.z.items()]
    return html_table(("quantity", "theory", "simulation", "z"), rows, f"{point.verdict}: {point.why}")


def _trained(trained: Any) -> str:
    learned = f"{int(trained.learned.sum())} of {len(trained.learned)} skills"
    return html_table((), [("ensemble", trained.ensemble), ("learned", learned), ("seed", trained.seed)])


def _phase_diagram(diagram: Any) -> str:
    from .figures import draw_phase_diagram

    return _drawn(draw_phase_diagram, diagram, width=6.4, height=3.6)


def _region(region: Any) -> str:
    from .classes import draw_region

    return _drawn(draw_region, region, width=4.6, height=4.2)


def _drawn(draw: Callable[[Any, Any], None], value: Any, **size: float) -> str:
    """Return a figure as SVG."""
    from io import StringIO

    from .style import new_figure, save

    figure, axes = new_figure(**size)
    draw(axes[0], value)
    written = StringIO()
    save(figure, written, "svg")
    return written.getvalue()


_OF_FIELDS = {
    "coder.language": ("Language",),
    "coder.link": ("Delivery",),
    "present.validation.coding": ("Coded",),
    "present.validation.fitting": ("Fit",),
    "theory.classes.budget": ("Budget",),
    "theory.training.first_learned": ("FirstLearned",),
    "theory.compression.communication": ("ErasureChannel", "Transmission"),
    "theory.compression.compress": ("Compression",),
    "theory.scaling.compute": ("BestRatio", "Split"),
    "theory.training.epochs": ("Epoch",),
    "theory.scaling.finite_size": ("FiniteSize",),
    "theory.classes.hierarchy": ("LevelThreshold",),
    "theory.scaling.lagrange": ("PartialSum",),
    "theory.training.one_pass": ("Pass",),
    "theory.percolation.giant": ("GiantComponent",),
    "theory.evolution.thresholds.results": ("FixedPoint", "Requirement"),
    "theory.compression.stopping": ("Stop",),
}
TABLES: dict[str, Callable[[Any], str]] = {
    **{f"{home}.{name}": _facts for home, names in _OF_FIELDS.items() for name in names},
    "present.validation.validate.Validation": _validation,
    "present.validation.validate.ValidationPoint": _validation_point,
    "simulate.estimates.Estimate": _estimate,
    "simulate.runs.Sweep": _sweep,
    "simulate.statistics.TrialStats": _stats,
    "simulate.training.Trained": _trained,
    "theory.plane.class_region.ClassLine": _ends,
    "theory.design.optimal_law.OptimalLaw": _optimal_law,
    "theory.plane.diagram.PhaseLine": _ends,
    "theory.evolution.thresholds.results.ClassState": _class_state,
    "theory.evolution.thresholds.results.Threshold": _threshold,
    "theory.evolution.thresholds.results.Thresholds": _thresholds,
    "theory.scaling.scaling.Scaling": _scaling,
    "theory.scaling.scaling.ScalingLaw": _scaling_law,
}
"""What shows as a table, and how; the value shows its fields where nothing else is said."""
FIGURES: dict[str, Callable[[Any], str]] = {
    "theory.plane.class_region.ClassRegion": _region,
    "theory.plane.diagram.PhaseDiagram": _phase_diagram,
}
"""What shows as a figure."""


def register(formatters: Any) -> None:
    """Tell the formatters of an IPython shell, by the names of the types: none of them is imported."""
    package = __name__.partition(".")[0]
    for kind, shown in (("text/html", TABLES), ("image/svg+xml", FIGURES)):
        for path, function in shown.items():
            home, _, name = path.rpartition(".")
            formatters[kind].for_type_by_name(f"{package}.{home}", name, function)
