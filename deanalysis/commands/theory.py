"""The commands that answer by theory: threshold, phase, require, optimize, evolve."""

from __future__ import annotations

from typing import Any

import click

from ..errors import InputError
from ..record import Record, Table
from .access import content_of, of_state, spoken, with_throughput
from .options import (
    ASSOCIATION,
    DIGITS,
    METHOD,
    PARAMETER,
    SWEEP,
    WHOLE,
    Given,
    Many,
    Values,
    axis,
    evolution_of,
    names_of,
    pairs,
    swept,
    with_model,
    without,
)
from .output import Answer, at, fields, is_limit, known, limits_said

_STATE = ("q", "zeta", "testing_error", "testing_error_uniform", "training_error", "rounds", "status")


@click.command()
@with_model(
    PARAMETER,
    click.option("--kind", default="all", metavar="KIND", help="all, emergence, fold, stability, potential or cusp."),
    click.option("--search", metavar="LO:HI", help="Values to search, where the letter cannot be isolated."),
    click.option("--topics", metavar="LIST", help="Of a chain: also the last jump of chains of so many topics, as 8,16,32."),
    click.option("--windows", metavar="LIST", help="And of such windows, as 2,3,4 (default: its own)."),
    click.option("-o", "--output", metavar="FILE", help="Write those as a figure (.svg, .pdf, .png) or a table (.csv)."),
    METHOD,
    DIGITS,
    chains=True,
    ideal=True,
)
def threshold(model: Any, values: Values, topics: Given, windows: Given, output: Given, **asked: Any) -> Record | Answer:
    """Find every threshold by its name, with proof.

    Emergence: the largest fixed point jumps. Fold: any other turning point. Stability: q = 0 changes stability. Potential: the global
    minimiser of the potential jumps. Cusp: a jump is born (solves for one more letter, left free; found by balls alone). Of a chain,
    jumps of its topics, and the potential threshold of one topic, beside which --kind potential asks for nothing else. With --topics,
    how the last jump of chains tends to that as they get longer, and their windows larger. Of codes also rate, gap to capacity and
    stability margin, of random access the throughput just below each jump.
    """
    refuse_of_plain(model, {"--topics": topics, "--windows": windows, "--output": output})
    for option, given in {"--windows": windows, "--output": output}.items():
        if given is not None and topics is None:
            raise InputError(option, "goes with --topics", given=given)
    if topics is not None:
        from .chains import saturated

        return saturated(model, values, topics, windows, output, **asked)
    if model.is_chain:
        from .chains import thresholds_of

        return thresholds_of(model, values, **asked)
    evolution = evolution_of(model)
    thresholds: Record = evolution.thresholds(**asked, **values)
    return Answer(*with_throughput(evolution, thresholds, values, asked["digits"])) if model.is_access else thresholds


@click.command()
@with_model(
    click.option("--x", "x_axis", required=True, metavar="NAME=LO:HI", help="The letter along, and its range."),
    click.option("--y", "y_axis", required=True, metavar="NAME=LO:HI", help="The letter upward, and its range."),
    click.option("-o", "--output", metavar="FILE", help="Write a figure (.svg, .pdf, .png), a table (.csv) or PGFPlots (.tex)."),
    *ASSOCIATION,
    classes=True,
)
def phase(model: Any, values: Values, x_axis: str, y_axis: str, output: Given) -> Answer:
    """Follow folds, cusps, potential and stability lines in the plane of two letters.

    With --edges, --keep or --occupation, the percolation line on the association graph as well. Where there are several classes, the
    lines on which they jump, with their corners and cusps.
    """
    if model.association is not None and model.has_classes:
        remedy = "leave out --edges, --keep and --occupation"
        raise InputError("MODEL", "must have one class of skills and one type of texts for a percolation line", remedy=remedy)
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
    none = "no line of any kind was found in this rectangle: none crosses its edges or the columns and rows that were searched"
    return Answer(diagram.to_dict(), [diagram.listed(), *([] if diagram.lines else [none])])


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
    classes=True,
)
def require(model: Any, values: Values, of: Given, search: Given, method: str, **asked: Any) -> Answer:
    """Find the least R (or the bound on another letter) that reaches a target: of testing error, training error or zeta."""
    several = {"--of": of, "--search": search}
    for option, given in several.items() if not model.has_classes else [("--method", None if method == "auto" else method)]:
        if given is not None:
            remedy = "state several classes" if option in several else "leave it out: states of several classes are proved"
            raise InputError(option, "does not go with this model", given=given, remedy=remedy)
    more = {"of": of, "search": search} if model.has_classes else {"method": method}
    least = evolution_of(model).require(**more, **asked, **values)
    bound = "at least" if least.learned_side == "above" else "at most"
    where = " (just past it: an emergence)" if least.at_emergence else ""
    who, reason = (f" of {least.worst}", None) if model.has_classes else ("", least.reason)
    return Answer(least.to_dict(), [Table((), (), (f"{least.parameter} {bound} {least.value}{where}{who}; {least.status}", reason))])


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
)
def optimize(model: Any, values: Values, parameter: Given, side: str, degrees: str, **asked: Any) -> Answer:
    """Find the law of skills or texts that emerges earliest, and a proved bound on all others."""
    from ..theory.design.optimize import optimize as best

    evolution = evolution_of(model).at(**without(values, parameter))
    bounds: dict[str, Any] = {name: pairs(asked.pop(name), f"--{name.replace('_', '-')}") for name in ("least", "at_most")}
    law = best(evolution, side, degrees, parameter, **asked, **bounds)
    rows = [(f"{side} of degree {degree}", f"{float(fraction):.12g}") for degree, fraction in law.fractions.items()]
    told = (law.parameter, law.value), ("what binds", law.binding), ("bound on all laws", law.bound), ("status", law.status)
    return Answer(law.to_dict(), [Table((), [*rows, *told])])


