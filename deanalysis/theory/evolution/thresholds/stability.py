"""Where q = 0 changes stability, f'(0) = 1, and whether that bounds complete learning; and where a growth factor is 1, exactly."""

from collections.abc import Callable
from functools import cached_property

import sympy as sp
from flint import arb, ctx

from ....balls.algebraic import first_order
from ....balls.bound import Bound
from ....balls.compiling import ball_of
from ....balls.multiple_roots import MultipleRoot
from ....balls.numbers import ZERO, Number, prove_number
from ....balls.precision import CERTIFYING
from ....model.formula import Formula
from ....model.symbols import q
from ....symbolic.algebra import tried
from ..answers import Cause, Status, Undecided
from ..branches.branch import ConstantBranch, Found
from ..equations.curve import power_of
from ..letters import Domain, domain
from ..search import Question, Range
from .results import Threshold

_HIGHEST_DEGREE = 60
"""The highest degree of a polynomial whose roots are isolated exactly, well within a second; above it a search in balls is quicker."""
_HIGHEST_ORDER = 6
"""The order up to which Taylor coefficients of f - q at 0 are examined where they are no rational numbers: each takes a derivative more."""
_BITS_PER_ORDER = 10
"""More bits for every order to which f - q vanishes at 0: near it, its values are that many times smaller."""


def exact_roots(growth: sp.Expr, parameter: sp.Symbol, domain: Domain, search: Range | None = None) -> list[sp.Expr] | None:
    """Return the simple roots of growth = 1 in a domain (and a searched range), ascending; None where they have no exact form.

    >>> from deanalysis.model.symbols import R
    >>> exact_roots(4 * R**2, R, Domain(sp.Integer(0), None)), exact_roots(sp.exp(R), R, Domain(sp.Integer(0), None))
    ([1/2], None)
    """
    factor, exponent = power_of(growth, parameter)
    is_power = exponent.is_Rational and exponent != 0
    roots = [(1 / factor) ** (1 / exponent)] if is_power else tried(lambda: _simple_roots(growth, parameter))
    if roots is None:
        return None
    inside = [root for root in roots if _less(domain.low, root) and (domain.high is None or not _less(domain.high, root))]
    return inside if search is None else [root for root in inside if not (_less(root, search[0]) or _less(search[1], root))]


def _simple_roots(growth: sp.Expr, parameter: sp.Symbol) -> list[sp.Expr] | None:
    """Return the simple real roots where growth - 1 is a rational function of moderate degree with rational coefficients; else None."""
    powers = [power.exp for power in growth.atoms(sp.Pow) if power.base.has(parameter)]
    if not all(exponent.is_Integer and abs(exponent) <= _HIGHEST_DEGREE for exponent in powers):
        return None
    numerator = sp.fraction(sp.together(growth - 1))[0]
    if not numerator.is_polynomial(parameter):
        return None
    polynomial = sp.Poly(numerator, parameter)
    if polynomial.degree() > _HIGHEST_DEGREE or not all(coefficient.is_Rational for coefficient in polynomial.coeffs()):
        return None
    roots = sp.real_roots(polynomial, multiple=False) if polynomial.degree() > 0 else []
    return [root for root, multiplicity in roots if multiplicity == 1]


def _less(left: sp.Expr, right: sp.Expr) -> bool:
    """Compare constants, sums of many terms among them, by balls; equal ones are not less."""
    with ctx.workprec(CERTIFYING):
        return bool(ball_of(left) < ball_of(right))


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
        branch = ConstantBranch(self.question)
        zeros = branch.zeros(self.growth - 1)
        with ctx.workprec(CERTIFYING):
            rises = [bool(branch.slope(self.growth, *point()) > 0) for point in zeros.points]
        points = [
            self._threshold(lambda point=point: point()[1], is_rising)  # type: ignore[misc]
            for point, is_rising in zip(zeros.points, rises, strict=True)
        ]
        if not zeros.is_complete:
            return points, Undecided(Cause.STABILITY, "where q = 0 changes stability")
        return points, None if points else f"no stability point for any {self.parameter}"

    def _threshold(self, compute: Callable[[], arb], rises: bool, exact: sp.Expr | None = None) -> Threshold:
        value, binding = prove_number(compute, self.question.digits), self._binding(compute, exact)
        return self.entry(value, Status.of(value.has(self.question.digits) and binding is not None), rises, binding, exact)

    def _binding(self, compute: Callable[[], arb], exact: sp.Expr | None) -> bool | None:
        """Whether q = 0 is the only fixed point there, with the more bits the flatter f - q is; None if undecided."""
        excess = None if exact is None else self.root.expression.xreplace({**self.root.values, self.parameter: exact})
        order = None if excess is None else first_order(excess, q, 2)
        with ctx.workprec(CERTIFYING + _BITS_PER_ORDER * (order or 0)):
            here = compute()
            unknown = Bound((self.parameter,), self.question.values).value(self.equation.ensemble.unknown, here)
            multiplicity = order or self._multiplicity(here, excess)
            return self.root.at([here]).is_negative_above(arb(0), arb(unknown.upper()), multiplicity) if multiplicity else None

    def _multiplicity(self, here: arb, excess: sp.Expr | None) -> int | None:
        """Return the multiplicity of the root q = 0 of f - q, at least 2; a coefficient that may be zero is decided symbolically."""
        series = self.root.at([here]).series(arb(0), _HIGHEST_ORDER + 1)
        for order in range(2, _HIGHEST_ORDER + 1):
            if not series[order].contains(arb(0)):
                return order
            if excess is None or excess.has(sp.Sum, sp.Integral) or sp.diff(excess, q, order).subs(q, 0).equals(0) is not True:
                return None
        return None
