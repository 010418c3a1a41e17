"""How learning behaves next to a jump and next to a cusp, from the derivatives of f there."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ....model.symbols import q
from ...evolution.equations.density_evolution import FixedPointEquation

_third = sp.Rational(1, 3)


@dataclass(frozen=True)
class Critical:
    """Expansions of the largest fixed point and of the rounds that learning takes, at distance delta = |p - p*| from a jump or a cusp.

    `easier` is 1 where learning gets easier as p grows, else -1. At a jump f_qq < 0 and `easier` f_p < 0, at a cusp f_qqq < 0. All
    derivatives are at (q*, p*); theory, section 5.

    | | | |
    |---|---|---|
    | before a jump | q - q* = A delta^{1/2} + B delta + ... | A^2 = 2 e f_p/f_qq, B = (e f_qp - f_qqq A^2/6)/f_qq |
    | before a jump | 1/(1 - f_q) = rounds in which the distance to q shrinks by the factor e | (2 e f_p f_qq)^{-1/2} delta^{-1/2} |
    | past a jump | rounds to pass q* | pi (2/(e f_p f_qq))^{1/2} delta^{-1/2} |
    | beside a cusp | q - q* = +-A delta^{1/3} + B delta^{2/3} + ... | A^3 = 6 e f_p/f_qqq, B = 2 e (f_qp - f_q^4 f_p/(4 f_qqq))/(f_qqq A) |
    | beside a cusp | 1/(1 - f_q) | 2/(-f_qqq A^2) delta^{-2/3} |

    >>> from deanalysis.model import Ensemble, Poisson, SkillLearner
    >>> from deanalysis.model.symbols import R, c
    >>> critical = Critical(FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1)), R, 1)
    >>> critical.derivative(0, 1)
    -c*exp(-c*q)*exp(-R*c*exp(-c*q))
    """

    equation: FixedPointEquation
    parameter: sp.Symbol
    easier: int

    def derivative(self, states: int, parameters: int) -> sp.Expr:
        """Return the derivative of f, so many times by q and by the parameter."""
        return self._derivative(self.equation.right_side, "f", states, parameters)

    @property
    def named(self) -> "Critical":
        """The same formulas with derivatives by their names, f_q and so on."""
        return _Named(self.equation, self.parameter, self.easier)

    def _derivative(self, expression: sp.Expr, name: str, states: int, parameters: int) -> sp.Expr:
        by_state = sp.diff(expression, q, states) if states else expression
        return sp.diff(by_state, self.parameter, parameters) if parameters else by_state

    @cached_property
    def amplitude(self) -> sp.Expr:
        """A at a jump."""
        return sp.sqrt(self._square)

    @cached_property
    def correction(self) -> sp.Expr:
        """B at a jump."""
        return (self.easier * self.derivative(1, 1) - self.derivative(3, 0) * self._square / 6) / self.derivative(2, 0)

    @cached_property
    def _square(self) -> sp.Expr:
        return 2 * self.easier * self.derivative(0, 1) / self.derivative(2, 0)

    @cached_property
    def _product(self) -> sp.Expr:
        return self.easier * self.derivative(0, 1) * self.derivative(2, 0)

    @property
    def rounds_before(self) -> sp.Expr:
        """The factor of delta^{-1/2} in the rounds before a jump."""
        return 1 / sp.sqrt(2 * self._product)

    @property
    def rounds_after(self) -> sp.Expr:
        """The factor of delta^{-1/2} in the rounds past a jump."""
        return sp.pi * sp.sqrt(2 / self._product)

    @cached_property
    def cusp_amplitude(self) -> sp.Expr:
        """A at a cusp."""
        return (6 * self.easier * self.derivative(0, 1) / self.derivative(3, 0)) ** _third

    @cached_property
    def cusp_correction(self) -> sp.Expr:
        """B at a cusp."""
        third = self.derivative(3, 0)
        rest = self.derivative(1, 1) - self.derivative(4, 0) * self.derivative(0, 1) / (4 * third)
        return 2 * self.easier * rest / (third * self.cusp_amplitude)

    @property
    def cusp_rounds(self) -> sp.Expr:
        """The factor of delta^{-2/3} in the rounds beside a cusp."""
        return -2 / (self.derivative(3, 0) * self.cusp_amplitude**2)

    def of_zeta(self) -> tuple[sp.Expr, sp.Expr]:
        """Return the A and B of zeta = eps L(1 - T(q)) before a jump, from those of q."""
        by_state, by_parameter = (self._derivative(self.equation.novel, "zeta", *orders) for orders in ((1, 0), (0, 1)))
        curved = self._derivative(self.equation.novel, "zeta", 2, 0) * self._square / 2
        return by_state * self.amplitude, by_state * self.correction + curved - self.easier * by_parameter


class _Named(Critical):
    def _derivative(self, expression: sp.Expr, name: str, states: int, parameters: int) -> sp.Expr:
        return sp.Symbol(f"{name}_{'q' * states}{self.parameter.name * parameters}")
