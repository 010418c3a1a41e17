"""The energy of a chain, and the speed of its front near the potential threshold, as formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import sympy as sp

from ....model.symbols import q
from ...evolution.equations.density_evolution import FixedPointEquation

window = sp.Symbol("W", positive=True)
behind, ahead = sp.symbols("q_0 q_1", positive=True)
"""The two fixed points beside a front."""


@dataclass(frozen=True)
class ChainEnergy:
    """E(x) = sum_t [x_t g(x_t) - G(x_t)] - sum_i F(mean_k g(x_(i+k))) of a uniform chain, which falls from round to round.

    g = 1 - T, f = eps lambda; G and F are their integrals. Its gradient is g'(x_t) (x_t - x_t after a round), and L equal topics have
    the energy L U(x) (Yedla, Jian, Nguyen, Pfister, IEEE Trans. IT 60(12), 2014). A front that moves by v topics in a round loses
    v (U(q_1) - U(q_0)), and by that gradient v^2 sum_t g'(x_t) (dx_t/dt)^2; so near the potential threshold v is the ratio of this gap
    and this sum (El-Khatib, Macris, Richardson, Urbanke, ITW 2016). Where the front is wide, a mean over W topics is 1 plus (W^2 - 1)/24
    times the second derivative, and U(x) - U(q_0) = (W^2 - 1)/24 f'(x) g'(x) (dx/dt)^2 along the front, f' being that of f(1 - T(x)).

    >>> from deanalysis import eps, load_model
    >>> code = load_model("ldpc(3,6)")
    >>> ChainEnergy(FixedPointEquation(code.ensemble, code.learner)).gap_rate(eps)
    (1 - (1 - q_0)**5)**3/3 - (1 - (1 - q_1)**5)**3/3
    """

    equation: FixedPointEquation

    def at(self, values: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return the energy with letters bound."""
        return type(self)(self.equation.bind(values))

    def gap_rate(self, parameter: sp.Symbol) -> sp.Expr:
        """Return the derivative of U(q_1) - U(q_0) by a letter; that the fixed points move with it does not count, as U' = 0 there."""
        rate = sp.diff(self.equation.potential, parameter)
        return rate.xreplace({q: ahead}) - rate.xreplace({q: behind})

    @cached_property
    def density(self) -> sp.Expr:
        """sqrt(g'(q) (U(q) - U(q_0))/f'(q)): its integral from q_0 to q_1, times sqrt(24/(W^2 - 1)), is the sum where the front is wide."""
        potential, slope = self.equation.potential, sp.diff(self.equation.right_side, q)
        return sp.sqrt(self.equation.fading * (potential - potential.xreplace({q: behind})) / slope)

    @cached_property
    def speed(self) -> sp.Expr:
        """v near the potential threshold, where the front is wide: sqrt((W^2 - 1)/24) times the gap, over the integral of `density`."""
        gap = self.equation.potential.xreplace({q: ahead}) - self.equation.potential.xreplace({q: behind})
        return sp.sqrt((window**2 - 1) / 24) * gap / sp.Integral(self.density, (q, behind, ahead))
