"""Far beyond every threshold: how zeta and the testing error vanish, by the lower tail of the skills' popularity or their least degree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch

import sympy as sp

from ....model.compositions import Mixture
from ....model.degrees import DegreeDistribution
from ....model.laws import NegativeBinomial, Poisson
from ....model.popularity import LogNormal, Pareto
from ....symbolic.algebra import simplified
from ....symbolic.functions import UNEVALUATED
from ...evolution.equations.curve import inverted
from ...evolution.equations.density_evolution import FixedPointEquation

_ROUNDS = 3


@dataclass(frozen=True)
class LowerTail:
    """L = coefficient s^{-power} e^{-rate s} (1 + following/s + ...) for large s = L'(1)(1 - x), where skills get edges by popularity W.

    By Laplace's transform L = E e^{-sW}: P(W < w) ~ b w^kappa gives b Gamma(kappa + 1) s^{-kappa} (a Tauberian theorem), popularities
    bounded from below by `rate` give e^{-rate s}.
    """

    coefficient: sp.Expr
    power: sp.Expr
    rate: sp.Expr
    following: sp.Expr = sp.S.Zero

    def scaled(self, weight: sp.Expr, factor: sp.Expr) -> LowerTail:
        """Return the tail of a share `weight` whose popularities are `factor` times as large."""
        return LowerTail(weight * self.coefficient * factor**-self.power, self.power, self.rate * factor, self.following / factor)

    @property
    def order(self) -> tuple[sp.Expr, sp.Expr]:
        """What decides which tail is the heavier: a smaller rate, then a smaller power."""
        return self.rate, self.power

    def pgf(self, s: sp.Expr) -> sp.Expr:
        """The leading term of L."""
        return self.coefficient * s**-self.power * sp.exp(-self.rate * s)

    def edge_pgf(self, s: sp.Expr) -> sp.Expr:
        """The leading term of lambda = -dL/ds."""
        return self.pgf(s) * (self.rate if self.rate != 0 else self.power / s)

    @property
    def edge_following(self) -> sp.Expr:
        """The same correction for lambda, times s."""
        return self.following + self.power / self.rate if self.rate != 0 else self.following * (1 + 1 / self.power)


@dataclass(frozen=True)
class LogNormalTail:
    """L ~ exp(-(w^2 + 2 w)/(2 sigma^2))/sqrt(1 + w), w = W_0(sigma^2 e^{-sigma^2/2} s), for log-normal popularity.

    By Laplace's method (Asmussen, Jensen, Rojas-Nandayapa, Methodol. Comput. Appl. Probab. 18, 2016): faster than any power of s, slower
    than e^{-as}; the slope of log L in log s is -w/sigma^2, a power that grows like log s.
    """

    sigma: sp.Expr

    def slope(self, s: sp.Expr) -> sp.Expr:
        """-d log L/d log s = w/sigma^2, to leading order."""
        return self._lambert(s) / self.sigma**2

    def _lambert(self, s: sp.Expr) -> sp.Expr:
        return sp.LambertW(self.sigma**2 * sp.exp(-(self.sigma**2) / 2) * s)

    def pgf(self, s: sp.Expr) -> sp.Expr:
        """The leading term of L."""
        w = self._lambert(s)
        return sp.exp(-(w**2 + 2 * w) / (2 * self.sigma**2)) / sp.sqrt(1 + w)

    def edge_pgf(self, s: sp.Expr) -> sp.Expr:
        """The leading term of lambda = -dL/ds."""
        return self.pgf(s) * self.slope(s) / s


@singledispatch
def lower_tail(law: DegreeDistribution) -> LowerTail | LogNormalTail | None:
    """Return the tail of a mixed Poisson law; None where it is not known. A new law registers its own.

    >>> lower_tail(NegativeBinomial(3, 2))
    LowerTail(coefficient=4, power=2, rate=0, following=-4)
    """
    return None


@lower_tail.register
def _(law: Poisson) -> LowerTail | None:
    return LowerTail(sp.S.One, sp.S.Zero, sp.S.One)


@lower_tail.register
def _(law: NegativeBinomial) -> LowerTail | None:
    return LowerTail(law.shape**law.shape, law.shape, sp.S.Zero, -(law.shape**2))


@lower_tail.register
def _(law: Pareto) -> LowerTail | None:
    least = 1 - 1 / law.shape
    return LowerTail(law.shape / least, sp.S.One, least, -(law.shape + 1) / least)


@lower_tail.register
def _(law: LogNormal) -> LogNormalTail:
    return LogNormalTail(law.shape)


@lower_tail.register
def _(law: Mixture) -> LowerTail | None:
    tails = [(weight, part.mean / law.mean, lower_tail(part)) for weight, part in law.parts]
    known = [tail.scaled(weight, simplified(factor)) for weight, factor, tail in tails if isinstance(tail, LowerTail)]
    comparable = all(expression.is_number for tail in known for expression in tail.order)
    if len(known) < len(tails) or not comparable:
        return None
    heaviest = min(known, key=lambda tail: tail.order)
    same = [tail for tail in known if tail.order == heaviest.order]
    return replace(heaviest, coefficient=sp.Add(*(tail.coefficient for tail in same)), following=_shared([tail.following for tail in same]))


def _shared(corrections: list[sp.Expr]) -> sp.Expr:
    """Return the correction where all tails have the same one; 0, so none, where they differ."""
    return corrections[0] if len(set(corrections)) == 1 else sp.S.Zero


@dataclass(frozen=True)
class Expansion:
    """The leading behaviour as a letter goes `toward` 0 or infinity (theory, section 5).

    | kind | zeta | testing error | exponent, exponent_error |
    |---|---|---|---|
    | exponential | ~ C p^-k e^{-a p}, or p^m in place of p where degrees grow so | ~ c q | a, a |
    | power law | ~ C p^-kappa | ~ C' p^-(kappa + 1) | kappa, kappa + 1 |
    | log-normal | falls faster than any power, slower than any exponential | ~ c q | the local powers -d log/d log p |
    | algebraic | ~ C p^k | ~ C' p^k' | k, k' |
    | floor | tends to a constant | ~ C' p^k' | 0, k' |
    | complete | everything is learned past the last threshold; C p^k after one round | | k |

    `following` and `following_error` are the next terms of zeta and of the testing error, relative to the leading ones, where they are
    known; `rounds` the exponents k after rounds 1, 2, 3.
    """

    kind: str
    parameter: sp.Symbol
    toward: sp.Expr
    zeta: sp.Expr
    testing_error: sp.Expr
    exponent: sp.Expr
    exponent_error: sp.Expr
    following: sp.Expr | None = None
    following_error: sp.Expr | None = None
    rounds: tuple[sp.Expr, ...] = ()


def expansion(equation: FixedPointEquation, parameter: sp.Symbol) -> Expansion | str:
    """Return the expansion where learning is easiest in a letter, or the reason why there is none.

    >>> from deanalysis.model import Ensemble, SkillLearner
    >>> from deanalysis.model.symbols import R, c
    >>> far = expansion(FixedPointEquation(Ensemble(Poisson(c), NegativeBinomial(c * R, 2)), SkillLearner(1)), R)
    >>> far.kind, far.zeta, far.testing_error
    ('power law', 4/(R**2*c**2), 8/(R**3*c**2))
    """
    curve = inverted(equation, parameter)
    if curve is None:
        return f"{parameter} scales neither the skills' nor the texts' degrees alone, nor the fraction unknown"
    first = equation.learner.probability(0)
    if first == 0:
        return "a lone novel skill is never taught"
    toward = sp.oo if curve.learned_side == "above" else sp.S.Zero
    return (_many_texts if curve.learns_along > 0 else _few_novel)(equation, parameter, toward, first)


def _many_texts(equation: FixedPointEquation, parameter: sp.Symbol, toward: sp.Expr, first: sp.Expr) -> Expansion | str:
    """Expand for s = L'(1) T(q) going to infinity: q goes to 0, and T(q) = a_0 - (a_0 - a_1) rho'(1) q + ..."""
    ensemble = equation.ensemble
    tail = lower_tail(ensemble.skills)
    if tail is None:
        return f"the lower tail of the skills' popularity is not known for {ensemble.skills}"
    s, falls = ensemble.skills.mean * first, (first - equation.learner.probability(1)) * ensemble.texts.edge_derivative(sp.S.One, 1)
    zeta, state = ensemble.unknown * tail.pgf(s), ensemble.unknown * tail.edge_pgf(s)
    error = ensemble.texts.mean * state
    if isinstance(tail, LogNormalTail):
        return Expansion("log-normal", parameter, toward, zeta, error, tail.slope(s), tail.slope(s) + 1)
    kind = "exponential" if tail.rate != 0 else "power law"
    grown = ensemble.skills.mean * falls * state * tail.rate
    following, of_error = (one / s if one != 0 else grown for one in (tail.following, tail.edge_following))
    next_terms = {"following": following, "following_error": of_error}
    known = {name: _tidy(one) for name, one in next_terms.items() if one != 0}
    if tail.rate != 0:
        exponents = (_tidy(tail.rate * s / parameter ** _power(s, parameter)),) * 2
    else:
        exponents = -_power(zeta, parameter), -_power(error, parameter)
    return Expansion(kind, parameter, toward, _tidy(zeta), _tidy(error), *exponents, **known)


def _few_novel(equation: FixedPointEquation, parameter: sp.Symbol, toward: sp.Expr, first: sp.Expr) -> Expansion | str:
    """Expand where q goes to a constant times the letter, or to 0: 1 - T(q) = (1 - a_0) + (a_0 - a_1) rho'(1) q + ..."""
    ensemble, skills, unknown = equation.ensemble, equation.ensemble.skills, equation.ensemble.unknown
    support = skills.support
    if support is None:
        return "the least degree of the skills is not known"
    missed = 1 - first
    none = unknown * skills.pgf(missed)
    if none != 0 and (missed != 0 or skills.pmf(0) != 0):
        kind = "algebraic" if none.has(parameter) else "floor"
        error = ensemble.texts.mean * unknown * skills.edge_pgf(missed)
        return Expansion(kind, parameter, toward, _tidy(none), _tidy(error), _power(none, parameter), _power(error, parameter))
    least = support[0]
    failing = next((k for k, chance in enumerate(equation.learner.probabilities(16)) if chance != 1), None)
    if failing is None:
        return "the first sixteen a_k are 1"
    untaught = (1 - equation.learner.probability(failing)) * ensemble.texts.edge_derivative(sp.S.One, failing) / sp.factorial(failing)
    if least == 1:
        state = unknown * skills.edge_pgf(sp.S.Zero)
        zeta, kind, rounds = unknown * skills.pmf(1) * untaught * state**failing, "algebraic", ()
    else:
        zeta, state = unknown * skills.pmf(least) * (untaught * unknown**failing) ** least, sp.S.Zero
        kind, rounds = "complete", tuple(_exponents(equation, parameter, least, failing, untaught))
    error = ensemble.texts.mean * state
    powers = _power(zeta, parameter), sp.S.Zero if error == 0 else _power(error, parameter)
    return Expansion(kind, parameter, toward, _tidy(zeta), _tidy(error), *powers, rounds=rounds)


def _exponents(equation: FixedPointEquation, parameter: sp.Symbol, least: int, failing: int, untaught: sp.Expr) -> list[sp.Expr]:
    """Return the powers of the letter in zeta after rounds 1, 2, 3: q_{l+1} = eps (untaught q_l^j)^{d-1}, zeta = eps (untaught q_l^j)^d."""
    own, unknown = _power(untaught, parameter), _power(equation.ensemble.unknown, parameter)
    state, exponents = unknown, []
    for _ in range(_ROUNDS):
        missed = own + failing * state
        exponents.append(unknown + least * missed)
        state = unknown + (least - 1) * missed
    return exponents


def _power(expression: sp.Expr, parameter: sp.Symbol) -> sp.Expr:
    """Return k where an expression is proportional to the letter's k-th power."""
    scaled = expression.as_independent(parameter, as_Add=False)[1]
    return simplified(parameter * sp.diff(scaled, parameter) / scaled)


def _tidy(expression: sp.Expr) -> sp.Expr:
    """Simplify, unless there is a sum, which would be written out."""
    return expression if expression.has(*UNEVALUATED) else sp.powsimp(simplified(expression))
