"""The command that states scaling laws."""

from __future__ import annotations

from typing import Any

import click

from ..errors import InputError
from .options import DIGITS, FORMAT, JSON, PARAMETER, WHOLE, evolution_of, with_model
from .output import print_json

__all__ = ["scaling"]

_CHANCES = (0.9, 0.5, 0.1)


@click.command()
@with_model(
    PARAMETER,
    click.option("--size", "sizes", type=WHOLE, multiple=True, metavar="N", help="Also where graphs of N skills get stuck; repeatable."),
    click.option(
        "--terms", type=WHOLE, metavar="K", help="Also K terms of the Lagrange series, with a bound on the rest (all letters bound)."
    ),
    click.option("--compute", metavar="C", help="Also the best split of C = skills x texts."),
    click.option("-o", "--output", metavar="FILE", help="Write a figure (.svg, .pdf, .png) or a table (.csv)."),
    DIGITS,
    FORMAT,
    JSON,
)
def scaling(
    model: Any,
    values: dict[str, Any],
    parameter: str | None,
    sizes: tuple[int, ...],
    terms: int | None,
    compute: str | None,
    output: str | None,
    digits: int,
    form: str,
    as_json: bool,
) -> None:
    """State the scaling laws: far from the thresholds, at each jump or cusp, and on graphs of finite size."""
    evolution = evolution_of(model)
    found = evolution.scaling(parameter, digits=digits, **values)
    others = {name: value for name, value in values.items() if name != found.parameter}
    content = found.to_dict()
    if sizes and not found.finite_size:
        raise InputError("--size", "needs a jump of an s-skill learner, with all other letters bound", given=sizes[0])
    content["sizes"] = [row for law in found.finite_size for row in _sizes(law, sizes)]
    content["series"] = None if terms is None else _series(evolution, values, terms, digits)
    content["best_ratio"], content["split"] = _compute(evolution, found.parameter, others, compute, digits)
    if output is not None:
        from ..present.scaling import write_scaling

        write_scaling(evolution.at(**others), found, output)
    if as_json:
        print_json(content)
    else:
        _print(found, content, form)


def _sizes(law: Any, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """Return at which values of the letter graphs of some sizes get stuck with chances of 9/10, 1/2 and 1/10."""
    return [{"size": size, "at": {str(chance): law.value_at(chance, size) for chance in _CHANCES}} for size in sizes]


def _series(evolution: Any, values: dict[str, Any], terms: int, digits: int) -> Any:
    from ..solve.lagrange import partial_sum

    return partial_sum(evolution, terms, digits=digits, **values).to_dict()


def _compute(evolution: Any, parameter: str, others: dict[str, Any], compute: str | None, digits: int) -> tuple[Any, Any]:
    """Return the best ratio of texts to skills, where all other letters are bound, and the best split of a budget."""
    from ..solve.compute import best_ratio, best_split

    split = None if compute is None else best_split(evolution, compute, parameter, **others).to_dict()
    try:
        return best_ratio(evolution, parameter, digits=digits, **others).to_dict(), split
    except InputError:
        return None, split


def _print(found: Any, content: dict[str, Any], form: str) -> None:
    from ..present.tables import print_table

    for law in found.laws:
        click.echo(f"{law.quantity}, {law.where} ({law.kind}):")
        click.echo(f"  {getattr(law.formula, form)}")
        for name, defined in law.definitions:
            click.echo(f"  {name} = {getattr(defined, form)} = {law[name]}")
        for name in () if law.definitions else dict(law.constants):
            click.echo(f"  {name} = {law[name]}")
    for law in found.finite_size:
        click.echo(f"finite size at {law.parameter}* = {law.threshold}:")
        sign = "" if law.learned_side == "above" else "-"
        click.echo(f"  P(stuck) = Q(sqrt(n) ({sign}({law.parameter} - {law.parameter}*) - beta n^(-2/3))/sqrt(alpha^2 + kappa n^(-1/3)))")
        click.echo(f"  alpha = {law.alpha} ({law.alpha_fixed} where degrees are in exact proportion)")
        click.echo(f"  beta = {law.beta:.9g} = Omega {law.beta_over_omega}, kappa = {law.kappa:.9g}")
    if content["sizes"]:
        header = ("skills", *(f"P(stuck) = {chance}" for chance in _CHANCES))
        print_table(header, [(row["size"], *(f"{value:.8g}" for value in row["at"].values())) for row in content["sizes"]])
    if content["series"]:
        one = content["series"]
        click.echo(f"Lagrange series, {one['terms']} terms: zeta = {one['value']}, the rest is below {one['rest']}")
    if content["best_ratio"]:
        click.echo(f"best texts per skill for a large budget: {content['best_ratio']['ratio']} ({content['best_ratio']['place']})")
    if content["split"]:
        one = content["split"]
        click.echo(
            f"best split of {one['compute']:g}: {one['skills']:.8g} skills, {one['texts']:.8g} texts; {one['learned']:.8g} are learned"
        )
    for reason in found.reasons:
        click.echo(reason)
