"""The command about a table of measurements: the theory beside measured curves, and whether it fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import click

from ..errors import InputError
from .options import JSON, Given, Many, pairs, saying, whole
from .output import Answer, Part, shortened
from .progress import progress_bar


def columns_of(*, required: bool) -> tuple[Callable[..., Any], ...]:
    """Return the options that say which points of a table are meant; x and y may be required."""
    return (
        click.option("--x", required=required, metavar="COLUMN", help="Column of x >= 0: texts, steps, tokens."),
        click.option("--y", required=required, metavar="COLUMN", help="Column of y between 0 and 1, an accuracy or an error."),
        click.option("--group", metavar="COLUMN", help="Column that says to which curve a row belongs."),
        click.option("--error", metavar="COLUMN", help="Column of the standard errors of y (default: estimated from the points)."),
        click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only rows with this value; repeatable."),
        click.option("--of", metavar="WHAT", help="What y is: accuracy (default) or error."),
    )


FIT = (
    click.option("--guess", metavar="Y0", help="Accuracy of guessing, as 1/4 (default: fitted)."),
    click.option("--model", "models", multiple=True, metavar="NAME", help="Model of the theory, as gamma+2-skill; repeatable."),
    click.option("--own", multiple=True, metavar="NAME", help="Parameter that each curve has for itself (default room); repeatable."),
    click.option("--size", metavar="COLUMN", help="Column of sizes of trained models, or names (70m): room by size."),
    click.option("--significance", metavar="P", help="A model does not fit where p is below P (default 0.01)."),
    click.option("--no-compare", is_flag=True, help="Do not compare all models on each curve alone."),
)
"""The options that say what is fitted, beside --skills."""
SKILLS = click.option("--skills", metavar="N", help="Number of skills, which smooths a jump, or fit (default: infinitely many).")


def with_table(*options: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command a table FILE, the options of a fit and its own, and --json; it gets the fit, the file's name, and its own options."""

    def decorate(function: Callable[..., Answer]) -> Callable[..., Any]:
        @wraps(function)
        def command(file: str, as_json: bool, **given: Any) -> int:
            own = {name: value for name, value in given.items() if name not in NAMES}
            return function(fitted(file, **{name: given[name] for name in NAMES}), file, **own).print(as_json, "text")

        result: Callable[..., Any] = command
        for option in reversed((click.argument("file", metavar="FILE"), *columns_of(required=True), SKILLS, *FIT, *options, JSON)):
            result = option(result)
        return result

    return decorate


NAMES = ("x", "y", "group", "error", "where", "of", "guess", "models", "own", "skills", "size", "significance", "no_compare")


def fitted(
    file: str,
    *,
    guess: Given = None,
    where: Many = (),
    models: Many = (),
    own: Many = (),
    skills: Given = None,
    significance: Given = None,
    of: Given = None,
    no_compare: bool = False,
    **columns: Any,
) -> Any:
    """Return the fit that the options of a table ask for; its errors name them."""
    stated: dict[str, Any] = {
        "guess": None if guess is None else _number(guess, "--guess"),
        "where": pairs(where, "--where"),
        "models": ",".join(models) if models else None,
        "own": ",".join(own) if own else None,
        "skills": skills if skills in (None, "fit") else whole(str(skills), "--skills"),
        **({} if significance is None else {"significance": _number(significance, "--significance")}),
        **({} if of is None else {"of": of}),
    }
    from ..measured.fit import fit as found

    with progress_bar("steps") as step, saying(models="model"):
        return found(file, **columns, **stated, compare=not no_compare, progress=step)


def _number(text: str, option: str) -> float:
    """Read a number, exactly; return it as a float.

    >>> _number("1/4", "--guess")
    0.25
    """
    from ..model.exact import exact_number

    number = exact_number(text, option)
    if not number.is_number or not number.is_real:
        raise InputError(option, "must be a number", given=text)
    return float(number)


@click.command()
@with_table()
def fit(found: Any, file: str) -> Answer:
    """Fit the theory's learning curves to measured ones: parameters with intervals, a test, and the usual forms beside them.

    FILE is a table of measurements, .csv or .tsv, which may be gzipped: a row for each point, columns by the names of its first line.
    """
    return Answer(found.to_dict(), _parts(found))


def _parts(found: Any) -> Iterator[Part]:
    """Yield the verdict, the parameters, all models, theory beside the usual forms curve by curve, emergence, and room by size."""
    from ..measured import shown

    yield from shown.verdict(found)
    yield from found.notes
    yield shown.parameters_table(found)
    yield shortened(shown.groups_table(found), "parameters")
    yield from shown.intervals_said(found)
    yield shown.models_table(found)
    if found.curves:
        yield shortened(shown.curves_table(found), "curves")
        yield shortened(shown.foretelling_table(found), "curves")
    if emergence := shown.emergence_table(found):
        yield shortened(emergence, "curves")
    if found.room_law:
        yield shortened(found.room_law.table(), "curves")
