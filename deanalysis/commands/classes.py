"""The command for several classes of skills, types of texts and levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click

from ..errors import InputError
from ..record import Table
from .options import DIGITS, FORMAT, PARAMETER, Given, Many, Values, axis, names_of, with_model, without
from .output import Answer, Part


@click.command()
@with_model(
    PARAMETER,
    click.option("--search", metavar="LO:HI", help="Search this range of the letter (default: its domain, up to 128)."),
    click.option("--region", nargs=2, metavar="X=LO:HI Y=LO:HI", help="Follow lines on which classes jump in the plane of two letters."),
    click.option("--budget", is_flag=True, help="Find the fewest texts, over all levels, with which the top one emerges."),
    click.option("-o", "--output", metavar="FILE", help="With --region: write a figure (.svg, .pdf, .png), a table (.csv), or .tex."),
    DIGITS,
    FORMAT,
    classes=True,
)
def classes(
    model: Any, values: Values, parameter: Given, search: Given, region: Many | None, budget: bool, output: Given, digits: int
) -> Answer:
    """Learn several classes of skills from several types of texts: equations, state, all jumps, levels, the region of two loads.

    Jumps are found in --parameter, or in the one letter that is free.
    """
    from ..model.classes import ClassEnsemble
    from ..model.formula import Formula
    from ..theory.facades.class_evolution import ClassEvolution

    asked = ClassEvolution(model.ensemble if model.has_classes else ClassEnsemble.of(model.ensemble, model.learner))
    if output is not None and region is None:
        raise InputError("--output", "needs --region, two letters", given=output)
    equations = [Formula.of(equation) for equation in asked.shown]
    free, others = names_of(asked) - set(values), without(values, parameter)
    plane = None if region is None else _region(asked, region, values, output)
    state = None if free else asked.fixed_point(digits=digits, **values)
    levels = _levels(asked, values, digits)
    spent, thresholds = None, None
    if budget:
        from ..theory.classes.budget import cheapest

        spent = cheapest(asked, **others)
    if parameter is not None or (len(free) == 1 and not budget and region is None):
        thresholds = asked.thresholds(parameter, digits=digits, search=search, **others)
    content: dict[str, Any] = {"equations": [equation.to_dict() for equation in equations], "q": None, "zeta": None}
    content |= {name: result.to_dict() for name, result in (("region", plane), ("budget", spent)) if result is not None}
    content |= {} if state is None else state.to_dict()
    content |= {"levels": None if levels is None else [level.to_dict() for level in levels], "thresholds": None}
    content |= {} if thresholds is None else thresholds.to_dict()
    return Answer(content, [*equations, *_told(state, levels or (), spent, plane, thresholds)])


def _region(asked: Any, region: Many, values: Values, output: Given) -> Any:
    """Return the region, and write it where that is asked for."""
    if output is not None:
        from ..present.kit.style import TABLE_OR_FIGURE, check_output

        check_output(output, (*TABLE_OR_FIGURE, "tex"))
    (x, x_limits), (y, y_limits) = (axis(text, "--region") for text in region)
    diagram = asked.region(x, y, x_limits, y_limits, **without(values, x, y))
    if output is not None:
        from ..present.kit.plane import write_phase_diagram

        write_phase_diagram(diagram, output)
    return diagram


def _levels(asked: Any, values: Values, digits: int) -> tuple[Any, ...] | None:
    """Return the thresholds of the levels; None where there is one level, or they are not of the kind that has closed forms."""
    from ..theory.classes.hierarchy import Hierarchy

    if len(asked.ensemble.levels) < 2:
        return None
    try:
        return Hierarchy(asked).thresholds(digits=digits, **values)
    except InputError:
        return None


def _told(state: Any, levels: Iterable[Any], spent: Any, plane: Any, thresholds: Any) -> Iterator[Part]:
    """Yield what is shown of the results that there are."""
    if state is not None:
        yield state.table()
    for level in levels:
        formulas = [level.formula] if level.formula else []
        price = f"{level.value} = {level.plain} x {level.price}"
        yield f"level {level.name}: R*{' = {}' if formulas else ''} = {price} texts of its type per skill of its class", *formulas
    if spent is not None:
        total = f"{spent.total} texts per skill in all, at least {spent.least}; {spent.status}"
        yield Table(("texts", "per skill"), list(spent.ratios.items()), (total,))
    if plane is not None:
        yield plane.listed()
    if thresholds is not None:
        yield thresholds.table()
