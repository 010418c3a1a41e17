"""Where q = 0 changes stability, f'(0) = 1, and whether that bounds complete learning."""

from collections.abc import Callable, Mapping

import sympy as sp
from flint import arb, ctx

from ....balls.bound import Bound
from ....balls.compiling import ball_of
from ....balls.exact_series import first_order
from ....balls.isolation import Isolation, isolate, refine
from ....balls.multiple_roots import MultipleRoot
from ....balls.numbers import ZERO, prove_number
from ....balls.precision import CERTIFYING, at_rising_precision
from ....model.formula import Formula
from ....model.symbols import q
from ..answers import Cause, Status, Undecided
from ..equations.density_evolution import FixedPointEquation
from ..equations.domain import domain
from ..search import Range, search_range
from .exact_roots import exact_roots
from .results import Threshold

__all__ = ["stability"]

_MOST_BITS = 256
_BITS_PER_ORDER = 10
_HIGHEST_ORDER = 6

Found = tuple[list[Threshold], str | Undecided | None]


def stability(
    equation: FixedPointEquation, parameter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], digits: int, search: Range | None = None
) -> Found:
    """Return the stability points in a letter, in ascending order, and the reason where there is none.

    eps lambda'(0) (a_0 - a_1) rho'(1) = 1 (theory, section 4), where q = 0 is a fixed point. In closed form where the letter enters
    rationally, else isolated in the searched range.
    """
    if not equation.bind(values).completes:
        return [], "no stability point: q = 0 is no fixed point"
    growth = equation.growth.xreplace(dict(values))
    if not growth.has(parameter):
        return [], f"no stability point: f'(0) does not depend on {parameter}"
    root = MultipleRoot(equation.right_side - q, q, (parameter,), values, order=1)
    roots = exact_roots(growth, parameter, domain(equation, parameter, values), search)
    if roots is not None:
        found = [_threshold(equation, root, growth, parameter, exact, digits) for exact in roots]
    else:
        found, complete = _isolated(equation, root, growth, parameter, digits, search)
        if not complete:
            return found, Undecided(Cause.STABILITY, "where q = 0 changes stability")
    return found, None if found else f"no stability point for any {parameter}"


def _isolated(
    equation: FixedPointEquation, root: MultipleRoot, growth: sp.Expr, parameter: sp.Symbol, digits: int, search: Range | None
) -> tuple[list[Threshold], bool]:
    evaluator, slope = Bound((parameter,), {}), sp.diff(growth, parameter)
    low, high = search_range(equation, parameter, root.values, search)

    def function(value: arb) -> tuple[arb, arb]:
        return evaluator.value(growth, value) - 1, evaluator.value(slope, value)

    def attempt() -> Isolation:
        return isolate(function, arb(ball_of(low if low > 0 else high / 2**12).lower()), arb(ball_of(high).upper()))

    isolation = at_rising_precision(attempt, _MOST_BITS, settled=lambda isolation: isolation.is_complete)
    thresholds = [
        _finished(equation, root, parameter, digits, lambda box=zero.box: refine(function, box, ctx.prec - 10), zero.slope)  # type: ignore[misc]
        for zero in isolation.zeros
    ]
    return thresholds, isolation.is_complete


def _threshold(
    equation: FixedPointEquation, root: MultipleRoot, growth: sp.Expr, parameter: sp.Symbol, exact: sp.Expr, digits: int
) -> Threshold:
    with ctx.workprec(CERTIFYING):
        slope = ball_of(sp.diff(growth, parameter).subs(parameter, exact))
    sign = 1 if slope > 0 else -1
    return _finished(equation, root, parameter, digits, lambda: ball_of(exact), sign, exact)


def _finished(
    equation: FixedPointEquation,
    root: MultipleRoot,
    parameter: sp.Symbol,
    digits: int,
    compute: Callable[[], arb],
    slope: int,
    exact: sp.Expr | None = None,
) -> Threshold:
    value = prove_number(compute, digits)
    binding = _binding(equation, root, parameter, compute, exact)
    status = Status.of(value.has(digits) and binding is not None)
    side = "below" if slope > 0 else "above"
    closed = None if exact is None or exact.has(sp.Sum) else Formula.of(exact)
    return Threshold("stability", str(parameter), value, ZERO, status, side, closed, binding=binding)


def _binding(
    equation: FixedPointEquation, root: MultipleRoot, parameter: sp.Symbol, compute: Callable[[], arb], exact: sp.Expr | None
) -> bool | None:
    """Whether q = 0 is the only fixed point at the stability point, with the more bits the flatter f - q is there; None if undecided."""
    order = _exact_order(root, exact)
    with ctx.workprec(CERTIFYING + _BITS_PER_ORDER * (order or 0)):
        here = compute()
        unknown = MultipleRoot(equation.ensemble.unknown, q, (parameter,), root.values).series([arb(0), here], 1)[0]
        multiplicity = order or _multiplicity(root, here, exact)
        return root.at([here]).is_negative_above(arb(0), arb(unknown.upper()), multiplicity) if multiplicity else None


def _exact_order(root: MultipleRoot, exact: sp.Expr | None) -> int | None:
    """Return the multiplicity of the root q = 0 of f - q where its Taylor coefficients are rational numbers."""
    if exact is None:
        return None
    return first_order(root.expression.xreplace({**root.values, root.parameters[0]: exact}), q, 2)


def _multiplicity(root: MultipleRoot, here: arb, exact: sp.Expr | None) -> int | None:
    """Return the multiplicity of the root q = 0 of f - q, at least 2; a coefficient that may be zero is decided symbolically."""
    series = root.at([here]).series(arb(0), _HIGHEST_ORDER + 1)
    for order in range(2, _HIGHEST_ORDER + 1):
        if not series[order].contains(arb(0)):
            return order
        if exact is None or root.expression.has(sp.Sum, sp.Integral):
            return None
        coefficient = sp.diff(root.expression.xreplace({**root.values, root.parameters[0]: exact}), q, order).subs(q, 0)
        if coefficient.equals(0) is not True:
            return None
    return None
