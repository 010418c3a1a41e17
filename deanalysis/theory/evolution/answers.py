"""What an answer claims: proved, undecided for a cause, or numerical; and which engine is asked: balls, mpmath, or both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self, TypeVar

from ...balls.numbers import Number
from ...errors import InputError
from ...record import Record

_METHODS = ("auto", "balls", "mpmath")

_Answer = TypeVar("_Answer", bound=Any)


class Status(StrEnum):
    """What an answer claims: its numbers are enclosed with proof, something could not be decided, or they are floats or mpmath's."""

    PROVED = "proved"
    UNDECIDED = "undecided"
    NUMERICAL = "numerical"

    @classmethod
    def of(cls, proved: object) -> Status:
        """Return 'proved' or 'undecided'."""
        return cls.PROVED if proved else cls.UNDECIDED


class Cause(StrEnum):
    """What could not be proved."""

    ENDS = "ends"
    TURNS = "turns"
    STABILITY = "stability"
    POTENTIAL = "potential"
    CUSP = "cusp"
    GIANT_COMPONENT = "giant component"
    FIXED_POINT = "fixed point"
    DIGITS = "digits"


@dataclass(frozen=True)
class Undecided(Record):
    """What a solver could not decide: the cause, and where, in words."""

    cause: Cause
    about: str

    def __str__(self) -> str:
        return f"undecided: {self.about}"


class State(Record):
    """A base of results at one point of the letters: numbers, with a `status`, a `reason` and what is `undecided`."""

    status: Any
    reason: Any
    undecided: Any

    @classmethod
    def of(cls, numbers: Iterable[Number], **rest: Any) -> Self:
        """Return a result by its numbers, in the order of their names."""
        return cls(**dict(zip(cls.measured(), numbers, strict=True)), **rest)

    @property
    def is_open(self) -> bool:
        """Whether something could not be decided."""
        return bool(self.status == Status.UNDECIDED)

    def completed(self, numerical: Self, digits: int) -> Self:
        """Return the numbers that are proved to all digits, and mpmath's in place of the others."""
        kept = {name: number for name in self.measured() if (number := getattr(self, name)).has(digits)}
        reason = f"not proved: {self.reason}; {numerical.reason}"
        return replace(numerical, **kept, undecided=self.undecided, reason=reason)  # type: ignore[type-var]


def check_method(method: str) -> str:
    """Return `method` if it is the name of one."""
    if method not in _METHODS:
        raise InputError("method", f"must be {', '.join(_METHODS[:-1])} or {_METHODS[-1]}", given=method)
    return method


def by_method(method: str, balls: Callable[[], _Answer], numerical: Callable[[], _Answer], digits: int) -> _Answer:
    """Ask the engine that is named; 'auto' asks balls, and where they leave something open completes their answer by mpmath's."""
    if method == "mpmath":
        return numerical()
    proved = balls()
    return proved.completed(numerical(), digits) if method == "auto" and proved.is_open else proved
