"""Lists of thresholds that balls left open, completed by what mpmath finds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..answers import Cause, Status, Undecided
from .results import Threshold, Thresholds

__all__ = ["completed", "is_open"]


_GROUPS = (
    (("emergence", "fold"), (Cause.ENDS, Cause.TURNS)),
    (("stability",), (Cause.STABILITY,)),
    (("potential",), (Cause.POTENTIAL,)),
    (("cusp",), (Cause.CUSP,)),
    (("percolation",), (Cause.GIANT_COMPONENT,)),
)
_SAME = Decimal("1e-12")


def completed(proved: Thresholds, numerical: Thresholds) -> Thresholds:
    """Return what is proved, and what mpmath finds of the kinds that are not; entries that only balls have stay undecided."""
    kinds = [kind for group, causes in _GROUPS if _is_open(proved, group, causes) for kind in group]
    known = [one for one in proved if one.status == Status.PROVED]
    added = [one for one in numerical if one.kind in kinds and not any(_is_same(one, other) for other in known)]
    left = [one for one in proved if one.status != Status.PROVED and not any(_is_same(one, other) for other in added)]
    doubts = proved.undecided or (Undecided(Cause.DIGITS, "the kind or all digits of an entry"),)
    word = Status.UNDECIDED if numerical.undecided else "not proved"
    reason = f"{word}: {'; '.join(one.about for one in doubts)}; by mpmath: {numerical.reason or numerical.searched}"
    folds = numerical.folds if "fold" in kinds else proved.folds
    return replace(proved, thresholds=(*known, *added, *left), reason=reason, folds=folds, undecided=doubts)


def is_open(found: Thresholds) -> bool:
    """Whether balls left something undecided."""
    return bool(found.undecided) or any(one.status == Status.UNDECIDED for one in found)


def _is_open(proved: Thresholds, group: tuple[str, ...], causes: tuple[Cause, ...]) -> bool:
    return any(one.cause in causes for one in proved.undecided) or any(one.status != Status.PROVED and one.kind in group for one in proved)


def _is_same(one: Threshold, other: Threshold) -> bool:
    """Whether two entries are the same point, as far as the engines know it."""
    if one.value is None or other.value is None or "nan" in (one.value.text, other.value.text):
        return False
    first, second = Decimal(one.value.text), Decimal(other.value.text)
    same_kind = one.kind == other.kind or {one.kind, other.kind} == {"emergence", "fold"}
    return same_kind and abs(first - second) <= _SAME * abs(first)
