"""What an answer claims: proved, undecided for a cause, or numerical; and which engine is asked: balls, mpmath, or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from ...errors import InputError
from ...record import Record

__all__ = ["METHODS", "Cause", "Status", "Undecided", "by_method", "check_method", "filled"]

METHODS = ("auto", "balls", "mpmath")

_Answer = TypeVar("_Answer")
_State = TypeVar("_State", bound=Any)


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


def check_method(method: str) -> str:
    """Return `method` if it is the name of one.

    >>> check_method("balls")
    'balls'
    """
    if method not in METHODS:
        raise InputError("method", f"must be {', '.join(METHODS[:-1])} or {METHODS[-1]}", given=method)
    return method


def by_method(
    method: str,
    balls: Callable[[], _Answer],
    is_open: Callable[[_Answer], bool],
    numerical: Callable[[], _Answer],
    complete: Callable[[_Answer, _Answer], _Answer],
) -> _Answer:
    """Ask the engine that is named; 'auto' asks balls, and where they leave something open completes their answer by mpmath's."""
    if method == "mpmath":
        return numerical()
    proved = balls()
    return complete(proved, numerical()) if method == "auto" and is_open(proved) else proved


def filled(proved: _State, found: _State, names: Sequence[str], digits: int) -> _State:
    """Return a state with the numbers that are proved to all digits, and mpmath's in place of the others."""
    kept = {name: number for name in names if (number := getattr(proved, name)).has(digits)}
    return replace(found, **kept, undecided=proved.undecided, reason=f"not proved: {proved.reason}; {found.reason}")
