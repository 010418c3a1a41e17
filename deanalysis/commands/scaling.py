"""The command that states scaling laws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from ..errors import InputError
from .options import DIGITS, FORMAT, JSON, PARAMETER, WHOLE, evolution_of, with_model, without
from .output import Writer, print_json

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
    classes=True,
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
    from ..theory.scaling.finite_size import check_size

    evolution = evolution_of(model)
    for option, given in (("--size", sizes), ("--terms", terms), ("--compute", compute), ("--output", output)) if model.has_classes else ():
        if given:
            raise InputError(option, "must not be given where there are several classes", given=given)
    for size in sizes:
        check_size(size, "size")
    if output is not None:
        from ..present.kit.files import TABLE_OR_FIGURE, kind_of

        kind_of(output, TABLE_OR_FIGURE)
    series = None if terms is None else _series(evolution, values, terms, digits)
    found = evolution.scaling(parameter, digits=digits, **values)
    others = without(values, found.parameter)
    content = found.to_dict()
    if sizes and not found.finite_size:
        raise InputError("--size", "needs a jump of an s-skill learner, with all other letters bound", given=sizes[0])
    content["sizes"] = [row for law in found.finite_size for row in _sizes(law, sizes)]
    content["series"] = series
    none = None, None
    content["best_ratio"], content["split"] = none if model.has_classes else _compute(evolution, found.parameter, others, compute, digits)
    if output is not None:
        from ..present.kit.scaling import write_scaling

        write_scaling(evolution.at(**others), found, output)
    if as_json:
        print_json(content)
    else:
        _print(found, content, form)


def _sizes(law: Any, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """Return at which values of the letter graphs of some sizes get stuck with chances of 9/10, 1/2 and 1/10."""
    return [{"size": size, "at": {str(chance): law.value_at(chance, size) for chance in _CHANCES}} for size in sizes]


def _series(evolution: Any, values: dict[str, Any], terms: int, digits: int) -> Any:
    from ..theory.scaling.lagrange import partial_sum

    return partial_sum(evolution, terms, digits=digits, **values).to_dict()


def _compute(evolution: Any, parameter: str, others: dict[str, Any], compute: str | None, digits: int) -> tuple[Any, Any]:
    """Return the best ratio of texts to skills, where all other letters are bound, and the best split of a budget."""
    from ..theory.scaling.compute import best_ratio, best_split

    split = None if compute is None else best_split(evolution, compute, parameter, **others).to_dict()
    try:
        return best_ratio(evolution, parameter, digits=digits, **others).to_dict(), split
    except InputError:
        return None, split


def _print(found: Any, content: dict[str, Any], form: str) -> None:
    writer = Writer(form)
    for law in found.laws:
        writer.words(f"{law.quantity}, {law.where} ({law.kind}):")
        writer.formula(law.formula)
        for name, defined in law.definitions:
            writer.words(f"  {name} = {{}} = {law[name]}", defined)
        for name in () if law.definitions else dict(law.constants):
            writer.words(f"  {name} = {law[name]}")
    for law in found.finite_size:
        writer.words(f"finite size at {law.parameter}* = {law.threshold}:")
        sign = "" if law.learned_side == "above" else "-"
        writer.words(f"  P(stuck) = Q(sqrt(n) ({sign}({law.parameter} - {law.parameter}*) - beta n^(-2/3))/sqrt(alpha^2 + kappa n^(-1/3)))")
        writer.words(f"  alpha = {law.alpha} ({law.alpha_fixed} where degrees are in exact proportion)")
        writer.words(f"  beta = {law.beta:.9g} = Omega {law.beta_over_omega}, kappa = {law.kappa:.9g}")
    if content["sizes"]:
        header = ("skills", *(f"P(stuck) = {chance}" for chance in _CHANCES))
        writer.table(header, [(row["size"], *(f"{value:.8g}" for value in row["at"].values())) for row in content["sizes"]])
    for line in _told(content):
        writer.words(line)
    for reason in found.reasons:
        writer.words(reason)


def _told(content: dict[str, Any]) -> Iterator[str]:
    """Yield what is said of a series, and of budgets."""
    if one := content["series"]:
        yield f"Lagrange series, {one['terms']} terms: zeta = {one['value']}, the rest is below {one['rest']}"
    if one := content["best_ratio"]:
        yield f"best texts per skill for a large budget: {one['ratio']} ({one['place']})"
    if one := content["split"]:
        yield f"best split of {one['compute']:g}: {one['skills']:.8g} skills, {one['texts']:.8g} texts; {one['learned']:.8g} are learned"
