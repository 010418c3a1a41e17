"""Learning curves on graphs of finite size: near the jump some graphs are stuck and others not, and the curve is their mean."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.special import erfc

from ...balls.numerical.floats import compile_floats
from ...model.symbols import R, c, q
from ...theory.scaling.equations.fluctuations import Fluctuations
from ...theory.scaling.finite_size import mean_largest, next_order
from .learning_curves import SHAPE, At, Floats, LearningCurve

_NARROWEST = 0.1
"""Of alpha^2, at the least, is alpha_n^2, which the next order makes negative where there are too few skills for the law."""


@cache
def _constants(curve: LearningCurve) -> tuple[Callable[..., Any], ...]:
    """Return alpha and beta/Omega (`Fluctuations`), of q, R, c and shape."""
    drawn = Fluctuations(curve.equation, R)
    return tuple(compile_floats(part, q, R, c, SHAPE) for part in (drawn.alpha, drawn.beta_over_omega))


def understood(curve: LearningCurve, ratios: Floats, skills: float, c: float, shape: float = 1.0) -> Floats:
    """Return the mean of 1 - P_test over graphs of so many skills: P(stuck) of them are before the largest jump, the others past it.

    P(stuck) = Q(sqrt(n) (R - R* - beta n^{-2/3})/alpha_n) as `FiniteSize` has it. Before R*, what is past the jump lies on the branch from
    which it is reached, as far as there is one; beyond R*, what is stuck stays at the state of the jump. Without a jump there is nothing
    to average.

    >>> understood(LearningCurve(), np.array([2.4, 2.45, 2.5, 2.6]), 1000, 5.0).round(4).tolist()
    [0.1945, 0.2963, 0.4179, 0.6746]
    """
    at = (float(c), float(shape), 1.0)
    table = curve.table(c, shape)
    if table.fold is None or table.landing is None or table.turn is None:
        return curve.understood(ratios, c, shape)
    passed = np.arange(len(table.record)) >= table.turn
    passed[table.turn : table.landing] &= table.states.ratio[table.turn : table.landing] < table.states.ratio[table.fold]
    passed &= np.diff(table.states.ratio, prepend=-np.inf) > 0
    stuck = table.record & (np.arange(len(table.record)) <= table.fold)
    before, past = (1 - curve.errors_on(table, branch, ratios, at) for branch in (stuck, passed))
    past = np.where(np.log(np.maximum(ratios, 1e-300)) < table.states.ratio[table.turn], before, past)
    chance = _stuck(curve, ratios, skills, at)
    return chance * before + (1 - chance) * past


def _stuck(curve: LearningCurve, ratios: Floats, skills: float, at: At) -> Floats:
    """Return P(stuck) at ratios."""
    table = curve.table(*at)
    ratio, state = float(np.exp(table.states.ratio[table.fold])), float(table.states.q[table.fold])
    alpha, shift = (float(part(state, ratio, *at[:2])) for part in _constants(curve))
    width = np.sqrt(max(alpha**2 + next_order() * shift**2 * skills ** (-1 / 3), _NARROWEST * alpha**2) / skills)
    chance: Floats = erfc((ratios - ratio - mean_largest() * shift * skills ** (-2 / 3)) / (width * np.sqrt(2))) / 2
    return chance
