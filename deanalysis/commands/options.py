"""The options that commands share, and the model they state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click

from ..errors import InputError
from .values import whole

__all__ = [
    "ASSOCIATION",
    "CODES",
    "DERIVED",
    "DIGITS",
    "FORMAT",
    "JSON",
    "METHOD",
    "PARAMETER",
    "SEED",
    "SWEEP",
    "WHOLE",
    "WORKERS",
    "evolution_of",
    "saying",
    "with_model",
]


class _Bindings(click.ParamType):
    name = "NAME=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, separator, number = str(value).partition("=")
        if not (name.strip() and separator and number.strip()):
            raise InputError("--set", "must be NAME=VALUE", given=value)
        return name.strip(), number.strip()


class _Whole(click.ParamType):
    name = "N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return whole(str(value), max(param.opts, key=len) if param else "a number")


WHOLE = _Whole()
_MODEL = [
    click.argument("model", required=False),
    click.option("--texts", metavar="LAW", help="Degree law of the texts."),
    click.option("--skills", metavar="LAW", help="Degree law of the skills."),
    click.option("--unknown", metavar="EXPR", help="Fraction of skills not known before training (default 1)."),
    click.option("--learner", metavar="RULE", help="1-skill, 2-skill, ... or success:EXPR in x."),
    click.option("--normalize", is_flag=True, help="Divide coefficients by their sum, where rounding keeps it from 1."),
    click.option("--set", "bound", type=_Bindings(), multiple=True, metavar="NAME=VALUE", help="Bind a letter; repeatable."),
]
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
DIGITS = click.option("--digits", type=WHOLE, default=15, metavar="N", help="Proved digits, 1 to 10000 (default 15).")
METHOD = click.option("--method", default="auto", metavar="METHOD", help="auto (default), balls (proof) or mpmath (no proof).")
PARAMETER = click.option("--parameter", metavar="NAME", help="The letter to solve for.")
SWEEP = click.option("--sweep", multiple=True, metavar="NAME=LO:HI:POINTS", help="Vary a letter over a range; repeat for a grid.")
CODES = ("c", "javascript", "julia", "mathematica", "numpy", "sympy")
DERIVED = ("text", "latex", "document", *CODES)
"""How `derive` prints a model."""
FORMAT = click.option("--format", "form", type=click.Choice(["text", "latex"]), default="text", help="How to print formulas.")
SEED = click.option("--seed", type=WHOLE, metavar="N", help="Seed of the generator.")
ASSOCIATION = (
    click.option("--edges", type=click.Choice(["all", "understood"]), help="Which texts associate their skills (default all)."),
    click.option("--occupation", metavar="P", help="Keep skills, learned or not, with probability P, decay(B) or cutoff(DEGREE, SHARE)."),
    click.option("--keep", metavar="P", help="Keep each *learned* skill so: dilution, or an attack by degree."),
)
"""What states an association graph; the model that a command gets holds it."""
WORKERS = click.option("--workers", type=WHOLE, metavar="W", help="Processes (default: one per core).")


def with_model(*options: Callable[..., Any], default: str | None = None, classes: bool = False) -> Callable[..., Any]:
    """Give a command a model (`default` if none is stated) and some options; the model arrives as one value.

    A model of several classes is refused unless the command takes `classes`.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(
            model: str | None, texts: str, skills: str, unknown: str, learner: str, normalize: bool, bound: Any, **rest: Any
        ) -> Any:
            from ..model.presets import load_model
            from ..model.symbols import check_letters

            stated = default if model is None and not (texts and skills) else model
            loaded = load_model(stated, texts=texts, skills=skills, unknown=unknown, learner=learner, normalize=normalize)
            if loaded.has_classes and not classes:
                remedy = "use the commands classes, simulate and validate"
                raise InputError("MODEL", "must have one class of skills and one type of texts here", given=stated, remedy=remedy)
            if "occupation" in rest:
                stating = {name: rest.pop(name) for name in ("edges", "occupation", "keep")}
                loaded = loaded._replace(association=_associated(**stating))
            given: dict[str, str] = {}
            for name, value in bound:
                if name in given:
                    raise InputError("--set", f"binds {name} twice", given=value)
                given[name] = value
            check_letters(given, loaded.letters, "--set")
            inherited = {symbol.name: value for symbol, value in loaded.bound.items() if symbol in loaded.letters}
            with saying(skills="size", values="set"):
                return function(loaded, {**inherited, **given}, **rest)

        result: Callable[..., Any] = command
        for option in (*reversed(options), *reversed(_MODEL)):
            result = option(result)
        return result

    return decorate


@contextmanager
def saying(**options: str) -> Iterator[None]:
    """Let errors name arguments by the options that state them, where these have other names: `skills`, a number of them, by --size."""
    try:
        yield
    except InputError as error:
        raise error.spoken({name: f"--{option}" for name, option in options.items()}) from None


def _associated(edges: str | None, occupation: str | None, keep: str | None) -> Any:
    """Return the association graph that the options state, if they do."""
    from ..model.association import Association
    from ..model.occupation import parse_occupation

    if occupation is not None and keep is not None:
        raise InputError("--keep", "must not be given with --occupation, which keeps skills whether learned or not", given=keep)
    if occupation is not None:
        return Association(edges or "all", parse_occupation(occupation, "--occupation"), learned=False)
    if edges is None and keep is None:
        return None
    return Association(edges or "all", parse_occupation(keep or "1", "--keep"))


def evolution_of(model: Any) -> Any:
    """Return the density evolution of a stated model."""
    from ..theory.facades.density_evolution import DensityEvolution

    if model.has_classes:
        from ..theory.facades.class_evolution import ClassEvolution

        return ClassEvolution(model.ensemble)
    return DensityEvolution(model.ensemble, model.learner)
