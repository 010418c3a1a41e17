"""What the commands share: options, the model they state, sweeps, progress and JSON."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import product
from math import prod
from typing import Any

import click

from .errors import InputError

__all__ = [
    "DIGITS",
    "JSON",
    "PARAMETER",
    "SEED",
    "SWEEP",
    "WHOLE",
    "WORKERS",
    "as_texts",
    "axis",
    "evolution_of",
    "named",
    "pairs",
    "peak_bytes",
    "positive",
    "print_json",
    "progress_bar",
    "swept",
    "swept_names",
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
        text = str(value).strip()
        if not re.fullmatch("[+-]?[0-9]{1,19}", text):
            raise InputError(f"--{param.name}" if param else "a number", "must be a whole number", given=value)
        return int(text)


WHOLE = _Whole()
_MOST_POINTS = 100_000
_MODEL = [
    click.argument("model", required=False),
    click.option("--texts", metavar="LAW", help="Degree law of the texts."),
    click.option("--skills", metavar="LAW", help="Degree law of the skills."),
    click.option("--unknown", metavar="EXPR", help="Fraction of skills not known before training (default 1)."),
    click.option("--learner", metavar="RULE", help="1-skill, 2-skill, ... or success:EXPR in x."),
    click.option("--set", "bound", type=_Bindings(), multiple=True, metavar="NAME=VALUE", help="Bind a letter; repeatable."),
]
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
DIGITS = click.option("--digits", type=WHOLE, default=15, metavar="N", help="Proved digits, 1 to 10000 (default 15).")
PARAMETER = click.option("--parameter", metavar="NAME", help="The letter to solve for.")
SWEEP = click.option("--sweep", multiple=True, metavar="NAME=LO:HI:POINTS", help="Vary a letter over a range; repeat for a grid.")
SEED = click.option("--seed", type=WHOLE, metavar="N", help="Seed of the generator.")
WORKERS = click.option("--workers", type=WHOLE, metavar="W", help="Processes (default: one per core).")


def with_model(*options: Callable[..., Any], default: str | None = None) -> Callable[..., Any]:
    """Give a command a model (`default` if none is stated) and some options; the model arrives as one value."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(model: str | None, texts: str, skills: str, unknown: str, learner: str, bound: Any, **rest: Any) -> Any:
            from .model.files import check_letters, load_model

            stated = default if model is None and not (texts and skills) else model
            loaded = load_model(stated, texts=texts, skills=skills, unknown=unknown, learner=learner)
            given: dict[str, str] = {}
            for name, value in bound:
                if name in given:
                    raise InputError("--set", f"binds {name} twice", given=value)
                given[name] = value
            check_letters(given, loaded.letters, "--set")
            inherited = {symbol.name: value for symbol, value in loaded.bound.items() if symbol in loaded.letters}
            return function(loaded, {**inherited, **given}, **rest)

        result: Callable[..., Any] = command
        for option in (*reversed(options), *reversed(_MODEL)):
            result = option(result)
        return result

    return decorate


def evolution_of(model: Any) -> Any:
    """Return the density evolution of a stated model."""
    from .solve.evolution import DensityEvolution

    return DensityEvolution(model.ensemble, model.learner)


def swept(model: Any, values: dict[str, Any], sweeps: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the bindings of a grid of sweeps, exactly, the last letter running fastest; the one binding where there is none."""
    from .model.files import check_letters

    ranges = [_range(sweep) for sweep in sweeps]
    check_letters([name for name, _ in ranges], model.letters, "--sweep")
    if len({name for name, _ in ranges}) < len(ranges):
        raise InputError("--sweep", "must name each letter once", given=" ".join(sweeps))
    if prod(len(points) for _, points in ranges) > _MOST_POINTS:
        raise InputError("--sweep", f"must have at most {_MOST_POINTS} points in all")
    for place in product(*(points for _, points in ranges)):
        yield values | dict(zip((name for name, _ in ranges), place, strict=True))


def swept_names(sweeps: tuple[str, ...]) -> list[str]:
    """Return the letters of sweeps."""
    return [sweep.partition("=")[0].strip() for sweep in sweeps]


def _range(sweep: str) -> tuple[str, list[Any]]:
    from .model.exact import exact

    name, _, rest = sweep.partition("=")
    parts = rest.split(":")
    if len(parts) != 3 or not re.fullmatch("[0-9]{1,6}", parts[2].strip()) or not 2 <= int(parts[2]) <= _MOST_POINTS:
        raise InputError("--sweep", f"must be NAME=LO:HI:POINTS with 2 to {_MOST_POINTS} points", given=sweep)
    low, high = (exact(part, "--sweep") for part in parts[:2])
    if low.free_symbols or high.free_symbols:
        raise InputError("--sweep", "must run between numbers", given=sweep)
    count = int(parts[2])
    return name.strip(), [low + (high - low) * index / (count - 1) for index in range(count)]


def positive(text: str, argument: str) -> float:
    """Read a positive number, exactly; return it as a float.

    >>> positive("1/4", "--budget")
    0.25
    """
    from .model.checks import require_positive
    from .model.exact import exact

    value = require_positive(exact(text, argument), argument)
    if value.free_symbols:
        raise InputError(argument, "must be a number", given=text)
    return float(value)


def pairs(stated: tuple[str, ...], argument: str) -> dict[Any, str]:
    """Read NAME=VALUE options, each name once."""
    found: dict[Any, str] = {}
    for text in stated:
        name, separator, value = (part.strip() for part in text.partition("="))
        if not (name and separator and value) or name in found:
            raise InputError(argument, "must be NAME=VALUE, each name once", given=text)
        found[name] = value
    return found


def named(values: dict[str, str]) -> str:
    """Return bindings as one reads them.

    >>> named({"c": "5", "R": "2"})
    'c=5, R=2'
    """
    return ", ".join(f"{name}={value}" for name, value in values.items())


def as_texts(point: dict[str, Any]) -> dict[str, str]:
    """Return the values of letters as text."""
    return {name: str(value) for name, value in point.items()}


def peak_bytes() -> int:
    """Return the largest resident size of this process and its workers."""
    import resource

    own, workers = (resource.getrusage(user).ru_maxrss for user in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(_own_peak() or own, workers) * 1024


def _own_peak() -> int | None:
    """Return the peak of this program in KiB; what `getrusage` says also counts the program that started it."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration, ValueError):
        return None


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Show how many graphs are finished, and an estimate of the time left, on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("graphs"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(elapsed_when_finished=True)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("graphs", total=None)

        def step(done: int, of: int) -> None:
            if bar.tasks[0].total is None:
                bar.reset(task, total=of, completed=done)
            else:
                bar.update(task, total=of, completed=done)

        yield step


def print_json(content: Any) -> None:
    """Print one JSON object on one line."""
    click.echo(json.dumps(content, allow_nan=False, default=str))


def axis(text: str, option: str) -> tuple[str, tuple[float, float]]:
    """Read NAME=LO:HI.

    >>> axis("c=0:8", "--x")
    ('c', (0.0, 8.0))
    """
    from .solve.search import parse_search

    name, _, limits = text.partition("=")
    try:
        parsed = parse_search(limits)
    except InputError:
        parsed = None
    if not name.strip() or parsed is None:
        raise InputError(option, "must be NAME=LO:HI with numbers 0 <= LO < HI", given=text)
    return name.strip(), (float(parsed[0]), float(parsed[1]))
