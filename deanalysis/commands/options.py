"""The options that commands share, the model they state, and what is typed read into values: sweeps, ranges, pairs and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import product
from math import prod
from os.path import basename, splitext
from typing import Any

import click

from ..errors import InputError
from ..record import Record
from .output import Answer

Values = dict[str, Any]
"""Letters by name, and what they are bound to."""
Given = str | None
Many = tuple[str, ...]
"""What an option says that may be left out (`Given`), and one that may be repeated."""
_MOST_POINTS = 100_000
"""Of a sweep: more are surely a slip of the keyboard, and would fill the memory."""
_TOO_LARGE = 10**19
"""No option takes so large a number; a larger one may be too long to hold."""


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
    click.option("--learner", metavar="RULE", help="1-skill, 2-skill, ..., ideal, or success:EXPR in x."),
    click.option("--matching", metavar="HOW", help="Of edge ends: repeated, distinct (default of irsa) or parts (of hypergraph)."),
    click.option("--coupling", metavar="HOW", help="Of a chain: uniform (default) or spread, how texts draw from its topics."),
    click.option("--ends", metavar="HOW", help="Of a chain: open (default), one (the other is a mirror), or ring."),
    click.option("--punctured", metavar="COLUMNS", help="Of a protograph: columns that are never known before, as 5,6."),
    click.option("--normalize", is_flag=True, help="Divide coefficients by their sum, where rounding keeps it from 1."),
    click.option("--set", "bound", multiple=True, metavar="NAME=VALUE", help="Bind a letter; repeatable."),
]
KNOWN = click.option("--known", metavar="N", help="Of a ring: topics that are known before training (default 0).")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
DIGITS = click.option("--digits", type=WHOLE, default=15, metavar="N", help="Proved digits, 1 to 10000 (default 15).")
METHOD = click.option("--method", default="auto", metavar="METHOD", help="auto (default), balls (proof) or mpmath (no proof).")
PARAMETER = click.option("--parameter", metavar="NAME", help="The letter to solve for.")
SWEEP = click.option("--sweep", multiple=True, metavar="NAME=LO:HI:POINTS", help="Vary a letter over a range; repeat for a grid.")
FORMAT = click.option("--format", "form", type=click.Choice(["text", "latex"]), default="text", help="How to print formulas.")
SEED = click.option("--seed", type=WHOLE, metavar="N", help="Seed of the generator.")
_STATING = ("texts", "skills", "unknown", "learner", "coupling", "ends", "known", "punctured", "matching")
_FOR_CHAINS = "use the commands derive, threshold, evolve, simulate, validate and report"
_FOR_IDEAL = "use the commands threshold, evolve, simulate and validate"
ASSOCIATION = (
    click.option("--edges", type=click.Choice(["all", "understood"]), help="Which texts associate their skills (default all)."),
    click.option("--occupation", metavar="P", help="Keep skills, learned or not, with probability P, decay(B) or cutoff(DEGREE, SHARE)."),
    click.option("--keep", metavar="P", help="Keep each *learned* skill so: dilution, or an attack by degree."),
)
"""What states an association graph; the model that a command gets holds it."""
WORKERS = click.option("--workers", type=WHOLE, metavar="W", help="Processes (default: one per core).")


def with_model(
    *options: Callable[..., Any],
    default: Given = None,
    classes: bool = False,
    chains: bool = False,
    ideal: bool = False,
    known: Callable[..., Any] = KNOWN,
) -> Callable[..., Any]:
    """Give a command a model (`default` if none is stated), options and --json, and print its answer: a result, or an `Answer`.

    The model arrives as one value, the bindings as another. A model of several classes is refused unless the command takes `classes`, a
    chain of topics unless it takes `chains`, the ideal learner unless it takes `ideal`. `known` is the option of that
    name, which may mean more there.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(model: Given, normalize: bool, bound: Many, as_json: bool, form: str = "text", **rest: Any) -> int:
            from ..model.learners import Ideal
            from ..model.presets import load_model
            from ..model.symbols import check_letters

            laws = {name: rest.pop(name) for name in _STATING}
            stated = default if model is None and not (laws["texts"] and laws["skills"]) else model
            loaded = load_model(of_graph(stated), normalize=normalize, **laws)
            if loaded.has_classes and not classes:
                remedy = "use the commands classes, percolation, phase, require, scaling, simulate and validate"
                raise InputError("MODEL", "must have one class of skills and one type of texts here", given=stated, remedy=remedy)
            if loaded.is_chain and not chains:
                raise InputError("MODEL", "must have one topic here, and be no protograph", given=stated, remedy=_FOR_CHAINS)
            if not ideal and isinstance(loaded.learner, Ideal):
                remedy = f"take 1-skill, or {_FOR_IDEAL}"
                raise InputError("MODEL", "must have a learner that uses one text at a time here", given="ideal", remedy=remedy)
            if "occupation" in rest:
                stating = {name: rest.pop(name) for name in ("edges", "occupation", "keep")}
                for option, value in stating.items() if loaded.is_chain else ():
                    if value is not None:
                        raise InputError(f"--{option}", "does not go with a chain of topics or a protograph", given=value)
                loaded = loaded._replace(association=_associated(**stating))
            given = pairs(bound, "--set")
            check_letters(given, loaded.letters, "--set")
            inherited = {symbol.name: value for symbol, value in loaded.bound.items() if symbol in loaded.letters}
            with saying(skills="size", texts_per_graph="texts-per-graph", values="set"):
                answer = function(loaded, {**inherited, **given}, **rest)
                return (Answer.of(answer) if isinstance(answer, Record) else answer).print(as_json, form)

        result: Callable[..., Any] = command
        for option in reversed((*_MODEL, known, *options, JSON)):
            result = option(result)
        return result

    return decorate


