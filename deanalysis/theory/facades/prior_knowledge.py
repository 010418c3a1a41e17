"""`PriorKnowledge`: what is learned where some skills are known before, the commonest or any by degree, and where that emerges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp
from flint import arb

from ...balls.compiling import ball_of
from ...balls.numbers import ZERO, Number, check_digits, number
from ...checks import require_kind
from ...errors import InputError
from ...model.compositions import Polynomial
from ...model.degrees import Ensemble
from ...model.exact import Value, exact_number
from ...model.learners import Learner, refuse_ideal
from ...record import Record, Shown, Table
from ..evolution.answers import Status
from ..prior.emergence import PopularityCurve
from ..prior.equations import ByDegree, of_commonest
from .density_evolution import DensityEvolution

_SPARE = 3
"""Digits beyond those asked for, which the sum of what is known and what is learned may cost."""
_FINE = 10**6
"""Parts of all skills between which a jump lies, where their number is not given."""
_ONE = Number("1", "1", "1")


@dataclass(frozen=True)
class PriorState(Record):
    """Where learning stops: the share `learned` of all skills, those `known` before included, and that `understood` of all texts.

    `q` is the chance that the skill at the end of a random edge is still novel.
    """

    known: Number
    learned: Number
    understood: Number
    q: Number
    status: Status

    def __repr__(self) -> str:
        return f"<known {float(self.known):.4g}, learned {self.learned}, understood {self.understood}, {self.status}>"


@dataclass(frozen=True)
class PriorEmergence(Record):
    """A jump of what is learned as more of the commonest skills are known: at the share `known`, from the state `before` to that `past` it.

    `known` is found in floats; the states are those beside it, at the shares in which `skills` skills can be known, if their number is
    given, and are proved.
    """

    known: float
    before: PriorState
    past: PriorState
    status: Status

    def __repr__(self) -> str:
        return f"<emergence at known {self.known:.6g}: learned {float(self.before.learned):.4g} to {float(self.past.learned):.4g}>"


@dataclass(frozen=True, repr=False)
class PriorKnowledge(Shown):
    """Learning where a share of the skills is known before training, by degree: all in a text count, only unknown ones are learned.

    The skills' law must be a table of degrees, such as that of a graph; letters must be bound (theory, section 10).

    >>> from deanalysis import Polynomial, Regular, SkillLearner
    >>> ensemble = Ensemble(texts=Regular(3), skills=Polynomial(((1, "0.9"), (20, "0.1"))))
    >>> prior = PriorKnowledge(ensemble, SkillLearner(1))
    >>> prior.state("0.05")
    <known 0.05, learned 0.52805969039141, understood 0.770837226033261, proved>
    """

    ensemble: Ensemble
    learner: Learner

    def __post_init__(self) -> None:
        refuse_ideal(require_kind(self.learner, Learner, "the learner", "a Learner, such as SkillLearner(1)"), "prior knowledge by degree")
        ByDegree(self.ensemble, {})
        if letters := sorted(map(str, self.ensemble.letters | self.learner.letters)):
            raise InputError("the model", f"must have every letter bound; {', '.join(letters)} is free")

    def __repr__(self) -> str:
        return f"<PriorKnowledge: {self.ensemble}; learner {self.learner}>"

    def table(self) -> Table:
        """Return the ensemble and the learner."""
        return Table((), [("ensemble", self.ensemble), ("learner", self.learner)])

    @property
    def _skills(self) -> Polynomial:
        assert isinstance(self.ensemble.skills, Polynomial)
        return self.ensemble.skills

    def state(self, known: Value | Mapping[int, Any], *, digits: int = 15) -> PriorState:
        """Return where learning stops, with proved digits, where `known` is the share of all skills known, the commonest, or by degree."""
        by_degree = known if isinstance(known, Mapping) else of_commonest(self._skills, exact_number(known, "the share known"))
        prior = ByDegree(self.ensemble, by_degree)
        digits = check_digits(digits)
        before = ball_of(prior.known)
        if prior.remaining is None:
            return PriorState(number(before, digits), _ONE, _ONE, ZERO, Status.PROVED)
        evolution = DensityEvolution(prior.remaining, self.learner)
        stopped = evolution.fixed_point(digits=digits + _SPARE)
        zeta, missed, q = (_ball(value) for value in (stopped.zeta, stopped.training_error, stopped.q))
        shares = 1 - (1 - before) * zeta, 1 - missed
        if evolution.never_starts:
            shares = before, ball_of(prior.remaining.texts.pmf(0))
        learned, understood, novel = (number(ball, digits) for ball in (*shares, ball_of(prior.kept) * q))
        if stopped.status is Status.NUMERICAL:
            right = min(value.digits for value in (stopped.zeta, stopped.training_error, stopped.q))
            learned, understood, novel = (_numerical(value, right) for value in (learned, understood, novel))
        return PriorState(number(before, digits), learned, understood, novel, stopped.status)

    def curve(self, shares: Sequence[float]) -> np.ndarray:
        """Return in floats the share of the skills that is learned where these shares of them are known, the commonest.

        >>> from deanalysis import Polynomial, Regular, SkillLearner
        >>> ensemble = Ensemble(texts=Regular(3), skills=Polynomial(((1, "0.9"), (20, "0.1"))))
        >>> PriorKnowledge(ensemble, SkillLearner(1)).curve([0.05]).round(6)
        array([0.52806])
        """
        return self._curve.learned_at(np.asarray(shares, dtype=float))

    def emergence(self, skills: int | None = None) -> tuple[PriorEmergence, ...]:
        """Return where what is learned jumps as more is known, the commonest first; empty where it grows gradually.

        The places are found on a curve in floats; the states before and past each are proved. With `skills`, a number of them, the states
        are those at the numbers of known skills on either side.
        """
        found = []
        for jump in self._curve.jumps:
            count = jump.share * (skills or _FINE)
            low, high = (sp.Rational(int(whole), skills or _FINE) for whole in (np.floor(count), np.floor(count) + 1))
            before, past = self.state(low), self.state(high)
            proved = before.status is past.status is Status.PROVED
            found.append(PriorEmergence(jump.share, before, past, Status.PROVED if proved else Status.UNDECIDED))
        return tuple(found)

    @cached_property
    def _curve(self) -> PopularityCurve:
        return PopularityCurve(DensityEvolution(self.ensemble, self.learner))


def _ball(value: Number) -> arb:
    """Return a number as a ball; one without ends, found numerically, as if its digits were all."""
    return value.ball() if value.enclosure() is not None or value.text == "nan" else arb(value.text)


def _numerical(value: Number, digits: int) -> Number:
    """Return a value that was computed from numerical ones of so many digits: with no more of them, and no ends."""
    return Number(number(arb(value.text), digits).text if digits else "nan", "-inf", "inf")
