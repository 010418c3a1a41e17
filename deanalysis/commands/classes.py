"""The command for several classes of skills, types of texts and levels."""

from __future__ import annotations

from typing import Any

import click

from ..errors import InputError
from .options import DIGITS, FORMAT, JSON, PARAMETER, axis, names_of, with_model, without
from .output import Writer, print_json

__all__ = ["classes"]


@click.command()
@with_model(
    PARAMETER,
    click.option("--search", metavar="LO:HI", help="Search this range of the letter (default: its domain, up to 128)."),
    click.option(
        "--region", nargs=2, metavar="X=LO:HI Y=LO:HI", help="Follow the lines on which classes jump in the plane of two letters."
    ),
    click.option("--budget", is_flag=True, help="Find the fewest texts, over all levels, with which the top one emerges."),
    click.option("-o", "--output", metavar="FILE", help="With --region: write a figure (.svg, .pdf, .png) or a table (.csv)."),
    DIGITS,
    FORMAT,
    JSON,
    classes=True,
)
def classes(
    model: Any,
    values: dict[str, Any],
    parameter: str | None,
    search: str | None,
    region: tuple[str, str] | None,
    budget: bool,
    output: str | None,
    digits: int,
    form: str,
    as_json: bool,
) -> None:
    """Learn several classes of skills from several types of texts: equations, state, all jumps, levels, the region of two loads.

    Jumps are found in --parameter, or in the one letter that is free.
    """
    from ..model.classes import ClassEnsemble
    from ..model.formula import Formula, latex, text
    from ..theory.facades.class_evolution import ClassEvolution

    ensemble = model.ensemble if model.has_classes else ClassEnsemble.of(model.ensemble, model.learner)
    asked = ClassEvolution(ensemble)
    if output is not None and region is None:
        raise InputError("--output", "needs --region, two letters", given=output)
    written = {"text": text, "latex": latex}[form]
    equations = [Formula.of(one).to_dict() if as_json else {form: written(one)} for one in asked.shown]
    content: dict[str, Any] = {"equations": equations, "q": None, "zeta": None}
    if region is not None:
        content["region"] = _region(asked, region, values, output)
    free, others = names_of(asked) - set(values), without(values, parameter)
    if not free:
        content |= asked.fixed_point(digits=digits, **values).to_dict()
    content["levels"] = _levels(asked, values, digits)
    if budget:
        from ..theory.classes.budget import cheapest

        content["budget"] = cheapest(asked, **others).to_dict()
    content["thresholds"] = None
    if parameter is not None or (len(free) == 1 and not budget and region is None):
        content |= asked.thresholds(parameter, digits=digits, search=search, **others).to_dict()
    if as_json:
        print_json(content)
    else:
        _print(content, form)


def _region(asked: Any, region: tuple[str, str], values: dict[str, Any], output: str | None) -> dict[str, Any]:
    """Return the region, and write it where that is asked for."""
    if output is not None:
        from ..present.kit.files import TABLE_OR_FIGURE, check_output

        check_output(output, TABLE_OR_FIGURE)
    (x, x_limits), (y, y_limits) = (axis(one, "--region") for one in region)
    found = asked.region(x, y, x_limits, y_limits, **without(values, x, y))
    if output is not None:
        from ..present.kit.plane import write_region

        write_region(found, output)
    content: dict[str, Any] = found.to_dict()
    return content


def _levels(asked: Any, values: dict[str, Any], digits: int) -> list[dict[str, Any]] | None:
    """Return the thresholds of the levels; None where there is one level, or they are not of the kind that has closed forms."""
    from ..theory.classes.hierarchy import Hierarchy

    if len(asked.ensemble.levels) < 2:
        return None
    try:
        return [one.to_dict() for one in Hierarchy(asked).thresholds(digits=digits, **values)]
    except InputError:
        return None


def _print(content: dict[str, Any], form: str) -> None:
    from ..model.formula import Formula

    writer = Writer(form)
    for equation in content["equations"]:
        writer.formula(Formula(equation.get("latex", ""), equation.get("text", "")))
    if content["q"] is not None:
        for name in ("q", "zeta", "testing_error", "testing_error_uniform", "training_error"):
            writer.table((name, ""), list(content[name].items()))
        writer.words(content["status"])
    for level in content["levels"] or ():
        closed = [Formula.from_dict(level["closed_form"])] if level["closed_form"] else []
        price = f"{level['value']} = {level['plain']} x {level['price']}"
        writer.words(f"level {level['class']}: R*{' = {}' if closed else ''} = {price} texts of its type per skill of its class", *closed)
    if "budget" in content:
        spent = content["budget"]
        writer.table(("texts", "per skill"), list(spent["ratios"].items()))
        writer.words(f"{spent['total']} texts per skill in all, at least {spent['least']}; {spent['status']}")
    if "region" in content:
        for line in content["region"]["lines"]:
            ends = f"({line['x'][0]:.6g}, {line['y'][0]:.6g}) to ({line['x'][-1]:.6g}, {line['y'][-1]:.6g})"
            writer.words(f"{line['kind']} of {' and '.join(line['classes'])} from {ends}")
        for name in ("corners", "cusps"):
            for x, y in content["region"][name]:
                writer.words(f"{name.removesuffix('s')} at ({x:.6g}, {y:.6g})")
    for one in content["thresholds"] or ():
        bound = {None: "", True: "binding; ", False: "not binding; "}[one.get("binding")]
        moving = f"{' and '.join(one['classes'])}; {bound}learned {one['learned_side']}; {one['status']}"
        writer.words(f"{one['kind']} {one['parameter']}* = {one['value']}: {moving}")
    if content.get("reason"):
        writer.words(content["reason"])
    if content.get("searched"):
        writer.words(f"searched: {content['searched']}")
