"""What is asked for: a letter to solve for, the values of all others, digits, and the range in which a search takes place."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import sympy as sp

from ...balls.numbers import check_digits
from ...errors import InputError
from ...model.exact import Value, exact_number
from ...model.formula import text
from .letters import Lettered, Named, domain

Search = str | tuple[Value, Value] | None
"""A range "LO:HI" or (LO, HI) of a letter to search; None where none is stated."""
Range = tuple[sp.Expr, sp.Expr]

_LARGEST = sp.Integer(128)
"""Where the domain of a letter without end is cut: far above the parameters of published models, for a search cannot go on for ever."""
_LEFT_OUT = sp.Rational(1, 10**6)
"""The lowest part of a range, which systems do not search: at 0 a letter may leave no model."""
_WITHIN = sp.Rational(377, 1000)
"""Where in a range a model is tried: a share that is no round number, at which weights or rates might happen to vanish."""


def parse_search(search: Search) -> Range | None:
    """Return the range LO:HI of a letter to search, exactly.

    >>> parse_search("0.5:20")
    (1/2, 20)
    """
    if search is None:
        return None
    ends = search.split(":") if isinstance(search, str) else list(search)
    if len(ends) != 2:
        raise InputError("search", "must be LO:HI", given=search)
    low, high = (exact_number(end, "search") for end in ends)
    if not 0 <= low < high:
        raise InputError("search", "must be LO:HI with numbers 0 <= LO < HI", given=search)
    return low, high


def inner(search: Range) -> Range:
    """Return a range without its lowest part.

    >>> inner((sp.Integer(0), sp.Integer(2)))
    (1/500000, 2)
    """
    return search[0] + (search[1] - search[0]) * _LEFT_OUT, search[1]


@dataclass(frozen=True)
class Question:
    """Which thresholds of a model are asked for: those in the letter `parameter`, other letters bound to `values`, to so many digits.

    `model` is a `FixedPointEquation` or another model with letters; `search` a range of the letter, if one is stated.
    """

    model: Any
    parameter: sp.Symbol
    values: Mapping[sp.Symbol, sp.Expr]
    digits: int = 15
    search: Range | None = None

    @classmethod
    def of(cls, model: Any, parameter: Named, digits: int = 15, search: Search = None, values: dict[str, Value] | None = None) -> Self:
        """Read what a user states; `parameter` may be left out where one letter is free."""
        bound, letter = model.free(values or {}, parameter)
        return cls(model, letter, bound, check_digits(digits), parse_search(search))

    @property
    def free(self) -> list[sp.Symbol]:
        """The letters that are left free besides the parameter."""
        return sorted(self.model.letters - {self.parameter} - set(self.values), key=str)

    @cached_property
    def bound(self) -> Any:
        """The model with the values put in."""
        return self.model.bind(self.values)

    @cached_property
    def range(self) -> Range:
        """The values of the letter to search (see `search_range`)."""
        return search_range(self.model, self.parameter, self.values, self.search)


def search_range(model: Lettered, parameter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], search: Range | None) -> Range:
    """Return the values of a letter to search: its domain, cut at 128 where it has no end, or what the caller asks for within it."""
    whole = domain(model, parameter, values)
    low, high = search or (whole.low, whole.high if whole.high is not None else max(_LARGEST, 2 * whole.low))
    low, high = sp.Max(low, whole.low), high if whole.high is None else sp.Min(high, whole.high)
    if not low < high:
        given = search and f"{search[0]}:{search[1]}"
        raise InputError("search", f"must be LO:HI with a part of the domain {whole} of {parameter}", given=given)
    try:
        model.bind({**values, parameter: low + (high - low) * _WITHIN})
    except InputError as error:
        where = f"from {text(low)} to {text(high)}"
        raise InputError(f"parameter {parameter}", f"must leave the model one for every value {where}", remedy=str(error)) from None
    return low, high


def one_letter(
    model: Lettered, parameter: Named, search: Search, values: dict[str, Value]
) -> tuple[sp.Symbol, dict[sp.Symbol, sp.Expr], Range]:
    """Return the one letter that is free, the values of all others, and the values of it to search."""
    bound, letter = model.free(values, parameter, alone=True)
    return letter, bound, search_range(model, letter, bound, parse_search(search))
