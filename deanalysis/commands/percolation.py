"""The command that asks whether what is learned hangs together."""

from __future__ import annotations

from typing import Any

import click

from ..errors import InputError
from .options import ASSOCIATION, DIGITS, JSON, PARAMETER, SWEEP, evolution_of, with_model
from .output import print_json
from .values import as_texts, swept, swept_names

__all__ = ["percolation"]

_SHOWN = (
    "giant_component",
    "independent_approximation",
    "learned",
    "kept",
    "branching_factor",
    "mean_component",
    "mean_degree",
    "clustering",
)


@click.command()
@with_model(
    PARAMETER,
    *ASSOCIATION,
    click.option("--attack", metavar="SHARE", help="Remove this share of the learned skills, those of most texts first."),
    click.option("--search", metavar="LO:HI", help="Search this range of the letter (default: its domain, up to 128)."),
    SWEEP,
    DIGITS,
    JSON,
)
def percolation(
    model: Any,
    values: dict[str, Any],
    parameter: str | None,
    attack: str | None,
    search: str | None,
    sweep: tuple[str, ...],
    digits: int,
    as_json: bool,
) -> None:
    """Find the giant component of the skills that are learned, and the threshold at which it appears.

    Exactly, and in the approximation that skills were learned independently of the graph. Threshold: in --parameter, or in the one
    letter that is free.
    """
    from ..equations.formula import Formula
    from ..model.association import Association
    from ..solve.attack import attacked
    from ..solve.percolation import Percolation

    asked = Percolation(evolution_of(model), model.association or Association())
    free = {symbol.name for symbol in asked.letters} - set(values) - set(swept_names(sweep))
    if parameter is None and len(free) == 1:
        (parameter,) = free
    if sweep and free:
        raise InputError("--sweep", f"needs every other letter bound; {', '.join(sorted(free))} is free", remedy=f"set {min(free)}")
    if attack is not None and free:
        raise InputError("--attack", f"needs every letter bound; {', '.join(sorted(free))} is free", remedy=f"set {min(free)}")
    if parameter is None and free:
        raise InputError("--parameter", f"must name the letter to solve for; {', '.join(sorted(free))} are free")
    content: dict[str, Any] = {"association": str(asked.association)}
    content["equations"] = [Formula.of(one).to_dict() for one in asked.system.shown]
    points = []
    for point in [] if free else swept(model, values, sweep):
        here = asked if attack is None else attacked(asked, attack, **point)
        points.append({"parameters": as_texts(point), **here.component(digits=digits, **point).to_dict()})
        if attack is not None:
            points[-1]["attack"] = str(here.association.kept)
    content |= {"points": points} if sweep else dict.fromkeys(_SHOWN) if free else points[0]
    content |= _thresholds(asked, parameter, digits, search, values)
    if as_json:
        print_json(content)
    else:
        _print(content, swept_names(sweep))


def _thresholds(asked: Any, parameter: str | None, digits: int, search: str | None, values: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of thresholds: the first one, all of them, and the first of the independent approximation."""
    if parameter is None:
        return {"threshold": None}
    others = {name: value for name, value in values.items() if name != parameter}
    found, approximate = (
        asked.thresholds(parameter, digits=digits, search=search, approximate=approximate, **others) for approximate in (False, True)
    )
    first, approximated = (next((one["value"] for one in thresholds.to_dict()["thresholds"]), None) for thresholds in (found, approximate))
    return {"threshold": first, "independent_threshold": approximated, **found.to_dict()}


def _print(content: dict[str, Any], letters: list[str]) -> None:
    from ..present.tables import print_table

    click.echo(content["association"])
    for equation in content["equations"]:
        click.echo(f"  {equation['text']}")
    if letters:
        names = ("giant_component", "independent_approximation", "learned")
        rows = [[*(point["parameters"][name] for name in letters), *(point[name] for name in names)] for point in content["points"]]
        print_table((*letters, *names), rows)
    elif content["giant_component"] is not None or "status" in content:
        rows = [[name, "undecided" if content[name] is None else content[name]] for name in (*_SHOWN, "status")]
        print_table(("", ""), rows + ([["attack", content["attack"]]] if "attack" in content else []))
    for one in content.get("thresholds", []):
        closed = f" = {one['closed_form']['text']}" if one["closed_form"] else ""
        shown = f" = {one['value']}" if one["value"] is not None else ""
        click.echo(f"threshold {one['parameter']}*{closed}{shown}; giant component {one['learned_side']} it; {one['status']}")
    if content.get("independent_threshold") is not None:
        click.echo(f"in the independent approximation {content['parameter']}* = {content['independent_threshold']}")
    if content.get("reason"):
        click.echo(content["reason"])
