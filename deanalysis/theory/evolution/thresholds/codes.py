"""What a threshold says of a code on the erasure channel: its rate, how far it is from capacity, and how far from its stability point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import sympy as sp
from flint import arb, ctx

from ....balls.compiling import ball_of
from ....balls.numbers import ZERO, Number, number, prove_number
from ....record import ALWAYS, Record
from ..equations.density_evolution import FixedPointEquation


@dataclass(frozen=True)
class Code(Record):
    """A code of design rate r that is decoded below eps* (Richardson, Urbanke, Modern Coding Theory, 2008, sections 3.6 and 3.14).

    `rate` is r = 1 - R, R checks per symbol sent; `capacity_gap` 1 - r - eps*, and `capacity_gap_share` that over 1 - r, where eps* is the
    last emergence as eps falls, or the stability point where there is none. `stability_margin` is eps_s - eps* with eps_s = 1/(lambda'(0)
    rho'(1)): negative where the code has to wait for eps_s to be decoded completely; None where there is none, for lambda'(0) = 0.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("ldpc(3,6)")
    >>> DensityEvolution(model.ensemble, model.learner).thresholds(digits=6).code
    <code of rate 0.500000: gap to capacity 0.07056, 14.11 % of 1 - rate; no stability point>
    """

    rate: Number
    capacity_gap: Number | None = field(default=None, metadata=ALWAYS)
    capacity_gap_share: Number | None = field(default=None, metadata=ALWAYS)
    stability_margin: Number | None = field(default=None, metadata=ALWAYS)

    @classmethod
    def of(cls, rate: sp.Expr, threshold: Number | None, stability: Number | None, digits: int) -> Code:
        """Return what a threshold, which may be `stability`, says of a code of a rate, with the proved digits, at most `digits`."""
        own = prove_number(lambda: ball_of(rate), digits)
        if threshold is None:
            return cls(own)
        with ctx.workprec(4 * digits + 64):
            gap = ball_of(1 - rate) - _ball(threshold)
            lacking, share = (_told(value, threshold, digits) for value in (gap, gap / ball_of(1 - rate)))
            margin = None if stability is None else _told(_ball(stability) - _ball(threshold), threshold, digits)
        return cls(own, lacking, share, ZERO if threshold is stability else margin)

    def __str__(self) -> str:
        if self.capacity_gap is None:
            return f"code of rate {self.rate}"
        gap = f"gap to capacity {self.capacity_gap}, {100 * float(self.capacity_gap_share or 0):.4g} % of 1 - rate"
        margin = "no stability point" if self.stability_margin is None else f"stability margin {self.stability_margin}"
        return f"code of rate {self.rate}: {gap}; {margin}"

    def __repr__(self) -> str:
        return f"<{self}>"

    @property
    def latex(self) -> str:
        """Rate, gap and margin in LaTeX, without dollars."""
        named = {"1 - r - \\varepsilon^*": self.capacity_gap, "\\varepsilon_s - \\varepsilon^*": self.stability_margin}
        return ",\\quad ".join([f"r = {self.rate.latex}", *(f"{name} = {value.latex}" for name, value in named.items() if value)])

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"


def design_rate(rate: sp.Expr | None, unknowns: Iterable[sp.Expr], parameter: sp.Symbol) -> sp.Expr | None:
    """Return the rate of a code if it is a positive number, and a letter the fraction erased of all symbols that are sent; else None.

    >>> from deanalysis.model.symbols import R, eps
    >>> design_rate(sp.Rational(2, 3), (eps, sp.S.One), eps), design_rate(1 - R, (eps,), eps)
    (2/3, None)
    """
    is_number = rate is not None and not rate.free_symbols and (rate > 0) == True  # noqa: E712 (SymPy relations are three-valued)
    return rate if is_number and set(unknowns) - {sp.S.One} == {parameter} else None


def stability_point(equation: FixedPointEquation, digits: int) -> Number | None:
    """Return 1/(lambda'(0) (a_0 - a_1) rho'(1)), below which few erased symbols are decoded; None where there is no bound."""
    growth = equation.growth / equation.ensemble.unknown
    return prove_number(lambda: ball_of(1 / growth), digits) if equation.completes and growth.is_zero is not True else None


def _ball(value: Number) -> arb:
    """Return a number as a ball; one without proof as its digits say."""
    return value.ball() if value.is_enclosed else arb(value.text)


def _told(value: arb, threshold: Number, digits: int) -> Number:
    """Return a value with its digits; without proof where the threshold has none."""
    told = number(value, digits if threshold.is_enclosed else threshold.digits)
    return told if threshold.is_enclosed else replace(told, low=threshold.low, high=threshold.high)
