"""The commands that say how large to build, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from ..errors import InputError
from .options import DIGITS, FORMAT, WHOLE, Given, Values, with_model
from .output import Answer, Part

_TEXTS = click.option("--texts-per-graph", type=WHOLE, metavar="M", help="Texts of a graph: cells, slots or checks.")


@click.command()
@with_model(
    click.option("--items", type=WHOLE, metavar="N", help="Skills to be learned: items, users or bits."),
    click.option("--failure", metavar="P", help="Largest chance that anything is left."),
    _TEXTS,
    click.option("--degrees", metavar="LO:HI", help="Compare skills of these degrees; the best is taken."),
    click.option("--by", default="auto", metavar="HOW", help="law, recursion (exact), or auto (default): recursion where it is quick."),
)
def size(model: Any, values: Values, items: int | None, failure: Given, texts_per_graph: int | None, degrees: Given, by: str) -> Answer:
    """Find the least number of texts for N items and a chance of failure; or how many items fit; or what fails.

    Give two of --items, --failure and --texts-per-graph.
    """
    from ..theory.sizing.size import size as found

    try:
        return Answer.of(found(model, items=items, failure=failure, texts=texts_per_graph, degrees=degrees, method=by, **values))
    except InputError as error:
        raise error.spoken({"texts": "--texts-per-graph", "method": "--by", "skills": "--items"}) from None


@click.command()
@with_model(
    click.option("--size", type=WHOLE, required=True, metavar="N", help="Number of skills."),
    _TEXTS,
    click.option("--largest", type=WHOLE, metavar="K", help="Count stuck sets of up to K skills (default: those that are small)."),
    click.option("--expurgate", type=WHOLE, default=0, metavar="K", help="Leave out graphs with stuck sets of up to K skills."),
    DIGITS,
    FORMAT,
)
def floor(model: Any, values: Values, size: int, texts_per_graph: int | None, largest: int | None, expurgate: int, digits: int) -> Answer:
    """Count small stuck sets, and state the error floor: exactly, to leading order, and how fast their number grows."""
    from ..theory.sizing.floor import StuckSets

    try:
        sets = StuckSets(model.ensemble.at(**values), model.learner.at(**values), size, texts_per_graph)
        found = sets.floor(expurgated=expurgate, largest=largest)
    except InputError as error:
        raise error.spoken({"texts": "--texts-per-graph", "expurgated": "--expurgate"}) from None
    laws, reasons = _laws(model, values, expurgate + 1, digits)
    content = found.to_dict() | {name: law and law.to_dict() for name, law in laws.items()} | {"reasons": reasons}
    return Answer(content, [found.table(), *_told(laws), *reasons])


def _laws(model: Any, values: Values, least: int, digits: int) -> tuple[dict[str, Any], list[str]]:
    """Return the leading term of the floor, the loss at light load and the growth rate, so far as there are such, and why not."""
    from ..model.exact import bindings
    from ..theory.sizing.equations.leading import floor_law
    from ..theory.sizing.equations.light_load import light_load
    from ..theory.sizing.growth import growth_rate

    ensemble, learner = model.ensemble, model.learner
    known = {name: value for name, value in values.items() if name != str(ensemble.unknown)}

    def leading() -> Any:
        found = floor_law(ensemble, learner, least=least)
        block: Any = found.block.expression
        if found.exponent == 0 and block.xreplace(bindings(values)).is_real is False:
            given = ", ".join(f"{name} = {value}" for name, value in values.items())
            raise InputError("the floor", "has a leading term below the stability point alone", given=given)
        return found

    asked = {
        "leading": leading,
        "light_load": lambda: light_load(ensemble, learner),
        "growth": lambda: growth_rate(ensemble, learner, digits=digits, **known),
    }
    laws: dict[str, Any] = {}
    reasons = []
    for name, law in asked.items():
        try:
            laws[name] = law()
        except InputError as error:
            laws[name] = None
            reasons.append(f"{name.replace('_', ' ')}: {error}")
    return laws, reasons


def _told(laws: dict[str, Any]) -> Iterator[Part]:
    """Yield the laws as formulas."""
    if leading := laws["leading"]:
        yield "as n grows, the chance that a small set is stuck, and the share left:"
        yield leading.block
        yield leading.share
    if light := laws["light_load"]:
        yield "share left at light load, texts of a graph m, skills G m:"
        yield light.loss
    if growth := laws["growth"]:
        yield "growth rate of the mean number of stuck sets of a share w of all skills, all of them unknown:"
        yield ("  w = {}", growth.size)
        yield ("  g = {}", growth.rate)
        yield f"  first zero (stopping ratio): {growth.first_zero}"
