"""The state in which learning stops, by the method that is asked for."""

from collections.abc import Mapping

import sympy as sp

from ..answers import Status, by_method, filled
from ..equations.density_evolution import FixedPointEquation
from ..thresholds.results import FixedPoint
from .fixed_points import proved_fixed_point

__all__ = ["fixed_point"]


def fixed_point(equation: FixedPointEquation, values: Mapping[sp.Symbol, sp.Expr], digits: int = 15, method: str = "auto") -> FixedPoint:
    """Return the state in which learning stops (see `FixedPoint`), by the method that is named."""

    def numerical() -> FixedPoint:
        from .numerical import numerical_fixed_point

        return numerical_fixed_point(equation, values, digits)

    return by_method(
        method,
        lambda: proved_fixed_point(equation, values, digits),
        lambda found: found.status == Status.UNDECIDED,
        numerical,
        lambda proved, found: filled(proved, found, FixedPoint.measured(), digits),
    )
