"""What a learner leaves stuck: from how many novel skills on a text teaches none of them, and with which chance."""

from __future__ import annotations

import sympy as sp

from ....errors import InputError
from ....model.degrees import DegreeDistribution, Ensemble
from ....model.learners import Learner, refuse_ideal

_MOST_LOOKED_AT = 200
"""Numbers of novel skills that are looked at for the first with b_j > 0, where neither texts nor learner bound them."""


def stuck_chance(learner: Learner, novel: int) -> sp.Expr:
    """Return b_j = 1 - a_{j-1}, b_0 = 1: the chance that a text with j novel skills teaches none (theory, section 11).

    >>> from deanalysis.model.learners import SkillLearner
    >>> [stuck_chance(SkillLearner(1), novel) for novel in range(4)]
    [1, 0, 1, 1]
    """
    return sp.S.One if novel == 0 else 1 - learner.probability(novel - 1)


def first_stuck(texts: DegreeDistribution, learner: Learner) -> int | None:
    """Return the least number j > 0 of novel skills of a text at which b_j > 0; None where no text has as many.

    >>> from deanalysis.model.laws import Regular
    >>> from deanalysis.model.learners import SkillLearner
    >>> first_stuck(Regular(6), SkillLearner(2)), first_stuck(Regular(6), SkillLearner(6))
    (3, None)
    """
    refuse_ideal(learner, "the count of stuck sets")
    most, reach = (texts.support or (1, None))[1], learner.reach
    last = min(number for number in (most, None if reach is None else reach + 1, _MOST_LOOKED_AT) if number is not None)
    return next((novel for novel, taught in enumerate(learner.probabilities(last), 1) if taught != 1), None)


def check_own(own: sp.Symbol, ensemble: Ensemble, counted: str) -> None:
    """Raise `InputError` where a model has a letter that stands for a number of nodes in its floor."""
    if own in ensemble.letters:
        raise InputError(f"the letter {own}", f"is the number of {counted} in a floor", remedy="choose another name")
