"""A branch that is a curve: how thresholds are read off its turning points, however these are had."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from flint import arb

from .....balls.numbers import Number
from ...answers import Status
from ...equations.curve import Curve
from ...search import Question
from ...thresholds.results import Threshold
from ..branch import Branch
from .forms import ClosedForms, Shown
from .records import Turn

__all__ = ["CurveBranch"]


class CurveBranch(Branch):
    """A branch that is a curve, the parameter being a function of the state t (`Curve`)."""

    def __init__(self, question: Question, curve: Curve) -> None:
        super().__init__(question)
        self.curve, self.forms = curve, ClosedForms(curve, question.values)

    @property
    def is_forward(self) -> bool:
        """Whether learning gets easier as t grows."""
        return self.curve.learns_along > 0

    @cached_property
    def records(self) -> list[Turn]:
        """The turning points within the domain of the parameter, in the order of t."""
        raise NotImplementedError

    @property
    def folds(self) -> int:
        """The number of turning points, of both kinds, within the domain of the parameter."""
        return len(self.records)

    def by_scale(self) -> list[Turn]:
        """Return the turning points in ascending order of the scale."""
        raise NotImplementedError

    def numbers_at(self, zero: Any) -> Sequence[Number]:
        """Return the parameter and q at a turning point."""
        raise NotImplementedError

    def landing(self, zero: Any) -> Number | None:
        """Return the q to which a jump leads; None where it is not known."""
        raise NotImplementedError

    def ball_at(self, zero: Any) -> arb:
        """Enclose the state of a turning point to the current precision, nearly where nothing is proved."""
        raise NotImplementedError

    def claim(self, certain: bool, numbers: Sequence[Number]) -> Status:
        """Return what is claimed of numbers."""
        raise NotImplementedError

    def turns(self, kind: str = "all") -> list[Threshold]:
        """Return emergences and folds, or those of one kind, in the order in which learning gets easier."""
        chosen = [turn for turn in self.by_scale() if kind in ("all", turn.kind)]
        return [self._turn(turn) for turn in chosen[:: self.curve.learns_along]]

    def _turn(self, turn: Turn) -> Threshold:
        value, fixed_point = self.numbers_at(turn.zero)
        lands_on = self.landing(turn.zero) if turn.kind == "emergence" else None
        shown = self.forms.of_turn(lambda: self.ball_at(turn.zero))
        return self.entry(turn.kind, value, (fixed_point, lands_on), self.claim(turn.certain, (value, fixed_point)), shown)

    def entry(self, kind: str, value: Number, states: tuple[Number, Number | None], status: Status, shown: Shown) -> Threshold:
        """Return a threshold by its value and the q before and after it."""
        side = self.curve.learned_side
        return Threshold(kind, str(self.parameter), value, states[0], status, side, shown[0], states[1], minimal_polynomial=shown[1])
