"""The command that asks whether what is learned hangs together."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from ..errors import InputError
from .options import (
    ASSOCIATION,
    DIGITS,
    FORMAT,
    JSON,
    METHOD,
    PARAMETER,
    SWEEP,
    evolution_of,
    names_of,
    swept,
    swept_names,
    with_model,
    without,
)
from .output import Writer, as_texts, limits_said, print_json, shown

__all__ = ["percolation"]

_ALONG = ("giant_component", "independent_approximation", "learned")
_OF_LEARNING = ("independent_approximation", "learned")
"""What says nothing of a network whose vertices are kept whether learned or not."""


@click.command()
@with_model(
    PARAMETER,
    *ASSOCIATION,
    click.option(
        "--attack", metavar="SHARE", help="Remove this share of the learned skills, those of most texts first; a letter: solve for it."
    ),
    click.option("--search", metavar="LO:HI", help="Search this range of the letter (default: its domain, up to 128)."),
    SWEEP,
    METHOD,
    click.option("-o", "--output", metavar="FILE", help="With --sweep: write a figure (.svg, .pdf, .png) or a table (.csv)."),
    DIGITS,
    FORMAT,
    JSON,
)
def percolation(
    model: Any,
    values: dict[str, Any],
    parameter: str | None,
    attack: str | None,
    search: str | None,
    sweep: tuple[str, ...],
    method: str,
    output: str | None,
    digits: int,
    form: str,
    as_json: bool,
) -> None:
    """Find the giant component of the skills that are learned, and the threshold at which it appears.

    Exactly, and in the approximation that skills were learned independently of the graph. Threshold: in --parameter, or in the one
    letter that is free.
    """
    from ..model.association import Association
    from ..model.formula import Formula
    from ..theory.facades.percolation import Percolation
    from ..theory.percolation.attack import attack_thresholds
    from ..theory.percolation.giant import GiantComponent

    asked = Percolation(evolution_of(model), model.association or Association())
    free = names_of(asked) - set(values) - set(swept_names(sweep))
    solved = None if attack is None else _letter_of(attack, asked)
    parameter = _parameter(parameter, free, sweep, attack, solved)
    if solved is not None:
        for option, given in (("--sweep", sweep), ("--search", search), ("--method", "mpmath" if method == "mpmath" else None)):
            if given:
                raise InputError(option, "must not be given where balls solve for the share of --attack")
    if output is not None and not sweep:
        raise InputError("--output", "needs --sweep, a letter to vary", given=output)
    points = [] if free or solved else list(swept(model, values, sweep))
    found = [_component(asked, attack, digits, method, point) for point in points]
    if output is not None:
        from ..present.kit.percolation import write_components

        write_components(points, [component for _, component in found], output, asked if attack is None else None)
    content: dict[str, Any] = {"association": str(asked.association)}
    content["equations"] = [Formula.of(one).to_dict() for one in asked.system.shown]
    done = [{"parameters": as_texts(point), **component.to_dict(), **kept} for point, (kept, component) in zip(points, found, strict=True)]
    content |= {"points": done} if sweep else done[0] if done else dict.fromkeys(GiantComponent.measured())
    solve = asked.thresholds if solved is None else partial(attack_thresholds, asked)
    stated = {"digits": digits} if solved else {"digits": digits, "search": search, "method": method}
    content |= _thresholds(partial(solve, **stated), parameter, values)
    if as_json:
        print_json(content)
    else:
        _print(content, asked.association, swept_names(sweep), form)


def _letter_of(attack: str, asked: Any) -> str | None:
    """Return the letter whose threshold is asked for, where the share to be removed is one; None where it is a number."""
    from ..model.exact import exact

    share = exact(attack, "--attack")
    if not share.free_symbols:
        return None
    if not share.is_Symbol or share.name in names_of(asked):
        raise InputError("--attack", "must be a number, or a letter of its own to be solved for", given=attack)
    return str(share)


def _parameter(parameter: str | None, free: set[str], sweep: tuple[str, ...], attack: str | None, solved: str | None) -> str | None:
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


def _component(asked: Any, attack: str | None, digits: int, method: str, point: dict[str, Any]) -> tuple[dict[str, str], Any]:
    """Return the giant component at a point, and what the attack left, if there was one."""
    from ..theory.percolation.attack import attacked

    left = asked if attack is None else attacked(asked, attack, **point)
    return {} if attack is None else {"attack": str(left.association.kept)}, left.component(digits=digits, method=method, **point)


def _thresholds(solve: Any, parameter: str | None, values: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of thresholds: the first one, all of them, and the first of the independent approximation."""
    if parameter is None:
        return {"threshold": None}
    others = without(values, parameter)
    found, approximate = (solve(parameter, approximate=approximate, **others) for approximate in (False, True))
    first, approximated = (next((one["value"] for one in thresholds.to_dict()["thresholds"]), None) for thresholds in (found, approximate))
    return {"threshold": first, "independent_threshold": approximated, **found.to_dict()}


def _print(content: dict[str, Any], association: Any, letters: list[str], form: str) -> None:
    from ..model.formula import Formula
    from ..theory.percolation.giant import GiantComponent

    writer = Writer(form)
    writer.words(content["association"])
    for equation in content["equations"]:
        writer.formula(Formula.from_dict(equation))
    names = [name for name in GiantComponent.measured() if association.learned or name not in _OF_LEARNING]
    if letters:
        names = [name for name in names if name in _ALONG]
        rows = [[*(shown(point["parameters"])[name] for name in letters), *(point[name] for name in names)] for point in content["points"]]
        writer.table((*letters, *names), rows, keys=len(letters))
        for line in limits_said(content["points"]):
            writer.words(line)
    elif "status" in content:
        missing = "undecided" if content["status"] == "undecided" else "none"
        present = [name for name in (*names, "status", "attack") if name in content]
        writer.table(("", ""), [[name, missing if content[name] is None else content[name]] for name in present])
    for one in content.get("thresholds", []):
        closed = [Formula.from_dict(one["closed_form"])] if one["closed_form"] else []
        value = f" = {one['value']}" if one["value"] is not None else ""
        found = f"threshold {one['parameter']}*{' = {}' if closed else ''}{value}"
        writer.words(f"{found}; giant component {one['learned_side']} it; {one['status']}", *closed)
    if association.learned and content.get("independent_threshold") is not None:
        writer.words(f"in the independent approximation {content['parameter']}* = {content['independent_threshold']}")
    if content.get("reason"):
        writer.words(content["reason"])
    elif content.get("searched"):
        writer.words(f"searched: {content['searched']}")