@click.command()
@with_model(
    click.option("--rounds", type=WHOLE, metavar="L", help="Also the state after each of L rounds."),
    click.option("--passes", type=WHOLE, metavar="K", help="Also the state after each of K passes over the texts, in the same order."),
    SWEEP,
    click.option("-o", "--output", metavar="FILE", help="Of a chain: the rounds as a figure (.svg, .pdf, .png) or a table (.csv)."),
    METHOD,
    DIGITS,
    chains=True,
    ideal=True,
)
def evolve(
    model: Any, values: Values, rounds: int | None, passes: int | None, sweep: Many, output: Given, digits: int, method: str
) -> Answer:
    """Evaluate where learning stops: q, zeta, testing and training error.

    Of random access also packet loss rate and throughput. Of a chain by topic, the errors by position of texts; with --rounds zeta of each
    topic after each round, which -o draws.
    """
    from ..model.learners import Ideal

    refuse_of_plain(model, {"--output": output})
    if model.is_chain:
        from .chains import drawn_rounds, evolved, refuse_of_chains

        refuse_of_chains(method, passes)
        if output is not None:
            drawn_rounds(model, values, rounds, sweep, output)
        return evolved(model, values, rounds, sweep, digits)
    evolution, ideal = evolution_of(model), isinstance(model.learner, Ideal)
    letters, points = swept(model, values, sweep)
    states, contents = [], []
    access: list[dict[str, Any]] = []
    for point in points:
        states.append(evolution.fixed_point(digits=digits, method=method, **point))
        access.append(of_state(evolution, states[-1], point, digits) if model.is_access else {})
        content = states[-1].to_dict() | content_of(access[-1])
        if not (is_limit(point) or ideal) and (reason := evolution.at(**point).never_starts):
            content["reason"] = reason
        if rounds is not None:
            content["trajectory"] = evolution.trajectory(rounds, **point)
        if passes is not None:
            content |= _in_turn(evolution.at(**point), passes, digits)
        contents.append(content)
    if sweep:
        rows = [
            [*at(point, letters), *(known(getattr(state, name)) for name in _STATE), *more.values()]
            for point, state, more in zip(points, states, access, strict=True)
        ]
        header = (*letters, *_STATE, *map(spoken, access[0]))
        return Answer.of_points(points, contents, sweep, [Table(header, rows, (*limits_said(points, states),), len(letters))])
    (content,), (more,) = contents, access
    shown = fields(states[0], *_STATE)
    parts = [shown._replace(rows=[*shown.rows, *((spoken(name), value) for name, value in more.items())], notes=(content.get("reason"),))]
    if rounds is not None:
        parts.append(Table(("round", "q"), list(enumerate(content["trajectory"]))))
    if passes is not None:
        columns = ("passes", "q", "zeta", "testing_error", "worth")
        parts.append(Table(columns, [[epoch["passes"], *(f"{epoch[name]:.9g}" for name in columns[1:])] for epoch in content["passes"]]))
    return Answer.of_points(points, contents, sweep, parts)


def refuse_of_plain(model: Any, given: dict[str, Given]) -> None:
    """Refuse what is asked of chains alone where the model is none."""
    for option, value in given.items():
        if value is not None and not model.is_chain:
            raise InputError(option, "goes with a chain of topics", given=value)


def _in_turn(evolution: Any, passes: int, digits: int) -> dict[str, Any]:
    """Return the state after one pass, proved, and those after several; `worth` is so many times as many texts, each seen once."""
    after = [epoch.to_dict() for epoch in evolution.epochs(passes)]
    try:
        return {"one_pass": evolution.one_pass(digits=digits).to_dict(), "passes": after}
    except InputError:
        return {"one_pass": None, "passes": after}
