"""The fixed points along one letter, whichever way they are had: what thresholds are read off, proved or numerical."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import sympy as sp

from ..answers import Undecided
from ..thresholds.results import Threshold

__all__ = ["Branch", "Found"]

Found = tuple[list[Threshold], str | Undecided | None]
"""Thresholds, and the reason why there are none or what stayed undecided."""


class Branch:
    """The fixed points of an equation along the letter `parameter`, the others bound to `values`.

    A turning point of the branch is an 'emergence' where the largest fixed point jumps, any other a 'fold'. `searched` says where they
    were looked for, `undecided` where there may be more, `gradual` why nothing jumps; `domain` and `compared` what was searched for
    stability points and potential thresholds, if that is something else.
    """

    parameter: sp.Symbol
    values: Mapping[sp.Symbol, sp.Expr]
    digits: int
    domain = compared = ""

    @property
    def searched(self) -> str:
        """What was searched for turning points."""
        raise NotImplementedError

    @property
    def undecided(self) -> Undecided | None:
        """Where the branch may turn, if that could not be decided."""
        return None

    @property
    def gradual(self) -> str | None:
        """The reason why nothing jumps; None where it is not known."""
        raise NotImplementedError

    @property
    def folds(self) -> int:
        """The number of turning points, of both kinds."""
        return len(self._turns)

    @cached_property
    def _turns(self) -> list[Threshold]:
        raise NotImplementedError

    def turns(self, kind: str = "all") -> list[Threshold]:
        """Return emergences and folds, or one kind, in the order in which learning gets easier, or else of value."""
        return [turn for turn in self._turns if kind in ("all", turn.kind)]

    def potentials(self) -> Found:
        """Return the potential thresholds, and the reason where there are none."""
        raise NotImplementedError
