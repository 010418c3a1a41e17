"""Which engine solves: balls, which prove; mpmath, which finds; or both, mpmath only where balls leave something undecided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from ....errors import InputError
from .results import Cause, Threshold, Thresholds, Undecided

__all__ = ["METHODS", "by_method", "check_method", "completed", "filled", "is_open"]

METHODS = ("auto", "balls", "mpmath")

_GROUPS = (
    (("emergence", "fold"), (Cause.ENDS, Cause.TURNS)),
    (("stability",), (Cause.STABILITY,)),
    (("potential",), (Cause.POTENTIAL,)),
    (("cusp",), (Cause.CUSP,)),
    (("percolation",), (Cause.GIANT_COMPONENT,)),
)
_SAME = Decimal("1e-12")
_Answer = TypeVar("_Answer")
_State = TypeVar("_State", bound=Any)


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


def completed(proved: Thresholds, numerical: Thresholds) -> Thresholds:
    """Return what is proved, and what mpmath finds of the kinds that are not; entries that only balls have stay undecided."""
    kinds = [kind for group, causes in _GROUPS if _is_open(proved, group, causes) for kind in group]
    known = [one for one in proved if one.status == "proved"]
    added = [one for one in numerical if one.kind in kinds and not any(_is_same(one, other) for other in known)]
    left = [one for one in proved if one.status != "proved" and not any(_is_same(one, other) for other in added)]
    doubts = proved.undecided or (Undecided(Cause.DIGITS, "the kind or all digits of an entry"),)
    word = "undecided" if numerical.undecided else "not proved"
    reason = f"{word}: {'; '.join(one.about for one in doubts)}; by mpmath: {numerical.reason or numerical.searched}"
    folds = numerical.folds if "fold" in kinds else proved.folds
    return replace(proved, thresholds=(*known, *added, *left), reason=reason, folds=folds, undecided=doubts)


def filled(proved: _State, found: _State, names: Sequence[str], digits: int) -> _State:
    """Return a state with the numbers that are proved to all digits, and mpmath's in place of the others."""
    kept = {name: number for name in names if (number := getattr(proved, name)).has(digits)}
    return replace(found, **kept, undecided=proved.undecided, reason=f"not proved: {proved.reason}; {found.reason}")


def is_open(found: Thresholds) -> bool:
    """Whether balls left something undecided."""
    return bool(found.undecided) or any(one.status == "undecided" for one in found)


def _is_open(proved: Thresholds, group: tuple[str, ...], causes: tuple[Cause, ...]) -> bool:
    return any(one.cause in causes for one in proved.undecided) or any(one.status != "proved" and one.kind in group for one in proved)


def _is_same(one: Threshold, other: Threshold) -> bool:
    """Whether two entries are the same point, as far as the engines know it."""
    if one.value is None or other.value is None or "nan" in (one.value.text, other.value.text):
        return False
    first, second = Decimal(one.value.text), Decimal(other.value.text)
    same_kind = one.kind == other.kind or {one.kind, other.kind} == {"emergence", "fold"}
    return same_kind and abs(first - second) <= _SAME * abs(first)
