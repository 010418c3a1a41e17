"""The commands that answer by theory: threshold, phase, require, optimize, evolve."""

from __future__ import annotations

from typing import Any

import click

from ..errors import InputError
from .options import (
    ASSOCIATION,
    DIGITS,
    JSON,
    METHOD,
    PARAMETER,
    SWEEP,
    WHOLE,
    axis,
    evolution_of,
    is_limit,
    names_of,
    pairs,
    swept,
    swept_names,
    with_model,
    without,
)
from .output import as_texts, limits_said, print_json, print_points, print_rows, print_table, show, shown

__all__ = ["evolve", "optimize", "phase", "require", "threshold"]


@click.command()
@with_model(
    PARAMETER,
    click.option("--kind", default="all", metavar="KIND", help="all, emergence, fold, stability, potential or cusp."),
    click.option("--search", metavar="LO:HI", help="Values to search, where the letter cannot be isolated."),
    METHOD,
    DIGITS,
    JSON,
)
def threshold(
    model: Any, values: dict[str, Any], parameter: str | None, kind: str, search: str | None, method: str, digits: int, as_json: bool
) -> None:
    """Find every threshold by its name, with proof.

    Emergence: the largest fixed point jumps. Fold: any other turning point. Stability: q = 0 changes stability. Potential: the global
    minimiser of the potential jumps. Cusp: a jump is born (solves for one more letter, left free; found by balls alone).
    """
    show(evolution_of(model).thresholds(parameter, kind=kind, digits=digits, search=search, method=method, **values), as_json)


@click.command()
@with_model(
    click.option("--x", "x_axis", required=True, metavar="NAME=LO:HI", help="The letter along, and its range."),
    click.option("--y", "y_axis", required=True, metavar="NAME=LO:HI", help="The letter upward, and its range."),
    click.option("-o", "--output", metavar="FILE", help="Write a figure (.svg, .pdf, .png), a table (.csv) or PGFPlots (.tex)."),
    *ASSOCIATION,
    JSON,
)
def phase(model: Any, values: dict[str, Any], x_axis: str, y_axis: str, output: str | None, as_json: bool) -> None:
    """Follow folds, cusps, potential and stability lines in the plane of two letters.

    With --edges, --keep or --occupation, the percolation line on the association graph as well.
    """
    (x, x_limits), (y, y_limits) = axis(x_axis, "--x"), axis(y_axis, "--y")
    bound, evolution = without(values, x, y), evolution_of(model)
    own = {name: value for name, value in bound.items() if name in names_of(evolution)}
    diagram = evolution.phase_diagram(x, y, x_limits, y_limits, **own)
    if model.association is not None:
        from ..theory.facades.percolation import Percolation
        from ..theory.plane.percolation_line import with_percolation

        diagram = with_percolation(diagram, Percolation(evolution, model.association), **bound)
    if output is not None:
        from ..present.kit.plane import write_phase_diagram

        write_phase_diagram(diagram, output)
    if as_json:
        print_json(diagram.to_dict())
        return
    if tables := [line.table() for line in diagram.lines]:
        print_table(tables[0].header, [row for table in tables for row in table.rows])
    for cusp in diagram.cusp_points():
        click.echo(f"cusp at {x} = {cusp[0]:.15g}, {y} = {cusp[1]:.15g}")
    if not tables:
        click.echo("no line of any kind was found in this rectangle: none crosses its edges or the columns and rows that were searched")


@click.command()
@with_model(
    PARAMETER,
    click.option("--testing-error", metavar="E", help="The target of the testing error, 1 - P(1-q)."),
    click.option("--training-error", metavar="E", help="Or of the training error."),
    click.option("--zeta", metavar="E", help="Or of zeta, the skills that stay novel: loss rate, residual erasures."),
    click.option("--of", metavar="NAME", help="The class, or type of texts, that has to keep it (default: all of them)."),
    click.option("--search", metavar="LO:HI", help="Values to search, where there are several classes."),
    METHOD,
    DIGITS,
    JSON,
    classes=True,
)
def require(
    model: Any,
    values: dict[str, Any],
    parameter: str | None,
    of: str | None,
    search: str | None,
    method: str,
    digits: int,
    as_json: bool,
    **targets: str | None,
) -> None:
    """Find the least R (or the bound on another letter) that reaches a target: of testing error, training error or zeta."""
    several = {"--of": of, "--search": search}
    for option, given in several.items() if not model.has_classes else [("--method", None if method == "auto" else method)]:
        if given is not None:
            remedy = "state several classes" if option in several else "leave it out: states of several classes are proved"
            raise InputError(option, "does not go with this model", given=given, remedy=remedy)
    more = {"of": of, "search": search} if model.has_classes else {"method": method}
    found = evolution_of(model).require(parameter=parameter, digits=digits, **more, **targets, **values)
    if as_json:
        print_json(found.to_dict())
    else:
        bound = "at least" if found.learned_side == "above" else "at most"
        where = " (just past it: an emergence)" if found.at_emergence else ""
        who = f" of {found.worst}" if model.has_classes else ""
        click.echo(f"{found.parameter} {bound} {found.value}{where}{who}; {found.status}")
        if not model.has_classes and found.reason:
            click.echo(found.reason)


