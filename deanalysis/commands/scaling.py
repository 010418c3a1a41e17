"""The command that states scaling laws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from ..errors import InputError
from ..record import Table
from .options import DIGITS, FORMAT, PARAMETER, WHOLE, Given, Many, Values, evolution_of, with_model, without
from .output import Answer, Part

_CHANCES = (0.9, 0.5, 0.1)


@click.command()
@with_model(
    PARAMETER,
    click.option("--size", "sizes", type=WHOLE, multiple=True, metavar="N", help="Also where graphs of N skills get stuck; repeatable."),
    click.option("--at", "places", multiple=True, metavar="VALUE", help="Also the chance to get stuck there, with --size; repeatable."),
    click.option("--terms", type=WHOLE, metavar="K", help="Also K terms of the Lagrange series, and what the rest is below."),
    click.option("--compute", metavar="C", help="Also the best split of C = skills x texts."),
    click.option(
        "-o", "--output", metavar="FILE", help="Write a figure (.svg, .pdf, .png) or a table (.csv); with --size of what is left."
    ),
    DIGITS,
    FORMAT,
    classes=True,
)
def scaling(
    model: Any,
    values: Values,
    parameter: Given,
    sizes: tuple[int, ...],
    places: Many,
    terms: int | None,
    compute: Given,
    output: Given,
    digits: int,
) -> Answer:
    """State the scaling laws: far from the thresholds, at each jump or cusp, and on graphs of finite size."""
    from ..theory.scaling.compute import best_ratio, best_split
    from ..theory.scaling.finite_size import check_size
    from ..theory.scaling.lagrange import partial_sum

    evolution = evolution_of(model)
    for option, given in (
        (("--size", sizes), ("--at", places), ("--terms", terms), ("--compute", compute), ("--output", output)) if model.has_classes else ()
    ):
        if given:
            raise InputError(
                option, "must not be given where there are several classes", given=given[0] if isinstance(given, tuple) else given
            )
    for size in sizes:
        check_size(size, "size")
    if output is not None:
        from ..present.kit.style import TABLE_OR_FIGURE, kind_of

        kind_of(output, TABLE_OR_FIGURE)
    series = None if terms is None else partial_sum(evolution, terms, digits=digits, **values)
    laws = evolution.scaling(parameter, digits=digits, **values)
    others = without(values, laws.parameter)
    if sizes and not laws.finite_size:
        raise InputError("--size", "needs a jump of an s-skill learner, with all other letters bound", given=sizes[0])
    stuck = [
        {"size": size, "at": {str(chance): law.value_at(chance, size) for chance in _CHANCES}} for law in laws.finite_size for size in sizes
    ]
    if places and not sizes:
        raise InputError("--at", "needs --size, the number of skills", given=places[0])
    failures = [_failure(model, others, laws, size, value) for size in sizes for value in places]
    split = None if compute is None else best_split(evolution, compute, laws.parameter, **others)
    try:
        best = None if model.has_classes else best_ratio(evolution, laws.parameter, digits=digits, **others)
    except InputError:
        best = None
    if output is not None:
        from ..present.kit.scaling import write_scaling

        write_scaling(evolution.at(**others), laws, output, sizes)
    more = {"series": series, "best_ratio": best, "split": split}
    content = (
        laws.to_dict()
        | {"sizes": stuck, "failures": [{laws.parameter: value, **found.to_dict()} for value, found in failures]}
        | {name: result and result.to_dict() for name, result in more.items()}
    )
    return Answer(content, _told(laws, stuck, failures, **more))


def _failure(model: Any, others: Values, laws: Any, size: int, value: str) -> tuple[str, Any]:
    """Return a value of the letter with the chance that anything is left there, on graphs of so many skills."""
    from ..theory.sizing.counting.given import Graphs
    from ..theory.sizing.failure import failure

    values = {**others, laws.parameter: value}
    ensemble, learner = model.ensemble.at(**values), model.learner.at(**values)
    graphs = Graphs(ensemble, learner, size, max(1, round(float(ensemble.ratio) * size)))
    return value, failure(graphs, laws.finite_size[-1], value)


def _told(
    laws: Any, stuck: list[dict[str, Any]], failures: list[tuple[str, Any]], series: Any, best_ratio: Any, split: Any
) -> Iterator[Part]:
    """Yield the laws with their constants, where graphs get stuck, and what is said of the series and of budgets."""
    for law in laws.laws:
        yield f"{law.quantity}, {law.where} ({law.kind}):"
        yield law.formula
        yield from ((f"  {name} = {{}} = {law[name]}", formula) for name, formula in law.definitions)
        yield from () if law.definitions else (f"  {name} = {value}" for name, value in law.constants)
    for law in laws.finite_size:
        sign = "" if law.learned_side == "above" else "-"
        yield f"finite size at {law.parameter}* = {law.threshold}:"
        yield f"  P(stuck) = Q(sqrt(n) ({sign}({law.parameter} - {law.parameter}*) - beta n^(-2/3))/sqrt(alpha^2 + kappa n^(-1/3)))"
        yield f"  alpha = {law.alpha} ({law.alpha_fixed} where degrees are in exact proportion)"
        yield f"  beta = {law.beta:.9g} = Omega {law.beta_over_omega}, kappa = {law.kappa:.9g}"
    header = ("skills", *(f"P(stuck) = {chance}" for chance in _CHANCES))
    yield Table(header, [(row["size"], *(f"{value:.8g}" for value in row["at"].values())) for row in stuck])
    if failures:
        rows = [(value, *found.table().rows[0]) for value, found in failures]
        yield Table((laws.parameter, *failures[0][1].table().header), rows, keys=3)
    if series:
        yield f"Lagrange series, {series.terms} terms: zeta = {series.value}, the rest is below {series.rest}"
    if best_ratio:
        yield f"best texts per skill for a large budget: {best_ratio.ratio} ({best_ratio.place})"
    if split:
        yield f"best split of {split.compute:g}: {split.skills:.8g} skills, {split.texts:.8g} texts; {split.learned:.8g} are learned"
    yield from laws.reasons
