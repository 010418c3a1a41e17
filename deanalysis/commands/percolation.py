"""The command that asks whether what is learned hangs together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import click

from ..errors import InputError
from ..record import Table
from .options import (
    ASSOCIATION,
    DIGITS,
    FORMAT,
    METHOD,
    PARAMETER,
    SWEEP,
    Given,
    Many,
    Values,
    evolution_of,
    names_of,
    swept,
    with_model,
    without,
)
from .output import Answer, Part, at, fields, known, limits_said, with_parameters

_ALONG = ("giant_component", "independent_approximation", "learned")
_OF_LEARNING = ("independent_approximation", "learned")
"""What says nothing of a network whose vertices are kept whether learned or not."""


@click.command()
@with_model(
    PARAMETER,
    *ASSOCIATION,
    click.option("--attack", metavar="SHARE", help="Remove this share of the learned skills, most texts first; a letter: solve for it."),
    click.option("--search", metavar="LO:HI", help="Search this range of the letter (default: its domain, up to 128)."),
    SWEEP,
    METHOD,
    click.option("-o", "--output", metavar="FILE", help="With --sweep: write a figure (.svg, .pdf, .png) or a table (.csv)."),
    DIGITS,
    FORMAT,
    classes=True,
)
def percolation(
    model: Any, values: Values, parameter: Given, attack: Given, search: Given, sweep: Many, method: str, output: Given, digits: int
) -> Answer:
    """Find the giant component of the skills that are learned, and the threshold at which it appears.

    Exactly, and in the approximation that skills were learned independently of the graph. Threshold: in --parameter, or in the one
    letter that is free.
    """
    from ..model.formula import Formula
    from ..theory.percolation.attack import attack_thresholds, attacked

    if model.has_classes and attack is not None:
        raise InputError("--attack", "must not be given where there are several classes of skills", given=attack)
    asked, measured = _asked(model)
    letters, points = swept(model, values, sweep)
    free = names_of(asked) - set(values) - set(letters)
    solved = None if attack is None else _letter_of(attack, asked)
    parameter = _parameter(parameter, free, sweep, attack, solved)
    stated: dict[str, Any] = {"digits": digits, "search": search, "method": method}
    solve = asked.thresholds
    if solved is not None:
        for option, given in (("--sweep", sweep), ("--search", search), ("--method", "mpmath" if method == "mpmath" else None)):
            if given:
                raise InputError(option, "must not be given where balls solve for the share of --attack")
        solve, stated = partial(attack_thresholds, asked), {"digits": digits}
    if output is not None and not sweep:
        raise InputError("--output", "needs --sweep, a letter to vary", given=output)
    points = [] if free or solved else points
    left = [asked if attack is None else attacked(asked, attack, **point) for point in points]
    components = [network.component(digits=digits, method=method, **point) for network, point in zip(left, points, strict=True)]
    if output is not None:
        from ..present.kit.percolation import write_components

        write_components(points, components, output, None if attack else asked)
    content: dict[str, Any] = {"association": str(asked.association)}
    content["equations"] = [Formula.of(equation).to_dict() for equation in asked.system.shown]
    kept = [{} if attack is None else {"attack": str(network.association.kept)} for network in left]
    done = with_parameters(points, [component.to_dict() | after for component, after in zip(components, kept, strict=True)])
    content |= {"points": done} if sweep else done[0] if done else dict.fromkeys(measured)
    content["threshold"] = None
    solutions: list[Any] = []
    if parameter is not None:
        others = without(values, parameter)
        solutions += [solve(parameter, approximate=approximate, **stated, **others) for approximate in (False, True)]
        first, independent = (next((threshold["value"] for threshold in solution.to_dict()["thresholds"]), None) for solution in solutions)
        content |= {"threshold": first, "independent_threshold": independent, **solutions[0].to_dict()}
    return Answer(content, _told(asked, letters, points, components, kept, solutions))


def _told(
    asked: Any, letters: list[str], points: list[Values], components: list[Any], kept: list[dict[str, str]], solutions: list[Any]
) -> Iterator[Part]:
    """Yield what is shown: association, equations, giant components, thresholds, and the first one of the independent approximation."""
    from ..model.formula import Formula

    learned = asked.association.learned
    names = type(components[0]).measured() if components else ()
    names = [name for name in names if learned or name.removesuffix("_by_class") not in _OF_LEARNING]
    by_class, names = [name for name in names if name.endswith("_by_class")], [name for name in names if not name.endswith("_by_class")]
    yield str(asked.association)
    yield from map(Formula.of, asked.system.shown)
    if letters:
        names = [name for name in names if name in _ALONG]
        rows = [
            [*at(point, letters), *(known(getattr(component, name)) for name in names)]
            for point, component in zip(points, components, strict=True)
        ]
        yield Table((*letters, *names), rows, (*limits_said(points, components),), len(letters))
    for component in components if not letters else ():
        table = fields(component, *names, "status", missing="undecided" if component.status == "undecided" else "none")
        yield table._replace(rows=[*table.rows, *kept[0].items()], notes=(component.reason,))
        if by_class:
            rows = [[label, *(known(getattr(component, name)[label]) for name in by_class)] for label in component.giant_component_by_class]
            yield Table(("class", *(name.removesuffix("_by_class") for name in by_class)), rows)
    for solution in solutions[:1]:
        table, names_here = solution.table(), {"learned": "giant component", "closed form": f"closed form of {solution.parameter}*"}
        yield table._replace(header=tuple(names_here.get(str(name), name) for name in table.header))
    for approximate in (solution for solution in solutions[1:] if learned and solution and solution[0].value is not None):
        yield f"in the independent approximation {approximate.parameter}* = {approximate[0].value}"


def _asked(model: Any) -> tuple[Any, tuple[str, ...]]:
    """Return percolation on a model, of one class or several, and the names of what is measured of its association graph."""
    from ..model.association import Association

    evolution, association = evolution_of(model), model.association or Association()
    if model.has_classes:
        from ..theory.facades.class_percolation import ClassPercolation
        from ..theory.percolation.classes.component import ClassComponent

        return ClassPercolation(evolution, association), ClassComponent.measured()
    from ..theory.facades.percolation import Percolation
    from ..theory.percolation.giant import GiantComponent

    return Percolation(evolution, association), GiantComponent.measured()


def _letter_of(attack: str, asked: Any) -> Given:
    """Return the letter whose threshold is asked for, where the share to be removed is one; None where it is a number."""
    from ..model.exact import exact

    share = exact(attack, "--attack")
    if not share.free_symbols:
        return None
    if not share.is_Symbol or share.name in names_of(asked):
        raise InputError("--attack", "must be a number, or a letter of its own to be solved for", given=attack)
    return str(share)


def _parameter(parameter: Given, free: set[str], sweep: Many, attack: Given, solved: Given) -> Given:
    """Return the letter to solve for, if there is one; what else is asked for needs all letters bound."""
    named = ", ".join(sorted(free))
    for option, given in (("--sweep", sweep), ("--attack", attack)):
        if given and free:
            raise InputError(option, f"needs every other letter bound; {named} is free", remedy=f"set {min(free)}")
    if attack is not None and parameter not in (None, solved):
        raise InputError("--parameter", "must be the letter of --attack, which leaves no other to be solved for", given=parameter)
    if solved is not None:
        return solved
    if parameter is None and len(free) > 1:
        raise InputError("--parameter", f"must name the letter to solve for; {named} are free")
    return next(iter(free)) if parameter is None and free else parameter