@click.command()
@with_model(
    PARAMETER,
    click.option("--side", required=True, metavar="SIDE", help="Whose law to find: skills or texts."),
    click.option("--degrees", required=True, metavar="LIST", help="The degrees allowed: 2:8 or 2,3,8."),
    click.option("--mean", metavar="M", help="The mean degree to keep."),
    click.option("--rate", metavar="RATE", help="Or the rate 1 - R of a code, where the fraction unknown is the parameter."),
    click.option("--least", multiple=True, metavar="DEGREE=FRACTION", help="A least fraction of nodes; repeatable."),
    click.option("--at-most", multiple=True, metavar="DEGREE=FRACTION", help="A greatest fraction of nodes; repeatable."),
    click.option("--until", metavar="Q", help="The fraction of novel skills to be reached (default 0: all learned)."),
    DIGITS,
    JSON,
)
def optimize(
    model: Any,
    values: dict[str, Any],
    parameter: str | None,
    side: str,
    degrees: str,
    mean: str | None,
    rate: str | None,
    least: tuple[str, ...],
    at_most: tuple[str, ...],
    until: str | None,
    digits: int,
    as_json: bool,
) -> None:
    """Find the law of skills or texts that emerges earliest, and a proved bound on all others."""
    from ..theory.design.optimize import optimize as best

    evolution = evolution_of(model).at(**without(values, parameter))
    bounds = {"least": pairs(least, "--least"), "at_most": pairs(at_most, "--at-most")}
    found = best(evolution, side, degrees, parameter, mean=mean, rate=rate, until=until, digits=digits, **bounds)
    if as_json:
        print_json(found.to_dict())
        return
    rows = [(f"{side} of degree {degree}", f"{float(fraction):.12g}") for degree, fraction in found.fractions.items()]
    told = (found.parameter, found.value), ("what binds", found.binding), ("bound on all laws", found.bound), ("status", found.status)
    print_rows([*rows, *told])


@click.command()
@with_model(
    click.option("--rounds", type=WHOLE, metavar="L", help="Also the state after each of L rounds."),
    click.option("--passes", type=WHOLE, metavar="K", help="Also the state after each of K passes over the texts, in the same order."),
    SWEEP,
    METHOD,
    DIGITS,
    JSON,
)
def evolve(
    model: Any,
    values: dict[str, Any],
    rounds: int | None,
    passes: int | None,
    sweep: tuple[str, ...],
    method: str,
    digits: int,
    as_json: bool,
) -> None:
    """Evaluate where learning stops: q, zeta, testing and training error."""
    evolution = evolution_of(model)
    points = []
    for point in swept(model, values, sweep):
        content = evolution.fixed_point(digits=digits, method=method, **point).to_dict()
        if not is_limit(point) and (reason := evolution.at(**point).never_starts):
            content["reason"] = reason
        if rounds is not None:
            content["trajectory"] = evolution.trajectory(rounds, **point)
        if passes is not None:
            content |= _in_turn(evolution.at(**point), passes, digits)
        points.append({"parameters": as_texts(point), **content})
    if as_json:
        print_points(points, sweep)
        return
    names = ("q", "zeta", "testing_error", "testing_error_uniform", "training_error", "rounds", "status")
    first = swept_names(sweep)
    rows = [[*(shown(point["parameters"])[name] for name in first), *(point[name] for name in names)] for point in points]
    if not sweep:
        print_rows(list(zip(names, rows[0], strict=True)))
        if "reason" in points[0]:
            click.echo(points[0]["reason"])
    else:
        print_table((*first, *names), rows, keys=len(first))
        for line in limits_said(points):
            click.echo(line)
    if rounds is not None and not sweep:
        print_table(("round", "q"), list(enumerate(points[0]["trajectory"])))
    if passes is not None and not sweep:
        columns = ("passes", "q", "zeta", "testing_error", "worth")
        print_table(columns, [[one["passes"], *(f"{one[name]:.9g}" for name in columns[1:])] for one in points[0]["passes"]])


def _in_turn(evolution: Any, passes: int, digits: int) -> dict[str, Any]:
    """Return the state after one pass, proved, and those after several; `worth` is so many times as many texts, each seen once."""
    found = [one.to_dict() for one in evolution.epochs(passes)]
    try:
        return {"one_pass": evolution.one_pass(digits=digits).to_dict(), "passes": found}
    except InputError:
        return {"one_pass": None, "passes": found}
