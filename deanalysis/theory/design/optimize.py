"""Degree laws that learn earliest: found by linear programming, certified in balls, with a bound on all others."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

import sympy as sp
from flint import arb, ctx, fmpq

from ...balls.compiling import ball_of, compile_balls
from ...balls.numbers import Number, check_digits, prove_number
from ...balls.series import taylor
from ...errors import InputError
from ...model.compositions import Polynomial
from ...model.exact import Value, exact, exact_number
from ...model.symbols import t
from ..evolution.answers import Status
from ..evolution.equations.curve import Curve, curve
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.thresholds.find import thresholds
from ..evolution.thresholds.methods import is_open
from ..evolution.thresholds.results import Thresholds
from .equations import Design, design
from .game import Game, Optimum
from .law_sets import LawSet
from .optimal_law import OptimalLaw, as_texts

__all__ = ["optimize"]

_BOUND_DIGITS = 15
_LOWEST, _HIGHEST = arb(2) ** -100, arb(2) ** 40


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
    evolution.require_room("optimize")
    if side not in ("skills", "texts"):
        raise InputError("side", "must be skills or texts", given=side)
    symbol = evolution.parameter(None if parameter is None else str(parameter), **values)
    stated = _bound_but(evolution, symbol, values)
    mean = mean if rate is None else _mean_of_rate(stated, side, symbol, rate, mean)
    laws = LawSet.of(degrees, least, mean, at_most)
    kept, target = (None if value is None else exact(value, name) for value, name in ((mean, "mean"), (until, "until")))
    posed = design(stated, side, symbol, laws.degrees[0], kept, target)
    laws = laws if posed.mean is None else laws.with_mean(posed.mean)
    _check_start(posed, laws)
    game = Game(posed, laws)
    optimum = game.solve()
    best = FixedPointEquation(posed.ensemble(laws.round(optimum.weights)), stated.learner)
    found = thresholds(best, symbol, kind="emergence", digits=digits)
    value, binding = _certified(posed, best, found, digits)
    status = Status.of(value.has(digits) and not is_open(found))
    model, said = as_texts(best.ensemble, best.learner), (found.thresholds, found.reason, found.searched, found.undecided)
    return OptimalLaw(side, model, str(symbol), value, _bound(game, optimum), binding, status, *said)


def _bound_but(equation: FixedPointEquation, symbol: sp.Symbol, values: Mapping[str, Value]) -> FixedPointEquation:
    """Bind all letters but the parameter, and refuse others that are left free."""
    stated = equation.at(**{name: value for name, value in values.items() if name != str(symbol)})
    free = sorted(str(one) for one in stated.letters - {symbol})
    if free:
        raise InputError("the model", f"must have every letter but {symbol} bound; {', '.join(free)} is free", remedy=f"set {free[0]}")
    return stated


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


def _certified(posed: Design, best: FixedPointEquation, found: Thresholds, digits: int) -> tuple[Number, str]:
    """Return the hardest parameter at which learning reaches the target, and what binds there.

    It is the record of the parameter over all states that are still short of the target: an emergence, or the end of the states.
    """
    bent = curve(best, posed.parameter)
    candidates = [
        (one.value, "emergence")
        for one in found.emergence
        if one.value and (posed.until is None or not _is_below(one.fixed_point, posed.until))
    ]
    if posed.until is not None:
        candidates.append((prove_number(lambda: _value(bent, _target_state(bent, posed.until)), digits), "target"))
    elif _has_stability(best):
        candidates.append((prove_number(lambda: _stability(bent), digits), "stability"))
    unknown = [one for one, _ in candidates if one.text == "nan"]
    if unknown or not candidates:
        reason = found.reason or "its threshold could not be enclosed"
        raise InputError("degrees", f"gave the law {getattr(best.ensemble, posed.side)}, which is not certified: {reason}")
    choose = min if posed.rises else max
    return choose(candidates, key=lambda candidate: Fraction(candidate[0].low if posed.rises else candidate[0].high))


def _is_below(number: Number | None, target: sp.Expr) -> bool:
    """Whether a number is proved to be at most the target."""
    return number is not None and "inf" not in number.high and Fraction(number.high) <= Fraction(str(target))


def _has_stability(equation: FixedPointEquation) -> bool:
    """Whether q = 0 can be unstable: skills of degree 2, and a novel skill may be missed beside one other (theory, section 4)."""
    return bool(equation.ensemble.skills.pmf(2) != 0 and equation.learner.probability(1) != 1)


def _value(bent: Curve, state: arb) -> arb:
    return arb(compile_balls(bent.value, [t])(state))


def _stability(bent: Curve) -> arb:
    """Enclose the parameter at the end t -> 0 of the curve: t/g(t) -> 1/g'(0)."""
    slope = taylor(compile_balls(bent.loop, [t]), arb(0), 2)[1]
    return _value(replace(bent, loop=sp.S.One), 1 / slope)


def _target_state(bent: Curve, until: sp.Expr) -> arb:
    """Enclose the state with q = until, by bisection; q is monotone along the curve."""
    if bent.q == t:
        return ball_of(until)
    at, aim, falls = compile_balls(bent.q, [t]), ball_of(until), bent.learns_along > 0

    def short(state: arb) -> bool | None:
        """Whether q is above the target at a state; None where that is not decided."""
        excess = arb(at(state)) - aim
        return bool(excess > 0) if excess > 0 or excess < 0 else None

    low, high = _LOWEST, _HIGHEST
    if short(low) is not falls or short(high) is falls:
        return arb("nan")
    for _ in range(2 * ctx.prec):
        middle = arb((low * high).sqrt().mid()) if high > 2 * low else arb(((low + high) / 2).mid())
        above = short(middle)
        if above is None:
            break
        low, high = (middle, high) if above == falls else (low, middle)
    return low.union(high)


def _bound(game: Game, optimum: Optimum) -> Number:
    """Return a number of few digits beyond which no law of the set learns: the first that is proved, going outward from the optimum."""
    context = Context(prec=_BOUND_DIGITS, rounding=ROUND_CEILING if game.design.rises else ROUND_FLOOR)
    steps = [Decimal(0), *(Decimal(10) ** -place for place in range(_BOUND_DIGITS, 0, -1))]
    for step in steps:
        value = context.multiply(Decimal(optimum.value), 1 + step if game.design.rises else 1 - step)
        if game.excludes(optimum, fmpq(*value.as_integer_ratio())):
            text = str(value).lower()
            return Number(text, text, text)
    raise InputError("degrees", "gave a linear program too inaccurate for a bound", given=f"{len(game.laws.degrees)} degrees")
