"""Where q = 0 changes stability, f'(0) = 1, and whether that bounds complete learning."""

from collections.abc import Callable
from functools import cached_property

import sympy as sp
from flint import arb, ctx

from ....balls.bound import Bound
from ....balls.compiling import ball_of
from ....balls.exact_series import first_order
from ....balls.isolation import Isolation, isolate, refine
from ....balls.multiple_roots import MultipleRoot
from ....balls.numbers import ZERO, Number, prove_number
from ....balls.precision import CERTIFYING, at_rising_precision
from ....model.formula import Formula
from ....model.symbols import q
from ..answers import Cause, Status, Undecided
from ..equations.domain import domain
from ..search import Question
from .exact_roots import exact_roots
from .results import Threshold

__all__ = ["ProvedStability", "StabilityPoints"]

_MOST_BITS = 256
_BITS_PER_ORDER = 10
_HIGHEST_ORDER = 6

Found = tuple[list[Threshold], str | Undecided | None]


class StabilityPoints:
    """The stability points in a letter: eps lambda'(0) (a_0 - a_1) rho'(1) = 1 (theory, section 4), where q = 0 is a fixed point."""

    def __init__(self, question: Question) -> None:
        self.question, self.equation = question, question.model
        self.parameter: sp.Symbol = question.parameter
        self.growth: sp.Expr = question.model.growth.xreplace(dict(question.values))

    def found(self) -> Found:
        """Return them in ascending order, and the reason where there is none: in closed form where the letter enters rationally."""
        if not self.question.bound.completes:
            return [], "no stability point: q = 0 is no fixed point"
        if not self.growth.has(self.parameter):
            return [], f"no stability point: f'(0) does not depend on {self.parameter}"
        whole = domain(self.equation, self.parameter, self.question.values)
        roots = exact_roots(self.growth, self.parameter, whole, self.question.search)
        if roots is None:
            return self.searched()
        return [self.exact(root) for root in roots], None if roots else f"no stability point for any {self.parameter}"

    def exact(self, root: sp.Expr) -> Threshold:
        """Return the stability point at an exact value of the letter."""
        raise NotImplementedError

    def searched(self) -> Found:
        """Search the range of the letter."""
        raise NotImplementedError

    def entry(self, value: Number, status: Status, rises: bool, binding: bool | None, exact: sp.Expr | None) -> Threshold:
        """Return a stability point; `rises` says whether f'(0) grows with the letter."""
        closed = None if exact is None or exact.has(sp.Sum) else Formula.of(exact)
        return Threshold("stability", str(self.parameter), value, ZERO, status, "below" if rises else "above", closed, binding=binding)


class ProvedStability(StabilityPoints):
    """The stability points, isolated with proof."""

    @cached_property
    def root(self) -> MultipleRoot:
        """f - q, which vanishes at q = 0."""
        return MultipleRoot(self.equation.right_side - q, q, (self.parameter,), self.question.values, order=1)

    def exact(self, root: sp.Expr) -> Threshold:
        """Return the stability point at an exact value of the letter."""
        with ctx.workprec(CERTIFYING):
            slope = ball_of(sp.diff(self.growth, self.parameter).subs(self.parameter, root))
        return self._threshold(lambda: ball_of(root), bool(slope > 0), root)

    def searched(self) -> Found:
        """Isolate the zeros of f'(0) - 1 in the range."""
        evaluator, slope = Bound((self.parameter,), {}), sp.diff(self.growth, self.parameter)
        low, high = self.question.range

        def function(value: arb) -> tuple[arb, arb]:
            return evaluator.value(self.growth, value) - 1, evaluator.value(slope, value)

        def attempt() -> Isolation:
            return isolate(function, arb(ball_of(low if low > 0 else high / 2**12).lower()), arb(ball_of(high).upper()))

        isolation = at_rising_precision(attempt, _MOST_BITS, settled=lambda isolation: isolation.is_complete)
        entries = [
            self._threshold(lambda box=zero.box: refine(function, box, ctx.prec - 10), zero.slope > 0)  # type: ignore[misc]
            for zero in isolation.zeros
        ]
        if not isolation.is_complete:
            return entries, Undecided(Cause.STABILITY, "where q = 0 changes stability")
        return entries, None if entries else f"no stability point for any {self.parameter}"

    def _threshold(self, compute: Callable[[], arb], rises: bool, exact: sp.Expr | None = None) -> Threshold:
        value, binding = prove_number(compute, self.question.digits), self._binding(compute, exact)
        return self.entry(value, Status.of(value.has(self.question.digits) and binding is not None), rises, binding, exact)

    def _binding(self, compute: Callable[[], arb], exact: sp.Expr | None) -> bool | None:
        """Whether q = 0 is the only fixed point there, with the more bits the flatter f - q is; None if undecided."""
        order = _exact_order(self.root, exact)
        with ctx.workprec(CERTIFYING + _BITS_PER_ORDER * (order or 0)):
            here = compute()
            unknown = MultipleRoot(self.equation.ensemble.unknown, q, (self.parameter,), self.question.values).series([arb(0), here], 1)[0]
            multiplicity = order or _multiplicity(self.root, here, exact)
            return self.root.at([here]).is_negative_above(arb(0), arb(unknown.upper()), multiplicity) if multiplicity else None


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
