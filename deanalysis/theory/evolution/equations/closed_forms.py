"""What can be said of thresholds in closed form: folds by Lambert's W, the self-dual point, the fold curve of Poisson laws."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import NamedTuple

import sympy as sp

from ....model.formula import latex, text
from ....model.laws import Poisson
from ....model.symbols import q, t, x
from ....symbolic.algebra import simplified, tried
from ....symbolic.functions import UNEVALUATED
from .curve import Curve
from .density_evolution import FixedPointEquation

_LONGEST = 60
"""Operations of the longest fold condition that is factored: forms were found at up to 7, and factoring 40 takes a third of a second."""
_PLAIN = 6
"""Numerators and denominators above this are replaced by letters, for factoring slows with the size of numbers."""


class ClosedForm(NamedTuple):
    """A fold in closed form: its state t, the parameter there, and the argument of W, which must be at least -1/e."""

    state: sp.Expr
    value: sp.Expr
    argument: sp.Expr


class ClosedForms(NamedTuple):
    """Candidates for the folds, principal branch first.

    `exhaustive` says that the fold condition has no other zeros, `ordered` that for every value of the letters for which they are
    real there are exactly two, both positive, the principal one the smaller.
    """

    forms: tuple[ClosedForm, ...] = ()
    exhaustive: bool = False
    ordered: bool = False


@cache
def closed_forms(curve: Curve) -> ClosedForms:
    """Return candidates for the folds of a curve, by both real branches of W; none where the fold condition has another shape.

    SymPy's `solve` returns the principal branch alone when a letter is free. A solver that certifies roots compares them with the
    candidates, and a form that fits none is dropped.

    >>> from deanalysis import R, Ensemble, SkillLearner, c
    >>> from deanalysis.theory.evolution.equations.curve import curve
    >>> paper = FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))
    >>> closed_forms(curve(paper, R)).forms[0].value
    -exp(-1/LambertW(-1/c))*LambertW(-1/c)/c
    """
    if curve.loop.has(*UNEVALUATED) or sp.count_ops(curve.growth_rate) > _LONGEST:
        return ClosedForms()
    return tried(lambda: _by_lambert(curve), ClosedForms())


def _by_lambert(curve: Curve) -> ClosedForms:
    condition, numbers = _masked(1 - curve.growth_rate)
    solutions = [list(_lambert(factor)) for factor in _factors(condition)]
    forms = []
    for state, argument in chain(*solutions):
        plain = state.xreplace(numbers)
        forms.append(ClosedForm(plain, _simplified(curve.value.xreplace({t: plain})), argument.xreplace(numbers)))
    exhaustive = all(solutions)
    return ClosedForms(tuple(forms), exhaustive, exhaustive and len(forms) == 2 and all(map(_is_multiple, forms)))


def _is_multiple(form: ClosedForm) -> bool:
    """Whether the state is a negative multiple of W at a negative argument, where W_{-1} <= -1 <= W_0 < 0."""
    lamberts = list(form.state.atoms(sp.LambertW))
    return len(lamberts) == 1 and bool((form.state / lamberts[0]).is_negative and form.argument.is_negative)


def _masked(condition: sp.Expr) -> tuple[sp.Expr, dict[sp.Symbol, sp.Expr]]:
    """Put letters in place of awkward numbers, which make factoring slow; return what they stand for."""
    names: dict[sp.Expr, sp.Symbol] = {}

    def name(number: sp.Expr) -> sp.Expr:
        size = abs(number)
        names.setdefault(size, sp.Dummy(f"n{len(names)}", positive=True))
        return names[size] if number > 0 else -names[size]

    awkward = condition.replace(lambda part: part.is_Rational and (abs(part.p) > _PLAIN or abs(part.q) > _PLAIN), name)
    return awkward, {symbol: number for number, symbol in names.items()}


def _factors(condition: sp.Expr) -> Iterator[sp.Expr]:
    numerator = sp.fraction(sp.together(condition))[0]
    for factor in sp.Mul.make_args(sp.factor(numerator)):
        base = factor.as_base_exp()[0]
        if base.has(t) and not isinstance(factor, sp.exp):
            yield base


def _lambert(factor: sp.Expr) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """Solve alpha + beta t + (gamma + delta t) e^{kappa t} = 0 where beta = gamma = 0 or delta = 0.

    alpha + delta t e^{kappa t} = 0:         t = W(-alpha kappa/delta)/kappa
    alpha + beta t + gamma e^{kappa t} = 0:  t = -alpha/beta - W((gamma kappa/beta) e^{-alpha kappa/beta})/kappa
    """
    expanded = sp.powsimp(sp.expand(factor))
    rates = {atom.args[0] / t for atom in expanded.atoms(sp.exp) if atom.has(t)}
    if len(rates) != 1 or any(rate.has(t) for rate in rates):
        return
    rate, exponential = rates.pop(), sp.Dummy("E")
    polynomial = expanded.xreplace({sp.exp(rate * t): exponential})
    if not polynomial.is_polynomial(t, exponential):
        return
    powers = dict(sp.Poly(polynomial, t, exponential).terms())
    if not set(powers) <= {(0, 0), (1, 0), (0, 1), (1, 1)}:
        return
    alpha, beta, gamma, delta = (powers.get(key, sp.Integer(0)) for key in ((0, 0), (1, 0), (0, 1), (1, 1)))
    if beta == gamma == 0 and alpha != 0 and delta != 0:
        sign, shift, argument = 1, sp.S.Zero, -alpha * rate / delta
    elif delta == 0 and beta != 0 and gamma != 0:
        sign, shift, argument = -1, -alpha / beta, gamma * rate / beta * sp.exp(-alpha * rate / beta)
    else:
        return
    for branch in (sp.LambertW(argument), sp.LambertW(argument, -1)):
        yield shift + sign * branch / rate, argument


def _simplified(expression: sp.Expr) -> sp.Expr:
    """Use e^{W(z)} = z/W(z), which SymPy leaves alone, from the inside outward."""

    def collapse(exponential: sp.Expr) -> sp.Expr:
        exponent = sp.expand(exponential.args[0])
        for lambert in exponent.atoms(sp.LambertW):
            power = exponent.coeff(lambert, 1)
            if power.is_Integer:
                rest = sp.exp(exponent - power * lambert)
                return rest * (lambert.args[0] / lambert) ** power
        return exponential

    return sp.powsimp(expression.replace(lambda part: isinstance(part, sp.exp), collapse))


@cache
def self_dual(curve: Curve) -> sp.Expr | None:
    """Return the parameter at which T(eps z) = lambda(1 - z) for all z, or None where there is none.

    With q = eps z the loop is z = phi(y), y = phi(z), and the potential is symmetric in z and y: the exchange takes the largest
    fixed point to the smallest and leaves the potential alone, so that both are global minimisers (theory, section 4).

    >>> from deanalysis import R, Ensemble, SkillLearner, c
    >>> from deanalysis.theory.evolution.equations.curve import curve
    >>> self_dual(curve(FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1)), R))
    1
    """
    equation = curve.equation
    skills, unknown = equation.ensemble.skills, equation.ensemble.unknown
    z = sp.Symbol("z", positive=True)
    teaching, decay = equation.teaching.xreplace({q: unknown * z}), skills.edge_pgf(1 - z)
    if any(part.has(*UNEVALUATED) or part.is_polynomial(z) for part in (teaching, decay)):
        return None
    return tried(lambda: _equal_at(teaching, decay, z, curve.parameter))


def _equal_at(teaching: sp.Expr, decay: sp.Expr, z: sp.Symbol, parameter: sp.Symbol) -> sp.Expr | None:
    """Return the parameter at which two functions of z are the same, from their slopes at 0."""
    slopes = simplified((sp.diff(teaching, z) - sp.diff(decay, z)).subs(z, 0))
    candidates = [root for root in sp.solve(slopes, parameter) if root.is_positive] if slopes.has(parameter) else []
    return next((root for root in candidates if simplified((teaching - decay).subs(parameter, root)) == 0), None)


@dataclass(frozen=True)
class FoldCurve:
    """All folds of q = eps exp(-cR P_suc(cq)), by x = cq: c(x) = (x/eps) e^{y}, R(x) = y/(c P_suc(x)), y = -P_suc/(x P_suc').

    From f_q = 1: -x P_suc'(x) c R = 1 and c R P_suc(x) = log(eps/q) = y (theory, section 4). Only x with P_suc' < 0 count.
    """

    success: sp.Expr
    unknown: sp.Expr
    letters: tuple[sp.Symbol, sp.Symbol]
    """The letters that c and R are called."""

    @cached_property
    def exponent(self) -> sp.Expr:
        """y(x) = log(eps/q) on the curve."""
        return simplified(-self.success / (t * sp.diff(self.success, t)))

    @cached_property
    def c(self) -> sp.Expr:
        """Skills per text as a function of x."""
        return t * sp.exp(self.exponent) / self.unknown

    @cached_property
    def R(self) -> sp.Expr:
        """Texts per skill as a function of x."""
        return simplified(self.exponent / self.success / self.c)

    def __str__(self) -> str:
        """Return both formulas, in x."""
        c, ratio = self.letters
        return f"{c} = {text(self.c.subs(t, x))}, {ratio} = {text(self.R.subs(t, x))} with x = {c} q"

    def _repr_latex_(self) -> str:
        c, ratio = map(latex, self.letters)
        return f"${c}(x) = {latex(self.c.subs(t, x))},\\quad {ratio}(x) = {latex(self.R.subs(t, x))}$"

    @cached_property
    def cusp_condition(self) -> sp.Expr:
        """x c'(x)/c(x) = 1 + x y'(x): zero where two folds meet, the smallest c with an emergence."""
        return simplified(1 + t * sp.diff(self.exponent, t))


def fold_curve(equation: FixedPointEquation) -> FoldCurve | None:
    """Return the fold curve of an equation whose texts are Poisson(c) and skills Poisson(cR); None for other models.

    >>> from deanalysis import R, Ensemble, SkillLearner, c
    >>> fold_curve(FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))).c
    t*exp(1/t)
    """
    ensemble = equation.ensemble
    if not (isinstance(ensemble.texts, Poisson) and isinstance(ensemble.skills, Poisson) and equation.has_room):
        return None
    plain = ensemble.texts.average.is_Symbol and ensemble.ratio.is_Symbol
    if not plain or ensemble.unknown.free_symbols or equation.learner.letters:
        return None
    return FoldCurve(equation.learner.success.subs(x, t), ensemble.unknown, (ensemble.texts.average, ensemble.ratio))
