"""Where q = 0 changes stability, by mpmath: the zeros of f'(0) - 1 along a letter."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from .....balls.bound import Bound
from .....balls.numerical.engines import MPMATH, constant
from .....balls.numerical.floats import FLOATS
from .....balls.numerical.roots import SCANNING, agreed, crossings
from .....model.formula import text
from ...answers import Status
from ...states.numerical import NumericalState
from ...thresholds.results import Threshold
from ...thresholds.stability import Found, StabilityPoints

__all__ = ["ScannedStability"]

_FINE, _COARSE = 2000, 60


class ScannedStability(StabilityPoints):
    """The stability points, found without proof."""

    @cached_property
    def function(self) -> Bound:
        """Evaluates formulas of the letter."""
        return Bound((self.parameter,), {}, MPMATH)

    def exact(self, root: sp.Expr) -> Threshold:
        """Return the stability point at an exact value of the letter."""
        return self._threshold(partial(constant, root), root)

    def searched(self) -> Found:
        """Scan the range for zeros of f'(0) - 1."""
        low, high = self.question.range
        start, end = float(low) or float(high) * 2**-40, float(high)
        fine = np.geomspace(start, end, _FINE)
        coarse = [mpmath.mpf(value) for value in np.geomspace(start, end, _COARSE).tolist()]
        floats = self.function.by(FLOATS).taylor(self.growth, fine, 1)[0] - 1
        roots = crossings(lambda at: self.function.value(self.growth, at) - 1, self._slope, fine, floats, coarse)
        said = f"no stability point was found by a scan of {self.parameter} from {text(low)} to {text(high)}"
        return [self._threshold(root) for root in roots], None if roots else said

    def _slope(self, value: Any) -> Any:
        return self.function.taylor(self.growth, value, 2)[1]

    def _threshold(self, root: Callable[[], Any], exact: sp.Expr | None = None) -> Threshold:
        state = NumericalState(self.equation, {**self.question.values, self.parameter: root})
        with mpmath.workdps(SCANNING):
            rises, binding = self._slope(root()) > 0, state.is_negative_above(mpmath.mpf(0))
        return self.entry(agreed(root, self.question.digits), Status.NUMERICAL, rises, binding, exact)
