"""Where q = 0 changes stability, by mpmath: the zeros of f'(0) - 1 along a letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from .....balls.bound import Bound
from .....balls.numbers import ZERO
from .....balls.numerical.engines import FLOATS, MPMATH, constant
from .....balls.numerical.roots import SCANNING, agreed, crossings
from .....model.formula import Formula, text
from ...answers import Status, Undecided
from ...equations.density_evolution import FixedPointEquation
from ...equations.domain import domain
from ...search import Range, search_range
from ...states.numerical import NumericalState
from ...thresholds.exact_roots import exact_roots
from ...thresholds.results import Threshold

__all__ = ["numerical_stability"]

_FINE, _COARSE = 2000, 60


def numerical_stability(
    equation: FixedPointEquation, parameter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], digits: int, search: Range | None
) -> tuple[list[Threshold], str | Undecided | None]:
    """Return the stability points in a letter, in ascending order, and the reason where none was found (see `stability`)."""
    if not equation.bind(values).completes:
        return [], "no stability point: q = 0 is no fixed point"
    growth = equation.growth.xreplace(dict(values))
    if not growth.has(parameter):
        return [], f"no stability point: f'(0) does not depend on {parameter}"
    function = Bound((parameter,), {}, MPMATH)
    exact = exact_roots(growth, parameter, domain(equation, parameter, values), search)

    def threshold(root: Callable[[], Any], closed: sp.Expr | None = None) -> Threshold:
        return _threshold(NumericalState(equation, {**values, parameter: root}), function, growth, root, digits, closed)

    if exact is not None:
        return [threshold(partial(constant, root), root) for root in exact], None if exact else f"no stability point for any {parameter}"
    low, high = search_range(equation, parameter, values, search)
    found = [threshold(root) for root in _scanned(function, growth, low, high)]
    return found, None if found else f"no stability point was found by a scan of {parameter} from {text(low)} to {text(high)}"


def _scanned(function: Bound, growth: sp.Expr, low: sp.Expr, high: sp.Expr) -> list[Callable[[], Any]]:
    start, end = float(low) or float(high) * 2**-40, float(high)
    fine = np.geomspace(start, end, _FINE)
    coarse = [mpmath.mpf(value) for value in np.geomspace(start, end, _COARSE).tolist()]
    floats = function.by(FLOATS).taylor(growth, fine, 1)[0] - 1
    return list(crossings(lambda at: function.value(growth, at) - 1, lambda at: function.taylor(growth, at, 2)[1], fine, floats, coarse))


def _threshold(
    state: NumericalState, function: Bound, growth: sp.Expr, root: Callable[[], Any], digits: int, exact: sp.Expr | None
) -> Threshold:
    with mpmath.workdps(SCANNING):
        rises = function.taylor(growth, root(), 2)[1] > 0
        binding = state.is_negative_above(mpmath.mpf(0))
    closed = None if exact is None or exact.has(sp.Sum) else Formula.of(exact)
    side, name = "below" if rises else "above", str(function.variables[0])
    return Threshold("stability", name, agreed(root, digits), ZERO, Status.NUMERICAL, side, closed, binding=binding)
