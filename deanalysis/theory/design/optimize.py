"""Degree laws that learn earliest: found by linear programming, certified in balls, with a bound on all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import cached_property
from typing import ClassVar

import sympy as sp
from flint import arb, ctx, fmpq

from ...balls.compiling import ball_of, compile_balls
from ...balls.numbers import Number, check_digits, prove_number
from ...errors import InputError
from ...model.compositions import Polynomial
from ...model.degrees import DegreeDistribution, Ensemble
from ...model.exact import Value, exact, exact_number
from ...model.formula import Formula, latex
from ...model.learners import Learner, SkillLearner
from ...model.reading import parse_law, parse_learner
from ...model.symbols import t, x
from ...record import Record, Table
from ..evolution.answers import Status, Undecided
from ..evolution.equations.curve import Curve, curve
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.search import Question
from ..evolution.thresholds.find import thresholds
from ..evolution.thresholds.results import Threshold, Thresholds
from .equations import Design, design
from .game import Game, Optimum
from .law_sets import LawSet

_TERMS = 5
"""The largest terms of a law that its repr shows, so that it stays on one line."""
_BOUND_DIGITS = 15
"""Digits of the bound, all that the floats have from which it is sought."""
_LOWEST, _HIGHEST = arb(2) ** -100, arb(2) ** 40
"""States between which that of a target is sought: q is within 1e-12 of its limits beyond."""


@dataclass(frozen=True, repr=False)
class OptimalLaw(Record):
    """The best law found for one side, its proved threshold and a proved bound on those of all laws of the set.

    `value` is the parameter up to which (down to which, where learning gets easier as it grows) learning goes on to the target,
    `binding` what ends it: an 'emergence', the 'stability' of the learned state, or the 'target' reached gradually. No law of the
    set goes beyond `bound`. `ensemble` and `learner`, stated in `model`, are ready to go on with; `thresholds` are those of the law.
    """

    side: str
    model: dict[str, str]
    parameter: str
    value: Number
    bound: Number
    binding: str
    status: Status
    thresholds: tuple[Threshold, ...]
    reason: str | None = None
    searched: str | None = None
    undecided: tuple[Undecided, ...] = ()

    ALSO: ClassVar = {"gap": "gap", "law": "stated"}

    @cached_property
    def ensemble(self) -> Ensemble:
        """The ensemble with the law in place, the other law rescaled so that the ratio R is as stated."""
        return Ensemble(parse_law(self.model["texts"]), parse_law(self.model["skills"]), exact(self.model["unknown"]))

    @cached_property
    def learner(self) -> Learner:
        """The learner."""
        return parse_learner(self.model["learner"])

    @property
    def law(self) -> DegreeDistribution:
        """The optimal law."""
        law: DegreeDistribution = getattr(self.ensemble, self.side)
        return law

    @property
    def fractions(self) -> dict[int, sp.Rational]:
        """The fraction of nodes of each degree."""
        return dict(self.law.terms)  # type: ignore[attr-defined]

    @property
    def stated(self) -> dict[str, object]:
        """The law as it is written to JSON: its generating function, and the fractions by degree."""
        return {**Formula.of(self.law.pgf(x)).to_dict(), "fractions": {str(degree): str(share) for degree, share in self.fractions.items()}}

    @property
    def gap(self) -> float:
        """How much better any law could be, at most: the distance of the farthest ends of value and bound."""
        (low, high), (least, most) = ((Decimal(number.low), Decimal(number.high)) for number in (self.value, self.bound))
        return float(max(most - low, high - least))

    def __repr__(self) -> str:
        value, bound = (number.text if number.digits <= 15 else f"{number.text[:16]}..." for number in (self.value, self.bound))
        best = f"<optimal {self.side} law {self._short('{}*x^{}', '...')}: {self.parameter}* = {value}"
        return f"{best}, no law of these degrees beyond {bound}, {self.status}>"

    def _repr_latex_(self) -> str:
        name, letter, law = "L" if self.side == "skills" else "P", latex(exact(self.parameter)), self._short("{}x^{{{}}}", "\\cdots")
        return f"${name}(x) = {law},\\quad {letter}^* = {self.value.latex},\\quad \\text{{bound }} {self.bound.latex}$"

    def _short(self, form: str, more: str) -> str:
        """Return the largest terms of the law, to three digits."""
        terms = sorted(self.fractions.items(), key=lambda term: (term[1], term[0]), reverse=True)[:_TERMS]
        shown = [form.format(f"{float(share):.3g}", degree).removeprefix("1*") for degree, share in sorted(terms)]
        return " + ".join([*shown, more] if len(self.fractions) > _TERMS else shown)

    def table(self) -> Table:
        """Return the law, its threshold, and the bound on all others."""
        rows = [("law", self), *((name, getattr(self, name)) for name in ("value", "bound", "gap", "binding", "status"))]
        return Table((), [*rows, ("fractions by degree", self.fractions)])


def optimize(
    evolution: FixedPointEquation,
    side: str,
    degrees: str | Iterable[int],
    parameter: sp.Symbol | str | None = None,
    *,
    mean: Value | None = None,
    rate: Value | None = None,
    least: Mapping[int, Value] | None = None,
    at_most: Mapping[int, Value] | None = None,
    until: Value | None = None,
    digits: int = 15,
    **values: Value,
) -> OptimalLaw:
    """Return the law of the skills or of the texts, within a set, with which learning reaches its target at the hardest parameter.

    At a state t learning goes on iff sum_i w_i u_i(t) < 1, linear in the fractions w_i of nodes of degree i (`Design` has the u_i); so
    the best law solves a linear program over all states (Richardson, Urbanke 2008, section 3.18; Liva 2011, section IV). Its optimum is
    rounded to rational fractions, whose threshold is then certified with balls. The multipliers mu_j on states t_j, evaluated in balls,
    prove by weak duality that no law of the set learns beyond `bound`.

    `evolution`, a `DensityEvolution`, states the other law, the learner and, as a placeholder, the law to be replaced; the other law is
    rescaled so that R is the same function of the parameter. `side` is 'skills' or 'texts'. `degrees` are those allowed, "2:8" or numbers.
    `parameter` scales the other law, or is the fraction unknown. `mean` is the mean degree to keep: free by default where a law is scaled,
    else that of the placeholder. Instead, `rate` = 1 - R of a code, where the parameter is the fraction unknown, states it. `least` and
    `at_most` map degrees to least and greatest fractions of nodes. `until` is the q to be reached, by default 0: everything learned. Raises
    `InputError` where the set is empty, or a parameter or a target does not fit.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("irsa(x^3)")
    >>> optimize(DensityEvolution(model.ensemble, model.learner), "skills", [3])
    <optimal skills law x^3: G* = 0.818469160761376, no law of these degrees beyond 0.818469160761377, proved>
    """
    digits = check_digits(digits)
    evolution.require_peeling("optimize")
    if side not in ("skills", "texts"):
        raise InputError("side", "must be skills or texts", given=side)
    stated, symbol = evolution.with_one_letter(parameter, values)
    mean = mean if rate is None else _mean_of_rate(stated, side, symbol, rate, mean)
    laws = LawSet.of(degrees, least, mean, at_most)
    kept, target = (None if value is None else exact(value, name) for value, name in ((mean, "mean"), (until, "until")))
    posed = design(stated, side, symbol, laws.degrees[0], kept, target)
    laws = laws if posed.mean is None else laws.with_mean(posed.mean)
    _check_start(posed, laws)
    game = Game(posed, laws)
    optimum = game.solve()
    best = FixedPointEquation(posed.ensemble(laws.round(optimum.weights)), stated.learner)
    jumps = thresholds(Question.of(best, symbol, digits), "emergence")
    value, binding = _certified(posed, best, jumps, digits)
    status = Status.of(value.has(digits) and not jumps.is_open)
    rule = str(best.learner) if isinstance(best.learner, SkillLearner) else f"success:{best.learner}"
    model = {name: str(getattr(best.ensemble, name)) for name in ("texts", "skills", "unknown")} | {"learner": rule}
    said = jumps.thresholds, jumps.reason, jumps.searched, jumps.undecided
    return OptimalLaw(side, model, str(symbol), value, _bound(game, optimum), binding, status, *said)


def _mean_of_rate(stated: FixedPointEquation, side: str, symbol: sp.Symbol, rate: Value, mean: Value | None) -> sp.Expr:
    """Return the mean degree of one side with which the rate 1 - R = 1 - L'(1)/P'(1) is as stated."""
    if mean is not None:
        raise InputError("rate", "must not be given with `mean`, which states it as well", given=rate)
    laws = stated.ensemble
    if symbol in laws.ratio.free_symbols:
        raise InputError("rate", f"needs a ratio R that {symbol} does not change", given=rate, remedy="give `mean`")
    share = 1 - exact_number(rate, "rate")
    if not (share.is_Rational and 0 < share < 1):
        raise InputError("rate", "must be a rational number between 0 and 1", given=rate)
    return share * laws.texts.mean.doit() if side == "skills" else laws.skills.mean.doit() / share


def _check_start(posed: Design, laws: LawSet) -> None:
    """Refuse sets of laws from which learning never starts."""
    share = sp.Rational(1, len(laws.degrees))
    mixed = FixedPointEquation(posed.ensemble(Polynomial(tuple((degree, share) for degree in laws.degrees))), posed.equation.learner)
    if mixed.never_starts and posed.parameter not in posed.equation.ensemble.unknown.free_symbols:
        remedy = "allow texts of lower degree" if posed.side == "texts" else ""
        least = mixed.ensemble.texts.support[0]  # type: ignore[index]
        raise InputError("degrees", f"must let learning start; every text requires at least {least} skills", remedy=remedy)


def _certified(posed: Design, best: FixedPointEquation, jumps: Thresholds, digits: int) -> tuple[Number, str]:
    """Return the hardest parameter at which learning reaches the target, and what binds there.

    It is the record of the parameter over all states that are still short of the target: an emergence, or the end of the states.
    """
    until, proved = posed.until, True
    points = [jump for jump in jumps.emergence if not (until and jump.fixed_point and jump.fixed_point.ball() <= ball_of(until))]
    if until is None:
        stability = thresholds(Question.of(best, posed.parameter, digits), "stability")
        points, proved = [*points, *stability], not stability.is_open
    ends = [(point.value, point.kind) for point in points if point.value]
    if until is not None:
        inverted = curve(best, posed.parameter)
        ends.append((prove_number(lambda: compile_balls(inverted.value, [t])(_target_state(inverted, until)), digits), "target"))
    if not proved or not ends or any(value.text == "nan" for value, _ in ends):
        reason = jumps.reason or "its threshold could not be enclosed"
        raise InputError("degrees", f"gave the law {getattr(best.ensemble, posed.side)}, which is not certified: {reason}")
    choose = min if posed.rises else max
    return choose(ends, key=lambda end: Fraction(end[0].low if posed.rises else end[0].high))


def _target_state(inverted: Curve, until: sp.Expr) -> arb:
    """Enclose the state with q = until, by bisection; q is monotone along the curve."""
    if inverted.q == t:
        return ball_of(until)
    at, aim, falls = compile_balls(inverted.q, [t]), ball_of(until), inverted.learns_along > 0

    def is_short(state: arb) -> bool | None:
        """Whether q is above the target at a state; None where that is not decided."""
        excess = arb(at(state)) - aim
        return bool(excess > 0) if excess > 0 or excess < 0 else None

    low, high = _LOWEST, _HIGHEST
    if is_short(low) is not falls or is_short(high) is falls:
        return arb("nan")
    for _ in range(2 * ctx.prec):
        middle = arb((low * high).sqrt().mid()) if high > 2 * low else arb(((low + high) / 2).mid())
        short = is_short(middle)
        if short is None:
            break
        low, high = (middle, high) if short == falls else (low, middle)
    return low.union(high)


def _bound(game: Game, optimum: Optimum) -> Number:
    """Return a number of few digits beyond which no law of the set learns: the first that is proved, going outward from the optimum."""
    context = Context(prec=_BOUND_DIGITS, rounding=ROUND_CEILING if game.design.rises else ROUND_FLOOR)
    for step in [Decimal(0), *(Decimal(10) ** -place for place in range(_BOUND_DIGITS, 0, -1))]:
        value = context.multiply(Decimal(optimum.value), 1 + step if game.design.rises else 1 - step)
        if game.excludes(optimum, fmpq(*value.as_integer_ratio())):
            text = str(value).lower()
            return Number(text, text, text)
    raise InputError("degrees", "gave a linear program too inaccurate for a bound", given=f"{len(game.laws.degrees)} degrees")