def of_graph(stated: Any) -> Any:
    """Return the model of a graph's two degree laws where the file of a graph is stated; else what is stated, as it is."""
    if stated is None or not splitext(stated)[1]:
        return stated
    from ..graphs.endings import is_graph_file

    if not is_graph_file(stated):
        return stated
    from ..graphs.graph import Graph
    from ..model.learners import SkillLearner
    from ..model.presets import Model
    from .progress import progress_bar

    with progress_bar("bytes") as step:
        return Model(basename(stated), Graph.read(stated, progress=step).ensemble, SkillLearner(1))


@contextmanager
def saying(**options: str) -> Iterator[None]:
    """Let errors name arguments by the options that state them, where these have other names: `skills`, a number of them, by --size."""
    try:
        yield
    except InputError as error:
        raise error.spoken({name: f"--{option}" for name, option in options.items()}) from None


def _associated(edges: Given, occupation: Given, keep: Given) -> Any:
    """Return the association graph that the options state, if they do."""
    from ..model.association import Association, parse_occupation

    if occupation is not None and keep is not None:
        raise InputError("--keep", "must not be given with --occupation, which keeps skills whether learned or not", given=keep)
    if edges is None and occupation is None and keep is None:
        return None
    option, kept = ("--keep", keep) if occupation is None else ("--occupation", occupation)
    return Association(edges or "all", parse_occupation("1" if kept is None else kept, option), learned=occupation is None)


def evolution_of(model: Any) -> Any:
    """Return the density evolution of a stated model."""
    if model.is_chain:
        from ..theory.facades.chain_evolution import ChainEvolution

        return ChainEvolution(model.ensemble)
    if model.has_classes:
        from ..theory.facades.class_evolution import ClassEvolution

        return ClassEvolution(model.ensemble)
    from ..theory.facades.density_evolution import DensityEvolution

    return DensityEvolution(model.ensemble, model.learner)


def swept(model: Any, values: Values, sweeps: Many) -> tuple[list[str], list[Values]]:
    """Return the letters that sweeps vary, and the bindings of their grid, exactly, the last letter running fastest."""
    from ..model.symbols import check_letters

    ranges = [_range(sweep) for sweep in sweeps]
    letters = [name for name, _ in ranges]
    check_letters(letters, model.letters, "--sweep")
    if len(set(letters)) < len(letters):
        raise InputError("--sweep", "must name each letter once", given=" ".join(sweeps))
    if prod(len(points) for _, points in ranges) > _MOST_POINTS:
        raise InputError("--sweep", f"must have at most {_MOST_POINTS} points in all")
    grid = product(*(points for _, points in ranges))
    return letters, [values | dict(zip(letters, point, strict=True)) for point in grid]


def names_of(stated: Any) -> set[str]:
    """Return the names of the letters that are free in a model, or in what is derived from it."""
    return {symbol.name for symbol in stated.letters}


def without(values: Values, *names: Given) -> Values:
    """Return the bindings of all letters but some.

    >>> without({"c": "5", "R": "2"}, "R", None)
    {'c': '5'}
    """
    return {name: value for name, value in values.items() if name not in names}


def _range(sweep: str) -> tuple[str, list[Any]]:
    from ..model.exact import exact_number

    name, _, rest = sweep.partition("=")
    parts = rest.split(":")
    if len(parts) != 3 or not 2 <= (count := whole(parts[2], "--sweep")) <= _MOST_POINTS:
        raise InputError("--sweep", f"must be NAME=LO:HI:POINTS with 2 to {_MOST_POINTS} points", given=sweep)
    low, high = (exact_number(part, "--sweep") for part in parts[:2])
    return name.strip(), [low + (high - low) * index / (count - 1) for index in range(count)]


def whole(text: str, argument: str) -> int:
    """Read a whole number, however it is written.

    >>> whole("1e5", "--size"), whole("10^5", "--size"), whole("12", "--size")
    (100000, 100000, 12)
    """
    from ..model.exact import exact_number

    try:
        number = exact_number(text, argument)
    except InputError:
        number = None
    if number is None or not number.is_Integer or abs(number) >= _TOO_LARGE:
        raise InputError(argument, "must be a whole number", given=text)
    return int(number)


def positive(text: str, argument: str) -> float:
    """Read a positive number, exactly; return it as a float.

    >>> positive("1/4", "--budget")
    0.25
    """
    from ..checks import require_positive
    from ..model.exact import exact_number

    return float(require_positive(exact_number(text, argument), argument))


def pairs(stated: Many, argument: str) -> dict[Any, str]:
    """Read NAME=VALUE options, each name once."""
    values: dict[Any, str] = {}
    for text in stated:
        name, _, value = (part.strip() for part in text.partition("="))
        if not (name and value) or name in values:
            raise InputError(argument, "must be NAME=VALUE, each name once", given=text)
        values[name] = value
    return values


def axis(text: str, option: str) -> tuple[str, tuple[float, float]]:
    """Read NAME=LO:HI.

    >>> axis("c=0:8", "--x")
    ('c', (0.0, 8.0))
    """
    from ..theory.evolution.search import parse_search

    name, _, limits = text.partition("=")
    try:
        parsed = parse_search(limits)
    except InputError:
        parsed = None
    if not name.strip() or parsed is None:
        raise InputError(option, "must be NAME=LO:HI with numbers 0 <= LO < HI", given=text)
    return name.strip(), (float(parsed[0]), float(parsed[1]))
