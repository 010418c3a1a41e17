"""All models on each curve alone: by AIC, and by how well the first points foretell the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

import numpy as np

from .curves.forms import USUAL, Form
from .least_squares.fitting import Fitted
from .points.measurements import Curve, Measurements
from .results import CurveComparison, Foretelling

_SEEN = 0.6
"""The share of a curve's points from which the others are foretold."""
_STARTS = 2
"""Places of the grid from which a curve is fitted; its first points are from one, and from the fit of all."""


def compare_curves(
    data: Measurements, theory: Sequence[Form], guess: float | None, told: Callable[[], None]
) -> tuple[CurveComparison, ...]:
    """Return the comparison of the theory's models and the usual forms on each curve."""
    forms = [("theory", form) for form in theory] + [("usual", form) for form in USUAL]
    compared = []
    for curve in data.curves:
        seen = ceil(_SEEN * len(curve))
        models: list[Foretelling] = []
        known: list[Fitted] = []
        for kind, form in forms:
            whole = Fitted.of(form, data.only(curve), (), guess, _STARTS, known)
            if whole is not None:
                known.append(whole)
                models.append(_foretelling(whole, kind, curve, seen))
        compared.append(CurveComparison(curve.name, len(curve), seen, tuple(sorted(models, key=lambda model: model.aic))))
        told()
    return tuple(compared)


def _foretelling(whole: Fitted, kind: str, curve: Curve, seen: int) -> Foretelling:
    """Return what a model makes of a curve, to which it is fitted, and of the points that are not seen."""
    form, guess, first, rest = whole.problem.form, whole.problem.guess, curve.first(seen), curve.after(seen)
    early = Fitted.of(form, whole.data.only(first), (), guess, 1, [whole]) if (first.x > 0).any() and len(rest) else None
    foretold = None if early is None else float(np.sqrt(np.mean((early.predicted(0, rest.x) - rest.y) ** 2)))
    return Foretelling(form.name, kind, whole.chi_square, whole.p_value, whole.aic, foretold)
