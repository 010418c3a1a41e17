"""The fixed points along one letter, whichever way they are had: what thresholds are read off, proved or numerical."""

from __future__ import annotations

from functools import cached_property

import sympy as sp

from ..answers import Undecided
from ..search import Question
from ..thresholds.results import Threshold
from ..thresholds.stability import Found, ProvedStability, StabilityPoints

__all__ = ["Branch", "Found"]


class Branch:
    """The fixed points of an equation along a letter, as a question states it.

    A turning point of the branch is an 'emergence' where the largest fixed point jumps, any other a 'fold'. `searched` says where they
    were looked for, `undecided` where there may be more, `gradual` why nothing jumps; `domain` and `compared` what was searched for
    stability points and potential thresholds, if that is something else.
    """

    domain = compared = ""
    stability_points: type[StabilityPoints] = ProvedStability

    def __init__(self, question: Question) -> None:
        self.question, self.equation = question, question.model
        self.parameter: sp.Symbol = question.parameter
        self.values, self.digits = question.values, question.digits

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

    def stability(self) -> Found:
        """Return the stability points, and the reason where there are none."""
        return self.stability_points(self.question).found()

    def potentials(self) -> Found:
        """Return the potential thresholds, and the reason where there are none."""
        raise NotImplementedError
