"""Partial sums of the Lagrange series with a proved bound on the rest, refused where they are not zeta."""

from __future__ import annotations

from dataclasses import dataclass

from flint import acb, arb, ctx

from ...balls.compiling import ball_of
from ...balls.numbers import Number, number, prove_number
from ...checks import check_count
from ...errors import InputError
from ...model.exact import Value
from ...record import Record
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.states.fixed_points import LargestFixedPoint
from .equations.lagrange import WIDEST, LagrangeSeries

_MORE, _MOST, _BITS = 10, 500, 64
"""Terms that are summed before the rest is bounded by a geometric series: each narrows the bound, and costs as much as a term that is asked
for. Terms that may be asked for: 200 take 20 s, and twice as many some eight times that. Bits, besides those of the digits and those that
terms of both signs cancel."""


@dataclass(frozen=True)
class PartialSum(Record):
    """The first `terms` terms of the series: their sum, the ratio of the geometric series that bounds it, and a bound on all the rest."""

    terms: int
    value: Number
    rest: Number
    ratio: Number

    def _repr_latex_(self) -> str:
        return rf"$\zeta = {self.value.latex} + r,\quad |r| \le {self.rest.latex}$"

    def __repr__(self) -> str:
        return f"<{self.terms} terms: {self.value}, rest below {self.rest}>"


def partial_sum(evolution: FixedPointEquation, terms: int, *, digits: int = 15, **values: Value) -> PartialSum:
    """Add the first `terms` terms (1 to 500), every letter being bound.

    The rest is bounded by the next ten terms, added up, and the geometric series from there on. The sum of the series is the smallest fixed
    point, and zeta is the largest: `InputError` where that is another one, and where the ratio is not proved to be below 1.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> partial_sum(DensityEvolution(model.ensemble, model.learner), 2, c=5, R="2.6")
    <2 terms: 2.26066149776788e-06, rest below 7.14e-14>
    """
    terms = check_count(terms, 1, _MOST, "terms")
    bound = LagrangeSeries(evolution.bind(evolution.all_bound(values)))
    with ctx.workprec(_BITS):
        ratio, radius = _ratio(bound)
        if not ratio < 1:
            raise InputError("the Lagrange series", "must converge: the ratio of its terms is not below 1", given=number(ratio, 3))
        if not (saddle := radius * ball_of(bound.scale)) < WIDEST:
            raise InputError("the Lagrange series", f"is bounded where |y| < {WIDEST}, y e^-y = 1/(c R)", given=number(saddle, 3))
        _check_smallest(bound, radius)
    with ctx.workprec(_BITS + int(3.4 * digits) + 8 * terms):
        following = sum((abs(ball_of(bound.term(k))) for k in range(terms + 1, terms + _MORE + 1)), arb(0))
        last = terms + _MORE + 1
        rest = following + radius * ratio**last / (last * (1 - ratio))

    def compute() -> arb:
        return sum((ball_of(bound.term(k)) for k in range(1, terms + 1)), arb(0))

    return PartialSum(terms, prove_number(compute, digits), _rounded_up(rest), _rounded_up(ratio))


def _rounded_up(bound: arb) -> Number:
    """Return a bound with three digits, rounded upwards."""
    high = number(arb(bound.upper()), 3).high
    return Number(high, "0", high)


def _ratio(series: LagrangeSeries) -> tuple[arb, arb]:
    """Return the ratio x = eps c |e^{-1/y}/y| and the radius |y|/c."""
    mu, c, unknown = (ball_of(letter) for letter in (series.mean, series.scale, series.equation.ensemble.unknown))
    y = -acb(-1 / mu).lambertw()
    return unknown * c * abs((-1 / y).exp() / y), abs(y) / c


def _check_smallest(series: LagrangeSeries, radius: arb) -> None:
    """Refuse where zeta is not the smallest fixed point: where q/phi(q) turns, at |y|/c, that one lies before the first turn."""
    if ball_of(series.mean) < arb(1).exp():
        return
    if not LargestFixedPoint(series.equation, {}).state() < radius:
        remedy = "it is that only past the emergence threshold"
        raise InputError("the Lagrange series", "must be zeta; here it is another, smaller fixed point", remedy=remedy)
