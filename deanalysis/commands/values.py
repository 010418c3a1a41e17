"""What is typed, read into values: sweeps, ranges, pairs and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

from ..errors import InputError

__all__ = ["as_texts", "axis", "is_limit", "limits_said", "named", "pairs", "positive", "shown", "swept", "swept_names", "whole"]

_MOST_POINTS = 100_000
_DIGITS, _TOO_LARGE = re.compile("[+-]?[0-9]{1,19}"), 10**19


def swept(model: Any, values: dict[str, Any], sweeps: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the bindings of a grid of sweeps, exactly, the last letter running fastest; the one binding where there is none."""
    from ..model.symbols import check_letters

    ranges = [_range(sweep) for sweep in sweeps]
    check_letters([name for name, _ in ranges], model.letters, "--sweep")
    if len({name for name, _ in ranges}) < len(ranges):
        raise InputError("--sweep", "must name each letter once", given=" ".join(sweeps))
    if prod(len(points) for _, points in ranges) > _MOST_POINTS:
        raise InputError("--sweep", f"must have at most {_MOST_POINTS} points in all")
    for place in product(*(points for _, points in ranges)):
        yield values | dict(zip((name for name, _ in ranges), place, strict=True))


def is_limit(point: dict[str, Any]) -> bool:
    """Whether a letter is 0, which asks for a limit.

    >>> is_limit({"c": "5", "R": "0.0"}), is_limit({"c": "5", "R": "1e-9"})
    (True, False)
    """
    from ..model.exact import exact_number

    return any(exact_number(value, name) == 0 for name, value in point.items())


def limits_said(points: list[dict[str, Any]]) -> list[str]:
    """Return what is said of the points of a sweep that are limits.

    >>> limits_said([{"parameters": {"c": "0"}, "reason": "the limit as c falls to 0"}, {"parameters": {"c": "1"}}])
    ['c=0: the limit as c falls to 0']
    """
    return [f"{named(point['parameters'])}: {point['reason']}" for point in points if is_limit(point["parameters"])]


def swept_names(sweeps: tuple[str, ...]) -> list[str]:
    """Return the letters of sweeps."""
    return [sweep.partition("=")[0].strip() for sweep in sweeps]


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
    if _DIGITS.fullmatch(text.strip()):
        return int(text)
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


def pairs(stated: tuple[str, ...], argument: str) -> dict[Any, str]:
    """Read NAME=VALUE options, each name once."""
    found: dict[Any, str] = {}
    for text in stated:
        name, separator, value = (part.strip() for part in text.partition("="))
        if not (name and separator and value) or name in found:
            raise InputError(argument, "must be NAME=VALUE, each name once", given=text)
        found[name] = value
    return found


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


def named(values: dict[str, str]) -> str:
    """Return bindings as one reads them.

    >>> named({"c": "5", "R": "2"})
    'c=5, R=2'
    """
    return ", ".join(f"{name}={value}" for name, value in shown(values).items())


def as_texts(point: dict[str, Any]) -> dict[str, str]:
    """Return the values of letters as text."""
    return {name: str(value) for name, value in point.items()}


def shown(point: dict[str, Any]) -> dict[str, str]:
    """Return the values of letters as a person reads them, decimals as decimals."""
    from ..model.exact import decimal

    return {name: decimal(value) for name, value in point.items()}
