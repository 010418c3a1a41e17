"""`OptimalLaw`: the law of a set that learns earliest, what is proved of it, and what is proved of all others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

import sympy as sp

from ...balls.numbers import Number
from ...model.degrees import DegreeDistribution
from ...model.ensembles import Ensemble
from ...model.exact import exact
from ...model.formula import Formula, latex
from ...model.learners import Learner, SkillLearner
from ...model.reading import parse_law, parse_learner
from ...model.symbols import x
from ...record import Record, Table
from ..evolution.answers import Status, Undecided
from ..evolution.thresholds.results import Threshold

__all__ = ["OptimalLaw", "as_texts"]

_TERMS = 5


@dataclass(frozen=True, repr=False)
class OptimalLaw(Record):
    """The best law found for one side, its proved threshold and a proved bound on those of all laws of the set.

    `value` is the parameter up to which (down to which, where learning gets easier as it grows) learning goes on to the target,
    `binding` what ends it: an 'emergence', the 'stability' of the learned state, or the 'target' reached gradually. No law of the
    set goes beyond `bound`. `ensemble` and `learner`, stated in `model`, are ready to go on with; `thresholds` are those of the law.
    """

    side: str
    model: dict[str, str]
    parameter: str
    value: Number
    bound: Number
    binding: str
    status: Status
    thresholds: tuple[Threshold, ...]
    reason: str | None = None
    searched: str | None = None
    undecided: tuple[Undecided, ...] = ()

    ALSO: ClassVar = {"gap": "gap", "law": "stated"}

    @cached_property
    def ensemble(self) -> Ensemble:
        """The ensemble with the law in place, the other law rescaled so that the ratio R is as stated."""
        return Ensemble(parse_law(self.model["texts"]), parse_law(self.model["skills"]), exact(self.model["unknown"]))

    @cached_property
    def learner(self) -> Learner:
        """The learner."""
        return parse_learner(self.model["learner"])

    @property
    def law(self) -> DegreeDistribution:
        """The optimal law."""
        law: DegreeDistribution = getattr(self.ensemble, self.side)
        return law

    @property
    def gap(self) -> float:
        """How much better any law could be, at most: the distance of the farthest ends of value and bound."""
        ends = [[Decimal(end) for end in (number.low, number.high)] for number in (self.value, self.bound)]
        return float(max(ends[1][1] - ends[0][0], ends[0][1] - ends[1][0]))

    def __repr__(self) -> str:
        best = f"{self.parameter}* = {self._shown(self.value)}"
        return f"<optimal {self.side} law {self._short()}: {best}, no law of these degrees beyond {self._shown(self.bound)}, {self.status}>"

    def _repr_latex_(self) -> str:
        name, letter = "L" if self.side == "skills" else "P", latex(exact(self.parameter))
        law = self._short(latex=True)
        return f"${name}(x) = {law},\\quad {letter}^* = {self.value.latex},\\quad \\text{{bound }} {self.bound.latex}$"

    @staticmethod
    def _shown(number: Number) -> str:
        return number.text if number.digits <= 15 else f"{number.text[:16]}..."

    def _short(self, *, latex: bool = False) -> str:
        """Return the largest terms of the law, to three digits."""
        terms = sorted(((share, degree) for degree, share in self.fractions.items()), reverse=True)[:_TERMS]
        form = "{}x^{{{}}}" if latex else "{}*x^{}"
        shown = [form.format(f"{float(share):.3g}", degree).removeprefix("1*") for share, degree in sorted(terms, key=lambda term: term[1])]
        more = [] if len(self.fractions) <= _TERMS else ["\\cdots" if latex else "..."]
        return " + ".join([*shown, *more])

    @property
    def fractions(self) -> dict[int, sp.Rational]:
        """The fraction of nodes of each degree."""
        return dict(self.law.terms)  # type: ignore[attr-defined]

    @property
    def stated(self) -> dict[str, object]:
        """The law as it is written to JSON: its generating function, and the fractions by degree."""
        return {**Formula.of(self.law.pgf(x)).to_dict(), "fractions": {str(degree): str(share) for degree, share in self.fractions.items()}}

    def table(self) -> Table:
        """Return the law, its threshold, and the bound on all others."""
        rows = [("law", self), *((name, getattr(self, name)) for name in ("value", "bound", "gap", "binding", "status"))]
        return Table((), [*rows, ("fractions by degree", self.fractions)])


def as_texts(ensemble: Ensemble, learner: Learner) -> dict[str, str]:
    """Return a model as the texts that state it."""
    rule = str(learner) if isinstance(learner, SkillLearner) else f"success:{learner}"
    return {"texts": str(ensemble.texts), "skills": str(ensemble.skills), "unknown": str(ensemble.unknown), "learner": rule}
